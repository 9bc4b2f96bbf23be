/*
 * Order of an instant answer: by value or by labels. A range answer has an
 * order of its own, so with more than one step nothing is sorted.
 */
#include "promql/function_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "promql/eval.h"

struct sorted {
	struct grid_series series;
	size_t place; /* before: equal ones keep their order */
	const char *const *names;
	size_t name_count;
	int direction;
};

/* NaN at the end, whichever the direction. */
static int compare_values(const void *a, const void *b)
{
	const struct sorted *left = a, *right = b;
	double x = left->series.values[0], y = right->series.values[0];

	if (isnan(x) != isnan(y))
		return isnan(x) ? 1 : -1;
	if (x < y || x > y)
		return x < y ? -left->direction : left->direction;
	return left->place < right->place ? -1 : 1;
}

/* A run of digits as a number, anything else as text; both are left behind it. */
static int compare_chunk(const char **a, const char **b)
{
	static const char digits[] = "0123456789";
	size_t left = strspn(*a, digits), right = strspn(*b, digits);
	bool numbers = left && right;
	int order;

	if (numbers) {
		unsigned long long x = strtoull(*a, NULL, 10), y = strtoull(*b, NULL, 10);

		order = (x > y) - (x < y);
	} else {
		left = left ? left : strcspn(*a, digits);
		right = right ? right : strcspn(*b, digits);
		order = memcmp(*a, *b, left < right ? left : right);
		if (!order)
			order = (left > right) - (left < right);
	}
	*a += left;
	*b += right;
	return order;
}

/* As people order "node2" and "node10". */
static int compare_natural(const char *a, const char *b)
{
	while (*a && *b) {
		int order = compare_chunk(&a, &b);

		if (order)
			return order;
	}
	return (*a != '\0') - (*b != '\0');
}

static int compare_labels(const void *a, const void *b)
{
	const struct sorted *left = a, *right = b;
	int order = 0;

	for (size_t i = 0; i < left->name_count && !order; i++) {
		const char *x = labels_get(&left->series.labels, left->names[i]);
		const char *y = labels_get(&right->series.labels, left->names[i]);

		order = compare_natural(x ? x : "", y ? y : "");
	}
	if (!order)
		order = labels_compare(&left->series.labels, &right->series.labels);
	return order * left->direction;
}

static int sort_call(struct eval *eval, const struct expr *call, const char *const *names, size_t name_count,
		     int direction, struct grid *ret)
{
	struct sorted *items;
	size_t count;

	if (eval_grid(eval, call->call.arguments[0], ret) < 0)
		return -1;
	if (eval->steps.count != 1)
		return 0;
	items = mem_array(ret->count + 1, sizeof(*items));
	count = 0;
	for (size_t i = 0; i < ret->count; i++)
		if (!is_absent(ret->items[i].values[0]))
			items[count++] = (struct sorted){ ret->items[i], i, names, name_count, direction };
	qsort(items, count, sizeof(*items), names ? compare_labels : compare_values);
	for (size_t i = 0; i < count; i++)
		ret->items[i] = items[i].series;
	ret->count = count;
	free(items);
	return 0;
}

int special_sort(struct eval *eval, const struct expr *call, struct grid *ret)
{
	return sort_call(eval, call, NULL, 0, 1, ret);
}

int special_sort_desc(struct eval *eval, const struct expr *call, struct grid *ret)
{
	return sort_call(eval, call, NULL, 0, -1, ret);
}

static int sort_by_labels(struct eval *eval, const struct expr *call, int direction, struct grid *ret)
{
	size_t count = call->call.count - 1;
	const char **names = arena_array(eval->arena, count + 1, sizeof(*names));

	for (size_t i = 0; i < count; i++)
		names[i] = eval_string(call->call.arguments[i + 1]);
	return sort_call(eval, call, names, count, direction, ret);
}

int special_sort_by_label(struct eval *eval, const struct expr *call, struct grid *ret)
{
	return sort_by_labels(eval, call, 1, ret);
}

int special_sort_by_label_desc(struct eval *eval, const struct expr *call, struct grid *ret)
{
	return sort_by_labels(eval, call, -1, ret);
}
