#include "dashboard/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard/number_text.h"
#include "dashboard/unit_format.h"

/* What "prefix:...", "suffix:...", "time:...", "si:...", "count:...", "currency:..." stand for. */
static const struct unit_row custom_units[] = {
	{ .id = "prefix", .format = unit_format_prefixed }, { .id = "suffix", .format = unit_format_fixed },
	{ .id = "time", .format = unit_format_date },       { .id = "si", .format = unit_format_si },
	{ .id = "count", .format = unit_format_count },     { .id = "currency", .format = unit_format_currency },
	{ .id = "bool", .format = unit_format_bool },
};

void unit_copy(char *ret, size_t size, const char *text)
{
	size_t length = strlen(text);

	if (length >= size) {
		length = size - 1;
		while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
			length--;
	}
	memmove(ret, text, length);
	ret[length] = '\0';
}

/* The row that formats `unit`; `custom` holds one made of the words around a colon, or a plain suffix. */
static const struct unit_row *row_of(const char *unit, struct unit_row *custom)
{
	const struct unit_row *row = unit[0] ? unit_find(unit) : NULL;
	const char *colon = strchr(unit, ':');

	if (row)
		return row;
	*custom = (struct unit_row){ .id = unit, .format = unit_format_fixed, .symbol = unit };
	if (!colon || colon == unit)
		return custom;
	for (size_t i = 0; i < sizeof(custom_units) / sizeof(custom_units[0]); i++) {
		row = &custom_units[i];
		if (strncmp(row->id, unit, (size_t)(colon - unit)) != 0 || row->id[colon - unit] != '\0')
			continue;
		custom->format = row->format;
		custom->symbol = colon + 1;
		if (row->format == unit_format_si)
			custom->offset = unit_si_offset(colon + 1, &custom->symbol);
	}
	return custom;
}

void unit_format(const char *unit, double value, int decimals, struct unit_text *ret)
{
	struct unit_row custom;
	const struct unit_row *row = row_of(unit ? unit : "", &custom);

	ret->prefix[0] = ret->text[0] = ret->suffix[0] = '\0';
	if (!isfinite(value))
		number_text_fixed(value, 0, ret->text, sizeof(ret->text));
	else
		row->format(row, value, decimals, ret);
}

void unit_string(const char *unit, double value, int decimals, char *ret, size_t size)
{
	struct unit_text text;
	char joined[sizeof(text.prefix) + sizeof(text.text) + sizeof(text.suffix)];

	unit_format(unit, value, decimals, &text);
	snprintf(joined, sizeof(joined), "%s%s%s", text.prefix, text.text, text.suffix);
	unit_copy(ret, size, joined);
}

bool unit_is_known(const char *unit)
{
	return unit && unit_find(unit) != NULL;
}

int unit_tick_base(const char *unit)
{
	struct unit_row custom;
	const struct unit_row *row = row_of(unit ? unit : "", &custom);

	if (row->format == unit_format_binary)
		return 1024;
	if (row->group && strcmp(row->group, "time") == 0 && row->format != unit_format_si)
		return 60;
	return 10;
}

/* ---- numbers that are not scaled ---- */

void unit_format_fixed(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	number_text_fixed(value, decimals, ret->text, sizeof(ret->text));
	if (row->symbol && row->symbol[0]) {
		ret->suffix[0] = ' ';
		unit_copy(ret->suffix + 1, sizeof(ret->suffix) - 1, row->symbol);
	}
}

void unit_format_prefixed(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	number_text_fixed(value, decimals, ret->text, sizeof(ret->text));
	unit_copy(ret->prefix, sizeof(ret->prefix), row->symbol);
}

void unit_format_percent(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	number_text_fixed(value, decimals, ret->text, sizeof(ret->text));
	unit_copy(ret->suffix, sizeof(ret->suffix), "%");
}

void unit_format_percentunit(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	unit_format_percent(row, 100 * value, decimals, ret);
}

void unit_format_string(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	(void)decimals;
	number_text(value, ret->text, sizeof(ret->text));
}

/* The symbol is "yes/no"; without a slash all of it is the yes, and "-" the no. */
void unit_format_bool(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	const char *slash = strchr(row->symbol, '/');
	size_t yes = slash ? (size_t)(slash - row->symbol) : strlen(row->symbol);

	(void)decimals;
	if (value == 0) {
		unit_copy(ret->text, sizeof(ret->text), slash ? slash + 1 : "-");
		return;
	}
	unit_copy(ret->text, sizeof(ret->text), row->symbol);
	if (yes < sizeof(ret->text))
		ret->text[yes] = '\0';
}

void unit_format_hex(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	char text[NUMBER_TEXT_MAX];

	(void)row;
	number_text_fixed(value, decimals, text, sizeof(text));
	number_text_hex(strtod(text, NULL), ret->text, sizeof(ret->text));
}

void unit_format_hex0x(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	char text[sizeof(ret->text) - 4];
	bool negative;

	unit_format_hex(row, value, decimals, ret);
	negative = ret->text[0] == '-';
	unit_copy(text, sizeof(text), ret->text + (negative ? 1 : 0));
	snprintf(ret->text, sizeof(ret->text), "%s0x%s", negative ? "-" : "", text);
}

void unit_format_scientific(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	number_text_exponential(value, decimals, ret->text, sizeof(ret->text));
}

void unit_format_locale(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	number_text_grouped(value, decimals, ret->text, sizeof(ret->text));
}
