/* Prometheus's HTTP API as an engine; Thanos, Mimir and VictoriaMetrics speak it too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/http_access.h"
#include "loop/http_url.h"
#include "loop/loop.h"
#include "query/answer.h"
#include "query/engine.h"

#define TIMEOUT_DEFAULT_MS (5 * CLOCK_SECOND)
#define URL_LENGTH_MAX     4096

struct prometheus {
	struct http *http;
	char *url; /* as configured, without trailing slashes; may hold credentials: never shown */
	int64_t timeout_ms;
	struct query_limits limits;
	const struct http_access *access; /* in the arena */
	struct arena arena;
	struct loop *loop;
};

/* One request in flight. */
struct call {
	struct prometheus *prometheus;
	enum request_kind kind;
	struct answer *answer;
	struct http_request *http;
	struct timer *refusal; /* instead of `http` when the request cannot even be written */
	engine_done_fn *done;
	void *user;
};

static void add_seconds(struct strbuf *form, const char *name, int64_t ms)
{
	const char *sign = ms < 0 ? "-" : "";
	uint64_t magnitude = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;

	strbuf_addf(form, "&%s=%s%llu.%03llu", name, sign, (unsigned long long)(magnitude / 1000),
		    (unsigned long long)(magnitude % 1000));
}

static void add_text(struct strbuf *form, const char *name, const char *text)
{
	strbuf_addf(form, "&%s=", name);
	strbuf_add_url(form, text);
}

/* One more than the limit: enough to know that it is passed, and the server need not write the rest. */
static void add_limit(struct strbuf *form, const struct query_limits *limits)
{
	size_t series = limits->series ? limits->series : ANSWER_SERIES_DEFAULT;

	strbuf_addf(form, "&limit=%zu", series + 1);
}

/* Every parameter begins with '&'; the callers leave the first one out. */
static const char *write_request(const struct prometheus *prometheus, const struct engine_request *request,
				 struct strbuf *path, struct strbuf *form)
{
	switch (request->kind) {
	case REQUEST_INSTANT:
		strbuf_addstr(path, "/api/v1/query");
		add_text(form, "query", request->text);
		add_seconds(form, "time", request->end_ms);
		add_seconds(form, "timeout", prometheus->timeout_ms);
		break;
	case REQUEST_RANGE:
		strbuf_addstr(path, "/api/v1/query_range");
		add_text(form, "query", request->text);
		add_seconds(form, "start", request->start_ms);
		add_seconds(form, "end", request->end_ms);
		add_seconds(form, "step", request->step_ms);
		add_seconds(form, "timeout", prometheus->timeout_ms);
		break;
	case REQUEST_SERIES:
		strbuf_addstr(path, "/api/v1/series");
		add_text(form, "match[]", request->text);
		add_seconds(form, "start", request->start_ms);
		add_seconds(form, "end", request->end_ms);
		add_limit(form, &prometheus->limits);
		break;
	case REQUEST_LABEL_VALUES: /* the only one that servers answer to GET alone */
		strbuf_addstr(path, "/api/v1/label/");
		strbuf_add_url(path, request->label);
		strbuf_addstr(path, "/values");
		add_seconds(form, "start", request->start_ms);
		add_seconds(form, "end", request->end_ms);
		if (request->text && *request->text)
			add_text(form, "match[]", request->text);
		add_limit(form, &prometheus->limits);
		strbuf_addf(path, "?%s", form->text + 1);
		return NULL;
	case REQUEST_VERSION: strbuf_addstr(path, "/api/v1/status/buildinfo"); return NULL;
	}
	return form->text + 1;
}

static int on_data(void *user, const char *data, size_t length, int status, const char *content_type)
{
	struct call *call = user;

	(void)content_type;
	/* Of an error page only its words are wanted, if it has any; what else it holds is of no interest. */
	return answer_feed(call->answer, data, length) && status >= 200 && status < 300 ? -1 : 0;
}

static const struct {
	enum http_fault fault;
	enum query_status status;
} fault_statuses[] = {
	{ HTTP_REFUSED, QUERY_REFUSED },
	{ HTTP_UNRESOLVED, QUERY_UNRESOLVED },
	{ HTTP_UNREACHABLE, QUERY_UNREACHABLE },
	{ HTTP_TIMEOUT, QUERY_TIMEOUT },
	{ HTTP_TLS, QUERY_TLS },
	{ HTTP_CLOSED, QUERY_UNREACHABLE },
	{ HTTP_TOO_LARGE, QUERY_TOO_LARGE },
	{ HTTP_UNREADABLE, QUERY_SETUP },
	{ HTTP_OTHER, QUERY_NOT_PROMETHEUS },
};

