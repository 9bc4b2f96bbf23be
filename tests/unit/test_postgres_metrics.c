#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "collect/postgres_metrics.h"

static const char *const names[] = { "datname", "state", "count", "note" };

static void add(struct postgres_rows *rows, const char *datname, const char *state, const char *count, const char *note)
{
	const char *values[] = { datname, state, count, note };
	struct postgres_row row = { .count = 4, .names = names, .values = values };

	postgres_rows_add(rows, &row);
}

static const char *const labels[] = { "datname", "state", NULL };
static const struct postgres_value count_value[] = { { "count", "gauge", "how many" }, { 0 } };
static const struct postgres_map map = { "pg_stat_activity", labels, count_value };

Test(postgres_metrics, rows_become_samples_of_one_family)
{
	struct postgres_rows rows = { 0 };
	struct metric_page page;

	metric_page_init(&page);
	add(&rows, "polln", "active", "3", NULL);
	add(&rows, "polln", "idle", NULL, NULL);
	add(&rows, "a\"b", NULL, "4.5", NULL);
	cr_expect_eq(postgres_metrics_add(&page, &map, &rows, NULL, NULL), 0);
	cr_expect_str_eq(page.text.text, "# HELP pg_stat_activity_count how many\n"
					 "# TYPE pg_stat_activity_count gauge\n"
					 "pg_stat_activity_count{datname=\"polln\",state=\"active\"} 3\n"
					 "pg_stat_activity_count{datname=\"a\\\"b\"} 4.5\n");
	metric_page_release(&page);
	postgres_rows_clear(&rows);
}

Test(postgres_metrics, databases_are_chosen)
{
	struct option_strings databases = { (const char *[]){ "polln", "dryad" }, 2 };
	struct postgres_rows rows = { 0 };
	struct metric_page page;

	metric_page_init(&page);
	add(&rows, "polln", "active", "3", NULL);
	add(&rows, "other", "active", "4", NULL);
	cr_expect_eq(postgres_metrics_add(&page, &map, &rows, &databases, NULL), 0);
	cr_expect_eq(page.samples, 1u);
	cr_expect_null(strstr(page.text.text, "other"));
	metric_page_release(&page);
	postgres_rows_clear(&rows);
}

Test(postgres_metrics, a_bad_column_costs_only_itself)
{
	static const struct postgres_value values[] = {
		{ "note", "gauge", NULL }, { "missing", "gauge", NULL }, { "count", "gauge", NULL }, { 0 }
	};
	struct postgres_map bad = { "q", labels, values };
	struct postgres_rows rows = { 0 };
	struct metric_page page;
	struct error error = { "" };

	metric_page_init(&page);
	add(&rows, "polln", "active", "3", "some words");
	cr_expect_eq(postgres_metrics_add(&page, &bad, &rows, NULL, &error), -1);
	cr_expect_str_eq(error.text, "column note is no number");
	cr_expect_not_null(strstr(page.text.text, "q_count{datname=\"polln\",state=\"active\"} 3\n"));
	bad.labels = (const char *const[]){ "nowhere", NULL };
	bad.values = count_value;
	cr_expect_eq(postgres_metrics_add(&page, &bad, &rows, NULL, &error), -1);
	cr_expect_str_eq(error.text, "no column nowhere");
	metric_page_release(&page);
	postgres_rows_clear(&rows);
}

Test(postgres_metrics, names_are_made_legal)
{
	static const char *const columns[] = { "?column?", "1" };
	static const struct postgres_value values[] = { { "?column?", "gauge", NULL }, { "1", "gauge", NULL }, { 0 } };
	const char *cells[] = { "1", "2" };
	struct postgres_map odd = { "my query", NULL, values };
	struct postgres_row row = { .count = 2, .names = columns, .values = cells };
	struct postgres_rows rows = { 0 };
	struct metric_page page;

	metric_page_init(&page);
	postgres_rows_add(&rows, &row);
	cr_expect_eq(postgres_metrics_add(&page, &odd, &rows, NULL, NULL), 0);
	cr_expect_not_null(strstr(page.text.text, "\nmy_query__column_ 1\n"));
	cr_expect_not_null(strstr(page.text.text, "\nmy_query_1 2\n"));
	metric_page_release(&page);
	postgres_rows_clear(&rows);
}

Test(postgres_metrics, numbers_as_the_server_writes_them)
{
	static const struct {
		const char *text;
		double value;
	} good[] = { { "t", 1 },       { "f", 0 },       { "on", 1 },       { "off", 0 },
		     { "0", 0 },       { "-1.5", -1.5 }, { "1e+20", 1e20 }, { "Infinity", INFINITY },
		     { "12.50", 12.5 } };
	static const char *const bad[] = { "", " 1", "1 ", "0x10", "1kB", "00:01:00", "yes", "2026-11-22" };
	double value;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		cr_expect(postgres_number(good[i].text, &value), "%s", good[i].text);
		cr_expect(value == good[i].value, "%s", good[i].text);
	}
	cr_expect(postgres_number("NaN", &value) && isnan(value));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_not(postgres_number(bad[i], &value), "'%s'", bad[i]);
}

Test(postgres_metrics, rows_are_copies)
{
	char cell[] = "5";
	const char *values[] = { "d", "s", cell, NULL };
	struct postgres_row row = { .count = 4, .names = names, .values = values };
	struct postgres_rows rows = { 0 };

	for (int i = 0; i < 100; i++)
		postgres_rows_add(&rows, &row);
	cell[0] = '6';
	cr_expect_eq(rows.count, 100u);
	cr_expect_eq(postgres_rows_number(&rows, 99, "count", -1), 5);
	cr_expect_eq(postgres_rows_number(&rows, 99, "note", -1), -1);
	cr_expect_eq(postgres_rows_number(&rows, 0, "state", -1), -1);
	cr_expect_null(postgres_rows_text(&rows, 0, "nowhere"));
	postgres_rows_clear(&rows);
	cr_expect_eq(rows.count, 0u);
}
