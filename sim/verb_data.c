#include <math.h>
#include <string.h>

#include "sim/verb.h"

/* What is kept: restores, validation. */

/* What can be kept and restored by itself, and what says that it is spoilt. */
static const struct component {
	const char *name;
	enum strain strain, also;
} components[] = {
	{ "agents", STRAIN_UNWELL, STRAIN_UNWELL },
	{ "synapses", STRAIN_NAN, STRAIN_CORRUPT },
	{ "worldmodel", STRAIN_ENTROPY, STRAIN_ENTROPY },
	{ "anchors", STRAIN_ANCHOR_ROT, STRAIN_ANCHOR_ROT },
	{ "federated", STRAIN_FEDERATED_ROT, STRAIN_FEDERATED_ROT },
};

enum { COMPONENT_COUNT = sizeof(components) / sizeof(*components) };

static bool is_valid(const struct colony *colony, const struct component *component)
{
	return !(colony->common[component->strain] > 0) && !(colony->common[component->also] > 0);
}

bool colony_is_valid(const struct colony *colony)
{
	if (colony->data_cleared)
		return false;
	for (size_t i = 0; i < COMPONENT_COUNT; i++)
		if (!is_valid(colony, &components[i]))
			return false;
	return true;
}

/* The component the words name, or NULL. */
static const struct component *named(const struct verb_call *call)
{
	for (size_t i = 0; i < COMPONENT_COUNT; i++)
		if (verb_has(call, components[i].name))
			return &components[i];
	return NULL;
}

static void restore_one(struct verb_call *call, const struct component *component)
{
	struct strbuf action = STRBUF_INIT;
	struct instance *instance;

	strbuf_addf(&action, "restore %s", component->name);
	faults_remedy(call->colony, action.text, faults_all_instances(call->colony));
	if (component->strain == STRAIN_UNWELL)
		for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
			instance->agents_more = 0;
	reply_row(call->reply);
	reply_text(call->reply, "component", component->name);
	reply_text(call->reply, "status", "restored");
	reply_row_end(call->reply);
	strbuf_release(&action);
}

/* The backup that is meant: by its id, else the newest. */
static int64_t backup_meant_ms(const struct verb_call *call)
{
	const char *id = verb_value(call, "id");

	for (size_t i = 0; i < call->count && id == NULL; i++)
		if (strncmp(call->arguments[i], "backup-", 7) == 0)
			id = call->arguments[i];
	return id != NULL && strcmp(id, "latest") != 0 ? verb_backup_time(id) : call->colony->backup_last_ms;
}

/* What was spoilt when it was backed up is so again. */
static void restore_all(struct verb_call *call, int64_t taken_ms)
{
	call->colony->data_cleared = false;
	if (taken_ms < faults_since_ms(call->colony, STRAIN_ROT))
		faults_remedy(call->colony, "restore full", faults_all_instances(call->colony));
}

int verb_restore(struct verb_call *call)
{
	const struct component *one = named(call);
	int64_t taken_ms = backup_meant_ms(call);
	char id[40];

	if (call->count == 0)
		return reply_fail(call->reply,
				  "restore what? (full, latest, agents, synapses, worldmodel, anchors, federated)");
	if (one == NULL && !verb_has(call, "full") && !verb_has(call, "latest") && !verb_has(call, "id") &&
	    strncmp(call->arguments[0], "backup-", 7) != 0)
		return reply_fail(call->reply, "nothing that is kept is called '%s'", call->arguments[0]);
	if (VERB_SUM(call, strain[STRAIN_DATABASE]) > 0)
		return reply_fail(call->reply, "the database refuses connections");
	if (taken_ms < 0 || taken_ms > call->colony->backup_last_ms)
		return reply_fail(call->reply, "no such backup (backup list)");
	if (one == NULL)
		restore_all(call, taken_ms);
	verb_backup_id(id, sizeof(id), taken_ms);
	reply_say(call->reply, "restore completed");
	reply_text(call->reply, "id", id);
	reply_list(call->reply, "components");
	for (size_t i = 0; i < COMPONENT_COUNT; i++)
		if (one == NULL || verb_has(call, components[i].name))
			restore_one(call, &components[i]);
	reply_list_end(call->reply);
	return 0;
}

/* What an instance holds it writes again: only when none runs is anything gained. */
int verb_data_clear(struct verb_call *call)
{
	for (unsigned i = 0; i < call->colony->instance_count; i++) {
		if (call->colony->instances[i].phase == PHASE_OFF)
			continue;
		reply_say(call->reply, "cleared; instances that run write what they hold again");
		return 0;
	}
	call->colony->data_cleared = true;
	faults_remedy(call->colony, "data clear", faults_all_instances(call->colony));
	reply_say(call->reply, "cleared; nothing is kept until it is restored");
	return 0;
}

const char *verb_component(const struct verb_call *call)
{
	const struct component *component = named(call);

	return component != NULL ? component->name : NULL;
}

int verb_validate(struct verb_call *call)
{
	const struct component *one = named(call);
	bool all = true;

	for (size_t i = 0; i < COMPONENT_COUNT; i++) {
		bool valid = !call->colony->data_cleared && is_valid(call->colony, &components[i]);

		if (one != NULL && !verb_has(call, components[i].name))
			continue;
		all = all && valid;
		reply_text(call->reply, components[i].name, valid ? "valid" : "invalid");
	}
	reply_number(call->reply, "nanSynapses", VERB_SUM(call, nan_synapses), 0);
	reply_text(call->reply, "corruption", VERB_SUM(call, corrupted_synapses) > 0 ? "found" : "none");
	reply_text(call->reply, "consistency", all ? "valid" : "invalid");
	reply_say(call->reply, all ? "validation passed" : "validation failed");
	return all ? 0 : 1;
}

int verb_replay(struct verb_call *call)
{
	double lost_s = (double)(call->colony->stepped_ms - call->colony->backup_last_ms) / 1000;

	reply_say(call->reply, "write-ahead log replayed");
	reply_number(call->reply, "transactions", floor(lost_s * VERB_SUM(call, request_rate) * 0.07), 0);
	return 0;
}

int verb_rpo(struct verb_call *call)
{
	double minutes = (double)(call->colony->stepped_ms - call->colony->backup_last_ms) / 60000;

	reply_number(call->reply, "rpoMinutes", minutes, 1);
	reply_bool(call->reply, "withinTarget", minutes < 5.1);
	return 0;
}
