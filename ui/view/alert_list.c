#include "ui/view/alert_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "ui/view/alert_text.h"

/* Keys of rows that are no alerts, told apart from fingerprints by their kind. */
#define SILENCES_KEY UINT64_C(0x51e4ce)

static const char *const section_titles[ALERT_STANDINGS] = {
	[ALERT_OPEN] = "Firing",
	[ALERT_ACKED] = "Acknowledged",
	[ALERT_MUTED] = "Silenced, inhibited or in maintenance",
	[ALERT_WAITS] = "Pending",
	[ALERT_ENDED] = "Resolved lately",
};

void alert_list_init(struct alert_list *list)
{
	*list = (struct alert_list){ .focus = -1, .stale = true };
}

static void clear_made(struct alert_list *list)
{
	vec_clear(&list->sorted);
	vec_clear(&list->groups);
	vec_clear(&list->rows);
	arena_release(&list->arena);
	arena_init(&list->arena);
}

void alert_list_release(struct alert_list *list)
{
	vec_release(&list->alerts);
	vec_release(&list->troubles);
	vec_release(&list->sorted);
	vec_release(&list->groups);
	vec_release(&list->peers);
	vec_release(&list->peers_of);
	vec_release(&list->rows);
	vec_release(&list->toggled);
	arena_release(&list->arena);
	arena_release(&list->spell_arena);
	alert_filter_release(&list->filter);
	alert_list_init(list);
}

/* ---- rows ---- */

const struct alert_row *alert_list_row(const struct alert_list *list, int row)
{
	return row >= 0 && (size_t)row < list->rows.count ? &list->rows.items[row] : NULL;
}

const struct alert *alert_list_alert(const struct alert_list *list, int row)
{
	const struct alert_row *at = alert_list_row(list, row);

	return at && at->kind == ALERT_ROW_ALERT ? list->alerts.items[at->index] : NULL;
}

const struct alert *alert_list_focused(const struct alert_list *list)
{
	return alert_list_alert(list, list->focus);
}

const struct alert_peers *alert_list_peers(const struct alert_list *list, const struct alert_row *row)
{
	return &list->peers.items[list->peers_of.items[row->index]];
}

int64_t alert_list_past_ms(const struct alert_list *list)
{
	return list->past_ms ? list->past_ms : CLOCK_DAY;
}

/* ---- what tells alerts of one name apart ---- */

static void add_peer_label(struct alert_peers *peers, const char *name)
{
	if (!alert_label_tells(name) || peers->count == ALERT_PEERS_MAX)
		return;
	for (size_t i = 0; i < peers->count; i++)
		if (strcmp(peers->names[i], name) == 0)
			return;
	peers->names[peers->count++] = name;
}

/* Both are sorted by name: what only one has differs too. */
static void compare_labels(struct alert_peers *peers, const struct labels *b)
{
	const struct labels *a = peers->first;
	size_t i = 0, k = 0;

	while (i < a->count || k < b->count) {
		int order = i == a->count ? 1 : k == b->count ? -1 : strcmp(a->items[i].name, b->items[k].name);

		if (order)
			add_peer_label(peers, order < 0 ? a->items[i].name : b->items[k].name);
		else if (strcmp(a->items[i].value, b->items[k].value) != 0)
			add_peer_label(peers, a->items[i].name);
		i += order <= 0;
		k += order >= 0;
	}
}

static void find_peers(struct alert_list *list)
{
	struct map names = { 0 };

	vec_clear(&list->peers);
	vec_clear(&list->peers_of);
	for (size_t i = 0; i < list->alerts.count; i++) {
		const struct alert *alert = list->alerts.items[i];
		size_t at = (size_t)(uintptr_t)map_get(&names, alert->name);

		if (!at) {
			vec_push(&list->peers, (struct alert_peers){ .first = alert->labels });
			at = list->peers.count;
			map_set(&names, alert->name, (void *)(uintptr_t)at);
		} else {
			compare_labels(&list->peers.items[at - 1], alert->labels);
		}
		list->peers.items[at - 1].alerts++;
		vec_push(&list->peers_of, at - 1);
	}
	map_release(&names, NULL);
}

