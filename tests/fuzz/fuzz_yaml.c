#include <stddef.h>
#include <stdint.h>

#include "invariant.h"
#include "config/option.h"
#include "config/yaml.h"

struct settings {
	const char *text;
	struct option_strings strings, pairs;
	bool flag;
	int64_t number, wait_ms;
	double share;
	struct option_size size;
	int choice;
	const struct yaml_node *node;
};

static const char *const choices[] = { "one", "two", NULL };

#define AT(member) .offset = offsetof(struct settings, member)
static const struct option table[] = {
	{ "text", 0, OPTION_STRING, AT(text), .required = true },
	{ "strings", 0, OPTION_STRINGS, AT(strings) },
	{ "pairs", 0, OPTION_PAIRS, AT(pairs) },
	{ "flag", 0, OPTION_BOOL, AT(flag) },
	{ "number", 0, OPTION_INT, AT(number), .minimum = 1, .maximum = 9 },
	{ "wait", 0, OPTION_DURATION, AT(wait_ms), .minimum = 0, .maximum = 1e12 },
	{ "share", 0, OPTION_NUMBER, AT(share) },
	{ "size", 0, OPTION_SIZE, AT(size) },
	{ "choice", 0, OPTION_CHOICE, AT(choice), .choices = choices },
	{ "node", 0, OPTION_NODE, AT(node) },
	{ 0 },
};
#undef AT

/* Every pointer of the tree is followed. */
static size_t visit(const struct yaml_node *node, unsigned depth)
{
	size_t sum = node->text[0] + (yaml_is_null(node) ? 1u : 0u);

	never(!node->line || !node->column || depth > YAML_LIMIT_DEPTH);
	for (size_t i = 0; i < node->count; i++) {
		never(node->kind == YAML_MAPPING && !yaml_get(node, node->items[i]->key));
		sum += visit(node->items[i], depth + 1);
	}
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yaml_document document;
	struct error_list errors = { 0 };
	struct settings settings = { 0 };
	struct arena arena = { 0 };
	char text[256];

	if (!yaml_parse(&document, (const char *)data, size, "fuzz", &errors)) {
		never(errors.errors);
		if (document.root) {
			visit(document.root, 0);
			option_read_yaml(table, &settings, document.root, "fuzz", &arena, &errors);
		}
	} else {
		always(errors.errors && !document.root);
	}
	for (size_t i = 0; i < errors.count; i++)
		fault_format(&errors.faults[i], text, sizeof(text));
	error_list_release(&errors);
	yaml_document_release(&document);
	arena_release(&arena);
	return 0;
}
