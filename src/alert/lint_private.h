/* The inside of lint.c: one rule under its checks. */
#ifndef ALERT_LINT_PRIVATE_H
#define ALERT_LINT_PRIVATE_H

#include "query/condition.h"
#include "alert/lint.h"
#include "promql/promql.h"

struct lint_check;

/* A rule and what its expression compares. */
struct lint_entry {
	const struct rule_group *group;
	const struct rule *rule;
	struct promql *promql; /* NULL: does not parse, and has been told as a fault */
	struct condition condition;
};

/* One rule being judged. */
struct lint_context {
	const struct lint_entry *entries; /* all rules */
	size_t entry_count;
	const struct rule_group *group;
	const struct rule *rule;
	const struct promql *promql;       /* never NULL */
	const struct condition *condition; /* of its expression */
	const struct lint_system *system;
	const struct lint_check *check; /* the one running */
	struct lint_findings *findings;
};

struct lint_check {
	const char *name;
	enum lint_severity severity;
	const char *help;
	void (*run)(struct lint_context *context);
};

/* Tell a finding of the running check. */
void lint_tell(struct lint_context *context, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Print an expression into the findings' arena. */
const char *lint_print(struct lint_context *context, const struct expr *expr);

/* Call `fn` for the expression and everything inside it, outer before inner. */
typedef void lint_visit_fn(struct lint_context *context, const struct expr *expr);
void lint_visit(struct lint_context *context, const struct expr *expr, lint_visit_fn *fn);

bool lint_is_comparison(enum token_kind kind);

/* lint_expression.c */
void lint_check_metrics(struct lint_context *context);
void lint_check_matchers(struct lint_context *context);
void lint_check_up(struct lint_context *context);
void lint_check_counter(struct lint_context *context);
void lint_check_ratio(struct lint_context *context);

/* lint_labels.c */
void lint_check_labels(struct lint_context *context);

/* lint_unit.c */
void lint_check_panels(struct lint_context *context);
void lint_check_percentage(struct lint_context *context);

/* lint_rule.c */
void lint_check_for(struct lint_context *context);
void lint_check_interval(struct lint_context *context);
void lint_check_runbook(struct lint_context *context);
void lint_check_pair(struct lint_context *context);

#endif
