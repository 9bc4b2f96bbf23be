#include "runbook/keeper_program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"
#include "loop/child_spawn.h"
#include "runbook/keeper_left.h"

#define TERM_VARIABLE    "TERM=xterm-256color"
#define ROWS_STANDARD    24
#define COLUMNS_STANDARD 80

/* TERM and the mark. */
#define OWN_VARIABLES 2

extern char **environ;

/* What the new process needs. */
struct birth {
	char **arguments, **environment;
	const char *file, *directory;
	int slave, told;
	pid_t parent;
};

/* ---- the new process ---- */

static int become(const struct birth *birth)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return errno;
	/* The keeper may have died before the kernel was asked. */
	if (getppid() != birth->parent)
		return ESRCH;
	if (setsid() < 0 || ioctl(birth->slave, TIOCSCTTY, 0) < 0)
		return errno;
	for (int fd = 0; fd < 3; fd++)
		if (dup2(birth->slave, fd) < 0)
			return errno;
	spawn_keep_rest_out();
	if (birth->directory && chdir(birth->directory) < 0)
		return errno;
	spawn_reset_signals();
	execve(birth->file, birth->arguments, birth->environment);
	return errno;
}

static _Noreturn void run(const struct birth *birth)
{
	struct birth own = *birth;
	int failed;
	ssize_t written;

	/* Its descriptors first, above those that are to be overwritten. */
	own.slave = fcntl(birth->slave, F_DUPFD_CLOEXEC, 3);
	own.told = fcntl(birth->told, F_DUPFD_CLOEXEC, 3);
	failed = own.slave < 0 || own.told < 0 ? errno : become(&own);
	written = write(own.told, &failed, sizeof(failed));
	(void)written;
	_exit(127);
}

/* ---- its surroundings ---- */

/* Those that would tell of another terminal than its own, or of another attempt. */
static bool tells_of_other(const char *variable)
{
	static const char mark[] = KEEPER_MARK_VARIABLE "=";
	static const char *const names[] = { "TERM=", "LINES=", "COLUMNS=", "TERMCAP=", mark };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(variable, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* A pager would wait for keys: nobody is at them. */
static const char *const pagers[] = {
	"PAGER=cat",      "GIT_PAGER=cat", "SYSTEMD_PAGER=cat", "MANPAGER=cat",
	"PSQL_PAGER=cat", "AWS_PAGER=cat", "GH_PAGER=cat",      "BAT_PAGER=cat",
};
#define PAGERS (sizeof(pagers) / sizeof(pagers[0]))

static bool is_of_name(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

/* Does the command itself speak of the variable? Then it knows what it wants of it. */
static bool names_variable(const char *command, const char *entry)
{
	size_t length = strcspn(entry, "=");

	for (const char *at = command; *at; at++)
		if (strncmp(at, entry, length) == 0 && !is_of_name(at[length]) &&
		    (at == command || !is_of_name(at[-1])))
			return true;
	return false;
}

/* The pager that takes the place of what a variable says; NULL: it stays as it is. */
static const char *replacing(const char *command, const char *variable)
{
	for (size_t i = 0; i < PAGERS; i++)
		if (strncmp(variable, pagers[i], strcspn(pagers[i], "=") + 1) == 0)
			return names_variable(command, pagers[i]) ? NULL : pagers[i];
	return NULL;
}

/* Strings are borrowed, but the last OWN_VARIABLES. */
static char **make_environment(const struct keeper_order *order)
{
	const char *const *given = order->environment;
	const char *command = order->command;
	VEC(char *) all = { 0 };

	for (size_t i = 0; given ? given[i] != NULL : environ[i] != NULL; i++) {
		union {
			const char *given;
			char *kept;
		} text = { given ? given[i] : environ[i] };

		if (!tells_of_other(text.given) && !replacing(command, text.given))
			vec_push(&all, text.kept);
	}
	for (size_t i = 0; i < PAGERS; i++) {
		union {
			const char *given;
			char *kept;
		} text = { pagers[i] };

		if (!names_variable(command, pagers[i]))
			vec_push(&all, text.kept);
	}
	vec_push(&all, mem_strdup(TERM_VARIABLE));
	vec_push(&all, mem_printf(KEEPER_MARK_VARIABLE "=%s", order->mark ? order->mark : ""));
	vec_push(&all, NULL);
	return all.items;
}

static void free_environment(char **environment)
{
	size_t count = 0;

	while (environment[count])
		count++;
	for (size_t i = count - OWN_VARIABLES; i < count; i++)
		free(environment[i]);
	free(environment);
}

static int open_terminal(const struct keeper_order *order, int *ret_master, int *ret_slave)
{
	struct winsize size = { .ws_row = order->rows ? order->rows : ROWS_STANDARD,
				.ws_col = order->columns ? order->columns : COLUMNS_STANDARD };
	struct termios mode;
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK), slave = -1, failed;

	if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0)
		slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0) {
		failed = errno;
		if (master >= 0)
			close(master);
		errno = failed;
		return -1;
	}
	if (tcgetattr(slave, &mode) == 0) {
		mode.c_iflag |= IUTF8;
		tcsetattr(slave, TCSANOW, &mode);
	}
	ioctl(slave, TIOCSWINSZ, &size);
	*ret_master = master;
	*ret_slave = slave;
	return 0;
}

