#include "alert/trend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"

struct trend {
	struct trends *trends;
	char *expression;
	struct query *query;         /* under way; NULL */
	struct matrix *matrix;       /* the last good answer; NULL */
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

		if (strcmp(series->items[i].name, "__name__") == 0)
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
	const struct series *ret = NULL;
	int best = -1;

	if (!trend || !trend->matrix)
		return NULL;
	for (size_t i = 0; i < trend->matrix->count; i++) {
		int fits = shared(&trend->matrix->series[i].labels, labels);

		if (fits > best) {
			best = fits;
			ret = &trend->matrix->series[i];
		}
	}
	return ret;
}

const char *trends_reason(const struct trends *trends, const char *expression)
{
	const struct trend *trend = find(trends, expression);

	return trend ? trend->reason : "";
}
