#include "cli/session.h"

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

/* Two evaluate questions; the third is for what must not wait behind them: names, certificates, pages. */
#define POOL_THREADS 3

/* The command line wins over the files. */
static void apply_options(struct system *system, const struct cli_options *options)
{
	struct system_prometheus *to = &system->prometheus;
	const struct system_prometheus *from = &options->access;

	if (options->prometheus)
		to->url = options->prometheus;
	if (from->access.bearer_token_file)
		to->access.bearer_token_file = from->access.bearer_token_file;
	if (from->access.basic_auth_file)
		to->access.basic_auth_file = from->access.basic_auth_file;
	if (from->access.ca_file)
		to->access.ca_file = from->access.ca_file;
	if (from->access.client_certificate_file)
		to->access.client_certificate_file = from->access.client_certificate_file;
	if (from->access.client_key_file)
		to->access.client_key_file = from->access.client_key_file;
	if (from->access.headers.count)
		to->access.headers = from->access.headers;
	if (from->timeout_ms)
		to->timeout_ms = from->timeout_ms;
	to->access.insecure |= from->access.insecure;
	if (options->dashboards.count)
		system->dashboards = options->dashboards;
}

static int read_system(struct session *session, const struct cli_options *options, const char *name)
{
	struct error_list errors;
	const char *bad_header;
	int result = 0;

	error_list_init(&errors);
	if (options->system_file)
		result = system_read(&session->system, options->system_file, &errors);
	if (result == 0 && name)
		result = system_find(&session->system, name, &errors);
	command_print_faults(&errors);
	error_list_release(&errors);
	if (result < 0)
		return EXIT_USAGE;
	apply_options(&session->system, options);
	bad_header = http_options_bad_header(&session->system.prometheus.access);
	return bad_header ? command_complain("'%s' is no header (NAME: VALUE)", bad_header) : 0;
}

static void on_board_change(void *user)
{
	struct session *session = user;

	loop_mark_dirty(session->loop);
}

/* More of the past is known than when the panels were asked: ask again, at the next turn. */
static void on_history(void *user)
{
	struct session *session = user;

	session->stale = true;
	loop_mark_dirty(session->loop);
}

int session_open(struct session *session, const struct cli_options *options, const char *system_name)
{
	struct engines_config config;
	struct error error = { "" };
	int status;

	memset(session, 0, sizeof(*session));
	system_init(&session->system);
	console_init(&session->console);
	status = read_system(session, options, system_name);
	if (status)
		return status;
	session->loop = loop_new(&error);
	session->pool = session->loop ? pool_new(session->loop, POOL_THREADS, &error) : NULL;
	session->resolver = session->pool ? resolver_new(session->loop, session->pool) : NULL;
	session->http = session->resolver ? http_new(session->loop, session->resolver, &error) : NULL;
	if (!session->http)
		return command_complain("%s", error.text);
	session->feed = feed_new(0, 0);
	config = (struct engines_config){ .system = &session->system,
					  .choice = (enum engine_choice)options->engine,
					  .loop = session->loop,
					  .http = session->http,
					  .pool = session->pool,
					  .resolver = session->resolver,
					  .feed = session->feed,
					  .on_collected = on_board_change,
					  .on_history = on_history,
					  .user = session };
	if (engines_open(&session->engines, &config, &error) < 0)
		return command_complain("%s", error.text);
	session->console.engine = session->engines.engine;
	session->console.sources.collect = session->engines.collect;
	session->console.sources.store = session->engines.store;
	session->console.sources.history = session->engines.history;
	session->console.title = session->system.title ? session->system.title : session->system.name;
	session->console.target = session->system.target;
	session->console.environment = (enum environment)session->system.environment;
	return 0;
}

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

/* What the system's `datasources:` say of a data source's uid or name; the last pattern that fits counts. */
static struct query_engine *choose_engine(void *user, const char *name)
{
	const struct session *session = user;
	const struct option_strings *rules = &session->system.datasources;
	struct query_engine *chosen = NULL;

