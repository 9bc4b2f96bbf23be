/*
 * Names on the network, looked up by getaddrinfo on the pool (it respects the
 * system's NSS), so that a name server which never answers costs a time-out,
 * never a key press. Answers are kept for a minute, failures for 5 s; equal
 * questions in flight share one look-up. Addresses given as numbers answer at once.
 */
#ifndef LOOP_RESOLVE_H
#define LOOP_RESOLVE_H

#include <stddef.h>

#include "base/error.h"
#include "loop/loop.h"
#include "loop/pool.h"

struct resolver;
struct lookup;

/* `addresses` are numeric texts, best first; on failure count is 0 and `reason` says why ("name does not resolve"). */
typedef void lookup_fn(void *user, const char *const *addresses, size_t count, const char *reason);

struct resolver *resolver_new(struct loop *loop, struct pool *pool);
void resolver_free(struct resolver *resolver);

/* The pool it works on, for rooms whose look-ups go together with other slow readings. */
struct pool *resolver_pool(struct resolver *resolver);

/* The callback comes once, never before this returns, unless cancelled. */
struct lookup *resolver_ask(struct resolver *resolver, const char *host, lookup_fn *fn, void *user);
void lookup_cancel(struct lookup *lookup);

#endif
