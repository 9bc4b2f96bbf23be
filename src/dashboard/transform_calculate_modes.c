/* The modes of calculateField. */
#include "dashboard/transform_calculate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "config/json.h"
#include "dashboard/column.h"
#include "dashboard/reduce.h"

/* ---- finding fields ---- */

static bool is_number(const struct field *field)
{
	return field->type == FIELD_NUMBER || field->type == FIELD_BOOLEAN;
}

static const struct field *find_field(const struct calculation *calculation, const char *name)
{
	for (size_t f = 0; f < calculation->frame->field_count; f++)
		if (transform_is_named(calculation->transform, calculation->index, f, name))
			return &calculation->frame->fields[f];
	return NULL;
}

static const double *numbers_of(const struct calculation *calculation, const struct field *field)
{
	return column_numbers(field, calculation->frame->length, calculation->transform->arena);
}

static const cJSON *mode_options(const struct calculation *calculation, const char *name)
{
	return transform_object(calculation->transform, calculation->transform->options, name);
}

/* ---- arithmetic on two operands ---- */

struct operator_row {
	const char *id;
	double (*calculate)(double left, double right);
};

static double op_add(double left, double right)
{
	return left + right;
}

static double op_subtract(double left, double right)
{
	return left - right;
}

static double op_multiply(double left, double right)
{
	return left * right;
}

static double op_divide(double left, double right)
{
	/* As IEEE 754 has it: x / 0 is infinite, 0 / 0 is NaN. */
	if (right == 0)
		return left == 0 || isnan(left) ? NAN : copysign(INFINITY, left) * copysign(1, right);
	return left / right;
}

static const struct operator_row operators[] = {
	{ .id = "%", .calculate = fmod },        { .id = "*", .calculate = op_multiply },
	{ .id = "**", .calculate = pow },        { .id = "+", .calculate = op_add },
	{ .id = "-", .calculate = op_subtract }, { .id = "/", .calculate = op_divide },
	{ .id = "^", .calculate = pow },
};

static const struct operator_row *find_operator(const char *id)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++)
		if (strcmp(operators[i].id, id) == 0)
			return &operators[i];
	return NULL;
}

struct operand {
	const char *text;     /* as the name of the result has it */
	const double *values; /* NULL: the constant */
	double constant;
	bool each; /* every number field in turn */
	bool valid;
};

static void read_name_operand(const struct calculation *calculation, const char *text, struct operand *ret)
{
	const struct field *field = find_field(calculation, text);
	char *end;

	ret->text = text;
	if (field) {
		ret->values = numbers_of(calculation, field);
		ret->valid = true;
		return;
	}
	ret->constant = strtod(text, &end);
	ret->valid = end != text && *end == '\0';
}

/* A name or number; {"fixed": "5"}; {"matcher": {"id": "byName", "options": "x"}}, where byType takes all numbers. */
static struct operand read_operand(const struct calculation *calculation, const cJSON *options, const char *side)
{
	const cJSON *member = json_get(options, side);
	struct operand ret = { .text = "" };

	if (cJSON_IsObject(member)) {
		const cJSON *matcher = json_get(member, "matcher");

		if (strcmp(json_string(matcher, "id", ""), "byType") == 0) {
			ret.each = ret.valid = true;
			return ret;
		}
		read_name_operand(calculation,
				  matcher ? transform_string(calculation->transform, matcher, "options", "")
					  : transform_string(calculation->transform, member, "fixed", ""),
				  &ret);
		return ret;
	}
	read_name_operand(calculation, transform_string(calculation->transform, options, side, ""), &ret);
	return ret;
}

static double operand_at(const struct operand *operand, size_t row)
{
	return operand->values ? operand->values[row] : operand->constant;
}

static void calculate_binary(struct calculation *calculation, const struct operator_row *operation,
			     const struct operand *left, const struct operand *right)
{
	struct strbuf name = STRBUF_INIT;
	double *values;

	strbuf_addf(&name, "%s %s %s", left->text, operation->id, right->text);
	values = calculation_add(calculation, name.text);
	strbuf_release(&name);
	for (size_t row = 0; values && row < calculation->frame->length; row++) {
		double a = operand_at(left, row), b = operand_at(right, row);

		values[row] = frame_is_null(a) || frame_is_null(b) ? frame_null() : operation->calculate(a, b);
	}
}

