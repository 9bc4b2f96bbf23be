#include "loop/redis_reply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/read.h>

#include "base/arena.h"
#include "base/mem.h"

/* Each value costs this much at least, so that a list of a million nils is bounded, too. */
#define VALUE_BYTES sizeof(struct redis_reply)

struct reply_reader {
	redisReader *hiredis;
	redisReplyObjectFunctions functions;
	struct arena arena; /* of the reply under way, then of the last one */
	struct redis_reply root;
	size_t used, limit;
	bool over, given, tls, first;
};

static const struct {
	const char *start; /* of the server's text */
	const char *words;
	bool final;
} error_words[] = {
	{ "NOAUTH", "authentication needed", true },
	{ "WRONGPASS", "password refused", true },
	{ "ERR invalid password", "password refused", true },
	{ "ERR AUTH", "the server wants no password", true },
	{ "ERR Client sent AUTH, but no password is set", "the server wants no password", true },
	{ "DENIED", "refused: the server is in protected mode", true },
	{ "ERR max number of clients", "refused: the server has too many clients", true },
	{ "ERR DB index is out of range", "no such database", true },
	{ "ERR SELECT is not allowed in cluster mode", "a cluster has no database but 0", true },
	{ "LOADING", "the server is loading its data", false },
	{ "MASTERDOWN", "the replica has lost its master", false },
	{ "MOVED", "the key is on another node of the cluster", false },
	{ "ASK", "the key is moving to another node of the cluster", false },
	{ "CLUSTERDOWN", "the cluster is down", false },
	{ "BUSY", "the server is busy with a script", false },
	{ "MISCONF", "the server refuses writes: it cannot save", false },
	{ "ERR unknown command", "the server does not know the command", false },
};

const struct redis_reply *redis_reply_item(const struct redis_reply *reply, size_t index)
{
	static const struct redis_reply nil = { .kind = REDIS_KIND_NIL, .text = "" };

	return reply->kind == REDIS_KIND_LIST && index < reply->count ? &reply->items[index] : &nil;
}

int64_t redis_reply_integer(const struct redis_reply *reply, int64_t otherwise)
{
	char *end;
	long long number;

	if (reply->kind == REDIS_KIND_INTEGER)
		return reply->integer;
	if (reply->kind != REDIS_KIND_TEXT || !reply->length)
		return otherwise;
	errno = 0;
	number = strtoll(reply->text, &end, 10);
	return errno || end != reply->text + reply->length ? otherwise : number;
}

/* NOPERM this user has no permissions to run the 'config|get' command */
static bool permission_words(const char *text, char *ret, size_t size)
{
	const char *begin = strchr(text, '\''), *end = begin ? strchr(begin + 1, '\'') : NULL;

	if (strncmp(text, "NOPERM", 6) != 0)
		return false;
	if (end)
		snprintf(ret, size, "no permission for %.*s", (int)(end - begin - 1 > 60 ? 60 : end - begin - 1),
			 begin + 1);
	else if (strstr(text, "channel"))
		snprintf(ret, size, "no permission for the channel");
	else
		snprintf(ret, size, "no permission");
	return true;
}

bool redis_reply_words(const char *text, char *ret, size_t size)
{
	if (permission_words(text, ret, size))
		return false;
	for (size_t i = 0; i < sizeof(error_words) / sizeof(error_words[0]); i++) {
		if (strncmp(text, error_words[i].start, strlen(error_words[i].start)) != 0)
			continue;
		snprintf(ret, size, "%s", error_words[i].words);
		return error_words[i].final;
	}
	snprintf(ret, size, "%.*s", 100, strncmp(text, "ERR ", 4) == 0 ? text + 4 : text);
	return false;
}

/* The place of a new value: in its list, or as the reply itself. NULL when the reply grows over the limit. */
static struct redis_reply *place(const redisReadTask *task, size_t bytes)
{
	struct reply_reader *reader = task->privdata;

	if (bytes > reader->limit || reader->used > reader->limit - bytes) {
		reader->over = true;
		return NULL;
	}
	reader->used += bytes;
	if (!task->parent)
		return &reader->root;
	return &((struct redis_reply *)task->parent->obj)->items[task->idx];
}

