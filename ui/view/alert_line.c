#include "ui/view/alert_line.h"

#include <string.h>

#include "alert/alerts.h"
#include "alert/trend.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "situation/map_state.h"
#include "ui/draw/glyph.h"
#include "ui/panel/panel.h"
#include "ui/panel/spark.h"
#include "ui/view/alert_text.h"
#include "ui/view/hint_bar.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/view.h"

#define ROWS_LEAST 10 /* a lower screen needs all it has for its panels */
#define FRESH_MS   (30 * CLOCK_SECOND)

/* What the demo's line says of the system as it is seen to be just now. */
enum demo_state { DEMO_STARTS, DEMO_GONE, DEMO_BROKEN, DEMO_PART, DEMO_WELL, DEMO_ELSEWHERE, DEMO_STATES };

#define DEMO_LENGTHS 4

/*
 * The demo's first minutes: what to press, while no alert says it; the longest that fits, else the shortest. %s is the
 * program that simulates; without one those that name it are passed over.
 */
static const char *const demo_tips[DEMO_STATES][DEMO_LENGTHS] = {
	[DEMO_STARTS] = {
		"Nothing here is real: a simulated system, whose past is being read",
		"Nothing here is real; its past is being read",
		"simulated: its past is being read",
		"reading the simulated past",
	},
	[DEMO_GONE] = {
		"Nothing here is real, and no source answers: all is lost, or the simulation has ended; %s ctl status, "
		"in another terminal, tells",
		"Nothing here is real, and no source answers: all is lost, or the simulation has ended",
		"no source answers: all is lost, or the simulation has ended",
		"no source answers: all is gone",
	},
	[DEMO_BROKEN] = {
		"Nothing here is real, and something is broken: w goes to it, x explains it, 6 shows who is asked; "
		"%s ctl list, in another terminal, says what mends it",
		"Nothing here is real; something is broken: w shows it, x explains it; %s ctl list says what mends it",
		"Nothing here is real, and something is broken: w shows it, x explains it",
		"broken: w shows it, x explains it",
	},
	[DEMO_PART] = {
		"Nothing here is real, and a part of the system is in trouble: 7 shows it, x there explains it; %s ctl "
		"list, in another terminal, says what mends it",
		"Nothing here is real; a part is in trouble: 7 shows it, x explains it; %s ctl list says what mends it",
		"Nothing here is real, and a part is in trouble: 7 shows it, x explains it",
		"in trouble: 7 shows what",
	},
	[DEMO_ELSEWHERE] = {
		"Nothing here is real, and every source answers; 1 goes back to the board",
		"Nothing here is real, and every source answers; 1 goes back to the board",
		"simulated; 1 goes back to the board",
		"simulated; 1 goes back",
	},
	[DEMO_WELL] = {
		"Nothing here is real, and nothing stands badly now; %s ctl list, in another terminal, says what can be "
		"broken",
		"Nothing here is real, and nothing stands badly now; %s ctl list says what can be broken",
		"Nothing here is real, and nothing stands badly now",
		"simulated; all is well now",
	},
};

/* Panels out of sight are not asked: what they said long ago is no reason to say anything now. */
static bool is_fresh(const struct console *console, const struct panel_view *view)
{
	return console->now_ms - view->data->last_good_ms < FRESH_MS;
}

static bool stands_badly(const struct panel_view *view)
{
	switch (view->data->state) {
	case DATA_DOWN:
	case DATA_FAILED:
	case DATA_STALE: return true;
	default: return panel_severity(view) >= SEVERITY_WARNING;
	}
}

/* Well is only what has been seen to be. */
static enum demo_state board_state(const struct console *console)
{
	bool answered = false;

	for (size_t i = 0; i < console->item_count; i++) {
		struct panel_view view;

		console_panel_view(console, i, &view);
		if (view.panel->is_row || !is_fresh(console, &view))
			continue;
		if (stands_badly(&view))
			return DEMO_BROKEN;
		answered = true;
	}
	return answered ? DEMO_WELL : DEMO_STARTS;
}

static enum demo_state demo_state(const struct console *console)
{
	const struct sources *sources = &console->sources;
	size_t failing = sources_failing(sources), live = 0, live_failing = 0, never = 0;
	enum demo_state seen;

	for (size_t i = 0; i < sources->count; i++) {
		const struct collector_state *state = &sources->states[i];
		bool lives = strcmp(state->type, "history") != 0;

		live += lives;
		live_failing += lives && state->health == COLLECTOR_FAILING;
		never += state->health == COLLECTOR_NEVER;
	}
	if (failing)
		return live_failing == live ? DEMO_GONE : DEMO_BROKEN;
	if (never)
		return DEMO_STARTS;
	seen = console->view == &view_board ? board_state(console) : DEMO_ELSEWHERE;
	/* What neither a source nor a panel in sight shows, a part of the map may. */
	if ((seen == DEMO_WELL || seen == DEMO_ELSEWHERE) && console->map && map_state_worst(console->map) >= 0)
		return console->view == &view_map ? DEMO_BROKEN : DEMO_PART;
	return seen;
}

static bool has_demo_tip(const struct console *console)
{
	return console->environment == ENVIRONMENT_DEMO && console->keymap;
}

static const struct alert *worst_of(const struct console *console)
{
	return console->alerts ? alerts_worst(console->alerts) : NULL;
}

int alert_line_rows(const struct console *console)
{
	if (!worst_of(console) && !has_demo_tip(console))
		return 0;
	return console->height == 0 || console->height >= ROWS_LEAST ? 1 : 0;
}

