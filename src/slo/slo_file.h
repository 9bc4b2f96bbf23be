/*
 * What a system promises: slos.yaml. Objectives, each with one line or
 * several that are measured apart; what is good of a line, its target and its
 * window; the window pairs that burn alerts have; what is done when so much of
 * a budget is gone; the scorecard. Pure data; slo_state.h asks.
 *
 * Lines stand in one array, those of an objective together, and carry what
 * they take over from it.
 */
#ifndef SLO_SLO_FILE_H
#define SLO_SLO_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "config/option.h"
#include "config/yaml.h"
#include "slo/comparison.h"
#include "slo/slo_window.h"

#define SLO_PLACEHOLDER  "$window"
#define SLO_LINES_MAX    200
#define SLO_PAIRS_MAX    8
#define SLO_ALERTS_MAX   6
#define SLO_WINDOWS_MAX  16
#define SLO_POLICIES_MAX 12

/* What is measured of a line. */
enum sli_kind {
	SLI_EVENTS,     /* bad (or good) events of all: a budget of events */
	SLI_THRESHOLD,  /* a value that is to stay on one side: a budget of time, in slices */
	SLI_FRESHNESS,  /* an age that is to stay short: a budget of time when it has a target */
	SLI_VALUE,      /* a value compared with a goal: no budget */
	SLI_UNMEASURED, /* nobody measures it; it is said why */
	SLI_KINDS,
};

/* "events", "threshold" */
const char *sli_kind_name(enum sli_kind kind);

/* How grave a document finds a value. */
enum slo_level { SLO_LEVEL_OK, SLO_LEVEL_WARNING, SLO_LEVEL_CRITICAL };

/* A document's alert line: this grave when the value was so for that long. */
struct slo_alert {
	int level; /* enum slo_level */
	struct comparison when;
	int64_t for_ms;
};

/* Two windows of which both must burn faster than the share of the budget allows. */
struct slo_pair {
	const char *name; /* "page": pairs that share one are one alert */
	const char *severity, *tier;
	double share; /* of the budget, spent within the long window */
	int64_t long_ms, short_ms;
};

/* From this share of the budget on, this is the rule. */
struct slo_policy {
	double used;
	const char *rule;
};

struct slo_line {
	const char *name, *title, *description;
	size_t objective;
	enum sli_kind kind;
	double target; /* NaN: no budget */
	struct slo_window window;
	const char *bad, *good, *total; /* SLI_EVENTS: one of the first two is NULL; with the placeholder */
	const char *value;              /* what is looked at now; of events NULL: the share that is good */
	const char *unit;               /* of the value, as Grafana names it; NULL */
	bool has_goal;
	struct comparison goal; /* the good side of the value */
	int64_t slice_ms;
	const char *unmeasured; /* why not */
	struct slo_alert *alerts;
	size_t alert_count;
	unsigned file_line;
};

struct slo_objective {
	const char *name, *title, *description, *owner, *tier;
	struct option_strings links; /* "name=URL" */
	bool proposal;
	size_t first, count; /* its lines */
};

/* Which number of a line a row of the scorecard shows. */
enum slo_show { SLO_SHOW_NOW, SLO_SHOW_WINDOW, SLO_SHOW_BUDGET };

struct slo_score {
	const char *title, *target; /* the target as the documents have it */
	const char *reported;       /* what a document says it is; NULL */
	int show;                   /* enum slo_show */
	int line;                   /* index; -1: nobody measures it */
	const char *unmeasured;
};

struct slo_file {
	struct slo_objective *objectives;
	size_t objective_count;
	struct slo_line *lines;
	size_t line_count;
	struct slo_pair *pairs; /* those given, or the four of the workbook */
	size_t pair_count;
	struct slo_policy *policies; /* by share used, from 0 up */
	size_t policy_count;
	struct slo_score *scores;
	size_t score_count;
	int64_t windows_ms[SLO_WINDOWS_MAX]; /* burn is asked over: ascending, each once */
	size_t window_count;
};

extern const struct option slo_file_options[];
extern const struct option slo_objective_options[];
extern const struct option slo_line_options[];
extern const struct option slo_events_options[];
extern const struct option slo_threshold_options[];
extern const struct option slo_freshness_options[];
extern const struct option slo_value_options[];
extern const struct option slo_alert_options[];
extern const struct option slo_pair_options[];
extern const struct option slo_policy_options[];
extern const struct option slo_score_options[];

/*
 * Read the section `slos:` of a system file: a mapping, or the name of a file
 * that holds one, relative to `folder`. Strings live in the arena. Every
 * fault goes to `errors`; -1 when there was one, and `ret` is untouched.
 */
int slo_file_read(struct slo_file *ret, const struct yaml_node *node, const char *file, const char *folder,
		  struct arena *arena, struct error_list *errors);

/* Has it a budget to burn? */
bool slo_line_has_budget(const struct slo_line *line);

/* "availability/api", or "availability" where it is the objective's only line. */
void slo_line_id(const struct slo_file *file, const struct slo_line *line, char *ret, size_t size);

/* The line of such an id; -1. */
int slo_file_find(const struct slo_file *file, const char *id);

/* The rule in force when so much of the budget is used; NULL without a policy. */
const char *slo_file_policy(const struct slo_file *file, double used);

#endif
