#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard/number_text.h"
#include "dashboard/unit.h"
#include "dashboard/unit_format.h"

#define AUTO UNIT_DECIMALS_AUTO

static void assert_unit(const char *unit, double value, int decimals, const char *expected)
{
	char got[512];

	unit_string(unit, value, decimals, got, sizeof(got));
	cr_assert_str_eq(got, expected, "%s %.17g %d: got \"%s\", expected \"%s\"", unit ? unit : "(null)", value,
			 decimals, got, expected);
}

Test(unit, every_public_vector_matches)
{
	const char *shared = getenv("SKEP_SHARED");
	char path[4096], *line = NULL;
	size_t capacity = 0, rows = 0;
	FILE *file;

	if (!shared)
		cr_skip_test("SKEP_SHARED is not set");
	snprintf(path, sizeof(path), "%s/data/grafana-unit-vectors.tsv", shared);
	file = fopen(path, "r");
	if (!file)
		cr_skip_test("no %s", path);
	while (getline(&line, &capacity, file) >= 0) {
		char *rest = line, *unit, *value, *decimals, *text;

		line[strcspn(line, "\n")] = '\0';
		unit = strsep(&rest, "\t");
		value = strsep(&rest, "\t");
		decimals = strsep(&rest, "\t");
		text = strsep(&rest, "\t");
		cr_assert_not_null(text);
		assert_unit(unit, strtod(value, NULL),
			    strcmp(decimals, "auto") ? (int)strtol(decimals, NULL, 10) : AUTO, text);
		rows++;
	}
	cr_assert_geq(rows, 6000);
	free(line);
	fclose(file);
}

Test(unit, no_unit_is_a_plain_number)
{
	assert_unit(NULL, 2.5, AUTO, "2.50");
	assert_unit("", 1234567, AUTO, "1234567");
	assert_unit("none", 0.1 + 0.2, AUTO, "0.300");
}

Test(unit, unknown_ids_are_suffixes)
{
	assert_unit("widgets", 3, AUTO, "3 widgets");
	assert_unit("suffix:bees", 3, 1, "3.0 bees");
	assert_unit("prefix:#", 3, AUTO, "#3");
	assert_unit("si:mB", 1500, AUTO, "1.50 B");
	assert_unit("si:B", 1500, AUTO, "1.50 kB");
	assert_unit("count:bee", 1500, AUTO, "1.50K bee");
	assert_unit("currency:Kč", -1500, AUTO, "-Kč1.50K");
	assert_unit("bool:up/down", 0, AUTO, "down");
	assert_unit("bool:up", 0, AUTO, "-");
	assert_unit("bool:up", 2, AUTO, "up");
	assert_unit("time:YYYY", 0, AUTO, "1970");
	assert_unit("a:b", 1, AUTO, "1 a:b");
	assert_unit(":b", 1, AUTO, "1 :b");
	cr_assert_not(unit_is_known("widgets"));
	cr_assert_not(unit_is_known(NULL));
	cr_assert(unit_is_known("bytes"));
}

Test(unit, what_is_no_number_has_no_unit)
{
	assert_unit("bytes", NAN, 2, "NaN");
	assert_unit("s", INFINITY, AUTO, "∞");
	assert_unit("percent", -INFINITY, AUTO, "-∞");
	assert_unit("currencyUSD", NAN, AUTO, "NaN");
}

Test(unit, extreme_numbers_keep_their_shape)
{
	assert_unit("none", 1e308, AUTO, "1e+308");
	assert_unit("none", 5e-324, AUTO, "5e-324");
	assert_unit("none", -1e-300, 3, "0.000");
	assert_unit("none", 1, 1000, "1.00000000000000000000");
	assert_unit("locale", 1e308, AUTO, "1e+308");
	assert_unit("locale", 1234567.8915, AUTO, "1,234,567.892");
	assert_unit("locale", 1.005, 2, "1.01");
	assert_unit("hex", 1e308, AUTO, "1e+308");
	assert_unit("clockms", 1e308, AUTO, "2.777777777777778e+301h:Invalid date");
	assert_unit("dateTimeAsIso", 1e300, AUTO, "Invalid date");
}

Test(unit, hexadecimal_and_scientific)
{
	assert_unit("hex", 255, AUTO, "FF");
	assert_unit("hex0x", -255.5, 1, "-0xFF.8");
	assert_unit("hex", 0, AUTO, "0");
	assert_unit("sci", 12345, 2, "1.23e+4");
	assert_unit("sci", 2.5, 0, "3e+0");
	assert_unit("sci", 0.00015, AUTO, "1.5e-4");
	assert_unit("sci", 0, 2, "0.00e+0");
	assert_unit("sci", 9.999, 1, "1.0e+1");
}

