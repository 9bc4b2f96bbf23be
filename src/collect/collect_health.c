#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "collect/collector.h"
#include "collect/detail.h"
#include "collect/health_document.h"
#include "collect/health_word.h"
#include "collect/http_reader.h"
#include "collect/http_target.h"
#include "collect/intake.h"
#include "collect/metric_page.h"
#include "collect/probe_page.h"
#include "tsdb/label_regex.h"

#define ACCEPT       "application/json,text/plain;q=0.8,*/*;q=0.5"
#define STANDS_STILL (2 * CLOCK_DAY) /* a document's time that old is no clock's: zones make up for one day at most */

struct health_config {
	struct http_target_config http;
	struct option_strings paths, statuses;
	const char *bad_body;
	bool only_status;
};

/* One path of one target. */
struct health {
	struct http_reader reader; /* first */
	const struct health_config *config;
};

/* An answer on its way through the pool, which owns all of it. */
struct reading {
	struct strbuf body;
	struct http_probe probe;
	int status;
	size_t bytes;
	bool expected, absent, only_status;
	char *bad_body; /* a pattern, or NULL */
	int64_t time_ms;
	char reason[160], warning[160];
	struct metric_page page;
	struct detail *detail;
};

static bool matches(const struct reading *reading)
{
	char *pattern = mem_printf(".*(?:%s).*", reading->bad_body);
	struct label_regex *regex = label_regex_new(pattern, true, NULL);
	bool found = regex && label_regex_match(regex, reading->body.text);

	label_regex_free(regex);
	free(pattern);
	return found;
}

static void warn(struct reading *reading, const struct health_document *document, const struct strbuf *trouble)
{
	int64_t time_ms = isfinite(document->time_s) && fabs(document->time_s) < 1e12
				  ? (int64_t)(document->time_s * 1000)
				  : reading->time_ms;
	char date[32];

	if (document->overall == 0.5 || trouble->length) {
		snprintf(reading->warning, sizeof(reading->warning), "%s%s%s",
			 document->overall == 0.5 ? "degraded" : "not healthy", trouble->length ? ": " : "",
			 trouble->text);
	} else if (document->unknown_words) {
		snprintf(reading->warning, sizeof(reading->warning), "%zu states in words that are not known: '%.60s'",
			 document->unknown_words, document->unknown);
	} else if (reading->time_ms - time_ms > STANDS_STILL) {
		time_format(time_ms, "%Y-%m-%d", date, sizeof(date));
		snprintf(reading->warning, sizeof(reading->warning), "the document's time stands still at %s", date);
	} else if (document->left_out) {
		snprintf(reading->warning, sizeof(reading->warning), "%zu parts of the document left out",
			 document->left_out);
	}
}

/* Reasons grow: what the connection or the status say, then what the document says. */
static void add_reason(struct reading *reading, const char *words, const char *more)
{
	size_t used = strlen(reading->reason);

	snprintf(reading->reason + used, sizeof(reading->reason) - used, "%s%s%s%s", used ? ": " : "", words,
		 *more && *words ? ": " : "", more);
}

static void read_document(struct reading *reading, bool *success)
{
	struct health_document document;
	struct strbuf trouble = STRBUF_INIT;

	health_document_read(&document, reading->body.text, reading->body.length);
	health_document_trouble(&document, &trouble);
	if (document.known && !reading->expected) {
		add_reason(reading, document.word, trouble.text);
	} else if (document.overall == 0 && !reading->only_status) {
		*success = false;
		add_reason(reading, "says it is unhealthy", trouble.text);
	} else {
		warn(reading, &document, &trouble);
	}
	if (document.known || document.numbers.count)
		health_document_add_page(&document, &reading->page);
	if (document.known) {
		reading->detail = detail_new(reading->time_ms);
		health_document_add_detail(&document, reading->detail);
	}
	strbuf_release(&trouble);
	health_document_release(&document);
}

