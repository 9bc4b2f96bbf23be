#include "promql/series_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "tsdb/labels.h"

static const char metric_label[] = "__name__";

void series_table_init(struct series_table *table, struct eval *eval, struct grid *grid)
{
	*table = (struct series_table){ .eval = eval, .grid = grid };
}

void series_table_release(struct series_table *table)
{
	free(table->labels);
	free(table->hashes);
	free(table->slots);
	*table = (struct series_table){ 0 };
}

static void grow_slots(struct series_table *table)
{
	size_t slot_count = table->slot_count ? table->slot_count * 2 : 64;

	free(table->slots);
	table->slots = mem_array(slot_count, sizeof(*table->slots));
	table->slot_count = slot_count;
	for (size_t i = 0; i < table->count; i++) {
		size_t at = table->hashes[i] & (slot_count - 1);

		while (table->slots[at])
			at = (at + 1) & (slot_count - 1);
		table->slots[at] = (uint32_t)(i + 1);
	}
}

static size_t append(struct series_table *table, const struct labels *labels, uint64_t hash)
{
	struct label *items = NULL;

	if (table->count == table->capacity) {
		table->capacity = table->capacity ? table->capacity * 2 : 32;
		table->labels = mem_resize(table->labels, table->capacity, sizeof(*table->labels));
		table->hashes = mem_resize(table->hashes, table->capacity, sizeof(*table->hashes));
	}
	if (labels->count) {
		items = arena_array(table->eval->arena, labels->count, sizeof(*items));
		memcpy(items, labels->items, labels->count * sizeof(*items));
	}
	table->labels[table->count] = (struct labels){ .items = items, .count = labels->count };
	table->hashes[table->count] = hash;
	return table->count++;
}

size_t series_table_find(struct series_table *table, const struct labels *labels, bool *ret_new)
{
	uint64_t hash = labels_hash(labels);
	size_t at, index;

	if (table->count * 2 >= table->slot_count)
		grow_slots(table);
	*ret_new = false;
	for (at = hash & (table->slot_count - 1); table->slots[at]; at = (at + 1) & (table->slot_count - 1)) {
		index = table->slots[at] - 1;
		if (table->hashes[index] == hash && labels_equal(&table->labels[index], labels))
			return index;
	}
	*ret_new = true;
	index = append(table, labels, hash);
	table->slots[at] = (uint32_t)(index + 1);
	return index;
}

double *series_table_values(struct series_table *table, const struct labels *labels)
{
	bool is_new;
	size_t index = series_table_find(table, labels, &is_new);
	struct grid_series *series;

	if (!is_new)
		return table->grid->items[index].values;
	series = grid_add(table->eval, table->grid, table->labels[index]);
	return series ? series->values : NULL;
}

bool values_all_absent(const double *values, size_t steps)
{
	for (size_t i = 0; i < steps; i++)
		if (!is_absent(values[i]))
			return false;
	return true;
}

static int fail_same_labels(struct eval *eval)
{
	return eval_fail(eval, PROMQL_BAD, "vector cannot contain metrics with the same labelset");
}

int series_table_add(struct series_table *table, struct labels labels, const double *values)
{
	size_t steps = table->eval->steps.count, before = table->count;
	double *result;

	if (values_all_absent(values, steps))
		return 0;
	result = series_table_values(table, &labels);
	if (!result)
		return -1;
	if (table->count == before)
		return fail_same_labels(table->eval);
	memcpy(result, values, steps * sizeof(*values));
	return 0;
}

