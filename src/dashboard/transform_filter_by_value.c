/* filterByValue: keep or drop the rows whose cells meet conditions. */
#include "dashboard/transform.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/json.h"
#include "dashboard/column.h"

#define FILTERS_MAX 50

struct condition_kind;

struct condition {
	const struct condition_kind *kind;
	const char *field;
	double value, from, to; /* NaN when not given */
	const char *text;       /* the value as text */
	struct regex *regex;
};

/* Cells arrive as number and as text; `number` is frame_null() for texts. */
struct condition_kind {
	const char *id;
	bool (*meets)(const struct condition *condition, double number, const char *text, bool null);
};

static bool meets_greater(const struct condition *c, double number, const char *text, bool null)
{
	(void)text;
	return !null && number > c->value;
}

static bool meets_greater_equal(const struct condition *c, double number, const char *text, bool null)
{
	(void)text;
	return !null && number >= c->value;
}

static bool meets_lower(const struct condition *c, double number, const char *text, bool null)
{
	(void)text;
	return !null && number < c->value;
}

static bool meets_lower_equal(const struct condition *c, double number, const char *text, bool null)
{
	(void)text;
	return !null && number <= c->value;
}

static bool meets_equal(const struct condition *c, double number, const char *text, bool null)
{
	if (null)
		return false;
	return frame_is_null(number) || isnan(c->value) ? strcmp(text, c->text) == 0 : number == c->value;
}

static bool meets_not_equal(const struct condition *c, double number, const char *text, bool null)
{
	return !meets_equal(c, number, text, null);
}

static bool meets_between(const struct condition *c, double number, const char *text, bool null)
{
	(void)text;
	return !null && number > c->from && number < c->to;
}

static bool meets_null(const struct condition *c, double number, const char *text, bool null)
{
	(void)c;
	(void)number;
	(void)text;
	return null;
}

static bool meets_not_null(const struct condition *c, double number, const char *text, bool null)
{
	return !meets_null(c, number, text, null);
}

static bool meets_regex(const struct condition *c, double number, const char *text, bool null)
{
	(void)number;
	return !null && c->regex && regex_match(c->regex, text);
}

static bool meets_substring(const struct condition *c, double number, const char *text, bool null)
{
	(void)number;
	return !null && strcasestr(text, c->text);
}

static bool meets_not_substring(const struct condition *c, double number, const char *text, bool null)
{
	return !meets_substring(c, number, text, null);
}

static const struct condition_kind kinds[] = {
	{ .id = "between", .meets = meets_between },    { .id = "equal", .meets = meets_equal },
	{ .id = "greater", .meets = meets_greater },    { .id = "greaterOrEqual", .meets = meets_greater_equal },
	{ .id = "isNotNull", .meets = meets_not_null }, { .id = "isNull", .meets = meets_null },
	{ .id = "lower", .meets = meets_lower },        { .id = "lowerOrEqual", .meets = meets_lower_equal },
	{ .id = "notEqual", .meets = meets_not_equal }, { .id = "notSubstring", .meets = meets_not_substring },
	{ .id = "regex", .meets = meets_regex },        { .id = "substring", .meets = meets_substring },
};

static const struct condition_kind *find_kind(const char *id)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].id, id) == 0)
			return &kinds[i];
	return NULL;
}

static bool read_condition(struct transform *transform, const cJSON *filter, struct condition *ret)
{
	const cJSON *config = transform_object(transform, filter, "config");
	const cJSON *options = transform_object(transform, config, "options");
	const char *id = transform_string(transform, config, "id", "");

	*ret = (struct condition){ .kind = find_kind(id),
				   .field = transform_string(transform, filter, "fieldName", ""),
				   .value = json_number(options, "value", NAN),
				   .from = json_number(options, "from", NAN),
				   .to = json_number(options, "to", NAN),
				   .text = json_string(options, "value", "") };
	if (!ret->kind) {
		transform_note(transform, "unknown condition %s", id);
		return false;
	}
	if (ret->kind->meets == meets_regex)
		ret->regex = transform_regex(transform, ret->text);
	return true;
}

struct filters {
	struct condition items[FILTERS_MAX];
	size_t count;
	bool all, exclude;
};

static void read_filters(struct transform *transform, struct filters *ret)
{
	const cJSON *item;

	ret->count = 0;
	ret->all = strcmp(transform_string(transform, transform->options, "match", "any"), "all") == 0;
	ret->exclude = strcmp(transform_string(transform, transform->options, "type", "include"), "exclude") == 0;
	cJSON_ArrayForEach(item, transform_array(transform, transform->options, "filters"))
	{
		if (ret->count == FILTERS_MAX) {
			transform_note(transform, "more than %d conditions", FILTERS_MAX);
			break;
		}
		if (read_condition(transform, item, &ret->items[ret->count]))
			ret->count++;
	}
}

/* The field each condition is about in this frame; NULL where there is none. */
static void find_fields(struct transform *transform, const struct filters *filters, size_t index,
			const struct field **ret)
{
	const struct frame *frame = &transform->frames[index];

	for (size_t c = 0; c < filters->count; c++) {
		ret[c] = NULL;
		for (size_t f = 0; f < frame->field_count && !ret[c]; f++)
			if (transform_is_named(transform, index, f, filters->items[c].field))
				ret[c] = &frame->fields[f];
	}
}

/* A condition about a field that is not there is never met, as in Grafana. */
static bool row_matches(const struct filters *filters, const struct field *const *fields, size_t row,
			struct strbuf *text)
{
	for (size_t c = 0; c < filters->count; c++) {
		const struct condition *condition = &filters->items[c];
		bool met = false;

		if (fields[c]) {
			strbuf_clear(text);
			column_add_text(fields[c], row, text);
			met = condition->kind->meets(condition, column_number(fields[c], row), text->text,
						     column_is_null(fields[c], row));
		}
		if (met != filters->all)
			return met;
	}
	return filters->all;
}

static void filter_frame(struct transform *transform, const struct filters *filters, size_t index)
{
	const struct frame *frame = &transform->frames[index];
	const struct field *fields[FILTERS_MAX] = { NULL };
	struct frame ret = *frame;
	struct strbuf text = STRBUF_INIT;
	size_t *rows = mem_array(frame->length + 1, sizeof(*rows));

	find_fields(transform, filters, index, fields);
	ret.length = 0;
	for (size_t row = 0; row < frame->length; row++)
		if (row_matches(filters, fields, row, &text) != filters->exclude)
			rows[ret.length++] = row;
	if (transform_spend(transform, ret.length, frame->field_count)) {
		ret.fields = transform_fields(transform, frame);
		for (size_t f = 0; f < frame->field_count; f++)
			column_take(&ret.fields[f], &frame->fields[f], rows, ret.length, transform->arena);
		transform_add(transform, ret);
	}
	strbuf_release(&text);
	free(rows);
}

void transform_filter_by_value(struct transform *transform)
{
	struct filters *filters = mem_zalloc(sizeof(*filters));

	read_filters(transform, filters);
	for (size_t i = 0; i < transform->frame_count; i++) {
		if (filters->count > 0)
			filter_frame(transform, filters, i);
		else
			transform_add(transform, transform->frames[i]);
	}
	for (size_t c = 0; c < filters->count; c++)
		regex_free(filters->items[c].regex);
	free(filters);
}
