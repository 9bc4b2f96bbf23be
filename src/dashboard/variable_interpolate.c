#include "dashboard/variable.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "dashboard/interval.h"
#include "dashboard/unit_format.h"
#include "dashboard/variable_private.h"

#define NESTING_MAX         5 /* an allValue may hold variables, also itself */
#define NAME_BYTES_MAX      128
#define FORMAT_BYTES_MAX    128
#define REFERENCE_BYTES_MAX (2 * NAME_BYTES_MAX + FORMAT_BYTES_MAX)
#define REFERENCES_MAX      100000u /* of one text, nested ones included: an allValue may multiply itself */
#define RESULT_BYTES_MAX    (4u * 1024 * 1024)

/* "$name", "${name.path:format}" or "[[name:format]]". */
struct reference {
	char name[NAME_BYTES_MAX];
	char path[16];
	char format[FORMAT_BYTES_MAX]; /* "" when none */
	size_t bytes;
};

/* One run over a text. */
struct interpolation {
	const struct scope *scope;
	const char *format; /* for references without one; NULL for PromQL */
	struct strbuf *ret;
	unsigned *references; /* met so far, shared with the runs inside this one */
	int depth;
	char quote; /* of the PromQL string we are in, or 0 */
};

static void interpolate(struct interpolation *run, const char *text);

/* ---- references ---- */

static size_t word_bytes(const char *text)
{
	size_t bytes = 0;

	while (isalnum((unsigned char)text[bytes]) || text[bytes] == '_')
		bytes++;
	return bytes;
}

static bool copy_part(char *ret, size_t size, const char *text, size_t length)
{
	if (length >= size)
		return false;
	memcpy(ret, text, length);
	ret[length] = '\0';
	return true;
}

/* What stands between the brackets: name, then maybe .path, then maybe :format, up to `close`. */
static bool parse_inside(const char *text, const char *close, struct reference *ret)
{
	/* No reference is longer: a text full of brackets costs a look at each, not at all that follows. */
	size_t near = strnlen(text, REFERENCE_BYTES_MAX);
	const char *end = memmem(text, near, close, strlen(close)), *at;
	size_t name = end ? word_bytes(text) : 0;

	if (!end || name == 0 || !copy_part(ret->name, sizeof(ret->name), text, name))
		return false;
	at = text + name;
	if (*at == '.' && close[0] == '}') {
		size_t path = 0;

		while (at + 1 + path < end && at[1 + path] != ':')
			path++;
		if (!copy_part(ret->path, sizeof(ret->path), at + 1, path))
			return false;
		at += 1 + path;
	}
	if (*at == ':' && at < end) {
		if (at + 1 == end || !copy_part(ret->format, sizeof(ret->format), at + 1, (size_t)(end - at - 1)))
			return false;
		at = end;
	}
	return at == end;
}

static bool parse_reference(const char *text, struct reference *ret)
{
	const char *end;

	memset(ret, 0, sizeof(*ret));
	if (strncmp(text, "${", 2) == 0) {
		if (!parse_inside(text + 2, "}", ret))
			return false;
		end = strchr(text, '}');
		ret->bytes = (size_t)(end - text) + 1;
		return true;
	}
	if (strncmp(text, "[[", 2) == 0) {
		if (!parse_inside(text + 2, "]]", ret))
			return false;
		end = strstr(text, "]]");
		ret->bytes = (size_t)(end - text) + 2;
		return true;
	}
	ret->bytes = 1 + word_bytes(text + 1);
	return text[0] == '$' && ret->bytes > 1 && copy_part(ret->name, sizeof(ret->name), text + 1, ret->bytes - 1);
}

/* ---- built-in variables ---- */

static int64_t range_ms(const struct scope *scope)
{
	return scope->to_ms > scope->from_ms ? scope->to_ms - scope->from_ms : 0;
}

/* Exact, unlike $__interval's text: rate() over "1m" would not be rate() over 75 s. */
static void add_rate_interval(const struct scope *scope, struct strbuf *ret)
{
	int64_t ms = scope->rate_interval_ms;

	if (ms % CLOCK_MINUTE == 0)
		strbuf_addf(ret, "%lldm", (long long)(ms / CLOCK_MINUTE));
	else if (ms % CLOCK_SECOND == 0)
		strbuf_addf(ret, "%llds", (long long)(ms / CLOCK_SECOND));
	else
		strbuf_addf(ret, "%lldms", (long long)ms);
}

