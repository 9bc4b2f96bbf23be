#include <string.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "runbook/shell_private.h"

static bool dollar(struct shell_reader *reader, enum shell_quote quote, struct strbuf *word);

static char peek(const struct shell_reader *reader, size_t ahead)
{
	return reader->length - reader->at > ahead ? reader->text[reader->at + ahead] : '\0';
}

static bool at_end(const struct shell_reader *reader)
{
	return reader->at >= reader->length;
}

bool shell_fail(struct shell_reader *reader)
{
	if (at_end(reader))
		reader->open = true;
	else
		reader->failed = true;
	return false;
}

void shell_bind(struct shell_reader *reader, const char *name, size_t length, size_t at)
{
	vec_push(&reader->bindings,
		 (struct shell_binding){ .name = arena_strndup(reader->arena, name, length), .at = at });
}

static bool enter(struct shell_reader *reader)
{
	if (++reader->depth <= SHELL_DEPTH_MAX)
		return true;
	reader->failed = true;
	return false;
}

static void push_mark(struct shell_reader *reader, enum placeholder_form form, enum shell_quote quote, const char *name,
		      size_t length, bool computed)
{
	struct shell_mark mark = { .form = form,
				   .quote = reader->backquoted ? QUOTE_BACKQUOTE : quote,
				   .name = name,
				   .begin = reader->at,
				   .end = reader->at + length,
				   .computed = computed,
				   .call = SIZE_MAX,
				   .word = SIZE_MAX };

	vec_push(&reader->marks, mark);
}

/* A mark that stands here is part of the word, blanks in it too. */
static bool take_mark(struct shell_reader *reader, enum shell_quote quote, struct strbuf *word)
{
	enum placeholder_form form;
	const char *name;
	size_t length = shell_mark_length(reader->text, reader->length, reader->at, &form, reader->arena, &name);

	if (!length)
		return false;
	push_mark(reader, form, quote, name, length, false);
	strbuf_add(word, reader->text + reader->at, length);
	reader->at += length;
	return true;
}

static void take(struct shell_reader *reader, struct strbuf *word, size_t count)
{
	if (count > reader->length - reader->at)
		count = reader->length - reader->at;
	strbuf_add(word, reader->text + reader->at, count);
	reader->at += count;
}

/* `at` behind the opening quote. */
static bool single_quotes(struct shell_reader *reader, bool ansi, struct strbuf *word, bool *ret_escaped)
{
	while (!at_end(reader) && peek(reader, 0) != '\'') {
		if (take_mark(reader, ansi ? QUOTE_ANSI : QUOTE_SINGLE, word))
			continue;
		if (ansi && peek(reader, 0) == '\\' && reader->at + 1 < reader->length) {
			/* \n and its like stay as written: the word is not plain then. */
			*ret_escaped |= !strchr("'\"\\", peek(reader, 1));
			if (*ret_escaped)
				take(reader, word, 1);
			else
				reader->at++;
			take(reader, word, 1);
			continue;
		}
		take(reader, word, shell_piece_length(reader, SHELL_PLACE_SINGLE));
	}
	if (at_end(reader))
		return shell_fail(reader);
	reader->at++;
	return true;
}

static bool backquotes(struct shell_reader *reader)
{
	size_t pending = reader->pending.count;
	bool fine;

	reader->at++;
	reader->backquoted = true;
	fine = enter(reader) && shell_parse_list(reader);
	reader->backquoted = false;
	reader->depth--;
	reader->failed |= reader->pending.count > pending;
	if (!fine || reader->failed)
		return false;
	if (peek(reader, 0) != '`')
		return shell_fail(reader);
	reader->at++;
	return true;
}

/* `at` behind the opening quote. */
static bool double_quotes(struct shell_reader *reader, struct strbuf *word, bool *ret_expanded)
{
	size_t marks = reader->marks.count;

	while (!at_end(reader) && peek(reader, 0) != '"') {
		char ch = peek(reader, 0);

		if (take_mark(reader, QUOTE_DOUBLE, word))
			continue;
		if (ch == '\\' && peek(reader, 1) == '\n') {
			reader->at += 2;
		} else if (ch == '\\' && peek(reader, 1) && strchr("$`\"\\", peek(reader, 1))) {
			reader->at++;
			take(reader, word, 1);
		} else if (ch == '$' || (ch == '`' && !reader->backquoted)) {
			*ret_expanded = true;
			if (!dollar(reader, QUOTE_DOUBLE, word))
				return false;
		} else {
			take(reader, word, shell_piece_length(reader, SHELL_PLACE_DOUBLE));
		}
	}
	*ret_expanded |= marks != reader->marks.count;
	if (at_end(reader))
		return shell_fail(reader);
	reader->at++;
	return true;
}

