/*
 * What one target's lines were at the scrape before: texts of series in the
 * order of their lines, and the series they mean. A page that looks as the
 * one before is answered by comparing bytes.
 */
#ifndef TSDB_INGEST_CACHE_H
#define TSDB_INGEST_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/vec.h"
#include "tsdb/store.h"

#define INGEST_NONE UINT32_MAX

/* One series of the target; several texts may mean it. Held in the store. */
struct ingest_member {
	struct store_series *series;
	uint64_t page; /* number of the last page it was in */
	uint64_t live; /* number of the last scrape it got a sample of the scrape's own time from */
};

struct ingest_text {
	uint64_t hash;
	uint64_t page;   /* number of the last page it was in */
	uint32_t offset; /* in `bytes` */
	uint32_t length;
	uint32_t member; /* INGEST_NONE: refused by the store's limit */
	uint32_t line;   /* of that page, from 0 */
};

struct number_table {
	uint32_t *slots; /* number + 1; 0: free */
	size_t count, capacity;
};

struct ingest_cache {
	struct store *store;
	struct strbuf bytes; /* all texts */
	VEC(struct ingest_text) texts;
	VEC(struct ingest_member) members;
	VEC(uint32_t) lines; /* texts of the page before, in order */
	VEC(uint32_t) next;  /* the same of the page being read */
	size_t cursor;       /* the line expected next */
	struct number_table by_text, by_series;
};

void ingest_cache_init(struct ingest_cache *cache, struct store *store);
void ingest_cache_release(struct ingest_cache *cache);

/* Begin a page; then ask for each of its texts in order, and end it. */
void ingest_cache_begin(struct ingest_cache *cache);

/* The text's number, or INGEST_NONE when it is new. */
uint32_t ingest_cache_find(struct ingest_cache *cache, const char *text, size_t length);

/* Remember a new text; `series` (NULL: refused) is held and becomes the cache's to release. Returns its number. */
uint32_t ingest_cache_add(struct ingest_cache *cache, const char *text, size_t length, struct store_series *series);

/* A refused text's series is there now, held. */
void ingest_cache_admit(struct ingest_cache *cache, uint32_t text, struct store_series *series);

/* The text stands on the page's next line. */
void ingest_cache_line(struct ingest_cache *cache, uint32_t text, uint64_t page);

/* The page, of this number, was read; texts that are gone are forgotten from time to time. */
void ingest_cache_end(struct ingest_cache *cache, uint64_t page);

/*
 * The page could not be read to its end: what it had brought is forgotten once
 * it is much, so that a target that always fails holds nothing that grows.
 * `page` is the number of the last one that was read.
 */
void ingest_cache_fail(struct ingest_cache *cache, uint64_t page);

#endif
