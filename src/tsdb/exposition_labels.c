#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "tsdb/exposition.h"
#include "tsdb/exposition_family.h"
#include "tsdb/exposition_scan.h"

static const char metric_label[] = "__name__";

typedef VEC(struct label) label_list;

static void add(label_list *list, struct arena *arena, const struct exposition_part *part)
{
	struct label label = { .name = metric_label };

	if (part->value) {
		label.name = exposition_unescape(arena, part->name, part->name_length, true);
		label.value = exposition_unescape(arena, part->value, part->value_length, true);
	} else {
		label.value = exposition_unescape(arena, part->name, part->name_length, true);
	}
	vec_push(list, label);
}

/* The same steps as exposition_scan_series, which need not keep the parts. */
static int read_parts(struct exposition_scan *scan, struct arena *arena, label_list *list)
{
	struct exposition_part part = { .value = NULL };
	bool named = exposition_peek(scan) != '{';
	int found;

	if (named) {
		if (exposition_peek(scan) == '"' || exposition_scan_name(scan, true, &part.name, &part.name_length) < 0)
			return exposition_expected(scan, "a metric name");
		add(list, arena, &part);
		if (scan->at == scan->end)
			return 0;
		exposition_skip_blanks(scan);
		if (exposition_peek(scan) != '{')
			return exposition_expected(scan, "'{'");
	}
	scan->at++;
	while ((found = exposition_scan_part(scan, &part)) > 0) {
		add(list, arena, &part);
		named |= !part.value;
	}
	if (found < 0)
		return -1;
	if (scan->at != scan->end)
		return exposition_expected(scan, "nothing behind '}'");
	return named ? 0 : error_set(&scan->error, "a series without a metric name");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct label *)a)->name, ((const struct label *)b)->name);
}

/* Most series have their labels in order already, and few. */
static void sort(label_list *list)
{
	for (size_t i = 1; i < list->count; i++) {
		if (by_name(&list->items[i - 1], &list->items[i]) <= 0)
			continue;
		qsort(list->items, list->count, sizeof(*list->items), by_name);
		return;
	}
}

/* Copy what is not empty into the arena; -1 for a name given twice, though one of them be empty. */
static int finish(const label_list *list, struct arena *arena, struct labels *ret, struct error *error)
{
	struct label *items = arena_array(arena, list->count, sizeof(*items));
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct label *label = &list->items[i];

		if (i && strcmp(label[-1].name, label->name) == 0)
			return error_set(error, "the label '%.80s' is there twice", label->name);
		if (*label->value)
			items[kept++] = *label;
	}
	*ret = (struct labels){ .items = items, .count = kept };
	return 0;
}

int exposition_labels(const char *text, size_t length, struct arena *arena, struct labels *ret, struct error *error)
{
	/* What OpenMetrics allows is a part of what the text format allows. */
	struct exposition_scan scan = { .at = text, .end = text + length };
	label_list list = { 0 };
	int result = -1;

	if (read_parts(&scan, arena, &list) < 0) {
		error_set(error, "%s", scan.error.text);
	} else {
		sort(&list);
		result = finish(&list, arena, ret, error);
	}
	vec_release(&list);
	return result;
}