Test(unit, durations_and_clocks)
{
	assert_unit("s", 5400, AUTO, "1.50 hours");
	assert_unit("m", 90, AUTO, "1.50 hours");
	assert_unit("h", 48, AUTO, "2 days");
	assert_unit("d", 21, AUTO, "3 weeks");
	assert_unit("timeticks", 6000, AUTO, "1 min");
	assert_unit("dthms", 3661, AUTO, "01:01:01");
	assert_unit("dthms", -3661, AUTO, "01:01:01 ago");
	assert_unit("dtdhms", 90061, AUTO, "1 d 01:01:01");
	assert_unit("clocks", 61, 1, "01m:01s");
	assert_unit("clockms", -8.64e16, AUTO, "Invalid date");
}

Test(unit, dates_are_utc)
{
	assert_unit("dateTimeAsIso", 1.5e12, AUTO, "2017-07-14 02:40:00");
	assert_unit("dateTimeAsUS", 1.5e12, AUTO, "07/14/2017 2:40:00 am");
	assert_unit("time:dddd, MMMM Do YYYY [at] HH:mm:ss.SSS Z", 1.5e12 + 7, AUTO,
		    "Friday, July 14th 2017 at 02:40:00.007 +00:00");
	assert_unit("time:\\Y[D", -1, AUTO, "Y[31");
	assert_unit("dateTimeAsIsoNoDateIfToday", 0, AUTO, "1970-01-01 00:00:00");
}

Test(unit, from_now_is_told_in_words)
{
	char text[128];

	unit_string("dateTimeFromNow", 0, AUTO, text, sizeof(text));
	cr_assert_not_null(strstr(text, "years ago"), "%s", text);
	unit_string("dateTimeFromNow", 8.6e15, AUTO, text, sizeof(text));
	cr_assert_eq(strncmp(text, "in ", 3), 0, "%s", text);
}

Test(unit, prefix_and_suffix_come_apart)
{
	struct unit_text text;

	unit_format("currencyUSD", -1536, AUTO, &text);
	cr_assert_str_eq(text.prefix, "-$");
	cr_assert_str_eq(text.text, "1.54");
	cr_assert_str_eq(text.suffix, "K");
	unit_format("currencyNOK", -1536, AUTO, &text);
	cr_assert_str_eq(text.prefix, "-");
	cr_assert_str_eq(text.suffix, "Kkr");
}

Test(unit, long_texts_are_cut_between_characters)
{
	char unit[400] = "", text[8];

	for (int i = 0; i < 100; i++)
		memcpy(unit + 2 * i, "µ", 3);
	unit_string(unit, 1, AUTO, text, sizeof(text));
	cr_assert_str_eq(text, "1 µµ");
	unit_copy(text, 4, "aµµ");
	cr_assert_str_eq(text, "aµ");
	unit_copy(text, 3, "aµ");
	cr_assert_str_eq(text, "a");
}

Test(unit, the_table_is_complete_and_sound)
{
	size_t count;
	const struct unit_row *rows = unit_table(&count);

	cr_assert_geq(count, 80);
	for (size_t i = 0; i < count; i++) {
		cr_assert_eq(unit_find(rows[i].id), &rows[i], "%s is there twice", rows[i].id);
		cr_assert(rows[i].title[0] && rows[i].group[0] && rows[i].format, "%s", rows[i].id);
		for (double value = -1e25; value < 1e25; value = value < -1e-9  ? value / 997
								 : value < 1e-9 ? value + 3e-8
										: value * 991) {
			char text[512];

			unit_string(rows[i].id, value, AUTO, text, sizeof(text));
			cr_assert(text[0] || strncmp(rows[i].id, "dtdur", 5) == 0, "%s %g", rows[i].id, value);
		}
	}
}

Test(unit, axes_know_their_base)
{
	cr_assert_eq(unit_tick_base("bytes"), 1024);
	cr_assert_eq(unit_tick_base("decbytes"), 10);
	cr_assert_eq(unit_tick_base("s"), 60);
	cr_assert_eq(unit_tick_base("hertz"), 10);
	cr_assert_eq(unit_tick_base(NULL), 10);
}

Test(unit, numbers_as_javascript_writes_them)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ -0.0, "0" },
		{ 1e21, "1e+21" },
		{ 999999999999999868928.0, "999999999999999900000" },
		{ 1e-6, "0.000001" },
		{ 1e-7, "1e-7" },
		{ 1.5e-7, "1.5e-7" },
		{ 0.1, "0.1" },
		{ 123.456, "123.456" },
		{ -1e300, "-1e+300" },
		{ 5e-324, "5e-324" },
		{ 1.7976931348623157e308, "1.7976931348623157e+308" },
	};
	char text[NUMBER_TEXT_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		number_text(rows[i].value, text, sizeof(text));
		cr_assert_str_eq(text, rows[i].text);
	}
	cr_assert_eq(number_round(-2.5), -2);
	cr_assert_eq(number_round(2.5), 3);
	cr_assert_eq(number_round(0.49999999999999994), 0);
}
