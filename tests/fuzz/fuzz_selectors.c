/* Expressions: every token lies in the text, reading ends, selectors hold no NULL where there is a matcher. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "promql/lexer.h"
#include "promql/selectors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct arena arena = { 0 };
	struct selectors selectors;
	struct lexer lexer;
	struct token token;
	size_t end = 0;

	lexer_init(&lexer, (const char *)data, size);
	while ((token = lexer_next(&lexer)).kind != TOKEN_END) {
		never(token.position < end || !token.length || token.position + token.length > size);
		end = token.position + token.length;
		if (token.kind == TOKEN_STRING)
			token_string(&token, &arena, NULL);
		never((token.kind == TOKEN_ERROR) != (token.error != NULL));
	}
	selectors_read(text, &arena, &selectors);
	for (size_t i = 0; i < selectors.count; i++) {
		never(!selectors.items[i].metric && !selectors.items[i].matcher_count);
		for (size_t at = 0; at < selectors.items[i].matcher_count; at++)
			never(!selectors.items[i].matchers[at].label || !selectors.items[i].matchers[at].value);
	}
	arena_release(&arena);
	free(text);
	return 0;
}
