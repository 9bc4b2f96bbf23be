#include "dashboard/display.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "dashboard/reduce.h"
#include "dashboard/regex.h"

static const char *const default_calcs[] = { "lastNotNull", NULL };

/* What display_shown works on: the list that grows, and what each field needs. */
struct shown_list {
	struct arena *arena;
	struct shown *items;
	size_t count, limit, more;
	struct display_range data_range;
};

/* Which fields are asked for: numbers, a name, or a pattern over names. */
struct field_filter {
	const char *name; /* NULL: number fields */
	struct regex *regex;
};

static const char *name_of(const struct field *field)
{
	return field->display_name ? field->display_name : field->name ? field->name : "";
}

static void filter_init(struct field_filter *ret, const char *fields)
{
	ret->name = fields && fields[0] ? fields : NULL;
	ret->regex = ret->name ? regex_new(ret->name, NULL) : NULL;
}

static bool filter_takes(const struct field_filter *filter, const struct field *field)
{
	if (!filter->name)
		return field->type == FIELD_NUMBER;
	return strcmp(filter->name, name_of(field)) == 0 ||
	       (filter->regex && regex_match(filter->regex, name_of(field)));
}

/* ---- names ---- */

/* The index in "${__cell_3}" or "${__cell:3}", from behind "__cell"; -1 when there is none. */
static long cell_index(const char *text, const char *end)
{
	char *stop;
	long index;

	if (*text != '_' && *text != ':')
		return -1;
	index = strtol(text + 1, &stop, 10);
	return stop == end && stop != text + 1 ? index : -1;
}

static void add_cell(const struct frame *frame, long index, size_t row, struct strbuf *ret)
{
	struct display display;

	if (index < 0 || (size_t)index >= frame->field_count || row >= frame->length)
		return;
	display_cell(&frame->fields[index], row, (struct display_range){ NAN, NAN }, &display);
	strbuf_addstr(ret, display.text.prefix);
	strbuf_addstr(ret, display.text.text);
	strbuf_addstr(ret, display.text.suffix);
}

/* Fill in ${__calc} and, for a row, ${__cell_N}; the rest of a display name is already expanded. */
static const char *expand_name(struct arena *arena, const char *name, const char *calc, const struct frame *frame,
			       const size_t *row)
{
	struct strbuf expanded = STRBUF_INIT;
	const char *result;

	if (!strstr(name, "${__c"))
		return arena_strdup(arena, name);
	while (*name) {
		const char *end = strncmp(name, "${__c", 5) == 0 ? strchr(name, '}') : NULL;

		if (end && strncmp(name, "${__calc}", 9) == 0) {
			strbuf_addstr(&expanded, calc);
		} else if (end && row && strncmp(name, "${__cell", 8) == 0) {
			add_cell(frame, cell_index(name + 8, end), *row, &expanded);
		} else {
			strbuf_addch(&expanded, *name++);
			continue;
		}
		name = end + 1;
	}
	result = arena_strdup(arena, expanded.text);
	strbuf_release(&expanded);
	return result;
}

/* Grafana's getSmartDisplayNameForRow: a row is called by its strings, and by its field when several could be meant. */
static const char *row_name(struct arena *arena, const struct frame *frame, const struct field *field, size_t row)
{
	struct strbuf name = STRBUF_INIT;
	bool ambiguous = false;
	const char *result;

	if (field->config && field->config->set & FIELD_DISPLAY_NAME)
		return expand_name(arena, name_of(field), "", frame, &row);
	for (size_t i = 0; i < frame->field_count; i++) {
		const struct field *other = &frame->fields[i];
		struct display display;

		if (other == field)
			continue;
		ambiguous = ambiguous || other->type == FIELD_NUMBER;
		if (other->type != FIELD_STRING)
			continue;
		display_string(other->config, other->strings[row], &display);
		if (display.text.text[0])
			strbuf_addf(&name, "%s%s", name.length ? " " : "", display.text.text);
	}
	if (ambiguous || name.length == 0)
		strbuf_addf(&name, "%s%s", name.length ? " " : "", name_of(field));
	result = arena_strdup(arena, name.text);
	strbuf_release(&name);
	return result;
}

