#include "load_dashboard.h"

TestSuite(load_files);

/* A shared or shipped file; `counts` is "type number" pairs. */
struct expected {
	const char *name;
	size_t panels, variables;
	struct {
		const char *type;
		size_t count;
	} types[6];
};

static const struct expected shared[] = {
	{ "argo-workflows__grafana-dashboard", 19, 2, { { "row", 5 }, { "text", 1 }, { "stat", 6 }, { "graph", 7 } } },
	{ "dcgm-exporter__dcgm-exporter-dashboard", 8, 3, { { "graph", 6 }, { "gauge", 2 } } },
	{ "flux2-monitoring-example__cluster",
	  13,
	  3,
	  { { "stat", 4 }, { "bargauge", 2 }, { "row", 2 }, { "table", 3 }, { "timeseries", 2 } } },
	{ "grafana-dashboards-kubernetes__k8s-views-global",
	  30,
	  4,
	  { { "row", 4 }, { "bargauge", 2 }, { "stat", 5 }, { "timeseries", 19 } } },
	{ "grafana-dashboards__node-exporter-full",
	  141,
	  4,
	  { { "row", 16 }, { "bargauge", 4 }, { "gauge", 5 }, { "stat", 5 }, { "timeseries", 111 } } },
	{ "istio__istio-service-dashboard",
	  28,
	  9,
	  { { "row", 3 }, { "text", 3 }, { "stat", 6 }, { "timeseries", 16 } } },
	{ "keda__keda-dashboard",
	  9,
	  5,
	  { { "row", 2 }, { "timeseries", 5 }, { "state-timeline", 1 }, { "gauge", 1 } } },
	{ "kube-prometheus__alertmanager-overview", 6, 4, { { "row", 2 }, { "timeseries", 4 } } },
	{ "kube-prometheus__cluster-total", 13, 2, { { "timeseries", 12 }, { "table", 1 } } },
	{ "kube-prometheus__k8s-resources-namespace", 18, 3, { { "stat", 4 }, { "timeseries", 10 }, { "table", 4 } } },
	{ "longhorn__control_plane_grafana_dashboard",
	  29,
	  1,
	  { { "row", 3 }, { "timeseries", 22 }, { "histogram", 1 }, { "stat", 2 }, { "table", 1 } } },
	{ "nginx-prometheus-exporter__dashboard", 6, 2, { { "row", 2 }, { "singlestat", 1 }, { "graph", 3 } } },
	{ "redis_exporter__grafana_prometheus_redis_dashboard",
	  13,
	  3,
	  { { "stat", 2 }, { "gauge", 1 }, { "timeseries", 10 } } },
	{ "strimzi-kafka-operator__strimzi-kafka",
	  31,
	  6,
	  { { "stat", 12 }, { "row", 1 }, { "timeseries", 17 }, { "table", 1 } } },
	{ "traefik__traefik", 17, 4, { { "row", 3 }, { "stat", 1 }, { "timeseries", 12 }, { "piechart", 1 } } },
};

static void check_panel(const char *file, const struct dashboard *dashboard, size_t index)
{
	const struct panel *panel = &dashboard->panels[index];

	cr_assert(panel->w >= 1 && panel->h >= 1 && panel->x + panel->w <= 24, "%s panel %d", file, panel->id);
	cr_assert_not_null(panel->options.calcs[0], "%s panel %d", file, panel->id);
	cr_assert_null(panel->foreign, "%s panel %d", file, panel->id);
	cr_assert_lt(panel->parent, (int)index);
	if (panel->parent >= 0) {
		const struct panel *row = &dashboard->panels[panel->parent];
		cr_assert(row->is_row && index >= row->first_child && index < row->first_child + row->child_count);
	}
	for (size_t i = 0; i < panel->target_count; i++)
		cr_assert(*panel->targets[i].expression, "%s panel %d", file, panel->id);
}

static void check_file(const char *path, const struct expected *expected)
{
	struct error_list errors;
	struct dashboard *dashboard;

	error_list_init(&errors);
	dashboard = dashboard_load(path, &errors);
	cr_assert_not_null(dashboard, "%s", path);
	cr_assert_eq(errors.errors, 0, "%s", path);
	cr_assert_eq(dashboard->panel_count, expected->panels, "%s has %zu panels", path, dashboard->panel_count);
	cr_assert_eq(dashboard->variable_count, expected->variables);
	cr_assert(*dashboard->title);
	for (size_t t = 0; t < 6 && expected->types[t].type; t++) {
		size_t count = 0;
		for (size_t i = 0; i < dashboard->panel_count; i++)
			count += !strcmp(dashboard->panels[i].type, expected->types[t].type);
		cr_assert_eq(count, expected->types[t].count, "%s: %zu of %s", path, count, expected->types[t].type);
	}
	for (size_t i = 0; i < dashboard->panel_count; i++)
		check_panel(path, dashboard, i);
	dashboard_free(dashboard);
	error_list_release(&errors);
}

Test(load_files, public_dashboards)
{
	const char *folder = getenv("SKEP_SHARED");

	if (!folder)
		cr_skip_test("SKEP_SHARED is not set: 15 public dashboards are not checked");
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		char *path = mem_printf("%s/data/dashboards/%s.json", folder, shared[i].name);
		check_file(path, &shared[i]);
		free(path);
	}
}

static const struct expected shipped[] = {
	{ "polln", 21, 0, { { "graph", 10 }, { "stat", 7 }, { "gauge", 4 } } },
	{ "node",
	  16,
	  3,
	  { { "stat", 4 }, { "gauge", 2 }, { "timeseries", 5 }, { "table", 1 }, { "heatmap", 1 }, { "text", 1 } } },
};

Test(load_files, shipped_dashboards)
{
	const char *folder = getenv("SKEP_SOURCE");

	if (!folder)
		cr_skip_test("SKEP_SOURCE is not set");
	for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++) {
		char *path = mem_printf("%s/systems/%s/dashboard.json", folder, shipped[i].name);
		check_file(path, &shipped[i]);
		free(path);
	}
}

/* Both ways to write thresholds, and a panel of several series. */
Test(load_files, polln_in_detail)
{
	const char *folder = getenv("SKEP_SOURCE");
	struct error_list errors;
	struct dashboard *dashboard;
	char *path;

	if (!folder)
		cr_skip_test("SKEP_SOURCE is not set");
	path = mem_printf("%s/systems/polln/dashboard.json", folder);
	error_list_init(&errors);
	dashboard = dashboard_load(path, &errors);
	cr_assert_eq(errors.count, 0);
	cr_assert_eq(dashboard->refresh_ms, 30000);
	cr_assert_eq(dashboard->panels[0].options.stat_colour, STAT_COLOUR_BACKGROUND);
	cr_assert_eq(dashboard->panels[0].defaults.thresholds.steps[1].value, 1);
	cr_assert_str_eq(dashboard->panels[2].type, "gauge");
	cr_assert_eq(dashboard->panels[2].defaults.thresholds.steps[2].value, 0.5);
	cr_assert_eq(dashboard->panels[2].defaults.max, 1);
	cr_assert_eq(dashboard->panels[7].target_count, 3);
	cr_assert_eq(dashboard->panels[20].y + dashboard->panels[20].h, 38);
	dashboard_free(dashboard);
	error_list_release(&errors);
	free(path);
}
