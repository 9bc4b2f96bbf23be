#include "slo/slo_round.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "slo/sli_expression.h"
#include "slo/slo_state.h"

#define PARTS_MOST  150
#define ASKS_A_SPAN 60                  /* a window is asked about again when a sixtieth of it is new */
#define BORDER_MS   (10 * CLOCK_MINUTE) /* of thinned history's buckets: parts that end there are exact */

/* What one of the bundle's texts is about. */
enum what { NOW, MET, RATIO, BAD, TOTAL };
struct item {
	enum what what;
	size_t line, alert;
	double *parts; /* of a course: one for each, NaN where there is none */
};

struct slo_round {
	struct slo_round_config config;
	struct bundle *bundle;
	VEC(struct item) items;
	int64_t now_ms;            /* when it was asked last */
	int64_t length_ms;         /* the window that the texts name */
	int64_t due_ms;            /* INT64_MIN: at once */
	int64_t part_ms, first_ms; /* of a course */
	size_t part_count;
	bool ended;
	bool any; /* a number came of the last answers */
};

int64_t slo_round_part_ms(const struct slo_window *window)
{
	static const int64_t minutes[] = { 10, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 10080, 43200 };
	size_t i = 0;

	while (i + 1 < sizeof(minutes) / sizeof(minutes[0]) &&
	       minutes[i] * CLOCK_MINUTE * PARTS_MOST < window->length_ms)
		i++;
	return minutes[i] * CLOCK_MINUTE;
}

/* ---- its texts ---- */

static bool same_window(const struct slo_window *a, const struct slo_window *b)
{
	return a->kind == b->kind && a->length_ms == b->length_ms;
}

static void add(struct slo_round *round, struct strbuf *texts, size_t *count, struct item item)
{
	const struct slo_line *line = &round->config.file->lines[item.line];
	struct strbuf *text = &texts[*count];

	strbuf_init(text);
	switch (item.what) {
	case NOW: sli_now(line, text); break;
	case MET: sli_held(line, &line->alerts[item.alert], text); break;
	case RATIO: sli_error_ratio(line, round->length_ms, text); break;
	case BAD: sli_bad(line, round->length_ms, text); break;
	case TOTAL: sli_total(line, round->length_ms, text); break;
	}
	vec_push(&round->items, item);
	++*count;
}

static void add_line(struct slo_round *round, size_t index, struct strbuf *texts, size_t *count)
{
	const struct slo_round_config *config = &round->config;
	const struct slo_line *line = &config->file->lines[index];

	if (line->kind == SLI_UNMEASURED)
		return;
	if (config->kind == SLO_ROUND_NOW) {
		add(round, texts, count, (struct item){ .what = NOW, .line = index });
		for (size_t i = 0; i < line->alert_count; i++)
			add(round, texts, count, (struct item){ .what = MET, .line = index, .alert = i });
		return;
	}
	if (!slo_line_has_budget(line) ||
	    (config->kind != SLO_ROUND_BURN && !same_window(&line->window, &config->window)))
		return;
	if (config->kind != SLO_ROUND_COURSE || line->kind != SLI_EVENTS) {
		add(round, texts, count, (struct item){ .what = RATIO, .line = index });
		return;
	}
	add(round, texts, count, (struct item){ .what = BAD, .line = index });
	add(round, texts, count, (struct item){ .what = TOTAL, .line = index });
}

static void forget_items(struct slo_round *round)
{
	for (size_t i = 0; i < round->items.count; i++)
		free(round->items.items[i].parts);
	vec_clear(&round->items);
}

static void on_answer(void *user, size_t index, const struct bundle_answer *answer);
static void on_done(void *user);

