/*
 * Panels made by hand for drawing tests: frames from arrays, configs that a
 * test sets, the picture as rows of text. The first sample is at START.
 */
#ifndef TESTS_UNIT_CHART_FIXTURE_H
#define TESTS_UNIT_CHART_FIXTURE_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "dashboard/frame.h"
#include "ui/draw/export.h"
#include "ui/panel/panel.h"

#define START INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */
#define STEP  INT64_C(60000)

struct picture {
	struct panel panel;
	struct panel_data data;
	struct panel_view view;
	struct field_config config; /* of all fields */
	struct canvas *canvas;
	struct strbuf text;
};

static inline void picture_init(struct picture *picture, const char *type)
{
	static const char *calcs[] = { "lastNotNull", NULL };

	*picture = (struct picture){ .text = STRBUF_INIT };
	picture->panel.type = type;
	picture->panel.title = "Latency";
	picture->panel.options.calcs = calcs;
	picture->config.decimals = -1;
	picture->data.state = DATA_VALUE;
	picture->data.step_ms = STEP;
	picture->view = (struct panel_view){
		.panel = &picture->panel,
		.title = "Latency",
		.data = &picture->data,
		.now_ms = START + 60 * STEP,
		.start_ms = START,
		.end_ms = START + 60 * STEP,
		.selected = -1,
	};
	frame_set_init(&picture->data.frames);
}

static inline void picture_release(struct picture *picture)
{
	canvas_free(picture->canvas);
	frame_set_release(&picture->data.frames);
	strbuf_release(&picture->text);
}

static inline void picture_unit(struct picture *picture, const char *unit)
{
	picture->config.unit = unit;
	picture->config.set |= FIELD_UNIT;
}

/* One series, a value each STEP, NULL config means the picture's. */
static inline void picture_add(struct picture *picture, const char *name, const double *values, size_t count,
			       const struct field_config *config)
{
	struct arena *arena = &picture->data.frames.arena;
	struct field *fields = arena_array(arena, 2, sizeof(*fields));
	int64_t *times_ms = arena_array(arena, count + 1, sizeof(*times_ms));
	double *copy = arena_array(arena, count + 1, sizeof(*copy));
	struct frame frame = { .name = name, .fields = fields, .field_count = 2, .length = count };

	for (size_t i = 0; i < count; i++) {
		times_ms[i] = START + (int64_t)i * STEP;
		copy[i] = values[i];
	}
	fields[0] = (struct field){ .name = "Time", .type = FIELD_TIME, .times_ms = times_ms };
	fields[1] = (struct field){
		.name = "Value",
		.type = FIELD_NUMBER,
		.numbers = copy,
		.display_name = name,
		.config = config ? config : &picture->config,
		.series_index = (int)picture->data.frames.frames.count,
	};
	vec_push(&picture->data.frames.frames, frame);
}

/* A series that rises or falls in a line over the whole range. */
static inline void picture_add_line(struct picture *picture, const char *name, double from, double to,
				    const struct field_config *config)
{
	double values[61];

	for (int i = 0; i <= 60; i++)
		values[i] = from + (to - from) * i / 60;
	picture_add(picture, name, values, 61, config);
}

/* The whole panel with its frame as text. */
static inline const char *picture_draw(struct picture *picture, int width, int height, enum glyph_set glyphs)
{
	canvas_free(picture->canvas);
	picture->canvas = canvas_new(width, height, glyphs);
	panel_draw(&picture->view, picture->canvas, canvas_rect(picture->canvas));
	strbuf_clear(&picture->text);
	export_text(picture->canvas, &picture->text);
	return picture->text.text;
}

/* The content without a frame. */
static inline const char *picture_draw_inside(struct picture *picture, int width, int height, enum glyph_set glyphs)
{
	canvas_free(picture->canvas);
	picture->canvas = canvas_new(width, height, glyphs);
	panel_find(picture->panel.type)->draw(&picture->view, picture->canvas, canvas_rect(picture->canvas));
	strbuf_clear(&picture->text);
	export_text(picture->canvas, &picture->text);
	return picture->text.text;
}

static inline const char *picture_line(struct picture *picture)
{
	strbuf_clear(&picture->text);
	panel_find(picture->panel.type)->line(&picture->view, &picture->text);
	return picture->text.text;
}

static inline bool picture_shows(const struct picture *picture, const char *text)
{
	return strstr(picture->text.text, text) != NULL;
}

/* Row `row` of the last picture as text. `size` bytes at `ret`. */
static inline const char *picture_row(const struct picture *picture, int row, char *ret, size_t size)
{
	const char *text = picture->text.text, *end;

	while (row-- > 0 && text)
		text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL;
	end = text ? strchr(text, '\n') : NULL;
	snprintf(ret, size, "%.*s", text ? (int)(end ? end - text : (long)strlen(text)) : 0, text ? text : "");
	return ret;
}

#endif
