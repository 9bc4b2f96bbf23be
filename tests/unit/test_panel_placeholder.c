#include <criterion/criterion.h>

#include "tests/unit/panel_fixture.h"
#include "ui/panel/panel_list.h"

TestSuite(panel_placeholder);

Test(panel_placeholder, names_the_type_and_shows_last_values)
{
	struct fixture fixture;

	fixture_init(&fixture, "\"type\":\"grafana-polystat-panel\",\"fieldConfig\":{\"defaults\":{\"unit\":\"s\"}}");
	fixture_series(&fixture, "alpha", (double[]){ 1, 2 }, 2);
	fixture_series(&fixture, "beta", (double[]){ 3, 4 }, 2);
	fixture_ready(&fixture);
	cr_expect_str_eq(fixture_draw(&fixture, 36, 3, GLYPHS_ASCII),
			 "polystat, shown as its last values\n"
			 "alpha                            2 s\n"
			 "beta                             4 s\n",
			 "%s", fixture.text.text);
	cr_expect_str_eq(fixture_draw(&fixture, 30, 1, GLYPHS_ASCII), "alpha                      2 s\n", "%s",
			 fixture.text.text);
	cr_expect_str_eq(fixture_line(&fixture), "alpha 2 s, beta 4 s");
	fixture_release(&fixture);
}

Test(panel_placeholder, says_so_without_values)
{
	struct fixture fixture;

	fixture_init(&fixture, "\"type\":\"geomap\"");
	fixture_ready(&fixture);
	cr_expect_str_eq(fixture_draw(&fixture, 30, 2, GLYPHS_ASCII), "map is not drawn here\n\n");
	cr_expect_str_eq(fixture_line(&fixture), "map");
	for (int width = 1; width < 20; width++)
		fixture_draw(&fixture, width, 1, GLYPHS_BRAILLE);
	fixture_release(&fixture);
}

Test(panel_placeholder, row_is_a_heading_that_folds)
{
	struct panel panel = { .type = "row", .is_row = true, .child_count = 3 };
	struct panel_data none = { .state = DATA_NONE };
	struct panel_view view = { .panel = &panel, .title = "Disks", .data = &none, .folded = true };
	struct canvas *canvas = canvas_new(30, 1, GLYPHS_BRAILLE);
	struct strbuf text = STRBUF_INIT;

	panel_row.draw(&view, canvas, canvas_rect(canvas));
	export_text(canvas, &text);
	cr_expect_str_eq(text.text, "▸ Disks ───────────── 3 panels\n", "%s", text.text);
	strbuf_clear(&text);
	view.folded = false;
	canvas_resize(canvas, 12, 1);
	panel_row.draw(&view, canvas, canvas_rect(canvas));
	export_text(canvas, &text);
	cr_expect_str_eq(text.text, "▾ Disks ────\n", "%s", text.text);
	strbuf_clear(&text);
	panel_row.line(&view, &text);
	cr_expect_str_eq(text.text, "3 panels");
	for (int width = 1; width < 12; width++) {
		canvas_resize(canvas, width, 1);
		panel_row.draw(&view, canvas, canvas_rect(canvas));
	}
	strbuf_release(&text);
	canvas_free(canvas);
}

Test(panel_placeholder, alert_list_says_where_alerts_are)
{
	struct fixture fixture;

	fixture_init(&fixture, "\"type\":\"alertlist\"");
	fixture_ready(&fixture);
	cr_expect_str_eq(fixture_draw(&fixture, 36, 1, GLYPHS_ASCII), "alerts are shown in the alerts view\n");
	fixture_release(&fixture);
}

Test(panel_placeholder, alert_list_shows_series_as_alerts)
{
	struct label items[2][4] = {
		{ { "alertname", "Slow" }, { "alertstate", "pending" }, { "severity", "critical" }, { "job", "api" } },
		{ { "alertname", "Down" }, { "alertstate", "firing" }, { "severity", "critical" }, { "job", "db" } },
	};
	struct target target = { .ref_id = "A", .expression = "ALERTS", .legend = "" };
	struct fixture fixture;

	fixture_init(&fixture, "\"type\":\"alertlist\"");
	for (int i = 0; i < 2; i++) {
		struct matrix *matrix = matrix_new(MATRIX_VECTOR);
		int64_t *time = arena_alloc(&matrix->arena, sizeof(*time));
		double *value = arena_alloc(&matrix->arena, sizeof(*value));

		*value = 1;
		matrix->series = arena_array(&matrix->arena, 1, sizeof(*matrix->series));
		matrix->count = matrix->points = 1;
		matrix->series[0] = (struct series){ .labels = labels_make(&matrix->arena, items[i], 4),
						     .count = 1,
						     .times_ms = time,
						     .values = value };
		frame_add_matrix(&fixture.data.frames, matrix, &target, "", 0, false);
		matrix_unref(matrix);
	}
	fixture_ready(&fixture);
	cr_expect_str_eq(fixture_draw(&fixture, 40, 2, GLYPHS_ASCII),
			 "# Down firing   job=db\n. Slow pending  job=api\n", "%s", fixture.text.text);
	cr_expect_str_eq(fixture_line(&fixture), "Down firing, 1 more");
	fixture_release(&fixture);
}
