/*
 * Whatever has no drawing of its own: the type in words and the last values
 * of its queries. A dashboard never fails because of one panel.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/panel_list.h"
#include "ui/panel/shown_style.h"

#define PLACEHOLDER_LIMIT 200

/* Types whose name does not say what they are. Others are spelt from their id. */
static const struct {
	const char *type, *words;
} types[] = {
	{ "alertGroups", "alert groups" },
	{ "annolist", "annotations list" },
	{ "canvas", "canvas" },
	{ "candlestick", "candlestick chart" },
	{ "dashlist", "list of dashboards" },
	{ "flamegraph", "flame graph" },
	{ "geomap", "map" },
	{ "grafana-worldmap-panel", "world map" },
	{ "grafana-clock-panel", "clock" },
	{ "logs", "log lines" },
	{ "news", "news feed" },
	{ "nodeGraph", "node graph" },
	{ "pluginlist", "list of plugins" },
	{ "traces", "traces" },
	{ "trend", "trend chart" },
	{ "welcome", "welcome page" },
	{ "xychart", "XY chart" },
};

/* "vonage-status-panel" -> "vonage status", "grafana-polystat-panel" -> "polystat". */
static void type_words(const char *type, struct strbuf *ret)
{
	size_t i, length;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (type && strcmp(types[i].type, type) == 0) {
			strbuf_addstr(ret, types[i].words);
			return;
		}
	}
	if (!type || type[0] == '\0') {
		strbuf_addstr(ret, "panel without a type");
		return;
	}
	if (strncmp(type, "grafana-", 8) == 0 && type[8] != '\0')
		type += 8;
	length = strlen(type);
	if (length > 6 && strcmp(type + length - 6, "-panel") == 0)
		length -= 6;
	for (i = 0; i < length; i++)
		strbuf_addch(ret, type[i] == '-' || type[i] == '_' ? ' ' : type[i]);
}

static void value_put(struct canvas *canvas, const struct shown *shown, struct rect row)
{
	struct style style = shown_style_text(&shown->display, style_with(style_fg(ROLE_STRONG), ATTR_BOLD));
	struct strbuf text = STRBUF_INIT;
	enum glyph sign;
	int width, start;

	if (shown_sign(&shown->display, &sign))
		strbuf_addf(&text, "%s ", glyph_text(canvas_glyphs(canvas), sign));
	shown_text(&shown->display, &text);
	width = text_width(text.text);
	start = row.x + row.width - width;
	if (start < row.x)
		start = row.x;
	canvas_put_fit(canvas, start, row.y, text.text, style, row.x + row.width - start);
	canvas_put_fit(canvas, row.x, row.y, shown->name ? shown->name : "", style_fg(ROLE_TEXT), start - 1 - row.x);
	strbuf_release(&text);
}

static void values_draw(const struct panel_view *view, struct canvas *canvas, struct rect area)
{
	struct arena arena;
	const struct shown *shown;
	size_t count, more, i, drawn;
	char text[48];

	if (rect_is_empty(area))
		return;
	arena_init(&arena);
	shown = display_shown(view->panel, &view->data->frames, &arena, PLACEHOLDER_LIMIT, &count, &more);
	drawn = count;
	if (drawn + more > (size_t)area.height)
		drawn = area.height > 1 ? (size_t)area.height - 1 : count < 1 ? count : 1;
	if (drawn > count)
		drawn = count;
	for (i = 0; i < drawn; i++)
		value_put(canvas, &shown[i], (struct rect){ area.x, area.y + (int)i, area.width, 1 });
	if (count + more > drawn && (int)drawn < area.height) {
		snprintf(text, sizeof(text), "%zu more", count + more - drawn);
		canvas_put_right(canvas, area.x, area.x + area.width, area.y + (int)drawn, text, style_fg(ROLE_DIM));
	}
	arena_release(&arena);
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct strbuf words = STRBUF_INIT;
	bool values = view->data->frames.frames.count > 0;
	struct rect area = inside;

	type_words(view->panel->type, &words);
	if (view->panel->foreign)
		strbuf_addf(&words, ": %s", view->panel->foreign);
	else
		strbuf_addstr(&words, values ? ", shown as its last values" : " is not drawn here");
	/* One row: the values say more than the type. */
	if (inside.height > 1 || !values) {
		canvas_put_fit(canvas, inside.x, inside.y, words.text, style_fg(ROLE_DIM), inside.width);
		area.y++;
		area.height--;
	}
	if (values)
		values_draw(view, canvas, area);
	strbuf_release(&words);
}

static void line(const struct panel_view *view, struct strbuf *ret)
{
	struct arena arena;
	struct shown *shown;
	size_t count, more;

	arena_init(&arena);
	shown = display_shown(view->panel, &view->data->frames, &arena, PLACEHOLDER_LIMIT, &count, &more);
	if (count > 0)
		shown_line(shown, count, more, 4, ret);
	else
		type_words(view->panel->type, ret);
	arena_release(&arena);
}

const struct panel_ops panel_placeholder = {
	.type = "",
	.title = "Other",
	.help = "a type without a drawing of its own: its name and its queries' last values",
	.draw = draw,
	.line = line,
};
