/* Expressions: what parses prints, and what was printed parses and prints as itself; what does not says where. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "promql/promql.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tree(const struct expr *expr, size_t length)
{
	never(expr->type == VALUE_NONE || expr->position + expr->length > length || !expr->depth || expr->depth > 2000);
}

/* Printed twice the text is the same. Strings grow when they are escaped, so a long one may be beyond the limit. */
static void check_print(const struct promql *promql, const struct promql_syntax *syntax)
{
	struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct promql *again;
	struct error error;

	promql_print(promql->root, &once);
	again = promql_parse(once.text, syntax, &error);
	never(!again && once.length <= 65536);
	if (again) {
		promql_print(again->root, &twice);
		never(strcmp(once.text, twice.text) != 0 || again->root->type != promql->root->type ||
		      again->selector_count != promql->selector_count);
	}
	promql_free(again);
	strbuf_release(&once);
	strbuf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct promql_syntax syntax = { .left_open = size && data[0] % 2 };
	char *text = strndup(size ? (const char *)data + 1 : "", size ? size - 1 : 0);
	struct error error = { 0 };
	struct promql *promql = promql_parse(text, &syntax, &error);
	unsigned line, column;

	if (promql) {
		check_tree(promql->root, strlen(text));
		for (size_t i = 0; i < promql->selector_count; i++) {
			check_tree(promql->selectors[i], strlen(text));
			always(promql->selectors[i]->selector.index == i);
		}
		check_print(promql, &syntax);
	} else {
		always(sscanf(error.text, "%u:%u: parse error: ", &line, &column) == 2 && line && column);
	}
	promql_free(promql);
	free(text);
	return 0;
}
