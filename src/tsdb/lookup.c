/* Which series match, and what labels there are. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tsdb/store_core.h"

/* ---- matching ---- */

/* Only a matcher that says which values it wants, none of them empty, can be looked up. */
static struct label_pair *wanted_pair(const struct store *store, const struct matcher *matcher)
{
	return label_index_pair(&store->index, matcher->label, matcher->value);
}

static bool is_look_up(const struct matcher *matcher)
{
	return matcher->kind == MATCHER_EQUAL && *matcher->value;
}

/* All series that pass the look-ups, the shortest list first; all series when there is no look-up. */
static size_t look_up(struct store *store, const struct matcher *matchers, size_t count, uint32_t *ret)
{
	const struct label_pair *shortest = NULL;
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		const struct label_pair *pair;

		if (!is_look_up(&matchers[i]))
			continue;
		pair = wanted_pair(store, &matchers[i]);
		if (!pair)
			return 0;
		if (!shortest || pair->series.count < shortest->series.count)
			shortest = pair;
	}
	if (!shortest) {
		for (size_t i = 0; i < store->set.by_id.count; i++)
			if (store->set.by_id.items[i])
				ret[found++] = (uint32_t)i;
		return found;
	}
	found = shortest->series.count;
	memcpy(ret, postings_ids(&shortest->series), found * sizeof(*ret));
	for (size_t i = 0; i < count && found; i++) {
		const struct label_pair *pair = is_look_up(&matchers[i]) ? wanted_pair(store, &matchers[i]) : NULL;

		if (pair && pair != shortest)
			found = postings_intersect(ret, found, &pair->series);
	}
	return found;
}

/* Few candidates: ask each for its label. */
static size_t filter_each(const struct store *store, const struct matcher *matcher, uint32_t *ids, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		const char *value = labels_get(&store->set.by_id.items[ids[i]]->labels, matcher->label);

		if (matcher_matches(matcher, value ? value : ""))
			ids[kept++] = ids[i];
	}
	return kept;
}

static void set_postings(struct bits *bits, const struct label_pair *pair)
{
	const uint32_t *ids = postings_ids(&pair->series);

	for (uint32_t i = 0; i < pair->series.count; i++)
		bits_set(bits, ids[i]);
}

/*
 * Fewer values than candidates: ask each value once. Series without the label
 * count as the empty value; marked are those whose value is answered
 * differently. A pattern that is a list of words is looked up word by word.
 */
static size_t filter_values(const struct store *store, const struct matcher *matcher, const struct label_name *name,
			    uint32_t *ids, size_t count)
{
	bool for_empty = matcher_matches_empty(matcher), is_regex = matcher->kind == MATCHER_REGEX;
	const char *const *words = NULL;
	size_t word_count = is_regex && !for_empty ? label_regex_words(matcher->regex, &words) : 0, kept = 0;
	struct bits marked;

	bits_init(&marked, store->set.by_id.count);
	if (word_count) {
		for (size_t i = 0; i < word_count; i++) {
			const struct label_pair *pair = label_index_pair(&store->index, matcher->label, words[i]);

			if (pair)
				set_postings(&marked, pair);
		}
	} else {
		for (size_t i = 0; i < name->pairs.count; i++)
			if (matcher_matches(matcher, name->pairs.items[i]->value) != for_empty)
				set_postings(&marked, name->pairs.items[i]);
	}
	for (size_t i = 0; i < count; i++)
		if (bits_has(&marked, ids[i]) != for_empty)
			ids[kept++] = ids[i];
	bits_release(&marked);
	return kept;
}

size_t store_match(struct store *store, const struct matcher *matchers, size_t matcher_count, uint32_t *ret)
{
	size_t count = look_up(store, matchers, matcher_count, ret);

	for (size_t i = 0; i < matcher_count && count; i++) {
		const struct label_name *name;

		if (is_look_up(&matchers[i]))
			continue;
		name = label_index_name(&store->index, matchers[i].label);
		if (!name)
			count = matcher_matches_empty(&matchers[i]) ? count : 0;
		else if (count <= name->pairs.count)
			count = filter_each(store, &matchers[i], ret, count);
		else
			count = filter_values(store, &matchers[i], name, ret, count);
	}
	return count;
}

/* ---- labels ---- */

