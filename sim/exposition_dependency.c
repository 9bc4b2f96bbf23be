#include <math.h>

#include "sim/colony_state.h"
#include "sim/random.h"

/* Pages of the dependencies: each a handful of what such a service tells about itself. */

/* What a row shows is a constant, or one of these figures times a factor. */
enum figure {
	FIGURE_CONSTANT,
	FIGURE_REQUESTS,
	FIGURE_HITS,
	FIGURE_FAILURES,
	FIGURE_CPU,
	FIGURE_VOLUME,
	FIGURE_POOL,    /* mean fill of the instances' anchor pools */
	FIGURE_SERVING, /* instances that serve */
	FIGURE_ENTROPY,
	FIGURE_LOSS,
	FIGURE_STARTED,
	FIGURE_UPTIME,
	FIGURE_SWAY, /* 1, give or take a tenth */
};

struct row {
	enum colony_service service;
	const char *name, *labels, *type, *help;
	enum figure figure;
	double factor, offset;
	int decimals;
};

static const struct row rows[] = {
	{ SERVICE_LMCACHE, "lmcache_requests_total", "", "counter", "Look-ups asked of the cache.", FIGURE_REQUESTS, 1,
	  0, 0 },
	{ SERVICE_LMCACHE, "lmcache_hits_total", "", "counter", "Look-ups it answered.", FIGURE_HITS, 1, 0, 0 },
	{ SERVICE_LMCACHE, "lmcache_evictions_total", "", "counter", "Entries evicted.", FIGURE_FAILURES, 0.4, 0, 0 },
	{ SERVICE_LMCACHE, "lmcache_cache_used_bytes", "", "gauge", "Bytes in use.", FIGURE_POOL, 48e9, 0, 0 },
	{ SERVICE_LMCACHE, "lmcache_cache_capacity_bytes", "", "gauge", "Bytes there are.", FIGURE_CONSTANT, 48e9, 0,
	  0 },
	{ SERVICE_LMCACHE, "lmcache_backend_connections", "", "gauge", "Open connections.", FIGURE_SERVING, 8, 2, 0 },

	{ SERVICE_FEDERATED, "federated_participants", "", "gauge", "Colonies in the federation.", FIGURE_SERVING, 1, 4,
	  0 },
	{ SERVICE_FEDERATED, "federated_rounds_total", "", "counter", "Rounds run.", FIGURE_REQUESTS, 0.1, 0, 0 },
	{ SERVICE_FEDERATED, "federated_updates_total", "status=\"success\"", "counter", "Updates by status.",
	  FIGURE_HITS, 1, 0, 0 },
	{ SERVICE_FEDERATED, "federated_updates_total", "status=\"failure\"", NULL, NULL, FIGURE_FAILURES, 1, 0, 0 },
	{ SERVICE_FEDERATED, "federated_round_duration_seconds", "", "gauge", "Length of the last round.", FIGURE_SWAY,
	  8.4, 0, 3 },
	{ SERVICE_FEDERATED, "federated_convergence", "", "gauge", "How far the rounds have converged, 0 to 1.",
	  FIGURE_SWAY, 0.86, 0, 4 },

	{ SERVICE_WORLDMODEL, "worldmodel_inferences_total", "", "counter", "Inferences made.", FIGURE_REQUESTS, 1, 0,
	  0 },
	{ SERVICE_WORLDMODEL, "worldmodel_inference_errors_total", "", "counter", "Inferences that failed.",
	  FIGURE_FAILURES, 1, 0, 0 },
	{ SERVICE_WORLDMODEL, "worldmodel_training_steps_total", "", "counter", "Training steps done.", FIGURE_HITS,
	  0.25, 0, 0 },
	{ SERVICE_WORLDMODEL, "worldmodel_entropy", "", "gauge", "Entropy of the latent space, in nats.",
	  FIGURE_ENTROPY, 1, 0, 4 },
	{ SERVICE_WORLDMODEL, "worldmodel_vae_loss", "", "gauge", "Loss of the autoencoder.", FIGURE_LOSS, 1, 0, 5 },
	{ SERVICE_WORLDMODEL, "worldmodel_latent_dimensions", "", "gauge", "Dimensions of the latent space.",
	  FIGURE_CONSTANT, 256, 0, 0 },

	{ SERVICE_MEADOW, "meadow_connected_colonies", "", "gauge", "Colonies connected.", FIGURE_SERVING, 1, 21, 0 },
	{ SERVICE_MEADOW, "meadow_patterns", "", "gauge", "Patterns held.", FIGURE_VOLUME, 1, 0, 0 },
	{ SERVICE_MEADOW, "meadow_syncs_total", "", "counter", "Syncs served.", FIGURE_REQUESTS, 1, 0, 0 },
	{ SERVICE_MEADOW, "meadow_sync_errors_total", "", "counter", "Syncs that failed.", FIGURE_FAILURES, 1, 0, 0 },

	{ SERVICE_REDIS, "redis_up", "", "gauge", "Whether the server answered.", FIGURE_CONSTANT, 1, 0, 0 },
	{ SERVICE_REDIS, "redis_instance_info", "redis_mode=\"standalone\",redis_version=\"7.0.15\",role=\"master\"",
	  "gauge", "About the server.", FIGURE_CONSTANT, 1, 0, 0 },
	{ SERVICE_REDIS, "redis_uptime_in_seconds", "", "gauge", "Seconds since the server started.", FIGURE_UPTIME, 1,
	  0, 0 },
	{ SERVICE_REDIS, "redis_connected_clients", "", "gauge", "Clients connected.", FIGURE_SERVING, 6, 3, 0 },
	{ SERVICE_REDIS, "redis_blocked_clients", "", "gauge", "Clients that wait.", FIGURE_CONSTANT, 0, 0, 0 },
	{ SERVICE_REDIS, "redis_memory_used_bytes", "", "gauge", "Memory in use.", FIGURE_VOLUME, 5200, 2.1e6, 0 },
	{ SERVICE_REDIS, "redis_memory_max_bytes", "", "gauge", "Memory allowed.", FIGURE_CONSTANT, 2147483648.0, 0,
	  0 },
	{ SERVICE_REDIS, "redis_commands_processed_total", "", "counter", "Commands processed.", FIGURE_REQUESTS, 1.15,
	  0, 0 },
	{ SERVICE_REDIS, "redis_connections_received_total", "", "counter", "Connections accepted.", FIGURE_REQUESTS,
	  0.0004, 0, 0 },
	{ SERVICE_REDIS, "redis_rejected_connections_total", "", "counter", "Connections refused.", FIGURE_CONSTANT, 0,
	  0, 0 },
	{ SERVICE_REDIS, "redis_keyspace_hits_total", "", "counter", "Keys found.", FIGURE_HITS, 1, 0, 0 },
	{ SERVICE_REDIS, "redis_keyspace_misses_total", "", "counter", "Keys not found.", FIGURE_FAILURES, 1, 0, 0 },
	{ SERVICE_REDIS, "redis_evicted_keys_total", "", "counter", "Keys evicted.", FIGURE_CONSTANT, 0, 0, 0 },
	{ SERVICE_REDIS, "redis_expired_keys_total", "", "counter", "Keys expired.", FIGURE_FAILURES, 0.3, 0, 0 },
	{ SERVICE_REDIS, "redis_db_keys", "db=\"db0\"", "gauge", "Keys held.", FIGURE_VOLUME, 1, 0, 0 },
	{ SERVICE_REDIS, "redis_exporter_last_scrape_error", "", "gauge", "Whether the last scrape failed.",
	  FIGURE_CONSTANT, 0, 0, 0 },
};

