#include "tsdb/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tsdb/ingest_cache.h"
#include "tsdb/value.h"

#define METRIC         "__name__"
#define EXPORTED       "exported_"
#define LABELS_MOST    4096u
#define PREFETCH_AHEAD 6u

/* What a step may cost, in about nanoseconds. */
#define BUDGET     1000000
#define COST_KNOWN 100
#define COST_NEW   2500

/* The series that say how the scrape went. */
enum report { REPORT_UP, REPORT_DURATION, REPORT_SCRAPED, REPORT_KEPT, REPORT_ADDED, REPORTS };

static const char *const report_names[REPORTS] = {
	[REPORT_UP] = "up",
	[REPORT_DURATION] = "scrape_duration_seconds",
	[REPORT_SCRAPED] = "scrape_samples_scraped",
	[REPORT_KEPT] = "scrape_samples_post_metric_relabeling",
	[REPORT_ADDED] = "scrape_series_added",
};

struct ingest {
	struct store *store;
	struct ingest_config config; /* its labels are in the arena */
	struct arena arena;
	struct timeline *timeline;
	struct ingest_cache cache;
	struct store_series *reports[REPORTS]; /* NULL until the store admits it */
	struct ingest_scrape scrape;           /* under way */
	bool good;                             /* as far as it was read */
	int64_t last_ms;
	uint64_t scrapes;   /* number of the last one */
	uint64_t last_page; /* number of the last one that succeeded */
	size_t series;
	VEC(uint32_t) members; /* of the page's samples, in order, as far as it was read */
	char error[ERROR_TEXT_MAX];
};

struct ingest *ingest_new(struct store *store, const struct ingest_config *config)
{
	struct ingest *ingest = mem_zalloc(sizeof(*ingest));

	ingest->store = store;
	ingest->config = *config;
	arena_init(&ingest->arena);
	ingest->config.labels = labels_make(&ingest->arena, config->labels.items, config->labels.count);
	ingest->timeline = timeline_new(store);
	ingest->last_ms = INT64_MIN;
	ingest_cache_init(&ingest->cache, store);
	return ingest;
}

void ingest_free(struct ingest *ingest)
{
	if (!ingest)
		return;
	ingest_cache_release(&ingest->cache);
	for (size_t i = 0; i < REPORTS; i++)
		if (ingest->reports[i])
			store_release(ingest->store, ingest->reports[i]);
	timeline_release(ingest->store, ingest->timeline);
	vec_release(&ingest->members);
	arena_release(&ingest->arena);
	free(ingest);
}

/* ---- labels ---- */

static bool has_name(const struct label *items, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].name, name) == 0)
			return true;
	return false;
}

/* The name an exposed label gets that the target's own label takes the place of. */
static const char *exported_name(struct arena *arena, const struct label *items, size_t count,
				 const struct labels *target, const char *name)
{
	do
		name = arena_printf(arena, EXPORTED "%s", name);
	while (has_name(items, count, name) || labels_get(target, name));
	return name;
}

/* The labels in the store: the exposed ones and the target's. */
static struct labels add_target(const struct ingest *ingest, struct arena *arena, const struct labels *exposed)
{
	const struct labels *target = &ingest->config.labels;
	struct label *items = arena_array(arena, exposed->count + target->count + 1, sizeof(*items));
	size_t count = exposed->count;

	memcpy(items, exposed->items, count * sizeof(*items));
	for (size_t i = 0; i < exposed->count && !ingest->config.honor_labels; i++)
		if (labels_get(target, items[i].name))
			items[i].name = exported_name(arena, items, exposed->count, target, items[i].name);
	for (size_t i = 0; i < target->count; i++)
		if (!has_name(items, exposed->count, target->items[i].name))
			items[count++] = target->items[i];
	return labels_make(arena, items, count);
}

/* ---- reading the page ---- */

