#include "sim/server.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sim/page.h"

#define CONNECTIONS_MOST 64
#define IDLE_SECONDS     30u
#define BODY_LIMIT       (64u * 1024)

/* A hung service keeps whoever asks waiting longer than any scraper does; then the descriptor is wanted back. */
#define HANG_MOST_MS 120000

/* One request from its first byte to its last. */
struct visit {
	struct outlet *outlet;
	struct MHD_Connection *connection;
	struct visit *next, *previous; /* among the suspended */
	int64_t suspended_ms;
	bool suspended, given_up, too_long;
	struct strbuf body;
};

/* One target's door. */
struct outlet {
	struct server *server;
	const struct target *target;
	struct MHD_Daemon *daemon; /* NULL while it refuses */
	struct io_watch *watch;
	struct timer *timer;
	struct visit *suspended;
};

struct server {
	struct server_config config;
	struct timer *follow; /* the state changed under a request: follow it when the request is done */
	struct outlet *outlets;
	size_t count;
};

static void visit_suspend(struct visit *visit)
{
	struct outlet *outlet = visit->outlet;

	visit->suspended = true;
	visit->suspended_ms = loop_monotonic_ms(outlet->server->config.loop);
	visit->previous = NULL;
	visit->next = outlet->suspended;
	if (visit->next)
		visit->next->previous = visit;
	outlet->suspended = visit;
	MHD_suspend_connection(visit->connection);
}

static void visit_unlink(struct visit *visit)
{
	if (!visit->suspended)
		return;
	if (visit->next)
		visit->next->previous = visit->previous;
	if (visit->previous)
		visit->previous->next = visit->next;
	else
		visit->outlet->suspended = visit->next;
	visit->suspended = false;
}

/* Its handler is called again by the daemon's next turn. */
static void visit_resume(struct visit *visit)
{
	visit_unlink(visit);
	MHD_resume_connection(visit->connection);
}

static void on_completed(void *user, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode code)
{
	struct visit *visit = *context;

	(void)user;
	(void)connection;
	(void)code;
	if (!visit)
		return;
	visit_unlink(visit);
	strbuf_release(&visit->body);
	free(visit);
	*context = NULL;
}

static enum MHD_Result reply(struct MHD_Connection *connection, struct page *page)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	if (page_accepts_gzip(
		    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT_ENCODING)))
		page_gzip(page);
	response = MHD_create_response_from_buffer(page->body.length, page->body.text, MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page->type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	if (page->gzipped)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	if (page->allow)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, page->allow);
	if (page->location)
		MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, page->location);
	result = MHD_queue_response(connection, page->status, response);
	MHD_destroy_response(response);
	return result;
}

static enum world_answer answers(const struct outlet *outlet)
{
	const struct world *world = outlet->server->config.world;

	return world->kind->answers(world, outlet->target->service, outlet->target->instance);
}

