#include "alert/template_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alert/template_format.h"
#include "alert/template_time.h"

/* How a list was left. */
enum leaving { LEFT_FAILED = -1, LEFT_AT_END, LEFT_BY_BREAK, LEFT_BY_CONTINUE };

static enum leaving walk(struct template_run *run, struct template_value dot, const struct template_node *node);

/* ---- failures ---- */

/* "template: NAME:LINE:COLUMN: executing "PART" at <NODE>: ", as Go writes it. */
static void add_place(struct template_run *run)
{
	struct strbuf context = STRBUF_INIT;
	const char *text = run->tree->text;
	size_t line = 1, start = 0;

	for (size_t i = 0; i < run->node->position; i++)
		if (text[i] == '\n') {
			line++;
			start = i + 1;
		}
	template_node_print(run->node, &context);
	strbuf_addf(&run->failure, "template: %s:%zu:%zu: executing ", run->name, line, run->node->position - start);
	template_format_quote(&run->failure, run->part, strlen(run->part), false);
	strbuf_addf(&run->failure, " at <%s>: ", context.text);
	strbuf_release(&context);
}

int template_run_fail(struct template_run *run, const char *format, ...)
{
	va_list args;

	if (run->failure.length)
		return -1;
	if (run->node)
		add_place(run);
	else
		strbuf_addf(&run->failure, "template: %s: ", run->name);
	va_start(args, format);
	strbuf_vaddf(&run->failure, format, args);
	va_end(args);
	return -1;
}

/* Every node counts, so that nothing in a template takes for ever. */
static int step(struct template_run *run)
{
	if (++run->steps > TEMPLATE_STEPS_MAX)
		return template_run_fail(run, "more than %d steps (the limit)", TEMPLATE_STEPS_MAX);
	if (run->nesting > TEMPLATE_NESTING_MAX)
		return template_run_fail(run, "nested deeper than %d levels (the limit)", TEMPLATE_NESTING_MAX);
	if (run->arena->total > TEMPLATE_MEMORY_MAX)
		return template_run_fail(run, "more than %d MiB of memory (the limit)",
					 TEMPLATE_MEMORY_MAX / (1024 * 1024));
	if (run->out->length > TEMPLATE_OUTPUT_MAX)
		return template_run_fail(run, "more than %d KiB of text (the limit)", TEMPLATE_OUTPUT_MAX / 1024);
	return 0;
}

/* ---- fields ---- */

static bool data_field(const struct template_data *data, const char *name, struct template_value *ret)
{
	if (strcmp(name, "Labels") == 0)
		*ret = (struct template_value){ .kind = TEMPLATE_LABELS, .labels = data->labels };
	else if (strcmp(name, "ExternalLabels") == 0)
		*ret = (struct template_value){ .kind = TEMPLATE_LABELS, .labels = data->external_labels };
	else if (strcmp(name, "ExternalURL") == 0)
		*ret = template_text(data->external_url ? data->external_url : "");
	else if (strcmp(name, "Value") == 0)
		*ret = template_float(data->value);
	else
		return false;
	return true;
}

static bool sample_field(const struct template_sample *sample, const char *name, struct template_value *ret)
{
	if (strcmp(name, "Labels") == 0)
		*ret = (struct template_value){ .kind = TEMPLATE_LABELS, .labels = &sample->labels };
	else if (strcmp(name, "Value") == 0)
		*ret = template_float(sample->value);
	else
		return false;
	return true;
}

/* One field of a value. `command` has the operands of a call, or is NULL. */
static int field(struct template_run *run, struct template_value dot, const struct template_value *receiver,
		 const char *name, const struct template_node *command, const struct template_value *piped,
		 struct template_value *ret)
{
	bool arguments = piped || (command && command->count > 1);
	struct template_value from = *receiver;

