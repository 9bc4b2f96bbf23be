#include <ctype.h>
#include <string.h>

#include "dashboard/variable_private.h"

/* ---- PromQL ---- */

/* One character of a value inside a regular expression inside a PromQL string. */
static void add_regex_character(char ch, char quote, struct strbuf *ret)
{
	const char *escape = quote == '`' ? "\\" : "\\\\"; /* a raw string takes the backslash as it is */

	if (ch == '\\') {
		strbuf_addstr(ret, escape);
		strbuf_addstr(ret, escape);
	} else if (ch == quote && quote == '`') {
		strbuf_addstr(ret, "\\x60");
	} else if (ch == quote && quote) {
		strbuf_addch(ret, '\\');
		strbuf_addch(ret, ch);
	} else if (ch == '\n') {
		strbuf_addstr(ret, escape);
		strbuf_addch(ret, 'n');
	} else if (ch && strchr("$^*{}[]'+?.()|", ch)) {
		strbuf_addstr(ret, escape);
		strbuf_addch(ret, ch);
	} else {
		strbuf_addch(ret, ch);
	}
}

/* One character of a value that stands for itself. */
static void add_plain_character(char ch, char quote, struct strbuf *ret)
{
	if (quote != '`' && (ch == '\\' || (quote && ch == quote))) {
		strbuf_addch(ret, '\\');
		strbuf_addch(ret, ch);
	} else if (quote && quote != '`' && ch == '\n') {
		strbuf_addstr(ret, "\\n");
	} else {
		strbuf_addch(ret, ch);
	}
}

void variable_format_promql(const struct variable_values *values, struct strbuf *ret)
{
	void (*add)(char, char, struct strbuf *) = values->several ? add_regex_character : add_plain_character;
	bool group = values->several && values->count > 1;

	if (group)
		strbuf_addch(ret, '(');
	for (size_t i = 0; i < values->count; i++) {
		if (i > 0)
			strbuf_addch(ret, group ? '|' : ',');
		for (const char *ch = values->values[i]; *ch; ch++)
			add(*ch, values->quote, ret);
	}
	if (group)
		strbuf_addch(ret, ')');
}

/* ---- named formats ---- */

static void join(const struct variable_values *values, const char *separator, struct strbuf *ret)
{
	for (size_t i = 0; i < values->count; i++) {
		if (i > 0)
			strbuf_addstr(ret, separator);
		strbuf_addstr(ret, values->values[i]);
	}
}

static void format_csv(const struct variable_values *values, struct strbuf *ret)
{
	join(values, ",", ret);
}

static void format_pipe(const struct variable_values *values, struct strbuf *ret)
{
	join(values, "|", ret);
}

static void format_text(const struct variable_values *values, struct strbuf *ret)
{
	join(values, " + ", ret);
}

static void format_glob(const struct variable_values *values, struct strbuf *ret)
{
	if (values->count > 1)
		strbuf_addch(ret, '{');
	join(values, ",", ret);
	if (values->count > 1)
		strbuf_addch(ret, '}');
}

static void format_regex(const struct variable_values *values, struct strbuf *ret)
{
	if (values->count > 1)
		strbuf_addch(ret, '(');
	for (size_t i = 0; i < values->count; i++) {
		if (i > 0)
			strbuf_addch(ret, '|');
		for (const char *ch = values->values[i]; *ch; ch++) {
			if (strchr("\\^$*+?.()|[]{}/", *ch))
				strbuf_addch(ret, '\\');
			strbuf_addch(ret, *ch);
		}
	}
	if (values->count > 1)
		strbuf_addch(ret, ')');
}

static void format_json(const struct variable_values *values, struct strbuf *ret)
{
	bool array = values->several || values->count != 1;

	if (array)
		strbuf_addch(ret, '[');
	for (size_t i = 0; i < values->count; i++) {
		if (i > 0)
			strbuf_addch(ret, ',');
		strbuf_add_json(ret, values->values[i]);
	}
	if (array)
		strbuf_addch(ret, ']');
}

/* Each value between `quote`; one inside is written as `escape`. */
static void join_quoted(const struct variable_values *values, char quote, const char *escape, struct strbuf *ret)
{
	for (size_t i = 0; i < values->count; i++) {
		if (i > 0)
			strbuf_addch(ret, ',');
		strbuf_addch(ret, quote);
		for (const char *ch = values->values[i]; *ch; ch++) {
			if (*ch == quote)
				strbuf_addstr(ret, escape);
			else
				strbuf_addch(ret, *ch);
		}
		strbuf_addch(ret, quote);
	}
}

static void format_doublequote(const struct variable_values *values, struct strbuf *ret)
{
	join_quoted(values, '"', "\\\"", ret);
}

static void format_singlequote(const struct variable_values *values, struct strbuf *ret)
{
	join_quoted(values, '\'', "\\'", ret);
}

static void format_sqlstring(const struct variable_values *values, struct strbuf *ret)
{
	join_quoted(values, '\'', "''", ret);
}

static void format_percentencode(const struct variable_values *values, struct strbuf *ret)
{
	struct strbuf plain = STRBUF_INIT;

	format_glob(values, &plain);
	strbuf_add_url(ret, plain.text);
	strbuf_release(&plain);
}

static void format_queryparam(const struct variable_values *values, struct strbuf *ret)
{
	for (size_t i = 0; i < values->count; i++) {
		strbuf_addstr(ret, i > 0 ? "&var-" : "var-");
		strbuf_add_url(ret, values->name);
		strbuf_addch(ret, '=');
		strbuf_add_url(ret, values->values[i]);
	}
}

static const struct {
	const char *name;
	void (*format)(const struct variable_values *values, struct strbuf *ret);
} formats[] = {
	{ "csv", format_csv },
	{ "pipe", format_pipe },
	{ "regex", format_regex },
	{ "raw", format_csv },
	{ "json", format_json },
	{ "doublequote", format_doublequote },
	{ "singlequote", format_singlequote },
	{ "sqlstring", format_sqlstring },
	{ "glob", format_glob },
	{ "text", format_text },
	{ "percentencode", format_percentencode },
	{ "uriencode", format_percentencode },
	{ "queryparam", format_queryparam },
};

void variable_format(const struct variable_values *values, const char *format, struct strbuf *ret)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, format) == 0) {
			formats[i].format(values, ret);
			return;
		}
	}
	format_glob(values, ret);
}