static void draw_demo_tip(const struct console *console, struct canvas *canvas, struct rect line)
{
	const char *const *tips = demo_tips[demo_state(console)];
	struct strbuf tip = STRBUF_INIT;

	for (int i = 0; i < DEMO_LENGTHS; i++) {
		const char *program = strstr(tips[i], "%s");

		if (program && !console->simulator)
			continue;
		strbuf_clear(&tip);
		strbuf_add(&tip, tips[i], program ? (size_t)(program - tips[i]) : strlen(tips[i]));
		if (program)
			strbuf_addf(&tip, "%s%s", console->simulator, program + 2);
		if (text_width(tip.text) <= line.width - 2)
			break;
	}
	canvas_put_fit(canvas, line.x + 1, line.y, tip.text, style_fg(ROLE_INFO), line.width - 1);
	strbuf_release(&tip);
}

/* "growing", "shrinking"; "" when it stands, or nobody knows. */
static const char *trend_word(const struct console *console, const struct alert *alert)
{
	const struct series *series = NULL;
	int trend;

	/* What equals something, or not, neither grows nor shrinks. */
	if (console->trends && alert->condition && strpbrk(alert->condition->operation, "<>"))
		series = trends_find(console->trends, alert->condition->subject, alert->labels);
	trend = series ? spark_trend(series->values, series->count) : 0;
	return trend > 0 ? ", growing" : trend < 0 ? ", shrinking" : "";
}

/* What is said of the alert; with less `detail` it is shorter. */
static void add_words(const struct console *console, const struct alert *alert, enum glyph_set glyphs, int detail,
		      struct strbuf *ret)
{
	struct style unused;
	char since[16];

	strbuf_addf(ret, "%s %s %s", glyph_text(glyphs, alert_sign(alert, &unused)),
		    alert_priority_text(alert->priority), alert->name);
	if (detail > 1 && alert->has_value) {
		strbuf_addstr(ret, "  ");
		alert_add_value(alert, ret);
		strbuf_addstr(ret, detail > 3 ? trend_word(console, alert) : "");
	}
	alert_since(alert, console->now_ms, since, sizeof(since));
	if (detail > 0)
		strbuf_addf(ret, "  %s %s", alert_standing_word(alert), since);
	if (detail > 2) {
		strbuf_addstr(ret, "  ");
		alert_add_note(alert, console->now_ms, glyphs, ret);
	}
}

/* What leads on from here, the most urgent first. */
static const struct {
	enum action action;
	const char *word;
} leads[] = { { ACTION_RUNBOOK, "runbook" },
	      { ACTION_ACKNOWLEDGE, "ack" },
	      { ACTION_WORST, "show" },
	      { ACTION_VIEW_2, "alerts" } };

#define LEADS (sizeof(leads) / sizeof(leads[0]))

/* A run that is open is gone back to. */
static const char *lead_word(const struct console *console, size_t lead)
{
	const struct alert *worst = worst_of(console);
	const char *run = worst && leads[lead].action == ACTION_RUNBOOK ? runbook_desk_lead(console, worst) : NULL;

	if (run)
		return run;
	/* The demo teaches, where there is room for it. */
	if (worst && leads[lead].action == ACTION_RUNBOOK && console->environment == ENVIRONMENT_DEMO &&
	    console->width >= 160)
		return "runbook; there ! runs a step: watch the checks turn good";
	return leads[lead].word;
}

/* Cells of one with its distance, 0 when it leads nowhere now; `key` gets its key. */
static int lead_width(const struct console *console, size_t lead, struct strbuf *key)
{
	strbuf_clear(key);
	if (console_offers(console, leads[lead].action) &&
	    (leads[lead].action != ACTION_VIEW_2 || console->view != &view_alerts))
		hint_bar_add_key(console, leads[lead].action, key);
	return key->length ? text_width(key->text) + 1 + text_width(lead_word(console, lead)) + 2 : 0;
}

/* The keys that lead on, at the right end of what room there is: where it is little, the first of them. */
static void draw_keys(const struct console *console, struct canvas *canvas, struct rect room)
{
	struct strbuf key = STRBUF_INIT;
	size_t count = 0;
	int used = 0, x;

	while (count < LEADS && used + lead_width(console, count, &key) <= room.width)
		used += lead_width(console, count++, &key);
	x = room.x + room.width - used;
	for (size_t i = 0; i < count; i++) {
		int width = lead_width(console, i, &key);

		if (!width)
			continue;
		canvas_put(canvas, x, room.y, key.text, style_fg(ROLE_KEY), -1);
		canvas_put(canvas, x + text_width(key.text) + 1, room.y, lead_word(console, i), style_fg(ROLE_DIM), -1);
		x += width;
	}
	strbuf_release(&key);
}

void alert_line_draw(const struct console *console, struct canvas *canvas, struct rect line)
{
	const struct alert *alert = worst_of(console);
	struct strbuf words = STRBUF_INIT;
	struct style style;
	int used;

	if (!alert) {
		if (has_demo_tip(console))
			draw_demo_tip(console, canvas, line);
		return;
	}
	alert_sign(alert, &style);
	for (int detail = 4; detail >= 0; detail--) {
		strbuf_clear(&words);
		add_words(console, alert, canvas_glyphs(canvas), detail, &words);
		if (text_width(words.text) <= line.width - 2)
			break;
	}
	used = canvas_put_fit(canvas, line.x + 1, line.y, words.text, style, line.width - 1) + 3;
	if (used < line.width && console->keymap && !console->overlay)
		draw_keys(console, canvas, (struct rect){ line.x + used, line.y, line.width - used, 1 });
	strbuf_release(&words);
}
