#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "collect/log_count.h"

static struct log_count *count;
static struct metric_page page;

static void open_count(struct log_count_config *config, enum line_format format)
{
	struct line_parser parser = { .format = format };

	if (!config->series_limit)
		config->series_limit = 100;
	count = log_count_new(config, &parser);
	metric_page_init(&page);
}

static void line(const char *text)
{
	log_count_sink.line(count, text, strlen(text), false);
}

static void expect(const char *sample)
{
	metric_page_clear(&page);
	log_count_page(count, &page);
	cr_expect(strstr(page.text.text, sample), "no '%s' in\n%s", sample, page.text.text);
}

static void teardown(void)
{
	log_count_free(count);
	metric_page_release(&page);
}

static struct log_labels labels_of(const char *first, const char *second)
{
	const char *words[] = { first, second };
	struct option_strings strings = { words, second ? 2 : 1 };
	struct log_labels labels;
	struct error error;

	cr_assert_eq(log_labels_read(&labels, &strings, &error), 0, "%s", error.text);
	return labels;
}

Test(log_count, levels_begin_at_zero, .fini = teardown)
{
	struct log_count_config config = { .labels = labels_of("level", NULL) };

	open_count(&config, LINE_FORMAT_AUTO);
	expect("log_lines_total{level=\"error\"} 0\n");
	line("ERROR: x");
	expect("log_lines_total{level=\"error\"} 1\n");
	expect("log_bytes_total 9\n");
	expect("log_unparsed_lines_total 0\n");
}

Test(log_count, series_are_bounded, .fini = teardown)
{
	struct log_count_config config = { .labels = labels_of("level", "path=url"), .series_limit = 3 };
	char text[64];
	bool full;

	open_count(&config, LINE_FORMAT_AUTO);
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "{\"level\":\"%s\",\"url\":\"/%d\"}", i % 2 ? "info" : "error", i);
		line(text);
	}
	cr_assert_eq(log_count_series(count, &full), 5);
	cr_assert(full);
	expect("log_lines_total{level=\"error\",path=\"/0\"} 1\n");
	expect("log_lines_total{level=\"error\",path=\"other\"} 498\n");
	expect("log_lines_total{level=\"info\",path=\"other\"} 499\n");
}

Test(log_count, values_are_cut_and_made_safe, .fini = teardown)
{
	struct log_count_config config = { .labels = labels_of("tenant", NULL) };
	char text[600] = "{\"tenant\":\"";

	open_count(&config, LINE_FORMAT_AUTO);
	memset(text + strlen(text), 'x', 500);
	strcat(text, "\"}");
	line(text);
	metric_page_clear(&page);
	log_count_page(count, &page);
	cr_assert_null(strstr(page.text.text,
			      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
	line("{\"tenant\":\"a\\u001f\\u0000b\"}");
	expect("log_lines_total{tenant=\"a  b\"} 1\n");
	line("{\"tenant\":null}");
	line("{}");
	expect("log_lines_total 2\n");
}

Test(log_count, durations_and_patterns, .fini = teardown)
{
	const double bounds[] = { 0.1, 1 };
	const struct log_pattern patterns[] = { { "slow", "took [0-9]{4}" } };
	struct log_count_config config = { .labels = labels_of("level", NULL),
					   .duration = "ms",
					   .duration_factor = 1e-3,
					   .bounds = bounds,
					   .bound_count = 2,
					   .patterns = patterns,
					   .pattern_count = 1 };

	open_count(&config, LINE_FORMAT_JSON);
	line("{\"ms\":100,\"msg\":\"took 100\"}");
	line("{\"ms\":\"2000.5\",\"msg\":\"Took 2000\"}");
	line("{\"ms\":\"fast\",\"msg\":\"x\"}");
	line("{\"ms\":-1}");
	line("{\"ms\":1e999}");
	line("not json");
	expect("log_duration_seconds_bucket{le=\"0.1\"} 1\n");
	expect("log_duration_seconds_bucket{le=\"1\"} 1\n");
	expect("log_duration_seconds_bucket{le=\"+Inf\"} 2\n");
	expect("log_duration_seconds_sum 2.1005");
	expect("log_duration_seconds_count 2\n");
	expect("log_matches_total{pattern=\"slow\"} 1\n");
	expect("log_unparsed_lines_total 1\n");
}

Test(log_count, refuses_bad_labels)
{
	static const char *const bad[][2] = {
		{ "a b", NULL },      { "", NULL },     { "1a", NULL }, { "x=", NULL },
		{ "level", "level" }, { "a=b", "a=c" }, { "a", "a=c" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *words[] = { bad[i][0], bad[i][1] };
		struct option_strings strings = { words, bad[i][1] ? 2 : 1 };
		struct log_labels labels;
		struct error error;

		cr_expect_eq(log_labels_read(&labels, &strings, &error), -1, "%s", bad[i][0]);
	}
}
