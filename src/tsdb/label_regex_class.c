#include <string.h>

#include "base/text.h"
#include "tsdb/label_regex_escape.h"

struct class_parser {
	const char *at, *end;
	struct strbuf *out;
	struct error *error;
};

/* [:alpha:] or [:^alpha:] at `at`; NULL when there is none there; `*ret_bad` when its name is unknown. */
static const char *named_class(const char *at, const char *end, bool *ret_bad)
{
	static const char *const names[] = { "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph",
					     "lower", "print", "punct", "space", "upper", "word",  "xdigit" };
	const char *name = at + 2, *close;
	size_t length;

	*ret_bad = false;
	if (end - at < 4 || at[0] != '[' || at[1] != ':')
		return NULL;
	close = strstr(name, ":]");
	if (!close)
		return NULL;
	name += *name == '^';
	length = (size_t)(close - name);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0)
			return close + 2;
	*ret_bad = true;
	return close + 2;
}

static const char *class_character(const char *at, const char *end, uint32_t *ret)
{
	if (at >= end)
		return NULL;
	if (*at == '\\')
		return label_regex_character(at + 1, end, ret);
	return at + text_decode(at, (size_t)(end - at), ret);
}

static int class_range(struct class_parser *parser)
{
	const char *from = parser->at, *next;
	uint32_t low, high;

	next = class_character(from, parser->end, &low);
	if (!next)
		return label_regex_fail(parser->error, "an escape sequence RE2 does not have", from,
					from + 2 <= parser->end ? from + 2 : parser->end);
	label_regex_put_code(parser->out, low);
	parser->at = next;
	if (parser->end - next < 2 || next[0] != '-' || next[1] == ']')
		return 0;
	next = class_character(next + 1, parser->end, &high);
	if (!next || high < low)
		return label_regex_fail(parser->error, "a character range that is none", from,
					next ? next : parser->end);
	strbuf_addch(parser->out, '-');
	label_regex_put_code(parser->out, high);
	parser->at = next;
	return 0;
}

static int class_item(struct class_parser *parser)
{
	const char *at = parser->at, *next, *perl;
	bool bad;

	next = named_class(at, parser->end, &bad);
	if (bad)
		return label_regex_fail(parser->error, "an unknown character class", at, next);
	if (next) {
		strbuf_add(parser->out, at, (size_t)(next - at));
		parser->at = next;
		return 0;
	}
	if (*at != '\\' || at + 1 == parser->end)
		return class_range(parser);
	perl = label_regex_perl_class(at[1], true);
	if (perl) {
		strbuf_addstr(parser->out, perl);
		parser->at += 2;
		return 0;
	}
	if (at[1] != 'p' && at[1] != 'P')
		return class_range(parser);
	next = label_regex_property(parser->out, at + 1, parser->end);
	if (!next)
		return label_regex_fail(parser->error, "an unknown character class", at, at + 2);
	parser->at = next;
	return 0;
}

const char *label_regex_class(struct strbuf *out, const char *at, const char *end, struct error *error)
{
	struct class_parser parser = { .at = at + 1, .end = end, .out = out, .error = error };
	bool first = true;

	strbuf_addch(out, '[');
	if (parser.at < end && *parser.at == '^') {
		strbuf_addch(out, '^');
		parser.at++;
	}
	for (; parser.at < end && (first || *parser.at != ']'); first = false)
		if (class_item(&parser) < 0)
			return NULL;
	if (parser.at >= end) {
		label_regex_fail(error, "a [ that is not closed", at, end);
		return NULL;
	}
	strbuf_addch(out, ']');
	return parser.at + 1;
}
