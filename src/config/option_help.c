#include "config/option.h"

#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"

/* Help begins in this column at the latest; what is longer has its help in the next line. */
#define HELP_COLUMN_MOST 32

static const char *value_name(const struct option *option)
{
	if (option->value_name)
		return option->value_name;
	switch (option->type) {
	case OPTION_INT:
	case OPTION_NUMBER: return "NUMBER";
	case OPTION_DURATION: return "DURATION";
	case OPTION_SIZE: return "SIZE";
	case OPTION_PAIRS: return "NAME=VALUE";
	case OPTION_CHOICE: return "WORD";
	default: return "TEXT";
	}
}

static bool is_on_by_default(const struct option *option)
{
	return option->type == OPTION_BOOL && option->fallback && !strcmp(option->fallback, "true");
}

/* "  -s, --size SIZE"; a flag that is on is shown as what turns it off. */
static void add_usage(struct strbuf *buf, const struct option *option)
{
	if (option->letter)
		strbuf_addf(buf, "  -%c, ", option->letter);
	else
		strbuf_addstr(buf, "  ");
	strbuf_addf(buf, "--%s%s", is_on_by_default(option) ? "no-" : "", option->name);
	if (option->type != OPTION_BOOL)
		strbuf_addf(buf, " %s", value_name(option));
}

/* "(text, ansi, svg; default text)". */
static void add_values(struct strbuf *buf, const struct option *option)
{
	bool has_default = option->fallback && *option->fallback && option->type != OPTION_BOOL;

	if (option->type != OPTION_CHOICE && !has_default)
		return;
	strbuf_addstr(buf, " (");
	if (option->type == OPTION_CHOICE) {
		for (size_t i = 0; option->choices[i]; i++)
			strbuf_addf(buf, "%s%s", i ? ", " : "", option->choices[i]);
		if (has_default)
			strbuf_addstr(buf, "; ");
	}
	if (has_default)
		strbuf_addf(buf, "default %s", option->fallback);
	strbuf_addch(buf, ')');
}

static int usage_width(const struct option *option)
{
	struct strbuf usage = STRBUF_INIT;
	int width;

	add_usage(&usage, option);
	width = text_width(usage.text);
	strbuf_release(&usage);
	return width;
}

void option_add_help(const struct option *table, struct strbuf *buf)
{
	int column = 0;

	for (const struct option *option = table; option->name; option++) {
		int width = option->type == OPTION_NODE ? 0 : usage_width(option) + 2;

		if (width > column && width <= HELP_COLUMN_MOST)
			column = width;
	}
	for (const struct option *option = table; option->name; option++) {
		int width;

		if (option->type == OPTION_NODE)
			continue;
		width = usage_width(option);
		add_usage(buf, option);
		if (width + 2 > column) {
			strbuf_addch(buf, '\n');
			width = 0;
		}
		strbuf_addf(buf, "%*s%s", column - width, "", option->help);
		add_values(buf, option);
		strbuf_addch(buf, '\n');
	}
}

/* "interval: DURATION", "targets: [URL, ...]". */
static void add_yaml_usage(struct strbuf *buf, const struct option *option)
{
	strbuf_addstr(buf, "  ");
	for (const char *at = option->name; *at; at++)
		strbuf_addch(buf, *at == '-' ? '_' : *at);
	switch (option->type) {
	case OPTION_STRINGS: strbuf_addf(buf, ": [%s, ...]", value_name(option)); break;
	case OPTION_PAIRS: strbuf_addstr(buf, ": { NAME: VALUE, ... }"); break;
	case OPTION_BOOL: strbuf_addf(buf, ": %s", is_on_by_default(option) ? "false" : "true"); break;
	case OPTION_NODE: strbuf_addf(buf, ": %s", option->value_name ? option->value_name : "[{ ... }, ...]"); break;
	default: strbuf_addf(buf, ": %s", value_name(option)); break;
	}
}

void option_add_yaml_help(const struct option *table, struct strbuf *buf)
{
	for (const struct option *option = table; option->name; option++) {
		size_t begin = buf->length;
		int width;

		add_yaml_usage(buf, option);
		width = text_width(buf->text + begin);
		if (width + 2 > HELP_COLUMN_MOST) {
			strbuf_addch(buf, '\n');
			width = 0;
		}
		strbuf_addf(buf, "%*s%s", HELP_COLUMN_MOST - width, "", option->help);
		if (option->required)
			strbuf_addstr(buf, " (needed)");
		add_values(buf, option);
		strbuf_addch(buf, '\n');
	}
}
