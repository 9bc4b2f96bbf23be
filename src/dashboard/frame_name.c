#include "dashboard/frame_name.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

/* Above this many fields names are counted by a map instead of comparing each pair. */
#define PAIRWISE_MAX 16

const char *frame_single_label(const struct frame *frames, size_t count)
{
	const char *single = NULL;

	for (size_t i = 0; i < count; i++) {
		for (size_t f = 0; f < frames[i].field_count; f++) {
			const struct labels *labels = &frames[i].fields[f].labels;

			if (labels->count == 0)
				continue;
			if (labels->count > 1)
				return NULL;
			if (!single)
				single = labels->items[0].name;
			else if (strcmp(single, labels->items[0].name) != 0)
				return NULL;
		}
	}
	return single;
}

void frame_add_labels(struct strbuf *ret, const struct labels *labels)
{
	for (size_t i = 0; i < labels->count; i++) {
		strbuf_addstr(ret, i == 0 ? "{" : ", ");
		strbuf_addstr(ret, labels->items[i].name);
		strbuf_addstr(ret, "=\"");
		strbuf_addstr(ret, labels->items[i].value);
		strbuf_addstr(ret, "\"");
	}
	if (labels->count > 0)
		strbuf_addstr(ret, "}");
}

static void add_part(struct strbuf *ret, const char *part)
{
	if (!part || !*part)
		return;
	if (ret->length > 0)
		strbuf_addch(ret, ' ');
	strbuf_addstr(ret, part);
}

/* How often a name occurs in the frame, and how often up to a field: the number behind a repeated name. */
struct occurrence {
	unsigned total, seen;
};

static void count_pairwise(const struct frame *frame, size_t index, struct occurrence *ret)
{
	ret->total = ret->seen = 0;
	for (size_t i = 0; i < frame->field_count; i++) {
		if (strcmp(frame->fields[i].name, frame->fields[index].name) != 0)
			continue;
		ret->total++;
		if (i <= index)
			ret->seen++;
	}
}

static void count_names(const struct frame *frame, struct map *counts)
{
	for (size_t i = 0; i < frame->field_count; i++) {
		struct occurrence *known = map_get(counts, frame->fields[i].name);

		if (!known) {
			known = mem_zalloc(sizeof(*known));
			map_set(counts, frame->fields[i].name, known);
		}
		known->total++;
	}
}

/* The automatic name; in `scratch` when it is not simply the field's own name. */
static const char *automatic_name(const struct frame *frame, const struct field *field, const char *single_label,
				  struct strbuf *scratch)
{
	strbuf_clear(scratch);
	if (field->type == FIELD_TIME && field->labels.count == 0)
		return field->name;
	add_part(scratch, frame->name);
	if (strcmp(field->name, "Value") != 0)
		add_part(scratch, field->name);
	if (field->labels.count > 0 && single_label) {
		add_part(scratch, labels_get(&field->labels, single_label));
	} else if (field->labels.count > 0) {
		if (scratch->length > 0)
			strbuf_addch(scratch, ' ');
		frame_add_labels(scratch, &field->labels);
	}
	if (scratch->length == 0)
		return *field->name ? field->name : "Value";
	return strcmp(scratch->text, field->name) == 0 ? field->name : scratch->text;
}

const char **frame_field_names(const struct frame *frame, const char *single_label, struct arena *arena)
{
	const char **names = arena_array(arena, frame->field_count + 1, sizeof(*names));
	bool pairwise = frame->field_count <= PAIRWISE_MAX;
	struct strbuf scratch = STRBUF_INIT;
	struct map counts;

	map_init(&counts);
	if (!pairwise)
		count_names(frame, &counts);
	for (size_t i = 0; i < frame->field_count; i++) {
		const struct field *field = &frame->fields[i];
		struct occurrence pair, *known = &pair;
		const char *name;

		if (pairwise)
			count_pairwise(frame, i, &pair);
		else if ((known = map_get(&counts, field->name)))
			known->seen++;
		/* A legend whose labels are not there is empty, and then, as in Grafana, no legend. */
		if (field->display_name || (field->legend && field->legend[0])) {
			names[i] = field->display_name ? field->display_name : field->legend;
			continue;
		}
		name = automatic_name(frame, field, single_label, &scratch);
		if (name == scratch.text)
			names[i] = arena_strndup(arena, scratch.text, scratch.length);
		else if (name == field->name && known && known->total > 1)
			names[i] = arena_printf(arena, "%s %u", name, known->seen);
		else
			names[i] = name;
	}
	map_release(&counts, free);
	strbuf_release(&scratch);
	return names;
}
