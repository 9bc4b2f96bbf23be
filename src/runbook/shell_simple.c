#include <string.h>

#include "base/arena.h"
#include "runbook/shell_simple.h"

/* A command while its words are read. */
struct simple {
	VEC(const char *) words;
	VEC(size_t) begins; /* of the words in the text */
	VEC(const char *) assigned;
	struct shell_redirects redirects;
	bool dynamic, literal;
};

static char peek(const struct shell_reader *reader, size_t ahead)
{
	return reader->length - reader->at > ahead ? reader->text[reader->at + ahead] : '\0';
}

/* Digits of a descriptor may stand before it. 0: no redirection begins here. */
static size_t operator_length(const struct shell_reader *reader, size_t *ret_digits)
{
	static const char *const operators[] = {
		"<<<", "<<-", "<<", "<&", "<>", "<", "&>>", "&>", ">>", ">&", ">|", ">"
	};
	enum placeholder_form form;
	size_t digits = 0, at;

	while (peek(reader, digits) >= '0' && peek(reader, digits) <= '9')
		digits++;
	at = reader->at + digits;
	*ret_digits = digits;
	if (at >= reader->length || !reader->text[at] || !strchr("<>&", reader->text[at]) ||
	    shell_mark_length(reader->text, reader->length, at, &form, NULL, NULL) ||
	    (reader->text[at] == '&' && digits))
		return 0;
	/* <( and >( are words. */
	if ((reader->text[at] == '<' || reader->text[at] == '>') && at + 1 < reader->length &&
	    reader->text[at + 1] == '(')
		return 0;
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		size_t length = strlen(operators[i]);

		if (reader->length - at >= length && memcmp(reader->text + at, operators[i], length) == 0)
			return length;
	}
	return 0;
}

static bool is_descriptor(const char *word)
{
	return word[0] && word[strspn(word, "0123456789-")] == '\0';
}

static bool is_harmless(const struct shell_word *word)
{
	static const char *const devices[] = { "/dev/null", "/dev/stdout", "/dev/stderr" };

	for (size_t i = 0; word->plain && i < sizeof(devices) / sizeof(devices[0]); i++) {
		if (strcmp(word->text, devices[i]) == 0)
			return true;
	}
	return false;
}

static bool redirect(struct shell_reader *reader, size_t digits, size_t length, struct shell_redirects *ret)
{
	const char *operator= reader->text + reader->at + digits;
	bool here = length >= 2 && operator[0] == '<' && operator[1] == '<' && !(length == 3 && operator[2] == '<');
	size_t marks = reader->marks.count;
	struct shell_word word;

	reader->at += digits + length;
	shell_lex_blanks(reader);
	if (!shell_lex_word(reader, &word))
		return false;
	if (here) {
		/* Nothing is expanded in a delimiter. */
		reader->marks.count = marks;
		vec_push(&reader->pending, (struct shell_here){ .delimiter = word.text,
								.quoted = word.quoted,
								.strip_tabs = length == 3 });
		ret->reads = true;
	} else if (operator[0] == '<' && length != 2) {
		ret->reads = true;
	} else if (length == 2 && operator[1] == '&' && is_descriptor(word.text)) {
		/* Of a descriptor another: no file. */
	} else if (operator[0] == '<' && operator[1] == '&') {
		ret->reads = true;
	} else if (!is_harmless(&word)) {
		ret->writes = true;
	}
	return true;
}

bool shell_redirects(struct shell_reader *reader, struct shell_redirects *ret)
{
	for (;;) {
		size_t digits, length;

		shell_lex_blanks(reader);
		length = operator_length(reader, &digits);
		if (!length)
			return true;
		if (!redirect(reader, digits, length, ret))
			return false;
	}
}

/* Of `NAME=`, `NAME+=` and `NAME[...]=` the length with the sign; else 0. */
static size_t assignment_length(const struct shell_reader *reader)
{
	const char *text = reader->text + reader->at;
	size_t length = reader->length - reader->at, name = shell_name_length(text, length), end = name;

	if (name && end < length && text[end] == '[') {
		while (end < length && text[end] != ']' && text[end] != '\n')
			end++;
		end += end < length && text[end] == ']';
	}
	if (end < length && text[end] == '+')
		end++;
	return name && end < length && text[end] == '=' ? end + 1 : 0;
}

static bool array_words(struct shell_reader *reader)
{
	struct shell_word word;

	reader->at++;
	for (;;) {
		shell_lex_blanks(reader);
		if (peek(reader, 0) == '\n') {
			if (!shell_lex_newline(reader))
				return false;
		} else if (peek(reader, 0) == ')') {
			reader->at++;
			return true;
		} else if (!shell_lex_word(reader, &word)) {
			return false;
		}
	}
}

static bool assign(struct shell_reader *reader, size_t length, struct simple *simple)
{
	const char *text = reader->text + reader->at;
	size_t name = shell_name_length(text, length);
	struct shell_word word;

	shell_bind(reader, text, name, reader->at + length);
	vec_push(&simple->assigned, reader->bindings.items[reader->bindings.count - 1].name);
	reader->at += length;
	if (peek(reader, 0) == '(')
		return array_words(reader);
	if (shell_lex_is_operator(reader) && !(strchr("<>", peek(reader, 0)) && peek(reader, 1) == '('))
		return true;
	return shell_lex_word(reader, &word);
}

