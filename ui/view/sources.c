#include "ui/view/sources.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* How badly a collector stands: higher is worse. */
static int badness(const struct collector_state *state)
{
	switch (state->health) {
	case COLLECTOR_FAILING: return 3;
	case COLLECTOR_NEVER: return 2;
	default: return state->warning[0] ? 1 : 0;
	}
}

static int compare_worst(const struct collector_state *a, const struct collector_state *b)
{
	return badness(b) - badness(a);
}

static int compare_listed(const struct collector_state *a, const struct collector_state *b)
{
	(void)a;
	(void)b;
	return 0;
}

/* One that never answered is older than any; one that has ended is not waited for. */
static int compare_oldest(const struct collector_state *a, const struct collector_state *b)
{
	if (a->ended != b->ended)
		return a->ended ? 1 : -1;
	return (a->last_good_ms > b->last_good_ms) - (a->last_good_ms < b->last_good_ms);
}

static int compare_slowest(const struct collector_state *a, const struct collector_state *b)
{
	return (a->elapsed_ms < b->elapsed_ms) - (a->elapsed_ms > b->elapsed_ms);
}

static int compare_largest(const struct collector_state *a, const struct collector_state *b)
{
	return (a->series < b->series) - (a->series > b->series);
}

static const struct {
	const char *name;
	int (*compare)(const struct collector_state *, const struct collector_state *);
} orders[SOURCES_ORDERS] = {
	[SOURCES_WORST] = { "worst first", compare_worst },
	[SOURCES_LISTED] = { "as listed", compare_listed },
	[SOURCES_OLDEST] = { "oldest first", compare_oldest },
	[SOURCES_SLOWEST] = { "slowest first", compare_slowest },
	[SOURCES_LARGEST] = { "largest first", compare_largest },
};

const char *sources_order_name(enum sources_order order)
{
	return orders[order].name;
}

/* By insertion: there are few, and mostly they are in order already. */
bool sources_sort(struct sources *sources)
{
	size_t *rows;
	bool moved;

	if (!sources->count)
		return false;
	rows = mem_array(sources->count, sizeof(*rows));
	for (size_t i = 0; i < sources->count; i++) {
		size_t at = i;

		while (at > 0 &&
		       orders[sources->order].compare(&sources->states[rows[at - 1]], &sources->states[i]) > 0) {
			rows[at] = rows[at - 1];
			at--;
		}
		rows[at] = i;
	}
	moved = memcmp(rows, sources->rows, sources->count * sizeof(*rows)) != 0;
	free(sources->rows);
	sources->rows = rows;
	return moved;
}

static void take_collectors(struct sources *sources)
{
	size_t count = collect_count(sources->collect);

	if (count != sources->count) {
		sources_release(sources);
		sources->states = mem_array(count, sizeof(*sources->states));
		sources->rows = mem_array(count, sizeof(*sources->rows));
		sources->count = count;
		sources->selected = -1;
		for (size_t i = 0; i < count; i++)
			sources->rows[i] = i;
	}
	for (size_t i = 0; i < count; i++)
		collect_get_state(sources->collect, i, &sources->states[i]);
}

void sources_take(struct sources *sources, bool sort)
{
	if (sources->store)
		store_get_state(sources->store, &sources->held);
	if (sources->history)
		history_get_state(sources->history, &sources->past);
	if (sources->collect)
		take_collectors(sources);
	if (sort)
		sources_sort(sources);
}

void sources_release(struct sources *sources)
{
	free(sources->states);
	free(sources->rows);
	sources->states = NULL;
	sources->rows = NULL;
	sources->count = 0;
}

int sources_row(const struct sources *sources)
{
	for (size_t row = 0; row < sources->count; row++)
		if ((int)sources->rows[row] == sources->selected)
			return (int)row;
	return sources->count ? 0 : -1;
}

void sources_go_to(struct sources *sources, int row)
{
	int last = (int)sources->count - 1;

	if (last < 0)
		return;
	sources->selected = (int)sources->rows[row < 0 ? 0 : row > last ? last : row];
}

const struct collector_state *sources_at(const struct sources *sources, int row)
{
	return &sources->states[sources->rows[row]];
}

bool sources_choose(struct sources *sources, const char *name)
{
	for (size_t i = 0; i < sources->count; i++)
		if (strcmp(sources->states[i].job, name) == 0 || strcmp(sources->states[i].instance, name) == 0) {
			sources->selected = (int)i;
			return true;
		}
	return false;
}

size_t sources_failing(const struct sources *sources)
{
	size_t failing = 0;

	for (size_t i = 0; i < sources->count; i++)
		failing += sources->states[i].health == COLLECTOR_FAILING;
	return failing;
}

double sources_bytes(const struct sources *sources, const struct collector_state *state)
{
	if (!sources->held.series)
		return 0;
	return (double)sources->held.bytes * (double)state->series / (double)sources->held.series;
}
