#include "ui/view/tabs.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "alert/alerts.h"
#include "situation/map_state.h"
#include "ui/view/alert_text.h"
#include "ui/view/console.h"
#include "ui/view/summary.h"

#define PAGED 2 /* alerts of P0 and P1: somebody is called for them */

/* How often one looks how hidden systems are: not with each frame. */
#define HIDDEN_MS 500

void tabs_add(struct tabs *tabs, struct console *console)
{
	tabs->items[tabs->count++] = console;
	console->tabs = tabs;
}

struct console *tabs_console(const struct tabs *tabs)
{
	return tabs->at < tabs->count ? tabs->items[tabs->at] : NULL;
}

bool tabs_several(const struct console *console)
{
	return console->tabs && console->tabs->count > 1;
}

void tabs_show(struct tabs *tabs, size_t index)
{
	struct console *from = tabs_console(tabs), *to;

	if (index >= tabs->count || index == tabs->at)
		return;
	tabs->at = index;
	to = tabs_console(tabs);
	if (console_board(from))
		board_set_visible(console_board(from), NULL, 0);
	from->message[0] = to->message[0] = '\0';
	to->monotonic_ms = from->monotonic_ms;
	to->page_at_ms = 0;
}

/* ---- names ---- */

const char *tab_title(const struct console *tab)
{
	const struct board *board = console_board(tab);
	const char *dashboard = board ? board_dashboard(board)->title : NULL;

	return tab->title ? tab->title : dashboard ? dashboard : "skep";
}

const char *tab_name(const struct console *tab)
{
	return tab->system ? tab->system : tab_title(tab);
}

/* Does a name match in this manner: 0 exact, 1 ignoring case, 2 a beginning. */
static bool matches(const char *text, const char *name, int manner)
{
	switch (manner) {
	case 0: return strcmp(text, name) == 0;
	case 1: return strcasecmp(text, name) == 0;
	default: return *name && strncasecmp(text, name, strlen(name)) == 0;
	}
}

int tabs_find(const struct tabs *tabs, const char *name, struct error *error)
{
	char known[256] = "";
	size_t used = 0;

	for (int manner = 0; manner < 3; manner++)
		for (size_t i = 0; i < tabs->count; i++)
			if (matches(tab_name(tabs->items[i]), name, manner) ||
			    matches(tab_title(tabs->items[i]), name, manner))
				return (int)i;
	for (size_t i = 0; i < tabs->count && used < sizeof(known); i++)
		used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "",
					 tab_name(tabs->items[i]));
	return error_set(error, "no system '%.60s' (%s)", name, known);
}

/* ---- trouble ---- */

/* A map is kept up to date in hidden systems too: their trouble is known before their panels are asked for. */
static void add_parts(const struct map_state *map, struct trouble *ret)
{
	ret->critical += map_state_count(map, PART_DOWN);
	ret->warning += map_state_count(map, PART_DEGRADED) + map_state_count(map, PART_SUSPECT);
	ret->known |= map_state_count(map, PART_UNKNOWN) < map_state_map(map)->count;
}

/* Everything that counts as trouble is summed here. */
static void tab_trouble(const struct console *tab, struct trouble *ret)
{
	struct summary summary;

	*ret = (struct trouble){ 0 };
	summary_of(tab, &summary);
	ret->known = summary.panels > summary.waiting;
	ret->critical = summary.critical; /* a panel whose target is down is one of them */
	ret->warning = summary.warning;
	ret->down = sources_failing(&tab->sources) + (tab->engine && tab->source.health == QUERY_FAILING);
	if (tab->map)
		add_parts(tab->map, ret);
	if (tab->alerts) {
		struct alert_counts counts;

		alerts_get_counts(tab->alerts, &counts);
		memcpy(ret->alerts, counts.firing, sizeof(ret->alerts));
	}
}

bool trouble_is_worse(const struct trouble *a, const struct trouble *b)
{
	for (int p = 0; p < PAGED; p++)
		if (a->alerts[p] != b->alerts[p])
			return a->alerts[p] > b->alerts[p];
	if (a->critical != b->critical)
		return a->critical > b->critical;
	if (a->down != b->down)
		return a->down > b->down;
	for (int p = PAGED; p <= PRIORITY_COUNT; p++)
		if (a->alerts[p] != b->alerts[p])
			return a->alerts[p] > b->alerts[p];
	return a->warning > b->warning;
}

static void add_count(char *ret, size_t size, size_t count, const char *what)
{
	size_t used = strlen(ret);

	if (count)
		snprintf(ret + used, size - used, "%s%zu %s", used ? ", " : "", count, what);
}

void trouble_text(const struct trouble *trouble, char *ret, size_t size)
{
	*ret = '\0';
	for (int p = 0; p <= PRIORITY_COUNT; p++) {
		size_t used = strlen(ret);

		if (trouble->alerts[p])
			snprintf(ret + used, size - used, "%s%s %zu", used ? ", " : "",
				 p < PRIORITY_COUNT ? alert_priority_text(p) : "alerts", trouble->alerts[p]);
	}
	add_count(ret, size, trouble->critical, "critical");
	add_count(ret, size, trouble->down, trouble->down == 1 ? "source down" : "sources down");
	add_count(ret, size, trouble->warning, "warning");
}

const struct console *tabs_worse(const struct console *console)
{
	const struct console *worst = console;

	for (size_t i = 0; tabs_several(console) && i < console->tabs->count; i++)
		if (trouble_is_worse(&console->tabs->items[i]->trouble, &worst->trouble))
			worst = console->tabs->items[i];
	return worst == console ? NULL : worst;
}

static void take_hidden(struct console *tab, int64_t now_ms)
{
	if (tab->engine)
		query_engine_state(tab->engine, &tab->source);
	sources_take(&tab->sources, true);
	if (tab->alerts)
		alerts_refresh(tab->alerts, now_ms);
	tab_trouble(tab, &tab->trouble);
}

void tabs_take(struct tabs *tabs)
{
	struct console *shown = tabs_console(tabs);
	bool due = !tabs->taken_ms || shown->monotonic_ms - tabs->taken_ms >= HIDDEN_MS;

	tab_trouble(shown, &shown->trouble);
	for (size_t i = 0; due && i < tabs->count; i++)
		if (i != tabs->at)
			take_hidden(tabs->items[i], shown->now_ms);
	if (due)
		tabs->taken_ms = shown->monotonic_ms;
}

/* ---- keys ---- */

bool tabs_can(const struct console *console, enum action action)
{
	(void)action;
	return tabs_several(console);
}

bool tabs_do(struct console *console, enum action action)
{
	struct tabs *tabs = console->tabs;

	(void)action;
	tabs_show(tabs, (tabs->at + 1) % tabs->count);
	return true;
}
