/* How each kind of pattern is recognised. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "runbook/mask.h"
#include "runbook/mask_private.h"

#define SIGNS_MOST    3
#define ASSIGNED_MOST 64   /* from a name to what is assigned to it */
#define SPACES_MOST   16   /* between a flag and its value */
#define ADDRESS_MOST  512  /* user and password of a URL */
#define JWT_MOST      2048 /* the first part of a token */
#define PEM_MOST      80   /* its first line */
#define FLAG_MOST     256  /* "user:" before a password */

/* Flags that take a password, by the program they belong to: elsewhere they mean something else. */
static const struct {
	const char *flag, *program;
	bool after_colon; /* "user:password" */
	bool attached;    /* in the same word only */
} flags[] = {
	{ " -u", "curl", true, false },           { " --user", "curl", true, false },
	{ " --proxy-user", "curl", true, false }, { " -p", "mysql", false, true },
	{ " -p", "mysqldump", false, true },      { " -p", "mariadb", false, true },
	{ " -p", "sshpass", false, false },       { " -p", "login", false, false },
	{ " -p", "mongo", false, false },         { " -p", "mongosh", false, false },
	{ " -a", "redis-cli", false, false },     { " -w", "ldapsearch", false, false },
	{ " -w", "ldapmodify", false, false },
};

/* ---- bytes ---- */

static bool is_word(unsigned char byte)
{
	return isalnum(byte) || byte == '_' || byte == '-';
}

bool mask_is_token(enum token_kind kind, unsigned char byte)
{
	switch (kind) {
	case TOKEN_WORD: return is_word(byte);
	case TOKEN_UPPER: return isupper(byte) || isdigit(byte);
	case TOKEN_BASE64: return isalnum(byte) || byte == '+' || byte == '/' || byte == '=';
	case TOKEN_ANY: return is_word(byte) || (byte && strchr(".~+/=", byte));
	}
	return false;
}

static bool ends_line(unsigned char byte)
{
	return byte == '\n' || byte == '\r';
}

static struct finding nothing(void)
{
	return (struct finding){ .what = FOUND_NOTHING };
}

/* When all of it is there, nothing more will help. */
static struct finding more(const struct sight *sight, bool is_secret)
{
	return (struct finding){ .what = sight->last ? FOUND_NOTHING : FOUND_MORE_NEEDED, .is_secret = is_secret };
}

/* ---- references ---- */

/* $NAME, ${...}, $(...); lower case may well be a password. */
static enum mask_answer is_variable(const struct sight *sight, size_t at)
{
	unsigned char next;

	if (at + 1 >= sight->end)
		return sight->last ? MASK_NO : MASK_UNKNOWN;
	next = (unsigned char)sight->text[at + 1];
	if (next == '{' || next == '(')
		return MASK_YES;
	for (size_t i = at + 1; i < at + 64; i++) {
		if (i >= sight->end)
			return sight->last ? MASK_YES : MASK_UNKNOWN;
		next = (unsigned char)sight->text[i];
		if (isupper(next) || next == '_' || (i > at + 1 && isdigit(next)))
			continue;
		return i > at + 1 && !islower(next) ? MASK_YES : MASK_NO;
	}
	return MASK_NO;
}

static enum mask_answer is_placeholder(const struct sight *sight, size_t at)
{
	for (size_t i = at + 1; i < at + 48; i++) {
		if (i >= sight->end)
			return sight->last ? MASK_NO : MASK_UNKNOWN;
		if (sight->text[i] == '>')
			return i > at + 1 ? MASK_YES : MASK_NO;
		if (!is_word((unsigned char)sight->text[i]) && sight->text[i] != ' ')
			return MASK_NO;
	}
	return MASK_NO;
}

enum mask_answer mask_is_reference(const struct sight *sight, size_t at)
{
	size_t left = sight->end - at, shown = strlen(MASK_SHOWN);

