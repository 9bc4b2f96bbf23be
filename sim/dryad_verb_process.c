#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/dryad_verb.h"

/* What is done to processes: restart, scale, limits, versions. */

enum { ROLLING_MS = 20 * 1000 };

static void restart_backends(struct dryad *dryad)
{
	for (unsigned i = 0; i < dryad->backend_count; i++)
		backend_restart(dryad, &dryad->backends[i], ROLLING_MS * (int64_t)i);
}

int dryad_verb_restart(struct dryad_call *call)
{
	static const struct {
		const char *name, *done;
		enum dryad_service service;
	} stores[] = {
		{ "postgres", "restart postgres", DRYAD_POSTGRES }, { "redis", "restart redis", DRYAD_REDIS },
		{ "chromadb", "restart chromadb", DRYAD_CHROMA },   { "ollama", "restart ollama", DRYAD_OLLAMA },
		{ "nginx", "restart nginx", DRYAD_NGINX },
	};
	const char *name = call->count ? call->arguments[0] : "backend";
	bool all = !strcmp(name, "all"), backends = all || !strncmp(name, "dryad", 5) || !strcmp(name, "backend");

	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		if (!all && strcmp(stores[i].name, name) != 0)
			continue;
		dryad_store_restart(call->dryad, stores[i].service);
		dryad_remedy(call->dryad, stores[i].done);
		if (!all) {
			call->done = "";
			reply_say(call->reply, "%s restarted", name);
			return 0;
		}
	}
	if (!backends)
		return reply_fail(call->reply,
				  "no container '%s' (backend, all, postgres, redis, chromadb, ollama, nginx)", name);
	restart_backends(call->dryad);
	reply_say(call->reply, all ? "all containers restarted" : "backend restarted");
	return 0;
}

int dryad_verb_scale(struct dryad_call *call)
{
	double wanted = dryad_argument_number(call, 0);
	struct dryad *dryad = call->dryad;
	unsigned was = dryad->backend_count;

	if (wanted < 1 || wanted > DRYAD_BACKENDS_MAX)
		return reply_fail(call->reply, "how many? (1 to %d)", DRYAD_BACKENDS_MAX);
	/* Ports are given out at the start; more than those have nobody to answer for them. */
	for (unsigned i = was; i < (unsigned)wanted; i++) {
		backend_init(dryad, i);
		backend_restart(dryad, &dryad->backends[i], 0);
	}
	for (unsigned i = (unsigned)wanted; i < was; i++)
		dryad->backends[i].phase = PHASE_OFF;
	dryad->backend_count = (unsigned)wanted;
	reply_say(call->reply, "scaled to %u", dryad->backend_count);
	return 0;
}

int dryad_verb_resources(struct dryad_call *call)
{
	const char *memory = verb_words_value(call->arguments, call->count, "memory");
	double gigabytes = memory ? strtod(memory, NULL) : 8;

	if (!(gigabytes >= 1 && gigabytes <= 64))
		return reply_fail(call->reply, "how much memory? (memory=1G to memory=64G)");
	call->dryad->settings.memory_limit_bytes = gigabytes * 1e9;
	restart_backends(call->dryad);
	reply_say(call->reply, "memory limit %.0f GB, restarting", gigabytes);
	return 0;
}

int dryad_verb_pool(struct dryad_call *call)
{
	double size = dryad_argument_number(call, 40);

	if (size < DRYAD_POOL_SIZE || size > DRYAD_CONNECTIONS_MAX)
		return reply_fail(call->reply, "how large? (%d to %d)", DRYAD_POOL_SIZE, DRYAD_CONNECTIONS_MAX);
	call->dryad->settings.pool_extra = size - DRYAD_POOL_SIZE;
	restart_backends(call->dryad);
	reply_say(call->reply, "pool size %.0f, restarting", size);
	return 0;
}

int dryad_verb_deploy(struct dryad_call *call)
{
	call->dryad->settings.version = "9.0.2";
	call->dryad->settings.build = "77a0d4e1";
	restart_backends(call->dryad);
	reply_say(call->reply, "deploying 9.0.2");
	return 0;
}

int dryad_verb_rollback(struct dryad_call *call)
{
	const char *version = call->count ? call->arguments[0] : "9.0.0";

	/* The one that runs is no way back: it only starts anew. */
	if (call->count && !strcmp(version, call->dryad->settings.version))
		call->done = "restart";
	else if (!dryad_release(call->dryad, version))
		return reply_fail(call->reply, "no image of version %s", version);
	restart_backends(call->dryad);
	reply_say(call->reply, "running %s", call->dryad->settings.version);
	return 0;
}

int dryad_verb_config_restore(struct dryad_call *call)
{
	call->dryad->settings.config_serial = 1;
	reply_say(call->reply, "configuration restored");
	return 0;
}

int dryad_verb_basic_mode(struct dryad_call *call)
{
	call->dryad->settings.basic_mode = !strcmp(call->row->action, "activate");
	reply_say(call->reply, "basic mode %sd", call->row->action);
	return 0;
}

int dryad_verb_version(struct dryad_call *call)
{
	reply_text(call->reply, "version", call->dryad->settings.version);
	reply_text(call->reply, "build", call->dryad->settings.build);
	reply_text(call->reply, "application", dryad_applications[call->dryad->application]);
	return 0;
}

static const char *backend_word(const struct dryad *dryad, unsigned number)
{
	switch (dryad_answers(dryad, DRYAD_BACKEND, number)) {
	case ANSWER_GOOD: return "Up (healthy)";
	case ANSWER_HANG: return "Up (unhealthy)";
	case ANSWER_ERROR: return "Up (starting)";
	default: return dryad->backends[number].phase == PHASE_STARTING ? "Restarting" : "Exited";
	}
}

int dryad_verb_ps(struct dryad_call *call)
{
	static const struct {
		const char *name;
		enum dryad_service service;
	} stores[] = { { "dryad-nginx", DRYAD_NGINX },
		       { "postgres", DRYAD_POSTGRES },
		       { "dryad-redis", DRYAD_REDIS },
		       { "dryad-chromadb", DRYAD_CHROMA },
		       { "ollama", DRYAD_OLLAMA } };

	reply_list(call->reply, "containers");
	for (unsigned i = 0; i < call->dryad->backend_count; i++) {
		reply_row(call->reply);
		reply_text(call->reply, "name", "dryad-api");
		reply_number(call->reply, "instance", i, 0);
		reply_text(call->reply, "state", backend_word(call->dryad, i));
		reply_row_end(call->reply);
	}
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		reply_row(call->reply);
		reply_text(call->reply, "name", stores[i].name);
		reply_text(call->reply, "state", dryad_store_serves(call->dryad, stores[i].service) ? "Up" : "Exited");
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

int dryad_verb_stats(struct dryad_call *call)
{
	reply_list(call->reply, "backends");
	for (unsigned i = 0; i < call->dryad->backend_count; i++) {
		const struct backend *backend = &call->dryad->backends[i];
		double limit = call->dryad->settings.memory_limit_bytes;

		reply_row(call->reply);
		reply_number(call->reply, "instance", i, 0);
		reply_number(call->reply, "memoryMb", backend->resident_bytes / 1e6, 0);
		reply_number(call->reply, "memoryPercent", 100 * backend->resident_bytes / limit, 1);
		reply_number(call->reply, "cores", backend->cores, 2);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}
