#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "collect/collect.h"
#include "config/yaml.h"
#include "server_fixture.h"
#include "tsdb/selection.h"

/* The `collect:` section of a text, and its faults joined. */
struct section {
	struct yaml_document document;
	struct arena arena;
	struct error_list errors;
	struct collect_entries entries;
	int result;
};

static void section_read(struct section *section, const char *yaml)
{
	memset(section, 0, sizeof(*section));
	arena_init(&section->arena);
	error_list_init(&section->errors);
	cr_assert_eq(yaml_parse(&section->document, yaml, strlen(yaml), "s.yaml", &section->errors), 0);
	section->result = collect_read(&section->entries, yaml_get(section->document.root, "collect"), "s.yaml",
				       "/folder", &section->arena, &section->errors);
}

static void section_release(struct section *section)
{
	yaml_document_release(&section->document);
	error_list_release(&section->errors);
	arena_release(&section->arena);
}

/* The section is refused, and the first fault says so. */
static void refuse(const char *yaml, const char *fault)
{
	struct section section;
	char line[1024] = "";

	section_read(&section, yaml);
	cr_expect_eq(section.result, -1, "accepted: %s", yaml);
	cr_assert_gt(section.errors.count, 0u, "no fault for: %s", yaml);
	fault_format(&section.errors.faults[0], line, sizeof(line));
	cr_expect(strstr(line, fault) != NULL, "'%s' is not in '%s'", fault, line);
	section_release(&section);
}

Test(collect, refuses_bad_sections_by_line)
{
	refuse("collect: 5", "s.yaml:1:");
	refuse("collect:\n  - 5", "s.yaml:2:");
	refuse("collect:\n  - { job: a }", "has no type");
	refuse("collect:\n  - { type: scrap, job: a, targets: [x] }", "did you mean 'scrape'");
	refuse("collect:\n  - { type: nonsense }", "unknown type of collector 'nonsense' (");
	refuse("collect:\n  - { type: scrape, targets: [x] }", "job");
	refuse("collect:\n  - { type: scrape, job: a }", "targets");
	refuse("collect:\n  - { type: scrape, job: a, targets: [x], intervall: 5s }", "did you mean");
	refuse("collect:\n  - { type: scrape, job: a, targets: [x], interval: 10s, timeout: 20s }", "timeout: longer");
	refuse("collect:\n  - type: scrape\n    job: a\n    targets:\n      - good:1\n      - 'ftp://x'", "s.yaml:6:");
	refuse("collect:\n  - { type: scrape, job: a, targets: [x], headers: ['no colon'] }", "is no header");
	refuse("collect:\n  - { type: history }", "file");
	refuse("collect:\n  - { type: history, file: a, stands_for: 0 }", "stands_for");
}

Test(collect, reads_none_and_several)
{
	struct section section;

	section_read(&section, "collect:");
	cr_expect_eq(section.result, 0);
	cr_expect_eq(section.entries.count, 0u);
	section_release(&section);
	section_read(&section, "collect:\n  - { type: scrape, job: a, targets: [x] }\n"
			       "  - { type: history, file: past.om }\n");
	cr_expect_eq(section.result, 0);
	cr_expect_eq(section.entries.count, 2u);
	section_release(&section);
}

/* A loop with all that collectors need, and collectors that run until a condition holds. */
struct world {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct store *store;
	struct collect *collect;
	struct section section;
	struct timer *limit;
	bool (*until)(struct world *world);
	bool late;
};

static void on_limit(void *user)
{
	struct world *world = user;

	world->late = true;
	loop_stop(world->loop);
}

static void on_change(void *user)
{
	struct world *world = user;

	if (world->until(world))
		loop_stop(world->loop);
}

/* `driven_ms`: where the clock of a driven loop begins; 0: the real one. */
static void world_open(struct world *world, const char *yaml, int64_t driven_ms, bool (*until)(struct world *world))
{
	struct collect_config config = { 0 };

	memset(world, 0, sizeof(*world));
	section_read(&world->section, yaml);
	cr_assert_eq(world->section.result, 0);
	world->loop = loop_new(NULL);
	if (driven_ms)
		loop_drive(world->loop, driven_ms);
	world->pool = pool_new(world->loop, 2, NULL);
	world->resolver = resolver_new(world->loop, world->pool);
	world->http = http_new(world->loop, world->resolver, NULL);
	world->store = store_new(NULL);
	world->until = until;
	config = (struct collect_config){ .loop = world->loop,
					  .http = world->http,
					  .pool = world->pool,
					  .resolver = world->resolver,
					  .store = world->store,
					  .on_change = on_change,
					  .user = world };
	world->collect = collect_new(&config, &world->section.entries);
	world->limit = timer_new_real(world->loop, on_limit, world);
	timer_start(world->limit, 20000);
}