	switch (from.kind) {
	case TEMPLATE_INVALID:
	case TEMPLATE_NIL: *ret = (struct template_value){ .kind = TEMPLATE_INVALID }; return 0;
	case TEMPLATE_LABELS:
	case TEMPLATE_ARGS:
		if (arguments)
			return template_run_fail(run, "%s is not a method but has arguments", name);
		*ret = template_member(&from, name, strlen(name));
		return 0;
	case TEMPLATE_DATA:
	case TEMPLATE_SAMPLE:
		if (from.kind == TEMPLATE_SAMPLE && !from.sample)
			return template_run_fail(run, "nil pointer evaluating %s.%s", template_type(&from), name);
		if (!(from.kind == TEMPLATE_DATA ? data_field(from.data, name, ret)
						 : sample_field(from.sample, name, ret)))
			break;
		if (arguments)
			return template_run_fail(run, "%s has arguments but cannot be invoked as function", name);
		return 0;
	case TEMPLATE_TIME:
		if (!template_time_method(name))
			break;
		return template_call_method(run, &from, name, command, dot, piped, ret);
	default: break;
	}
	return template_run_fail(run, "can't evaluate field %s in type %s", name, template_type(&from));
}

/* `.a.b.c` from `value` on; what is given to a call goes to the last. */
static int fields(struct template_run *run, struct template_value dot, struct template_value value,
		  const char *const *names, size_t count, const struct template_node *command,
		  const struct template_value *piped, struct template_value *ret)
{
	for (size_t i = 0; i < count; i++) {
		bool last = i + 1 == count;

		if (field(run, dot, &value, names[i], last ? command : NULL, last ? piped : NULL, &value))
			return -1;
	}
	*ret = value;
	return 0;
}

static struct template_variable *find_variable(struct template_run *run, const char *name)
{
	for (size_t i = run->variables.count; i-- > run->first_variable;)
		if (strcmp(run->variables.items[i].name, name) == 0)
			return &run->variables.items[i];
	return NULL;
}

static int no_function(struct template_run *run, const struct template_node *command,
		       const struct template_value *piped)
{
	struct strbuf text = STRBUF_INIT;

	if (!piped && (!command || command->count < 2))
		return 0;
	template_node_print(command ? command->items[0] : run->node, &text);
	template_run_fail(run, "can't give argument to non-function %s", text.text);
	strbuf_release(&text);
	return -1;
}

static int variable(struct template_run *run, struct template_value dot, const struct template_node *node,
		    const struct template_node *command, const struct template_value *piped, struct template_value *ret)
{
	const struct template_variable *found = find_variable(run, node->names[0]);

	if (!found)
		return template_run_fail(run, "undefined variable: %s", node->names[0]);
	*ret = found->value;
	if (node->name_count == 1)
		return no_function(run, command, piped);
	return fields(run, dot, *ret, node->names + 1, node->name_count - 1, command, piped, ret);
}

/* ---- commands ---- */

static int chain(struct template_run *run, struct template_value dot, const struct template_node *node,
		 const struct template_node *command, const struct template_value *piped, struct template_value *ret)
{
	struct template_value value;

	if (template_evaluate_operand(run, dot, node->pipe, &value))
		return -1;
	return fields(run, dot, value, node->names, node->name_count, command, piped, ret);
}

/* An operand, or with `command` the first of one. */
static int evaluate_kind(struct template_run *run, struct template_value dot, const struct template_node *node,
			 const struct template_node *command, const struct template_value *piped,
			 struct template_value *ret)
{
	/* Go leaves the place where it is for what is in brackets. */
	if (node->kind != NODE_PIPE || !command)
		run->node = node;
	if (step(run))
		return -1;
	switch (node->kind) {
	case NODE_FIELD: return fields(run, dot, dot, node->names, node->name_count, command, piped, ret);
	case NODE_CHAIN: return chain(run, dot, node, command, piped, ret);
	case NODE_IDENTIFIER: return template_call_function(run, dot, node, command, piped, ret);
	case NODE_VARIABLE: return variable(run, dot, node, command, piped, ret);
	default: break;
	}
	if (no_function(run, command, piped))
		return -1;
	switch (node->kind) {
	case NODE_PIPE: return template_evaluate_pipe(run, dot, node, ret);
	case NODE_DOT: *ret = dot; return 0;
	case NODE_CONSTANT: *ret = node->constant; return 0;
	default: return template_run_fail(run, "nil is not a command");
	}
}

