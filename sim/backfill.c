#include "sim/backfill.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"

struct backfill {
	char *folder, *raw, *thinned;
	bool made_folder;
	enum backfill_state state;
	pid_t writer; /* 0 when it has ended */
	struct signal_watch *child;
	void (*on_end)(void *user);
	void *user;
};

static int make_folder(struct backfill *backfill, struct error *error)
{
	struct stat status;

	backfill->made_folder = !mkdir(backfill->folder, 0700);
	if (!backfill->made_folder && errno != EEXIST)
		return error_set(error, "%s: %s", backfill->folder, strerror(errno));
	if (stat(backfill->folder, &status) || !S_ISDIR(status.st_mode))
		return error_set(error, "%s: is not a directory", backfill->folder);
	/* Of an earlier run: whoever waits for these must not take the old ones. */
	unlink(backfill->raw);
	unlink(backfill->thinned);
	return 0;
}

/* Absolute, since the state file tells it to others. */
static char *absolute(const char *path)
{
	char here[PATH_MAX];

	return path_join(getcwd(here, sizeof(here)) ? here : NULL, path);
}

struct words {
	VEC(char *) list;
};

static void add_word(struct words *words, const char *option, char *value)
{
	vec_push(&words->list, mem_strdup(option));
	if (value)
		vec_push(&words->list, value);
}

/* The second process goes by the same plan: it is told the seed, the faults and the very moment it was made for. */
static void add_words(struct words *words, const struct backfill *backfill, const struct history_plan *plan,
		      const struct target_list *targets)
{
	struct strbuf ports = STRBUF_INIT;

	for (size_t i = 0; i < targets->count; i++)
		strbuf_addf(&ports, "%s%u", i ? "," : "", targets->items[i].port);
	add_word(words, plan->kind->program, NULL);
	add_word(words, "history", NULL);
	add_word(words, "--thinned", NULL);
	add_word(words, "--parent-watch", NULL);
	add_word(words, "--seed", mem_printf("%" PRIu64, plan->seed));
	add_word(words, "--instances", mem_printf("%u", plan->instances));
	add_word(words, "--until", mem_printf("%" PRId64, plan->now_ms));
	add_word(words, "--fault-age", mem_printf("%" PRId64 "ms", plan->fault_age_ms));
	add_word(words, "--backfill-step", mem_printf("%" PRId64 "ms", plan->step_ms));
	add_word(words, "--ports", strbuf_detach(&ports));
	if (plan->application)
		add_word(words, "--application", mem_strdup(plan->application));
	for (size_t i = 0; i < plan->fault_count; i++)
		add_word(words, "--fault", mem_strdup(plan->faults[i]));
	add_word(words, "--", mem_strdup(backfill->folder));
	vec_push(&words->list, NULL);
}

static int start_writer(struct backfill *backfill, const struct history_plan *plan, const struct target_list *targets,
			struct error *error)
{
	struct words words = { 0 };
	posix_spawn_file_actions_t actions;
	int number;

	add_words(&words, backfill, plan, targets);
	posix_spawn_file_actions_init(&actions);
	/* Whoever reads our output must not have to wait for its end. */
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	number = posix_spawn(&backfill->writer, "/proc/self/exe", &actions, NULL, words.list.items, environ);
	posix_spawn_file_actions_destroy(&actions);
	for (size_t i = 0; i < words.list.count; i++)
		free(words.list.items[i]);
	vec_release(&words.list);
	if (number) {
		backfill->writer = 0;
		return error_set(error, "cannot start the writer of history: %s", strerror(number));
	}
	return 0;
}

static void on_child(void *user, int signal_number)
{
	struct backfill *backfill = user;
	int status;

	(void)signal_number;
	if (!backfill->writer || waitpid(backfill->writer, &status, WNOHANG) != backfill->writer)
		return;
	backfill->writer = 0;
	backfill->state = WIFEXITED(status) && !WEXITSTATUS(status) ? BACKFILL_READY : BACKFILL_FAILED;
	backfill->on_end(backfill->user);
}

struct backfill *backfill_new(struct loop *loop, const char *folder, const struct history_plan *plan,
			      struct world *world, const struct target_list *targets, void (*on_end)(void *user),
			      void *user, struct error *error)
{
	struct backfill *backfill = mem_zalloc(sizeof(*backfill));

	backfill->folder = absolute(folder);
	backfill->raw = path_join(backfill->folder, HISTORY_RAW_NAME);
	backfill->thinned = path_join(backfill->folder, HISTORY_THINNED_NAME);
	backfill->on_end = on_end;
	backfill->user = user;
	backfill->child = signal_watch_new(loop, SIGCHLD, on_child, backfill);
	if (make_folder(backfill, error) || start_writer(backfill, plan, targets, error) ||
	    history_walk(plan, world, HISTORY_THINNED, targets, NULL, error) ||
	    history_walk(plan, world, HISTORY_RAW, targets, backfill->raw, error)) {
		backfill_free(backfill);
		return NULL;
	}
	return backfill;
}

static void end_writer(const struct backfill *backfill)
{
	if (!backfill->writer)
		return;
	kill(backfill->writer, SIGTERM);
	while (waitpid(backfill->writer, NULL, 0) < 0 && errno == EINTR)
		;
}

void backfill_free(struct backfill *backfill)
{
	if (!backfill)
		return;
	end_writer(backfill);
	signal_watch_free(backfill->child);
	unlink(backfill->raw);
	unlink(backfill->thinned);
	if (backfill->made_folder)
		rmdir(backfill->folder);
	free(backfill->folder);
	free(backfill->raw);
	free(backfill->thinned);
	free(backfill);
}

enum backfill_state backfill_thinned_state(const struct backfill *backfill)
{
	return backfill->state;
}

const char *backfill_raw_path(const struct backfill *backfill)
{
	return backfill->raw;
}

const char *backfill_thinned_path(const struct backfill *backfill)
{
	return backfill->thinned;
}
