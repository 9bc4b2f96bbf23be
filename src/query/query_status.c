#include "query/query.h"

static const char *const names[] = {
	[QUERY_OK] = "ok",
	[QUERY_REFUSED] = "refused",
	[QUERY_UNRESOLVED] = "unresolved",
	[QUERY_TIMEOUT] = "timeout",
	[QUERY_UNREACHABLE] = "unreachable",
	[QUERY_TLS] = "tls",
	[QUERY_DENIED] = "denied",
	[QUERY_BAD] = "bad",
	[QUERY_UNAVAILABLE] = "unavailable",
	[QUERY_NOT_PROMETHEUS] = "not-prometheus",
	[QUERY_TRUNCATED] = "truncated",
	[QUERY_TOO_LARGE] = "too-large",
	[QUERY_SETUP] = "setup",
	[QUERY_INSUFFICIENT] = "insufficient",
};

const char *query_status_name(enum query_status status)
{
	size_t count = sizeof(names) / sizeof(names[0]);

	return (size_t)status < count ? names[status] : "unknown";
}
