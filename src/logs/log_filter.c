#include "logs/log_filter.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "logs/log_reading.h"

#define PATTERN_BYTES  4096
#define MATCH_LIMIT    100000u
#define DEPTH_LIMIT    2000u
#define HEAP_LIMIT_KIB 8192u
#define GIVE_UP_AFTER  8u /* matches over their limits: the pattern then costs more than it finds */

struct filter_field {
	char *name, *value;
	size_t length;
	bool negated;
	bool prefix; /* any value that begins so */
};

struct filter_text {
	char *lower;
	size_t length;
};

struct log_filter {
	atomic_uint holders;
	enum line_level level;
	char *component;
	VEC(struct filter_field) fields;
	VEC(struct filter_text) texts; /* all must stand in the line */
	pcre2_code *code;
};

struct log_match {
	const struct log_filter *filter;
	pcre2_match_data *data;
	pcre2_match_context *context;
	unsigned over_limit;
};

static char lower(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char)(ch | 0x20) : ch;
}

/* ---- making ---- */

static int add_field(struct log_filter *filter, const char *pair, size_t length, struct error *error)
{
	const char *equals = memchr(pair, '=', length);
	struct filter_field *field;
	bool negated = length && *pair == '!';

	if (!equals || equals == pair + negated)
		return error_set(error, "'%.*s' names no field and value (NAME=VALUE, !NAME=VALUE)",
				 length < 64 ? (int)length : 64, pair);
	field = vec_add(&filter->fields);
	field->negated = negated;
	field->name = mem_strndup(pair + negated, (size_t)(equals - pair) - negated);
	field->length = length - (size_t)(equals + 1 - pair);
	field->prefix = field->length && equals[field->length] == '*';
	field->length -= field->prefix;
	field->value = mem_strndup(equals + 1, field->length);
	return 0;
}

static void add_text(struct log_filter *filter, const char *text, size_t length)
{
	struct filter_text *added;

	if (!length)
		return;
	added = vec_add(&filter->texts);
	added->lower = mem_strndup(text, length);
	added->length = strlen(added->lower);
	for (size_t i = 0; i < added->length; i++)
		added->lower[i] = lower(added->lower[i]);
}

/* A capital that is no class such as \W says that case matters. */
static bool has_capital(const char *pattern, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (pattern[i] == '\\')
			i++;
		else if (pattern[i] >= 'A' && pattern[i] <= 'Z')
			return true;
	}
	return false;
}

static int set_pattern(struct log_filter *filter, const char *pattern, size_t length, struct error *error)
{
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
	PCRE2_UCHAR message[256] = "";
	PCRE2_SIZE offset = 0;
	int status = 0;

	if (length > PATTERN_BYTES)
		return error_set(error, "the pattern is longer than %d bytes", PATTERN_BYTES);
	if (!has_capital(pattern, length))
		options |= PCRE2_CASELESS;
	filter->code = pcre2_compile((PCRE2_SPTR)pattern, length, options, &status, &offset, NULL);
	if (filter->code)
		return 0;
	pcre2_get_error_message(status, message, sizeof(message));
	return error_set(error, "pattern: %s at character %zu", (const char *)message, (size_t)offset);
}

static struct log_filter *filter_alloc(void)
{
	struct log_filter *filter = mem_zalloc(sizeof(*filter));

	atomic_init(&filter->holders, 1);
	return filter;
}

struct log_filter *log_filter_new(const struct log_filter_config *config, struct error *error)
{
	struct log_filter *filter = filter_alloc();
	const char *text = config->text ? config->text : "";
	int result = 0;

	filter->level = config->level;
	filter->component = config->component && *config->component ? mem_strdup(config->component) : NULL;
	for (size_t i = 0; i < config->field_count && result == 0; i++)
		result = add_field(filter, config->fields[i], strlen(config->fields[i]), error);
	if (result == 0 && *text && config->regex)
		result = set_pattern(filter, text, strlen(text), error);
	else if (result == 0)
		add_text(filter, text, strlen(text));
	if (result == 0)
		return filter;
	log_filter_drop(filter);
	return NULL;
}

struct log_filter *log_filter_hold(struct log_filter *filter)
{
	if (filter)
		atomic_fetch_add(&filter->holders, 1);
	return filter;
}

void log_filter_drop(struct log_filter *filter)
{
	if (!filter || atomic_fetch_sub(&filter->holders, 1) != 1)
		return;
	for (size_t i = 0; i < filter->fields.count; i++) {
		free(filter->fields.items[i].name);
		free(filter->fields.items[i].value);
	}
	for (size_t i = 0; i < filter->texts.count; i++)
		free(filter->texts.items[i].lower);
	vec_release(&filter->fields);
	vec_release(&filter->texts);
	pcre2_code_free(filter->code);
	free(filter->component);
	free(filter);
}

/* ---- as typed ---- */

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t';
}

