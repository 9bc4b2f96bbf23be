#include <string.h>

#include "base/strbuf.h"
#include "ui/view/collector_list.h"
#include "ui/view/engine_box.h"
#include "ui/view/list_row.h"
#include "ui/view/source_explain.h"
#include "ui/view/view.h"

#define ENGINE_LEAST 5  /* rows of its box */
#define LIST_LEAST   4  /* of the list's: the border, the head and one collector */
#define BOXES_LEAST  16 /* rows from which engine and store have boxes; on a lower screen the list needs them */

struct places {
	struct rect engine, store, list;
};

/* The list has all its rows if it can, the engine what is left; where that is little, engine and store are lines. */
static struct places places(const struct console *console, struct rect body)
{
	struct places ret = { .engine = body };
	int engine = 1, store = 1, wished = engine_box_rows(console);

	if (!console->sources.count)
		return ret;
	if (body.height >= BOXES_LEAST) {
		store = STORE_BOX_ROWS;
		engine = body.height - store - (int)console->sources.count - LIST_LEAST + 1;
		engine = engine > wished ? wished : engine < ENGINE_LEAST ? ENGINE_LEAST : engine;
	} else if (body.height < LIST_LEAST + 2) {
		store = 0;
		engine = body.height > LIST_LEAST;
	}
	ret.engine.height = engine;
	ret.store = (struct rect){ body.x, body.y + engine, body.width, store };
	ret.list = (struct rect){ body.x, body.y + engine + store, body.width, body.height - engine - store };
	return ret;
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	struct places where = places(console, body);

	if (where.engine.height)
		engine_box_draw(console, canvas, where.engine);
	if (where.store.height)
		store_box_draw(console, canvas, where.store);
	if (console->sources.count)
		collector_list_draw(console, canvas, where.list);
}

static void prepare(struct console *console, struct rect body)
{
	struct sources *sources = &console->sources;

	sources->scroll = list_row_scroll(sources->scroll, sources_row(sources), (int)sources->count,
					  collector_list_rows(places(console, body).list));
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	struct rect place;

	if (!collector_list_place(console, places(console, body).list, sources_row(&console->sources), &place))
		return false;
	*ret_x = place.x;
	*ret_y = place.y;
	return true;
}

static bool has_list(const struct console *console, enum action action)
{
	(void)action;
	return console->sources.count > 0;
}

static bool move(struct console *console, enum action action)
{
	struct sources *sources = &console->sources;
	int visible = collector_list_rows(places(console, console_rows(console).body).list);

	sources_go_to(sources, list_row_after(action, sources_row(sources), (int)sources->count, visible));
	return true;
}

/* The same order first where things have moved since; then the next order. */
static bool sort(struct console *console, enum action action)
{
	struct sources *sources = &console->sources;

	(void)action;
	if (!sources_sort(sources)) {
		sources->order = (sources->order + 1) % SOURCES_ORDERS;
		sources_sort(sources);
	}
	console_say(console, "sorted: %s", sources_order_name(sources->order));
	return true;
}

/* To the next one that fails, or has something to say. */
static bool worst(struct console *console, enum action action)
{
	struct sources *sources = &console->sources;
	int count = (int)sources->count, from = sources_row(sources);

	(void)action;
	for (int failing = 1; failing >= 0; failing--)
		for (int i = 1; i <= count; i++) {
			int row = (from + i) % count;
			const struct collector_state *state = sources_at(sources, row);

			if (failing ? state->health == COLLECTOR_FAILING : state->warning[0] != '\0') {
				sources_go_to(sources, row);
				return true;
			}
		}
	console_say(console, "nothing that is collected here fails");
	return true;
}

static bool ask_again(struct console *console, enum action action)
{
	size_t count = console->sources.count;

	(void)action;
	if (console->engine)
		query_engine_retry(console->engine);
	if (console->sources.collect)
		collect_now(console->sources.collect);
	if (console_board(console))
		board_refresh(console_board(console));
	console_say(console, "collecting from %zu source%s now, and asking %s again", count, count == 1 ? "" : "s",
		    console->engine ? console->source.engine : "nobody");
	return true;
}

static const struct collector_state *focused(const struct console *console)
{
	return sources_at(&console->sources, sources_row(&console->sources));
}

static bool can_copy(const struct console *console, enum action action)
{
	return has_list(console, action) && console->host.copy;
}

/* Its address, or what it has in the place of one, and what is wrong with it. */
static bool copy(struct console *console, enum action action)
{
	const struct collector_state *state = focused(console);
	struct strbuf text = STRBUF_INIT;
	char reason[320];

	(void)action;
	collector_list_reason(console, state, reason, sizeof(reason));
	strbuf_addf(&text, "%s %s%s%s", state->job, state->url[0] ? state->url : state->instance, reason[0] ? ": " : "",
		    reason);
	console_copy(console, text.text);
	strbuf_release(&text);
	return true;
}

/* Enter: what it has to show; o: its last answer. */
static bool open_source(struct console *console, enum action action)
{
	sources_go_to(&console->sources, sources_row(&console->sources));
	console->sources.line = console->sources.line_scroll = 0;
	console->sources.line_key = 0;
	console->sources.at_answer = action == ACTION_OUTPUT;
	console_set_view(console, &view_source);
	return true;
}

static bool click(struct console *console, int x, int y)
{
	struct rect body = console_rows(console).body, place;
	struct places where = places(console, body);

	(void)x;
	for (int row = 0; row < (int)console->sources.count; row++)
		if (collector_list_place(console, where.list, row, &place) && place.y == body.y + y) {
			sources_go_to(&console->sources, row);
			return true;
		}
	return false;
}

static size_t list_count(const struct console *console)
{
	return console->sources.count;
}

static int list_focus(const struct console *console)
{
	return sources_row(&console->sources);
}

static void list_go_to(struct console *console, int row)
{
	sources_go_to(&console->sources, row);
}

static bool list_matches(const struct console *console, int row, const char *needle)
{
	const struct collector_state *state = sources_at(&console->sources, row);
	char reason[320];

	collector_list_reason(console, state, reason, sizeof(reason));
	return strcasestr(state->job, needle) || strcasestr(state->instance, needle) ||
	       strcasestr(state->url, needle) || strcasestr(reason, needle);
}

static const struct view_list list = {
	.count = list_count,
	.focus = list_focus,
	.go_to = list_go_to,
	.matches = list_matches,
};

static const struct key_row keys[] = {
	LIST_ROW_KEYS(move, has_list),
	{ ACTION_OPEN, open_source, has_list },
	{ ACTION_OUTPUT, open_source, has_list },
	{ ACTION_EXPLAIN, source_explain, has_list },
	{ ACTION_SORT, sort, has_list },
	{ ACTION_WORST, worst, has_list },
	{ ACTION_COPY, copy, can_copy },
	{ ACTION_RETRY, ask_again, NULL },
	{ ACTION_NONE, NULL, NULL },
};

const struct view_ops view_sources = {
	.name = "sources",
	.title = "Sources",
	.help = "who answers, how well, what it is asked, and what is collected here",
	.draw = draw,
	.context = CONTEXT_SOURCES,
	.action = ACTION_VIEW_6,
	.keys = keys,
	.click = click,
	.prepare = prepare,
	.cursor = cursor,
	.list = &list,
};
