/* What the files of variable.h share: text with another default format, and choosing among options. */
#ifndef DASHBOARD_VARIABLE_PRIVATE_H
#define DASHBOARD_VARIABLE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "dashboard/variable.h"

#define VARIABLE_ALL         "$__all"
#define VARIABLE_AUTO_PREFIX "$__auto_interval"

/* As variable_interpolate; what has no format of its own is written as `format` ("regex", "text"), NULL for PromQL. */
void variable_interpolate_as(const struct scope *scope, const char *text, const char *format, struct strbuf *ret);

/* The values of one reference, before they become text. */
struct variable_values {
	const char *name;
	const char *const *values;
	size_t count;
	bool several; /* the variable may hold several: its values stand in a regular expression */
	char quote;   /* the quote of the PromQL string it stands in: " ' ` or 0 */
};

/* Append the values as Grafana's Prometheus data source does. */
void variable_format_promql(const struct variable_values *values, struct strbuf *ret);

/* Append the values in a named format ("csv", "pipe", ...); one that is not known is "glob". */
void variable_format(const struct variable_values *values, const char *format, struct strbuf *ret);

/*
 * Give the variable new options (copied) and settle what is chosen: what
 * still is an option stays, also whatever was given by hand; else All where
 * there is one, else the first option.
 */
void variable_set_options(struct variable_state *state, const struct variable_option *options, size_t count);

#endif
