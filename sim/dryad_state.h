/*
 * The one state behind everything the simulated DRYAD shows. Private to the
 * room: others see sim/dryad.h.
 *
 * A backend's counters die with its process; the stores, the queues, the host
 * and the providers live on. Counters are real numbers, cut to whole ones where
 * they are shown. Each noun's file has a `*_step`; the order is dryad.c's.
 */
#ifndef SIM_DRYAD_STATE_H
#define SIM_DRYAD_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/buckets.h"
#include "sim/dryad.h"
#include "sim/fault.h"

enum {
	DRYAD_BACKENDS_MAX = 16,
	DRYAD_FAULTS_MAX = 48,
	DRYAD_CORES = 4,
	DRYAD_LEVELS = 6,
	DRYAD_QUEUE_MAX = 96,
	DRYAD_POOL_SIZE = 20,
	DRYAD_POOL_OVERFLOW = 40,
	DRYAD_CONNECTIONS_MAX = 100, /* of PostgreSQL */
};

#define DRYAD_HOST_BYTES 16e9
#define DRYAD_DISK_BYTES 100e9

/* What faults push on. Nothing is pushed in health: all are zero. */
enum push {
	PUSH_DOWN, /* > 0: the backend's process does not come up */
	PUSH_HUNG, /* > 0: it is there and does nothing */
	PUSH_MAINTENANCE,
	PUSH_DATABASE, /* > 0: gone, and the five below */
	PUSH_REDIS,
	PUSH_CHROMA,
	PUSH_OLLAMA,
	PUSH_OPENAI,
	PUSH_ANTHROPIC,
	PUSH_NGINX,
	PUSH_ERRORS,           /* share of requests that end in 5xx */
	PUSH_SLOWNESS,         /* requests take 1 + this times as long */
	PUSH_HEAP,             /* bytes a backend holds that it should not */
	PUSH_CPU,              /* share of all cores */
	PUSH_DISK,             /* share of the disk */
	PUSH_POOL,             /* pool connections held for nothing */
	PUSH_CONNECTIONS,      /* sessions in PostgreSQL that should not be */
	PUSH_QUERY_S,          /* age of the oldest query */
	PUSH_BLOCKS,           /* blocks read a second */
	PUSH_LLM_FAILURES,     /* share of the active provider's calls that fail */
	PUSH_LLM_SLOWNESS,     /* its calls take 1 + this times as long */
	PUSH_LLM_LIMIT,        /* share of its rate limit that is used up */
	PUSH_WORKFLOWS,        /* share of workflows that fail */
	PUSH_GUILD,            /* memory guild errors a second */
	PUSH_CRASHING,         /* > 0: the container restarts every so many seconds */
	PUSH_ATTACK,           /* failed log-ins a second */
	PUSH_INTRUSION,        /* refused requests a second */
	PUSH_LIMITED,          /* requests a second beyond the rate limit */
	PUSH_HEALING,          /* failed self-healing tasks a minute */
	PUSH_TASKS,            /* self-healing tasks a minute that wait for a review */
	PUSH_GUARDIAN,         /* > 0: the guardian does not run */
	PUSH_APPROVALS,        /* requests for approval a minute */
	PUSH_CERTIFICATE,      /* > 0: expired */
	PUSH_CERTIFICATE_ENDS, /* > 0: ends in three days, and nothing renews it */
	PUSH_MIGRATION,        /* > 0: half done */
	PUSH_LEVEL_0,          /* > 0: fails its validation, and the five after it */
	PUSH_LEVEL_5 = PUSH_LEVEL_0 + DRYAD_LEVELS - 1,
	PUSH_NOTICE, /* > 0: nothing but a change that is worth knowing */
	PUSH_COUNT,
};

enum dryad_route {
	ROUTE_AGENTS,
	ROUTE_EXECUTE,
	ROUTE_SEARCH,
	ROUTE_TASKS,
	ROUTE_STATUS,
	ROUTE_LOGIN,
	ROUTE_TOOLS,
	ROUTE_APPROVALS,
	ROUTE_HEALTH,
	ROUTE_COUNT,
};

struct dryad_route_info {
	const char *method, *path, *query; /* the path as metrics have it */
	double share, median_s, sigma;
	bool asks_model, asks_vectors, open; /* open: needs no log-in */
};
extern const struct dryad_route_info dryad_routes[ROUTE_COUNT];

