#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "sim/dryad_verb.h"

/* What lies on the host: backups, images, and the settings a start needs. */

enum { KEPT_DAYS = 30, CROWDED_DAYS = 45, NIGHTLY_HOUR = 2 };

static void add_backup(struct dryad_call *call, int64_t taken_ms)
{
	char stamp[32];

	time_format(taken_ms, "%Y%m%d_%H%M%S", stamp, sizeof(stamp));
	reply_row(call->reply);
	reply_text(call->reply, "stamp", stamp);
	reply_number(call->reply, "ageSeconds", floor((double)(call->dryad->stepped_ms - taken_ms) / 1000), 0);
	reply_row_end(call->reply);
}

/* The newest first; while the disk fills up, nobody has cleared the oldest. */
int dryad_verb_backup_list(struct dryad_call *call)
{
	const struct dryad *dryad = call->dryad;
	int64_t night_ms = dryad->stepped_ms / CLOCK_DAY * CLOCK_DAY + NIGHTLY_HOUR * CLOCK_HOUR;
	int days = dryad->push[PUSH_DISK] > 0 ? CROWDED_DAYS : KEPT_DAYS;

	if (night_ms > dryad->stepped_ms)
		night_ms -= CLOCK_DAY;
	reply_list(call->reply, "backups");
	if (dryad->backup_last_ms > night_ms)
		add_backup(call, dryad->backup_last_ms);
	for (int day = 0; day < days; day++)
		add_backup(call, night_ms - day * CLOCK_DAY);
	reply_list_end(call->reply);
	return 0;
}

static const struct {
	const char *version, *build;
} releases[] = { { "9.0.0", "4741b2dd" }, { "8.9.4", "b2c91f03" } };

/* What runs, then what ran before. */
int dryad_verb_images(struct dryad_call *call)
{
	const char *running = call->dryad->settings.version;

	reply_list(call->reply, "images");
	for (int i = -1; i < (int)(sizeof(releases) / sizeof(releases[0])); i++) {
		if (i >= 0 && !strcmp(releases[i].version, running))
			continue;
		reply_row(call->reply);
		reply_text(call->reply, "version", i < 0 ? running : releases[i].version);
		reply_text(call->reply, "build", i < 0 ? call->dryad->settings.build : releases[i].build);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

bool dryad_release(struct dryad *dryad, const char *version)
{
	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++) {
		if (strcmp(releases[i].version, version) != 0)
			continue;
		dryad->settings.version = releases[i].version;
		dryad->settings.build = releases[i].build;
		return true;
	}
	return false;
}

int dryad_verb_env_check(struct dryad_call *call)
{
	bool missing = dryad_fault_is_active(call->dryad, "start-failure");

	reply_list(call->reply, "missing");
	if (missing) {
		reply_row(call->reply);
		reply_text(call->reply, "name", "DATABASE_URL");
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return missing;
}
