#include "dashboard/display.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "dashboard/mapping.h"
#include "dashboard/scheme.h"
#include "dashboard/unit_format.h"

static const struct field_config no_config;

/* ---- ranges ---- */

static void range_add(struct display_range *range, const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			continue;
		if (!(values[i] >= range->min))
			range->min = values[i];
		if (!(values[i] <= range->max))
			range->max = values[i];
	}
}

struct display_range display_range_of_set(const struct frame_set *set)
{
	struct display_range range = { NAN, NAN };

	if (set && set->ranged)
		return (struct display_range){ set->number_min, set->number_max };
	for (size_t i = 0; set && i < set->frames.count; i++) {
		const struct frame *frame = &set->frames.items[i];

		for (size_t j = 0; j < frame->field_count; j++)
			if (frame->fields[j].type == FIELD_NUMBER)
				range_add(&range, frame->fields[j].numbers, frame->length);
	}
	return range;
}

struct display_range display_range_with(const struct field_config *config, struct display_range data)
{
	if (config && config->set & FIELD_MIN)
		data.min = config->min;
	if (config && config->set & FIELD_MAX)
		data.max = config->max;
	return data;
}

struct display_range display_range_of(const struct field *field, const struct frame_set *set)
{
	const uint64_t both = FIELD_MIN | FIELD_MAX;
	struct display_range none = { NAN, NAN };

	if (field->config && (field->config->set & both) == both)
		return display_range_with(field->config, none);
	return display_range_with(field->config, display_range_of_set(set));
}

static double percent_of(double value, struct display_range range)
{
	double percent = (value - range.min) / (range.max - range.min);

	if (isnan(value))
		return NAN;
	return percent > 0 ? percent < 1 ? percent : 1 : 0; /* without a range: its start */
}

/* ---- colour ---- */

static void set_colour(const struct field_config *config, struct display_range range, struct display *ret)
{
	switch (config->colour.mode) {
	case COLOUR_THRESHOLDS:
		ret->colour = threshold_colour(&config->thresholds, ret->number, range, &ret->severity);
		break;
	case COLOUR_FIXED: ret->colour = config->colour.fixed; break;
	case COLOUR_CONTINUOUS: scheme_colour(config->colour.scheme, ret->percent, &ret->colour); break;
	case COLOUR_PALETTE: break;
	}
}

/* Truth is green and falsehood red, or the ends of a scheme. That is a colour, no judgement. */
static void set_boolean_colour(const struct field_config *config, struct display *ret)
{
	if (config->colour.mode == COLOUR_CONTINUOUS)
		scheme_colour(config->colour.scheme, ret->percent, &ret->colour);
	else if (config->colour.mode == COLOUR_FIXED)
		ret->colour = config->colour.fixed;
	else
		colour_spec_parse(ret->number != 0 ? "green" : "red", &ret->colour);
}

/* ---- values ---- */

static void display_init(struct display *ret, double number, struct display_range range)
{
	memset(ret, 0, sizeof(*ret));
	ret->number = number;
	ret->percent = percent_of(number, range);
}

/* Apply the first mapping that is met. False when the text is still to be written. */
static bool apply_mapping(const struct field_config *config, const struct mapping_subject *subject, struct display *ret,
			  bool *ret_coloured)
{
	const struct mapping *mapping = mapping_find(config->mappings, config->mapping_count, subject);
	struct strbuf text = STRBUF_INIT;

	*ret_coloured = mapping && mapping->colour.hue != HUE_NONE;
	if (*ret_coloured) {
		ret->colour = mapping->colour;
		ret->severity = severity_of_hue(mapping->colour.hue);
	}
	if (!mapping || !mapping->text)
		return false;
	mapping_text(mapping, subject, &text);
	unit_copy(ret->text.text, sizeof(ret->text.text), text.text);
	strbuf_release(&text);
	ret->mapped = true;
	return true;
}

static const char *unit_of(const struct field_config *config)
{
	return config->set & FIELD_UNIT && config->unit ? config->unit : "";
}

static void format_number(const struct field_config *config, const char *unit, struct display *ret)
{
	unit_format(unit, ret->number, config->set & FIELD_DECIMALS ? config->decimals : UNIT_DECIMALS_AUTO,
		    &ret->text);
}

