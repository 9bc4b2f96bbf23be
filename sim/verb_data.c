#include <math.h>
#include <string.h>
#include <time.h>

#include "sim/verb.h"

/* What is kept: backups, restores, validation. */

enum { LIST_DEFAULT = 10, LIST_MAX = 288, BACKUP_EVERY_MS = 5 * 60 * 1000 };

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

static bool is_valid(const struct verb_call *call, const struct component *component)
{
	return !(call->colony->common[component->strain] > 0) && !(call->colony->common[component->also] > 0);
}

static void backup_id(char *ret, size_t size, int64_t at_ms)
{
	time_t at = (time_t)(at_ms / 1000);
	struct tm parts;

	gmtime_r(&at, &parts);
	strftime(ret, size, "backup-%Y%m%d-%H%M%S", &parts);
}

/* The component the words name, or NULL. */
static const struct component *named(const struct verb_call *call)
{
	for (size_t i = 0; i < COMPONENT_COUNT; i++)
		if (verb_has(call, components[i].name))
			return &components[i];
	return NULL;
}

int verb_backup(struct verb_call *call)
{
	const struct component *component = named(call);
	char id[40];

	if (!backups_take(call->colony, call->colony->stepped_ms))
		return reply_fail(call->reply, "the database refuses connections: no backup was taken");
	backup_id(id, sizeof(id), call->colony->backup_last_ms);
	if (component != NULL)
		reply_say(call->reply, "%s backed up", component->name);
	else
		reply_say(call->reply, verb_has(call, "emergency") ? "emergency backup created" : "backup created");
	reply_text(call->reply, "id", id);
	return 0;
}

int verb_backup_list(struct verb_call *call)
{
	double count = fmin(verb_number(call, LIST_DEFAULT), LIST_MAX);

	reply_number(call->reply, "backupsFound", call->colony->backups_kept, 0);
	reply_list(call->reply, "backups");
	for (unsigned i = 0; i < count; i++) {
		int64_t at_ms = call->colony->backup_last_ms - (int64_t)i * BACKUP_EVERY_MS;
		char id[40];

		backup_id(id, sizeof(id), at_ms);
		reply_row(call->reply);
		reply_text(call->reply, "id", id);
		reply_text(call->reply, "type", "frequent");
		reply_text(call->reply, "status", "completed");
		reply_number(call->reply, "ageS", (double)(call->colony->stepped_ms - at_ms) / 1000, 0);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

int verb_backup_verify(struct verb_call *call)
{
	char newest[40];
	const char *id = verb_value(call, "id");

	backup_id(newest, sizeof(newest), call->colony->backup_last_ms);
	for (size_t i = 0; i < call->count && id == NULL; i++)
		if (strncmp(call->arguments[i], "backup-", 7) == 0)
			id = call->arguments[i];
	if (id == NULL || strcmp(id, "latest") == 0)
		id = newest;
	if (strncmp(id, "backup-", 7) != 0 || strlen(id) != strlen(newest) || strcmp(id, newest) > 0)
		return reply_fail(call->reply, "no backup is called '%s' (backup list)", id);
	reply_say(call->reply, "backup verified");
	reply_text(call->reply, "id", id);
	reply_text(call->reply, "checksum", "valid");
	return 0;
}

int verb_backup_status(struct verb_call *call)
{
	double tried = VERB_SUM(call, count.backups), good = VERB_SUM(call, count.backups_good);
	double age_s = (double)(call->colony->stepped_ms - call->colony->backup_last_ms) / 1000;

	reply_number(call->reply, "lastBackupSAgo", age_s, 0);
	reply_number(call->reply, "tried", tried, 0);
	reply_number(call->reply, "succeeded", good, 0);
	reply_text(call->reply, "backupAlerts", age_s > 15 * 60 ? "the last good backup is old" : "none");
	return age_s > 15 * 60;
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

int verb_restore(struct verb_call *call)
{
	const struct component *one = named(call);
	char id[40];

	if (call->count == 0)
		return reply_fail(call->reply,
				  "restore what? (full, latest, agents, synapses, worldmodel, anchors, federated)");
	if (one == NULL && !verb_has(call, "full") && !verb_has(call, "latest") && !verb_has(call, "id") &&
	    strncmp(call->arguments[0], "backup-", 7) != 0)
		return reply_fail(call->reply, "nothing that is kept is called '%s'", call->arguments[0]);
	if (VERB_SUM(call, strain[STRAIN_DATABASE]) > 0)
		return reply_fail(call->reply, "the database refuses connections");
	backup_id(id, sizeof(id), call->colony->backup_last_ms);
	reply_say(call->reply, "restore completed");
	reply_text(call->reply, "id", id);
	reply_list(call->reply, "components");
	for (size_t i = 0; i < COMPONENT_COUNT; i++)
		if (one == NULL || verb_has(call, components[i].name))
			restore_one(call, &components[i]);
	reply_list_end(call->reply);
	return 0;
}

int verb_validate(struct verb_call *call)
{
	const struct component *one = named(call);
	bool all = true;

	for (size_t i = 0; i < COMPONENT_COUNT; i++) {
		bool valid = is_valid(call, &components[i]);

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
