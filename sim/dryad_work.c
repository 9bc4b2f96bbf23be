#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/dryad_document.h"

/* The operator's queues as documents: approvals (human in the loop) and self-healing. */

static const char *const risks[] = { "low", "medium", "high", "critical" };
static const char *const actions[] = { "code_execution",       "data_deletion", "external_api_call",
				       "configuration_change", "file_write",    "agent_spawn" };
static const char *const approval_states[] = { "pending", "approved", "rejected", "expired", "cancelled" };
static const char *const healing_states[] = { "pending_review", "approved", "rejected",   "executing",
					      "completed",      "failed",   "rolled_back" };

/* One of many decided is no end of a flood; while they are decided one by one, more come. */
enum { FLOOD = 10 };

static bool is_wanted(const struct document_call *call, const char *parameter, const char *value)
{
	const char *wanted = document_argument(call, parameter);

	return !wanted || !*wanted || !strcmp(wanted, value);
}

/* At most so many: 100 unless said. */
static uint64_t read_limit(const struct document_call *call)
{
	const char *text = document_argument(call, "limit");
	uint64_t limit;

	return text && document_number(text, "", &limit) && limit ? limit : 100;
}

static cJSON *approval_object(const struct approval *approval)
{
	cJSON *entry = cJSON_CreateObject();
	char text[32];

	snprintf(text, sizeof(text), "apr-%06llu", (unsigned long long)approval->number);
	cJSON_AddStringToObject(entry, "approval_id", text);
	snprintf(text, sizeof(text), "agent-%02u", approval->agent + 1);
	cJSON_AddStringToObject(entry, "agent_id", text);
	cJSON_AddStringToObject(entry, "action_type", actions[approval->action]);
	cJSON_AddStringToObject(entry, "risk_level", risks[approval->risk]);
	cJSON_AddStringToObject(entry, "status", approval_states[approval->state]);
	document_add_time(entry, "created_at", approval->created_ms);
	document_add_time(entry, "expires_at", approval->expires_ms);
	return entry;
}

void approvals_list(struct document_call *call)
{
	const struct dryad_queues *queues = &call->dryad->queues;
	cJSON *list = cJSON_AddArrayToObject(call->root, "pending_approvals");
	uint64_t limit = read_limit(call);
	double total = 0;
	char agent[16];

	for (size_t i = 0; i < queues->approval_count; i++) {
		const struct approval *approval = &queues->approvals[i];

		snprintf(agent, sizeof(agent), "agent-%02u", approval->agent + 1);
		if (approval->state != APPROVAL_PENDING || !is_wanted(call, "risk_level", risks[approval->risk]) ||
		    !is_wanted(call, "action_type", actions[approval->action]) || !is_wanted(call, "agent_id", agent))
			continue;
		if (total++ < (double)limit)
			cJSON_AddItemToArray(list, approval_object(approval));
	}
	cJSON_AddNumberToObject(call->root, "total", total);
}

void approvals_act(struct document_call *call)
{
	const char *slash = strchr(call->rest, '/');
	bool approve = slash && !strcmp(slash, "/approve");
	uint64_t number;

	if (!slash || (!approve && strcmp(slash, "/reject") != 0)) {
		document_refuse(call, 404, "Not Found");
	} else if (!document_number(call->rest, "apr-", &number) || !approvals_decide(call->dryad, number, approve)) {
		document_refuse(call, 404, "Approval request not found or already decided");
	} else {
		if (approvals_pending(call->dryad) < FLOOD)
			dryad_remedy(call->dryad, approve ? "approvals approve" : "approvals reject");
		cJSON_AddStringToObject(call->root, "status", approve ? "approved" : "rejected");
		document_add_time(call->root, "decided_at", call->dryad->stepped_ms);
	}
}

