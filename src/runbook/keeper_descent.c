/* Everything a program started, found in /proc and killed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/vec.h"
#include "runbook/keeper_program.h"

/* Each round kills all that is seen; who forks faster than that for so long is left to the end of its terminal. */
#define ROUNDS   50
#define PAUSE_US 2000

struct process {
	pid_t pid, parent, session;
	char state;
	unsigned long long start; /* with the process id: one process, and no later one */
	bool ours;
};

/* The command's name may hold anything, brackets too: what follows the last one is numbers. */
static bool read_process(const char *name, struct process *ret)
{
	char path[64], text[1024];
	const char *rest;
	int parent, session, fd;
	ssize_t got;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (got <= 0)
		return false;
	text[got] = '\0';
	rest = strrchr(text, ')');
	/* state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime priority nice
	 * threads itrealvalue starttime */
	if (!rest || sscanf(rest + 1, " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
			    &ret->state, &parent, &session, &ret->start) != 4)
		return false;
	ret->pid = (pid_t)strtol(name, NULL, 10);
	ret->parent = parent;
	ret->session = session;
	ret->ours = false;
	return true;
}

struct processes {
	VEC(struct process) all;
};

static void read_processes(struct processes *processes)
{
	DIR *stream = opendir("/proc");

	vec_clear(&processes->all);
	for (struct dirent *entry; stream && (entry = readdir(stream));) {
		struct process process;

		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && read_process(entry->d_name, &process))
			vec_push(&processes->all, process);
	}
	if (stream)
		closedir(stream);
}

static int by_pid(const void *a, const void *b)
{
	const struct process *left = a, *right = b;

	return (left->pid > right->pid) - (left->pid < right->pid);
}

static bool parent_is_ours(const struct processes *processes, const struct process *process)
{
	struct process wanted = { .pid = process->parent };
	const struct process *parent =
		bsearch(&wanted, processes->all.items, processes->all.count, sizeof(wanted), by_pid);

	return parent && parent->ours;
}

/* In the program's session, our children (those whose parents ended became ours), and theirs, down to the last. */
static void mark_ours(struct processes *processes, const struct program *program)
{
	pid_t self = getpid();
	bool more = true;

	if (processes->all.count)
		qsort(processes->all.items, processes->all.count, sizeof(processes->all.items[0]), by_pid);
	while (more) {
		more = false;
		for (size_t i = 0; i < processes->all.count; i++) {
			struct process *process = &processes->all.items[i];

			if (process->ours)
				continue;
			process->ours = process->session == program->pid || process->parent == self ||
					parent_is_ours(processes, process);
			more = more || process->ours;
		}
	}
}

/* The descriptor is opened first and then compared: what is killed is the very process that was seen. */
static bool kill_process(const struct process *process)
{
	struct process now;
	char name[16];
	int fd = (int)syscall(SYS_pidfd_open, process->pid, 0);
	bool same, unknown = fd < 0 && errno == ENOSYS;

	snprintf(name, sizeof(name), "%d", process->pid);
	same = read_process(name, &now) && now.start == process->start;
	if (same && fd >= 0)
		same = syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0;
	else if (same)
		same = unknown && kill(process->pid, SIGKILL) == 0;
	if (fd >= 0)
		close(fd);
	return same;
}

bool program_end_all(const struct program *program)
{
	struct processes processes = { 0 };
	bool any = false;

	for (int round = 0; round < ROUNDS; round++) {
		bool left = false;
		int status, number;

		read_processes(&processes);
		mark_ours(&processes, program);
		for (size_t i = 0; i < processes.all.count; i++) {
			const struct process *process = &processes.all.items[i];

			if (process->ours && process->state != 'Z' && process->state != 'X')
				left = kill_process(process) || left;
		}
		program_ended(program, &status, &number);
		if (!left)
			break;
		any = true;
		usleep(PAUSE_US);
	}
	vec_release(&processes.all);
	return any;
}
