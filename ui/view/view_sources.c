#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "ui/draw/glyph.h"
#include "ui/view/view.h"

#define LABEL_WIDTH 18

/* Where the next line goes. */
struct lines {
	struct canvas *canvas;
	struct rect area;
	int y;
};

static void line(struct lines *lines, const char *label, const char *text, struct style style)
{
	if (lines->y >= lines->area.y + lines->area.height)
		return;
	canvas_put_fit(lines->canvas, lines->area.x + 1, lines->y, label, style_fg(ROLE_DIM), LABEL_WIDTH - 2);
	canvas_put_fit(lines->canvas, lines->area.x + LABEL_WIDTH, lines->y, text, style,
		       lines->area.width - LABEL_WIDTH);
	lines->y++;
}

static void draw_health(const struct console *console, struct lines *lines)
{
	const struct query_state *source = &console->source;
	enum glyph_set glyphs = canvas_glyphs(lines->canvas);
	char text[256], since[16];

	if (source->health == QUERY_FAILING) {
		duration_format(console->now_ms - source->failing_since_ms, since, sizeof(since));
		snprintf(text, sizeof(text), "%s %s for %s", glyph_text(glyphs, GLYPH_CRITICAL), source->reason, since);
		line(lines, "state", text, style_fg(ROLE_CRITICAL));
	} else if (source->health == QUERY_HEALTHY) {
		snprintf(text, sizeof(text), "%s healthy", glyph_text(glyphs, GLYPH_OK));
		line(lines, "state", text, style_fg(ROLE_OK));
	} else {
		line(lines, "state", "not asked yet", style_fg(ROLE_DIM));
	}
	if (source->last_good_ms) {
		duration_format(console->now_ms - source->last_good_ms, since, sizeof(since));
		snprintf(text, sizeof(text), "%s ago, took %" PRId64 " ms", since, source->last_elapsed_ms);
		line(lines, "last good answer", text, style_fg(ROLE_TEXT));
	}
	if (source->next_try_ms > console->now_ms) {
		duration_format(source->next_try_ms - console->now_ms, since, sizeof(since));
		snprintf(text, sizeof(text), "in %s", since);
		line(lines, "next try", text, style_fg(ROLE_TEXT));
	}
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct query_state *source = &console->source;
	struct box box = { .title = console->engine ? source->engine : "Sources",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE) };
	struct lines lines = { .canvas = canvas, .area = canvas_box(canvas, body, &box) };
	char text[256];

	lines.y = lines.area.y;
	if (!console->engine) {
		line(&lines, "", "no data source", style_fg(ROLE_DIM));
		return;
	}
	line(&lines, "url", source->url, style_fg(ROLE_TEXT));
	draw_health(console, &lines);
	snprintf(text, sizeof(text), "%.1f a second over the last 10 s", source->per_second);
	line(&lines, "queries", text, style_fg(ROLE_STRONG));
	snprintf(text, sizeof(text), "%" PRIu64 " sent, %" PRIu64 " failed, %" PRIu64 " shared, %" PRIu64 " cancelled",
		 source->asked, source->failed, source->shared, source->cancelled);
	line(&lines, "since start", text, style_fg(ROLE_TEXT));
	snprintf(text, sizeof(text), "%u running, %u waiting (at most %d run)", source->running, source->waiting,
		 QUERY_PARALLEL);
	line(&lines, "now", text, style_fg(ROLE_TEXT));
	snprintf(text, sizeof(text), "%.1f kB read", (double)source->bytes / 1000);
	line(&lines, "answers", text, style_fg(ROLE_TEXT));
}

const struct view_ops view_sources = {
	.name = "sources",
	.title = "Sources",
	.help = "who answers, how well, and what it is asked",
	.draw = draw,
	.context = CONTEXT_SOURCES,
	.action = ACTION_VIEW_6,
};
