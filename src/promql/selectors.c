#include "promql/selectors.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "promql/lexer.h"

#define SELECTORS_MAX 1000
#define MATCHERS_MAX  1000

/* Reads with one token of looking ahead: `now` is the present one, `next` the one behind it. */
struct reader {
	struct lexer lexer;
	struct token now, next;
	struct arena *arena;
	VEC(struct selector) selectors;
	VEC(struct matcher) matchers; /* of the selector in hand */
};

static void advance(struct reader *reader)
{
	reader->now = reader->next;
	reader->next = lexer_next(&reader->lexer);
}

static char *copy(struct reader *reader, const struct token *token)
{
	return arena_strndup(reader->arena, token->text, token->length);
}

static bool matcher_operator(enum token_kind kind, enum matcher_kind *ret)
{
	switch (kind) {
	case TOKEN_ASSIGN: *ret = MATCHER_EQUAL; return true;
	case TOKEN_NOT_EQUAL: *ret = MATCHER_NOT_EQUAL; return true;
	case TOKEN_REGEX: *ret = MATCHER_REGEX; return true;
	case TOKEN_NOT_REGEX: *ret = MATCHER_NOT_REGEX; return true;
	default: return false;
	}
}

/* `label op "value"`, or a quoted metric name alone. What is neither is passed over. */
static void read_matcher(struct reader *reader, struct selector *selector)
{
	struct matcher matcher = { 0 };
	bool quoted = reader->now.kind == TOKEN_STRING;

	if (!quoted && reader->now.kind != TOKEN_IDENTIFIER) {
		advance(reader);
		return;
	}
	matcher.label = quoted ? token_string(&reader->now, reader->arena, NULL) : copy(reader, &reader->now);
	advance(reader);
	if (!matcher_operator(reader->now.kind, &matcher.kind)) {
		if (quoted && !selector->metric)
			selector->metric = matcher.label;
		return;
	}
	advance(reader);
	if (reader->now.kind != TOKEN_STRING)
		return;
	matcher.value = token_string(&reader->now, reader->arena, NULL);
	advance(reader);
	if (!matcher.label || !matcher.value || reader->matchers.count >= MATCHERS_MAX)
		return;
	vec_push(&reader->matchers, matcher);
	if (!selector->metric && matcher.kind == MATCHER_EQUAL && strcmp(matcher.label, "__name__") == 0)
		selector->metric = matcher.value;
}

static void read_matchers(struct reader *reader, struct selector *selector)
{
	vec_clear(&reader->matchers);
	advance(reader); /* { */
	while (reader->now.kind != TOKEN_RIGHT_BRACE && reader->now.kind != TOKEN_END)
		read_matcher(reader, selector);
	if (reader->now.kind == TOKEN_RIGHT_BRACE)
		advance(reader);
	selector->matcher_count = reader->matchers.count;
	if (!selector->matcher_count)
		return;
	selector->matchers = arena_array(reader->arena, selector->matcher_count, sizeof(*selector->matchers));
	memcpy(selector->matchers, reader->matchers.items, selector->matcher_count * sizeof(*selector->matchers));
}

/* `[5m]`; a subquery `[1h:1m]` runs over an instant selector and counts as none. */
static int64_t read_window(struct reader *reader)
{
	int64_t window_ms = 0;
	bool subquery = false;

	advance(reader); /* [ */
	if (reader->now.kind == TOKEN_DURATION)
		window_ms = reader->now.duration_ms;
	else if (reader->now.kind == TOKEN_NUMBER && reader->now.number > 0 && reader->now.number < 1e9)
		window_ms = (int64_t)(reader->now.number * 1000.);
	while (reader->now.kind != TOKEN_RIGHT_BRACKET && reader->now.kind != TOKEN_END) {
		subquery |= reader->now.kind == TOKEN_COLON;
		advance(reader);
	}
	if (reader->now.kind == TOKEN_RIGHT_BRACKET)
		advance(reader);
	return subquery ? 0 : window_ms;
}

static void read_selector(struct reader *reader)
{
	struct selector selector = { 0 };

	if (reader->now.kind != TOKEN_LEFT_BRACE) {
		selector.metric = copy(reader, &reader->now);
		advance(reader);
	}
	if (reader->now.kind == TOKEN_LEFT_BRACE)
		read_matchers(reader, &selector);
	if (reader->now.kind == TOKEN_LEFT_BRACKET)
		selector.window_ms = read_window(reader);
	if (selector.metric || selector.matcher_count)
		vec_push(&reader->selectors, selector);
}

/* `by (job, instance)`: the names in it are labels. */
static void skip_labels(struct reader *reader)
{
	advance(reader);
	if (reader->now.kind != TOKEN_LEFT_PAREN)
		return;
	while (reader->now.kind != TOKEN_RIGHT_PAREN && reader->now.kind != TOKEN_END)
		advance(reader);
	if (reader->now.kind == TOKEN_RIGHT_PAREN)
		advance(reader);
}

static bool takes_labels(enum token_kind kind)
{
	return kind == TOKEN_BY || kind == TOKEN_WITHOUT || kind == TOKEN_ON || kind == TOKEN_IGNORING ||
	       kind == TOKEN_GROUP_LEFT || kind == TOKEN_GROUP_RIGHT;
}

/* A name not followed by '(' is a metric. So is a word of the grammar directly before '{', `count{}`. */
static bool begins_selector(const struct reader *reader)
{
	switch (reader->now.kind) {
	case TOKEN_LEFT_BRACE:
	case TOKEN_METRIC_IDENTIFIER: return true;
	case TOKEN_IDENTIFIER: return reader->next.kind != TOKEN_LEFT_PAREN;
	default:
		return reader->now.kind >= TOKEN_AND && reader->next.kind == TOKEN_LEFT_BRACE &&
		       token_is_aggregation(reader->now.kind);
	}
}

void selectors_read(const char *expression, struct arena *arena, struct selectors *ret)
{
	struct reader reader = { .arena = arena };

	*ret = (struct selectors){ 0 };
	lexer_init(&reader.lexer, expression, strlen(expression));
	reader.next = lexer_next(&reader.lexer);
	advance(&reader);
	while (reader.now.kind != TOKEN_END && reader.selectors.count < SELECTORS_MAX) {
		if (begins_selector(&reader))
			read_selector(&reader);
		else if (takes_labels(reader.now.kind))
			skip_labels(&reader);
		else
			advance(&reader);
	}
	ret->count = reader.selectors.count;
	if (ret->count) {
		ret->items = arena_array(arena, ret->count, sizeof(*ret->items));
		memcpy(ret->items, reader.selectors.items, ret->count * sizeof(*ret->items));
	}
	for (size_t i = 0; i < ret->count; i++)
		if (ret->items[i].window_ms > ret->longest_window_ms)
			ret->longest_window_ms = ret->items[i].window_ms;
	vec_release(&reader.selectors);
	vec_release(&reader.matchers);
}

const char *selector_equal(const struct selector *selector, const char *label)
{
	for (size_t i = 0; i < selector->matcher_count; i++)
		if (selector->matchers[i].kind == MATCHER_EQUAL && strcmp(selector->matchers[i].label, label) == 0)
			return selector->matchers[i].value;
	return NULL;
}
