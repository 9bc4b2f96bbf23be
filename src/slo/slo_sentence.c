#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "slo/slo_status.h"

void slo_share_text(double share, char *ret, size_t size)
{
	double percent = share * 100;

	if (isnan(share))
		snprintf(ret, size, "-");
	else
		snprintf(ret, size, "%.*g%%", percent > 99.9999 && percent < 100 ? 10 : 7, percent);
}

void slo_remaining_text(double remaining, char *ret, size_t size)
{
	double percent = remaining * 100;

	if (isnan(remaining))
		snprintf(ret, size, "-");
	else if (isinf(remaining))
		snprintf(ret, size, "overspent");
	else if (fabs(percent) < 9.95 && fabs(percent - round(percent)) >= 0.05)
		snprintf(ret, size, "%.1f%%", percent);
	/* Not all of it, and not nothing: rounding is not to say so. */
	else if (percent < 100 && percent > 99.5)
		snprintf(ret, size, "%.*f%%", percent > 99.95 ? 2 : 1, percent > 99.99 ? 99.99 : percent);
	else
		snprintf(ret, size, "%.0f%%", percent);
}

void slo_burn_text(double burn, char *ret, size_t size)
{
	if (isnan(burn))
		snprintf(ret, size, "-");
	else if (isinf(burn))
		snprintf(ret, size, "any");
	else if (burn < 0.05)
		snprintf(ret, size, burn > 0 ? "<0.1x" : "0x");
	else if (burn < 9.95)
		snprintf(ret, size, fabs(burn - round(burn)) < 0.05 ? "%.0fx" : "%.1fx", burn);
	else
		snprintf(ret, size, burn < 1e6 ? "%.0fx" : "%.1gx", burn);
}

const char *slo_reading_why(const struct slo_reading *reading)
{
	switch (reading->known) {
	case SLO_WAITING: return "not asked yet";
	case SLO_KNOWN: return "";
	case SLO_NO_TRAFFIC: return "no traffic";
	case SLO_NO_DATA: return "no data";
	case SLO_INSUFFICIENT: return reading->reason[0] ? reading->reason : "insufficient history";
	case SLO_FAILED: return reading->reason[0] ? reading->reason : "no answer";
	}
	return "";
}

static const struct slo_reading *reading_of(const struct slo_file *file, const struct slo_status *status,
					    int64_t window_ms)
{
	for (size_t i = 0; i < file->window_count; i++)
		if (file->windows_ms[i] == window_ms)
			return &status->burn[i];
	return &status->window;
}

/* A pair one of whose windows has no number: which, and why. */
static void add_unknown(const struct slo_file *file, const struct slo_status *status, const struct slo_pair *pair,
			struct strbuf *ret)
{
	const struct slo_reading *of_long = reading_of(file, status, pair->long_ms);
	const struct slo_reading *of_short = reading_of(file, status, pair->short_ms);
	const struct slo_reading *why = isnan(of_long->value) ? of_long : of_short;
	char length[32], other[32];

	slo_duration_words((double)pair->long_ms, 2, length, sizeof(length));
	slo_duration_words((double)pair->short_ms, 2, other, sizeof(other));
	strbuf_addf(ret, "%s over ", slo_reading_why(why));
	if (isnan(of_long->value) && isnan(of_short->value))
		strbuf_addf(ret, "%s and %s", length, other);
	else
		strbuf_addstr(ret, why == of_long ? length : other);
}

