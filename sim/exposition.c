#include <math.h>
#include <stddef.h>

#include "sim/colony_state.h"

/* How a row's number is kept and shown. */
enum kind {
	KIND_COUNTER,   /* a double of struct instance, cut to a whole number */
	KIND_SECONDS,   /* a counter with a fraction */
	KIND_COUNT,     /* a gauge, cut to a whole number */
	KIND_REAL,      /* a gauge */
	KIND_WORKED,    /* a gauge that `work` gives */
	KIND_HISTOGRAM, /* a struct buckets */
	KIND_STATUSES,
	KIND_WEIGHTS,
};

struct metric {
	const char *name, *help;
	enum kind kind;
	size_t offset;
	enum bucket_set bounds;
	double (*work)(const struct colony *colony, const struct instance *instance);
};

static const char *const status_texts[STATUS_COUNT] = {
	[STATUS_200] = "200", [STATUS_201] = "201", [STATUS_400] = "400", [STATUS_404] = "404",
	[STATUS_429] = "429", [STATUS_500] = "500", [STATUS_503] = "503",
};

/* Synapses by the types of agents they join: the types are the colony's own. */
static const char *const weight_labels[WEIGHT_COUNT] = {
	"source=\"task\",target=\"task\"", "source=\"task\",target=\"role\"",
	"source=\"role\",target=\"task\"", "source=\"role\",target=\"core\"",
	"source=\"core\",target=\"task\"", "source=\"core\",target=\"core\"",
	"source=\"meta\",target=\"core\"", "source=\"lora_enhanced\",target=\"task\"",
};

static double dream_length(const struct colony *colony, const struct instance *instance)
{
	return dream_shown_s(instance, colony->stepped_ms);
}

static double dream_end(const struct colony *colony, const struct instance *instance)
{
	(void)colony;
	return (double)instance->dream.last_ms / 1000;
}

static double sync_end(const struct colony *colony, const struct instance *instance)
{
	(void)colony;
	return (double)instance->sync_last_ms / 1000;
}

static double started(const struct colony *colony, const struct instance *instance)
{
	(void)colony;
	return (double)instance->start_ms / 1000;
}

/* Memory comes in pages. */
static double resident(const struct colony *colony, const struct instance *instance)
{
	(void)colony;
	return floor(instance->held.resident_bytes / 4096) * 4096;
}

static double virtual_bytes(const struct colony *colony, const struct instance *instance)
{
	return resident(colony, instance) + 1.5 * 1024 * 1024 * 1024;
}

static double open_files(const struct colony *colony, const struct instance *instance)
{
	(void)colony;
	return floor(48 + instance->request_rate / 6);
}

static double most_files(const struct colony *colony, const struct instance *instance)
{
	(void)colony;
	(void)instance;
	return 65536;
}

#define AT(field) offsetof(struct instance, field)

