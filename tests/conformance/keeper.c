/*
 * keeper [TRIAL...]
 *
 * What a step's keeper promises, tried on real programs: how they end, what is
 * left of what they started, floods, several consoles, deaths of consoles and
 * keepers, full disks. The keeper is $SKEP_KEEPER, or found as skep finds it.
 * See keeper-kills for deaths at any moment.
 */
#include "keeper_trial.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "runbook/keeper_process.h"

int expect(bool holds, const char *format, ...)
{
	va_list arguments;

	if (holds)
		return 0;
	printf("FAULT: ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	return 1;
}

/* ---- one console ---- */

static void on_limit(void *user)
{
	struct trial *trial = user;

	trial->late = true;
	loop_stop(trial->loop);
}

static void on_poke(void *user)
{
	struct trial *trial = user;

	loop_stop(trial->loop);
}

static void see(struct trial *trial)
{
	struct keeper_output output;

	keeper_get_output(trial->keeper, &output);
	trial->sank = trial->sank || output.total < trial->last_total;
	trial->last_total = output.total;
	if (keeper_phase(trial->keeper) >= trial->until || (trial->awaited && trial_shows(trial, trial->awaited)))
		loop_stop(trial->loop);
}

static void on_change(void *user)
{
	see(user);
}

void trial_open(struct trial *trial, const char *parent, int attempt)
{
	*trial = (struct trial){ .loop = loop_new(NULL), .folder = mem_printf("%s/attempt-%d", parent, attempt) };
	strbuf_init(&trial->raw);
	trial->limit = timer_new(trial->loop, on_limit, trial);
	trial->poke = timer_new(trial->loop, on_poke, trial);
	trial->until = KEEPER_ENDED;
}

void trial_let_go(struct trial *trial)
{
	keeper_free(trial->keeper);
	trial->keeper = NULL;
	trial->last_total = 0;
}

bool trial_keeper_goes(const struct trial *trial, int64_t limit_ms)
{
	int64_t until_ms = clock_monotonic_ms() + limit_ms;

	while (trial_keeper_pid(trial) && clock_monotonic_ms() < until_ms)
		usleep(5000);
	return !trial_keeper_pid(trial);
}

/* A keeper that still writes would bring back what is taken away. */
void trial_close(struct trial *trial)
{
	if (trial->keeper && keeper_phase(trial->keeper) >= KEEPER_ENDED)
		trial_keeper_goes(trial, 3000);
	trial_let_go(trial);
	timer_free(trial->limit);
	timer_free(trial->poke);
	loop_free(trial->loop);
	strbuf_release(&trial->raw);
	free(trial->folder);
}

bool trial_start_order(struct trial *trial, struct keeper_order *order)
{
	struct keeper_config config = { .loop = trial->loop, .on_change = on_change, .user = trial };
	struct error error;

	order->folder = trial->folder;
	order->shell = order->shell ? order->shell : "/bin/bash";
	trial->keeper = keeper_start(&config, order, &error);
	expect(trial->keeper != NULL, "%s", error.text);
	return trial->keeper != NULL;
}

bool trial_start(struct trial *trial, const char *command, int64_t timeout_ms)
{
	struct keeper_order order = { .command = command, .timeout_ms = timeout_ms };

	return trial_start_order(trial, &order);
}

void trial_attach(struct trial *trial)
{
	struct keeper_config config = { .loop = trial->loop, .on_change = on_change, .user = trial };

	trial->keeper = keeper_attach(&config, trial->folder, NULL);
}

static bool wait_for(struct trial *trial, int64_t limit_ms)
{
	trial->late = false;
	if (keeper_phase(trial->keeper) < trial->until && !(trial->awaited && trial_shows(trial, trial->awaited))) {
		timer_start(trial->limit, limit_ms);
		loop_run(trial->loop);
		timer_stop(trial->limit);
	}
	return !trial->late;
}

bool trial_wait(struct trial *trial, enum keeper_phase phase, int64_t limit_ms)
{
	trial->until = phase;
	trial->awaited = NULL;
	return wait_for(trial, limit_ms);
}

bool trial_wait_text(struct trial *trial, const char *text, int64_t limit_ms)
{
	trial->until = KEEPER_ENDED;
	trial->awaited = text;
	wait_for(trial, limit_ms);
	trial->awaited = NULL;
	return trial_shows(trial, text);
}

void trial_pass(struct trial *trial, int64_t ms)
{
	enum keeper_phase until = trial->until;
	int64_t end_ms = clock_monotonic_ms() + ms;

	trial->until = KEEPER_LOST + 1;
	for (int64_t left = ms; left > 0; left = end_ms - clock_monotonic_ms()) {
		timer_start(trial->poke, left);
		loop_run(trial->loop);
	}
	timer_stop(trial->poke);
	trial->until = until;
}

void trial_output(struct trial *trial, struct strbuf *ret)
{
	struct keeper_output output;

	keeper_get_output(trial->keeper, &output);
	strbuf_add(ret, output.head, output.head_length);
	strbuf_add(ret, output.tail, output.tail_length);
}

bool trial_shows(struct trial *trial, const char *text)
{
	struct strbuf all = STRBUF_INIT;
	bool shows;

	trial_output(trial, &all);
	shows = memmem(all.text, all.length, text, strlen(text)) != NULL;
	strbuf_release(&all);
	return shows;
}

void trial_file(const struct trial *trial, const char *name, struct strbuf *ret)
{
	char *path = path_join(trial->folder, name);

	path_read(path, 16u * 1024 * 1024, ret, NULL);
	free(path);
}

/* ---- processes ---- */

/* Who holds it is in /proc/locks, by the file's number. */
pid_t trial_keeper_pid(const struct trial *trial)
{
	char *path = path_join(trial->folder, "lock"), line[256], wanted[40];
	FILE *locks = fopen("/proc/locks", "re");
	struct stat status;
	pid_t pid = 0;

	if (stat(path, &status) == 0)
		snprintf(wanted, sizeof(wanted), ":%lu ", (unsigned long)status.st_ino);
	else
		snprintf(wanted, sizeof(wanted), "none");
	while (locks && fgets(line, sizeof(line), locks)) {
		const char *flock = strstr(line, "FLOCK"), *held = flock ? strstr(flock, "WRITE ") : NULL;

		if (held && strstr(held, wanted))
			pid = (pid_t)strtol(held + 6, NULL, 10);
	}
	if (locks)
		fclose(locks);
	free(path);
	return pid;
}

bool process_lives(pid_t pid)
{
	struct process process;

	return process_read(pid, &process) && !process_has_ended(&process);
}

bool process_is_gone_within(pid_t pid, int64_t limit_ms)
{
	int64_t until_ms = clock_monotonic_ms() + limit_ms;

	while (pid > 0 && process_lives(pid) && clock_monotonic_ms() < until_ms)
		usleep(5000);
	return pid > 0 && !process_lives(pid);
}

/* ---- all of them ---- */

static const struct {
	const char *name;
	int (*run)(const char *parent);
} trials[] = {
	{ "ends", trial_ends },         { "terminal", trial_terminal }, { "floods", trial_floods },
	{ "consoles", trial_consoles }, { "deaths", trial_deaths },     { "disks", trial_disks },
};

static bool is_wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return argc < 2;
}

static void remove_below(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;

	for (struct dirent *entry; stream && (entry = readdir(stream));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    unlinkat(dirfd(stream), entry->d_name, 0) < 0)
			remove_below(dirfd(stream), entry->d_name);
	if (stream)
		closedir(stream);
	unlinkat(parent, name, AT_REMOVEDIR);
}

int main(int argc, char **argv)
{
	int faults = 0, tried = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		char folder[] = "/tmp/skep-keeper-trial-XXXXXX";
		int64_t began_ms = clock_monotonic_ms();
		int found;

		if (!is_wanted(trials[i].name, argc, argv))
			continue;
		tried++;
		if (!mkdtemp(folder)) {
			perror("mkdtemp");
			return 2;
		}
		found = trials[i].run(folder);
		remove_below(AT_FDCWD, folder);
		printf("%s: %d faults, %.1f s\n", trials[i].name, found,
		       (double)(clock_monotonic_ms() - began_ms) / 1e3);
		faults += found;
	}
	if (!tried) {
		fprintf(stderr, "usage: keeper [TRIAL...]: none is called so\n");
		return 2;
	}
	printf("%s: %d faults\n", faults ? "FAIL" : "ok", faults);
	return faults ? 1 : 0;
}
