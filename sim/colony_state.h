/*
 * The one state behind everything the simulated colony shows. Private to the
 * room: others see sim/colony.h.
 *
 * An instance has two lives. `count` (its counters) and `held` (what it has in
 * memory) die with the process: a restart zeroes both. Everything else of
 * `struct instance` is what the colony keeps in its stores and takes up again.
 * Counters are real numbers and are cut to whole ones where they are shown. Each noun's file has a `*_step` that moves
 * its part of one instance by one step; the order is colony.c's.
 */
#ifndef SIM_COLONY_STATE_H
#define SIM_COLONY_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/buckets.h"
#include "sim/colony.h"

#define GIGABYTE 1e9

/* Agents an instance can work with; more of them only sleep and are in the way. */
enum { AGENTS_EXPECTED = 1000 };

enum { CLUSTER_OBJECTS_MAX = 16, CLUSTER_OBJECT_SIZE = 128 };
enum { COLONY_INSTANCES_MAX = 16, WEIGHT_COUNT = 8, COLONY_FAULTS_MAX = 48 };

enum request_status {
	STATUS_200,
	STATUS_201,
	STATUS_400,
	STATUS_404,
	STATUS_429,
	STATUS_500,
	STATUS_503,
	STATUS_COUNT,
};

/* What faults push on. Nothing is pushed in health: all are zero. */
enum strain {
	STRAIN_DOWN,    /* > 0: the process is gone and does not come up */
	STRAIN_HUNG,    /* > 0: it is there and does nothing */
	STRAIN_LMCACHE, /* > 0: this dependency is gone, and the four below */
	STRAIN_FEDERATED,
	STRAIN_WORLDMODEL,
	STRAIN_MEADOW,
	STRAIN_REDIS,
	STRAIN_PARTITION,     /* > 0: cut off from all dependencies */
	STRAIN_NAN,           /* synapses whose weight is not a number */
	STRAIN_CORRUPT,       /* synapses that fail their check */
	STRAIN_UNWELL,        /* share of the agents that is not well */
	STRAIN_ANCHOR_ROT,    /* share of the anchors that is spoilt */
	STRAIN_FEDERATED_ROT, /* > 0: local federated state is refused by the coordinator */
	STRAIN_DATABASE,      /* failed connections a second */
	STRAIN_ENTROPY,       /* share of the world model's entropy that is lost */
	STRAIN_SLOWNESS,      /* decisions take 1 + this times as long */
	STRAIN_HEAP,          /* bytes held that should not be */
	STRAIN_SWARM,         /* agents that should not be */
	STRAIN_BACKLOG,       /* seconds a dream cycle waits before it runs */
	STRAIN_POOL,          /* share of the anchor pool taken by what should have gone */
	STRAIN_AUTH,          /* failed log-ins a second */
	STRAIN_INTRUSION,     /* refused accesses a second */
	STRAIN_ERRORS,        /* share of requests that end in 5xx */
	STRAIN_VALIDATION,    /* failed validations a second */
	STRAIN_INACCURACY,    /* taken off the accuracy score */
	STRAIN_VAE,           /* failed training steps a second */
	STRAIN_CPU,           /* cores */
	STRAIN_LAG,           /* seconds of event loop lag */
	STRAIN_LOSS,          /* share of the agents that is gone */
	STRAIN_TURNED_AWAY,   /* share of the requests that do not reach the colony */
	STRAIN_BACKUP,        /* > 0: backups fail */
	STRAIN_BACKUP_SLOW,   /* seconds a backup takes longer */
	STRAIN_BACKUP_SIZE,   /* what a backup is larger by, as a share */
	STRAIN_BACKUP_SPOILT, /* > 0: what is written fails its verification */
	STRAIN_REPLICATION,   /* > 0: nothing is copied to the other region */
	STRAIN_FAILOVER,      /* > 0: a failover was begun and does not end */
	STRAIN_WEAK,          /* weak synapses that should have been pruned */
	STRAIN_CONGESTION,    /* seconds a request waits for its dependencies, while the way to them is full */
	STRAIN_ZONE,          /* > 0: with STRAIN_DOWN: what it ran on is gone, and there is no place for it */
	STRAIN_STANDBY,       /* > 0: the standby does not come up */
	STRAIN_ROT,           /* > 0: what is kept is spoilt, in every backup taken since as well */
	STRAIN_COUNT,
};

enum phase {
	PHASE_UP,
	PHASE_STARTING, /* until `phase_until_ms` */
	PHASE_OFF,      /* scaled away */
};

/* One step of the clock. */
struct step {
	int64_t now_ms; /* its end */
	int64_t now_s;
	double dt_s;
};

/* Since the process started. */
struct counters {
	struct buckets decision, ann, request;
	double requests[STATUS_COUNT];
	double cpu_seconds;
	double lookups, hits;
	double sync_success, sync_errors;
	double meadow_errors, vae_errors;
	double hebbian, pruned, grafted;
	double validation_errors, auth_failures, unauthorized, database_errors;
	double backups, backups_good, integrity_checks, integrity_failures;
	double collections; /* garbage collections */
};

