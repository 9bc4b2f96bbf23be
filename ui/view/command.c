#include "ui/view/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "ui/draw/theme_builtin.h"
#include "ui/view/find.h"
#include "ui/view/focus.h"
#include "ui/view/overlay.h"
#include "ui/view/overlay_picker.h"
#include "ui/view/picture.h"
#include "ui/view/runbook_act.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_look.h"
#include "ui/view/tabs.h"
#include "ui/view/time_range.h"
#include "ui/view/view.h"

/* Do what a key does; some keys mean nothing here and now. */
static int do_action(struct console *console, enum action action, struct error *error)
{
	if (console_do(console, action))
		return 0;
	return error_set(error, "nothing to %s here", action_row(action)->name);
}

static int need_board(const struct console *console, struct error *error)
{
	return console_board(console) ? 0 : error_set(error, "there is no dashboard");
}

static int run_quit(struct console *console, const char *argument, struct error *error)
{
	(void)argument;
	if (!console->host.quit)
		return error_set(error, "there is nothing to leave to");
	console->host.quit(console->host.user);
	return 0;
}

static int run_theme(struct console *console, const char *argument, struct error *error)
{
	if (!console->host.set_theme)
		return error_set(error, "this screen has no themes");
	return console->host.set_theme(console->host.user, *argument ? argument : NULL, error);
}

static int run_range(struct console *console, const char *argument, struct error *error)
{
	int64_t length_ms;

	if (need_board(console, error) < 0 || duration_parse(argument, &length_ms, error) < 0)
		return -1;
	time_range_set_length(console, length_ms);
	return 0;
}

static int run_at(struct console *console, const char *argument, struct error *error)
{
	int64_t end_ms;

	if (time_parse(argument, console->now_ms, &end_ms, error) < 0)
		return -1;
	if (end_ms > console->now_ms)
		return error_set(error, "'%.40s' lies ahead", argument);
	if (console->view->at)
		return console->view->at(console, end_ms, error);
	if (need_board(console, error) < 0)
		return -1;
	time_range_set_end(console, end_ms);
	return 0;
}

static int run_now(struct console *console, const char *argument, struct error *error)
{
	(void)argument;
	if (console->view->at && console_do(console, ACTION_NOW))
		return 0;
	if (need_board(console, error) < 0)
		return -1;
	time_range_do(console, ACTION_NOW);
	return 0;
}

static int run_var(struct console *console, const char *argument, struct error *error)
{
	const char *equals = strchr(argument, '=');
	char *name;
	int ret;

	if (need_board(console, error) < 0)
		return -1;
	if (!equals || equals == argument)
		return error_set(error, "var: a name and a value are needed (NAME=VALUE)");
	name = mem_strndup(argument, (size_t)(equals - argument));
	ret = picker_apply(console, name, equals + 1, error);
	free(name);
	return ret;
}

static const char *board_title(const struct console *console, size_t index)
{
	const char *title = board_dashboard(console->boards[index])->title;

	return title ? title : "";
}

static int run_board(struct console *console, const char *argument, struct error *error)
{
	char *end;
	unsigned long number = strtoul(argument, &end, 10);
	size_t found = console->board_count, many = 0;

	if (*argument && !*end && number >= 1 && number <= console->board_count) {
		found = number - 1;
	} else {
		for (size_t i = 0; *argument && i < console->board_count; i++)
			if (strcasecmp(board_title(console, i), argument) == 0)
				found = i;
		for (size_t i = 0; *argument && found == console->board_count && i < console->board_count; i++)
			if (strcasestr(board_title(console, i), argument) && many++ == 0)
				found = i;
	}
	if (found == console->board_count)
		return error_set(error, "no dashboard '%.60s' (there are %zu)", argument, console->board_count);
	if (many > 1)
		return error_set(error, "'%.60s' fits several dashboards", argument);
	console_set_view(console, &view_board);
	console_show_board(console, found);
	return 0;
}