/* ---- starting it ---- */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static pid_t give_birth(struct birth *birth, int *ret_failed)
{
	int told[2];
	pid_t pid;

	*ret_failed = 0;
	if (pipe2(told, O_CLOEXEC) < 0) {
		*ret_failed = errno;
		return -1;
	}
	birth->told = told[1];
	birth->parent = getpid();
	pid = fork();
	if (pid == 0)
		run(birth);
	if (pid < 0)
		*ret_failed = errno;
	close(told[1]);
	while (pid > 0 && read(told[0], ret_failed, sizeof(*ret_failed)) < 0 && errno == EINTR)
		continue;
	if (pid > 0 && *ret_failed)
		waitpid(pid, NULL, 0);
	close(told[0]);
	return *ret_failed ? -1 : pid;
}

int program_start(struct program *program, const struct keeper_order *order, struct error *error)
{
	char *name = mem_strdup(last_part(order->shell)), *command = mem_strdup(order->command), option[] = "-c";
	char *arguments[] = { name, option, command, NULL };
	struct birth birth = { .arguments = arguments, .file = order->shell, .directory = order->directory };
	int failed = 0, master = -1;

	*program = (struct program){ .master = -1 };
	if (open_terminal(order, &master, &birth.slave) < 0) {
		failed = errno;
	} else {
		birth.environment = make_environment(order);
		program->pid = give_birth(&birth, &failed);
		free_environment(birth.environment);
		close(birth.slave);
	}
	free(name);
	free(command);
	if (!failed) {
		program->master = master;
		return 0;
	}
	program->pid = 0;
	if (master >= 0)
		close(master);
	if (order->directory && access(order->directory, X_OK) < 0)
		return error_set(error, "%s: %s", order->directory, strerror(errno));
	return error_set(error, "%s: %s", order->shell, strerror(failed));
}

/* ---- its end ---- */

void program_signal(const struct program *program, int number)
{
	pid_t front = tcgetpgrp(program->master);

	kill(-program->pid, number);
	if (front > 0 && front != program->pid)
		kill(-front, number);
	/* One that stands still hears nothing. */
	if (number != SIGKILL) {
		kill(-program->pid, SIGCONT);
		if (front > 0 && front != program->pid)
			kill(-front, SIGCONT);
	}
}

bool program_ended(const struct program *program, int *ret_status, int *ret_signal)
{
	for (;;) {
		siginfo_t info = { 0 };

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0)
			return false;
		if (info.si_pid == program->pid) {
			*ret_status = info.si_code == CLD_EXITED ? info.si_status : -1;
			*ret_signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
			return true;
		}
		/* One that its own parent left to us. */
		waitpid(info.si_pid, NULL, WNOHANG);
	}
}

void program_reap(struct program *program)
{
	if (program->pid > 0)
		waitpid(program->pid, NULL, WNOHANG);
	program->pid = 0;
	if (program->master >= 0)
		close(program->master);
	program->master = -1;
}