static enum query_status status_of_fault(enum http_fault fault)
{
	for (size_t i = 0; i < sizeof(fault_statuses) / sizeof(fault_statuses[0]); i++)
		if (fault_statuses[i].fault == fault)
			return fault_statuses[i].status;
	return QUERY_UNREACHABLE;
}

static enum query_status status_of_answer(enum answer_fault fault)
{
	switch (fault) {
	case ANSWER_OK: return QUERY_OK;
	case ANSWER_BROKEN:
	case ANSWER_TRUNCATED: return QUERY_TRUNCATED;
	case ANSWER_TOO_LARGE: return QUERY_TOO_LARGE;
	default: return QUERY_NOT_PROMETHEUS;
	}
}

/* {"status":"error"}: is it the question or the server? */
static void judge_error(struct engine_result *result, const char *type, int status, char *words, size_t size)
{
	bool of_server = strcmp(type, "timeout") == 0 || strcmp(type, "canceled") == 0 ||
			 strcmp(type, "internal") == 0 || strcmp(type, "unavailable") == 0 || status >= 500;

	if (of_server) {
		result->status = QUERY_UNAVAILABLE;
		if (status < 300)
			snprintf(words, size, "server error");
	} else {
		result->status = QUERY_BAD;
		snprintf(words, size, "%s", strcmp(type, "execution") == 0 ? "expression fails" : "bad expression");
	}
}

/* A status that is no success; `fault` is what its body was. */
static void judge_status(struct engine_result *result, const struct call *call, const struct http_answer *http,
			 enum answer_fault fault, char *words, size_t size)
{
	snprintf(words, size, "%s", http->reason);
	switch (http->status) {
	case 401:
	case 403:
	case 407: result->status = QUERY_DENIED; return;
	case 408:
	case 425:
	case 429: result->status = QUERY_UNAVAILABLE; return;
	case 413:
	case 414: result->status = QUERY_BAD; return;
	default: break;
	}
	if (fault == ANSWER_ERROR) {
		judge_error(result, answer_error_type(call->answer), http->status, words, size);
		return;
	}
	if (http->status >= 500) {
		result->status = QUERY_UNAVAILABLE;
		return;
	}
	result->status = QUERY_NOT_PROMETHEUS;
	snprintf(words, size, "not a Prometheus API (%.*s)", (int)size - 32, http->reason);
}

static void judge(struct engine_result *result, struct call *call, const struct http_answer *http, char *words,
		  size_t size)
{
	bool success = http->status >= 200 && http->status < 300;
	enum answer_fault fault;

	if (http->fault != HTTP_OK && http->fault != HTTP_STOPPED) {
		result->status = status_of_fault(http->fault);
		snprintf(words, size, "%s", http->reason);
		return;
	}
	fault = answer_finish(call->answer, &result->matrix);
	result->detail = answer_error(call->answer);
	if (!success) {
		matrix_unref(result->matrix);
		result->matrix = NULL;
		judge_status(result, call, http, fault, words, size);
		return;
	}
	if (fault == ANSWER_ERROR) {
		judge_error(result, answer_error_type(call->answer), http->status, words, size);
		return;
	}
	result->status = status_of_answer(fault);
	snprintf(words, size, "%s", answer_reason(call->answer));
}

/* Not every server says its version, and one that does not is none the worse for it. */
static void judge_version(struct engine_result *result, const struct http_answer *http, char *words, size_t size)
{
	if (result->status == QUERY_OK || (http->fault != HTTP_OK && http->fault != HTTP_STOPPED) ||
	    http->status >= 500)
		return;
	result->status = QUERY_BAD;
	snprintf(words, size, "version not said");
}

static void call_free(struct call *call)
{
	timer_free(call->refusal);
	answer_free(call->answer);
	free(call);
}

