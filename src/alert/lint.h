/*
 * What is doubtful about alert rules, beyond what cannot be read: rules that
 * can never fire, never resolve, or say something that is not so. Pure: what
 * is known of a system (its series, panels, runbooks) is handed in, and what
 * is not known is not judged.
 */
#ifndef ALERT_LINT_H
#define ALERT_LINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/rule_file.h"
#include "runbook/runbook_index.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "tsdb/labels.h"

enum lint_severity {
	LINT_WARNING, /* works, but hardly as it is meant */
	LINT_ERROR,   /* cannot work */
};

struct lint_finding {
	enum lint_severity severity;
	const char *file, *check;
	const char *rule; /* its name; "" when the finding is of the file */
	unsigned line;    /* 0: not known */
	const char *text; /* what is wrong (what to do) */
};

struct lint_findings {
	struct arena arena;
	VEC(struct lint_finding) items;
	size_t errors;
};

void lint_findings_init(struct lint_findings *findings);
void lint_findings_release(struct lint_findings *findings);

/* What a loader found, in the same list. */
void lint_add_faults(struct lint_findings *findings, const struct error_list *errors);

/* A dashboard's panel as far as it matters here. */
struct lint_panel {
	const char *title, *expression;
	const char *unit; /* Grafana's id; "" none */
};

/* What is known of the system. Zeroed memory: nothing. */
struct lint_system {
	bool has_names; /* all metric names are in `names`, sorted */
	const char *const *names;
	size_t name_count;
	const struct labels *series; /* of the metrics that the rules name; in any order */
	size_t series_count;
	const struct lint_panel *panels;
	size_t panel_count;
	const struct runbook_index *runbooks; /* NULL: there are none to be found in */
	int64_t interval_ms;                  /* of groups that name none; 0: a minute */
};

/* Judge all rules of a set; what is found is added, and the list then is sorted by file and line. */
void lint_rules(const struct rule_set *set, const struct lint_system *system, struct lint_findings *ret);

/* The metric names that the rules ask for and none of them records, sorted, each once; in the arena. */
const char *const *lint_metrics(const struct rule_set *set, struct arena *arena, size_t *ret_count);

/* Append a line for each check: its name, severity and what it looks for. */
void lint_add_help(struct strbuf *ret);

#endif