/* ---- groups ---- */

static bool is_toggled(const struct alert_list *list, uint64_t key)
{
	for (size_t i = 0; i < list->toggled.count; i++)
		if (list->toggled.items[i] == key)
			return true;
	return false;
}

/* What fired lately is folded until it is asked for. */
static struct alert_group *add_group(struct alert_list *list, const char *title, enum alert_row_kind kind)
{
	uint64_t key = hash_string(title) ^ (uint64_t)kind << 60;

	vec_push(&list->groups, (struct alert_group){ .title = arena_strdup(&list->arena, title),
						      .kind = kind,
						      .standing = -1,
						      .worst = PRIORITY_NONE,
						      .key = key,
						      .folded = is_toggled(list, key) != (kind == ALERT_ROW_PAST) });
	return &list->groups.items[list->groups.count - 1];
}

static const char *label_or(const struct alert *alert, const char *name, const char *otherwise)
{
	const char *value = labels_get(alert->labels, name);

	return value ? value : otherwise;
}

static const char *group_title(const struct alert_list *list, const struct alert *alert)
{
	switch (list->order) {
	case ALERTS_BY_NAME: return alert->name;
	case ALERTS_BY_JOB: return label_or(alert, "job", "no job");
	case ALERTS_BY_SEVERITY: return label_or(alert, "severity", "no severity");
	default: return section_titles[alert->standing];
	}
}

static void count_in_group(const struct alert_list *list, struct alert_group *group, const struct alert *alert)
{
	group->count++;
	if (list->order == ALERTS_WORST)
		group->standing = (int)alert->standing;
	if (alert->standing == ALERT_OPEN && alert->priority != PRIORITY_NONE &&
	    (group->worst == PRIORITY_NONE || alert->priority < group->worst))
		group->worst = alert->priority;
}

/* The alerts come the worst first: so do the groups, by the worst of each, and the alerts in each of them. */
static void sort_into_groups(struct alert_list *list)
{
	size_t *group_of = mem_array(list->alerts.count + 1, sizeof(*group_of)), *filled, first = 0;
	struct map titles = { 0 };

	for (size_t i = 0; i < list->alerts.count; i++) {
		const struct alert *alert = list->alerts.items[i];
		const char *title = group_title(list, alert);
		size_t at;

		if (!alert_filter_passes(&list->filter, alert))
			continue;
		at = (size_t)(uintptr_t)map_get(&titles, title);
		if (!at) {
			add_group(list, title, ALERT_ROW_ALERT);
			at = list->groups.count;
			map_set(&titles, title, (void *)(uintptr_t)at);
		}
		count_in_group(list, &list->groups.items[at - 1], alert);
		group_of[i] = at;
		vec_push(&list->sorted, 0);
	}
	filled = mem_array(list->groups.count + 1, sizeof(*filled));
	for (size_t g = 0; g < list->groups.count; g++) {
		list->groups.items[g].first = first;
		first += list->groups.items[g].count;
	}
	for (size_t i = 0; i < list->alerts.count; i++)
		if (group_of[i])
			list->sorted.items[list->groups.items[group_of[i] - 1].first + filled[group_of[i] - 1]++] = i;
	map_release(&titles, NULL);
	free(filled);
	free(group_of);
}

/* ---- making the rows ---- */

static uint64_t trouble_key(const struct rule_trouble *trouble)
{
	return hash_string(trouble->name) * 31 + hash_string(trouble->group ? trouble->group : "");
}

static uint64_t row_key(const struct alert_list *list, enum alert_row_kind kind, size_t index)
{
	switch (kind) {
	case ALERT_ROW_ALERT: return list->alerts.items[index]->fingerprint;
	case ALERT_ROW_TROUBLE: return trouble_key(list->troubles.items[index]) ^ UINT64_C(1) << 62;
	case ALERT_ROW_PAST: return ~list->spells[index].fingerprint;
	default: return SILENCES_KEY;
	}
}

static void add_row(struct alert_list *list, enum alert_row_kind kind, size_t index)
{
	vec_push(&list->rows, (struct alert_row){ kind, index, row_key(list, kind, index) });
}

