#include "ui/view/sources.h"

#include <stdlib.h>

#include "base/mem.h"

void sources_take(struct sources *sources)
{
	size_t count = sources->collect ? collect_count(sources->collect) : 0;

	if (sources->store)
		store_get_state(sources->store, &sources->held);
	if (sources->history)
		history_get_state(sources->history, &sources->past);
	if (count != sources->count) {
		free(sources->states);
		sources->states = mem_array(count + 1, sizeof(*sources->states));
		sources->count = count;
	}
	for (size_t i = 0; i < count; i++)
		collect_get_state(sources->collect, i, &sources->states[i]);
	if (sources->selected >= (int)count)
		sources->selected = count ? (int)count - 1 : 0;
}

void sources_release(struct sources *sources)
{
	free(sources->states);
	sources->states = NULL;
	sources->count = 0;
}

size_t sources_failing(const struct sources *sources)
{
	size_t failing = 0;

	for (size_t i = 0; i < sources->count; i++)
		failing += sources->states[i].health == COLLECTOR_FAILING;
	return failing;
}

double sources_bytes(const struct sources *sources, size_t index)
{
	const struct collector_state *state = &sources->states[index];

	if (!sources->held.series)
		return 0;
	return (double)sources->held.bytes * (double)state->series / (double)sources->held.series;
}
