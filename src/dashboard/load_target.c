#include <string.h>

#include "dashboard/load.h"

/* Members that only another language's targets have, where the data source does not tell. */
static const struct {
	const char *member;
	const char *foreign;
} foreign_members[] = {
	{ "rawSql", "query language SQL" },
	{ "rawQuery", "query language InfluxQL" },
	{ "measurement", "query language InfluxQL" },
	{ "bucketAggs", "query language Elasticsearch" },
	{ "metricName", "query language CloudWatch" },
	{ "target", "query language Graphite" },
	{ "scenarioId", "test data" },
};

/* "A" to "Z", then "AA": the first that no target of the panel has. */
static const char *free_ref_id(struct loader *loader, const struct panel *panel)
{
	for (unsigned i = 0;; i++) {
		char name[3] = { 0 };
		bool used = false;

		name[0] = (char)('A' + (i < 26 ? i : (i / 26 - 1) % 26));
		if (i >= 26)
			name[1] = (char)('A' + i % 26);
		for (size_t j = 0; j < panel->target_count && !used; j++)
			used = !strcmp(panel->targets[j].ref_id, name);
		if (!used)
			return arena_strdup(&loader->dashboard->arena, name);
	}
}

static enum target_format read_format(struct loader *loader, const cJSON *json)
{
	const char *format = load_text(loader, json, "format", "time_series");

	if (!strcmp(format, "table"))
		return FORMAT_TABLE;
	return !strcmp(format, "heatmap") ? FORMAT_HEATMAP : FORMAT_TIME_SERIES;
}

/* Old files say "instant"; since Grafana 8 "range" can stand beside it, and both may be asked. */
static void read_kind(struct loader *loader, const cJSON *json, struct target *target)
{
	const char *kind = load_text(loader, json, "queryType", "");

	target->instant = load_flag(json, "instant", !strcmp(kind, "instant") || !strcmp(kind, "both"));
	target->range = load_flag(json, "range", !target->instant || !strcmp(kind, "both"));
	if (!target->instant)
		target->range = true;
}

static const char *foreign_by_shape(const cJSON *json)
{
	for (size_t i = 0; i < sizeof(foreign_members) / sizeof(foreign_members[0]); i++) {
		const cJSON *value = cJSON_GetObjectItemCaseSensitive(json, foreign_members[i].member);
		if (cJSON_IsTrue(value) || cJSON_IsArray(value) || (cJSON_IsString(value) && value->valuestring[0]))
			return foreign_members[i].foreign;
	}
	return NULL;
}

static void read_target(struct loader *loader, const cJSON *json, const struct panel *panel, struct target *target)
{
	const cJSON *source = cJSON_GetObjectItemCaseSensitive(json, "datasource");
	double factor = 1;

	target->ref_id = load_text(loader, json, "refId", "");
	target->expression = load_text(loader, json, "expr", "");
	target->legend = load_text(loader, json, "legendFormat", "");
	target->format = read_format(loader, json);
	read_kind(loader, json, target);
	target->hide = load_flag(json, "hide", false);
	target->interval = load_text(loader, json, "interval", NULL);
	if (target->interval && !*target->interval)
		target->interval = NULL;
	load_number(loader, json, "intervalFactor", &factor);
	target->interval_factor = factor < 1 ? 1 : factor > 1000 ? 1000 : (int)factor;
	load_datasource(loader, source, &target->datasource);
	if (!target->datasource.type && !target->datasource.uid)
		target->datasource = panel->datasource;
	target->foreign = load_foreign(loader, &target->datasource);
	if (!target->foreign && !*target->expression)
		target->foreign = foreign_by_shape(json);
	if (target->foreign && !target->hide)
		load_approximate(loader, NULL, "%s: cannot be asked", target->foreign);
}

/* A panel of which nothing can be asked says so itself. */
static void judge_panel(struct panel *panel)
{
	const char *reason = NULL;

	for (size_t i = 0; i < panel->target_count; i++) {
		const struct target *target = &panel->targets[i];
		if (target->hide)
			continue;
		if (!target->foreign)
			return;
		if (!reason)
			reason = target->foreign;
	}
	panel->foreign = reason;
}

void load_targets(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *targets = load_array(loader, json, "targets"), *item;
	size_t mark = load_enter(loader, "targets");
	size_t count = load_count(loader, targets, "queries in one panel", DASHBOARD_TARGETS_MAX);

	load_leave(loader, mark);
	if (!count)
		return;
	panel->targets = arena_array(&loader->dashboard->arena, count, sizeof(*panel->targets));
	size_t index = 0;
	cJSON_ArrayForEach(item, targets)
	{
		if (index >= count)
			break;
		mark = load_enter_item(loader, "targets", index++);
		if (cJSON_IsObject(item))
			read_target(loader, item, panel, &panel->targets[panel->target_count++]);
		else
			load_error(loader, NULL, "must be an object");
		load_leave(loader, mark);
	}
	for (size_t i = 0; i < panel->target_count; i++)
		if (!*panel->targets[i].ref_id)
			panel->targets[i].ref_id = free_ref_id(loader, panel);
	judge_panel(panel);
}
