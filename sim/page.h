/*
 * One answer of one service, as bytes: the documents of the colony's state
 * under their paths, with the HTTP status a person would judge by. Pure.
 */
#ifndef SIM_PAGE_H
#define SIM_PAGE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "sim/colony.h"
#include "sim/target.h"

struct page {
	unsigned status; /* HTTP */
	const char *type;
	bool gzipped;
	struct strbuf body;
};

void page_init(struct page *page);
void page_release(struct page *page);

/*
 * What `target` says to GET `path`: "/metrics", "/health", "/ready", else a
 * 404 in JSON. A service in ANSWER_ERROR answers 503 everywhere; /ready is
 * 503 as well while its document says that it is not ready.
 */
void page_make(struct page *ret, const struct colony *colony, const struct target *target, const char *path);

/* A short JSON document: {"error": TEXT}. */
void page_error(struct page *ret, unsigned status, const char *text);

/* Does an Accept-Encoding header (may be NULL) take gzip? */
bool page_accepts_gzip(const char *accept_encoding);

/* Compress the body; one that would not get smaller stays as it is. */
void page_gzip(struct page *page);

#endif
