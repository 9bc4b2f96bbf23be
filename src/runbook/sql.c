#include "runbook/sql.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "runbook/sql_functions.h"

#define TEXT_MAX (64 * 1024)

/* ---- its words ---- */

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_NAME,   /* "in quotes" */
	TOKEN_STRING, /* 'in quotes' */
	TOKEN_ESCAPED,
	TOKEN_DOLLAR, /* $tag$ between such $tag$ */
	TOKEN_COMMENT,
	TOKEN_SIGN,
	TOKEN_OPEN, /* quotes or a comment that do not end */
};

struct token {
	enum token_kind kind;
	const char *text;
	size_t length;
};

static bool is_word(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' ||
	       (unsigned char)ch >= 0x80;
}

/* Behind the quote that closes; NULL: none does. A doubled one does not. */
static const char *skip_quotes(const char *at, char quote, bool escapes)
{
	for (at++; *at; at++) {
		if (escapes && *at == '\\' && at[1])
			at++;
		else if (*at == quote && at[1] == quote)
			at++;
		else if (*at == quote)
			return at + 1;
	}
	return NULL;
}

/* Comments stand within comments; one of a line ends with a return too. */
static const char *skip_comment(const char *at)
{
	unsigned depth = 0;

	if (at[0] == '-')
		return at + strcspn(at, "\r\n");
	for (; *at; at++) {
		if (at[0] == '/' && at[1] == '*') {
			depth++;
			at++;
		} else if (at[0] == '*' && at[1] == '/') {
			at++;
			if (--depth == 0)
				return at + 1;
		}
	}
	return NULL;
}

/* "$$" or "$tag$"; 0: it is none. */
static size_t dollar_length(const char *at)
{
	size_t length = 1;

	if (at[1] >= '0' && at[1] <= '9')
		return 0;
	while (is_word(at[length]))
		length++;
	return at[length] == '$' ? length + 1 : 0;
}

static const char *skip_dollar(const char *at, size_t tag)
{
	for (const char *end = strchr(at + tag, '$'); end; end = strchr(end + 1, '$'))
		if (strncmp(end, at, tag) == 0)
			return end + tag;
	return NULL;
}

/* The next token and comment at `at`; blanks are passed over. */
static struct token next_token(const char *at)
{
	struct token ret = { .kind = TOKEN_SIGN };
	const char *end;
	size_t tag;