static void add_interval(int64_t ms, struct strbuf *ret)
{
	char text[24];

	interval_text(ms, text, sizeof(text));
	strbuf_addstr(ret, text);
}

/* ${__from}: milliseconds; ${__from:date}: ISO 8601; ${__from:date:seconds}; ${__from:date:YYYY-MM}. */
static void add_moment(int64_t ms, const char *format, struct strbuf *ret)
{
	static const char iso[] = "YYYY-MM-DD[T]HH:mm:ss.SSS[Z]";

	if (strcmp(format, "date") == 0 || strcmp(format, "date:iso") == 0)
		moment_format(ms, iso, ret);
	else if (strcmp(format, "date:seconds") == 0)
		strbuf_addf(ret, "%lld", (long long)(interval_floor(ms, CLOCK_SECOND) / CLOCK_SECOND));
	else if (strncmp(format, "date:", 5) == 0)
		moment_format(ms, format + 5, ret);
	else
		strbuf_addf(ret, "%lld", (long long)ms);
}

static bool add_builtin(const struct scope *scope, const struct reference *reference, struct strbuf *ret)
{
	const char *name = reference->name;
	int64_t range = range_ms(scope), seconds = (range + 500) / 1000;

	if (strncmp(name, "__", 2) != 0)
		return false;
	name += 2;
	if (strcmp(name, "interval") == 0 && scope->interval_ms > 0)
		add_interval(scope->interval_ms, ret);
	else if (strcmp(name, "interval_ms") == 0 && scope->interval_ms > 0)
		strbuf_addf(ret, "%lld", (long long)scope->interval_ms);
	else if (strcmp(name, "rate_interval") == 0 && scope->rate_interval_ms > 0)
		add_rate_interval(scope, ret);
	else if (strcmp(name, "rate_interval_ms") == 0 && scope->rate_interval_ms > 0)
		strbuf_addf(ret, "%lld", (long long)scope->rate_interval_ms);
	else if (strcmp(name, "range") == 0 && range > 0)
		strbuf_addf(ret, "%llds", (long long)seconds);
	else if (strcmp(name, "range_s") == 0 && range > 0)
		strbuf_addf(ret, "%lld", (long long)seconds);
	else if (strcmp(name, "range_ms") == 0 && range > 0)
		strbuf_addf(ret, "%lld", (long long)range);
	else if (strcmp(name, "from") == 0 && scope->to_ms > 0)
		add_moment(scope->from_ms, reference->format, ret);
	else if (strcmp(name, "to") == 0 && scope->to_ms > 0)
		add_moment(scope->to_ms, reference->format, ret);
	else if (strcmp(name, "dashboard") == 0 && scope->dashboard_title)
		strbuf_addstr(ret, scope->dashboard_title);
	else if (strcmp(name, "timezone") == 0)
		strbuf_addstr(ret, "utc");
	else
		return false;
	return true;
}

/* ---- the dashboard's variables ---- */

static const struct variable_state *find_state(const struct scope *scope, const char *name)
{
	for (size_t i = 0; scope->variables && i < scope->variables->count; i++)
		if (strcmp(scope->variables->items[i].definition->name, name) == 0)
			return &scope->variables->items[i];
	return NULL;
}

static const char *find_bound(const struct scope *scope, const char *name)
{
	for (size_t i = 0; scope->bound && scope->bound[i]; i += 2)
		if (strcmp(scope->bound[i], name) == 0)
			return scope->bound[i + 1];
	return NULL;
}

static const char *text_of(const struct variable_state *state, const char *value)
{
	for (size_t i = 0; state && i < state->option_count; i++)
		if (strcmp(state->options[i].value, value) == 0)
			return state->options[i].text;
	return value;
}

static void add_values(const struct interpolation *run, const struct variable_values *values, const char *format)
{
	if (format)
		variable_format(values, format, run->ret);
	else
		variable_format_promql(values, run->ret);
}

static void add_text(const struct interpolation *run, const struct variable_state *state,
		     const struct variable_values *values)
{
	struct variable_values texts = *values;
	const char **items = mem_array(values->count + 1, sizeof(*items));

	for (size_t i = 0; i < values->count; i++)
		items[i] = text_of(state, values->values[i]);
	texts.values = items;
	variable_format(&texts, "text", run->ret);
	free(items);
}

