#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sim/dryad_verb.h"

/* Providers, the schema, certificates, backups, and the queues that wait for a person. */

#define REVISION_OLD "a7d3c91e04f2"
#define REVISION_NEW "b81c0d5577e3"

int dryad_verb_providers(struct dryad_call *call)
{
	reply_list(call->reply, "providers");
	for (int i = 0; i < PROVIDER_COUNT; i++) {
		reply_row(call->reply);
		reply_text(call->reply, "name", dryad_provider_names[i]);
		reply_text(call->reply, "model", dryad_provider_models[i]);
		reply_bool(call->reply, "up", dryad_provider_serves(call->dryad, (enum dryad_provider)i));
		reply_bool(call->reply, "inUse", i == (int)call->dryad->settings.provider);
		reply_number(call->reply, "limitLeftPercent", call->dryad->limit_left[i] * 100, 0);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return dryad_llm_serves(call->dryad) ? 0 : 1;
}

/* To the one that is named, else to the first other one that answers. */
int dryad_verb_switch(struct dryad_call *call)
{
	struct dryad *dryad = call->dryad;
	int to = -1;

	for (int i = 0; i < PROVIDER_COUNT && to < 0; i++) {
		bool wanted = call->count ? !strcmp(call->arguments[0], dryad_provider_names[i])
					  : i != (int)dryad->settings.provider &&
						    dryad_provider_serves(dryad, (enum dryad_provider)i);

		if (wanted)
			to = i;
	}
	if (to < 0 && call->count)
		return reply_fail(call->reply, "no provider '%s' (ollama, openai, anthropic)", call->arguments[0]);
	if (to < 0 || !dryad_provider_serves(dryad, (enum dryad_provider)to))
		return reply_fail(call->reply, "%s does not answer",
				  to < 0 ? "any other provider" : dryad_provider_names[to]);
	/* What ails one provider ends with its use; to choose the same again mends nothing. */
	if (to == (int)dryad->settings.provider)
		call->done = "";
	dryad->settings.provider = (enum dryad_provider)to;
	reply_say(call->reply, "using %s (%s)", dryad_provider_names[to], dryad_provider_models[to]);
	return 0;
}

int dryad_verb_alembic_current(struct dryad_call *call)
{
	bool half = call->dryad->push[PUSH_MIGRATION] > 0;

	reply_text(call->reply, "revision", call->dryad->settings.revision);
	reply_bool(call->reply, "consistent", !half);
	return half;
}

int dryad_verb_alembic_downgrade(struct dryad_call *call)
{
	if (!dryad_store_serves(call->dryad, DRYAD_POSTGRES))
		return reply_fail(call->reply, "connection to the database refused");
	call->dryad->settings.revision = REVISION_OLD;
	reply_say(call->reply, "Running downgrade %s -> %s", REVISION_NEW, REVISION_OLD);
	return 0;
}

int dryad_verb_alembic_upgrade(struct dryad_call *call)
{
	bool half = call->dryad->push[PUSH_MIGRATION] > 0;

	if (!dryad_store_serves(call->dryad, DRYAD_POSTGRES))
		return reply_fail(call->reply, "connection to the database refused");
	if (half && strcmp(call->dryad->settings.revision, REVISION_OLD) != 0)
		return reply_fail(call->reply, "column \"tenant_id\" of relation \"agents\" already exists");
	call->dryad->settings.revision = REVISION_NEW;
	reply_say(call->reply, "Running upgrade %s -> %s", REVISION_OLD, REVISION_NEW);
	return 0;
}

static void add_when(struct reply *reply, const char *key, int64_t time_ms)
{
	char text[32];

	time_format(time_ms, "%Y-%m-%dT%H:%M:%SZ", text, sizeof(text));
	reply_text(reply, key, text);
}

int dryad_verb_certificate(struct dryad_call *call)
{
	int64_t left_ms = call->dryad->certificate_ends_ms - call->dryad->stepped_ms;

	add_when(call->reply, "notAfter", call->dryad->certificate_ends_ms);
	reply_number(call->reply, "daysLeft", floor((double)left_ms / CLOCK_DAY), 0);
	return left_ms > 0 ? 0 : 1;
}

static int renew(struct dryad_call *call, int64_t days, const char *what)
{
	call->dryad->certificate_ends_ms = call->dryad->stepped_ms + days * CLOCK_DAY;
	reply_say(call->reply, "%s", what);
	add_when(call->reply, "notAfter", call->dryad->certificate_ends_ms);
	return 0;
}

int dryad_verb_certbot(struct dryad_call *call)
{
	return renew(call, 90, "certificate renewed, Nginx reloaded");
}

int dryad_verb_self_signed(struct dryad_call *call)
{
	return renew(call, 365, "self-signed certificate made, Nginx reloaded");
}

int dryad_verb_backup(struct dryad_call *call)
{
	if (!dryad_store_serves(call->dryad, DRYAD_POSTGRES))
		return reply_fail(call->reply, "pg_dump: connection to the database refused");
	call->dryad->backup_last_ms = call->dryad->stepped_ms;
	reply_say(call->reply, "backup taken");
	add_when(call->reply, "taken", call->dryad->backup_last_ms);
	return 0;
}

int dryad_verb_restore(struct dryad_call *call)
{
	if (!dryad_store_serves(call->dryad, DRYAD_POSTGRES))
		return reply_fail(call->reply, "connection to the database refused");
	call->dryad->settings.revision = REVISION_OLD;
	reply_say(call->reply, "restored");
	add_when(call->reply, "from", call->dryad->backup_last_ms);
	return 0;
}

int dryad_verb_approvals(struct dryad_call *call)
{
	static const char *const risks[] = { "low", "medium", "high", "critical" };
	const struct dryad_queues *queues = &call->dryad->queues;

	reply_number(call->reply, "pending", (double)approvals_pending(call->dryad), 0);
	reply_list(call->reply, "approvals");
	for (size_t i = 0; i < queues->approval_count; i++) {
		char name[32];

		if (queues->approvals[i].state != APPROVAL_PENDING)
			continue;
		snprintf(name, sizeof(name), "apr-%06llu", (unsigned long long)queues->approvals[i].number);
		reply_row(call->reply);
		reply_text(call->reply, "id", name);
		reply_text(call->reply, "risk", risks[queues->approvals[i].risk]);
		add_when(call->reply, "expires", queues->approvals[i].expires_ms);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

/* The number in "apr-000012" or "12"; false for another word. */
static bool read_number(const char *word, const char *prefix, uint64_t *ret)
{
	char *end;

	if (!strncmp(word, prefix, strlen(prefix)))
		word += strlen(prefix);
	*ret = strtoull(word, &end, 10);
	return *word >= '0' && *word <= '9' && !*end;
}

int dryad_verb_approvals_decide(struct dryad_call *call)
{
	bool approve = !strcmp(call->row->action, "approve"), all = !call->count || !strcmp(call->arguments[0], "all");
	struct dryad_queues *queues = &call->dryad->queues;
	unsigned decided = 0;
	uint64_t number;

	if (!all) {
		if (!read_number(call->arguments[0], "apr-", &number) ||
		    !approvals_decide(call->dryad, number, approve))
			return reply_fail(call->reply, "'%s' does not wait for a decision", call->arguments[0]);
		/* One of many is no end of a flood. */
		call->done = approvals_pending(call->dryad) ? "" : call->done;
		decided = 1;
	}
	for (size_t i = 0; all && i < queues->approval_count; i++)
		decided += approvals_decide(call->dryad, queues->approvals[i].number, approve);
	reply_say(call->reply, "%u %s", decided, approve ? "approved" : "rejected");
	return 0;
}

int dryad_verb_healing(struct dryad_call *call)
{
	static const char *const states[] = { "pending_review", "approved", "rejected",   "executing",
					      "completed",      "failed",   "rolled_back" };
	const struct dryad_queues *queues = &call->dryad->queues;

	reply_bool(call->reply, "guardianRunning", queues->guardian_running);
	reply_list(call->reply, "tasks");
	for (size_t i = 0; i < queues->task_count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "sh-%06llu", (unsigned long long)queues->tasks[i].number);
		reply_row(call->reply);
		reply_text(call->reply, "id", name);
		reply_text(call->reply, "state", states[queues->tasks[i].state]);
		reply_text(call->reply, "errorType", dryad_cause_names[queues->tasks[i].cause]);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return queues->guardian_running ? 0 : 1;
}

int dryad_verb_healing_review(struct dryad_call *call)
{
	bool approve = !verb_words_have(call->arguments, call->count, "reject");
	const char *which = call->count && strcmp(call->arguments[0], "reject") != 0 ? call->arguments[0] : "all";
	struct dryad_queues *queues = &call->dryad->queues;
	unsigned reviewed = 0;
	uint64_t number;

	if (strcmp(which, "all") != 0) {
		if (!read_number(which, "sh-", &number) || !healing_review(call->dryad, number, approve))
			return reply_fail(call->reply, "'%s' does not wait for a review", which);
		call->done = healing_in_state(call->dryad, HEALING_PENDING) ? "" : call->done;
		reviewed = 1;
	} else {
		for (size_t i = 0; i < queues->task_count; i++)
			reviewed += healing_review(call->dryad, queues->tasks[i].number, approve);
	}
	reply_say(call->reply, "%u %s", reviewed, approve ? "approved" : "rejected");
	return 0;
}

int dryad_verb_breakers(struct dryad_call *call)
{
	bool open = false;

	reply_list(call->reply, "breakers");
	for (int i = 0; i < BREAKER_COUNT; i++) {
		const struct dryad_breaker_info *breaker = &call->dryad->breakers[i];

		open |= breaker->state == BREAKER_OPEN;
		reply_row(call->reply);
		reply_text(call->reply, "name", dryad_breaker_names[i]);
		reply_text(call->reply, "state", dryad_breaker_states[breaker->state]);
		reply_number(call->reply, "failures", floor(breaker->failures), 0);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return open;
}

int dryad_verb_breakers_reset(struct dryad_call *call)
{
	for (int i = 0; i < BREAKER_COUNT; i++)
		call->dryad->breakers[i] = (struct dryad_breaker_info){ .changed_ms = call->dryad->stepped_ms };
	reply_say(call->reply, "breakers closed");
	return 0;
}
