/* The shims with a colony and a DRYAD in the same process: a link of functions instead of sockets. */
#ifndef TESTS_UNIT_SHIM_FIXTURE_H
#define TESTS_UNIT_SHIM_FIXTURE_H

#include <criterion/criterion.h>

#include <string.h>

#include "sim/colony.h"
#include "sim/dryad.h"
#include "sim/shim.h"

#define SHIM_START_MS INT64_C(1767614400000)

struct shim_stage {
	struct world *worlds[SHIM_SYSTEM_COUNT];
	int64_t now_ms;
	struct strbuf out, fault;
	const char *input;
	struct shim_link link;
};

static int stage_ask(void *user, enum shim_system system, const char *const *words, size_t count, bool json,
		     struct control_answer *ret, struct error *error)
{
	struct shim_stage *stage = user;
	struct world *world = stage->worlds[system];

	if (!world)
		return error_set(error, "none runs");
	memset(ret, 0, sizeof(*ret));
	strbuf_init(&ret->output);
	strbuf_init(&ret->error);
	ret->status = world->kind->verb(world, words, count, json, &ret->output);
	return 0;
}

static enum shim_fetch stage_fetch(void *user, enum shim_system system, const char *job, unsigned instance,
				   const struct shim_request *request, unsigned *ret_status, struct strbuf *ret_body)
{
	struct shim_stage *stage = user;
	struct world *world = stage->worlds[system];
	unsigned service = 0;

	(void)request;
	while (world && service < world->kind->service_count && strcmp(world->kind->job(service), job) != 0)
		service++;
	if (!world || service == world->kind->service_count || instance >= (service ? 1 : world->kind->count(world)))
		return FETCH_REFUSED;
	switch (world->kind->answers(world, service, instance)) {
	case ANSWER_REFUSE: return FETCH_REFUSED;
	case ANSWER_HANG: return FETCH_TIMEOUT;
	case ANSWER_ERROR: *ret_status = 503; break;
	default: *ret_status = 200; break;
	}
	strbuf_addf(ret_body, "{\"status\":\"%s\"}\n", *ret_status == 200 ? "ok" : "unavailable");
	return FETCH_DONE;
}

static int stage_log(void *user, enum shim_system system, const char *file, size_t lines, struct strbuf *ret)
{
	(void)user;
	(void)system;
	strbuf_addf(ret, "%s: %zu lines\n", file, lines);
	return 0;
}

static void stage_pause(void *user, int64_t ms)
{
	struct shim_stage *stage = user;

	stage->now_ms += ms;
	for (int i = 0; i < SHIM_SYSTEM_COUNT; i++)
		if (stage->worlds[i])
			stage->worlds[i]->kind->advance(stage->worlds[i], stage->now_ms);
}

static void stage_flush(void *user, struct strbuf *out, struct strbuf *fault)
{
	(void)user;
	(void)out;
	(void)fault;
}

static void stage_input(void *user, struct strbuf *ret)
{
	strbuf_addstr(ret, ((struct shim_stage *)user)->input ? ((struct shim_stage *)user)->input : "");
}

static int64_t stage_now_ms(void *user)
{
	return ((struct shim_stage *)user)->now_ms;
}

static void stage_open(struct shim_stage *stage, bool colony, bool dryad)
{
	const struct world_config config = { .seed = 1, .start_ms = SHIM_START_MS };

	memset(stage, 0, sizeof(*stage));
	stage->now_ms = SHIM_START_MS;
	strbuf_init(&stage->out);
	strbuf_init(&stage->fault);
	if (colony)
		stage->worlds[SHIM_COLONY] = colony_kind.make(&config);
	if (dryad)
		stage->worlds[SHIM_DRYAD] = dryad_kind.make(&config);
	stage->link = (struct shim_link){ .ask = stage_ask,
					  .fetch = stage_fetch,
					  .log = stage_log,
					  .pause = stage_pause,
					  .flush = stage_flush,
					  .input = stage_input,
					  .now_ms = stage_now_ms,
					  .user = stage };
	stage_pause(stage, 60000);
}

static void stage_close(struct shim_stage *stage)
{
	for (int i = 0; i < SHIM_SYSTEM_COUNT; i++)
		if (stage->worlds[i])
			stage->worlds[i]->kind->free(stage->worlds[i]);
	strbuf_release(&stage->out);
	strbuf_release(&stage->fault);
}

/* Run a command line, divided at blanks ('~' in a word stands for one); its output is in `out` and `fault`. */
static int stage_run(struct shim_stage *stage, const char *line)
{
	char text[1024];
	const char *words[64];
	struct shim shim = { .words = words + 1, .link = &stage->link, .out = &stage->out, .fault = &stage->fault };
	size_t count = 0;
	char *at = text;

	cr_assert(strlen(line) < sizeof(text));
	memcpy(text, line, strlen(line) + 1);
	while (at && *at && count < 64) {
		char *blank = strchr(at, ' ');

		words[count++] = at;
		if (blank)
			*blank = '\0';
		for (char *mark = at; *mark; mark++)
			*mark = *mark == '~' ? ' ' : *mark;
		at = blank ? blank + 1 : NULL;
	}
	strbuf_clear(&stage->out);
	strbuf_clear(&stage->fault);
	shim.tool = words[0];
	shim.count = count - 1;
	return shim_run(&shim);
}

/* It ends with this status, and says this (on whichever stream; "": anything). */
static void stage_expect(struct shim_stage *stage, const char *line, int status, const char *said)
{
	int ended = stage_run(stage, line);

	cr_expect_eq(ended, status, "%s: %d (%s%s)", line, ended, stage->out.text, stage->fault.text);
	cr_expect(strstr(stage->out.text, said) || strstr(stage->fault.text, said), "%s: '%s' is not in: %s%s", line,
		  said, stage->out.text, stage->fault.text);
}

#endif