static void run(struct world *world, const char *yaml, bool (*until)(struct world *world))
{
	world_open(world, yaml, 0, until);
	loop_run(world->loop);
	cr_assert_not(world->late, "not within 20 s");
}

static void world_close(struct world *world)
{
	timer_free(world->limit);
	collect_free(world->collect);
	http_free(world->http);
	resolver_free(world->resolver);
	pool_free(world->pool);
	store_free(world->store);
	loop_free(world->loop);
	section_release(&world->section);
}

/* The last raw value of the one series that matches, NaN as -1 and none as -2. */
static double value_of(struct world *world, const char *name, const char *job)
{
	struct matcher matchers[] = { { .label = "__name__", .value = name, .kind = MATCHER_EQUAL },
				      { .label = "job", .value = job, .kind = MATCHER_EQUAL } };
	struct selection *selection = store_select(world->store, matchers, 2, 0, INT64_MAX / 2, 0, NULL);
	struct reader *reader = reader_new();
	struct samples samples = { 0 };
	double value = -2;

	if (selection_count(selection) == 1)
		reader_samples(reader, selection, 0, 0, INT64_MAX / 2, &samples);
	if (samples.count)
		value = samples.values[samples.count - 1] == samples.values[samples.count - 1]
				? samples.values[samples.count - 1]
				: -1;
	reader_free(reader);
	selection_free(selection);
	return value;
}

static bool all_tried(struct world *world)
{
	return !collect_waiting(world->collect);
}

static bool three_runs(struct world *world)
{
	struct collector_state state;

	collect_get_state(world->collect, 0, &state);
	return state.runs >= 3 && !state.running;
}

Test(collect, scrapes_on_its_interval)
{
	struct test_server server = test_server_start("tests/e2e/page_server.py");
	char *yaml = mem_printf("collect:\n  - { type: scrape, job: page, targets: ['127.0.0.1:%d'], interval: 500ms,\n"
				"      labels: { site: north } }\n",
				server.port);
	struct collector_state state;
	struct world world;

	run(&world, yaml, three_runs);
	collect_get_state(world.collect, 0, &state);
	cr_expect_eq(state.health, COLLECTOR_OK, "%s", state.reason);
	cr_expect_str_eq(state.type, "scrape");
	cr_expect_str_eq(state.job, "page");
	cr_expect_eq(state.interval_ms, 500);
	cr_expect_geq(state.samples, 2u);
	cr_expect_gt(state.bytes, 20u);
	cr_expect_eq(state.failures, 0u);
	cr_expect_float_eq(value_of(&world, "up", "page"), 1, 0);
	cr_expect_geq(value_of(&world, "requests_total", "page"), 2);
	cr_expect_geq(value_of(&world, "scrape_samples_scraped", "page"), 2);
	/* The page's own job label gives way, and a series that comes and goes is stale in between. */
	cr_expect_float_eq(value_of(&world, "weather", "page"), 21.5, 0);
	cr_expect_float_eq(value_of(&world, "sometimes", "page"), state.runs % 2 ? 1 : -1, 0);
	world_close(&world);
	free(yaml);
	test_server_stop(&server);
}

#define NOON_MS INT64_C(1767614400000)

/* Move a driven clock and let what began then end. */
static void move(struct world *world, int64_t ms)
{
	loop_advance(world->loop, ms);
	while (!world->until(world)) {
		loop_run(world->loop);
		cr_assert_not(world->late, "not within 20 s");
	}
}

static bool nothing_runs(struct world *world)
{
	struct collector_state state;

	collect_get_state(world->collect, 0, &state);
	return !state.running;
}

Test(collect, keeps_to_its_grid)
{
	struct test_server server = test_server_start("tests/e2e/page_server.py");
	char *yaml = mem_printf("collect:\n  - { type: scrape, job: page, targets: ['127.0.0.1:%d'], interval: 1m }\n",
				server.port);
	struct collector_state state;
	struct world world;
	int64_t due_ms;

	world_open(&world, yaml, NOON_MS, nothing_runs);
	move(&world, 250);
	collect_get_state(world.collect, 0, &state);
	cr_expect_eq(state.runs, 1u, "the first comes soon");
	cr_expect_leq(state.last_ms, NOON_MS + 250);
	due_ms = state.next_ms;
	cr_expect_leq(due_ms, NOON_MS + CLOCK_MINUTE + 250);
	move(&world, due_ms - 1 - loop_wall_ms(world.loop));
	collect_get_state(world.collect, 0, &state);
	cr_expect_eq(state.runs, 1u);
	move(&world, 1);
	for (unsigned minutes = 0; minutes < 60; minutes++) {
		collect_get_state(world.collect, 0, &state);
		cr_assert_eq(state.runs, 2 + minutes);
		cr_assert_eq(state.last_ms, due_ms + minutes * CLOCK_MINUTE);
		cr_assert_eq(state.next_ms, state.last_ms + CLOCK_MINUTE);
		cr_assert_eq(state.elapsed_ms, 0, "no time goes by of itself");
		move(&world, CLOCK_MINUTE);
	}
	cr_expect_eq(state.failures, 0u);
	cr_expect_eq(value_of(&world, "scrape_duration_seconds", "page"), 0);
	world_close(&world);
	free(yaml);
	test_server_stop(&server);
}

