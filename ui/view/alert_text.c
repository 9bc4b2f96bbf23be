#include "ui/view/alert_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "dashboard/unit.h"

#define EXACT_DECIMALS 4 /* of a threshold */

const char *alert_priority_text(int priority)
{
	static const char *const names[PRIORITY_COUNT] = { "P0", "P1", "P2", "P3" };

	return priority >= 0 && priority < PRIORITY_COUNT ? names[priority] : "--";
}

const char *alert_priority_word(const struct escalation *escalation, int priority)
{
	const char *word = NULL;

	if (escalation && priority >= 0 && priority < PRIORITY_COUNT)
		word = escalation->levels[priority].word;
	return word ? word : "";
}

enum role alert_priority_role(int priority)
{
	static const enum role roles[PRIORITY_COUNT] = { ROLE_CRITICAL, ROLE_SERIOUS, ROLE_WARNING, ROLE_INFO };

	return priority >= 0 && priority < PRIORITY_COUNT ? roles[priority] : ROLE_WARNING;
}

enum glyph alert_sign(const struct alert *alert, struct style *ret_style)
{
	static const enum glyph signs[PRIORITY_COUNT] = { GLYPH_UP, GLYPH_SERIOUS, GLYPH_WARNING, GLYPH_BULLET };

	*ret_style = style_fg(ROLE_DIM);
	switch (alert->standing) {
	case ALERT_OPEN:
		*ret_style = style_with(style_fg(alert_priority_role(alert->priority)), ATTR_BOLD);
		return alert->priority >= 0 && alert->priority < PRIORITY_COUNT ? signs[alert->priority]
										: GLYPH_WARNING;
	case ALERT_ACKED: *ret_style = style_fg(alert_priority_role(alert->priority)); return GLYPH_HELD;
	case ALERT_MUTED: return GLYPH_NO_DATA;
	case ALERT_WAITS: return GLYPH_WAITING;
	default: *ret_style = style_fg(ROLE_OK); return GLYPH_OK;
	}
}

/* ---- values ---- */

void alert_add_number(const struct alert *alert, double value, struct strbuf *ret)
{
	char text[300];

	unit_string(alert->condition ? alert->condition->unit : NULL, value, UNIT_DECIMALS_AUTO, text, sizeof(text));
	strbuf_addstr(ret, text);
}

/* With all the decimals it has, as far as four: 99.95% is not 100%. */
static void format_threshold(const struct condition *condition, struct unit_text *ret)
{
	struct unit_text exact;
	double whole;

	unit_format(condition->unit, condition->threshold, EXACT_DECIMALS, &exact);
	whole = strtod(exact.text, NULL);
	unit_format(condition->unit, condition->threshold, UNIT_DECIMALS_AUTO, ret);
	for (int decimals = 0; decimals <= EXACT_DECIMALS && strtod(ret->text, NULL) != whole; decimals++)
		unit_format(condition->unit, condition->threshold, decimals, ret);
}

/* The unit once, at the end, where both have the same. */
static void add_both(const struct alert *alert, const char *between, struct strbuf *ret)
{
	const struct condition *condition = alert->condition;
	struct unit_text value, threshold;
	bool same;

	unit_format(condition->unit, alert->value, UNIT_DECIMALS_AUTO, &value);
	format_threshold(condition, &threshold);
	same = strcmp(value.suffix, threshold.suffix) == 0;
	strbuf_addf(ret, "%s%s%s %s %s%s%s", value.prefix, value.text, same ? "" : value.suffix, between,
		    threshold.prefix, threshold.text, threshold.suffix);
}

void alert_add_value(const struct alert *alert, struct strbuf *ret)
{
	const struct condition *condition = alert->condition;
	const char *operation;

	if (!alert->has_value)
		return;
	if (!condition || !condition->has_threshold) {
		alert_add_number(alert, alert->value, ret);
		return;
	}
	operation = condition->operation;
	/* Both are the same number; or any at all is too much. */
	if (strcmp(operation, "==") == 0 || (operation[0] == '>' && condition->threshold == 0))
		alert_add_number(alert, alert->value, ret);
	else
		add_both(alert, operation[0] == '>' ? "of" : operation[0] == '<' ? "under" : "not", ret);
}

/* ---- time ---- */

void alert_duration(int64_t ms, char *ret, size_t size)
{
	if (ms < CLOCK_SECOND)
		snprintf(ret, size, "0s");
	else
		duration_format(ms / CLOCK_SECOND * CLOCK_SECOND, ret, size);
}