struct held {
	double agents, agents_well;
	double live_bytes, garbage_bytes, resident_bytes;
	double pause_s; /* what the last collection adds to the lag, fading */
	double warmth;  /* 0..1: how much of the near cache is filled */
};

struct dream {
	int64_t next_ms;  /* when the next cycle starts */
	int64_t start_ms; /* of the running one */
	int64_t end_ms;   /* of the running one; 0: none is running */
	int64_t last_ms;  /* end of the last good one */
	int64_t waited_ms;
	double last_s;  /* its length */
	uint64_t index; /* cycles so far */
};

struct instance {
	unsigned number;
	enum phase phase;
	int64_t phase_until_ms;
	int64_t restart_ms; /* a rolling restart takes it down then; 0: none */
	int64_t start_ms;   /* of the process */
	struct counters count;
	struct held held;
	struct dream dream;
	double strain[STRAIN_COUNT];
	double kills; /* times it was killed for its memory */

	/* kept in the stores */
	double agents_more; /* spawned or killed by hand */
	double accuracy;
	double healthy; /* the colony's own verdict: 0 or 1 */
	double pool, compression, quality, anchors;
	double synapses, nan_synapses, corrupted_synapses;
	double weak_synapses; /* of them, those that should have been pruned */
	double weights[WEIGHT_COUNT];
	double clusters;
	double entropy, vae_loss;
	double meadow_connected, partitioned;
	int64_t sync_last_ms, sync_next_ms;
	int64_t meadow_next_ms;

	/* of the last step, shared between the nouns */
	double request_rate, decision_rate, slowness, hit_ratio;
	double failing; /* share of requests that end in 5xx */
	double ann_median_s, cores, lag_s;
	double congestion_s; /* what a request waits longer for its dependencies */
};

/* A dependency: up, or starting again; its own process's counters. */
struct dependency {
	enum phase phase;
	int64_t phase_until_ms;
	int64_t start_ms;
	double requests, hits, failures, cpu_seconds;
	double volume; /* what it holds: bytes, rounds, steps, patterns, keys */
};

/* What an operator has set, by verbs. */
struct settings {
	bool dream_enabled, federated_connected, meadow_connected;
	bool network_open; /* the emergency policy */
	double dream_interval_s, dream_iterations;
	double sync_interval_s;
	bool sync_compressed;
	double agents_limit; /* of one instance; 0: none */
	double memory_limit_bytes;
	bool profiling;
	const char *region;
};

/* What stands beside the instances: the other region, a standby, an autoscaler (verb_region.c). Numbers; 1: yes. */
struct cluster {
	double dr_replicas, dr_database, dr_names, dr_traffic, dr_mode;
	double declared, tracker;
	double standby_replicas;
	double scaler_least, scaler_most; /* 0: there is none */
	int64_t dr_since_ms, standby_since_ms;
	char objects[CLUSTER_OBJECTS_MAX][CLUSTER_OBJECT_SIZE]; /* "networkpolicies/production/NAME"; "": free */
};

struct colony {
	struct world world;
	uint64_t seed;
	int64_t now_ms, stepped_ms; /* stepped: a whole number of seconds after start_ms */
	int64_t start_ms;
	unsigned instance_count;
	struct instance instances[COLONY_INSTANCES_MAX];
	struct dependency dependencies[SERVICE_COUNT];    /* [SERVICE_COLONY] is not used */
	struct sim_fault_state faults[COLONY_FAULTS_MAX]; /* parallel to the table */
	unsigned active_faults;
	double common[STRAIN_COUNT]; /* of any instance: for what is shared */
	struct settings settings;
	struct cluster cluster;
	int64_t backup_next_ms, backup_last_ms;
	int64_t backup_copied_ms; /* end of the newest one that the other region has too */
	double backups_kept, backup_s, backup_bytes;
	bool backup_verified; /* the last one that was checked */
	double failover_s;    /* how long the one under way has taken; 0: none is */
	bool data_cleared;    /* nothing is kept, until it is restored */
	struct bucket_tables tables;
};

/* Streams of chance; an instance's are `stream + COLONY_STREAM_STRIDE * number`. */
enum chance_stream {
	CHANCE_DEMAND,
	CHANCE_SHARE,
	CHANCE_BURST,
	CHANCE_AGENTS,
	CHANCE_CHURN,
	CHANCE_WELL,
	CHANCE_ACCURACY,
	CHANCE_DREAM_INTERVAL,
	CHANCE_DREAM_LENGTH,
	CHANCE_HIT_RATIO,
	CHANCE_POOL,
	CHANCE_COMPRESSION,
	CHANCE_QUALITY,
	CHANCE_SYNAPSES,
	CHANCE_CLUSTERS,
	CHANCE_ENTROPY,
	CHANCE_VAE,
	CHANCE_LATENCY,
	CHANCE_ANN,
	CHANCE_COLLECTION,
	CHANCE_CPU,
	CHANCE_LAG,
	CHANCE_ERRORS,
	CHANCE_ERROR_BURST,
	CHANCE_CLIENT,
	CHANCE_AUTH,
	CHANCE_PHASE,
	CHANCE_DEPENDENCY,
	CHANCE_SYNC,
	CHANCE_WEIGHT, /* and the WEIGHT_COUNT after it */
	CHANCE_BACKUP = CHANCE_WEIGHT + WEIGHT_COUNT,
	COLONY_STREAM_STRIDE = 64,
};

