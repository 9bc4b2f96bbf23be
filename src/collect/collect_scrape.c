#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "collect/collector.h"
#include "loop/http_options.h"
#include "loop/http_url.h"
#include "tsdb/exposition.h"
#include "tsdb/ingest.h"

/* What Prometheus asks for: OpenMetrics where the target has it, else the text format. */
#define ACCEPT                                                                                                         \
	"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"                \
	"text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
#define METRICS_PATH "/metrics"

struct scrape_config {
	const char *job;
	struct option_strings targets;
	struct option_strings labels; /* "name=value" */
	int64_t interval_ms, timeout_ms;
	int64_t body_limit, sample_limit;
	bool honor_labels, honor_timestamps, lenient;
	struct http_options access;
};

/* One target. */
struct scrape {
	struct collector *collector;
	const struct scrape_config *config;
	char *url;
	struct arena arena;
	struct http_access access;
	struct ingest *ingest;
	struct http_request *request;
	struct job *job;
	struct strbuf body; /* of the answer; then of the page that is being taken in */
	struct exposition exposition;
	struct timer *step; /* takes in the next piece of it */
	int64_t time_ms;
	bool open_metrics;
};

/* A page on its way through the pool: the job owns the bytes. */
struct page {
	struct strbuf body;
	struct exposition_options options;
	struct exposition exposition;
	struct error_list faults;
	char *file;
	int result;
};

static void parse_page(void *state)
{
	struct page *page = state;

	page->result = exposition_parse(&page->exposition, page->body.text, page->body.length, &page->options,
					page->file, &page->faults);
}

static void drop_page(void *state)
{
	struct page *page = state;

	exposition_release(&page->exposition);
	error_list_release(&page->faults);
	strbuf_release(&page->body);
	free(page->file);
	free(page);
}

/* Seconds from the beginning until now, as scrape_duration_seconds has it. */
static double seconds_since_begin(const struct scrape *scrape)
{
	int64_t now_ms = loop_monotonic_now_ms(collect_bridges(scrape->collector->collect)->loop);

	return (double)(now_ms - scrape->collector->begun_ms) / (double)CLOCK_SECOND;
}

/* The scrape is in the store; `reason` says why it failed, when it did. */
static void finish(struct scrape *scrape, const struct ingest_result *result, const char *reason)
{
	struct collector_state *state = &scrape->collector->state;

	state->warning[0] = '\0';
	if (scrape->exposition.bad_lines)
		snprintf(state->warning, sizeof(state->warning), "%zu bad lines left out",
			 scrape->exposition.bad_lines);
	else if (result->refused)
		snprintf(state->warning, sizeof(state->warning), "%zu series refused: the store is full",
			 result->refused);
	else if (result->too_far)
		snprintf(state->warning, sizeof(state->warning),
			 "%zu samples with a time too far in the future or past", result->too_far);
	else if (result->out_of_order + result->duplicates)
		snprintf(state->warning, sizeof(state->warning), "%zu samples out of order, %zu duplicates",
			 result->out_of_order, result->duplicates);
	if (!*reason) {
		state->samples = result->samples;
		state->series = ingest_series(scrape->ingest);
	}
	exposition_release(&scrape->exposition);
	collector_done(scrape->collector, reason);
}

static void fail(struct scrape *scrape, const char *reason)
{
	struct ingest_scrape none = { .time_ms = scrape->time_ms, .duration_s = seconds_since_begin(scrape) };
	struct ingest_result result;

	ingest_apply(scrape->ingest, &none, &result);
	finish(scrape, &result, reason);
}

/* A page of many new series takes longer than a key may wait: the next piece follows at the next turn. */
static void on_step(void *user)
{
	struct scrape *scrape = user;
	struct ingest_result result;

	if (ingest_step(scrape->ingest, &result))
		finish(scrape, &result, result.error);
	else
		timer_start(scrape->step, 0);
}

static void take_in(struct scrape *scrape)
{
	struct ingest_scrape page = { .time_ms = scrape->time_ms,
				      .duration_s = seconds_since_begin(scrape),
				      .exposition = &scrape->exposition };

	if (ingest_begin(scrape->ingest, &page))
		on_step(scrape);
	else
		finish(scrape, &(struct ingest_result){ .error = "" }, "the clock went backwards");
}

static void on_parsed(void *state, void *user)
{
	struct page *page = state;
	struct scrape *scrape = user;

	scrape->job = NULL;
	if (page->result < 0 && page->faults.count) {
		char reason[ERROR_TEXT_MAX];

		snprintf(reason, sizeof(reason), "line %u: %s", page->faults.faults[0].line,
			 page->faults.faults[0].text);
		fail(scrape, reason);
	} else if (page->result < 0) {
		fail(scrape, "the page cannot be read");
	} else {
		/* The job ends with this call; what it read is needed until all of it is in the store. */
		scrape->exposition = page->exposition;
		page->exposition = (struct exposition){ 0 };
		strbuf_release(&scrape->body);
		scrape->body = page->body;
		strbuf_init(&page->body);
		take_in(scrape);
	}
}

