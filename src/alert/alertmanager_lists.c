/* What is known of an Alertmanager: lists sorted and joined, and handed out. */
#include <stdlib.h>
#include <string.h>

#include "alert/alertmanager_private.h"

static int compare_ids(const void *a, const void *b)
{
	const struct am_alert *const *left = a, *const *right = b;

	return strcmp((*left)->id, (*right)->id);
}

static int compare_silence_ids(const void *a, const void *b)
{
	const struct silence *const *left = a, *const *right = b;

	return strcmp((*left)->id, (*right)->id);
}

/* What still holds first, by its end; then what has ended, the last one first. */
static int compare_silences(const void *a, const void *b)
{
	const struct silence *left = a, *right = b;
	bool ended = left->state == SILENCE_EXPIRED;

	if (ended != (right->state == SILENCE_EXPIRED))
		return ended ? 1 : -1;
	if (left->ends_ms != right->ends_ms)
		return (left->ends_ms < right->ends_ms) != ended ? -1 : 1;
	return strcmp(left->id, right->id);
}

void am_lists_publish_alerts(struct alertmanager *am, struct am_alerts *alerts)
{
	alerts->by_id = arena_array(&alerts->arena, alerts->items.count, sizeof(*alerts->by_id));
	for (size_t i = 0; i < alerts->items.count; i++)
		alerts->by_id[i] = &alerts->items.items[i];
	if (alerts->items.count)
		qsort(alerts->by_id, alerts->items.count, sizeof(*alerts->by_id), compare_ids);
	am_alerts_free(am->alerts);
	am->alerts = alerts;
}

void am_lists_publish_silences(struct alertmanager *am, struct am_silences *silences)
{
	size_t count = silences->items.count;

	silences->filters = arena_array(&silences->arena, count, sizeof(*silences->filters));
	silences->by_id = arena_array(&silences->arena, count, sizeof(*silences->by_id));
	if (count)
		qsort(silences->items.items, count, sizeof(*silences->items.items), compare_silences);
	for (size_t i = 0; i < count; i++)
		silences->by_id[i] = &silences->items.items[i];
	if (count)
		qsort(silences->by_id, count, sizeof(*silences->by_id), compare_silence_ids);
	am_silences_free(am->silences);
	am->silences = silences;
}

void am_lists_publish_groups(struct alertmanager *am, struct am_groups *groups)
{
	am_groups_free(am->groups);
	am->groups = groups;
}

static struct am_alert *find_alert(const struct alertmanager *am, const char *id)
{
	const struct am_alert key = { .id = id }, *of_key = &key, **found;
	size_t count = am->alerts->items.count;

	if (!count)
		return NULL;
	found = bsearch(&of_key, am->alerts->by_id, count, sizeof(*am->alerts->by_id), compare_ids);
	return found ? &am->alerts->items.items[*found - am->alerts->items.items] : NULL;
}

const struct am_alert *alertmanager_alert_find(const struct alertmanager *am, const char *id)
{
	return find_alert(am, id);
}

static void join_groups(struct alertmanager *am)
{
	for (size_t i = 0; i < am->alerts->items.count; i++)
		am->alerts->items.items[i].group = SIZE_MAX;
	for (size_t i = 0; i < am->groups->items.count; i++) {
		const struct am_grouping *grouping = &am->groups->items.items[i];

		for (size_t at = 0; at < grouping->group.count; at++) {
			struct am_alert *alert = find_alert(am, grouping->ids[at]);

			if (alert && alert->group == SIZE_MAX)
				alert->group = i;
		}
	}
}

void am_lists_join(struct alertmanager *am)
{
	join_groups(am);
}

size_t alertmanager_alert_count(const struct alertmanager *am)
{
	return am->alerts->items.count;
}

const struct am_alert *alertmanager_alert(const struct alertmanager *am, size_t index)
{
	return &am->alerts->items.items[index];
}

size_t alertmanager_group_count(const struct alertmanager *am)
{
	return am->groups->items.count;
}

const struct am_group *alertmanager_group(const struct alertmanager *am, size_t index)
{
	return &am->groups->items.items[index].group;
}

size_t alertmanager_silence_count(const struct alertmanager *am)
{
	return am->silences->items.count;
}

const struct silence *alertmanager_silence(const struct alertmanager *am, size_t index)
{
	return &am->silences->items.items[index];
}

const struct silence *alertmanager_silence_find(const struct alertmanager *am, const char *id)
{
	const struct silence key = { .id = id }, *of_key = &key, **found;
	size_t count = am->silences->items.count;

	if (!count)
		return NULL;
	found = bsearch(&of_key, am->silences->by_id, count, sizeof(*am->silences->by_id), compare_silence_ids);
	return found ? *found : NULL;
}

bool alertmanager_silence_matches(const struct alertmanager *am, size_t index, const struct labels *labels)
{
	struct silence_filter **filter = &am->silences->filters[index];

	if (!*filter)
		*filter = silence_filter_new(&am->silences->items.items[index]);
	return silence_filter_matches(*filter, labels);
}