/* An interval variable on "auto": as many steps as it asks for, over the range of the question. */
static bool add_automatic(const struct interpolation *run, const struct variable_state *state)
{
	const struct variable *definition = state->definition;
	int64_t minimum_ms = 10 * CLOCK_SECOND;

	if (definition->type != VARIABLE_INTERVAL || state->value_count != 1 ||
	    strncmp(state->values[0], VARIABLE_AUTO_PREFIX, strlen(VARIABLE_AUTO_PREFIX)) != 0)
		return false;
	if (definition->auto_min)
		duration_parse(definition->auto_min, &minimum_ms, NULL);
	add_interval(interval_auto(range_ms(run->scope), definition->auto_count > 0 ? definition->auto_count : 30,
				   minimum_ms),
		     run->ret);
	return true;
}

/* All: the file's own expression for it, or every option. */
static bool add_all(struct interpolation *run, const struct variable_state *state, const char *format)
{
	static const char *const all[] = { VARIABLE_ALL };
	const char *all_value = state->definition->all_value;

	if (format && strcmp(format, "text") == 0) {
		strbuf_addstr(run->ret, "All");
		return true;
	}
	if (format && strcmp(format, "queryparam") == 0) {
		struct variable_values values = { .name = state->definition->name, .values = all, .count = 1 };

		variable_format(&values, format, run->ret);
		return true;
	}
	if (all_value && run->depth < NESTING_MAX) {
		struct interpolation inner = *run;

		inner.depth++;
		interpolate(&inner, all_value);
		return true;
	}
	if (state->option_count == 0 && !format) {
		strbuf_addstr(run->ret, ".*"); /* the options are not known: all of them is anything */
		return true;
	}
	return false;
}

/* The default format of this run, unless the reference has its own; NULL for PromQL. */
static const char *format_of(const struct interpolation *run, const struct reference *reference)
{
	if (strcmp(reference->path, "text") == 0)
		return "text";
	if (reference->format[0])
		return reference->format;
	return run->format;
}

static bool add_variable(struct interpolation *run, const struct reference *reference)
{
	const struct variable_state *state = find_state(run->scope, reference->name);
	const char *bound = find_bound(run->scope, reference->name), *format = format_of(run, reference);
	struct variable_values values = { .name = reference->name, .quote = run->quote };

	if (!state && !bound)
		return false;
	if (bound) {
		values.values = &bound;
		values.count = 1;
	} else if (state->definition->type == VARIABLE_ADHOC) {
		return true;
	} else if (add_automatic(run, state) || (state->all && add_all(run, state, format))) {
		return true;
	} else {
		values.values = (const char *const *)state->values;
		values.count = state->value_count;
	}
	values.several = state && (state->definition->multi || state->definition->include_all);
	if (format && strcmp(format, "text") == 0)
		add_text(run, state, &values);
	else
		add_values(run, &values, format);
	return true;
}

/* ---- the text around them ---- */

/* Follow PromQL's strings and comments over `length` bytes that stay as they are. */
static void follow_quotes(struct interpolation *run, char ch, bool *escaped, bool *comment)
{
	if (*comment) {
		*comment = ch != '\n';
	} else if (*escaped) {
		*escaped = false;
	} else if (run->quote) {
		*escaped = ch == '\\' && run->quote != '`';
		if (ch == run->quote)
			run->quote = 0;
	} else if (ch == '"' || ch == '\'' || ch == '`') {
		run->quote = ch;
	} else if (ch == '#') {
		*comment = true;
	}
}

static void interpolate(struct interpolation *run, const char *text)
{
	bool escaped = false, comment = false;
	struct reference reference;

	while (*text && run->ret->length < RESULT_BYTES_MAX && *run->references < REFERENCES_MAX) {
		size_t plain = strcspn(text, "$[");

		for (size_t i = 0; i < plain; i++)
			follow_quotes(run, text[i], &escaped, &comment);
		strbuf_add(run->ret, text, plain);
		text += plain;
		if (!*text)
			break;
		++*run->references;
		if (parse_reference(text, &reference) &&
		    (add_variable(run, &reference) || add_builtin(run->scope, &reference, run->ret))) {
			text += reference.bytes;
			escaped = false;
		} else {
			follow_quotes(run, *text, &escaped, &comment);
			strbuf_addch(run->ret, *text++);
		}
	}
}

void variable_interpolate_as(const struct scope *scope, const char *text, const char *format, struct strbuf *ret)
{
	unsigned references = 0;
	struct interpolation run = { .scope = scope, .format = format, .ret = ret, .references = &references };

	if (text)
		interpolate(&run, text);
}

void variable_interpolate(const struct scope *scope, const char *text, struct strbuf *ret)
{
	variable_interpolate_as(scope, text, scope->for_legend ? "text" : NULL, ret);
}
