/* What a request sends besides its headers, and by which method. */
#ifndef LOOP_HTTP_BODY_H
#define LOOP_HTTP_BODY_H

#include <stdbool.h>

#include <curl/curl.h>

#include "loop/http.h"

struct http_body {
	enum http_method method;
	char *text; /* NULL when nothing is sent */
	char *type; /* its content type; NULL: a form */
	bool form;  /* of a mere question: may be sent again */
};

/* Copies what the question says. */
void http_body_init(struct http_body *body, const struct http_question *question);

/* Its memory is wiped: it may hold what is nobody else's business. */
void http_body_release(struct http_body *body);

/* Does the request change something at the server? Then it goes out once, or not at all. */
bool http_body_changes(const struct http_body *body);

/* Set method and body, and what keeps a change from being sent twice; a header may be added to `headers`. */
void http_body_apply(const struct http_body *body, CURL *easy, struct curl_slist **headers);

#endif