int series_table_merge(struct series_table *table, struct labels labels, const double *values)
{
	size_t steps = table->eval->steps.count, before = table->count;
	double *result;

	if (values_all_absent(values, steps))
		return 0;
	result = series_table_values(table, &labels);
	if (!result)
		return -1;
	if (table->count > before) {
		memcpy(result, values, steps * sizeof(*values));
		return 0;
	}
	for (size_t i = 0; i < steps; i++) {
		if (is_absent(values[i]))
			continue;
		if (!is_absent(result[i]))
			return fail_same_labels(table->eval);
		result[i] = values[i];
	}
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void label_pick_init(struct label_pick *pick, const char *const *names, size_t count, bool keep)
{
	*pick = (struct label_pick){ .keep = keep };
	pick->names = mem_array(count + 1, sizeof(*pick->names));
	for (size_t i = 0; i < count; i++)
		pick->names[i] = names[i];
	pick->count = count;
	if (!keep)
		pick->names[pick->count++] = metric_label;
	qsort(pick->names, pick->count, sizeof(*pick->names), compare_names);
}

void label_pick_release(struct label_pick *pick)
{
	free(pick->names);
	free(pick->scratch);
	*pick = (struct label_pick){ 0 };
}

struct labels label_pick_from(struct label_pick *pick, const struct labels *labels)
{
	size_t at = 0, kept = 0;

	if (labels->count > pick->capacity) {
		pick->capacity = labels->count;
		pick->scratch = mem_resize(pick->scratch, pick->capacity, sizeof(*pick->scratch));
	}
	for (size_t i = 0; i < labels->count; i++) {
		int order = 1;

		while (at < pick->count && (order = strcmp(pick->names[at], labels->items[i].name)) < 0)
			at++;
		if ((order == 0) == pick->keep)
			pick->scratch[kept++] = labels->items[i];
	}
	return (struct labels){ .items = pick->scratch, .count = kept };
}

struct labels labels_set(struct label *ret, const struct labels *labels, const char *name, const char *value)
{
	size_t count = 0, i = 0;

	for (; i < labels->count && strcmp(labels->items[i].name, name) < 0; i++)
		ret[count++] = labels->items[i];
	if (*value)
		ret[count++] = (struct label){ .name = name, .value = value };
	for (; i < labels->count; i++)
		if (strcmp(labels->items[i].name, name) != 0)
			ret[count++] = labels->items[i];
	return (struct labels){ .items = ret, .count = count };
}

struct labels labels_with(struct arena *arena, const struct labels *labels, const char *name, const char *value)
{
	return labels_set(arena_array(arena, labels->count + 1, sizeof(struct label)), labels, name, value);
}

bool label_name_allowed(const struct eval *eval, const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

	/* That strings of expressions are UTF-8 is seen to where they are read. */
	if (eval->options->left_open)
		return *name;
	return *name && !(*name >= '0' && *name <= '9') && !name[strspn(name, letters)];
}

/* As Go quotes; text in UTF-8 stays as it is. */
static void add_quoted(struct strbuf *buf, const char *text)
{
	strbuf_addch(buf, '"');
	for (; *text; text++) {
		switch (*text) {
		case '"': strbuf_addstr(buf, "\\\""); break;
		case '\\': strbuf_addstr(buf, "\\\\"); break;
		case '\n': strbuf_addstr(buf, "\\n"); break;
		case '\r': strbuf_addstr(buf, "\\r"); break;
		case '\t': strbuf_addstr(buf, "\\t"); break;
		default:
			if ((unsigned char)*text < 0x20 || *text == 0x7f)
				strbuf_addf(buf, "\\x%02x", (unsigned char)*text);
			else
				strbuf_addch(buf, *text);
		}
	}
	strbuf_addch(buf, '"');
}

const char *labels_text(struct arena *arena, const struct labels *labels)
{
	struct strbuf buf = STRBUF_INIT;
	const char *text;

	strbuf_addch(&buf, '{');
	for (size_t i = 0; i < labels->count; i++) {
		if (i)
			strbuf_addstr(&buf, ", ");
		strbuf_addstr(&buf, labels->items[i].name);
		strbuf_addch(&buf, '=');
		add_quoted(&buf, labels->items[i].value);
	}
	strbuf_addch(&buf, '}');
	text = arena_strdup(arena, buf.text);
	strbuf_release(&buf);
	return text;
}
