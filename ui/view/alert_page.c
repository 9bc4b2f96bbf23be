#include "ui/view/alert_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alerts.h"
#include "alert/trend.h"
#include "base/clock.h"
#include "base/mem.h"
#include "ui/view/alert_panels.h"
#include "ui/view/alert_spells.h"
#include "ui/view/alert_text.h"
#include "ui/view/console.h"

#define PANELS_MOST 12
#define SPELLS_MOST 8 /* times it fired that are listed */

/* What is written: the page and what it is about. */
struct writer {
	const struct console *console;
	struct alert_page *page;
	const struct alert *alert;
};

static void release_text(struct alert_page *page)
{
	document_release(&page->document);
	document_init(&page->document);
	for (size_t i = 0; i < page->links.count; i++)
		free(page->links.items[i].text);
	vec_clear(&page->links);
}

void alert_page_release(struct alert_page *page)
{
	release_text(page);
	vec_release(&page->links);
	trends_free(page->chart);
	*page = (struct alert_page){ 0 };
}

void alert_page_open(struct console *console, const struct alert *alert)
{
	struct alert_page *page = &console->alert_page;

	page->fingerprint = alert->fingerprint;
	snprintf(page->name, sizeof(page->name), "%s", alert->name);
	page->line = page->scroll = 0;
	alert_painted_choose(&page->painted, alert_painted_state(alert));
}

const struct alert *alert_page_alert(const struct console *console)
{
	return console->alerts && console->alert_page.fingerprint
		       ? alerts_find(console->alerts, console->alert_page.fingerprint)
		       : NULL;
}

const struct alert_link *alert_page_link(const struct alert_page *page, int line)
{
	for (size_t i = 0; line >= 0 && i < page->links.count; i++)
		if (page->links.items[i].line == (size_t)line)
			return &page->links.items[i];
	return NULL;
}

/* ---- pieces ---- */

static void heading(const struct writer *writer, const char *text)
{
	if (writer->page->document.lines.count)
		document_add(&writer->page->document, DOCUMENT_TEXT, NULL, "");
	document_add(&writer->page->document, DOCUMENT_HEADING, NULL, text);
}

static void line(const struct writer *writer, const char *label, const char *text)
{
	if (text && *text)
		document_add(&writer->page->document, DOCUMENT_TEXT, label, text);
}

/* The next line leads somewhere. */
static struct alert_link *link_next(const struct writer *writer, enum alert_target target, const char *text)
{
	vec_push(&writer->page->links, (struct alert_link){ .line = writer->page->document.lines.count,
							    .target = target,
							    .text = mem_strdup(text) });
	return &writer->page->links.items[writer->page->links.count - 1];
}

static void moment(const struct writer *writer, const char *label, int64_t time_ms)
{
	int64_t away_ms = writer->console->now_ms - time_ms;
	char when[40], age[16];

	if (!time_ms)
		return;
	time_format(time_ms, "%Y-%m-%d %H:%M:%SZ", when, sizeof(when));
	alert_duration(away_ms < 0 ? -away_ms : away_ms, age, sizeof(age));
	document_addf(&writer->page->document, DOCUMENT_TEXT, label, away_ms < 0 ? "%s, in %s" : "%s, %s ago", when,
		      age);
}

/* ---- sections ---- */

static void write_state(const struct writer *writer)
{
	const struct alert *alert = writer->alert;
	struct strbuf text = STRBUF_INIT;
	struct document *document = &writer->page->document;

	alert_add_note(alert, writer->console->now_ms, GLYPHS_BRAILLE, &text);
	document_addf(document, alert->standing == ALERT_OPEN ? DOCUMENT_BAD : DOCUMENT_TEXT, "state", "%s%s%s",
		      /* The note of one that is muted begins with the word. */
		      alert->standing == ALERT_MUTED ? "" : alert_standing_word(alert),
		      text.length && alert->standing != ALERT_MUTED ? ", " : "", text.text);
	strbuf_clear(&text);
	alert_add_value(alert, &text);
	line(writer, "value", text.text);
	moment(writer, "active", alert->active_ms);
	moment(writer, "fires since", alert->fired_ms);
	if (alert->standing == ALERT_WAITS && alert->for_ms)
		moment(writer, "would fire", alert->active_ms + alert->for_ms);
	moment(writer, "resolved", alert->resolved_ms);
	strbuf_clear(&text);
	alert_add_raisers(alert->raised_by, &text);
	strbuf_addstr(&text, alert->disputed ? "; another one that has the rule does not agree" : "");
	line(writer, "raised by", text.text);
	strbuf_release(&text);
}