static cJSON *task_object(const struct healing_task *task)
{
	cJSON *entry = cJSON_CreateObject();
	char text[32];

	snprintf(text, sizeof(text), "sh-%06llu", (unsigned long long)task->number);
	cJSON_AddStringToObject(entry, "task_id", text);
	cJSON_AddStringToObject(entry, "status", healing_states[task->state]);
	cJSON_AddStringToObject(entry, "severity", risks[task->severity]);
	cJSON_AddStringToObject(entry, "error_type", dryad_cause_names[task->cause]);
	document_add_time(entry, "created_at", task->created_ms);
	return entry;
}

void healing_list(struct document_call *call)
{
	const struct dryad_queues *queues = &call->dryad->queues;
	cJSON *list = cJSON_AddArrayToObject(call->root, "tasks");
	uint64_t limit = read_limit(call);

	for (size_t i = queues->task_count; i-- > 0 && (uint64_t)cJSON_GetArraySize(list) < limit;) {
		const struct healing_task *task = &queues->tasks[i];

		if (is_wanted(call, "status", healing_states[task->state]) &&
		    is_wanted(call, "severity", risks[task->severity]))
			cJSON_AddItemToArray(list, task_object(task));
	}
	cJSON_AddNumberToObject(call->root, "total", cJSON_GetArraySize(list));
}

void healing_one(struct document_call *call)
{
	uint64_t number;

	for (size_t i = 0; document_number(call->rest, "sh-", &number) && i < call->dryad->queues.task_count; i++) {
		if (call->dryad->queues.tasks[i].number != number)
			continue;
		cJSON_Delete(call->root);
		call->root = task_object(&call->dryad->queues.tasks[i]);
		return;
	}
	document_refuse(call, 404, "Task not found");
}

void healing_stats(struct document_call *call)
{
	const struct dryad_queues *queues = &call->dryad->queues;
	cJSON *status = cJSON_AddObjectToObject(call->root, "status_counts");
	cJSON *severity = cJSON_AddObjectToObject(call->root, "severity_counts"), *guardian;
	double severities[4] = { 0 };

	for (int i = 0; i < HEALING_STATES; i++) {
		cJSON_AddNumberToObject(status, healing_states[i], healing_count(call->dryad, (enum healing_state)i));
	}
	for (size_t i = 0; i < queues->task_count; i++)
		severities[queues->tasks[i].severity]++;
	for (int i = 0; i < 4; i++)
		cJSON_AddNumberToObject(severity, risks[i], severities[i]);
	guardian = cJSON_AddObjectToObject(call->root, "guardian");
	cJSON_AddBoolToObject(guardian, "running", queues->guardian_running);
	cJSON_AddNumberToObject(guardian, "errors_detected", floor(queues->errors_detected));
	cJSON_AddNumberToObject(guardian, "errors_submitted", floor(queues->errors_submitted));
	cJSON_AddNumberToObject(guardian, "errors_deduplicated", floor(queues->errors_deduplicated));
	cJSON_AddNumberToObject(guardian, "active_dedup_entries", (double)fmin(floor(queues->errors_detected), 12));
}

/* {"approved": true} or {"decision": "reject"}; nothing said approves. */
void healing_act(struct document_call *call)
{
	cJSON *body = json_parse(call->request->body, strlen(call->request->body), "body", NULL);
	const char *decision = json_string(body, "decision", "approve");
	bool approve = json_bool(body, "approved", strncmp(decision, "reject", 6) != 0);
	uint64_t number;

	cJSON_Delete(body);
	if (!document_number(call->rest, "sh-", &number) || !healing_review(call->dryad, number, approve)) {
		document_refuse(call, 404, "Task not found or not waiting for a review");
		return;
	}
	if (healing_in_state(call->dryad, HEALING_PENDING) < FLOOD)
		dryad_remedy(call->dryad, "healing review");
	cJSON_AddStringToObject(call->root, "status", approve ? "approved" : "rejected");
	document_add_time(call->root, "reviewed_at", call->dryad->stepped_ms);
}