	switch (sight->text[at]) {
	case '$': return is_variable(sight, at);
	case '<': return is_placeholder(sight, at);
	case '{':
	case '[': return MASK_YES; /* an object: its members are looked at themselves */
	case '*':
		if (memcmp(sight->text + at, MASK_SHOWN, left < shown ? left : shown) != 0)
			return MASK_NO;
		return left >= shown ? MASK_YES : sight->last ? MASK_NO : MASK_UNKNOWN;
	default: return MASK_NO;
	}
}

/* ---- what is assigned to a name ---- */

/* "--db-password VALUE": the word that the name ends begins with two dashes. "--no-password" takes no value. */
static bool is_long_flag(const struct sight *sight, size_t at)
{
	size_t begin = at;

	while (begin > 0 && at - begin < 40 && is_word((unsigned char)sight->text[begin - 1]))
		begin--;
	return begin + 2 <= at && sight->text[begin] == '-' && sight->text[begin + 1] == '-' &&
	       (at - begin < 5 || memcmp(sight->text + begin + 2, "no-", 3) != 0);
}

static bool is_query(const struct sight *sight, size_t at)
{
	size_t begin = at;

	while (begin > 0 && at - begin < 40 && is_word((unsigned char)sight->text[begin - 1]))
		begin--;
	return begin > 0 && (sight->text[begin - 1] == '?' || sight->text[begin - 1] == '&');
}

static size_t skip_space(const struct sight *sight, size_t at)
{
	while (at < sight->end && (sight->text[at] == ' ' || sight->text[at] == '\t'))
		at++;
	return at;
}

static struct finding value_at(size_t at, const struct value *value)
{
	return (struct finding){
		.what = FOUND_SECRET, .show_to = at, .resume_at = at, .then = THEN_VALUE, .value = *value
	};
}

/* "=", ":", "=>", ":=", "==". */
static bool is_sign(char byte)
{
	return byte == ':' || byte == '=' || byte == '>';
}

static struct finding try_name(const struct pattern *pattern, const struct sight *sight, size_t at)
{
	size_t end = at + pattern->length, i = end, sign, signs;
	struct value value = { .line = pattern->kind == PATTERN_HEADER };

	while (i < sight->end && i < end + 4 && strchr("\\\"']", sight->text[i]) && sight->text[i])
		value.json = sight->text[i++] == '"' || value.json;
	sign = skip_space(sight, i);
	if (sign > end + ASSIGNED_MOST)
		return nothing();
	if (sign >= sight->end)
		return more(sight, false);
	if (sight->text[sign] == '=' || (sight->text[sign] == ':' && !(pattern->flags & PATTERN_EQUAL))) {
		if (sign + 1 >= sight->end && !sight->last)
			return more(sight, false);
		/* "token::next" and "secret://" are names of something else. */
		if (sight->text[sign] == ':' && sign + 1 < sight->end &&
		    (sight->text[sign + 1] == ':' || sight->text[sign + 1] == '/'))
			return nothing();
		for (signs = 0; signs < SIGNS_MOST && sign < sight->end && is_sign(sight->text[sign]); signs++)
			sign++;
		if (sign >= sight->end && signs < SIGNS_MOST && !sight->last)
			return more(sight, false);
		value.query = is_query(sight, at);
		return value_at(sign, &value);
	}
	if (sign > i && i == end && sight->text[sign] != '-' && is_long_flag(sight, end))
		return value_at(sign, &value);
	return nothing();
}

/* ---- tokens ---- */

static struct finding token_at(size_t begin, size_t end, enum token_kind kind)
{
	return (struct finding){ .what = FOUND_SECRET,
				 .show_to = begin,
				 .masked = true,
				 .resume_at = end,
				 .then = THEN_TOKEN,
				 .token = kind };
}

static struct finding try_token(const struct pattern *pattern, const struct sight *sight, size_t at)
{
	size_t begin = at + pattern->length, i = begin;

