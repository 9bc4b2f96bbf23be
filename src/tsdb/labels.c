#include "tsdb/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

static const char metric_label[] = "__name__";

/* Merge sort by name: stable, so that among equal names the one given last stays last. */
static void sort_by_name(struct label *items, struct label *spare, size_t count)
{
	size_t half = count / 2, left = 0, right = half;

	if (count < 2)
		return;
	sort_by_name(items, spare, half);
	sort_by_name(items + half, spare, count - half);
	if (strcmp(items[half - 1].name, items[half].name) <= 0)
		return;
	memcpy(spare, items, count * sizeof(*items));
	for (size_t i = 0; i < count; i++) {
		bool take_left = right >= count || (left < half && strcmp(spare[left].name, spare[right].name) <= 0);

		items[i] = take_left ? spare[left++] : spare[right++];
	}
}

struct labels labels_make(struct arena *arena, const struct label *items, size_t count)
{
	struct label *sorted, *spare;
	size_t kept = 0;

	if (!count)
		return (struct labels){ 0 };
	sorted = arena_array(arena, count, sizeof(*sorted));
	memcpy(sorted, items, count * sizeof(*sorted));
	for (size_t i = 1; i < count; i++) {
		if (strcmp(sorted[i - 1].name, sorted[i].name) <= 0)
			continue;
		spare = mem_array(count, sizeof(*spare));
		sort_by_name(sorted, spare, count);
		free(spare);
		break;
	}
	for (size_t i = 0; i < count; i++) {
		bool overridden = i + 1 < count && strcmp(sorted[i].name, sorted[i + 1].name) == 0;

		if (overridden || !*sorted[i].value)
			continue;
		sorted[kept].name = arena_strdup(arena, sorted[i].name);
		sorted[kept++].value = arena_strdup(arena, sorted[i].value);
	}
	return (struct labels){ .items = sorted, .count = kept };
}

const char *labels_get(const struct labels *labels, const char *name)
{
	size_t low = 0, high = labels->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(labels->items[middle].name, name);

		if (!order)
			return labels->items[middle].value;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool labels_equal(const struct labels *a, const struct labels *b)
{
	return a->count == b->count && labels_compare(a, b) == 0;
}

int labels_compare(const struct labels *a, const struct labels *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		int order = strcmp(a->items[i].name, b->items[i].name);

		if (!order)
			order = strcmp(a->items[i].value, b->items[i].value);
		if (order)
			return order;
	}
	return (a->count > b->count) - (a->count < b->count);
}

uint64_t labels_hash(const struct labels *labels)
{
	uint64_t hash = labels->count;

	/* Multiplying between the parts keeps {a="b"} and {b="a"} apart. */
	for (size_t i = 0; i < labels->count; i++) {
		hash = hash * UINT64_C(0x9E3779B97F4A7C15) + hash_string(labels->items[i].name);
		hash = hash * UINT64_C(0x9E3779B97F4A7C15) + hash_string(labels->items[i].value);
	}
	return hash ^ (hash >> 32);
}

/* With a byte behind it that no UTF-8 has, as the original. */
static uint64_t fingerprint_add(uint64_t sum, const char *text)
{
	const uint64_t prime = UINT64_C(1099511628211);

	for (; *text; text++)
		sum = (sum ^ (unsigned char)*text) * prime;
	return (sum ^ 0xff) * prime;
}

uint64_t labels_fingerprint(const struct labels *labels)
{
	uint64_t sum = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < labels->count; i++) {
		sum = fingerprint_add(sum, labels->items[i].name);
		sum = fingerprint_add(sum, labels->items[i].value);
	}
	return sum;
}

/* Names that need no quotes: [a-zA-Z_][a-zA-Z0-9_]*, in metric names a colon too. */
static bool name_is_plain(const char *name, bool metric)
{
	if (!*name || (*name >= '0' && *name <= '9'))
		return false;
	for (; *name; name++) {
		bool letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z');

		if (!letter && *name != '_' && !(*name >= '0' && *name <= '9') && !(metric && *name == ':'))
			return false;
	}
	return true;
}

static void add_quoted(struct strbuf *buf, const char *text)
{
	strbuf_addch(buf, '"');
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\') {
			strbuf_addch(buf, '\\');
			strbuf_addch(buf, *text);
		} else if (byte == '\n') {
			strbuf_addstr(buf, "\\n");
		} else if (byte == '\t') {
			strbuf_addstr(buf, "\\t");
		} else if (byte == '\r') {
			strbuf_addstr(buf, "\\r");
		} else if (byte < 0x20 || byte == 0x7f) {
			strbuf_addf(buf, "\\x%02x", byte);
		} else {
			strbuf_addch(buf, *text);
		}
	}
	strbuf_addch(buf, '"');
}

void labels_add(struct strbuf *buf, const struct labels *labels)
{
	const char *metric = labels_get(labels, metric_label);
	bool plain = metric && name_is_plain(metric, true);
	size_t written = 0;

	if (plain) {
		strbuf_addstr(buf, metric);
		if (labels->count == 1)
			return;
	}
	strbuf_addch(buf, '{');
	if (metric && !plain) { /* a name in UTF-8 stands among the labels, in quotes */
		add_quoted(buf, metric);
		written++;
	}
	for (size_t i = 0; i < labels->count; i++) {
		const struct label *label = &labels->items[i];

		if (strcmp(label->name, metric_label) == 0)
			continue;
		if (written++)
			strbuf_addch(buf, ',');
		if (name_is_plain(label->name, false))
			strbuf_addstr(buf, label->name);
		else
			add_quoted(buf, label->name);
		strbuf_addch(buf, '=');
		add_quoted(buf, label->value);
	}
	strbuf_addch(buf, '}');
}
