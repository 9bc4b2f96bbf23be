#include "config/option_value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "base/text.h"

#define SIZE_MOST 1000

static void *member(const struct option *option, void *target)
{
	return (char *)target + option->offset;
}

static bool has_limits(const struct option *option)
{
	return option->minimum != 0 || option->maximum != 0;
}

/* Whole numbers without an exponent, as people write them. */
static void add_limit(struct strbuf *buf, const struct option *option, double limit)
{
	char text[32];

	if (option->type == OPTION_DURATION) {
		duration_format((int64_t)limit, text, sizeof(text));
		strbuf_addstr(buf, limit > 0 ? text : "0s");
	} else if (limit == trunc(limit) && fabs(limit) < 1e15) {
		strbuf_addf(buf, "%.0f", limit);
	} else {
		strbuf_addf(buf, "%g", limit);
	}
}

static int out_of_range(const struct option *option, const char *value, struct error *error)
{
	struct strbuf limits = STRBUF_INIT;

	if (isinf(option->maximum)) {
		strbuf_addstr(&limits, "at least ");
		add_limit(&limits, option, option->minimum);
	} else {
		add_limit(&limits, option, option->minimum);
		strbuf_addstr(&limits, " to ");
		add_limit(&limits, option, option->maximum);
	}
	error_set(error, "'%.64s' is out of range (%s)", value, limits.text);
	strbuf_release(&limits);
	return -1;
}

static bool in_range(const struct option *option, double value)
{
	return !has_limits(option) || (value >= option->minimum && value <= option->maximum);
}

/* A copy each time: the array may be shared, and what is repeated on a command line is few. */
static void add_string(struct option_strings *strings, const char *item, struct arena *arena)
{
	const char **items = arena_array(arena, strings->count + 1, sizeof(*items));

	if (strings->count)
		memcpy(items, strings->items, strings->count * sizeof(*items));
	items[strings->count++] = arena_strdup(arena, item);
	strings->items = items;
}

void option_value_clear(const struct option *option, void *target)
{
	if (option->type == OPTION_STRINGS || option->type == OPTION_PAIRS)
		*(struct option_strings *)member(option, target) = (struct option_strings){ 0 };
}

static int read_bool(bool *ret, const char *value, struct error *error)
{
	static const char *const yes[] = { "true", "yes", "on" }, *const no[] = { "false", "no", "off" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		if (!strcmp(value, yes[i]) || !strcmp(value, no[i])) {
			*ret = !strcmp(value, yes[i]);
			return 0;
		}
	}
	return error_set(error, "'%.64s' is neither true nor false", value);
}

static int read_int(const struct option *option, int64_t *ret, const char *value, struct error *error)
{
	const char *digits = value + (*value == '-' || *value == '+');
	char *end;
	long long number;

	if (*digits < '0' || *digits > '9')
		return error_set(error, "'%.64s' is no whole number", value);
	errno = 0;
	number = strtoll(value, &end, 10);
	if (*end)
		return error_set(error, "'%.64s' is no whole number", value);
	if (errno == ERANGE && !has_limits(option))
		return error_set(error, "'%.64s' is too large", value);
	if (errno == ERANGE || !in_range(option, (double)number))
		return out_of_range(option, value, error);
	*ret = number;
	return 0;
}

static int read_number(const struct option *option, double *ret, const char *value, struct error *error)
{
	double number;
	char *end;

	/* strtod also reads space, hexadecimal, infinity and NaN, none of which is a setting. */
	number = strtod(value, &end);
	if (!*value || *end || strspn(value, "+-.0123456789eE") != strlen(value))
		return error_set(error, "'%.64s' is no number", value);
	if (!isfinite(number))
		return error_set(error, "'%.64s' is too large", value);
	if (!in_range(option, number))
		return out_of_range(option, value, error);
	*ret = number;
	return 0;
}

static int read_duration(const struct option *option, int64_t *ret, const char *value, struct error *error)
{
	int64_t ms;

	/* A bare nought is how people turn things off, where that is allowed. */
	if (!strcmp(value, "0") && has_limits(option) && option->minimum <= 0)
		ms = 0;
	else if (duration_parse(value, &ms, error))
		return -1;
	if (!in_range(option, (double)ms))
		return out_of_range(option, value, error);
	*ret = ms;
	return 0;
}

/* Up to five digits. */
static const char *read_cells(const char *text, int *ret)
{
	const char *at = text;
	int cells = 0;

	for (; *at >= '0' && *at <= '9' && at - text < 5; at++)
		cells = cells * 10 + (*at - '0');
	*ret = cells;
	return at == text ? NULL : at;
}

static int read_size(const struct option *option, struct option_size *ret, const char *value, struct error *error)
{
	int least = has_limits(option) ? (int)option->minimum : 1;
	int most = has_limits(option) ? (int)option->maximum : SIZE_MOST;
	struct option_size size = { 0 };
	const char *at = read_cells(value, &size.width);
	bool all = false;

	if (at && *at == 'x') {
		all = !strcmp(at + 1, "all");
		at = all ? at + 4 : read_cells(at + 1, &size.height);
	} else {
		at = NULL;
	}
	if (!at || *at || size.width < least || size.width > most ||
	    (!all && (size.height < least || size.height > most)))
		return error_set(error, "'%.64s' is no size (COLUMNSxROWS, %dx%d to %dx%d)", value, least, least, most,
				 most);
	*ret = size;
	return 0;
}

static int read_choice(const struct option *option, int *ret, const char *value, struct error *error)
{
	struct strbuf allowed = STRBUF_INIT;
	const char *nearest = NULL;
	unsigned best = 3;

	for (int i = 0; option->choices[i]; i++) {
		unsigned distance = text_distance(value, option->choices[i], best - 1);

		if (distance == 0) {
			*ret = i;
			strbuf_release(&allowed);
			return 0;
		}
		if (distance < best && distance < strlen(option->choices[i])) {
			best = distance;
			nearest = option->choices[i];
		}
		strbuf_addf(&allowed, "%s%s", i ? ", " : "", option->choices[i]);
	}
	if (nearest)
		error_set(error, "'%.64s' is not allowed (%s), did you mean '%s'", value, allowed.text, nearest);
	else
		error_set(error, "'%.64s' is not allowed (%s)", value, allowed.text);
	strbuf_release(&allowed);
	return -1;
}

static int read_pair(struct option_strings *ret, const char *value, struct arena *arena, struct error *error)
{
	const char *equals = strchr(value, '=');

	if (!equals || equals == value)
		return error_set(error, "'%.64s' is no pair (name=value)", value);
	add_string(ret, value, arena);
	return 0;
}

int option_value_read(const struct option *option, void *target, const char *value, struct arena *arena,
		      struct error *error)
{
	void *at = member(option, target);

	switch (option->type) {
	case OPTION_STRING: *(const char **)at = arena_strdup(arena, value); return 0;
	case OPTION_STRINGS: add_string(at, value, arena); return 0;
	case OPTION_PAIRS: return read_pair(at, value, arena, error);
	case OPTION_BOOL: return read_bool(at, value, error);
	case OPTION_INT: return read_int(option, at, value, error);
	case OPTION_NUMBER: return read_number(option, at, value, error);
	case OPTION_DURATION: return read_duration(option, at, value, error);
	case OPTION_SIZE: return read_size(option, at, value, error);
	case OPTION_CHOICE: return read_choice(option, at, value, error);
	case OPTION_NODE: break;
	}
	return error_set(error, "can only be set in a file");
}