/* The names that `read`, `export NAME=` and their like give values to. */
static void bind_arguments(struct shell_reader *reader, const struct simple *simple)
{
	static const char *const binders[] = { "read",     "export",  "declare",   "local",   "typeset",
					       "readonly", "mapfile", "readarray", "getopts", "printf" };
	const char *name = simple->words.count ? simple->words.items[0] : "";
	bool binds = false, is_printf = strcmp(name, "printf") == 0, plain = strcmp(name, "export") == 0;

	for (size_t i = 0; i < sizeof(binders) / sizeof(binders[0]); i++)
		binds |= strcmp(name, binders[i]) == 0;
	for (size_t i = 1; binds && i < simple->words.count; i++) {
		const char *word = simple->words.items[i];
		size_t length = strcspn(word, "=+");

		if (is_printf && strcmp(simple->words.items[i - 1], "-v") != 0)
			continue;
		/* `export NAME` alone gives no value. */
		if (shell_is_name(word, length) && !(plain && !word[length]))
			shell_bind(reader, word, length, reader->at);
	}
}

/* How many words begin at `at` or before it: they are in order. */
static size_t words_till(const struct simple *simple, size_t at)
{
	size_t low = 0, high = simple->begins.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (simple->begins.items[middle] <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Marks between `begin` and here belong to this command, unless one within it ($( )) has taken them. */
static void claim_marks(struct shell_reader *reader, const struct simple *simple, size_t begin)
{
	for (size_t i = reader->marks.count; i-- && reader->marks.items[i].begin >= begin;) {
		struct shell_mark *mark = &reader->marks.items[i];
		size_t words;

		if (mark->call != SIZE_MAX)
			continue;
		mark->call = reader->calls.items.count;
		words = words_till(simple, mark->begin);
		if (mark->word == SHELL_WORD_APART)
			mark->word = SIZE_MAX;
		else if (words)
			mark->word = words - 1;
	}
}

static void push_call(struct shell_reader *reader, const struct simple *simple, size_t begin)
{
	size_t count = simple->words.count, assigned = simple->assigned.count;
	struct shell_call call = { .words = arena_array(reader->arena, count + 1, sizeof(char *)),
				   .count = count,
				   .begin = begin,
				   .end = reader->at,
				   .assigned = arena_array(reader->arena, assigned + 1, sizeof(char *)),
				   .assigned_count = assigned,
				   .writes_file = simple->redirects.writes,
				   .reads_file = simple->redirects.reads,
				   .dynamic = simple->dynamic,
				   .literal = simple->literal };

	while (call.end > begin && (reader->text[call.end - 1] == ' ' || reader->text[call.end - 1] == '\t'))
		call.end--;
	if (count)
		memcpy(call.words, simple->words.items, count * sizeof(char *));
	if (assigned)
		memcpy(call.assigned, simple->assigned.items, assigned * sizeof(char *));
	claim_marks(reader, simple, begin);
	vec_push(&reader->calls.items, call);
}

void shell_push_plain(struct shell_reader *reader, const char *name, size_t begin)
{
	struct simple simple = { 0 };

	vec_push(&simple.words, name);
	vec_push(&simple.begins, begin);
	push_call(reader, &simple, begin);
	for (size_t i = 0; i < reader->marks.count; i++) {
		if (reader->marks.items[i].call == reader->calls.items.count - 1)
			reader->marks.items[i].word = SIZE_MAX;
	}
	vec_release(&simple.words);
	vec_release(&simple.begins);
}

/* Marks in a redirection or an assignment are of no word. */
static void set_apart(struct shell_reader *reader, size_t marks)
{
	for (size_t i = marks; i < reader->marks.count; i++) {
		if (reader->marks.items[i].call == SIZE_MAX)
			reader->marks.items[i].word = SHELL_WORD_APART;
	}
}

static bool simple_word(struct shell_reader *reader, struct simple *simple)
{
	size_t length = assignment_length(reader), marks = reader->marks.count;
	struct shell_word word;

	if (length && !simple->words.count) {
		bool fine = assign(reader, length, simple);

		set_apart(reader, marks);
		return fine;
	}
	/* declare -A x=( ... ): an array may stand in an argument too. */
	if (length && peek(reader, length) == '(') {
		vec_push(&simple->words, arena_strndup(reader->arena, reader->text + reader->at, length));
		vec_push(&simple->begins, reader->at);
		reader->at += length;
		return array_words(reader);
	}
	if (!shell_lex_word(reader, &word))
		return false;
	simple->dynamic |= !simple->words.count && !word.plain;
	simple->literal &= word.plain;
	vec_push(&simple->words, word.text);
	vec_push(&simple->begins, word.begin);
	return true;
}

/* `at` on the "(" behind the first word. */
static bool function_head(struct shell_reader *reader)
{
	reader->at++;
	shell_lex_blanks(reader);
	if (peek(reader, 0) != ')')
		return shell_fail(reader);
	reader->at++;
	return true;
}

bool shell_simple(struct shell_reader *reader, bool *ret_function)
{
	struct simple simple = { .literal = true };
	size_t begin = reader->at, marks;
	bool fine = true;

	*ret_function = false;
	while (fine) {
		marks = reader->marks.count;
		fine = shell_redirects(reader, &simple.redirects);
		set_apart(reader, marks);
		if (!fine || (shell_lex_is_operator(reader) &&
			      !(strchr("<>", peek(reader, 0)) && peek(reader, 0) && peek(reader, 1) == '(')))
			break;
		fine = simple_word(reader, &simple);
	}
	if (fine && peek(reader, 0) == '(' && simple.words.count == 1 && !simple.assigned.count) {
		*ret_function = true;
		fine = function_head(reader);
	} else if (fine && reader->at == begin) {
		fine = shell_fail(reader);
	} else if (fine) {
		bind_arguments(reader, &simple);
		push_call(reader, &simple, begin);
	}
	vec_release(&simple.words);
	vec_release(&simple.begins);
	vec_release(&simple.assigned);
	return fine;
}
