#include "runbook/proof_judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"

#define VALUE_SIZE 24
#define TIME_SIZE  16

/* Labels that rules put on their alerts, or change: no series is another one for them. */
static const char *const rule_labels[] = { "__name__", "alertname", "alertstate", "severity",
					   "priority", "team",      "runbook" };

static bool is_of_rule(const char *name)
{
	for (size_t i = 0; i < sizeof(rule_labels) / sizeof(rule_labels[0]); i++)
		if (strcmp(rule_labels[i], name) == 0)
			return true;
	return false;
}

/* Names and string literals of the expression are looked at by condition_read; an alert on data that is gone is
 * clear when its expression is. */
static bool is_about_absence(const char *expression)
{
	return strncmp(expression, "absent(", 7) == 0 || strncmp(expression, "absent_over_time(", 17) == 0;
}

/* Without a comparison, there is data when each metric has some. */
static const char *metrics_there(const struct condition *condition, struct arena *arena)
{
	struct strbuf text = STRBUF_INIT;
	const char *ret = NULL;

	for (size_t i = 0; i < condition->metric_count; i++) {
		struct strbuf name = STRBUF_INIT;

		strbuf_add_json(&name, condition->metrics[i]);
		strbuf_addf(&text, "%scount({__name__=%s})", i ? " and " : "", name.text);
		strbuf_release(&name);
	}
	if (condition->metric_count)
		ret = arena_strdup(arena, text.text);
	strbuf_release(&text);
	return ret;
}

void proof_item_read(struct proof_item *item, struct arena *arena)
{
	condition_read(&item->condition, item->expression, arena);
	if (*item->condition.operation)
		item->evidence = item->condition.subject;
	else if (!is_about_absence(item->condition.subject))
		item->evidence = metrics_there(&item->condition, arena);
}

static const char *label_of(const char *const *pairs, const char *name)
{
	size_t length = strlen(name);

	for (; *pairs; pairs++)
		if (strncmp(*pairs, name, length) == 0 && (*pairs)[length] == '=')
			return *pairs + length + 1;
	return NULL;
}

/* A series is the alert's when none of its labels says otherwise: rules and servers add labels, and drop some. */
static bool is_about(const struct proof_item *item, const struct labels *labels)
{
	for (size_t i = 0; item->labels && i < labels->count; i++) {
		const char *value = label_of(item->labels, labels->items[i].name);

		if (value && strcmp(value, labels->items[i].value) != 0 && !is_of_rule(labels->items[i].name))
			return false;
	}
	return true;
}

bool proof_item_find(const struct proof_item *item, const struct matrix *matrix, double *ret)
{
	for (size_t i = 0; i < matrix->count; i++) {
		const struct series *series = &matrix->series[i];

		if (!series->count || !is_about(item, &series->labels))
			continue;
		*ret = series->values[series->count - 1];
		return true;
	}
	return false;
}

static const char *value_text(double value, char *ret)
{
	if (fabs(value) < 1e6 && value == (double)(int64_t)value)
		snprintf(ret, VALUE_SIZE, "%.0f", value);
	else
		snprintf(ret, VALUE_SIZE, "%.4g", value);
	return ret;
}

/* "0.42 > 0.05"; "0.42" where the other side is no number. */
static const char *compared(const struct proof_item *item, double value, char *ret, size_t size)
{
	char number[VALUE_SIZE], threshold[VALUE_SIZE];

	value_text(value, number);
	if (isnan(value))
		snprintf(ret, size, "no value");
	else if (*item->condition.operation && item->condition.has_threshold)
		snprintf(ret, size, "%s %s %s", number, item->condition.operation,
			 value_text(item->condition.threshold, threshold));
	else
		snprintf(ret, size, "%s", number);
	return ret;
}

static void remember(struct proof_item *item, double value, int64_t now_ms)
{
	struct proof *shown = &item->shown;

	shown->value = value;
	shown->asked_ms = now_ms;
	if (isnan(value))
		return;
	if (isnan(shown->before))
		shown->before = value;
	if (shown->trend_count == PROOF_TREND)
		memmove(item->trend, item->trend + 1, --shown->trend_count * sizeof(item->trend[0]));
	item->trend[shown->trend_count++] = value;
}

/* It holds now: for how long already? */
static void hold(struct proof_item *item, int64_t now_ms)
{
	struct proof *shown = &item->shown;

	if (!shown->holds_since_ms)
		shown->holds_since_ms = now_ms;
	shown->state = now_ms - shown->holds_since_ms >= item->for_ms ? PROOF_GOOD : PROOF_HOLDING;
}

/* It does not hold: in time still, or too late. */
static void deny(struct proof_item *item, int64_t now_ms)
{
	bool late = item->begun_ms && item->within_ms && now_ms - item->begun_ms > item->within_ms;

	item->shown.holds_since_ms = 0;
	item->shown.state = late ? PROOF_LATE : PROOF_BAD;
}

