#include "load_dashboard.h"

TestSuite(load_rows);

static void expect_place(const struct panel *panel, int x, int y, int w, int h)
{
	cr_assert(panel->x == x && panel->y == y && panel->w == w && panel->h == h, "%s is at %d,%d %dx%d",
		  panel->title, panel->x, panel->y, panel->w, panel->h);
}

Test(load_rows, rows_of_the_grid)
{
	/* Out of order in the file; sorted by place, as Grafana does. */
	struct loaded loaded =
		load_json("{\"panels\":["
			  "{\"id\":5,\"type\":\"row\",\"title\":\"folded\",\"collapsed\":true,\"gridPos\":{\"x\":0,"
			  "\"y\":20,\"w\":24,\"h\":1},\"panels\":["
			  "{\"id\":6,\"type\":\"stat\",\"gridPos\":{\"x\":12,\"y\":21,\"w\":12,\"h\":4}},"
			  "{\"id\":7,\"type\":\"stat\",\"gridPos\":{\"x\":0,\"y\":21,\"w\":12,\"h\":4}}]},"
			  "{\"id\":3,\"type\":\"stat\",\"gridPos\":{\"x\":12,\"y\":5,\"w\":12,\"h\":4}},"
			  "{\"id\":4,\"type\":\"stat\",\"gridPos\":{\"x\":0,\"y\":5,\"w\":12,\"h\":4}},"
			  "{\"id\":2,\"type\":\"row\",\"title\":\"open\",\"collapsed\":false,\"panels\":[],\"gridPos\":"
			  "{\"x\":0,\"y\":4,\"w\":24,\"h\":1}},"
			  "{\"id\":1,\"type\":\"stat\",\"gridPos\":{\"x\":0,\"y\":0,\"w\":24,\"h\":4}},"
			  "{\"id\":8,\"type\":\"stat\",\"gridPos\":{\"x\":0,\"y\":30,\"w\":24,\"h\":4}}]}");
	static const int ids[] = { 1, 2, 4, 3, 5, 7, 6, 8 }, parents[] = { -1, -1, 1, 1, -1, 4, 4, -1 };
	const struct panel *panels = clean_panel(&loaded);

	cr_assert_eq(loaded.dashboard->panel_count, 8);
	for (size_t i = 0; i < 8; i++) {
		cr_assert_eq(panels[i].id, ids[i], "%zu is %d", i, panels[i].id);
		cr_assert_eq(panels[i].parent, parents[i], "%zu is in %d", i, panels[i].parent);
	}
	cr_assert(panels[1].is_row && !panels[1].collapsed);
	cr_assert_eq(panels[1].first_child, 2);
	cr_assert_eq(panels[1].child_count, 2);
	cr_assert(panels[4].is_row && panels[4].collapsed);
	cr_assert_eq(panels[4].first_child, 5);
	cr_assert_eq(panels[4].child_count, 2);
	loaded_release(&loaded);
}

Test(load_rows, legacy_rows_without_headings)
{
	struct loaded loaded = load_json(
		"{\"schemaVersion\":\"12\",\"rows\":[{\"title\":\"a\",\"height\":\"250px\",\"panels\":["
		"{\"title\":\"1\",\"type\":\"graph\",\"span\":6},{\"title\":\"2\",\"type\":\"graph\",\"span\":6},"
		"{\"title\":\"3\",\"type\":\"graph\",\"span\":12}]},"
		"{\"title\":\"b\",\"height\":100,\"panels\":[{\"title\":\"4\",\"type\":\"graph\"},"
		"{\"title\":\"5\",\"type\":\"graph\",\"height\":\"50px\"}]},{\"panels\":null},{}]}");
	const struct panel *panels = clean_panel(&loaded);

	cr_assert_eq(loaded.dashboard->panel_count, 5);
	expect_place(&panels[0], 0, 0, 12, 7);
	expect_place(&panels[1], 12, 0, 12, 7);
	expect_place(&panels[2], 0, 7, 24, 7);
	expect_place(&panels[3], 0, 14, 8, 3);
	expect_place(&panels[4], 8, 14, 8, 3);
	cr_assert_eq(panels[4].parent, -1);
	loaded_release(&loaded);
}