	while (i < sight->end && i - begin < pattern->least &&
	       mask_is_token(pattern->token, (unsigned char)sight->text[i]))
		i++;
	if (i - begin >= pattern->least)
		return token_at(at, i, pattern->token);
	return i >= sight->end ? more(sight, true) : nothing();
}

static struct finding try_bearer(const struct pattern *pattern, const struct sight *sight, size_t at)
{
	size_t begin = at + pattern->length, i = begin, token;

	while (i < sight->end && i - begin < SPACES_MOST && sight->text[i] == ' ')
		i++;
	if (i >= sight->end)
		return more(sight, false);
	if (i == begin)
		return nothing();
	for (token = i; i < sight->end && i - token < 8; i++)
		if (!mask_is_token(TOKEN_ANY, (unsigned char)sight->text[i]))
			return nothing();
	return i - token >= 8 ? token_at(token, i, TOKEN_ANY) : more(sight, true);
}

/* The first two of its three parts are objects: "eyJ" is how one begins in base64. */
static struct finding try_jwt(const struct pattern *pattern, const struct sight *sight, size_t at)
{
	size_t i = at + pattern->length;

	while (i < sight->end && i < at + JWT_MOST && is_word((unsigned char)sight->text[i]))
		i++;
	if (i >= at + JWT_MOST)
		return nothing();
	if (i + 4 > sight->end && memcmp(sight->text + i, ".eyJ", sight->end - i) == 0)
		return more(sight, true);
	if (i + 4 <= sight->end && memcmp(sight->text + i, ".eyJ", 4) == 0)
		return token_at(at, i + 4, TOKEN_ANY);
	return nothing();
}

static struct finding try_pem(const struct pattern *pattern, const struct sight *sight, size_t at)
{
	size_t begin = at + pattern->length, i = begin;

	while (i < sight->end && i - begin < PEM_MOST &&
	       (isupper((unsigned char)sight->text[i]) || sight->text[i] == ' '))
		i++;
	if (i >= sight->end && i - begin < PEM_MOST)
		return more(sight, false);
	if (!memmem(sight->text + begin, i - begin, "PRIVATE KEY", 11))
		return nothing();
	while (i < sight->end && i - begin < PEM_MOST + 5 && sight->text[i] == '-')
		i++;
	if (i >= sight->end && i - begin < PEM_MOST + 5)
		return more(sight, false);
	return (struct finding){ .what = FOUND_SECRET, .show_to = i, .masked = true, .resume_at = i, .then = THEN_PEM };
}

/* ---- addresses and flags ---- */

static struct finding try_url(const struct pattern *pattern, const struct sight *sight, size_t at)
{
	size_t begin = at + pattern->length, i = begin, colon = 0, sign = 0;

	for (; i < sight->end && i - begin < ADDRESS_MOST; i++) {
		unsigned char byte = (unsigned char)sight->text[i];

		if (byte <= ' ' || byte == 0x7f || strchr("/\"'`<>?#|\\", byte))
			break;
		if (byte == ':' && !colon)
			colon = i;
		else if (byte == '@' && colon)
			sign = i;
	}
	/* Without a colon so far, what is there is a host or a user. */
	if (i >= sight->end && i - begin < ADDRESS_MOST && !sight->last)
		return more(sight, colon != 0);
	if (!sign || sign == colon + 1 || mask_is_reference(sight, colon + 1) == MASK_YES)
		return nothing();
	return (struct finding){ .what = FOUND_SECRET, .show_to = colon + 1, .masked = true, .resume_at = sign };
}

/* Is it a word of the line before `at`, or the end of its path? */
static bool is_on_line(const struct sight *sight, size_t at, const char *program)
{
	size_t length = strlen(program), from = at;

	while (from > 0 && at - from < MASK_BEHIND && !ends_line((unsigned char)sight->text[from - 1]))
		from--;
	for (size_t i = from; i + length <= at; i++) {
		if (memcmp(sight->text + i, program, length) != 0)
			continue;
		if ((i == from || !is_word((unsigned char)sight->text[i - 1])) &&
		    (i + length == at || !is_word((unsigned char)sight->text[i + length])))
			return true;
	}
	return false;
}

