/* What raises which alert in the simulated colony, and what does not help: the table of test_colony_fault.c. */
#ifndef TESTS_UNIT_COLONY_CONDITIONS_H
#define TESTS_UNIT_COLONY_CONDITIONS_H

#include <stdbool.h>

#include "sim/colony.h"

/*
 * Each row is one alert of POLLN's rules that a fault must raise. Its
 * condition is worked out from the pages as Prometheus would, every half
 * minute, for the instance that is worst.
 */
enum kind {
	UP,          /* up == 0 of `service` */
	VALUE,       /* a figure */
	AGE,         /* now less a time stamp */
	RATE,        /* per second over `window_s` */
	RATIO,       /* increase of `metric` over that of `other`, of each instance */
	QUANTILE,    /* the 99th percentile of a histogram */
	ALL_FAILING, /* share of 5xx in all instances' requests */
};

struct condition {
	const char *fault, *alert;
	enum kind kind;
	enum colony_service service;
	const char *metric, *other;
	double window_s, above, below; /* it holds when it is > above, or < below when that is not 0 */
	double for_s;
	double within_s;   /* the alert fires by then */
	const char *wrong; /* a verb that does not help */
	double gone_s;     /* after the remedy the condition is gone; 0: not looked at */
	bool latched;      /* a bare counter: gone only after a restart */
};

#define NOTHING_BELOW 0
#define DECISION      "polln_decision_duration_seconds"
#define OK_REQUESTS   "polln_requests_total{status=\"200\"}"
#define GIB           (1024.0 * 1024 * 1024)

