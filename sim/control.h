/*
 * A simulated system's control socket: only processes of the same user are answered.
 * A request is one line of JSON, {"words": ["inject", "redis-down"], "json":
 * false}; so is the answer, {"status": 0, "output": "...", "error": "..."},
 * after which the connection is closed.
 */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "loop/loop.h"

struct control;

/* Carries out the words; as orders_run. */
typedef int control_fn(void *user, const char *const *words, size_t count, bool json, struct strbuf *ret_output,
		       struct strbuf *ret_error);

/* Listen on a socket made at `path`. */
struct control *control_new(struct loop *loop, const char *path, control_fn *fn, void *user, struct error *error);

/* The socket's name stays: the folder's owner removes it. */
void control_free(struct control *control);

struct control_answer {
	int status;
	struct strbuf output, error;
};
void control_answer_release(struct control_answer *answer);

/* The other side, for the command line: ask over a connected socket and wait for the answer. */
int control_ask(int fd, const char *const *words, size_t count, bool json, struct control_answer *ret,
		struct error *error);

#endif