Test(load_rows, legacy_rows_with_headings)
{
	struct loaded loaded = load_json(
		"{\"rows\":[{\"title\":\"a\",\"collapse\":true,\"panels\":[{\"title\":\"1\",\"type\":\"graph\","
		"\"span\":4}]},"
		"{\"title\":\"b\",\"showTitle\":false,\"repeat\":\"host\",\"panels\":[{\"title\":\"2\",\"type\":"
		"\"graph\",\"span\":4,\"id\":9}]},"
		"{\"title\":\"copy\",\"repeatIteration\":15,\"repeat\":null,\"panels\":[{\"type\":\"graph\"}]}]}");
	const struct panel *panels = clean_panel(&loaded);

	cr_assert_eq(loaded.dashboard->panel_count, 4);
	cr_assert(panels[0].is_row && panels[0].collapsed);
	cr_assert_eq(panels[0].first_child, 1);
	cr_assert_eq(panels[0].child_count, 1);
	cr_assert_eq(panels[1].parent, 0);
	cr_assert(panels[2].is_row && !panels[2].collapsed);
	cr_assert_str_eq(panels[2].repeat, "host");
	expect_place(&panels[2], 0, 1, 24, 1);
	expect_place(&panels[3], 0, 2, 8, 7);
	cr_assert_eq(panels[3].id, 9);
	cr_assert_eq(panels[0].id, 10);
	loaded_release(&loaded);
}

Test(load_rows, ids_become_unique)
{
	struct loaded loaded = load_json("{\"panels\":[{\"type\":\"stat\",\"id\":4,\"title\":\"a\"},{\"type\":\"stat\","
					 "\"id\":4,\"title\":\"b\"},"
					 "{\"type\":\"stat\"},{\"type\":\"stat\",\"id\":-1},{\"type\":\"stat\",\"id\":"
					 "\"6\"},{\"type\":\"stat\",\"id\":1e30}]}");
	static const int ids[] = { 4, 7, 8, 9, 6, 10 };

	cr_assert_not_null(loaded.dashboard);
	for (size_t i = 0; i < 6; i++)
		cr_assert_eq(loaded.dashboard->panels[i].id, ids[i], "%zu is %d", i, loaded.dashboard->panels[i].id);
	cr_assert_eq(loaded.errors.count, 1);
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels", "id 4 is there twice: panel \"b\" has 7"));
	loaded_release(&loaded);
}

Test(load_rows, places_are_clamped)
{
	struct loaded loaded = load_json(
		"{\"panels\":[{\"type\":\"stat\",\"title\":\"a\",\"gridPos\":{\"x\":18,\"y\":0,\"w\":12,\"h\":4}},"
		"{\"type\":\"stat\",\"title\":\"b\",\"gridPos\":{\"x\":0,\"y\":4,\"w\":48,\"h\":-2}},"
		"{\"type\":\"stat\",\"title\":\"c\",\"gridPos\":{\"x\":-3,\"y\":1e300,\"w\":0,\"h\":1e9}},"
		"{\"type\":\"stat\",\"title\":\"d\",\"gridPos\":{\"x\":\"6\",\"y\":9,\"w\":6,\"h\":3}}]}");

	cr_assert_not_null(loaded.dashboard);
	expect_place(&loaded.dashboard->panels[0], 12, 0, 12, 4);
	expect_place(&loaded.dashboard->panels[1], 0, 4, 24, 1);
	expect_place(&loaded.dashboard->panels[2], 6, 9, 6, 3);
	expect_place(&loaded.dashboard->panels[3], 0, 100000, 1, 100000);
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[0].gridPos", "x + w is over 24"));
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[2].gridPos", "outside"));
	loaded_release(&loaded);
}

