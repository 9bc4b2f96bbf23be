#include "alert/json_stream.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"

#define PLACE_SKIPPED (-1)

struct json_stream {
	const struct json_shape *shape;
	void *user;
	yajl_handle yajl;
	int places[JSON_STREAM_DEPTH_MAX];
	bool in_array[JSON_STREAM_DEPTH_MAX];
	size_t depth;
	struct strbuf key, text;
	uint64_t digest;
	bool begun, opened; /* opened: the outermost bracket was one that the shape knows */
	bool failed;
	struct error reason;
};

static const yajl_callbacks events;

struct json_stream *json_stream_new(const struct json_shape *shape, void *user)
{
	struct json_stream *stream = mem_zalloc(sizeof(*stream));

	stream->shape = shape;
	stream->user = user;
	stream->in_array[0] = true; /* no key stands before the document */
	strbuf_init(&stream->key);
	strbuf_init(&stream->text);
	stream->yajl = yajl_alloc(&events, NULL, stream);
	if (!stream->yajl) /* only for lack of memory */
		abort();
	/* Text stays as it came; it is made safe where it is shown. */
	yajl_config(stream->yajl, yajl_dont_validate_strings, 1);
	return stream;
}

void json_stream_free(struct json_stream *stream)
{
	if (!stream)
		return;
	yajl_free(stream->yajl);
	strbuf_release(&stream->key);
	strbuf_release(&stream->text);
	free(stream);
}

void json_stream_fail(struct json_stream *stream, const char *format, ...)
{
	va_list args;

	if (stream->failed)
		return;
	stream->failed = true;
	va_start(args, format);
	vsnprintf(stream->reason.text, sizeof(stream->reason.text), format, args);
	va_end(args);
}

void json_stream_fail_other(struct json_stream *stream)
{
	json_stream_fail(stream, "not %s (other JSON)", stream->shape->what);
}

uint64_t json_stream_digest(const struct json_stream *stream)
{
	return stream->digest;
}

static void digest(struct json_stream *stream, uint64_t value)
{
	stream->digest = (stream->digest ^ value) * UINT64_C(0x9E3779B97F4A7C15);
	stream->digest ^= stream->digest >> 29;
}

/* Cut to what one text may have. A NUL would end it for everybody else: it becomes U+FFFD. */
static void set_text(struct strbuf *ret, const char *text, size_t length)
{
	const char *nul;

	strbuf_clear(ret);
	if (length > JSON_STREAM_TEXT_BYTES)
		length = JSON_STREAM_TEXT_BYTES;
	while (length && (nul = memchr(text, '\0', length))) {
		strbuf_add(ret, text, (size_t)(nul - text));
		strbuf_addstr(ret, "\xEF\xBF\xBD");
		length -= (size_t)(nul - text) + 1;
		text = nul + 1;
	}
	strbuf_add(ret, text, length);
}

static const char *present_key(const struct json_stream *stream)
{
	return stream->in_array[stream->depth] ? "" : stream->key.text;
}

static bool is_key(const char *wanted, const char *key)
{
	return !wanted || strcmp(wanted, key) == 0;
}

static const struct json_field *find_field(const struct json_stream *stream)
{
	int place = stream->places[stream->depth];
	const char *key = present_key(stream);

	for (size_t i = 0; place != PLACE_SKIPPED && i < stream->shape->field_count; i++)
		if (stream->shape->fields[i].place == place && is_key(stream->shape->fields[i].key, key))
			return &stream->shape->fields[i];
	return NULL;
}

static int tell(struct json_stream *stream, enum json_scalar kind, const char *text, size_t length)
{
	const struct json_field *field = find_field(stream);
	struct json_value value = { .key = present_key(stream), .kind = kind };

	if (!stream->depth && !field)
		json_stream_fail_other(stream);
	if (!field)
		return !stream->failed;
	stream->opened = true;
	set_text(&stream->text, text, length);
	value.field = field->field;
	value.text = stream->text.text;
	value.length = stream->text.length;
	digest(stream, (uint64_t)field->field << 8 | (uint64_t)kind);
	if (!field->key)
		digest(stream, hash_string(value.key));
	digest(stream, hash_bytes(value.text, value.length));
	stream->shape->value(stream->user, &value);
	return !stream->failed;
}