static void add_rows(struct alert_list *list)
{
	for (size_t g = 0; g < list->groups.count; g++) {
		const struct alert_group *group = &list->groups.items[g];

		vec_push(&list->rows, (struct alert_row){ ALERT_ROW_HEADING, g, group->key });
		for (size_t i = 0; i < group->count && !group->folded; i++)
			add_row(list, group->kind,
				group->kind == ALERT_ROW_ALERT ? list->sorted.items[group->first + i] : i);
	}
	if (list->has_silences)
		add_row(list, ALERT_ROW_SILENCES, 0);
}

static int find_row(const struct alert_list *list, uint64_t key)
{
	for (size_t i = 0; key && i < list->rows.count; i++)
		if (list->rows.items[i].key == key)
			return (int)i;
	return -1;
}

/* The worst has the focus as long as nothing was chosen. */
static int first_alert(const struct alert_list *list)
{
	for (size_t i = 0; i < list->rows.count; i++)
		if (list->rows.items[i].kind == ALERT_ROW_ALERT)
			return (int)i;
	return list->rows.count ? 0 : -1;
}

static uint64_t state_of(const struct alert_list *list)
{
	const struct alert_row *row = alert_list_row(list, list->focus);
	const struct alert *alert = alert_list_focused(list);

	return alert ? alert_painted_state(alert) : row ? row->key : 0;
}

/* The focus goes with its row, and that keeps its place in the window. */
static void follow(struct alert_list *list, int before)
{
	int row = find_row(list, list->selected);

	if (row < 0 && list->selected)
		row = before < (int)list->rows.count ? before : (int)list->rows.count - 1;
	else if (row < 0)
		row = first_alert(list);
	if (before >= 0 && row >= 0 && list->selected)
		list->scroll += row - before;
	list->focus = row;
	alert_painted_take(&list->painted, state_of(list), list->monotonic_ms);
}

static void make_rows(struct alert_list *list)
{
	struct alert_group *group;
	char title[80], length[16];
	int before = list->focus;

	clear_made(list);
	sort_into_groups(list);
	if (list->troubles.count) {
		group = add_group(list, "Rules that cannot be judged", ALERT_ROW_TROUBLE);
		group->count = list->troubles.count;
	}
	if (list->spell_count) {
		duration_format(alert_list_past_ms(list), length, sizeof(length));
		group = add_group(list, "History", ALERT_ROW_PAST);
		snprintf(title, sizeof(title), "What fired in the last %s", length);
		group->title = arena_strdup(&list->arena, title);
		group->count = list->spell_count;
	}
	add_rows(list);
	follow(list, before);
	list->made++;
}

void alert_list_make(struct alert_list *list, const struct alert_material *material)
{
	vec_clear(&list->alerts);
	vec_clear(&list->troubles);
	for (size_t i = 0; i < material->alert_count; i++)
		vec_push(&list->alerts, material->alerts[i]);
	for (size_t i = 0; i < material->trouble_count; i++)
		vec_push(&list->troubles, material->troubles[i]);
	list->has_silences = material->has_silences;
	list->monotonic_ms = material->monotonic_ms;
	list->stale = false;
	arena_release(&list->spell_arena);
	arena_init(&list->spell_arena);
	list->spells =
		alert_spells_make(material->pasts, material->past_count, material->now_ms - alert_list_past_ms(list),
				  material->now_ms, &list->spell_arena, &list->spell_count);
	find_peers(list);
	make_rows(list);
}

/* ---- taking the present alerts ---- */

