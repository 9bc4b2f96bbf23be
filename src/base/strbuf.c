#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* Shared by all empty buffers; nobody ever writes to it. */
char strbuf_empty[1];

void strbuf_init(struct strbuf *buf)
{
	*buf = (struct strbuf)STRBUF_INIT;
}

void strbuf_release(struct strbuf *buf)
{
	if (!buf)
		return;
	if (buf->capacity)
		free(buf->text);
	strbuf_init(buf);
}

void strbuf_clear(struct strbuf *buf)
{
	strbuf_truncate(buf, 0);
}

/* Make room for `extra` more bytes and the NUL. */
static void strbuf_grow(struct strbuf *buf, size_t extra)
{
	size_t needed, wanted;

	if (__builtin_add_overflow(buf->length, extra, &needed) || __builtin_add_overflow(needed, 1, &needed))
		needed = SIZE_MAX; /* makes the allocation fail, and say so */
	if (needed <= buf->capacity)
		return;
	wanted = buf->capacity + buf->capacity / 2;
	if (wanted < needed)
		wanted = needed;
	if (wanted < 32)
		wanted = 32;
	buf->text = mem_resize(buf->capacity ? buf->text : NULL, wanted, 1);
	buf->text[buf->length] = '\0';
	buf->capacity = wanted;
}

void strbuf_add(struct strbuf *buf, const void *data, size_t length)
{
	if (!length)
		return;
	strbuf_grow(buf, length);
	memcpy(buf->text + buf->length, data, length);
	buf->length += length;
	buf->text[buf->length] = '\0';
}

void strbuf_addstr(struct strbuf *buf, const char *text)
{
	strbuf_add(buf, text, strlen(text));
}

void strbuf_addch(struct strbuf *buf, char ch)
{
	strbuf_add(buf, &ch, 1);
}

void strbuf_addf(struct strbuf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_vaddf(buf, format, args);
	va_end(args);
}

void strbuf_vaddf(struct strbuf *buf, const char *format, va_list args)
{
	va_list again;
	size_t room;
	int length;

	strbuf_grow(buf, 64);
	room = buf->capacity - buf->length;
	va_copy(again, args);
	length = vsnprintf(buf->text + buf->length, room, format, args);
	if (length >= 0 && (size_t)length >= room) {
		strbuf_grow(buf, (size_t)length);
		vsnprintf(buf->text + buf->length, (size_t)length + 1, format, again);
	}
	va_end(again);
	if (length > 0)
		buf->length += (size_t)length;
	buf->text[buf->length] = '\0';
}

/* Two-character escapes of RFC 8259, section 7. */
static char json_escape(uint32_t code)
{
	switch (code) {
	case '"': return '"';
	case '\\': return '\\';
	case '\b': return 'b';
	case '\f': return 'f';
	case '\n': return 'n';
	case '\r': return 'r';
	case '\t': return 't';
	default: return 0;
	}
}

void strbuf_add_json(struct strbuf *buf, const char *text)
{
	size_t left = strlen(text);

	strbuf_addch(buf, '"');
	while (left > 0) {
		uint32_t code;
		size_t used = text_decode(text, left, &code);
		char escape = json_escape(code);

		if (escape) {
			strbuf_addch(buf, '\\');
			strbuf_addch(buf, escape);
		} else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
			strbuf_addf(buf, "\\u%04x", code);
		} else {
			char encoded[5];
			size_t bytes = text_encode(code, encoded);

			strbuf_add(buf, encoded, bytes);
		}
		text += used;
		left -= used;
	}
	strbuf_addch(buf, '"');
}

static bool is_unreserved(unsigned char ch)
{
	return (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-' ||
	       ch == '.' || ch == '_' || ch == '~';
}

void strbuf_add_url(struct strbuf *buf, const char *text)
{
	for (; *text; text++) {
		unsigned char ch = (unsigned char)*text;

		if (is_unreserved(ch))
			strbuf_addch(buf, *text);
		else
			strbuf_addf(buf, "%%%02X", ch);
	}
}

void strbuf_truncate(struct strbuf *buf, size_t length)
{
	if (length >= buf->length)
		return;
	buf->length = length;
	buf->text[length] = '\0';
}

char *strbuf_detach(struct strbuf *buf)
{
	char *text;

	strbuf_grow(buf, 0);
	text = buf->text;
	strbuf_init(buf);
	return text;
}