static int evaluate(struct template_run *run, struct template_value dot, const struct template_node *node,
		    const struct template_node *command, const struct template_value *piped, struct template_value *ret)
{
	int status;

	run->nesting++;
	status = evaluate_kind(run, dot, node, command, piped, ret);
	run->nesting--;
	return status;
}

int template_evaluate_operand(struct template_run *run, struct template_value dot, const struct template_node *node,
			      struct template_value *ret)
{
	return evaluate(run, dot, node, NULL, NULL, ret);
}

static void set_variable(struct template_run *run, const char *name, const struct template_value *value)
{
	vec_push(&run->variables, (struct template_variable){ .name = name, .value = *value });
}

int template_evaluate_pipe(struct template_run *run, struct template_value dot, const struct template_node *pipe,
			   struct template_value *ret)
{
	struct template_value value = { .kind = TEMPLATE_INVALID };

	run->node = pipe;
	for (size_t i = 0; i < pipe->count; i++) {
		struct template_value before = value;

		if (evaluate(run, dot, pipe->items[i]->items[0], pipe->items[i], i ? &before : NULL, &value))
			return -1;
		if (value.kind == TEMPLATE_NIL)
			value.kind = TEMPLATE_INVALID;
	}
	for (size_t i = 0; i < pipe->variable_count; i++) {
		struct template_variable *found = pipe->assigns ? find_variable(run, pipe->variables[i]) : NULL;

		if (found)
			found->value = value;
		else if (pipe->assigns)
			return template_run_fail(run, "undefined variable: %s", pipe->variables[i]);
		else
			set_variable(run, pipe->variables[i], &value);
	}
	*ret = value;
	return 0;
}

/* ---- control ---- */

static enum leaving walk_list(struct template_run *run, struct template_value dot, const struct template_node *list)
{
	enum leaving left = LEFT_AT_END;

	for (size_t i = 0; list && i < list->count && left == LEFT_AT_END; i++)
		left = walk(run, dot, list->items[i]);
	return left;
}

static enum leaving walk_condition(struct template_run *run, struct template_value dot,
				   const struct template_node *node)
{
	size_t scope = run->variables.count;
	struct template_value value = { .kind = TEMPLATE_INVALID };
	enum leaving left = LEFT_FAILED;

	if (template_evaluate_pipe(run, dot, node->pipe, &value) == 0) {
		bool truth = template_truth(&value);

		left = walk_list(run, truth && node->kind == NODE_WITH ? value : dot,
				 truth ? node->body : node->otherwise);
	}
	run->variables.count = scope;
	return left;
}

/* The last variable but `from_top` is set, whatever its name: so does Go. */
static void set_top(struct template_run *run, size_t from_top, const struct template_value *value)
{
	if (from_top <= run->variables.count)
		run->variables.items[run->variables.count - from_top].value = *value;
}

static enum leaving walk_items(struct template_run *run, const struct template_node *node,
			       const struct template_value *value)
{
	size_t scope = run->variables.count;
	struct template_value key, item;

	for (size_t i = 0; i < template_length(value); i++) {
		enum leaving left;

		template_item(value, i, &key, &item);
		if (node->pipe->variable_count > 0)
			set_top(run, 1, &item);
		if (node->pipe->variable_count > 1)
			set_top(run, 2, &key);
		left = step(run) ? LEFT_FAILED : walk_list(run, item, node->body);
		run->variables.count = scope;
		if (left == LEFT_FAILED)
			return left;
		if (left == LEFT_BY_BREAK)
			break;
	}
	return LEFT_AT_END;
}

static enum leaving walk_range(struct template_run *run, struct template_value dot, const struct template_node *node)
{
	size_t scope = run->variables.count;
	struct template_value value = { .kind = TEMPLATE_INVALID };
	enum leaving left = LEFT_FAILED;

