#include "tsdb/label_regex_syntax.h"

#include <string.h>

#include "base/text.h"
#include "tsdb/label_regex_escape.h"

#define REPEAT_MOST 1000 /* also of repetitions inside repetitions, as RE2 counts */
#define DEPTH_MOST  1000u

enum flag { FLAG_CASELESS = 1u << 0, FLAG_LINES = 1u << 1, FLAG_DOTALL = 1u << 2, FLAG_UNGREEDY = 1u << 3 };

/* What a repetition operator would apply to. */
enum before { BEFORE_NOTHING, BEFORE_ATOM, BEFORE_REPEAT };

struct frame {
	unsigned flags; /* to go back to */
	int repeats;    /* largest product of counts so far */
};

struct parser {
	const char *at, *end;
	struct strbuf *out;
	struct label_regex_groups *groups;
	struct arena *arena;
	struct error *error;
	unsigned flags;
	enum before before;
	int atom_repeats; /* of the last atom, its inside included */
	int repeats;      /* largest of this group */
	VEC(struct frame) frames;
};

/* ---- help ---- */

static int fail(struct parser *parser, const char *what, const char *from, const char *to)
{
	return label_regex_fail(parser->error, what, from, to);
}

static void atom(struct parser *parser)
{
	parser->before = BEFORE_ATOM;
	parser->atom_repeats = 1;
}

/* Assertions come in groups, so that they may be repeated as in RE2. */
static void put_atom(struct parser *parser, const char *text)
{
	strbuf_addstr(parser->out, text);
	atom(parser);
}

static void put_flags(struct parser *parser, unsigned from, unsigned to)
{
	static const struct {
		unsigned flag;
		char letter;
	} passed[] = { { FLAG_CASELESS, 'i' }, { FLAG_UNGREEDY, 'U' } };

	for (size_t i = 0; i < sizeof(passed) / sizeof(*passed); i++)
		if ((from ^ to) & passed[i].flag)
			strbuf_addf(parser->out, to & passed[i].flag ? "(?%c)" : "(?-%c)", passed[i].letter);
}

/* ---- escapes ---- */

static int literal(struct parser *parser)
{
	uint32_t code;
	size_t bytes = text_decode(parser->at, (size_t)(parser->end - parser->at), &code);

	label_regex_put_code(parser->out, code);
	parser->at += bytes;
	atom(parser);
	return 0;
}

/* \Q...\E: everything between is itself; without \E to the end. */
static int quoted(struct parser *parser)
{
	for (parser->at += 2; parser->at < parser->end;) {
		if (parser->at[0] == '\\' && parser->at[1] == 'E') {
			parser->at += 2;
			return 0;
		}
		literal(parser);
	}
	return 0;
}

static int escape(struct parser *parser)
{
	const char *at = parser->at + 1, *next = NULL, *class;
	uint32_t code;

	if (at == parser->end)
		return fail(parser, "a backslash at the end", parser->at, at);
	switch (*at) {
	case 'A':
	case 'z':
	case 'b':
	case 'B':
		strbuf_addf(parser->out, "(?:\\%c)", *at);
		next = at + 1;
		break;
	case 'Q': return quoted(parser);
	case 'p':
	case 'P': next = label_regex_property(parser->out, at, parser->end); break;
	default:
		class = label_regex_perl_class(*at, false);
		if (class) {
			strbuf_addstr(parser->out, class);
			next = at + 1;
			break;
		}
		next = label_regex_character(at, parser->end, &code);
		if (next)
			label_regex_put_code(parser->out, code);
		break;
	}
	if (!next)
		return fail(parser, "an escape sequence RE2 does not have", parser->at, at + 1);
	parser->at = next;
	atom(parser);
	return 0;
}

static int class(struct parser *parser)
{
	const char *next = label_regex_class(parser->out, parser->at, parser->end, parser->error);

	if (!next)
		return -1;
	parser->at = next;
	atom(parser);
	return 0;
}

/* ---- groups ---- */

static void open_group(struct parser *parser, const char *text, unsigned flags)
{
	vec_push(&parser->frames, (struct frame){ .flags = parser->flags, .repeats = parser->repeats });
	strbuf_addstr(parser->out, text);
	put_flags(parser, parser->flags, flags);
	parser->flags = flags;
	parser->repeats = 1;
	parser->before = BEFORE_NOTHING;
}

static int close_group(struct parser *parser)
{
	struct frame *frame;

	if (!parser->frames.count)
		return fail(parser, "a ) that nothing opened", parser->at, parser->end);
	frame = &parser->frames.items[--parser->frames.count];
	strbuf_addch(parser->out, ')');
	atom(parser);
	parser->atom_repeats = parser->repeats;
	if (frame->repeats > parser->repeats)
		parser->repeats = frame->repeats;
	parser->flags = frame->flags;
	parser->at++;
	return 0;
}

static int named_group(struct parser *parser, const char *name)
{
	const char *close = name;
	struct label_regex_group group = { .number = ++parser->groups->count };

	while (close < parser->end && label_regex_is_word(*close))
		close++;
	if (close == name || close == parser->end || *close != '>')
		return fail(parser, "a group name that is none", parser->at, close);
	group.name = arena_strndup(parser->arena, name, (size_t)(close - name));
	for (size_t i = 0; i < parser->groups->names.count; i++)
		if (strcmp(parser->groups->names.items[i].name, group.name) == 0)
			return fail(parser, "a group name given twice", name, close);
	vec_push(&parser->groups->names, group);
	parser->at = close + 1;
	open_group(parser, "(", parser->flags);
	return 0;
}

static unsigned flag_of(char letter)
{
	switch (letter) {
	case 'i': return FLAG_CASELESS;
	case 'm': return FLAG_LINES;
	case 's': return FLAG_DOTALL;
	case 'U': return FLAG_UNGREEDY;
	default: return 0;
	}
}