static void on_done(void *user, const struct http_answer *http)
{
	struct call *call = user;
	char words[sizeof(http->reason)] = "";
	struct engine_result result = {
		.reason = words, .detail = "", .bytes = http->bytes, .retry_after_ms = http->retry_after_ms
	};

	judge(&result, call, http, words, sizeof(words));
	if (call->kind == REQUEST_VERSION)
		judge_version(&result, http, words, sizeof(words));
	call->done(call->user, &result);
	matrix_unref(result.matrix);
	call_free(call);
}

static void on_refusal(void *user)
{
	struct call *call = user;
	const struct engine_result result = { .status = QUERY_BAD, .reason = "question too long", .detail = "" };

	call->done(call->user, &result);
	call_free(call);
}

static enum answer_kind answer_kind(enum request_kind kind)
{
	switch (kind) {
	case REQUEST_LABEL_VALUES: return ANSWER_LABEL_VALUES;
	case REQUEST_SERIES: return ANSWER_LABEL_SETS;
	case REQUEST_VERSION: return ANSWER_VERSION;
	default: return ANSWER_SAMPLES;
	}
}

static void *start(void *backend, const struct engine_request *request, engine_done_fn *done, void *user)
{
	struct prometheus *prometheus = backend;
	struct call *call = mem_zalloc(sizeof(*call));
	struct strbuf url = STRBUF_INIT, form = STRBUF_INIT;
	struct http_question question = { .access = prometheus->access,
					  .timeout_ms = prometheus->timeout_ms,
					  .limit_bytes = prometheus->limits.bytes,
					  .on_data = on_data,
					  .done = on_done,
					  .user = call };

	call->prometheus = prometheus;
	call->kind = request->kind;
	call->done = done;
	call->user = user;
	call->answer = answer_new(answer_kind(request->kind), request->label, &prometheus->limits);
	strbuf_addstr(&url, prometheus->url);
	question.post = write_request(prometheus, request, &url, &form);
	question.url = url.text;
	call->http = http_ask(prometheus->http, &question, NULL);
	if (!call->http) { /* the server's URL was checked, so it is the selector in it */
		call->refusal = timer_new(prometheus->loop, on_refusal, call);
		timer_start(call->refusal, 0);
	}
	explicit_bzero(url.text, url.length);
	strbuf_release(&url);
	strbuf_release(&form);
	return call;
}

static void cancel(void *state)
{
	struct call *call = state;

	http_cancel(call->http);
	call_free(call);
}

static void prometheus_free(void *backend)
{
	struct prometheus *prometheus = backend;

	explicit_bzero(prometheus->url, strlen(prometheus->url));
	free(prometheus->url);
	arena_release(&prometheus->arena);
	free(prometheus);
}

static const struct engine_ops prometheus_ops = {
	.name = "prometheus", .start = start, .cancel = cancel, .free = prometheus_free
};

/* The URL as people read it: no credentials, no slash at the end. */
static char *shown_url(const char *text)
{
	char *shown = http_url_shown(text);
	size_t length = strlen(shown);

	if (length && shown[length - 1] == '/')
		shown[length - 1] = '\0';
	return shown;
}

struct query_engine *prometheus_engine_new(struct loop *loop, struct http *http, const struct prometheus_config *config,
					   struct error *error)
{
	struct prometheus *prometheus;
	struct query_engine *engine;
	struct http_url url;
	size_t length;
	char *shown;

	if (http_url_parse(&url, config->url, error))
		return NULL;
	http_url_release(&url);
	if (strlen(config->url) > URL_LENGTH_MAX || strpbrk(config->url, "?#")) {
		error_set(error,
			  "the server's URL has a query or a fragment, or is too long (host and path prefix only)");
		return NULL;
	}
	prometheus = mem_zalloc(sizeof(*prometheus));
	prometheus->loop = loop;
	prometheus->http = http;
	prometheus->url = mem_strdup(config->url);
	for (length = strlen(prometheus->url); length && prometheus->url[length - 1] == '/'; length--)
		prometheus->url[length - 1] = '\0';
	prometheus->timeout_ms = config->timeout_ms > 0 ? config->timeout_ms : TIMEOUT_DEFAULT_MS;
	prometheus->limits = config->limits;
	if (!prometheus->limits.bytes)
		prometheus->limits.bytes = ANSWER_BYTES_DEFAULT;
	prometheus->access = http_access_copy(&config->access, &prometheus->arena);
	shown = shown_url(prometheus->url);
	engine = query_engine_new(loop, &prometheus_ops, prometheus, shown);
	free(shown);
	return engine;
}
