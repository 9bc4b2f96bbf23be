#include "loop/postgres_reason.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* The first that is found in a message speaks for it; without words the message's own line is shown. */
static const struct {
	const char *part;
	enum postgres_fault fault;
	const char *words;
} reasons[] = {
	{ "Connection refused", POSTGRES_REFUSED, "refused" },
	{ "No route to host", POSTGRES_UNREACHABLE, "no route to host" },
	{ "Network is unreachable", POSTGRES_UNREACHABLE, "network unreachable" },
	{ "Connection timed out", POSTGRES_TIMEOUT, "no answer to connecting" },
	{ "Connection reset", POSTGRES_CLOSED, "connection closed" },
	{ "too many clients", POSTGRES_FULL, "too many connections" },
	{ "remaining connection slots", POSTGRES_FULL, "too many connections" },
	{ "too many connections", POSTGRES_FULL, NULL },
	{ "starting up", POSTGRES_STARTING, "the server is starting up" },
	{ "shutting down", POSTGRES_STARTING, "the server is shutting down" },
	{ "terminating connection due to administrator", POSTGRES_CLOSED, "ended by the server's administrator" },
	{ "terminating connection because of crash", POSTGRES_CLOSED, "ended: another server process crashed" },
	{ "in recovery mode", POSTGRES_STARTING, "the server is in recovery" },
	{ "not yet accepting connections", POSTGRES_STARTING, "the server is not yet accepting connections" },
	{ "password authentication failed", POSTGRES_DENIED, NULL },
	{ "no password supplied", POSTGRES_DENIED, "no password given" },
	{ "authentication failed", POSTGRES_DENIED, NULL },
	{ "no pg_hba.conf entry", POSTGRES_DENIED, NULL },
	{ "pg_hba.conf rejects", POSTGRES_DENIED, NULL },
	{ "is not permitted to log in", POSTGRES_DENIED, NULL },
	{ "permission denied for database", POSTGRES_DENIED, NULL },
	{ "does not match host name", POSTGRES_TLS, "certificate for another name" },
	{ "certificate verify failed", POSTGRES_TLS, "certificate not trusted or out of date" },
	{ "root certificate file", POSTGRES_TLS, NULL },
	{ "does not support SSL", POSTGRES_TLS, "server offers no TLS" },
	{ "certificate required", POSTGRES_TLS, "server wants a client certificate" },
	{ "valid client certificate", POSTGRES_TLS, "server wants a client certificate" },
	{ "unsupported protocol", POSTGRES_TLS, "no common TLS version" },
	{ "private key file", POSTGRES_TLS, NULL },
	{ "certificate", POSTGRES_TLS, NULL },
	{ "expected authentication request", POSTGRES_OTHER, "not PostgreSQL" },
	{ "invalid response to SSL negotiation", POSTGRES_OTHER, "not PostgreSQL" },
	{ "invalid response to GSSAPI negotiation", POSTGRES_OTHER, "not PostgreSQL" },
	{ "SSL SYSCALL error: EOF", POSTGRES_TLS, "connection closed in the TLS handshake" },
	{ "closed the connection", POSTGRES_CLOSED, "connection closed" },
	{ "EOF detected", POSTGRES_CLOSED, "connection closed" },
	{ "Broken pipe", POSTGRES_CLOSED, "connection closed" },
	{ "could not receive data", POSTGRES_CLOSED, "connection closed" },
	{ "could not send data", POSTGRES_CLOSED, "connection closed" },
	{ "unsupported startup parameter", POSTGRES_DENIED,
	  "a pooler is there that takes no session options; connect to the server itself" },
};

static const char unknown[] = "connection failed";

static const char *const severities[] = { "FATAL:", "PANIC:", "ERROR:" };

/* Where the line that counts begins: the last one that tells of a try, else the first. */
static const char *telling_line(const char *message)
{
	static const char lead[] = "connection to server ";
	const char *line = message, *found = message;

	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, lead, sizeof(lead) - 1) == 0)
			found = line;
	}
	return found;
}

/* Past "connection to server at ..., port ... failed: FATAL:  ". */
static const char *past_prefixes(const char *line)
{
	const char *end = line + strcspn(line, "\n"), *failed = strstr(line, " failed: ");

	if (strncmp(line, "connection to server ", 21) == 0 && failed && failed < end)
		line = failed + strlen(" failed: ");
	for (size_t i = 0; i < sizeof(severities) / sizeof(severities[0]); i++)
		if (strncmp(line, severities[i], strlen(severities[i])) == 0)
			line += strlen(severities[i]);
	return line + strspn(line, " ");
}

enum postgres_fault postgres_reason(const char *message, char *ret, size_t size)
{
	const char *line = past_prefixes(telling_line(message));
	int length = (int)strcspn(line, "\n");

	snprintf(ret, size, "%.*s", length ? length : (int)sizeof(unknown), length ? line : unknown);
	if (strstr(ret, "No such file or directory") && strncmp(line, "root", 4) != 0 && strstr(message, "socket")) {
		snprintf(ret, size, "no server has its socket there");
		return POSTGRES_REFUSED;
	}
	/* The server tells why in a line of its own before libpq says that the connection closed. */
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (!strstr(line, reasons[i].part))
			continue;
		if (reasons[i].words)
			snprintf(ret, size, "%s", reasons[i].words);
		return reasons[i].fault;
	}
	return POSTGRES_OTHER;
}

void postgres_reason_timeout(int64_t timeout_ms, char *ret, size_t size)
{
	char duration[32];

	duration_format(timeout_ms, duration, sizeof(duration));
	snprintf(ret, size, "timeout after %s", duration);
}
