/*
 * A template as a tree: what Go's text/template parses. Positions are bytes
 * of the text. All of it lies in the arena it was parsed into.
 */
#ifndef ALERT_TEMPLATE_TREE_H
#define ALERT_TEMPLATE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "alert/template_lexer.h"
#include "alert/template_value.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/vec.h"

enum template_node_kind {
	NODE_LIST,
	NODE_TEXT,
	NODE_ACTION, /* {{ pipe }} */
	NODE_IF,
	NODE_WITH,
	NODE_RANGE,
	NODE_TEMPLATE,
	NODE_BREAK,
	NODE_CONTINUE,
	NODE_PIPE,
	NODE_COMMAND,
	/* operands of a command */
	NODE_DOT,
	NODE_NIL,
	NODE_CONSTANT,
	NODE_IDENTIFIER,
	NODE_FIELD,    /* .a.b */
	NODE_VARIABLE, /* $x.a.b */
	NODE_CHAIN,    /* (pipe).a.b */
};

struct template_node {
	enum template_node_kind kind;
	size_t position;
	const char *text;             /* of a text node: what is printed; else as it was written */
	size_t length;                /* of the text node's text */
	struct template_node **items; /* of a list, a pipe's commands, a command's operands */
	size_t count;
	const char **names; /* fields, without dots; a variable's own name first */
	size_t name_count;
	struct template_node *pipe; /* of an action or control; what a chain begins with */
	struct template_node *body, *otherwise;
	const char *variables[2]; /* that a pipe sets */
	size_t variable_count;
	bool assigns; /* = and not := */
	struct template_value constant;
};

struct template_definition {
	const char *name;
	struct template_node *root;
};

struct template_tree {
	struct arena *arena;
	const char *text;
	struct template_node *root;
	VEC(struct template_definition) definitions;
};

/* What is wrong, and where. */
struct template_fault {
	size_t position;
	char text[ERROR_TEXT_MAX];
};

/* -1 with the fault. Release the tree either way. */
int template_parse(struct template_tree *ret, const char *text, struct arena *arena, struct template_fault *fault);
void template_tree_release(struct template_tree *tree);

struct template_node *template_tree_find(const struct template_tree *tree, const char *name);

/* Is there nothing but blanks in it? */
bool template_node_is_empty(const struct template_node *node);

/* Write a node as Go prints it in a failure. */
void template_node_print(const struct template_node *node, struct strbuf *ret);

#endif
