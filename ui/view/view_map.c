#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "situation/map_state.h"
#include "ui/view/list_row.h"
#include "ui/view/map_draw.h"
#include "ui/view/map_layout.h"
#include "ui/view/map_text.h"
#include "ui/view/overlay_text.h"
#include "ui/view/view.h"

#define NO_MAP "no map of this system: its system file has no map: section"

static int part_count(const struct console *console)
{
	return console->map ? (int)map_state_map(console->map)->count : 0;
}

/* Without a choice the worst part, or the first, has it: the pane is never empty. */
static int focused(const struct console *console)
{
	int count = part_count(console), worst;

	if (console->map_focus >= 0 && console->map_focus < count)
		return console->map_focus;
	worst = count ? map_state_worst(console->map) : -1;
	return worst >= 0 ? worst : count ? 0 : -1;
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	struct map_layout layout;
	int focus = focused(console);

	if (!console->map) {
		canvas_put_centre(canvas, body, body.y + body.height / 2, NO_MAP, style_fg(ROLE_DIM));
		return;
	}
	map_layout_make(&layout, map_state_map(console->map), body);
	if (layout.picture)
		map_draw_picture(console, canvas, &layout, focus);
	else
		map_draw_list(console, canvas, layout.area, focus, console->map_scroll);
	map_draw_pane(console, canvas, layout.pane, focus);
	map_layout_release(&layout);
}

/* The instances of what has the focus are asked; in a list it is in sight. */
static void prepare(struct console *console, struct rect body)
{
	struct map_layout layout;
	int focus = focused(console);

	if (!console->map)
		return;
	map_state_watch(console->map, focus);
	map_layout_make(&layout, map_state_map(console->map), body);
	console->map_scroll =
		list_row_scroll(console->map_scroll, focus, part_count(console), map_list_rows(layout.area));
	map_layout_release(&layout);
}

/* Nobody looks at instances any more. */
static void leave(struct console *console)
{
	if (console->map)
		map_state_watch(console->map, -1);
}

static bool cursor(const struct console *console, struct rect body, int *ret_x, int *ret_y)
{
	struct map_layout layout;
	struct rect place = { 0 };
	int focus = focused(console);
	bool ret = focus >= 0;

	if (!ret)
		return false;
	map_layout_make(&layout, map_state_map(console->map), body);
	if (layout.picture)
		place = layout.places[focus].box;
	else
		ret = map_list_place(layout.area, focus, console->map_scroll, &place);
	*ret_x = place.x + (layout.picture ? 2 : 0);
	*ret_y = place.y;
	map_layout_release(&layout);
	return ret;
}

static bool has_map(const struct console *console, enum action action)
{
	(void)action;
	return part_count(console) > 0;
}

static void focus_on(struct console *console, int part)
{
	int last = part_count(console) - 1;

	console->map_focus = part < 0 ? 0 : part > last ? last : part;
}

/* In a picture to what lies there; in a list along it. */
static bool move(struct console *console, enum action action)
{
	struct map_layout layout;
	int focus = focused(console), right = (action == ACTION_RIGHT) - (action == ACTION_LEFT);
	int down = (action == ACTION_DOWN) - (action == ACTION_UP);

	map_layout_make(&layout, map_state_map(console->map), console_rows(console).body);
	if (layout.picture && (right || down))
		focus = (int)map_layout_next(&layout, (size_t)focus, right, down);
	else
		focus = list_row_after(action, focus, part_count(console),
				       layout.picture ? 1 : map_list_rows(layout.area));
	map_layout_release(&layout);
	focus_on(console, focus);
	return true;
}

/* Round the parts in trouble, the worst first. */
static bool worst(struct console *console, enum action action)
{
	int count = part_count(console), from = console->map_focus;

	(void)action;
	for (int state = PART_DOWN; state > PART_OK; state--)
		for (int i = 1; i <= count; i++) {
			int part = (from + i + count) % count;

			if ((int)map_state_part(console->map, (size_t)part)->state == state) {
				focus_on(console, part);
				return true;
			}
		}
	console_say(console, "no part of the system is known to be in trouble");
	return true;
}

static struct text_overlay *overlay_of(const struct console *console, int part)
{
	return text_overlay_new(map_state_map(console->map)->parts[part].title);
}

