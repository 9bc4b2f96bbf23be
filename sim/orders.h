/*
 * What may be asked of a running system by words: faults, its clock, and the
 * operator's verbs, which the state itself answers.
 */
#ifndef SIM_ORDERS_H
#define SIM_ORDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "sim/time_source.h"
#include "sim/world.h"

struct orders_context {
	struct world *world;
	struct time_source *time;
};

/*
 * Carry out the words. Text or JSON goes to `ret_output`; what was wrong, one
 * line without a newline, to `ret_error`. Returns the exit status.
 */
int orders_run(const struct orders_context *context, const char *const *words, size_t count, bool json,
	       struct strbuf *ret_output, struct strbuf *ret_error);

/* Append one line for each command that is not an operator's verb: for --help. */
void orders_add_help(struct strbuf *buf);

#endif
