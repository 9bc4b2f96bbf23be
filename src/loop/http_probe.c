#include "loop/http_probe.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "loop/tls_certificate.h"

void http_probe_tls(struct http_probe *probe, CURL *easy)
{
	const struct curl_tlssessioninfo *session = NULL;
	const SSL *ssl;

	if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || !session ||
	    session->backend != CURLSSLBACKEND_OPENSSL || !session->internals)
		return;
	ssl = session->internals;
	probe->certificate_end_s = tls_chain_end(SSL_get_peer_cert_chain(ssl));
	probe->tls_version = SSL_get_version(ssl);
	ERR_clear_error();
}

static double seconds_at(CURL *easy, CURLINFO what)
{
	curl_off_t us = 0;

	curl_easy_getinfo(easy, what, &us);
	return (double)us / 1e6;
}

static double span(double from, double to)
{
	return to > from ? to - from : 0;
}

/*
 * curl gives moments since the beginning, 0 for those that were not reached;
 * the end of a transfer that goes on is that of its last byte.
 */
void http_probe_times(struct http_probe *probe, CURL *easy, double until_s)
{
	double connected = seconds_at(easy, CURLINFO_CONNECT_TIME_T);
	double secured = seconds_at(easy, CURLINFO_APPCONNECT_TIME_T);
	double sent = seconds_at(easy, CURLINFO_PRETRANSFER_TIME_T);
	double first = seconds_at(easy, CURLINFO_STARTTRANSFER_TIME_T);
	double end = seconds_at(easy, CURLINFO_TOTAL_TIME_T);
	long version = 0;

	probe->connect_s += span(seconds_at(easy, CURLINFO_NAMELOOKUP_TIME_T), connected);
	probe->tls_s += span(connected, secured);
	if (sent > 0)
		probe->processing_s += span(sent, first > 0 ? first : until_s);
	if (first > 0)
		probe->transfer_s += span(first, end);
	curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
	switch (version) {
	case CURL_HTTP_VERSION_1_0: probe->version = 1.0; break;
	case CURL_HTTP_VERSION_1_1: probe->version = 1.1; break;
	case CURL_HTTP_VERSION_2_0: probe->version = 2.0; break;
	case CURL_HTTP_VERSION_3: probe->version = 3.0; break;
	default: break;
	}
}
