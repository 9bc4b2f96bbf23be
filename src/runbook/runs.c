#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runbook/run_private.h"

void runs_init(struct runs *runs)
{
	*runs = (struct runs){ 0 };
	map_init(&runs->by_id);
}

void runs_release(struct runs *runs)
{
	for (size_t i = 0; i < runs->items.count; i++)
		run_free(runs->items.items[i]);
	vec_release(&runs->items);
	map_release(&runs->by_id, NULL);
}

static bool is_newer(const struct run *a, const struct run *b)
{
	if (a->began_ms != b->began_ms)
		return a->began_ms > b->began_ms;
	return strcmp(a->id, b->id) > 0;
}

/* Bring a run to its place: most come in order of time, at the front. */
static void place(struct runs *runs, struct run *run)
{
	struct run **items = runs->items.items;
	size_t at = 0;

	while (items[at] != run)
		at++;
	for (; at > 0 && is_newer(run, items[at - 1]); at--)
		items[at] = items[at - 1];
	for (; at + 1 < runs->items.count && is_newer(items[at + 1], run); at++)
		items[at] = items[at + 1];
	items[at] = run;
}

static struct run *run_of(struct runs *runs, const char *id)
{
	struct run *run = map_get(&runs->by_id, id);

	if (run)
		return run;
	run = run_new(id);
	map_set(&runs->by_id, id, run);
	/* In front, as the newest. */
	vec_push(&runs->items, run);
	memmove(runs->items.items + 1, runs->items.items, (runs->items.count - 1) * sizeof(struct run *));
	runs->items.items[0] = run;
	return run;
}

bool runs_add(struct runs *runs, const struct journal_event *event, struct run **ret_run)
{
	struct arena arena = { 0 };
	struct run_event read;
	int64_t began_ms;
	struct run *run;
	bool good = run_event_read(event, &arena, &read);

	if (good) {
		run = run_of(runs, read.run);
		began_ms = run->began_ms;
		run_add(run, &read);
		if (ret_run)
			run_fold(run);
		if (run->began_ms != began_ms)
			place(runs, run);
		if (ret_run)
			*ret_run = run;
	}
	arena_release(&arena);
	return good;
}

void runs_fold(const struct runs *runs)
{
	for (size_t i = 0; i < runs->items.count; i++)
		run_fold(runs->items.items[i]);
}

/* The only one whose name begins so. */
static struct run *find_beginning(const struct runs *runs, const char *beginning)
{
	struct run *found = NULL;

	for (size_t i = 0; i < runs->items.count; i++) {
		if (strncmp(runs->items.items[i]->id, beginning, strlen(beginning)) != 0)
			continue;
		if (found)
			return NULL;
		found = runs->items.items[i];
	}
	return found;
}

struct run *runs_find(const struct runs *runs, const char *id)
{
	struct run *found = map_get(&runs->by_id, id);

	if (!found && *id)
		found = find_beginning(runs, id);
	if (found)
		run_fold(found);
	return found;
}

void runs_get_freshness(const struct runs *runs, const char *slug, struct run_freshness *ret)
{
	*ret = (struct run_freshness){ 0 };
	for (size_t i = 0; i < runs->items.count; i++) {
		struct run *run = runs->items.items[i];

		run_fold(run);
		if (!run->opened || strcmp(run->opened->runbook, slug) != 0)
			continue;
		ret->count++;
		if (!ret->last)
			ret->last = run;
	}
	for (size_t i = 0; ret->last && i < ret->last->steps.count; i++) {
		const struct run_step *step = &ret->last->steps.items[i];

		if (step->state == RUN_STEP_BAD || step->state == RUN_STEP_FAILED)
			vec_push(&ret->failed, step->id);
	}
}

void run_freshness_release(struct run_freshness *freshness)
{
	vec_release(&freshness->failed);
}
