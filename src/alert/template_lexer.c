#include "alert/template_lexer.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define LEFT    "{{"
#define RIGHT   "}}"
#define COMMENT "/*"
#define BLANKS  " \t\r\n"

struct lexing {
	struct template_tokens *tokens;
	const char *text;
	const char *at;
	unsigned parens;
	bool trims; /* the action that just ended takes the blanks behind it */
};

static const struct {
	const char *word;
	enum template_token_kind kind;
} words[] = {
	{ "block", WORD_BLOCK },
	{ "break", WORD_BREAK },
	{ "continue", WORD_CONTINUE },
	{ "define", WORD_DEFINE },
	{ "else", WORD_ELSE },
	{ "end", WORD_FINISH },
	{ "if", WORD_IF },
	{ "nil", WORD_NIL },
	{ "range", WORD_RANGE },
	{ "template", WORD_TEMPLATE },
	{ "with", WORD_WITH },
	{ "true", WORD_BOOL },
	{ "false", WORD_BOOL },
};

static bool is_blank(char ch)
{
	return ch && strchr(BLANKS, ch);
}

/* Letters beyond ASCII are letters. */
static bool is_word(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || (unsigned char)ch >= 0x80;
}

static void push(struct lexing *lexing, enum template_token_kind kind, const char *start, size_t length)
{
	vec_push(&lexing->tokens->items,
		 (struct template_token){
			 .kind = kind, .position = (size_t)(start - lexing->text), .text = start, .length = length });
}

static bool fail(struct lexing *lexing, const char *at, const char *why)
{
	vec_push(&lexing->tokens->items, (struct template_token){ .kind = WORD_ERROR,
								  .position = (size_t)(at - lexing->text),
								  .text = why,
								  .length = strlen(why) });
	return false;
}

/* "- " behind {{ or " -" before }}. */
static bool trims_left(const char *at)
{
	return at[0] == '-' && is_blank(at[1]);
}

static bool trims_right(const char *at)
{
	return is_blank(at[0]) && at[1] == '-' && strncmp(at + 2, RIGHT, 2) == 0;
}

/* Up to the next action; false at the end of the text. */
static bool lex_text(struct lexing *lexing)
{
	const char *start = lexing->at, *next, *end;

	if (lexing->trims)
		start += strspn(start, BLANKS);
	lexing->trims = false;
	next = strstr(start, LEFT);
	end = next ? next : start + strlen(start);
	lexing->at = end;
	if (next && trims_left(next + 2))
		while (end > start && is_blank(end[-1]))
			end--;
	if (end > start)
		push(lexing, WORD_TEXT, start, (size_t)(end - start));
	return next != NULL;
}

static bool lex_comment(struct lexing *lexing)
{
	const char *end = strstr(lexing->at + 2, "*/");

	if (!end)
		return fail(lexing, lexing->at, "unclosed comment");
	end += 2;
	lexing->trims = trims_right(end);
	if (lexing->trims)
		end += 2;
	if (strncmp(end, RIGHT, 2) != 0)
		return fail(lexing, lexing->at, "comment ends before closing delimiter");
	lexing->at = end + 2;
	return true;
}

/* What may stand behind a word. */
static bool is_end_of_word(const char *at)
{
	return !*at || is_blank(*at) || strchr(".,|:)(}", *at);
}

static bool lex_word(struct lexing *lexing)
{
	const char *start = lexing->at, *end = start + 1;
	enum template_token_kind kind = WORD_IDENTIFIER;

	if (*start == '.')
		kind = WORD_FIELD;
	else if (*start == '$')
		kind = WORD_VARIABLE;
	while (is_word(*end))
		end++;
	if (!is_end_of_word(end))
		return fail(lexing, end, "bad character behind a word");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].word) == (size_t)(end - start) &&
		    memcmp(words[i].word, start, (size_t)(end - start)) == 0)
			kind = words[i].kind;
	push(lexing, kind, start, (size_t)(end - start));
	lexing->at = end;
	return true;
}

static bool lex_number(struct lexing *lexing)
{
	const char *start = lexing->at, *end = start, *digits = "0123456789_", *exponent = "eE";

	end += *end == '+' || *end == '-';
	if (*end == '0' && end[1] && strchr("xX", end[1])) {
		digits = "0123456789abcdefABCDEF_";
		exponent = "pP";
		end += 2;
	} else if (*end == '0' && end[1] && strchr("oObB", end[1])) {
		end += 2;
	}
	end += strspn(end, digits);
	if (*end == '.')
		end += 1 + strspn(end + 1, digits);
	if (*end && strchr(exponent, *end)) {
		end++;
		end += *end == '+' || *end == '-';
		end += strspn(end, "0123456789_");
	}
	if (is_word(*end))
		return fail(lexing, start, "bad number syntax");
	push(lexing, WORD_NUMBER, start, (size_t)(end - start));
	lexing->at = end;
	return true;
}

