/* Calls: which values a function takes, and what Go says of others. */
#include "alert/template_run.h"

#include <stdarg.h>
#include <string.h>

#include "alert/template_format.h"
#include "alert/template_time.h"

static const char *const parameter_types[] = {
	[PARAMETER_STRING] = "string",
	[PARAMETER_ANY] = "interface {}",
	[PARAMETER_VALUE] = "reflect.Value",
	[PARAMETER_SAMPLE] = "*template.sample",
	[PARAMETER_VECTOR] = "template.queryResult",
	[PARAMETER_INT] = "int",
};

int template_call_fail(struct template_call *call, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_vaddf(call->why, format, args);
	va_end(args);
	return -1;
}

int template_call_take(struct template_call *call, struct strbuf *buf)
{
	call->result = template_take(call->run->arena, buf);
	return 0;
}

/* Nil of a type that has one. */
static bool nil_of(enum template_parameter parameter, struct template_value *value)
{
	*value = (struct template_value){ .kind = TEMPLATE_INVALID };
	switch (parameter) {
	case PARAMETER_ANY: value->kind = TEMPLATE_NIL; return true;
	case PARAMETER_VALUE: return true;
	case PARAMETER_SAMPLE: value->kind = TEMPLATE_SAMPLE; return true;
	case PARAMETER_VECTOR: value->kind = TEMPLATE_VECTOR; return true;
	default: return false;
	}
}

static bool fits(enum template_parameter parameter, enum template_kind kind)
{
	switch (parameter) {
	case PARAMETER_STRING: return kind == TEMPLATE_STRING;
	case PARAMETER_ANY:
	case PARAMETER_VALUE: return true;
	case PARAMETER_SAMPLE: return kind == TEMPLATE_SAMPLE;
	case PARAMETER_VECTOR: return kind == TEMPLATE_VECTOR;
	case PARAMETER_INT: return kind == TEMPLATE_INT;
	}
	return false;
}

static int check(struct template_run *run, enum template_parameter parameter, struct template_value *value)
{
	if (value->kind == TEMPLATE_INVALID || (value->kind == TEMPLATE_NIL && parameter != PARAMETER_ANY)) {
		if (nil_of(parameter, value))
			return 0;
		return template_run_fail(run, "invalid value; expected %s", parameter_types[parameter]);
	}
	if (fits(parameter, value->kind))
		return 0;
	return template_run_fail(run, "wrong type for value; expected %s; got %s", parameter_types[parameter],
				 template_type(value));
}

/* A constant is looked at before it is a value, and told of differently. */
static int check_constant(struct template_run *run, enum template_parameter parameter, const struct template_node *node)
{
	enum template_kind kind = node->constant.kind;
	struct strbuf text = STRBUF_INIT;

	if (fits(parameter, kind))
		return 0;
	template_node_print(node, &text);
	if (parameter == PARAMETER_STRING)
		template_run_fail(run, "expected string; found %s", text.text);
	else if (parameter == PARAMETER_INT)
		template_run_fail(run, "expected integer; found %s", text.text);
	else
		template_run_fail(run, "can't handle %s for arg of type %s", text.text, parameter_types[parameter]);
	strbuf_release(&text);
	return -1;
}

static int argument(struct template_run *run, struct template_value dot, enum template_parameter parameter,
		    const struct template_node *node, struct template_value *ret)
{
	run->node = node;
	if (node->kind == NODE_NIL) {
		if (nil_of(parameter, ret))
			return 0;
		return template_run_fail(run, "cannot assign nil to %s", parameter_types[parameter]);
	}
	if (node->kind == NODE_CONSTANT && check_constant(run, parameter, node))
		return -1;
	if (template_evaluate_operand(run, dot, node, ret))
		return -1;
	return check(run, parameter, ret);
}

static enum template_parameter parameter_of(const struct template_function *function, size_t index)
{
	return function->parameters[index < function->count ? index : function->count - 1];
}

/* How many it wants. `given` counts the operands, `all` the piped value too. */
static int check_count(struct template_run *run, const struct template_function *function, size_t given, size_t all)
{
	if (function->variadic && all < function->count - 1)
		return template_run_fail(run, "wrong number of args for %s: want at least %zu got %zu", function->name,
					 function->count - 1, given);
	if (!function->variadic && all != function->count)
		return template_run_fail(run, "wrong number of args for %s: want %zu got %zu", function->name,
					 function->count, all);
	return 0;
}

/* `and`, `or`: no further than needed. */
static int call_lazily(struct template_run *run, struct template_value dot, const struct template_function *function,
		       const struct template_node *command, const struct template_value *piped,
		       struct template_value *ret)
{
	bool until = function->name[0] == 'o';

	*ret = (struct template_value){ .kind = TEMPLATE_INVALID };
	for (size_t i = 1; command && i < command->count; i++) {
		if (argument(run, dot, PARAMETER_VALUE, command->items[i], ret))
			return -1;
		if (template_truth(ret) == until)
			return 0;
	}
	if (piped)
		*ret = *piped;
	return 0;
}

static int call_values(struct template_run *run, const struct template_function *function,
		       const struct template_node *node, const struct template_value *values, size_t count,
		       struct template_value *ret)
{
	struct strbuf why = STRBUF_INIT;
	struct template_call call = { .run = run, .values = values, .count = count, .why = &why };
	int status = function->call(&call);

	if (status && !run->asks) {
		run->node = node;
		template_run_fail(run, "error calling %s: %s", function->name, why.text);
	}
	strbuf_release(&why);
	*ret = call.result;
	return status ? -1 : 0;
}

static int call_with(struct template_run *run, struct template_value dot, const struct template_function *function,
		     const struct template_value *receiver, const struct template_node *node,
		     const struct template_node *command, const struct template_value *piped,
		     struct template_value *ret)
{
	size_t given = command && command->count ? command->count - 1 : 0, all = given + (piped != NULL), at = 0;
	struct template_value *values;

	if (check_count(run, function, given, all))
		return -1;
	if (function->lazy)
		return call_lazily(run, dot, function, command, piped, ret);
	values = arena_array(run->arena, all + 1, sizeof(*values));
	if (receiver)
		values[at++] = *receiver;
	for (size_t i = 0; i < given; i++)
		if (argument(run, dot, parameter_of(function, i), command->items[i + 1], &values[at++]))
			return -1;
	if (piped) {
		values[at] = *piped;
		if (check(run, parameter_of(function, all - 1), &values[at++]))
			return -1;
	}
	return call_values(run, function, node, values, at, ret);
}

int template_call_function(struct template_run *run, struct template_value dot, const struct template_node *node,
			   const struct template_node *command, const struct template_value *piped,
			   struct template_value *ret)
{
	const struct template_function *function = template_function_find(node->text);

	return call_with(run, dot, function, NULL, command ? command : node, command, piped, ret);
}

int template_call_method(struct template_run *run, const struct template_value *receiver, const char *name,
			 const struct template_node *command, struct template_value dot,
			 const struct template_value *piped, struct template_value *ret)
{
	return call_with(run, dot, template_time_method(name), receiver, run->node, command, piped, ret);
}
