#include "alert/rule_test_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "promql/series_notation.h"
#include "tsdb/value_text.h"

/* ---- texts ---- */

void rule_test_add_time(struct strbuf *ret, int64_t time_ms)
{
	static const struct {
		const char *name;
		int64_t ms;
		bool exact; /* only when nothing is left: 90d rather than 12w6d */
	} units[] = {
		{ "y", 365 * CLOCK_DAY, true },
		{ "w", 7 * CLOCK_DAY, true },
		{ "d", CLOCK_DAY, false },
		{ "h", CLOCK_HOUR, false },
		{ "m", CLOCK_MINUTE, false },
		{ "s", CLOCK_SECOND, false },
		{ "ms", 1, false },
	};

	if (!time_ms)
		strbuf_addstr(ret, "0s");
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) && time_ms; i++) {
		if (time_ms < units[i].ms || (units[i].exact && time_ms % units[i].ms))
			continue;
		strbuf_addf(ret, "%" PRId64 "%s", time_ms / units[i].ms, units[i].name);
		time_ms %= units[i].ms;
	}
}

/* All between braces, the name too: {__name__="a", b="c"}. */
static void add_labels(struct strbuf *ret, const struct labels *labels)
{
	strbuf_addch(ret, '{');
	for (size_t i = 0; i < labels->count; i++) {
		strbuf_addf(ret, "%s%s=", i ? ", " : "", labels->items[i].name);
		strbuf_add_json(ret, labels->items[i].value);
	}
	strbuf_addch(ret, '}');
}

/* ---- alerts ---- */

struct alert_text {
	const struct labels *labels, *annotations;
};

static int by_labels_and_annotations(const void *a, const void *b)
{
	const struct alert_text *one = a, *two = b;
	int difference = labels_compare(one->labels, two->labels);

	return difference ? difference : labels_compare(one->annotations, two->annotations);
}

/* The firing alerts of the name, over all groups. */
static struct alert_text *collect_firing(const struct rule_stage *stage, const char *name, size_t *ret_count)
{
	VEC(struct alert_text) found = { 0 };

	for (size_t i = 0; i < stage->actor_count; i++) {
		const struct rule_actor *actor = &stage->actors[i];

		if (actor->rule->kind != RULE_ALERT || strcmp(actor->rule->name, name) != 0)
			continue;
		for (size_t at = 0; at < actor->memory.instances.count; at++) {
			const struct alert_instance *instance = actor->memory.instances.items[at];

			if (instance->phase == ALERT_FIRING)
				vec_push(&found, (struct alert_text){ &instance->labels, &instance->annotations });
		}
	}
	*ret_count = found.count;
	return found.items;
}

static void sort_alerts(struct alert_text *alerts, size_t count)
{
	if (count)
		qsort(alerts, count, sizeof(*alerts), by_labels_and_annotations);
}

static void add_alerts(struct strbuf *ret, const struct alert_text *alerts, size_t count)
{
	if (!count)
		strbuf_addstr(ret, "[]");
	for (size_t i = 0; i < count; i++) {
		strbuf_addf(ret, "%s            %zu:\n              Labels:", i ? ",\n" : "[\n", i);
		add_labels(ret, alerts[i].labels);
		strbuf_addstr(ret, "\n              Annotations:");
		add_labels(ret, alerts[i].annotations);
	}
	strbuf_addstr(ret, count ? "\n            ]\n" : "\n");
}

static void add_alert_difference(struct strbuf *ret, const struct rule_test_file *file, const struct rule_test *test,
				 const struct rule_test_alerts *expected, const struct alert_text *wanted,
				 const struct alert_text *got, size_t got_count)
{
	if (*test->name)
		strbuf_addf(ret, "    name: %s,\n", test->name);
	strbuf_addf(ret, "    %s:%u: alertname: %s, time: ", file->path, expected->line, expected->name);
	rule_test_add_time(ret, expected->time_ms);
	strbuf_addstr(ret, ",\n        exp:");
	add_alerts(ret, wanted, expected->count);
	strbuf_addstr(ret, "        got:");
	add_alerts(ret, got, got_count);
	strbuf_addch(ret, '\n');
}