/* ---- reducing ---- */

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t distinct_strings(const char *const *strings, size_t count)
{
	const char **sorted = mem_array(count + 1, sizeof(*sorted));
	size_t used = 0, distinct = 0;

	for (size_t i = 0; i < count; i++)
		if (strings[i])
			sorted[used++] = strings[i];
	qsort(sorted, used, sizeof(*sorted), compare_texts);
	for (size_t i = 0; i < used; i++)
		if (i == 0 || strcmp(sorted[i], sorted[i - 1]) != 0)
			distinct++;
	free(sorted);
	return distinct + (used < count); /* null is one of them */
}

/* Of strings only an end can be taken, or how many there are. */
static void display_reduced_strings(const struct field *field, size_t length, const char *calc, struct display *ret)
{
	bool skip = strstr(calc, "NotNull") != NULL;
	const char *found = NULL;
	size_t present = 0;

	for (size_t i = 0; i < length; i++)
		present += field->strings[i] != NULL;
	if (strcmp(calc, "count") == 0 || strcmp(calc, "distinctCount") == 0 || strcmp(calc, "uniqueValues") == 0) {
		bool all = strcmp(calc, "count") == 0;
		size_t number = all ? present : distinct_strings(field->strings, length);

		display_number(field->config, (double)number, (struct display_range){ NAN, NAN }, ret);
		return;
	}
	if (strncmp(calc, "first", 5) == 0) {
		for (size_t i = 0; i < length && !found && (i == 0 || skip); i++)
			found = field->strings[i];
	} else if (strncmp(calc, "last", 4) == 0) {
		for (size_t i = length; i > 0 && !found && (i == length || skip); i--)
			found = field->strings[i - 1];
	}
	display_string(field->config, found, ret);
}

static void display_reduced_times(const struct field *field, size_t length, const struct reducer *reducer,
				  struct display *ret)
{
	double *numbers = mem_array(length + 1, sizeof(*numbers));
	double result;

	for (size_t i = 0; i < length; i++)
		numbers[i] = field->times_ms[i] == FRAME_NULL_TIME ? frame_null() : (double)field->times_ms[i];
	result = reducer->reduce(numbers, length);
	free(numbers);
	if (fabs(result) < 1e18)
		display_time(field->config, (int64_t)result, ret);
	else
		display_time(field->config, FRAME_NULL_TIME, ret);
}

/* Of booleans, what is picked is a boolean; what is counted is a number. */
static bool picks_value(const char *calc)
{
	return strncmp(calc, "last", 4) == 0 || strncmp(calc, "first", 5) == 0 || strcmp(calc, "min") == 0 ||
	       strcmp(calc, "max") == 0;
}

static void display_reduced(const struct field *field, size_t length, const struct reducer *reducer,
			    struct display_range range, struct display *ret)
{
	switch (field->type) {
	case FIELD_STRING: display_reduced_strings(field, length, reducer->id, ret); return;
	case FIELD_TIME: display_reduced_times(field, length, reducer, ret); return;
	case FIELD_BOOLEAN:
		if (picks_value(reducer->id)) {
			display_boolean(field->config, reducer->reduce(field->numbers, length), ret);
			return;
		}
		break;
	case FIELD_NUMBER: break;
	}
	display_number(field->config, reducer->reduce(field->numbers, length), range, ret);
}

/* ---- the list ---- */

/* The next place, or NULL when the list is full. */
static struct shown *list_add(struct shown_list *list, const struct field *field)
{
	struct shown *shown;

	if (list->count == list->limit) {
		list->more++;
		return NULL;
	}
	shown = &list->items[list->count++];
	shown->field = field;
	shown->range = display_range_with(field->config, list->data_range);
	return shown;
}

