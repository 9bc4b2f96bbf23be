#include "situation/map_since.h"

#include <stdlib.h>

#include "base/mem.h"

struct asked {
	struct map_since *since;
	size_t part;
	struct query *query;
	int64_t start_ms, end_ms;
};

struct map_since {
	struct map_since_config config;
	struct asked *asked; /* one a part */
};

struct map_since *map_since_new(const struct map_since_config *config)
{
	struct map_since *since = mem_zalloc(sizeof(*since));

	since->config = *config;
	since->asked = mem_array(config->count + 1, sizeof(*since->asked));
	return since;
}

void map_since_free(struct map_since *since)
{
	if (!since)
		return;
	for (size_t i = 0; i < since->config.count; i++)
		query_cancel(since->asked[i].query);
	free(since->asked);
	free(since);
}

/* A missed scrape is no break, two are. */
#define BREAK_MS (5 * MAP_SINCE_STEP_MS / 2)

/* The latest moment up to `at_ms` at which any series has a value; -1 none. */
static int64_t latest_until(const struct matrix *matrix, int64_t at_ms)
{
	int64_t ret = -1;

	for (size_t i = 0; i < matrix->count; i++) {
		const struct series *series = &matrix->series[i];
		size_t low = 0, high = series->count;

		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (series->times_ms[middle] <= at_ms)
				low = middle + 1;
			else
				high = middle;
		}
		if (low && series->times_ms[low - 1] > ret)
			ret = series->times_ms[low - 1];
	}
	return ret;
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct asked *asked = user;
	struct map_since_config *config = &asked->since->config;
	int64_t at_ms = asked->end_ms, first_ms = -1;

	asked->query = NULL;
	if (answer->status != QUERY_OK)
		return;
	for (int64_t next_ms; (next_ms = latest_until(answer->matrix, at_ms)) >= 0 && at_ms - next_ms < BREAK_MS;
	     at_ms = next_ms - 1)
		first_ms = next_ms;
	if (first_ms >= 0)
		config->on_since(config->user, asked->part, first_ms, first_ms < asked->start_ms + BREAK_MS);
}

void map_since_ask(struct map_since *since, size_t part, const char *expression, int64_t now_ms)
{
	struct asked *asked = &since->asked[part];
	struct query_question question = { expression, 0, 0, MAP_SINCE_STEP_MS };

	query_cancel(asked->query);
	*asked = (struct asked){ .since = since, .part = part };
	asked->end_ms = question.end_ms = now_ms;
	asked->start_ms = question.start_ms = now_ms - MAP_SINCE_MS;
	asked->query = query_ask(since->config.engine, &question, on_answer, asked);
}

void map_since_forget(struct map_since *since, size_t part)
{
	query_cancel(since->asked[part].query);
	since->asked[part].query = NULL;
}

bool map_since_busy(const struct map_since *since)
{
	for (size_t i = 0; i < since->config.count; i++)
		if (since->asked[i].query)
			return true;
	return false;
}
