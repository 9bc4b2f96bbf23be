#include "collect/host_usage.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"

#define THREADS_MAX 64
#define STACK_BYTES (64u * 1024)

enum probe_state { PROBE_ASKS, PROBE_ANSWERED, PROBE_LEFT };

/* Its thread's and the asker's; whoever comes last frees it. */
struct probe {
	atomic_int state;
	char *path;
	host_usage_fn *ask;
	int wake; /* the thread's own, which closes it */
	int result;
	struct statvfs usage;
	size_t mount;  /* index of the mount that waits for it */
	bool is_asked; /* in this question; else it is one of before that has not returned */
};

struct host_usage {
	struct loop *loop;
	host_usage_fn *ask;
	int wake;
	struct io_watch *watch;
	struct timer *limit;
	VEC(struct probe *) probes;
	struct host_mounts *mounts; /* of the question under way */
	void (*done)(void *user);
	void *user;
};

static void probe_free(struct probe *probe)
{
	free(probe->path);
	free(probe);
}

static void *ask_one(void *user)
{
	struct probe *probe = user;
	uint64_t one = 1;
	int wake = probe->wake;
	ssize_t written;

	probe->result = probe->ask(probe->path, &probe->usage);
	/* From here on the probe is the asker's, unless it has gone. */
	if (atomic_exchange(&probe->state, PROBE_ANSWERED) == PROBE_LEFT)
		probe_free(probe);
	written = write(wake, &one, sizeof(one));
	(void)written;
	close(wake);
	return NULL;
}

static void take(struct host_mount *mount, int result, const struct statvfs *usage)
{
	mount->answer = result == 0 ? MOUNT_ANSWERED : MOUNT_REFUSED;
	if (result != 0)
		return;
	mount->block_bytes = (double)(usage->f_frsize ? usage->f_frsize : usage->f_bsize);
	mount->blocks = (double)usage->f_blocks;
	mount->blocks_free = (double)usage->f_bfree;
	mount->blocks_available = (double)usage->f_bavail;
	mount->files = (double)usage->f_files;
	mount->files_free = (double)usage->f_ffree;
}

void host_usage_local(struct host_mounts *mounts, const char *root, host_usage_fn *ask)
{
	for (size_t i = 0; i < mounts->count; i++) {
		struct host_mount *mount = &mounts->items[i];
		struct statvfs usage = { 0 };
		char *path;

		if (mount->remote)
			continue;
		path = mem_printf("%s%s", root, mount->point);
		take(mount, (ask ? ask : statvfs)(path, &usage), &usage);
		free(path);
	}
}

static void finish(struct host_usage *usage)
{
	void (*done)(void *user) = usage->done;

	if (!done)
		return;
	for (size_t i = 0; i < usage->probes.count; i++)
		usage->probes.items[i]->is_asked = false;
	for (size_t i = 0; i < usage->mounts->count; i++)
		if (usage->mounts->items[i].answer == MOUNT_UNASKED)
			usage->mounts->items[i].answer = MOUNT_SILENT;
	usage->done = NULL;
	usage->mounts = NULL;
	timer_stop(usage->limit);
	done(usage->user);
}

/* Take the answers that have come, also those of earlier questions, whose threads are free again. */
static bool gather(struct host_usage *usage)
{
	bool waits = false;

	for (size_t i = 0; i < usage->probes.count;) {
		struct probe *probe = usage->probes.items[i];

		if (atomic_load(&probe->state) != PROBE_ANSWERED) {
			waits = waits || probe->is_asked;
			i++;
			continue;
		}
		if (probe->is_asked)
			take(&usage->mounts->items[probe->mount], probe->result, &probe->usage);
		usage->probes.items[i] = usage->probes.items[--usage->probes.count];
		probe_free(probe);
	}
	return waits;
}

static void on_wake(void *user, int events)
{
	struct host_usage *usage = user;
	uint64_t count;

	(void)events;
	if (read(usage->wake, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return;
	if (!gather(usage))
		finish(usage);
}

static void on_limit(void *user)
{
	struct host_usage *usage = user;

	gather(usage);
	finish(usage);
}

struct host_usage *host_usage_new(struct loop *loop, host_usage_fn *ask)
{
	struct host_usage *usage = mem_zalloc(sizeof(*usage));

	usage->loop = loop;
	usage->ask = ask ? ask : statvfs;
	usage->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (usage->wake >= 0)
		usage->watch = io_watch_new(loop, usage->wake, LOOP_READ, on_wake, usage);
	/* Servers live in real time. */
	usage->limit = timer_new_real(loop, on_limit, usage);
	return usage;
}

/* Threads take no signals: those are the loop's. */
static bool start_thread(struct probe *probe)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int failed;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_BYTES < PTHREAD_STACK_MIN ? PTHREAD_STACK_MIN : STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&thread, &attributes, ask_one, probe);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return failed == 0;
}

static bool is_still_asked(const struct host_usage *usage, const char *path)
{
	for (size_t i = 0; i < usage->probes.count; i++)
		if (strcmp(usage->probes.items[i]->path, path) == 0)
			return true;
	return false;
}

static void ask_remote(struct host_usage *usage, size_t index)
{
	const struct host_mount *mount = &usage->mounts->items[index];
	struct probe *probe;

	if (usage->wake < 0 || usage->probes.count >= THREADS_MAX || is_still_asked(usage, mount->point))
		return;
	probe = mem_zalloc(sizeof(*probe));
	probe->path = mem_strdup(mount->point);
	probe->ask = usage->ask;
	probe->mount = index;
	probe->is_asked = true;
	probe->wake = fcntl(usage->wake, F_DUPFD_CLOEXEC, 3);
	if (probe->wake >= 0 && start_thread(probe)) {
		vec_push(&usage->probes, probe);
		return;
	}
	if (probe->wake >= 0)
		close(probe->wake);
	probe_free(probe);
}

void host_usage_remote(struct host_usage *usage, struct host_mounts *mounts, int64_t timeout_ms,
		       void (*done)(void *user), void *user)
{
	bool waits;

	usage->mounts = mounts;
	usage->done = done;
	usage->user = user;
	for (size_t i = 0; i < mounts->count; i++)
		if (mounts->items[i].remote)
			ask_remote(usage, i);
	/* Those that have answered already are taken in the loop all the same: `done` comes later, never from here. */
	waits = false;
	for (size_t i = 0; i < usage->probes.count; i++)
		waits = waits || usage->probes.items[i]->is_asked;
	timer_start(usage->limit, waits ? timeout_ms : 0);
}

void host_usage_free(struct host_usage *usage)
{
	if (!usage)
		return;
	for (size_t i = 0; i < usage->probes.count; i++)
		if (atomic_exchange(&usage->probes.items[i]->state, PROBE_LEFT) == PROBE_ANSWERED)
			probe_free(usage->probes.items[i]);
	vec_release(&usage->probes);
	io_watch_free(usage->watch);
	if (usage->wake >= 0)
		close(usage->wake);
	timer_free(usage->limit);
	free(usage);
}
