/*
 * day COLONY [HOURS] [INTERVAL_S]
 *
 * The whole way of a sample in real parts, a day in minutes: COLONY (the
 * program skep-colony) serves its pages over HTTP, the collectors fetch them
 * on their schedule, the store takes and ages them. Both clocks are driven,
 * from one event to the next: a scrape, a fault, a remedy, the end of an hour.
 * A second colony in this process is led the same way and says what must be
 * found.
 *
 * Fails when a scrape is not made at its time on the grid, when a sample is
 * missing or another than the colony's, when `up` is not 0 exactly while an
 * instance is down, when a counter does not begin anew with its process, or
 * when memory grows once the raw history is full.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "collect/collect.h"
#include "day.h"
#include "sim/colony.h"
#include "store_ask.h"
#include "tsdb/exposition.h"

#define START_MS     INT64_C(1767225600000) /* 2026-01-01 */
#define ROUND_MS     (2 * CLOCK_HOUR)       /* of the faults */
#define MARK_MS      CLOCK_MINUTE           /* hours are counted from here: the first scrapes are off the grid */
#define FLAT_HOUR    8                      /* the raw hours are full, and what was full was thinned once */
#define GROWTH_LIMIT 1.05                   /* of the store, buckets not counted, since that hour */
#define REPORTS      5                      /* series a scrape has beside the page's */
#define COMPARE_EACH 40                     /* of so many pages one is compared with the colony's */
#define REAL_MOST_MS 20000                  /* for what happens at one moment of the driven clock */

/* What befalls the colony in each round, and what undoes it; off the grid and at no whole second. */
static const struct {
	int64_t at_ms;
	const char *line;
} orders[] = {
	/* clang-format off */
	{ 30 * CLOCK_MINUTE + 713, "inject crash@0" },
	{ 40 * CLOCK_MINUTE + 291, "restart 0" },
	{ 50 * CLOCK_MINUTE + 77, "inject redis-down" },
	{ 55 * CLOCK_MINUTE + 501, "restart redis" },
	{ 90 * CLOCK_MINUTE + 1234, "inject deadlock@1" },
	{ 98 * CLOCK_MINUTE + 4321, "reload 1" },
	/* clang-format on */
};
#define ORDERS (sizeof(orders) / sizeof(orders[0]))

/* How a scrape must have gone, and how many samples its page had. */
struct outcome {
	int64_t time_ms;
	bool up;
	size_t samples;
};

struct part {
	const char *job, *instance, *url;
	enum colony_service service;
	unsigned number;
	uint64_t runs;
	int64_t due_ms;  /* next on its grid */
	int64_t open_ms; /* of the scrape that hangs; 0: none */
	bool settled;    /* an outcome was added at this moment */
	VEC(struct outcome) outcomes;
};

struct day {
	struct twins twins;
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct store *store;
	struct collect *collect;
	struct arena arena;
	struct timer *limit;
	VEC(struct part) parts;
	int64_t interval_ms;
	size_t order; /* the next one */
	int64_t round_ms;
	unsigned restarts; /* of the first instance, in this hour */
	size_t full_bytes;
	uint64_t scrapes, failures, samples, compared;
};

/* ---- making ---- */

static void find_parts(struct day *day)
{
	unsigned instances = 0;
	const cJSON *service;

	cJSON_ArrayForEach(service, json_get(day->twins.state, "services"))
	{
		struct part part = { .job = json_string(service, "job", ""),
				     .instance = json_string(service, "instance", ""),
				     .url = json_string(service, "url", "") };

		while (part.service < SERVICE_COUNT && strcmp(colony_service_name(part.service), part.job) != 0)
			part.service++;
		if (part.service == SERVICE_COUNT)
			day_fail("no service is called '%s'", part.job);
		if (part.service == SERVICE_COLONY)
			part.number = instances++;
		vec_push(&day->parts, part);
	}
	if (instances != DAY_INSTANCES || day->parts.count != DAY_INSTANCES + SERVICE_COUNT - 1)
		day_fail("%zu services, %u instances", day->parts.count, instances);
}

