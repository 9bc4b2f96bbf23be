#include "dashboard/regex.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"

#define PATTERN_BYTES_MAX 65536
#define MATCH_LIMIT       100000u
#define DEPTH_LIMIT       2000u
#define HEAP_LIMIT_KIB    8192u
#define GIVE_UP_AFTER     4u /* matches over the limit, after which the pattern is not tried again */

/* What matching writes to; apart from the regex, which its users see as const. */
struct regex_work {
	pcre2_match_data *match;
	unsigned over_limit;
};

struct regex {
	pcre2_code *code;
	pcre2_match_context *context;
	struct regex_work *work;
	bool global;
};

/* ---- compiling ---- */

/* Letters that mean something after a backslash in PCRE2 but only themselves in JavaScript. */
static bool is_identity_escape(char letter)
{
	return letter && strchr("ACEGHKLNQRXZaeghloyz", letter) != NULL;
}

static void add_pattern(struct strbuf *ret, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] != '\\' || i + 1 >= length) {
			strbuf_addch(ret, text[i]);
			continue;
		}
		i++;
		if (!is_identity_escape(text[i]))
			strbuf_addch(ret, '\\');
		strbuf_addch(ret, text[i]);
	}
}

static uint32_t flag_options(const char *flags, bool *ret_global)
{
	uint32_t options = 0;

	for (; *flags; flags++) {
		switch (*flags) {
		case 'g': *ret_global = true; break;
		case 'i': options |= PCRE2_CASELESS; break;
		case 'm': options |= PCRE2_MULTILINE; break;
		case 's': options |= PCRE2_DOTALL; break;
		case 'y': options |= PCRE2_ANCHORED; break;
		default: break;
		}
	}
	return options;
}

/* Take "/pattern/flags" apart: the pattern ends at the first slash behind which only flags stand. */
static int split_slashes(const char *text, const char **ret_end, const char **ret_flags)
{
	for (const char *slash = strchr(text + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		if (slash[1 + strspn(slash + 1, "gimsuy")] != '\0')
			continue;
		*ret_end = slash;
		*ret_flags = slash + 1;
		return 0;
	}
	return -1;
}

static pcre2_code *compile(const struct strbuf *pattern, uint32_t options, struct error *error)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	PCRE2_UCHAR message[256];
	PCRE2_SIZE offset = 0;
	pcre2_code *code;
	int status = 0;

	if (!context) {
		error_set(error, "regular expression: out of memory");
		return NULL;
	}
	pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
	pcre2_set_max_pattern_length(context, PATTERN_BYTES_MAX);
	pcre2_set_compile_extra_options(context, PCRE2_EXTRA_BAD_ESCAPE_IS_LITERAL | PCRE2_EXTRA_ALT_BSUX);
	options |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_ALLOW_EMPTY_CLASS |
		   PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX;
	code = pcre2_compile((PCRE2_SPTR)pattern->text, pattern->length, options, &status, &offset, context);
	pcre2_compile_context_free(context);
	if (!code) {
		if (pcre2_get_error_message(status, message, sizeof(message)) < 0)
			message[0] = '\0';
		error_set(error, "regular expression: %s at character %zu", (const char *)message, (size_t)offset);
	}
	return code;
}

static struct regex *wrap(pcre2_code *code, bool global)
{
	struct regex *regex = mem_zalloc(sizeof(*regex));

	regex->code = code;
	regex->global = global;
	regex->work = mem_zalloc(sizeof(*regex->work));
	regex->work->match = pcre2_match_data_create_from_pattern(code, NULL);
	regex->context = pcre2_match_context_create(NULL);
	if (!regex->work->match || !regex->context) {
		regex_free(regex);
		return NULL;
	}
	pcre2_set_match_limit(regex->context, MATCH_LIMIT);
	pcre2_set_depth_limit(regex->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(regex->context, HEAP_LIMIT_KIB);
	return regex;
}

struct regex *regex_new(const char *js_pattern, struct error *error)
{
	struct strbuf pattern = STRBUF_INIT;
	const char *end = NULL, *flags = "";
	struct regex *regex = NULL;
	pcre2_code *code;
	bool global = false;
	uint32_t options;