enum dryad_status {
	DRYAD_200,
	DRYAD_201,
	DRYAD_400,
	DRYAD_401,
	DRYAD_403,
	DRYAD_404,
	DRYAD_422,
	DRYAD_429,
	DRYAD_500,
	DRYAD_503,
	DRYAD_504,
	DRYAD_STATUS_COUNT,
};
extern const unsigned dryad_status_codes[DRYAD_STATUS_COUNT];

/* Why a request ended in 5xx: counted, and in the error log. */
enum dryad_cause {
	CAUSE_DATABASE,
	CAUSE_POOL,
	CAUSE_LLM,
	CAUSE_MEMORY,
	CAUSE_VALUE,
	CAUSE_RELEASE,
	CAUSE_COUNT,
};
extern const char *const dryad_cause_names[CAUSE_COUNT];
extern const char *const dryad_cause_loggers[CAUSE_COUNT];

enum dryad_provider { PROVIDER_OLLAMA, PROVIDER_OPENAI, PROVIDER_ANTHROPIC, PROVIDER_COUNT };
extern const char *const dryad_provider_names[PROVIDER_COUNT];
extern const char *const dryad_provider_models[PROVIDER_COUNT];

enum dryad_query { QUERY_SELECT, QUERY_INSERT, QUERY_UPDATE, QUERY_DELETE, QUERY_COUNT };
extern const char *const dryad_query_names[QUERY_COUNT];

enum dryad_breaker { BREAKER_DATABASE, BREAKER_VECTORS, BREAKER_LLM, BREAKER_QUEUE, BREAKER_COUNT };
enum dryad_breaker_state { BREAKER_CLOSED, BREAKER_HALF_OPEN, BREAKER_OPEN };
extern const char *const dryad_breaker_names[BREAKER_COUNT];
extern const char *const dryad_breaker_states[]; /* closed half_open open */

struct dryad_breaker_info {
	enum dryad_breaker_state state;
	double failures; /* since it closed last */
	int64_t changed_ms;
	bool forced; /* an operator closed it: it opens again only after new failures */
};

enum dryad_phase { PHASE_UP, PHASE_STARTING, PHASE_OFF };

struct backend {
	unsigned number;
	enum dryad_phase phase;
	int64_t phase_until_ms, start_ms, restart_ms, crash_ms;
	/* since the process started */
	double requests[ROUTE_COUNT][DRYAD_STATUS_COUNT];
	struct buckets route[ROUTE_COUNT];
	double causes[CAUSE_COUNT];
	double logins_good, logins_bad, limited, suspicious;
	double refused_login, limited_login, refused_door, limited_search; /* of those who should not ask */
	struct buckets said; /* durations, in the bounds of a log collector */
	struct buckets login;
	double queries[QUERY_COUNT];
	struct buckets query[QUERY_COUNT];
	double llm_good[PROVIDER_COUNT], llm_bad[PROVIDER_COUNT], llm_late[PROVIDER_COUNT], tokens;
	struct buckets llm[PROVIDER_COUNT];
	double cache_hits, cache_misses;
	double workflows_good, workflows_bad, guild_errors;
	double cpu_seconds;
	double resident_bytes, heap_bytes;
	/* of the last step */
	double rate, slowness, failing, cores;
	double pool_active, pool_idle;
	double push[PUSH_COUNT];
};

struct dryad_store {
	enum dryad_phase phase;
	int64_t phase_until_ms, start_ms;
};

enum approval_state { APPROVAL_PENDING, APPROVAL_APPROVED, APPROVAL_REJECTED, APPROVAL_EXPIRED, APPROVAL_CANCELLED };
struct approval {
	uint64_t number;
	enum approval_state state;
	unsigned risk, action, agent;
	int64_t created_ms, expires_ms, decided_ms, due_ms; /* due: when somebody decides it */
};

enum healing_state {
	HEALING_PENDING,
	HEALING_APPROVED,
	HEALING_REJECTED,
	HEALING_EXECUTING,
	HEALING_COMPLETED,
	HEALING_FAILED,
	HEALING_ROLLED_BACK,
	HEALING_STATES,
};
struct healing_task {
	uint64_t number;
	enum healing_state state;
	unsigned severity, cause;
	int64_t created_ms, due_ms; /* due: its next change */
	bool fails;
};

