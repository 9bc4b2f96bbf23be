#include "ui/view/slo_document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "slo/sli_expression.h"
#include "ui/view/slo_text.h"

static const struct slo_line *line_of(const struct slo_state *state, size_t line)
{
	return &slo_state_file(state)->lines[line];
}

void slo_document_sentence(const struct slo_state *state, size_t index, struct document *ret)
{
	const struct slo_status *status = slo_state_line(state, index);
	struct strbuf sentence = STRBUF_INIT;

	slo_sentence(slo_state_file(state), line_of(state, index), status, &sentence);
	document_add(ret, status->health >= SLO_HEALTH_WARNING ? DOCUMENT_BAD : DOCUMENT_TEXT, NULL, sentence.text);
	strbuf_release(&sentence);
}

/* A number that is old says how old; one that is not there, why. */
static void add_reading(const char *label, const struct slo_reading *reading, const char *text, int64_t now_ms,
			struct document *ret)
{
	char age[24] = "";

	if (reading->at_ms && now_ms - reading->at_ms > 60 * CLOCK_SECOND)
		duration_format(now_ms - reading->at_ms, age, sizeof(age));
	document_addf(ret, reading->stale ? DOCUMENT_BAD : DOCUMENT_TEXT, label, "%s%s%s%s%s%s", text,
		      age[0] ? ", " : "", age, age[0] ? " old" : "", reading->stale ? ": " : "",
		      reading->stale ? slo_reading_why(reading) : "");
}

static void add_exhaustion(const struct slo_status *status, struct document *ret)
{
	char length[32];

	if (isnan(status->exhaustion_ms) || status->remaining <= 0)
		return;
	if (isinf(status->exhaustion_ms)) {
		document_add(ret, DOCUMENT_TEXT, "lasts", "the whole window at this rate");
		return;
	}
	slo_duration_words(status->exhaustion_ms, 2, length, sizeof(length));
	document_addf(ret, DOCUMENT_TEXT, "gone in", "%s at this rate", length);
}

void slo_document_state(const struct slo_state *state, size_t index, int64_t now_ms, struct document *ret)
{
	const struct slo_line *line = line_of(state, index);
	const struct slo_status *status = slo_state_line(state, index);
	char buf[200], length[32];

	if (line->kind == SLI_UNMEASURED)
		return;
	slo_now_text(line, status, buf, sizeof(buf));
	add_reading("now", &status->now, buf, now_ms, ret);
	if (!slo_line_has_budget(line))
		return;
	slo_window_text(line, status, buf, sizeof(buf));
	slo_window_name(&line->window, length, sizeof(length));
	add_reading(length, &status->window, buf, now_ms, ret);
	slo_left_text(line, status, buf, sizeof(buf));
	slo_duration_words(slo_budget_ms(line->target, status->end_ms - status->start_ms), 3, length, sizeof(length));
	document_addf(ret, DOCUMENT_TEXT, "left", "%s of %s", buf, length);
	add_exhaustion(status, ret);
	if (status->policy)
		document_add(ret, DOCUMENT_TEXT, "policy", status->policy);
	if (status->chart_answered && status->chart.known_ms && (status->partial || isnan(status->remaining))) {
		slo_duration_words((double)status->chart.known_ms, 2, length, sizeof(length));
		document_addf(ret, DOCUMENT_TEXT, "history", "%s of the window are known", length);
	}
}

static void add_windows(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
			struct document *ret)
{
	char label[24], burn[16], share[40];

	document_add(ret, DOCUMENT_HEADING, NULL, "Burn");
	for (size_t i = 0; i < file->window_count; i++) {
		const struct slo_reading *reading = &status->burn[i];

		slo_duration(file->windows_ms[i], label, sizeof(label));
		slo_burn_text(slo_status_burn(file, line, status, file->windows_ms[i]), burn, sizeof(burn));
		if (isnan(reading->value)) {
			document_add(ret, DOCUMENT_DIM, label, slo_reading_why(reading));
			continue;
		}
		snprintf(share, sizeof(share), "%.3g%%", fmax(0, reading->value) * 100);
		document_addf(ret, DOCUMENT_TEXT, label, "%-7s %s bad%s", burn, share, reading->stale ? ", stale" : "");
	}
}

/* When everything fails: the soonest that the pair can tell. */
static void add_pair(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
		     size_t index, struct document *ret)
{
	const struct slo_pair *pair = &file->pairs[index];
	const struct slo_pair_status *at = &status->pairs[index];
	char of_long[24], of_short[24], long_burn[16], short_burn[16], soon[32];
	double detection_ms = slo_detection_ms(1, at->factor, line->target, pair->long_ms);

	slo_duration(pair->long_ms, of_long, sizeof(of_long));
	slo_duration(pair->short_ms, of_short, sizeof(of_short));
	slo_burn_text(at->long_burn, long_burn, sizeof(long_burn));
	slo_burn_text(at->short_burn, short_burn, sizeof(short_burn));
	slo_duration_words(detection_ms, 2, soon, sizeof(soon));
	document_addf(ret, at->state == SLO_PAIR_CRITICAL ? DOCUMENT_BAD : DOCUMENT_TEXT, pair->name,
		      "%s %s and %s %s: %s", of_long, long_burn, of_short, short_burn, slo_pair_state_name(at->state));
	if (isinf(detection_ms))
		document_addf(ret, DOCUMENT_DIM, NULL, "  above %.4gx: never, %.3g%% bad is all there can be",
			      at->factor, 100.0);
	else if (detection_ms > 0)
		document_addf(ret, DOCUMENT_DIM, NULL, "  above %.4gx, %.3g%% bad; all failing it tells in %s",
			      at->factor, at->error_ratio * 100, soon);
	else
		document_add(ret, DOCUMENT_DIM, NULL, "  with the first that is bad");
}