double colony_wander(const struct colony *colony, const struct instance *instance, enum chance_stream stream,
		     int64_t now_s, int64_t period_s);
double colony_between(const struct colony *colony, const struct instance *instance, enum chance_stream stream,
		      uint64_t counter, double low, double high);

/* The value `dt_s` later of one that falls towards `target`, with the time constant `tau_s`. */
double colony_relax(double value, double target, double tau_s, double dt_s);

/* Whether requests reach the instance and are answered. */
bool instance_serves(const struct instance *instance);
void instance_init(struct colony *colony, unsigned number);
/* What a fault ends is gone, and has to start anew once the fault is over; called at every moment it lasts. */
void instance_suffer(struct colony *colony, struct instance *instance, int64_t now_ms);
void instance_step(struct colony *colony, struct instance *instance, const struct step *step);

/* Whether the dependency is up, and whether the instance gets through to it. */
bool dependency_serves(const struct colony *colony, enum colony_service service);
bool dependency_reached(const struct colony *colony, const struct instance *instance, enum colony_service service);
void dependency_init(struct colony *colony, enum colony_service service);
void dependency_restart(struct colony *colony, enum colony_service service);
void dependency_suffer(struct colony *colony, enum colony_service service, int64_t now_ms);
void dependency_step(struct colony *colony, enum colony_service service, const struct step *step);

/* Weigh what the active faults push on at `now_ms`. */
void faults_weigh(struct colony *colony, int64_t now_ms);

/*
 * The operator did `action` ("restart", "restore anchors") on `instances`:
 * faults it undoes end there. Returns how many ended or came a step nearer.
 */
unsigned faults_remedy(struct colony *colony, const char *action, uint32_t instances);
uint32_t faults_all_instances(const struct colony *colony);

/* When the first of the active faults that push on `strain` began; INT64_MAX: none does. */
int64_t faults_since_ms(const struct colony *colony, enum strain strain);

/* The nouns, in the order of a step. */
void traffic_share(struct colony *colony, const struct step *step);
void agents_step(struct colony *colony, struct instance *instance, const struct step *step);
void dream_step(struct colony *colony, struct instance *instance, const struct step *step);
void world_model_step(struct colony *colony, struct instance *instance, const struct step *step);
void latency_step(struct colony *colony, struct instance *instance, const struct step *step);
void anchors_step(struct colony *colony, struct instance *instance, const struct step *step);
void synapses_step(struct colony *colony, struct instance *instance, const struct step *step);
void traffic_step(struct colony *colony, struct instance *instance, const struct step *step);
void federation_step(struct colony *colony, struct instance *instance, const struct step *step);
void memory_step(struct colony *colony, struct instance *instance, const struct step *step);
void backups_init(struct colony *colony);
void backups_step(struct colony *colony, const struct step *step);

/* Spreads (of the logarithm) of what takes time, and how many of them the 99th percentile lies above the median. */
#define LATENCY_DECISION_SIGMA 0.6
#define LATENCY_REQUEST_SIGMA  0.85
#define LATENCY_P99            2.326
#define LOOKUPS_PER_DECISION   0.6
double latency_decision_median_s(double slowness);
double latency_request_median_s(double slowness);

/* What a request waits longer for its dependencies: less when less is sent over the same way. */
double federation_congestion_s(const struct colony *colony, double strain);

/* Dream cycles: start one now, stop the running one. */
void dream_begin(struct colony *colony, struct instance *instance, int64_t at_ms);
void dream_abort(struct colony *colony, struct instance *instance);
bool dream_runs(const struct instance *instance);

/* The figures of a page that are not kept as they are shown. */
double dream_shown_s(const struct instance *instance, int64_t now_ms);

/* The page of a dependency. */
void exposition_dependency(const struct colony *colony, enum colony_service service, struct strbuf *ret);

/* One backup by hand or by schedule; false when it failed. */
bool backups_take(struct colony *colony, int64_t at_ms);

/* Whether all that is kept passes its checks. */
bool colony_is_valid(const struct colony *colony);

/* Whether pods that were scaled up beforehand run in the other region. */
bool colony_other_region_serves(const struct colony *colony);

/* Whether the standby is up: what is kept can be worked on from there when no instance is. */
bool colony_standby_serves(const struct colony *colony);

/* Take the colony to a region, where its instances come up one after another, the first after `start_ms`. */
void colony_move_region(struct colony *colony, const char *region, int64_t start_ms);

#endif
