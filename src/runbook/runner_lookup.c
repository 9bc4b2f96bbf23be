#include "runbook/runner_lookup.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "loop/child_spawn.h"
#include "runbook/shell.h"

#define FRESH_MS 500 /* so long an answer is not asked for again */
#define WAIT_MS  10  /* for an answer, in the loop; no more once one is late */
#define ASKED    4   /* at a time: others wait for disks, too */

struct answer {
	char *file, *why; /* one of them is NULL */
	bool is_program;
};

/* One word, as it is known and as it is asked for. */
struct lookup {
	struct lookups *of;
	struct answer answer;
	struct job *job; /* NULL: nobody looks */
	int64_t known_ms;
	bool known;
};

struct lookups {
	struct lookups_config config;
	struct map words; /* struct lookup */
	struct map first; /* the file that each program was when it was found first */
	unsigned asked;
	bool late; /* somebody was waited for in vain, and has not answered yet */
};

struct looked {
	struct map words; /* struct answer */
};

/* ---- looking ---- */

static struct answer look(const char *word, const char *path, const char *directory)
{
	struct answer ret = { 0 };
	struct error error = { "" };
	struct stat status;

	if (!strchr(word, '/')) {
		ret.file = spawn_find(word, path, &error);
		ret.why = ret.file ? NULL : mem_strdup(error.text);
		return ret;
	}
	ret.file = *word == '/' ? mem_strdup(word) : mem_printf("%s/%s", directory, word);
	if (access(ret.file, X_OK) == 0) {
		ret.is_program = stat(ret.file, &status) == 0 && S_ISREG(status.st_mode);
		return ret;
	}
	free(ret.file);
	ret.file = NULL;
	ret.why = mem_printf("%s: is not there, or cannot be run", word);
	return ret;
}

static void release_answer(struct answer *answer)
{
	free(answer->file);
	free(answer->why);
	*answer = (struct answer){ 0 };
}

/* ---- one word, on the pool ---- */

struct look_job {
	char *word, *path, *directory;
	struct answer answer;
};

static void work(void *state)
{
	struct look_job *job = state;

	job->answer = look(job->word, job->path, job->directory);
}

/* The answer is taken out of the job. */
static void take(struct lookup *lookup, struct look_job *job)
{
	struct lookups *of = lookup->of;

	release_answer(&lookup->answer);
	lookup->answer = job->answer;
	job->answer = (struct answer){ 0 };
	lookup->known = true;
	lookup->known_ms = loop_monotonic_ms(of->config.loop);
	lookup->job = NULL;
	of->asked--;
}

static void done(void *state, void *user)
{
	struct lookup *lookup = user;
	struct lookups *of = lookup->of;

	take(lookup, state);
	of->late = false;
	if (of->config.on_change)
		of->config.on_change(of->config.user);
}

static void drop(void *state)
{
	struct look_job *job = state;

	free(job->word);
	free(job->path);
	free(job->directory);
	release_answer(&job->answer);
	free(job);
}

static const struct job_ops ops = { .work = work, .done = done, .drop = drop, .waits = true };

static void ask(struct lookup *lookup, const char *word)
{
	struct lookups *of = lookup->of;
	struct look_job *job;

	if (of->asked >= ASKED)
		return;
	job = mem_zalloc(sizeof(*job));
	job->word = mem_strdup(word);
	job->path = mem_strdup(of->config.path);
	job->directory = mem_strdup(of->config.directory);
	lookup->job = pool_submit(of->config.pool, &ops, job, lookup, NULL);
	if (!lookup->job) {
		drop(job);
		return;
	}
	of->asked++;
	if (of->late)
		return;
	of->late = !job_wait(lookup->job, WAIT_MS);
	if (of->late)
		return;
	job_cancel(lookup->job);
	take(lookup, job);
}

static const struct lookup *look_up(struct lookups *lookups, const char *word)
{
	struct lookup *lookup = map_get(&lookups->words, word);

	if (!lookup) {
		lookup = mem_zalloc(sizeof(*lookup));
		lookup->of = lookups;
		map_set(&lookups->words, word, lookup);
	}
	if (!lookup->job && (!lookup->known || loop_monotonic_ms(lookups->config.loop) - lookup->known_ms >= FRESH_MS))
		ask(lookup, word);
	return lookup;
}

