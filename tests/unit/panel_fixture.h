/*
 * A panel and its data for drawing tests: the panel from a piece of Grafana
 * JSON, the answer from plain arrays, the picture as text. Values are laid a
 * minute apart.
 */
#ifndef TESTS_UNIT_PANEL_FIXTURE_H
#define TESTS_UNIT_PANEL_FIXTURE_H

#include <string.h>

#include "base/strbuf.h"
#include "dashboard/dashboard.h"
#include "dashboard/frame.h"
#include "tsdb/matrix.h"
#include "ui/draw/export.h"
#include "ui/panel/panel.h"

struct fixture {
	struct dashboard *dashboard;
	struct panel_data data;
	struct panel_view view;
	struct canvas *canvas;
	struct strbuf text;
};

/* `json` is the inside of one panel object; targets with refId A are added for time series. */
static inline void fixture_init(struct fixture *fixture, const char *json)
{
	struct strbuf file = STRBUF_INIT;

	*fixture = (struct fixture){ .text = STRBUF_INIT };
	strbuf_addf(&file,
		    "{\"title\":\"t\",\"panels\":[{\"id\":1,\"title\":\"Panel\",\"gridPos\":{\"x\":0,\"y\":0,\"w\":12,"
		    "\"h\":8},\"targets\":[{\"refId\":\"A\",\"expr\":\"x\"}],%s}]}",
		    json);
	fixture->dashboard = dashboard_parse(file.text, file.length, "test.json", NULL);
	strbuf_release(&file);
	frame_set_init(&fixture->data.frames);
	fixture->data.state = DATA_VALUE;
	if (!fixture->dashboard || fixture->dashboard->panel_count == 0)
		return;
	fixture->view = (struct panel_view){
		.panel = &fixture->dashboard->panels[0],
		.title = fixture->dashboard->panels[0].title,
		.now_ms = INT64_C(1700000000000),
		.selected = -1,
	};
}

static inline void fixture_release(struct fixture *fixture)
{
	canvas_free(fixture->canvas);
	frame_set_release(&fixture->data.frames);
	dashboard_free(fixture->dashboard);
	strbuf_release(&fixture->text);
}

/* One series named by a label, appended as its own answer. */
static inline void fixture_series(struct fixture *fixture, const char *name, const double *values, size_t count)
{
	const struct target *target = &fixture->view.panel->targets[0];
	struct matrix *matrix = matrix_new(count > 1 ? MATRIX_RANGE : MATRIX_VECTOR);
	struct label label = { "instance", name };
	int64_t *times = arena_array(&matrix->arena, count + 1, sizeof(*times));
	double *copy = arena_array(&matrix->arena, count + 1, sizeof(*copy));
	size_t i;

	for (i = 0; i < count; i++) {
		times[i] = INT64_C(1700000000000) + (int64_t)i * 60000;
		copy[i] = values[i];
	}
	matrix->series = arena_array(&matrix->arena, 1, sizeof(*matrix->series));
	matrix->count = 1;
	matrix->points = count;
	matrix->series[0] = (struct series){
		.labels = labels_make(&matrix->arena, &label, 1), .count = count, .times_ms = times, .values = copy
	};
	frame_add_matrix(&fixture->data.frames, matrix, target, "{{instance}}", 60000, false);
	matrix_unref(matrix);
}

/* Call once all series are there. */
static inline void fixture_ready(struct fixture *fixture)
{
	frame_apply_config(&fixture->data.frames, fixture->view.panel);
}

/* The inside of the panel as text, lines ended by newlines, trailing blanks cut. Valid until the next call. */
static inline const char *fixture_draw(struct fixture *fixture, int width, int height, enum glyph_set glyphs)
{
	const struct panel_ops *ops = panel_find(fixture->view.panel->type);

	fixture->view.data = &fixture->data; /* a fixture may have been returned by value */
	canvas_free(fixture->canvas);
	fixture->canvas = canvas_new(width, height, glyphs);
	ops->draw(&fixture->view, fixture->canvas, canvas_rect(fixture->canvas));
	strbuf_clear(&fixture->text);
	export_text(fixture->canvas, &fixture->text);
	return fixture->text.text;
}

static inline const char *fixture_line(struct fixture *fixture)
{
	fixture->view.data = &fixture->data;
	strbuf_clear(&fixture->text);
	panel_find(fixture->view.panel->type)->line(&fixture->view, &fixture->text);
	return fixture->text.text;
}

static inline bool fixture_shows(const struct fixture *fixture, const char *text)
{
	return strstr(fixture->text.text, text) != NULL;
}

#endif
