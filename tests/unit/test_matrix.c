#include <criterion/criterion.h>

#include "tsdb/matrix.h"

Test(matrix, lives_until_the_last_reference)
{
	struct matrix *matrix = matrix_new(MATRIX_RANGE);
	const char *text = arena_strdup(&matrix->arena, "kept");

	cr_expect_eq(matrix->kind, MATRIX_RANGE);
	cr_expect_eq(matrix->count, 0);
	cr_expect_eq(matrix_ref(matrix), matrix);
	matrix_unref(matrix);
	cr_expect_eq(matrix->references, 1);
	cr_expect_str_eq(text, "kept");
	matrix_unref(matrix);
	matrix_unref(NULL);
}
