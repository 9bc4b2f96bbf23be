#include "ui/view/alert_spells.h"

#include <stdlib.h>

#include "alert/alerts.h"
#include "base/mem.h"

static bool is_within(const struct past_alert *past, int64_t since_ms)
{
	return past->fired_ms && (past->fired_ms >= since_ms || !past->resolved_ms || past->resolved_ms >= since_ms);
}

/* By alert, then by when it began: the same time told twice stands together. */
static int by_alert(const void *a, const void *b)
{
	const struct past_alert *one = *(const struct past_alert *const *)a;
	const struct past_alert *other = *(const struct past_alert *const *)b;

	if (one->fingerprint != other->fingerprint)
		return one->fingerprint < other->fingerprint ? -1 : 1;
	if (one->active_ms != other->active_ms)
		return one->active_ms < other->active_ms ? -1 : 1;
	return one->fired_ms < other->fired_ms ? -1 : one->fired_ms > other->fired_ms;
}

static int newest_first(const void *a, const void *b)
{
	const struct alert_spell *one = a, *other = b;

	if (one->fired_ms != other->fired_ms)
		return one->fired_ms > other->fired_ms ? -1 : 1;
	return one->fingerprint < other->fingerprint ? -1 : one->fingerprint > other->fingerprint;
}

static void add(struct alert_spell *spell, const struct past_alert *past, int64_t since_ms, int64_t now_ms)
{
	int64_t from_ms = past->fired_ms > since_ms ? past->fired_ms : since_ms;
	int64_t to_ms = past->resolved_ms ? past->resolved_ms : now_ms;

	spell->times++;
	spell->firing_ms += to_ms > from_ms ? to_ms - from_ms : 0;
	if (past->fired_ms < spell->fired_ms)
		return;
	spell->fired_ms = past->fired_ms;
	spell->resolved_ms = past->resolved_ms;
	spell->priority = past->priority;
	spell->name = past->name;
	spell->labels = past->labels;
}

struct alert_spell *alert_spells_make(const struct past_alert *const *items, size_t count, int64_t since_ms,
				      int64_t now_ms, struct arena *arena, size_t *ret_count)
{
	const struct past_alert **sorted = mem_array(count + 1, sizeof(*sorted));
	struct alert_spell *all = mem_array(count + 1, sizeof(*all)), *ret;
	size_t kept = 0, made = 0;

	for (size_t i = 0; i < count; i++)
		if (is_within(items[i], since_ms))
			sorted[kept++] = items[i];
	qsort(sorted, kept, sizeof(*sorted), by_alert);
	for (size_t i = 0; i < kept; i++) {
		const struct past_alert *past = sorted[i];

		if (i && past->fingerprint == sorted[i - 1]->fingerprint &&
		    past->active_ms == sorted[i - 1]->active_ms && past->fired_ms == sorted[i - 1]->fired_ms)
			continue;
		if (!made || all[made - 1].fingerprint != past->fingerprint)
			all[made++] = (struct alert_spell){ .fingerprint = past->fingerprint };
		add(&all[made - 1], past, since_ms, now_ms);
	}
	qsort(all, made, sizeof(*all), newest_first);
	*ret_count = made > SPELLS_MAX ? SPELLS_MAX : made;
	ret = arena_array(arena, *ret_count + 1, sizeof(*ret));
	for (size_t i = 0; i < *ret_count; i++) {
		ret[i] = all[i];
		ret[i].name = arena_strdup(arena, all[i].name ? all[i].name : "");
		ret[i].labels = arena_strdup(arena, all[i].labels ? all[i].labels : "");
	}
	free(sorted);
	free(all);
	return ret;
}

bool alert_spell_over(const struct alerts *alerts, uint64_t fingerprint, int64_t resolved_ms)
{
	const struct alert *alert = alerts ? alerts_find(alerts, fingerprint) : NULL;

	return resolved_ms && !(alert && alert->phase == ALERT_FIRING && alert->fired_ms <= resolved_ms);
}