/* From the flag's end to its value, or to the password behind "user:". */
static struct finding flag_value(const struct sight *sight, size_t begin, bool after_colon, bool attached)
{
	struct value value = { 0 };
	size_t i = begin;

	while (!attached && i < sight->end && i - begin < SPACES_MOST &&
	       (sight->text[i] == ' ' || sight->text[i] == '='))
		i++;
	if (i >= sight->end)
		return more(sight, false);
	if (sight->text[i] == ' ' || sight->text[i] == '-' || ends_line((unsigned char)sight->text[i]))
		return nothing();
	if (!after_colon)
		return value_at(i, &value);
	if (sight->text[i] == '"' || sight->text[i] == '\'')
		value.quote = sight->text[i++];
	for (begin = i; i < sight->end && i - begin < FLAG_MOST; i++) {
		if (sight->text[i] == ':')
			return value_at(i + 1, &value);
		if ((unsigned char)sight->text[i] <= ' ' && !value.quote)
			return nothing();
	}
	return i >= sight->end ? more(sight, false) : nothing();
}

static struct finding try_flag(const struct pattern *pattern, const struct sight *sight, size_t at)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strcmp(flags[i].flag, pattern->text) == 0 && is_on_line(sight, at, flags[i].program))
			return flag_value(sight, at + pattern->length, flags[i].after_colon, flags[i].attached);
	return nothing();
}

/* ---- all of them ---- */

static bool stands(const struct pattern *pattern, const char *text, size_t length)
{
	switch (pattern->kind) {
	case PATTERN_NAME:
	case PATTERN_HEADER:
	case PATTERN_BEARER: return strncasecmp(text, pattern->text, length) == 0;
	default: return memcmp(text, pattern->text, length) == 0;
	}
}

/* Does anything that is not seen stand right before it? Then what is joined there may be two words. */
static bool is_apart(const struct sight *sight, size_t at)
{
	size_t low = 0, high = sight->noise_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sight->noises[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sight->noise_count && sight->noises[low].at == at;
}

static bool may_begin(const struct pattern *pattern, const struct sight *sight, size_t at)
{
	unsigned char before = at ? (unsigned char)sight->text[at - 1] : '\n';

	if (pattern->flags & PATTERN_WORD && (isalnum(before) || (before == '_' && pattern->kind == PATTERN_TOKEN)))
		return is_apart(sight, at);
	return !(pattern->flags & PATTERN_QUOTED) || before == '"' || before == '\'';
}

struct finding mask_try(const struct pattern *pattern, const struct sight *sight, size_t at)
{
	size_t left = sight->end - at, length = left < pattern->length ? left : pattern->length;
	bool is_secret =
		pattern->kind == PATTERN_LITERAL || pattern->kind == PATTERN_TOKEN || pattern->kind == PATTERN_JWT;

	if (!stands(pattern, sight->text + at, length) || !may_begin(pattern, sight, at))
		return nothing();
	if (length < pattern->length)
		return more(sight, is_secret);
	switch (pattern->kind) {
	case PATTERN_NAME:
	case PATTERN_HEADER: return try_name(pattern, sight, at);
	case PATTERN_TOKEN: return try_token(pattern, sight, at);
	case PATTERN_BEARER: return try_bearer(pattern, sight, at);
	case PATTERN_JWT: return try_jwt(pattern, sight, at);
	case PATTERN_PEM: return try_pem(pattern, sight, at);
	case PATTERN_URL: return try_url(pattern, sight, at);
	case PATTERN_FLAG: return try_flag(pattern, sight, at);
	case PATTERN_LITERAL: break;
	}
	return (struct finding){
		.what = FOUND_SECRET, .show_to = at, .masked = true, .resume_at = at + pattern->length
	};
}
