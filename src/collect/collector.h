/*
 * What a collector is to the schedule in collect.c. A kind is one row of one
 * table and one file: its options, and how an entry of the section becomes
 * collectors (a scrape job has one for each target).
 */
#ifndef COLLECT_COLLECTOR_H
#define COLLECT_COLLECTOR_H

#include "base/strbuf.h"
#include "collect/collect.h"
#include "collect/detail.h"
#include "config/option.h"
#include "logs/log_source.h"

struct collector;

struct collector_kind {
	const char *type; /* as `type:` names it */
	const char *help;
	const struct option *options;
	size_t config_size;
	/* Check what the table cannot, and make paths relative to `folder`. -1 with faults added. */
	int (*finish)(void *config, const struct yaml_node *entry, const char *file, const char *folder,
		      struct arena *arena, struct error_list *errors);
	/* Make the collectors of one entry with collector_add. */
	void (*open)(struct collect *collect, const void *config);
};

struct collector_ops {
	/* Begin one collection; collector_done must follow, later, once. `time_ms` is the time it counts as. */
	void (*start)(struct collector *collector, int64_t time_ms);
	/* Stop what is under way, without collector_done, and free the collector's own state. */
	void (*free)(struct collector *collector);
	/* The logs it follows, good until the loop's next turn; NULL for one that follows none. */
	void (*logs)(const struct collector *collector, struct log_sources *ret);
};

struct collector {
	struct collect *collect;
	const struct collector_ops *ops;
	void *own;                    /* the kind's */
	struct collector_state state; /* series, samples, bytes, warning are written by the kind */
	struct timer *timer;
	int64_t offset_ms; /* of its grid */
	int64_t begun_ms;  /* monotonic */
	bool again;        /* asked for while it ran */
	int64_t missed_ms; /* the last time of its grid that came while it ran */
	bool once;         /* done for good after the first good collection */
	bool pending;      /* what it reads is not there yet, or is being read: no failure, but waited for */
	bool absent;       /* the collection that ends well found that its target has no such thing */
	bool backs_off;    /* while it fails it is asked less and less: for what costs its target something */
	unsigned failed;   /* collections in a row */
	struct detail *detail;
	struct strbuf raw; /* the beginning of the last answer */
	size_t raw_length; /* of all of it */
};

#define COLLECTOR_RAW_BYTES (32u * 1024)

/* Add one; `job`, `instance`, `url` are copied. Its schedule starts at once. */
struct collector *collector_add(struct collect *collect, const struct collector_ops *ops, void *own, const char *type,
				const char *job, const char *instance, const char *url, int64_t interval_ms);

/* A collection has ended: well (`reason` NULL or "") or not. */
void collector_done(struct collector *collector, const char *reason);

/* Keep the beginning of an answer as it came, for a person to look at. */
void collector_set_raw(struct collector *collector, const char *text, size_t length);

/* What there is to show besides; the collector's from then on. */
void collector_set_detail(struct collector *collector, struct detail *detail);

extern const struct collector_kind collect_certificate;
extern const struct collector_kind collect_command;
extern const struct collector_kind collect_files;
extern const struct collector_kind collect_health;
extern const struct collector_kind collect_history;
extern const struct collector_kind collect_host;
extern const struct collector_kind collect_json;
extern const struct collector_kind collect_log;
extern const struct collector_kind collect_postgres;
extern const struct collector_kind collect_redis;
extern const struct collector_kind collect_scrape;

#endif
