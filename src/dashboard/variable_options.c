#include "dashboard/variable_options.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "dashboard/regex.h"

#define PATTERN_TIME_NS    INT64_C(300000000) /* for all words together; the loop waits meanwhile */
#define MATCHES_A_WORD_MAX 1000

/* ---- the pattern ---- */

/* Options under way; `seen` keeps each value once. */
struct making {
	struct variable_options *ret;
	struct map seen;
	const struct regex *regex;
};

static void add_option(struct making *making, const char *text, const char *value)
{
	if (map_has(&making->seen, value))
		return;
	map_set(&making->seen, value, making);
	vec_push(&making->ret->items, (struct variable_option){ .text = text, .value = value });
}

static const char *named(struct making *making, const char *word, const char *name)
{
	const char *start;
	size_t length;

	if (!regex_named(making->regex, word, name, &start, &length))
		return NULL;
	return arena_strndup(&making->ret->arena, start, length);
}

static const char *captured(struct making *making, const char *word)
{
	const char *start;
	size_t length;

	if (!regex_capture(making->regex, word, 1, &start, &length))
		return NULL;
	return arena_strndup(&making->ret->arena, start, length);
}

/* With the g flag each match gives its first group. False when there is but one match, which is the usual case. */
static bool add_matches(struct making *making, const char *word)
{
	size_t offset = 0, length, matches = 0;
	const char *start;

	while (matches < 2 && regex_next(making->regex, word, &offset, &start, &length))
		matches++;
	if (matches < 2 || !captured(making, word))
		return false;
	offset = 0;
	for (matches = 0; matches < MATCHES_A_WORD_MAX && regex_next(making->regex, word, &offset, &start, &length);
	     matches++) {
		const char *value = captured(making, start);

		if (value)
			add_option(making, value, value);
	}
	return true;
}

static void add_word(struct making *making, const char *word)
{
	const char *value, *text;

	if (!making->regex) {
		text = arena_strdup(&making->ret->arena, word);
		add_option(making, text, text);
		return;
	}
	if (!regex_match(making->regex, word))
		return;
	value = named(making, word, "value");
	text = named(making, word, "text");
	if (!value && !text) {
		if (regex_is_global(making->regex) && add_matches(making, word))
			return;
		value = captured(making, word);
	}
	if (!value && !text)
		value = arena_strdup(&making->ret->arena, word);
	add_option(making, text ? text : value, value ? value : text);
}

/* ---- sorting ---- */

struct sorted {
	struct variable_option option;
	double number;
	size_t index;
};

/* The first run of digits in the text; -1 when there is none. */
static double first_number(const char *text)
{
	text += strcspn(text, "0123456789");
	return *text ? strtod(text, NULL) : -1;
}

static int by_index(const struct sorted *a, const struct sorted *b)
{
	return a->index < b->index ? -1 : a->index > b->index;
}

static int compare_alphabetical(const void *a, const void *b)
{
	int order = strcmp(((const struct sorted *)a)->option.text, ((const struct sorted *)b)->option.text);

	return order ? order : by_index(a, b);
}

static int compare_caseless(const void *a, const void *b)
{
	int order = strcasecmp(((const struct sorted *)a)->option.text, ((const struct sorted *)b)->option.text);

	return order ? order : by_index(a, b);
}

static int compare_numerical(const void *a, const void *b)
{
	double x = ((const struct sorted *)a)->number, y = ((const struct sorted *)b)->number;

	return x < y ? -1 : x > y ? 1 : by_index(a, b);
}

/* Runs of digits compare as numbers, without their leading zeros. Both pointers move behind their run. */
static int compare_digits(const char **a, const char **b)
{
	size_t length_a, length_b;
	int order;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	length_a = strspn(*a, "0123456789");
	length_b = strspn(*b, "0123456789");
	if (length_a != length_b)
		return length_a < length_b ? -1 : 1;
	order = strncmp(*a, *b, length_a);
	*a += length_a;
	*b += length_b;
	return order;
}

/* As people read: node2 before node10, case ignored. */
static int compare_natural(const void *left, const void *right)
{
	const char *a = ((const struct sorted *)left)->option.text, *b = ((const struct sorted *)right)->option.text;
	int order = 0;

	while (*a && *b && order == 0) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			order = compare_digits(&a, &b);
		} else {
			order = tolower((unsigned char)*a) - tolower((unsigned char)*b);
			a++;
			b++;
		}
	}
	if (order == 0)
		order = (*a != '\0') - (*b != '\0');
	return order ? order : by_index(left, right);
}

/* Indexed by half of Grafana's number: odd ones go up, even ones are the same order reversed. */
static int (*const comparisons[])(const void *, const void *) = {
	NULL, compare_alphabetical, compare_numerical, compare_caseless, compare_natural,
};

static void sort_options(struct variable_options *options, int sort)
{
	size_t count = options->items.count;
	struct sorted *sorted;

	if (sort < 1 || sort > 8 || count < 2)
		return;
	sorted = mem_array(count, sizeof(*sorted));
	for (size_t i = 0; i < count; i++)
		sorted[i] = (struct sorted){ .option = options->items.items[i],
					     .number = first_number(options->items.items[i].text),
					     .index = i };
	qsort(sorted, count, sizeof(*sorted), comparisons[(sort + 1) / 2]);
	for (size_t i = 0; i < count; i++)
		options->items.items[i] = sorted[sort % 2 == 0 ? count - 1 - i : i].option;
	free(sorted);
}

/* ---- all of it ---- */

int variable_options_make(struct variable_options *ret, const char *const *words, size_t count, const char *pattern,
			  int sort, struct error *error)
{
	struct making making = { .ret = ret };
	struct regex *regex = NULL;
	int64_t start = clock_monotonic_ns();
	int result = 0;

	memset(ret, 0, sizeof(*ret));
	if (pattern && pattern[0]) {
		regex = regex_new(pattern, error);
		if (!regex)
			return -1;
		making.regex = regex;
	}
	map_init(&making.seen);
	for (size_t i = 0; i < count && result == 0; i++) {
		add_word(&making, words[i]);
		if (regex && (regex_gave_up(regex) || clock_monotonic_ns() - start > PATTERN_TIME_NS))
			result = error_set(error, "regular expression takes too long");
	}
	map_release(&making.seen, NULL);
	regex_free(regex);
	if (result < 0)
		variable_options_release(ret);
	else
		sort_options(ret, sort);
	return result;
}

void variable_options_release(struct variable_options *options)
{
	vec_release(&options->items);
	arena_release(&options->arena);
}