/* Numbers of the series that match and have samples in the time; returns how many. */
static size_t match_in(struct store *store, const struct matcher *matchers, size_t matcher_count, int64_t from_ms,
		       int64_t to_ms, uint32_t *ids)
{
	size_t count = store_match(store, matchers, matcher_count, ids), kept = 0;

	for (size_t i = 0; i < count; i++)
		if (store_series_in(store->set.by_id.items[ids[i]], from_ms, to_ms))
			ids[kept++] = ids[i];
	return kept;
}

static uint32_t *room_for_all(const struct store *store)
{
	return mem_alloc((store->set.by_id.count + 1) * sizeof(uint32_t));
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Copy sorted texts into the arena. */
static int hand_out(const char **texts, size_t count, size_t limit, struct arena *arena, const char ***ret,
		    size_t *ret_count)
{
	const char **copies;

	if (limit && count > limit)
		return -1;
	if (count)
		qsort(texts, count, sizeof(*texts), compare_texts);
	copies = arena_array(arena, count + 1, sizeof(*copies));
	for (size_t i = 0; i < count; i++)
		copies[i] = arena_strdup(arena, texts[i]);
	*ret = copies;
	*ret_count = count;
	return 0;
}

static bool any_in(const struct bits *wanted, const struct label_pair *pair)
{
	const uint32_t *ids = postings_ids(&pair->series);

	for (uint32_t i = 0; i < pair->series.count; i++)
		if (bits_has(wanted, ids[i]))
			return true;
	return false;
}

static struct bits wanted_series(struct store *store, const struct matcher *matchers, size_t matcher_count,
				 int64_t from_ms, int64_t to_ms)
{
	uint32_t *ids = room_for_all(store);
	size_t count = match_in(store, matchers, matcher_count, from_ms, to_ms, ids);
	struct bits wanted;

	bits_init(&wanted, store->set.by_id.count);
	for (size_t i = 0; i < count; i++)
		bits_set(&wanted, ids[i]);
	free(ids);
	return wanted;
}

int store_label_names(struct store *store, const struct matcher *matchers, size_t matcher_count, int64_t from_ms,
		      int64_t to_ms, size_t limit, struct arena *arena, const char ***ret, size_t *ret_count)
{
	struct bits wanted = wanted_series(store, matchers, matcher_count, from_ms, to_ms);
	const char **texts = mem_array(store->index.names.count + 1, sizeof(*texts));
	size_t count = 0;
	int status;

	for (size_t i = 0; i < store->index.names.capacity; i++) {
		const struct map_entry *entry = &store->index.names.entries[i];
		const struct label_name *name = entry->key ? entry->value : NULL;

		for (size_t pair = 0; name && pair < name->pairs.count; pair++) {
			if (!any_in(&wanted, name->pairs.items[pair]))
				continue;
			texts[count++] = name->text;
			break;
		}
	}
	status = hand_out(texts, count, limit, arena, ret, ret_count);
	free(texts);
	bits_release(&wanted);
	return status;
}

int store_label_values(struct store *store, const char *label, const struct matcher *matchers, size_t matcher_count,
		       int64_t from_ms, int64_t to_ms, size_t limit, struct arena *arena, const char ***ret,
		       size_t *ret_count)
{
	const struct label_name *name = label_index_name(&store->index, label);
	struct bits wanted = wanted_series(store, matchers, matcher_count, from_ms, to_ms);
	const char **texts = mem_array((name ? name->pairs.count : 0) + 1, sizeof(*texts));
	size_t count = 0;
	int status;

	for (size_t i = 0; name && i < name->pairs.count; i++)
		if (any_in(&wanted, name->pairs.items[i]))
			texts[count++] = name->pairs.items[i]->value;
	status = hand_out(texts, count, limit, arena, ret, ret_count);
	free(texts);
	bits_release(&wanted);
	return status;
}

int store_series_labels_of(struct store *store, const struct matcher *matchers, size_t matcher_count, int64_t from_ms,
			   int64_t to_ms, size_t limit, struct arena *arena, struct labels **ret, size_t *ret_count)
{
	uint32_t *ids = room_for_all(store);
	size_t count = match_in(store, matchers, matcher_count, from_ms, to_ms, ids);
	struct labels *sets;

	if (limit && count > limit) {
		free(ids);
		return -1;
	}
	series_set_rank(&store->set, ids, count);
	sets = arena_array(arena, count + 1, sizeof(*sets));
	for (size_t i = 0; i < count; i++) {
		const struct labels *labels = &store->set.by_id.items[ids[i]]->labels;

		sets[i] = labels_make(arena, labels->items, labels->count);
	}
	free(ids);
	*ret = sets;
	*ret_count = count;
	return 0;
}
