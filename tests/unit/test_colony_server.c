/* What surrounds the simulated colony's state: its pages, its history as files, what ctl may ask. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "sim/colony_page.h"
#include "sim/history.h"
#include "sim/history_file.h"
#include "sim/orders.h"
#include "sim/page.h"
#include "sim/target.h"
#include "sim/time_source.h"
#include "tsdb/exposition.h"

#define NOON_MS INT64_C(1767614400000)

static struct colony *new_colony(void)
{
	const struct colony_config config = { .seed = 5, .start_ms = NOON_MS, .instances = 3 };

	return colony_new(&config);
}

/* Parsed as Prometheus would; the names of samples that are there. */
static size_t parse_strictly(const char *text, size_t length, bool open_metrics)
{
	const struct exposition_options options = { .open_metrics = open_metrics, .families = true };
	struct exposition parsed = { 0 };
	struct error_list faults = { 0 };
	size_t count;

	if (exposition_parse(&parsed, text, length, &options, "page", &faults)) {
		char line[1024] = "";

		if (faults.count)
			fault_format(&faults.faults[0], line, sizeof(line));
		cr_assert_fail("%s", line);
	}
	cr_assert_eq(parsed.bad_lines, 0);
	count = parsed.count;
	exposition_release(&parsed);
	error_list_release(&faults);
	return count;
}

