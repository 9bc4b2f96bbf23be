/* eq, ne, lt, le, gt, ge: on values of like kinds, as Go compares them. */
#include <string.h>

#include "alert/template_format.h"
#include "alert/template_function.h"

/* Kinds that may be compared with one another. */
enum basic { BASIC_NONE, BASIC_BOOL, BASIC_INT, BASIC_UINT, BASIC_FLOAT, BASIC_TEXT };

static enum basic basic_of(const struct template_value *value)
{
	if (template_is_int(value))
		return BASIC_INT;
	switch (value->kind) {
	case TEMPLATE_BOOL: return BASIC_BOOL;
	case TEMPLATE_BYTE: return BASIC_UINT;
	case TEMPLATE_FLOAT: return BASIC_FLOAT;
	case TEMPLATE_STRING:
	case TEMPLATE_HTML: return BASIC_TEXT;
	default: return BASIC_NONE;
	}
}

static bool is_whole(enum basic basic)
{
	return basic == BASIC_INT || basic == BASIC_UINT;
}

static int compare_texts(const struct template_value *a, const struct template_value *b)
{
	size_t shorter = a->length < b->length ? a->length : b->length;
	int order = shorter ? memcmp(a->text, b->text, shorter) : 0;

	return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* A map, a vector or the data: Go has no == for them. */
static int check_comparable(struct template_call *call, const struct template_value *value)
{
	struct strbuf text = STRBUF_INIT;

	if (value->kind != TEMPLATE_LABELS && value->kind != TEMPLATE_ARGS && value->kind != TEMPLATE_VECTOR &&
	    value->kind != TEMPLATE_DATA)
		return 0;
	template_format_sprint(&text, value, 1);
	template_call_fail(call, "non-comparable type %s: %s", text.text, template_type(value));
	strbuf_release(&text);
	return -1;
}

static bool is_nothing(const struct template_value *value)
{
	return value->kind == TEMPLATE_INVALID || value->kind == TEMPLATE_NIL;
}

/* Of one kind. */
static bool equal(const struct template_value *a, const struct template_value *b, enum basic basic)
{
	switch (basic) {
	case BASIC_BOOL: return a->truth == b->truth;
	case BASIC_INT:
	case BASIC_UINT: return a->number == b->number;
	case BASIC_FLOAT: return a->real == b->real;
	case BASIC_TEXT: return compare_texts(a, b) == 0;
	case BASIC_NONE: break;
	}
	if (is_nothing(a) || is_nothing(b))
		return is_nothing(a) && is_nothing(b);
	if (a->kind != b->kind)
		return false;
	return a->kind == TEMPLATE_SAMPLE ? a->sample == b->sample : a->number == b->number;
}

static int find_equal(struct template_call *call, bool *ret)
{
	const struct template_value *first = &call->values[0];
	enum basic basic = basic_of(first);

	*ret = false;
	if (check_comparable(call, first))
		return -1;
	if (call->count < 2)
		return template_call_fail(call, "missing argument for comparison");
	for (size_t i = 1; i < call->count && !*ret; i++) {
		const struct template_value *other = &call->values[i];
		enum basic other_basic = basic_of(other);

		if (basic != other_basic && !(is_whole(basic) && is_whole(other_basic))) {
			if (!is_nothing(first) && !is_nothing(other))
				return template_call_fail(call, "incompatible types for comparison");
			continue;
		}
		if (basic == BASIC_NONE && check_comparable(call, other))
			return -1;
		*ret = equal(first, other, basic);
	}
	return 0;
}

static int call_eq(struct template_call *call)
{
	bool found;

	if (find_equal(call, &found))
		return -1;
	call->result = template_bool(found);
	return 0;
}

static int call_ne(struct template_call *call)
{
	bool found;

	if (find_equal(call, &found))
		return -1;
	call->result = template_bool(!found);
	return 0;
}

static int find_less(struct template_call *call, bool *ret)
{
	const struct template_value *a = &call->values[0], *b = &call->values[1];
	enum basic left = basic_of(a), right = basic_of(b);

	*ret = false;
	if (left == BASIC_NONE || right == BASIC_NONE)
		return template_call_fail(call, "invalid type for comparison");
	if (left != right && !(is_whole(left) && is_whole(right)))
		return template_call_fail(call, "incompatible types for comparison");
	if (left == BASIC_BOOL)
		return template_call_fail(call, "invalid type for comparison");
	if (left == BASIC_TEXT)
		*ret = compare_texts(a, b) < 0;
	else
		*ret = left == BASIC_FLOAT ? a->real < b->real : a->number < b->number;
	return 0;
}

/* Go's `le` is `lt` or `eq`, and `gt` what is not `le`: so NaN is greater than all. */
static int find_at_most(struct template_call *call, bool *ret)
{
	if (find_less(call, ret))
		return -1;
	return *ret ? 0 : find_equal(call, ret);
}

static int call_lt(struct template_call *call)
{
	bool less;
	int status = find_less(call, &less);

	call->result = template_bool(less);
	return status;
}

static int call_le(struct template_call *call)
{
	bool at_most;
	int status = find_at_most(call, &at_most);

	call->result = template_bool(at_most);
	return status;
}

static int call_gt(struct template_call *call)
{
	bool at_most;
	int status = find_at_most(call, &at_most);

	call->result = template_bool(!at_most);
	return status;
}

static int call_ge(struct template_call *call)
{
	bool less;
	int status = find_less(call, &less);

	call->result = template_bool(!less);
	return status;
}

#define VALUE PARAMETER_VALUE
const struct template_function template_comparisons[] = {
	{ "eq", { VALUE, VALUE }, 2, .variadic = true, .call = call_eq },
	{ "ne", { VALUE, VALUE }, 2, .call = call_ne },
	{ "lt", { VALUE, VALUE }, 2, .call = call_lt },
	{ "le", { VALUE, VALUE }, 2, .call = call_le },
	{ "gt", { VALUE, VALUE }, 2, .call = call_gt },
	{ "ge", { VALUE, VALUE }, 2, .call = call_ge },
	{ 0 },
};