static void apply_binary(struct calculation *calculation)
{
	const cJSON *options = mode_options(calculation, "binary");
	const char *id = transform_string(calculation->transform, options, "operator", "+");
	const struct operator_row *operation = find_operator(id);
	struct operand left = read_operand(calculation, options, "left");
	struct operand right = read_operand(calculation, options, "right");

	if (!operation)
		transform_note(calculation->transform, "unknown operator %s", id);
	if (!operation || !left.valid || !right.valid)
		return;
	if (!left.each && !right.each) {
		calculate_binary(calculation, operation, &left, &right);
		return;
	}
	/* One alias cannot name several results. */
	calculation->alias = "";
	for (size_t f = 0; f < calculation->frame->field_count; f++) {
		struct operand own = { .valid = true };

		if (!is_number(&calculation->frame->fields[f]))
			continue;
		own.text = transform_names(calculation->transform, calculation->index)[f];
		own.values = calculation->frame->fields[f].numbers;
		calculate_binary(calculation, operation, left.each ? &own : &left, right.each ? &own : &right);
	}
}

/* ---- functions of one field ---- */

static double percent(double value)
{
	return value * 100;
}

struct unary_row {
	const char *id;
	double (*calculate)(double value);
};

static const struct unary_row unaries[] = {
	{ .id = "abs", .calculate = fabs },    { .id = "ceil", .calculate = ceil },
	{ .id = "exp", .calculate = exp },     { .id = "floor", .calculate = floor },
	{ .id = "ln", .calculate = log },      { .id = "percent", .calculate = percent },
	{ .id = "round", .calculate = round }, { .id = "trunc", .calculate = trunc },
};

static void apply_unary(struct calculation *calculation)
{
	const cJSON *options = mode_options(calculation, "unary");
	const char *id = transform_string(calculation->transform, options, "operator", "");
	const char *name = transform_string(calculation->transform, options, "fieldName", "");
	const struct field *field = find_field(calculation, name);
	const struct unary_row *row = NULL;
	const double *from;
	double *values;

	for (size_t i = 0; i < sizeof(unaries) / sizeof(*unaries) && !row; i++)
		if (strcmp(unaries[i].id, id) == 0)
			row = &unaries[i];
	if (!row || !field) {
		transform_note(calculation->transform, row ? "no field %s" : "unknown function %s", row ? name : id);
		return;
	}
	from = numbers_of(calculation, field);
	values = calculation_add(calculation, arena_printf(calculation->transform->arena, "%s(%s)", id, name));
	for (size_t i = 0; values && i < calculation->frame->length; i++)
		values[i] = frame_is_null(from[i]) ? from[i] : row->calculate(from[i]);
}

/* ---- all fields of a row ---- */

static size_t row_fields(struct calculation *calculation, const cJSON *options, const double **ret)
{
	const cJSON *include = transform_array(calculation->transform, options, "include");
	const char **names = transform_names(calculation->transform, calculation->index);
	size_t count = 0;

	for (size_t f = 0; f < calculation->frame->field_count; f++) {
		const struct field *field = &calculation->frame->fields[f];

		if (!is_number(field))
			continue;
		if (cJSON_GetArraySize(include) > 0 && !transform_lists(include, names[f]))
			continue;
		ret[count++] = field->numbers;
	}
	return count;
}

static void apply_reduce_row(struct calculation *calculation)
{
	const cJSON *options = mode_options(calculation, "reduce");
	const char *id = transform_string(calculation->transform, options, "reducer", "sum");
	bool zero = strcmp(json_string(options, "nullValueMode", ""), "null as zero") == 0;
	const struct reducer *reducer = reducer_find(id);
	const double **columns;
	double *values, *cells;
	size_t count;

	if (!reducer) {
		transform_note(calculation->transform, "unknown reducer %s", id);
		return;
	}
	columns = mem_array(calculation->frame->field_count + 1, sizeof(*columns));
	cells = mem_array(calculation->frame->field_count + 1, sizeof(*cells));
	count = row_fields(calculation, options, columns);
	values = count > 0 ? calculation_add(calculation, reducer->title) : NULL;
	for (size_t row = 0; values && row < calculation->frame->length; row++) {
		for (size_t c = 0; c < count; c++)
			cells[c] = zero && frame_is_null(columns[c][row]) ? 0 : columns[c][row];
		values[row] = reducer->reduce(cells, count);
	}
	free(columns);
	free(cells);
}

/* ---- running and moving ---- */

static void apply_cumulative(struct calculation *calculation)
{
	const cJSON *options = mode_options(calculation, "cumulative");
	const char *id = transform_string(calculation->transform, options, "reducer", "sum");
	const char *name = transform_string(calculation->transform, options, "field", "");
	const struct field *field = find_field(calculation, name);
	double total = 0, *values;
	const double *from;

	if (!field || (strcmp(id, "sum") != 0 && strcmp(id, "mean") != 0)) {
		transform_note(calculation->transform, field ? "cumulative %s is not known (sum, mean)" : "no field %s",
			       field ? id : name);
		return;
	}
	from = numbers_of(calculation, field);
	values = calculation_add(calculation,
				 arena_printf(calculation->transform->arena, "cumulative %s(%s)", id, name));
	for (size_t i = 0; values && i < calculation->frame->length; i++) {
		if (!isnan(from[i]))
			total += from[i];
		values[i] = strcmp(id, "mean") == 0 ? total / (double)(i + 1) : total;
	}
}