static bool is_url(const char *text)
{
	return strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
}

/* What it is in a line first, then how so, then the rest. */
static int annotation_rank(const char *name)
{
	return strcmp(name, "summary") == 0 ? 0 : strcmp(name, "description") == 0 ? 1 : 2;
}

static void write_annotations(const struct writer *writer)
{
	const struct alert *alert = writer->alert;
	const struct labels *annotations = alert->annotations;
	bool any = false;

	for (int rank = 0; rank < 3; rank++)
		for (size_t i = 0; annotations && i < annotations->count; i++) {
			const struct label *said = &annotations->items[i];

			if (annotation_rank(said->name) != rank || !*said->value)
				continue;
			/* It stands among the links. */
			if (alert->runbook_url && strcmp(said->value, alert->runbook_url) == 0)
				continue;
			if (!any)
				heading(writer, "What it says");
			any = true;
			if (is_url(said->value))
				link_next(writer, TARGET_TEXT, said->value);
			line(writer, said->name, said->value);
		}
}

static void write_labels(const struct writer *writer)
{
	const struct labels *labels = writer->alert->labels;

	heading(writer, "Labels");
	for (size_t i = 0; i < labels->count; i++)
		line(writer, labels->items[i].name, labels->items[i].value);
}

/* What judging all the rules costs: whoever reads of one may want to know. */
static void write_cost(const struct writer *writer)
{
	const struct evaluator *evaluator = alerts_config(writer->console->alerts)->evaluator;
	struct evaluator_cost cost;

	if (!evaluator)
		return;
	evaluator_get_cost(evaluator, &cost);
	document_addf(&writer->page->document, DOCUMENT_DIM, "judged here",
		      "%zu rules, %.1f a second; the slowest group takes %" PRId64 " ms; %zu left out", cost.rules,
		      cost.rules_per_second, cost.last_round_ms, cost.missed);
}

static void write_rule(const struct writer *writer)
{
	const struct alert *alert = writer->alert;
	char length[16];

	heading(writer, "Rule");
	line(writer, "group", alert->group);
	document_add(&writer->page->document, alert->expression ? DOCUMENT_CODE : DOCUMENT_DIM, "expression",
		     alert->expression ? alert->expression : "not known: only the Alertmanager tells of this alert");
	duration_format(alert->for_ms, length, sizeof(length));
	line(writer, "for", alert->for_ms ? length : "it fires at once");
	write_cost(writer);
}

static void write_contacts(const struct writer *writer, const struct escalation *policy, const char *who)
{
	for (size_t i = 0; i < escalation_contact_count(policy); i++) {
		const struct escalation_contact *contact = escalation_contact(policy, i);
		bool same = (contact->role && strcmp(contact->role, who) == 0) ||
			    (contact->name && strcmp(contact->name, who) == 0);

		if (!same)
			continue;
		document_addf(&writer->page->document, DOCUMENT_TEXT, "reached at", "%s%s%s%s%s",
			      *contact->reach ? contact->reach : "?", *contact->hours ? ", " : "", contact->hours,
			      *contact->name ? ", " : "", contact->name);
		if (!escalation_reachable(contact, writer->console->now_ms))
			document_add(&writer->page->document, DOCUMENT_DIM, NULL, "not within these hours now");
	}
}

static void write_clock(const struct writer *writer, const struct escalation *policy)
{
	const struct escalation_clock *clock = &writer->alert->clock;
	struct strbuf left = STRBUF_INIT;

	if (!clock->runs)
		return;
	alert_add_left(clock->left_ms, &left);
	document_addf(&writer->page->document, clock->left_ms < 0 ? DOCUMENT_BAD : DOCUMENT_TEXT, "left", "%s%s",
		      left.text, clock->left_ms < 0 ? ": the time to respond has passed" : "");
	moment(writer, "half gone", clock->half_ms);
	moment(writer, "due", clock->due_ms);
	line(writer, "on call", clock->who);
	if (clock->who && policy)
		write_contacts(writer, policy, clock->who);
	line(writer, "then", clock->next);
	moment(writer, "at", clock->next ? clock->next_ms : 0);
	strbuf_release(&left);
}

