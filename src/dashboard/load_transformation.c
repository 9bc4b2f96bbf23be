#include <string.h>

#include "dashboard/load.h"

static struct transformation *add(struct loader *loader, struct panel *panel)
{
	size_t count = panel->transformation_count;

	if ((count & (count - 1)) == 0) {
		size_t room = count ? 2 * count : 1;
		struct transformation *items = arena_array(&loader->dashboard->arena, room, sizeof(*items));
		if (count)
			memcpy(items, panel->transformations, count * sizeof(*items));
		panel->transformations = items;
	}
	panel->transformation_count++;
	memset(&panel->transformations[count], 0, sizeof(*panel->transformations));
	return &panel->transformations[count];
}

/*
 * Options made here must live as long as the dashboard, as all others do: they
 * are hung into its document, under a name of their own.
 */
void load_add_transformation(struct loader *loader, struct panel *panel, const char *id, const char *options)
{
	struct transformation *transformation = add(loader, panel);
	cJSON *json = cJSON_Parse(options);

	transformation->id = id;
	if (json && cJSON_AddItemToObject(loader->dashboard->json, "skep:made", json))
		transformation->options = json;
	else
		cJSON_Delete(json);
}

static void read_transformation(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const char *id = load_text(loader, json, "id", "");
	const cJSON *filter;
	struct transformation *transformation;

	if (load_flag(json, "disabled", false))
		return;
	if (!dashboard_transformation_is_known(id))
		load_approximate(loader, "id", "transformation \"%.60s\" is not known: passed over", id);
	transformation = add(loader, panel);
	transformation->id = id;
	transformation->options = load_object(loader, json, "options");
	filter = load_object(loader, json, "filter");
	if (filter) {
		size_t mark = load_enter(loader, "filter");
		transformation->filter = load_text(loader, filter, "options", NULL);
		load_leave(loader, mark);
	}
}

void load_transformations(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *list = load_array(loader, json, "transformations"), *item;
	size_t index = 0, mark = load_enter(loader, "transformations");
	size_t count = load_count(loader, list, "transformations", LOAD_LIST_MAX);

	load_leave(loader, mark);
	cJSON_ArrayForEach(item, list)
	{
		if (index >= count)
			break;
		mark = load_enter_item(loader, "transformations", index++);
		if (cJSON_IsObject(item))
			read_transformation(loader, item, panel);
		else
			load_error(loader, NULL, "must be an object");
		load_leave(loader, mark);
	}
}