struct dryad_queues {
	struct approval approvals[DRYAD_QUEUE_MAX]; /* the youngest, oldest first */
	size_t approval_count;
	struct healing_task tasks[DRYAD_QUEUE_MAX];
	size_t task_count;
	uint64_t approval_serial, task_serial; /* the latest numbers */
	double approvals_made, tasks_made,
		failures_made; /* with fractions: the next one comes with the next whole number */
	double decided[APPROVAL_CANCELLED + 1], ended[HEALING_STATES];
	double errors_detected, errors_submitted, errors_deduplicated;
	bool guardian_running;
};

struct dryad_host {
	double cpu_idle[DRYAD_CORES], cpu_user[DRYAD_CORES], cpu_system[DRYAD_CORES], cpu_iowait[DRYAD_CORES];
	double busy[DRYAD_CORES];                 /* of the last step */
	double memory_used, swap_used, disk_used; /* bytes */
	double received, sent, read_bytes, written_bytes;
	int64_t boot_ms;
};

struct dryad_settings {
	enum dryad_provider provider;
	double memory_limit_bytes;
	double pool_extra; /* connections an operator has added to the pool */
	bool basic_mode;
	const char *version, *build;
	const char *revision; /* of the schema */
	unsigned config_serial;
};

struct dryad_log;

struct dryad {
	struct world world;
	enum dryad_application application;
	bool legacy;
	uint64_t seed;
	int64_t now_ms, stepped_ms, start_ms;
	unsigned backend_count;
	struct backend backends[DRYAD_BACKENDS_MAX];
	struct dryad_store stores[DRYAD_SERVICE_COUNT];  /* [DRYAD_BACKEND] and [DRYAD_NODE] are not used */
	struct sim_fault_state faults[DRYAD_FAULTS_MAX]; /* parallel to the table */
	unsigned active_faults;
	double push[PUSH_COUNT]; /* of any backend */
	struct dryad_settings settings;
	struct dryad_breaker_info breakers[BREAKER_COUNT];
	struct dryad_queues queues;
	struct dryad_host host;
	double connections, commits, rollbacks, deadlocks, blocks_read, blocks_hit, query_age_s, database_bytes;
	double redis_bytes, redis_keys, redis_commands, redis_hits, redis_misses, redis_evicted;
	double vectors;
	double limit_left[PROVIDER_COUNT]; /* share */
	double workflows_active, agents, agents_active;
	double tokens_rate; /* a second */
	int64_t certificate_ends_ms, backup_last_ms;
	double certbot_runs;
	struct dryad_log *log; /* NULL: none is kept */
	struct bucket_tables tables;
};

struct dryad_step {
	int64_t now_ms, now_s;
	double dt_s;
};

enum dryad_chance {
	CHANCE_DEMAND = 1000,
	CHANCE_SHARE,
	CHANCE_ERRORS,
	CHANCE_LATENCY,
	CHANCE_CLIENTS,
	CHANCE_LOGINS,
	CHANCE_LLM,
	CHANCE_WORKFLOWS,
	CHANCE_AGENTS,
	CHANCE_MEMORY,
	CHANCE_CORE, /* and the DRYAD_CORES after it */
	CHANCE_POOL = CHANCE_CORE + DRYAD_CORES,
	CHANCE_STORE,
	CHANCE_QUEUE,
	CHANCE_TASK,
	CHANCE_LINE,
	CHANCE_LINE_TIME,
	CHANCE_LINE_CLIENT,
	CHANCE_LINE_SIZE,
	CHANCE_LINE_USER,
	CHANCE_LINE_A,
	CHANCE_LINE_B,
};

/* Chance of one backend's. */
double dryad_wander(const struct dryad *dryad, const struct backend *backend, enum dryad_chance stream, int64_t now_s,
		    int64_t period_s);

/* The value `dt_s` later of one that falls towards `target`, with the time constant `tau_s`. */
double dryad_relax(double value, double target, double tau_s, double dt_s);

/* Whether requests reach it and are answered; and any of them. */
bool backend_serves(const struct backend *backend);
unsigned dryad_serving(const struct dryad *dryad);
void backend_init(struct dryad *dryad, unsigned number);
void backend_restart(struct dryad *dryad, struct backend *backend, int64_t in_ms);