static const struct job_ops page_job = { .work = parse_page, .done = on_parsed, .drop = drop_page };

static void parse_in_pool(struct scrape *scrape)
{
	struct page *page = mem_zalloc(sizeof(*page));
	struct error error;

	page->body = scrape->body;
	strbuf_init(&scrape->body);
	page->options =
		(struct exposition_options){ .open_metrics = scrape->open_metrics, .lenient = scrape->config->lenient };
	page->file = mem_strdup(scrape->collector->state.url);
	error_list_init(&page->faults);
	scrape->job = pool_submit(collect_bridges(scrape->collector->collect)->pool, &page_job, page, scrape, &error);
	if (!scrape->job) {
		drop_page(page);
		fail(scrape, error.text);
	}
}

static int on_data(void *user, const char *data, size_t length, int status, const char *content_type)
{
	struct scrape *scrape = user;

	if (status != 200)
		return 0;
	scrape->open_metrics = exposition_is_open_metrics(content_type);
	strbuf_add(&scrape->body, data, length);
	return 0;
}

static void on_answer(void *user, const struct http_answer *answer)
{
	struct scrape *scrape = user;

	scrape->request = NULL;
	scrape->collector->state.bytes = answer->bytes;
	if (answer->fault == HTTP_OK && answer->status == 200) {
		parse_in_pool(scrape);
		return;
	}
	fail(scrape, answer->reason[0] ? answer->reason : "no page");
}

static void start(struct collector *collector, int64_t time_ms)
{
	struct scrape *scrape = collector->own;
	struct http_question question = {
		.url = scrape->url,
		.access = &scrape->access,
		.timeout_ms = scrape->config->timeout_ms,
		.limit_bytes = (size_t)scrape->config->body_limit,
		.on_data = on_data,
		.done = on_answer,
		.user = scrape,
	};
	struct error error;

	scrape->time_ms = time_ms;
	scrape->open_metrics = false;
	strbuf_clear(&scrape->body);
	scrape->request = http_ask(collect_bridges(collector->collect)->http, &question, &error);
	if (!scrape->request)
		fail(scrape, error.text);
}

static void scrape_free(struct collector *collector)
{
	struct scrape *scrape = collector->own;

	if (scrape->request)
		http_cancel(scrape->request);
	if (scrape->job)
		job_cancel(scrape->job);
	timer_free(scrape->step);
	ingest_free(scrape->ingest);
	exposition_release(&scrape->exposition);
	strbuf_release(&scrape->body);
	arena_release(&scrape->arena);
	free(scrape->url);
	free(scrape);
}

static const struct collector_ops scrape_ops = { .start = start, .free = scrape_free };

/* "host:port", "http://host:port" and "http://host:port/path" are all targets. */
static char *target_url(const char *target)
{
	char *url = strstr(target, "://") ? mem_strdup(target) : mem_printf("http://%s", target);
	const char *authority = strstr(url, "://") + 3, *path = strpbrk(authority, "/?");
	char *with_path;

	if (path && (path[0] == '?' || path[1]))
		return url;
	with_path = mem_printf("%.*s%s", (int)(path ? path - url : (long)strlen(url)), url, METRICS_PATH);
	free(url);
	return with_path;
}

static char *target_instance(const struct http_url *url)
{
	return strchr(url->host, ':') ? mem_printf("[%s]:%u", url->host, url->port)
				      : mem_printf("%s:%u", url->host, url->port);
}

/* job and instance, unless the entry's own labels say otherwise. */
static struct labels target_labels(const struct scrape_config *config, const char *instance, struct arena *arena)
{
	struct label *items = arena_array(arena, config->labels.count + 2, sizeof(*items));
	size_t count = 0;

	items[count++] = (struct label){ "job", config->job };
	items[count++] = (struct label){ "instance", instance };
	for (size_t i = 0; i < config->labels.count; i++) {
		const char *pair = config->labels.items[i], *equals = strchr(pair, '=');

		items[count++] = (struct label){ arena_strndup(arena, pair, (size_t)(equals - pair)), equals + 1 };
	}
	return labels_make(arena, items, count);
}

