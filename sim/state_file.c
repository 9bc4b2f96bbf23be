#include "sim/state_file.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/path.h"
#include "base/strbuf.h"

static const char *const thinned_states[] = {
	[BACKFILL_MAKING] = "making",
	[BACKFILL_READY] = "ready",
	[BACKFILL_FAILED] = "failed",
};

static void add_member(struct strbuf *buf, const char *name, const char *text)
{
	strbuf_addf(buf, "\"%s\":", name);
	strbuf_add_json(buf, text);
}

static void add_address(struct strbuf *buf, const char *name, const char *address, const char *path)
{
	if (path)
		strbuf_addf(buf, ",\"%s\":\"http://%s%s\"", name, address, path);
}

static void add_services(struct strbuf *buf, const struct world *world, const struct target_list *targets)
{
	strbuf_addstr(buf, "\"services\":[");
	for (size_t i = 0; i < targets->count; i++) {
		const struct target *target = &targets->items[i];
		struct world_paths paths;

		world->kind->paths(world, target->service, &paths);
		strbuf_addstr(buf, i ? ",\n  {" : "\n  {");
		add_member(buf, "job", world->kind->job(target->service));
		strbuf_addf(buf, ",\"instance\":\"%s\"", target->address);
		add_address(buf, "url", target->address, paths.metrics);
		add_address(buf, "health", target->address, paths.health);
		add_address(buf, "ready", target->address, paths.ready);
		strbuf_addch(buf, '}');
	}
	strbuf_addstr(buf, "]");
}

static void add_history(struct strbuf *buf, const struct backfill *backfill)
{
	strbuf_addstr(buf, "\"history\":{");
	add_member(buf, "raw", backfill_raw_path(backfill));
	strbuf_addch(buf, ',');
	add_member(buf, "thinned", backfill_thinned_path(backfill));
	strbuf_addch(buf, ',');
	add_member(buf, "thinned_state", thinned_states[backfill_thinned_state(backfill)]);
	strbuf_addstr(buf, "},\n ");
}

int state_file_write(const struct state_file *state, const char *path, struct error *error)
{
	struct strbuf text = STRBUF_INIT;
	int result;

	strbuf_addf(&text,
		    "{\"version\":1,\"pid\":%d,\"seed\":%" PRIu64 ",\"clock\":\"%s\",\"begin_ms\":%" PRId64 ",\n ",
		    (int)getpid(), state->seed, state->time->manual ? "manual" : "wall", state->begin_ms);
	add_member(&text, "control", state->control);
	strbuf_addstr(&text, ",\n ");
	if (state->backfill)
		add_history(&text, state->backfill);
	if (state->world->kind->add_state)
		state->world->kind->add_state(state->world, state->targets, state->folder, &text);
	add_services(&text, state->world, state->targets);
	strbuf_addstr(&text, "}\n");
	result = path_write(path, text.text, text.length, error);
	strbuf_release(&text);
	return result;
}
