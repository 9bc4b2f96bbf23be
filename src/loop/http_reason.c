#include "loop/http_reason.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#include "base/clock.h"
#include "loop/http_url.h"

struct curl_reason {
	CURLcode code;
	enum http_fault fault;
	const char *words;
};

static const struct curl_reason curl_reasons[] = {
	{ CURLE_UNSUPPORTED_PROTOCOL, HTTP_OTHER, "not HTTP" },
	{ CURLE_COULDNT_RESOLVE_HOST, HTTP_UNRESOLVED, "name does not resolve" },
	{ CURLE_WEIRD_SERVER_REPLY, HTTP_OTHER, "not HTTP" },
	{ CURLE_PARTIAL_FILE, HTTP_CLOSED, "connection closed" },
	{ CURLE_SSL_CONNECT_ERROR, HTTP_TLS, "TLS handshake failed" },
	{ CURLE_GOT_NOTHING, HTTP_CLOSED, "connection closed" },
	{ CURLE_SEND_ERROR, HTTP_CLOSED, "connection closed" },
	{ CURLE_RECV_ERROR, HTTP_CLOSED, "connection closed" },
	{ CURLE_HTTP2, HTTP_CLOSED, "connection closed" },
	{ CURLE_HTTP2_STREAM, HTTP_CLOSED, "connection closed" },
	{ CURLE_SSL_CERTPROBLEM, HTTP_UNREADABLE, "client certificate or key cannot be used" },
	{ CURLE_SSL_CIPHER, HTTP_TLS, "no common TLS cipher" },
	{ CURLE_BAD_CONTENT_ENCODING, HTTP_OTHER, "answer's compression is broken" },
	{ CURLE_OUT_OF_MEMORY, HTTP_OTHER, "out of memory" },
};

struct verify_reason {
	long result; /* X509_V_... */
	const char *words;
};

static const struct verify_reason verify_reasons[] = {
	{ X509_V_ERR_HOSTNAME_MISMATCH, "certificate for another name" },
	{ X509_V_ERR_IP_ADDRESS_MISMATCH, "certificate for another name" },
	{ X509_V_ERR_CERT_HAS_EXPIRED, "certificate expired" },
	{ X509_V_ERR_CERT_NOT_YET_VALID, "certificate not valid yet" },
	{ X509_V_ERR_CERT_REVOKED, "certificate revoked" },
};

/* Words of OpenSSL that say more than curl's code. */
static const struct {
	const char *part;
	const char *words;
} tls_reasons[] = {
	{ "wrong version number", "no TLS there (plain HTTP?)" },
	{ "certificate required", "server wants a client certificate" },
	{ "handshake failure", "TLS handshake refused" },
	{ "bad certificate", "client certificate refused" },
	{ "unknown ca", "client certificate refused" },
	{ "unsupported protocol", "no common TLS version" },
	{ "protocol version", "no common TLS version" },
};

