/* The table of functions: order, look-up, and that every row can be computed. */
#include <criterion/criterion.h>

#include <string.h>

#include "promql/function.h"

TestSuite(function_table);

Test(function_table, is_sorted_and_finds_every_name)
{
	size_t count;
	const struct function *table = function_table(&count);

	cr_assert_gt(count, 70);
	for (size_t i = 0; i < count; i++) {
		if (i)
			cr_expect_lt(strcmp(table[i - 1].name, table[i].name), 0, "%s", table[i].name);
		cr_expect_eq(function_find(table[i].name, strlen(table[i].name)), &table[i]);
	}
}

Test(function_table, knows_no_other_names)
{
	cr_expect_null(function_find("", 0));
	cr_expect_null(function_find("rat", 3));
	cr_expect_null(function_find("rates", 5));
	cr_expect_null(function_find("zzz", 3));
	cr_expect_null(function_find("Rate", 4));
	cr_expect_null(function_find("rate\0x", 6));
	cr_expect_str_eq(function_find("rate(x)", 4)->name, "rate");
}

Test(function_table, every_row_computes)
{
	size_t count;
	const struct function *table = function_table(&count);

	for (size_t i = 0; i < count; i++) {
		const struct function *function = &table[i];
		int vectors = 0;

		switch (function->kind) {
		case FUNCTION_WINDOW: cr_expect(function->window != NULL, "%s", function->name); break;
		case FUNCTION_VALUE: cr_expect(function->value != NULL, "%s", function->name); break;
		case FUNCTION_SPECIAL: cr_expect(function->special != NULL, "%s", function->name); break;
		}
		for (size_t at = 0; function->arguments[at] != VALUE_NONE; at++)
			vectors += function->arguments[at] == VALUE_VECTOR || function->arguments[at] == VALUE_MATRIX;
		cr_expect_leq(vectors, 1, "%s", function->name);
		cr_expect(function->kind == FUNCTION_SPECIAL || vectors == 1, "%s", function->name);
		cr_expect(!function->keeps_name || function->kind == FUNCTION_WINDOW, "%s", function->name);
	}
}
