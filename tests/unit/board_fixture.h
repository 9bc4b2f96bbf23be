/*
 * A board from inline JSON, with or without a server that answers it. The
 * places of its panels can be read as one text, and the loop runs until every
 * visible panel has settled.
 */
#ifndef TESTS_UNIT_BOARD_FIXTURE_H
#define TESTS_UNIT_BOARD_FIXTURE_H

#include "base/strbuf.h"
#include "dashboard/board.h"
#include "loop/http.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "loop/resolve.h"
#include "query/query.h"
#include "server_fixture.h"

#define WORLD_GUARD_MS 20000
#define WORLD_POLL_MS  2

struct board_world {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct timer *poll, *guard;
	struct test_server server;
	struct query_engine *engine;
	struct dashboard *dashboard;
	struct board *board;
	struct strbuf text;
	unsigned changes;
	bool (*sees)(const struct board_panel *panel); /* NULL: everything is visible */
};

static inline void world_on_guard(void *user)
{
	(void)user;
	cr_assert_fail("the board did not settle");
}

static inline void world_on_change(void *user)
{
	struct board_world *world = user;

	world->changes++;
}

static inline void world_on_pause(void *user)
{
	struct board_world *world = user;

	loop_stop(world->loop);
}

/* Let the loop turn for a while, settled or not. */
static inline void world_run_ms(struct board_world *world, int64_t ms)
{
	struct timer *timer = timer_new(world->loop, world_on_pause, world);

	timer_start(timer, ms);
	loop_run(world->loop);
	timer_free(timer);
}

static inline void world_see(struct board_world *world)
{
	size_t count, seen = 0, *indices;
	struct board_panel *panels = board_panels(world->board, &count);

	indices = mem_array(count + 1, sizeof(*indices));
	for (size_t i = 0; i < count; i++)
		if (!world->sees || world->sees(&panels[i]))
			indices[seen++] = i;
	board_set_visible(world->board, indices, seen);
	free(indices);
}

static inline void world_on_poll(void *user)
{
	struct board_world *world = user;

	if (!board_busy(world->board)) {
		loop_stop(world->loop);
		return;
	}
	world_see(world);
	timer_start(world->poll, WORLD_POLL_MS);
}

/* Until variables are resolved and every visible panel is answered and judged. */
static inline void world_settle(struct board_world *world)
{
	world_see(world);
	timer_start(world->guard, WORLD_GUARD_MS);
	timer_start(world->poll, WORLD_POLL_MS);
	loop_run(world->loop);
	timer_stop(world->guard);
}

static inline void world_refresh(struct board_world *world)
{
	board_refresh(world->board);
	world_settle(world);
}

/* `script` NULL: no engine at all. `prefix` is put behind the server's address. */
static inline void world_init(struct board_world *world, const char *script, const char *prefix, const char *json)
{
	struct board_config config = { .on_change = world_on_change, .user = world };

	*world = (struct board_world){ .text = STRBUF_INIT };
	world->loop = loop_new(NULL);
	world->pool = pool_new(world->loop, 2, NULL);
	world->resolver = resolver_new(world->loop, world->pool);
	world->http = http_new(world->loop, world->resolver, NULL);
	world->poll = timer_new(world->loop, world_on_poll, world);
	world->guard = timer_new(world->loop, world_on_guard, NULL);
	if (script) {
		struct prometheus_config prometheus = { .timeout_ms = 10000 };
		char *url;
		world->server = test_server_start(script);
		url = mem_printf("http://127.0.0.1:%d%s", world->server.port, prefix);
		prometheus.url = url;
		world->engine = prometheus_engine_new(world->loop, world->http, &prometheus, NULL);
		cr_assert(world->engine);
		free(url);
	}
	world->dashboard = dashboard_parse(json, strlen(json), "test.json", NULL);
	cr_assert(world->dashboard, "the test's dashboard does not load");
	config.loop = world->loop;
	config.engine = world->engine;
	config.dashboard = world->dashboard;
	world->board = board_new(&config);
}

static inline void world_release(struct board_world *world)
{
	board_free(world->board);
	dashboard_free(world->dashboard);
	query_engine_free(world->engine);
	http_free(world->http);
	resolver_free(world->resolver);
	pool_free(world->pool);
	timer_free(world->poll);
	timer_free(world->guard);
	loop_free(world->loop);
	strbuf_release(&world->text);
	test_server_stop(&world->server);
}

/* "A 0,0 12x8; Row 0,8 24x1 folded": titles and places in order. Valid until the next call. */
static inline const char *world_places(struct board_world *world)
{
	size_t count;
	struct board_panel *panels = board_panels(world->board, &count);

	strbuf_clear(&world->text);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&world->text, "%s%s %d,%d %dx%d%s", i ? "; " : "", panels[i].title, panels[i].x,
			    panels[i].y, panels[i].w, panels[i].h, panels[i].folded ? " folded" : "");
	return world->text.text;
}

/* The panel with that title; the test fails when there is none. */
static inline size_t world_index(struct board_world *world, const char *title)
{
	size_t count;
	struct board_panel *panels = board_panels(world->board, &count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(panels[i].title, title))
			return i;
	cr_assert_fail("no panel '%s' in: %s", title, world_places(world));
	return 0;
}

static inline struct panel_data *world_data(struct board_world *world, const char *title)
{
	size_t count;

	return &board_panels(world->board, &count)[world_index(world, title)].data;
}

#endif
