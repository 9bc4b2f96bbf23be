/*
 * Asks this machine's file systems how full they are. A local one knows at
 * once. One with a server behind it may never answer, and cannot be called
 * off: so each of those is asked on a thread of its own, and when its time is
 * up it is left to its thread and passed over until that returns. A server
 * that hangs thus costs one sleeping thread, and never another's figures.
 */
#ifndef COLLECT_HOST_USAGE_H
#define COLLECT_HOST_USAGE_H

#include <stdint.h>
#include <sys/statvfs.h>

#include "collect/host_mount.h"
#include "loop/loop.h"

struct host_usage;

/* As statvfs. */
typedef int host_usage_fn(const char *path, struct statvfs *ret);

/* `ask` is statvfs itself (NULL), or a test's. */
struct host_usage *host_usage_new(struct loop *loop, host_usage_fn *ask);
void host_usage_free(struct host_usage *usage);

/* Ask the local ones, below `root`, here and now: pure, for a worker. */
void host_usage_local(struct host_mounts *mounts, const char *root, host_usage_fn *ask);

/*
 * Ask those that are remote. `done` is called once, later, when all have
 * answered or `timeout_ms` is over; `mounts` must stay until then. One
 * question at a time.
 */
void host_usage_remote(struct host_usage *usage, struct host_mounts *mounts, int64_t timeout_ms,
		       void (*done)(void *user), void *user);

#endif
