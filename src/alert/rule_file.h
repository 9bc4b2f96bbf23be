/*
 * Prometheus rule files as people have them: `groups:` with alerting and
 * recording rules, or the same below `spec:` of a Kubernetes PrometheusRule
 * (one or many documents in a file). Read without loss: what cannot be used
 * (a bad expression, a bad duration, an unknown key) is a fault with
 * file:line, and only that rule is left out.
 */
#ifndef ALERT_RULE_FILE_H
#define ALERT_RULE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"

/* Of one file; its bytes and values are bounded by config/yaml.h. */
#define RULE_GROUPS_MAX 2000
#define RULE_RULES_MAX  20000
#define RULE_TEXTS_MAX  128 /* labels, or annotations, of one rule */

enum rule_kind { RULE_ALERT, RULE_RECORD };

/* A label or an annotation: its value is a template (see template.h). */
struct rule_text {
	const char *name, *value;
};

struct rule {
	enum rule_kind kind;
	const char *name;       /* `alert:` or `record:` */
	const char *expression; /* as written, without blanks around */
	int64_t for_ms, keep_firing_ms;
	const struct rule_text *labels, *annotations; /* sorted by name */
	size_t label_count, annotation_count;
	unsigned line, expression_line; /* 1-based */
};

struct rule_group {
	const char *name, *file;
	int64_t interval_ms;     /* 0: the evaluator's default */
	int64_t query_offset_ms; /* asked about that long ago */
	int64_t limit;           /* most alerts or series a rule may have; 0: no limit */
	const struct rule *rules;
	size_t rule_count;
	unsigned line;
};

/* Everything lives in the arena. Groups of one file have names of their own; two files may share them. */
struct rule_set {
	struct arena arena;
	VEC(struct rule_group) groups;
};

void rule_set_init(struct rule_set *set);
void rule_set_release(struct rule_set *set);
size_t rule_set_count(const struct rule_set *set); /* rules in all groups */

/*
 * Add the groups of a file. Every fault goes to `errors`; -1 when there was an error, what could be read is there all
 * the same. Checked as Prometheus does it when it loads rules, templates included; expressions may have what 3.x added.
 * Labels of a group are in its rules already. Two rules with one name and the same labels are an approximation.
 */
int rule_file_read(struct rule_set *set, const char *path, struct error_list *errors);
int rule_file_parse(struct rule_set *set, const char *path, const char *text, size_t length, struct error_list *errors);

/* Does the file hold rules: `groups:` or a document of kind PrometheusRule? False when it cannot be read. */
bool rule_file_recognise(const char *path);

/* A duration as rule files have them: "1h30m", "1d", "0". Units y w d h m s ms, in that order, each once. */
int rule_duration_read(const char *text, int64_t *ret_ms, struct error *error);

/* The annotation or label of that name; NULL when there is none. */
const char *rule_annotation(const struct rule *rule, const char *name);
const char *rule_label(const struct rule *rule, const char *name);

#endif