bool shell_lex_is_arithmetic(const struct shell_reader *reader, size_t at)
{
	unsigned depth = 2;

	for (size_t i = at; i < reader->length; i++) {
		if (reader->text[i] == '(')
			depth++;
		if (reader->text[i] == ')' && --depth == 1)
			return i + 1 < reader->length && reader->text[i + 1] == ')';
	}
	return false;
}

bool shell_lex_arithmetic(struct shell_reader *reader)
{
	struct strbuf ignored = STRBUF_INIT;
	unsigned depth = 0;
	bool fine = true;

	while (fine && !at_end(reader)) {
		char ch = peek(reader, 0);

		if (ch == ')' && depth == 0)
			break;
		if (take_mark(reader, QUOTE_ARITHMETIC, &ignored))
			continue;
		depth += ch == '(';
		depth -= ch == ')';
		if (ch == '$' || (ch == '`' && !reader->backquoted))
			fine = dollar(reader, QUOTE_ARITHMETIC, &ignored);
		else
			reader->at++;
	}
	strbuf_release(&ignored);
	if (!fine)
		return false;
	if (peek(reader, 0) != ')' || peek(reader, 1) != ')')
		return shell_fail(reader);
	reader->at += 2;
	return true;
}

/* What stands behind the name in ${NAME...}, up to the brace. */
static bool brace_words(struct shell_reader *reader, bool in_double)
{
	struct strbuf ignored = STRBUF_INIT;
	bool fine = true, expanded = false;

	while (fine && !at_end(reader) && peek(reader, 0) != '}') {
		char ch = peek(reader, 0);

		if (take_mark(reader, QUOTE_BRACES, &ignored))
			continue;
		if (ch == '$' || (ch == '`' && !reader->backquoted)) {
			fine = dollar(reader, QUOTE_BRACES, &ignored);
		} else if (ch == '\\') {
			take(reader, &ignored, 2);
		} else if (ch == '\'' && !in_double) {
			reader->at++;
			fine = single_quotes(reader, false, &ignored, &expanded);
		} else if (ch == '"') {
			reader->at++;
			fine = double_quotes(reader, &ignored, &expanded);
		} else {
			reader->at++;
		}
	}
	strbuf_release(&ignored);
	return fine && (!at_end(reader) || shell_fail(reader));
}

/* ${ ... }: a default, or a name that wants a value. */
static bool braces(struct shell_reader *reader, enum shell_quote quote)
{
	size_t begin = reader->at, name = begin + 2 + (peek(reader, 2) == '#' || peek(reader, 2) == '!'), end = name,
	       mark;
	bool has_default;

	if (name < reader->length)
		end += shell_name_length(reader->text + name, reader->length - name);
	if (end == name && end < reader->length && strchr("@*#?$!-0123456789", reader->text[end]))
		end++;
	if (end == name && name > begin + 2)
		end = name--; /* ${#} and ${!} */
	if (end == name) {
		reader->at = end;
		return shell_fail(reader);
	}
	has_default = end < reader->length &&
		      (strchr("-=+?", reader->text[end]) ||
		       (reader->text[end] == ':' && end + 1 < reader->length && strchr("-=+?", reader->text[end + 1])));
	mark = reader->marks.count;
	if (shell_is_name(reader->text + name, end - name) && !has_default)
		push_mark(reader, PLACEHOLDER_VARIABLE, quote,
			  arena_strndup(reader->arena, reader->text + name, end - name), 0,
			  name != begin + 2 || end >= reader->length || reader->text[end] != '}');
	else if (has_default && shell_is_name(reader->text + name, end - name))
		shell_bind(reader, reader->text + name, end - name, end);
	reader->at = end;
	if (!enter(reader) || !brace_words(reader, quote == QUOTE_DOUBLE))
		return false;
	reader->depth--;
	reader->at++;
	if (reader->marks.count > mark && reader->marks.items[mark].begin == begin)
		reader->marks.items[mark].end = reader->at;
	return true;
}