static void add_burn(const struct slo_file *file, const struct slo_status *status, struct strbuf *ret)
{
	const struct slo_pair *pair = &file->pairs[status->pair];
	const struct slo_pair_status *burns = &status->pairs[status->pair];
	char of_long[16], of_short[16], length[32], other[32];

	if (status->state == SLO_PAIR_UNKNOWN) {
		add_unknown(file, status, pair, ret);
		return;
	}
	slo_duration_words((double)pair->long_ms, 2, length, sizeof(length));
	slo_duration_words((double)pair->short_ms, 2, other, sizeof(other));
	slo_burn_text(burns->long_burn, of_long, sizeof(of_long));
	slo_burn_text(burns->short_burn, of_short, sizeof(of_short));
	if (isinf(burns->long_burn) || isinf(burns->short_burn))
		strbuf_addf(ret, "bad within %s", isinf(burns->short_burn) ? other : length);
	else if (isnan(burns->long_burn))
		strbuf_addf(ret, "burning %s over %s, %s over %s", of_short, other,
			    slo_reading_why(reading_of(file, status, pair->long_ms)), length);
	else if (burns->long_burn > 0 || burns->short_burn > 0)
		strbuf_addf(ret, "burning %s over %s and %s over %s", of_long, length, of_short, other);
	else
		strbuf_addf(ret, "not burning over %s and %s", length, other);
}

static void add_left(const struct slo_status *status, struct strbuf *ret)
{
	char share[16], length[32];

	if (isnan(status->remaining)) {
		strbuf_addf(ret, "budget: %s", slo_reading_why(&status->window));
		if (status->chart.spent > 0 && !isinf(status->chart.spent)) {
			slo_remaining_text(status->chart.spent, share, sizeof(share));
			strbuf_addf(ret, ", %s of it used so far", share);
		}
		return;
	}
	if (isinf(status->remaining)) {
		strbuf_addstr(ret, "overspent: nothing may be bad");
		return;
	}
	slo_remaining_text(fabs(status->remaining), share, sizeof(share));
	slo_duration_words(fabs(status->remaining_ms), 3, length, sizeof(length));
	if (status->remaining < 0)
		strbuf_addf(ret, "overspent by %s (%s)", share, length);
	else if (status->remaining_ms > 0)
		strbuf_addf(ret, "%s left (%s)", share, length);
	else
		strbuf_addf(ret, "%s left", share);
	if (status->partial) {
		slo_duration_words((double)status->chart.known_ms, 2, length, sizeof(length));
		strbuf_addf(ret, " of the %s known", length);
	}
}

static void add_goal(const struct slo_line *line, const struct slo_status *status, struct strbuf *ret)
{
	if (isnan(status->now.value))
		strbuf_addstr(ret, slo_reading_why(&status->now));
	else if (line->has_goal)
		strbuf_addf(ret, "the goal (%s) is %s", line->goal.text, status->missed ? "missed" : "met");
}

static void add_alerts(const struct slo_line *line, const struct slo_status *status, struct strbuf *ret)
{
	const struct slo_alert *worst = NULL;
	char length[24];

	for (size_t i = 0; i < line->alert_count; i++)
		if (status->alerts[i].held && (!worst || line->alerts[i].level > worst->level))
			worst = &line->alerts[i];
	if (!worst)
		return;
	slo_duration(worst->for_ms, length, sizeof(length));
	strbuf_addf(ret, "; value %s%s%s: %s", worst->when.text, worst->for_ms ? " for " : "",
		    worst->for_ms ? length : "", worst->level == SLO_LEVEL_CRITICAL ? "critical" : "warning");
}

void slo_sentence(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
		  struct strbuf *ret)
{
	char length[32];

	if (line->kind == SLI_UNMEASURED) {
		strbuf_addf(ret, "not measured: %s", line->unmeasured);
		return;
	}
	if (!slo_line_has_budget(line) || status->pair < 0) {
		add_goal(line, status, ret);
		add_alerts(line, status, ret);
		return;
	}
	add_burn(file, status, ret);
	strbuf_addstr(ret, "; ");
	add_left(status, ret);
	if (status->remaining > 0 && isfinite(status->exhaustion_ms)) {
		slo_duration_words(status->exhaustion_ms, 2, length, sizeof(length));
		strbuf_addf(ret, "; gone in %s", length);
	}
	if (status->state == SLO_PAIR_CRITICAL &&
	    slo_is_falling(status->pairs[status->pair].long_burn, status->pairs[status->pair].short_burn))
		strbuf_addstr(ret, "; recovering");
	else if (status->state != SLO_PAIR_UNKNOWN)
		strbuf_addf(ret, "; %s", slo_pair_state_name(status->state));
	add_alerts(line, status, ret);
}
