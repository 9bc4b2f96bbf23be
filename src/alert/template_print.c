/* Nodes as Go writes them in a failure. */
#include "alert/template_tree.h"

#include <string.h>

#include "alert/template_format.h"

bool template_node_is_empty(const struct template_node *node)
{
	if (node->kind == NODE_TEXT)
		return strspn(node->text, " \t\r\n\v\f") >= node->length;
	if (node->kind != NODE_LIST)
		return false;
	for (size_t i = 0; i < node->count; i++)
		if (!template_node_is_empty(node->items[i]))
			return false;
	return true;
}

static void print_items(const struct template_node *node, const char *divider, struct strbuf *ret)
{
	for (size_t i = 0; i < node->count; i++) {
		const struct template_node *item = node->items[i];
		bool brackets = node->kind == NODE_COMMAND && item->kind == NODE_PIPE;

		strbuf_addf(ret, "%s%s", i ? divider : "", brackets ? "(" : "");
		template_node_print(item, ret);
		strbuf_addstr(ret, brackets ? ")" : "");
	}
}

static void print_pipe(const struct template_node *node, struct strbuf *ret)
{
	for (size_t i = 0; i < node->variable_count; i++)
		strbuf_addf(ret, "%s%s", i ? ", " : "", node->variables[i]);
	if (node->variable_count)
		strbuf_addstr(ret, node->assigns ? " = " : " := ");
	print_items(node, " | ", ret);
}

static void print_names(const struct template_node *node, struct strbuf *ret)
{
	for (size_t i = 0; i < node->name_count; i++)
		strbuf_addf(ret, "%s%s", i || node->kind != NODE_VARIABLE ? "." : "", node->names[i]);
}

static void print_chain(const struct template_node *node, struct strbuf *ret)
{
	bool brackets = node->pipe->kind == NODE_PIPE;

	strbuf_addstr(ret, brackets ? "(" : "");
	template_node_print(node->pipe, ret);
	strbuf_addstr(ret, brackets ? ")" : "");
	print_names(node, ret);
}

static void print_control(const char *word, const struct template_node *node, struct strbuf *ret)
{
	strbuf_addf(ret, "{{%s ", word);
	print_pipe(node->pipe, ret);
	strbuf_addstr(ret, "}}");
	template_node_print(node->body, ret);
	if (node->otherwise) {
		strbuf_addstr(ret, "{{else}}");
		template_node_print(node->otherwise, ret);
	}
	strbuf_addstr(ret, "{{end}}");
}

static void print_template(const struct template_node *node, struct strbuf *ret)
{
	strbuf_addstr(ret, "{{template ");
	template_format_quote(ret, node->text, strlen(node->text), false);
	if (node->pipe) {
		strbuf_addch(ret, ' ');
		print_pipe(node->pipe, ret);
	}
	strbuf_addstr(ret, "}}");
}

void template_node_print(const struct template_node *node, struct strbuf *ret)
{
	switch (node->kind) {
	case NODE_LIST: print_items(node, "", ret); break;
	case NODE_TEXT: strbuf_add(ret, node->text, node->length); break;
	case NODE_ACTION:
		strbuf_addstr(ret, "{{");
		print_pipe(node->pipe, ret);
		strbuf_addstr(ret, "}}");
		break;
	case NODE_IF: print_control("if", node, ret); break;
	case NODE_WITH: print_control("with", node, ret); break;
	case NODE_RANGE: print_control("range", node, ret); break;
	case NODE_TEMPLATE: print_template(node, ret); break;
	case NODE_BREAK: strbuf_addstr(ret, "{{break}}"); break;
	case NODE_CONTINUE: strbuf_addstr(ret, "{{continue}}"); break;
	case NODE_PIPE: print_pipe(node, ret); break;
	case NODE_COMMAND: print_items(node, " ", ret); break;
	case NODE_FIELD:
	case NODE_VARIABLE: print_names(node, ret); break;
	case NODE_CHAIN: print_chain(node, ret); break;
	case NODE_DOT: strbuf_addch(ret, '.'); break;
	case NODE_NIL: strbuf_addstr(ret, "nil"); break;
	case NODE_CONSTANT:
	case NODE_IDENTIFIER: strbuf_addstr(ret, node->text); break;
	}
}
