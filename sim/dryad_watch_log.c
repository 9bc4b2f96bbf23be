#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/dryad_text.h"
#include "sim/dryad_watch.h"

/* The log files as a collector counts them, without reading any: the lines follow from what the state counts. */

enum { LABELS_SIZE = 160 };

/* Of all backends, as one file has the lines of all. With fractions: a difference of whole numbers might fall. */
static double sum_requests(const struct dryad *dryad, const char *method, unsigned status)
{
	double sum = 0;

	for (unsigned i = 0; i < dryad->backend_count; i++) {
		for (unsigned route = 0; route < ROUTE_COUNT; route++) {
			if (!strcmp(dryad_routes[route].method, method))
				sum += dryad->backends[i].requests[route][status];
		}
	}
	return sum;
}

/* What those who should not ask have of a method and status. */
static double sum_unwelcome(const struct dryad *dryad, const char *method, unsigned status)
{
	double sum = 0;

	for (unsigned i = 0; i < dryad->backend_count; i++) {
		const struct backend *backend = &dryad->backends[i];
		bool post = !strcmp(method, "POST");

		if (post && status == DRYAD_401)
			sum += backend->refused_login;
		else if (post && status == DRYAD_429)
			sum += backend->limited_login;
		else if (!post && status == DRYAD_403)
			sum += backend->refused_door;
	}
	return sum;
}

static double sum_beyond(const struct dryad *dryad, const char *method, unsigned status)
{
	double sum = 0;

	for (unsigned i = 0; i < dryad->backend_count && !strcmp(method, "GET") && status == DRYAD_429; i++)
		sum += dryad->backends[i].limited_search;
	return sum;
}

static void add_line(struct strbuf *ret, const char *method, unsigned status, const char *client, double count)
{
	char labels[LABELS_SIZE];

	if (count < 1)
		return;
	snprintf(labels, sizeof(labels), "client_ip=\"%s\",method=\"%s\",status_code=\"%u\"", client, method,
		 dryad_status_codes[status]);
	dryad_text_whole(ret, "log_lines_total", labels, count);
}

static void add_clients(const struct dryad *dryad, const char *method, unsigned status, struct strbuf *ret)
{
	double unwelcome = sum_unwelcome(dryad, method, status), beyond = sum_beyond(dryad, method, status);
	double usual = fmax(sum_requests(dryad, method, status) - unwelcome - beyond, 0), from = 0;
	char client[DRYAD_CLIENT_SIZE];

	for (unsigned which = 0; which < DRYAD_CLIENTS; which++) {
		double to = pow((which + 1.0) / DRYAD_CLIENTS, 1 / DRYAD_CLIENT_SKEW);

		dryad_client(which, client);
		add_line(ret, method, status, client, usual * (to - from));
		from = to;
	}
	for (unsigned which = 0; which < DRYAD_ATTACKERS; which++)
		add_line(ret, method, status, dryad_attackers[which], unwelcome * dryad_attacker_shares[which]);
	add_line(ret, method, status, dryad_beyond_limits, beyond);
}

static void access_page(const struct dryad *dryad, struct strbuf *ret)
{
	static const char *const methods[] = { "GET", "POST" };

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		for (unsigned status = 0; status < DRYAD_STATUS_COUNT; status++)
			add_clients(dryad, methods[i], status, ret);
	}
	dryad_text_family(ret, "log_duration_seconds", "histogram", "Durations that the lines tell.");
	dryad_text_histogram(ret, "log_duration_seconds", "", BUCKETS_REQUEST, &dryad->backends[0].said);
}

static double sum_cause(const struct dryad *dryad, unsigned cause)
{
	double sum = 0;

	for (unsigned i = 0; i < dryad->backend_count; i++)
		sum += floor(dryad->backends[i].causes[cause]);
	return sum;
}

static void error_page(const struct dryad *dryad, bool exceptions, struct strbuf *ret)
{
	char labels[LABELS_SIZE];

	for (unsigned i = 0; i < CAUSE_COUNT; i++) {
		double count = sum_cause(dryad, i);

		if (count < 1)
			continue;
		if (exceptions)
			snprintf(labels, sizeof(labels), "component=\"%s\",exception=\"%s\",level=\"error\"",
				 dryad_cause_loggers[i], dryad_cause_names[i]);
		else
			snprintf(labels, sizeof(labels), "component=\"%s\",level=\"error\"", dryad_cause_loggers[i]);
		dryad_text_whole(ret, "log_lines_total", labels, count);
	}
}

static void app_page(const struct dryad *dryad, struct strbuf *ret)
{
	double refused = 0;

	for (unsigned i = 0; i < dryad->backend_count; i++)
		refused += floor(dryad->backends[i].requests[ROUTE_LOGIN][DRYAD_401]);
	error_page(dryad, false, ret);
	dryad_text_whole(ret, "log_lines_total", "component=\"app.core.security\",level=\"warning\"", refused);
	dryad_text_whole(ret, "log_lines_total", "component=\"app.core.authorization\",level=\"warning\"",
			 sum_requests(dryad, "GET", DRYAD_403) + sum_requests(dryad, "POST", DRYAD_403));
	dryad_text_whole(ret, "log_lines_total", "component=\"app.services.orchestrator\",level=\"info\"",
			 (double)(dryad->stepped_ms - dryad->backends[0].start_ms) / 60000);
}

void dryad_log_page(const struct dryad *dryad, enum log_file file, struct strbuf *ret)
{
	dryad_text_family(ret, "log_lines_total", "counter", "Lines read, by labels taken from them.");
	switch (file) {
	case LOG_ACCESS: access_page(dryad, ret); break;
	case LOG_ERRORS: error_page(dryad, true, ret); break;
	default: app_page(dryad, ret); break;
	}
}