static void add_alert_lines(const struct slo_line *line, const struct slo_status *status, struct document *ret)
{
	char length[24];

	if (line->alert_count)
		document_add(ret, DOCUMENT_HEADING, NULL, "Alert lines of the value");
	for (size_t i = 0; i < line->alert_count; i++) {
		const struct slo_alert *alert = &line->alerts[i];

		slo_duration(alert->for_ms, length, sizeof(length));
		document_addf(ret, status->alerts[i].held ? DOCUMENT_BAD : DOCUMENT_TEXT,
			      alert->level == SLO_LEVEL_CRITICAL ? "critical" : "warning", "%s%s%s: %s",
			      alert->when.text, alert->for_ms ? " for " : "", alert->for_ms ? length : "",
			      status->alerts[i].held  ? "so it is"
			      : status->alerts[i].met ? "met, not that long yet"
						      : "not met");
	}
}

void slo_document_burn(const struct slo_state *state, size_t index, struct document *ret)
{
	const struct slo_file *file = slo_state_file(state);
	const struct slo_line *line = line_of(state, index);
	const struct slo_status *status = slo_state_line(state, index);

	if (slo_line_has_budget(line)) {
		add_windows(file, line, status, ret);
		document_add(ret, DOCUMENT_HEADING, NULL, "Alerts on the burn: both windows above the factor");
		for (size_t i = 0; i < file->pair_count; i++)
			add_pair(file, line, status, i, ret);
	}
	add_alert_lines(line, status, ret);
}

static const char *budget_word(const struct slo_line *line)
{
	return line->kind == SLI_EVENTS ? "a budget of events" : "a budget of time, in slices";
}

void slo_document_promise(const struct slo_state *state, size_t index, struct document *ret)
{
	const struct slo_file *file = slo_state_file(state);
	const struct slo_line *line = line_of(state, index);
	const struct slo_objective *objective = &file->objectives[line->objective];
	char target[80], window[32];

	document_add(ret, DOCUMENT_HEADING, NULL, objective->proposal ? "Proposed, and not agreed to yet" : "Promised");
	slo_target_text(line, target, sizeof(target));
	slo_window_name(&line->window, window, sizeof(window));
	if (slo_line_has_budget(line))
		document_addf(ret, DOCUMENT_TEXT, "target", "%s over %s, %s", target, window, budget_word(line));
	else if (target[0])
		document_addf(ret, DOCUMENT_TEXT, "goal", "%s, without a budget", target);
	if (line->description)
		document_add(ret, DOCUMENT_TEXT, "means", line->description);
	if (objective->description && objective->description != line->description)
		document_add(ret, DOCUMENT_TEXT, "objective", objective->description);
	if (objective->owner)
		document_add(ret, DOCUMENT_TEXT, "owner", objective->owner);
	for (size_t i = 0; i < objective->links.count; i++) {
		const char *link = objective->links.items[i], *equals = strchr(link, '=');
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)(equals - link), link);
		document_add(ret, DOCUMENT_TEXT, name, equals + 1);
	}
	for (size_t i = 0; i < file->policy_count && slo_line_has_budget(line); i++) {
		char used[24];

		snprintf(used, sizeof(used), "%.4g%% used", file->policies[i].used * 100);
		document_add(ret,
			     slo_state_line(state, index)->policy == file->policies[i].rule ? DOCUMENT_KEY
											    : DOCUMENT_DIM,
			     used, file->policies[i].rule);
	}
}

static void add_expression(struct document *ret, const char *label, struct strbuf *text)
{
	document_add(ret, DOCUMENT_CODE, label, text->text);
	strbuf_clear(text);
}

void slo_document_expressions(const struct slo_state *state, size_t index, struct document *ret)
{
	const struct slo_line *line = line_of(state, index);
	const struct slo_status *status = slo_state_line(state, index);
	struct strbuf text = STRBUF_INIT;

	if (line->kind == SLI_UNMEASURED)
		return;
	document_add(ret, DOCUMENT_HEADING, NULL, "How it is asked");
	sli_now(line, &text);
	add_expression(ret, "now", &text);
	if (slo_line_has_budget(line)) {
		sli_error_ratio(line, CLOCK_HOUR, &text);
		add_expression(ret, "bad, 1h", &text);
		document_add(ret, DOCUMENT_DIM, NULL,
			     "and so over every other window; skep slo rules prints them for a Prometheus");
	}
	for (size_t i = 0; i < line->alert_count; i++) {
		sli_held(line, &line->alerts[i], &text);
		add_expression(ret, line->alerts[i].level == SLO_LEVEL_CRITICAL ? "critical" : "warning", &text);
		document_addf(ret, DOCUMENT_DIM, NULL, "  holds from %u on", sli_held_slices(&line->alerts[i]));
	}
	if (status->now.engine)
		document_add(ret, DOCUMENT_TEXT, "answered by", status->now.engine);
	strbuf_release(&text);
}