static void write_response(const struct writer *writer)
{
	const struct alert *alert = writer->alert;
	const struct escalation *policy = alerts_config(writer->console->alerts)->escalation;
	const struct ack *ack = alert->ack ? alert->ack : alert->ack_expired;
	const struct escalation_level *level = policy && alert->priority >= 0 && alert->priority < PRIORITY_COUNT
						       ? &policy->levels[alert->priority]
						       : NULL;
	struct strbuf channels = STRBUF_INIT;

	heading(writer, "Response");
	if (level)
		document_addf(&writer->page->document, DOCUMENT_TEXT, "priority", "%s %s%s%s",
			      alert_priority_text(alert->priority), level->word ? level->word : "",
			      level->impact && *level->impact ? ": " : "", level->impact ? level->impact : "");
	else
		line(writer, "priority", "none: no policy says");
	write_clock(writer, policy);
	if (ack) {
		line(writer, alert->ack ? "acknowledged" : "was with", ack->actor);
		moment(writer, alert->ack ? "until" : "it expired", ack->until_ms);
		line(writer, "note", ack->note);
	}
	for (size_t i = 0; level && i < level->channel_count; i++)
		strbuf_addf(&channels, "%s%s", i ? ", " : "", level->channels[i]);
	line(writer, "channels", channels.text);
	moment(writer, "hand-off", policy ? escalation_handoff_ms(policy, writer->console->now_ms) : 0);
	strbuf_release(&channels);
}

static void write_muting(const struct writer *writer)
{
	const struct alert *alert = writer->alert;
	struct strbuf matchers = STRBUF_INIT;

	if (alert->silence) {
		silence_add_matchers(&matchers, alert->silence);
		link_next(writer, TARGET_SILENCE, alert->silence->id);
		document_addf(&writer->page->document, DOCUMENT_TEXT, "silenced by", "%s: %s",
			      alert->silence->author ? alert->silence->author : "?",
			      alert->silence->comment ? alert->silence->comment : "");
		line(writer, "matchers", matchers.text);
	}
	line(writer, "inhibited by", alert->inhibited_by);
	line(writer, "maintenance", alert->window);
	moment(writer, "until", alert->muted_until_ms);
	strbuf_release(&matchers);
}

/* Whom it is told of together with. */
static void write_group(const struct writer *writer)
{
	const struct alertmanager *am = writer->console->alertmanager;
	const struct am_alert *known = writer->alert->am;
	const struct am_group *group;
	struct strbuf text = STRBUF_INIT;

	if (!known || !am || known->group >= alertmanager_group_count(am))
		return;
	group = alertmanager_group(am, known->group);
	labels_add(&text, &group->labels);
	document_addf(&writer->page->document, DOCUMENT_TEXT, "group", "%s, %zu alert%s", text.text, group->count,
		      group->count == 1 ? "" : "s");
	strbuf_release(&text);
}

static void write_alertmanager(const struct writer *writer)
{
	static const char *const states[] = {
		[AM_ACTIVE] = "active", [AM_SUPPRESSED] = "suppressed", [AM_UNPROCESSED] = "not processed yet"
	};
	const struct alert *alert = writer->alert;
	struct strbuf receivers = STRBUF_INIT;

	if (!alert->am && !alert->silence && !alert->inhibited_by && !alert->window) {
		if (!writer->console->alertmanager)
			return;
		heading(writer, "Alertmanager");
		document_add(&writer->page->document, DOCUMENT_DIM, "state", "it does not know this alert");
		return;
	}
	heading(writer, "Alertmanager");
	for (size_t i = 0; alert->am && i < alert->am->receiver_count; i++)
		strbuf_addf(&receivers, "%s%s", i ? ", " : "", alert->am->receivers[i]);
	if (alert->am)
		line(writer, "state", states[alert->am->state]);
	line(writer, "receivers", receivers.text);
	write_group(writer);
	write_muting(writer);
	strbuf_release(&receivers);
}

static void write_past(const struct writer *writer)
{
	const struct alert_past *past = alerts_config(writer->console->alerts)->past;
	size_t told = 0;

	if (!past)
		return;
	heading(writer, "Past");
	document_addf(&writer->page->document, DOCUMENT_TEXT, "fired", "%u time%s in 24 h", writer->alert->fired_today,
		      writer->alert->fired_today == 1 ? "" : "s");
	for (size_t i = 0; i < alert_past_count(past) && told < SPELLS_MOST; i++) {
		const struct past_alert *spell = alert_past_at(past, i);
		char when[40], length[16] = "";
		bool over;

		if (spell->fingerprint != writer->alert->fingerprint || !spell->fired_ms)
			continue;
		time_format(spell->fired_ms, "%m-%d %H:%M:%S", when, sizeof(when));
		over = alert_spell_over(writer->console->alerts, spell->fingerprint, spell->resolved_ms);
		if (over)
			duration_format(spell->resolved_ms - spell->fired_ms, length, sizeof(length));
		document_addf(&writer->page->document, DOCUMENT_DIM, NULL, "%s %s%s", when, over ? "for " : "and still",
			      length);
		told++;
	}
}