static void read_entries(struct day *day, struct collect_entries *ret)
{
	struct strbuf yaml = STRBUF_INIT;
	struct yaml_document document;
	struct error_list errors;

	strbuf_addstr(&yaml, "collect:\n");
	for (size_t i = 0; i < day->parts.count; i++)
		strbuf_addf(&yaml, "  - { type: scrape, job: '%s', targets: ['%s'], interval: %" PRId64 "ms }\n",
			    day->parts.items[i].job, day->parts.items[i].url, day->interval_ms);
	error_list_init(&errors);
	if (yaml_parse(&document, yaml.text, yaml.length, "day", &errors) < 0 ||
	    collect_read(ret, yaml_get(document.root, "collect"), "day", "/", &day->arena, &errors) < 0)
		day_fail("the collectors are refused: %s", errors.faults[0].text);
	error_list_release(&errors);
	yaml_document_release(&document);
	strbuf_release(&yaml);
}

static void on_late(void *user)
{
	struct day *day = user;

	day_fail("%" PRId64 ": nothing happens any more", loop_wall_ms(day->loop) - START_MS);
}

static void on_change(void *user)
{
	loop_stop(((struct day *)user)->loop);
}

static void day_open(struct day *day, const char *program)
{
	struct collect_config config = { 0 };
	struct collect_entries entries;

	twins_open(&day->twins, program, START_MS);
	arena_init(&day->arena);
	find_parts(day);
	read_entries(day, &entries);
	day->loop = loop_new(NULL);
	loop_drive(day->loop, START_MS);
	day->limit = timer_new_real(day->loop, on_late, day);
	day->pool = pool_new(day->loop, 1, NULL);
	day->resolver = resolver_new(day->loop, day->pool);
	day->http = http_new(day->loop, day->resolver, NULL);
	day->store = store_new(NULL);
	config = (struct collect_config){ .loop = day->loop,
					  .http = day->http,
					  .pool = day->pool,
					  .resolver = day->resolver,
					  .store = day->store,
					  .on_change = on_change,
					  .user = day };
	day->collect = collect_new(&config, &entries);
	for (size_t i = 0; i < day->parts.count; i++) {
		struct collector_state state;

		collect_get_state(day->collect, i, &state);
		if (strcmp(state.instance, day->parts.items[i].instance) != 0)
			day_fail("collector %zu is of %s, not of %s", i, state.instance, day->parts.items[i].instance);
		day->parts.items[i].due_ms = state.next_ms;
	}
}

static void day_close(struct day *day)
{
	collect_free(day->collect);
	http_free(day->http);
	resolver_free(day->resolver);
	pool_free(day->pool);
	store_free(day->store);
	timer_free(day->limit);
	loop_free(day->loop);
	for (size_t i = 0; i < day->parts.count; i++)
		vec_release(&day->parts.items[i].outcomes);
	vec_release(&day->parts);
	arena_release(&day->arena);
	twins_close(&day->twins);
}

/* ---- what must happen ---- */

static void expect_outcome(struct day *day, struct part *part, int64_t time_ms, bool up)
{
	vec_push(&part->outcomes, (struct outcome){ .time_ms = time_ms, .up = up });
	part->settled = true;
	day->scrapes++;
	day->failures += !up;
}

/*
 * A scrape is as the colony is when it is made. One that hangs ends when the
 * instance does not hang any more, or after its time-out, which is the
 * interval: then the next one is made at that very moment.
 */
static void expect(struct day *day, struct part *part, int64_t now_ms)
{
	enum world_answer answer = colony_answers(day->twins.colony, part->service, part->number);

	part->settled = false;
	if (part->open_ms && (answer != ANSWER_HANG || now_ms >= part->open_ms + day->interval_ms)) {
		bool in_time = now_ms < part->open_ms + day->interval_ms;

		expect_outcome(day, part, part->open_ms, in_time && answer == ANSWER_GOOD);
		part->open_ms = 0;
	}
	if (part->due_ms != now_ms)
		return;
	part->runs++;
	if (answer == ANSWER_HANG)
		part->open_ms = now_ms;
	else
		expect_outcome(day, part, now_ms, answer == ANSWER_GOOD);
}