Test(load_rows, panels_without_a_place_go_below)
{
	struct loaded loaded =
		load_json("{\"panels\":[{\"type\":\"stat\",\"title\":\"a\"},{\"type\":\"stat\",\"title\":\"b\"},"
			  "{\"type\":\"stat\",\"title\":\"c\",\"gridPos\":{\"x\":0,\"y\":0,\"w\":24,\"h\":5}}]}");
	const struct panel *panels = clean_panel(&loaded);

	expect_place(&panels[0], 0, 0, 24, 5);
	expect_place(&panels[1], 0, 5, 6, 3);
	expect_place(&panels[2], 6, 5, 6, 3);
	loaded_release(&loaded);
}

Test(load_rows, repeats_and_their_saved_copies)
{
	struct loaded loaded = load_json("{\"panels\":[{\"type\":\"stat\",\"id\":1,\"repeat\":\"host\","
					 "\"repeatDirection\":\"v\",\"maxPerRow\":3,\"maxDataPoints\":\"100\","
					 "\"interval\":\"1m\",\"timeFrom\":\"1h\",\"timeShift\":\"1d\",\"transparent\":"
					 "true,\"description\":\"x\"},"
					 "{\"type\":\"stat\",\"id\":2,\"repeat\":null,\"repeatPanelId\":1,"
					 "\"repeatIteration\":1234,\"scopedVars\":{}},"
					 "{\"type\":\"stat\",\"id\":3,\"repeat\":\"host\",\"minSpan\":8}]}");
	const struct panel *panels = clean_panel(&loaded);

	cr_assert_eq(loaded.dashboard->panel_count, 2);
	cr_assert_str_eq(panels[0].repeat, "host");
	cr_assert(panels[0].repeat_vertical && panels[0].transparent);
	cr_assert_eq(panels[0].repeat_max_per_row, 3);
	cr_assert_eq(panels[0].max_data_points, 100);
	cr_assert_str_eq(panels[0].interval, "1m");
	cr_assert_str_eq(panels[0].time_from, "1h");
	cr_assert_str_eq(panels[0].time_shift, "1d");
	cr_assert_eq(panels[1].repeat_max_per_row, 3);
	loaded_release(&loaded);
}

Test(load_rows, library_panels)
{
	struct loaded loaded = load_json("{\"__elements\":{\"u2\":{\"name\":\"two\",\"kind\":1,\"model\":{\"type\":"
					 "\"gauge\",\"title\":\"from elements\"}}},\"panels\":["
					 "{\"id\":1,\"gridPos\":{\"x\":0,\"y\":0,\"w\":8,\"h\":4},\"libraryPanel\":{"
					 "\"name\":\"gone\",\"uid\":\"u1\"}},"
					 "{\"id\":2,\"gridPos\":{\"x\":8,\"y\":0,\"w\":8,\"h\":4},\"libraryPanel\":{"
					 "\"name\":\"two\",\"uid\":\"u2\"}},"
					 "{\"id\":3,\"gridPos\":{\"x\":16,\"y\":0,\"w\":8,\"h\":4},\"libraryPanel\":{"
					 "\"name\":\"three\",\"model\":{\"type\":\"stat\","
					 "\"title\":\"from the panel\"}}}]}");
	const struct panel *panels;

	cr_assert_not_null(loaded.dashboard);
	panels = loaded.dashboard->panels;
	cr_assert(strstr(panels[0].foreign, "gone"));
	cr_assert_str_eq(panels[0].title, "gone");
	cr_assert_str_eq(panels[0].options.calcs[0], "lastNotNull");
	cr_assert_str_eq(panels[1].type, "gauge");
	cr_assert_eq(panels[1].x, 8);
	cr_assert_str_eq(panels[2].title, "from the panel");
	cr_assert_eq(loaded.errors.count, 1);
	loaded_release(&loaded);
}
