#include "loop/http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>
#include <openssl/ssl.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/http_access.h"
#include "loop/http_body.h"
#include "loop/http_bridge.h"
#include "loop/http_pace.h"
#include "loop/http_probe.h"
#include "loop/http_reason.h"
#include "loop/http_setup.h"
#include "loop/http_trust.h"
#include "loop/http_url.h"

/* curl reads up to a hundred of them in one turn: together they must be read through in a few milliseconds. */
#define RECEIVE_BUFFER (4 * 1024L)

struct http {
	struct loop *loop;
	struct resolver *resolver;
	struct trust_shelf *trusts;
	struct http_bridge *bridge;
	struct http_pace *pace;
	struct http_request *first;
};

struct http_request {
	struct http *http;
	struct http_request *next;
	struct http_url url;
	struct http_body body;
	struct http_question question;    /* its strings are not used after asking */
	const struct http_access *access; /* the question's, or `stranger` */
	struct http_access stranger;      /* for a server that a redirect named */
	unsigned redirects;               /* followed */
	int64_t started_ms;
	int64_t started_ns, lookup_ns, transfer_ns; /* for a probe */
	struct timer *timeout;
	struct lookup *lookup;
	bool waits_for_trust, advance; /* advance: to be tried in this walk */
	bool local;                    /* the server is on this machine */
	bool in_callback, cancelled;
	struct x509_store_st *store;
	struct curl_slist *headers, *addresses;
	CURL *easy; /* in the bridge while set */
	char curl_words[CURL_ERROR_SIZE];
	struct http_answer answer;
};

/* The transfer, up to where it can begin anew. */
static void transfer_release(struct http_request *request)
{
	if (request->easy) {
		http_bridge_remove(request->http->bridge, request->easy);
		curl_easy_cleanup(request->easy);
	}
	http_access_forget(request->headers);
	curl_slist_free_all(request->addresses);
	X509_STORE_free(request->store);
	request->easy = NULL;
	request->headers = request->addresses = NULL;
	request->store = NULL;
}

static void request_free(struct http_request *request)
{
	struct http_request **link = &request->http->first;

	while (*link && *link != request)
		link = &(*link)->next;
	if (*link)
		*link = request->next;
	lookup_cancel(request->lookup);
	timer_free(request->timeout);
	transfer_release(request);
	http_url_release(&request->url);
	http_body_release(&request->body);
	free(request);
}

static void set_reason(struct http_request *request, const char *words)
{
	size_t size = sizeof(request->answer.reason);

	snprintf(request->answer.reason, size, "%.*s", (int)size - 1, words);
}

static double seconds_since(int64_t ns)
{
	return (double)(clock_monotonic_ns() - ns) / 1e9;
}

static void finish_probe(struct http_request *request)
{
	struct http_probe *probe = request->question.probe;

	if (request->lookup)
		probe->resolve_s += seconds_since(request->lookup_ns);
	if (request->easy)
		http_probe_times(probe, request->easy, seconds_since(request->transfer_ns));
	probe->redirects = request->redirects;
	probe->total_s = seconds_since(request->started_ns);
}

/* The end of every request that was not cancelled. */
static void request_finish(struct http_request *request, enum http_fault fault)
{
	char *type = NULL;
	long sent = 0;

	request->answer.fault = fault;
	request->answer.elapsed_ms = loop_monotonic_now_ms(request->http->loop) - request->started_ms;
	if (request->easy) {
		curl_easy_getinfo(request->easy, CURLINFO_CONTENT_TYPE, &type);
		curl_easy_getinfo(request->easy, CURLINFO_REQUEST_SIZE, &sent);
	}
	request->answer.sent = sent > 0;
	request->answer.content_type = type ? type : "";
	if (request->question.probe)
		finish_probe(request);
	request->question.done(request->question.user, &request->answer);
	request_free(request);
}

static bool is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool may_follow(const struct http_request *request)
{
	return request->redirects < request->question.redirects && !request->body.text &&
	       !http_body_changes(&request->body);
}

static size_t on_header(char *data, size_t size, size_t count, void *user)
{
	struct http_request *request = user;
	struct http_probe *probe = request->question.probe;

	(void)data;
	if (request->url.secure && !probe->certificate_end_s)
		http_probe_tls(probe, request->easy);
	return size * count;
}

static size_t on_body(char *data, size_t size, size_t count, void *user)
{
	struct http_request *request = user;
	struct http_answer *answer = &request->answer;
	size_t length = size * count;
	char *type = NULL;
	long status = 0;
	int stop;

	answer->bytes += length;
	if (request->question.limit_bytes && answer->bytes > request->question.limit_bytes) {
		answer->fault = HTTP_TOO_LARGE;
		return CURL_WRITEFUNC_ERROR;
	}
	curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(request->easy, CURLINFO_CONTENT_TYPE, &type);
	if (is_redirect(status) && may_follow(request)) /* not the answer yet */
		return length;
	request->in_callback = true;
	stop = request->question.on_data
		       ? request->question.on_data(request->question.user, data, length, (int)status, type ? type : "")
		       : 0;
	request->in_callback = false;
	if (stop)
		answer->fault = HTTP_STOPPED;
	return stop || request->cancelled ? CURL_WRITEFUNC_ERROR : length;
}

