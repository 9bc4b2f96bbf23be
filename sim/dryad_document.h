/*
 * JSON documents of the simulated DRYAD: what each path of each application
 * answers. A document function fills `root`, an object; one that changes
 * something does it first. Times are written as the applications do.
 */
#ifndef SIM_DRYAD_DOCUMENT_H
#define SIM_DRYAD_DOCUMENT_H

#include "config/json.h"
#include "sim/dryad_state.h"

struct document_call {
	struct dryad *dryad;
	const struct backend *backend;
	const struct world_request *request;
	const char *rest; /* what stands for the * of the path: "" when there is none */
	unsigned status;  /* 200 unless set */
	cJSON *root;
};

typedef void document_function(struct document_call *call);

/* "2026-01-05T12:00:00.123456": local time, no zone. */
void document_add_time(cJSON *object, const char *name, int64_t time_ms);
/* A value whose digits do not matter: rounded to so many decimals. */
void document_add_number(cJSON *object, const char *name, double value, int decimals);
/* FastAPI's way to refuse: {"detail": TEXT}. */
void document_refuse(struct document_call *call, unsigned status, const char *detail);
/* A query parameter, or NULL. */
const char *document_argument(const struct document_call *call, const char *name);
/* The number a path or parameter gives behind `prefix` ("sh-000012"); false when it is none. */
bool document_number(const char *text, const char *prefix, uint64_t *ret);

/* "healthy", "degraded", "unhealthy" by L9's score, and by how much of something is used. */
const char *document_score_word(double score);
const char *document_usage_word(double percent, double degraded, double unhealthy);

/* dryad_health.c: L9-full's health family */
document_function l9_health_status, l9_health_llm, l9_health_services, l9_health_breakers, l9_health_features,
	l9_health_capabilities, l9_health_errors, l9_health_performance;

/* dryad_health_more.c */
document_function l9_health_security, l9_health_monitoring, l9_health_monitoring_metrics, l9_health_monitoring_alerts,
	l9_health_quick, l9_health_detailed, l9_health_pools, l9_security_health;

/* dryad_health_other.c: the other applications' */
document_function agent_health, agent_metrics, agent_status, agent_logs, university_health, university_root,
	university_performance, university_errors, university_services, university_database, university_sockets;

/* dryad_work.c */
document_function approvals_list, approvals_act, healing_list, healing_one, healing_stats, healing_act;

/* dryad_actions.c */
document_function post_breakers_reset, post_basic_mode, post_standard_mode, post_reset, post_unblock, post_check,
	post_resolve, post_login_needed, post_key_rotate;

/* dryad_beside.c: what stands beside the backend */
document_function chroma_heartbeat, ollama_tags;

cJSON *l9_health_services_object(const struct dryad *dryad);
cJSON *l9_health_breakers_object(const struct dryad *dryad);

#endif