	if (template_evaluate_pipe(run, dot, node->pipe, &value) == 0) {
		if (value.kind != TEMPLATE_INVALID && value.kind != TEMPLATE_LABELS && value.kind != TEMPLATE_ARGS &&
		    value.kind != TEMPLATE_VECTOR && !(value.kind == TEMPLATE_SAMPLE && !value.sample)) {
			struct strbuf text = STRBUF_INIT;

			template_format_print(&text, &value);
			template_run_fail(run, "range can't iterate over %s", text.text);
			strbuf_release(&text);
		} else if (value.kind != TEMPLATE_INVALID && template_length(&value)) {
			left = walk_items(run, node, &value);
		} else {
			left = walk_list(run, dot, node->otherwise);
		}
	}
	run->variables.count = scope;
	return left;
}

static enum leaving walk_template(struct template_run *run, struct template_value dot, const struct template_node *node)
{
	const struct template_node *root = template_tree_find(run->tree, node->text);
	size_t scope = run->variables.count, first = run->first_variable;
	struct template_value value = { .kind = TEMPLATE_INVALID };
	const char *part = run->part;
	enum leaving left;

	/* The whole may use itself by its own name. */
	if (!root && strcmp(node->text, run->name) == 0)
		root = run->tree->root;
	if (!root) {
		struct strbuf name = STRBUF_INIT;

		template_format_quote(&name, node->text, strlen(node->text), false);
		template_run_fail(run, "template %s not defined", name.text);
		strbuf_release(&name);
		return LEFT_FAILED;
	}
	if (++run->depth > TEMPLATE_DEPTH_MAX) {
		template_run_fail(run, "exceeded maximum template depth (%d)", TEMPLATE_DEPTH_MAX);
		return LEFT_FAILED;
	}
	if (node->pipe && template_evaluate_pipe(run, dot, node->pipe, &value))
		return LEFT_FAILED;
	run->part = node->text;
	run->first_variable = run->variables.count;
	set_variable(run, "$", &value);
	left = walk_list(run, value, root);
	run->depth--;
	run->variables.count = scope;
	run->first_variable = first;
	if (left != LEFT_FAILED)
		run->part = part;
	return left == LEFT_FAILED ? left : LEFT_AT_END;
}

static enum leaving walk_action(struct template_run *run, struct template_value dot, const struct template_node *node)
{
	struct template_value value;

	if (template_evaluate_pipe(run, dot, node->pipe, &value))
		return LEFT_FAILED;
	if (!node->pipe->variable_count)
		template_format_print(run->out, &value);
	return LEFT_AT_END;
}

static enum leaving walk_kind(struct template_run *run, struct template_value dot, const struct template_node *node)
{
	run->node = node;
	if (step(run))
		return LEFT_FAILED;
	switch (node->kind) {
	case NODE_TEXT: strbuf_add(run->out, node->text, node->length); return LEFT_AT_END;
	case NODE_ACTION: return walk_action(run, dot, node);
	case NODE_IF:
	case NODE_WITH: return walk_condition(run, dot, node);
	case NODE_RANGE: return walk_range(run, dot, node);
	case NODE_TEMPLATE: return walk_template(run, dot, node);
	case NODE_BREAK: return LEFT_BY_BREAK;
	case NODE_CONTINUE: return LEFT_BY_CONTINUE;
	default: return walk_list(run, dot, node);
	}
}

static enum leaving walk(struct template_run *run, struct template_value dot, const struct template_node *node)
{
	enum leaving left;

	run->nesting++;
	left = walk_kind(run, dot, node);
	run->nesting--;
	return left;
}

int template_run(struct template_run *run)
{
	const struct template_value dot = { .kind = TEMPLATE_DATA, .data = run->data };

	set_variable(run, "$", &dot);
	if (walk_list(run, dot, run->tree->root) == LEFT_FAILED)
		return -1;
	return run->out->length > TEMPLATE_OUTPUT_MAX ? step(run) : 0;
}
