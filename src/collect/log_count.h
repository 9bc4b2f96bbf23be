/*
 * What a log collector counts: lines and bytes by labels taken from the lines'
 * fields, the lines that match patterns, and how long what they tell of took.
 * Filled line by line on a worker (a sink of logs/follow.h), read in the loop
 * while no worker has it. The number of series is bounded: what comes beyond
 * is counted under "other", with its level.
 */
#ifndef COLLECT_LOG_COUNT_H
#define COLLECT_LOG_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "collect/metric_page.h"
#include "config/option.h"
#include "config/yaml.h"
#include "logs/follow.h"
#include "logs/log_line.h"

#define LOG_COUNT_LABELS 8

/* A label and the field of a line that gives its value. */
struct log_label {
	const char *name, *field;
};

struct log_labels {
	struct log_label items[LOG_COUNT_LABELS];
	size_t count;
};

struct log_pattern {
	const char *name, *regex;
};

/* As the section says it; lives as long as the collectors do. */
struct log_count_config {
	struct log_labels labels, duration_labels;
	size_t series_limit;
	const char *duration;   /* the field; NULL: no histogram */
	double duration_factor; /* to seconds */
	const double *bounds;   /* upper, rising, without +Inf */
	size_t bound_count;
	const struct log_pattern *patterns;
	size_t pattern_count;
};

/* "level", "path=url": label names must be legal, each once. */
int log_labels_read(struct log_labels *ret, const struct option_strings *words, struct error *error);

/* The `patterns:` section: a list of {name, regex}. -1 with faults added. */
int log_patterns_read(struct log_count_config *config, const struct yaml_node *node, const char *file,
		      struct arena *arena, struct error_list *errors);

struct log_count;

/* The parser's zone is copied; `config` must outlive the workers' use of it, so what they need of it is copied too. */
struct log_count *log_count_new(const struct log_count_config *config, const struct line_parser *parser);
void log_count_free(void *count);

extern const struct log_sink log_count_sink;

/* Append the families to a page. */
void log_count_page(struct log_count *count, struct metric_page *page);

/* Series that are counted apart, and whether the limit was met. */
size_t log_count_series(const struct log_count *count, bool *ret_full);

#endif
