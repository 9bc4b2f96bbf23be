/*
 * Watches over a server: is it there? Down as soon as a question of anybody's
 * shows that the server failed, or when it is silent and does not answer a
 * probe either; then it gets nothing but probes, until AUTO_GOOD_PROBES in a
 * row are good. When it is well (again) it is asked once for its version, and
 * the embedded engine follows that.
 */
#ifndef QUERY_AUTO_WATCH_H
#define QUERY_AUTO_WATCH_H

#include "query/auto.h"

struct auto_watch;

struct auto_times {
	int64_t silence_ms, probe_ms;
};

struct auto_watch_config {
	struct query_engine *server, *embedded; /* not owned; the watch is the server's one listener */
	const struct auto_times *times;         /* may change */
	void (*on_down)(void *user);            /* the server was given up; answer what is under way otherwise */
	void (*on_change)(void *user);          /* down or well: tell whoever listens; called from a timer */
	void *user;
};

struct auto_watch *auto_watch_new(struct loop *loop, const struct auto_watch_config *config);
void auto_watch_free(struct auto_watch *watch);

bool auto_watch_is_down(const struct auto_watch *watch);

/* Why it is down. */
enum query_status auto_watch_status(const struct auto_watch *watch);
const char *auto_watch_reason(const struct auto_watch *watch);

/* A question met silence: unless a probe shows otherwise, the server hangs. */
void auto_watch_doubt(struct auto_watch *watch);

/* For how long that has been open; -1 when it is not. */
int64_t auto_watch_doubted_ms(const struct auto_watch *watch);

/* Probe at once when it is down. */
void auto_watch_retry(struct auto_watch *watch);

/* The server's state as it counts here. */
void auto_watch_state(const struct auto_watch *watch, struct query_state *ret);

#endif
