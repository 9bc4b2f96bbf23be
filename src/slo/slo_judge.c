#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "slo/slo_status.h"

#define LITTLE_LEFT 0.25 /* of the budget: worth a warning by itself */

const char *slo_health_name(enum slo_health health)
{
	static const char *const names[] = {
		[SLO_HEALTH_UNKNOWN] = "unknown", [SLO_HEALTH_UNMEASURED] = "not measured", [SLO_HEALTH_OK] = "ok",
		[SLO_HEALTH_WARNING] = "warning", [SLO_HEALTH_CRITICAL] = "critical",
	};

	return names[health];
}

double slo_status_burn(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
		       int64_t window_ms)
{
	for (size_t i = 0; i < file->window_count; i++)
		if (file->windows_ms[i] == window_ms)
			return status->burn[i].known == SLO_KNOWN || status->burn[i].stale
				       ? slo_burn(status->burn[i].value, line->target)
				       : NAN;
	return NAN;
}

/*
 * A server gives a number for any window, however little of it there is. With
 * less than half the number is none; with less than all it is one of a part.
 */
static void judge_history(const struct slo_line *line, int64_t now_ms, struct slo_status *status)
{
	const struct slo_chart *chart = &status->chart;
	int64_t length_ms = now_ms - status->start_ms, slack_ms = chart->step_ms + chart->step_ms / 2;
	char have[16], want[16];

	status->window = status->answered;
	status->partial = false;
	if (!status->chart_answered || status->window.known != SLO_KNOWN || length_ms <= slack_ms)
		return;
	status->partial = chart->known_ms < length_ms - slack_ms;
	if (chart->known_ms >= length_ms / 2)
		return;
	duration_format(chart->known_ms, have, sizeof(have));
	duration_format(line->window.kind == SLO_ROLLING ? line->window.length_ms : length_ms, want, sizeof(want));
	status->partial = false;
	status->window.known = SLO_INSUFFICIENT;
	status->window.value = NAN;
	status->window.at_ms = 0;
	/* The chart's steps are all that is known of how long it is. */
	snprintf(status->window.reason, sizeof(status->window.reason), "insufficient history (%s%s of %s)",
		 chart->known_ms <= chart->step_ms ? "under " : "", have, want);
}

static void judge_budget(const struct slo_line *line, int64_t now_ms, struct slo_status *status)
{
	int64_t period_ms = status->end_ms - status->start_ms;
	double elapsed = (double)(now_ms - status->start_ms) / (double)period_ms;
	const struct slo_reading *window = &status->window;

	if (elapsed > 1 || line->window.kind == SLO_ROLLING)
		elapsed = 1;
	status->remaining =
		window->known == SLO_KNOWN || window->stale ? slo_remaining(window->value, line->target, elapsed) : NAN;
	/* Nothing happened, so nothing was spent. */
	if (window->known == SLO_NO_TRAFFIC)
		status->remaining = 1;
	status->remaining_ms = isinf(status->remaining) ? status->remaining
							: status->remaining * slo_budget_ms(line->target, period_ms);
}

static bool is_worse(const struct slo_pair *pairs, const struct slo_status *status, size_t a, int b)
{
	bool critical_a = strcmp(pairs[a].severity, "critical") == 0;

	if (b < 0 || status->pairs[a].state != status->pairs[b].state)
		return b < 0 || status->pairs[a].state > status->pairs[b].state;
	return status->pairs[a].state > SLO_PAIR_ACCEPTABLE && critical_a && strcmp(pairs[b].severity, "critical") != 0;
}

static void judge_pairs(const struct slo_file *file, const struct slo_line *line, struct slo_status *status)
{
	status->pair = -1;
	for (size_t i = 0; i < file->pair_count; i++) {
		const struct slo_pair *pair = &file->pairs[i];
		struct slo_pair_status *to = &status->pairs[i];

		to->factor = slo_factor(pair->share, line->window.length_ms, pair->long_ms);
		to->error_ratio = to->factor * slo_budget(line->target);
		to->long_burn = slo_status_burn(file, line, status, pair->long_ms);
		to->short_burn = slo_status_burn(file, line, status, pair->short_ms);
		to->state = slo_pair_state(to->long_burn, to->short_burn, to->factor);
		/* The first pair that is known tells, until a worse one does. */
		if (is_worse(file->pairs, status, i, status->pair))
			status->pair = (int)i;
	}
	status->state = status->pair >= 0 ? status->pairs[status->pair].state : SLO_PAIR_UNKNOWN;
}

