/* Names of hosts: which service of which system answers under them, and whether it is reached. */
#ifndef SIM_SHIM_HOST_H
#define SIM_SHIM_HOST_H

#include "sim/shim.h"

struct shim_host {
	const char *name;
	enum shim_system system;
	const char *job;
	unsigned port; /* that it answers under; 0: any */
	bool inside;   /* only known in the cluster */
	bool balanced; /* an edge in front of all instances */
	bool away;     /* of the other region: answers when the colony runs there */
};

/* The host of that name as seen from where the tool runs, or NULL. */
const struct shim_host *shim_host_find(const struct shim *shim, const char *name, unsigned port);

/* Is there a host of that name, whatever its ports? */
bool shim_host_known(const struct shim *shim, const char *name);

/* Ask it. An edge answers 502 to 504 itself when nothing behind it answers. */
enum shim_fetch shim_host_ask(const struct shim *shim, const struct shim_host *host, const struct shim_request *request,
			      unsigned *ret_status, struct strbuf *ret_body);

#endif