static void look_up(struct http_request *request);

/* Not the server that was asked: it gets no proof of who asks, and nothing else that was meant for the other. */
static void become_stranger(struct http_request *request)
{
	const struct http_access *access = request->access;

	if (access)
		request->stranger = (struct http_access){ .ca_file = access->ca_file, .insecure = access->insecure };
	request->access = &request->stranger;
}

/* Begin anew where the redirect points to. False when it is to be taken as the answer. */
static bool follow(struct http_request *request, const char *location)
{
	struct http_url url;

	if (!may_follow(request) || http_url_parse(&url, location, NULL))
		return false;
	if (url.secure != request->url.secure || url.port != request->url.port ||
	    strcasecmp(url.host, request->url.host) != 0) {
		become_stranger(request);
	} else if (!url.user) {
		url.user = request->url.user;
		url.password = request->url.password;
		request->url.user = request->url.password = NULL;
	}
	if (request->question.probe) {
		http_probe_times(request->question.probe, request->easy, 0);
		request->question.probe->certificate_end_s = 0;
		request->question.probe->tls_version = NULL;
	}
	transfer_release(request);
	http_url_release(&request->url);
	request->url = url;
	request->redirects++;
	request->answer.bytes = 0;
	look_up(request);
	return true;
}

static void set_status_reason(struct http_request *request, int status, const char *location)
{
	struct http_answer *answer = &request->answer;

	if (is_redirect(status) && request->redirects && !may_follow(request))
		snprintf(answer->reason, sizeof(answer->reason), "more than %u redirects", request->redirects);
	else
		http_reason_status(status, location, answer->reason, sizeof(answer->reason));
}

static void on_end(void *user, CURLcode code)
{
	struct http_request *request = user;
	struct http_answer *answer = &request->answer;
	enum http_fault fault = HTTP_OK;
	curl_off_t retry_after = 0;
	char *location = NULL;
	long status = 0;

	if (request->cancelled) {
		request_free(request);
		return;
	}
	curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(request->easy, CURLINFO_REDIRECT_URL, &location);
	curl_easy_getinfo(request->easy, CURLINFO_RETRY_AFTER, &retry_after);
	if (code == CURLE_OK && is_redirect(status) && location && follow(request, location))
		return;
	answer->status = (int)status;
	if (retry_after > 0)
		answer->retry_after_ms = (retry_after < 86400 ? retry_after : 86400) * 1000;
	if (answer->fault == HTTP_TOO_LARGE) {
		fault = HTTP_TOO_LARGE;
		http_reason_too_large(request->question.limit_bytes, answer->reason, sizeof(answer->reason));
	} else if (answer->fault == HTTP_STOPPED) {
		fault = HTTP_STOPPED;
		set_reason(request, "stopped");
	} else if (code != CURLE_OK) {
		fault = http_reason_curl(request->easy, code, request->curl_words, answer->reason,
					 sizeof(answer->reason));
	} else {
		set_status_reason(request, (int)status, location);
	}
	request_finish(request, fault);
}

static void on_timeout(void *user)
{
	struct http_request *request = user;
	struct http_answer *answer = &request->answer;

	http_reason_timeout(request->question.timeout_ms, answer->reason, sizeof(answer->reason));
	if (request->lookup) { /* the name server is silent, not the server */
		char limit[32];

		duration_format(request->question.timeout_ms, limit, sizeof(limit));
		snprintf(answer->reason, sizeof(answer->reason), "name does not resolve within %s", limit);
		request_finish(request, HTTP_UNRESOLVED);
		return;
	}
	request_finish(request, HTTP_TIMEOUT);
}

static void set_request(struct http_request *request)
{
	CURL *easy = request->easy;

	curl_easy_setopt(easy, CURLOPT_URL, request->url.text);
	http_body_apply(&request->body, easy, &request->headers);
	curl_easy_setopt(easy, CURLOPT_RESOLVE, request->addresses);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->curl_words);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, RECEIVE_BUFFER);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
	if (request->question.probe) {
		curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
		curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
	}
	if (request->question.fresh) {
		curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
		curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	}
}

static void request_start(struct http_request *request)
{
	struct error error;

	request->easy = curl_easy_init();
	if (!request->easy) {
		set_reason(request, "out of memory");
		request_finish(request, HTTP_OTHER);
		return;
	}
	http_setup_protocols(request->easy);
	set_request(request);
	if (http_access_apply(request->easy, request->access, &request->url, &request->headers, &error)) {
		set_reason(request, error.text);
		request_finish(request, HTTP_UNREADABLE);
		return;
	}
	http_setup_headers(request->easy, &request->headers, request->local);
	if (request->url.secure)
		http_setup_tls(request->easy, request->store, request->access ? request->access->ca_file : NULL);
	if (request->question.probe)
		request->transfer_ns = clock_monotonic_ns();
	if (http_bridge_add(request->http->bridge, request->easy)) {
		set_reason(request, "cannot start the request");
		request_finish(request, HTTP_OTHER);
	}
}