static const struct metric metrics[] = {
	{ "polln_colony_healthy", "Whether the colony finds itself healthy.", KIND_COUNT, AT(healthy), 0, NULL },
	{ "polln_agents_total", "Agents in the colony now.", KIND_COUNT, AT(held.agents), 0, NULL },
	{ "polln_agents_healthy", "Agents that are well.", KIND_COUNT, AT(held.agents_well), 0, NULL },
	{ "polln_agent_accuracy_score", "Share of decisions that were right.", KIND_REAL, AT(accuracy), 0, NULL },
	{ "polln_decisions_total", "Decisions made.", KIND_COUNTER, AT(count.decision.count), 0, NULL },
	{ "polln_decision_duration_seconds", "Time of one decision.", KIND_HISTOGRAM, AT(count.decision),
	  BUCKETS_DECISION, NULL },
	{ "polln_dream_cycle_duration_seconds",
	  "Length of the last dream cycle, or of the running one once it is longer.", KIND_WORKED, 0, 0, dream_length },
	{ "polln_dream_cycle_last_timestamp", "When the last dream cycle ended, in Unix time.", KIND_WORKED, 0, 0,
	  dream_end },
	{ "polln_event_loop_lag_seconds", "Lag of the event loop.", KIND_REAL, AT(lag_s), 0, NULL },
	{ "polln_anchor_lookups_total", "Anchor look-ups.", KIND_COUNTER, AT(count.lookups), 0, NULL },
	{ "polln_anchor_hits_total", "Anchor look-ups that found one.", KIND_COUNTER, AT(count.hits), 0, NULL },
	{ "polln_anchor_pool_usage", "Share of the anchor pool in use.", KIND_REAL, AT(pool), 0, NULL },
	{ "polln_anchors_total", "Anchors held.", KIND_COUNT, AT(anchors), 0, NULL },
	{ "polln_anchor_compression_ratio", "Size of what anchors stand for over their own.", KIND_REAL,
	  AT(compression), 0, NULL },
	{ "polln_anchor_quality_score", "Mean quality of the anchors, 0 to 1.", KIND_REAL, AT(quality), 0, NULL },
	{ "polln_ann_lookup_duration_seconds", "Time of one nearest-neighbour look-up.", KIND_HISTOGRAM, AT(count.ann),
	  BUCKETS_ANN, NULL },
	{ "polln_federated_sync_success_total", "Federated syncs that succeeded.", KIND_COUNTER, AT(count.sync_success),
	  0, NULL },
	{ "polln_federated_sync_errors_total", "Federated syncs that failed.", KIND_COUNTER, AT(count.sync_errors), 0,
	  NULL },
	{ "polln_federated_sync_last_timestamp", "When the last good federated sync ended, in Unix time.", KIND_WORKED,
	  0, 0, sync_end },
	{ "polln_world_model_entropy", "Entropy of the world model, in nats.", KIND_REAL, AT(entropy), 0, NULL },
	{ "polln_vae_loss", "Loss of the world model's autoencoder.", KIND_REAL, AT(vae_loss), 0, NULL },
	{ "polln_vae_training_errors_total", "Training steps of the autoencoder that failed.", KIND_COUNTER,
	  AT(count.vae_errors), 0, NULL },
	{ "polln_synapses_total", "Synapses in the colony now.", KIND_COUNT, AT(synapses), 0, NULL },
	{ "polln_synapse_nan_count", "Synapses whose weight is not a number.", KIND_COUNT, AT(nan_synapses), 0, NULL },
	{ "polln_synapse_corrupted_count", "Synapses that fail their check.", KIND_COUNT, AT(corrupted_synapses), 0,
	  NULL },
	{ "polln_synapse_weight", "Mean weight of the synapses between two types of agents.", KIND_WEIGHTS, 0, 0,
	  NULL },
	{ "polln_hebbian_updates_total", "Hebbian updates of synapses.", KIND_COUNTER, AT(count.hebbian), 0, NULL },
	{ "polln_graph_evolution_pruned_total", "Edges pruned from the graph.", KIND_COUNTER, AT(count.pruned), 0,
	  NULL },
	{ "polln_graph_evolution_grafted_total", "Edges grafted onto the graph.", KIND_COUNTER, AT(count.grafted), 0,
	  NULL },
	{ "polln_graph_evolution_clusters", "Clusters in the graph.", KIND_COUNT, AT(clusters), 0, NULL },
	{ "polln_requests_total", "Requests answered, by HTTP status.", KIND_STATUSES, 0, 0, NULL },
	{ "polln_request_duration_seconds", "Time of one request.", KIND_HISTOGRAM, AT(count.request), BUCKETS_REQUEST,
	  NULL },
	{ "polln_validation_errors_total", "Data that failed validation.", KIND_COUNTER, AT(count.validation_errors), 0,
	  NULL },
	{ "polln_auth_failures_total", "Failed log-ins.", KIND_COUNTER, AT(count.auth_failures), 0, NULL },
	{ "polln_unauthorized_access_total", "Accesses refused for want of a right.", KIND_COUNTER,
	  AT(count.unauthorized), 0, NULL },
	{ "polln_db_connection_errors_total", "Connections to the database that failed.", KIND_COUNTER,
	  AT(count.database_errors), 0, NULL },
	{ "polln_network_partition_detected", "Whether the colony is cut off from its dependencies.", KIND_COUNT,
	  AT(partitioned), 0, NULL },
	{ "polln_meadow_connected", "Whether the community meadow is connected.", KIND_COUNT, AT(meadow_connected), 0,
	  NULL },
	{ "polln_meadow_sync_errors_total", "Syncs with the meadow that failed.", KIND_COUNTER, AT(count.meadow_errors),
	  0, NULL },
	{ "polln_backup_total", "Backups tried.", KIND_COUNTER, AT(count.backups), 0, NULL },
	{ "polln_backup_success_total", "Backups that succeeded.", KIND_COUNTER, AT(count.backups_good), 0, NULL },
	{ "polln_data_integrity_checks_total", "Integrity checks run.", KIND_COUNTER, AT(count.integrity_checks), 0,
	  NULL },
	{ "process_cpu_seconds_total", "User and system CPU time spent, in seconds.", KIND_SECONDS,
	  AT(count.cpu_seconds), 0, NULL },
	{ "process_resident_memory_bytes", "Resident memory, in bytes.", KIND_WORKED, 0, 0, resident },
	{ "process_virtual_memory_bytes", "Virtual memory, in bytes.", KIND_WORKED, 0, 0, virtual_bytes },
	{ "process_start_time_seconds", "When the process started, in Unix time.", KIND_WORKED, 0, 0, started },
	{ "process_open_fds", "Open file descriptors.", KIND_WORKED, 0, 0, open_files },
	{ "process_max_fds", "Most file descriptors allowed.", KIND_WORKED, 0, 0, most_files },
};

