#include "cli/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "cli/command.h"
#include "ui/view/view.h"

/* Two evaluate questions; the third is for what must not wait behind them:
 * names, certificates, pages. */
#define POOL_THREADS 3

struct tab *session_tab(const struct session *session)
{
	return &session->tabs[session->shown.at];
}

struct console *session_console(const struct session *session)
{
	return &session_tab(session)->console;
}

/* ---- opening ---- */

static int read_tabs(struct session *session, const struct cli_options *options, const char *const *systems,
		     size_t count)
{
	const struct option_strings *files = &options->system_files;
	size_t total = files->count + count, profiles = 0;
	int status = 0;

	if (total > TABS_MOST)
		return command_complain("%zu systems (at most %d)", total, TABS_MOST);
	if (total > 1 && options->dashboards.count)
		return command_complain("--dashboard is for one system (there are %zu)", total);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(systems[i], systems[k]) == 0)
				return command_complain("system '%s' is named twice", systems[i]);
	session->tabs = mem_array(TABS_MOST, sizeof(*session->tabs));
	for (size_t i = 0; !status && (i < total || i == 0); i++) {
		struct tab *tab = &session->tabs[session->tab_count++];

		tab_init(tab);
		status = tab_read(tab, options, i < files->count ? files->items[i] : NULL,
				  i >= files->count && i < total ? systems[i - files->count] : NULL);
		tabs_add(&session->shown, &tab->console);
	}
	for (size_t i = 0; i < session->tab_count && options->profile; i++)
		profiles += session->tabs[i].system.profiles.count;
	if (!status && options->profile && !profiles)
		status = command_complain("--profile: there is no '%s' (no system has profiles)", options->profile);
	return status;
}

/* --tab: the name or the title of one of the systems. */
static int choose_tab(struct session *session, const char *name)
{
	struct error error = { "" };
	int index = tabs_find(&session->shown, name, &error);

	if (index < 0)
		return command_complain("--tab: %s", error.text);
	tabs_show(&session->shown, (size_t)index);
	return 0;
}

