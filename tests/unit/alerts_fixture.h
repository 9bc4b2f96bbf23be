/*
 * A console with alerts that a test sets by hand: the real list of alerts,
 * filled without rules, servers or clocks; its journal and what follows from
 * it are real where a test asks for them.
 */
#ifndef TESTS_UNIT_ALERTS_FIXTURE_H
#define TESTS_UNIT_ALERTS_FIXTURE_H

#include "alert/alerts_private.h"
#include "base/clock.h"
#include "console_fixture.h"

struct alerts_world {
	struct console_world world;
	struct alerts *alerts;
	struct arena arena;
	struct escalation escalation;
};

/* Labels from "a=x b=y"; alertname is added. */
static inline const struct labels *fixture_labels(struct arena *arena, const char *name, const char *text)
{
	struct label items[16] = { { "alertname", name } };
	struct labels *ret = arena_alloc(arena, sizeof(*ret));
	char *rest = arena_strdup(arena, text), *word;
	size_t count = 1;

	while ((word = strsep(&rest, " ")) && count < 16) {
		char *equals = strchr(word, '=');

		if (!equals)
			continue;
		*equals = '\0';
		items[count++] = (struct label){ word, equals + 1 };
	}
	*ret = labels_make(arena, items, count);
	return ret;
}

static inline void alerts_world_count(struct alerts_world *of)
{
	struct alert_counts *counts = &of->alerts->counts;

	*counts = (struct alert_counts){ 0 };
	for (size_t i = 0; i < of->alerts->items.count; i++) {
		const struct alert *alert = &of->alerts->items.items[i];

		if (alert->standing <= ALERT_ACKED)
			counts->firing[alert->priority < 0 ? PRIORITY_COUNT : alert->priority]++;
		counts->acked += alert->standing == ALERT_ACKED;
		counts->muted += alert->standing == ALERT_MUTED;
		counts->pending += alert->standing == ALERT_WAITS;
	}
}

/* Whoever changed an alert says so, as a refresh would. */
static inline void alerts_world_changed(struct alerts_world *of)
{
	of->alerts->version++;
	alerts_world_count(of);
	console_prepare(of->world.console, of->world.console->width, of->world.console->height, VIEW_NOW_MS);
}

static inline void alerts_world_init(struct alerts_world *of, int width, int height)
{
	console_world_init(&of->world, CONSOLE_BOARD);
	arena_init(&of->arena);
	escalation_init(&of->escalation);
	of->alerts = alerts_new(&(struct alerts_config){ .system = "polln", .escalation = &of->escalation });
	/* It never makes itself anew: nothing it is made of changes, and the clock stands. */
	of->alerts->made = true;
	of->alerts->made_ms = VIEW_NOW_MS;
	of->world.console->alerts = of->alerts;
	of->world.console->system = "polln";
	console_prepare(of->world.console, width, height, VIEW_NOW_MS);
}

static inline void alerts_world_release(struct alerts_world *of)
{
	of->world.console->alerts = NULL;
	console_world_release(&of->world);
	alerts_free(of->alerts);
	escalation_release(&of->escalation);
	arena_release(&of->arena);
}

/* One more; those that stand worse must come first, as in a real list. */
static inline struct alert *alerts_world_add(struct alerts_world *of, enum alert_standing standing, int priority,
					     const char *name, const char *labels)
{
	const struct labels *set = fixture_labels(&of->arena, name, labels);
	struct condition *condition = arena_alloc(&of->arena, sizeof(*condition));
	static const struct labels none = { NULL, 0 };

	*condition = (struct condition){
		.subject = "latency", .operation = ">", .has_threshold = true, .threshold = 0.5, .unit = "s"
	};
	vec_push(&of->alerts->items,
		 (struct alert){ .fingerprint = labels_fingerprint(set),
				 .name = arena_strdup(&of->arena, name),
				 .labels = set,
				 .annotations = &none,
				 .standing = standing,
				 .phase = standing == ALERT_WAITS   ? ALERT_PENDING
					  : standing == ALERT_ENDED ? ALERT_INACTIVE
								    : ALERT_FIRING,
				 .priority = priority,
				 .active_ms = VIEW_NOW_MS - 5 * CLOCK_MINUTE,
				 .fired_ms = standing == ALERT_WAITS ? 0 : VIEW_NOW_MS - 134 * CLOCK_SECOND,
				 .resolved_ms = standing == ALERT_ENDED ? VIEW_NOW_MS - 60 * CLOCK_SECOND : 0,
				 .for_ms = 10 * CLOCK_MINUTE,
				 .value = 0.62,
				 .has_value = true,
				 .raised_by = RAISED_HERE,
				 .expression = "latency > 0.5",
				 .group = "colony",
				 .condition = condition });
	alerts_world_changed(of);
	return &of->alerts->items.items[of->alerts->items.count - 1];
}

#endif