	for (size_t i = 0; i < rules->count; i++) {
		const char *equals = strrchr(rules->items[i], '=');
		char *pattern = mem_strndup(rules->items[i], (size_t)(equals - rules->items[i]));

		if (fnmatch(pattern, name, 0) == 0)
			chosen = engines_named(&session->engines, equals + 1);
		free(pattern);
	}
	return chosen;
}

static int open_board(struct session *session, const struct cli_options *options, size_t index)
{
	struct board_config config = {
		.loop = session->loop,
		.engine = session->engines.engine,
		.embedded = session->engines.embedded,
		.choose_engine = choose_engine,
		.dashboard = session->dashboards[index],
		.scrape_interval_ms = session->system.scrape_interval_ms,
		.max_data_points = (int)session->system.max_data_points,
		.on_change = on_board_change,
		.user = session,
	};
	struct board *board = board_new(&config);
	int status;

	session->boards[session->board_count++] = board;
	/* A system's variables are for all its dashboards; one named by hand must exist when there is only one. */
	choose_variables(board, &session->system.variables, false);
	status = choose_variables(board, &options->variables, session->system.dashboards.count == 1);
	return status ? status : set_range(board, options, &session->console.live);
}

/* --board: a number from 1, or a part of a title. */
static int choose_board(struct session *session, const char *name)
{
	char *end;
	unsigned long number = strtoul(name, &end, 10);

	if (!*end && number >= 1 && number <= session->board_count) {
		session->console.board = number - 1;
		return 0;
	}
	for (size_t i = 0; i < session->board_count; i++) {
		const char *title = board_dashboard(session->boards[i])->title;
		if (title && strcasestr(title, name)) {
			session->console.board = i;
			return 0;
		}
	}
	return command_complain("--board: no dashboard '%s' (there are %zu)", name, session->board_count);
}

/* What is known of a system beside its boards: how its parts are, and what changes. */
static void open_situation(struct session *session)
{
	struct situation_config config = { .loop = session->loop,
					   .engine = session->engines.engine,
					   .apart = session->engines.server && session->engines.embedded,
					   .system = session->system.name,
					   .map = &session->system.map,
					   .rules = &session->system.changes,
					   .feed = session->feed,
					   .on_change = on_board_change,
					   .user = session };

	session->console.feed = session->feed;
	session->console.system = session->system.name;
	if (!session->system.name)
		return;
	session->situation = situation_new(&config);
	session->console.map = situation_map(session->situation);
}

int session_open_boards(struct session *session, const struct cli_options *options)
{
	const struct option_strings *files = &session->system.dashboards;
	struct error_list errors;
	int status = 0;

	if (!files->count)
		return command_complain("no dashboard to show (give --dashboard FILE)");
	error_list_init(&errors);
	session->dashboards = mem_array(files->count, sizeof(*session->dashboards));
	session->boards = mem_array(files->count, sizeof(*session->boards));
	session->console.boards = session->boards;
	for (size_t i = 0; i < files->count; i++) {
		session->dashboards[i] = dashboard_load(files->items[i], &errors);
		if (!session->dashboards[i])
			status = EXIT_USAGE;
	}
	for (size_t i = 0; status && i < errors.count; i++)
		if (errors.faults[i].severity == FAULT_ERROR) {
			char line[1024];
			fault_format(&errors.faults[i], line, sizeof(line));
			fprintf(stderr, "%s\n", line);
		}
	error_list_release(&errors);
	for (size_t i = 0; !status && i < files->count; i++)
		status = open_board(session, options, i);
	session->console.board_count = session->board_count;
	if (!status && options->board)
		status = choose_board(session, options->board);
	if (!status)
		open_situation(session);
	return status;
}

