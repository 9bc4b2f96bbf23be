/* Matchers as text, as amtool writes and reads them. */
#include <string.h>

#include "alert/silence.h"
#include "base/strbuf.h"
#include "tsdb/matcher.h"

#define BLANKS " \t\n\f\r"

static const struct {
	const char *text; /* the longer ones first: "=" also begins "=~" */
	bool is_regex, is_equal;
} operators[] = {
	{ "=~", true, true },
	{ "!~", true, false },
	{ "!=", false, false },
	{ "=", false, true },
};
#define OPERATOR_COUNT (sizeof(operators) / sizeof(operators[0]))

static void add_quoted(struct strbuf *buf, const char *text)
{
	strbuf_addch(buf, '"');
	for (; *text; text++) {
		if (*text == '\n')
			strbuf_addstr(buf, "\\n");
		else if (*text == '"' || *text == '\\')
			strbuf_addf(buf, "\\%c", *text);
		else
			strbuf_addch(buf, *text);
	}
	strbuf_addch(buf, '"');
}

static size_t name_length(const char *text)
{
	size_t length = 0;

	while ((text[length] >= 'a' && text[length] <= 'z') || (text[length] >= 'A' && text[length] <= 'Z') ||
	       text[length] == '_' || text[length] == ':' || (length && text[length] >= '0' && text[length] <= '9'))
		length++;
	return length;
}

void silence_add_matchers(struct strbuf *buf, const struct silence *silence)
{
	for (size_t i = 0; i < silence->matcher_count; i++) {
		const struct silence_matcher *matcher = &silence->matchers[i];
		size_t length = name_length(matcher->name);

		if (i)
			strbuf_addstr(buf, ", ");
		if (length && !matcher->name[length])
			strbuf_addstr(buf, matcher->name);
		else
			add_quoted(buf, matcher->name);
		for (size_t at = 0; at < OPERATOR_COUNT; at++)
			if (operators[at].is_regex == matcher->is_regex && operators[at].is_equal == matcher->is_equal)
				strbuf_addstr(buf, operators[at].text);
		add_quoted(buf, matcher->value);
	}
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, BLANKS);
}

static void trim_end(char *text)
{
	size_t length = strlen(text);

	while (length && strchr(BLANKS, text[length - 1]))
		text[--length] = '\0';
}

/* What a backslash and the character behind it stand for; others stand for themselves, backslash and all. */
static const char *unescape(const char *text, char *out)
{
	if (text[1] == 'n' || text[1] == '"' || text[1] == '\\') {
		out[0] = text[1] == 'n' ? '\n' : text[1];
		out[1] = '\0';
		return text + 2;
	}
	out[0] = '\\';
	out[1] = '\0';
	return text + 1;
}

/* A quoted text at `*text`, into the arena; NULL when it does not end. `*text` moves behind it. */
static const char *read_quoted(const char **text, struct arena *arena)
{
	struct strbuf value = STRBUF_INIT;
	const char *at = *text + 1, *result;
	char plain[2];

	while (*at && *at != '"') {
		if (*at == '\\') {
			at = unescape(at, plain);
			strbuf_addstr(&value, plain);
		} else {
			strbuf_addch(&value, *at++);
		}
	}
	result = *at == '"' ? arena_strdup(arena, value.text) : NULL;
	*text = *at == '"' ? at + 1 : at;
	strbuf_release(&value);
	return result;
}

/* Up to the end, backslashes as above; NULL when a quote stands in it. */
static const char *read_bare(const char *text, struct arena *arena)
{
	struct strbuf value = STRBUF_INIT;
	const char *result = NULL;
	char plain[2];

	while (*text && *text != '"') {
		if (*text == '\\') {
			text = unescape(text, plain);
			strbuf_addstr(&value, plain);
		} else {
			strbuf_addch(&value, *text++);
		}
	}
	if (!*text)
		result = arena_strdup(arena, value.text);
	strbuf_release(&value);
	return result;
}