static void write_panels(const struct writer *writer)
{
	const struct console *console = writer->console;
	struct alert_place places[PANELS_MOST];
	size_t count = alert_panels_find(console->panels, writer->alert, places, PANELS_MOST);

	if (count)
		heading(writer, "Panels");
	for (size_t i = 0; i < count; i++) {
		struct board *board = console->boards[places[i].board];
		size_t panel_count;
		const struct board_panel *panels = board_panels(board, &panel_count);
		struct alert_link *link = link_next(writer, TARGET_PANEL, "");

		link->board = places[i].board;
		link->panel = places[i].panel;
		document_add(&writer->page->document, DOCUMENT_TEXT,
			     i && places[i].board == places[i - 1].board ? NULL : board_dashboard(board)->title,
			     panels[places[i].panel].title);
	}
}

static void add_link(const struct writer *writer, const char *label, const char *url)
{
	link_next(writer, TARGET_TEXT, url);
	line(writer, label, url);
}

/* The panel that shows most of it, in Grafana, from an hour before it began. */
static void write_grafana(const struct writer *writer)
{
	const struct console *console = writer->console;
	const struct board_panel *panels;
	const struct dashboard *dashboard;
	struct strbuf url = STRBUF_INIT;
	struct alert_place place;
	size_t count;

	if (!console->grafana || !alert_panels_find(console->panels, writer->alert, &place, 1))
		return;
	dashboard = board_dashboard(console->boards[place.board]);
	panels = board_panels(console->boards[place.board], &count);
	if (!dashboard->uid || !*dashboard->uid)
		return;
	strbuf_addf(&url, "%s/d/", console->grafana);
	strbuf_add_url(&url, dashboard->uid);
	strbuf_addf(&url, "?viewPanel=%d&from=%" PRId64 "&to=now", panels[place.panel].panel->id,
		    writer->alert->active_ms - CLOCK_HOUR);
	add_link(writer, "grafana", url.text);
	strbuf_release(&url);
}

/* As the server itself names it, else its page for the expression. */
static void write_prometheus(const struct writer *writer)
{
	const char *server = writer->console->source.url; /* without credentials */
	const struct alert *alert = writer->alert;
	struct strbuf url = STRBUF_INIT;

	if (alert->generator_url && *alert->generator_url) {
		strbuf_addstr(&url, alert->generator_url);
	} else if (server && *server && alert->expression) {
		strbuf_addf(&url, "%s/graph?g0.expr=", server);
		strbuf_add_url(&url, alert->expression);
		strbuf_addstr(&url, "&g0.tab=0");
	}
	if (url.length)
		add_link(writer, "prometheus", url.text);
	strbuf_release(&url);
}

static void write_links(const struct writer *writer)
{
	const struct alert *alert = writer->alert;

	heading(writer, "Links");
	if (alert->runbook) {
		link_next(writer, TARGET_RUNBOOK, alert->runbook);
		line(writer, "runbook", alert->runbook);
	} else {
		document_add(&writer->page->document, DOCUMENT_DIM, "runbook", "none is known here");
	}
	if (alert->runbook_url)
		add_link(writer, "runbook_url", alert->runbook_url);
	write_grafana(writer);
	write_prometheus(writer);
}

void alert_page_make(struct console *console)
{
	struct writer writer = { console, &console->alert_page, alert_page_alert(console) };
	int last;

	release_text(&console->alert_page);
	if (writer.alert) {
		write_state(&writer);
		write_annotations(&writer);
		write_response(&writer);
		write_panels(&writer);
		write_links(&writer);
		write_rule(&writer);
		write_labels(&writer);
		write_alertmanager(&writer);
		write_past(&writer);
	} else if (console->alert_page.name[0]) {
		document_addf(&console->alert_page.document, DOCUMENT_TEXT, NULL,
			      "%s is no more: it has ended, or its labels are others now", console->alert_page.name);
	} else {
		document_add(&console->alert_page.document, DOCUMENT_DIM, NULL, "no alert was chosen");
	}
	last = (int)console->alert_page.document.lines.count - 1;
	if (console->alert_page.line > last)
		console->alert_page.line = last;
}