/* All that is known of it, and every instance. */
static bool open_part(struct console *console, enum action action)
{
	int part = focused(console);
	struct text_overlay *overlay = overlay_of(console, part);

	(void)action;
	map_document_why(console->map, (size_t)part, console->now_ms, &overlay->document);
	map_document_loss(console->map, (size_t)part, &overlay->document);
	map_document_instances(console->map, (size_t)part, console->now_ms, MAP_INSTANCES_MAX, true,
			       &overlay->document);
	overlay_open(console, &overlay_text, overlay);
	return true;
}

static bool explain(struct console *console, enum action action)
{
	int part = focused(console);
	struct text_overlay *overlay = overlay_of(console, part);

	(void)action;
	map_document_why(console->map, (size_t)part, console->now_ms, &overlay->document);
	map_document_loss(console->map, (size_t)part, &overlay->document);
	map_document_rules(console->map, (size_t)part, &overlay->document);
	overlay_open(console, &overlay_text, overlay);
	return true;
}

static bool can_copy(const struct console *console, enum action action)
{
	return has_map(console, action) && console->host.copy;
}

/* The expression that told, ready to be asked elsewhere. */
static bool copy(struct console *console, enum action action)
{
	int part = focused(console);
	const struct map_part *about = &map_state_map(console->map)->parts[part];
	const struct part_status *status = map_state_part(console->map, (size_t)part);
	struct strbuf text = STRBUF_INIT;

	(void)action;
	strbuf_addf(&text, "%s: %s", about->title, part_state_name(status->state));
	if (status->rule >= 0)
		strbuf_addf(&text, ": %s = %.6g", about->rules[status->rule].expression, status->value);
	console_copy(console, text.text);
	strbuf_release(&text);
	return true;
}

static bool ask_again(struct console *console, enum action action)
{
	(void)action;
	if (console->engine)
		query_engine_retry(console->engine);
	if (console->map)
		map_state_refresh(console->map);
	console_say(console, "asking again how each part is");
	return true;
}

static bool click(struct console *console, int x, int y)
{
	struct rect body = console_rows(console).body, place;
	struct map_layout layout;
	int part;

	if (!console->map)
		return false;
	map_layout_make(&layout, map_state_map(console->map), body);
	part = map_layout_at(&layout, body.x + x, body.y + y);
	for (int row = 0; !layout.picture && row < part_count(console); row++)
		if (map_list_place(layout.area, row, console->map_scroll, &place) && place.y == body.y + y)
			part = row;
	map_layout_release(&layout);
	if (part >= 0)
		focus_on(console, part);
	return part >= 0;
}

static size_t list_count(const struct console *console)
{
	return (size_t)part_count(console);
}

static bool list_matches(const struct console *console, int row, const char *needle)
{
	const struct map_part *part = &map_state_map(console->map)->parts[row];
	const char *const texts[] = {
		part->title,   part->name,
		part->group,   part->region,
		part->loss,    part->fallback,
		part->runbook, part_state_name(map_state_part(console->map, (size_t)row)->state)
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i] && strcasestr(texts[i], needle))
			return true;
	return false;
}

static const struct view_list list = {
	.count = list_count,
	.focus = focused,
	.go_to = focus_on,
	.matches = list_matches,
};

static const struct key_row keys[] = {
	LIST_ROW_KEYS(move, has_map),        { ACTION_LEFT, move, has_map },       { ACTION_RIGHT, move, has_map },
	{ ACTION_OPEN, open_part, has_map }, { ACTION_EXPLAIN, explain, has_map }, { ACTION_WORST, worst, has_map },
	{ ACTION_COPY, copy, can_copy },     { ACTION_RETRY, ask_again, NULL },    { ACTION_NONE, NULL, NULL },
};

static bool has(const struct console *console)
{
	return console->map != NULL;
}

const struct view_ops view_map = {
	.name = "map",
	.title = "Map",
	.help = "the system as a picture: how each part is, what its loss costs, what goes on without it",
	.draw = draw,
	.context = CONTEXT_MAP,
	.action = ACTION_VIEW_7,
	.keys = keys,
	.click = click,
	.prepare = prepare,
	.cursor = cursor,
	.leave = leave,
	.has = has,
	.list = &list,
};
