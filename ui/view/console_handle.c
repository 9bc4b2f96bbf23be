#include <stddef.h>
#include <string.h>

#include "ui/view/alert_act.h"
#include "ui/view/alert_desk.h"
#include "ui/view/alert_note.h"
#include "ui/view/alert_text.h"
#include "ui/view/command.h"
#include "ui/view/explain.h"
#include "ui/view/find.h"
#include "ui/view/focus.h"
#include "ui/view/hint_bar.h"
#include "ui/view/overlay.h"
#include "ui/view/overlay_picker.h"
#include "ui/view/overlay_text.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/status_bar.h"
#include "ui/view/summary.h"
#include "ui/view/tabs.h"
#include "ui/view/time_range.h"
#include "ui/view/view.h"
#include "ui/view/wall.h"
#include "ui/view/zoom.h"

#define WHEEL_ROWS 3

static bool has_board(const struct console *console, enum action action)
{
	(void)action;
	return console_board(console) != NULL;
}

static bool choose_view(struct console *console, enum action action)
{
	const struct view_ops *view = view_of_action(action);

	/* The digit of the view that is shown goes on within it: to the next dashboard. */
	if (view == &view_board && console->view == view && console->zoomed < 0 && console->board_count > 1)
		console_show_board(console, (console->board + 1) % console->board_count);
	/* The view first: one that is about a time takes the cursor's with it. */
	console_set_view(console, view);
	console_zoom(console, -1);
	return true;
}

static bool has_view(const struct console *console, enum action action)
{
	(void)console;
	return view_of_action(action) != NULL;
}

/* Out of a view to the first one, and from there out of the console. */
static bool go_back(struct console *console, enum action action)
{
	(void)action;
	if (console->view != &view_board)
		console_set_view(console, console->view->parent ? console->view->parent : &view_board);
	else if (console->host.quit)
		console->host.quit(console->host.user);
	return true;
}

static bool can_go_back(const struct console *console, enum action action)
{
	(void)action;
	return console->view != &view_board || console->host.quit;
}

/* What stands worse in another system is said, not jumped to. False when nothing does. */
static bool say_worse(struct console *console)
{
	const struct console *worse = tabs_worse(console);
	struct strbuf key = STRBUF_INIT;
	char text[100];

	if (!worse)
		return false;
	hint_bar_add_key(console, ACTION_NEXT_SYSTEM, &key);
	trouble_text(&worse->trouble, text, sizeof(text));
	console_say(console, "%.60s stands worse: %s (%s shows it)", tab_title(worse), text,
		    key.length ? key.text : ":system");
	strbuf_release(&key);
	return true;
}

/* The panel of the worst alert; false when it is there already, or has none. */
static bool go_to_alert(struct console *console)
{
	const struct alert *alert = console->alerts ? alerts_worst(console->alerts) : NULL;
	int before = console->focus;
	bool here = console->view == &view_board;

	if (!alert || !alert_desk_show_panel(console, alert) || (here && console->focus == before))
		return false;
	console_say(console, "%s %.120s", alert_priority_text(alert->priority), alert->name);
	return true;
}

static bool go_to_worst(struct console *console, enum action action)
{
	struct summary summary;

	(void)action;
	if (!tabs_worse(console) && go_to_alert(console))
		return true;
	summary_of(console, &summary);
	if (!say_worse(console) && summary.worst < 0)
		console_say(console, "nothing that was asked stands badly");
	if (summary.worst < 0)
		return true;
	console_set_view(console, &view_board);
	if (console->zoomed >= 0)
		console_zoom(console, summary.worst);
	focus_set(console, summary.worst);
	return true;
}

static bool ask_again(struct console *console, enum action action)
{
	(void)action;
	if (console->engine)
		query_engine_retry(console->engine);
	if (console->sources.collect)
		collect_now(console->sources.collect);
	if (console_board(console))
		board_refresh(console_board(console));
	console_say(console, "asking again");
	return true;
}

