#include "ui/panel/timeline.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/legend.h"
#include "ui/panel/series_style.h"
#include "ui/panel/time_axis.h"
#include "ui/panel/time_series.h"

#define AXES_MIN_WIDTH  24
#define AXES_MIN_HEIGHT 4
#define STATES_MAX      SERIES_LETTERS

/* One state that occurs: equal text and colour. */
struct state {
	const char *text;
	struct colour_spec colour;
	enum severity severity;
	struct style block, fg;
	char letter;
};

struct timeline {
	struct arena arena;
	const struct panel_view *view;
	struct time_series *series;
	size_t count;
	int64_t start_ms, end_ms;
	struct display_range data; /* of all number fields */
	struct state states[STATES_MAX];
	size_t state_count;
};

static bool same_colour(struct colour_spec a, struct colour_spec b)
{
	return a.hue == b.hue && (a.hue != HUE_RGB || a.rgb == b.rgb);
}

static int find_state(struct timeline *timeline, const struct display *display)
{
	char text[sizeof(display->text)];
	struct state *state;
	struct style palette;

	snprintf(text, sizeof(text), "%s%s%s", display->text.prefix, display->text.text, display->text.suffix);
	for (size_t i = 0; i < timeline->state_count; i++) {
		if (!strcmp(timeline->states[i].text, text) && same_colour(timeline->states[i].colour, display->colour))
			return (int)i;
	}
	if (timeline->state_count == STATES_MAX)
		return STATES_MAX - 1;
	/* Without a colour of its own a state takes the palette, turned into a block. */
	palette = series_palette_style((int)timeline->state_count);
	state = &timeline->states[timeline->state_count];
	*state = (struct state){
		.text = arena_strdup(&timeline->arena, text),
		.colour = display->colour,
		.severity = display->severity,
		.block = colour_block_style(display->colour, style_with(palette, ATTR_REVERSE)),
		.fg = colour_style(display->colour, palette),
		.letter = series_letter(timeline->state_count),
	};
	return (int)timeline->state_count++;
}

/* The state of a sample, or -1 where there is none. */
static int state_at(struct timeline *timeline, const struct time_series *series, size_t sample,
		    struct display_range range)
{
	const struct field *field = series->field;
	struct display display;

	display_cell(field, sample, range, &display);
	if (display.mapped)
		return find_state(timeline, &display);
	if (field->type == FIELD_STRING ? !field->strings[sample] : isnan(field->numbers[sample]))
		return -1;
	return find_state(timeline, &display);
}

static struct display_range range_of(const struct timeline *timeline, const struct time_series *series)
{
	return display_range_with(series->config, timeline->data);
}

/* What one column shows: a state, and the sample it came from. */
struct column {
	int state; /* -1 none */
	size_t sample;
};

static bool is_worse(const struct timeline *timeline, int a, int b)
{
	return a >= 0 && (b < 0 || timeline->states[a].severity > timeline->states[b].severity);
}

/* Each sample holds until the next; of several in one column the worst is shown, else the last. */
static void fill_columns(struct timeline *timeline, const struct time_series *series, struct column *columns, int width)
{
	struct display_range range = range_of(timeline, series);

	for (int i = 0; i < width; i++)
		columns[i].state = -1;
	for (size_t i = 0; i < series->count; i++) {
		int64_t time_ms = series->times_ms[i], until_ms = time_ms + series->step_ms;
		int state = state_at(timeline, series, i, range), first, last;

		if (state < 0 || time_ms > timeline->end_ms || until_ms < timeline->start_ms)
			continue;
		if (series->config->span_nulls_ms != 0 && i + 1 < series->count)
			until_ms = series->times_ms[i + 1];
		first = time_axis_column(timeline->start_ms, timeline->end_ms, width, time_ms);
		last = time_axis_column(timeline->start_ms, timeline->end_ms, width, until_ms) - 1;
		if (first < 0)
			first = 0;
		if (last < first)
			last = first;
		for (int x = first; x <= last && x < width; x++) {
			if (x > first || !is_worse(timeline, columns[x].state, state))
				columns[x] = (struct column){ state, i };
		}
	}
}

