/*
 * JSON of a server, read as it arrives: bytes go in, the values that a table
 * asks for come out, in the order of the document, and nothing is kept.
 * Members may come in any order; what no table names is passed over. Depth and
 * the length of a text are bounded here, counts by whoever takes the values.
 *
 * A place is an object or an array that a passage leads to; place 0 is the
 * document itself, around its outermost bracket.
 */
#ifndef ALERT_JSON_STREAM_H
#define ALERT_JSON_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define JSON_STREAM_DEPTH_MAX  64
#define JSON_STREAM_TEXT_BYTES ((size_t)64 * 1024) /* of one text or name; the rest is cut */

/* The bracket at member `key` of `from` (NULL: any member, or an array's element) leads to `to`. */
struct json_passage {
	int from;
	const char *key;
	char bracket;
	int to;
};

/* The scalar at member `key` (NULL: any member, or an array's element) of `place` is wanted, as `field`. */
struct json_field {
	int place;
	const char *key;
	int field;
};

enum json_scalar { SCALAR_TEXT, SCALAR_NUMBER, SCALAR_TRUE, SCALAR_FALSE, SCALAR_NULL };

struct json_value {
	int field;
	const char *key; /* "" in an array */
	enum json_scalar kind;
	const char *text; /* of a text or a number, as it is written; terminated, without NULs in it */
	size_t length;
};

struct json_stream;

/* The callbacks' `user` is that of the stream; they end the reading with json_stream_fail. */
struct json_shape {
	const char *what; /* "an Alertmanager": for the message when it is something else */
	const struct json_passage *passages;
	size_t passage_count;
	const struct json_field *fields;
	size_t field_count;
	void (*enter)(void *user, int place); /* may be NULL */
	void (*leave)(void *user, int place); /* may be NULL */
	void (*value)(void *user, const struct json_value *value);
};

struct json_stream *json_stream_new(const struct json_shape *shape, void *user);
void json_stream_free(struct json_stream *stream);

/* Take in the next bytes. -1 when no more are wanted. */
int json_stream_feed(struct json_stream *stream, const char *data, size_t length);

/* No more bytes come. -1 with the reason when it was not what the shape says, or not all of it. Call once. */
int json_stream_finish(struct json_stream *stream, struct error *error);

/* For the callbacks: it is not as it should be. The first reason stays. */
void json_stream_fail(struct json_stream *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));
void json_stream_fail_other(struct json_stream *stream); /* "not an Alertmanager (other JSON)" */

/* Of all that was told: equal for equal answers. */
uint64_t json_stream_digest(const struct json_stream *stream);

#endif
