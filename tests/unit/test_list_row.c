#include <criterion/criterion.h>

#include "ui/view/list_row.h"

Test(list_row, leads_by_one_by_a_page_and_to_the_ends)
{
	cr_expect_eq(list_row_after(ACTION_DOWN, 3, 10, 5), 4);
	cr_expect_eq(list_row_after(ACTION_NEXT, 3, 10, 5), 4);
	cr_expect_eq(list_row_after(ACTION_UP, 3, 10, 5), 2);
	cr_expect_eq(list_row_after(ACTION_PREVIOUS, 3, 10, 5), 2);
	cr_expect_eq(list_row_after(ACTION_TOP, 3, 10, 5), 0);
	cr_expect_eq(list_row_after(ACTION_BOTTOM, 3, 10, 5), 9);
	cr_expect_eq(list_row_after(ACTION_PAGE_DOWN, 3, 10, 5), 7, "one row stays in sight");
	cr_expect_eq(list_row_after(ACTION_PAGE_UP, 3, 10, 5), -1, "whoever goes there takes the nearest row");
	cr_expect_eq(list_row_after(ACTION_COPY, 3, 10, 5), 3);
}

Test(list_row, a_page_is_a_row_at_least)
{
	for (int visible = -1; visible <= 2; visible++) {
		cr_expect_eq(list_row_after(ACTION_PAGE_DOWN, 3, 10, visible), 4);
		cr_expect_eq(list_row_after(ACTION_PAGE_UP, 3, 10, visible), 2);
	}
}

Test(list_row, scrolls_no_further_than_it_must)
{
	cr_expect_eq(list_row_scroll(2, 4, 10, 5), 2, "in sight already");
	cr_expect_eq(list_row_scroll(6, 4, 20, 5), 4, "above");
	cr_expect_eq(list_row_scroll(0, 7, 20, 5), 3, "below");
	cr_expect_eq(list_row_scroll(8, 9, 10, 5), 5, "no room is wasted at the end");
	cr_expect_eq(list_row_scroll(3, 1, 4, 5), 0, "all fit");
	cr_expect_eq(list_row_scroll(0, -1, 0, 5), 0, "nothing is there");
	cr_expect_eq(list_row_scroll(2, 4, 10, 0), 2, "no row can be in sight");
}
