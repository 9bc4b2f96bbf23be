#include <string.h>

#include "base/text.h"
#include "runbook/placeholder.h"
#include "runbook/placeholder_nested.h"

/* Variables that a shell has without being told. */
static const char *const own_names[] = {
	"BASH",     "BASHPID",  "BASH_VERSION", "COLUMNS", "EUID",   "FUNCNAME",     "GROUPS",         "HOME",
	"HOSTNAME", "HOSTTYPE", "IFS",          "LANG",    "LC_ALL", "LINENO",       "LINES",          "LOGNAME",
	"MACHTYPE", "OLDPWD",   "OPTARG",       "OPTIND",  "OSTYPE", "PATH",         "PIPESTATUS",     "PPID",
	"PWD",      "RANDOM",   "REPLY",        "SECONDS", "SHELL",  "SHLVL",        "SSH_CONNECTION", "TERM",
	"TMPDIR",   "TZ",       "UID",          "USER",    "EDITOR", "EPOCHSECONDS",
};

static bool is_own(const char *name)
{
	for (size_t i = 0; i < sizeof(own_names) / sizeof(own_names[0]); i++) {
		if (strcmp(own_names[i], name) == 0)
			return true;
	}
	return false;
}

static bool is_bound(const struct shell_reader *reader, const struct shell_mark *mark)
{
	for (size_t i = 0; i < reader->bindings.count; i++) {
		const struct shell_binding *binding = &reader->bindings.items[i];

		if (binding->at <= mark->begin && strcmp(binding->name, mark->name) == 0)
			return true;
	}
	return false;
}

static bool is_name_char(char ch)
{
	return shell_is_name(&ch, 1) || (ch >= '0' && ch <= '9');
}

/* $NAME or ${NAME} in a text that is not the shell's. */
static size_t variable_length(const char *text, size_t length, size_t at, struct arena *arena, const char **ret_name)
{
	size_t braced = at + 1 < length && text[at + 1] == '{', begin = at + 1 + braced, end = begin;

	while (end < length && is_name_char(text[end]))
		end++;
	if (text[at] != '$' || !shell_is_name(text + begin, end - begin) ||
	    (braced && (end >= length || text[end] != '}')))
		return 0;
	*ret_name = arena_strndup(arena, text + begin, end - begin);
	return end + braced - at;
}

/* A text that is no shell command, SQL perhaps: everything that looks like a place for a value. */
static void scan_plain(struct shell_reader *reader)
{
	size_t length;

	vec_clear(&reader->marks);
	vec_clear(&reader->calls.items);
	for (size_t at = 0; at < reader->length; at += length ? length : 1) {
		struct shell_mark mark = { .begin = at, .call = SIZE_MAX, .word = SIZE_MAX, .quote = QUOTE_HERE };

		length = shell_mark_length(reader->text, reader->length, at, &mark.form, reader->arena, &mark.name);
		if (!length) {
			mark.form = PLACEHOLDER_VARIABLE;
			length = variable_length(reader->text, reader->length, at, reader->arena, &mark.name);
		}
		mark.end = at + length;
		if (length)
			vec_push(&reader->marks, mark);
	}
}

static int compare_marks(const void *left, const void *right)
{
	const struct shell_mark *a = left, *b = right;

	return a->begin < b->begin ? -1 : a->begin > b->begin;
}

static void read_marks(struct shell_reader *reader, const char *text, struct arena *arena)
{
	shell_reader_init(reader, text, strlen(text), arena);
	if (!shell_reader_all(reader))
		scan_plain(reader);
	if (reader->marks.count)
		qsort(reader->marks.items, reader->marks.count, sizeof(reader->marks.items[0]), compare_marks);
}

void placeholder_find(const char *text, bool (*assigned)(void *user, const char *name), void *user, struct arena *arena,
		      struct placeholders *ret)
{
	struct shell_reader reader;
	size_t end = 0;

	read_marks(&reader, text, arena);
	for (size_t i = 0; i < reader.marks.count; i++) {
		const struct shell_mark *mark = &reader.marks.items[i];

		if (mark->begin < end)
			continue;
		if (mark->form == PLACEHOLDER_VARIABLE &&
		    (is_own(mark->name) || is_bound(&reader, mark) || (assigned && assigned(user, mark->name))))
			continue;
		vec_push(&ret->items,
			 (struct placeholder){
				 .name = mark->name, .begin = mark->begin, .end = mark->end, .form = mark->form });
		end = mark->end;
	}
	shell_reader_release(&reader);
}

/* Of these a value may stand anywhere, unquoted, and in texts within texts. */
static bool is_safe(const char *value)
{
	return value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/@%+=,-")] == '\0';
}

