#include <string.h>

#include "runbook/shell_simple.h"

static bool command(struct shell_reader *reader);

static char peek(const struct shell_reader *reader, size_t ahead)
{
	return reader->length - reader->at > ahead ? reader->text[reader->at + ahead] : '\0';
}

/* Does this reserved word stand here, whole? */
static bool is_word(const struct shell_reader *reader, const char *word)
{
	size_t length, left = reader->length - reader->at;

	/* Most words are none of them. */
	if (!left || *word != reader->text[reader->at])
		return false;
	length = strlen(word);
	return left >= length && memcmp(reader->text + reader->at, word, length) == 0 &&
	       (left == length || strchr(" \t\n;&|()<>`", peek(reader, length)) != NULL);
}

static bool expect_word(struct shell_reader *reader, const char *word)
{
	if (!is_word(reader, word))
		return shell_fail(reader);
	reader->at += strlen(word);
	return true;
}

static bool expect_char(struct shell_reader *reader, char ch)
{
	shell_lex_blanks(reader);
	if (peek(reader, 0) != ch)
		return shell_fail(reader);
	reader->at++;
	return true;
}

/* What ends a list without being part of it. */
static bool is_stop(const struct shell_reader *reader)
{
	static const char *const closers[] = { "then", "do", "done", "fi", "elif", "else", "esac", "}" };

	if (reader->at >= reader->length || peek(reader, 0) == ')' || (peek(reader, 0) == '`' && reader->backquoted) ||
	    (peek(reader, 0) == ';' && (peek(reader, 1) == ';' || peek(reader, 1) == '&')))
		return true;
	for (size_t i = 0; i < sizeof(closers) / sizeof(closers[0]); i++) {
		if (is_word(reader, closers[i]))
			return true;
	}
	return false;
}

static bool skip_newlines(struct shell_reader *reader)
{
	for (;;) {
		shell_lex_blanks(reader);
		if (peek(reader, 0) != '\n')
			return true;
		if (!shell_lex_newline(reader))
			return false;
	}
}

/* A list that must hold a command, then the word that ends it. */
static bool body(struct shell_reader *reader, const char *end)
{
	size_t begin = reader->at;

	return skip_newlines(reader) && (!is_stop(reader) || shell_fail(reader)) && shell_parse_list(reader) &&
	       reader->at > begin && expect_word(reader, end);
}

static bool clause_if(struct shell_reader *reader)
{
	if (!body(reader, "then"))
		return false;
	for (;;) {
		if (!skip_newlines(reader) || (is_stop(reader) && !shell_fail(reader)))
			return false;
		if (!shell_parse_list(reader))
			return false;
		if (is_word(reader, "elif")) {
			reader->at += strlen("elif");
			if (!body(reader, "then"))
				return false;
		} else if (is_word(reader, "else")) {
			reader->at += strlen("else");
			return body(reader, "fi");
		} else {
			return expect_word(reader, "fi");
		}
	}
}

static bool clause_while(struct shell_reader *reader)
{
	return body(reader, "do") && body(reader, "done");
}

/* The words of `for NAME in WORDS`, up to the line's end or a semicolon. */
static bool words_in(struct shell_reader *reader)
{
	struct shell_word word;

	for (;;) {
		shell_lex_blanks(reader);
		if (peek(reader, 0) == ';') {
			reader->at++;
			return true;
		}
		if (peek(reader, 0) == '\n')
			return shell_lex_newline(reader);
		if (!shell_lex_word(reader, &word))
			return false;
	}
}

static bool do_group(struct shell_reader *reader)
{
	if (!skip_newlines(reader))
		return false;
	if (peek(reader, 0) == ';') {
		reader->at++;
		if (!skip_newlines(reader))
			return false;
	}
	return expect_word(reader, "do") && body(reader, "done");
}

static bool clause_for(struct shell_reader *reader)
{
	struct shell_word name;

	shell_lex_blanks(reader);
	if (peek(reader, 0) == '(' && peek(reader, 1) == '(') {
		size_t begin = reader->at + 2, end;

		while (peek(reader, begin - reader->at) == ' ')
			begin++;
		end = begin;
		if (begin < reader->length)
			end += shell_name_length(reader->text + begin, reader->length - begin);
		if (end > begin)
			shell_bind(reader, reader->text + begin, end - begin, reader->at);
		reader->at += 2;
		return shell_lex_arithmetic(reader) && do_group(reader);
	}
	if (!shell_lex_word(reader, &name))
		return false;
	if (!shell_is_name(name.text, strlen(name.text))) {
		reader->failed = true;
		return false;
	}
	shell_bind(reader, name.text, strlen(name.text), reader->at);
	if (!skip_newlines(reader))
		return false;
	if (is_word(reader, "in")) {
		reader->at += 2;
		if (!words_in(reader))
			return false;
	}
	return do_group(reader);
}