static void draw_stretch(const struct timeline *timeline, struct canvas *canvas, struct rect area, int state,
			 bool joined)
{
	const struct state *row = &timeline->states[state];
	enum glyph_set set = canvas_glyphs(canvas);
	int middle = area.y + (area.height - 1) / 2;

	canvas_fill(canvas, area, row->block);
	/* Joined stretches touch: a blank ends the word. */
	if (text_width(row->text) + joined <= area.width && row->text[0]) {
		int used = canvas_put(canvas, area.x, middle, row->text, row->block, area.width);

		/* A rule to the stretch's end: without colours it shows how long the state holds. */
		for (int x = used + 1; x < area.width - 1; x++)
			canvas_glyph(canvas, area.x + x, middle, glyph_code(set, GLYPH_HLINE), row->block);
		return;
	}
	for (int x = 0; x < area.width; x++)
		canvas_glyph(canvas, area.x + x, middle, (uint32_t)row->letter, row->block);
}

static void draw_row(struct timeline *timeline, struct canvas *canvas, struct rect area,
		     const struct time_series *series, bool joined)
{
	struct column *columns = arena_array(&timeline->arena, (size_t)area.width, sizeof(*columns));
	int start = 0;

	fill_columns(timeline, series, columns, area.width);
	for (int x = 1; x <= area.width; x++) {
		struct rect stretch = area;
		bool ends = x == area.width || columns[x].state != columns[start].state ||
			    (!joined && columns[x].sample != columns[start].sample);

		if (!ends)
			continue;
		stretch.x = area.x + start;
		stretch.width = x - start;
		/* Single samples keep a blank between them where there is room for one. */
		if (!joined && stretch.width >= 2)
			stretch.width--;
		if (columns[start].state >= 0)
			draw_stretch(timeline, canvas, stretch, columns[start].state, joined);
		start = x;
	}
}

static int name_width(const struct timeline *timeline, int width)
{
	int ret = 0;

	for (size_t i = 0; i < timeline->count; i++) {
		int cells = text_width(timeline->series[i].name);

		ret = cells > ret ? cells : ret;
	}
	return ret > width / 3 ? width / 3 : ret;
}

static void draw_rows(struct timeline *timeline, struct canvas *canvas, struct rect area, int names, bool joined)
{
	size_t rows = (size_t)area.height, shown = timeline->count, first = 0;
	struct rect row = { area.x + (names ? names + 1 : 0), area.y, area.width - (names ? names + 1 : 0), 1 };
	int height, gap;

	if (shown > rows) {
		shown = rows > 1 ? rows - 1 : 1; /* the last row counts the rest */
		if (timeline->view->scroll > 0)
			first = (size_t)timeline->view->scroll;
		if (first + shown > timeline->count)
			first = timeline->count - shown;
	}
	height = (int)(rows / shown);
	gap = height >= 3 || (height == 2 && shown > 1);
	for (size_t i = 0; i < shown; i++) {
		const struct time_series *series = &timeline->series[first + i];

		row.y = area.y + (int)i * height;
		row.height = height - gap > 3 ? 3 : height - gap;
		if (names)
			canvas_put_fit(canvas, area.x, row.y + (row.height - 1) / 2, series->name, style_fg(ROLE_TEXT),
				       names);
		draw_row(timeline, canvas, row, series, joined);
	}
	if (first + shown < timeline->count && rows > 1) {
		char text[32];

		snprintf(text, sizeof(text), "+%zu more", timeline->count - first - shown);
		canvas_put_fit(canvas, area.x, area.y + area.height - 1, text, style_fg(ROLE_DIM), area.width);
	}
}

/* Every state that was drawn, with its letter. */
static void draw_states(const struct timeline *timeline, struct canvas *canvas, struct rect area)
{
	struct legend_entry entries[STATES_MAX];
	struct legend legend = { .entries = entries, .count = timeline->state_count, .selected = -1 };

	for (size_t i = 0; i < timeline->state_count; i++) {
		const struct state *state = &timeline->states[i];

		entries[i] = (struct legend_entry){ .letter = state->letter, .name = state->text, .style = state->fg };
	}
	legend_draw(&legend, canvas, area);
}

