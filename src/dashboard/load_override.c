#include <string.h>

#include "dashboard/load.h"

static const struct {
	const char *id;
	enum matcher_id matcher;
} matchers[] = {
	{ "byName", BY_NAME }, { "byNames", BY_NAMES }, { "byRegexp", BY_REGEX }, { "byFrameRefID", BY_FRAME_REF },
	{ "byType", BY_TYPE }, { "byValue", BY_VALUE },
};

struct override *load_add_override(struct loader *loader, struct panel *panel)
{
	size_t count = panel->override_count;

	if (count >= LOAD_LIST_MAX)
		return NULL;
	/* Room doubles whenever the count is a power of two. */
	if ((count & (count - 1)) == 0) {
		size_t room = count ? 2 * count : 1;
		struct override *items = arena_array(&loader->dashboard->arena, room, sizeof(*items));
		if (count)
			memcpy(items, panel->overrides, count * sizeof(*items));
		panel->overrides = items;
	}
	panel->override_count++;
	memset(&panel->overrides[count], 0, sizeof(*panel->overrides));
	return &panel->overrides[count];
}

void load_alias(struct override *override, const char *alias)
{
	override->matcher = *alias == '/' && strrchr(alias, '/') != alias ? BY_REGEX : BY_NAME;
	override->argument = alias;
}

/* {"mode": "exclude", "names": [...]}, or only the list. */
static void read_names(struct loader *loader, const cJSON *options, struct override *override)
{
	const cJSON *names = cJSON_IsObject(options) ? load_array(loader, options, "names") : options;

	override->names = load_texts(loader, names, NULL);
	override->exclude = cJSON_IsObject(options) && !strcmp(load_text(loader, options, "mode", ""), "exclude");
}

static void read_value(struct loader *loader, const cJSON *options, struct override *override)
{
	override->reducer = load_reducer_name(load_text(loader, options, "reducer", "lastNotNull"));
	override->operation = load_text(loader, options, "op", "gte");
	load_number(loader, options, "value", &override->value);
}

static void read_matcher(struct loader *loader, const cJSON *json, struct override *override)
{
	const cJSON *matcher = load_object(loader, json, "matcher");
	const cJSON *options = cJSON_GetObjectItemCaseSensitive(matcher, "options");
	size_t mark = load_enter(loader, "matcher");
	const char *id = load_text(loader, matcher, "id", "");

	override->matcher = BY_UNKNOWN;
	for (size_t i = 0; i < sizeof(matchers) / sizeof(matchers[0]); i++)
		if (!strcmp(matchers[i].id, id))
			override->matcher = matchers[i].matcher;
	switch (override->matcher) {
	case BY_NAMES: read_names(loader, options, override); break;
	case BY_VALUE: read_value(loader, options, override); break;
	case BY_UNKNOWN:
		load_approximate(loader, "id", "matcher \"%.40s\" is not known: the override has no effect", id);
		break;
	default:
		override->argument = load_value_text(loader, options, "options");
		if (!override->argument)
			override->argument = "";
	}
	load_leave(loader, mark);
}

static void read_properties(struct loader *loader, const cJSON *json, struct override *override)
{
	const cJSON *item;
	size_t index = 0;

	cJSON_ArrayForEach(item, load_array(loader, json, "properties"))
	{
		size_t mark = load_enter_item(loader, "properties", index++);
		if (cJSON_IsObject(item)) {
			/* Grafana 6 said "path" for what is "id" now. */
			const char *id = load_text(loader, item, "id", load_text(loader, item, "path", ""));
			load_property(loader, id, cJSON_GetObjectItemCaseSensitive(item, "value"), &override->config);
		} else {
			load_error(loader, NULL, "must be an object");
		}
		load_leave(loader, mark);
	}
}

void load_overrides(struct loader *loader, const cJSON *list, struct panel *panel)
{
	const cJSON *item;
	size_t index = 0, mark = load_enter(loader, "overrides");
	size_t count = load_count(loader, list, "overrides", LOAD_LIST_MAX);

	load_leave(loader, mark);
	cJSON_ArrayForEach(item, list)
	{
		struct override *override;

		if (index >= count)
			break;
		mark = load_enter_item(loader, "overrides", index++);
		if (!cJSON_IsObject(item)) {
			load_error(loader, NULL, "must be an object");
		} else {
			override = load_add_override(loader, panel);
			if (override) {
				read_matcher(loader, item, override);
				read_properties(loader, item, override);
			}
		}
		load_leave(loader, mark);
	}
}
