#include "tsdb/matrix.h"

#include <stdlib.h>

#include "base/mem.h"

struct matrix *matrix_new(enum matrix_kind kind)
{
	struct matrix *matrix = mem_zalloc(sizeof(*matrix));

	matrix->kind = kind;
	matrix->references = 1;
	arena_init(&matrix->arena);
	return matrix;
}

struct matrix *matrix_ref(struct matrix *matrix)
{
	matrix->references++;
	return matrix;
}

void matrix_unref(struct matrix *matrix)
{
	if (!matrix || --matrix->references)
		return;
	arena_release(&matrix->arena);
	free(matrix);
}
