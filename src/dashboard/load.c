#include "dashboard/load.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

/* Grafana's limits on the automatic refresh: as often as a point on a wide screen changes, 5 s at the least. */
#define REFRESH_AUTO_POINTS   1000
#define REFRESH_AUTO_LEAST_MS (5 * CLOCK_SECOND)

static int64_t automatic_refresh(const struct dashboard *dashboard)
{
	int64_t now = clock_wall_ms(), from, to, refresh;

	if (time_parse(dashboard->from, now, &from, NULL) < 0 || time_parse(dashboard->to, now, &to, NULL) < 0)
		return REFRESH_AUTO_LEAST_MS;
	refresh = (to - from) / REFRESH_AUTO_POINTS / CLOCK_SECOND * CLOCK_SECOND;
	return refresh > REFRESH_AUTO_LEAST_MS ? refresh : REFRESH_AUTO_LEAST_MS;
}

/* "30s", or off as false, "", null, "off"; true comes from hand-written files and says no interval. */
static void read_refresh(struct loader *loader, const cJSON *json)
{
	const cJSON *refresh = cJSON_GetObjectItemCaseSensitive(json, "refresh");
	struct dashboard *dashboard = loader->dashboard;
	struct error error;
	const char *text;

	if (cJSON_IsBool(refresh))
		return;
	if (cJSON_IsNumber(refresh)) {
		if (refresh->valuedouble > 0 && refresh->valuedouble < 1e9)
			dashboard->refresh_ms = (int64_t)refresh->valuedouble * CLOCK_SECOND;
		return;
	}
	text = load_text(loader, json, "refresh", "");
	if (!*text || !strcasecmp(text, "off") || !strcmp(text, "false"))
		return;
	if (!strcmp(text, "auto"))
		dashboard->refresh_ms = automatic_refresh(dashboard);
	else if (*text != '$' && duration_parse(text, &dashboard->refresh_ms, &error) < 0)
		load_approximate(loader, "refresh", "%s: it is off", error.text);
}

static void read_time(struct loader *loader, const cJSON *json)
{
	const cJSON *range = load_object(loader, json, "time");
	size_t mark = load_enter(loader, "time");

	loader->dashboard->from = load_text(loader, range, "from", "now-6h");
	loader->dashboard->to = load_text(loader, range, "to", "now");
	load_leave(loader, mark);
}

/* What concerns the whole picture and is not done here. */
static void read_rest(struct loader *loader, const cJSON *json)
{
	const char *zone = load_text(loader, json, "timezone", "");
	const cJSON *annotations = load_object(loader, json, "annotations"), *item;
	size_t index = 0, mark;

	if (*zone && strcasecmp(zone, "utc") != 0 && strcmp(zone, "browser") != 0)
		load_approximate(loader, "timezone", "times are shown in UTC, not in \"%.40s\"", zone);
	mark = load_enter(loader, "annotations");
	cJSON_ArrayForEach(item, load_array(loader, annotations, "list"))
	{
		size_t inner = load_enter_item(loader, "list", index++);
		if (cJSON_IsObject(item) && load_flag(item, "enable", false) && !load_flag(item, "builtIn", false))
			load_approximate(loader, NULL, "annotation \"%.60s\" is not drawn",
					 load_text(loader, item, "name", ""));
		load_leave(loader, inner);
	}
	load_leave(loader, mark);
}

/* Where the dashboard itself begins: the document, or a wrapper's member. Enters its path. */
static const cJSON *unwrap(struct loader *loader, const cJSON *json)
{
	static const char *const wrappers[] = { "dashboard", "spec" };

	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		const cJSON *inner = cJSON_GetObjectItemCaseSensitive(json, wrappers[i]);
		if (!inner || cJSON_GetObjectItemCaseSensitive(json, "panels"))
			continue;
		if (!cJSON_IsObject(inner)) {
			load_error(loader, wrappers[i], "must be an object");
			return NULL;
		}
		load_enter(loader, wrappers[i]);
		return inner;
	}
	return json;
}

static bool is_dashboard(struct loader *loader, const cJSON *json)
{
	static const char *const marks[] = { "panels", "rows", "templating", "schemaVersion" };

	if (cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(json, "elements")) &&
	    cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(json, "layout"))) {
		load_error(loader, NULL, "dashboard schema v2 is not read (export it as the classic model)");
		return false;
	}
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (cJSON_GetObjectItemCaseSensitive(json, marks[i]))
			return true;
	load_error(loader, NULL, "is no Grafana dashboard (no \"panels\", no \"rows\")");
	return false;
}

/* Both are searched for each panel, so that they must not be endless. */
static void bound_lists(struct loader *loader)
{
	size_t mark = load_enter(loader, "__inputs");

	load_count(loader, loader->inputs, "inputs", LOAD_LIST_MAX);
	load_leave(loader, mark);
	mark = load_enter(loader, "__elements");
	if (load_count(loader, loader->elements, "library panels", LOAD_LIST_MAX) >= LOAD_LIST_MAX)
		loader->elements = NULL;
	load_leave(loader, mark);
}

static void read_dashboard(struct loader *loader, const cJSON *json)
{
	struct dashboard *dashboard = loader->dashboard;
	const cJSON *templating = load_object(loader, json, "templating"), *panels, *rows;
	size_t mark = load_enter(loader, "templating");

	loader->variables = load_array(loader, templating, "list");
	load_leave(loader, mark);
	bound_lists(loader);
	dashboard->title = load_text(loader, json, "title", "");
	dashboard->uid = load_text(loader, json, "uid", "");
	dashboard->description = load_text(loader, json, "description", "");
	read_time(loader, json);
	read_refresh(loader, json);
	read_rest(loader, json);
	load_variables(loader);
	rows = load_array(loader, json, "rows");
	panels = load_array(loader, json, "panels");
	load_panels(loader, panels);
	if (!panels || !panels->child)
		load_legacy_rows(loader, rows);
	load_panel_ids(loader);
	dashboard->panel_count = loader->panels.count;
	dashboard->panels = arena_array(&dashboard->arena, loader->panels.count + 1, sizeof(*dashboard->panels));
	if (loader->panels.count)
		memcpy(dashboard->panels, loader->panels.items, loader->panels.count * sizeof(*dashboard->panels));
}

int load_dashboard(struct dashboard *dashboard, const cJSON *json, struct error_list *errors)
{
	struct loader loader = { .dashboard = dashboard, .errors = errors };

	strbuf_init(&loader.path);
	if (!cJSON_IsObject(json)) {
		load_error(&loader, NULL, "is no Grafana dashboard (an object is wanted)");
	} else {
		const cJSON *inner = unwrap(&loader, json);
		loader.inputs = cJSON_GetObjectItemCaseSensitive(inner, "__inputs");
		if (!loader.inputs) /* an export that was wrapped afterwards may have it outside */
			loader.inputs = cJSON_GetObjectItemCaseSensitive(json, "__inputs");
		loader.elements = cJSON_GetObjectItemCaseSensitive(inner, "__elements");
		if (inner && is_dashboard(&loader, inner))
			read_dashboard(&loader, inner);
	}
	strbuf_release(&loader.path);
	vec_release(&loader.panels);
	return loader.failed ? -1 : 0;
}
