#include "slo/sli_expression.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "promql/promql.h"

#define COARSE_MS     (10 * CLOCK_MINUTE) /* thinned history has one bucket in ten minutes */
#define HELD_LEAST_MS (15 * CLOCK_SECOND)
#define HELD_MOST_MS  CLOCK_MINUTE
#define HELD_SLICES   10

void sli_add_number(double value, struct strbuf *ret)
{
	char text[32];

	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	strbuf_addstr(ret, text);
}

void sli_expand(const char *text, int64_t window_ms, struct strbuf *ret)
{
	char length[24];
	const char *at;

	slo_duration(window_ms, length, sizeof(length));
	for (; (at = strstr(text, SLO_PLACEHOLDER)); text = at + strlen(SLO_PLACEHOLDER)) {
		strbuf_add(ret, text, (size_t)(at - text));
		strbuf_addstr(ret, length);
	}
	strbuf_addstr(ret, text);
}

/* Is it one sum already, without labels? Another around it would only be longer. */
static bool is_sum(const char *text)
{
	const struct promql_syntax syntax = { .left_open = true };
	struct promql *promql = promql_parse(text, &syntax, NULL);
	const struct expr *root = promql ? promql->root : NULL;
	bool ret = root && root->kind == EXPR_AGGREGATE &&
		   root->aggregate.operator== TOKEN_SUM && !root->aggregate.without && !root->aggregate.label_count;

	promql_free(promql);
	return ret;
}

/* On lines of its own: it may end in a comment. */
static void add_in(struct strbuf *buf, const char *function, const char *text, int64_t window_ms)
{
	struct strbuf expanded = STRBUF_INIT;

	sli_expand(text, window_ms, &expanded);
	if (strcmp(function, "sum") == 0 && is_sum(expanded.text))
		strbuf_addf(buf, "%s\n", expanded.text);
	else
		strbuf_addf(buf, "%s(%s\n)", function, expanded.text);
	strbuf_release(&expanded);
}

/* As Prometheus prints it: one line, without comments. What cannot be read is left as it is. */
static void tidy(struct strbuf *text, struct strbuf *ret)
{
	const struct promql_syntax syntax = { .left_open = true };
	struct promql *promql = promql_parse(text->text, &syntax, NULL);

	if (promql)
		promql_print(promql->root, ret);
	else
		strbuf_addstr(ret, text->text);
	promql_free(promql);
	strbuf_release(text);
}

/* Events of one side, 0 where it has no series while there are others. */
static void add_side(struct strbuf *buf, const struct slo_line *line, const char *side, int64_t window_ms)
{
	strbuf_addch(buf, '(');
	add_in(buf, "sum", side, window_ms);
	strbuf_addstr(buf, " or 0 * ");
	add_in(buf, "sum", line->total, window_ms);
	strbuf_addch(buf, ')');
}

/* 1 in a moment in which any series meets the condition, 0 in one in which none does, nothing without a value. */
static void add_met(struct strbuf *buf, const char *value, const char *sign, double limit)
{
	strbuf_addstr(buf, "max((");
	sli_expand(value, SLI_NOW_MS, buf);
	/* NaN is greater than nothing, and so falls out. */
	strbuf_addf(buf, "\n) > -Inf %s bool ", sign);
	sli_add_number(limit, buf);
	strbuf_addch(buf, ')');
}

static void add_slices(struct strbuf *buf, const char *function, const struct strbuf *met, int64_t window_ms,
		       int64_t slice_ms)
{
	char window[24], slice[24];

	slo_duration(window_ms, window, sizeof(window));
	slo_duration(slice_ms, slice, sizeof(slice));
	strbuf_addf(buf, "%s(%s[%s:%s])", function, met->text, window, slice);
}

