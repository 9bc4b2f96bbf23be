#include "ui/view/collector_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/view/engine_box.h"

#define SIGN_WIDTH   3  /* the mark of the focus, the sign, a blank */
#define REASON_WIDTH 18 /* cells that are kept for the last column as long as another can go */
#define FRAME        2

/* A column. It is as wide as its widest text, within bounds; those with the highest rank go first. */
struct column {
	const char *title;
	int least, most; /* 0: whatever is left */
	int rank;        /* 0: stays, but may be narrowed to `least` */
	bool right;
	void (*text)(const struct console *console, const struct collector_state *state, char *ret, size_t size);
};

static void job_text(const struct console *console, const struct collector_state *state, char *ret, size_t size)
{
	(void)console;
	snprintf(ret, size, "%s", state->job);
}

/* Does another page of the same target go by the same names? */
static bool shares_names(const struct sources *sources, const struct collector_state *state)
{
	for (size_t i = 0; i < sources->count; i++)
		if (strcmp(sources->states[i].job, state->job) == 0 &&
		    strcmp(sources->states[i].instance, state->instance) == 0 &&
		    strcmp(sources->states[i].url, state->url) != 0)
			return true;
	return false;
}

void collector_list_where(const struct console *console, const struct collector_state *state, char *ret, size_t size)
{
	const char *path = strstr(state->url, state->instance);

	path = path && *state->instance ? path + strlen(state->instance) : "";
	snprintf(ret, size, "%s%s", state->instance,
		 *path == '/' && shares_names(&console->sources, state) ? path : "");
}

static void age_text(const struct console *console, const struct collector_state *state, char *ret, size_t size)
{
	if (state->last_good_ms)
		engine_box_age(console->now_ms - state->last_good_ms, ret, size);
	else
		snprintf(ret, size, "never");
}

static void took_text(const struct console *console, const struct collector_state *state, char *ret, size_t size)
{
	(void)console;
	if (state->last_good_ms)
		snprintf(ret, size, "%" PRId64 " ms", state->elapsed_ms);
}

static void series_text(const struct console *console, const struct collector_state *state, char *ret, size_t size)
{
	(void)console;
	if (state->last_good_ms)
		engine_box_count((double)state->series, ret, size);
}

static void rate_text(const struct console *console, const struct collector_state *state, char *ret, size_t size)
{
	(void)console;
	if (state->last_good_ms && !state->ended)
		snprintf(ret, size, "%.1f/s", state->samples_per_second);
}

static void memory_text(const struct console *console, const struct collector_state *state, char *ret, size_t size)
{
	if (state->last_good_ms && !state->ended)
		engine_box_bytes(sources_bytes(&console->sources, state), ret, size);
}

void collector_list_reason(const struct console *console, const struct collector_state *state, char *ret, size_t size)
{
	char since[16];

	if (state->health == COLLECTOR_FAILING) {
		engine_box_age(console->now_ms - state->failing_since_ms, since, sizeof(since));
		snprintf(ret, size, "%s for %s", state->reason, since);
	} else if (state->health == COLLECTOR_NEVER) {
		snprintf(ret, size, "%s", state->reason[0] ? state->reason : "asked for the first time");
	} else if (state->health == COLLECTOR_ABSENT) {
		snprintf(ret, size, "%s", state->warning[0] ? state->warning : "not offered");
	} else if (state->ended) {
		snprintf(ret, size, "read%s%s", state->warning[0] ? ": " : "", state->warning);
	} else {
		snprintf(ret, size, "%s", state->warning);
	}
}

enum { COLUMN_JOB, COLUMN_INSTANCE, COLUMN_AGE, COLUMN_REASON = 7, COLUMNS };

static const struct column columns[COLUMNS] = {
	[COLUMN_JOB] = { "job", 9, 24, 0, false, job_text },
	[COLUMN_INSTANCE] = { "instance", 15, 40, 0, false, collector_list_where },
	[COLUMN_AGE] = { "age", 7, 7, 1, true, age_text },
	{ "took", 8, 8, 2, true, took_text },
	{ "series", 8, 8, 3, true, series_text },
	{ "samples", 9, 9, 4, true, rate_text },
	{ "memory~", 8, 8, 5, true, memory_text },
	[COLUMN_REASON] = { "", 0, 0, 0, false, collector_list_reason },
};

static int natural_width(const struct console *console, const struct column *column)
{
	int width = text_width(column->title);

	for (size_t i = 0; i < console->sources.count; i++) {
		char text[320] = "";
		int used;

		column->text(console, &console->sources.states[i], text, sizeof(text));
		used = text_width(text);
		width = used > width ? used : width;
	}
	return width < column->least ? column->least : width > column->most ? column->most : width;
}

static int total(const int *widths)
{
	int ret = SIGN_WIDTH;

	for (int i = 0; i < COLUMN_REASON; i++)
		ret += widths[i] ? widths[i] + 1 : 0;
	return ret;
}

