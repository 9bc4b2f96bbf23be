#include "ui/panel/mark.h"

#include <stdbool.h>
#include <stdlib.h>

#include "ui/panel/time_axis.h"

static const struct {
	enum glyph sign;
	bool line;
} looks[EVENT_KINDS] = {
	[EVENT_DEPLOY] = { GLYPH_DEPLOY, true },   [EVENT_CONFIG] = { GLYPH_CONFIG, true },
	[EVENT_RESTART] = { GLYPH_RESTART, true }, [EVENT_MESSAGE] = { GLYPH_MESSAGE, false },
	[EVENT_SOURCE] = { GLYPH_SOURCE, false },
};

static unsigned known(enum event_kind kind)
{
	return (unsigned)kind < EVENT_KINDS ? (unsigned)kind : EVENT_SOURCE;
}

enum glyph mark_sign(enum event_kind kind)
{
	return looks[known(kind)].sign;
}

static bool is_shown(const struct panel_mark *mark, int64_t start_ms, int64_t end_ms)
{
	return mark->time_ms >= start_ms && mark->time_ms <= end_ms;
}

static bool is_blank(const struct canvas *canvas, int x, int y)
{
	const struct cell *cell = canvas_cell(canvas, x, y);

	return cell->width == 1 && (cell->grapheme == 0 || cell->grapheme == ' ');
}

void mark_draw_lines(const struct panel_marks *marks, struct canvas *canvas, struct rect plot, int64_t start_ms,
		     int64_t end_ms)
{
	uint32_t code = glyph_code(canvas_glyphs(canvas), GLYPH_MARK);

	for (size_t i = 0; i < marks->count; i++) {
		int x;

		if (!is_shown(&marks->items[i], start_ms, end_ms) || !looks[known(marks->items[i].kind)].line)
			continue;
		x = plot.x + time_axis_column(start_ms, end_ms, plot.width, marks->items[i].time_ms);
		for (int y = plot.y; y < plot.y + plot.height; y++)
			if (is_blank(canvas, x, y))
				canvas_glyph(canvas, x, y, code, style_fg(ROLE_GRID));
	}
}

/* Of several in a column the first kind of the list tells most: a deploy before a restart before a message. */
void mark_draw_signs(const struct panel_marks *marks, struct canvas *canvas, int x, int y, int width, int64_t start_ms,
		     int64_t end_ms)
{
	int last = -1;
	unsigned best = EVENT_KINDS;

	for (size_t i = 0; i < marks->count; i++) {
		unsigned kind = known(marks->items[i].kind);
		int column;

		if (!is_shown(&marks->items[i], start_ms, end_ms))
			continue;
		column = time_axis_column(start_ms, end_ms, width, marks->items[i].time_ms);
		best = column == last && best < kind ? best : kind;
		last = column;
		canvas_glyph(canvas, x + column, y, glyph_code(canvas_glyphs(canvas), looks[best].sign),
			     style_fg(ROLE_INFO));
	}
}

void mark_add_words(const struct panel_marks *marks, int width, int64_t start_ms, int64_t end_ms, int64_t time_ms,
		    struct strbuf *ret)
{
	int column = time_axis_column(start_ms, end_ms, width, time_ms);
	const struct panel_mark *nearest = NULL;
	size_t count = 0;

	for (size_t i = 0; i < marks->count; i++) {
		const struct panel_mark *mark = &marks->items[i];

		if (!is_shown(mark, start_ms, end_ms) ||
		    abs(time_axis_column(start_ms, end_ms, width, mark->time_ms) - column) > 1)
			continue;
		count++;
		if (!nearest ||
		    llabs((long long)(mark->time_ms - time_ms)) < llabs((long long)(nearest->time_ms - time_ms)))
			nearest = mark;
	}
	if (!nearest)
		return;
	strbuf_addf(ret, "%s %s: %s", event_kind_name(nearest->kind), nearest->subject, nearest->text);
	if (count > 1)
		strbuf_addf(ret, " (+%zu)", count - 1);
}