/* Where nothing may be bad, what is bad in the last minutes is so in the period, whose answer may be older. */
static void judge_nothing_may(const struct slo_file *file, const struct slo_line *line, int64_t now_ms,
			      struct slo_status *status)
{
	int64_t reach_ms =
		line->window.kind == SLO_ROLLING ? status->end_ms - status->start_ms : now_ms - status->start_ms;

	for (size_t i = 0; i < file->pair_count && slo_budget(line->target) <= 0; i++)
		if ((isinf(status->pairs[i].short_burn) && file->pairs[i].short_ms <= reach_ms) ||
		    (isinf(status->pairs[i].long_burn) && file->pairs[i].long_ms <= reach_ms))
			status->remaining = status->remaining_ms = -INFINITY;
}

/*
 * At constant burn: that of the long window while both burn, else the lesser
 * of the two, for the other is over or may be. Not at all while the window
 * forgets as fast as it burns, nor behind a period's end.
 */
static double exhaustion(const struct slo_line *line, int64_t now_ms, const struct slo_status *status)
{
	const struct slo_pair_status *pair = status->pair >= 0 ? &status->pairs[status->pair] : NULL;
	double burn = !pair                                                                    ? NAN
		      : pair->state == SLO_PAIR_CRITICAL || pair->long_burn < pair->short_burn ? pair->long_burn
											       : pair->short_burn;
	double ms = slo_exhaustion_ms(status->remaining, burn, status->end_ms - status->start_ms);

	if (line->window.kind == SLO_ROLLING)
		return burn <= 1 && status->remaining > 0 ? INFINITY : ms;
	return ms > (double)(status->end_ms - now_ms) ? INFINITY : ms;
}

static void judge_value(const struct slo_line *line, struct slo_status *status)
{
	bool known = status->now.known == SLO_KNOWN || status->now.stale;

	status->level = status->met = SLO_LEVEL_OK;
	for (size_t i = 0; i < line->alert_count; i++) {
		if (status->alerts[i].held && line->alerts[i].level > status->level)
			status->level = line->alerts[i].level;
		if (status->alerts[i].met && line->alerts[i].level > status->met)
			status->met = line->alerts[i].level;
	}
	status->missed = known && line->has_goal && !comparison_holds(&line->goal, status->now.value);
}

static enum slo_health health_of(const struct slo_file *file, const struct slo_line *line,
				 const struct slo_status *status)
{
	bool budget = slo_line_has_budget(line);
	bool fires = budget && status->state == SLO_PAIR_CRITICAL;

	if (line->kind == SLI_UNMEASURED)
		return SLO_HEALTH_UNMEASURED;
	if (status->level == SLO_LEVEL_CRITICAL || (budget && status->breached) ||
	    (fires && strcmp(file->pairs[status->pair].severity, "critical") == 0))
		return SLO_HEALTH_CRITICAL;
	if (fires || status->level == SLO_LEVEL_WARNING || status->met > SLO_LEVEL_OK || status->breached ||
	    (budget && (status->state > SLO_PAIR_ACCEPTABLE || status->remaining < LITTLE_LEFT)))
		return SLO_HEALTH_WARNING;
	if (budget && (!isnan(status->remaining) || status->state != SLO_PAIR_UNKNOWN))
		return SLO_HEALTH_OK;
	return status->now.known == SLO_KNOWN || status->now.stale ? SLO_HEALTH_OK : SLO_HEALTH_UNKNOWN;
}

void slo_judge(const struct slo_file *file, const struct slo_line *line, int64_t now_ms, struct slo_status *status)
{
	slo_window_span(&line->window, now_ms, &status->start_ms, &status->end_ms);
	judge_value(line, status);
	status->pair = -1;
	status->state = SLO_PAIR_UNKNOWN;
	status->remaining = status->remaining_ms = status->exhaustion_ms = NAN;
	status->policy = NULL;
	if (slo_line_has_budget(line)) {
		judge_history(line, now_ms, status);
		judge_budget(line, now_ms, status);
		judge_pairs(file, line, status);
		judge_nothing_may(file, line, now_ms, status);
		status->exhaustion_ms = exhaustion(line, now_ms, status);
		status->breached = status->remaining < 0;
		if (!isnan(status->remaining))
			status->policy = slo_file_policy(file, 1 - status->remaining);
	} else {
		status->breached = status->missed;
	}
	status->health = health_of(file, line, status);
}