/* The series of a text; NULL when the store is full. -1 when the text is no label set. */
static int hold_text(struct ingest *ingest, const char *text, size_t length, struct store_series **ret)
{
	struct arena arena;
	struct labels exposed, labels;
	struct error error;
	int status;

	arena_init(&arena);
	status = exposition_labels(text, length, &arena, &exposed, &error);
	if (status == 0 && exposed.count > LABELS_MOST)
		status = error_set(&error, "more than %u labels", LABELS_MOST);
	if (status == 0) {
		labels = add_target(ingest, &arena, &exposed);
		*ret = store_hold(ingest->store, &labels);
		if (*ret)
			store_prepare(ingest->store, *ret);
	} else {
		snprintf(ingest->error, sizeof(ingest->error), "%.*s: %.300s", (int)(length > 100 ? 100 : length), text,
			 error.text);
	}
	arena_release(&arena);
	return status;
}

/*
 * Find the series of all samples before any is appended: a page is taken whole
 * or not at all. Goes on where it ended before, until the budget is used up.
 */
static int read_lines(struct ingest *ingest, const struct exposition *page)
{
	struct ingest_cache *cache = &ingest->cache;
	struct store_series *series = NULL;
	int64_t budget = BUDGET;
	int room = -1; /* not asked yet */

	for (size_t i = ingest->members.count; i < page->count && budget > 0; i++) {
		const char *text = page->body + page->samples[i].text;
		size_t length = page->samples[i].length;
		uint32_t number = ingest_cache_find(cache, text, length);

		budget -= number == INGEST_NONE ? COST_NEW : COST_KNOWN;
		if (number == INGEST_NONE) {
			if (hold_text(ingest, text, length, &series) < 0)
				return -1;
			number = ingest_cache_add(cache, text, length, series);
		} else if (cache->texts.items[number].member == INGEST_NONE) {
			room = room < 0 ? store_has_room(ingest->store) : room;
			if (room && hold_text(ingest, text, length, &series) == 0)
				ingest_cache_admit(cache, number, series);
		}
		ingest_cache_line(cache, number, ingest->scrapes);
		vec_push(&ingest->members, cache->texts.items[number].member);
	}
	return 0;
}

/* ---- appending ---- */

static void count(enum store_result result, struct ingest_result *ret)
{
	switch (result) {
	case STORE_OK: break;
	case STORE_DUPLICATE: ret->duplicates++; break;
	case STORE_OUT_OF_ORDER: ret->out_of_order++; break;
	case STORE_FULL: ret->refused++; break;
	}
}

/* A sample with a time of its own. */
static void append_at(struct ingest *ingest, struct store_series *series, const struct exposition_sample *sample,
		      struct ingest_result *ret)
{
	if (sample->time_ms > ingest->last_ms + INGEST_AHEAD_MS ||
	    sample->time_ms < ingest->last_ms - store_get_limits(ingest->store)->keep_ms)
		ret->too_far++;
	else
		count(store_append_at(ingest->store, series, sample->time_ms, sample->value), ret);
}

static void append_page(struct ingest *ingest, const struct exposition *page, struct ingest_result *ret)
{
	struct ingest_member *members = ingest->cache.members.items;
	bool own_times = !ingest->config.ignore_times;

	for (size_t i = 0; i < page->count; i++) {
		const struct exposition_sample *sample = &page->samples[i];
		struct ingest_member *member;

		if (i + PREFETCH_AHEAD < page->count && ingest->members.items[i + PREFETCH_AHEAD] != INGEST_NONE)
			__builtin_prefetch(members[ingest->members.items[i + PREFETCH_AHEAD]].series);
		if (ingest->members.items[i] == INGEST_NONE) {
			ret->refused++;
			continue;
		}
		member = &members[ingest->members.items[i]];
		if (member->page != ingest->scrapes) {
			ret->added += member->page == 0 || member->page != ingest->last_page;
			member->page = ingest->scrapes;
			ingest->series++;
		}
		if (own_times && sample->time_ms != EXPOSITION_NO_TIME) {
			append_at(ingest, member->series, sample, ret);
			continue;
		}
		count(store_append(ingest->store, member->series, ingest->timeline, sample->value), ret);
		member->live = ingest->scrapes;
	}
	ingest->last_page = ingest->scrapes;
}

