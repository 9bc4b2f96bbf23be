/* curl, as health checks and posts use it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/shim_flags.h"
#include "sim/shim_host.h"
#include "sim/shim_tools.h"

enum { PATIENCE_MS = 130 * 1000 };

/* clang-format off */
static const struct shim_flag flags[] = {
	{ NULL, "silent", 's', false }, { NULL, "show-error", 'S', false }, { NULL, "fail", 'f', false },
	{ NULL, "fail-with-body", 0, false }, { NULL, "location", 'L', false }, { NULL, "insecure", 'k', false },
	{ NULL, "head", 'I', false }, { NULL, "include", 'i', false }, { NULL, "verbose", 'v', false },
	{ NULL, "get", 'G', false }, { NULL, "request", 'X', true }, { NULL, "header", 'H', true },
	{ NULL, "data", 'd', true }, { NULL, "data-raw", 0, true }, { NULL, "data-urlencode", 0, true }, { NULL, "json", 0, true },
	{ NULL, "output", 'o', true }, { NULL, "write-out", 'w', true }, { NULL, "max-time", 'm', true },
	{ NULL, "connect-timeout", 0, true }, { NULL, "retry", 0, true }, { NULL, "retry-delay", 0, true },
	{ NULL, "retry-connrefused", 0, false }, { NULL, "user", 'u', true }, { NULL, "user-agent", 'A', true },
	{ NULL, "no-progress-meter", 0, false }, { NULL, "compressed", 0, false }, { NULL, "version", 'V', false }, { NULL, "help", 'h', false },
	{ NULL, NULL, 0, false },
};
/* clang-format on */

static const struct shim_grammar grammar = { flags, MANNER_CURL, false, false };

struct url {
	char host[128];
	unsigned port;
	const char *path;
	bool secure;
};

/* "http://host:8080/path", the scheme left out or not. */
static bool read_url(const char *text, struct url *ret)
{
	const char *at = text, *colon;

	memset(ret, 0, sizeof(*ret));
	if (!strncmp(at, "https://", 8)) {
		ret->secure = true;
		at += 8;
	} else if (!strncmp(at, "http://", 7)) {
		at += 7;
	} else if (strstr(at, "://")) {
		return false;
	}
	snprintf(ret->host, sizeof(ret->host), "%.*s", (int)strcspn(at, "/?"), at);
	ret->path = at + strcspn(at, "/?");
	if (!*ret->path)
		ret->path = "/";
	colon = strrchr(ret->host, ':');
	ret->port = colon ? (unsigned)strtoul(colon + 1, NULL, 10) : ret->secure ? 443 : 80;
	if (colon)
		ret->host[colon - ret->host] = '\0';
	return *ret->host != '\0';
}

/* What came of it, for -w. */
struct outcome {
	unsigned status;
	double seconds;
	size_t bytes;
	int exit;
	const char *url;
};

static void add_variable(struct strbuf *ret, const char *name, size_t length, const struct outcome *outcome)
{
	static const char times[] = "time_total time_starttransfer time_connect time_namelookup time_appconnect";
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)length, name);
	if (shim_one_of("http_code response_code", text))
		strbuf_addf(ret, "%03u", outcome->status);
	else if (!strcmp(text, "time_total") || !strcmp(text, "time_starttransfer"))
		strbuf_addf(ret, "%.6f", outcome->seconds);
	else if (shim_one_of(times, text))
		strbuf_addf(ret, "%.6f", outcome->seconds / 4);
	else if (!strcmp(text, "size_download"))
		strbuf_addf(ret, "%zu", outcome->bytes);
	else if (!strcmp(text, "exitcode"))
		strbuf_addf(ret, "%d", outcome->exit);
	else if (shim_one_of("url url_effective", text))
		strbuf_addstr(ret, outcome->url);
}

static void write_out(struct strbuf *ret, const char *format, const struct outcome *outcome)
{
	for (const char *at = format; *at; at++) {
		const char *end = at[0] == '%' && at[1] == '{' ? strchr(at, '}') : NULL;

		if (end) {
			add_variable(ret, at + 2, (size_t)(end - at - 2), outcome);
			at = end;
		} else if (at[0] == '\\' && (at[1] == 'n' || at[1] == 't')) {
			strbuf_addch(ret, *++at == 'n' ? '\n' : '\t');
		} else {
			strbuf_addch(ret, *at);
		}
	}
}