static int on_string(void *user, const unsigned char *text, size_t length)
{
	return tell(user, SCALAR_TEXT, (const char *)text, length);
}

static int on_number(void *user, const char *text, size_t length)
{
	return tell(user, SCALAR_NUMBER, text, length);
}

static int on_boolean(void *user, int value)
{
	return tell(user, value ? SCALAR_TRUE : SCALAR_FALSE, "", 0);
}

static int on_null(void *user)
{
	return tell(user, SCALAR_NULL, "", 0);
}

static int on_key(void *user, const unsigned char *text, size_t length)
{
	struct json_stream *stream = user;

	if (stream->places[stream->depth] != PLACE_SKIPPED)
		set_text(&stream->key, (const char *)text, length);
	return 1;
}

static int find_passage(const struct json_stream *stream, char bracket)
{
	int from = stream->places[stream->depth];
	const char *key = present_key(stream);

	for (size_t i = 0; from != PLACE_SKIPPED && i < stream->shape->passage_count; i++) {
		const struct json_passage *passage = &stream->shape->passages[i];

		if (passage->from == from && passage->bracket == bracket && is_key(passage->key, key))
			return passage->to;
	}
	return PLACE_SKIPPED;
}

static int on_open(struct json_stream *stream, char bracket)
{
	int to = find_passage(stream, bracket);

	if (!stream->depth && to == PLACE_SKIPPED)
		json_stream_fail_other(stream);
	else if (stream->depth + 1 >= JSON_STREAM_DEPTH_MAX)
		json_stream_fail(stream, "answer nested over %d levels", JSON_STREAM_DEPTH_MAX - 1);
	if (stream->failed)
		return 0;
	stream->opened = true;
	stream->depth++;
	stream->places[stream->depth] = to;
	stream->in_array[stream->depth] = bracket == '[';
	if (to != PLACE_SKIPPED) {
		digest(stream, (uint64_t)to << 8 | 0xFF);
		if (stream->shape->enter)
			stream->shape->enter(stream->user, to);
	}
	return !stream->failed;
}

static int on_open_map(void *user)
{
	return on_open(user, '{');
}

static int on_open_array(void *user)
{
	return on_open(user, '[');
}

static int on_close(void *user)
{
	struct json_stream *stream = user;
	int place = stream->places[stream->depth--];

	if (place != PLACE_SKIPPED && stream->shape->leave)
		stream->shape->leave(stream->user, place);
	return !stream->failed;
}

static const yajl_callbacks events = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_open_map,
	.yajl_map_key = on_key,
	.yajl_end_map = on_close,
	.yajl_start_array = on_open_array,
	.yajl_end_array = on_close,
};

/* A web page or a text is told by its first byte. */
static void look_at_begin(struct json_stream *stream, const char *data, size_t length)
{
	size_t at = 0;

	while (at < length && data[at] && strchr(" \t\r\n", data[at]))
		at++;
	if (at == length)
		return;
	stream->begun = true;
	if (data[at] == '<')
		json_stream_fail(stream, "not %s (HTML page)", stream->shape->what);
	else if (data[at] != '{' && data[at] != '[' && data[at] != 'n')
		json_stream_fail(stream, "not %s (no JSON)", stream->shape->what);
}

int json_stream_feed(struct json_stream *stream, const char *data, size_t length)
{
	if (!stream->begun && !stream->failed)
		look_at_begin(stream, data, length);
	if (!stream->failed && length &&
	    yajl_parse(stream->yajl, (const unsigned char *)data, length) != yajl_status_ok)
		json_stream_fail(stream, "broken JSON in the answer");
	return stream->failed ? -1 : 0;
}

int json_stream_finish(struct json_stream *stream, struct error *error)
{
	if (!stream->failed && !stream->begun)
		json_stream_fail(stream, "not %s (empty answer)", stream->shape->what);
	if (!stream->failed && yajl_complete_parse(stream->yajl) != yajl_status_ok)
		json_stream_fail(stream, "answer breaks off");
	if (!stream->failed && !stream->opened)
		json_stream_fail_other(stream);
	return stream->failed ? error_set(error, "%s", stream->reason.text) : 0;
}