/* One `PATTERN | PATTERN) list ;;`. */
static bool case_item(struct shell_reader *reader)
{
	struct shell_word word;

	if (peek(reader, 0) == '(')
		reader->at++;
	for (;;) {
		shell_lex_blanks(reader);
		if (!shell_lex_word(reader, &word))
			return false;
		shell_lex_blanks(reader);
		if (peek(reader, 0) != '|')
			break;
		reader->at++;
	}
	if (!expect_char(reader, ')') || !shell_parse_list(reader))
		return false;
	if (peek(reader, 0) == ';') {
		reader->at += peek(reader, 1) == ';' && peek(reader, 2) == '&' ? 3 : 2;
		return true;
	}
	return is_word(reader, "esac") || shell_fail(reader);
}

static bool clause_case(struct shell_reader *reader)
{
	struct shell_word word;

	shell_lex_blanks(reader);
	if (!shell_lex_word(reader, &word) || !skip_newlines(reader) || !expect_word(reader, "in"))
		return false;
	for (;;) {
		if (!skip_newlines(reader))
			return false;
		if (is_word(reader, "esac")) {
			reader->at += strlen("esac");
			return true;
		}
		if (!case_item(reader))
			return false;
	}
}

static bool clause_braces(struct shell_reader *reader)
{
	return body(reader, "}");
}

static bool clause_function(struct shell_reader *reader)
{
	struct shell_word name;

	shell_lex_blanks(reader);
	if (!shell_lex_word(reader, &name))
		return false;
	shell_lex_blanks(reader);
	if (peek(reader, 0) == '(') {
		reader->at++;
		if (!expect_char(reader, ')'))
			return false;
	}
	return skip_newlines(reader) && command(reader);
}

/* Inside [[ ]] operators of the shell's are operators of the test's. */
static bool clause_test(struct shell_reader *reader)
{
	size_t begin = reader->at - 2;
	struct shell_word word;

	for (;;) {
		if (!skip_newlines(reader))
			return false;
		if (reader->at >= reader->length)
			return shell_fail(reader);
		if (is_word(reader, "]]"))
			break;
		if (peek(reader, 0) && strchr("()<>&|!;", peek(reader, 0)) && shell_lex_is_operator(reader))
			reader->at++;
		else if (!shell_lex_word(reader, &word))
			return false;
	}
	reader->at += 2;
	shell_push_plain(reader, "[[", begin);
	return true;
}

static bool clause_coproc(struct shell_reader *reader)
{
	shell_lex_blanks(reader);
	return command(reader);
}

static const struct clause {
	const char *word;
	bool (*read)(struct shell_reader *reader); /* behind the word, up to the one that ends it */
} clauses[] = {
	{ "if", clause_if },         { "while", clause_while },       { "until", clause_while },
	{ "for", clause_for },       { "select", clause_for },        { "case", clause_case },
	{ "{", clause_braces },      { "function", clause_function }, { "[[", clause_test },
	{ "coproc", clause_coproc },
};

static bool parentheses(struct shell_reader *reader)
{
	size_t begin = reader->at;

	if (peek(reader, 1) == '(' && shell_lex_is_arithmetic(reader, begin + 2)) {
		reader->at += 2;
		if (!shell_lex_arithmetic(reader))
			return false;
		shell_push_plain(reader, "((", begin);
		return true;
	}
	reader->at++;
	return skip_newlines(reader) && (!is_stop(reader) || shell_fail(reader)) && shell_parse_list(reader) &&
	       expect_char(reader, ')');
}

/* A compound command's redirections are those of all that runs in it. */
static bool redirect_all(struct shell_reader *reader, size_t first)
{
	struct shell_redirects redirects = { 0 };

	if (!shell_redirects(reader, &redirects))
		return false;
	for (size_t i = first; i < reader->calls.items.count; i++) {
		reader->calls.items.items[i].writes_file |= redirects.writes;
		reader->calls.items.items[i].reads_file |= redirects.reads;
	}
	return true;
}