static void add_bad_time(struct strbuf *buf, const struct slo_line *line, int64_t window_ms)
{
	const char *bad = comparison_sign(comparison_opposite(line->goal.operator));
	struct strbuf met = STRBUF_INIT;
	int64_t slice_ms = line->slice_ms;

	if (window_ms > CLOCK_DAY && slice_ms < COARSE_MS)
		slice_ms = COARSE_MS;
	add_met(&met, line->value, bad, line->goal.limit);
	add_slices(buf, "avg_over_time", &met, window_ms, slice_ms < window_ms ? slice_ms : window_ms);
	strbuf_release(&met);
}

static void add_bad_share(struct strbuf *buf, const struct slo_line *line, int64_t window_ms)
{
	strbuf_addstr(buf, line->bad ? "" : "1 - ");
	add_side(buf, line, line->bad ? line->bad : line->good, window_ms);
	strbuf_addstr(buf, " / ");
	add_in(buf, "sum", line->total, window_ms);
}

void sli_error_ratio(const struct slo_line *line, int64_t window_ms, struct strbuf *ret)
{
	struct strbuf text = STRBUF_INIT;

	if (line->kind == SLI_EVENTS)
		add_bad_share(&text, line, window_ms);
	else
		add_bad_time(&text, line, window_ms);
	tidy(&text, ret);
}

void sli_bad(const struct slo_line *line, int64_t window_ms, struct strbuf *ret)
{
	struct strbuf text = STRBUF_INIT;

	if (!line->bad) {
		add_in(&text, "sum", line->total, window_ms);
		strbuf_addstr(&text, " - ");
	}
	add_side(&text, line, line->bad ? line->bad : line->good, window_ms);
	tidy(&text, ret);
}

void sli_total(const struct slo_line *line, int64_t window_ms, struct strbuf *ret)
{
	struct strbuf text = STRBUF_INIT;

	add_in(&text, "sum", line->total, window_ms);
	tidy(&text, ret);
}

/* Of several series the worst is shown: which end that is, the goal or the first alert line says. */
static bool worst_is_greatest(const struct slo_line *line)
{
	if (line->has_goal)
		return comparison_wants_less(&line->goal);
	return !line->alert_count || !comparison_wants_less(&line->alerts[0].when);
}

static void add_now(struct strbuf *buf, const struct slo_line *line)
{
	if (line->value) {
		add_in(buf, worst_is_greatest(line) ? "max" : "min", line->value, SLI_NOW_MS);
		return;
	}
	strbuf_addstr(buf, "1 - (");
	add_bad_share(buf, line, SLI_NOW_MS);
	strbuf_addch(buf, ')');
}

void sli_now(const struct slo_line *line, struct strbuf *ret)
{
	struct strbuf text = STRBUF_INIT;

	add_now(&text, line);
	tidy(&text, ret);
}

static int64_t held_slice_ms(const struct slo_alert *alert)
{
	int64_t slice_ms = alert->for_ms / HELD_SLICES;

	slice_ms -= slice_ms % CLOCK_SECOND;
	return slice_ms < HELD_LEAST_MS ? HELD_LEAST_MS : slice_ms > HELD_MOST_MS ? HELD_MOST_MS : slice_ms;
}

unsigned sli_held_slices(const struct slo_alert *alert)
{
	unsigned slices = (unsigned)(alert->for_ms / held_slice_ms(alert));

	return slices ? slices : 1;
}

void sli_held(const struct slo_line *line, const struct slo_alert *alert, struct strbuf *ret)
{
	int64_t slice_ms = held_slice_ms(alert);
	struct strbuf now = STRBUF_INIT, met = STRBUF_INIT, text = STRBUF_INIT;

	add_now(&now, line);
	add_met(&met, now.text, comparison_sign(alert->when.operator), alert->when.limit);
	if (alert->for_ms)
		add_slices(&text, "sum_over_time", &met, slice_ms * sli_held_slices(alert), slice_ms);
	else
		strbuf_addstr(&text, met.text);
	strbuf_release(&now);
	strbuf_release(&met);
	tidy(&text, ret);
}