static int check_characters(const char *name, const char *value, struct error *error)
{
	size_t length = strlen(value), used;

	for (size_t at = 0; at < length; at += used) {
		uint32_t code;

		used = text_decode(value + at, length - at, &code);
		if (text_is_unsafe(code) || (code == TEXT_REPLACEMENT && used == 1))
			return error_set(error, "the value of '%s' holds a control character (plain text on one line)",
					 name);
	}
	return 0;
}

/*
 * A value that begins with '-' would be an option where a word begins, unless
 * the program was told that none follow. `exec ... --` and `run ... --` only
 * say where another command begins.
 */
static bool is_option(const struct shell_reader *reader, const struct shell_mark *mark, bool nested)
{
	const struct shell_call *call;
	size_t ends = 0, needed = 1;

	if (nested)
		return true;
	if (!mark->word_start)
		return false;
	if (mark->call >= reader->calls.items.count)
		return true;
	call = &reader->calls.items.items[mark->call];
	for (size_t i = 0; i < mark->word && i < call->count; i++) {
		const char *word = call->words[i];

		if (!ends && (strcmp(word, "exec") == 0 || strcmp(word, "run") == 0 || strcmp(word, "debug") == 0 ||
			      strcmp(word, "rsh") == 0))
			needed = 2;
		ends += strcmp(word, "--") == 0;
	}
	return mark->word < call->count && ends < needed;
}

static const char *const quote_places[] = {
	[QUOTE_HERE] = "a here-document or a text that is not the shell's",
	[QUOTE_ARITHMETIC] = "arithmetic",
	[QUOTE_BRACES] = "${ }",
	[QUOTE_BACKQUOTE] = "backquotes",
};

/*
 * A '$' before the place would make an expansion of the value, and a backslash
 * would take away the quoting of its first character.
 */
static bool is_led(const struct shell_reader *reader, const struct shell_mark *mark)
{
	const char *text = reader->text;
	size_t at = mark->begin;

	if (mark->quote == QUOTE_SINGLE || at == 0)
		return false;
	return text[at - 1] == '$' || text[at - 1] == '\\' || (at > 1 && text[at - 2] == '$' && text[at - 1] == '{');
}

static int check_place(const struct shell_reader *reader, const struct placeholder_takers *takers,
		       const struct shell_mark *mark, const char *value, bool *ret_raw, struct error *error)
{
	bool deep = mark->quote >= QUOTE_HERE, nested = deep || placeholder_is_nested(takers, reader, mark);

	if (!value[0])
		return error_set(error, "'%s' has an empty value", mark->name);
	if (check_characters(mark->name, value, error) < 0)
		return -1;
	if (is_led(reader, mark))
		return error_set(error, "'%s' stands behind '$' or a backslash: edit the command", mark->name);
	if (mark->quote == QUOTE_BACKQUOTE && mark->word == 0)
		return error_set(error, "'%s' names a program within backquotes: edit the command ($( ) instead)",
				 mark->name);
	if (mark->computed)
		return error_set(error, "'%s' is computed with in the command: edit it and write the result there",
				 mark->name);
	if (value[0] == '-' && is_option(reader, mark, nested))
		return error_set(error, "the value of '%s' begins with '-': the program would take it for an option",
				 mark->name);
	if (nested && !is_safe(value))
		return error_set(error,
				 "the value of '%s' stands in %s, where it cannot be quoted (letters, digits and "
				 "._:/@%%+=,- are allowed)",
				 mark->name, deep ? quote_places[mark->quote] : "a command for another interpreter");
	*ret_raw = deep; /* a safe value in quotes of this shell is the same in the other text */
	return 0;
}

/* Bare where that is the same word; in quotes everywhere else. */
static bool may_be_bare(const struct shell_reader *reader, const struct shell_mark *mark, const char *value)
{
	char after = mark->end < reader->length ? reader->text[mark->end] : '\0';

	/* A digit before '>' is a descriptor, the first word may be a keyword, and in braces ',' and '..' divide. */
	return is_safe(value) && !strpbrk(value, "=,") && !strstr(value, "..") && after != '>' && after != '<' &&
	       after != '(' && mark->word != 0 && mark->call != SIZE_MAX;
}

static void add_value(const struct shell_reader *reader, const struct shell_mark *mark, const char *value,
		      struct strbuf *ret)
{
	bool bare = mark->quote == QUOTE_NONE && may_be_bare(reader, mark, value);

	if (mark->quote == QUOTE_NONE && !bare)
		strbuf_addch(ret, '\'');
	for (const char *ch = value; *ch; ch++) {
		switch (mark->quote) {
		case QUOTE_DOUBLE:
			if (strchr("\\\"$`", *ch))
				strbuf_addch(ret, '\\');
			strbuf_addch(ret, *ch);
			break;
		case QUOTE_ANSI:
			if (*ch == '\\' || *ch == '\'')
				strbuf_addch(ret, '\\');
			strbuf_addch(ret, *ch);
			break;
		default:
			if (*ch == '\'')
				strbuf_addstr(ret, "'\\''");
			else
				strbuf_addch(ret, *ch);
		}
	}
	if (mark->quote == QUOTE_NONE && !bare)
		strbuf_addch(ret, '\'');
}

