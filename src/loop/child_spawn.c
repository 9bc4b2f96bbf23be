#include "loop/child_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"

/* The new process runs on a stack of its own until it is another program. */
#define STACK_BYTES (64u * 1024)

#define DESCRIPTORS_OLD 4096

extern char **environ;

/* What the new process needs; it shares skep's memory and must change none of it but its stack. */
struct launch {
	const struct spawn *spawn;
	const char *file;
	char **arguments, **environment;
	int told; /* where it tells errno */
	pid_t parent;
	char *second_stack; /* of a detached one: its end; it is started by a process that is gone at once */
};

static bool is_program(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

char *spawn_find(const char *program, const char *path, struct error *error)
{
	bool seen = false;

	if (!*program) {
		error_set(error, "no program is named");
		return NULL;
	}
	if (strchr(program, '/'))
		return mem_strdup(program);
	for (const char *at = path; at; at = strchr(at, ':') ? strchr(at, ':') + 1 : NULL) {
		int length = (int)strcspn(at, ":");
		char *file = length ? mem_printf("%.*s/%s", length, at, program) : mem_printf("./%s", program);

		if (is_program(file))
			return file;
		seen = seen || access(file, F_OK) == 0;
		free(file);
	}
	error_set(error, seen ? "%s: found in PATH, but not executable" : "%s: not found in PATH", program);
	return NULL;
}

/* Kernels before 5.11 have to be told of each. */
void spawn_keep_rest_out(void)
{
	if (close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) == 0)
		return;
	for (int fd = 3; fd < DESCRIPTORS_OLD; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* Handlers of skep's would run in this process on skep's own memory: none is left when signals are let in. */
void spawn_reset_signals(void)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &standard, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool same_name(const char *a, const char *b)
{
	size_t length = strcspn(a, "=");

	return strncmp(a, b, length) == 0 && b[length] == '=';
}

/* skep's own with the additions; the strings are borrowed. The last of equal names wins. */
static char **make_environment(const char *const *additions)
{
	VEC(char *) all = { 0 };

	for (char **at = environ; at && *at; at++)
		vec_push(&all, *at);
	for (; additions && *additions; additions++) {
		union {
			const char *given;
			char *kept;
		} text = { *additions };
		size_t i = 0;

		while (i < all.count && !same_name(text.given, all.items[i]))
			i++;
		if (i < all.count)
			all.items[i] = text.kept;
		else
			vec_push(&all, text.kept);
	}
	vec_push(&all, NULL);
	return all.items;
}

static const char *find_path(char *const *environment)
{
	for (; *environment; environment++)
		if (strncmp(*environment, "PATH=", 5) == 0)
			return *environment + 5;
	return SPAWN_PATH;
}

static int set_descriptors(const struct launch *launch)
{
	for (int i = 0; i < 3; i++) {
		int fd = launch->spawn->stdio[i];

		if (fd == i ? fcntl(fd, F_SETFD, 0) < 0 : dup2(fd, i) < 0)
			return -1;
	}
	spawn_keep_rest_out();
	return 0;
}

static int become(const struct launch *launch)
{
	if (!launch->spawn->detached) {
		if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
			return errno;
		/* skep may have died before the kernel was asked. */
		if (getppid() != launch->parent)
			return ESRCH;
	}
	if (set_descriptors(launch) < 0)
		return errno;
	if (launch->spawn->folder && chdir(launch->spawn->folder) < 0)
		return errno;
	spawn_reset_signals();
	execve(launch->file, launch->arguments, launch->environment);
	return errno;
}

/* Returning ends the process, without anything that is skep's being run. */
static int run(void *user)
{
	const struct launch *launch = user;
	int failed = become(launch);
	ssize_t written = write(launch->told, &failed, sizeof(failed));

	(void)written;
	return 127;
}

/* Leads the session of a detached program, which therefore can get no terminal, and ends as soon as that one runs. */
static int run_detached(void *user)
{
	const struct launch *launch = user;
	int failed = 0;
	ssize_t written;

	if (setsid() < 0 || clone(run, launch->second_stack, CLONE_VM | CLONE_VFORK | SIGCHLD, user) < 0)
		failed = errno;
	if (failed) {
		written = write(launch->told, &failed, sizeof(failed));
		(void)written;
	}
	return 0;
}

/* Memory is shared and skep waits until the program runs or failed to: some tenths of a millisecond. */
static pid_t launch_process(struct launch *launch)
{
	char *stack = mem_alloc((size_t)2 * STACK_BYTES);
	sigset_t all, before;
	pid_t pid;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	launch->second_stack = stack + (size_t)2 * STACK_BYTES;
	pid = clone(launch->spawn->detached ? run_detached : run, stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | SIGCHLD,
		    launch);
	failed = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	free(stack);
	errno = failed;
	return pid;
}

/* Ended children would vanish unseen if whoever started skep had it ignore their signal. */
static void keep_ended_children(void)
{
	struct sigaction now;

	if (sigaction(SIGCHLD, NULL, &now) == 0 && now.sa_handler == SIG_IGN)
		signal(SIGCHLD, SIG_DFL);
}

/* Not among 0 to 2, which the new process overwrites. */
static int pipe_above(int ret[2])
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		ret[i] = ends[i] > 2 ? ends[i] : fcntl(ends[i], F_DUPFD_CLOEXEC, 3);
		if (ends[i] <= 2)
			close(ends[i]);
	}
	return 0;
}

static pid_t launch_and_hear(struct launch *launch, struct error *error)
{
	int told[2], failed = 0;
	pid_t pid;

	if (pipe_above(told) < 0)
		return error_set(error, "%s: cannot be started: %s", launch->file, strerror(errno));
	launch->told = told[1];
	pid = launch_process(launch);
	if (pid < 0)
		failed = errno;
	close(told[1]);
	if (pid > 0 && read(told[0], &failed, sizeof(failed)) == (ssize_t)sizeof(failed)) {
		waitpid(pid, NULL, 0);
		pid = -1;
	}
	close(told[0]);
	if (pid > 0 && launch->spawn->detached) {
		waitpid(pid, NULL, 0);
		pid = 0;
	}
	if (pid < 0 && launch->spawn->folder && access(launch->spawn->folder, X_OK) < 0)
		return error_set(error, "%s: %s", launch->spawn->folder, strerror(errno));
	if (pid < 0)
		return error_set(error, "%s: %s", launch->file, strerror(failed));
	return pid;
}

/* The array as execve wants it; its strings are borrowed. */
static char **copy_array(const char *const *items)
{
	VEC(char *) all = { 0 };

	for (; *items; items++) {
		union {
			const char *given;
			char *kept;
		} text = { *items };

		vec_push(&all, text.kept);
	}
	vec_push(&all, NULL);
	return all.items;
}

pid_t spawn_start(const struct spawn *spawn, struct error *error)
{
	struct launch launch = { .spawn = spawn, .parent = getpid() };
	char *file;
	pid_t pid;

	if (!spawn->arguments[0])
		return error_set(error, "no program is named");
	launch.environment = make_environment(spawn->environment);
	file = spawn_find(spawn->arguments[0], find_path(launch.environment), error);
	if (!file) {
		free(launch.environment);
		return -1;
	}
	launch.file = file;
	launch.arguments = copy_array(spawn->arguments);
	keep_ended_children();
	pid = launch_and_hear(&launch, error);
	free(launch.arguments);
	free(launch.environment);
	free(file);
	return pid;
}
