#include "cli/tab.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/command.h"
#include "ui/view/view.h"

void tab_init(struct tab *tab)
{
	*tab = (struct tab){ 0 };
	system_init(&tab->system);
	console_init(&tab->console);
}

/* ---- what answers ---- */

static void on_change(void *user)
{
	struct tab *tab = user;

	loop_mark_dirty(tab->engines.config.loop);
}

static void on_collected(void *user)
{
	struct tab *tab = user;

	if (tab->alerting.alerts)
		alerting_collected(&tab->alerting);
	on_change(tab);
}

/* More of the past is known than when the panels were asked: ask again, at the
 * next turn. */
static void on_history(void *user)
{
	struct tab *tab = user;

	tab->stale = true;
	on_change(tab);
}

bool tab_learned(struct tab *tab)
{
	bool learned = tab->stale;

	tab->stale = false;
	if (!learned)
		return false;
	if (console_board(&tab->console))
		board_learned(console_board(&tab->console));
	if (tab->situation)
		situation_refresh(tab->situation);
	if (tab->slos)
		slo_state_refresh(tab->slos);
	if (tab->alerting.alerts)
		alerting_refresh(&tab->alerting);
	return learned;
}

int tab_open(struct tab *tab, const struct cli_options *options, const struct engines_config *shared)
{
	struct console *console = &tab->console;
	struct engines_config config = *shared;
	struct error error = { "" };

	config.system = &tab->system;
	config.choice = (enum engine_choice)options->engine;
	config.on_collected = on_collected;
	config.on_history = on_history;
	config.user = tab;
	if (engines_open(&tab->engines, &config, &error) < 0)
		return tab->system.name ? command_complain("%s: %s", tab->system.name, error.text)
					: command_complain("%s", error.text);
	console->engine = tab->engines.engine;
	console->on_change = on_change;
	console->on_change_user = tab;
	console->sources.collect = tab->engines.collect;
	console->sources.store = tab->engines.store;
	console->sources.history = tab->engines.history;
	return 0;
}

static void on_probe(void *user, const struct query_answer *answer)
{
	struct tab *tab = user;

	(void)answer;
	tab->probe = NULL;
	on_change(tab);
}

void tab_probe(struct tab *tab)
{
	struct query_question question = { "vector(1)", 0, 0, 0 };

	question.start_ms = question.end_ms = clock_wall_ms();
	tab->probe = query_ask(tab->engines.engine, &question, on_probe, tab);
}

void tab_end_probe(struct tab *tab)
{
	if (tab->probe)
		query_cancel(tab->probe);
	tab->probe = NULL;
}

/* ---- the boards ---- */

/* --at and --range over the dashboard's own. */
static int set_range(struct board *board, const struct cli_options *options, bool *ret_live)
{
	int64_t from_ms, to_ms, length_ms, now_ms = clock_wall_ms();
	struct error error;

	board_range(board, &from_ms, &to_ms);
	length_ms = options->range_ms ? options->range_ms : to_ms - from_ms;
	if (options->at) {
		if (time_parse(options->at, now_ms, &to_ms, &error) < 0)
			return command_complain("--at: %s", error.text);
		board_set_range(board, to_ms - length_ms, to_ms, 0);
		*ret_live = false;
	} else if (options->range_ms) {
		board_set_range(board, 0, 0, length_ms);
	}
	return 0;
}

static int choose_variables(struct board *board, const struct option_strings *pairs, bool strict)
{
	for (size_t i = 0; i < pairs->count; i++) {
		const char *equals = strchr(pairs->items[i], '=');
		char *name = mem_strndup(pairs->items[i], equals ? (size_t)(equals - pairs->items[i]) : 0);
		struct error error;
		int result = variables_choose(board_variables(board), name, equals ? equals + 1 : "", &error);
		free(name);
		if (result < 0 && strict)
			return command_complain("--var: %s", error.text);
	}
	return 0;
}

/* What the system's `datasources:` say of a data source's uid or name; the last
 * pattern that fits counts. */
static struct query_engine *choose_engine(void *user, const char *name)
{
	const struct tab *tab = user;
	const struct option_strings *rules = &tab->system.datasources;
	struct query_engine *chosen = NULL;

