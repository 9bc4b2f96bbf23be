#include "ui/view/alert_act.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alertmanager.h"
#include "base/clock.h"
#include "ui/view/alert_desk.h"
#include "ui/view/alert_list.h"
#include "ui/view/alert_note.h"
#include "ui/view/alert_text.h"
#include "ui/view/overlay_rich.h"
#include "ui/view/overlay_text.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/silence_form.h"
#include "ui/view/view.h"

#define RUNBOOK_BYTES (1u << 20)

const struct alert *alert_act_subject(const struct console *console)
{
	if (!console->alerts)
		return NULL;
	if (console->view == &view_alerts)
		return alert_list_focused(&console->alert_list);
	if (console->view == &view_alert)
		return alert_page_alert(console);
	return alerts_worst(console->alerts);
}

static struct alert_painted *painted_of(struct console *console)
{
	if (console->view == &view_alerts)
		return &console->alert_list.painted;
	return console->view == &view_alert ? &console->alert_page.painted : &console->line_alert;
}

void alert_act_expect(struct console *console)
{
	console->alert_list.painted.expected = true;
	console->alert_page.painted.expected = true;
	console->line_alert.expected = true;
}

/* ---- the deeds ---- */

static bool acknowledge(struct console *console, const struct alert *alert)
{
	if (alert->standing == ALERT_ENDED)
		console_say(console, "it has ended: there is nothing to acknowledge");
	else
		alert_note_open(console, alert, false);
	return true;
}

static bool comment(struct console *console, const struct alert *alert)
{
	alert_note_open(console, alert, true);
	return true;
}

static bool mute(struct console *console, const struct alert *alert)
{
	const struct silence *silence = NULL;

	if (!console->alertmanager) {
		console_say(console, "silences are made in an Alertmanager: the system's file names none");
		return true;
	}
	if (alert->silence)
		silence = alertmanager_silence_find(console->alertmanager, alert->silence->id);
	if (silence)
		silence_form_extend(console, silence);
	else
		silence_form_new(console, alert);
	return true;
}

/* The acknowledgement first: it is one's own and the nearer. */
static bool undo(struct console *console, const struct alert *alert)
{
	if (alert->ack) {
		alert_act_expect(console);
		if (alerts_unacknowledge(console->alerts, alert))
			alert_desk_say_written(console, "taken back: %.100s is acknowledged no more", alert->name);
		else
			console_say(console, "not taken back: there is no journal to write it to");
		return true;
	}
	silence_form_expire(console, alert->silence);
	return true;
}

/* ---- runbooks ---- */

void alert_show_runbook(struct console *console, const char *path)
{
	FILE *file = fopen(path, "re");
	const char *slash = strrchr(path, '/');
	char *text;
	size_t length;

	if (!file) {
		console_say(console, "%.120s: %s", path, strerror(errno));
		return;
	}
	text = malloc(RUNBOOK_BYTES);
	length = text ? fread(text, 1, RUNBOOK_BYTES, file) : 0;
	fclose(file);
	overlay_open(console, &overlay_rich, rich_overlay_new(slash ? slash + 1 : path, text ? text : "", length));
	free(text);
}

static bool show_runbook(struct console *console, const struct alert *alert)
{
	if (runbook_desk_open_alert(console, alert))
		return true;
	if (alert->runbook)
		alert_show_runbook(console, alert->runbook);
	else if (alert->runbook_url && console->host.copy)
		console_copy(console, alert->runbook_url);
	else
		console_say(console, "%.80s has no runbook here%s%.100s", alert->name, alert->runbook_url ? ": " : "",
			    alert->runbook_url ? alert->runbook_url : "");
	return true;
}

/* ---- which of them means something ---- */

static bool can_undo(const struct console *console, const struct alert *alert)
{
	return alert->ack || (alert->silence && console->alertmanager);
}

bool alert_act_can(const struct console *console, enum action action)
{
	const struct alert *alert = alert_act_subject(console);

	if (!alert)
		return false;
	/* There these keys are the runbook's own, or mean nothing: not the alert of the line below. */
	if (console->view == &view_runbook && (action == ACTION_COMMENT || action == ACTION_UNDO))
		return false;
	switch (action) {
	case ACTION_COMMENT: return alert->ack != NULL;
	case ACTION_UNDO: return can_undo(console, alert);
	case ACTION_RUNBOOK:
		if (runbook_desk_shows(console, alert))
			return false;
		return alert->runbook || alert->runbook_url || console->view == &view_alert;
	default: return true;
	}
}

