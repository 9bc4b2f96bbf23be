/*
 * One request to a JSON API: the answer is read as it arrives, into the shape
 * that is asked for; an error answer gives its words. However it goes, `done`
 * comes once, never before the call returns, unless the call is cancelled.
 */
#ifndef ALERT_API_CALL_H
#define ALERT_API_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/json_stream.h"
#include "base/arena.h"
#include "base/error.h"
#include "loop/http.h"

#define API_CALL_BYTES_MAX ((size_t)64 * 1024 * 1024)

struct api_answer {
	bool good; /* a 2xx answer, read to its end, of the wanted shape */
	/*
	 * Whether what was asked has been done, when the answer is not good: the
	 * request never left, or the server itself refused it in an answer of its own.
	 */
	bool not_done;
	int status;
	char reason[320]; /* "timeout after 5s", "400 bad request: end time can't be in the past"; raw, in one line */
	uint64_t digest;  /* of a good one */
	int64_t retry_after_ms;
};

struct api_call;

struct api_question {
	struct http *http;
	const char *base, *path; /* of the URL: joined as they are */
	enum http_method method;
	const char *body;                 /* JSON; NULL */
	const struct http_access *access; /* must live until done */
	int64_t timeout_ms;
	const struct json_shape *shape; /* NULL: a good answer's body is not looked at */
	void *reader;                   /* the shape's user; must live until done */
	void (*done)(void *user, const struct api_answer *answer);
	void *user;
};

/*
 * The URL of a server as api_question's `base`, copied into the arena: host and
 * path prefix, slashes at its end taken off. It may hold credentials. NULL for
 * one that is none, or has a query in it; `whose` is named in the message.
 */
const char *api_base_new(const char *url, const char *whose, struct arena *arena, struct error *error);

/* NULL with the error set only for an unusable URL. `ret_stream` (may be NULL) is for the shape's callbacks. */
struct api_call *api_call_new(const struct api_question *question, struct json_stream **ret_stream,
			      struct error *error);
void api_call_cancel(struct api_call *call); /* NULL is allowed */

#endif