	for (size_t i = 0; i < rules->count; i++) {
		const char *equals = strrchr(rules->items[i], '=');
		char *pattern = mem_strndup(rules->items[i], (size_t)(equals - rules->items[i]));

		if (fnmatch(pattern, name, 0) == 0)
			chosen = engines_named(&tab->engines, equals + 1);
		free(pattern);
	}
	return chosen;
}

static int64_t history_from_ms(void *user)
{
	const struct tab *tab = user;
	struct store_state state;

	store_get_state(tab->engines.store, &state);
	return state.oldest_ms;
}

static int open_board(struct tab *tab, const struct cli_options *options, size_t index, bool alone)
{
	struct board_config config = {
		.loop = tab->engines.config.loop,
		.engine = tab->engines.engine,
		.embedded = tab->engines.embedded,
		.choose_engine = choose_engine,
		.history_from_ms = tab->engines.server ? NULL : history_from_ms,
		.dashboard = tab->dashboards[index],
		.scrape_interval_ms = tab->system.scrape_interval_ms,
		.max_data_points = (int)tab->system.max_data_points,
		.on_change = on_change,
		.user = tab,
	};
	struct board *board = board_new(&config);
	int status;

	tab->boards[tab->board_count++] = board;
	/* A system's variables are for all its dashboards; one named by hand must
	 * exist when there is only one. */
	choose_variables(board, &tab->system.variables, false);
	status = choose_variables(board, &options->variables, alone && tab->system.dashboards.count == 1);
	return status ? status : set_range(board, options, &tab->console.live);
}

int tab_choose_board(struct tab *tab, const char *name)
{
	char *end;
	unsigned long number = strtoul(name, &end, 10);

	if (!*end && number >= 1 && number <= tab->board_count) {
		tab->console.board = number - 1;
		return 0;
	}
	for (size_t i = 0; i < tab->board_count; i++) {
		const char *title = board_dashboard(tab->boards[i])->title;
		if (title && strcasestr(title, name)) {
			tab->console.board = i;
			return 0;
		}
	}
	return command_complain("--board: no dashboard '%s' (there are %zu)", name, tab->board_count);
}

static void print_errors(const struct error_list *errors)
{
	for (size_t i = 0; i < errors->count; i++) {
		char line[1024];

		if (errors->faults[i].severity != FAULT_ERROR)
			continue;
		fault_format(&errors->faults[i], line, sizeof(line));
		fprintf(stderr, "%s\n", line);
	}
}

void tab_open_slos(struct tab *tab, int64_t at_ms)
{
	struct slo_state_config config = { .loop = tab->engines.config.loop,
					   .engine = tab->engines.engine,
					   .file = &tab->system.slos,
					   .at_ms = at_ms,
					   .apart = tab->engines.server && tab->engines.embedded,
					   .on_change = on_change,
					   .user = tab };

	if (tab->system.slos.line_count)
		tab->slos = slo_state_new(&config);
	tab->console.slos = tab->slos;
}

/* What is known of a system beside its boards: how its parts are, and what changes. */
static void open_situation(struct tab *tab)
{
	struct situation_config config = { .loop = tab->engines.config.loop,
					   .engine = tab->engines.engine,
					   .apart = tab->engines.server && tab->engines.embedded,
					   .system = tab->system.name,
					   .map = &tab->system.map,
					   .rules = &tab->system.changes,
					   .feed = tab->engines.config.feed,
					   .on_change = on_change,
					   .user = tab };

	tab->console.feed = tab->engines.config.feed;
	if (!tab->system.name)
		return;
	tab->situation = situation_new(&config);
	tab->console.map = situation_map(tab->situation);
	tab_open_slos(tab, 0);
}

static void on_news(void *user, const char *words)
{
	struct tab *tab = user;

	console_say(&tab->console, "%s", words);
	on_change(tab);
}

/* Its runbooks, and who may run them here. */
static void open_runbooks(struct tab *tab)
{
	struct runbooks_config config = { .system = &tab->system,
					  .engines = &tab->engines,
					  .record = &tab->record,
					  .rules = &tab->alerting.rules,
					  .acts = tab->keeps,
					  .walk = tab->walk,
					  .on_change = on_change,
					  .on_say = on_news,
					  .user = tab };

	runbooks_open(&tab->runbooks, &config);
	tab->console.runbooks = &tab->runbooks.desk;
}

