#include "alert/clock_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tsdb/value.h"

#define LABELS_MAX 256

static const char heading[] = "skep alert clocks 1";
static const char ending[] = "end";

char *clock_file_rule(const struct rule_group *group, const struct rule *rule)
{
	struct label *items = mem_array(rule->label_count + 1, sizeof(*items));
	struct labels all = { items, rule->label_count + 1 };
	char *ret;

	items[0] = (struct label){ "", rule->expression };
	for (size_t i = 0; i < rule->label_count; i++)
		items[i + 1] = (struct label){ rule->labels[i].name, rule->labels[i].value };
	ret = mem_printf("%s\n%s\n%016" PRIx64, group->name, rule->name, labels_fingerprint(&all));
	free(items);
	return ret;
}

/* ---- writing ---- */

static void add_field(struct strbuf *ret, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '\t': strbuf_addstr(ret, "\\t"); break;
		case '\n': strbuf_addstr(ret, "\\n"); break;
		case '\\': strbuf_addstr(ret, "\\\\"); break;
		default: strbuf_addch(ret, *text);
		}
	}
	strbuf_addch(ret, '\t');
}

void clock_file_begin(struct strbuf *ret)
{
	strbuf_clear(ret);
	strbuf_addf(ret, "%s\n", heading);
}

void clock_file_add(struct strbuf *ret, const char *rule, const struct alert_clock *clock)
{
	add_field(ret, rule);
	for (size_t i = 0; i < clock->labels.count; i++) {
		add_field(ret, clock->labels.items[i].name);
		add_field(ret, clock->labels.items[i].value);
	}
	strbuf_addf(ret, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %016" PRIx64 "\n", clock->active_ms,
		    clock->fired_ms, clock->keep_firing_since_ms, clock->last_ms, value_bits(clock->value));
}

void clock_file_end(struct strbuf *ret)
{
	strbuf_addf(ret, "%s\n", ending);
}

/* ---- reading ---- */

/* The next field of the line, without escapes; NULL when there is no further tab. */
static const char *take_field(const char **at, const char *end, struct arena *arena)
{
	const char *tab = memchr(*at, '\t', (size_t)(end - *at));
	char *ret, *to;

	if (!tab)
		return NULL;
	to = ret = arena_alloc(arena, (size_t)(tab - *at) + 1);
	for (const char *from = *at; from < tab; from++) {
		if (*from == '\\' && from + 1 < tab) {
			from++;
			*to++ = (char)(*from == 't' ? '\t' : *from == 'n' ? '\n' : *from);
		} else {
			*to++ = *from;
		}
	}
	*at = tab + 1;
	return ret;
}

static bool take_time(char **at, int64_t *ret)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(*at, &end, 10);
	if (errno || end == *at || *end != ' ' || value < 0 || value > INT64_MAX / 4)
		return false;
	*ret = value;
	*at = end + 1;
	return true;
}

/* "active fired keep_firing last value", the value as its bits. */
static bool read_times(const char *text, size_t length, struct alert_clock *clock)
{
	char copy[160], *at = copy, *end;

	if (length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (!take_time(&at, &clock->active_ms) || !take_time(&at, &clock->fired_ms) ||
	    !take_time(&at, &clock->keep_firing_since_ms) || !take_time(&at, &clock->last_ms))
		return false;
	clock->value = value_from_bits(strtoull(at, &end, 16));
	/* The wall clock may have been set back while it was active. */
	if (clock->last_ms < clock->active_ms)
		clock->last_ms = clock->active_ms;
	return end == at + 16 && end == copy + length;
}

static const char *read_entry(const char *line, const char *end, struct arena *arena, struct clock_entry *ret)
{
	struct label items[LABELS_MAX];
	size_t count = 0;
	const char *name;

	*ret = (struct clock_entry){ .rule = take_field(&line, end, arena) };
	if (!ret->rule)
		return "no fields";
	while ((name = take_field(&line, end, arena))) {
		const char *value = take_field(&line, end, arena);

		if (!value || !*name || !*value)
			return "a label without a name or a value";
		if (count == LABELS_MAX)
			return "too many labels";
		items[count++] = (struct label){ name, value };
	}
	ret->clock.labels = labels_make(arena, items, count);
	return read_times(line, (size_t)(end - line), &ret->clock) ? NULL : "bad times";
}

static bool line_is(const char *line, const char *end, const char *text)
{
	return (size_t)(end - line) == strlen(text) && memcmp(line, text, strlen(text)) == 0;
}

int clock_file_read(struct clock_entries *ret, const char *text, size_t length, struct error *error)
{
	const char *line = text, *stop = text + length, *wrong = NULL;
	unsigned number = 1;
	bool whole = false;

	*ret = (struct clock_entries){ 0 };
	for (; line < stop && !wrong && !whole; number++) {
		const char *end = memchr(line, '\n', (size_t)(stop - line));
		struct clock_entry entry;

		if (!end)
			break;
		if (number == 1) {
			wrong = line_is(line, end, heading) ? NULL : "this is no file of alert clocks";
		} else if (line_is(line, end, ending)) {
			whole = true;
		} else {
			wrong = read_entry(line, end, &ret->arena, &entry);
			if (!wrong)
				vec_push(&ret->items, entry);
		}
		line = end + 1;
	}
	if (!wrong && (!whole || line != stop))
		wrong = whole ? "there is more behind its end" : "it breaks off";
	if (!wrong)
		return 0;
	clock_entries_release(ret);
	return error_set(error, "line %u: %s", number > 1 ? number - 1 : 1, wrong);
}

void clock_entries_release(struct clock_entries *entries)
{
	vec_release(&entries->items);
	arena_release(&entries->arena);
}