const char *lookups_find(struct lookups *lookups, const char *program, struct arena *arena, const char **ret_why)
{
	const struct lookup *lookup = look_up(lookups, program);
	const char *file = lookup->known ? lookup->answer.file : NULL, *first = map_get(&lookups->first, program);

	if (!lookup->known)
		*ret_why = arena_printf(arena, "%s: is still looked for, a folder does not answer", program);
	else if (!file)
		*ret_why = arena_strdup(arena, lookup->answer.why);
	else if (!first)
		map_set(&lookups->first, program, mem_strdup(file));
	else if (strcmp(first, file) != 0)
		*ret_why = arena_printf(arena, "%s is %s now, the run knew it as %s: begin another run", program, file,
					first);
	return file && (!first || strcmp(first, file) == 0) ? arena_strdup(arena, file) : NULL;
}

bool lookups_is_program(struct lookups *lookups, const char *file)
{
	const struct lookup *lookup = look_up(lookups, file);

	return !lookup->known || lookup->answer.is_program;
}

/* ---- all words of a command ---- */

static void look_at(struct looked *looked, const char *word, const char *path, const char *directory)
{
	struct answer *answer;

	if (!*word || map_has(&looked->words, word))
		return;
	answer = mem_zalloc(sizeof(*answer));
	*answer = look(word, path, directory);
	map_set(&looked->words, word, answer);
}

struct looked *lookups_read(const char *command, const char *path, const char *directory)
{
	struct looked *ret = mem_zalloc(sizeof(*ret));
	struct arena arena = { 0 };
	struct shell_calls calls = { 0 };

	shell_read(command, &arena, &calls);
	for (size_t i = 0; i < calls.items.count; i++) {
		const struct shell_call *call = &calls.items.items[i];

		for (size_t word = 0; word < call->count; word++)
			if (word == 0 || call->words[word][0] == '/')
				look_at(ret, call->words[word], path, directory);
	}
	shell_calls_release(&calls);
	arena_release(&arena);
	return ret;
}

static void free_answer(void *value)
{
	release_answer(value);
	free(value);
}

void looked_free(struct looked *looked)
{
	if (!looked)
		return;
	map_release(&looked->words, free_answer);
	free(looked);
}

static void free_lookup(void *value)
{
	struct lookup *lookup = value;

	if (lookup->job)
		job_cancel(lookup->job);
	release_answer(&lookup->answer);
	free(lookup);
}

void lookups_take(struct lookups *lookups, struct looked *looked)
{
	map_release(&lookups->words, free_lookup);
	lookups->asked = 0;
	for (size_t i = 0; i < looked->words.capacity; i++) {
		const struct map_entry *entry = &looked->words.entries[i];
		struct lookup *lookup;

		if (!entry->key)
			continue;
		lookup = mem_zalloc(sizeof(*lookup));
		*lookup = (struct lookup){ .of = lookups,
					   .answer = *(struct answer *)entry->value,
					   .known = true,
					   .known_ms = loop_monotonic_ms(lookups->config.loop) };
		*(struct answer *)entry->value = (struct answer){ 0 };
		map_set(&lookups->words, entry->key, lookup);
	}
	lookups->late = false;
	looked_free(looked);
}

/* ---- */

struct lookups *lookups_new(const struct lookups_config *config)
{
	struct lookups *ret = mem_zalloc(sizeof(*ret));

	ret->config = *config;
	ret->config.path = mem_strdup(config->path);
	ret->config.directory = mem_strdup(config->directory);
	return ret;
}

void lookups_free(struct lookups *lookups)
{
	union {
		const char *kept;
		char *own;
	} path, directory;

	if (!lookups)
		return;
	map_release(&lookups->words, free_lookup);
	map_release(&lookups->first, free);
	path.kept = lookups->config.path;
	directory.kept = lookups->config.directory;
	free(path.own);
	free(directory.own);
	free(lookups);
}

const char *lookups_path(const struct lookups *lookups)
{
	return lookups->config.path;
}

const char *lookups_directory(const struct lookups *lookups)
{
	return lookups->config.directory;
}
