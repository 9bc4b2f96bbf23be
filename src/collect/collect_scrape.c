#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "collect/collector.h"
#include "collect/http_target.h"
#include "collect/intake.h"
#include "loop/http_options.h"
#include "loop/http_url.h"
#include "tsdb/exposition.h"

/* What Prometheus asks for: OpenMetrics where the target has it, else the text format. */
#define ACCEPT                                                                                                         \
	"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"                \
	"text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
#define METRICS_PATH "/metrics"

struct scrape_config {
	struct http_target_config http;
	int64_t sample_limit;
	bool honor_labels, honor_timestamps, lenient, optional;
};

/* One target. */
struct scrape {
	struct collector *collector;
	const struct scrape_config *config;
	char *url;
	struct arena arena;
	struct http_access access;
	struct intake *intake;
	struct http_request *request;
	struct strbuf body; /* of the answer */
	int64_t time_ms;
	bool open_metrics;
};

static int on_data(void *user, const char *data, size_t length, int status, const char *content_type)
{
	struct scrape *scrape = user;

	/* What a failing target says is kept for a person to look at. */
	scrape->open_metrics = status == 200 && exposition_is_open_metrics(content_type);
	strbuf_add(&scrape->body, data, length);
	return 0;
}

static void on_answer(void *user, const struct http_answer *answer)
{
	struct scrape *scrape = user;

	scrape->request = NULL;
	scrape->collector->state.bytes = answer->bytes;
	collector_set_raw(scrape->collector, scrape->body.text, scrape->body.length);
	scrape->collector->state.warning[0] = '\0';
	scrape->collector->absent = answer->fault == HTTP_OK && answer->status == 404 && scrape->config->optional;
	if (scrape->collector->absent)
		strbuf_clear(&scrape->body);
	if (scrape->collector->absent || (answer->fault == HTTP_OK && answer->status == 200))
		intake_page(scrape->intake, scrape->time_ms, &scrape->body, scrape->open_metrics, NULL);
	else
		intake_fail(scrape->intake, scrape->time_ms, answer->reason);
}

static void start(struct collector *collector, int64_t time_ms)
{
	struct scrape *scrape = collector->own;
	struct http_question question = {
		.url = scrape->url,
		.access = &scrape->access,
		.timeout_ms = scrape->config->http.timeout_ms,
		.limit_bytes = (size_t)scrape->config->http.body_limit,
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
		intake_fail(scrape->intake, time_ms, error.text);
}

static void scrape_free(struct collector *collector)
{
	struct scrape *scrape = collector->own;

	if (scrape->request)
		http_cancel(scrape->request);
	intake_free(scrape->intake);
	strbuf_release(&scrape->body);
	arena_release(&scrape->arena);
	free(scrape->url);
	free(scrape);
}

static const struct collector_ops scrape_ops = { .start = start, .free = scrape_free };

static void open_target(struct collect *collect, const struct scrape_config *config, const char *target)
{
	struct scrape *scrape = mem_zalloc(sizeof(*scrape));
	struct intake_config intake = { .honor_labels = config->honor_labels,
					.ignore_times = !config->honor_timestamps,
					.lenient = config->lenient,
					.samples = (size_t)config->sample_limit };
	struct http_url url;
	char *instance;

	scrape->config = config;
	scrape->url = http_target_url(target, METRICS_PATH);
	strbuf_init(&scrape->body);
	arena_init(&scrape->arena);
	scrape->access = http_options_access(&config->http.access, ACCEPT, &scrape->arena);
	/* Checked when the section was read. */
	http_url_parse(&url, scrape->url, NULL);
	instance = http_url_instance(&url);
	intake.labels = intake_labels(config->http.job, instance, &config->http.labels, &scrape->arena);
	scrape->collector = collector_add(collect, &scrape_ops, scrape, "scrape", config->http.job, instance, url.text,
					  config->http.interval_ms);
	scrape->intake = intake_new(scrape->collector, &intake);
	free(instance);
	http_url_release(&url);
}

static void open_entry(struct collect *collect, const void *entry)
{
	const struct scrape_config *config = entry;

	for (size_t i = 0; i < config->http.targets.count; i++)
		open_target(collect, config, config->http.targets.items[i]);
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct scrape_config *config = entry_config;

	if (!config->http.timeout_ms)
		config->http.timeout_ms = config->http.interval_ms;
	return http_target_check(&config->http, entry, file, folder, arena, errors);
}

#define AT(member) .offset = offsetof(struct scrape_config, member)
static const struct option options[] = {
	{ "job", 0, OPTION_STRING, AT(http.job), .value_name = "NAME", .help = "the job label", .required = true },
	{ "targets", 0, OPTION_STRINGS, AT(http.targets), .value_name = "URL",
	  .help = "host:port or URLs; without a path /metrics is asked for", .required = true },
	{ "labels", 0, OPTION_PAIRS, AT(http.labels), .value_name = "NAME=VALUE",
	  .help = "more labels for every series" },
	{ "interval", 0, OPTION_DURATION, AT(http.interval_ms), .fallback = "15s", .minimum = 500, .maximum = 3600000,
	  .help = "how often" },
	{ "timeout", 0, OPTION_DURATION, AT(http.timeout_ms), .minimum = 100, .maximum = 300000,
	  .help = "longest wait for a page (default: the interval)" },
	{ "body-limit", 0, OPTION_INT, AT(http.body_limit), .fallback = "67108864", .minimum = 1000, .maximum = 1e9,
	  .help = "largest page read, in bytes, unpacked" },
	{ "sample-limit", 0, OPTION_INT, AT(sample_limit), .fallback = "0", .minimum = 0, .maximum = 1e7,
	  .help = "most samples in a page; more fails the scrape (0: no limit)" },
	{ "honor-labels", 0, OPTION_BOOL, AT(honor_labels), .fallback = "false",
	  .help = "an exposed job or instance label wins" },
	{ "honor-timestamps", 0, OPTION_BOOL, AT(honor_timestamps), .fallback = "true",
	  .help = "times in the page are used" },
	{ "lenient", 0, OPTION_BOOL, AT(lenient), .fallback = "false",
	  .help = "leave out bad lines instead of failing the scrape" },
	{ "optional", 0, OPTION_BOOL, AT(optional), .fallback = "false",
	  .help = "a page that is not there (404) is not offered, which is no failure" },
	HTTP_OPTION_ROWS(offsetof(struct scrape_config, http.access)),
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