bool rule_test_check_alerts(const struct rule_stage *stage, const struct rule_test_file *file,
			    const struct rule_test *test, const struct rule_test_alerts *expected, struct strbuf *ret)
{
	size_t got_count;
	struct alert_text *got = collect_firing(stage, expected->name, &got_count);
	struct alert_text *wanted = mem_array(expected->count + 1, sizeof(*wanted));
	bool equal = got_count == expected->count;

	for (size_t i = 0; i < expected->count; i++)
		wanted[i] = (struct alert_text){ &expected->items[i].labels, &expected->items[i].annotations };
	sort_alerts(wanted, expected->count);
	sort_alerts(got, got_count);
	for (size_t i = 0; i < got_count && equal; i++)
		equal = labels_equal(got[i].labels, wanted[i].labels) &&
			labels_equal(got[i].annotations, wanted[i].annotations);
	if (!equal)
		add_alert_difference(ret, file, test, expected, wanted, got, got_count);
	free(wanted);
	free(got);
	return equal;
}

/* ---- expressions ---- */

struct sample {
	struct labels labels;
	double value;
};

struct sample_list {
	struct sample *items;
	size_t count;
};

static int by_labels(const void *a, const void *b)
{
	const struct sample *one = a, *two = b;

	return labels_compare(&one->labels, &two->labels);
}

static void sort_samples(struct sample_list *samples)
{
	if (samples->count)
		qsort(samples->items, samples->count, sizeof(*samples->items), by_labels);
}

static bool samples_equal(const struct sample_list *one, const struct sample_list *two)
{
	bool equal = one->count == two->count;

	for (size_t i = 0; i < one->count && equal; i++)
		equal = labels_equal(&one->items[i].labels, &two->items[i].labels) &&
			one->items[i].value == two->items[i].value;
	return equal;
}

static void add_samples(struct strbuf *ret, const struct sample_list *samples)
{
	if (!samples->count)
		strbuf_addstr(ret, "nil");
	for (size_t i = 0; i < samples->count; i++) {
		strbuf_addstr(ret, i ? ", " : "");
		add_labels(ret, &samples->items[i].labels);
		strbuf_addch(ret, ' ');
		value_text_add(ret, samples->items[i].value);
	}
	strbuf_addch(ret, '\n');
}

static void add_head(struct strbuf *ret, const struct rule_test_file *file, const struct rule_test_expression *expected)
{
	strbuf_addf(ret, "    %s:%u: expr: ", file->path, expected->line);
	strbuf_add_json(ret, expected->expression);
	strbuf_addstr(ret, ", time: ");
	rule_test_add_time(ret, expected->time_ms);
}

static int read_wanted(const struct rule_stage *stage, const struct rule_test_expression *expected, struct arena *arena,
		       struct sample_list *ret, struct error *error)
{
	ret->count = expected->count;
	ret->items = arena_array(arena, expected->count + 1, sizeof(*ret->items));
	for (size_t i = 0; i < expected->count; i++) {
		struct error why;

		ret->items[i].value = expected->items[i].value;
		if (series_notation_labels(expected->items[i].labels, stage->left_open, arena, &ret->items[i].labels,
					   &why))
			return error_set(error, "line %u: labels: %s", expected->items[i].line, why.text);
	}
	sort_samples(ret);
	return 0;
}

static struct sample_list samples_of(const struct matrix *matrix, struct arena *arena)
{
	struct sample_list samples = { arena_array(arena, matrix->count + 1, sizeof(*samples.items)), 0 };

	for (size_t i = 0; i < matrix->count; i++)
		if (matrix->series[i].count)
			samples.items[samples.count++] =
				(struct sample){ matrix->series[i].labels, matrix->series[i].values[0] };
	sort_samples(&samples);
	return samples;
}

bool rule_test_check_expression(const struct rule_stage *stage, const struct rule_test_file *file,
				const struct rule_test_expression *expected, struct strbuf *ret)
{
	struct sample_list wanted, got;
	struct arena arena = { 0 };
	struct error error = { "" };
	struct matrix *matrix = rule_stage_ask(stage, expected->expression, expected->time_ms, &error);
	bool equal = false;

	if (!matrix || read_wanted(stage, expected, &arena, &wanted, &error)) {
		add_head(ret, file, expected);
		strbuf_addf(ret, ", err: %s\n\n", error.text);
	} else {
		got = samples_of(matrix, &arena);
		equal = samples_equal(&wanted, &got);
		if (!equal) {
			add_head(ret, file, expected);
			strbuf_addstr(ret, ",\n        exp: ");
			add_samples(ret, &wanted);
			strbuf_addstr(ret, "        got: ");
			add_samples(ret, &got);
			strbuf_addch(ret, '\n');
		}
	}
	matrix_unref(matrix);
	arena_release(&arena);
	return equal;
}