static void timeline_init(struct timeline *timeline, const struct panel_view *view)
{
	*timeline = (struct timeline){ .view = view, .data = display_range_of_set(&view->data->frames) };
	arena_init(&timeline->arena);
	timeline->series =
		time_series_collect(&view->data->frames, view->data->step_ms, true, &timeline->arena, &timeline->count);
	time_series_range(view, timeline->series, timeline->count, &timeline->start_ms, &timeline->end_ms);
}

/* Rows that axis and legend take off a box of that size; 0: it has neither. */
static int rows_below(const struct panel_view *view, int width, int height, bool *ret_legend)
{
	*ret_legend = false;
	if (width < AXES_MIN_WIDTH || height < AXES_MIN_HEIGHT)
		return 0;
	*ret_legend = height > AXES_MIN_HEIGHT && view->panel->options.legend.mode != LEGEND_HIDDEN;
	return 2 + *ret_legend;
}

int timeline_beyond(const struct panel_view *view, int width, int height)
{
	struct timeline timeline;
	bool legend;
	int rows = height - rows_below(view, width, height, &legend), count;

	timeline_init(&timeline, view);
	count = (int)timeline.count;
	arena_release(&timeline.arena);
	if (rows < 1 || count <= rows)
		return 0;
	return count - (rows > 1 ? rows - 1 : 1);
}

void timeline_draw(const struct panel_view *view, struct canvas *canvas, struct rect inside, bool joined)
{
	struct timeline timeline;
	struct rect area = inside;
	int names, axis_x, below;
	bool legend;

	if (rect_is_empty(inside))
		return;
	timeline_init(&timeline, view);
	if (timeline.count == 0) {
		canvas_put_centre(canvas, inside, inside.y + inside.height / 2, "no states over time in the answer",
				  style_fg(ROLE_DIM));
		arena_release(&timeline.arena);
		return;
	}
	names = inside.width >= AXES_MIN_WIDTH ? name_width(&timeline, inside.width) : 0;
	axis_x = inside.x + (names ? names + 1 : 0);
	below = rows_below(view, inside.width, inside.height, &legend);
	if (below) {
		area.height -= below;
		draw_rows(&timeline, canvas, area, names, joined);
		time_axis_draw(canvas, axis_x, area.y + area.height, inside.x + inside.width - axis_x,
			       timeline.start_ms, timeline.end_ms, true);
		mark_draw_signs(&view->marks, canvas, axis_x, area.y + area.height, inside.x + inside.width - axis_x,
				timeline.start_ms, timeline.end_ms);
		if (legend)
			draw_states(&timeline, canvas,
				    (struct rect){ inside.x, inside.y + inside.height - 1, inside.width, 1 });
	} else {
		draw_rows(&timeline, canvas, area, names, joined);
	}
	arena_release(&timeline.arena);
}

/* The state a series is in now; -1 when it has none. */
static int last_state(struct timeline *timeline, const struct time_series *series)
{
	struct display_range range = range_of(timeline, series);

	for (size_t i = series->count; i-- > 0;) {
		int state = state_at(timeline, series, i, range);

		if (state >= 0)
			return state;
	}
	return -1;
}

void timeline_line(const struct panel_view *view, struct strbuf *ret)
{
	const size_t shown_max = 3;
	struct timeline timeline;

	timeline_init(&timeline, view);
	for (size_t i = 0; i < timeline.count && i < shown_max; i++) {
		int state = last_state(&timeline, &timeline.series[i]);

		strbuf_addf(ret, "%s%s %s", i ? "  " : "", timeline.series[i].name,
			    state >= 0 ? timeline.states[state].text : "-");
	}
	if (timeline.count > shown_max)
		strbuf_addf(ret, "  +%zu", timeline.count - shown_max);
	arena_release(&timeline.arena);
}

enum severity timeline_severity(const struct panel_view *view)
{
	enum severity worst = SEVERITY_NONE;
	struct timeline timeline;

	timeline_init(&timeline, view);
	for (size_t i = 0; i < timeline.count; i++) {
		int state = last_state(&timeline, &timeline.series[i]);

		if (state >= 0 && timeline.states[state].severity > worst)
			worst = timeline.states[state].severity;
	}
	arena_release(&timeline.arena);
	return worst;
}
