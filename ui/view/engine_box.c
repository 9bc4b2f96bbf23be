#include "ui/view/engine_box.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/draw/glyph.h"

#define LABEL_WIDTH 18
#define PARTS_MAX   8

/* Where the next line goes. */
struct lines {
	struct canvas *canvas;
	struct rect area;
	int y;
};

void engine_box_bytes(double bytes, char *ret, size_t size)
{
	static const char *const units[] = { "B", "kB", "MB", "GB" };
	size_t unit = 0;

	for (; bytes >= 999.5 && unit < 3; unit++)
		bytes /= 1000;
	snprintf(ret, size, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

void engine_box_count(double count, char *ret, size_t size)
{
	if (count < 9999.5)
		snprintf(ret, size, "%.0f", count);
	else if (count < 999500)
		snprintf(ret, size, "%.1f k", count / 1e3);
	else
		snprintf(ret, size, "%.2f M", count / 1e6);
}

void engine_box_age(int64_t age_ms, char *ret, size_t size)
{
	if (age_ms < CLOCK_SECOND)
		snprintf(ret, size, "0s");
	else
		duration_format(age_ms, ret, size);
}

static void line(struct lines *lines, const char *label, const char *text, struct style style)
{
	if (lines->y >= lines->area.y + lines->area.height)
		return;
	canvas_put_fit(lines->canvas, lines->area.x + 1, lines->y, label, style_fg(ROLE_DIM), LABEL_WIDTH - 2);
	canvas_put_fit(lines->canvas, lines->area.x + LABEL_WIDTH, lines->y, text, style,
		       lines->area.width - LABEL_WIDTH);
	lines->y++;
}

/* How the engine is, and the role that says so. */
static enum role health_text(const struct console *console, enum glyph_set glyphs, char *ret, size_t size)
{
	const struct query_state *source = &console->source;
	char since[16];

	if (source->health == QUERY_HEALTHY) {
		snprintf(ret, size, "%s healthy", glyph_text(glyphs, GLYPH_OK));
		return ROLE_OK;
	}
	if (source->health != QUERY_FAILING) {
		snprintf(ret, size, "%s not asked yet", glyph_text(glyphs, GLYPH_WAITING));
		return ROLE_DIM;
	}
	engine_box_age(console->now_ms - source->failing_since_ms, since, sizeof(since));
	snprintf(ret, size, "%s %s for %s%s", glyph_text(glyphs, GLYPH_CRITICAL), source->reason, since,
		 source->standing_in ? "; the embedded engine answers" : "");
	return ROLE_CRITICAL;
}

static void answers_text(const struct console *console, char *ret, size_t size)
{
	const struct query_state *source = &console->source;
	char age[16];
	int used = 0;

	if (source->last_good_ms) {
		engine_box_age(console->now_ms - source->last_good_ms, age, sizeof(age));
		used = snprintf(ret, size, "%s ago, took %" PRId64 " ms", age, source->last_elapsed_ms);
	} else {
		used = snprintf(ret, size, "none yet");
	}
	if (source->next_try_ms > console->now_ms) {
		engine_box_age(source->next_try_ms - console->now_ms + CLOCK_SECOND - 1, age, sizeof(age));
		snprintf(ret + used, size - (size_t)used, "; next try in %s", age);
	}
}

static void draw_load(const struct query_state *source, struct lines *lines)
{
	char text[256], bytes[24];

	snprintf(text, sizeof(text), "%.1f a second over the last 10 s", source->per_second);
	line(lines, "queries", text, style_fg(ROLE_STRONG));
	snprintf(text, sizeof(text), "%" PRIu64 " sent, %" PRIu64 " failed, %" PRIu64 " shared, %" PRIu64 " cancelled",
		 source->asked, source->failed, source->shared, source->cancelled);
	line(lines, "since start", text, style_fg(ROLE_TEXT));
	snprintf(text, sizeof(text), "%u running, %u waiting (at most %u run)", source->running, source->waiting,
		 source->parallel);
	line(lines, "now", text, style_fg(ROLE_TEXT));
	if (source->bytes) {
		engine_box_bytes((double)source->bytes, bytes, sizeof(bytes));
		snprintf(text, sizeof(text), "%s read", bytes);
		line(lines, "answers", text, style_fg(ROLE_TEXT));
	}
}

static void draw_engine_line(const struct console *console, struct canvas *canvas, struct rect row)
{
	char text[256];
	enum role role;
	int x = row.x + 1, end = row.x + row.width;

	if (!console->engine) {
		canvas_put_fit(canvas, x, row.y, "no data source", style_fg(ROLE_DIM), row.width - 1);
		return;
	}
	role = health_text(console, canvas_glyphs(canvas), text, sizeof(text));
	x += canvas_put_fit(canvas, x, row.y, console->source.engine, style_fg(ROLE_TITLE), end - x) + 1;
	canvas_put_fit(canvas, x, row.y, text, style_fg(role), end - x);
}

int engine_box_rows(const struct console *console)
{
	const struct query_state *source = &console->source;

	if (!console->engine)
		return 3;
	return 7 + (source->url && *source->url) + (source->bytes > 0);
}

void engine_box_draw(const struct console *console, struct canvas *canvas, struct rect area)
{
	const struct query_state *source = &console->source;
	struct box box = { .title = console->engine ? source->engine : "Sources",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE) };
	struct lines lines = { .canvas = canvas };
	char text[256];
	enum role role;

	if (area.height < 3) {
		draw_engine_line(console, canvas, area);
		return;
	}
	lines.area = canvas_box(canvas, area, &box);
	lines.y = lines.area.y;
	if (!console->engine) {
		line(&lines, "", "no data source", style_fg(ROLE_DIM));
		return;
	}
	role = health_text(console, canvas_glyphs(canvas), text, sizeof(text));
	line(&lines, "state", text, style_fg(role));
	if (source->url && *source->url)
		line(&lines, "url", source->url, style_fg(ROLE_TEXT));
	answers_text(console, text, sizeof(text));
	line(&lines, "last good answer", text, style_fg(ROLE_TEXT));
	draw_load(source, &lines);
}

/* What the server's past has given the store. */
static void past_text(const struct console *console, char *ret, size_t size)
{
	const struct history_state *past = &console->sources.past;
	char samples[16];

	*ret = '\0';
	if (!console->sources.history)
		return;
	engine_box_count((double)past->samples, samples, sizeof(samples));
	if (past->running)
		snprintf(ret, size, "reading the server's past: %u of %u names", past->names_done, past->names);
	else if (past->reason[0])
		snprintf(ret, size, "the server's past: %s", past->reason);
	else if (past->samples)
		snprintf(ret, size, "%s samples from the server's past", samples);
}

/* Of the parts as many as fit whole; the first in any case. */
static void put_parts(struct canvas *canvas, struct rect row, const char (*parts)[160], struct style style)
{
	int x = row.x, end = row.x + row.width;

	for (size_t i = 0; i < PARTS_MAX; i++) {
		if (!parts[i][0] || (x > row.x && x + text_width(parts[i]) > end))
			continue;
		x += canvas_put_fit(canvas, x, row.y, parts[i], style, end - x) + 2;
	}
}

void store_box_draw(const struct console *console, struct canvas *canvas, struct rect area)
{
	const struct store_state *held = &console->sources.held;
	struct box box = { .title = "Local store",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE) };
	char parts[PARTS_MAX][160] = { "" }, text[24];
	bool full = held->full_series || held->full_samples || held->full_buckets;
	int part = 0;

	if (full)
		snprintf(parts[part++], sizeof(parts[0]), "FULL: %s",
			 held->full_series ? "new series are refused" : "the oldest goes");
	if (held->newest_ms > held->oldest_ms) {
		duration_format(held->newest_ms - held->oldest_ms, text, sizeof(text));
		snprintf(parts[part++], sizeof(parts[0]), "%s of history", text);
	} else {
		snprintf(parts[part++], sizeof(parts[0]), "no history");
	}
	engine_box_bytes((double)held->bytes, parts[part++], sizeof(parts[0]));
	past_text(console, parts[part++], sizeof(parts[0]));
	snprintf(parts[part++], sizeof(parts[0]), "%zu series", held->series);
	engine_box_count((double)held->samples, text, sizeof(text));
	snprintf(parts[part++], sizeof(parts[0]), "%s samples", text);
	engine_box_count((double)held->buckets, text, sizeof(text));
	snprintf(parts[part++], sizeof(parts[0]), "%s buckets", text);
	if (area.height < 3) {
		int used = canvas_put_fit(canvas, area.x + 1, area.y, "store", style_fg(ROLE_TITLE), area.width - 1);
		area = (struct rect){ area.x + used + 2, area.y, area.width - used - 2, 1 };
	} else {
		area = canvas_box(canvas, area, &box);
		area = (struct rect){ area.x + 1, area.y, area.width - 2, 1 };
	}
	put_parts(canvas, area, parts, style_fg(full ? ROLE_WARNING : ROLE_TEXT));
}
