#include "alert/api_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "config/json.h"
#include "loop/http_url.h"

#define WORDS_BYTES_MAX 4096 /* of an error answer */
#define URL_LENGTH_MAX  4096

struct api_call {
	struct api_question question; /* its texts are not used after asking */
	struct json_stream *stream;   /* NULL without a shape */
	struct strbuf words;          /* of an error answer */
	struct http_request *request;
};

static void call_free(struct api_call *call)
{
	json_stream_free(call->stream);
	strbuf_release(&call->words);
	free(call);
}

static bool is_success(int status)
{
	return status >= 200 && status < 300;
}

static int on_data(void *user, const char *data, size_t length, int status, const char *content_type)
{
	struct api_call *call = user;

	(void)content_type;
	if (!is_success(status)) {
		size_t room = WORDS_BYTES_MAX - call->words.length;

		strbuf_add(&call->words, data, length < room ? length : room);
		return length < room ? 0 : -1;
	}
	return call->stream ? json_stream_feed(call->stream, data, length) : 0;
}

/* The first line of an error's text; a web page's words are meant for another reader. */
static void take_words(const char *text, char *ret, size_t size)
{
	size_t length;

	text += strspn(text, " \t\r\n");
	length = strcspn(text, "\r\n");
	if (*text != '<')
		snprintf(ret, size, "%.*s", (int)(length < size ? length : size - 1), text);
}

/*
 * What the server says is wrong: a JSON string (Alertmanager), or an object
 * with the words in "message" (Alertmanager's checks of the form) or "error"
 * (Prometheus), or plain text. True when it is an answer of the API itself.
 */
static bool read_words(const struct strbuf *body, char *ret, size_t size)
{
	cJSON *document = json_parse(body->text, body->length, "", NULL);
	const char *text = NULL;
	bool own = false;

	ret[0] = '\0';
	if (cJSON_IsString(document)) {
		text = document->valuestring;
	} else if (cJSON_IsObject(document)) {
		text = json_string(document, "message", NULL);
		if (!text)
			text = json_string(document, "error", NULL);
	}
	own = text != NULL;
	take_words(own ? text : body->text, ret, size);
	cJSON_Delete(document);
	return own;
}

/* An answer with an error status. A gateway that got none from the server behind it cannot know what that one did. */
static void judge_status(struct api_answer *ret, const struct api_call *call, const struct http_answer *http)
{
	char words[160];
	bool own = read_words(&call->words, words, sizeof(words));

	snprintf(ret->reason, sizeof(ret->reason), "%s%s%s", http->reason, *words ? ": " : "", words);
	ret->not_done = own || (http->status < 500 && http->status != 408) || http->status == 501;
}

static void judge(struct api_answer *ret, struct api_call *call, const struct http_answer *http)
{
	struct error error;

	ret->status = http->status;
	ret->retry_after_ms = http->retry_after_ms;
	if (http->fault != HTTP_OK && http->fault != HTTP_STOPPED) {
		snprintf(ret->reason, sizeof(ret->reason), "%s", http->reason);
		ret->not_done = !http->sent;
	} else if (!is_success(http->status)) {
		judge_status(ret, call, http);
	} else if (call->stream && json_stream_finish(call->stream, &error)) {
		snprintf(ret->reason, sizeof(ret->reason), "%.*s", (int)sizeof(ret->reason) - 1, error.text);
	} else {
		ret->good = true;
		ret->digest = call->stream ? json_stream_digest(call->stream) : 0;
	}
}

static void on_done(void *user, const struct http_answer *http)
{
	struct api_call *call = user;
	struct api_answer answer = { 0 };

	judge(&answer, call, http);
	call->question.done(call->question.user, &answer);
	call_free(call);
}

const char *api_base_new(const char *url, const char *whose, struct arena *arena, struct error *error)
{
	struct http_url parts;
	size_t length = strlen(url);
	char *base;

	if (http_url_parse(&parts, url, error))
		return NULL;
	http_url_release(&parts);
	if (length > URL_LENGTH_MAX || strpbrk(url, "?#")) {
		error_set(error, "%s URL has a query or a fragment, or is too long (host and path prefix only)", whose);
		return NULL;
	}
	base = arena_strdup(arena, url);
	while (length && base[length - 1] == '/')
		base[--length] = '\0';
	return base;
}

struct api_call *api_call_new(const struct api_question *question, struct json_stream **ret_stream, struct error *error)
{
	struct api_call *call = mem_zalloc(sizeof(*call));
	struct strbuf url = STRBUF_INIT;
	struct http_question http = { .method = question->method,
				      .body = question->body,
				      .access = question->access,
				      .timeout_ms = question->timeout_ms,
				      .limit_bytes = API_CALL_BYTES_MAX,
				      .on_data = on_data,
				      .done = on_done,
				      .user = call };

	call->question = *question;
	call->question.base = call->question.path = call->question.body = NULL;
	strbuf_init(&call->words);
	if (question->shape)
		call->stream = json_stream_new(question->shape, question->reader);
	if (ret_stream)
		*ret_stream = call->stream;
	strbuf_addf(&url, "%s%s", question->base, question->path);
	http.url = url.text;
	call->request = http_ask(question->http, &http, error);
	explicit_bzero(url.text, url.length); /* it may hold a password */
	strbuf_release(&url);
	if (call->request)
		return call;
	call_free(call);
	return NULL;
}

void api_call_cancel(struct api_call *call)
{
	if (!call)
		return;
	http_cancel(call->request);
	call_free(call);
}
