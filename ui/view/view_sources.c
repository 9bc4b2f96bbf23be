#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/overlay_text.h"
#include "ui/view/view.h"

#define LABEL_WIDTH 18
#define ENGINE_ROWS 7 /* of its box, without the border, when there is room */
#define STORE_ROWS  3 /* of the store's box, with its border */

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

/* 950 B, 12.4 kB, 3.1 MB. */
static void bytes_text(double bytes, char *ret, size_t size)
{
	static const char *const units[] = { "B", "kB", "MB", "GB" };
	size_t unit = 0;

	for (; bytes >= 999.5 && unit < 3; unit++)
		bytes /= 1000;
	snprintf(ret, size, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

static void count_text(double count, char *ret, size_t size)
{
	if (count < 10000)
		snprintf(ret, size, "%.0f", count);
	else if (count < 999500)
		snprintf(ret, size, "%.1f k", count / 1e3);
	else
		snprintf(ret, size, "%.2f M", count / 1e6);
}

static void draw_health(const struct console *console, struct lines *lines)
{
	const struct query_state *source = &console->source;
	enum glyph_set glyphs = canvas_glyphs(lines->canvas);
	char text[256], since[16];

	if (source->health == QUERY_FAILING) {
		duration_format(console->now_ms - source->failing_since_ms, since, sizeof(since));
		snprintf(text, sizeof(text), "%s %s for %s%s", glyph_text(glyphs, GLYPH_CRITICAL), source->reason,
			 since, source->standing_in ? "; the embedded engine answers" : "");
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

static void draw_engine(const struct console *console, struct canvas *canvas, struct rect area)
{
	const struct query_state *source = &console->source;
	struct box box = { .title = console->engine ? source->engine : "Sources",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE) };
	struct lines lines = { .canvas = canvas, .area = canvas_box(canvas, area, &box) };
	char text[256], bytes[24];

	lines.y = lines.area.y;
	if (!console->engine) {
		line(&lines, "", "no data source", style_fg(ROLE_DIM));
		return;
	}
	draw_health(console, &lines);
	if (source->url && *source->url)
		line(&lines, "url", source->url, style_fg(ROLE_TEXT));
	snprintf(text, sizeof(text), "%.1f a second over the last 10 s", source->per_second);
	line(&lines, "queries", text, style_fg(ROLE_STRONG));
	snprintf(text, sizeof(text), "%" PRIu64 " sent, %" PRIu64 " failed, %" PRIu64 " shared, %" PRIu64 " cancelled",
		 source->asked, source->failed, source->shared, source->cancelled);
	line(&lines, "since start", text, style_fg(ROLE_TEXT));
	snprintf(text, sizeof(text), "%u running, %u waiting (at most %u run)", source->running, source->waiting,
		 source->parallel);
	line(&lines, "now", text, style_fg(ROLE_TEXT));
	if (source->bytes) {
		bytes_text((double)source->bytes, bytes, sizeof(bytes));
		snprintf(text, sizeof(text), "%s read", bytes);
		line(&lines, "answers", text, style_fg(ROLE_TEXT));
	}
}

/* What the server's past has given the store. */
static void past_text(const struct console *console, char *ret, size_t size)
{
	const struct history_state *past = &console->sources.past;
	char samples[16];

	*ret = '\0';
	if (!console->sources.history)
		return;
	count_text((double)past->samples, samples, sizeof(samples));
	if (past->running)
		snprintf(ret, size, "  reading the server's past: %u of %u names", past->names_done, past->names);
	else if (past->reason[0])
		snprintf(ret, size, "  the server's past: %s", past->reason);
	else if (past->samples)
		snprintf(ret, size, "  %s samples from the server's past", samples);
}

static void draw_store(const struct console *console, struct canvas *canvas, struct rect area)
{
	const struct store_state *held = &console->sources.held;
	struct box box = { .title = "Local store",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE) };
	struct rect inside = canvas_box(canvas, area, &box);
	char text[512], past[224], samples[16], buckets[16], bytes[24], span[16] = "nothing";
	bool full = held->full_series || held->full_samples || held->full_buckets;

	if (held->newest_ms > held->oldest_ms)
		duration_format(held->newest_ms - held->oldest_ms, span, sizeof(span));
	count_text((double)held->samples, samples, sizeof(samples));
	count_text((double)held->buckets, buckets, sizeof(buckets));
	bytes_text((double)held->bytes, bytes, sizeof(bytes));
	past_text(console, past, sizeof(past));
	snprintf(text, sizeof(text), "%s of history  %s  %zu series  %s samples  %s buckets%s%s", span, bytes,
		 held->series, samples, buckets,
		 held->full_series ? "  FULL: new series are refused"
		 : full            ? "  FULL: the oldest goes"
				   : "",
		 past);
	canvas_put_fit(canvas, inside.x + 1, inside.y, text, style_fg(full ? ROLE_WARNING : ROLE_TEXT),
		       inside.width - 2);
}

/* A column of the list; those with the highest `least` go first when the screen is narrow. */
struct column {
	const char *title;
	int width;
	int least; /* cells of the list from which it is shown */
	bool right;
	void (*text)(const struct console *console, size_t index, char *ret, size_t size);
};

static void job_text(const struct console *console, size_t index, char *ret, size_t size)
{
	snprintf(ret, size, "%s", console->sources.states[index].job);
}

static void instance_text(const struct console *console, size_t index, char *ret, size_t size)
{
	snprintf(ret, size, "%s", console->sources.states[index].instance);
}

static void age_text(const struct console *console, size_t index, char *ret, size_t size)
{
	const struct collector_state *state = &console->sources.states[index];

	if (state->last_good_ms)
		duration_format(console->now_ms - state->last_good_ms, ret, size);
	else
		snprintf(ret, size, "never");
}

static void took_text(const struct console *console, size_t index, char *ret, size_t size)
{
	const struct collector_state *state = &console->sources.states[index];

	if (state->last_good_ms)
		snprintf(ret, size, "%" PRId64 " ms", state->elapsed_ms);
}

static void series_text(const struct console *console, size_t index, char *ret, size_t size)
{
	count_text((double)console->sources.states[index].series, ret, size);
}

static void rate_text(const struct console *console, size_t index, char *ret, size_t size)
{
	if (!console->sources.states[index].ended)
		snprintf(ret, size, "%.1f/s", console->sources.states[index].samples_per_second);
}

static void memory_text(const struct console *console, size_t index, char *ret, size_t size)
{
	if (!console->sources.states[index].ended)
		bytes_text(sources_bytes(&console->sources, index), ret, size);
}

static void reason_text(const struct console *console, size_t index, char *ret, size_t size)
{
	const struct collector_state *state = &console->sources.states[index];
	char since[16];

	if (state->health == COLLECTOR_FAILING) {
		duration_format(console->now_ms - state->failing_since_ms, since, sizeof(since));
		snprintf(ret, size, "%s for %s", state->reason, since);
	} else if (state->health == COLLECTOR_NEVER) {
		snprintf(ret, size, "%s", state->reason[0] ? state->reason : "asked for the first time");
	} else if (state->ended) {
		snprintf(ret, size, "read%s%s", state->warning[0] ? ": " : "", state->warning);
	} else {
		snprintf(ret, size, "%s", state->warning);
	}
}

static const struct column columns[] = {
	{ "job", 16, 0, false, job_text },        { "instance", 21, 62, false, instance_text },
	{ "age", 7, 0, true, age_text },          { "took", 8, 76, true, took_text },
	{ "series", 8, 90, true, series_text },   { "samples", 10, 100, true, rate_text },
	{ "memory~", 9, 112, true, memory_text }, { "", 0, 0, false, reason_text },
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void sign(const struct collector_state *state, enum glyph_set glyphs, const char **ret, struct style *ret_style)
{
	bool warned = state->warning[0] != '\0';

	if (state->health == COLLECTOR_FAILING) {
		*ret = glyph_text(glyphs, GLYPH_CRITICAL);
		*ret_style = style_fg(ROLE_CRITICAL);
	} else if (state->health == COLLECTOR_NEVER) {
		*ret = glyph_text(glyphs, GLYPH_WAITING);
		*ret_style = style_fg(ROLE_DIM);
	} else {
		*ret = glyph_text(glyphs, warned ? GLYPH_WARNING : GLYPH_OK);
		*ret_style = style_fg(warned ? ROLE_WARNING : ROLE_OK);
	}
}

static void put_column(struct canvas *canvas, int x, int y, const struct column *column, const char *text, int width,
		       struct style style)
{
	int used = text_width(text);

	canvas_put_fit(canvas, column->right && used < width ? x + width - used : x, y, text, style, width);
}

static void draw_row(const struct console *console, struct canvas *canvas, struct rect row, int index)
{
	struct style style = style_fg(index < 0 ? ROLE_DIM : ROLE_TEXT), sign_style;
	int x = row.x + 3, end = row.x + row.width;
	const char *glyph;

	if (index >= 0) {
		sign(&console->sources.states[index], canvas_glyphs(canvas), &glyph, &sign_style);
		if (index == console->sources.selected && console->keymap) {
			canvas_fill(canvas, row, style_role(ROLE_SELECTION));
			style = style_fg(ROLE_STRONG);
			canvas_put_fit(canvas, row.x, row.y, glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR), style,
				       1);
		}
		canvas_put_fit(canvas, row.x + 1, row.y, glyph, sign_style, 1);
	}
	for (size_t i = 0; i < COLUMNS; i++) {
		const struct column *column = &columns[i];
		int width = column->width ? column->width : end - x;
		char text[320] = "";

		if (row.width < column->least || width <= 0)
			continue;
		if (index < 0)
			snprintf(text, sizeof(text), "%s", column->title);
		else
			column->text(console, (size_t)index, text, sizeof(text));
		put_column(canvas, x, row.y, column, text, width > end - x ? end - x : width, style);
		x += width + 1;
	}
}

static void draw_list(const struct console *console, struct canvas *canvas, struct rect area)
{
	struct box box = { .title = "Collected here",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE) };
	struct rect inside = canvas_box(canvas, area, &box);
	int rows = inside.height - 1, first = console->sources.scroll;

	if (rows < 1)
		return;
	if (console->sources.selected < first)
		first = console->sources.selected;
	if (console->sources.selected >= first + rows)
		first = console->sources.selected - rows + 1;
	draw_row(console, canvas, (struct rect){ inside.x, inside.y, inside.width, 1 }, -1);
	for (int i = 0; i < rows && first + i < (int)console->sources.count; i++)
		draw_row(console, canvas, (struct rect){ inside.x, inside.y + 1 + i, inside.width, 1 }, first + i);
}

/* The engine takes what is left when the list has all its rows, but three lines at least. */
static int engine_rows(const struct console *console, int height)
{
	int list = (int)console->sources.count + 3, rows = height - list - STORE_ROWS;

	if (!console->sources.collect)
		return height;
	if (rows > ENGINE_ROWS + 2)
		rows = ENGINE_ROWS + 2;
	return rows < 5 ? (height > 14 ? 5 : height > 10 ? 3 : 0) : rows;
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	int engine = engine_rows(console, body.height), store = body.height > 6 ? STORE_ROWS : 0;

	if (engine)
		draw_engine(console, canvas, (struct rect){ body.x, body.y, body.width, engine });
	if (!console->sources.collect)
		return;
	if (store)
		draw_store(console, canvas, (struct rect){ body.x, body.y + engine, body.width, store });
	draw_list(console, canvas,
		  (struct rect){ body.x, body.y + engine + store, body.width, body.height - engine - store });
}

static bool move(struct console *console, enum action action)
{
	struct sources *sources = &console->sources;
	int page = 10, count = (int)sources->count, to = sources->selected;

	switch (action) {
	case ACTION_DOWN:
	case ACTION_NEXT: to++; break;
	case ACTION_UP:
	case ACTION_PREVIOUS: to--; break;
	case ACTION_TOP: to = 0; break;
	case ACTION_BOTTOM: to = count - 1; break;
	case ACTION_PAGE_DOWN: to += page; break;
	default: to -= page; break;
	}
	to = to >= count ? count - 1 : to;
	sources->selected = to < 0 ? 0 : to;
	return true;
}

static bool has_list(const struct console *console, enum action action)
{
	(void)action;
	return console->sources.count > 0;
}

static void add_moment(struct document *document, const char *label, int64_t wall_ms, int64_t now_ms)
{
	char when[32], age[16];

	if (!wall_ms) {
		document_add(document, DOCUMENT_DIM, label, "never");
		return;
	}
	time_format(wall_ms, "%Y-%m-%d %H:%M:%SZ", when, sizeof(when));
	duration_format(now_ms > wall_ms ? now_ms - wall_ms : wall_ms - now_ms, age, sizeof(age));
	document_addf(document, DOCUMENT_TEXT, label, now_ms >= wall_ms ? "%s, %s ago" : "%s, in %s", when, age);
}

/* Enter and x: everything that is known of the one that has the focus. */
static bool explain(struct console *console, enum action action)
{
	const struct collector_state *state = &console->sources.states[console->sources.selected];
	struct text_overlay *overlay = text_overlay_new(state->instance);
	struct document *document = &overlay->document;
	char interval[16], bytes[24];

	(void)action;
	duration_format(state->interval_ms, interval, sizeof(interval));
	document_addf(document, DOCUMENT_TEXT, "what", "%s, job %s", state->type, state->job);
	if (state->url[0])
		document_add(document, DOCUMENT_CODE, "url", state->url);
	document_add(document, state->health == COLLECTOR_FAILING ? DOCUMENT_BAD : DOCUMENT_TEXT, "state",
		     state->health == COLLECTOR_FAILING ? state->reason
		     : state->health == COLLECTOR_NEVER ? "asked for the first time"
		     : state->ended                     ? "read to its end"
							: "answers");
	if (state->warning[0])
		document_add(document, DOCUMENT_BAD, "warning", state->warning);
	if (state->failing_since_ms)
		add_moment(document, "failing since", state->failing_since_ms, console->now_ms);
	add_moment(document, "last good", state->last_good_ms, console->now_ms);
	if (!state->ended) {
		document_add(document, DOCUMENT_TEXT, "interval", interval);
		add_moment(document, "next", state->next_ms, console->now_ms);
	}
	document_addf(document, DOCUMENT_TEXT, "took", "%" PRId64 " ms", state->elapsed_ms);
	bytes_text((double)state->bytes, bytes, sizeof(bytes));
	document_addf(document, DOCUMENT_TEXT, "page", "%s, %zu samples", bytes, state->samples);
	bytes_text(sources_bytes(&console->sources, (size_t)console->sources.selected), bytes, sizeof(bytes));
	document_addf(document, DOCUMENT_TEXT, "in the store", "%zu series, about %s", state->series, bytes);
	document_addf(document, DOCUMENT_TEXT, "so far", "%" PRIu64 " collections, %" PRIu64 " failed", state->runs,
		      state->failures);
	overlay_open(console, &overlay_text, overlay);
	return true;
}

static const struct key_row keys[] = {
	{ ACTION_DOWN, move, has_list },       { ACTION_UP, move, has_list },        { ACTION_NEXT, move, has_list },
	{ ACTION_PREVIOUS, move, has_list },   { ACTION_TOP, move, has_list },       { ACTION_BOTTOM, move, has_list },
	{ ACTION_PAGE_UP, move, has_list },    { ACTION_PAGE_DOWN, move, has_list }, { ACTION_OPEN, explain, has_list },
	{ ACTION_EXPLAIN, explain, has_list }, { ACTION_NONE, NULL, NULL },
};

const struct view_ops view_sources = {
	.name = "sources",
	.title = "Sources",
	.help = "who answers, how well, what it is asked, and what is collected here",
	.draw = draw,
	.context = CONTEXT_SOURCES,
	.action = ACTION_VIEW_6,
	.keys = keys,
};
