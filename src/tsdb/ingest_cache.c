#include "tsdb/ingest_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

#define TABLE_LEAST 64u
#define GONE_LEAST  64u        /* so many texts may be gone before they are swept out */
#define BYTES_MOST  (1u << 30) /* offsets are 32 bits */

/* So many texts of failed pages may wait for a good one. */
#define FAILED_LEAST 1000u

void ingest_cache_init(struct ingest_cache *cache, struct store *store)
{
	*cache = (struct ingest_cache){ .store = store, .bytes = STRBUF_INIT };
}

void ingest_cache_release(struct ingest_cache *cache)
{
	for (size_t i = 0; i < cache->members.count; i++)
		store_release(cache->store, cache->members.items[i].series);
	strbuf_release(&cache->bytes);
	vec_release(&cache->texts);
	vec_release(&cache->members);
	vec_release(&cache->lines);
	vec_release(&cache->next);
	free(cache->by_text.slots);
	free(cache->by_series.slots);
}

/* ---- tables ---- */

static uint64_t series_hash(const struct store_series *series)
{
	uint64_t hash = (uint64_t)(uintptr_t)series * UINT64_C(0x9E3779B97F4A7C15);

	return hash ^ (hash >> 32);
}

static uint64_t hash_of(const struct ingest_cache *cache, const struct number_table *table, uint32_t number)
{
	return table == &cache->by_text ? cache->texts.items[number].hash
					: series_hash(cache->members.items[number].series);
}

static void table_put(const struct ingest_cache *cache, struct number_table *table, uint32_t number)
{
	size_t mask = table->capacity - 1, at = (size_t)hash_of(cache, table, number) & mask;

	while (table->slots[at])
		at = (at + 1) & mask;
	table->slots[at] = number + 1;
}

static void table_add(const struct ingest_cache *cache, struct number_table *table, uint32_t number)
{
	if (table->count * 4 >= table->capacity * 3) {
		struct number_table old = *table;

		table->capacity = old.capacity ? 2 * old.capacity : TABLE_LEAST;
		table->slots = mem_array(table->capacity, sizeof(*table->slots));
		for (size_t i = 0; i < old.capacity; i++)
			if (old.slots[i])
				table_put(cache, table, old.slots[i] - 1);
		free(old.slots);
	}
	table_put(cache, table, number);
	table->count++;
}

static void table_clear(struct number_table *table)
{
	if (table->capacity)
		memset(table->slots, 0, table->capacity * sizeof(*table->slots));
	table->count = 0;
}

static bool text_is(const struct ingest_cache *cache, uint32_t number, const char *text, size_t length)
{
	const struct ingest_text *known = &cache->texts.items[number];

	return known->length == length && memcmp(cache->bytes.text + known->offset, text, length) == 0;
}

/* ---- a page ---- */

void ingest_cache_begin(struct ingest_cache *cache)
{
	cache->cursor = 0;
	vec_clear(&cache->next);
}

uint32_t ingest_cache_find(struct ingest_cache *cache, const char *text, size_t length)
{
	size_t mask = cache->by_text.capacity - 1;
	uint64_t hash;

	if (cache->cursor < cache->lines.count && text_is(cache, cache->lines.items[cache->cursor], text, length))
		return cache->lines.items[cache->cursor];
	if (!cache->by_text.capacity)
		return INGEST_NONE;
	hash = hash_bytes(text, length);
	for (size_t at = (size_t)hash & mask; cache->by_text.slots[at]; at = (at + 1) & mask) {
		uint32_t number = cache->by_text.slots[at] - 1;

		if (cache->texts.items[number].hash == hash && text_is(cache, number, text, length))
			return number;
	}
	return INGEST_NONE;
}

static uint32_t find_member(const struct ingest_cache *cache, const struct store_series *series)
{
	size_t mask = cache->by_series.capacity - 1;

	if (!cache->by_series.capacity)
		return INGEST_NONE;
	for (size_t at = (size_t)series_hash(series) & mask; cache->by_series.slots[at]; at = (at + 1) & mask)
		if (cache->members.items[cache->by_series.slots[at] - 1].series == series)
			return cache->by_series.slots[at] - 1;
	return INGEST_NONE;
}

/* The member of a held series; held once, however many texts mean it. */
static uint32_t member_of(struct ingest_cache *cache, struct store_series *series)
{
	uint32_t member;

	if (!series)
		return INGEST_NONE;
	member = find_member(cache, series);
	if (member != INGEST_NONE) {
		store_release(cache->store, series);
		return member;
	}
	member = (uint32_t)cache->members.count;
	vec_push(&cache->members, (struct ingest_member){ .series = series });
	table_add(cache, &cache->by_series, member);
	return member;
}