static void take(struct alert_list *list, const struct alerts *alerts, int64_t now_ms, int64_t monotonic_ms)
{
	const struct alert_past *past = alerts ? alerts_config(alerts)->past : NULL;
	struct alert_material material = { .alert_count = alerts ? alerts_count(alerts) : 0,
					   .trouble_count = alerts ? alerts_trouble_count(alerts) : 0,
					   .past_count = past ? alert_past_count(past) : 0,
					   .has_silences = alerts && alerts_config(alerts)->alertmanager,
					   .now_ms = now_ms,
					   .monotonic_ms = monotonic_ms };
	const struct alert **items = mem_array(material.alert_count + 1, sizeof(*items));
	const struct rule_trouble **troubles = mem_array(material.trouble_count + 1, sizeof(*troubles));
	const struct past_alert **pasts = mem_array(material.past_count + 1, sizeof(*pasts));

	for (size_t i = 0; i < material.alert_count; i++)
		items[i] = alerts_at(alerts, i);
	for (size_t i = 0; i < material.trouble_count; i++)
		troubles[i] = alerts_trouble(alerts, i);
	for (size_t i = 0; i < material.past_count; i++)
		pasts[i] = alert_past_at(past, i);
	material.alerts = items;
	material.troubles = troubles;
	material.pasts = pasts;
	alert_list_make(list, &material);
	free(items);
	free(troubles);
	free(pasts);
}

void alert_list_take(struct alert_list *list, const struct alerts *alerts, int64_t now_ms, int64_t monotonic_ms)
{
	const struct alertmanager *am = alerts ? alerts_config(alerts)->alertmanager : NULL;
	uint64_t version = alerts ? alerts_version(alerts) : 0, am_version = am ? alertmanager_version(am) : 0;
	const struct alert_past *past = alerts ? alerts_config(alerts)->past : NULL;
	size_t past_count = past ? alert_past_count(past) : 0;
	int64_t minute = now_ms / CLOCK_MINUTE;

	if (!list->stale && list->of == alerts && list->version == version && list->am_version == am_version &&
	    list->past_count == past_count && list->minute == minute)
		return;
	list->of = alerts;
	list->version = version;
	list->am_version = am_version;
	list->past_count = past_count;
	list->minute = minute;
	take(list, alerts, now_ms, monotonic_ms);
}

/* ---- what the person does ---- */

static void choose_row(struct alert_list *list, int row)
{
	list->focus = row;
	list->selected = row >= 0 ? list->rows.items[row].key : 0;
	alert_painted_choose(&list->painted, state_of(list));
}

void alert_list_go_to(struct alert_list *list, int row)
{
	int last = (int)list->rows.count - 1;

	choose_row(list, row > last ? last : row < 0 ? (last < 0 ? -1 : 0) : row);
}

bool alert_list_choose(struct alert_list *list, uint64_t fingerprint)
{
	int row = find_row(list, fingerprint);

	if (row >= 0)
		choose_row(list, row);
	return row >= 0;
}

bool alert_list_toggle(struct alert_list *list, int row)
{
	const struct alert_row *at = alert_list_row(list, row);
	uint64_t key;

	if (!at || at->kind != ALERT_ROW_HEADING)
		return false;
	key = at->key;
	choose_row(list, row);
	for (size_t i = 0; i < list->toggled.count; i++)
		if (list->toggled.items[i] == key) {
			list->toggled.items[i] = list->toggled.items[--list->toggled.count];
			make_rows(list);
			return true;
		}
	vec_push(&list->toggled, key);
	make_rows(list);
	return true;
}

int alert_list_set_filter(struct alert_list *list, const char *text, struct error *error)
{
	struct alert_filter filter;

	if (strlen(text) >= sizeof(list->filter_text))
		return error_set(error, "the filter is too long (at most %zu bytes)", sizeof(list->filter_text) - 1);
	if (alert_filter_read(&filter, text, error) < 0)
		return -1;
	alert_filter_release(&list->filter);
	list->filter = filter;
	snprintf(list->filter_text, sizeof(list->filter_text), "%s", text);
	list->scroll = 0;
	list->selected = 0;
	list->painted.expected = true;
	make_rows(list);
	return 0;
}

void alert_list_set_order(struct alert_list *list, enum alert_order order)
{
	list->order = order;
	list->painted.expected = true;
	make_rows(list);
}

const char *alert_order_name(enum alert_order order)
{
	static const char *const names[ALERT_ORDERS] = { "worst first", "by name", "by job", "by severity" };

	return names[order < ALERT_ORDERS ? order : ALERTS_WORST];
}
