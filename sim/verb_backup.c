#include <math.h>
#include <string.h>
#include <time.h>

#include "sim/verb.h"

/* Backups, and their copies in the other region. */

enum { LIST_DEFAULT = 10, LIST_MAX = 288, BACKUP_EVERY_MS = 5 * 60 * 1000 };

void verb_backup_id(char *ret, size_t size, int64_t at_ms)
{
	time_t at = (time_t)(at_ms / 1000);
	struct tm parts;

	gmtime_r(&at, &parts);
	strftime(ret, size, "backup-%Y%m%d-%H%M%S", &parts);
}

int64_t verb_backup_time(const char *id)
{
	struct tm parts = { 0 };
	const char *end = strptime(id, "backup-%Y%m%d-%H%M%S", &parts);

	return end != NULL && *end == '\0' ? (int64_t)timegm(&parts) * 1000 : -1;
}

int verb_backup(struct verb_call *call)
{
	const char *component = verb_component(call);
	char id[40];

	if (!backups_take(call->colony, call->colony->stepped_ms))
		return reply_fail(call->reply, "the %s refuses connections: no backup was taken",
				  VERB_SUM(call, strain[STRAIN_DATABASE]) > 0 ? "database" : "bucket");
	verb_backup_id(id, sizeof(id), call->colony->backup_last_ms);
	if (component != NULL)
		reply_say(call->reply, "%s backed up", component);
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

		verb_backup_id(id, sizeof(id), at_ms);
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

	verb_backup_id(newest, sizeof(newest), call->colony->backup_last_ms);
	for (size_t i = 0; i < call->count && id == NULL; i++)
		if (strncmp(call->arguments[i], "backup-", 7) == 0)
			id = call->arguments[i];
	if (id == NULL || strcmp(id, "latest") == 0)
		id = newest;
	if (verb_backup_time(id) < 0 || strlen(id) != strlen(newest) || strcmp(id, newest) > 0)
		return reply_fail(call->reply, "no backup is called '%s' (backup list)", id);
	/* Older ones were checked when they were written. */
	if (strcmp(id, newest) == 0 && !call->colony->backup_verified)
		return reply_fail(call->reply, "checksum of %s does not match (backup discard)", id);
	if (verb_backup_time(id) >= faults_since_ms(call->colony, STRAIN_ROT))
		return reply_fail(call->reply, "%s holds data that fail their validation: take an older one", id);
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

int verb_backup_discard(struct verb_call *call)
{
	bool spoilt = !call->colony->backup_verified;

	call->colony->backup_verified = true;
	reply_say(call->reply, spoilt ? "backups that fail their verification deleted" : "no backup fails");
	return 0;
}

int verb_backup_prune(struct verb_call *call)
{
	reply_say(call->reply, "backups hold what is needed, from the next one on");
	return 0;
}

int verb_backup_repair(struct verb_call *call)
{
	reply_say(call->reply, "backup job repaired");
	return 0;
}

static double behind_s(const struct colony *colony)
{
	return (double)(colony->backup_last_ms - colony->backup_copied_ms) / 1000;
}

int verb_replication_restart(struct verb_call *call)
{
	reply_say(call->reply, "replication restarted");
	return 0;
}

int verb_replication_status(struct verb_call *call)
{
	double seconds = behind_s(call->colony);

	reply_number(call->reply, "behindS", seconds, 0);
	reply_text(call->reply, "status", seconds > 0 ? "behind" : "current");
	return seconds > 0;
}