/* Has everything that must end at this moment ended? */
static bool all_settled(const struct day *day)
{
	for (size_t i = 0; i < day->parts.count; i++) {
		const struct part *part = &day->parts.items[i];
		struct collector_state state;

		collect_get_state(day->collect, i, &state);
		if (state.runs != part->runs || state.running != (part->open_ms != 0))
			return false;
	}
	return true;
}

/* ---- what happened ---- */

/* Every sample of the colony's page is the last one of its series, to the bit. */
static void compare_page(struct day *day, const struct part *part, int64_t now_ms)
{
	const struct label target[] = { { "job", part->job }, { "instance", part->instance } };
	struct exposition_options options = { 0 };
	struct strbuf text = STRBUF_INIT;
	struct exposition page;
	struct arena arena;

	arena_init(&arena);
	colony_metrics(day->twins.colony, part->service, part->number, &text);
	if (exposition_parse(&page, text.text, text.length, &options, "page", NULL) < 0)
		day_fail("a page of %s cannot be read", part->job);
	if (page.count != part->outcomes.items[part->outcomes.count - 1].samples)
		day_fail("%s has %zu samples, %zu were taken", part->instance, page.count,
			 part->outcomes.items[part->outcomes.count - 1].samples);
	for (size_t i = 0; i < page.count; i++) {
		const struct exposition_sample *sample = &page.samples[i];
		struct store_series *series;
		struct labels labels;
		struct label *items;
		int64_t time_ms = 0;
		double value = 0;

		exposition_labels(page.body + sample->text, sample->length, &arena, &labels, NULL);
		items = arena_array(&arena, labels.count + 2, sizeof(*items));
		memcpy(items, labels.items, labels.count * sizeof(*items));
		memcpy(items + labels.count, target, sizeof(target));
		labels = labels_make(&arena, items, labels.count + 2);
		series = store_hold(day->store, &labels);
		if (!store_series_last(series, &time_ms, &value) || time_ms != now_ms ||
		    value_bits(value) != value_bits(sample->value))
			day_fail("%s: %.*s is %.17g at %+" PRId64 " ms, not %.17g", part->instance, (int)sample->length,
				 page.body + sample->text, value, time_ms - now_ms, sample->value);
		store_release(day->store, series);
	}
	day->compared++;
	exposition_release(&page);
	strbuf_release(&text);
	arena_release(&arena);
}

static void check_part(struct day *day, size_t index, int64_t now_ms)
{
	struct part *part = &day->parts.items[index];
	struct outcome *last = part->settled ? &part->outcomes.items[part->outcomes.count - 1] : NULL;
	struct collector_state state;

	collect_get_state(day->collect, index, &state);
	if (last && !part->open_ms && (state.health == COLLECTOR_OK) != last->up)
		day_fail("%s at %" PRId64 " ms should be %s: %s", part->instance, now_ms - START_MS,
			 last->up ? "up" : "down", state.reason);
	if (last && last->up) {
		last->samples = state.samples;
		day->samples += state.samples;
	}
	if (part->due_ms != now_ms)
		return;
	if (state.last_ms != now_ms)
		day_fail("%s: scraped for %" PRId64 " ms, due at %" PRId64, part->instance, state.last_ms - START_MS,
			 now_ms - START_MS);
	if (state.next_ms != now_ms + day->interval_ms && part->runs > 1)
		day_fail("%s: the next is due after %" PRId64 " ms", part->instance, state.next_ms - now_ms);
	part->due_ms = state.next_ms;
	if (last && last->up && (part->runs % COMPARE_EACH == 0 || part->runs == 1))
		compare_page(day, part, now_ms);
}

/* ---- time ---- */

