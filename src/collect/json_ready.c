#include "collect/json_ready.h"

#include <stddef.h>
#include <string.h>

#define APPROVALS                                                                                                      \
	"- { name: dryad_approvals_pending, help: 'actions that wait for a person', path: 'pending_approvals[*]', "    \
	"count: true }\n"                                                                                              \
	"- { name: dryad_approvals_pending_by_risk, help: 'the same by risk and kind of action', "                     \
	"path: 'pending_approvals[*]', labels: [risk_level=risk_level, action_type=action_type], count: true }\n"      \
	"- { name: dryad_approvals_listed, help: 'how many the application says there are', path: total }\n"           \
	"- { name: dryad_approval_expires_timestamp_seconds, help: 'when an action that waits expires', "              \
	"path: 'pending_approvals[*]', value: expires_at, "                                                            \
	"labels: [id=id, approval_id=approval_id, risk_level=risk_level] }\n"

#define APPROVALS_TABLE                                                                                                \
	"title: Pending approvals\n"                                                                                   \
	"empty: nothing waits for approval\n"                                                                          \
	"path: 'pending_approvals[*]'\n"                                                                               \
	"columns: [id=id, approval=approval_id, risk=risk_level, action=action_type, agent=agent_id, state=status, "   \
	"asked=created_at, expires=expires_at, what=description]\n"                                                    \
	"moods: { critical: bad, high: warning, low: dim, expired: warning }\n"

#define SELF_HEALING                                                                                                   \
	"- { name: dryad_self_healing_tasks, help: 'tasks by state', path: status_counts.*, labels: [status=$key] }\n" \
	"- { name: dryad_self_healing_tasks_by_severity, help: 'tasks by severity', path: severity_counts.*, "         \
	"labels: [severity=$key] }\n"                                                                                  \
	"- { name: dryad_self_healing_guardian_running, help: '1: the guardian watches', path: guardian.running }\n"   \
	"- { name: dryad_self_healing_errors_detected_total, type: counter, help: 'errors the guardian saw', "         \
	"path: guardian.errors_detected }\n"                                                                           \
	"- { name: dryad_self_healing_errors_submitted_total, type: counter, help: 'errors that became tasks', "       \
	"path: guardian.errors_submitted }\n"                                                                          \
	"- { name: dryad_self_healing_errors_deduplicated_total, type: counter, help: 'errors known already', "        \
	"path: guardian.errors_deduplicated }\n"                                                                       \
	"- { name: dryad_self_healing_dedup_entries, help: 'errors remembered as known', "                             \
	"path: guardian.active_dedup_entries }\n"

#define SELF_HEALING_TABLE                                                                                             \
	"title: Self-healing tasks\n"                                                                                  \
	"empty: no task of any state\n"                                                                                \
	"path: status_counts.*\n"                                                                                      \
	"columns: [state=$key, tasks=]\n"                                                                              \
	"moods: { failed: bad, rolled_back: warning, pending_review: warning, completed: good }\n"

/* Keys carry labels: code_reviews_total{tenant_id=t1}. Times are in seconds, of the last thousand. */
#define METRICS                                                                                                        \
	"- { name: '${key}', type: counter, path: counters.* }\n"                                                      \
	"- { name: '${key}', path: gauges.* }\n"                                                                       \
	"- { name: '${key}_duration_seconds_count', type: counter, path: timings.*, value: count }\n"                  \
	"- { name: '${key}_duration_seconds_sum', type: counter, path: timings.*, value: sum }\n"                      \
	"- { name: '${key}_duration_seconds', path: timings.*, value: p50, labels: { quantile: '\"0.5\"' } }\n"        \
	"- { name: '${key}_duration_seconds', path: timings.*, value: p95, labels: { quantile: '\"0.95\"' } }\n"       \
	"- { name: '${key}_duration_seconds', path: timings.*, value: p99, labels: { quantile: '\"0.99\"' } }\n"       \
	"- { name: '${key}_duration_seconds_max', path: timings.*, value: max }\n"                                     \
	"- { name: dryad_uptime_seconds, help: 'since the application started', path: uptime_seconds }\n"

const struct json_ready json_ready_table[] = {
	{ "dryad-approvals", "/api/v1/approvals/pending", APPROVALS, APPROVALS_TABLE },
	{ "dryad-self-healing", "/api/v1/orchestrator/self-healing/stats", SELF_HEALING, SELF_HEALING_TABLE },
	{ "dryad-metrics", "/metrics", METRICS, NULL },
	{ 0 },
};

const struct json_ready *json_ready_find(const char *name)
{
	for (const struct json_ready *ready = json_ready_table; ready->name; ready++)
		if (strcmp(ready->name, name) == 0)
			return ready;
	return NULL;
}
