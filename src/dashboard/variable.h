/*
 * Dashboard variables at run time: what can be chosen, what is chosen, and
 * putting it into text. The definitions are the dashboard's (immutable);
 * answers for query variables come from an engine, in the order of the file,
 * since most refer to earlier ones.
 */
#ifndef DASHBOARD_VARIABLE_H
#define DASHBOARD_VARIABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "dashboard/dashboard.h"
#include "query/query.h"

struct variable_option {
	const char *text;
	const char *value;
};

/* One variable's state. Strings live in `arena`, which is renewed with the options. */
struct variable_state {
	const struct variable *definition;
	struct arena arena;
	struct variable_option *options;
	size_t option_count;
	const char **values; /* chosen; with All: every option's value */
	size_t value_count;
	bool all;        /* All is chosen */
	bool given;      /* by the user (--var, picker): kept although no option has it */
	char fault[160]; /* why the options could not be had; "" */
};

struct variables {
	struct variable_state *items;
	size_t count;
	/* The engine that answers a variable of this data source; NULL: the one variables_resolve was given. */
	struct query_engine *(*choose_engine)(void *user, const struct datasource *source);
	void *chooser;
};

/* Start from the file's `current` values and static options. `ret` borrows the dashboard. */
void variables_init(struct variables *ret, const struct dashboard *dashboard);
void variables_release(struct variables *variables);

/* Choose by hand: `value` may be several joined by ','. "All" or "$__all" chooses all. -1 when there is no such
 * variable. */
int variables_choose(struct variables *variables, const char *name, const char *value, struct error *error);

/* True when some query variable has no answer yet: its question failed, or found nothing so far. */
bool variables_incomplete(const struct variables *variables);

/*
 * Resolve query variables one after the other. `done` comes once all are
 * answered (or failed: see `fault`), also when nothing had to be asked; it
 * never comes before this returns. Cancel by variables_resolve_cancel.
 */
struct variables_resolve;
struct variables_resolve *variables_resolve(struct variables *variables, struct loop *loop, struct query_engine *engine,
					    int64_t from_ms, int64_t to_ms, void (*done)(void *user), void *user);
void variables_resolve_cancel(struct variables_resolve *resolve);

/* The built-in variables of one question. */
struct scope {
	const struct variables *variables;
	int64_t interval_ms; /* $__interval; 0 leaves it */
	int64_t rate_interval_ms;
	int64_t from_ms, to_ms;
	/* Values bound by repeat, in front of the variables: NULL terminated pairs name, value */
	const char *const *bound;
	const char *dashboard_title;
	bool for_legend; /* plain text: no regex escaping, several joined by " + " */
};

/*
 * Append `text` with every $v, ${v}, ${v:format}, [[v]], [[v:format]]
 * replaced as Grafana's Prometheus data source does (facts/grafana.md): one
 * value of a single variable: `\` doubled and quotes escaped; multi or All:
 * regex characters escaped, several joined "(a|b)". Formats: csv, pipe, regex,
 * raw, json, doublequote, singlequote, glob, text, percentencode, queryparam.
 * An unknown variable stays as it is.
 */
void variable_interpolate(const struct scope *scope, const char *text, struct strbuf *ret);

#endif
