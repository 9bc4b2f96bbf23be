/*
 * One expansion: a tree walked with its data. Evaluating returns 0, or -1
 * with the failure kept in the run; only the first counts.
 */
#ifndef ALERT_TEMPLATE_RUN_H
#define ALERT_TEMPLATE_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "alert/template.h"
#include "alert/template_function.h"
#include "alert/template_tree.h"
#include "alert/template_value.h"

#define TEMPLATE_NESTING_MAX 600

struct template_variable {
	const char *name;
	struct template_value value;
};

struct template_run {
	const struct template_tree *tree;
	const struct template_data *data;
	struct template_lookups *lookups;
	struct arena *arena; /* of what is made on the way */
	struct strbuf *out;
	const char *name;                 /* of the whole */
	const char *part;                 /* of the definition in hand */
	const struct template_node *node; /* in hand, for the failure's text */
	VEC(struct template_variable) variables;
	size_t first_variable; /* of the definition in hand */
	unsigned depth;        /* of templates in one another */
	unsigned nesting;      /* of everything */
	size_t steps;
	bool asks; /* stopped at a lookup that is not answered */
	struct strbuf failure;
};

/* Expand the tree's root; 0 or -1. */
int template_run(struct template_run *run);

/* Keep the failure, with where it happened. Always -1. */
int template_run_fail(struct template_run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What an operand or pipe gives. `dot` is the value of `.`. */
int template_evaluate_pipe(struct template_run *run, struct template_value dot, const struct template_node *pipe,
			   struct template_value *ret);

/* template_call.c: `node` is called by its name with operands and, when not NULL, the value piped into it. */
int template_call_function(struct template_run *run, struct template_value dot, const struct template_node *node,
			   const struct template_node *command, const struct template_value *piped,
			   struct template_value *ret);
int template_call_method(struct template_run *run, const struct template_value *receiver, const char *name,
			 const struct template_node *command, struct template_value dot,
			 const struct template_value *piped, struct template_value *ret);

/* An operand as such, whatever type it has. */
int template_evaluate_operand(struct template_run *run, struct template_value dot, const struct template_node *node,
			      struct template_value *ret);

#endif
