/* docker's commands, and the containers they know. */
#ifndef SIM_SHIM_DOCKER_H
#define SIM_SHIM_DOCKER_H

#include "sim/shim_flags.h"

/* A container by all its names: as the document, the compose files and the service call it. */
struct container {
	const char *name, *others; /* as `docker ps` shows it; what else it is called */
	const char *restart;       /* the verb's word */
	const char *image, *log;
};

struct docker {
	const struct shim *shim;
	const char *command;
	bool compose;
	struct shim_arguments arguments;
};

/* By any of its names; NULL. */
const struct container *docker_container(const char *name);
int docker_no_container(const struct shim *shim, const char *name);

/* Is that version of the backend on the host? */
bool docker_has_version(const struct shim *shim, const char *version);

/* docker's and compose's commands of shim_docker_more.c. */
int docker_config(struct docker *call);
int docker_diff(struct docker *call);
int docker_images(struct docker *call);
int docker_inspect(struct docker *call);
int docker_network(struct docker *call);
int docker_remove(struct docker *call);
int docker_run(struct docker *call);
int docker_volume(struct docker *call);

#endif
