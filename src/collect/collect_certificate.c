#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "collect/collector.h"
#include "collect/detail.h"
#include "collect/intake.h"
#include "collect/metric_page.h"
#include "collect/probe_page.h"
#include "loop/http.h"
#include "loop/tls_probe.h"

struct certificate_config {
	const char *job, *server_name, *ca_file;
	struct option_strings targets, labels;
	int starttls;
	int64_t interval_ms, timeout_ms, warn_days;
};

/* One host and port. */
struct certificate {
	struct collector *collector;
	const struct certificate_config *config;
	char *host;
	unsigned port;
	struct tls_probe *probe;
	struct intake *intake;
	struct arena arena;
	int64_t time_ms;
};

static const char *const starts[] = { [TLS_START_NOW] = "none", [TLS_START_POSTGRES] = "postgres", NULL };

static double days_left(const struct tls_finding *finding, int64_t now_ms)
{
	return (double)(finding->end_s * CLOCK_SECOND - now_ms) / (double)CLOCK_DAY;
}

static void add_links(const struct tls_finding *finding, struct metric_page *page)
{
	metric_page_family(page, "certificate_not_after_seconds", "gauge",
			   "when each certificate of the chain ends, since the epoch; the server's own is position 0");
	for (size_t i = 0; i < finding->count; i++) {
		char position[8];
		const struct label labels[] = { { "position", position },
						{ "subject", finding->links[i].subject },
						{ "issuer", finding->links[i].issuer } };

		snprintf(position, sizeof(position), "%zu", i);
		metric_page_add(page, "certificate_not_after_seconds", labels, 3, (double)finding->links[i].end_s);
	}
}

static void add_page(const struct tls_finding *finding, int64_t now_ms, struct metric_page *page)
{
	probe_page_add_success(page, finding->verified, finding->total_s);
	metric_page_gauge(page, "probe_dns_lookup_time_seconds", "how long the name took", finding->resolve_s);
	if (!finding->shook_hands)
		return;
	metric_page_gauge(page, "probe_ssl_earliest_cert_expiry",
			  "when the first certificate of the chain ends, in seconds since the epoch",
			  (double)finding->end_s);
	if (finding->chain_end_s)
		metric_page_gauge(page, "probe_ssl_last_chain_expiry_timestamp_seconds",
				  "when the first certificate of the verified chain ends",
				  (double)finding->chain_end_s);
	metric_page_gauge(page, "certificate_days_left", "until the first certificate of the chain ends",
			  days_left(finding, now_ms));
	add_links(finding, page);
	metric_page_family(page, "probe_tls_version_info", "gauge", "the version of TLS that was agreed on");
	metric_page_add_label(page, "probe_tls_version_info", "version", finding->version, 1);
}

static void add_day(struct detail *detail, struct detail_cell *row, size_t column, enum detail_mood mood,
		    int64_t time_s)
{
	char text[32];

	time_format(time_s * CLOCK_SECOND, "%Y-%m-%d %H:%M", text, sizeof(text));
	detail_cell(detail, row, column, mood, "%s", text);
}

static struct detail *make_detail(const struct certificate *certificate, const struct tls_finding *finding)
{
	static const struct detail_column columns[] = {
		{ .title = "certificate of" }, { .title = "issued by" },           { .title = "from" },
		{ .title = "until" },          { .title = "days", .right = true }, { .title = "for", .wide = true }
	};
	struct detail *detail = detail_new(certificate->time_ms);
	struct detail_table *table = detail_add(detail, "Chain", "the server sent no certificate", columns, 6);