static int64_t next_order_ms(const struct day *day)
{
	return START_MS + day->round_ms + orders[day->order].at_ms;
}

static void obey(struct day *day)
{
	const char *line = orders[day->order].line;

	twins_say(&day->twins, line);
	day->restarts += !strcmp(line, "restart 0");
	if (++day->order == ORDERS) {
		day->order = 0;
		day->round_ms += ROUND_MS;
	}
}

/* The colony goes first, so that what is scraped at this moment is as it is then. */
static void live_moment(struct day *day, int64_t now_ms)
{
	twins_move(&day->twins, now_ms);
	while (next_order_ms(day) == now_ms)
		obey(day);
	for (size_t i = 0; i < day->parts.count; i++)
		expect(day, &day->parts.items[i], now_ms);
	timer_start(day->limit, REAL_MOST_MS);
	loop_advance(day->loop, now_ms - loop_wall_ms(day->loop));
	while (!all_settled(day))
		loop_run(day->loop);
	for (size_t i = 0; i < day->parts.count; i++)
		check_part(day, i, now_ms);
}

static void live_until(struct day *day, int64_t end_ms)
{
	int64_t now_ms;

	do {
		now_ms = end_ms;
		for (size_t i = 0; i < day->parts.count; i++)
			if (day->parts.items[i].due_ms < now_ms)
				now_ms = day->parts.items[i].due_ms;
		if (next_order_ms(day) < now_ms)
			now_ms = next_order_ms(day);
		live_moment(day, now_ms);
	} while (now_ms < end_ms);
}

/* ---- the hour that ends ---- */

/* The `up` of the last hour is, scrape by scrape, what it must be. Returns how many samples came with it. */
static size_t check_up(const struct day *day, const struct part *part, int64_t now_ms)
{
	struct matcher matchers[] = { { .label = "__name__", .value = "up", .kind = MATCHER_EQUAL },
				      { .label = "instance", .value = part->instance, .kind = MATCHER_EQUAL } };
	int64_t from_ms = now_ms - CLOCK_HOUR + 1;
	struct selection *selection = store_select(day->store, matchers, 2, from_ms, now_ms, 0, NULL);
	size_t first = part->outcomes.count, samples = 0;
	struct reader *reader = reader_new();
	struct samples up = { 0 };

	while (first && part->outcomes.items[first - 1].time_ms >= from_ms)
		first--;
	if (selection_count(selection) == 1)
		reader_samples(reader, selection, 0, from_ms, now_ms, &up);
	if (up.count != part->outcomes.count - first || up.count != (size_t)(CLOCK_HOUR / day->interval_ms))
		day_fail("%s: %zu samples of up in an hour, %zu scrapes", part->instance, up.count,
			 part->outcomes.count - first);
	for (size_t i = 0; i < up.count; i++) {
		const struct outcome *outcome = &part->outcomes.items[first + i];

		if (up.times_ms[i] != outcome->time_ms || up.values[i] != (double)outcome->up)
			day_fail("%s: up is %g at %" PRId64 " ms, not %d at %" PRId64, part->instance, up.values[i],
				 up.times_ms[i] - START_MS, outcome->up, outcome->time_ms - START_MS);
		samples += outcome->samples + REPORTS;
	}
	reader_free(reader);
	selection_free(selection);
	return samples;
}

/* Of all series, both ends included; staleness markers are no samples. */
static size_t count_samples(struct store *store, int64_t from_ms, int64_t to_ms)
{
	struct selection *selection = store_select(store, NULL, 0, from_ms, to_ms, 0, NULL);
	struct reader *reader = reader_new();
	size_t count = 0;

	for (size_t i = 0; i < selection_count(selection); i++) {
		struct samples samples;

		reader_samples(reader, selection, i, from_ms, to_ms, &samples);
		for (size_t k = 0; k < samples.count; k++)
			count += !value_is_stale(samples.values[k]);
	}
	reader_free(reader);
	selection_free(selection);
	return count;
}