void session_close(struct session *session)
{
	for (size_t i = 0; i < session->board_count; i++)
		board_free(session->boards[i]);
	for (size_t i = 0; session->dashboards && i < session->system.dashboards.count; i++)
		dashboard_free(session->dashboards[i]);
	free(session->boards);
	free(session->dashboards);
	console_release(&session->console);
	situation_free(session->situation);
	engines_close(&session->engines);
	if (session->http)
		http_free(session->http);
	if (session->resolver)
		resolver_free(session->resolver);
	timer_free(session->deadline);
	if (session->pool)
		pool_free(session->pool);
	engines_release(&session->engines);
	feed_free(session->feed);
	if (session->loop)
		loop_free(session->loop);
	system_release(&session->system);
}

bool session_learned(struct session *session)
{
	bool learned = session->stale;

	session->stale = false;
	if (learned && session->situation)
		situation_refresh(session->situation);
	return learned;
}

static void on_deadline(void *user)
{
	struct session *session = user;

	session->timed_out = true;
	loop_stop(session->loop);
}

/* The picture of the system and the list of its events are not drawn half known. */
static bool awaits_situation(const struct session *session)
{
	const struct view_ops *view = session->console.view;

	return session->situation && (view == &view_map || view == &view_events) && situation_busy(session->situation);
}

/* Each turn with something new: lay out again (repeats may have unfolded), and stop when all is answered. */
static void on_paint(void *user)
{
	struct session *session = user;
	struct board *board = console_board(&session->console);

	if (!session->waiting)
		return;
	if (session->resolving)
		board_set_visible(board, NULL, 0);
	else
		console_prepare(&session->console, session->width, session->height, loop_wall_ms(session->loop));
	if (board_busy(board) || session->probe || engines_warming(&session->engines) || awaits_situation(session))
		return;
	if (session_learned(session)) {
		board_refresh(board);
		return;
	}
	loop_stop(session->loop);
}

/* Nobody asks for panels yet: only the collectors are waited for. */
static void on_warming(void *user)
{
	struct session *session = user;

	if (session->waiting && !engines_warming(&session->engines))
		loop_stop(session->loop);
}

static void on_probe(void *user, const struct query_answer *answer)
{
	struct session *session = user;

	(void)answer;
	session->probe = NULL;
	loop_mark_dirty(session->loop);
}

/* A view without panels shows how the server is: it is asked the cheapest question there is. */
static void probe(struct session *session)
{
	struct query_question question = { "vector(1)", 0, 0, 0 };

	question.start_ms = question.end_ms = clock_wall_ms();
	session->probe = query_ask(session->engines.engine, &question, on_probe, session);
}

static void run_until(struct session *session, paint_fn *fn, int64_t limit_ms)
{
	session->waiting = true;
	session->timed_out = false;
	if (!session->deadline)
		session->deadline = timer_new(session->loop, on_deadline, session);
	timer_start(session->deadline, limit_ms);
	loop_on_paint(session->loop, fn, session);
	loop_mark_dirty(session->loop);
	loop_run(session->loop);
	timer_stop(session->deadline);
	session->waiting = false;
}

void session_warm(struct session *session, int64_t limit_ms)
{
	if (engines_warming(&session->engines))
		run_until(session, on_warming, limit_ms);
	session->stale = false;
}

static void run_until_answered(struct session *session, int64_t limit_ms)
{
	board_refresh(console_board(&session->console));
	run_until(session, on_paint, limit_ms);
	if (session->probe)
		query_cancel(session->probe);
	session->probe = NULL;
}

void session_resolve(struct session *session, int64_t limit_ms)
{
	session->resolving = true;
	run_until_answered(session, limit_ms);
	session->resolving = false;
}

void session_wait(struct session *session, int width, int height, int64_t limit_ms)
{
	session->width = width;
	session->height = height;
	if (session->console.view != &view_board)
		probe(session);
	run_until_answered(session, limit_ms);
	console_prepare(&session->console, width, height, clock_wall_ms());
}
