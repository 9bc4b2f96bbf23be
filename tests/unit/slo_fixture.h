/*
 * Objectives over a store that keeps every sample for forty days, so that what
 * they come to can be computed by hand; time stands still but for the test.
 */
#ifndef TESTS_UNIT_SLO_FIXTURE_H
#define TESTS_UNIT_SLO_FIXTURE_H

#include <stdio.h>

#include "base/clock.h"
#include "situation_fixture.h"
#include "slo/slo_state.h"

struct slo_world {
	struct situation_world world;
	struct slo_file file;
	struct slo_state *state;
};

static inline void slo_world_init(struct slo_world *slo)
{
	const struct store_limits limits = { .raw_ms = 40 * CLOCK_DAY, .keep_ms = 45 * CLOCK_DAY };
	struct embedded_config config = { .closed_ranges = true };
	struct situation_world *world = &slo->world;

	*slo = (struct slo_world){ .world = { .loop = loop_new(NULL) } };
	loop_drive(world->loop, SITUATION_NOW_MS);
	world->pool = pool_new(world->loop, 2, NULL);
	world->store = store_new(&limits);
	config.store = world->store;
	config.pool = world->pool;
	world->engine = embedded_engine_new(world->loop, &config);
	world->poll = timer_new_real(world->loop, on_situation_poll, world);
}

static inline void slo_world_release(struct slo_world *slo)
{
	slo_state_free(slo->state);
	situation_world_release(&slo->world);
}

static inline bool is_slo_busy(const void *what)
{
	return slo_state_busy(what);
}

/* Read the objectives and ask everything once. */
static inline void slo_open(struct slo_world *slo, const char *yaml)
{
	struct slo_state_config config = { .loop = slo->world.loop, .engine = slo->world.engine, .file = &slo->file };
	struct yaml_document document;
	struct error_list errors;
	char line[1024] = "";

	error_list_init(&errors);
	cr_assert_eq(yaml_parse(&document, yaml, strlen(yaml), "s.yaml", &errors), 0);
	slo_file_read(&slo->file, document.root, "s.yaml", "/folder", &slo->world.arena, &errors);
	if (errors.count)
		fault_format(&errors.faults[0], line, sizeof(line));
	cr_assert_eq(errors.count, 0u, "%s", line);
	yaml_document_release(&document);
	error_list_release(&errors);
	slo->state = slo_state_new(&config);
	slo_state_attend(slo->state);
	loop_advance(slo->world.loop, 0);
	settle_while(&slo->world, is_slo_busy, slo->state);
}

static inline const struct slo_status *slo_status_of(const struct slo_world *slo, const char *id)
{
	int line = slo_file_find(&slo->file, id);

	cr_assert_geq(line, 0, "no line '%s'", id);
	return slo_state_line(slo->state, (size_t)line);
}

static inline const char *slo_sentence_of(const struct slo_world *slo, const char *id)
{
	static char ret[512];
	struct strbuf text = STRBUF_INIT;

	slo_sentence(&slo->file, &slo->file.lines[slo_file_find(&slo->file, id)], slo_status_of(slo, id), &text);
	snprintf(ret, sizeof(ret), "%s", text.text);
	strbuf_release(&text);
	return ret;
}

/* One a minute, the last now: `count` samples of what `at` says of a minute's number (0: now, 1: a minute ago). */
static inline void slo_fill(struct slo_world *slo, const char *name, const char *labels, int count,
			    double (*at)(int minutes_ago))
{
	struct label items[4] = { { "__name__", name } };
	char *copy = strdup(labels), *rest = copy, *word;
	struct arena arena = { 0 };
	struct store_series *series;
	struct labels sorted;
	size_t label_count = 1;

	while ((word = strsep(&rest, ",")) && *word) {
		items[label_count].name = strsep(&word, "=");
		items[label_count++].value = word;
	}
	sorted = labels_make(&arena, items, label_count);
	series = store_hold(slo->world.store, &sorted);
	for (int i = count - 1; i >= 0; i--)
		cr_assert_eq(store_append_at(slo->world.store, series, SITUATION_NOW_MS - i * CLOCK_MINUTE, at(i)),
			     STORE_OK);
	store_release(slo->world.store, series);
	arena_release(&arena);
	free(copy);
}

#endif