static bool always(struct world *world)
{
	(void)world;
	return true;
}

/* With a time-out as long as the interval, one ends at the very time the next is due. */
Test(collect, asks_a_hanging_target_each_time)
{
	struct test_server server = test_server_start("tests/e2e/page_server.py");
	char *yaml =
		mem_printf("collect:\n  - { type: scrape, job: page, targets: ['127.0.0.1:%d/hang'], interval: 5s }\n",
			   server.port);
	struct collector_state state;
	struct world world;
	int64_t due_ms;

	world_open(&world, yaml, NOON_MS, always);
	collect_get_state(world.collect, 0, &state);
	move(&world, state.next_ms - NOON_MS);
	collect_get_state(world.collect, 0, &state);
	cr_expect(state.running);
	/* The first is off the grid: the time of the grid in its time is left out, unless it is near the end. */
	due_ms = state.next_ms + 5000;
	move(&world, due_ms + 50 - loop_wall_ms(world.loop));
	for (unsigned i = 0; i < 5; i++) {
		struct collector_state before = state;

		collect_get_state(world.collect, 0, &state);
		cr_expect(state.running);
		cr_expect_eq(state.last_ms, due_ms + i * 5000);
		cr_expect_eq(state.next_ms, due_ms + i * 5000 + 5000);
		cr_expect_eq(state.elapsed_ms, 5000);
		if (i) {
			cr_expect_eq(state.runs, before.runs + 1);
			cr_expect_eq(state.failures, before.failures + 1);
		}
		move(&world, 5000);
	}
	cr_expect_float_eq(value_of(&world, "up", "page"), 0, 0);
	world_close(&world);
	free(yaml);
	test_server_stop(&server);
}

Test(collect, says_why_a_target_fails)
{
	struct test_server server = test_server_start("tests/e2e/page_server.py");
	static const struct {
		const char *path, *reason;
	} cases[] = { { "503", "503" }, { "html", "line 1" }, { "bad", "line 2" }, { "hang", "timeout" } };
	struct strbuf yaml = STRBUF_INIT;
	struct world world;

	strbuf_addstr(&yaml, "collect:\n");
	for (size_t i = 0; i < 4; i++)
		strbuf_addf(
			&yaml,
			"  - { type: scrape, job: j%zu, targets: ['http://127.0.0.1:%d/%s'], interval: 1s, timeout: 1s "
			"}\n",
			i, server.port, cases[i].path);
	strbuf_addf(&yaml, "  - { type: scrape, job: lenient, targets: ['127.0.0.1:%d/bad'], lenient: true }\n",
		    server.port);
	strbuf_addstr(&yaml, "  - { type: scrape, job: refused, targets: ['127.0.0.1:1'] }\n");
	run(&world, yaml.text, all_tried);
	for (size_t i = 0; i < 6; i++) {
		struct collector_state state;

		collect_get_state(world.collect, i, &state);
		if (i < 4) {
			cr_expect_eq(state.health, COLLECTOR_FAILING, "%s", cases[i].path);
			cr_expect(strstr(state.reason, cases[i].reason) != NULL, "%s: '%s'", cases[i].path,
				  state.reason);
			cr_expect_float_eq(value_of(&world, "up", state.job), 0, 0);
			cr_expect_float_eq(value_of(&world, "good", state.job), -2, 0);
		} else if (i == 4) {
			cr_expect_eq(state.health, COLLECTOR_OK, "%s", state.reason);
			cr_expect_str_eq(state.warning, "1 bad lines left out");
			cr_expect_float_eq(value_of(&world, "better", "lenient"), 3, 0);
		} else {
			cr_expect(strstr(state.reason, "refused") != NULL, "'%s'", state.reason);
		}
	}
	cr_expect_eq(collect_failing(world.collect), 5u);
	world_close(&world);
	strbuf_release(&yaml);
	test_server_stop(&server);
}