	for (size_t i = 0; i < finding->count; i++) {
		const struct tls_link *link = &finding->links[i];
		struct detail_cell *row = detail_row(detail, table);
		int64_t days = (link->end_s * CLOCK_SECOND - certificate->time_ms) / CLOCK_DAY;
		bool ended = link->end_s * CLOCK_SECOND <= certificate->time_ms;
		enum detail_mood mood = ended                                   ? DETAIL_BAD
					: days < certificate->config->warn_days ? DETAIL_WARNING
										: DETAIL_GOOD;

		detail_cell(detail, row, 0, DETAIL_PLAIN, "%s", link->subject);
		detail_cell(detail, row, 1, link->self_signed && !link->authority ? DETAIL_WARNING : DETAIL_PLAIN, "%s",
			    link->self_signed ? "itself" : link->issuer);
		add_day(detail, row, 2, link->begin_s * CLOCK_SECOND > certificate->time_ms ? DETAIL_BAD : DETAIL_PLAIN,
			link->begin_s);
		add_day(detail, row, 3, mood, link->end_s);
		detail_cell(detail, row, 4, mood, "%" PRId64, days);
		detail_cell(detail, row, 5, DETAIL_PLAIN, "%s", link->authority ? "other certificates" : link->hosts);
	}
	return detail;
}

static void on_finding(void *user, const struct tls_finding *finding)
{
	struct certificate *certificate = user;
	struct collector_state *state = &certificate->collector->state;
	struct metric_page page;
	double days = days_left(finding, certificate->time_ms);

	certificate->probe = NULL;
	state->warning[0] = '\0';
	if (finding->verified && days < (double)certificate->config->warn_days)
		snprintf(state->warning, sizeof(state->warning), "ends in %.0f days", days);
	metric_page_init(&page);
	add_page(finding, certificate->time_ms, &page);
	state->bytes = page.text.length;
	collector_set_detail(certificate->collector, finding->shook_hands ? make_detail(certificate, finding) : NULL);
	intake_page(certificate->intake, certificate->time_ms, &page.text, false,
		    *finding->reason ? finding->reason : NULL);
	metric_page_release(&page);
}

static void start(struct collector *collector, int64_t time_ms)
{
	struct certificate *certificate = collector->own;
	const struct certificate_config *config = certificate->config;
	const struct collect_config *bridges = collect_bridges(collector->collect);
	struct tls_question question = { .host = certificate->host,
					 .port = certificate->port,
					 .server_name = config->server_name,
					 .ca_file = config->ca_file,
					 .start = (enum tls_start)config->starttls,
					 .timeout_ms = config->timeout_ms };

	certificate->time_ms = time_ms;
	certificate->probe = tls_probe_start(bridges->loop, bridges->resolver, http_trusts(bridges->http), &question,
					     on_finding, certificate);
}

static void certificate_free(struct collector *collector)
{
	struct certificate *certificate = collector->own;

	tls_probe_cancel(certificate->probe);
	intake_free(certificate->intake);
	arena_release(&certificate->arena);
	free(certificate->host);
	free(certificate);
}

static const struct collector_ops certificate_ops = { .start = start, .free = certificate_free };

/* "host", "host:port", "[::1]:port", "https://host:port/anything"; without a port 443, for PostgreSQL 5432. */
static int read_target(const char *text, int starttls, char **ret_host, unsigned *ret_port)
{
	const char *scheme = strstr(text, "://"), *end, *colon;
	char *authority, *tail = NULL;
	unsigned long port = starttls == TLS_START_POSTGRES ? 5432 : 443;
	bool bracket;

	text = scheme ? scheme + 3 : text;
	authority = mem_strndup(text, strcspn(text, "/?#"));
	bracket = *authority == '[';
	end = bracket ? strchr(authority, ']') : NULL;
	colon = strchr(end ? end : authority, ':');
	if (colon)
		port = strtoul(colon + 1, &tail, 10);
	if (bracket)
		*ret_host = end ? mem_strndup(authority + 1, (size_t)(end - authority - 1)) : mem_strdup("");
	else
		*ret_host = mem_strndup(authority, colon ? (size_t)(colon - authority) : strlen(authority));
	*ret_port = (unsigned)port;
	if (!**ret_host || strpbrk(*ret_host, "@ \t") || (colon && (!colon[1] || *tail)) || port < 1 || port > 65535) {
		free(*ret_host);
		free(authority);
		return -1;
	}
	free(authority);
	return 0;
}