	if (js_pattern[0] == '/') {
		if (split_slashes(js_pattern, &end, &flags) < 0) {
			error_set(error, "regular expression: no closing slash (/pattern/flags, flags of gimsuy)");
			return NULL;
		}
		add_pattern(&pattern, js_pattern + 1, (size_t)(end - js_pattern - 1));
	} else {
		strbuf_addch(&pattern, '^');
		add_pattern(&pattern, js_pattern, strlen(js_pattern));
		strbuf_addch(&pattern, '$');
	}
	options = flag_options(flags, &global);
	code = compile(&pattern, options, error);
	strbuf_release(&pattern);
	if (code) {
		regex = wrap(code, global);
		if (!regex)
			error_set(error, "regular expression: out of memory");
	}
	return regex;
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	pcre2_match_data_free(regex->work->match);
	pcre2_match_context_free(regex->context);
	pcre2_code_free(regex->code);
	free(regex->work);
	free(regex);
}

/* ---- matching ---- */

static bool run(const struct regex *regex, const char *text, size_t length, size_t offset)
{
	int status;

	if (regex->work->over_limit >= GIVE_UP_AFTER)
		return false;
	status = pcre2_match(regex->code, (PCRE2_SPTR)text, length, offset, 0, regex->work->match, regex->context);
	if (status == PCRE2_ERROR_MATCHLIMIT || status == PCRE2_ERROR_DEPTHLIMIT || status == PCRE2_ERROR_HEAPLIMIT)
		regex->work->over_limit++;
	return status > 0;
}

/* A group of the last match. \K and lookbehind may give a start behind the end: such a group is empty. */
static bool group_range(const struct regex *regex, const char *text, unsigned group, const char **ret_start,
			size_t *ret_length)
{
	const PCRE2_SIZE *ranges = pcre2_get_ovector_pointer(regex->work->match);

	if (group >= pcre2_get_ovector_count(regex->work->match) || ranges[2 * group] == PCRE2_UNSET)
		return false;
	*ret_start = text + ranges[2 * group];
	*ret_length = ranges[2 * group + 1] > ranges[2 * group] ? ranges[2 * group + 1] - ranges[2 * group] : 0;
	return true;
}

bool regex_match(const struct regex *regex, const char *text)
{
	return run(regex, text, strlen(text), 0);
}

bool regex_capture(const struct regex *regex, const char *text, unsigned group, const char **ret_start,
		   size_t *ret_length)
{
	return run(regex, text, strlen(text), 0) && group_range(regex, text, group, ret_start, ret_length);
}

static bool named_range(const struct regex *regex, const char *text, const char *name, const char **ret_start,
			size_t *ret_length)
{
	int group = pcre2_substring_number_from_name(regex->code, (PCRE2_SPTR)name);

	return group > 0 && group_range(regex, text, (unsigned)group, ret_start, ret_length);
}

bool regex_named(const struct regex *regex, const char *text, const char *name, const char **ret_start,
		 size_t *ret_length)
{
	return run(regex, text, strlen(text), 0) && named_range(regex, text, name, ret_start, ret_length);
}

/* Bytes of the character at `text`, counting stray continuation bytes to the one before. */
static size_t character_bytes(const char *text)
{
	size_t bytes = 1;

	while (((unsigned char)text[bytes] & 0xC0) == 0x80)
		bytes++;
	return bytes;
}

static bool next_in(const struct regex *regex, const char *text, size_t length, size_t *offset, const char **ret_start,
		    size_t *ret_length)
{
	if (*offset > length || !run(regex, text, length, *offset) ||
	    !group_range(regex, text, 0, ret_start, ret_length))
		return false;
	*offset = (size_t)(*ret_start - text) + *ret_length;
	if (*ret_length == 0)
		*offset += *offset < length ? character_bytes(text + *offset) : 1;
	return true;
}

bool regex_next(const struct regex *regex, const char *text, size_t *offset, const char **ret_start, size_t *ret_length)
{
	return next_in(regex, text, strlen(text), offset, ret_start, ret_length);
}

/* ---- replacing ---- */

/* "$12": group 12 when there is one, else group 1 and a "2". Returns the bytes taken behind the dollar, 0 for none. */
static size_t numbered_group(const struct regex *regex, const char *text, unsigned *ret_group)
{
	unsigned count = pcre2_get_ovector_count(regex->work->match);
	unsigned group;

	if (!isdigit((unsigned char)text[0]))
		return 0;
	group = (unsigned)(text[0] - '0');
	if (isdigit((unsigned char)text[1])) {
		unsigned both = group * 10 + (unsigned)(text[1] - '0');

		if (both > 0 && both < count) {
			*ret_group = both;
			return 2;
		}
	}
	*ret_group = group;
	return group > 0 && group < count ? 1 : 0;
}

/* "$<name>": the group's text, or nothing. Returns the bytes taken behind the dollar, 0 when it is no such reference.
 */
static size_t add_named(const struct regex *regex, const char *text, const char *reference, struct strbuf *ret)
{
	const char *close = strchr(reference, '>'), *start;
	char name[64];
	size_t size, length;
	uint32_t names = 0;

	pcre2_pattern_info(regex->code, PCRE2_INFO_NAMECOUNT, &names);
	if (names == 0 || !close)
		return 0;
	size = (size_t)(close - reference - 1);
	if (size >= sizeof(name))
		return 0;
	memcpy(name, reference + 1, size);
	name[size] = '\0';
	if (named_range(regex, text, name, &start, &length))
		strbuf_add(ret, start, length);
	return size + 2;
}

/* One "$..." of the replacement, `reference` just behind the dollar. Returns the bytes taken behind the dollar. */
static size_t add_reference(const struct regex *regex, const char *text, const char *reference, struct strbuf *ret)
{
	const char *start = text;
	size_t length = 0, taken;
	unsigned group = 0;

	taken = numbered_group(regex, reference, &group);
	if (taken > 0) {
		if (group_range(regex, text, group, &start, &length))
			strbuf_add(ret, start, length);
		return taken;
	}
	if (!group_range(regex, text, 0, &start, &length))
		return 0;
	switch (reference[0]) {
	case '$': strbuf_addch(ret, '$'); return 1;
	case '&': strbuf_add(ret, start, length); return 1;
	case '`': strbuf_add(ret, text, (size_t)(start - text)); return 1;
	case '\'': strbuf_addstr(ret, start + length); return 1;
	case '<':
		taken = add_named(regex, text, reference, ret);
		if (taken > 0)
			return taken;
		break;
	default: break;
	}
	strbuf_addch(ret, '$');
	return 0;
}

static void add_replacement(const struct regex *regex, const char *text, const char *replacement, struct strbuf *ret)
{
	while (*replacement) {
		size_t plain = strcspn(replacement, "$");

		strbuf_add(ret, replacement, plain);
		replacement += plain;
		if (*replacement == '$')
			replacement += 1 + add_reference(regex, text, replacement + 1, ret);
	}
}

void regex_replace(const struct regex *regex, const char *text, const char *replacement, bool all, struct strbuf *ret)
{
	size_t length = strlen(text), offset = 0, done = 0, match_length;
	const char *start;

	while (next_in(regex, text, length, &offset, &start, &match_length)) {
		size_t begin = (size_t)(start - text);

		strbuf_add(ret, text + done, begin - done);
		add_replacement(regex, text, replacement, ret);
		done = begin + match_length;
		if (!all)
			break;
	}
	strbuf_add(ret, text + done, length - done);
}

bool regex_is_global(const struct regex *regex)
{
	return regex->global;
}

bool regex_gave_up(const struct regex *regex)
{
	return regex->work->over_limit > 0;
}
