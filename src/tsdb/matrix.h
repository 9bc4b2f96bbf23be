/*
 * The answer to a question: series of samples. Columns, not rows: each series
 * has its times and its values as two arrays of the same length, times
 * ascending. Built once, then immutable and shared by reference count; all
 * memory is in its arena.
 */
#ifndef TSDB_MATRIX_H
#define TSDB_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "tsdb/labels.h"

enum matrix_kind {
	MATRIX_VECTOR, /* one sample a series */
	MATRIX_RANGE,
	MATRIX_SCALAR, /* one series without labels, one sample */
	MATRIX_STRING, /* `string` only */
};

struct series {
	struct labels labels;
	size_t count;
	const int64_t *times_ms;
	const double *values;
};

struct matrix {
	enum matrix_kind kind;
	struct series *series;
	size_t count;
	size_t points; /* over all series */
	const char *string;
	const char **warnings; /* the engine's own, may be NULL */
	size_t warning_count;
	struct arena arena;
	unsigned references;
};

/* An empty matrix with one reference. The maker fills it before it shares it. */
struct matrix *matrix_new(enum matrix_kind kind);
struct matrix *matrix_ref(struct matrix *matrix);

/* Drops one reference; NULL is allowed. */
void matrix_unref(struct matrix *matrix);

#endif
