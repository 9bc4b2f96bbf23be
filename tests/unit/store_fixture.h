/* Short ways to fill a store and to read it back, for tests of the store and what feeds it. */
#ifndef TEST_STORE_FIXTURE_H
#define TEST_STORE_FIXTURE_H

#include <criterion/criterion.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "tsdb/selection.h"
#include "tsdb/store.h"
#include "tsdb/value.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* A label set of pairs that lives as long as the block it stands in. */
#define SET(...)                                                                                                       \
	((struct labels){ .items = (const struct label[]){ __VA_ARGS__ },                                              \
			  .count = sizeof((const struct label[]){ __VA_ARGS__ }) / sizeof(struct label) })

static inline struct store_series *hold(struct store *store, struct labels labels)
{
	struct arena arena = { 0 };
	struct labels sorted = labels_make(&arena, labels.items, labels.count);
	struct store_series *series = store_hold(store, &sorted);

	arena_release(&arena);
	return series;
}

static inline void age_all(struct store *store, int64_t now_ms)
{
	while (!store_age(store, now_ms))
		;
}

static inline struct store_state state_of(const struct store *store)
{
	struct store_state state;

	store_get_state(store, &state);
	return state;
}

/* Everything in the store whose metric has this name; NULL: all. */
static inline struct selection *select_metric(struct store *store, const char *name)
{
	struct matcher matcher = { .label = "__name__", .value = name, .kind = MATCHER_EQUAL };

	return store_select(store, &matcher, name ? 1 : 0, INT64_MIN, INT64_MAX, 0, NULL);
}

/* "{labels} time:value ..." a line, times in ms, values as %g; STALE for a marker. */
static inline void add_dump(struct strbuf *ret, struct store *store, const char *name)
{
	struct selection *selection = select_metric(store, name);
	struct reader *reader = reader_new();

	for (size_t i = 0; i < selection_count(selection); i++) {
		struct samples samples;

		labels_add(ret, selection_labels(selection, i));
		reader_samples(reader, selection, i, INT64_MIN, INT64_MAX, &samples);
		for (size_t k = 0; k < samples.count; k++) {
			strbuf_addf(ret, " %lld:", (long long)samples.times_ms[k]);
			if (value_is_stale(samples.values[k]))
				strbuf_addstr(ret, "STALE");
			else
				strbuf_addf(ret, "%g", samples.values[k]);
		}
		strbuf_addch(ret, '\n');
	}
	reader_free(reader);
	selection_free(selection);
}

static inline void expect_dump(struct store *store, const char *name, const char *expected)
{
	struct strbuf got = STRBUF_INIT;

	add_dump(&got, store, name);
	cr_expect_str_eq(got.text, expected, "got:\n%s", got.text);
	strbuf_release(&got);
}

#endif