bool dryad_store_serves(const struct dryad *dryad, enum dryad_service service);
void dryad_store_restart(struct dryad *dryad, enum dryad_service service);
bool dryad_provider_serves(const struct dryad *dryad, enum dryad_provider provider);
bool dryad_llm_serves(const struct dryad *dryad);
/* Median time of a call to the provider in use. */
double dryad_llm_median_s(const struct dryad *dryad);
double dryad_pool_max(const struct dryad *dryad);

void dryad_faults_weigh(struct dryad *dryad, int64_t now_ms);
/* The operator did `action`: faults it undoes end. Returns how many ended or came a step nearer. */
unsigned dryad_remedy(struct dryad *dryad, const char *action);

/* The nouns, in the order of a step. */
void stores_step(struct dryad *dryad, const struct dryad_step *step);
void requests_share(struct dryad *dryad, const struct dryad_step *step);
void requests_step(struct dryad *dryad, struct backend *backend, const struct dryad_step *step);
void models_step(struct dryad *dryad, struct backend *backend, const struct dryad_step *step);
void models_limits_step(struct dryad *dryad, const struct dryad_step *step);
void workflows_step(struct dryad *dryad, struct backend *backend, const struct dryad_step *step);
void workflows_count_step(struct dryad *dryad, const struct dryad_step *step);
void breakers_step(struct dryad *dryad, const struct dryad_step *step);
void queues_init(struct dryad *dryad);
void queues_step(struct dryad *dryad, const struct dryad_step *step);
void dryad_host_init(struct dryad *dryad);
void dryad_host_step(struct dryad *dryad, const struct dryad_step *step);
void backend_memory_step(struct dryad *dryad, struct backend *backend, const struct dryad_step *step);

/* Queues by hand; false when there is no such one, or it is decided already. */
bool approvals_decide(struct dryad *dryad, uint64_t number, bool approve);
bool healing_review(struct dryad *dryad, uint64_t number, bool approve);
size_t approvals_pending(const struct dryad *dryad);
size_t healing_in_state(const struct dryad *dryad, enum healing_state state);
/* As the statistics have it: what is over since the beginning, what is not now. */
double healing_count(const struct dryad *dryad, enum healing_state state);

/* How a level is: parts of its validation that pass, and whether something stands in for what is missing. */
struct dryad_level {
	unsigned passed, total;
	bool degraded;
};
struct dryad_part {
	const char *name;
	unsigned tests;
};
enum { DRYAD_PARTS_MAX = 6 };
struct dryad_level_info {
	const char *name;
	struct dryad_part parts[DRYAD_PARTS_MAX]; /* ends with a NULL name when fewer */
};
extern const struct dryad_level_info dryad_levels[DRYAD_LEVELS];
struct dryad_level dryad_level(const struct dryad *dryad, unsigned level);
/* Tests of one part that pass now. */
unsigned dryad_part_passed(const struct dryad *dryad, unsigned level, unsigned part);

/* The score of L9's health code: 0 to 100, and what became of the language model in it. */
double dryad_llm_score(const struct dryad *dryad);
double dryad_health_score(const struct dryad *dryad);

/* Sums over the backends that run. */
double dryad_sum(const struct dryad *dryad, size_t offset);
#define DRYAD_SUM(dryad, field) dryad_sum(dryad, offsetof(struct backend, field))
double dryad_rate_of_errors(const struct dryad *dryad); /* share of 5xx of now */

/* Who asks: clients of the house, the first of them the most; and some who should not. */
enum { DRYAD_CLIENTS = 23, DRYAD_ATTACKERS = 3, DRYAD_CLIENT_SIZE = 24 };
#define DRYAD_CLIENT_SKEW 1.6
extern const char *const dryad_attackers[DRYAD_ATTACKERS];
extern const double dryad_attacker_shares[DRYAD_ATTACKERS];
extern const char dryad_beyond_limits[];
void dryad_client(unsigned which, char ret[DRYAD_CLIENT_SIZE]);

/* Lines for the logs: what a step counted. `before` is the backend as it was when the step began. */
void dryad_log_step(struct dryad *dryad, const struct backend *before, const struct backend *backend,
		    const struct dryad_step *step);
/* One line of the application's own, at `now_ms` of the state. */
void dryad_log_say(struct dryad *dryad, const char *level, const char *logger, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