static bool command_substitution(struct shell_reader *reader)
{
	bool backquoted = reader->backquoted, fine;
	size_t pending = reader->pending.count;

	reader->backquoted = false;
	fine = enter(reader) && shell_parse_list(reader);
	reader->backquoted = backquoted;
	reader->depth--;
	/* A here-document that begins within has its lines within. */
	reader->failed |= reader->pending.count > pending;
	if (!fine || reader->failed)
		return false;
	if (peek(reader, 0) != ')')
		return shell_fail(reader);
	reader->at++;
	return true;
}

static bool parenthesis(struct shell_reader *reader)
{
	if (peek(reader, 2) == '(' && shell_lex_is_arithmetic(reader, reader->at + 3)) {
		reader->at += 3;
		return shell_lex_arithmetic(reader);
	}
	reader->at += 2;
	return command_substitution(reader);
}

/* An expansion, at its '$' or '`'. The word gets it as it is written. */
static bool dollar(struct shell_reader *reader, enum shell_quote quote, struct strbuf *word)
{
	size_t begin = reader->at, end = begin + 1;
	bool fine = true;

	if (peek(reader, 0) == '`')
		fine = backquotes(reader);
	else if (peek(reader, 1) == '(')
		fine = parenthesis(reader);
	else if (peek(reader, 1) == '{')
		fine = braces(reader, quote);
	else {
		end += shell_name_length(reader->text + end, reader->length - end);
		if (end > begin + 1)
			push_mark(reader, PLACEHOLDER_VARIABLE, quote,
				  arena_strndup(reader->arena, reader->text + begin + 1, end - begin - 1), end - begin,
				  false);
		else if (end < reader->length && strchr("@*#?$!-0123456789", reader->text[end]))
			end++;
		reader->at = end;
	}
	strbuf_add(word, reader->text + begin, reader->at - begin);
	return fine;
}

bool shell_lex_is_operator(const struct shell_reader *reader)
{
	enum placeholder_form form;

	if (at_end(reader))
		return true;
	switch (peek(reader, 0)) {
	case '<': return !shell_mark_length(reader->text, reader->length, reader->at, &form, NULL, NULL);
	case '`': return reader->backquoted;
	case ' ':
	case '\t':
	case '\n':
	case ';':
	case '&':
	case '|':
	case '(':
	case ')':
	case '>':
	case '\0': return true;
	default: return false;
	}
}

/* <( ) and >( ), which stand where a word does. */
static bool is_process(const struct shell_reader *reader)
{
	return (peek(reader, 0) == '<' || peek(reader, 0) == '>') && peek(reader, 1) == '(';
}

static bool word_part(struct shell_reader *reader, struct shell_word *ret, struct strbuf *word)
{
	char ch = peek(reader, 0);
	bool expanded = false, fine = true;
	size_t marks = reader->marks.count, begin = reader->at;

	if (ch == '\\') {
		ret->quoted = true;
		reader->at++;
		if (peek(reader, 0) == '\n')
			reader->at++;
		else if (!at_end(reader))
			take(reader, word, 1);
	} else if (ch == '\'' || (ch == '$' && peek(reader, 1) == '\'')) {
		ret->quoted = true;
		reader->at += ch == '$' ? 2 : 1;
		fine = single_quotes(reader, ch == '$', word, &expanded);
	} else if (ch == '"' || (ch == '$' && peek(reader, 1) == '"')) {
		ret->quoted = true;
		reader->at += ch == '$' ? 2 : 1;
		fine = double_quotes(reader, word, &expanded);
	} else if (take_mark(reader, QUOTE_NONE, word)) {
		expanded = true;
	} else if (is_process(reader)) {
		expanded = true;
		reader->at += 2;
		fine = command_substitution(reader);
		strbuf_add(word, reader->text + begin, reader->at - begin);
	} else if (ch == '$' || ch == '`') {
		expanded = true;
		fine = dollar(reader, QUOTE_NONE, word);
	} else {
		expanded = strchr("*?[{~", ch) != NULL;
		take(reader, word, shell_piece_length(reader, SHELL_PLACE_BARE));
	}
	ret->plain &= !expanded && reader->marks.count == marks;
	return fine;
}

