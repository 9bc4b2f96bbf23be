#include "ui/view/alert_panels.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "promql/selectors.h"
#include "ui/view/console.h"

struct places {
	VEC(struct alert_place) items;
};

struct alert_panels {
	struct map metrics;        /* name -> struct places */
	VEC(unsigned) generations; /* of each board, as it was read */
	bool read;

	/* Of the board shown. */
	VEC(int) priorities;
	size_t board;
	unsigned made; /* of the list they were made from */
};

struct alert_panels *alert_panels_new(void)
{
	return mem_zalloc(sizeof(struct alert_panels));
}

static void places_free(void *value)
{
	struct places *places = value;

	vec_release(&places->items);
	free(places);
}

void alert_panels_free(struct alert_panels *panels)
{
	if (!panels)
		return;
	map_release(&panels->metrics, places_free);
	vec_release(&panels->generations);
	vec_release(&panels->priorities);
	free(panels);
}

static void add_place(struct alert_panels *panels, const char *metric, size_t board, size_t panel)
{
	struct places *places = map_get(&panels->metrics, metric);

	if (!places) {
		places = mem_zalloc(sizeof(*places));
		map_set(&panels->metrics, metric, places);
	}
	for (size_t i = 0; i < places->items.count; i++)
		if (places->items.items[i].board == board && places->items.items[i].panel == panel)
			return;
	vec_push(&places->items, (struct alert_place){ board, panel, 1 });
}

static void read_panel(struct alert_panels *panels, const struct panel *panel, size_t board, size_t index)
{
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < panel->target_count; i++) {
		struct selectors selectors;

		selectors_read(panel->targets[i].expression, &arena, &selectors);
		for (size_t k = 0; k < selectors.count; k++)
			if (selectors.items[k].metric)
				add_place(panels, selectors.items[k].metric, board, index);
	}
	arena_release(&arena);
}

static void read_boards(struct alert_panels *panels, const struct console *console)
{
	map_release(&panels->metrics, places_free);
	map_init(&panels->metrics);
	vec_clear(&panels->generations);
	for (size_t b = 0; b < console->board_count; b++) {
		size_t count;
		const struct board_panel *items = board_panels(console->boards[b], &count);

		for (size_t i = 0; i < count; i++)
			read_panel(panels, items[i].panel, b, i);
		vec_push(&panels->generations, board_generation(console->boards[b]));
	}
	panels->read = true;
}

static bool is_current(const struct alert_panels *panels, const struct console *console)
{
	if (!panels->read || panels->generations.count != console->board_count)
		return false;
	for (size_t b = 0; b < console->board_count; b++)
		if (panels->generations.items[b] != board_generation(console->boards[b]))
			return false;
	return true;
}

/* P-numbers rise as they matter less; what has none matters least. */
static bool is_worse(int a, int b)
{
	if (b == ALERT_PANEL_QUIET || a == b)
		return a != b;
	return a != PRIORITY_NONE && (b == PRIORITY_NONE || a < b);
}

static void judge(struct alert_panels *panels, const struct console *console)
{
	const struct alert_list *list = &console->alert_list;
	size_t count = 0;

	if (console->board < console->board_count)
		board_panels(console->boards[console->board], &count);
	vec_clear(&panels->priorities);
	for (size_t i = 0; i < count; i++)
		vec_push(&panels->priorities, ALERT_PANEL_QUIET);
	for (size_t i = 0; i < list->alerts.count && list->alerts.items[i]->standing <= ALERT_ACKED; i++) {
		const struct alert *alert = list->alerts.items[i];

		for (size_t m = 0; alert->condition && m < alert->condition->metric_count; m++) {
			const struct places *places = map_get(&panels->metrics, alert->condition->metrics[m]);

			for (size_t k = 0; places && k < places->items.count; k++) {
				const struct alert_place *place = &places->items.items[k];

				if (place->board == console->board && place->panel < count &&
				    is_worse(alert->priority, panels->priorities.items[place->panel]))
					panels->priorities.items[place->panel] = alert->priority;
			}
		}
	}
	panels->board = console->board;
	panels->made = list->made;
}

void alert_panels_take(struct alert_panels *panels, const struct console *console)
{
	bool current = is_current(panels, console);

	if (!current)
		read_boards(panels, console);
	if (!current || panels->board != console->board || panels->made != console->alert_list.made)
		judge(panels, console);
}

static int most_first(const void *a, const void *b)
{
	const struct alert_place *one = a, *other = b;

	if (one->shared != other->shared)
		return one->shared > other->shared ? -1 : 1;
	if (one->board != other->board)
		return one->board < other->board ? -1 : 1;
	return one->panel < other->panel ? -1 : one->panel > other->panel;
}

size_t alert_panels_find(const struct alert_panels *panels, const struct alert *alert, struct alert_place *ret,
			 size_t most)
{
	VEC(struct alert_place) found = { 0 };
	size_t count;

	for (size_t m = 0; panels && alert->condition && m < alert->condition->metric_count; m++) {
		const struct places *places = map_get(&panels->metrics, alert->condition->metrics[m]);

		for (size_t k = 0; places && k < places->items.count; k++) {
			struct alert_place place = places->items.items[k];
			size_t at = 0;

			while (at < found.count &&
			       (found.items[at].board != place.board || found.items[at].panel != place.panel))
				at++;
			if (at < found.count)
				found.items[at].shared++;
			else
				vec_push(&found, place);
		}
	}
	if (found.count)
		qsort(found.items, found.count, sizeof(*found.items), most_first);
	count = found.count < most ? found.count : most;
	for (size_t i = 0; i < count; i++)
		ret[i] = found.items[i];
	vec_release(&found);
	return count;
}

int alert_panels_priority(const struct alert_panels *panels, size_t panel)
{
	return panels && panel < panels->priorities.count ? panels->priorities.items[panel] : ALERT_PANEL_QUIET;
}