/* Start once the name is known and the authorities are loaded. */
static void request_advance(struct http_request *request)
{
	const struct http_access *access = request->access;
	struct x509_store_st *store = NULL;
	const char *reason = "";

	request->waits_for_trust = false;
	if (request->url.secure && !(access && access->insecure)) {
		switch (trust_shelf_get(request->http->trusts, access ? access->ca_file : NULL, &store, &reason)) {
		case TRUST_LOADING: request->waits_for_trust = true; return;
		case TRUST_FAILED:
			set_reason(request, reason);
			request_finish(request, HTTP_UNREADABLE);
			return;
		case TRUST_READY:
			X509_STORE_up_ref(store);
			request->store = store;
			break;
		}
	}
	request_start(request);
}

/* Callbacks may ask and cancel, so the walk starts anew after each; one that still waits is passed over. */
static void on_trust_loaded(void *user)
{
	struct http *http = user;
	struct http_request *request;

	for (request = http->first; request; request = request->next)
		request->advance = request->waits_for_trust;
	for (;;) {
		for (request = http->first; request; request = request->next)
			if (request->advance)
				break;
		if (!request)
			return;
		request->advance = false;
		request_advance(request);
	}
}

/* Every address is handed over, best first: curl tries the next when one is dead. */
static void on_lookup(void *user, const char *const *addresses, size_t count, const char *reason)
{
	struct http_request *request = user;
	struct strbuf line = STRBUF_INIT;

	request->lookup = NULL;
	if (request->question.probe)
		request->question.probe->resolve_s += seconds_since(request->lookup_ns);
	if (!count) {
		set_reason(request, reason);
		request_finish(request, HTTP_UNRESOLVED);
		return;
	}
	request->local = http_setup_is_local(addresses[0]);
	strbuf_addf(&line, "%s:%u:", request->url.host, request->url.port);
	for (size_t i = 0; i < count; i++) {
		bool six = strchr(addresses[i], ':') != NULL;

		strbuf_addf(&line, "%s%s%s%s", i ? "," : "", six ? "[" : "", addresses[i], six ? "]" : "");
	}
	if (!strchr(request->url.host, ':'))
		request->addresses = curl_slist_append(NULL, line.text);
	strbuf_release(&line);
	request_advance(request);
}

static void look_up(struct http_request *request)
{
	const struct http_access *access = request->access;
	struct http *http = request->http;
	struct x509_store_st *store;
	const char *reason;

	if (request->url.secure && !(access && access->insecure)) /* read it while the name is looked up */
		trust_shelf_get(http->trusts, access ? access->ca_file : NULL, &store, &reason);
	if (request->question.probe)
		request->lookup_ns = clock_monotonic_ns();
	request->lookup = resolver_ask(http->resolver, request->url.host, on_lookup, request);
}

struct http *http_new(struct loop *loop, struct resolver *resolver, struct error *error)
{
	struct http *http;

	if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
		error_set(error, "cannot start the HTTP library");
		return NULL;
	}
	http = mem_zalloc(sizeof(*http));
	http->loop = loop;
	http->resolver = resolver;
	http->bridge = http_bridge_new(loop, on_end);
	http->pace = http_pace_new();
	http->trusts = trust_shelf_new(resolver_pool(resolver), on_trust_loaded, http);
	return http;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	while (http->first)
		request_free(http->first);
	http_bridge_free(http->bridge);
	http_pace_free(http->pace);
	trust_shelf_free(http->trusts);
	free(http);
	curl_global_cleanup();
}

struct trust_shelf *http_trusts(struct http *http)
{
	return http->trusts;
}

struct http_pace *http_pace(struct http *http)
{
	return http->pace;
}

struct http_request *http_ask(struct http *http, const struct http_question *question, struct error *error)
{
	struct http_request *request, **end = &http->first;
	struct http_url url;

	if (http_url_parse(&url, question->url, error))
		return NULL;
	request = mem_zalloc(sizeof(*request));
	request->http = http;
	request->url = url;
	http_body_init(&request->body, question);
	request->question = *question;
	request->question.url = request->question.post = request->question.body = request->question.body_type = NULL;
	request->access = question->access;
	if (question->probe) {
		*question->probe = (struct http_probe){ 0 };
		request->started_ns = clock_monotonic_ns();
	}
	request->answer.content_type = "";
	request->started_ms = loop_monotonic_now_ms(http->loop);
	while (*end)
		end = &(*end)->next;
	*end = request;
	if (question->timeout_ms > 0) {
		request->timeout = timer_new(http->loop, on_timeout, request);
		timer_start(request->timeout, question->timeout_ms);
	}
	look_up(request);
	return request;
}

void http_cancel(struct http_request *request)
{
	if (!request)
		return;
	request->cancelled = true;
	if (!request->in_callback) /* else curl holds it: on_end frees it */
		request_free(request);
}