static const struct {
	int status;
	const char *words;
} status_words[] = {
	{ 300, "multiple choices" },
	{ 304, "not modified" },
	{ 400, "bad request" },
	{ 401, "unauthorized" },
	{ 402, "payment required" },
	{ 403, "forbidden" },
	{ 404, "not found" },
	{ 405, "method not allowed" },
	{ 406, "not acceptable" },
	{ 407, "proxy authentication required" },
	{ 408, "request timeout" },
	{ 410, "gone" },
	{ 411, "length required" },
	{ 413, "request too large" },
	{ 414, "URL too long" },
	{ 415, "unsupported media type" },
	{ 421, "misdirected request" },
	{ 422, "unprocessable" },
	{ 426, "upgrade required" },
	{ 429, "too many requests" },
	{ 431, "headers too large" },
	{ 499, "cancelled" },
	{ 500, "internal server error" },
	{ 501, "not implemented" },
	{ 502, "bad gateway" },
	{ 503, "service unavailable" },
	{ 504, "gateway timeout" },
	{ 507, "storage full" },
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static enum http_fault connect_reason(CURL *easy, char *ret, size_t size)
{
	long number = 0;

	curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
	switch (number) {
	case ECONNREFUSED: snprintf(ret, size, "refused"); return HTTP_REFUSED;
	case EHOSTUNREACH: snprintf(ret, size, "no route to host"); return HTTP_UNREACHABLE;
	case ENETUNREACH: snprintf(ret, size, "network unreachable"); return HTTP_UNREACHABLE;
	case EACCES:
	case EPERM: snprintf(ret, size, "connection not permitted"); return HTTP_UNREACHABLE;
	case ETIMEDOUT: snprintf(ret, size, "no answer to connecting"); return HTTP_TIMEOUT;
	default: snprintf(ret, size, "cannot connect"); return HTTP_UNREACHABLE;
	}
}

/* OpenSSL judges the chain in the handshake; curl compares the names after it and leaves no number for that. */
static enum http_fault certificate_reason(CURL *easy, const char *detail, char *ret, size_t size)
{
	long result = -1;
	const char *words = "certificate not trusted";

	if (strcasestr(detail, "subject name") || strcasestr(detail, "common name")) {
		snprintf(ret, size, "certificate for another name");
		return HTTP_TLS;
	}
	curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
	for (size_t i = 0; i < LENGTH(verify_reasons); i++)
		if (verify_reasons[i].result == result)
			words = verify_reasons[i].words;
	snprintf(ret, size, "%s", words);
	return HTTP_TLS;
}

enum http_fault http_reason_curl(CURL *easy, CURLcode code, const char *detail, char *ret, size_t size)
{
	if (code == CURLE_COULDNT_CONNECT)
		return connect_reason(easy, ret, size);
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return certificate_reason(easy, detail, ret, size);
	if (code == CURLE_SSL_CONNECT_ERROR || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR) {
		for (size_t i = 0; i < LENGTH(tls_reasons); i++) {
			if (!strcasestr(detail, tls_reasons[i].part))
				continue;
			snprintf(ret, size, "%s", tls_reasons[i].words);
			return HTTP_TLS;
		}
	}
	for (size_t i = 0; i < LENGTH(curl_reasons); i++) {
		if (curl_reasons[i].code != code)
			continue;
		snprintf(ret, size, "%s", curl_reasons[i].words);
		return curl_reasons[i].fault;
	}
	snprintf(ret, size, "%s", curl_easy_strerror(code));
	if (ret[0] && !isupper((unsigned char)ret[1]))
		ret[0] = (char)tolower((unsigned char)ret[0]);
	return HTTP_OTHER;
}

void http_reason_status(int status, const char *location, char *ret, size_t size)
{
	const char *words = "";

	if (status >= 200 && status < 300) {
		snprintf(ret, size, "%s", "");
		return;
	}
	if (status > 300 && status < 400 && location) {
		char *shown = http_url_shown(location);

		/* What stands behind '?' may be a secret. */
		shown[strcspn(shown, "?#")] = '\0';
		snprintf(ret, size, "%d redirect to %s", status, *shown ? shown : "nowhere");
		free(shown);
		return;
	}
	for (size_t i = 0; i < LENGTH(status_words); i++)
		if (status_words[i].status == status)
			words = status_words[i].words;
	snprintf(ret, size, "%d%s%s", status, *words ? " " : "", words);
}

void http_reason_timeout(int64_t timeout_ms, char *ret, size_t size)
{
	char duration[32];

	duration_format(timeout_ms, duration, sizeof(duration));
	snprintf(ret, size, "timeout after %s", duration);
}

void http_reason_too_large(size_t limit_bytes, char *ret, size_t size)
{
	static const struct {
		unsigned shift;
		const char *unit;
	} units[] = { { 30, "GiB" }, { 20, "MiB" }, { 10, "KiB" } };

	for (size_t i = 0; i < LENGTH(units); i++) {
		size_t unit = (size_t)1 << units[i].shift;

		if (limit_bytes < unit || limit_bytes % unit)
			continue;
		snprintf(ret, size, "answer over %zu %s", limit_bytes / unit, units[i].unit);
		return;
	}
	snprintf(ret, size, "answer over %zu bytes", limit_bytes);
}