static void work(void *state)
{
	struct reading *reading = state;
	bool success = reading->expected, bad = false;

	if (reading->absent) {
		/* It answers, and has no such page: neither well nor ill. */
		probe_page_add_http(&reading->page, &reading->probe, reading->status, reading->bytes);
		return;
	}
	if (reading->status && reading->bad_body) {
		bad = matches(reading);
		metric_page_gauge(&reading->page, "probe_failed_due_to_regex", "1: the body has what it must not have",
				  bad);
		if (bad)
			add_reason(reading, "the body has what it must not have", "");
	}
	if (reading->status)
		read_document(reading, &success);
	probe_page_add_success(&reading->page, success && !bad, reading->probe.total_s);
	probe_page_add_http(&reading->page, &reading->probe, reading->status, reading->bytes);
}

static void done(void *state, void *user)
{
	struct reading *reading = state;
	struct health *health = user;
	struct collector *collector = health->reader.collector;

	health->reader.job = NULL;
	collector->absent = reading->absent;
	snprintf(collector->state.warning, sizeof(collector->state.warning), "%s", reading->warning);
	collector_set_detail(collector, reading->detail);
	reading->detail = NULL;
	intake_page(health->reader.intake, reading->time_ms, &reading->page.text, false,
		    *reading->reason ? reading->reason : NULL);
}

static void drop(void *state)
{
	struct reading *reading = state;

	detail_free(reading->detail);
	metric_page_release(&reading->page);
	strbuf_release(&reading->body);
	free(reading->bad_body);
	free(reading);
}

static const struct job_ops reading_job = { .work = work, .done = done, .drop = drop };

/* "200", "2xx", "200-299" */
static bool read_statuses(const char *text, int *ret_from, int *ret_to)
{
	char tail;

	if (strlen(text) == 3 && isdigit((unsigned char)text[0]) && strcmp(text + 1, "xx") == 0) {
		*ret_from = (text[0] - '0') * 100;
		*ret_to = *ret_from + 99;
	} else if (sscanf(text, "%3d-%3d%c", ret_from, ret_to, &tail) != 2) {
		if (sscanf(text, "%3d%c", ret_from, &tail) != 1)
			return false;
		*ret_to = *ret_from;
	}
	return *ret_from >= 100 && *ret_to <= 599 && *ret_from <= *ret_to;
}

static bool is_expected(const struct health_config *config, int status)
{
	int from, to;

	for (size_t i = 0; i < config->statuses.count; i++)
		if (read_statuses(config->statuses.items[i], &from, &to) && status >= from && status <= to)
			return true;
	return false;
}

static void on_answer(void *user, const struct http_answer *answer)
{
	struct health *health = user;
	struct strbuf *body = http_target_body(health->reader.target);
	struct reading *reading = mem_zalloc(sizeof(*reading));

	health->reader.collector->state.bytes = answer->bytes;
	collector_set_raw(health->reader.collector, body->text, body->length);
	metric_page_init(&reading->page);
	reading->body = *body;
	strbuf_init(body);
	reading->probe = *http_target_probe(health->reader.target);
	reading->status = answer->fault == HTTP_OK ? answer->status : 0;
	reading->bytes = answer->bytes;
	reading->expected = answer->fault == HTTP_OK && is_expected(health->config, answer->status);
	reading->absent = !reading->expected && reading->status == 404;
	reading->only_status = health->config->only_status;
	reading->bad_body = mem_strdup(health->config->bad_body);
	reading->time_ms = health->reader.time_ms;
	if (!reading->expected && !reading->absent) {
		if (answer->reason[0])
			add_reason(reading, answer->reason, "");
		else
			snprintf(reading->reason, sizeof(reading->reason), "status %d is not expected", answer->status);
	}
	http_reader_submit(&health->reader, &reading_job, reading);
}

/* Pages of one server are told apart by a label. */
static void open_page(struct collect *collect, const struct health_config *config, const char *url, const char *path)
{
	struct health *health = mem_zalloc(sizeof(*health));
	struct option_strings labels = { .items = arena_array(&health->reader.arena, config->http.labels.count + 1,
							      sizeof(*labels.items)) };

	health->config = config;
	if (path)
		labels.items[labels.count++] = arena_printf(&health->reader.arena, "path=%s", path);
	for (size_t i = 0; i < config->http.labels.count; i++)
		labels.items[labels.count++] = config->http.labels.items[i];
	http_reader_open(&health->reader, collect, "health", &config->http, url, ACCEPT, on_answer, &labels);
}