/* The bytes of the word at `text`: up to a blank outside of quotes. */
static size_t word_bytes(const char *text)
{
	bool quoted = false;
	size_t i = 0;

	for (; text[i] && (quoted || !is_blank(text[i])); i++)
		if (text[i] == '"')
			quoted = !quoted;
	return i;
}

static bool is_name(const char *text, size_t length)
{
	size_t i = length && *text == '!';

	if (i == length)
		return false;
	for (; i < length; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@", text[i]))
			return false;
	return true;
}

enum word_kind { WORD_TEXT, WORD_LEVEL, WORD_COMPONENT, WORD_FIELD, WORD_PATTERN };

/* What a word is; its value is what stands behind the part that says so. */
static enum word_kind word_kind(const char *word, size_t length, const char **ret_value, size_t *ret_length)
{
	static const struct {
		const char *name;
		enum word_kind kind;
	} names[] = { { "level:", WORD_LEVEL }, { "component:", WORD_COMPONENT }, { "logger:", WORD_COMPONENT } };
	const char *equals = memchr(word, '=', length);

	*ret_value = word;
	*ret_length = length;
	if (*word == '/')
		return WORD_PATTERN;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t name = strlen(names[i].name);

		if (length > name && memcmp(word, names[i].name, name) == 0) {
			*ret_value = word + name;
			*ret_length = length - name;
			if (names[i].kind == WORD_LEVEL && word[length - 1] == '+')
				--*ret_length;
			return names[i].kind;
		}
	}
	if (length > 2 && word[length - 1] == '+' && line_level_read(word, length - 1) != LINE_UNKNOWN) {
		*ret_length = length - 1;
		return WORD_LEVEL;
	}
	return equals && is_name(word, (size_t)(equals - word)) ? WORD_FIELD : WORD_TEXT;
}

/* Without the quotes around it, or around a field's value. */
static char *unquoted(const char *text, size_t length)
{
	struct strbuf buf = STRBUF_INIT;

	for (size_t i = 0; i < length; i++)
		if (text[i] != '"')
			strbuf_addch(&buf, text[i]);
	return strbuf_detach(&buf);
}

static int take_pattern(struct log_filter *filter, const char *text, struct error *error)
{
	size_t length = strlen(text);

	while (length > 1 && is_blank(text[length - 1]))
		length--;
	if (length > 2 && text[length - 1] == '/')
		length--;
	return length > 1 ? set_pattern(filter, text + 1, length - 1, error) : 0;
}

static int take_word(struct log_filter *filter, enum word_kind kind, const char *value, size_t length,
		     struct error *error)
{
	char *plain = unquoted(value, length);
	int result = 0;

	switch (kind) {
	case WORD_LEVEL:
		filter->level = line_level_read(plain, strlen(plain));
		if (filter->level == LINE_UNKNOWN)
			result = error_set(error, "'%.32s' is no level (trace, debug, info, warning, error, critical)",
					   plain);
		break;
	case WORD_COMPONENT:
		free(filter->component);
		filter->component = mem_strdup(plain);
		break;
	case WORD_FIELD: result = add_field(filter, plain, strlen(plain), error); break;
	default: add_text(filter, plain, strlen(plain)); break;
	}
	free(plain);
	return result;
}

/* Is there any word that is more than text? */
static bool is_plain(const char *typed)
{
	const char *value;
	size_t length;

	for (const char *at = typed; *at;) {
		size_t used = word_bytes(at);

		if (used && (word_kind(at, used, &value, &length) != WORD_TEXT || memchr(at, '"', used)))
			return false;
		at += used;
		at += *at != '\0';
	}
	return true;
}

struct log_filter *log_filter_read(const char *typed, struct error *error)
{
	struct log_filter *filter = filter_alloc();
	int result = 0;
	size_t length;

	typed += strspn(typed, " \t");
	length = strlen(typed);
	while (length && is_blank(typed[length - 1]))
		length--;
	if (is_plain(typed)) {
		add_text(filter, typed, length);
		return filter;
	}
	while (*typed && result == 0) {
		const char *value;
		size_t used = word_bytes(typed);
		enum word_kind kind = used ? word_kind(typed, used, &value, &length) : WORD_TEXT;

		if (kind == WORD_PATTERN) {
			result = take_pattern(filter, typed, error);
			break;
		}
		if (used)
			result = take_word(filter, kind, value, length, error);
		typed += used;
		typed += *typed != '\0';
	}
	if (result == 0)
		return filter;
	log_filter_drop(filter);
	return NULL;
}

struct log_filter *log_filter_read_least(const char *typed, enum line_level level, struct error *error)
{
	struct log_filter *ret = log_filter_read(typed, error);

	if (ret)
		ret->level = ret->level > level ? ret->level : level;
	return ret;
}

/* ---- matching ---- */

struct log_match *log_match_new(const struct log_filter *filter)
{
	struct log_match *match = mem_zalloc(sizeof(*match));

