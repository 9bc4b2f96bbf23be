#include "collect/probe_page.h"

#include "collect/metric_page.h"

void probe_page_add_success(struct metric_page *page, bool success, double duration_s)
{
	metric_page_gauge(page, "probe_success", "1: the probe found what it was told to expect", success);
	metric_page_gauge(page, "probe_duration_seconds", "how long the probe took", duration_s);
}

void probe_page_add_http(struct metric_page *page, const struct http_probe *probe, int status, size_t bytes)
{
	const struct {
		const char *phase;
		double seconds;
	} phases[] = { { "resolve", probe->resolve_s },
		       { "connect", probe->connect_s },
		       { "tls", probe->tls_s },
		       { "processing", probe->processing_s },
		       { "transfer", probe->transfer_s } };

	metric_page_family(page, "probe_http_duration_seconds", "gauge",
			   "the request by phase, all redirects together");
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
		metric_page_add_label(page, "probe_http_duration_seconds", "phase", phases[i].phase, phases[i].seconds);
	metric_page_gauge(page, "probe_http_status_code", "the answer's status; 0: there was none", status);
	metric_page_gauge(page, "probe_http_redirects", "how many redirects were followed", probe->redirects);
	metric_page_gauge(page, "probe_http_ssl", "1: the last request was made over TLS", probe->tls_version != NULL);
	if (!status)
		return;
	metric_page_gauge(page, "probe_http_version", "the answer's version of HTTP", probe->version);
	metric_page_gauge(page, "probe_http_uncompressed_body_length", "bytes of the answer, unpacked", (double)bytes);
	if (probe->certificate_end_s)
		metric_page_gauge(page, "probe_ssl_earliest_cert_expiry",
				  "when the first certificate of the chain ends, in seconds since the epoch",
				  (double)probe->certificate_end_s);
	if (!probe->tls_version)
		return;
	metric_page_family(page, "probe_tls_version_info", "gauge", "the version of TLS that was agreed on");
	metric_page_add_label(page, "probe_tls_version_info", "version", probe->tls_version, 1);
}
