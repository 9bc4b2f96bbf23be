#include "runbook/keeper_process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The name may hold anything, brackets too: what follows the last one is numbers. */
static bool read_line(const char *text, struct process *ret)
{
	const char *name = strchr(text, '('), *rest = strrchr(text, ')');
	int parent, session;

	/* state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime priority nice
	 * threads itrealvalue starttime */
	if (!name || !rest ||
	    sscanf(rest + 1, " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		   &ret->state, &parent, &session, &ret->start) != 4)
		return false;
	ret->parent = parent;
	ret->session = session;
	snprintf(ret->name, sizeof(ret->name), "%.*s", (int)(rest - name - 1), name + 1);
	return true;
}

bool process_read(pid_t pid, struct process *ret)
{
	char path[32], text[1024];
	ssize_t got;
	int fd;

	*ret = (struct process){ .pid = pid };
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	got = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (got <= 0)
		return false;
	text[got] = '\0';
	return read_line(text, ret);
}

static int by_pid(const void *a, const void *b)
{
	const struct process *left = a, *right = b;

	return (left->pid > right->pid) - (left->pid < right->pid);
}

void processes_read(struct processes *ret)
{
	DIR *stream = opendir("/proc");

	vec_clear(&ret->all);
	for (struct dirent *entry; stream && (entry = readdir(stream));) {
		struct process process;

		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    process_read((pid_t)strtol(entry->d_name, NULL, 10), &process))
			vec_push(&ret->all, process);
	}
	if (stream)
		closedir(stream);
	if (ret->all.count)
		qsort(ret->all.items, ret->all.count, sizeof(ret->all.items[0]), by_pid);
}

void processes_release(struct processes *processes)
{
	vec_release(&processes->all);
}

struct process *processes_find(const struct processes *processes, pid_t pid)
{
	struct process wanted = { .pid = pid };

	if (!processes->all.count)
		return NULL;
	return bsearch(&wanted, processes->all.items, processes->all.count, sizeof(wanted), by_pid);
}

bool process_has_ended(const struct process *process)
{
	return process->state == 'Z' || process->state == 'X';
}

bool process_is_there(const struct process *process)
{
	struct process now;

	return process_read(process->pid, &now) && now.start == process->start && !process_has_ended(&now);
}

/* The descriptor is opened first and then compared: what is signalled is the very process that was seen. */
bool process_signal(const struct process *process, int number)
{
	int fd = (int)syscall(SYS_pidfd_open, process->pid, 0);
	bool unknown = fd < 0 && errno == ENOSYS, done = process_is_there(process);

	if (done && fd >= 0)
		done = syscall(SYS_pidfd_send_signal, fd, number, NULL, 0) == 0;
	else if (done)
		done = unknown && kill(process->pid, number) == 0;
	if (fd >= 0)
		close(fd);
	return done;
}