	match->filter = filter;
	if (!filter || !filter->code)
		return match;
	match->data = pcre2_match_data_create_from_pattern(filter->code, NULL);
	match->context = pcre2_match_context_create(NULL);
	if (match->context) {
		pcre2_set_match_limit(match->context, MATCH_LIMIT);
		pcre2_set_depth_limit(match->context, DEPTH_LIMIT);
		pcre2_set_heap_limit(match->context, HEAP_LIMIT_KIB);
	}
	return match;
}

void log_match_free(struct log_match *match)
{
	if (!match)
		return;
	pcre2_match_data_free(match->data);
	pcre2_match_context_free(match->context);
	free(match);
}

bool log_match_gave_up(const struct log_match *match)
{
	return match->over_limit > 0;
}

/* The nearer of two places, either of which may be none. */
static const char *nearer(const char *a, const char *b)
{
	return !a ? b : !b ? a : a < b ? a : b;
}

static const char *find_text(const char *text, size_t length, const struct filter_text *wanted)
{
	const char *end, *small, *large = NULL;
	char first = wanted->lower[0], capital = first >= 'a' && first <= 'z' ? (char)(first - 0x20) : first;

	if (length < wanted->length)
		return NULL;
	end = text + length - wanted->length + 1;
	small = memchr(text, first, (size_t)(end - text));
	if (capital != first)
		large = memchr(text, capital, (size_t)(end - text));
	while (small || large) {
		const char *at = nearer(small, large);
		size_t i = 1;

		while (i < wanted->length && lower(at[i]) == wanted->lower[i])
			i++;
		if (i == wanted->length)
			return at;
		if (at == small)
			small = memchr(at + 1, first, (size_t)(end - at - 1));
		else
			large = memchr(at + 1, capital, (size_t)(end - at - 1));
	}
	return NULL;
}

static bool match_pattern(struct log_match *match, const char *text, size_t length, size_t offset)
{
	int status;

	if (match->over_limit >= GIVE_UP_AFTER || !match->data || !match->context)
		return false;
	status = pcre2_match(match->filter->code, (PCRE2_SPTR)text, length, offset, 0, match->data, match->context);
	if (status == PCRE2_ERROR_MATCHLIMIT || status == PCRE2_ERROR_DEPTHLIMIT || status == PCRE2_ERROR_HEAPLIMIT)
		match->over_limit++;
	return status >= 0;
}

bool log_match_raw(struct log_match *match, const char *line, size_t length)
{
	const struct log_filter *filter = match->filter;

	if (!filter)
		return true;
	for (size_t i = 0; i < filter->texts.count; i++)
		if (!find_text(line, length, &filter->texts.items[i]) && !line_says_otherwise(line, length))
			return false;
	return true;
}

static bool has_component(const struct log_line *line, const char *wanted)
{
	size_t length = strlen(wanted);

	return line->component.text && line->component.length >= length &&
	       memcmp(line->component.text, wanted, length) == 0 &&
	       (line->component.length == length || line->component.text[length] == '.');
}

static bool has_field(const struct log_line *line, const struct filter_field *field)
{
	struct line_text value;

	return log_line_get(line, field->name, &value) && value.length >= field->length &&
	       (field->prefix || value.length == field->length) && memcmp(value.text, field->value, field->length) == 0;
}

bool log_match_line(struct log_match *match, const struct log_line *line, const char *raw, size_t length)
{
	const struct log_filter *filter = match->filter;

	if (!filter)
		return true;
	if (line->level < filter->level || (filter->component && !has_component(line, filter->component)))
		return false;
	for (size_t i = 0; i < filter->fields.count; i++)
		if (has_field(line, &filter->fields.items[i]) == filter->fields.items[i].negated)
			return false;
	for (size_t i = 0; i < filter->texts.count; i++)
		if (!find_text(raw, length, &filter->texts.items[i]) &&
		    !find_text(line->message.text, line->message.length, &filter->texts.items[i]))
			return false;
	return !filter->code || match_pattern(match, line->message.text, line->message.length, 0) ||
	       match_pattern(match, raw, length, 0);
}

bool log_match_find(struct log_match *match, const char *text, size_t length, size_t *offset, size_t *ret_start,
		    size_t *ret_length)
{
	const struct log_filter *filter = match->filter;
	const char *found = NULL;

	if (!filter || *offset > length)
		return false;
	if (filter->code) {
		const PCRE2_SIZE *ends;

		if (!match_pattern(match, text, length, *offset))
			return false;
		ends = pcre2_get_ovector_pointer(match->data);
		if (ends[1] < ends[0])
			return false;
		*ret_start = ends[0];
		*ret_length = ends[1] - ends[0];
		*offset = ends[1] + (ends[1] == ends[0]);
		return true;
	}
	for (size_t i = 0; i < filter->texts.count; i++) {
		const char *at = find_text(text + *offset, length - *offset, &filter->texts.items[i]);

		if (at && (!found || at < found)) {
			found = at;
			*ret_start = (size_t)(at - text);
			*ret_length = filter->texts.items[i].length;
		}
	}
	if (found)
		*offset = *ret_start + *ret_length;
	return found != NULL;
}
