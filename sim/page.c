#include "sim/page.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

/* Shorter ones fit one packet anyway. */
#define GZIP_LEAST 512

void page_init(struct page *page)
{
	memset(page, 0, sizeof(*page));
	strbuf_init(&page->body);
}

void page_release(struct page *page)
{
	strbuf_release(&page->body);
	page_init(page);
}

void page_begin(struct page *page, unsigned status, const char *type)
{
	page->status = status;
	page->type = type;
	page->gzipped = false;
	page->allow = NULL;
	strbuf_clear(&page->body);
}

void page_error(struct page *ret, unsigned status, const char *text)
{
	page_begin(ret, status, PAGE_JSON);
	strbuf_addstr(&ret->body, "{\"error\":");
	strbuf_add_json(&ret->body, text);
	strbuf_addstr(&ret->body, "}\n");
}

/* "gzip;q=0" refuses it. */
static bool is_refused(const char *parameters, size_t length)
{
	const char *end = parameters + length, *at = memmem(parameters, length, "q=", 2);

	if (!at)
		return false;
	for (at += 2; at < end; at++) {
		if (*at >= '1' && *at <= '9')
			return false;
		if (*at != '0' && *at != '.')
			break;
	}
	return true;
}

bool page_accepts_gzip(const char *accept_encoding)
{
	const char *at = accept_encoding ? accept_encoding : "";

	while (*at) {
		size_t length, word;

		at += strspn(at, " \t,");
		length = strcspn(at, ",");
		word = strcspn(at, "; \t,");
		if ((word == 4 && !strncasecmp(at, "gzip", 4)) || (word == 1 && *at == '*'))
			return !is_refused(at + word, length - word);
		at += length;
	}
	return false;
}

void page_gzip(struct page *page)
{
	z_stream stream = { 0 };
	struct strbuf packed = STRBUF_INIT;
	char *room;
	size_t bound;

	/* 16 more window bits ask for a gzip header; speed 1, since it is scraped on the same machine. */
	if (page->body.length < GZIP_LEAST ||
	    deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	bound = deflateBound(&stream, page->body.length);
	room = malloc(bound);
	stream.next_in = (unsigned char *)page->body.text;
	stream.avail_in = (unsigned)page->body.length;
	stream.next_out = (unsigned char *)room;
	stream.avail_out = (unsigned)bound;
	if (room && deflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out < page->body.length) {
		strbuf_add(&packed, room, stream.total_out);
		strbuf_release(&page->body);
		page->body = packed;
		page->gzipped = true;
	}
	deflateEnd(&stream);
	free(room);
}