enum window_kind { WINDOW_MEAN, WINDOW_VARIANCE, WINDOW_DEVIATION };

/* Sums over a window that moves: `count` values without nulls, their sum and sum of squares about `shift`. */
struct window {
	double shift, sum, squares;
	size_t count;
};

static void window_move(struct window *window, double value, double sign)
{
	/* An infinity could not be taken out again. */
	if (!isfinite(value))
		return;
	value -= window->shift;
	window->sum += sign * value;
	window->squares += sign * value * value;
	window->count = sign > 0 ? window->count + 1 : window->count - 1;
}

static double window_value(const struct window *window, enum window_kind kind)
{
	double count = (double)window->count, variance;

	if (window->count == 0)
		return frame_null();
	if (kind == WINDOW_MEAN)
		return window->shift + window->sum / count;
	variance = (window->squares - window->sum * window->sum / count) / count;
	variance = variance > 0 ? variance : 0;
	return kind == WINDOW_VARIANCE ? variance : sqrt(variance);
}

/* Rows before and behind the current one that the window covers. */
static void read_window(const cJSON *options, size_t length, size_t *ret_before, size_t *ret_behind)
{
	bool fixed = strcmp(json_string(options, "windowSizeMode", "percentage"), "fixed") == 0;
	bool centred = strcmp(json_string(options, "windowAlignment", "trailing"), "centered") == 0;
	double size = json_number(options, "windowSize", fixed ? 10 : 0.1);
	size_t rows;

	if (!fixed)
		size = ceil(size * (double)length);
	rows = size >= 1 ? size < (double)length ? (size_t)size : length : 1;
	rows = rows > 0 ? rows : 1;
	*ret_behind = centred ? (rows - 1) / 2 : 0;
	*ret_before = rows - 1 - *ret_behind;
}

static void slide(const double *from, size_t length, size_t before, size_t behind, enum window_kind kind, double *ret)
{
	struct window window = { 0 };
	size_t next = 0;

	/* Taking values near zero keeps the squares exact: the first number is as good a centre as any. */
	for (size_t i = 0; i < length && window.shift == 0; i++)
		window.shift = isfinite(from[i]) ? from[i] : 0;
	for (size_t i = 0; i < length; i++) {
		for (; next < length && next <= i + behind; next++)
			window_move(&window, from[next], 1);
		if (i > before)
			window_move(&window, from[i - before - 1], -1);
		ret[i] = window_value(&window, kind);
	}
}

static void apply_window(struct calculation *calculation)
{
	struct transform *transform = calculation->transform;
	const cJSON *options = mode_options(calculation, "window");
	const char *id = transform_string(transform, options, "reducer", "mean");
	const char *name = transform_string(transform, options, "field", "");
	const struct field *field = find_field(calculation, name);
	enum window_kind kind = WINDOW_MEAN;
	size_t before, behind;
	double *values;

	if (strcmp(id, "variance") == 0)
		kind = WINDOW_VARIANCE;
	else if (strcmp(id, "stdDev") == 0)
		kind = WINDOW_DEVIATION;
	else if (strcmp(id, "mean") != 0)
		transform_note(transform, "moving %s is not known (mean, stdDev, variance), mean is used", id);
	if (!field) {
		transform_note(transform, "no field %s", name);
		return;
	}
	values = calculation_add(calculation,
				 arena_printf(transform->arena, "%s moving %s(%s)",
					      json_string(options, "windowAlignment", "trailing"), id, name));
	if (!values)
		return;
	read_window(options, calculation->frame->length, &before, &behind);
	slide(numbers_of(calculation, field), calculation->frame->length, before, behind, kind, values);
}

static void apply_index(struct calculation *calculation)
{
	const cJSON *options = mode_options(calculation, "index");
	bool fraction = transform_bool(calculation->transform, options, "asPercentile", false);
	double *values = calculation_add(calculation, "Row");
	size_t length = calculation->frame->length;

	for (size_t i = 0; values && i < length; i++)
		values[i] = fraction ? (length > 1 ? (double)i / (double)(length - 1) : 0) : (double)i;
}

/* ---- the table ---- */

static const struct calculation_mode modes[] = {
	{ .id = "binary", .apply = apply_binary }, { .id = "cumulativeFunctions", .apply = apply_cumulative },
	{ .id = "index", .apply = apply_index },   { .id = "reduceRow", .apply = apply_reduce_row },
	{ .id = "unary", .apply = apply_unary },   { .id = "windowFunctions", .apply = apply_window },
};

const struct calculation_mode *calculation_mode_find(const char *id)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (strcmp(modes[i].id, id) == 0)
			return &modes[i];
	return NULL;
}