static void make_bundle(struct slo_round *round)
{
	const struct slo_file *file = round->config.file;
	struct bundle_config config = { .engine = round->config.engine,
					.apart = round->config.apart,
					.on_answer = on_answer,
					.on_done = on_done,
					.user = round };
	struct strbuf *texts = mem_array(file->line_count * (SLO_ALERTS_MAX + 1) + 1, sizeof(*texts));
	const char **expressions;

	bundle_free(round->bundle);
	forget_items(round);
	for (size_t i = 0; i < file->line_count; i++)
		add_line(round, i, texts, &config.count);
	expressions = mem_array(config.count + 1, sizeof(*expressions));
	for (size_t i = 0; i < config.count; i++)
		expressions[i] = texts[i].text;
	config.expressions = expressions;
	round->bundle = bundle_new(&config);
	for (size_t i = 0; i < config.count; i++)
		strbuf_release(&texts[i]);
	free(texts);
	free(expressions);
}

/* ---- its answers ---- */

static enum slo_known known_of(const struct bundle_answer *answer, const struct slo_line *line, double value)
{
	if (answer->status == QUERY_INSUFFICIENT)
		return SLO_INSUFFICIENT;
	if (answer->status != QUERY_OK)
		return SLO_FAILED;
	if (!answer->count)
		return SLO_NO_DATA;
	return !isnan(value) ? SLO_KNOWN : line->kind == SLI_EVENTS ? SLO_NO_TRAFFIC : SLO_NO_DATA;
}

static double value_of(const struct bundle_answer *answer)
{
	const struct series *series = answer->status == QUERY_OK && answer->count ? answer->series[0] : NULL;

	return series && series->count ? series->values[series->count - 1] : NAN;
}

static void take_reading(struct slo_round *round, const struct slo_line *line, const struct bundle_answer *answer,
			 struct slo_reading *reading)
{
	double value = value_of(answer);

	reading->known = known_of(answer, line, value);
	reading->engine = answer->engine;
	/* What the server says of a bad expression is what its author needs; of a silent one there is only a reason. */
	snprintf(reading->reason, sizeof(reading->reason), "%s",
		 answer->status == QUERY_BAD && answer->detail[0] ? answer->detail : answer->reason);
	reading->stale = reading->known == SLO_FAILED && reading->at_ms;
	round->any |= reading->known == SLO_KNOWN;
	if (reading->stale)
		return;
	reading->value = reading->known == SLO_KNOWN ? value : NAN;
	reading->at_ms = reading->known == SLO_KNOWN ? round->now_ms : 0;
}

/* Slices in which the condition was met. An answer that did not come changes nothing. */
static void take_met(const struct slo_alert *alert, const struct bundle_answer *answer, struct slo_alert_status *ret)
{
	double slices = value_of(answer);

	if (answer->status == QUERY_OK)
		ret->held = slices >= sli_held_slices(alert);
}

static void take_parts(const struct slo_round *round, const struct bundle_answer *answer, struct item *item)
{
	for (size_t i = 0; i < round->part_count; i++)
		item->parts[i] = NAN;
	if (answer->status != QUERY_OK || !answer->count)
		return;
	for (size_t i = 0; i < answer->series[0]->count; i++) {
		int64_t at = (answer->series[0]->times_ms[i] - round->first_ms) / round->part_ms;

		if (at >= 0 && (size_t)at < round->part_count)
			item->parts[at] = answer->series[0]->values[i];
	}
}

static void on_answer(void *user, size_t index, const struct bundle_answer *answer)
{
	struct slo_round *round = user;
	struct item *item = &round->items.items[index];
	const struct slo_line *line = &round->config.file->lines[item->line];
	struct slo_status *status = &round->config.statuses[item->line];

	switch (item->what) {
	case NOW: take_reading(round, line, answer, &status->now); break;
	case MET: take_met(&line->alerts[item->alert], answer, &status->alerts[item->alert]); break;
	case RATIO:
		if (round->config.kind == SLO_ROUND_COURSE)
			take_parts(round, answer, item);
		else
			take_reading(round, line, answer,
				     round->config.kind == SLO_ROUND_BURN ? &status->burn[round->config.burn]
									  : &status->answered);
		break;
	case BAD:
	case TOTAL: take_parts(round, answer, item); break;
	}
}