static const struct condition conditions[] = {
	{ "crash", "ColonyDown", UP, SERVICE_COLONY, "", "", 0, 0, 1, 60, 120, "reload", 60, false },
	{ "deadlock", "ColonyDown", UP, SERVICE_COLONY, "", "", 0, 0, 1, 60, 120, "restart 1", 60, false },
	{ "out-of-memory", "CriticalMemoryUsage", VALUE, 0, "process_resident_memory_bytes", "", 0, 14 * GIB, 0, 120,
	  390, "restart", 240, false },
	{ "out-of-memory", "HighMemoryUsage", VALUE, 0, "process_resident_memory_bytes", "", 0, 8 * GIB, 0, 300, 600,
	  "gc", 240, false },
	{ "lmcache-down", "KVCacheBackendDown", UP, SERVICE_LMCACHE, "", "", 0, 0, 1, 60, 120, "restart redis", 60,
	  false },
	{ "lmcache-down", "LowAnchorHitRate", RATIO, 0, "polln_anchor_hits_total", "polln_anchor_lookups_total", 300, 0,
	  0.7, 600, 1020, "cache clear", 420, false },
	{ "federated-down", "FederatedCoordinatorDown", UP, SERVICE_FEDERATED, "", "", 0, 0, 1, 60, 120, "sync force",
	  60, false },
	{ "federated-down", "FederatedSyncFailing", RATE, 0, "polln_federated_sync_errors_total", "", 300, 0.1, 0, 300,
	  600, "federated connect", 420, false },
	{ "federated-down", "NoRecentSync", AGE, 0, "polln_federated_sync_last_timestamp", "", 0, 1800, 0, 300, 2280,
	  "restart", 120, false },
	{ "worldmodel-down", "WorldModelDown", UP, SERVICE_WORLDMODEL, "", "", 0, 0, 1, 60, 120, "worldmodel rebuild",
	  60, false },
	{ "worldmodel-down", "VAETrainingError", RATE, 0, "polln_vae_training_errors_total", "", 300, 0.01, 0, 300, 540,
	  "worldmodel rebuild", 420, false },
	{ "worldmodel-down", "DreamCycleStalled", AGE, 0, "polln_dream_cycle_last_timestamp", "", 0, 3600, 0, 300, 4080,
	  "dream", 480, false },
	{ "meadow-down", "MeadowDisconnected", VALUE, 0, "polln_meadow_connected", "", 0, 0, 1, 600, 720,
	  "meadow connect", 60, false },
	{ "meadow-down", "MeadowSyncFailure", RATE, 0, "polln_meadow_sync_errors_total", "", 300, 0.05, 0, 300, 660,
	  "restart", 420, false },
	{ "redis-down", "RedisDown", UP, SERVICE_REDIS, "", "", 0, 0, 1, 60, 120, "restart lmcache", 60, false },
	{ "network-partition", "NetworkPartition", VALUE, 0, "polln_network_partition_detected", "", 0, 0, 0, 60, 120,
	  "reconnect", 60, false },
	{ "network-partition", "FederatedSyncFailing", RATE, 0, "polln_federated_sync_errors_total", "", 300, 0.1, 0,
	  300, 600, "network allow", 420, false },
	{ "network-partition", "MeadowDisconnected", VALUE, 0, "polln_meadow_connected", "", 0, 0, 1, 600, 720,
	  "restart meadow", 60, false },
	{ "nan-synapses", "SynapseNaNDetected", VALUE, 0, "polln_synapse_nan_count", "", 0, 0, 0, 60, 120, "restart",
	  60, false },
	{ "nan-synapses", "ValidationFailure", VALUE, 0, "polln_validation_errors_total", "", 0, 0, 0, 60, 150,
	  "synapses reinit", 180, true },
	{ "corrupted-synapses", "SynapseCorruption", VALUE, 0, "polln_synapse_corrupted_count", "", 0, 0, 0, 60, 120,
	  "synapses reset", 60, false },
	{ "corrupted-synapses", "ValidationFailure", VALUE, 0, "polln_validation_errors_total", "", 0, 0, 0, 60, 150,
	  "synapses reset", 180, true },
	{ "corrupted-agents", "ColonyUnhealthy", VALUE, 0, "polln_colony_healthy", "", 0, 0, 1, 120, 300,
	  "agents spawn", 60, false },
	{ "corrupted-agents", "ValidationFailure", VALUE, 0, "polln_validation_errors_total", "", 0, 0, 0, 60, 150,
	  "agents prune", 180, true },
	{ "corrupted-agents", "SLAViolationAvailability", ALL_FAILING, 0, "", "", 300, 0.001, 0, 300, 600, "restart",
	  420, false },
	{ "corrupted-anchors", "LowAnchorHitRate", RATIO, 0, "polln_anchor_hits_total", "polln_anchor_lookups_total",
	  300, 0, 0.7, 600, 1020, "cache clear", 480, false },
	{ "corrupted-anchors", "ValidationFailure", VALUE, 0, "polln_validation_errors_total", "", 0, 0, 0, 60, 150,
	  "ann rebuild", 180, true },
	{ "corrupted-federated", "FederatedSyncFailing", RATE, 0, "polln_federated_sync_errors_total", "", 300, 0.1, 0,
	  300, 600, "restart federated", 420, false },
	{ "corrupted-federated", "NoRecentSync", AGE, 0, "polln_federated_sync_last_timestamp", "", 0, 1800, 0, 300,
	  2280, "sync force", 120, false },
	{ "corrupted-federated", "ValidationFailure", VALUE, 0, "polln_validation_errors_total", "", 0, 0, 0, 60, 180,
	  "restart", 180, true },
	{ "database-failing", "DatabaseConnectionFailing", VALUE, 0, "polln_db_connection_errors_total", "", 0, 0, 0,
	  120, 240, "restart", 180, true },
	{ "database-failing", "SLAViolationAvailability", ALL_FAILING, 0, "", "", 300, 0.001, 0, 300, 600,
	  "restart redis", 420, false },
	{ "entropy-loss", "WorldModelEntropyLow", VALUE, 0, "polln_world_model_entropy", "", 0, 0, 0.5, 600, 960,
	  "restart worldmodel", 180, false },
	{ "entropy-loss", "VAETrainingError", RATE, 0, "polln_vae_training_errors_total", "", 300, 0.01, 0, 300, 660,
	  "dream disable", 420, false },
	{ "latency", "HighDecisionLatency", QUANTILE, 0, DECISION, "", 300, 0.5, 0, 300, 540, "restart", 480, false },
	{ "latency", "CriticalDecisionLatency", QUANTILE, 0, DECISION, "", 300, 2, 0, 120, 420, "cache clear", 480,
	  false },
	{ "latency", "SLAViolationLatency", QUANTILE, 0, "polln_request_duration_seconds", "", 300, 1, 0, 300, 540,
	  "agents limit 1000", 480, false },
	{ "memory-leak", "HighMemoryUsage", VALUE, 0, "process_resident_memory_bytes", "", 0, 8 * GIB, 0, 300, 660,
	  "gc force", 120, false },
	{ "memory-leak", "CriticalMemoryUsage", VALUE, 0, "process_resident_memory_bytes", "", 0, 14 * GIB, 0, 120,
	  1080, "restart 0", 120, false },
	{ "agent-explosion", "AgentCountHigh", VALUE, 0, "polln_agents_total", "", 0, 10000, 0, 300, 600,
	  "agents prune", 180, false },
	{ "agent-explosion", "HighMemoryUsage", VALUE, 0, "process_resident_memory_bytes", "", 0, 8 * GIB, 0, 300, 600,
	  "cache clear", 180, false },
	{ "agent-explosion", "HighDecisionLatency", QUANTILE, 0, DECISION, "", 300, 0.5, 0, 300, 720, "restart", 480,
	  false },
	{ "agent-explosion", "HighCPUUsage", RATE, 0, "process_cpu_seconds_total", "", 300, 3, 0, 300, 720, "gc", 480,
	  false },
	{ "agent-explosion", "EventLoopLag", VALUE, 0, "polln_event_loop_lag_seconds", "", 0, 0.1, 0, 120, 420,
	  "agents limit 1000", 180, false },
	{ "dream-saturation", "LongDreamCycle", VALUE, 0, "polln_dream_cycle_duration_seconds", "", 0, 900, 0, 60, 420,
	  "dream interval 6h", 480, false },
	{ "kv-saturation", "AnchorPoolSaturated", VALUE, 0, "polln_anchor_pool_usage", "", 0, 0.9, 0, 300, 540,
	  "ann rebuild", 120, false },
	{ "kv-saturation", "HighANNLatency", QUANTILE, 0, "polln_ann_lookup_duration_seconds", "", 300, 0.05, 0, 300,
	  660, "restart lmcache", 480, false },
	{ "kv-saturation", "LowAnchorHitRate", RATIO, 0, "polln_anchor_hits_total", "polln_anchor_lookups_total", 300,
	  0, 0.7, 600, 1080, "anchors quality 0.7", 480, false },
	{ "auth-attack", "HighAuthFailureRate", RATE, 0, "polln_auth_failures_total", "", 300, 10, 0, 120, 300,
	  "restart", 420, false },
	{ "auth-attack", "PotentialAttack", RATE, 0, "polln_auth_failures_total", "", 60, 100, 0, 60, 240,
	  "circuit reset", 120, false },
	{ "auth-attack", "UnauthorizedAccess", VALUE, 0, "polln_unauthorized_access_total", "", 0, 0, 0, 60, 180,
	  "restart", 180, true },
	{ "error-burst", "SLAViolationAvailability", ALL_FAILING, 0, "", "", 300, 0.001, 0, 300, 480, "restart", 420,
	  false },
	{ "error-burst", "ErrorBudgetBurn", ALL_FAILING, 0, "", "", 3600, 0.01, 0, 300, 780, "reload", 3700, false },
	{ "agent-loss", "AgentCountLow", VALUE, 0, "polln_agents_total", "", 0, 0, 100, 300, 600, "agents limit 1000",
	  120, false },
	{ "traffic-loss", "ThroughputLow", RATE, 0, OK_REQUESTS, "", 300, 0, 150, 600, 1020, "restart", 480, false },
	{ "traffic-loss", "ThroughputCritical", RATE, 0, OK_REQUESTS, "", 300, 0, 30, 300, 780, "network restore", 480,
	  false },
	{ "backup-failing", "BackupTooOld", AGE, 0, "polln_backup_last_success_timestamp_seconds", "", 0, 900, 0, 60,
	  1080, "backup prune", 330, false },
	{ "backup-slow", "BackupSlow", VALUE, 0, "polln_backup_last_duration_seconds", "", 0, 600, 0, 60, 480,
	  "backup prune", 330, false },
	{ "backup-swollen", "BackupTooLarge", VALUE, 0, "polln_backup_last_size_bytes", "", 0, 6e9, 0, 60, 480,
	  "backup repair", 330, false },
	{ "backup-spoilt", "BackupVerificationFailed", VALUE, 0, "polln_backup_last_verification_success", "", 0, 0, 1,
	  60, 480, "backup repair", 60, false },
	{ "replication-stalled", "BackupNotCopied", AGE, 0, "polln_backup_dr_copy_timestamp_seconds", "", 0, 420, 0, 60,
	  780, "backup", 330, false },
	{ "failover-stuck", "FailoverTooLong", VALUE, 0, "polln_failover_running_seconds", "", 0, 900, 0, 60, 1080,
	  "network restore", 60, false },
	{ "nan-synapses", "DataIntegrityFailed", RATE, 0, "polln_data_integrity_failures_total", "", 600, 0, 0, 60, 240,
	  "synapses reinit", 690, false },
	{ "synapse-bloat", "HighDecisionLatency", QUANTILE, 0, DECISION, "", 300, 0.5, 0, 300, 780, "agents prune", 480,
	  false },
	{ "synapse-bloat", "SLAViolationLatency", QUANTILE, 0, "polln_request_duration_seconds", "", 300, 1, 0, 300,
	  900, "synapses prune below=0.05", 480, false },
	{ "slow-network", "RequestLatencyWarning", QUANTILE, 0, "polln_request_duration_seconds", "", 300, 0.5, 0, 300,
	  780, "network allow", 480, false },
	{ "crash-loop", "ColonyDown", UP, SERVICE_COLONY, "", "", 0, 0, 1, 60, 120, "restart", 120, false },
	{ "corrupted-store", "SynapseCorruption", VALUE, 0, "polln_synapse_corrupted_count", "", 0, 0, 0, 60, 120,
	  "restore full latest", 180, false },
	{ "corrupted-store", "WorldModelEntropyLow", VALUE, 0, "polln_world_model_entropy", "", 0, 0, 0.5, 600, 960,
	  "worldmodel rebuild", 300, false },
	{ "zone-loss", "ColonyDown", UP, SERVICE_COLONY, "", "", 0, 0, 1, 60, 120, "restart 1", 180, false },
	{ "zones-and-standby-loss", "ColonyDown", UP, SERVICE_COLONY, "", "", 0, 0, 1, 60, 120, "standby start", 180,
	  false },
	{ "region-loss", "ColonyDown", UP, SERVICE_COLONY, "", "", 0, 0, 1, 60, 120, "restart", 180, false },
	{ "region-loss", "RedisDown", UP, SERVICE_REDIS, "", "", 0, 0, 1, 60, 120, "restart redis", 180, false },
};

#endif
