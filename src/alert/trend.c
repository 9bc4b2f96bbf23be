#include "alert/trend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"

/* Where an answer's series with certain values of certain labels are: an answer may have thousands of them, and each
 * frame asks for those of the alerts in sight. */
struct place {
	uint64_t names, values; /* hashes */
	size_t index;           /* of the series */
};

/* Series whose labels have the same names, mostly all of an answer. */
struct shape {
	size_t first, end; /* of `places` */
};

struct trend {
	struct trends *trends;
	char *expression;
	struct query *query;      /* under way; NULL */
	struct matrix *matrix;    /* the last good answer; NULL */
	VEC(struct place) places; /* of the answer; sorted */
	VEC(struct shape) shapes;
	char reason[80];             /* of the last answer */
	int64_t wanted_ms, asked_ms; /* wall; 0 never */
	bool answered;
};

struct trends {
	struct trends_config config;
	VEC(struct trend *) items; /* pointers: a question's callback knows its own */
	unsigned running;
	int64_t now_ms; /* when something was wanted last */
};

struct trends *trends_new(const struct trends_config *config)
{
	struct trends *trends = mem_zalloc(sizeof(*trends));

	trends->config = *config;
	return trends;
}

static void trend_free(struct trend *trend)
{
	if (trend->query) {
		query_cancel(trend->query);
		trend->trends->running--;
	}
	matrix_unref(trend->matrix);
	vec_release(&trend->places);
	vec_release(&trend->shapes);
	free(trend->expression);
	free(trend);
}

void trends_free(struct trends *trends)
{
	if (!trends)
		return;
	for (size_t i = 0; i < trends->items.count; i++)
		trend_free(trends->items.items[i]);
	vec_release(&trends->items);
	free(trends);
}

static struct trend *find(const struct trends *trends, const char *expression)
{
	for (size_t i = 0; i < trends->items.count; i++)
		if (strcmp(trends->items.items[i]->expression, expression) == 0)
			return trends->items.items[i];
	return NULL;
}

/* ---- finding a series of an answer ---- */

static bool is_metric_name(const char *name)
{
	return strcmp(name, "__name__") == 0;
}

/* Of the values that `labels` has for the names of `shape`; false when it has not all of them. */
static bool hash_values(const struct labels *shape, const struct labels *labels, uint64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < shape->count; i++) {
		const char *name = shape->items[i].name, *value;

		if (is_metric_name(name))
			continue;
		value = labels == shape ? shape->items[i].value : labels_get(labels, name);
		if (!value)
			return false;
		*ret = *ret * UINT64_C(0x9e3779b97f4a7c15) + hash_string(value);
	}
	return true;
}

static uint64_t hash_names(const struct labels *labels)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < labels->count; i++)
		ret = ret * UINT64_C(0x9e3779b97f4a7c15) + hash_string(labels->items[i].name);
	return ret;
}

static int compare_places(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->names != b->names)
		return a->names < b->names ? -1 : 1;
	if (a->values != b->values)
		return a->values < b->values ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

static void make_places(struct trend *trend)
{
	vec_clear(&trend->places);
	vec_clear(&trend->shapes);
	for (size_t i = 0; i < trend->matrix->count; i++) {
		const struct labels *labels = &trend->matrix->series[i].labels;
		struct place place = { .names = hash_names(labels), .index = i };

		hash_values(labels, labels, &place.values);
		vec_push(&trend->places, place);
	}
	if (trend->places.count)
		qsort(trend->places.items, trend->places.count, sizeof(*trend->places.items), compare_places);
	for (size_t i = 0; i < trend->places.count; i++) {
		if (!i || trend->places.items[i].names != trend->places.items[i - 1].names)
			vec_push(&trend->shapes, (struct shape){ .first = i });
		trend->shapes.items[trend->shapes.count - 1].end = i + 1;
	}
}

