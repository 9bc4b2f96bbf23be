/*
 * A growable string. `text` is never NULL and always terminated, so it can be
 * passed to anything that takes a C string; `length` may count bytes behind
 * embedded NULs. Memory failure aborts: see mem.h.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

struct strbuf {
	char *text;
	size_t length;
	size_t capacity; /* 0 while `text` is the shared empty string */
};

extern char strbuf_empty[];
#define STRBUF_INIT                                                                                                    \
	{                                                                                                              \
		.text = strbuf_empty                                                                                   \
	}

void strbuf_init(struct strbuf *buf);
void strbuf_release(struct strbuf *buf);

/* Empty it, keeping the memory. */
void strbuf_clear(struct strbuf *buf);

void strbuf_add(struct strbuf *buf, const void *data, size_t length);
void strbuf_addstr(struct strbuf *buf, const char *text);
void strbuf_addch(struct strbuf *buf, char ch);
void strbuf_addf(struct strbuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vaddf(struct strbuf *buf, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Append `text` as a quoted JSON string; invalid UTF-8 becomes U+FFFD. */
void strbuf_add_json(struct strbuf *buf, const char *text);

/* Append `text` percent-encoded for a form body or URL query (RFC 3986 unreserved characters stay). */
void strbuf_add_url(struct strbuf *buf, const char *text);

/* Cut to `length` bytes; no-op when shorter. */
void strbuf_truncate(struct strbuf *buf, size_t length);

/* Hand the string to the caller, who frees it; the buffer is empty afterwards. */
char *strbuf_detach(struct strbuf *buf);

#endif