static int open_bridges(struct session *session)
{
	struct error error = { "" };

	session->loop = loop_new(&error);
	session->pool = session->loop ? pool_new(session->loop, POOL_THREADS, &error) : NULL;
	session->resolver = session->pool ? resolver_new(session->loop, session->pool) : NULL;
	session->http = session->resolver ? http_new(session->loop, session->resolver, &error) : NULL;
	if (!session->http)
		return command_complain("%s", error.text);
	session->feed = feed_new(0, 0);
	return 0;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static int64_t longer(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* One store for all that collect: of each limit it takes the largest that one
 * of them names. */
static void open_store(struct session *session, const struct cli_options *options)
{
	struct store_limits limits = { 0 };
	bool any = false;

	for (size_t i = 0; i < session->tab_count; i++) {
		struct store_limits one = system_store_limits(&session->tabs[i].system);

		if (!system_has_store(&session->tabs[i].system))
			continue;
		any = true;
		limits.series = larger(limits.series, one.series);
		limits.samples = larger(limits.samples, one.samples);
		limits.buckets = larger(limits.buckets, one.buckets);
		limits.raw_ms = longer(limits.raw_ms, one.raw_ms);
		limits.keep_ms = longer(limits.keep_ms, one.keep_ms);
		limits.bucket_ms = longer(limits.bucket_ms, one.bucket_ms);
	}
	if (any && options->engine != ENGINE_PROMETHEUS)
		session->store = store_new(&limits);
}

static int open_tab(struct session *session, const struct cli_options *options, size_t index)
{
	struct engines_config shared = { .loop = session->loop,
					 .http = session->http,
					 .pool = session->pool,
					 .resolver = session->resolver,
					 .feed = session->feed };
	char *name;

	/* Two files may describe systems of the same name. */
	if (session->store) {
		name = mem_printf("%zu", index);
		shared.store = store_view(session->store, name);
		free(name);
	}
	return tab_open(&session->tabs[index], options, &shared);
}

int session_open(struct session *session, const struct cli_options *options, const char *const *systems, size_t count)
{
	int status;

	memset(session, 0, sizeof(*session));
	status = read_tabs(session, options, systems, count);
	if (!status && options->tab)
		status = choose_tab(session, options->tab);
	if (!status)
		status = open_bridges(session);
	if (!status)
		open_store(session, options);
	for (size_t i = 0; !status && i < session->tab_count; i++)
		status = open_tab(session, options, i);
	return status;
}

int session_open_boards(struct session *session, const struct cli_options *options)
{
	int status = 0;

	for (size_t i = 0; i < session->tab_count; i++) {
		session->tabs[i].keeps = session->keeps;
		session->tabs[i].walk = session->walks;
	}
	for (size_t i = 0; !status && i < session->tab_count; i++)
		status = tab_open_boards(&session->tabs[i], options, session->tab_count == 1);
	if (!status && options->board)
		status = tab_choose_board(session_tab(session), options->board);
	return status;
}

void session_open_alerts(struct session *session)
{
	for (size_t i = 0; i < session->tab_count; i++)
		tab_open_alerts(&session->tabs[i]);
}

void session_close(struct session *session)
{
	for (size_t i = 0; i < session->tab_count; i++)
		tab_close(&session->tabs[i]);
	if (session->http)
		http_free(session->http);
	if (session->resolver)
		resolver_free(session->resolver);
	timer_free(session->deadline);
	if (session->pool)
		pool_free(session->pool);
	for (size_t i = 0; i < session->tab_count; i++)
		tab_release(&session->tabs[i]);
	/* After the pool, whose jobs read from it. */
	store_free(session->store);
	feed_free(session->feed);
	if (session->loop)
		loop_free(session->loop);
	free(session->tabs);
}

/* ---- waiting ---- */

static bool is_awaited(const struct session *session, size_t index)
{
	return session->everyone || index == session->shown.at;
}

static void on_deadline(void *user)
{
	struct session *session = user;

	session->timed_out = true;
	loop_stop(session->loop);
}

/* Each turn with something new: lay out again (repeats may have unfolded), and
 * stop when all is answered. */
static void on_paint(void *user)
{
	struct session *session = user;
	bool settled = true;

	if (!session->waiting)
		return;
	for (size_t i = 0; i < session->tab_count; i++)
		if (is_awaited(session, i))
			settled &= tab_settle(&session->tabs[i], session->width, session->height, session->resolving);
	if (settled)
		loop_stop(session->loop);
}

static bool is_warming(const struct session *session)
{
	for (size_t i = 0; i < session->tab_count; i++)
		if (is_awaited(session, i) && engines_warming(&session->tabs[i].engines))
			return true;
	return false;
}

/* Nobody asks for panels yet: only the collectors are waited for. */
static void on_warming(void *user)
{
	struct session *session = user;

	if (session->waiting && !is_warming(session))
		loop_stop(session->loop);
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
	if (is_warming(session))
		run_until(session, on_warming, limit_ms);
	for (size_t i = 0; i < session->tab_count; i++)
		if (is_awaited(session, i))
			tab_learned(&session->tabs[i]);
}

void session_warm_all(struct session *session, int64_t limit_ms)
{
	session->everyone = true;
	session_warm(session, limit_ms);
	session->everyone = false;
}

static void on_alerts(void *user)
{
	struct session *session = user;
	bool busy = false;

	for (size_t i = 0; i < session->tab_count; i++)
		busy |= tab_awaits_alerts(&session->tabs[i]);
	if (session->waiting && !busy)
		loop_stop(session->loop);
}

void session_await_alerts(struct session *session, int64_t limit_ms)
{
	run_until(session, on_alerts, limit_ms);
}

static void run_until_answered(struct session *session, int64_t limit_ms)
{
	for (size_t i = 0; i < session->tab_count; i++)
		if (is_awaited(session, i))
			board_refresh(console_board(&session->tabs[i].console));
	run_until(session, on_paint, limit_ms);
	for (size_t i = 0; i < session->tab_count; i++)
		tab_end_probe(&session->tabs[i]);
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
	for (size_t i = 0; i < session->tab_count; i++)
		if (is_awaited(session, i) && session->tabs[i].console.view != &view_board)
			tab_probe(&session->tabs[i]);
	run_until_answered(session, limit_ms);
	for (size_t i = 0; i < session->tab_count; i++)
		if (is_awaited(session, i))
			console_prepare(&session->tabs[i].console, width, height, clock_wall_ms());
}

void session_wait_all(struct session *session, int width, int height, int64_t limit_ms)
{
	session->everyone = true;
	session_wait(session, width, height, limit_ms);
	session->everyone = false;
}
