/* One answer of one service, as bytes, with its HTTP status. */
#ifndef SIM_PAGE_H
#define SIM_PAGE_H

#include <stdbool.h>

#include "base/strbuf.h"

#define PAGE_JSON    "application/json; charset=utf-8"
#define PAGE_METRICS "text/plain; version=0.0.4; charset=utf-8"

struct page {
	unsigned status; /* HTTP */
	const char *type;
	bool gzipped;
	const char *allow, *location; /* headers, or NULL */
	struct strbuf body;
};

void page_init(struct page *page);
void page_release(struct page *page);

/* Begin an answer: its body is empty, to be appended to. */
void page_begin(struct page *page, unsigned status, const char *type);

/* A short JSON document: {"error": TEXT}. */
void page_error(struct page *ret, unsigned status, const char *text);

/* Does an Accept-Encoding header (may be NULL) take gzip? */
bool page_accepts_gzip(const char *accept_encoding);

/* Compress the body; one that would not get smaller stays as it is. */
void page_gzip(struct page *page);

#endif
