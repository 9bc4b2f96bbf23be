#include "cli/demo_colony.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
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
#include "config/json.h"

#define PROGRAM         "skep-colony"
#define FOLDER_PREFIX   "skep-demo."
#define READY_MS        20000
#define LOOK_MS         100 /* how often one looks whether it has been called off */
#define END_MS          3000
#define SCRAPE_INTERVAL "5s"
#define FAULT_AGE       "8m"

/* On disk rather than in a runtime folder, which is memory: the history is some hundred megabytes until it is read. */
static const char *parent_folder(void)
{
	const char *chosen = getenv("TMPDIR");

	return chosen && chosen[0] == '/' && access(chosen, W_OK) == 0 ? chosen : "/tmp";
}

static void remove_folder(const char *folder)
{
	DIR *stream = opendir(folder);

	for (struct dirent *entry; stream && (entry = readdir(stream));)
		if (entry->d_name[0] != '.' || (entry->d_name[1] && entry->d_name[1] != '.'))
			unlinkat(dirfd(stream), entry->d_name, 0);
	if (stream)
		closedir(stream);
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

static int make_folder(struct demo_colony *colony, struct error *error)
{
	const char *parent = parent_folder();

	sweep(parent);
	colony->folder = mem_printf("%s/" FOLDER_PREFIX "%ld.XXXXXX", parent, (long)getpid());
	if (!mkdtemp(colony->folder)) {
		error_set(error, "%s: %s", colony->folder, strerror(errno));
		free(colony->folder);
		colony->folder = NULL;
		return -1;
	}
	return 0;
}

/* Beside this program, as it was built or installed; else wherever PATH finds it. */
static char *find_program(void)
{
	char self[PATH_MAX], *folder, *path;
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length <= 0)
		return mem_strdup(PROGRAM);
	self[length] = '\0';
	folder = path_folder(self);
	path = path_join(folder, PROGRAM);
	free(folder);
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return mem_strdup(PROGRAM);
}