bool shell_lex_word(struct shell_reader *reader, struct shell_word *ret)
{
	struct strbuf word = STRBUF_INIT;
	size_t marks = reader->marks.count;
	bool fine = true;

	*ret = (struct shell_word){ .begin = reader->at, .plain = true };
	while (fine && (!shell_lex_is_operator(reader) || is_process(reader)))
		fine = word_part(reader, ret, &word);
	ret->end = reader->at;
	ret->text = arena_strndup(reader->arena, word.text, word.length);
	ret->plain |= strcmp(word.text, "[") == 0; /* the program of that name */
	strbuf_release(&word);
	for (size_t i = marks; i < reader->marks.count; i++) {
		struct shell_mark *mark = &reader->marks.items[i];
		size_t lead = mark->begin - ret->begin;

		if (mark->call == SIZE_MAX && lead <= 2)
			mark->word_start = strspn(reader->text + ret->begin, "\"'$") >= lead;
	}
	return fine && (ret->end > ret->begin || shell_fail(reader));
}

void shell_lex_blanks(struct shell_reader *reader)
{
	for (;;) {
		char ch = peek(reader, 0);

		if (ch == ' ' || ch == '\t') {
			reader->at++;
		} else if (ch == '\\' && peek(reader, 1) == '\n') {
			reader->at += 2;
		} else if (ch == '#') {
			while (!at_end(reader) && peek(reader, 0) != '\n')
				reader->at++;
		} else {
			return;
		}
	}
}

/* Where the lines of a here-document end; `ret_next` is behind the delimiter's line. False: it does not end. */
static bool here_end(const struct shell_reader *reader, const struct shell_here *here, size_t *ret_end,
		     size_t *ret_next)
{
	size_t delimiter = strlen(here->delimiter);

	for (size_t line = reader->at; line < reader->length;) {
		const char *text = reader->text + line;
		const char *newline = memchr(text, '\n', reader->length - line);
		size_t length = newline ? (size_t)(newline - text) : reader->length - line, tabs = 0;

		while (here->strip_tabs && tabs < length && text[tabs] == '\t')
			tabs++;
		*ret_end = line;
		*ret_next = line + length + (newline != NULL);
		if (length - tabs == delimiter && memcmp(text + tabs, here->delimiter, delimiter) == 0)
			return true;
		line = *ret_next;
	}
	*ret_end = *ret_next = reader->length;
	return false;
}

static bool here_document(struct shell_reader *reader, const struct shell_here *here)
{
	struct strbuf ignored = STRBUF_INIT;
	size_t length = reader->length, end, next;
	bool ended = here_end(reader, here, &end, &next), fine = true;

	reader->length = end;
	while (fine && !at_end(reader)) {
		char ch = peek(reader, 0);

		if (take_mark(reader, QUOTE_HERE, &ignored))
			continue;
		if (!here->quoted && ch == '\\')
			reader->at += reader->at + 1 < end ? 2 : 1;
		else if (!here->quoted && (ch == '$' || ch == '`'))
			fine = dollar(reader, QUOTE_HERE, &ignored);
		else
			reader->at += shell_piece_length(reader, SHELL_PLACE_HERE);
	}
	strbuf_release(&ignored);
	reader->length = length;
	if (!fine)
		return false;
	/* A delimiter's newline belongs to the list: the unit ends there. */
	reader->at = next && next <= length && ended && next > end && reader->text[next - 1] == '\n' ? next - 1 : next;
	return ended || shell_fail(reader);
}

bool shell_lex_newline(struct shell_reader *reader)
{
	/* A here-document may hold a $( ) with here-documents of its own. */
	struct shell_here *here = reader->pending.items;
	size_t count = reader->pending.count;
	bool fine = true;

	reader->pending.items = NULL;
	reader->pending.count = reader->pending.capacity = 0;
	for (size_t i = 0; fine && i < count; i++) {
		if (at_end(reader)) {
			fine = shell_fail(reader);
		} else {
			reader->at++;
			fine = here_document(reader, &here[i]);
		}
	}
	free(here);
	if (fine && !at_end(reader))
		reader->at++;
	return fine;
}
