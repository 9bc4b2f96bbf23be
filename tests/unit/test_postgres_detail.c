#include <criterion/criterion.h>
#include <string.h>

#include "collect/postgres_detail.h"

static void add(struct postgres_rows *rows, const char *const *names, const char *const *values, size_t count)
{
	struct postgres_row row = { .count = count, .names = names, .values = values };

	postgres_rows_add(rows, &row);
}

static const struct detail_cell *cell(const struct detail_table *table, size_t row, size_t column)
{
	cr_assert(row < table->row_count && column < table->column_count);
	return &table->cells[row * table->column_count + column];
}

static const char *const blocking[] = { "pid",  "blockers", "usename",         "state",
					"lock", "wait_age", "transaction_age", "query" };

Test(postgres_detail, blocking_is_a_tree)
{
	struct detail *detail = detail_new(1);
	struct postgres_rows rows = { 0 };
	const struct detail_table *table;

	add(&rows, blocking, (const char *[]){ "30", "{20}", "c", "active", "ShareLock on t", "7", "7.2", "z" }, 8);
	add(&rows, blocking, (const char *[]){ "20", "{10}", "b", "active", "ShareLock on t", "70", "80", "y" }, 8);
	add(&rows, blocking, (const char *[]){ "10", "{}", "a", "idle", NULL, NULL, "90", "x" }, 8);
	postgres_show_blocking(detail, &rows);
	table = detail->first;
	cr_assert_eq(table->row_count, 3u);
	cr_expect_str_eq(cell(table, 0, 0)->text, "10");
	cr_expect_str_eq(cell(table, 1, 0)->text, "└─ 20");
	cr_expect_str_eq(cell(table, 2, 0)->text, "   └─ 30");
	cr_expect_str_eq(cell(table, 0, 1)->text, "a");
	cr_expect_str_eq(cell(table, 0, 5)->text, "");
	cr_expect_str_eq(cell(table, 1, 5)->text, "1m10s");
	cr_expect_eq(cell(table, 1, 5)->mood, DETAIL_BAD);
	cr_expect_eq(cell(table, 2, 5)->mood, DETAIL_WARNING);
	cr_expect_str_eq(cell(table, 2, 7)->text, "z");
	postgres_rows_clear(&rows);
	detail_free(detail);
}

Test(postgres_detail, cells_of_any_kind_do_no_harm)
{
	static void (*const shows[])(struct detail *, const struct postgres_rows *) = {
		postgres_show_sessions,  postgres_show_blocking, postgres_show_replication,
		postgres_show_receiver,  postgres_show_slots,    postgres_show_archiver,
		postgres_show_databases, postgres_show_tables,   postgres_show_top,
	};
	struct postgres_rows rows = { 0 }, none = { 0 };
	const char *odd[8];

	for (size_t i = 0; i < 8; i++)
		odd[i] = i % 2 ? "-1e300" : NULL;
	add(&rows, blocking, odd, 8);
	for (size_t i = 0; i < 8; i++)
		odd[i] = i % 2 ? "NaN" : "1e300";
	add(&rows, blocking, odd, 8);
	for (size_t i = 0; i < sizeof(shows) / sizeof(shows[0]); i++) {
		struct detail *detail = detail_new(1);

		shows[i](detail, &rows);
		shows[i](detail, &none);
		cr_expect_eq(detail->last->row_count, 0u);
		cr_expect(*detail->last->empty);
		detail_free(detail);
	}
	postgres_rows_clear(&rows);
}

Test(postgres_detail, plain_rows_keep_their_names)
{
	struct detail *detail = detail_new(1);
	struct postgres_rows rows = { 0 };

	add(&rows, (const char *const[]){ "tenant", "size" }, (const char *[]){ "a", NULL }, 2);
	postgres_show_plain(detail, "tenants", &rows);
	cr_expect_str_eq(detail->first->title, "tenants");
	cr_expect_str_eq(detail->first->columns[1].title, "size");
	cr_expect_str_eq(cell(detail->first, 0, 0)->text, "a");
	cr_expect_str_eq(cell(detail->first, 0, 1)->text, "");
	postgres_rows_clear(&rows);
	detail_free(detail);
}