/* Series that got a sample at the scrape before and none at this one have ended. */
static size_t mark_stale(struct ingest *ingest)
{
	size_t marked = 0;

	for (size_t i = 0; i < ingest->cache.members.count; i++) {
		struct ingest_member *member = &ingest->cache.members.items[i];

		if (!member->live || member->live == ingest->scrapes)
			continue;
		store_append(ingest->store, member->series, ingest->timeline, value_stale());
		member->live = 0;
		marked++;
	}
	return marked;
}

static void report(struct ingest *ingest, const double values[REPORTS])
{
	for (size_t i = 0; i < REPORTS; i++) {
		if (!ingest->reports[i]) {
			struct label name = { .name = METRIC, .value = report_names[i] };
			struct labels exposed = { .items = &name, .count = 1 }, labels;
			struct arena arena;

			arena_init(&arena);
			labels = add_target(ingest, &arena, &exposed);
			ingest->reports[i] = store_hold(ingest->store, &labels);
			arena_release(&arena);
		}
		if (ingest->reports[i])
			store_append(ingest->store, ingest->reports[i], ingest->timeline, values[i]);
	}
}

bool ingest_begin(struct ingest *ingest, const struct ingest_scrape *scrape)
{
	size_t count = scrape->exposition ? scrape->exposition->count : 0;

	if (!timeline_accepts(ingest->timeline, scrape->time_ms))
		return false;
	ingest->scrape = *scrape;
	ingest->good = scrape->exposition != NULL;
	ingest->last_ms = scrape->time_ms;
	ingest->scrapes++;
	ingest->series = 0;
	vec_clear(&ingest->members);
	if (ingest->config.samples && count > ingest->config.samples) {
		snprintf(ingest->error, sizeof(ingest->error), "%zu samples (at most %zu)", count,
			 ingest->config.samples);
		ingest->good = false;
	}
	if (ingest->good)
		ingest_cache_begin(&ingest->cache);
	return true;
}

/* All series are found, or the scrape failed. */
static void finish(struct ingest *ingest, struct ingest_result *ret)
{
	const struct exposition *page = ingest->scrape.exposition;
	double values[REPORTS];

	*ret = (struct ingest_result){ .samples = page ? page->count : 0, .error = "" };
	timeline_advance(ingest->store, ingest->timeline, ingest->scrape.time_ms);
	if (page && !ingest->good)
		ret->error = ingest->error;
	if (page && ingest->good)
		append_page(ingest, page, ret);
	ret->stale = mark_stale(ingest);
	if (ingest->good)
		ingest_cache_end(&ingest->cache, ingest->scrapes);
	else if (page)
		ingest_cache_fail(&ingest->cache, ingest->last_page);
	values[REPORT_UP] = ingest->good && !ingest->scrape.down;
	values[REPORT_DURATION] = ingest->scrape.duration_s;
	values[REPORT_SCRAPED] = (double)ret->samples;
	values[REPORT_KEPT] = (double)(ingest->good ? ret->samples : 0);
	values[REPORT_ADDED] = (double)ret->added;
	report(ingest, values);
}

bool ingest_step(struct ingest *ingest, struct ingest_result *ret)
{
	const struct exposition *page = ingest->scrape.exposition;

	if (ingest->good)
		ingest->good = read_lines(ingest, page) == 0;
	if (ingest->good && ingest->members.count < page->count)
		return false;
	finish(ingest, ret);
	return true;
}

bool ingest_apply(struct ingest *ingest, const struct ingest_scrape *scrape, struct ingest_result *ret)
{
	*ret = (struct ingest_result){ .error = "" };
	if (!ingest_begin(ingest, scrape))
		return false;
	while (!ingest_step(ingest, ret))
		;
	return true;
}

void ingest_end(struct ingest *ingest, int64_t time_ms)
{
	if (time_ms <= ingest->last_ms)
		time_ms = ingest->last_ms + 1;
	if (!timeline_advance(ingest->store, ingest->timeline, time_ms))
		return;
	ingest->last_ms = time_ms;
	ingest->scrapes++;
	mark_stale(ingest);
	for (size_t i = 0; i < REPORTS; i++)
		if (ingest->reports[i])
			store_append(ingest->store, ingest->reports[i], ingest->timeline, value_stale());
	ingest->series = 0;
}

size_t ingest_series(const struct ingest *ingest)
{
	return ingest->series;
}
