/*
 * What a system serves: each instance of each service under an address of
 * its own on loopback, which is also its `instance` label. The port stays
 * reserved (bound by a socket that never listens) while the service refuses
 * connections, so that it comes back under the same address.
 */
#ifndef SIM_TARGET_H
#define SIM_TARGET_H

#include <stddef.h>

#include "base/error.h"
#include "sim/world.h"

struct target {
	unsigned service;
	unsigned instance; /* 0 but for the first service's */
	unsigned port;
	char address[24]; /* "127.0.0.1:41001" */
	int reserved;     /* -1 when the port is not held */
};

struct target_list {
	struct target *items;
	size_t count;
};

/* The first service's instances, then the other services; no port yet. */
void target_list_init(struct target_list *list, const struct world_kind *kind, unsigned instances);
void target_list_release(struct target_list *list);

/* Hold ports `port_base`, `port_base` + 1 ..., or for 0 such as the kernel chooses. */
int target_list_reserve(struct target_list *list, unsigned port_base, struct error *error);

/* Name the ports without holding them; `ports` has one for each target. */
void target_list_name(struct target_list *list, const unsigned *ports);

/* A listening socket on the target's port, or -1. */
int target_listen(const struct target *target, struct error *error);

#endif
