/*
 * A store that a test fills, the embedded engine over it on a real pool, and
 * a loop whose clocks the test moves: what asks on a schedule is asked when
 * the test says so.
 */
#ifndef TESTS_UNIT_SITUATION_FIXTURE_H
#define TESTS_UNIT_SITUATION_FIXTURE_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config/yaml.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "query/embedded.h"
#include "situation/change_rule.h"
#include "situation/map_state.h"
#include "tsdb/store.h"

#define SITUATION_NOW_MS INT64_C(1772366400000) /* 2026-03-01 12:00:00 UTC */
#define SITUATION_TRIES  5000                   /* of 2 ms each */

struct situation_world {
	struct loop *loop;
	struct pool *pool;
	struct store *store;
	struct query_engine *engine;
	struct timer *poll;
	struct arena arena;
	struct system_map map;
	struct map_state *state;
};

static inline void on_situation_poll(void *user)
{
	loop_stop(((struct situation_world *)user)->loop);
}

static inline void situation_world_init(struct situation_world *world)
{
	const struct store_limits limits = { 0 };
	struct embedded_config config = { 0 };

	*world = (struct situation_world){ .loop = loop_new(NULL) };
	loop_drive(world->loop, SITUATION_NOW_MS);
	world->pool = pool_new(world->loop, 2, NULL);
	world->store = store_new(&limits);
	config.store = world->store;
	config.pool = world->pool;
	world->engine = embedded_engine_new(world->loop, &config);
	world->poll = timer_new_real(world->loop, on_situation_poll, world);
}

static inline void situation_world_release(struct situation_world *world)
{
	map_state_free(world->state);
	query_engine_free(world->engine);
	pool_free(world->pool);
	store_free(world->store);
	timer_free(world->poll);
	loop_free(world->loop);
	arena_release(&world->arena);
}

/* One sample of `name{labels}`; labels as "job=a,instance=b". */
static inline void put(struct situation_world *world, const char *name, const char *labels, int64_t time_ms,
		       double value)
{
	struct label items[12] = { { "__name__", name } };
	char *copy = strdup(labels), *rest = copy, *word;
	struct arena arena = { 0 };
	struct store_series *series;
	struct labels sorted;
	size_t count = 1;

	while ((word = strsep(&rest, ",")) && *word) {
		items[count].name = strsep(&word, "=");
		items[count++].value = word;
	}
	sorted = labels_make(&arena, items, count);
	series = store_hold(world->store, &sorted);
	cr_assert_eq(store_append_at(world->store, series, time_ms, value), STORE_OK, "%s{%s}", name, labels);
	store_release(world->store, series);
	arena_release(&arena);
	free(copy);
}

/* The same at the loop's present time. */
static inline void put_now(struct situation_world *world, const char *name, const char *labels, double value)
{
	put(world, name, labels, loop_wall_ms(world->loop), value);
}

/* Let the loop run until nothing is being asked any more. */
static inline void settle_while(struct situation_world *world, bool (*busy)(const void *what), const void *what)
{
	for (int i = 0; i < SITUATION_TRIES && busy(what); i++) {
		timer_start(world->poll, 2);
		loop_run(world->loop);
	}
	cr_assert_not(busy(what), "no answer came");
}

static inline bool is_map_busy(const void *what)
{
	return map_state_busy(what);
}

/* Time goes on by so much, and what is due is answered. */
static inline void pass(struct situation_world *world, int64_t ms)
{
	loop_advance(world->loop, ms);
	if (world->state)
		settle_while(world, is_map_busy, world->state);
}

static inline void read_map(struct situation_world *world, const char *yaml)
{
	struct yaml_document document;
	struct error_list errors;
	char line[1024] = "";

	error_list_init(&errors);
	cr_assert_eq(yaml_parse(&document, yaml, strlen(yaml), "m.yaml", &errors), 0);
	map_read(&world->map, document.root, "m.yaml", "/folder", &world->arena, &errors);
	if (errors.count)
		fault_format(&errors.faults[0], line, sizeof(line));
	cr_assert_eq(errors.count, 0u, "%s", line);
	yaml_document_release(&document);
	error_list_release(&errors);
}

/* A map of these parts, asked for the first time. */
static inline void open_map(struct situation_world *world, const char *yaml)
{
	struct map_state_config config = { .loop = world->loop, .engine = world->engine, .map = &world->map };

	read_map(world, yaml);
	world->state = map_state_new(&config);
	pass(world, 1);
}

static inline size_t part_named(const struct situation_world *world, const char *name)
{
	for (size_t i = 0; i < world->map.count; i++)
		if (strcmp(world->map.parts[i].name, name) == 0)
			return i;
	cr_assert_fail("no part '%s'", name);
	return 0;
}

static inline const struct part_status *status_of(const struct situation_world *world, const char *name)
{
	return map_state_part(world->state, part_named(world, name));
}

#endif