Test(collect, what_is_optional_may_be_missing)
{
	struct test_server server = test_server_start("tests/e2e/page_server.py");
	struct strbuf yaml = STRBUF_INIT;
	struct collector_state state;
	struct world world;
	size_t length, whole;

	strbuf_addf(&yaml,
		    "collect:\n  - { type: scrape, job: none, targets: ['http://127.0.0.1:%d/none'], optional: true }\n"
		    "  - { type: scrape, job: needed, targets: ['http://127.0.0.1:%d/none'] }\n"
		    "  - { type: scrape, job: ill, targets: ['http://127.0.0.1:%d/ill'], optional: true }\n",
		    server.port, server.port, server.port);
	run(&world, yaml.text, all_tried);
	collect_get_state(world.collect, 0, &state);
	cr_expect_eq(state.health, COLLECTOR_ABSENT, "%s", state.reason);
	cr_expect_float_eq(value_of(&world, "up", "none"), 1, 0);
	collect_get_state(world.collect, 1, &state);
	cr_expect_eq(state.health, COLLECTOR_FAILING);
	collect_get_state(world.collect, 2, &state);
	cr_expect_eq(state.health, COLLECTOR_FAILING);
	cr_expect_not_null(collect_raw(world.collect, 2, &length, &whole), "what it said can be looked at");
	world_close(&world);
	strbuf_release(&yaml);
	test_server_stop(&server);
}

/* A history of `count` samples, ten seconds apart, that ends an hour ago. */
static char *write_history(int64_t count, const char *tail)
{
	char *path = mem_strdup("/tmp/skep-history-XXXXXX");
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");
	int64_t end_s = clock_wall_ms() / 1000 - 3600;

	for (int series = 0; series < 3; series++)
		for (int64_t i = count; i > 0; i--)
			fprintf(file, "past{job=\"then\",n=\"%d\"} %lld %lld\n", series, (long long)(count - i),
				(long long)(end_s - i * 10));
	fputs(tail, file);
	fclose(file);
	return path;
}

Test(collect, reads_history_in_pieces)
{
	/* Several pieces long, with lines across their borders. */
	char *path = write_history(20000, "# EOF\n"),
	     *yaml = mem_printf("collect:\n  - { type: history, file: '%s' }\n", path);
	struct collector_state state;
	struct world world;

	run(&world, yaml, all_tried);
	collect_get_state(world.collect, 0, &state);
	cr_expect_eq(state.health, COLLECTOR_OK, "%s", state.reason);
	cr_expect(state.ended);
	cr_expect_eq(state.series, 3u);
	cr_expect_eq(state.samples, 60000u, "%zu", state.samples);
	cr_expect_str_eq(state.warning, "");
	world_close(&world);
	unlink(path);
	free(path);
	free(yaml);
}

Test(collect, refuses_history_that_breaks_off)
{
	char *bad = write_history(100, "past{ 1 2\n# EOF\n"), *short_one = write_history(100, "past{job=\"x\"} 1"),
	     *yaml = mem_printf("collect:\n  - { type: history, file: /nonexistent/x }\n"
				"  - { type: history, file: '%s' }\n  - { type: history, file: '%s' }\n",
				bad, short_one);
	struct collector_state state;
	struct world world;

	run(&world, yaml, three_runs);
	collect_get_state(world.collect, 1, &state);
	cr_expect_eq(state.health, COLLECTOR_FAILING);
	cr_expect(strstr(state.reason, "line 301") != NULL, "'%s'", state.reason);
	collect_get_state(world.collect, 0, &state);
	cr_expect_str_eq(state.reason, "not there yet");
	cr_expect_eq(collect_waiting(world.collect), 1u);
	collect_get_state(world.collect, 2, &state);
	cr_expect(strstr(state.reason, "breaks off") != NULL, "'%s'", state.reason);
	world_close(&world);
	unlink(bad);
	unlink(short_one);
	free(bad);
	free(short_one);
	free(yaml);
}

/* What lies ahead of the loop's clock is left out, whatever the real one says. */
Test(collect, leaves_out_history_ahead_of_the_clock)
{
	char path[] = "/tmp/skep-history-XXXXXX", *yaml;
	FILE *file = fdopen(mkstemp(path), "w");
	struct collector_state state;
	struct world world;

	for (int second = -20; second <= 20; second += 10)
		fprintf(file, "past{job=\"then\"} 1 %lld\n", (long long)(NOON_MS / 1000 + second));
	fputs("# EOF\n", file);
	fclose(file);
	yaml = mem_printf("collect:\n  - { type: history, file: '%s' }\n", path);
	world_open(&world, yaml, NOON_MS, all_tried);
	move(&world, 250);
	collect_get_state(world.collect, 0, &state);
	cr_expect_eq(state.health, COLLECTOR_OK, "%s", state.reason);
	cr_expect_eq(state.samples, 3u);
	cr_expect_eq(strncmp(state.warning, "2 samples left out", 18), 0, "%s", state.warning);
	world_close(&world);
	unlink(path);
	free(yaml);
}
