#include "ui/view/alert_line.h"

#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "situation/map_state.h"
#include "ui/draw/glyph.h"
#include "ui/panel/panel.h"
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

int alert_line_rows(const struct console *console)
{
	if (!console->alert && !has_demo_tip(console))
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

void alert_line_draw(const struct console *console, struct canvas *canvas, struct rect line)
{
	struct strbuf alert = STRBUF_INIT;

	if (!console->alert) {
		if (has_demo_tip(console))
			draw_demo_tip(console, canvas, line);
		return;
	}
	strbuf_addf(&alert, "%s %s", glyph_text(canvas_glyphs(canvas), GLYPH_CRITICAL), console->alert);
	canvas_put_fit(canvas, line.x + 1, line.y, alert.text, style_fg(ROLE_CRITICAL), line.width - 1);
	strbuf_release(&alert);
}