static bool next_theme(struct console *console, enum action action)
{
	struct error error = { "" };

	(void)action;
	if (console->host.set_theme(console->host.user, NULL, &error) < 0)
		console_say(console, "%s", error.text);
	return true;
}

static bool can_theme(const struct console *console, enum action action)
{
	(void)action;
	return console->host.set_theme != NULL;
}

static bool show_help(struct console *console, enum action action)
{
	(void)action;
	overlay_help_open(console);
	return true;
}

static bool redraw(struct console *console, enum action action)
{
	(void)action;
	console->host.redraw(console->host.user);
	return true;
}

static bool can_redraw(const struct console *console, enum action action)
{
	(void)action;
	return console->host.redraw != NULL;
}

static bool suspend(struct console *console, enum action action)
{
	(void)action;
	console->host.suspend(console->host.user);
	return true;
}

static bool can_suspend(const struct console *console, enum action action)
{
	(void)action;
	return console->host.suspend != NULL;
}

void console_leave_key(const struct console *console, char *ret, size_t size)
{
	*ret = '\0';
	for (size_t i = 0; console->keymap && i < console->keymap->bindings.count; i++) {
		const struct binding *binding = &console->keymap->bindings.items[i];
		if (binding->action != ACTION_BACK || binding->key.code == KEYCODE_ESCAPE)
			continue;
		key_name(binding->key, ret, size);
		return;
	}
}

/* Nothing is being typed: what lies over the view goes; else the key that leaves is named. */
static bool cancel(struct console *console, enum action action)
{
	char key[24];

	(void)action;
	if (console->overlay) {
		overlay_close(console);
		return true;
	}
	console_leave_key(console, key, sizeof(key));
	console_say(console, "nothing to cancel; %s leaves", key[0] ? key : ":quit");
	return true;
}

static bool can_filter(const struct console *console, enum action action)
{
	(void)action;
	return console->view->filter != NULL;
}

static bool filter_open(struct console *console, enum action action)
{
	const struct view_filter *filter = console->view->filter;

	(void)action;
	console->prompting = PROMPT_FILTER;
	prompt_open(&console->filter_prompt, "filter ", filter->text(console), filter->complete, console);
	return true;
}

/* What means the same everywhere, as far as the action's contexts go. */
static const struct key_row everywhere[] = {
	{ ACTION_VIEW_1, choose_view, has_view },
	{ ACTION_VIEW_2, choose_view, has_view },
	{ ACTION_VIEW_3, choose_view, has_view },
	{ ACTION_VIEW_4, choose_view, has_view },
	{ ACTION_VIEW_5, choose_view, has_view },
	{ ACTION_VIEW_6, choose_view, has_view },
	{ ACTION_VIEW_7, choose_view, has_view },
	{ ACTION_VIEW_8, choose_view, has_view },
	{ ACTION_VIEW_9, choose_view, has_view },
	{ ACTION_NEXT_SYSTEM, tabs_do, tabs_can },
	{ ACTION_BACK, go_back, can_go_back },
	{ ACTION_LONGER, time_range_do, has_board },
	{ ACTION_SHORTER, time_range_do, has_board },
	{ ACTION_EARLIER, time_range_do, has_board },
	{ ACTION_LATER, time_range_do, has_board },
	{ ACTION_NOW, time_range_do, has_board },
	{ ACTION_PAUSE, time_range_do, has_board },
	{ ACTION_FILTER, filter_open, can_filter },
	{ ACTION_FIND, find_do, find_can },
	{ ACTION_FIND_NEXT, find_do, find_can },
	{ ACTION_FIND_PREVIOUS, find_do, find_can },
	{ ACTION_VARIABLES, picker_open, picker_can },
	{ ACTION_EXPLAIN, explain_do, explain_can },
	{ ACTION_OUTPUT, explain_do, explain_can },
	{ ACTION_COPY, explain_do, explain_can },
	{ ACTION_WORST, go_to_worst, has_board },
	{ ACTION_RUNBOOK, alert_act_do, alert_act_can },
	{ ACTION_ACKNOWLEDGE, alert_act_do, alert_act_can },
	{ ACTION_MUTE, alert_act_do, alert_act_can },
	{ ACTION_COMMENT, alert_act_do, alert_act_can },
	{ ACTION_UNDO, alert_act_do, alert_act_can },
	{ ACTION_RETRY, ask_again, NULL },
	{ ACTION_THEME, next_theme, can_theme },
	{ ACTION_COMMAND, line_command_open, NULL },
	{ ACTION_HELP, show_help, NULL },
	{ ACTION_REDRAW, redraw, can_redraw },
	{ ACTION_SUSPEND, suspend, can_suspend },
	{ ACTION_CANCEL, cancel, NULL },
	{ ACTION_NONE, NULL, NULL },
};