/* Of each service's own process. */
static const struct row process_rows[] = {
	{ 0, "process_cpu_seconds_total", "", "counter", "User and system CPU time spent, in seconds.", FIGURE_CPU, 1,
	  0, 6 },
	{ 0, "process_resident_memory_bytes", "", "gauge", "Resident memory, in bytes.", FIGURE_SWAY, 412e6, 0, 0 },
	{ 0, "process_start_time_seconds", "", "gauge", "When the process started, in Unix time.", FIGURE_STARTED, 1, 0,
	  3 },
};

static double mean_of(const struct colony *colony, enum figure figure)
{
	double sum = 0;

	for (unsigned i = 0; i < colony->instance_count; i++) {
		const struct instance *instance = &colony->instances[i];

		switch (figure) {
		case FIGURE_POOL: sum += instance->pool; break;
		case FIGURE_ENTROPY: sum += instance->entropy; break;
		case FIGURE_LOSS: sum += instance->vae_loss; break;
		default: sum += instance_serves(instance); break;
		}
	}
	return figure == FIGURE_SERVING ? sum : sum / colony->instance_count;
}

static double figure_of(const struct colony *colony, enum colony_service service, enum figure figure)
{
	const struct dependency *dependency = &colony->dependencies[service];

	switch (figure) {
	case FIGURE_CONSTANT: return 1;
	case FIGURE_REQUESTS: return dependency->requests;
	case FIGURE_HITS: return dependency->hits;
	case FIGURE_FAILURES: return dependency->failures;
	case FIGURE_CPU: return dependency->cpu_seconds;
	case FIGURE_VOLUME: return dependency->volume;
	case FIGURE_STARTED: return (double)dependency->start_ms / 1000;
	case FIGURE_UPTIME: return (double)(colony->stepped_ms - dependency->start_ms) / 1000;
	case FIGURE_SWAY:
		return 1 + 0.1 * random_wander(colony->seed, CHANCE_DEPENDENCY * 32 + service,
					       colony->stepped_ms / 1000, 700);
	default: return mean_of(colony, figure);
	}
}

static void add_row(struct strbuf *ret, const struct colony *colony, enum colony_service service, const struct row *row)
{
	double value = row->factor * figure_of(colony, service, row->figure) + row->offset;

	/* Further series of the metric above have no lines of their own about it. */
	if (row->type != NULL)
		strbuf_addf(ret, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name, row->type);
	strbuf_addstr(ret, row->name);
	if (row->labels[0] != '\0')
		strbuf_addf(ret, "{%s}", row->labels);
	strbuf_addf(ret, " %.*f\n", row->decimals, row->decimals == 0 ? floor(value) : value);
}

void exposition_dependency(const struct colony *colony, enum colony_service service, struct strbuf *ret)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].service == service)
			add_row(ret, colony, service, &rows[i]);
	for (size_t i = 0; i < sizeof(process_rows) / sizeof(*process_rows); i++)
		add_row(ret, colony, service, &process_rows[i]);
}
