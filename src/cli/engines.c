#include "cli/engines.h"

#include <string.h>

#include "query/auto.h"
#include "query/embedded.h"

static int open_server(struct engines *engines, struct error *error)
{
	struct prometheus_config config = system_engine(engines->config.system, &engines->arena);

	engines->server = prometheus_engine_new(engines->config.loop, engines->config.http, &config, error);
	return engines->server ? 0 : -1;
}

static void on_history(void *user)
{
	struct engines *engines = user;

	if (engines->config.on_history)
		engines->config.on_history(engines->config.user);
}

static void on_collected(void *user)
{
	struct engines *engines = user;
	size_t waiting = collect_waiting(engines->collect);

	if (waiting < engines->first_waiting) {
		engines->first_waiting = waiting;
		on_history(engines);
		if (!waiting && engines->history)
			history_start(engines->history);
	}
	if (engines->config.on_collected)
		engines->config.on_collected(engines->config.user);
}

static void open_collectors(struct engines *engines)
{
	const struct engines_config *config = &engines->config;
	struct embedded_config embedded = { .pool = config->pool };
	struct collect_config collect = { .loop = config->loop,
					  .http = config->http,
					  .pool = config->pool,
					  .resolver = config->resolver,
					  .feed = config->feed,
					  .system = config->system->name,
					  .on_change = on_collected,
					  .user = engines };

	engines->store = config->store;
	collect.store = embedded.store = engines->store;
	engines->collect = collect_new(&collect, &config->system->collect);
	engines->first_waiting = collect_waiting(engines->collect);
	engines->embedded = embedded_engine_new(config->loop, &embedded);
}

static struct history_label *read_labels(struct engines *engines, size_t *ret_count)
{
	const struct option_strings *rules = &engines->config.system->labels;
	struct history_label *labels = arena_array(&engines->arena, rules->count + 1, sizeof(*labels));

	*ret_count = 0;
	for (size_t i = 0; i < rules->count; i++) {
		struct system_label label;

		if (system_label_read(rules->items[i], &engines->arena, &label))
			labels[(*ret_count)++] =
				(struct history_label){ label.name, label.value, label.local_name, label.local_value };
	}
	return labels;
}

static void join(struct engines *engines)
{
	struct auto_config both = { engines->server, engines->embedded, engines->store };
	struct history_config history = { .prometheus = engines->server,
					  .store = engines->store,
					  .raw_ms = store_get_limits(engines->store)->raw_ms,
					  .on_change = on_history,
					  .user = engines };

	history.labels = engines->labels;
	history.label_count = engines->label_count;
	engines->engine = auto_engine_new(engines->config.loop, &both);
	engines->history = history_new(engines->config.loop, &history);
}

int engines_open(struct engines *engines, const struct engines_config *config, struct error *error)
{
	bool server = config->choice != ENGINE_EMBEDDED && config->system->prometheus.url;
	bool collectors = config->choice != ENGINE_PROMETHEUS && system_has_store(config->system);

	memset(engines, 0, sizeof(*engines));
	engines->config = *config;
	arena_init(&engines->arena);
	if (config->choice == ENGINE_PROMETHEUS && !server)
		return error_set(error, "no server to ask (name a system that has one, or give --prometheus URL)");
	if (config->choice == ENGINE_EMBEDDED && !collectors)
		return error_set(error, config->system->name
						? "nothing to collect from (the system file has no collect: section)"
						: "nothing to collect from (name a system, or give --system FILE)");
	if (!server && !collectors)
		return error_set(error, "no server to ask (name a system, or give --prometheus URL)");
	engines->labels = read_labels(engines, &engines->label_count);
	if (server && open_server(engines, error) < 0)
		return -1;
	if (collectors)
		open_collectors(engines);
	if (server && collectors)
		join(engines);
	else
		engines->engine = server ? engines->server : engines->embedded;
	return 0;
}

void engines_close(struct engines *engines)
{
	history_free(engines->history);
	engines->history = NULL;
	collect_free(engines->collect);
	engines->collect = NULL;
	if (engines->engine) {
		query_engine_free(engines->engine);
	} else {
		query_engine_free(engines->server);
		query_engine_free(engines->embedded);
	}
	engines->engine = engines->server = engines->embedded = NULL;
}

void engines_release(struct engines *engines)
{
	arena_release(&engines->arena);
}

struct query_engine *engines_named(const struct engines *engines, const char *name)
{
	struct query_engine *engine = strcmp(name, "prometheus") == 0 ? engines->server
				      : strcmp(name, "embedded") == 0 ? engines->embedded
								      : engines->engine;

	return engine ? engine : engines->engine;
}

bool engines_warming(const struct engines *engines)
{
	struct query_state state;

	if (!engines->collect || !collect_waiting(engines->collect))
		return false;
	if (!engines->server)
		return true;
	query_engine_state(engines->engine, &state);
	return state.standing_in;
}