unsigned console_context(const struct console *console)
{
	if (console->overlay)
		return console->overlay->context;
	return console->zoomed >= 0 && console->view == &view_board ? CONTEXT_ZOOM : console->view->context;
}

static const struct key_row *row_in(const struct key_row *rows, enum action action)
{
	for (; rows && rows->action != ACTION_NONE; rows++)
		if (rows->action == action)
			return rows;
	return NULL;
}

/* What the action does here; NULL when nothing. */
static const struct key_row *row_of(const struct console *console, enum action action)
{
	const struct key_row *rows = console->view->keys, *ret;

	if (action == ACTION_NONE || !(action_row(action)->contexts & console_context(console)))
		return NULL;
	if (console->mode == CONSOLE_WALL && action != ACTION_BACK && action != ACTION_CANCEL)
		return NULL;
	if (console->mode == CONSOLE_WATCH && action_row(action)->acts)
		return NULL;
	if (console->overlay)
		rows = console->overlay->keys;
	else if (console->zoomed >= 0 && console->view == &view_board)
		rows = zoom_keys;
	ret = row_in(rows, action);
	if (!ret || (ret->can && !ret->can(console, action)))
		ret = row_in(everywhere, action);
	return ret && (!ret->can || ret->can(console, action)) ? ret : NULL;
}

bool console_offers(const struct console *console, enum action action)
{
	return row_of(console, action) != NULL;
}

bool console_do(struct console *console, enum action action)
{
	const struct key_row *row;

	console_settle(console);
	row = row_of(console, action);
	if (!row)
		return false;
	if (console->mode == CONSOLE_WALL) {
		if (console->host.quit)
			console->host.quit(console->host.user);
		return true;
	}
	return row->perform(console, action);
}

/* Every printable key is text; what was typed is searched or run when it is confirmed. */
static bool handle_prompt(struct console *console, const struct input_event *event)
{
	enum prompt_kind kind = console->prompting;
	struct prompt *prompt = kind == PROMPT_FIND     ? &console->find_prompt
				: kind == PROMPT_FILTER ? &console->filter_prompt
				: kind == PROMPT_NOTE   ? &console->note_prompt
							: &console->command_prompt;
	struct error error = { "" };
	enum prompt_result result;

	if (event->kind == INPUT_MOUSE)
		return false;
	result = prompt_handle(prompt, event);
	if (result != PROMPT_GOES_ON)
		console->prompting = PROMPT_NONE;
	if (kind == PROMPT_COMMAND) {
		if (result == PROMPT_DONE && line_command_run(console, prompt->text.text, &error) < 0)
			console_say(console, "%s", error.text);
		return true;
	}
	if (kind == PROMPT_NOTE) {
		if (result == PROMPT_DONE)
			alert_note_confirmed(console);
		return true;
	}
	if (kind == PROMPT_FILTER) {
		if (result == PROMPT_DONE && console->view->filter &&
		    console->view->filter->set(console, prompt->text.text, &error) < 0)
			console_say(console, "%s", error.text);
		return true;
	}
	find_typed(console);
	if (result == PROMPT_DONE)
		find_confirmed(console);
	else if (result == PROMPT_CANCELLED)
		find_cancelled(console);
	return true;
}

bool console_at_first_screen(const struct console *console)
{
	return !console->overlay && console->zoomed < 0 && console->view == &view_board;
}

