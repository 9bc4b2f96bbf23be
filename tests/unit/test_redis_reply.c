#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "loop/redis_reply.h"

static int next(struct reply_reader *reader, const struct redis_reply **ret, char *reason)
{
	return reply_reader_next(reader, ret, reason, 160);
}

static void feed(struct reply_reader *reader, const char *text)
{
	reply_reader_feed(reader, text, strlen(text));
}

Test(redis_reply, reads_values_in_any_pieces)
{
	static const char bytes[] = "*5\r\n:-7\r\n$3\r\na\0b\r\n$-1\r\n*2\r\n+OK\r\n-ERR no\r\n*0\r\n+next\r\n";
	const struct redis_reply *reply = NULL;
	char reason[160] = "";

	for (size_t piece = 1; piece < sizeof(bytes); piece++) {
		struct reply_reader *reader = reply_reader_new(100000);
		size_t replies = 0;

		for (size_t at = 0; at < sizeof(bytes) - 1; at += piece) {
			size_t length = sizeof(bytes) - 1 - at < piece ? sizeof(bytes) - 1 - at : piece;

			cr_assert_eq(reply_reader_feed(reader, bytes + at, length), 0);
			while (next(reader, &reply, reason) == 1 && ++replies == 1) {
				cr_assert_eq(reply->kind, REDIS_KIND_LIST);
				cr_assert_eq(reply->count, 5u);
				cr_expect_eq(redis_reply_item(reply, 0)->integer, -7);
				cr_expect_eq(redis_reply_item(reply, 1)->length, 3u);
				cr_expect_eq(memcmp(reply->items[1].text, "a\0b", 4), 0);
				cr_expect_eq(redis_reply_item(reply, 2)->kind, REDIS_KIND_NIL);
				cr_expect_str_eq(redis_reply_item(reply, 2)->text, "");
				cr_expect_str_eq(redis_reply_item(redis_reply_item(reply, 3), 0)->text, "OK");
				cr_expect_eq(redis_reply_item(redis_reply_item(reply, 3), 1)->kind, REDIS_KIND_ERROR);
				cr_expect_eq(redis_reply_item(reply, 4)->count, 0u);
				cr_expect_eq(redis_reply_item(reply, 5)->kind, REDIS_KIND_NIL);
			}
		}
		cr_expect_eq(replies, 2u);
		cr_expect_str_eq(reply->text, "next");
		reply_reader_free(reader);
	}
}

/* After `text` the reader says `words`. */
static void fails(size_t limit, const char *text, const char *words)
{
	struct reply_reader *reader = reply_reader_new(limit);
	const struct redis_reply *reply;
	char reason[160] = "";
	int result;

	feed(reader, text);
	while ((result = next(reader, &reply, reason)) > 0)
		continue;
	cr_expect_eq(result, -1, "accepted: %s", text);
	cr_expect_str_eq(reason, words);
	cr_expect_eq(next(reader, &reply, reason), -1, "it goes on after a fault");
	reply_reader_free(reader);
}

Test(redis_reply, bounds_what_it_reads)
{
	char *big = mem_zalloc(30000);

	fails(1000, "*1000000\r\n", "answer over 1 kB");
	fails(100000, "*2147483647\r\n", "answer over 100 kB");
	fails(100000, "HTTP/1.1 400 Bad Request\r\n", "no Redis there");
	fails(100000, "$x\r\n", "no Redis there");
	fails(100000, "\x15\x03\x01", "the server wants TLS, which skep has not for Redis");
	fails(100000, "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "no Redis there");
	/* A line that never ends, and many small values. */
	memset(big, '+', 20000);
	fails(10000, big, "answer over 10 kB");
	memcpy(big, "*400\r\n", 7);
	for (int i = 0; i < 400; i++)
		memcpy(big + 6 + 4 * i, ":1\r\n", 5);
	fails(2000, big, "answer over 2 kB");
	free(big);
}

Test(redis_reply, each_reply_has_the_whole_limit)
{
	struct reply_reader *reader = reply_reader_new(1000);
	const struct redis_reply *reply;
	char reason[160] = "";

	for (int i = 0; i < 100; i++) {
		feed(reader, "*3\r\n+0123456789\r\n+0123456789\r\n:1\r\n");
		cr_assert_eq(next(reader, &reply, reason), 1, "%d: %s", i, reason);
		cr_assert_eq(next(reader, &reply, reason), 0);
	}
	reply_reader_free(reader);
}

static void words(const char *error, const char *expected, bool final)
{
	char text[160];

	cr_expect_eq(redis_reply_words(error, text, sizeof(text)), final, "%s", error);
	cr_expect_str_eq(text, expected);
}

Test(redis_reply, says_errors_in_words)
{
	words("NOAUTH Authentication required.", "authentication needed", true);
	words("WRONGPASS invalid username-password pair or user is disabled.", "password refused", true);
	words("ERR invalid password", "password refused", true);
	words("ERR AUTH <password> called without any password configured for the default user. Are you sure?",
	      "the server wants no password", true);
	words("DENIED Redis is running in protected mode because ...", "refused: the server is in protected mode",
	      true);
	words("ERR max number of clients reached", "refused: the server has too many clients", true);
	words("ERR DB index is out of range", "no such database", true);
	words("LOADING Redis is loading the dataset in memory", "the server is loading its data", false);
	words("MOVED 3999 127.0.0.1:6381", "the key is on another node of the cluster", false);
	words("NOPERM this user has no permissions to run the 'config|get' command", "no permission for config|get",
	      false);
	words("NOPERM this user has no permissions to access one of the channels used as arguments",
	      "no permission for the channel", false);
	words("ERR syntax error", "syntax error", false);
	words("", "", false);
}

Test(redis_reply, reads_integers)
{
	struct redis_reply text = { .kind = REDIS_KIND_TEXT, .text = "42", .length = 2 };

	cr_expect_eq(redis_reply_integer(&text, -1), 42);
	text.text = "4x";
	cr_expect_eq(redis_reply_integer(&text, -1), -1);
	text = (struct redis_reply){ .kind = REDIS_KIND_INTEGER, .integer = 7, .text = "" };
	cr_expect_eq(redis_reply_integer(&text, -1), 7);
	text = (struct redis_reply){ .kind = REDIS_KIND_NIL, .text = "" };
	cr_expect_eq(redis_reply_integer(&text, -1), -1);
}