/* Bad and all parts of one line become its course. Of time all parts weigh the same. */
static void take_course(const struct slo_round *round, const struct item *bad, const struct item *total)
{
	const struct slo_line *line = &round->config.file->lines[bad->line];
	struct slo_chart *chart = &round->config.statuses[bad->line].chart;
	double *all = mem_array(round->part_count + 1, sizeof(*all)), elapsed, share, sum = 0, wrong = 0;
	int64_t start_ms, end_ms;
	size_t known = 0, first = round->part_count;

	slo_window_span(&line->window, round->now_ms, &start_ms, &end_ms);
	chart->count = round->part_count;
	chart->step_ms = round->part_ms;
	chart->end_ms = round->first_ms + (int64_t)(round->part_count - 1) * round->part_ms;
	for (size_t i = 0; i < round->part_count; i++) {
		all[i] = isnan(bad->parts[i]) ? NAN : total ? total->parts[i] : 1;
		if (isnan(all[i]))
			continue;
		known++;
		sum += all[i];
		wrong += bad->parts[i] > 0 ? bad->parts[i] : 0;
		first = i < first ? i : first;
	}
	chart->known_ms = (int64_t)(round->part_count - first) * round->part_ms;
	share = round->part_count ? (double)known / (double)round->part_count : 0;
	elapsed =
		line->window.kind == SLO_ROLLING ? 1 : (double)(round->now_ms - start_ms) / (double)(end_ms - start_ms);
	chart->spent = !known ? NAN : sum > 0 ? slo_burn(wrong / sum, line->target) * elapsed * share : 0;
	/* With half of it known the known part stands for the whole, as it does in the number over the window. */
	slo_burn_down(bad->parts, all, round->part_count, line->target, share < 0.5 ? elapsed * share : elapsed,
		      chart->left);
	round->config.statuses[bad->line].chart_answered = true;
	free(all);
}

static void take_courses(const struct slo_round *round)
{
	const struct item *items = round->items.items;

	for (size_t i = 0; i < round->items.count; i++) {
		if (items[i].what == RATIO)
			take_course(round, &items[i], NULL);
		else if (items[i].what == BAD)
			take_course(round, &items[i], &items[i + 1]);
	}
}

/* A condition is met when the value there is now meets it. */
static void judge_met(const struct slo_round *round)
{
	for (size_t i = 0; i < round->items.count; i++) {
		const struct item *item = &round->items.items[i];
		struct slo_status *status = &round->config.statuses[item->line];

		if (item->what == MET)
			status->alerts[item->alert].met =
				comparison_holds(&round->config.file->lines[item->line].alerts[item->alert].when,
						 status->now.value);
	}
}

static void on_done(void *user)
{
	struct slo_round *round = user;

	if (round->config.kind == SLO_ROUND_COURSE)
		take_courses(round);
	judge_met(round);
	/* Where there is no number yet there may soon be one. */
	if (!round->any && round->due_ms > round->now_ms + SLO_STATE_SOON_MS)
		round->due_ms = round->now_ms + SLO_STATE_SOON_MS;
	/* Hurried while it was under way: what came was asked before. */
	round->ended = round->due_ms != INT64_MIN;
	round->config.on_done(round->config.user, round);
}

/* ---- its rhythm ---- */

static int64_t interval_ms(const struct slo_round *round)
{
	int64_t ms = round->length_ms / ASKS_A_SPAN, most_ms = SLO_STATE_RARELY_MS;

	if (round->config.kind == SLO_ROUND_NOW)
		return SLO_STATE_NOW_MS;
	if (round->config.kind == SLO_ROUND_COURSE) {
		most_ms = round->part_ms / 2 > SLO_STATE_RARELY_MS ? round->part_ms / 2 : SLO_STATE_RARELY_MS;
		return most_ms > SLO_STATE_COURSE_MS ? SLO_STATE_COURSE_MS : most_ms;
	}
	return ms < SLO_STATE_NOW_MS ? SLO_STATE_NOW_MS : ms > most_ms ? most_ms : ms;
}