void alert_since(const struct alert *alert, int64_t now_ms, char *ret, size_t size)
{
	int64_t from_ms = alert->standing == ALERT_ENDED                    ? alert->resolved_ms
			  : alert->phase == ALERT_FIRING && alert->fired_ms ? alert->fired_ms
									    : alert->active_ms;

	alert_duration(now_ms - from_ms, ret, size);
}

double alert_progress(const struct alert *alert, int64_t now_ms)
{
	double share;

	if (alert->for_ms <= 0)
		return 1;
	share = (double)(now_ms - alert->active_ms) / (double)alert->for_ms;
	return share < 0 ? 0 : share > 1 ? 1 : share;
}

void alert_add_left(int64_t left_ms, struct strbuf *ret)
{
	int64_t seconds = (left_ms < 0 ? -left_ms : left_ms) / CLOCK_SECOND;

	strbuf_addstr(ret, left_ms < 0 ? "-" : "");
	if (seconds >= 3600)
		strbuf_addf(ret, "%" PRId64 ":%02" PRId64 ":%02" PRId64, seconds / 3600, seconds / 60 % 60,
			    seconds % 60);
	else
		strbuf_addf(ret, "%" PRId64 ":%02" PRId64, seconds / 60, seconds % 60);
}

void alert_add_time(int64_t time_ms, int64_t now_ms, struct strbuf *ret)
{
	char text[24];

	time_format(time_ms, time_ms / CLOCK_DAY == now_ms / CLOCK_DAY ? "%H:%M" : "%m-%d %H:%M", text, sizeof(text));
	strbuf_addstr(ret, text);
}

/* ---- how it stands ---- */

const char *alert_standing_word(const struct alert *alert)
{
	switch (alert->standing) {
	case ALERT_OPEN: return "firing";
	case ALERT_ACKED: return "acknowledged";
	case ALERT_MUTED: return alert->silence ? "silenced" : alert->inhibited_by ? "inhibited" : "maintenance";
	case ALERT_WAITS: return "pending";
	default: return "resolved";
	}
}

static void add_clock(const struct alert *alert, enum glyph_set glyphs, struct strbuf *ret)
{
	const struct escalation_clock *clock = &alert->clock;
	const char *who = clock->next ? clock->next : clock->who;

	if (!clock->runs)
		return;
	strbuf_addstr(ret, clock->left_ms < 0 ? "overdue " : "ack in ");
	alert_add_left(clock->left_ms < 0 ? -clock->left_ms : clock->left_ms, ret);
	if (who)
		strbuf_addf(ret, " %s %s", glyph_text(glyphs, GLYPH_ARROW_FLAT), who);
}

static void add_muted(const struct alert *alert, int64_t now_ms, struct strbuf *ret)
{
	if (alert->silence)
		strbuf_addf(ret, "silenced by %s", alert->silence->author ? alert->silence->author : "?");
	else if (alert->inhibited_by)
		strbuf_addf(ret, "inhibited by %s", alert->inhibited_by);
	else
		strbuf_addf(ret, "maintenance %s", alert->window ? alert->window : "");
	if (!alert->muted_until_ms)
		return;
	strbuf_addstr(ret, " until ");
	alert_add_time(alert->muted_until_ms, now_ms, ret);
}

static void add_ack(const struct alert *alert, int64_t now_ms, struct strbuf *ret)
{
	strbuf_addf(ret, "%s until ", alert->ack->actor);
	alert_add_time(alert->ack->until_ms, now_ms, ret);
	if (alert->ack->note && *alert->ack->note)
		strbuf_addf(ret, ": %s", alert->ack->note);
}

void alert_add_note(const struct alert *alert, int64_t now_ms, enum glyph_set glyphs, struct strbuf *ret)
{
	char passed[16], whole[16];

	switch (alert->standing) {
	case ALERT_OPEN:
		add_clock(alert, glyphs, ret);
		if (alert->ack_expired)
			strbuf_addf(ret, "%sthe acknowledgement of %s expired", ret->length ? ", " : "",
				    alert->ack_expired->actor);
		break;
	case ALERT_ACKED:
		if (alert->ack)
			add_ack(alert, now_ms, ret);
		break;
	case ALERT_MUTED: add_muted(alert, now_ms, ret); break;
	case ALERT_WAITS:
		alert_since(alert, now_ms, passed, sizeof(passed));
		duration_format(alert->for_ms, whole, sizeof(whole));
		strbuf_addf(ret, "%s of %s", passed, whole);
		break;
	default: strbuf_addstr(ret, "resolved"); break;
	}
	if (alert->disputed)
		strbuf_addf(ret, "%snot all agree", ret->length ? ", " : "");
}

