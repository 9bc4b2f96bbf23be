/* organize: leave fields out, bring them into an order, rename them; in this sequence, as Grafana does. */
#include "dashboard/transform.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/json.h"

struct place {
	struct field field;
	const char *name;
	double order;
	size_t position;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	if (left->order != right->order)
		return left->order < right->order ? -1 : 1;
	return left->position < right->position ? -1 : left->position > right->position;
}

static bool any_true(const cJSON *object)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object) if (cJSON_IsTrue(item)) return true;
	return false;
}

struct organize {
	const cJSON *exclude, *include, *order, *rename;
};

static void organize_frame(struct transform *transform, const struct organize *wanted, size_t index)
{
	struct frame frame = transform->frames[index];
	const char **names = transform_names(transform, index);
	struct place *places = mem_array(frame.field_count + 1, sizeof(*places));
	size_t kept = 0;

	for (size_t f = 0; f < frame.field_count; f++) {
		const cJSON *order = json_get(wanted->order, names[f]);

		if (cJSON_IsTrue(json_get(wanted->exclude, names[f])) ||
		    (wanted->include && !cJSON_IsTrue(json_get(wanted->include, names[f]))))
			continue;
		places[kept] = (struct place){ .field = frame.fields[f], .name = names[f], .position = f };
		places[kept++].order = cJSON_IsNumber(order) ? order->valuedouble : INFINITY;
	}
	qsort(places, kept, sizeof(*places), compare_places);
	frame.fields = arena_array(transform->arena, kept + 1, sizeof(*frame.fields));
	for (size_t i = 0; i < kept; i++) {
		const cJSON *name = json_get(wanted->rename, places[i].name);

		frame.fields[i] = places[i].field;
		if (cJSON_IsString(name) && *name->valuestring)
			frame.fields[i].display_name = name->valuestring;
	}
	frame.field_count = kept;
	free(places);
	if (kept > 0)
		transform_add(transform, frame);
}

void transform_organize(struct transform *transform)
{
	struct organize wanted = {
		.exclude = transform_object(transform, transform->options, "excludeByName"),
		.include = transform_object(transform, transform->options, "includeByName"),
		.order = transform_object(transform, transform->options, "indexByName"),
		.rename = transform_object(transform, transform->options, "renameByName"),
	};

	/* An includeByName that names nothing is the editor's leftover, not a wish for an empty table. */
	if (!any_true(wanted.include))
		wanted.include = NULL;
	for (size_t i = 0; i < transform->frame_count; i++)
		organize_frame(transform, &wanted, i);
}
