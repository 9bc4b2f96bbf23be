/* A console with keys over real collectors, and a folder for the files they read. */
#ifndef TESTS_UNIT_COLLECT_FIXTURE_H
#define TESTS_UNIT_COLLECT_FIXTURE_H

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "collect/collect.h"
#include "config/yaml.h"
#include "console_fixture.h"
#include "loop/http.h"
#include "loop/resolve.h"
#include "tsdb/store.h"

#define COLLECT_LIMIT_MS 20000

struct collect_world {
	struct console_world world;
	struct console *console;
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct store *store;
	struct collect *collect;
	struct timer *tick;
	struct yaml_document document;
	struct arena arena;
	struct error_list errors;
	struct collect_entries entries;
	char folder[40];
};

static inline void collect_world_on_tick(void *user)
{
	loop_stop(((struct collect_world *)user)->loop);
}

/* Before the collectors are opened, so that files can be made. */
static inline void collect_world_init(struct collect_world *w)
{
	memset(w, 0, sizeof(*w));
	snprintf(w->folder, sizeof(w->folder), "/tmp/skep-view-XXXXXX");
	cr_assert_not_null(mkdtemp(w->folder));
	console_world_init(&w->world, CONSOLE_BOARD);
	w->console = w->world.console;
	w->loop = loop_new(NULL);
	w->pool = pool_new(w->loop, 2, NULL);
	w->resolver = resolver_new(w->loop, w->pool);
	w->http = http_new(w->loop, w->resolver, NULL);
	w->store = store_new(NULL);
	w->tick = timer_new_real(w->loop, collect_world_on_tick, w);
	arena_init(&w->arena);
	error_list_init(&w->errors);
}

/* `yaml` is a `collect:` section; its paths are taken from the folder. */
static inline void collect_world_open(struct collect_world *w, const char *yaml, int width, int height)
{
	struct collect_config config = {
		.loop = w->loop, .http = w->http, .pool = w->pool, .resolver = w->resolver, .store = w->store
	};
	char fault[512] = "";

	cr_assert_eq(yaml_parse(&w->document, yaml, strlen(yaml), "s.yaml", &w->errors), 0);
	if (collect_read(&w->entries, yaml_get(w->document.root, "collect"), "s.yaml", w->folder, &w->arena,
			 &w->errors) < 0) {
		fault_format(&w->errors.faults[0], fault, sizeof(fault));
		cr_assert_fail("%s", fault);
	}
	w->collect = collect_new(&config, &w->entries);
	w->console->sources.collect = w->collect;
	console_prepare(w->console, width, height, VIEW_NOW_MS);
}

static inline int collect_world_remove(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static inline void collect_world_release(struct collect_world *w)
{
	console_world_release(&w->world);
	timer_free(w->tick);
	collect_free(w->collect);
	http_free(w->http);
	resolver_free(w->resolver);
	pool_free(w->pool);
	store_free(w->store);
	loop_free(w->loop);
	yaml_document_release(&w->document);
	error_list_release(&w->errors);
	arena_release(&w->arena);
	nftw(w->folder, collect_world_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/* One turn of the loop or some, and what a screen does after it. */
static inline void turn(struct collect_world *w, int64_t ms)
{
	timer_start(w->tick, ms);
	loop_run(w->loop);
	console_prepare(w->console, w->console->width, w->console->height, VIEW_NOW_MS);
}

static inline bool waits(const struct collect_world *w)
{
	const struct view_ops *view = w->console->view;

	return view->busy && view->busy(w->console);
}

/* Until the view asks for nothing more. */
static inline void settle(struct collect_world *w)
{
	int64_t until_ms = clock_monotonic_ms() + COLLECT_LIMIT_MS;

	console_prepare(w->console, w->console->width, w->console->height, VIEW_NOW_MS);
	while (waits(w)) {
		cr_assert_lt(clock_monotonic_ms(), until_ms, "did not settle");
		turn(w, 1);
	}
}

/* Until the screen shows the text. */
static inline void await_text(struct collect_world *w, const char *text)
{
	int64_t until_ms = clock_monotonic_ms() + COLLECT_LIMIT_MS;

	while (!shows(&w->world, text)) {
		cr_assert_lt(clock_monotonic_ms(), until_ms, "'%s' did not come:\n%s", text, screen(&w->world));
		turn(w, 10);
	}
}

/* Keys, each with all that comes of it. */
static inline void keys(struct collect_world *w, const char *names)
{
	char *copy = strdup(names), *rest = copy, *word;

	while ((word = strsep(&rest, " "))) {
		press(&w->world, word);
		settle(w);
	}
	free(copy);
}

/* A command or filter line, as typed after its key. */
static inline void enter_line(struct collect_world *w, const char *key, const char *text)
{
	press(&w->world, key);
	press(&w->world, "Ctrl-U");
	type(&w->world, text);
	press(&w->world, "Enter");
	settle(w);
}

#endif
