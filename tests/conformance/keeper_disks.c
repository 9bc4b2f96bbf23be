/* Disks without room, and without leave to write. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "keeper_trial.h"

#define LIMIT_MS 60000

/* Fill what is left, but for `spare` bytes. */
static void fill(const char *folder, size_t spare)
{
	char *path = mem_printf("%s/ballast", folder), piece[4096] = { 0 };
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	off_t size = 0;

	for (ssize_t wrote = 0; fd >= 0 && (wrote = write(fd, piece, sizeof(piece))) > 0;)
		size += wrote;
	if (fd >= 0 && ftruncate(fd, size > (off_t)spare ? size - (off_t)spare : 0) < 0)
		printf("FAULT: no ballast\n");
	if (fd >= 0)
		close(fd);
	free(path);
}

/* There is no room at the start: nothing is run. */
static int try_full(const char *parent)
{
	struct keeper_order order = { .command = "echo x >>/tmp/never-$PPID; echo it ran" };
	struct trial trial;
	int faults = 0;

	trial_open(&trial, parent, 1);
	trial_start_order(&trial, &order);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS) && keeper_phase(trial.keeper) == KEEPER_NEVER,
			 "full: phase %d", keeper_phase(trial.keeper));
	faults += expect(strncmp(keeper_outcome(trial.keeper)->reason, "never ran: ", 11) == 0, "full: '%s'",
			 keeper_outcome(trial.keeper)->reason);
	printf("full: %s\n", keeper_outcome(trial.keeper)->reason);
	trial_let_go(&trial);
	trial_attach(&trial);
	faults +=
		expect(keeper_phase(trial.keeper) == KEEPER_NEVER, "full: later phase %d", keeper_phase(trial.keeper));
	trial_close(&trial);
	return faults;
}

/* The disk becomes full while it runs: output and outcome are there all the same. */
static int try_filling(const char *parent)
{
	struct trial trial;
	int faults = 0;

	trial_open(&trial, parent, 2);
	trial_start(&trial, "echo begun; read -r x; seq 300000; exit 6", 0);
	faults += expect(trial_wait_text(&trial, "begun", LIMIT_MS), "filling: it does not begin");
	fill(parent, 0);
	keeper_input(trial.keeper, "\r", 1);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS) && keeper_phase(trial.keeper) == KEEPER_ENDED &&
				 keeper_outcome(trial.keeper)->status == 6,
			 "filling: phase %d, status %d", keeper_phase(trial.keeper),
			 keeper_outcome(trial.keeper)->status);
	faults += expect(trial_shows(&trial, "300000"), "filling: no output");
	trial_let_go(&trial);
	trial_attach(&trial);
	faults += expect(keeper_phase(trial.keeper) == KEEPER_ENDED && trial_shows(&trial, "begun") &&
				 trial_shows(&trial, "300000"),
			 "filling: later phase %d", keeper_phase(trial.keeper));
	trial_close(&trial);
	return faults;
}

static int try_read_only(const char *parent)
{
	char *folder = mem_printf("%s/read-only", parent), *inner = mem_printf("%s/none", folder);
	struct trial trial;
	int faults = 0;

	mkdir(folder, 0700);
	if (mount(folder, folder, NULL, MS_BIND, NULL) < 0 ||
	    mount(NULL, folder, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) < 0) {
		printf("read-only: no mount allowed\n");
	} else {
		trial_open(&trial, folder, 1);
		trial_start(&trial, "echo it ran", 0);
		faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS) &&
					 keeper_phase(trial.keeper) == KEEPER_NEVER &&
					 strstr(keeper_outcome(trial.keeper)->reason, "read-only file system"),
				 "read-only: '%s'", keeper_outcome(trial.keeper)->reason);
		trial_close(&trial);
		umount(folder);
	}
	free(folder);
	free(inner);
	return faults;
}

/* A small file system of its own, where the kernel lets us. */
static bool mount_small(const char *folder)
{
	mkdir(folder, 0700);
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", folder, "tmpfs", 0, "size=3m") == 0;
}

static int try_all(const char *parent)
{
	char *small = mem_printf("%s/small", parent), *ballast = mem_printf("%s/ballast", small);
	int faults;

	if (mount_small(small)) {
		fill(small, 256 * 1024);
		faults = try_full(small);
		unlink(ballast);
		faults += try_filling(small) + try_read_only(small);
	} else {
		struct rlimit limit;

		printf("disks: no mount allowed: the size of files is limited instead\n");
		signal(SIGXFSZ, SIG_IGN);
		getrlimit(RLIMIT_FSIZE, &limit);
		limit.rlim_cur = 512 * 1024;
		setrlimit(RLIMIT_FSIZE, &limit);
		faults = try_full(parent);
	}
	free(ballast);
	free(small);
	return faults;
}

int trial_disks(const char *parent)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		int faults = try_all(parent);

		fflush(stdout);
		_exit(faults ? 1 : 0);
	}
	waitpid(child, &status, 0);
	return status ? 1 : 0;
}
