/* What is known of an Alertmanager: lists sorted and joined, and handed out. */
#include <stdlib.h>
#include <string.h>

#include "alert/alertmanager_private.h"
#include "base/mem.h"

static int compare_ids(const void *a, const void *b)
{
	const struct am_alert *const *left = a, *const *right = b;

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
	silences->hits = arena_array(&silences->arena, silences->items.count, sizeof(*silences->hits));
	if (silences->items.count)
		qsort(silences->items.items, silences->items.count, sizeof(*silences->items.items), compare_silences);
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

struct numbered {
	const char *id;
	size_t index;
};

static int compare_numbered(const void *a, const void *b)
{
	const struct numbered *left = a, *right = b;

	return strcmp(left->id, right->id);
}

/* Alerts name the silences that hide them. */
static void count_hidden(struct alertmanager *am)
{
	struct am_silences *silences = am->silences;
	size_t count = silences->items.count;
	struct numbered *ids = mem_array(count, sizeof(*ids));

	for (size_t i = 0; i < count; i++) {
		ids[i] = (struct numbered){ silences->items.items[i].id, i };
		silences->hits[i] = 0;
	}
	if (count)
		qsort(ids, count, sizeof(*ids), compare_numbered);
	for (size_t i = 0; count && i < am->alerts->items.count; i++) {
		const struct am_alert *alert = &am->alerts->items.items[i];

		for (size_t at = 0; at < alert->silenced_count; at++) {
			const struct numbered key = { .id = alert->silenced_by[at] };
			const struct numbered *found = bsearch(&key, ids, count, sizeof(*ids), compare_numbered);

			if (found)
				silences->hits[found->index]++;
		}
	}
	free(ids);
}

/* A silence that is still to come is asked itself: nobody else knows. Bounded, since any number may be planned. */
#define PENDING_MATCHES_MAX 200000

static void count_planned(struct alertmanager *am)
{
	struct am_silences *silences = am->silences;
	size_t alerts = am->alerts->items.count, left = PENDING_MATCHES_MAX;

	for (size_t i = 0; i < silences->items.count && alerts <= left; i++) {
		struct silence_filter *filter;

		if (silences->items.items[i].state != SILENCE_PENDING)
			continue;
		left -= alerts;
		silences->hits[i] = 0;
		filter = silence_filter_new(&silences->items.items[i]);
		for (size_t at = 0; at < alerts; at++)
			silences->hits[i] += silence_filter_matches(filter, &am->alerts->items.items[at].labels);
		silence_filter_free(filter);
	}
}

void am_lists_join(struct alertmanager *am)
{
	join_groups(am);
	count_hidden(am);
	count_planned(am);
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

size_t alertmanager_silence_hits(const struct alertmanager *am, size_t index)
{
	return am->silences->hits[index];
}

const struct silence *alertmanager_silence_find(const struct alertmanager *am, const char *id)
{
	for (size_t i = 0; i < am->silences->items.count; i++)
		if (strcmp(am->silences->items.items[i].id, id) == 0)
			return &am->silences->items.items[i];
	return NULL;
}
