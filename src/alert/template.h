/*
 * The templates of labels and annotations: Go's text/template as Prometheus
 * uses it (fields, pipes, variables, if/else/with/range/define/template,
 * comparison and logic, printf with its verbs) with Prometheus's functions.
 * Pure: what `query` asks is put into `lookups` and answered by the caller,
 * who then expands again. Behaviour: Prometheus 2.42, text/template of Go.
 */
#ifndef ALERT_TEMPLATE_H
#define ALERT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "tsdb/labels.h"
#include "tsdb/matrix.h"

struct template_data {
	const char *name;                     /* the alert's, for the text of a failure; may be NULL */
	const struct labels *labels;          /* $labels, with __name__ where the result has it */
	const struct labels *external_labels; /* $externalLabels; may be NULL */
	const char *external_url;             /* $externalURL; may be NULL */
	double value;                         /* $value */
	int64_t time_ms;                      /* of the evaluation */
};

/* One `query "..."` of a template: first asked, later answered. */
struct template_lookup {
	char *expression;
	bool answered;
	struct matrix *matrix; /* the lookup's own reference; NULL with `error` */
	char *error;           /* NULL when well */
};

#define TEMPLATE_LOOKUPS_MAX 100 /* in one expansion */
#define TEMPLATE_OUTPUT_MAX  (64 * 1024)
#define TEMPLATE_TEXT_MAX    (64 * 1024)
#define TEMPLATE_DEPTH_MAX   100                /* of brackets, blocks and templates in one another */
#define TEMPLATE_STEPS_MAX   200000             /* nodes evaluated in one expansion */
#define TEMPLATE_MEMORY_MAX  (16 * 1024 * 1024) /* of what is made meanwhile */

struct template_lookups {
	VEC(struct template_lookup) items;
};

enum template_status {
	TEMPLATE_DONE,
	TEMPLATE_ASKS,   /* lookups were added that are not answered: answer them and expand again */
	TEMPLATE_FAILED, /* `ret` holds "<error expanding template: ...>", as Prometheus shows it */
};

/* Expand `text`; the result replaces `ret`. */
enum template_status template_expand(const char *text, const struct template_data *data,
				     struct template_lookups *lookups, struct strbuf *ret);

/* Does it parse? -1 with "line:column: what is wrong" (1-based, within the text). */
int template_check(const char *text, struct error *error);

/* Answer a lookup: takes a reference of `matrix`, or a copy of `error`. */
void template_answer(struct template_lookup *lookup, struct matrix *matrix, const char *error);
void template_lookups_release(struct template_lookups *lookups);

#endif
