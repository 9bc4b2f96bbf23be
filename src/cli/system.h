/*
 * A system definition: what is watched and where its files are. Read from
 * system.yaml, then the user's overlay of the same name (maps merge, lists are
 * replaced), then the command line; later wins. Everything about a system is
 * here; no metric name, host or threshold is in the code. Secrets never stand
 * in this file, only paths to them.
 */
#ifndef CLI_SYSTEM_H
#define CLI_SYSTEM_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "cli/system_profile.h"
#include "cli/system_steps.h"
#include "collect/collect.h"
#include "config/option.h"
#include "loop/http_options.h"
#include "query/query.h"
#include "situation/change_rule.h"
#include "situation/map.h"
#include "slo/slo_file.h"
#include "tsdb/store.h"

/* The `prometheus:` section. */
struct system_prometheus {
	const char *url;
	int64_t timeout_ms;
	struct http_options access;
	int64_t limit_bytes, limit_series, limit_points;
};

/* The `alertmanager:` section. */
struct system_alertmanager {
	const char *url;
	int64_t timeout_ms, interval_ms;
	struct http_options access;
};

/* The `store:` section: how much the local store holds. */
struct system_store {
	int64_t raw_ms, keep_ms;
	int64_t series, samples, buckets;
};

struct system {
	struct arena arena;
	const char *name, *title, *target;
	int environment;                                                     /* index into system_environments */
	const struct yaml_node *prometheus_node, *collect_node, *store_node; /* while a file is read */
	const struct yaml_node *map_node, *changes_node, *profiles_node;     /* the same */
	const struct yaml_node *alertmanager_node, *slos_node;               /* the same */
	const struct yaml_node *steps_node;                                  /* the same */
	struct system_prometheus prometheus;
	struct system_alertmanager alertmanager;
	struct collect_entries collect;
	struct system_profiles profiles;
	const char *profile; /* the chosen one, or NULL */
	struct system_store store;
	struct system_map map;
	const char *map_file;  /* that held it; NULL when the system file itself does */
	const char *slos_file; /* that held the objectives; NULL as above */
	struct slo_file slos;  /* objectives; none without the section */
	struct change_rules changes;
	struct system_steps steps; /* where steps of runbooks run */
	struct option_strings
		labels; /* "NAME -> NAME" or "NAME=VALUE -> NAME=VALUE": the server's, and the local store's */
	struct option_strings datasources; /* "PATTERN=ENGINE": which engine answers for a dashboard's data source */
	struct option_strings dashboards;  /* paths, made absolute or relative to the working folder */
	struct option_strings variables;   /* "name=value" */
	struct option_strings rules;       /* Prometheus rule files; paths, as dashboards */
	struct option_strings runbooks;    /* folders of Markdown runbooks; the same */
	const char *escalation;            /* path of the escalation policy, or NULL */
	const char *grafana;               /* base address of the Grafana that shows the same dashboards; NULL */
	const char *state;                 /* folder of the journal and of clocks; NULL: the user's */
	int64_t rules_interval_ms;         /* of groups that name none */
	int64_t scrape_interval_ms;
	int64_t max_data_points;
};

extern const char *const system_environments[]; /* none production staging drill demo: as enum environment */
extern const struct option system_options[];
extern const struct option system_prometheus_options[];
extern const struct option system_alertmanager_options[];
extern const struct option system_store_options[];

void system_init(struct system *system);
void system_release(struct system *system);

/* Read one file on top of what is there. Every fault is added; -1 when there was an error. */
int system_read(struct system *system, const char *path, struct error_list *errors);

/*
 * Find and read the system `name` (a name, or a path to a system file) and the
 * user's overlay. Searched in the user's configuration, /etc/skep and the shipped systems.
 */
int system_find(struct system *system, const char *name, struct error_list *errors);

/* Only the shipped definition, without anything of the user's. */
int system_find_shipped(struct system *system, const char *name, struct error_list *errors);

/* What the engine needs, borrowing the system's strings. `ret_headers` must live as long. */
struct prometheus_config system_engine(const struct system *system, struct arena *arena);

/* One label as the server has it, and as the local store has it; values are NULL when only names were given. */
struct system_label {
	const char *name, *value, *local_name, *local_value;
};

/* Read one of `labels`; false when it is none. */
bool system_label_read(const char *text, struct arena *arena, struct system_label *ret);

/* Is there a local store for it? It collects; or has runbooks alone, to be followed without a figure of anything. */
bool system_has_store(const struct system *system);

/* The local store's limits. */
struct store_limits system_store_limits(const struct system *system);

#endif
