/*
 * What a Redis server says, read by hiredis's protocol reader into plain
 * values with bounds: a reply of more than the limit, in bytes received or in
 * memory taken, ends the reading. The asynchronous part of hiredis is not
 * used: it asserts on replies that nobody asked for, and knows no time-outs.
 */
#ifndef LOOP_REDIS_REPLY_H
#define LOOP_REDIS_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum redis_kind {
	REDIS_KIND_NIL,
	REDIS_KIND_INTEGER,
	REDIS_KIND_TEXT,  /* a bulk string or a status */
	REDIS_KIND_ERROR, /* its text: "WRONGPASS invalid username-password pair ..." */
	REDIS_KIND_LIST,
};

struct redis_reply {
	enum redis_kind kind;
	int64_t integer;
	const char *text; /* "" for what has none; terminated, may hold NUL bytes before its end */
	size_t length;
	struct redis_reply *items;
	size_t count;
};

/* The item, or a nil when the reply is no list or is shorter. */
const struct redis_reply *redis_reply_item(const struct redis_reply *reply, size_t index);

/* An integer, or a text that is one; else `otherwise`. */
int64_t redis_reply_integer(const struct redis_reply *reply, int64_t otherwise);

/*
 * An error in a person's words: "authentication needed", "password refused",
 * "no permission for config|get", else what the server says, cut. True when
 * nothing else can work on this connection.
 */
bool redis_reply_words(const char *text, char *ret, size_t size);

struct reply_reader;

struct reply_reader *reply_reader_new(size_t limit_bytes);
void reply_reader_free(struct reply_reader *reader);

/* Bytes as they came. -1 when a reply is over the limit; reply_reader_next then says so. */
int reply_reader_feed(struct reply_reader *reader, const char *data, size_t length);

/*
 * The next whole reply: 1, valid until the next call; 0 when more bytes are
 * needed; -1 with `reason` when what came is no Redis or too large.
 */
int reply_reader_next(struct reply_reader *reader, const struct redis_reply **ret, char *reason, size_t size);

#endif