static int run_panel(struct console *console, const char *argument, struct error *error)
{
	int index;

	if (need_board(console, error) < 0)
		return -1;
	index = console_find_panel(console, argument, error);
	if (index < 0)
		return -1;
	console_set_view(console, &view_board);
	focus_set(console, index);
	console_zoom(console, index);
	return 0;
}

static int run_find(struct console *console, const char *argument, struct error *error)
{
	if (!*argument)
		return error_set(error, "find: a text is needed");
	if (need_board(console, error) < 0)
		return -1;
	find_text(console, argument);
	return 0;
}

/* Without words: everything is shown again. */
static int run_filter(struct console *console, const char *argument, struct error *error)
{
	if (!console->view->filter)
		return error_set(error, "nothing is filtered here");
	return console->view->filter->set(console, argument, error);
}

static int run_view(struct console *console, const char *argument, struct error *error)
{
	const struct view_ops *view = view_find(argument);

	if (!view)
		return error_set(error, "no view '%.40s'", argument);
	if (view == console->view) {
		console_zoom(console, -1);
		return 0;
	}
	return do_action(console, view->action, error);
}

static int run_runbook(struct console *console, const char *argument, struct error *error)
{
	return runbook_desk_show(console, argument, error);
}

static int run_system(struct console *console, const char *argument, struct error *error)
{
	int index;

	if (!tabs_several(console))
		return error_set(error, "there is no other system here");
	index = tabs_find(console->tabs, argument, error);
	if (index >= 0)
		tabs_show(console->tabs, (size_t)index);
	return index < 0 ? -1 : 0;
}

static int run_refresh(struct console *console, const char *argument, struct error *error)
{
	(void)argument;
	return do_action(console, ACTION_RETRY, error);
}

static int run_help(struct console *console, const char *argument, struct error *error)
{
	(void)argument;
	return do_action(console, ACTION_HELP, error);
}

static int run_copy(struct console *console, const char *argument, struct error *error)
{
	(void)argument;
	return do_action(console, ACTION_COPY, error);
}

static int run_pause(struct console *console, const char *argument, struct error *error)
{
	(void)argument;
	if (need_board(console, error) < 0)
		return -1;
	time_range_do(console, ACTION_PAUSE);
	return 0;
}

/* One candidate, when it begins with what is there, whatever the case. */
static void offer(struct prompt_candidates *ret, const char *prefix, const char *candidate, const char *tail)
{
	char *whole;

	if (strncasecmp(candidate, prefix, strlen(prefix)) != 0)
		return;
	whole = mem_printf("%s%s", candidate, tail);
	prompt_candidates_add(ret, whole);
	free(whole);
}

static void complete_theme(const struct console *console, const char *argument, struct prompt_candidates *ret)
{
	(void)console;
	for (size_t i = 0; theme_names[i]; i++)
		offer(ret, argument, theme_names[i], "");
}

static void complete_range(const struct console *console, const char *argument, struct prompt_candidates *ret)
{
	char text[16];

	(void)console;
	for (int64_t length_ms = 0, next; (next = time_range_longer(length_ms)) != length_ms; length_ms = next) {
		duration_format(next, text, sizeof(text));
		offer(ret, argument, text, "");
	}
}

static void complete_values(const struct variable_state *state, const char *argument, struct prompt_candidates *ret)
{
	size_t name = strlen(state->definition->name);
	struct strbuf whole = STRBUF_INIT;

	if (strncmp(argument, state->definition->name, name) != 0 || argument[name] != '=')
		return;
	for (size_t i = 0; i < state->option_count + state->definition->include_all; i++) {
		strbuf_clear(&whole);
		strbuf_addf(&whole, "%s=%s", state->definition->name,
			    i < state->option_count ? state->options[i].value : "All");
		offer(ret, argument, whole.text, "");
	}
	strbuf_release(&whole);
}

static void complete_var(const struct console *console, const char *argument, struct prompt_candidates *ret)
{
	const struct variables *variables;

	if (!console_board(console))
		return;
	variables = board_variables(console_board(console));
	for (size_t i = 0; i < variables->count; i++) {
		if (strchr(argument, '='))
			complete_values(&variables->items[i], argument, ret);
		else
			offer(ret, argument, variables->items[i].definition->name, "=");
	}
}