static const char *type_of(enum kind kind)
{
	switch (kind) {
	case KIND_COUNTER:
	case KIND_SECONDS:
	case KIND_STATUSES: return "counter";
	case KIND_HISTOGRAM: return "histogram";
	default: return "gauge";
	}
}

static void add_whole(struct strbuf *ret, double value)
{
	strbuf_addf(ret, "%llu\n", (unsigned long long)value);
}

static void add_histogram(struct strbuf *ret, const struct metric *metric, const struct buckets *buckets)
{
	const struct bucket_bounds *bounds = bucket_bounds_of(metric->bounds);

	for (size_t i = 0; i < bounds->count; i++)
		strbuf_addf(ret, "%s_bucket{le=\"%s\"} %llu\n", metric->name, bounds->texts[i],
			    (unsigned long long)buckets->upto[i]);
	strbuf_addf(ret, "%s_bucket{le=\"+Inf\"} %llu\n", metric->name, (unsigned long long)buckets->count);
	strbuf_addf(ret, "%s_sum %.6f\n%s_count %llu\n", metric->name, buckets->sum, metric->name,
		    (unsigned long long)buckets->count);
}

/* NaN sits in the weights between the busiest types first, and reaches a further pair with every dozen. */
static void add_weights(struct strbuf *ret, const struct metric *metric, const struct instance *instance)
{
	double spoilt = ceil(instance->nan_synapses / 12);

	for (int i = 0; i < WEIGHT_COUNT; i++) {
		if (i < spoilt)
			strbuf_addf(ret, "%s{%s} NaN\n", metric->name, weight_labels[i]);
		else
			strbuf_addf(ret, "%s{%s} %.6f\n", metric->name, weight_labels[i], instance->weights[i]);
	}
}

static void add_metric(struct strbuf *ret, const struct metric *metric, const struct colony *colony,
		       const struct instance *instance)
{
	const void *place = (const char *)instance + metric->offset;

	strbuf_addf(ret, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name,
		    type_of(metric->kind));
	switch (metric->kind) {
	case KIND_HISTOGRAM: add_histogram(ret, metric, place); return;
	case KIND_WEIGHTS: add_weights(ret, metric, instance); return;
	case KIND_STATUSES:
		for (size_t i = 0; i < STATUS_COUNT; i++) {
			strbuf_addf(ret, "%s{status=\"%s\"} ", metric->name, status_texts[i]);
			add_whole(ret, instance->count.requests[i]);
		}
		return;
	default: break;
	}
	strbuf_addf(ret, "%s ", metric->name);
	switch (metric->kind) {
	case KIND_COUNTER:
	case KIND_COUNT: add_whole(ret, *(const double *)place); break;
	case KIND_SECONDS:
	case KIND_REAL: strbuf_addf(ret, "%.6f\n", *(const double *)place); break;
	default: strbuf_addf(ret, "%.15g\n", metric->work(colony, instance)); break;
	}
}

void colony_metrics(const struct colony *colony, enum colony_service service, unsigned number, struct strbuf *ret)
{
	if (service != SERVICE_COLONY) {
		if ((unsigned)service < SERVICE_COUNT && number == 0)
			exposition_dependency(colony, service, ret);
		return;
	}
	if (number >= colony->instance_count)
		return;
	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++)
		add_metric(ret, &metrics[i], colony, &colony->instances[number]);
}