bool alert_act_do(struct console *console, enum action action)
{
	const struct alert *alert = alert_act_subject(console);

	if (!alert)
		return false;
	if (action_row(action)->acts && !alert_painted_settled(painted_of(console), console->monotonic_ms)) {
		console_say(console, "%.80s changed just now: look, and press it again", alert->name);
		return true;
	}
	switch (action) {
	case ACTION_ACKNOWLEDGE: return acknowledge(console, alert);
	case ACTION_MUTE: return mute(console, alert);
	case ACTION_COMMENT: return comment(console, alert);
	case ACTION_UNDO: return undo(console, alert);
	default: return show_runbook(console, alert);
	}
}

/* ---- a closer look ---- */

static void add_condition(const struct alert *alert, struct document *document)
{
	const struct condition *condition = alert->condition;
	struct strbuf value = STRBUF_INIT;

	if (!condition)
		return;
	document_add(document, DOCUMENT_CODE, "subject", condition->subject);
	if (condition->has_threshold)
		alert_add_number(alert, condition->threshold, &value);
	else if (condition->other)
		strbuf_addstr(&value, condition->other);
	if (condition->operation[0])
		document_addf(document, DOCUMENT_TEXT, "fires when", "it is %s %s", condition->operation, value.text);
	for (size_t i = 0; i < condition->metric_count; i++)
		document_add(document, DOCUMENT_TEXT, i ? NULL : "metrics", condition->metrics[i]);
	strbuf_release(&value);
}

static void explain(struct console *console, const struct alert *alert)
{
	struct text_overlay *overlay = text_overlay_new(alert->name);
	struct document *document = &overlay->document;
	struct strbuf raisers = STRBUF_INIT;
	char length[16];

	if (alert->group)
		document_add(document, DOCUMENT_TEXT, "group", alert->group);
	document_add(document, alert->expression ? DOCUMENT_CODE : DOCUMENT_DIM, "expression",
		     alert->expression ? alert->expression : "not known: only the Alertmanager tells of this alert");
	add_condition(alert, document);
	duration_format(alert->for_ms, length, sizeof(length));
	document_add(document, DOCUMENT_TEXT, "for", alert->for_ms ? length : "it fires at once");
	alert_add_raisers(alert->raised_by, &raisers);
	document_addf(document, DOCUMENT_TEXT, "raised by", "%s%s", raisers.text,
		      alert->disputed ? "; another one that has the rule does not agree" : "");
	overlay_open(console, &overlay_text, overlay);
	strbuf_release(&raisers);
}

static void show_raw(struct console *console, const struct alert *alert)
{
	struct text_overlay *overlay = text_overlay_new(alert->name);
	struct strbuf json = STRBUF_INIT;

	alert_add_json(alert, &json);
	overlay->document.whole = true;
	document_add(&overlay->document, DOCUMENT_CODE, NULL, json.text);
	overlay_open(console, &overlay_text, overlay);
	strbuf_release(&json);
}

static void copy(struct console *console, const struct alert *alert)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, alert->expression ? alert->expression : alert->name);
	if (alert->has_value)
		strbuf_addf(&text, "\n%.17g", alert->value);
	console_copy(console, text.text);
	strbuf_release(&text);
}

bool alert_look_can(const struct console *console, enum action action)
{
	return alert_act_subject(console) && (action != ACTION_COPY || console->host.copy);
}

bool alert_look_do(struct console *console, enum action action)
{
	const struct alert *alert = alert_act_subject(console);

	if (!alert)
		return false;
	if (action == ACTION_EXPLAIN)
		explain(console, alert);
	else if (action == ACTION_OUTPUT)
		show_raw(console, alert);
	else
		copy(console, alert);
	return true;
}

bool alert_ask_again(struct console *console, enum action action)
{
	const struct alerts_config *config = console->alerts ? alerts_config(console->alerts) : NULL;
	size_t rules = config && config->evaluator ? evaluator_count(config->evaluator) : 0;

	(void)action;
	if (console->engine)
		query_engine_retry(console->engine);
	if (config && config->evaluator)
		evaluator_run_now(config->evaluator);
	if (config && config->server)
		server_rules_refresh(config->server);
	if (config && config->alertmanager)
		alertmanager_refresh(config->alertmanager);
	console_say(console, "evaluating %zu rule%s now%s%s", rules, rules == 1 ? "" : "s",
		    config && config->server ? ", asking the server" : "",
		    config && config->alertmanager ? ", asking the Alertmanager" : "");
	return true;
}