/* Take what is missing from a column, down to what it needs at the least. */
static void narrow(int *widths, int column, int width)
{
	int missing = total(widths) - width, spare = widths[column] - columns[column].least;

	if (missing > 0 && spare > 0)
		widths[column] -= missing < spare ? missing : spare;
}

static void choose_widths(const struct console *console, int width, int *widths)
{
	for (int i = 0; i < COLUMN_REASON; i++)
		widths[i] = natural_width(console, &columns[i]);
	for (int rank = COLUMNS; rank > 0; rank--)
		for (int i = 0; i < COLUMN_REASON; i++)
			if (columns[i].rank == rank && total(widths) + REASON_WIDTH > width)
				widths[i] = 0;
	narrow(widths, COLUMN_INSTANCE, width - REASON_WIDTH);
	narrow(widths, COLUMN_JOB, width - REASON_WIDTH);
	widths[COLUMN_REASON] = width - total(widths);
}

static enum glyph sign_of(const struct collector_state *state, struct style *ret_style)
{
	bool warned = state->warning[0] != '\0';

	switch (state->health) {
	case COLLECTOR_FAILING: *ret_style = style_fg(ROLE_CRITICAL); return GLYPH_CRITICAL;
	case COLLECTOR_NEVER: *ret_style = style_fg(ROLE_DIM); return GLYPH_WAITING;
	case COLLECTOR_ABSENT: *ret_style = style_fg(ROLE_DIM); return GLYPH_ABSENT;
	default: *ret_style = style_fg(warned ? ROLE_WARNING : ROLE_OK); return warned ? GLYPH_WARNING : GLYPH_OK;
	}
}

/* A row of the list; without a state its head. */
static void put_row(const struct console *console, struct canvas *canvas, struct rect row, const int *widths,
		    const struct collector_state *state, struct style style)
{
	int x = row.x + SIGN_WIDTH, end = row.x + row.width;

	for (int i = 0; i < COLUMNS; i++) {
		int width = widths[i] > end - x ? end - x : widths[i], used;
		char text[320] = "";

		if (width <= 0)
			continue;
		if (!state)
			snprintf(text, sizeof(text), "%s", columns[i].title);
		else
			columns[i].text(console, state, text, sizeof(text));
		/* Where its column has gone the age stands for what is not wrong. */
		if (i == COLUMN_REASON && !text[0] && !widths[COLUMN_AGE])
			state ? age_text(console, state, text, sizeof(text))
			      : (void)snprintf(text, sizeof(text), "age");
		used = text_width(text);
		canvas_put_fit(canvas, columns[i].right && used < width ? x + width - used : x, row.y, text, style,
			       width);
		x += width + 1;
	}
}

static void draw_row(const struct console *console, struct canvas *canvas, struct rect place, const int *widths,
		     int row)
{
	const struct collector_state *state = sources_at(&console->sources, row);
	bool focused = console->keymap && row == sources_row(&console->sources);
	struct style style = style_fg(focused ? ROLE_STRONG : ROLE_TEXT), sign_style;
	enum glyph sign = sign_of(state, &sign_style);

	if (focused) {
		canvas_fill(canvas, place, style_role(ROLE_SELECTION));
		canvas_put_fit(canvas, place.x, place.y, glyph_text(canvas_glyphs(canvas), GLYPH_SEPARATOR), style, 1);
	}
	canvas_put_fit(canvas, place.x + 1, place.y, glyph_text(canvas_glyphs(canvas), sign), sign_style, 1);
	put_row(console, canvas, place, widths, state, style);
}

int collector_list_rows(struct rect area)
{
	int rows = area.height - FRAME - 1;

	return rows > 0 ? rows : 0;
}

bool collector_list_place(const struct console *console, struct rect area, int row, struct rect *ret)
{
	int at = row - console->sources.scroll;

	if (row < 0 || at < 0 || at >= collector_list_rows(area))
		return false;
	*ret = (struct rect){ area.x + 1, area.y + 2 + at, area.width - FRAME, 1 };
	return true;
}

void collector_list_draw(const struct console *console, struct canvas *canvas, struct rect area)
{
	const struct sources *sources = &console->sources;
	struct box box = { .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM),
			   .foot_style = style_fg(ROLE_DIM) };
	int rows = collector_list_rows(area), first = sources->scroll, last, widths[COLUMNS];
	char note[64] = "";
	struct rect inside;

	if (!rows)
		return;
	last = first + rows < (int)sources->count ? first + rows : (int)sources->count;
	if (rows < (int)sources->count)
		snprintf(note, sizeof(note), "%d-%d of %zu", first + 1, last, sources->count);
	box.title = "Collected here";
	box.note = note[0] ? note : NULL;
	box.foot = sources->order == SOURCES_WORST ? NULL : sources_order_name(sources->order);
	inside = canvas_box(canvas, area, &box);
	choose_widths(console, inside.width, widths);
	put_row(console, canvas, (struct rect){ inside.x, inside.y, inside.width, 1 }, widths, NULL,
		style_fg(ROLE_DIM));
	for (int row = first; row < last; row++) {
		struct rect place;

		if (collector_list_place(console, area, row, &place))
			draw_row(console, canvas, place, widths, row);
	}
}