uint32_t ingest_cache_add(struct ingest_cache *cache, const char *text, size_t length, struct store_series *series)
{
	uint32_t number = (uint32_t)cache->texts.count;
	struct ingest_text new = { .hash = hash_bytes(text, length),
				   .offset = (uint32_t)cache->bytes.length,
				   .length = (uint32_t)length };

	new.member = member_of(cache, series);
	strbuf_add(&cache->bytes, text, length);
	vec_push(&cache->texts, new);
	table_add(cache, &cache->by_text, number);
	return number;
}

void ingest_cache_admit(struct ingest_cache *cache, uint32_t text, struct store_series *series)
{
	cache->texts.items[text].member = member_of(cache, series);
}

void ingest_cache_line(struct ingest_cache *cache, uint32_t text, uint64_t page)
{
	struct ingest_text *known = &cache->texts.items[text];

	/* A line that was elsewhere: what followed it there is expected to follow it here. */
	if (cache->cursor < cache->lines.count && cache->lines.items[cache->cursor] == text)
		cache->cursor++;
	else if (known->page && known->line < cache->lines.count && cache->lines.items[known->line] == text)
		cache->cursor = known->line + 1;
	known->page = page;
	known->line = (uint32_t)cache->next.count;
	vec_push(&cache->next, text);
}

/* ---- forgetting ---- */

/* Keep only what was on the page: texts move, so do their bytes and members. */
static void sweep(struct ingest_cache *cache, uint64_t page)
{
	struct strbuf bytes = STRBUF_INIT;
	uint32_t *moved = mem_array(cache->texts.count + cache->members.count + 1, sizeof(*moved));
	uint32_t *moved_members = moved + cache->texts.count;
	size_t kept = 0;

	for (size_t i = 0; i < cache->texts.count; i++)
		if (cache->texts.items[i].page == page && cache->texts.items[i].member != INGEST_NONE)
			moved_members[cache->texts.items[i].member] = 1;
	for (size_t i = 0; i < cache->members.count; i++) {
		if (!moved_members[i]) {
			store_release(cache->store, cache->members.items[i].series);
			continue;
		}
		moved_members[i] = (uint32_t)kept;
		cache->members.items[kept++] = cache->members.items[i];
	}
	cache->members.count = kept;
	kept = 0;
	for (size_t i = 0; i < cache->texts.count; i++) {
		struct ingest_text text = cache->texts.items[i];

		if (text.page != page)
			continue;
		moved[i] = (uint32_t)kept;
		if (text.member != INGEST_NONE)
			text.member = moved_members[text.member];
		strbuf_add(&bytes, cache->bytes.text + text.offset, text.length);
		text.offset = (uint32_t)(bytes.length - text.length);
		cache->texts.items[kept++] = text;
	}
	cache->texts.count = kept;
	for (size_t i = 0; i < cache->lines.count; i++)
		cache->lines.items[i] = moved[cache->lines.items[i]];
	strbuf_release(&cache->bytes);
	cache->bytes = bytes;
	table_clear(&cache->by_text);
	table_clear(&cache->by_series);
	for (size_t i = 0; i < cache->texts.count; i++)
		table_add(cache, &cache->by_text, (uint32_t)i);
	for (size_t i = 0; i < cache->members.count; i++)
		table_add(cache, &cache->by_series, (uint32_t)i);
	free(moved);
}

void ingest_cache_end(struct ingest_cache *cache, uint64_t page)
{
	size_t on_page = 0;

	vec_clear(&cache->lines);
	for (size_t i = 0; i < cache->next.count; i++) {
		uint32_t text = cache->next.items[i];

		/* A text on two lines counts once, at its last line. */
		on_page += cache->texts.items[text].line == i;
		vec_push(&cache->lines, text);
	}
	if (cache->texts.count > on_page + on_page / 4 + GONE_LEAST || cache->bytes.length > BYTES_MOST)
		sweep(cache, page);
}

void ingest_cache_fail(struct ingest_cache *cache, uint64_t page)
{
	if (cache->texts.count <= 2 * cache->lines.count + FAILED_LEAST)
		return;
	/* The failed page may have had some of the good one's texts too. */
	for (size_t i = 0; i < cache->lines.count; i++) {
		struct ingest_text *known = &cache->texts.items[cache->lines.items[i]];

		known->page = page;
		known->line = (uint32_t)i;
	}
	sweep(cache, page);
}