Test(colony_server, takes_gzip_only_when_offered)
{
	static const struct {
		const char *header;
		bool accepted;
	} rows[] = {
		{ NULL, false },
		{ "", false },
		{ "gzip", true },
		{ "GZIP", true },
		{ "deflate, gzip", true },
		{ "deflate;q=0.5,gzip;q=1.0", true },
		{ "gzip;q=0.001", true },
		{ "gzip;q=0", false },
		{ "gzip; q=0.000", false },
		{ "gzip;q=", false },
		{ "br, gzip;q=0, deflate", false },
		{ "*", true },
		{ "*;q=0", false },
		{ "xgzip, gzipx", false },
		{ ",,, ,", false },
		{ "identity", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(page_accepts_gzip(rows[i].header), rows[i].accepted, "%s", rows[i].header);
}

Test(colony_server, gzip_holds_the_same_page)
{
	struct page page;
	struct strbuf plain = STRBUF_INIT;
	char *unpacked = mem_alloc(100000);
	z_stream stream = { 0 };

	page_init(&page);
	page_error(&page, 404, "short");
	page_gzip(&page);
	cr_expect(!page.gzipped, "what fits a packet stays as it is");
	for (int i = 0; i < 1000; i++)
		strbuf_addf(&page.body, "series_%d %d\n", i, i);
	strbuf_addstr(&plain, page.body.text);
	page_gzip(&page);
	cr_assert(page.gzipped);
	cr_expect_lt(page.body.length, plain.length / 2);
	cr_assert_eq(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
	stream.next_in = (unsigned char *)page.body.text;
	stream.avail_in = (unsigned)page.body.length;
	stream.next_out = (unsigned char *)unpacked;
	stream.avail_out = 100000;
	cr_assert_eq(inflate(&stream, Z_FINISH), Z_STREAM_END);
	cr_expect_eq(stream.total_out, plain.length);
	cr_expect(!memcmp(unpacked, plain.text, plain.length));
	inflateEnd(&stream);
	free(unpacked);
	strbuf_release(&plain);
	page_release(&page);
}

static void make_page(struct page *ret, const struct colony *colony, const struct target *target, const char *path)
{
	colony_page(ret, colony, (enum colony_service)target->service, target->instance, path);
}

Test(colony_server, pages_by_path)
{
	struct colony *colony = new_colony();
	struct target_list targets;
	struct page page;

	page_init(&page);
	target_list_init(&targets, &colony_kind, 3);
	cr_assert_eq(targets.count, 8);
	for (size_t i = 0; i < targets.count; i++) {
		make_page(&page, colony, &targets.items[i], "/metrics");
		cr_expect_eq(page.status, 200);
		cr_expect_str_eq(page.type, "text/plain; version=0.0.4; charset=utf-8");
		make_page(&page, colony, &targets.items[i], "/health");
		cr_expect_eq(page.status, 200);
		make_page(&page, colony, &targets.items[i], "/ready");
		cr_expect_eq(page.status, 200);
		make_page(&page, colony, &targets.items[i], "/metrics/");
		cr_expect_eq(page.status, 404);
		cr_expect_eq(page.body.text[0], '{');
	}
	page_release(&page);
	target_list_release(&targets);
	colony_free(colony);
}

/* Whatever befalls it, what it writes is a page that Prometheus takes. */
Test(colony_server, pages_parse_under_every_fault)
{
	size_t fault_count, pages = 0;
	const struct sim_fault *faults = colony_faults(&fault_count);
	struct target_list targets;
	struct page page;

	page_init(&page);
	target_list_init(&targets, &colony_kind, 3);
	for (size_t fault = 0; fault <= fault_count; fault++) {
		struct colony *colony = new_colony();

		if (fault < fault_count)
			cr_assert_eq(colony_inject(colony, faults[fault].name, NULL), 0);
		for (int64_t minute = 0; minute <= 40; minute += 10) {
			colony_advance(colony, NOON_MS + minute * CLOCK_MINUTE);
			for (size_t i = 0; i < targets.count; i++) {
				const struct target *target = &targets.items[i];

				if (colony_answers(colony, target->service, target->instance) != ANSWER_GOOD)
					continue;
				make_page(&page, colony, target, "/metrics");
				cr_assert_gt(parse_strictly(page.body.text, page.body.length, false), 3);
				pages++;
			}
		}
		colony_free(colony);
	}
	cr_expect_gt(pages, fault_count * 8);
	page_release(&page);
	target_list_release(&targets);
}

static char *make_folder(void)
{
	char *folder = mem_strdup("/tmp/skep-test-XXXXXX");

	cr_assert_not_null(mkdtemp(folder));
	return folder;
}

/* Write the file, read it back, remove it. */
static void write_and_read(const struct history_file *file, struct strbuf *ret)
{
	char *folder = make_folder(), *path = path_join(folder, "x.om"), *part = mem_printf("%s.part", path);
	struct error error = { "" };

	cr_assert_eq(history_file_write(file, path, NULL, &error), 0, "%s", error.text);
	cr_assert(!path_exists(part));
	cr_assert_eq(path_read(path, 512u << 20, ret, NULL), 0);
	unlink(path);
	rmdir(folder);
	free(part);
	free(path);
	free(folder);
}

static void add_page(struct history_file *file, size_t target, const char *page)
{
	struct error error = { "" };

	cr_assert_eq(history_file_page(file, target, page != NULL, page ? page : "", page ? strlen(page) : 0, &error),
		     0, "%s", error.text);
}

Test(colony_server, history_puts_series_together)
{
	static const struct history_target targets[] = { { "a", "x:1" }, { "b", "x:2" } };
	struct history_file *file = history_file_new(targets, 2);
	struct strbuf text = STRBUF_INIT;

	history_file_scrape(file, 1000);
	add_page(file, 0,
		 "# HELP n_total Says \"n\".\n# TYPE n_total counter\nn_total 1\nn_total{c=\"}\\\"{ \"} 7\n"
		 "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 2\nh_sum 0.5\nh_count 2\n");
	add_page(file, 1, "# TYPE n_total counter\nn_total{} 5\n# TYPE odd counter\nodd 3\n");
	history_file_scrape(file, 2500);
	add_page(file, 0, "# TYPE h histogram\nh_count 3\n# TYPE n_total counter\nn_total 2\n");
	add_page(file, 1, NULL);
	history_file_scrape(file, 4000);
	add_page(file, 0, "# TYPE n_total counter\nn_total 4\nn_total{c=\"}\\\"{ \"} 8\n");
	add_page(file, 1, "# TYPE n_total counter\nn_total{} NaN\nplain -Inf");
	write_and_read(file, &text);
	cr_expect_str_eq(text.text, "# TYPE up gauge\n# HELP up Whether the target answered.\n"
				    "up{instance=\"x:1\",job=\"a\"} 1 1\n"
				    "up{instance=\"x:1\",job=\"a\"} 1 2.500\n"
				    "up{instance=\"x:1\",job=\"a\"} 1 4\n"
				    "up{instance=\"x:2\",job=\"b\"} 1 1\n"
				    "up{instance=\"x:2\",job=\"b\"} 0 2.500\n"
				    "up{instance=\"x:2\",job=\"b\"} 1 4\n"
				    "# TYPE n counter\n# HELP n Says \\\"n\\\".\n"
				    "n_total{instance=\"x:1\",job=\"a\"} 1 1\n"
				    "n_total{instance=\"x:1\",job=\"a\"} 2 2.500\n"
				    "n_total{instance=\"x:1\",job=\"a\"} 4 4\n"
				    "n_total{c=\"}\\\"{ \",instance=\"x:1\",job=\"a\"} 7 1\n"
				    "n_total{c=\"}\\\"{ \",instance=\"x:1\",job=\"a\"} 8 4\n"
				    "n_total{instance=\"x:2\",job=\"b\"} 5 1\n"
				    "n_total{instance=\"x:2\",job=\"b\"} NaN 4\n"
				    "# TYPE h histogram\n"
				    "h_bucket{le=\"+Inf\",instance=\"x:1\",job=\"a\"} 2 1\n"
				    "h_sum{instance=\"x:1\",job=\"a\"} 0.5 1\n"
				    "h_count{instance=\"x:1\",job=\"a\"} 2 1\n"
				    "h_count{instance=\"x:1\",job=\"a\"} 3 2.500\n"
				    "# TYPE odd unknown\n"
				    "odd{instance=\"x:2\",job=\"b\"} 3 1\n"
				    "# TYPE plain unknown\n"
				    "plain{instance=\"x:2\",job=\"b\"} -Inf 4\n"
				    "# EOF\n");
	strbuf_release(&text);
	history_file_free(file);
}

Test(colony_server, history_refuses_what_is_no_page)
{
	static const struct history_target targets[] = { { "a", "x:1" } };
	static const char *const pages[] = {
		"n\n", "n \n", "n{a=\"b\" 1\n", "n{a=\"b\"}1\n", "n 1 1000\n", "n{a=\"}\n"
	};
	struct error error;

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		struct history_file *file = history_file_new(targets, 1);

		history_file_scrape(file, 1000);
		cr_expect_eq(history_file_page(file, 0, true, pages[i], strlen(pages[i]), &error), -1, "%s", pages[i]);
		cr_expect_not_null(strstr(error.text, "no sample"));
		history_file_free(file);
	}
}

static bool stop_at_once(void)
{
	return true;
}

Test(colony_server, history_leaves_nothing_half_written)
{
	static const struct history_target targets[] = { { "a", "x:1" } };
	struct history_file *file = history_file_new(targets, 1);
	char *folder = make_folder(), *path = path_join(folder, "x.om"), *nowhere = path_join(folder, "none/x.om");
	struct error error;

	history_file_scrape(file, 1000);
	add_page(file, 0, "n 1\n");
	cr_expect_eq(history_file_write(file, path, stop_at_once, &error), -1);
	cr_expect_not_null(strstr(error.text, "stopped"));
	cr_expect_eq(history_file_write(file, nowhere, NULL, &error), -1);
	cr_expect_not_null(strstr(error.text, "o such file"));
	cr_expect_eq(rmdir(folder), 0, "the folder is empty");
	history_file_free(file);
	free(nowhere);
	free(path);
	free(folder);
}

Test(colony_server, plan_joins_its_parts)
{
	static const int64_t steps[] = { 1000, 7000, 15000, 60000, 599000, 600000 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		for (int64_t shift_ms = 0; shift_ms < 20 * CLOCK_MINUTE; shift_ms += 61357) {
			struct history_plan plan = { 0 };
			int64_t now_ms = NOON_MS + shift_ms;

			history_plan_times(&plan, now_ms, steps[i], 8 * CLOCK_MINUTE);
			cr_assert_eq(plan.join_ms % HISTORY_THINNED_STEP_MS, 0);
			cr_assert_eq(plan.join_ms - plan.begin_ms, HISTORY_THINNED_MS);
			cr_assert_eq((plan.end_ms - plan.join_ms) % steps[i], 0);
			cr_assert(now_ms - plan.end_ms >= 0 && now_ms - plan.end_ms < steps[i]);
			cr_assert(now_ms - plan.join_ms >= HISTORY_RAW_MS);
			cr_assert(now_ms - plan.join_ms < HISTORY_RAW_MS + HISTORY_THINNED_STEP_MS);
			cr_assert(plan.inject_ms <= now_ms - 8 * CLOCK_MINUTE);
		}
	}
}

/* Two processes write the parts; a third state goes on from there. All three must be one. */
Test(colony_server, history_is_one_past)
{
	static const char *const faults[] = { "latency" };
	struct history_plan plan = {
		.kind = &colony_kind, .seed = 9, .instances = 1, .faults = faults, .fault_count = 1
	};
	struct target_list targets;
	struct colony *silent, *writing;
	struct strbuf text = STRBUF_INIT, other = STRBUF_INIT;
	char *folder = make_folder(), *path = path_join(folder, HISTORY_RAW_NAME);
	unsigned ports[] = { 1, 2, 3, 4, 5, 6 };

	history_plan_times(&plan, NOON_MS + 12345, 60000, 7 * CLOCK_HOUR);
	target_list_init(&targets, &colony_kind, 1);
	target_list_name(&targets, ports);
	silent = colony_of(history_begin(&plan, NULL));
	writing = colony_of(history_begin(&plan, NULL));
	cr_assert_eq(history_walk(&plan, colony_world(silent), HISTORY_THINNED, &targets, NULL, NULL), 0);
	cr_assert_eq(history_walk(&plan, colony_world(writing), HISTORY_THINNED, &targets, path, NULL), 0);
	cr_assert_eq(history_walk(&plan, colony_world(silent), HISTORY_RAW, &targets, NULL, NULL), 0);
	cr_assert_eq(history_walk(&plan, colony_world(writing), HISTORY_RAW, &targets, path, NULL), 0);
	cr_expect_eq(colony_now_ms(silent), plan.end_ms);
	cr_expect(colony_fault_is_active(silent, "latency"));
	for (size_t i = 0; i < targets.count; i++) {
		colony_metrics(silent, targets.items[i].service, 0, &text);
		colony_metrics(writing, targets.items[i].service, 0, &other);
	}
	cr_expect_str_eq(text.text, other.text);
	cr_assert_eq(path_read(path, 512u << 20, &text, NULL), 0);
	cr_expect_gt(parse_strictly(text.text, text.length, true), 360 * 100);
	unlink(path);
	rmdir(folder);
	strbuf_release(&text);
	strbuf_release(&other);
	colony_free(silent);
	colony_free(writing);
	target_list_release(&targets);
	free(path);
	free(folder);
}

Test(colony_server, a_short_plan_only_has_its_faults_age)
{
	static const char *const faults[] = { "redis-down" };
	struct history_plan plan = {
		.kind = &colony_kind, .seed = 1, .instances = 3, .faults = faults, .fault_count = 1
	};
	struct colony *colony;
	struct error error;

	history_plan_short(&plan, NOON_MS, 8 * CLOCK_MINUTE);
	colony = colony_of(history_begin(&plan, &error));
	cr_expect_eq(colony_now_ms(colony), NOON_MS - 8 * CLOCK_MINUTE);
	cr_expect_eq(history_advance(&plan, colony_world(colony), NOON_MS, &error), 0);
	cr_expect_eq(colony_answers(colony, SERVICE_REDIS, 0), ANSWER_REFUSE);
	colony_free(colony);
	plan.fault_count = 0;
	history_plan_short(&plan, NOON_MS, 8 * CLOCK_MINUTE);
	cr_expect_eq(plan.begin_ms, NOON_MS);
}

/* --- orders ------------------------------------------------------------ */

static struct time_source order_time;
static struct colony *order_colony;
static struct strbuf order_output = STRBUF_INIT, order_error = STRBUF_INIT;

/* Words with a space between them; the exit status. */
static int order(const char *text, bool json)
{
	const struct orders_context context = { colony_world(order_colony), &order_time };
	char *copy = mem_strdup(text), *rest = copy, *word;
	const char *words[8];
	size_t count = 0;
	int status;

	strbuf_clear(&order_output);
	strbuf_clear(&order_error);
	while ((word = strsep(&rest, " ")))
		words[count++] = word;
	status = orders_run(&context, words, count, json, &order_output, &order_error);
	free(copy);
	return status;
}

static void setup(void)
{
	order_time = (struct time_source){ .manual = true, .manual_ms = NOON_MS };
	order_colony = new_colony();
}

static void teardown(void)
{
	colony_free(order_colony);
	strbuf_release(&order_output);
	strbuf_release(&order_error);
}

Test(colony_server, faults_by_words, .init = setup, .fini = teardown)
{
	cr_expect_eq(order("list", false), 0);
	cr_expect_not_null(strstr(order_output.text, "  redis-down "));
	cr_expect_eq(order("inject redis-down latency", true), 0);
	cr_expect_not_null(strstr(order_output.text, "\"redis-down\""));
	cr_expect_eq(order("list", false), 0);
	cr_expect_not_null(strstr(order_output.text, "* redis-down "));
	cr_expect_eq(order("inject crash nonsense", false), 2);
	cr_expect(!colony_fault_is_active(order_colony, "crash"), "a wrong word is found before the first is done");
	cr_expect_eq(order_output.length, 0);
	cr_expect_gt(order_error.length, 0);
	cr_expect_eq(order("inject crash@3", false), 2, "instances are counted from 0");
	cr_expect_eq(order("inject crash@2", false), 0);
	cr_expect_eq(colony_answers(order_colony, SERVICE_COLONY, 2), ANSWER_REFUSE);
	cr_expect_eq(colony_answers(order_colony, SERVICE_COLONY, 0), ANSWER_GOOD);
	cr_expect_eq(order("clear redis-down", false), 0);
	cr_expect_eq(order("clear redis-down", false), 1);
	cr_expect_eq(order("clear", true), 0);
	cr_expect_str_eq(order_output.text, "{\"active\":[]}\n");
	cr_expect_eq(order("inject", false), 2);
	cr_expect_eq(order("list all", false), 2);
}

Test(colony_server, clock_by_words, .init = setup, .fini = teardown)
{
	cr_expect_eq(order("clock", true), 0);
	cr_expect_str_eq(order_output.text,
			 "{\"time\":\"2026-01-05T12:00:00Z\",\"time_ms\":1767614400000,\"clock\":\"manual\"}\n");
	cr_expect_eq(order("clock advance 90m", false), 0);
	cr_expect_str_eq(order_output.text, "2026-01-05T13:30:00Z (manual clock)\n");
	cr_expect_eq(order("clock set 2026-01-05T14:00:00Z", false), 0);
	cr_expect_eq(colony_now_ms(order_colony), NOON_MS + 2 * CLOCK_HOUR);
	cr_expect_eq(order("clock set 2026-01-05T13:59:59Z", false), 1);
	cr_expect_str_eq(order_error.text, "clock: the clock cannot go back");
	cr_expect_eq(order("clock advance", false), 2);
	cr_expect_eq(order("clock advance x", false), 2);
	cr_expect_eq(order("clock advance 1m 2m", false), 2);
	cr_expect_eq(order("clock advance 400d", false), 1);
	order_time.manual = false;
	cr_expect_eq(order("clock advance 1m", false), 1);
	cr_expect_not_null(strstr(order_error.text, "wall clock"));
}

Test(colony_server, an_hour_is_sixty_minutes, .init = setup, .fini = teardown)
{
	struct strbuf whole = STRBUF_INIT, pieces = STRBUF_INIT;

	cr_expect_eq(order("clock advance 1h", false), 0);
	colony_metrics(order_colony, SERVICE_COLONY, 1, &whole);
	teardown();
	setup();
	for (int i = 0; i < 60; i++)
		cr_expect_eq(order("clock advance 1m", false), 0);
	colony_metrics(order_colony, SERVICE_COLONY, 1, &pieces);
	cr_expect_str_eq(whole.text, pieces.text);
	strbuf_release(&whole);
	strbuf_release(&pieces);
}

Test(colony_server, other_words_are_the_operators, .init = setup, .fini = teardown)
{
	cr_expect_eq(order("status", true), 0);
	cr_expect_eq(order_output.text[0], '{');
	cr_expect_neq(order("nonsense", false), 0);
}
