#include <criterion/criterion.h>

#include "collect/detail.h"

static const struct detail_column columns[] = { { .title = "pid", .right = true }, { .title = "query", .wide = true } };

Test(detail, rows_keep_their_cells)
{
	struct detail *detail = detail_new(1234);
	struct detail_table *table = detail_add(detail, "Sessions", "nobody is there", columns, 2);

	cr_assert_eq(detail->first, table);
	cr_assert_eq(table->row_count, 0);
	for (int i = 0; i < 100; i++) {
		struct detail_cell *row = detail_row(detail, table);

		detail_cell(detail, row, 0, DETAIL_PLAIN, "%d", i);
		if (i % 2)
			detail_cell(detail, row, 1, DETAIL_BAD, "select %d", i);
	}
	cr_assert_eq(table->row_count, 100);
	cr_assert_str_eq(table->cells[0].text, "0");
	cr_assert_str_eq(table->cells[1].text, "", "a cell that nobody filled is empty, not NULL");
	cr_assert_str_eq(table->cells[2 * 99 + 1].text, "select 99");
	cr_assert_eq(table->cells[2 * 99 + 1].mood, DETAIL_BAD);
	detail_free(detail);
}

Test(detail, too_many_rows_are_counted)
{
	struct detail *detail = detail_new(0);
	struct detail_table *first = detail_add(detail, "A", "", columns, 2);
	struct detail_table *second = detail_add(detail, "B", "", columns, 2);

	for (int i = 0; i < DETAIL_ROWS + 7; i++)
		detail_cell(detail, detail_row(detail, second), 0, DETAIL_PLAIN, "%d", i);
	cr_assert_eq(second->row_count, DETAIL_ROWS);
	cr_assert_eq(second->left_out, 7);
	cr_assert_eq(first->next, second);
	cr_assert_eq(first->row_count, 0);
	detail_free(detail);
	detail_free(NULL);
}