static void open_target(struct collect *collect, const struct certificate_config *config, const char *target)
{
	struct certificate *certificate = mem_zalloc(sizeof(*certificate));
	struct intake_config intake = { 0 };
	const char *instance;

	certificate->config = config;
	/* Checked when the section was read. */
	read_target(target, config->starttls, &certificate->host, &certificate->port);
	instance = strchr(certificate->host, ':')
			   ? arena_printf(&certificate->arena, "[%s]:%u", certificate->host, certificate->port)
			   : arena_printf(&certificate->arena, "%s:%u", certificate->host, certificate->port);
	certificate->collector = collector_add(collect, &certificate_ops, certificate, "certificate", config->job,
					       instance, "", config->interval_ms);
	intake.labels = intake_labels(config->job, instance, &config->labels, &certificate->arena);
	certificate->intake = intake_new(certificate->collector, &intake);
}

static void open_entry(struct collect *collect, const void *entry)
{
	const struct certificate_config *config = entry;

	for (size_t i = 0; i < config->targets.count; i++)
		open_target(collect, config, config->targets.items[i]);
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct certificate_config *config = entry_config;
	int result = 0;
	char *host, *path;
	unsigned port;

	for (size_t i = 0; i < config->targets.count; i++) {
		if (read_target(config->targets.items[i], config->starttls, &host, &port) == 0)
			free(host);
		else
			result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, "targets",
						"'%.80s' is no HOST:PORT", config->targets.items[i]);
	}
	if (config->ca_file) {
		path = path_join(folder, config->ca_file);
		config->ca_file = arena_strdup(arena, path);
		free(path);
	}
	if (config->timeout_ms > config->interval_ms)
		config->timeout_ms = config->interval_ms;
	return result;
}

#define AT(member) .offset = offsetof(struct certificate_config, member)
static const struct option options[] = {
	{ "job", 0, OPTION_STRING, AT(job), .value_name = "NAME", .help = "the job label", .required = true },
	{ "targets", 0, OPTION_STRINGS, AT(targets), .value_name = "HOST:PORT",
	  .help = "servers that speak TLS, or their https URLs; without a port 443", .required = true },
	{ "server-name", 0, OPTION_STRING, AT(server_name), .value_name = "NAME",
	  .help = "the name to ask for and to verify (default: the host)" },
	{ "ca-file", 0, OPTION_STRING, AT(ca_file), .value_name = "FILE",
	  .help = "certificates to trust (default: the system's)" },
	{ "starttls", 0, OPTION_CHOICE, AT(starttls), .fallback = "none", .choices = starts,
	  .help = "how to ask for TLS first: none, or as PostgreSQL does" },
	{ "warn-days", 0, OPTION_INT, AT(warn_days), .fallback = "21", .minimum = 0, .maximum = 3650,
	  .help = "say so when fewer days are left" },
	{ "labels", 0, OPTION_PAIRS, AT(labels), .value_name = "NAME=VALUE", .help = "more labels for every series" },
	{ "interval", 0, OPTION_DURATION, AT(interval_ms), .fallback = "1m", .minimum = 1000, .maximum = 3600000,
	  .help = "how often" },
	{ "timeout", 0, OPTION_DURATION, AT(timeout_ms), .fallback = "10s", .minimum = 100, .maximum = 60000,
	  .help = "longest wait for the handshake (at most the interval)" },
	{ 0 },
};
#undef AT

const struct collector_kind collect_certificate = {
	.type = "certificate",
	.help = "TLS certificates: how long they last, and what is wrong with them",
	.options = options,
	.config_size = sizeof(struct certificate_config),
	.finish = finish_entry,
	.open = open_entry,
};