void tab_open_alerts(struct tab *tab)
{
	struct alerting_config config = { .system = &tab->system,
					  .engines = &tab->engines,
					  .record = &tab->record,
					  .keeps = tab->keeps,
					  .on_change = on_change,
					  .on_news = on_news,
					  .user = tab };

	if (!tab->system.name)
		return;
	record_open(&tab->record, tab->engines.config.loop, tab->engines.config.pool, &tab->system, tab->keeps);
	alerting_open(&tab->alerting, &config);
	tab->console.alerts = tab->alerting.alerts;
	tab->console.alertmanager = tab->alerting.alertmanager;
	tab->console.journal = tab->record.journal;
	open_runbooks(tab);
}

bool tab_awaits_alerts(const struct tab *tab)
{
	return tab->alerting.alerts && alerting_busy(&tab->alerting);
}

/* A system that only collects has a board too: of its sources. */
static void use_shipped_board(struct system *system)
{
	char *path = path_data("systems/collected/dashboard.json");

	if (!path)
		return;
	system->dashboards.items = arena_array(&system->arena, 1, sizeof(*system->dashboards.items));
	system->dashboards.items[0] = arena_strdup(&system->arena, path);
	system->dashboards.count = 1;
	free(path);
}

int tab_open_boards(struct tab *tab, const struct cli_options *options, bool alone)
{
	const struct option_strings *files = &tab->system.dashboards;
	struct error_list errors;
	int status = 0;

	if (!files->count && system_has_store(&tab->system))
		use_shipped_board(&tab->system);
	if (!files->count)
		return tab->system.name && !alone ? command_complain("%s: no dashboard to show", tab->system.name)
						  : command_complain("no dashboard to show (give --dashboard FILE)");
	error_list_init(&errors);
	tab->dashboards = mem_array(files->count, sizeof(*tab->dashboards));
	tab->boards = mem_array(files->count, sizeof(*tab->boards));
	tab->console.boards = tab->boards;
	for (size_t i = 0; i < files->count; i++) {
		tab->dashboards[i] = dashboard_load(files->items[i], &errors);
		if (!tab->dashboards[i])
			status = EXIT_USAGE;
	}
	if (status)
		print_errors(&errors);
	error_list_release(&errors);
	for (size_t i = 0; !status && i < files->count; i++)
		status = open_board(tab, options, i, alone);
	tab->console.board_count = tab->board_count;
	if (!status) {
		open_situation(tab);
		tab_open_alerts(tab);
	}
	return status;
}

/* What another view than the board shows is not drawn half known: lines, the
 * picture of the system, its events; nor how many alerts there are. */
static bool awaits_view(const struct tab *tab)
{
	const struct view_ops *view = tab->console.view;

	if (view->busy && view->busy(&tab->console))
		return true;
	if (tab_awaits_alerts(tab))
		return true;
	return view != &view_board && tab->situation && situation_busy(tab->situation);
}

bool tab_settle(struct tab *tab, int width, int height, bool resolving)
{
	struct board *board = console_board(&tab->console);

	if (resolving)
		board_set_visible(board, NULL, 0);
	else
		console_prepare(&tab->console, width, height, loop_wall_ms(tab->engines.config.loop));
	if (board_busy(board) || tab->probe || engines_warming(&tab->engines) || awaits_view(tab))
		return false;
	if (!tab_learned(tab))
		return true;
	board_refresh(board);
	/* Where no panel is visible nothing answers: look again all the same. */
	on_change(tab);
	return false;
}

/* ---- the end ---- */

void tab_close(struct tab *tab)
{
	tab_end_probe(tab);
	for (size_t i = 0; i < tab->board_count; i++)
		board_free(tab->boards[i]);
	for (size_t i = 0; tab->dashboards && i < tab->system.dashboards.count; i++)
		dashboard_free(tab->dashboards[i]);
	free(tab->boards);
	free(tab->dashboards);
	tab->boards = NULL;
	tab->dashboards = NULL;
	tab->board_count = 0;
	console_release(&tab->console);
	runbooks_close(&tab->runbooks);
	alerting_close(&tab->alerting);
	record_close(&tab->record);
	situation_free(tab->situation);
	slo_state_free(tab->slos);
	engines_close(&tab->engines);
}

void tab_release(struct tab *tab)
{
	engines_release(&tab->engines);
	system_release(&tab->system);
}