static void open_target(struct collect *collect, const struct scrape_config *config, const char *target)
{
	struct scrape *scrape = mem_zalloc(sizeof(*scrape));
	struct ingest_config ingest = { .honor_labels = config->honor_labels,
					.ignore_times = !config->honor_timestamps,
					.samples = (size_t)config->sample_limit };
	struct http_url url;
	char *instance;

	scrape->config = config;
	scrape->url = target_url(target);
	strbuf_init(&scrape->body);
	arena_init(&scrape->arena);
	scrape->access = http_options_access(&config->access, ACCEPT, &scrape->arena);
	/* Checked when the section was read. */
	http_url_parse(&url, scrape->url, NULL);
	instance = target_instance(&url);
	ingest.labels = target_labels(config, instance, &scrape->arena);
	scrape->step = timer_new(collect_bridges(collect)->loop, on_step, scrape);
	scrape->ingest = ingest_new(collect_bridges(collect)->store, &ingest);
	scrape->collector = collector_add(collect, &scrape_ops, scrape, "scrape", config->job, instance, url.text,
					  config->interval_ms);
	free(instance);
	http_url_release(&url);
}

static void open_entry(struct collect *collect, const void *entry)
{
	const struct scrape_config *config = entry;

	for (size_t i = 0; i < config->targets.count; i++)
		open_target(collect, config, config->targets.items[i]);
}

static int check_targets(const struct scrape_config *config, const struct yaml_node *entry, const char *file,
			 struct error_list *errors)
{
	const struct yaml_node *node = yaml_get(entry, "targets");
	int result = 0;

	for (size_t i = 0; i < config->targets.count; i++) {
		const struct yaml_node *at =
			node && node->kind == YAML_SEQUENCE && i < node->count ? node->items[i] : node;
		char *text = target_url(config->targets.items[i]);
		struct http_url url;
		struct error error;

		if (http_url_parse(&url, text, &error) == 0)
			http_url_release(&url);
		else
			result = error_list_add(errors, FAULT_ERROR, file, at ? at->line : entry->line,
						at ? at->column : entry->column, NULL, "targets: %s", error.text);
		free(text);
	}
	return result;
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct scrape_config *config = entry_config;
	const char *header = http_options_bad_header(&config->access);
	int result = check_targets(config, entry, file, errors);

	http_options_make_relative(&config->access, NULL, folder, arena);
	if (header)
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
					"headers: '%s' is no header (NAME: VALUE)", header);
	if (!config->timeout_ms || config->timeout_ms > config->interval_ms) {
		if (config->timeout_ms > config->interval_ms)
			result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
						"timeout: longer than the interval (at most the interval)");
		config->timeout_ms = config->interval_ms;
	}
	return result;
}

#define AT(member) .offset = offsetof(struct scrape_config, member)
static const struct option options[] = {
	{ "job", 0, OPTION_STRING, AT(job), .value_name = "NAME", .help = "the job label", .required = true },
	{ "targets", 0, OPTION_STRINGS, AT(targets), .value_name = "URL",
	  .help = "host:port or URLs; without a path /metrics is asked for", .required = true },
	{ "labels", 0, OPTION_PAIRS, AT(labels), .value_name = "NAME=VALUE", .help = "more labels for every series" },
	{ "interval", 0, OPTION_DURATION, AT(interval_ms), .fallback = "15s", .minimum = 500, .maximum = 3600000,
	  .help = "how often" },
	{ "timeout", 0, OPTION_DURATION, AT(timeout_ms), .minimum = 100, .maximum = 300000,
	  .help = "longest wait for a page (default: the interval)" },
	{ "body-limit", 0, OPTION_INT, AT(body_limit), .fallback = "67108864", .minimum = 1000, .maximum = 1e9,
	  .help = "largest page read, in bytes, unpacked" },
	{ "sample-limit", 0, OPTION_INT, AT(sample_limit), .fallback = "0", .minimum = 0, .maximum = 1e7,
	  .help = "most samples in a page; more fails the scrape (0: no limit)" },
	{ "honor-labels", 0, OPTION_BOOL, AT(honor_labels), .fallback = "false",
	  .help = "an exposed job or instance label wins" },
	{ "honor-timestamps", 0, OPTION_BOOL, AT(honor_timestamps), .fallback = "true",
	  .help = "times in the page are used" },
	{ "lenient", 0, OPTION_BOOL, AT(lenient), .fallback = "false",
	  .help = "leave out bad lines instead of failing the scrape" },
	HTTP_OPTION_ROWS(offsetof(struct scrape_config, access)),
	{ 0 },
};
#undef AT

const struct collector_kind collect_scrape = {
	.type = "scrape",
	.help = "pages in Prometheus's text format or OpenMetrics",
	.options = options,
	.config_size = sizeof(struct scrape_config),
	.finish = finish_entry,
	.open = open_entry,
};