/* The path of an absolute URL, without what is asked of it. */
static char *path_of(const char *url)
{
	const char *path = strchr(strstr(url, "://") + 3, '/');

	return path ? mem_strndup(path, strcspn(path, "?#")) : mem_strdup("/");
}

static bool is_same_server(const char *a, const char *b)
{
	char *url_a = http_target_url(a, "/"), *url_b = http_target_url(b, "/");
	size_t length = strcspn(strstr(url_a, "://") + 3, "/?#") + (size_t)(strstr(url_a, "://") + 3 - url_a);
	bool same = strncmp(url_a, url_b, length) == 0 && (!url_b[length] || strchr("/?#", url_b[length]));

	free(url_a);
	free(url_b);
	return same;
}

/* How many pages of a target's server the entry asks for. */
static size_t count_pages(const struct health_config *config, const char *target)
{
	size_t count = 0;

	for (size_t i = 0; i < config->http.targets.count; i++)
		if (is_same_server(target, config->http.targets.items[i]))
			count += http_target_has_path(config->http.targets.items[i]) ? 1 : config->paths.count;
	return count;
}

static void open_entry(struct collect *collect, const void *entry)
{
	const struct health_config *config = entry;

	for (size_t i = 0; i < config->http.targets.count; i++) {
		const char *target = config->http.targets.items[i];
		bool own = http_target_has_path(target), several = count_pages(config, target) > 1;

		for (size_t j = 0; j < (own ? 1 : config->paths.count); j++) {
			char *url = http_target_url(target, own ? "/" : config->paths.items[j]), *path = path_of(url);

			open_page(collect, config, url, several ? path : NULL);
			free(path);
			free(url);
		}
	}
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct health_config *config = entry_config;
	int result = http_target_check(&config->http, entry, file, folder, arena, errors), from, to;
	struct label_regex *regex;
	struct error error;

	for (size_t i = 0; i < config->statuses.count; i++)
		if (!read_statuses(config->statuses.items[i], &from, &to))
			result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, "expect_status",
						"'%.40s' is no status (200, 2xx, 200-299)", config->statuses.items[i]);
	for (size_t i = 0; i < config->paths.count; i++)
		if (config->paths.items[i][0] != '/')
			result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, "paths",
						"'%.80s' is no path (it begins with '/')", config->paths.items[i]);
	if (!config->bad_body)
		return result;
	regex = label_regex_new(config->bad_body, true, &error);
	if (!regex)
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, "fail_if_body_matches",
					"%s", error.text);
	label_regex_free(regex);
	return result;
}

#define AT(member) .offset = offsetof(struct health_config, member)
static const struct option options[] = {
	HTTP_TARGET_ROWS(offsetof(struct health_config, http)),
	{ "paths", 0, OPTION_STRINGS, AT(paths), .fallback = "/health", .value_name = "PATH",
	  .help = "what is asked for; one that a target does not have (404) is said to be absent, not down" },
	{ "expect-status", 0, OPTION_STRINGS, AT(statuses), .fallback = "2xx", .value_name = "STATUS",
	  .help = "answers that are well: 200, 2xx, 200-299; documents with others are read all the same" },
	{ "fail-if-body-matches", 0, OPTION_STRING, AT(bad_body), .value_name = "REGEX",
	  .help = "an answer with this in it is a failure" },
	{ "only-status", 0, OPTION_BOOL, AT(only_status), .fallback = "false",
	  .help = "a document that says unhealthy with a good status is no failure" },
	{ 0 },
};
#undef AT

const struct collector_kind collect_health = {
	.type = "health",
	.help = "health pages: JSON of any shape, or the status alone, as blackbox_exporter names it",
	.options = options,
	.config_size = sizeof(struct health_config),
	.finish = finish_entry,
	.open = open_entry,
};