/* "clear 2m10s of 5m", "clear 6m". */
static void say_held(struct proof_item *item, const char *word, const char *detail, int64_t now_ms)
{
	struct proof *shown = &item->shown;
	char held[TIME_SIZE], wanted[TIME_SIZE];
	int64_t held_ms = now_ms - shown->holds_since_ms;

	if (held_ms < CLOCK_SECOND)
		snprintf(held, sizeof(held), "0s");
	else
		duration_format(held_ms, held, sizeof(held));
	duration_format(item->for_ms, wanted, sizeof(wanted));
	if (shown->state == PROOF_HOLDING)
		snprintf(shown->words, sizeof(shown->words), "%s %s of %s%s%s", word, held, wanted, *detail ? ": " : "",
			 detail);
	else if (held_ms < CLOCK_SECOND)
		snprintf(shown->words, sizeof(shown->words), "%s%s%s", word, *detail ? ": " : "", detail);
	else
		snprintf(shown->words, sizeof(shown->words), "%s %s%s%s", word, held, *detail ? ": " : "", detail);
}

/* "; 3m10s of its 5m precede 7.1": a mean over five minutes cannot know yet what was mended two minutes ago. */
static void say_reach(struct proof_item *item, int64_t now_ms)
{
	int64_t reach_ms = item->condition.reach_ms, before_ms = item->changed_ms + reach_ms - now_ms;
	size_t length = strlen(item->shown.words);
	char before[TIME_SIZE], reach[TIME_SIZE];

	if (!item->changed_by || before_ms < CLOCK_SECOND)
		return;
	duration_format(before_ms, before, sizeof(before));
	duration_format(reach_ms, reach, sizeof(reach));
	snprintf(item->shown.words + length, sizeof(item->shown.words) - length, "; %s of its %s precede %s", before,
		 reach, item->changed_by);
}

/* Why it does not hold; and since when it is too late. */
static void say_denied(struct proof_item *item, const char *words, int64_t now_ms)
{
	char limit[TIME_SIZE];

	if (item->shown.state == PROOF_LATE) {
		duration_format(item->within_ms, limit, sizeof(limit));
		snprintf(item->shown.words, sizeof(item->shown.words), "not within %s: %s", limit, words);
	} else {
		snprintf(item->shown.words, sizeof(item->shown.words), "%s", words);
	}
	say_reach(item, now_ms);
}

static void judge_watch(struct proof_item *item, const struct proof_finding *finding)
{
	char number[VALUE_SIZE];

	item->shown.state = finding->found ? PROOF_GOOD : PROOF_UNKNOWN;
	snprintf(item->shown.words, sizeof(item->shown.words), "%s",
		 finding->found ? value_text(finding->value, number) : "no data");
}

static void judge_alert(struct proof_item *item, const struct proof_finding *finding, int64_t now_ms)
{
	char text[64], words[96];

	if (finding->found) {
		deny(item, now_ms);
		snprintf(words, sizeof(words), "still firing %s", compared(item, finding->value, text, sizeof(text)));
		say_denied(item, words, now_ms);
		return;
	}
	hold(item, now_ms);
	say_held(item, "clear", isnan(finding->value) ? "" : value_text(finding->value, text), now_ms);
}

static void judge_check(struct proof_item *item, const struct proof_finding *finding, int64_t now_ms)
{
	char text[64], words[96], number[VALUE_SIZE];

	if (finding->found) {
		hold(item, now_ms);
		say_held(item, "holds", compared(item, finding->value, text, sizeof(text)), now_ms);
		return;
	}
	deny(item, now_ms);
	if (isnan(finding->value))
		snprintf(words, sizeof(words), "does not hold");
	else if (item->condition.has_threshold)
		snprintf(words, sizeof(words), "does not hold: %s, not %s %s", value_text(finding->value, number),
			 item->condition.operation, value_text(item->condition.threshold, text));
	else
		snprintf(words, sizeof(words), "does not hold: %s", value_text(finding->value, number));
	say_denied(item, words, now_ms);
}

void proof_item_judge(struct proof_item *item, const struct proof_finding *finding, int64_t now_ms)
{
	if (!finding->found && !finding->has_evidence && !item->shown.is_watch) {
		remember(item, NAN, now_ms);
		item->shown.holds_since_ms = 0;
		item->shown.state = PROOF_UNKNOWN;
		snprintf(item->shown.words, sizeof(item->shown.words), "no data: cannot tell");
		return;
	}
	remember(item, finding->value, now_ms);
	if (item->shown.is_watch)
		judge_watch(item, finding);
	else if (item->shown.is_alert)
		judge_alert(item, finding, now_ms);
	else
		judge_check(item, finding, now_ms);
}

void proof_item_judge_command(struct proof_item *item, bool good, const char *words, int64_t now_ms)
{
	item->shown.asked_ms = now_ms;
	if (good) {
		hold(item, now_ms);
		say_held(item, "holds", words, now_ms);
	} else {
		deny(item, now_ms);
		say_denied(item, *words ? words : "does not hold", now_ms);
	}
}

void proof_item_fail(struct proof_item *item, const char *reason, int64_t now_ms)
{
	struct proof *shown = &item->shown;

	if (now_ms - shown->asked_ms > PROOF_PATIENCE_MS)
		shown->holds_since_ms = 0;
	shown->state = PROOF_UNKNOWN;
	shown->value = NAN;
	snprintf(shown->words, sizeof(shown->words), "%s", reason);
}
