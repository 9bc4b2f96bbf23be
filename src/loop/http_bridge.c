#include "loop/http_bridge.h"

#include <stdlib.h>

#include "base/mem.h"

#define HOST_CONNECTIONS 8 /* the questions a server gets at one time, and room for a probe beside them */
#define KEPT_CONNECTIONS 16

struct http_bridge {
	CURLM *multi;
	struct loop *loop;
	struct timer *timer;
	void (*on_end)(void *user, CURLcode code);
};

struct socket_watch {
	struct http_bridge *bridge;
	curl_socket_t socket;
	struct io_watch *io;
};

/*
 * One ended transfer at a time, asked anew after each callback: a callback
 * may remove other transfers, whose messages then vanish from curl's list.
 */
static void report_ended(struct http_bridge *bridge)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(bridge->multi, &left))) {
		void *user = NULL;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
		bridge->on_end(user, code);
	}
}

static void on_socket_event(void *user, int events)
{
	struct socket_watch *watch = user;
	struct http_bridge *bridge = watch->bridge;
	int flags = (events & LOOP_READ ? CURL_CSELECT_IN : 0) | (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0);
	int running;

	curl_multi_socket_action(bridge->multi, watch->socket, flags, &running); /* may free the watch */
	report_ended(bridge);
}

static void on_timer(void *user)
{
	struct http_bridge *bridge = user;
	int running;

	curl_multi_socket_action(bridge->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	report_ended(bridge);
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *of_socket)
{
	struct http_bridge *bridge = user;
	struct socket_watch *watch = of_socket;
	int events = (what & CURL_POLL_IN ? LOOP_READ : 0) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (watch)
			io_watch_free(watch->io);
		free(watch);
		curl_multi_assign(bridge->multi, socket, NULL);
		return 0;
	}
	if (watch) {
		io_watch_set(watch->io, events);
		return 0;
	}
	watch = mem_zalloc(sizeof(*watch));
	watch->bridge = bridge;
	watch->socket = socket;
	watch->io = io_watch_new(bridge->loop, socket, events, on_socket_event, watch);
	curl_multi_assign(bridge->multi, socket, watch);
	return 0;
}

/* Only arms: calling back into curl from here is not allowed. */
static int on_timer_change(CURLM *multi, long timeout_ms, void *user)
{
	struct http_bridge *bridge = user;

	(void)multi;
	if (timeout_ms < 0)
		timer_stop(bridge->timer);
	else
		timer_start(bridge->timer, timeout_ms);
	return 0;
}

struct http_bridge *http_bridge_new(struct loop *loop, void (*on_end)(void *user, CURLcode code))
{
	struct http_bridge *bridge = mem_zalloc(sizeof(*bridge));

	bridge->loop = loop;
	bridge->on_end = on_end;
	bridge->multi = curl_multi_init();
	if (!bridge->multi) /* only for lack of memory */
		abort();
	bridge->timer = timer_new_real(loop, on_timer, bridge);
	curl_multi_setopt(bridge->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(bridge->multi, CURLMOPT_SOCKETDATA, bridge);
	curl_multi_setopt(bridge->multi, CURLMOPT_TIMERFUNCTION, on_timer_change);
	curl_multi_setopt(bridge->multi, CURLMOPT_TIMERDATA, bridge);
	curl_multi_setopt(bridge->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS);
	curl_multi_setopt(bridge->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
	return bridge;
}

void http_bridge_free(struct http_bridge *bridge)
{
	if (!bridge)
		return;
	curl_multi_cleanup(bridge->multi);
	timer_free(bridge->timer);
	free(bridge);
}

int http_bridge_add(struct http_bridge *bridge, CURL *easy)
{
	return curl_multi_add_handle(bridge->multi, easy) == CURLM_OK ? 0 : -1;
}

void http_bridge_remove(struct http_bridge *bridge, CURL *easy)
{
	curl_multi_remove_handle(bridge->multi, easy);
}