static void set_no_value(const struct field_config *config, struct display *ret)
{
	if (config->set & FIELD_NO_VALUE && config->no_value)
		unit_copy(ret->text.text, sizeof(ret->text.text), config->no_value);
}

void display_number(const struct field_config *config, double value, struct display_range range, struct display *ret)
{
	struct mapping_subject subject = { .kind = SUBJECT_NUMBER, .number = value };
	bool coloured;

	config = config ? config : &no_config;
	display_init(ret, value, range);
	if (frame_is_null(value))
		subject.kind = SUBJECT_NULL;
	if (!apply_mapping(config, &subject, ret, &coloured)) {
		if (subject.kind == SUBJECT_NULL)
			set_no_value(config, ret);
		else
			format_number(config, unit_of(config), ret);
	}
	ret->missing = isnan(value) && !coloured;
	if (!coloured)
		set_colour(config, range, ret);
}

/* The whole text as a number, or null. */
static double whole_number(const char *text)
{
	char *end;
	double value;

	while (isspace((unsigned char)*text))
		text++;
	if (!isdigit((unsigned char)*text) && !strchr("+-.", *text))
		return frame_null();
	value = strtod(text, &end);
	while (isspace((unsigned char)*end))
		end++;
	return end == text || *end || isnan(value) ? frame_null() : value;
}

/* A string of digits in a field with a unit is a number, as Grafana has it. */
void display_string(const struct field_config *config, const char *value, struct display *ret)
{
	struct mapping_subject subject = { .kind = value ? SUBJECT_STRING : SUBJECT_NULL, .string = value };
	struct display_range range;
	double number = frame_null();
	const char *unit;
	bool coloured;

	config = config ? config : &no_config;
	unit = unit_of(config);
	if (value && unit[0] && strcmp(unit, "string") != 0)
		number = whole_number(value);
	range = display_range_with(config, (struct display_range){ NAN, NAN });
	display_init(ret, number, range);
	if (!apply_mapping(config, &subject, ret, &coloured)) {
		if (!isnan(number))
			format_number(config, unit, ret);
		else if (value && value[0])
			unit_copy(ret->text.text, sizeof(ret->text.text), value);
		else
			set_no_value(config, ret);
	}
	ret->missing = !value && !coloured;
	if (!coloured)
		set_colour(config, range, ret);
}

void display_boolean(const struct field_config *config, double value, struct display *ret)
{
	struct mapping_subject subject = { .kind = SUBJECT_BOOLEAN, .number = value };
	const char *unit;
	bool coloured;

	config = config ? config : &no_config;
	unit = unit_of(config);
	display_init(ret, value, (struct display_range){ 0, 1 });
	if (isnan(value))
		subject.kind = SUBJECT_NULL;
	if (!apply_mapping(config, &subject, ret, &coloured)) {
		if (isnan(value))
			set_no_value(config, ret);
		else
			format_number(config, strncmp(unit, "bool", 4) == 0 ? unit : "bool", ret);
	}
	ret->missing = isnan(value) && !coloured;
	if (!coloured && !isnan(value))
		set_boolean_colour(config, ret);
}

static bool is_date_unit(const char *unit)
{
	const struct unit_row *row = unit_find(unit);

	return strncmp(unit, "time:", 5) == 0 || (row && strcmp(row->group, "date") == 0);
}

void display_time(const struct field_config *config, int64_t wall_ms, struct display *ret)
{
	struct display_range none = { NAN, NAN };
	struct field_config dated = config ? *config : no_config;

	if (!is_date_unit(unit_of(&dated)))
		dated.unit = "dateTimeAsSystem";
	dated.set |= FIELD_UNIT;
	display_number(&dated, wall_ms == FRAME_NULL_TIME ? frame_null() : (double)wall_ms, none, ret);
}

void display_cell(const struct field *field, size_t row, struct display_range range, struct display *ret)
{
	switch (field->type) {
	case FIELD_NUMBER: display_number(field->config, field->numbers[row], range, ret); break;
	case FIELD_STRING: display_string(field->config, field->strings[row], ret); break;
	case FIELD_BOOLEAN: display_boolean(field->config, field->numbers[row], ret); break;
	case FIELD_TIME: display_time(field->config, field->times_ms[row], ret); break;
	}
}