static void check_resets(const struct day *day, const struct part *part, int64_t now_ms)
{
	unsigned wanted = part->number == 0 ? day->restarts : 0;
	struct strbuf text = STRBUF_INIT;
	double found;

	strbuf_addf(&text, "resets(polln_requests_total{instance=\"%s\",status=\"200\"}[1h])", part->instance);
	found = store_ask(day->store, text.text, now_ms);
	if (found != wanted)
		day_fail("%s: %g resets of a counter, %u restarts", part->instance, found, wanted);
	strbuf_release(&text);
}

static void check_memory(struct day *day, const struct store_state *state, unsigned hour)
{
	size_t bytes = state->bytes - state->bucket_bytes;

	if (hour == FLAT_HOUR)
		day->full_bytes = bytes;
	if (hour > FLAT_HOUR && (double)bytes > (double)day->full_bytes * GROWTH_LIMIT)
		day_fail("hour %u: the store takes %zu bytes beside its buckets, %zu in hour %d", hour, bytes,
			 day->full_bytes, FLAT_HOUR);
	if (state->out_of_order || state->duplicates || state->refused_series || state->dropped_samples ||
	    state->dropped_buckets)
		day_fail("hour %u: the store did not take everything as it came", hour);
}

static void check_hour(struct day *day, unsigned hour, int64_t now_ms)
{
	size_t parts = day->parts.count, scrapes = (size_t)(CLOCK_HOUR / day->interval_ms), wanted = 0, held;
	struct strbuf text = STRBUF_INIT;
	struct store_state state;
	double found;

	for (size_t i = 0; i < parts; i++) {
		wanted += check_up(day, &day->parts.items[i], now_ms);
		if (day->parts.items[i].service == SERVICE_COLONY)
			check_resets(day, &day->parts.items[i], now_ms);
	}
	strbuf_addf(&text, "count(count_over_time(up[1h]) == %zu)", scrapes);
	found = store_ask(day->store, text.text, now_ms);
	if (found != (double)parts)
		day_fail("hour %u: %g of %zu targets have %zu scrapes", hour, found, parts, scrapes);
	held = count_samples(day->store, now_ms - CLOCK_HOUR + 1, now_ms);
	if (held != wanted)
		day_fail("hour %u: %zu samples in the store, %zu in the pages", hour, held, wanted);
	store_get_state(day->store, &state);
	check_memory(day, &state, hour);
	printf("hour %2u: %zu series, %zu samples, %zu buckets; store %.2f MB, of that samples %.2f MB, buckets "
	       "%.2f MB; resident %.1f MB\n",
	       hour, state.series, state.samples, state.buckets, (double)state.bytes / 1e6,
	       (double)state.sample_bytes / 1e6, (double)state.bucket_bytes / 1e6, (double)resident_bytes() / 1e6);
	fflush(stdout);
	strbuf_release(&text);
	day->restarts = 0;
}

int main(int argc, char **argv)
{
	unsigned hours = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 24;
	struct day day = { .interval_ms = (argc > 3 ? strtol(argv[3], NULL, 10) : 5) * CLOCK_SECOND };
	int64_t begun_ms = clock_monotonic_ms();

	if (argc < 2 || !hours || day.interval_ms <= 0 || CLOCK_HOUR % day.interval_ms) {
		fprintf(stderr, "usage: day COLONY [HOURS] [INTERVAL_S]\n");
		return 2;
	}
	day_open(&day, argv[1]);
	for (unsigned hour = 1; hour <= hours; hour++) {
		int64_t end_ms = START_MS + MARK_MS + hour * CLOCK_HOUR;

		live_until(&day, end_ms);
		check_hour(&day, hour, end_ms);
	}
	printf("passed: %u hours, %" PRIu64 " scrapes (%" PRIu64 " failed), %" PRIu64 " samples, %" PRIu64
	       " pages compared in %.1f s\n",
	       hours, day.scrapes, day.failures, day.samples, day.compared,
	       (double)(clock_monotonic_ms() - begun_ms) / 1000);
	day_close(&day);
	return 0;
}