/* Between fork and exec: only what is safe there. */
static void become_colony(const char *program, const char **arguments, int out, const char *log,
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

static int start(struct demo_colony *colony, const struct option_strings *faults, const volatile sig_atomic_t *ended,
		 struct error *error)
{
	const char **arguments = mem_array(faults->count * 2 + 10, sizeof(*arguments));
	char *program = find_program(), *log = path_join(colony->folder, "colony.log");
	size_t count = 0;
	int ends[2];

	arguments[count++] = PROGRAM;
	arguments[count++] = "--parent-watch";
	arguments[count++] = "--backfill";
	arguments[count++] = colony->folder;
	arguments[count++] = "--fault-age";
	arguments[count++] = FAULT_AGE;
	for (size_t i = 0; i < faults->count; i++) {
		arguments[count++] = "--fault";
		arguments[count++] = faults->items[i];
	}
	if (pipe2(ends, O_CLOEXEC) < 0) {
		error_set(error, "pipe: %s", strerror(errno));
		ends[0] = -1;
	} else {
		colony->pid = fork();
		if (colony->pid == 0)
			become_colony(program, arguments, ends[1], log, ended);
		if (colony->pid < 0)
			error_set(error, "fork: %s", strerror(errno));
		close(ends[1]);
	}
	free(arguments);
	free(program);
	free(log);
	if (colony->pid > 0)
		return ends[0];
	colony->pid = 0;
	if (ends[0] >= 0)
		close(ends[0]);
	return -1;
}

static int not_started(const struct demo_colony *colony, struct error *error)
{
	char *log = path_join(colony->folder, "colony.log");
	struct strbuf words = STRBUF_INIT;
	size_t length;

	if (path_read(log, 64 * 1024, &words, NULL) < 0)
		strbuf_clear(&words);
	length = words.length;
	while (length && words.text[length - 1] == '\n')
		words.text[--length] = '\0';
	error_set(error, "the simulated colony did not start: %.300s", length ? words.text : "it said nothing");
	strbuf_release(&words);
	free(log);
	return -1;
}

/* "ready FILE", one line; the caller frees the name. */
static char *await_ready(const struct demo_colony *colony, int fd, const volatile sig_atomic_t *ended,
			 struct error *error)
{
	struct strbuf line = STRBUF_INIT;
	int64_t end_ms = clock_monotonic_ms() + READY_MS;
	char *file = NULL;

	for (;;) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int64_t left_ms = end_ms - clock_monotonic_ms();
		char bytes[512];
		ssize_t count;

		if (left_ms <= 0 || *ended)
			break;
		if (poll(&wait, 1, left_ms < LOOK_MS ? (int)left_ms : LOOK_MS) <= 0)
			continue;
		count = read(fd, bytes, sizeof(bytes));
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
		not_started(colony, error);
	return file;
}

/* JSON strings are YAML too. */
static void add_entry(struct strbuf *yaml, const char *name, const char *value)
{
	strbuf_addf(yaml, "%s: ", name);
	strbuf_add_json(yaml, value);
	strbuf_addch(yaml, '\n');
}

static void add_list(struct strbuf *yaml, const char *name, const struct option_strings *items)
{
	if (!items->count)
		return;
	strbuf_addf(yaml, "%s:\n", name);
	for (size_t i = 0; i < items->count; i++) {
		strbuf_addstr(yaml, "  - ");
		strbuf_add_json(yaml, items->items[i]);
		strbuf_addch(yaml, '\n');
	}
}

static void add_pairs(struct strbuf *yaml, const char *name, const struct option_strings *pairs)
{
	if (!pairs->count)
		return;
	strbuf_addf(yaml, "%s:\n", name);
	for (size_t i = 0; i < pairs->count; i++) {
		const char *equals = strchr(pairs->items[i], '=');

		strbuf_addf(yaml, "  %.*s: ", (int)(equals - pairs->items[i]), pairs->items[i]);
		strbuf_add_json(yaml, equals + 1);
		strbuf_addch(yaml, '\n');
	}
}

static void add_collectors(struct strbuf *yaml, const cJSON *state)
{
	const cJSON *service;

	strbuf_addstr(yaml, "collect:\n");
	cJSON_ArrayForEach(service, json_get(state, "services"))
	{
		strbuf_addstr(yaml, "  - { type: scrape, interval: " SCRAPE_INTERVAL ", timeout: 2s, job: ");
		strbuf_add_json(yaml, json_string(service, "job", ""));
		strbuf_addstr(yaml, ", targets: [");
		strbuf_add_json(yaml, json_string(service, "url", ""));
		strbuf_addstr(yaml, "] }\n");
	}
	strbuf_addstr(yaml, "  - { type: history, job: raw, file: raw.om, remove: true }\n");
	/* Ten minutes of scrapes. */
	strbuf_addstr(yaml, "  - { type: history, job: thinned, file: thinned.om, remove: true, thinned: true, "
			    "stands_for: 120 }\n");
}

static int write_system(struct demo_colony *colony, const struct demo_system *system, const char *state_file,
			struct error *error)
{
	struct strbuf yaml = STRBUF_INIT;
	struct error_list errors;
	cJSON *state;
	int result = -1;

	error_list_init(&errors);
	state = json_read(state_file, &errors);
	error_list_release(&errors);
	if (!state)
		return error_set(error, "%s: no state of a colony", state_file);
	add_entry(&yaml, "system", system->name);
	add_entry(&yaml, "title", system->title);
	add_entry(&yaml, "environment", "demo");
	add_entry(&yaml, "target", "simulated");
	add_entry(&yaml, "scrape_interval", SCRAPE_INTERVAL);
	add_list(&yaml, "dashboards", &system->dashboards);
	if (system->map_file)
		add_entry(&yaml, "map", system->map_file);
	add_pairs(&yaml, "variables", &system->variables);
	add_collectors(&yaml, state);
	colony->system_file = path_join(colony->folder, "system.yaml");
	result = path_write(colony->system_file, yaml.text, yaml.length, error);
	strbuf_release(&yaml);
	cJSON_Delete(state);
	return result;
}

int demo_colony_open(struct demo_colony *colony, const struct demo_system *system, const struct option_strings *faults,
		     const volatile sig_atomic_t *ended, struct error *error)
{
	int fd;

	memset(colony, 0, sizeof(*colony));
	if (make_folder(colony, error) < 0)
		return -1;
	fd = start(colony, faults, ended, error);
	if (fd < 0)
		return -1;
	colony->state_file = await_ready(colony, fd, ended, error);
	close(fd);
	if (!colony->state_file)
		return -1;
	setenv("SKEP_COLONY", colony->state_file, 1);
	return write_system(colony, system, colony->state_file, error);
}

void demo_colony_close(struct demo_colony *colony)
{
	int64_t end_ms = clock_monotonic_ms() + END_MS;

	if (colony->pid) {
		kill(colony->pid, SIGTERM);
		while (waitpid(colony->pid, NULL, WNOHANG) == 0) {
			if (clock_monotonic_ms() > end_ms)
				kill(colony->pid, SIGKILL);
			poll(NULL, 0, 10);
		}
	}
	if (colony->folder)
		remove_folder(colony->folder);
	/* One that could end by itself has taken it away. */
	if (colony->state_file && access(colony->state_file, F_OK) == 0) {
		char *folder = path_folder(colony->state_file);

		remove_folder(folder);
		free(folder);
	}
	free(colony->state_file);
	free(colony->folder);
	free(colony->system_file);
	memset(colony, 0, sizeof(*colony));
}
