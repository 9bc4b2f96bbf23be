/*
 * What the shared parts (servers, history, orders, command line) know of a
 * simulated system: a state that moves with a clock, services that answer
 * under addresses, faults and verbs. A kind is one record; each system's
 * state begins with a struct world, so that the one is found from the other.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "sim/fault.h"

struct page;
struct target_list;
struct world_kind;

struct world {
	const struct world_kind *kind;
};

struct world_config {
	uint64_t seed;
	int64_t start_ms;
	unsigned instances;      /* of the first service; 0: the kind's own number */
	const char *application; /* which of the kind's variants answers; NULL: the first */
	bool legacy;             /* serve what the application really served, invalid or not */
};

/* Whether a service answers at all: a crashed one refuses connections, a hung one accepts and stays silent. */
enum world_answer { ANSWER_GOOD, ANSWER_REFUSE, ANSWER_HANG, ANSWER_ERROR /* 503 */ };

struct world_request {
	const char *method, *path;
	const char *body; /* terminated */
	bool too_long;    /* there was more of it than a server reads (64 KiB) */
	/* The value of a query parameter, or NULL. */
	const char *(*argument)(const struct world_request *request, const char *name);
	void *source; /* of `argument` */
};

/* Where a service's documents are; NULL: it has none. */
struct world_paths {
	const char *metrics, *health, *ready;
};

struct world_kind {
	const char *program;     /* "skep-colony" */
	const char *noun;        /* "colony": in messages, and what its folders are called */
	const char *description; /* "a POLLN colony that never was, with its dependencies": for --help */
	const char *variable;    /* the environment variable that names a state file */
	unsigned instances;      /* of the first service unless said; the others have one */
	unsigned service_count;
	const char *const *applications; /* NULL terminated, or NULL: there is only one */

	struct world *(*make)(const struct world_config *config);
	void (*free)(struct world *world);
	/* Move on to `now_ms`; an earlier time is no error and changes nothing. */
	void (*advance)(struct world *world, int64_t now_ms);
	int64_t (*now_ms)(const struct world *world);
	unsigned (*count)(const struct world *world); /* of instances */

	const char *(*job)(unsigned service);
	void (*paths)(const struct world *world, unsigned service, struct world_paths *ret);
	enum world_answer (*answers)(const struct world *world, unsigned service, unsigned instance);
	/* The exposition page; nothing for a service without one. */
	void (*metrics)(const struct world *world, unsigned service, unsigned instance, struct strbuf *ret);
	/* One answer. The status of a service in ANSWER_ERROR is 503. */
	void (*reply)(struct world *world, unsigned service, unsigned instance, const struct world_request *request,
		      struct page *ret);

	const struct sim_fault *(*faults)(size_t *ret_count);
	int (*inject)(struct world *world, const char *fault, struct error *error);
	int (*clear)(struct world *world, const char *fault, struct error *error); /* NULL: all of them */
	bool (*is_active)(const struct world *world, const char *fault);
	int (*verb)(struct world *world, const char *const *words, size_t count, bool json, struct strbuf *ret);

	/*
	 * The rest may be NULL. Text files that it keeps in `folder` (made when
	 * there is something to write) from `from_ms` of its own time on, and takes
	 * away at its end when they are `passing`; more members of the state file,
	 * which lies in `folder`, each with a comma and a line end behind it.
	 */
	void (*keep_files)(struct world *world, const char *folder, int64_t from_ms, bool passing);
	void (*add_state)(const struct world *world, const struct target_list *targets, const char *folder,
			  struct strbuf *ret);

	/*
	 * Series that whoever watches makes of what the services say (health
	 * documents, queues, exit statuses): the history has them too, under the
	 * names and labels they will have. A page, and whether its source is well.
	 */
	unsigned (*watch_count)(const struct world *world);
	void (*watch_name)(const struct world *world, unsigned watch, const struct target_list *targets,
			   const char **ret_job, struct strbuf *ret_instance);
	bool (*watch_page)(const struct world *world, unsigned watch, struct strbuf *ret);
};

#endif