static int64_t patience_ms(const struct shim_arguments *arguments)
{
	const char *most = shim_flag(arguments, "max-time"), *connect = shim_flag(arguments, "connect-timeout");
	double seconds = most ? strtod(most, NULL) : connect ? strtod(connect, NULL) + 5 : 0;

	return seconds > 0 && seconds * 1000 < PATIENCE_MS ? (int64_t)(seconds * 1000) : PATIENCE_MS;
}

/* Why there is no answer, in curl's words, unless -s without -S. */
static void complain(const struct shim *shim, const struct shim_arguments *arguments, const struct url *url,
		     enum shim_fetch found, int64_t ms)
{
	if (shim_flag_is(arguments, "silent") && !shim_flag_is(arguments, "show-error"))
		return;
	switch (found) {
	case FETCH_NO_HOST: shim_fail(shim, 6, "curl: (6) Could not resolve host: %s", url->host); break;
	case FETCH_REFUSED:
		shim_fail(shim, 7, "curl: (7) Failed to connect to %s port %u after %d ms: Couldn't connect to server",
			  url->host, url->port, 2);
		break;
	case FETCH_TIMEOUT:
		shim_fail(shim, 28, "curl: (28) Operation timed out after %lld milliseconds with 0 bytes received",
			  (long long)ms);
		break;
	default: shim_fail(shim, 52, "curl: (52) Empty reply from server"); break;
	}
}

static void show(const struct shim *shim, const struct shim_arguments *arguments, const struct outcome *outcome,
		 const struct strbuf *body)
{
	const char *output = shim_flag(arguments, "output");

	if (shim_flag_is(arguments, "head") || shim_flag_is(arguments, "include"))
		shim_say(shim, "HTTP/1.1 %u%s\n", outcome->status, outcome->status == 200 ? " OK" : "");
	/* Nothing is written to files here: of those there is only /dev/null. */
	if (!shim_flag_is(arguments, "head") && (!output || !strcmp(output, "-")))
		strbuf_add(shim->out, body->text, body->length);
}

static int get_url(const struct shim *shim, const struct shim_arguments *arguments, const char *text)
{
	static const char *const bodies[] = { "data", "data-raw", "data-urlencode", "json" };
	struct shim_request request = { .method = "GET", .timeout_ms = patience_ms(arguments) };
	struct outcome outcome = { .url = text };
	struct strbuf body = STRBUF_INIT;
	const struct shim_host *host;
	enum shim_fetch found = FETCH_REFUSED;
	struct url url;
	int64_t began_ms = clock_monotonic_ms();

	if (!read_url(text, &url))
		return shim_fail(shim, 3, "curl: (3) URL rejected: Bad hostname");
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (shim_flag(arguments, bodies[i]))
			request.body = shim_flag(arguments, bodies[i]);
	if (request.body)
		request.method = "POST";
	if (shim_flag(arguments, "request"))
		request.method = shim_flag(arguments, "request");
	request.path = url.path;
	host = shim_host_find(shim, url.host, url.port);
	if (host)
		found = shim_host_ask(shim, host, &request, &outcome.status, &body);
	else if (!shim_host_known(shim, url.host))
		found = FETCH_NO_HOST;
	outcome.seconds = (double)(clock_monotonic_ms() - began_ms + 1) / 1000;
	outcome.bytes = body.length;
	outcome.exit = (int)found;
	if (found != FETCH_DONE) {
		complain(shim, arguments, &url, found, clock_monotonic_ms() - began_ms);
	} else if (shim_flag_is(arguments, "fail") && outcome.status >= 400) {
		outcome.exit = 22;
		if (!shim_flag_is(arguments, "silent") || shim_flag_is(arguments, "show-error"))
			shim_fail(shim, 22, "curl: (22) The requested URL returned error: %u", outcome.status);
	} else {
		show(shim, arguments, &outcome, &body);
	}
	if (shim_flag(arguments, "write-out"))
		write_out(shim->out, shim_flag(arguments, "write-out"), &outcome);
	strbuf_release(&body);
	return outcome.exit;
}

int shim_curl(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "", 0, &arguments);

	if (!status && shim_flag_is(&arguments, "version"))
		shim_say(shim, "curl 7.88.1 (simulated)");
	else if (!status && !arguments.words.count)
		status = shim_fail(shim, 2,
				   "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more "
				   "information");
	for (size_t i = 0; !status && i < arguments.words.count; i++)
		status = get_url(shim, &arguments, arguments.words.items[i]);
	shim_arguments_release(&arguments);
	return status;
}