/* The first place of a shape with these values, or behind it. */
static size_t first_place(const struct trend *trend, const struct shape *shape, uint64_t values)
{
	size_t low = shape->first, high = shape->end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (trend->places.items[middle].values < values)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct trend *trend = user;

	trend->query = NULL;
	trend->trends->running--;
	trend->answered = true;
	snprintf(trend->reason, sizeof(trend->reason), "%s", answer->reason);
	if (answer->status == QUERY_OK) {
		matrix_unref(trend->matrix);
		trend->matrix = matrix_ref(answer->matrix);
		make_places(trend);
		if (!trend->matrix->count)
			snprintf(trend->reason, sizeof(trend->reason), "no data");
	}
	if (trend->trends->config.on_change)
		trend->trends->config.on_change(trend->trends->config.user);
}

static void ask(struct trends *trends, struct trend *trend, int64_t now_ms)
{
	int64_t end_ms = now_ms / CLOCK_SECOND * CLOCK_SECOND;
	struct query_question question = { .expression = trend->expression,
					   .start_ms = end_ms - trends->config.range_ms,
					   .end_ms = end_ms,
					   .step_ms = trends->config.step_ms };

	trend->asked_ms = now_ms;
	trends->running++;
	trend->query = query_ask(trends->config.engine, &question, on_answer, trend);
}

/* Room for one more: what nobody wanted for longest goes. */
static void make_room(struct trends *trends)
{
	size_t oldest = 0;

	if (trends->items.count < TRENDS_MAX)
		return;
	for (size_t i = 1; i < trends->items.count; i++)
		if (trends->items.items[i]->wanted_ms < trends->items.items[oldest]->wanted_ms)
			oldest = i;
	trend_free(trends->items.items[oldest]);
	trends->items.items[oldest] = trends->items.items[--trends->items.count];
}

void trends_want(struct trends *trends, const char *expression, int64_t now_ms)
{
	struct trend *trend = find(trends, expression);

	if (!trend) {
		make_room(trends);
		trend = mem_zalloc(sizeof(*trend));
		trend->trends = trends;
		trend->expression = mem_strdup(expression);
		vec_push(&trends->items, trend);
	}
	trend->wanted_ms = trends->now_ms = now_ms;
	/* A clock set back must not keep an answer for as long. */
	if (!trend->query && trends->running < TRENDS_RUNNING &&
	    (!trend->asked_ms || now_ms - trend->asked_ms >= trends->config.again_ms || now_ms < trend->asked_ms))
		ask(trends, trend, now_ms);
}

bool trends_busy(const struct trends *trends)
{
	for (size_t i = 0; i < trends->items.count; i++)
		if (!trends->items.items[i]->answered && trends->items.items[i]->wanted_ms == trends->now_ms)
			return true;
	return false;
}

/* How many labels of the series the alert shares; -1 when one of them is another. */
static int shared(const struct labels *series, const struct labels *alert)
{
	int ret = 0;

	for (size_t i = 0; i < series->count; i++) {
		const char *value;

		if (is_metric_name(series->items[i].name))
			continue;
		value = labels_get(alert, series->items[i].name);
		if (!value || strcmp(value, series->items[i].value) != 0)
			return -1;
		ret++;
	}
	return ret;
}

const struct series *trends_find(const struct trends *trends, const char *expression, const struct labels *labels)
{
	const struct trend *trend = find(trends, expression);
	size_t found = SIZE_MAX;
	int best = -1;

	for (size_t s = 0; trend && s < trend->shapes.count; s++) {
		const struct shape *shape = &trend->shapes.items[s];
		const struct place *places = trend->places.items;
		uint64_t values;

		if (!hash_values(&trend->matrix->series[places[shape->first].index].labels, labels, &values))
			continue;
		for (size_t i = first_place(trend, shape, values); i < shape->end && places[i].values == values; i++) {
			int fits = shared(&trend->matrix->series[places[i].index].labels, labels);

			if (fits > best || (fits >= 0 && fits == best && places[i].index < found)) {
				best = fits;
				found = places[i].index;
			}
		}
	}
	return best < 0 ? NULL : &trend->matrix->series[found];
}

const char *trends_reason(const struct trends *trends, const char *expression)
{
	const struct trend *trend = find(trends, expression);

	return trend ? trend->reason : "";
}
