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

static double backup_end(const struct colony *colony, const struct instance *instance)
{
	(void)instance;
	return (double)colony->backup_last_ms / 1000;
}

static double backup_copied(const struct colony *colony, const struct instance *instance)
{
	(void)instance;
	return (double)colony->backup_copied_ms / 1000;
}

static double backup_length(const struct colony *colony, const struct instance *instance)
{
	(void)instance;
	return floor(colony->backup_s * 10) / 10;
}

static double backup_size(const struct colony *colony, const struct instance *instance)
{
	(void)instance;
	return floor(colony->backup_bytes);
}

static double backup_verified(const struct colony *colony, const struct instance *instance)
{
	(void)instance;
	return colony->backup_verified;
}

static double failover_length(const struct colony *colony, const struct instance *instance)
{
	(void)instance;
	return colony->failover_s;
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
	/* clang-format off */
	{ .name = "polln_colony_healthy", .help = "Whether the colony finds itself healthy.", .kind = KIND_COUNT, .offset = AT(healthy) },
	{ .name = "polln_agents_total", .help = "Agents in the colony now.", .kind = KIND_COUNT, .offset = AT(held.agents) },
	{ .name = "polln_agents_healthy", .help = "Agents that are well.", .kind = KIND_COUNT, .offset = AT(held.agents_well) },
	{ .name = "polln_agent_accuracy_score", .help = "Share of decisions that were right.", .kind = KIND_REAL, .offset = AT(accuracy) },
	{ .name = "polln_decisions_total", .help = "Decisions made.", .kind = KIND_COUNTER, .offset = AT(count.decision.count) },
	{ .name = "polln_decision_duration_seconds", .help = "Time of one decision.", .kind = KIND_HISTOGRAM, .offset = AT(count.decision), .bounds = BUCKETS_DECISION },
	{ .name = "polln_dream_cycle_duration_seconds", .help = "Length of the last dream cycle, or of the running one once it is longer.", .kind = KIND_WORKED, .work = dream_length },
	{ .name = "polln_dream_cycle_last_timestamp", .help = "When the last dream cycle ended, in Unix time.", .kind = KIND_WORKED, .work = dream_end },
	{ .name = "polln_event_loop_lag_seconds", .help = "Lag of the event loop.", .kind = KIND_REAL, .offset = AT(lag_s) },
	{ .name = "polln_anchor_lookups_total", .help = "Anchor look-ups.", .kind = KIND_COUNTER, .offset = AT(count.lookups) },
	{ .name = "polln_anchor_hits_total", .help = "Anchor look-ups that found one.", .kind = KIND_COUNTER, .offset = AT(count.hits) },
	{ .name = "polln_anchor_pool_usage", .help = "Share of the anchor pool in use.", .kind = KIND_REAL, .offset = AT(pool) },
	{ .name = "polln_anchors_total", .help = "Anchors held.", .kind = KIND_COUNT, .offset = AT(anchors) },
	{ .name = "polln_anchor_compression_ratio", .help = "Size of what anchors stand for over their own.", .kind = KIND_REAL, .offset = AT(compression) },
	{ .name = "polln_anchor_quality_score", .help = "Mean quality of the anchors, 0 to 1.", .kind = KIND_REAL, .offset = AT(quality) },
	{ .name = "polln_ann_lookup_duration_seconds", .help = "Time of one nearest-neighbour look-up.", .kind = KIND_HISTOGRAM, .offset = AT(count.ann), .bounds = BUCKETS_ANN },
	{ .name = "polln_federated_sync_success_total", .help = "Federated syncs that succeeded.", .kind = KIND_COUNTER, .offset = AT(count.sync_success) },
	{ .name = "polln_federated_sync_errors_total", .help = "Federated syncs that failed.", .kind = KIND_COUNTER, .offset = AT(count.sync_errors) },
	{ .name = "polln_federated_sync_last_timestamp", .help = "When the last good federated sync ended, in Unix time.", .kind = KIND_WORKED, .work = sync_end },
	{ .name = "polln_world_model_entropy", .help = "Entropy of the world model, in nats.", .kind = KIND_REAL, .offset = AT(entropy) },
	{ .name = "polln_vae_loss", .help = "Loss of the world model's autoencoder.", .kind = KIND_REAL, .offset = AT(vae_loss) },
	{ .name = "polln_vae_training_errors_total", .help = "Training steps of the autoencoder that failed.", .kind = KIND_COUNTER, .offset = AT(count.vae_errors) },
	{ .name = "polln_synapses_total", .help = "Synapses in the colony now.", .kind = KIND_COUNT, .offset = AT(synapses) },
	{ .name = "polln_synapse_nan_count", .help = "Synapses whose weight is not a number.", .kind = KIND_COUNT, .offset = AT(nan_synapses) },
	{ .name = "polln_synapse_corrupted_count", .help = "Synapses that fail their check.", .kind = KIND_COUNT, .offset = AT(corrupted_synapses) },
	{ .name = "polln_synapse_weight", .help = "Mean weight of the synapses between two types of agents.", .kind = KIND_WEIGHTS },
	{ .name = "polln_hebbian_updates_total", .help = "Hebbian updates of synapses.", .kind = KIND_COUNTER, .offset = AT(count.hebbian) },
	{ .name = "polln_graph_evolution_pruned_total", .help = "Edges pruned from the graph.", .kind = KIND_COUNTER, .offset = AT(count.pruned) },
	{ .name = "polln_graph_evolution_grafted_total", .help = "Edges grafted onto the graph.", .kind = KIND_COUNTER, .offset = AT(count.grafted) },
	{ .name = "polln_graph_evolution_clusters", .help = "Clusters in the graph.", .kind = KIND_COUNT, .offset = AT(clusters) },
	{ .name = "polln_requests_total", .help = "Requests answered, by HTTP status.", .kind = KIND_STATUSES },
	{ .name = "polln_request_duration_seconds", .help = "Time of one request.", .kind = KIND_HISTOGRAM, .offset = AT(count.request), .bounds = BUCKETS_REQUEST },
	{ .name = "polln_validation_errors_total", .help = "Data that failed validation.", .kind = KIND_COUNTER, .offset = AT(count.validation_errors) },
	{ .name = "polln_auth_failures_total", .help = "Failed log-ins.", .kind = KIND_COUNTER, .offset = AT(count.auth_failures) },
	{ .name = "polln_unauthorized_access_total", .help = "Accesses refused for want of a right.", .kind = KIND_COUNTER, .offset = AT(count.unauthorized) },
	{ .name = "polln_db_connection_errors_total", .help = "Connections to the database that failed.", .kind = KIND_COUNTER, .offset = AT(count.database_errors) },
	{ .name = "polln_network_partition_detected", .help = "Whether the colony is cut off from its dependencies.", .kind = KIND_COUNT, .offset = AT(partitioned) },
	{ .name = "polln_meadow_connected", .help = "Whether the community meadow is connected.", .kind = KIND_COUNT, .offset = AT(meadow_connected) },
	{ .name = "polln_meadow_sync_errors_total", .help = "Syncs with the meadow that failed.", .kind = KIND_COUNTER, .offset = AT(count.meadow_errors) },
	{ .name = "polln_backup_total", .help = "Backups tried.", .kind = KIND_COUNTER, .offset = AT(count.backups) },
	{ .name = "polln_backup_success_total", .help = "Backups that succeeded.", .kind = KIND_COUNTER, .offset = AT(count.backups_good) },
	{ .name = "polln_backup_last_success_timestamp_seconds", .help = "When the last good backup ended, in Unix time.", .kind = KIND_WORKED, .work = backup_end },
	{ .name = "polln_backup_last_duration_seconds", .help = "How long the last good backup took.", .kind = KIND_WORKED, .work = backup_length },
	{ .name = "polln_backup_last_size_bytes", .help = "Size of the last good backup.", .kind = KIND_WORKED, .work = backup_size },
	{ .name = "polln_backup_last_verification_success", .help = "Whether the last backup that was checked passed.", .kind = KIND_WORKED, .work = backup_verified },
	{ .name = "polln_backup_dr_copy_timestamp_seconds", .help = "End of the newest backup that the other region has too, in Unix time.", .kind = KIND_WORKED, .work = backup_copied },
	{ .name = "polln_failover_running_seconds", .help = "How long the failover under way has taken; 0: none is.", .kind = KIND_WORKED, .work = failover_length },
	{ .name = "polln_data_integrity_checks_total", .help = "Integrity checks run.", .kind = KIND_COUNTER, .offset = AT(count.integrity_checks) },
	{ .name = "polln_data_integrity_failures_total", .help = "Integrity checks that found something spoilt.", .kind = KIND_COUNTER, .offset = AT(count.integrity_failures) },
	{ .name = "process_cpu_seconds_total", .help = "User and system CPU time spent, in seconds.", .kind = KIND_SECONDS, .offset = AT(count.cpu_seconds) },
	{ .name = "process_resident_memory_bytes", .help = "Resident memory, in bytes.", .kind = KIND_WORKED, .work = resident },
	{ .name = "process_virtual_memory_bytes", .help = "Virtual memory, in bytes.", .kind = KIND_WORKED, .work = virtual_bytes },
	{ .name = "process_start_time_seconds", .help = "When the process started, in Unix time.", .kind = KIND_WORKED, .work = started },
	{ .name = "process_open_fds", .help = "Open file descriptors.", .kind = KIND_WORKED, .work = open_files },
	{ .name = "process_max_fds", .help = "Most file descriptors allowed.", .kind = KIND_WORKED, .work = most_files },
	/* clang-format on */
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
