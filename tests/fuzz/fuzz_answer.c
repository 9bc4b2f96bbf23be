/*
 * Answers of a server. The first byte chooses what was asked for, the second
 * in what pieces the bytes come. Whatever the pieces, the outcome is the same.
 */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/strbuf.h"
#include "query/answer.h"

static enum answer_fault read_in(enum answer_kind kind, const char *data, size_t size, size_t piece,
				 struct matrix **ret)
{
	static const struct query_limits limits = { .series = 50, .points = 500 };
	struct answer *answer = answer_new(kind, "label", &limits);
	enum answer_fault fault;

	*ret = NULL;
	for (size_t at = 0; at < size; at += piece)
		if (answer_feed(answer, data + at, size - at < piece ? size - at : piece))
			break;
	fault = answer_finish(answer, ret);
	never((fault == ANSWER_OK) != (*ret != NULL));
	answer_free(answer);
	return fault;
}

static void check(const struct matrix *matrix)
{
	size_t points = 0;

	for (size_t i = 0; i < matrix->count; i++) {
		const struct series *series = &matrix->series[i];

		points += series->count;
		for (size_t at = 1; at < series->count; at++)
			never(series->times_ms[at] <= series->times_ms[at - 1]);
		for (size_t at = 1; at < series->labels.count; at++)
			never(strcmp(series->labels.items[at - 1].name, series->labels.items[at].name) >= 0);
	}
	never(points != matrix->points || points > 500 || matrix->count > 50);
}

static void compare(const struct matrix *a, const struct matrix *b)
{
	never(a->kind != b->kind || a->count != b->count || a->points != b->points);
	for (size_t i = 0; i < a->count; i++) {
		size_t count = a->series[i].count;

		never(count != b->series[i].count || !labels_equal(&a->series[i].labels, &b->series[i].labels));
		never(count && memcmp(a->series[i].times_ms, b->series[i].times_ms, count * sizeof(int64_t)));
		never(count && memcmp(a->series[i].values, b->series[i].values, count * sizeof(double)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct matrix *whole, *pieces;
	enum answer_kind kind;
	enum answer_fault a, b;

	if (size < 2)
		return 0;
	kind = (enum answer_kind)(data[0] % 4);
	a = read_in(kind, (const char *)data + 2, size - 2, size, &whole);
	b = read_in(kind, (const char *)data + 2, size - 2, data[1] % 64 + 1, &pieces);
	always(a == b);
	if (whole) {
		check(whole);
		compare(whole, pieces);
	}
	matrix_unref(whole);
	matrix_unref(pieces);
	return 0;
}