static int read_name(const char **text, struct silence_matcher *ret, struct arena *arena)
{
	size_t length;

	if (**text == '"') {
		ret->name = read_quoted(text, arena);
		return ret->name && *ret->name ? 0 : -1;
	}
	length = name_length(*text);
	ret->name = arena_strndup(arena, *text, length);
	*text += length;
	return length ? 0 : -1;
}

/* One matcher, without blanks at its end. */
static int read_matcher(const char *text, struct silence_matcher *ret, struct arena *arena, struct error *error)
{
	const char *whole = text;
	struct matcher compiled = { 0 };
	struct error reason;
	size_t at = 0;
	int result;

	text = skip_blanks(text);
	if (read_name(&text, ret, arena))
		return error_set(error, "'%.60s' is no matcher (like name=\"value\")", whole);
	text = skip_blanks(text);
	while (at < OPERATOR_COUNT && strncmp(text, operators[at].text, strlen(operators[at].text)) != 0)
		at++;
	if (at == OPERATOR_COUNT)
		return error_set(error, "'%.60s' lacks one of = != =~ !~", whole);
	ret->is_regex = operators[at].is_regex;
	ret->is_equal = operators[at].is_equal;
	text = skip_blanks(text + strlen(operators[at].text));
	if (*text == '"') {
		ret->value = read_quoted(&text, arena);
		if (!ret->value)
			return error_set(error, "a quote is missing at the end of '%.60s'", whole);
		if (*text)
			return error_set(error, "'%.60s' goes on behind its closing quote (write \\\" inside a value)",
					 whole);
	} else {
		ret->value = read_bare(text, arena);
		if (!ret->value)
			return error_set(error, "a quote inside '%.60s' (put the value in quotes, and write \\\")",
					 whole);
	}
	compiled.value = ret->value;
	compiled.kind = ret->is_regex ? MATCHER_REGEX : MATCHER_EQUAL;
	result = matcher_compile(&compiled, false, &reason);
	matcher_release(&compiled);
	return result ? error_set(error, "%.60s: %.300s", ret->name, reason.text) : 0;
}

/* The length of the matcher at `text`: up to a comma outside quotes, or the end. */
static size_t matcher_length(const char *text)
{
	bool quoted = false, escaped = false;
	size_t length;

	for (length = 0; text[length]; length++) {
		char ch = text[length];

		if (ch == ',' && !quoted)
			break;
		if (ch == '"' && !escaped)
			quoted = !quoted;
		escaped = ch == '\\' && !escaped;
	}
	return length;
}

/* A copy without the pair of braces and the blanks around it. */
static char *unwrap(const char *text, struct arena *arena)
{
	char *copy = arena_strdup(arena, skip_blanks(text));
	size_t length;

	trim_end(copy);
	length = strlen(copy);
	if (length > 1 && copy[0] == '{' && copy[length - 1] == '}') {
		copy[length - 1] = '\0';
		copy++;
		copy += strspn(copy, BLANKS);
		trim_end(copy);
	}
	return copy;
}

int silence_read_matchers(struct silence *ret, const char *text, struct arena *arena, struct error *error)
{
	struct silence_matcher matchers[SILENCE_MATCHERS_MAX];
	struct silence_matcher *copy;
	size_t count = 0;

	if (strlen(text) > SILENCE_TEXT_MAX)
		return error_set(error, "the matchers are over %d KiB", SILENCE_TEXT_MAX / 1024);
	text = unwrap(text, arena);
	while (*text) {
		size_t length = matcher_length(text);
		char *one = arena_strndup(arena, text, length);

		if (count == SILENCE_MATCHERS_MAX)
			return error_set(error, "over %d matchers", SILENCE_MATCHERS_MAX);
		trim_end(one);
		matchers[count] = (struct silence_matcher){ 0 };
		if (read_matcher(one, &matchers[count++], arena, error))
			return -1;
		text = skip_blanks(text + length + (text[length] == ','));
	}
	if (!count)
		return error_set(error, "a matcher is missing (like alertname=\"NAME\")");
	copy = arena_array(arena, count, sizeof(*copy));
	memcpy(copy, matchers, count * sizeof(*copy));
	ret->matchers = copy;
	ret->matcher_count = count;
	return 0;
}