static bool command(struct shell_reader *reader)
{
	size_t first = reader->calls.items.count;
	bool is_function;

	if (reader->depth >= SHELL_DEPTH_MAX) {
		reader->failed = true;
		return false;
	}
	if (peek(reader, 0) == '(')
		return parentheses(reader) && redirect_all(reader, first);
	for (size_t i = 0; i < sizeof(clauses) / sizeof(clauses[0]); i++) {
		bool fine;

		if (!is_word(reader, clauses[i].word))
			continue;
		reader->at += strlen(clauses[i].word);
		reader->depth++;
		fine = clauses[i].read(reader) && redirect_all(reader, first);
		reader->depth--;
		return fine;
	}
	if (is_stop(reader) || !shell_simple(reader, &is_function))
		return reader->failed || reader->open ? false : shell_fail(reader);
	if (!is_function)
		return true;
	reader->depth++;
	is_function = skip_newlines(reader) && command(reader);
	reader->depth--;
	return is_function;
}

static bool pipeline(struct shell_reader *reader)
{
	for (;;) {
		shell_lex_blanks(reader);
		if (is_word(reader, "!")) {
			reader->at++;
			continue;
		}
		if (is_word(reader, "time")) {
			reader->at += strlen("time");
			shell_lex_blanks(reader);
			if (is_word(reader, "-p"))
				reader->at += 2;
			continue;
		}
		if (!command(reader))
			return false;
		shell_lex_blanks(reader);
		if (peek(reader, 0) != '|' || peek(reader, 1) == '|')
			return true;
		reader->at += peek(reader, 1) == '&' ? 2 : 1;
		if (!skip_newlines(reader))
			return false;
	}
}

static bool and_or(struct shell_reader *reader)
{
	size_t first = reader->calls.items.count;

	for (;;) {
		if (!pipeline(reader))
			return false;
		shell_lex_blanks(reader);
		if (!((peek(reader, 0) == '&' && peek(reader, 1) == '&') ||
		      (peek(reader, 0) == '|' && peek(reader, 1) == '|')))
			break;
		reader->at += 2;
		if (!skip_newlines(reader))
			return false;
	}
	for (size_t i = first; peek(reader, 0) == '&' && i < reader->calls.items.count; i++)
		reader->calls.items.items[i].background = true;
	return true;
}

/* Between two commands of one line. False with neither `failed` nor `open`: the list ends here. */
static bool separator(struct shell_reader *reader)
{
	if (is_stop(reader) || peek(reader, 0) == '\n')
		return false;
	if (peek(reader, 0) != ';' && peek(reader, 0) != '&')
		return shell_fail(reader);
	reader->at++;
	shell_lex_blanks(reader);
	return true;
}

bool shell_parse_list(struct shell_reader *reader)
{
	bool fine = ++reader->depth <= SHELL_DEPTH_MAX;

	reader->failed |= !fine;
	while (fine) {
		if (!(fine = skip_newlines(reader)) || is_stop(reader))
			break;
		fine = and_or(reader);
		if (fine && !separator(reader))
			fine = !reader->failed && !reader->open;
	}
	reader->depth--;
	return fine;
}

bool shell_reader_unit(struct shell_reader *reader)
{
	for (;;) {
		shell_lex_blanks(reader);
		if (reader->at >= reader->length || peek(reader, 0) == '\n')
			break;
		if (!and_or(reader))
			return false;
		if (!separator(reader)) {
			if (reader->failed || reader->open)
				return false;
			if (reader->at < reader->length && peek(reader, 0) != '\n')
				return shell_fail(reader);
		}
	}
	/* What stands at the end of the line, and the lines of its here-documents. */
	if (!reader->pending.count)
		return true;
	if (reader->at >= reader->length)
		return shell_fail(reader);
	if (!shell_lex_newline(reader))
		return false;
	if (reader->at && reader->text[reader->at - 1] == '\n' && reader->at <= reader->length)
		reader->at--;
	return true;
}

bool shell_reader_all(struct shell_reader *reader)
{
	if (reader->failed || !shell_parse_list(reader))
		return false;
	return (reader->at >= reader->length && !reader->pending.count) || shell_fail(reader);
}