	at += strspn(at, " \t\r\n\f\v");
	ret.text = at;
	end = at + 1;
	if (!*at) {
		ret.kind = TOKEN_END;
		return ret;
	}
	if ((at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*')) {
		ret.kind = TOKEN_COMMENT;
		end = skip_comment(at);
	} else if (*at == '\'') {
		ret.kind = TOKEN_STRING;
		end = skip_quotes(at, '\'', false);
	} else if ((*at == 'e' || *at == 'E') && at[1] == '\'') {
		ret.kind = TOKEN_ESCAPED;
		end = skip_quotes(at + 1, '\'', true);
	} else if (*at == '"') {
		ret.kind = TOKEN_NAME;
		end = skip_quotes(at, '"', false);
	} else if (*at == '$' && (tag = dollar_length(at)) > 0) {
		ret.kind = TOKEN_DOLLAR;
		end = skip_dollar(at, tag);
	} else if (is_word(*at)) {
		ret.kind = TOKEN_WORD;
		/* A dollar sign within a name begins no string. */
		while (is_word(*end) || *end == '$')
			end++;
	}
	if (!end)
		ret.kind = TOKEN_OPEN;
	ret.length = end ? (size_t)(end - at) : strlen(at);
	return ret;
}

static bool is_sign(const struct token *token, char sign)
{
	return token->kind == TOKEN_SIGN && *token->text == sign;
}

static bool is(const struct token *token, const char *word)
{
	return token->kind == TOKEN_WORD && strlen(word) == token->length &&
	       strncasecmp(token->text, word, token->length) == 0;
}

static bool is_one_of(const struct token *token, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is(token, words[i]))
			return true;
	return false;
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- whether it reads ---- */

struct statement {
	VEC(struct token) tokens; /* without comments and the ';' at its end */
	struct arena *arena;
	const char *why;
};

/* Behind the digits of a number older servers begin a word or a string of its own: "1into b", "1$$". */
static bool is_run_together(const struct token *token)
{
	static const char digits[] = "0123456789_";
	size_t at;

	if (token->kind != TOKEN_WORD || *token->text < '0' || *token->text > '9')
		return false;
	at = strspn(token->text, digits);
	if (at < token->length && (token->text[at] == 'e' || token->text[at] == 'E'))
		at += 1 + strspn(token->text + at + 1, digits);
	return at < token->length;
}

/* A fault of the text as a whole; NULL: it is one statement. */
static const char *read_tokens(const char *text, struct statement *ret)
{
	bool ended = false;

	if (strlen(text) > TEXT_MAX)
		return "it is too long";
	for (struct token token = next_token(text); token.kind != TOKEN_END; token = next_token(text)) {
		text = token.text + token.length;
		if (token.kind == TOKEN_OPEN)
			return "quotes or a comment do not end";
		if (token.kind == TOKEN_COMMENT)
			continue;
		if (is_sign(&token, '\\'))
			return "a backslash begins a command of psql itself";
		/* Where such a string ends is a setting of the server. */
		if (token.kind == TOKEN_STRING && memmem(token.text, token.length, "\\'", 2))
			return "a backslash stands before a quote";
		if (is_run_together(&token))
			return "a number and a word run together";
		if (is_sign(&token, ';'))
			ended = true;
		else if (ended)
			return "it is more than one statement";
		else
			vec_push(&ret->tokens, token);
	}
	return ret->tokens.count ? NULL : "it holds no statement";
}

/* Whether the name before a parenthesis may stand there. */
static const char *check_call(const struct statement *statement, size_t at)
{
	const struct token *tokens = statement->tokens.items, *token = &tokens[at];
	bool qualified = at > 0 && is_sign(&tokens[at - 1], '.'), catalog = at > 1 && is(&tokens[at - 2], "pg_catalog");
	bool made = at > 0 && (is(&tokens[at - 1], "as") || is(&tokens[at - 1], "recursive") ||
			       (at == 1 && is(&tokens[0], "with")));

	if (token->kind == TOKEN_WORD && !qualified && (made || sql_is_keyword(token->text, token->length)))
		return NULL;
	if (token->kind == TOKEN_WORD && (!qualified || catalog) && sql_is_reading_function(token->text, token->length))
		return NULL;
	return arena_printf(statement->arena, "'%.*s' is on no list of reading functions", (int)token->length,
			    token->text);
}

static const char *check_calls(const struct statement *statement)
{
	for (size_t i = 0; i + 1 < statement->tokens.count; i++) {
		const struct token *token = &statement->tokens.items[i];
		const char *why;

		if ((token->kind != TOKEN_WORD && token->kind != TOKEN_NAME) || !is_sign(token + 1, '('))
			continue;
		if ((why = check_call(statement, i)) != NULL)
			return why;
	}
	return NULL;
}

/* A change may stand within WITH, a lock behind FOR, a table to be made behind INTO. */
static const char *check_words(const struct statement *statement)
{
	static const char *const changing[] = { "insert", "update", "delete", "merge",  "into",   "share",
						"set",    "reset",  "begin",  "commit", "copy",   "truncate",
						"drop",   "alter",  "create", "grant",  "revoke", "execute" };

	for (size_t i = 0; i < statement->tokens.count; i++) {
		const struct token *token = &statement->tokens.items[i];

		if (is_one_of(token, changing, COUNT(changing)))
			return arena_printf(statement->arena, "it holds '%.*s'", (int)token->length, token->text);
	}
	return NULL;
}

/* Does EXPLAIN run what it explains? An option in quotes may be any. `ret_at` is where that begins. */
static bool explains_by_running(const struct statement *statement, size_t *ret_at)
{
	static const char *const options[] = { "analyze", "analyse", "verbose" };
	bool runs = false;
	size_t at = 1;

	if (at < statement->tokens.count && is_sign(&statement->tokens.items[at], '(')) {
		while (at < statement->tokens.count && !is_sign(&statement->tokens.items[at], ')')) {
			const struct token *option = &statement->tokens.items[at];

			runs |= option->kind == TOKEN_NAME || is_one_of(option, options, 2);
			at++;
		}
		at++;
	}
	while (at < statement->tokens.count && is_one_of(&statement->tokens.items[at], options, COUNT(options))) {
		runs |= is_one_of(&statement->tokens.items[at], options, 2);
		at++;
	}
	*ret_at = at;
	return runs;
}

static const char *check_statement(const struct statement *statement)
{
	static const char *const reading[] = { "select", "with", "table", "values", "show" };
	static const char *const explained[] = { "select", "with", "table", "values", "insert", "update", "delete" };
	const struct token *first = &statement->tokens.items[0];
	bool explains = is(first, "explain"), runs = true;
	const char *why = NULL;
	size_t at = 0;

	if (explains)
		runs = explains_by_running(statement, &at);
	if (at >= statement->tokens.count)
		return "it explains nothing";
	first = &statement->tokens.items[at];
	if (runs ? !is_one_of(first, reading, COUNT(reading)) : !is_one_of(first, explained, COUNT(explained)))
		return arena_printf(statement->arena, "'%.*s' is no word that reads", (int)first->length, first->text);
	if (runs)
		why = check_words(statement);
	/* What is only explained is not called; the column list of an INSERT looks as if it were. */
	return why || !runs ? why : check_calls(statement);
}

bool sql_reads(const char *text, struct arena *arena, const char **ret_why)
{
	struct statement statement = { .arena = arena };
	const char *why = read_tokens(text, &statement);

	if (!why)
		why = check_statement(&statement);
	*ret_why = why ? arena_printf(arena, "not surely reading: %s", why)
		       : arena_printf(arena, "'%.*s' only reads, and so does the connection",
				      (int)statement.tokens.items[0].length, statement.tokens.items[0].text);
	vec_release(&statement.tokens);
	return !why;
}

/* ---- values ---- */

/* What the byte at `offset` stands in. */
static enum token_kind kind_at(const char *text, size_t offset)
{
	for (const char *at = text;;) {
		struct token token = next_token(at);

		if (token.kind == TOKEN_END || token.text > text + offset)
			return TOKEN_SIGN;
		if (token.text + token.length > text + offset)
			return token.kind;
		at = token.text + token.length;
	}
}

static bool is_plain(const char *value)
{
	while (*value && ((is_word(*value) && (unsigned char)*value < 0x80) || *value == '.'))
		value++;
	return !*value;
}

static bool is_shown(const char *value)
{
	size_t length = strlen(value);

	for (size_t at = 0; at < length;) {
		uint32_t code;

		at += text_decode(value + at, length - at, &code);
		if (text_is_unsafe(code) || code == TEXT_REPLACEMENT)
			return false;
	}
	return length > 0;
}

static void add_doubled(struct strbuf *ret, const char *value, char quote)
{
	for (; *value; value++) {
		if (*value == quote)
			strbuf_addch(ret, quote);
		strbuf_addch(ret, *value);
	}
}

static int add_value(const char *value, const char *name, enum token_kind where, struct strbuf *ret,
		     struct error *error)
{
	if (!is_shown(value))
		return error_set(error, "the value of %s is empty, or holds characters that are not shown", name);
	if (where == TOKEN_STRING)
		add_doubled(ret, value, '\'');
	else if (where == TOKEN_NAME)
		add_doubled(ret, value, '"');
	else if (where == TOKEN_WORD || where == TOKEN_SIGN || (where == TOKEN_ESCAPED && is_plain(value))) {
		if (!is_plain(value))
			return error_set(error, "the value of %s needs quotes around it where it stands", name);
		strbuf_addstr(ret, value);
	} else {
		return error_set(error, "%s stands where no value can be put", name);
	}
	return 0;
}

int sql_fill(const char *text, const struct placeholder *placeholders, size_t count,
	     const char *(*value)(void *user, const char *name), void *user, struct strbuf *ret, struct error *error)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		const struct placeholder *place = &placeholders[i];
		const char *put = value(user, place->name);