/* A key that acts elsewhere, and not here, says so: nobody is to wonder whether it was done. */
static bool say_idle(struct console *console, struct key key, enum action action)
{
	const struct action_row *row = action_row(action);
	char name[24];

	if (!row->acts || console->overlay || console->mode != CONSOLE_FULL || console_offers(console, action))
		return false;
	key_name(key, name, sizeof(name));
	console_say(console, "%s does nothing here: it is to %.*s", name, (int)strcspn(row->help, ":;"), row->help);
	return true;
}

static bool handle_key(struct console *console, struct key key)
{
	enum action action = keymap_find(console->keymap, key, console_context(console));

	if (action == ACTION_NONE)
		return false;
	if (console->mode == CONSOLE_WATCH && action_row(action)->acts) {
		console_say(console, "watch mode: no acting keys");
		return true;
	}
	/* On a wall nobody types: an Esc there is a torn sequence or a hand in passing. */
	if (console->mode == CONSOLE_WALL && key.code == KEYCODE_ESCAPE)
		return false;
	/* Esc goes back, but never out: it ends the search, which then is what there is to go back from. */
	if (action == ACTION_BACK && key.code == KEYCODE_ESCAPE && console_at_first_screen(console)) {
		if (console->needle[0])
			console->needle[0] = '\0';
		else
			cancel(console, ACTION_CANCEL);
		return true;
	}
	return console_do(console, action) || say_idle(console, key, action);
}

static bool handle_wheel(struct console *console, bool down)
{
	bool changed = false;

	if (console->overlay || console->zoomed >= 0 || !console->view->wheel) {
		for (int i = 0; i < WHEEL_ROWS; i++)
			changed |= console_do(console, down ? ACTION_DOWN : ACTION_UP);
		return changed;
	}
	return console->view->wheel(console, down ? WHEEL_ROWS : -WHEEL_ROWS);
}

static bool click_tab(struct console *console, int x)
{
	int index = status_bar_tab_at(console, x);

	if (index >= 0)
		tabs_show(console->tabs, (size_t)index);
	return index >= 0;
}

/* The mouse looks, it never acts. */
static bool handle_mouse(struct console *console, const struct input_event *event)
{
	struct rect body = console_rows(console).body;

	if (console->mode == CONSOLE_WALL)
		return false;
	if (event->mouse != MOUSE_PRESS)
		return handle_wheel(console, event->mouse == MOUSE_WHEEL_DOWN);
	if (tabs_several(console) && event->y == 0 && !console->overlay)
		return click_tab(console, event->x);
	if (console->overlay || !console->view->click || event->y < body.y || event->y >= body.y + body.height)
		return false;
	return console->view->click(console, event->x - body.x, event->y - body.y);
}

bool console_handle(struct console *console, const struct input_event *event, int64_t monotonic_ms)
{
	bool changed = console->message[0] != '\0';

	console->monotonic_ms = monotonic_ms;
	alert_desk_take(console);
	runbook_desk_take(console);
	console_settle(console);
	if (!console->keymap)
		return false;
	console->message[0] = '\0';
	if (console->prompting)
		return handle_prompt(console, event) || changed;
	if (console->overlay && console->overlay->input && console->overlay->input(console, event))
		return true;
	switch (event->kind) {
	case INPUT_KEY: return handle_key(console, event->key) || changed;
	case INPUT_MOUSE: return handle_mouse(console, event) || changed;
	default: return changed; /* a paste is text, and there is no line for it */
	}
}

bool console_tick(struct console *console, int64_t monotonic_ms)
{
	bool changed = false;

	console->monotonic_ms = monotonic_ms;
	alert_desk_take(console);
	runbook_desk_take(console);
	changed |= !console->message[0] && silences_warn(console);
	changed |= !console->message[0] && runbook_desk_offer(console);
	if (console->message[0] && monotonic_ms >= console->message_until_ms) {
		console->message[0] = '\0';
		changed = true;
	}
	if (console->mode == CONSOLE_WALL) {
		console_settle(console);
		changed |= wall_tick(console, monotonic_ms);
	}
	return changed;
}