static void add_calcs(struct shown_list *list, const struct frame *frame, const struct field *field,
		      const char *const *calcs)
{
	const int64_t *times_ms = NULL;

	for (size_t i = 0; i < frame->field_count && !times_ms; i++)
		if (frame->fields[i].type == FIELD_TIME)
			times_ms = frame->fields[i].times_ms;
	for (; *calcs; calcs++) {
		const struct reducer *reducer = reducer_find(*calcs);
		struct shown *shown = reducer ? list_add(list, field) : NULL;

		if (!shown)
			continue;
		display_reduced(field, frame->length, reducer, shown->range, &shown->display);
		shown->name = expand_name(list->arena, name_of(field), reducer->id, frame, NULL);
		if (field->type == FIELD_NUMBER && times_ms) {
			shown->times_ms = times_ms;
			shown->values = field->numbers;
			shown->count = frame->length;
		}
	}
}

static void add_rows(struct shown_list *list, const struct frame *frame, const struct field *field, size_t *left)
{
	for (size_t row = 0; row<frame->length && * left> 0; row++, (*left)--) {
		struct shown *shown = list_add(list, field);

		if (!shown)
			continue;
		display_cell(field, row, shown->range, &shown->display);
		shown->name = row_name(list->arena, frame, field, row);
	}
}

/* Calcs that mean something; those the file has wrong show the last value, as Grafana's default does. */
static const char *const *calcs_of(const struct panel *panel)
{
	for (size_t i = 0; panel->options.calcs && panel->options.calcs[i]; i++)
		if (reducer_find(panel->options.calcs[i]))
			return (const char *const *)panel->options.calcs;
	return default_calcs;
}

/* How many values there are at most, so that the array is made once. */
static size_t count_values(const struct panel *panel, const struct frame_set *set, const char *const *calcs)
{
	size_t total = 0, calc_count = 0;

	while (calcs[calc_count])
		calc_count++;
	for (size_t i = 0; i < set->frames.count; i++) {
		const struct frame *frame = &set->frames.items[i];

		total += frame->field_count * (panel->options.all_values ? frame->length : calc_count);
	}
	return total;
}

/* A stat that colours nothing makes no statement by its thresholds: most files carry them without meaning them. */
static bool is_uncoloured(const struct panel *panel)
{
	return panel->options.stat_colour == STAT_COLOUR_NONE && panel->type &&
	       (!strcmp(panel->type, "stat") || !strcmp(panel->type, "singlestat"));
}

static void take_colours(struct shown_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		list->items[i].display.colour = (struct colour_spec){ HUE_NONE, 0 };
		list->items[i].display.severity = SEVERITY_NONE;
	}
}

struct shown *display_shown(const struct panel *panel, const struct frame_set *set, struct arena *arena, size_t limit,
			    size_t *ret_count, size_t *ret_more)
{
	const char *const *calcs = calcs_of(panel);
	size_t total = count_values(panel, set, calcs);
	size_t rows_left = panel->options.limit > 0 ? (size_t)panel->options.limit : SIZE_MAX;
	struct shown_list list = { .arena = arena, .limit = limit < total ? limit : total };
	struct field_filter filter;

	list.items = arena_array(arena, list.limit + 1, sizeof(*list.items));
	list.data_range = display_range_of_set(set);
	filter_init(&filter, panel->options.fields);
	for (size_t i = 0; i < set->frames.count; i++) {
		const struct frame *frame = &set->frames.items[i];

		for (size_t j = 0; j < frame->field_count; j++) {
			if (!filter_takes(&filter, &frame->fields[j]))
				continue;
			if (panel->options.all_values)
				add_rows(&list, frame, &frame->fields[j], &rows_left);
			else
				add_calcs(&list, frame, &frame->fields[j], calcs);
		}
	}
	regex_free(filter.regex);
	if (is_uncoloured(panel))
		take_colours(&list);
	*ret_count = list.count;
	*ret_more = list.more;
	return list.items;
}
