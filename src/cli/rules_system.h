/*
 * What `skep rules check` holds rules against: the metrics and series that a
 * system has now, the panels of its dashboards and its runbooks. Collected or
 * asked for once, in a session of its own.
 */
#ifndef CLI_RULES_SYSTEM_H
#define CLI_RULES_SYSTEM_H

#include "alert/lint.h"
#include "runbook/runbook_index.h"
#include "base/arena.h"
#include "base/vec.h"
#include "cli/options.h"
#include "dashboard/dashboard.h"
#include "tsdb/matrix.h"

struct rules_system {
	struct arena arena;
	struct lint_system system; /* what all of this is for; points into the rest */
	VEC(struct dashboard *) dashboards;
	VEC(struct matrix *) answers;
	VEC(const char *) names;
	VEC(struct labels) series;
	VEC(struct lint_panel) panels;
	struct rule_set recorded; /* the system's own rules: what they record will be there */
	struct runbook_index runbooks;
};

/* Zeroed memory, then read the system `name` (or a path to its file) as far as the rules ask. 0 or an exit status. */
int rules_system_read(struct rules_system *ret, const char *name, const struct rule_set *rules,
		      const struct cli_options *options);
void rules_system_release(struct rules_system *system);

#endif
