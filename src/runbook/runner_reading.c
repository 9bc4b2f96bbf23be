/*
 * A command that only reads, run for its output: what may be chosen, and
 * checks. It has no terminal and a time limit; it is bound by place and target
 * as steps are. What changes something is refused, whoever says that it reads.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runbook/runner_private.h"
#include "runbook/target_environment.h"
#include "runbook/tier.h"

#define READING_MS    (30 * CLOCK_SECOND)
#define READING_BYTES (64u * 1024)

extern char **environ;

struct reading {
	struct runner *runner;
	struct child *child;
	struct strbuf output, errors;
	reading_fn *fn;
	void *user;
};

void runner_reading_free(struct reading *reading)
{
	if (!reading)
		return;
	child_free(reading->child);
	strbuf_release(&reading->output);
	strbuf_release(&reading->errors);
	free(reading);
}

/* More than fits is dropped: the program is not held up. */
static void on_data(void *user, enum child_stream stream, const char *data, size_t length)
{
	struct reading *reading = user;
	struct strbuf *to = stream == CHILD_OUTPUT ? &reading->output : &reading->errors;
	size_t room = READING_BYTES - to->length;

	strbuf_add(to, data, length < room ? length : room);
}

/* The first line a program said, of what went wrong before what it found. */
static const char *first_words(const struct reading *reading, const struct child_result *result, struct arena *arena)
{
	const char *text = *reading->errors.text && result->status != 0 ? reading->errors.text : reading->output.text;

	text += strspn(text, " \t\r\n");
	return runner_mask(reading->runner, arena_strndup(arena, text, strcspn(text, "\r\n")), arena);
}

static void on_done(void *user, const struct child_result *result)
{
	struct reading *reading = user;
	bool good = result->end == CHILD_EXITED && result->status == 0;
	struct arena arena = { 0 };
	const char *words = first_words(reading, result, &arena);

	if (!good && *words)
		words = arena_printf(&arena, "%s: %s", result->reason, words);
	else if (!good)
		words = result->reason;
	reading->fn(reading->user, good, reading->output.text, words);
	arena_release(&arena);
}

/* Variables of skep's own that the place's environment has not are taken out; values stand on no command line. */
static const char **make_arguments(const struct runner *runner, const char *command, struct arena *arena)
{
	VEC(const char *) words = { 0 };
	const char **ret;

	vec_push(&words, "/usr/bin/env");
	for (char **at = environ; at && *at; at++) {
		const char *name = arena_strndup(arena, *at, strcspn(*at, "="));
		size_t length = strlen(name);
		bool kept = false;

		for (const char *const *own = runner->environment; *own && !kept; own++)
			kept = strncmp(*own, name, length) == 0 && (*own)[length] == '=';
		if (!kept && length) {
			vec_push(&words, "-u");
			vec_push(&words, name);
		}
	}
	vec_push(&words, runner->shell);
	vec_push(&words, "-c");
	vec_push(&words, command);
	ret = arena_array(arena, words.count + 1, sizeof(*ret));
	memcpy(ret, words.items, words.count * sizeof(*ret));
	vec_release(&words);
	return ret;
}

/* What its words say of it. */
static const char *refuse_words(const char *command, struct reading_plan *ret, struct arena *arena)
{
	const char *reason, *surely;

	if (tier_of_command(command, arena, &reason) == TIER_READ)
		return NULL;
	ret->on_trust = true;
	surely = ret->declared ? tier_surely_changes(command, arena) : reason;
	if (surely)
		return arena_printf(arena, "not run: %s", surely);
	return runner_shows_whole(command) ? NULL : "it holds characters that are not shown";
}

static const char *refuse(struct runner *runner, size_t step, struct reading_plan *ret, struct arena *arena)
{
	const char *why;
	bool all;

	if (runner->config.walk)
		return "a walk-through: nothing is run";
	why = refuse_words(ret->text, ret, arena);
	if (why)
		return why;
	why = runner_target_fault(runner, runner->target, step, &all, arena);
	if (why && all)
		return why;
	why = NULL;
	ret->program = runner_find_program(runner, ret->text, arena, &why);
	return why;
}

void runner_plan_reading(struct runner *runner, size_t step, const char *command, bool declared, struct arena *arena,
			 struct reading_plan *ret)
{
	struct fill fill;

	*ret = (struct reading_plan){ .declared = declared };
	runner_fill(runner, step, command, true, arena, &fill);
	ret->text = fill.text;
	ret->why = fill.missing.count ? arena_printf(arena, "needs %s", fill.missing.items[0]) : fill.why;
	vec_release(&fill.missing);
	if (!ret->why)
		ret->why = refuse(runner, step, ret, arena);
}

struct reading *runner_read(struct runner *runner, const struct reading_plan *plan, reading_fn *fn, void *user,
			    struct error *error)
{
	struct arena arena = { 0 };
	struct reading *ret = NULL;

	if (plan->why) {
		error_set(error, "%s", plan->why);
	} else {
		struct child_program program = { .arguments = make_arguments(runner, plan->text, &arena),
						 .environment = runner->environment,
						 .folder = runner->config.place.directory,
						 .timeout_ms = READING_MS,
						 .on_data = on_data,
						 .done = on_done };

		ret = mem_zalloc(sizeof(*ret));
		*ret = (struct reading){ .runner = runner, .fn = fn, .user = user };
		strbuf_init(&ret->output);
		strbuf_init(&ret->errors);
		program.user = ret;
		ret->child = child_start(runner->config.loop, &program, error);
		if (!ret->child) {
			runner_reading_free(ret);
			ret = NULL;
		}
	}
	arena_release(&arena);
	return ret;
}