/* How much of the window there is at that moment. */
static int64_t window_length_ms(const struct slo_round *round, int64_t now_ms)
{
	int64_t start_ms, end_ms, length_ms;

	switch (round->config.kind) {
	case SLO_ROUND_NOW: return SLI_NOW_MS;
	case SLO_ROUND_BURN: return round->config.file->windows_ms[round->config.burn];
	case SLO_ROUND_COURSE: return round->part_ms;
	case SLO_ROUND_WINDOW: break;
	}
	slo_window_span(&round->config.window, now_ms, &start_ms, &end_ms);
	length_ms = (now_ms - start_ms) / CLOCK_MINUTE * CLOCK_MINUTE;
	return length_ms < CLOCK_MINUTE ? CLOCK_MINUTE : length_ms;
}

/* The parts end on the borders of thinned history's buckets, and the last of them at the newest border. */
static void lay_out_course(struct slo_round *round, int64_t now_ms, int64_t *ret_end_ms)
{
	int64_t start_ms, end_ms, last_ms = now_ms / BORDER_MS * BORDER_MS;

	slo_window_span(&round->config.window, now_ms, &start_ms, &end_ms);
	round->part_count = last_ms > start_ms ? (size_t)((last_ms - start_ms) / round->part_ms) : 0;
	if (round->config.window.kind == SLO_ROLLING)
		round->part_count = (size_t)(round->config.window.length_ms / round->part_ms);
	if (round->part_count > SLO_CHART_MAX)
		round->part_count = SLO_CHART_MAX;
	round->first_ms = last_ms - (int64_t)(round->part_count ? round->part_count - 1 : 0) * round->part_ms;
	*ret_end_ms = last_ms;
	for (size_t i = 0; i < round->items.count; i++) {
		struct item *item = &round->items.items[i];

		item->parts = mem_resize(item->parts, round->part_count + 1, sizeof(*item->parts));
	}
}

struct slo_round *slo_round_new(const struct slo_round_config *config)
{
	struct slo_round *round = mem_zalloc(sizeof(*round));

	round->config = *config;
	round->due_ms = INT64_MIN;
	if (config->kind == SLO_ROUND_COURSE)
		round->part_ms = slo_round_part_ms(&config->window);
	return round;
}

void slo_round_free(struct slo_round *round)
{
	if (!round)
		return;
	bundle_free(round->bundle);
	forget_items(round);
	vec_release(&round->items);
	free(round);
}

void slo_round_ask(struct slo_round *round, int64_t now_ms)
{
	int64_t length_ms = window_length_ms(round, now_ms), from_ms = now_ms, to_ms = now_ms, step_ms = 0;

	if (round->bundle && bundle_busy(round->bundle))
		return;
	/* The texts of a calendar's window change as it goes on. */
	if (!round->bundle || length_ms != round->length_ms) {
		round->length_ms = length_ms;
		make_bundle(round);
	}
	round->now_ms = now_ms;
	round->due_ms = now_ms + interval_ms(round);
	round->any = round->config.kind == SLO_ROUND_COURSE;
	if (round->config.kind == SLO_ROUND_COURSE) {
		lay_out_course(round, now_ms, &to_ms);
		from_ms = round->first_ms;
		step_ms = round->part_ms;
	}
	if (!round->items.count || (round->config.kind == SLO_ROUND_COURSE && !round->part_count))
		round->ended = true;
	else
		bundle_ask(round->bundle, from_ms, to_ms, step_ms);
}

int64_t slo_round_due_ms(const struct slo_round *round)
{
	return round->due_ms;
}

void slo_round_hurry(struct slo_round *round)
{
	round->due_ms = INT64_MIN;
	round->ended = false;
}

bool slo_round_busy(const struct slo_round *round)
{
	return !round->ended || (round->bundle && bundle_busy(round->bundle));
}