/* ---- what tells it apart ---- */

bool alert_label_tells(const char *name)
{
	static const char *const rule_own[] = { "alertname", "severity", "tier", "priority", "__name__" };

	for (size_t i = 0; i < sizeof(rule_own) / sizeof(rule_own[0]); i++)
		if (strcmp(name, rule_own[i]) == 0)
			return false;
	return true;
}

void alert_add_labels(const struct alert *alert, const char *const *names, size_t count, struct strbuf *ret)
{
	size_t before = ret->length;

	for (size_t i = 0; i < alert->labels->count; i++) {
		const struct label *label = &alert->labels->items[i];
		bool named = !count && alert_label_tells(label->name);

		for (size_t k = 0; k < count && !named; k++)
			named = strcmp(names[k], label->name) == 0;
		if (named)
			strbuf_addf(ret, "%s%s=%s", ret->length > before ? " " : "", label->name, label->value);
	}
}

void alert_add_raisers(unsigned raised_by, struct strbuf *ret)
{
	static const struct {
		enum alert_raiser bit;
		const char *name;
	} raisers[] = { { RAISED_HERE, "here" },
			{ RAISED_PROMETHEUS, "prometheus" },
			{ RAISED_ALERTMANAGER, "alertmanager" } };
	size_t before = ret->length;

	for (size_t i = 0; i < sizeof(raisers) / sizeof(raisers[0]); i++)
		if (raised_by & raisers[i].bit)
			strbuf_addf(ret, "%s%s", ret->length > before ? ", " : "", raisers[i].name);
}

/* ---- raw ---- */

static void add_member(struct strbuf *ret, const char *name, const char *value)
{
	if (!value)
		return;
	strbuf_addf(ret, ",\n  \"%s\": ", name);
	strbuf_add_json(ret, value);
}

static void add_set(struct strbuf *ret, const char *name, const struct labels *labels)
{
	strbuf_addf(ret, ",\n  \"%s\": {", name);
	for (size_t i = 0; labels && i < labels->count; i++) {
		strbuf_addstr(ret, i ? ",\n    " : "\n    ");
		strbuf_add_json(ret, labels->items[i].name);
		strbuf_addstr(ret, ": ");
		strbuf_add_json(ret, labels->items[i].value);
	}
	strbuf_addstr(ret, labels && labels->count ? "\n  }" : "}");
}

static void add_moment(struct strbuf *ret, const char *name, int64_t time_ms)
{
	char when[40];

	if (!time_ms)
		return;
	time_format(time_ms, "%Y-%m-%dT%H:%M:%SZ", when, sizeof(when));
	add_member(ret, name, when);
}

void alert_add_json(const struct alert *alert, struct strbuf *ret)
{
	struct strbuf raisers = STRBUF_INIT;

	strbuf_addf(ret, "{\n  \"fingerprint\": \"%016" PRIx64 "\"", alert->fingerprint);
	add_member(ret, "state", alert_standing_word(alert));
	if (alert->priority != PRIORITY_NONE)
		add_member(ret, "priority", alert_priority_text(alert->priority));
	add_set(ret, "labels", alert->labels);
	add_set(ret, "annotations", alert->annotations);
	add_moment(ret, "activeAt", alert->active_ms);
	add_moment(ret, "firedAt", alert->fired_ms);
	add_moment(ret, "resolvedAt", alert->resolved_ms);
	if (alert->has_value && isfinite(alert->value))
		strbuf_addf(ret, ",\n  \"value\": %.17g", alert->value);
	add_member(ret, "expression", alert->expression);
	add_member(ret, "group", alert->group);
	alert_add_raisers(alert->raised_by, &raisers);
	add_member(ret, "raisedBy", raisers.text);
	add_member(ret, "generatorURL", alert->generator_url);
	add_member(ret, "silencedBy", alert->silence ? alert->silence->id : NULL);
	add_member(ret, "inhibitedBy", alert->inhibited_by);
	add_member(ret, "acknowledgedBy", alert->ack ? alert->ack->actor : NULL);
	strbuf_addstr(ret, "\n}");
	strbuf_release(&raisers);
}