/* (?i), (?i-s:...), (?:...). */
static int flag_group(struct parser *parser)
{
	const char *at = parser->at + 2;
	unsigned flags = parser->flags;
	bool off = false, any = false;

	for (; at < parser->end; at++) {
		if (*at == '-' && !off) {
			off = true;
			any = false;
		} else if (flag_of(*at)) {
			flags = off ? flags & ~flag_of(*at) : flags | flag_of(*at);
			any = true;
		} else {
			break;
		}
	}
	if (at == parser->end || (*at != ':' && *at != ')') || (off && !any))
		return fail(parser, "a group RE2 does not have", parser->at, at < parser->end ? at + 1 : parser->end);
	parser->at = at + 1;
	if (*at == ':') {
		open_group(parser, "(?:", flags);
		return 0;
	}
	put_flags(parser, parser->flags, flags);
	parser->flags = flags;
	return 0;
}

static int group(struct parser *parser)
{
	const char *at = parser->at;

	if (parser->frames.count >= DEPTH_MOST)
		return fail(parser, "nested too deeply (at most 1000)", at, parser->end);
	if (at[1] != '?') {
		parser->groups->count++;
		parser->at++;
		open_group(parser, "(", parser->flags);
		return 0;
	}
	if (at[2] == 'P' && at[3] == '<')
		return named_group(parser, at + 4);
	if (at[2] == '<' && at[3] != '=' && at[3] != '!')
		return named_group(parser, at + 3);
	return flag_group(parser);
}

/* ---- repetition ---- */

/* {n}, {n,} or {n,m}: returns where it ends; NULL when it is none, and the brace is itself. */
static const char *counts(const char *at, const char *end, long *ret_low, long *ret_high)
{
	long *number = ret_low;
	bool digits = false;

	*ret_low = *ret_high = 0;
	for (at++; at < end; at++) {
		if (*at >= '0' && *at <= '9') {
			*number = *number > REPEAT_MOST ? *number : *number * 10 + (*at - '0');
			digits = true;
		} else if (*at == ',' && number == ret_low && digits) {
			number = ret_high;
			digits = false;
		} else {
			break;
		}
	}
	if (at == end || *at != '}' || (number == ret_low && !digits))
		return NULL;
	if (number == ret_low)
		*ret_high = *ret_low;
	else if (!digits)
		*ret_high = -1;
	return at + 1;
}

static int repeat(struct parser *parser, const char *end, long low, long high)
{
	const char *from = parser->at;
	long most = high < 0 ? low : high;

	if (parser->before == BEFORE_NOTHING)
		return fail(parser, "nothing to repeat", from, end);
	if (parser->before == BEFORE_REPEAT)
		return fail(parser, "a repetition of a repetition", from, end);
	if (low > REPEAT_MOST || high > REPEAT_MOST || (high >= 0 && high < low) ||
	    (most > 0 && parser->atom_repeats * most > REPEAT_MOST))
		return fail(parser, "a repeat count that is none (at most 1000)", from, end);
	if (most > 0)
		parser->atom_repeats *= (int)most;
	if (parser->atom_repeats > parser->repeats)
		parser->repeats = parser->atom_repeats;
	if (end < parser->end && *end == '?')
		end++;
	strbuf_add(parser->out, from, (size_t)(end - from));
	parser->at = end;
	parser->before = BEFORE_REPEAT;
	return 0;
}

static int brace(struct parser *parser)
{
	long low, high;
	const char *end = counts(parser->at, parser->end, &low, &high);

	return end ? repeat(parser, end, low, high) : literal(parser);
}

/* ---- all ---- */

static int step(struct parser *parser)
{
	bool lines = parser->flags & FLAG_LINES;

	switch (*parser->at) {
	case '\\': return escape(parser);
	case '[': return class(parser);
	case '(': return group(parser);
	case ')': return close_group(parser);
	case '{': return brace(parser);
	case '*':
	case '+':
	case '?': return repeat(parser, parser->at + 1, 0, 0);
	case '.': put_atom(parser, parser->flags & FLAG_DOTALL ? "." : "[^\\n]"); break;
	case '^': put_atom(parser, lines ? "(?:\\A|(?<=\\n))" : "(?:\\A)"); break;
	case '$': put_atom(parser, lines ? "(?:(?=\\n)|\\z)" : "(?:\\z)"); break;
	case '|':
		strbuf_addch(parser->out, '|');
		parser->before = BEFORE_NOTHING;
		break;
	default: return literal(parser);
	}
	parser->at++;
	return 0;
}

static int check_utf8(struct parser *parser)
{
	for (const char *at = parser->at; at < parser->end;) {
		uint32_t code;
		size_t bytes = text_decode(at, (size_t)(parser->end - at), &code);

		if (code == TEXT_REPLACEMENT && bytes == 1)
			return fail(parser, "not UTF-8", "", "");
		at += bytes;
	}
	return 0;
}

int label_regex_translate(const char *pattern, bool dot_newline, struct strbuf *ret, struct label_regex_groups *groups,
			  struct arena *arena, struct error *error)
{
	struct parser parser = { .at = pattern,
				 .end = pattern + strlen(pattern),
				 .out = ret,
				 .groups = groups,
				 .arena = arena,
				 .error = error,
				 .flags = dot_newline ? FLAG_DOTALL : 0,
				 .repeats = 1 };
	int status = check_utf8(&parser);

	while (status == 0 && parser.at < parser.end)
		status = step(&parser);
	if (status == 0 && parser.frames.count)
		status = fail(&parser, "a ( that is not closed", pattern, parser.end);
	vec_release(&parser.frames);
	return status;
}
