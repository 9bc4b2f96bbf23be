#include "cli/simulation.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "cli/command.h"

#define FOLDER_PREFIX "skep-demo."
#define FOLDER_DEPTH  10 /* folders in folders that are taken away: a run has its steps', their attempts' */
#define READY_MS      60000
#define LOOK_MS       100  /* how often one looks whether it has been called off */
#define REFUSAL_MS    1000 /* between its last word and its end */
#define END_MS        8000 /* a simulation takes its files away itself: only one that hangs is killed */
#define LOG           "simulation.log"

/* ---- folders ---- */

/* On disk rather than in a runtime folder, which is memory: the history is some hundred megabytes until it is read. */
static const char *parent_folder(void)
{
	const char *chosen = getenv("TMPDIR");

	return chosen && chosen[0] == '/' && access(chosen, W_OK) == 0 ? chosen : "/tmp";
}

/* What lies below `folder`, as deep as anything is put there; a link is taken away, not followed. */
static void empty_folder(int parent, const char *folder, int depth)
{
	int fd = openat(parent, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;

	if (fd >= 0 && !stream)
		close(fd);
	for (struct dirent *entry; stream && (entry = readdir(stream));) {
		if (entry->d_name[0] == '.' && (!entry->d_name[1] || (entry->d_name[1] == '.' && !entry->d_name[2])))
			continue;
		if (unlinkat(fd, entry->d_name, 0) == 0 || depth <= 1)
			continue;
		empty_folder(fd, entry->d_name, depth - 1);
		unlinkat(fd, entry->d_name, AT_REMOVEDIR);
	}
	if (stream)
		closedir(stream);
}

static void remove_folder(const char *folder)
{
	empty_folder(AT_FDCWD, folder, FOLDER_DEPTH);
	rmdir(folder);
}

/* Folders of demos that were killed before they could clean up: their process is gone. */
static void sweep(const char *parent)
{
	DIR *stream = opendir(parent);

	for (struct dirent *entry; stream && (entry = readdir(stream));) {
		size_t prefix = sizeof(FOLDER_PREFIX) - 1;
		struct stat status;
		long pid;

		if (strncmp(entry->d_name, FOLDER_PREFIX, prefix) != 0)
			continue;
		pid = strtol(entry->d_name + prefix, NULL, 10);
		if (pid <= 0 || kill((pid_t)pid, 0) == 0 || errno != ESRCH ||
		    fstatat(dirfd(stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISDIR(status.st_mode) || status.st_uid != getuid())
			continue;
		char *folder = path_join(parent, entry->d_name);
		remove_folder(folder);
		free(folder);
	}
	if (stream)
		closedir(stream);
}

static int make_folder(struct simulation *simulation, struct error *error)
{
	const char *parent = parent_folder();

	sweep(parent);
	simulation->folder = mem_printf("%s/" FOLDER_PREFIX "%ld.XXXXXX", parent, (long)getpid());
	if (!mkdtemp(simulation->folder)) {
		error_set(error, "%s: %s", simulation->folder, strerror(errno));
		free(simulation->folder);
		simulation->folder = NULL;
		return -1;
	}
	return 0;
}

/* ---- the process ---- */

/* `name` in a folder of a list of them, when it can be run there; NULL. */
static char *program_in(const char *folder, size_t length, const char *name)
{
	char *copy = mem_strndup(folder, length), *path = path_join(copy, name);

	free(copy);
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *simulation_program(const char *name)
{
	const char *rest = getenv("PATH");
	char self[PATH_MAX], *folder, *path = NULL;
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length > 0) {
		self[length] = '\0';
		folder = path_folder(self);
		path = program_in(folder, strlen(folder), name);
		free(folder);
	}
	while (!path && rest && *rest) {
		size_t part = strcspn(rest, ":");

		if (part)
			path = program_in(rest, part, name);
		rest += part + (rest[part] == ':');
	}
	return path;
}

bool simulation_can(const struct demo_kind *kind)
{
	char *path = simulation_program(kind->program);

	free(path);
	return path != NULL;
}

/* Between fork and exec: only what is safe there. */
static void become_simulation(const char *program, const char **arguments, int out, const char *log,
			      const volatile sig_atomic_t *ended)
{
	static const int ending[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };
	int null = open("/dev/null", O_RDONLY), errors = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	union {
		const char **constant;
		char **plain;
	} words = { arguments };
	sigset_t none;

	/* A signal that the demo's own handler took on the way here would else be lost. */
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		signal(ending[i], SIG_DFL);
	if (*ended)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Out of the terminal's foreground group: Ctrl-C is the console's. */
	setpgid(0, 0);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(errors, STDERR_FILENO);
	execvp(program, words.plain);
	dprintf(STDERR_FILENO, "%s: %s\n", program, strerror(errno));
	_exit(127);
}

/* The process, its standard output in `ends[1]`. */
static void run_program(struct simulation *simulation, const char *program, const char **arguments, const int ends[2],
			const volatile sig_atomic_t *ended, struct error *error)
{
	char *log = path_join(simulation->folder, LOG);

	simulation->pid = fork();
	if (simulation->pid == 0)
		become_simulation(program, arguments, ends[1], log, ended);
	if (simulation->pid < 0) {
		error_set(error, "fork: %s", strerror(errno));
		simulation->pid = 0;
	}
	free(log);
}

int simulation_start(struct simulation *simulation, const struct demo_kind *kind, const char *const *faults,
		     size_t count, int64_t age_ms, const volatile sig_atomic_t *ended, struct error *error)
{
	const char **arguments = mem_array(count * 2 + 10, sizeof(*arguments));
	char *program = simulation_program(kind->program);
	char age[32];
	size_t used = 0;
	int ends[2];

	snprintf(age, sizeof(age), "%" PRId64 "ms", age_ms);
	*simulation = (struct simulation){ .kind = kind, .ready = -1 };
	if (!program) {
		error_set(error, "%s is not installed", kind->program);
	} else if (make_folder(simulation, error) < 0) {
		;
	} else if (pipe2(ends, O_CLOEXEC) < 0) {
		error_set(error, "pipe: %s", strerror(errno));
	} else {
		arguments[used++] = kind->program;
		arguments[used++] = "--parent-watch";
		arguments[used++] = "--backfill";
		arguments[used++] = simulation->folder;
		arguments[used++] = "--fault-age";
		arguments[used++] = age;
		for (size_t i = 0; i < count; i++) {
			arguments[used++] = "--fault";
			arguments[used++] = faults[i];
		}
		run_program(simulation, program, arguments, ends, ended, error);
		simulation->ready = ends[0];
		close(ends[1]);
	}
	free(arguments);
	free(program);
	return simulation->pid ? 0 : -1;
}

/* Has it ended by itself, with the status of a bad command line? */
static bool has_refused(struct simulation *simulation)
{
	int64_t end_ms = clock_monotonic_ms() + REFUSAL_MS;
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(simulation->pid, &status, WNOHANG)) == 0 && clock_monotonic_ms() < end_ms)
		poll(NULL, 0, 10);
	if (ended != simulation->pid)
		return false;
	simulation->pid = 0;
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_USAGE;
}

/* Its words without its name. */
static char *own_words(const struct simulation *simulation, const char *words)
{
	size_t length = strlen(simulation->kind->program);
	bool named = strncmp(words, simulation->kind->program, length) == 0 && strncmp(words + length, ": ", 2) == 0;

	return mem_strdup(named ? words + length + 2 : words);
}

static int not_started(struct simulation *simulation, struct error *error)
{
	char *log = path_join(simulation->folder, LOG);
	struct strbuf words = STRBUF_INIT;
	size_t length;

	if (path_read(log, 64 * 1024, &words, NULL) < 0)
		strbuf_clear(&words);
	length = words.length;
	while (length && words.text[length - 1] == '\n')
		words.text[--length] = '\0';
	if (length && has_refused(simulation))
		simulation->refusal = own_words(simulation, words.text);
	else
		error_set(error, "the simulated %s did not start: %.300s", simulation->kind->noun,
			  length ? words.text : "it said nothing");
	strbuf_release(&words);
	free(log);
	return -1;
}

/* "ready FILE", one line; the caller frees the name. */
static char *await_ready(struct simulation *simulation, const volatile sig_atomic_t *ended, struct error *error)
{
	struct strbuf line = STRBUF_INIT;
	int64_t end_ms = clock_monotonic_ms() + READY_MS;
	char *file = NULL;

	for (;;) {
		struct pollfd wait = { .fd = simulation->ready, .events = POLLIN };
		int64_t left_ms = end_ms - clock_monotonic_ms();
		char bytes[512];
		ssize_t count;

		if (left_ms <= 0 || *ended)
			break;
		if (poll(&wait, 1, left_ms < LOOK_MS ? (int)left_ms : LOOK_MS) <= 0)
			continue;
		count = read(simulation->ready, bytes, sizeof(bytes));
		if (count <= 0)
			break;
		strbuf_add(&line, bytes, (size_t)count);
		if (memchr(line.text, '\n', line.length))
			break;
	}
	if (line.length > 6 && memcmp(line.text, "ready ", 6) == 0)
		file = mem_strndup(line.text + 6, strcspn(line.text + 6, "\n"));
	strbuf_release(&line);
	if (!file && !*ended)
		not_started(simulation, error);
	return file;
}

int simulation_await(struct simulation *simulation, const volatile sig_atomic_t *ended, struct error *error)
{
	simulation->state_file = await_ready(simulation, ended, error);
	if (!simulation->state_file)
		return -1;
	setenv(simulation->kind->variable, simulation->state_file, 1);
	return 0;
}

/* ---- the end ---- */

void simulation_call_off(const struct simulation *simulation)
{
	if (simulation->pid)
		kill(simulation->pid, SIGTERM);
}

static void end_process(struct simulation *simulation)
{
	int64_t end_ms = clock_monotonic_ms() + END_MS;

	if (!simulation->pid)
		return;
	simulation_call_off(simulation);
	while (waitpid(simulation->pid, NULL, WNOHANG) == 0) {
		if (clock_monotonic_ms() > end_ms)
			kill(simulation->pid, SIGKILL);
		poll(NULL, 0, 10);
	}
}

void simulation_end(struct simulation *simulation)
{
	end_process(simulation);
	if (simulation->ready >= 0)
		close(simulation->ready);
	if (simulation->folder)
		remove_folder(simulation->folder);
	/* One that could end by itself has taken it away. */
	if (simulation->state_file && access(simulation->state_file, F_OK) == 0) {
		char *folder = path_folder(simulation->state_file);

		remove_folder(folder);
		free(folder);
	}
	free(simulation->state_file);
	free(simulation->refusal);
	free(simulation->folder);
	free(simulation->system_file);
	*simulation = (struct simulation){ .ready = -1 };
}