static const char *argument(const struct world_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->source, MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result answer(struct outlet *outlet, struct visit *visit, const char *path, const char *method)
{
	struct world *world = outlet->server->config.world;
	const struct world_request request = {
		.method = method,
		.path = path,
		.body = visit->body.text,
		.too_long = visit->too_long,
		.argument = argument,
		.source = visit->connection,
	};
	struct page page;
	enum MHD_Result result;

	switch (answers(outlet)) {
	case ANSWER_REFUSE: return MHD_NO;
	case ANSWER_HANG: visit_suspend(visit); return MHD_YES;
	case ANSWER_GOOD:
	case ANSWER_ERROR: break;
	}
	page_init(&page);
	world->kind->reply(world, outlet->target->service, outlet->target->instance, &request, &page);
	result = reply(visit->connection, &page);
	page_release(&page);
	return result;
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *connection, const char *path, const char *method,
				  const char *version, const char *upload, size_t *upload_size, void **context)
{
	struct outlet *outlet = user;
	struct server *server = outlet->server;
	struct visit *visit = *context;

	(void)version;
	/* The first call comes with the headers; answered then, the connection would be closed behind it. */
	if (!visit) {
		*context = visit = mem_zalloc(sizeof(*visit));
		visit->outlet = outlet;
		visit->connection = connection;
		strbuf_init(&visit->body);
		return MHD_YES;
	}
	if (*upload_size) {
		visit->too_long |= *upload_size > BODY_LIMIT - visit->body.length;
		if (!visit->too_long)
			strbuf_add(&visit->body, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	if (visit->given_up)
		return MHD_NO;
	server->config.before_answer(server->config.user);
	timer_start(server->follow, 0);
	return answer(outlet, visit, path, method);
}

static bool is_full(const struct outlet *outlet)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(outlet->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

	return info && info->num_connections >= CONNECTIONS_MOST;
}

/* Let the daemon work off what is there, and come back when it asks for it. */
static void outlet_turn(struct outlet *outlet)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;
	bool was_full = is_full(outlet);

	MHD_run(outlet->daemon);
	/* A full daemon does not watch for new connections; it begins to again only in the turn after. */
	if (was_full && !is_full(outlet))
		MHD_run(outlet->daemon);
	if (MHD_get_timeout(outlet->daemon, &wait_ms) == MHD_YES)
		timer_start(outlet->timer, (int64_t)wait_ms);
	else
		timer_stop(outlet->timer);
}

static void on_ready(void *user, int events)
{
	(void)events;
	outlet_turn(user);
}

static void on_time(void *user)
{
	outlet_turn(user);
}

static int outlet_open(struct outlet *outlet, struct error *error)
{
	const union MHD_DaemonInfo *info;
	int fd = target_listen(outlet->target, error);

	if (fd < 0)
		return -1;
	/* No thread of its own; its epoll descriptor is watched by the loop. */
	outlet->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, outlet,
					  MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
					  (unsigned)CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
					  MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_END);
	info = outlet->daemon ? MHD_get_daemon_info(outlet->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	if (!info) {
		error_set(error, "%s: cannot start the server", outlet->target->address);
		if (outlet->daemon)
			MHD_stop_daemon(outlet->daemon);
		outlet->daemon = NULL;
		return -1;
	}
	outlet->watch = io_watch_new(outlet->server->config.loop, info->epoll_fd, LOOP_READ, on_ready, outlet);
	return 0;
}

static void outlet_close(struct outlet *outlet)
{
	if (!outlet->daemon)
		return;
	/* A daemon cannot be stopped over connections that are suspended. */
	for (struct visit *visit = outlet->suspended; visit; visit = outlet->suspended) {
		visit->given_up = true;
		visit_resume(visit);
	}
	io_watch_free(outlet->watch);
	timer_stop(outlet->timer);
	MHD_stop_daemon(outlet->daemon);
	outlet->watch = NULL;
	outlet->daemon = NULL;
}

static void outlet_let_go(struct outlet *outlet, bool all)
{
	int64_t now_ms = loop_monotonic_ms(outlet->server->config.loop);
	bool any = false;

	for (struct visit *visit = outlet->suspended, *next; visit; visit = next) {
		next = visit->next;
		if (!all && now_ms - visit->suspended_ms < HANG_MOST_MS)
			continue;
		visit->given_up = !all;
		visit_resume(visit);
		any = true;
	}
	if (any)
		outlet_turn(outlet);
}

static int outlet_follow(struct outlet *outlet, struct error *error)
{
	enum world_answer now = answers(outlet);

	if (now == ANSWER_REFUSE) {
		outlet_close(outlet);
		return 0;
	}
	if (!outlet->daemon && outlet_open(outlet, error))
		return -1;
	outlet_let_go(outlet, now != ANSWER_HANG);
	return 0;
}

void server_follow(struct server *server)
{
	struct error error;

	for (size_t i = 0; i < server->count; i++) {
		if (outlet_follow(&server->outlets[i], &error))
			log_line(LOG_LEVEL_WARN, "%s (tried again in a second)", error.text);
	}
}

static void on_follow(void *user)
{
	server_follow(user);
}

struct server *server_new(const struct server_config *config, struct error *error)
{
	struct server *server = mem_zalloc(sizeof(*server));

	server->config = *config;
	server->count = config->targets->count;
	server->outlets = mem_array(server->count, sizeof(*server->outlets));
	server->follow = timer_new(config->loop, on_follow, server);
	for (size_t i = 0; i < server->count; i++) {
		server->outlets[i].server = server;
		server->outlets[i].target = &config->targets->items[i];
		server->outlets[i].timer = timer_new(config->loop, on_time, &server->outlets[i]);
	}
	for (size_t i = 0; i < server->count; i++) {
		if (outlet_follow(&server->outlets[i], error)) {
			server_free(server);
			return NULL;
		}
	}
	return server;
}

void server_free(struct server *server)
{
	if (!server)
		return;
	for (size_t i = 0; i < server->count; i++) {
		outlet_close(&server->outlets[i]);
		timer_free(server->outlets[i].timer);
	}
	timer_free(server->follow);
	free(server->outlets);
	free(server);
}
