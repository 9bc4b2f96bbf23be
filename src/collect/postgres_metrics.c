#include "collect/postgres_metrics.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"

#define LABELS_MAX 16

static const struct {
	const char *text;
	double value;
} words[] = {
	{ "t", 1 }, { "f", 0 }, { "true", 1 }, { "false", 0 }, { "on", 1 }, { "off", 0 },
};

bool postgres_number(const char *text, double *ret)
{
	char *end;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].text, text) != 0)
			continue;
		*ret = words[i].value;
		return true;
	}
	/* strtod takes white space before a number, and hexadecimal ones; the server writes neither. */
	if (!*text || strspn(text, " \t\n\v\f\r") || strpbrk(text, "xX"))
		return false;
	*ret = strtod(text, &end);
	return !*end;
}

static bool is_wanted(const struct postgres_rows *rows, size_t row, const struct option_strings *databases)
{
	const char *name = postgres_rows_text(rows, row, "datname");

	if (!databases || !databases->count || !name)
		return true;
	for (size_t i = 0; i < databases->count; i++)
		if (strcmp(databases->items[i], name) == 0)
			return true;
	return false;
}

static void add_sample(struct metric_page *page, const char *name, const struct postgres_map *map,
		       const struct postgres_rows *rows, size_t row, double value)
{
	struct label labels[LABELS_MAX] = { 0 };
	struct strbuf names[LABELS_MAX];
	size_t count = 0;

	for (; map->labels && map->labels[count] && count < LABELS_MAX; count++) {
		strbuf_init(&names[count]);
		metric_name(&names[count], map->labels[count]);
		labels[count] = (struct label){ names[count].text, postgres_rows_text(rows, row, map->labels[count]) };
	}
	metric_page_add(page, name, labels, count, value);
	for (size_t i = 0; i < count; i++)
		strbuf_release(&names[i]);
}

static int add_family(struct metric_page *page, const struct postgres_map *map, const struct postgres_value *value,
		      const struct postgres_rows *rows, const struct option_strings *databases, struct error *error)
{
	struct strbuf name = STRBUF_INIT;
	size_t column = postgres_rows_column(rows, value->column);
	int result = 0;

	if (column == POSTGRES_NO_COLUMN)
		return error_set(error, "no column %s", value->column);
	metric_name(&name, map->prefix);
	strbuf_addch(&name, '_');
	/* A digit may stand at the beginning here. */
	for (const char *at = value->column; *at; at++)
		strbuf_addch(&name, strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", *at)
					    ? *at
					    : '_');
	metric_page_family(page, name.text, value->type, value->help);
	for (size_t i = 0; i < rows->count; i++) {
		const char *text = rows->cells[i * rows->columns + column];
		double number;

		if (!text || !is_wanted(rows, i, databases))
			continue;
		if (postgres_number(text, &number))
			add_sample(page, name.text, map, rows, i, number);
		else if (result == 0)
			result = error_set(error, "column %s is no number", value->column);
	}
	strbuf_release(&name);
	return result;
}

int postgres_metrics_add(struct metric_page *page, const struct postgres_map *map, const struct postgres_rows *rows,
			 const struct option_strings *databases, struct error *error)
{
	int result = 0;

	if (!rows->count)
		return 0;
	for (const struct postgres_value *value = map->values; value->column; value++)
		if (add_family(page, map, value, rows, databases, result ? NULL : error) < 0)
			result = -1;
	for (const char *const *label = map->labels; label && *label; label++)
		if (postgres_rows_column(rows, *label) == POSTGRES_NO_COLUMN && result == 0)
			result = error_set(error, "no column %s", *label);
	return result;
}