static void complete_board(const struct console *console, const char *argument, struct prompt_candidates *ret)
{
	for (size_t i = 0; i < console->board_count; i++)
		offer(ret, argument, board_title(console, i), "");
}

static void complete_panel(const struct console *console, const char *argument, struct prompt_candidates *ret)
{
	struct board *board = console_board(console);
	size_t count = 0;
	const struct board_panel *panels = board ? board_panels(board, &count) : NULL;

	for (size_t i = 0; i < count; i++)
		if (!panels[i].panel->is_row)
			offer(ret, argument, panels[i].title, "");
}

static void complete_view(const struct console *console, const char *argument, struct prompt_candidates *ret)
{
	size_t count;
	const struct view_ops *const *views = view_table(&count);

	(void)console;
	for (size_t i = 0; i < count; i++)
		offer(ret, argument, views[i]->name, "");
}

static const struct runbook_index *runbooks_of(const struct console *console)
{
	const struct runbook_desk *desk = console->runbooks;

	return desk && desk->get_index ? desk->get_index(desk->user) : NULL;
}

static void complete_runbook(const struct console *console, const char *argument, struct prompt_candidates *ret)
{
	const struct runbook_index *index = runbooks_of(console);

	for (size_t i = 0; index && i < index->files.count; i++)
		offer(ret, argument, index->files.items[i].slug, "");
}

static void complete_system(const struct console *console, const char *argument, struct prompt_candidates *ret)
{
	for (size_t i = 0; console->tabs && i < console->tabs->count; i++)
		offer(ret, argument, tab_name(console->tabs->items[i]), "");
}

/* clang-format off */
static const struct line_command table[] = {
	{ "at",      "TIME",       "show the range that ends at TIME, in the logs go there: 03:41, 2026-11-22T03:41, now-2h", false, run_at, NULL },
	{ "board",   "NAME",       "show another dashboard: a part of its title, or its number", false, run_board, complete_board },
	{ "close",   "WORDS",      "end the run of the runbook that is shown, and say how it went", true, runbook_act_close, NULL },
	{ "copy",    "",           "copy expression and value of what has the focus", false, run_copy, NULL },
	{ "filter",  "WORDS",      "show only lines or events that fit; without words, all of them", false, run_filter, NULL },
	{ "find",    "TEXT",       "go to the panel that holds TEXT in its title or series", false, run_find, complete_panel },
	{ "help",    "",           "show what the keys do here", false, run_help, NULL },
	{ "now",     "",           "come back to now and follow it", false, run_now, NULL },
	{ "panel",   "NAME",       "show one panel alone: its title, a part of it, or its id", false, run_panel, complete_panel },
	{ "pause",   "",           "pause, or go on", false, run_pause, NULL },
	{ "picture", "FILE",       "write this screen to a file: .svg, .ans (with colours), else text", false, picture_save, NULL },
	{ "quit",    "",           "leave the console", false, run_quit, NULL },
	{ "range",   "DURATION",   "show so much time: 15m, 6h, 2d", false, run_range, complete_range },
	{ "refresh", "",           "ask again now, and connect again", true, run_refresh, NULL },
	{ "runbook", "NAME",       "open a runbook: its name, a part of its title, a file; its name alone does so too", false, run_runbook, complete_runbook },
	{ "save",    "FILE",       "write the output of the step with the focus to a file; without a name, to one that is said", false, runbook_look_save, NULL },
	{ "system",  "NAME",       "show another system: its name or title", false, run_system, complete_system },
	{ "theme",   "NAME",       "change the colours; without a name, to the next theme", true, run_theme, complete_theme },
	{ "var",     "NAME=VALUE", "set a dashboard variable; several values by commas, All for all", false, run_var, complete_var },
	{ "view",    "NAME",       "show a view", false, run_view, complete_view },
};
/* clang-format on */
#define COUNT (sizeof(table) / sizeof(table[0]))