static bool lex_quoted(struct lexing *lexing, enum template_token_kind kind, const char *why)
{
	const char *start = lexing->at, *end = start + 1;

	for (; *end != *start; end++) {
		if (kind != WORD_RAW_STRING && *end == '\\' && end[1] && end[1] != '\n')
			end++;
		else if (!*end || (kind != WORD_RAW_STRING && *end == '\n'))
			return fail(lexing, start, why);
	}
	push(lexing, kind, start, (size_t)(end + 1 - start));
	lexing->at = end + 1;
	return true;
}

static bool lex_sign(struct lexing *lexing)
{
	static const struct {
		const char *text;
		enum template_token_kind kind;
	} signs[] = {
		{ ":=", WORD_DECLARE },   { "=", WORD_ASSIGN },      { "|", WORD_PIPE },
		{ "(", WORD_LEFT_PAREN }, { ")", WORD_RIGHT_PAREN },
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t length = strlen(signs[i].text);

		if (strncmp(lexing->at, signs[i].text, length) != 0)
			continue;
		if (signs[i].kind == WORD_RIGHT_PAREN && !lexing->parens)
			return fail(lexing, lexing->at, "unexpected right paren");
		lexing->parens += (signs[i].kind == WORD_LEFT_PAREN) - (signs[i].kind == WORD_RIGHT_PAREN);
		push(lexing, signs[i].kind, lexing->at, length);
		lexing->at += length;
		return true;
	}
	if (*lexing->at == ':')
		return fail(lexing, lexing->at, "expected :=");
	if (!isprint((unsigned char)*lexing->at))
		return fail(lexing, lexing->at, "unrecognized character in action");
	push(lexing, WORD_CHARACTER, lexing->at++, 1);
	return true;
}

static bool lex_inside(struct lexing *lexing)
{
	const char *at = lexing->at;
	char next = *at ? at[1] : '\0';

	if (!*at)
		return fail(lexing, at, "unclosed action");
	if (is_blank(*at)) {
		size_t length = strspn(at, BLANKS);

		/* The blank before -}} belongs to it. */
		if (trims_right(at + length - 1))
			length--;
		if (length)
			push(lexing, WORD_SPACE, at, length);
		lexing->at += length;
		return true;
	}
	switch (*at) {
	case '"': return lex_quoted(lexing, WORD_STRING, "unterminated quoted string");
	case '`': return lex_quoted(lexing, WORD_RAW_STRING, "unterminated raw quoted string");
	case '\'': return lex_quoted(lexing, WORD_CHARACTER_CONSTANT, "unterminated character constant");
	case '.':
		if (isdigit((unsigned char)next))
			return lex_number(lexing);
		if (is_word(next))
			return lex_word(lexing);
		if (!is_end_of_word(at + 1))
			return fail(lexing, at + 1, "bad character behind a dot");
		push(lexing, WORD_DOT, at, 1);
		lexing->at++;
		return true;
	case '+':
	case '-': return lex_number(lexing);
	case '$': return lex_word(lexing);
	default: break;
	}
	if (isdigit((unsigned char)*at))
		return lex_number(lexing);
	return is_word(*at) ? lex_word(lexing) : lex_sign(lexing);
}

/* From {{ to }}. */
static bool lex_action(struct lexing *lexing)
{
	const char *start = lexing->at;

	lexing->at += 2;
	if (trims_left(lexing->at))
		lexing->at += 2;
	if (strncmp(lexing->at, COMMENT, 2) == 0)
		return lex_comment(lexing);
	push(lexing, WORD_LEFT, start, 2);
	lexing->parens = 0;
	for (;;) {
		bool trims = trims_right(lexing->at);

		if (trims || strncmp(lexing->at, RIGHT, 2) == 0) {
			if (lexing->parens)
				return fail(lexing, lexing->at, "unclosed left paren");
			lexing->trims = trims;
			lexing->at += trims ? 2 : 0;
			push(lexing, WORD_RIGHT, lexing->at, 2);
			lexing->at += 2;
			return true;
		}
		if (!lex_inside(lexing))
			return false;
	}
}

void template_lex(struct template_tokens *ret, const char *text)
{
	struct lexing lexing = { .tokens = ret, .text = text, .at = text };

	*ret = (struct template_tokens){ 0 };
	while (lex_text(&lexing))
		if (!lex_action(&lexing))
			return;
	push(&lexing, WORD_END, lexing.at, 0);
}

void template_tokens_release(struct template_tokens *tokens)
{
	vec_release(&tokens->items);
}