		if (!put)
			return error_set(error, "needs %s", place->name);
		strbuf_add(ret, text + at, place->begin - at);
		if (add_value(put, place->name, kind_at(text, place->begin), ret, error) < 0)
			return -1;
		at = place->end;
	}
	strbuf_addstr(ret, text + at);
	return 0;
}

/* ---- the connection ---- */

static bool has_parameter(const char *connection, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = connection; *at; at++) {
		const char *behind = at + length;

		if (strncasecmp(at, name, length) != 0 || (at > connection && !strchr(" \t\n?&", at[-1])))
			continue;
		behind += strspn(behind, " \t\n");
		if (*behind == '=')
			return true;
	}
	return false;
}

const char *sql_connection_fault(const char *connection)
{
	static const char *const prefixes[] = { "postgresql://", "postgres://" };

	if (!*connection || *connection == '-' || !is_shown(connection))
		return "it is no connection (service=NAME, host=HOST dbname=NAME user=NAME, postgresql://...)";
	if (has_parameter(connection, "password") || has_parameter(connection, "sslpassword"))
		return "it holds a password (a passfile, or a service, has it)";
	if (has_parameter(connection, "options"))
		return "'options' would take the place of what makes it read-only";
	for (size_t i = 0; i < COUNT(prefixes); i++) {
		size_t length = strlen(prefixes[i]), user;

		if (strncmp(connection, prefixes[i], length) != 0)
			continue;
		user = strcspn(connection + length, "/?");
		for (const char *at = memchr(connection + length, ':', user); at; at = NULL)
			if (memchr(at, '@', user - (size_t)(at - connection - (ptrdiff_t)length)))
				return "it holds a password (a passfile, or a service, has it)";
		if (strchr(connection, '%'))
			return "'%' hides what it says";
	}
	return NULL;
}

static void add_quoted(struct strbuf *ret, const char *text)
{
	strbuf_addch(ret, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_addstr(ret, "'\\''");
		else
			strbuf_addch(ret, *text);
	}
	strbuf_addch(ret, '\'');
}

const char *sql_command(const char *connection, const char *text, struct arena *arena)
{
	struct strbuf buf = STRBUF_INIT;
	const char *ret;

	/* A service's own options take the place of PGOPTIONS; what begins a transaction stands above both. Nothing is
	 * set in the session: a pooler would hand that on to others. Without -q the words BEGIN would be output. */
	strbuf_addstr(&buf,
		      "PGOPTIONS='-c default_transaction_read_only=on' psql -Xq -v ON_ERROR_STOP=1 --no-password ");
	add_quoted(&buf, connection);
	strbuf_addstr(&buf, " -c 'BEGIN READ ONLY' -c ");
	add_quoted(&buf, text);
	ret = arena_strdup(arena, buf.text);
	strbuf_release(&buf);
	return ret;
}
