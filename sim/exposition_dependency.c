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
	const char *name;
	const char *labels;      /* NULL: none */
	const char *type, *help; /* NULL: a further series of the metric of the row before */
	enum figure figure;
	double factor, offset;
	int decimals;
};

static const struct row rows[] = {
	/* clang-format off */
	{ .service = SERVICE_LMCACHE, .name = "lmcache_requests_total", .type = "counter", .help = "Look-ups asked of the cache.", .figure = FIGURE_REQUESTS, .factor = 1 },
	{ .service = SERVICE_LMCACHE, .name = "lmcache_hits_total", .type = "counter", .help = "Look-ups it answered.", .figure = FIGURE_HITS, .factor = 1 },
	{ .service = SERVICE_LMCACHE, .name = "lmcache_evictions_total", .type = "counter", .help = "Entries evicted.", .figure = FIGURE_FAILURES, .factor = 0.4 },
	{ .service = SERVICE_LMCACHE, .name = "lmcache_cache_used_bytes", .type = "gauge", .help = "Bytes in use.", .figure = FIGURE_POOL, .factor = 48e9 },
	{ .service = SERVICE_LMCACHE, .name = "lmcache_cache_capacity_bytes", .type = "gauge", .help = "Bytes there are.", .figure = FIGURE_CONSTANT, .factor = 48e9 },
	{ .service = SERVICE_LMCACHE, .name = "lmcache_backend_connections", .type = "gauge", .help = "Open connections.", .figure = FIGURE_SERVING, .factor = 8, .offset = 2 },

	{ .service = SERVICE_FEDERATED, .name = "federated_participants", .type = "gauge", .help = "Colonies in the federation.", .figure = FIGURE_SERVING, .factor = 1, .offset = 4 },
	{ .service = SERVICE_FEDERATED, .name = "federated_rounds_total", .type = "counter", .help = "Rounds run.", .figure = FIGURE_REQUESTS, .factor = 0.1 },
	{ .service = SERVICE_FEDERATED, .name = "federated_updates_total", .labels = "status=\"success\"", .type = "counter", .help = "Updates by status.", .figure = FIGURE_HITS, .factor = 1 },
	{ .service = SERVICE_FEDERATED, .name = "federated_updates_total", .labels = "status=\"failure\"", .figure = FIGURE_FAILURES, .factor = 1 },
	{ .service = SERVICE_FEDERATED, .name = "federated_round_duration_seconds", .type = "gauge", .help = "Length of the last round.", .figure = FIGURE_SWAY, .factor = 8.4, .decimals = 3 },
	{ .service = SERVICE_FEDERATED, .name = "federated_convergence", .type = "gauge", .help = "How far the rounds have converged, 0 to 1.", .figure = FIGURE_SWAY, .factor = 0.86, .decimals = 4 },

	{ .service = SERVICE_WORLDMODEL, .name = "worldmodel_inferences_total", .type = "counter", .help = "Inferences made.", .figure = FIGURE_REQUESTS, .factor = 1 },
	{ .service = SERVICE_WORLDMODEL, .name = "worldmodel_inference_errors_total", .type = "counter", .help = "Inferences that failed.", .figure = FIGURE_FAILURES, .factor = 1 },
	{ .service = SERVICE_WORLDMODEL, .name = "worldmodel_training_steps_total", .type = "counter", .help = "Training steps done.", .figure = FIGURE_HITS, .factor = 0.25 },
	{ .service = SERVICE_WORLDMODEL, .name = "worldmodel_entropy", .type = "gauge", .help = "Entropy of the latent space, in nats.", .figure = FIGURE_ENTROPY, .factor = 1, .decimals = 4 },
	{ .service = SERVICE_WORLDMODEL, .name = "worldmodel_vae_loss", .type = "gauge", .help = "Loss of the autoencoder.", .figure = FIGURE_LOSS, .factor = 1, .decimals = 5 },
	{ .service = SERVICE_WORLDMODEL, .name = "worldmodel_latent_dimensions", .type = "gauge", .help = "Dimensions of the latent space.", .figure = FIGURE_CONSTANT, .factor = 256 },

	{ .service = SERVICE_MEADOW, .name = "meadow_connected_colonies", .type = "gauge", .help = "Colonies connected.", .figure = FIGURE_SERVING, .factor = 1, .offset = 21 },
	{ .service = SERVICE_MEADOW, .name = "meadow_patterns", .type = "gauge", .help = "Patterns held.", .figure = FIGURE_VOLUME, .factor = 1 },
	{ .service = SERVICE_MEADOW, .name = "meadow_syncs_total", .type = "counter", .help = "Syncs served.", .figure = FIGURE_REQUESTS, .factor = 1 },
	{ .service = SERVICE_MEADOW, .name = "meadow_sync_errors_total", .type = "counter", .help = "Syncs that failed.", .figure = FIGURE_FAILURES, .factor = 1 },

	{ .service = SERVICE_REDIS, .name = "redis_up", .type = "gauge", .help = "Whether the server answered.", .figure = FIGURE_CONSTANT, .factor = 1 },
	{ .service = SERVICE_REDIS, .name = "redis_instance_info", .labels = "redis_mode=\"standalone\",redis_version=\"7.0.15\",role=\"master\"", .type = "gauge", .help = "About the server.", .figure = FIGURE_CONSTANT, .factor = 1 },
	{ .service = SERVICE_REDIS, .name = "redis_uptime_in_seconds", .type = "gauge", .help = "Seconds since the server started.", .figure = FIGURE_UPTIME, .factor = 1 },
	{ .service = SERVICE_REDIS, .name = "redis_connected_clients", .type = "gauge", .help = "Clients connected.", .figure = FIGURE_SERVING, .factor = 6, .offset = 3 },
	{ .service = SERVICE_REDIS, .name = "redis_blocked_clients", .type = "gauge", .help = "Clients that wait.", .figure = FIGURE_CONSTANT, .factor = 0 },
	{ .service = SERVICE_REDIS, .name = "redis_memory_used_bytes", .type = "gauge", .help = "Memory in use.", .figure = FIGURE_VOLUME, .factor = 5200, .offset = 2.1e6 },
	{ .service = SERVICE_REDIS, .name = "redis_memory_max_bytes", .type = "gauge", .help = "Memory allowed.", .figure = FIGURE_CONSTANT, .factor = 2147483648.0 },
	{ .service = SERVICE_REDIS, .name = "redis_commands_processed_total", .type = "counter", .help = "Commands processed.", .figure = FIGURE_REQUESTS, .factor = 1.15 },
	{ .service = SERVICE_REDIS, .name = "redis_connections_received_total", .type = "counter", .help = "Connections accepted.", .figure = FIGURE_REQUESTS, .factor = 0.0004 },
	{ .service = SERVICE_REDIS, .name = "redis_rejected_connections_total", .type = "counter", .help = "Connections refused.", .figure = FIGURE_CONSTANT, .factor = 0 },
	{ .service = SERVICE_REDIS, .name = "redis_keyspace_hits_total", .type = "counter", .help = "Keys found.", .figure = FIGURE_HITS, .factor = 1 },
	{ .service = SERVICE_REDIS, .name = "redis_keyspace_misses_total", .type = "counter", .help = "Keys not found.", .figure = FIGURE_FAILURES, .factor = 1 },
	{ .service = SERVICE_REDIS, .name = "redis_evicted_keys_total", .type = "counter", .help = "Keys evicted.", .figure = FIGURE_CONSTANT, .factor = 0 },
	{ .service = SERVICE_REDIS, .name = "redis_expired_keys_total", .type = "counter", .help = "Keys expired.", .figure = FIGURE_FAILURES, .factor = 0.3 },
	{ .service = SERVICE_REDIS, .name = "redis_db_keys", .labels = "db=\"db0\"", .type = "gauge", .help = "Keys held.", .figure = FIGURE_VOLUME, .factor = 1 },
	{ .service = SERVICE_REDIS, .name = "redis_exporter_last_scrape_error", .type = "gauge", .help = "Whether the last scrape failed.", .figure = FIGURE_CONSTANT, .factor = 0 },
	/* clang-format on */
};

/* Of each service's own process. */
static const struct row process_rows[] = {
	/* clang-format off */
	{ .name = "process_cpu_seconds_total", .type = "counter", .help = "User and system CPU time spent, in seconds.", .figure = FIGURE_CPU, .factor = 1, .decimals = 6 },
	{ .name = "process_resident_memory_bytes", .type = "gauge", .help = "Resident memory, in bytes.", .figure = FIGURE_SWAY, .factor = 412e6 },
	{ .name = "process_start_time_seconds", .type = "gauge", .help = "When the process started, in Unix time.", .figure = FIGURE_STARTED, .factor = 1, .decimals = 3 },
	/* clang-format on */
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

	if (row->type != NULL)
		strbuf_addf(ret, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name, row->type);
	strbuf_addstr(ret, row->name);
	if (row->labels != NULL)
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