/* What the reader knows of the place; a place it does not know is one where nothing can be quoted. */
static struct shell_mark mark_of(const struct shell_reader *reader, const struct placeholder *placeholder)
{
	for (size_t i = 0; i < reader->marks.count; i++) {
		if (reader->marks.items[i].begin == placeholder->begin &&
		    reader->marks.items[i].end == placeholder->end)
			return reader->marks.items[i];
	}
	return (struct shell_mark){ .form = placeholder->form,
				    .quote = QUOTE_HERE,
				    .name = placeholder->name,
				    .begin = placeholder->begin,
				    .end = placeholder->end,
				    .call = SIZE_MAX,
				    .word = SIZE_MAX };
}

static int fill_one(const struct shell_reader *reader, const struct placeholder_takers *takers,
		    const struct placeholder *placeholder, const char *value, struct strbuf *ret, struct error *error)
{
	struct shell_mark mark = mark_of(reader, placeholder);
	bool raw = false;

	if (!value)
		return error_set(error, "'%s' has no value", placeholder->name);
	if (check_place(reader, takers, &mark, value, &raw, error) < 0)
		return -1;
	if (raw)
		strbuf_addstr(ret, value);
	else
		add_value(reader, &mark, value, ret);
	return 0;
}

static size_t count_bare(const struct shell_reader *reader)
{
	size_t count = 0;

	for (size_t i = 0; i < reader->marks.count; i++)
		count += reader->marks.items[i].form != PLACEHOLDER_VARIABLE &&
			 reader->marks.items[i].quote == QUOTE_NONE;
	return count;
}

/* A value glued to "<" or "{{ " may make one more place of it, which a shell reads otherwise than this reader. */
static int check_filled(const struct shell_reader *before, const struct placeholder *placeholders, size_t count,
			const char *filled, struct arena *arena, struct error *error)
{
	size_t left = count_bare(before), now;
	struct shell_reader reader;

	for (size_t i = 0; i < count; i++) {
		struct shell_mark mark = mark_of(before, &placeholders[i]);

		left -= left && mark.form != PLACEHOLDER_VARIABLE && mark.quote == QUOTE_NONE;
	}
	read_marks(&reader, filled, arena);
	now = count_bare(&reader);
	shell_reader_release(&reader);
	return now <= left ? 0
			   : error_set(error, "with its value the command reads as if one more <...> stood in it: put "
					      "blanks between its words");
}

static bool same_call(const struct shell_call *a, const struct shell_call *b)
{
	return a->count == b->count && a->assigned_count == b->assigned_count && a->writes_file == b->writes_file &&
	       a->background == b->background;
}

/* A value never becomes a part of the command: it runs as many programs with as many words as before. */
static int check_shape(const char *text, const char *filled, struct arena *arena, struct error *error)
{
	struct shell_calls before, after;
	bool same = true;

	shell_read(text, arena, &before);
	shell_read(filled, arena, &after);
	if (before.complete)
		same = after.complete && before.items.count == after.items.count;
	for (size_t i = 0; same && before.complete && i < before.items.count; i++)
		same = same_call(&before.items.items[i], &after.items.items[i]);
	shell_calls_release(&before);
	shell_calls_release(&after);
	return same ? 0 : error_set(error, "with that value it would be another command: edit it");
}

int placeholder_fill(const char *text, const struct placeholder *placeholders, size_t count,
		     const char *(*value)(void *user, const char *name), void *user, struct strbuf *ret,
		     struct error *error)
{
	struct arena arena = { 0 };
	struct placeholder_takers takers;
	struct shell_reader reader;
	size_t at = 0, before = ret->length;
	int result = 0;

	read_marks(&reader, text, &arena);
	placeholder_takers_find(&reader, &takers);
	for (size_t i = 0; result == 0 && i < count; i++) {
		const struct placeholder *placeholder = &placeholders[i];

		if (placeholder->begin < at || placeholder->end > reader.length ||
		    placeholder->begin > placeholder->end) {
			result = error_set(error, "'%s' does not stand in this command", placeholder->name);
			break;
		}
		strbuf_add(ret, text + at, placeholder->begin - at);
		result = fill_one(&reader, &takers, placeholder, value(user, placeholder->name), ret, error);
		at = placeholder->end;
	}
	if (result == 0) {
		strbuf_addstr(ret, text + at);
		result = count ? check_filled(&reader, placeholders, count, ret->text + before, &arena, error) : 0;
		if (result == 0 && count)
			result = check_shape(text, ret->text + before, &arena, error);
	}
	if (result < 0)
		strbuf_truncate(ret, before);
	placeholder_takers_release(&takers);
	shell_reader_release(&reader);
	arena_release(&arena);
	return result;
}