const struct line_command *line_command_table(size_t *ret_count)
{
	*ret_count = COUNT;
	return table;
}

static int no_command(const char *name, struct error *error)
{
	unsigned best = 3;
	const char *near = NULL;

	for (size_t i = 0; i < COUNT; i++) {
		unsigned distance = text_distance(name, table[i].name, best);
		if (distance < best) {
			best = distance;
			near = table[i].name;
		}
	}
	if (near)
		return error_set(error, "no command '%.40s' (did you mean '%s')", name, near);
	return error_set(error, "no command '%.40s' (Tab shows them all)", name);
}

/* By its whole name, or by a beginning that only one has. */
static const struct line_command *find_command(const char *name, struct error *error)
{
	const struct line_command *ret = NULL;
	size_t many = 0;

	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
		if (*name && strncmp(table[i].name, name, strlen(name)) == 0) {
			ret = &table[i];
			many++;
		}
	}
	if (many == 1)
		return ret;
	if (many > 1)
		error_set(error, "'%.40s' begins several commands (Tab shows them)", name);
	else
		no_command(name, error);
	return NULL;
}

/* A runbook's own name is a command: `:emergency-backup`. */
static const struct runbook_file *find_runbook(const struct console *console, const char *name)
{
	const struct runbook_index *index = runbooks_of(console);

	for (size_t i = 0; index && i < index->files.count; i++)
		if (strcmp(index->files.items[i].slug, name) == 0)
			return &index->files.items[i];
	return NULL;
}

static int run_words(struct console *console, const char *name, const char *argument, struct error *error)
{
	const struct runbook_file *runbook = *argument ? NULL : find_runbook(console, name);
	const struct line_command *command = runbook ? NULL : find_command(name, error);

	if (runbook)
		return runbook_desk_show(console, runbook->path, error);
	if (!command)
		return -1;
	if (command->acts && console->mode == CONSOLE_WATCH)
		return error_set(error, "watch mode: nothing that acts");
	if (*argument && !*command->words)
		return error_set(error, "%s takes no words", command->name);
	if (!*argument && *command->words && command->run != run_theme && command->run != run_filter &&
	    command->run != runbook_act_close && command->run != runbook_look_save)
		return error_set(error, "%s: %s is missing", command->name, command->words);
	return command->run(console, argument, error);
}

int line_command_run(struct console *console, const char *line, struct error *error)
{
	char *copy, *name, *argument, *end;
	int ret;

	line += strspn(line, " ");
	if (!*line)
		return 0;
	copy = name = mem_strdup(line);
	for (end = copy + strlen(copy); end > copy && end[-1] == ' '; end--)
		end[-1] = '\0';
	argument = copy + strcspn(copy, " ");
	if (*argument)
		*argument++ = '\0';
	argument += strspn(argument, " ");
	overlay_close_all(console);
	ret = run_words(console, name, argument, error);
	free(copy);
	return ret;
}

void line_command_complete(void *user, const char *text, struct prompt_candidates *ret)
{
	const struct console *console = user;
	const char *argument = text + strcspn(text, " ");
	const struct line_command *command;
	struct prompt_candidates arguments = { 0 };
	char *name;

	if (!*argument) {
		for (size_t i = 0; i < COUNT; i++)
			offer(ret, text, table[i].name, *table[i].words ? " " : "");
		if (*text)
			complete_runbook(console, text, ret);
		return;
	}
	name = mem_strndup(text, (size_t)(argument - text));
	command = find_command(name, NULL);
	argument += strspn(argument, " ");
	if (command && command->complete)
		command->complete(console, argument, &arguments);
	for (size_t i = 0; i < arguments.items.count; i++) {
		char *whole = mem_printf("%s %s", command->name, arguments.items.items[i]);
		prompt_candidates_add(ret, whole);
		free(whole);
	}
	prompt_candidates_release(&arguments);
	free(name);
}

bool line_command_open(struct console *console, enum action action)
{
	(void)action;
	console->prompting = PROMPT_COMMAND;
	prompt_open(&console->command_prompt, ":", "", line_command_complete, console);
	return true;
}