static void *create_string(const redisReadTask *task, char *text, size_t length)
{
	struct redis_reply *value = place(task, VALUE_BYTES + length);
	struct reply_reader *reader = task->privdata;
	char *copy;

	if (!value)
		return NULL;
	copy = arena_alloc(&reader->arena, length + 1);
	memcpy(copy, text, length);
	*value = (struct redis_reply){ .kind = task->type == REDIS_REPLY_ERROR ? REDIS_KIND_ERROR : REDIS_KIND_TEXT,
				       .text = copy,
				       .length = length };
	return value;
}

static void *create_array(const redisReadTask *task, int count)
{
	struct reply_reader *reader = task->privdata;
	size_t items = count > 0 ? (size_t)count : 0;
	struct redis_reply *value, *list;

	if (items > reader->limit / VALUE_BYTES) {
		reader->over = true;
		return NULL;
	}
	value = place(task, VALUE_BYTES * (items + 1));
	if (!value)
		return NULL;
	list = arena_array(&reader->arena, items + 1, sizeof(*list));
	for (size_t i = 0; i < items; i++)
		list[i].text = "";
	*value = (struct redis_reply){ .kind = REDIS_KIND_LIST, .text = "", .items = list, .count = items };
	return value;
}

static void *create_integer(const redisReadTask *task, long long integer)
{
	struct redis_reply *value = place(task, VALUE_BYTES);

	if (value)
		*value = (struct redis_reply){ .kind = REDIS_KIND_INTEGER, .integer = integer, .text = "" };
	return value;
}

static void *create_nil(const redisReadTask *task)
{
	struct redis_reply *value = place(task, VALUE_BYTES);

	if (value)
		*value = (struct redis_reply){ .kind = REDIS_KIND_NIL, .text = "" };
	return value;
}

/* Values are the arena's. */
static void free_nothing(void *value)
{
	(void)value;
}

struct reply_reader *reply_reader_new(size_t limit_bytes)
{
	struct reply_reader *reader = mem_zalloc(sizeof(*reader));

	reader->limit = limit_bytes;
	reader->first = true;
	reader->functions =
		(redisReplyObjectFunctions){ create_string, create_array, create_integer, create_nil, free_nothing };
	reader->hiredis = redisReaderCreateWithFunctions(&reader->functions);
	if (!reader->hiredis)
		abort();
	reader->hiredis->privdata = reader;
	return reader;
}

void reply_reader_free(struct reply_reader *reader)
{
	if (!reader)
		return;
	redisReaderFree(reader->hiredis);
	arena_release(&reader->arena);
	free(reader);
}

int reply_reader_feed(struct reply_reader *reader, const char *data, size_t length)
{
	size_t waiting = reader->hiredis->len - reader->hiredis->pos;

	if (!length)
		return 0;
	/* An alert record: the port wants a handshake first. */
	reader->tls |= reader->first && *data == 0x15;
	reader->first = false;
	reader->over |= length > reader->limit || waiting > reader->limit - length;
	if (reader->over || redisReaderFeed(reader->hiredis, data, length) != REDIS_OK)
		return -1;
	return 0;
}

static void fault_words(const struct reply_reader *reader, char *reason, size_t size)
{
	if (reader->over)
		snprintf(reason, size, "answer over %zu kB", reader->limit / 1000);
	else if (reader->tls)
		snprintf(reason, size, "the server wants TLS, which skep has not for Redis");
	else
		snprintf(reason, size, "no Redis there");
}

int reply_reader_next(struct reply_reader *reader, const struct redis_reply **ret, char *reason, size_t size)
{
	void *value = NULL;

	if (reader->given) {
		arena_release(&reader->arena);
		reader->used = 0;
		reader->given = false;
	}
	if (reader->over || redisReaderGetReply(reader->hiredis, &value) != REDIS_OK) {
		fault_words(reader, reason, size);
		return -1;
	}
	if (!value)
		return 0;
	reader->given = true;
	*ret = value;
	return 1;
}
