#include "loop/http_body.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void http_body_init(struct http_body *body, const struct http_question *question)
{
	*body = (struct http_body){ .method = question->method };
	if (question->post) {
		body->text = mem_strdup(question->post);
		body->form = true;
	} else if (question->body) {
		body->text = mem_strdup(question->body);
		body->type = mem_strdup(question->body_type ? question->body_type : "application/json");
	}
}

void http_body_release(struct http_body *body)
{
	if (body->text)
		explicit_bzero(body->text, strlen(body->text));
	free(body->text);
	free(body->type);
	*body = (struct http_body){ 0 };
}

bool http_body_changes(const struct http_body *body)
{
	return body->method != HTTP_GET;
}

static void add_type(const char *type, struct curl_slist **headers)
{
	char *line = mem_printf("Content-Type: %s", type);
	struct curl_slist *longer = curl_slist_append(*headers, line);

	if (longer)
		*headers = longer;
	free(line);
}

/*
 * When a kept connection turns out to be dead before the first byte of an
 * answer, curl sends the request again on another one, whatever its method.
 * It cannot know whether the server has acted on the first; on a connection of
 * its own there is no second.
 */
void http_body_apply(const struct http_body *body, CURL *easy, struct curl_slist **headers)
{
	if (body->text || body->method == HTTP_POST) {
		const char *text = body->text ? body->text : "";

		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(text));
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, text);
	}
	if (body->type)
		add_type(body->type, headers);
	if (body->method == HTTP_DELETE)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "DELETE");
	if (http_body_changes(body))
		curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
}
