/*
 * A system's HTTP: a microhttpd daemon for each target, all of them driven
 * by the one loop, so that the state needs no lock. What a fault does to the
 * answers is read from the state: a service that refuses has its listening
 * socket closed, a hung one accepts and stays silent until it is well again.
 */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include "base/error.h"
#include "loop/loop.h"
#include "sim/target.h"
#include "sim/world.h"

struct server;

struct server_config {
	struct loop *loop;
	struct world *world;
	const struct target_list *targets; /* their ports reserved; must outlive the server */
	void (*before_answer)(void *user); /* moves the state on to now */
	void *user;
};

/* Listens when it returns. NULL with the error set when a port cannot be had. */
struct server *server_new(const struct server_config *config, struct error *error);
void server_free(struct server *server);

/*
 * Open, close, hold and let go as the state now asks. To be called after
 * everything that moves the state, never from `before_answer`.
 */
void server_follow(struct server *server);

#endif
