/* A disk that becomes full, and has room again. */
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "journal_trial.h"

#define EVENTS   300
#define LIMIT_MS 60000

struct filler {
	struct desk desk;
	char *ballast; /* a file that takes room; NULL: the size of files is limited instead */
	struct rlimit before;
	int appended, told;
	bool refused, freed;
	int64_t until_ms;
	char reason[160];
	size_t waited;
};

static void on_event(void *user, const struct journal_event *event)
{
	struct filler *filler = user;

	(void)event;
	filler->told++;
}

static void append(struct filler *filler)
{
	char *body = make_body((uint64_t)filler->appended++, 4000);

	journal_append(filler->desk.journal, &(struct journal_event){ .system = "s", .kind = "k", .body = body });
	free(body);
}

static void make_room(struct filler *filler)
{
	filler->freed = true;
	if (filler->ballast)
		unlink(filler->ballast);
	else
		setrlimit(RLIMIT_FSIZE, &filler->before);
}

static void on_tick(void *user)
{
	struct filler *filler = user;
	struct journal_health health;

	journal_get_health(filler->desk.journal, &health);
	if (filler->appended < EVENTS)
		append(filler);
	if (*health.reason && !filler->refused) {
		filler->refused = true;
		snprintf(filler->reason, sizeof(filler->reason), "%s", health.reason);
	}
	if (filler->refused && filler->appended == EVENTS && !filler->freed) {
		filler->waited = health.waiting;
		make_room(filler);
	}
	if ((filler->freed && !health.waiting) || clock_monotonic_ms() > filler->until_ms)
		loop_stop(filler->desk.loop);
	timer_start(filler->desk.timer, 2);
}

/* A small file system of its own, where the kernel lets us. What is left beside the ballast is too little for the
 * trial's events, all of it is enough. */
static char *mount_small(const char *folder)
{
	char *ballast;
	int fd;

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", folder, "tmpfs", 0, "size=2m"))
		return NULL;
	ballast = mem_printf("%s/ballast", folder);
	fd = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || posix_fallocate(fd, 0, 3 * 512 * 1024))
		printf("FAULT: no ballast\n");
	close(fd);
	return ballast;
}

static int fill(const char *folder)
{
	char *small = mem_printf("%s/small", folder), *path = mem_printf("%s/full.db", small);
	struct filler filler = { .until_ms = clock_monotonic_ms() + LIMIT_MS };
	struct rlimit limit;
	int64_t count = 0;
	int faults = 0;

	mkdir(small, 0700);
	filler.ballast = mount_small(small);
	getrlimit(RLIMIT_FSIZE, &filler.before);
	if (!filler.ballast) {
		signal(SIGXFSZ, SIG_IGN);
		limit = filler.before;
		limit.rlim_cur = 512 * 1024;
		setrlimit(RLIMIT_FSIZE, &limit);
	}
	desk_open(&filler.desk, &(struct journal_config){ .path = path, .on_event = on_event, .user = &filler },
		  on_tick);
	loop_run(filler.desk.loop);
	desk_close(&filler.desk);
	faults += inspect(path, &count);
	printf("full: on %s: '%s', %zu events waited, then %" PRId64 " of %d are there\n",
	       filler.ballast ? "a full tmpfs" : "files of limited size (no mount allowed)", filler.reason,
	       filler.waited, count, EVENTS);
	if (!filler.refused || !filler.waited || count != EVENTS || filler.told != EVENTS) {
		printf("FAULT: refused %d, told %d\n", filler.refused, filler.told);
		faults++;
	}
	free(filler.ballast);
	free(small);
	free(path);
	return faults;
}

int trial_full(const char *folder)
{
	int status = 0;
	char *small;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		status = fill(folder) ? 1 : 0;
		fflush(stdout);
		_exit(status);
	}
	waitpid(child, &status, 0);
	small = mem_printf("%s/small/full.db", folder);
	unlink(small);
	free(small);
	return status ? 1 : 0;
}
