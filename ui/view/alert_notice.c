#include "ui/view/alert_notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "alert/alerts.h"
#include "base/hash.h"
#include "base/mem.h"
#include "ui/view/alert_text.h"
#include "ui/view/console.h"

#define FORGET_FROM 4096 /* seen ones; more are kept only while they are there */

/* Keys are "FINGERPRINT ACTIVE". */
struct alert_notice {
	struct map seen;
	uint64_t version; /* of the alerts that were looked at */
};

void alert_notice_free(struct alert_notice *notice)
{
	if (!notice)
		return;
	map_release(&notice->seen, NULL);
	free(notice);
}

/* True when it was not in `before`; in `after` it is then. */
static bool see(const struct map *before, struct map *after, const struct alert *alert)
{
	static char there; /* what a key has for a value: only its address matters */
	char key[48];
	bool seen;

	snprintf(key, sizeof(key), "%016" PRIx64 " %" PRId64, alert->fingerprint, alert->active_ms);
	seen = map_has(before, key);
	if (!seen || before != after)
		map_set(after, key, &there);
	return !seen;
}

bool alert_notice_take(struct console *console)
{
	const struct alerts *alerts = console->alerts;
	struct alert_notice *notice = console->notice;
	struct map present = { 0 }, *after;
	bool rings = false;

	if (!alerts || console->bell_priority < 0)
		return false;
	if (!notice)
		notice = console->notice = mem_zalloc(sizeof(*notice));
	else if (notice->version == alerts_version(alerts))
		return false;
	notice->version = alerts_version(alerts);
	after = notice->seen.count < FORGET_FROM ? &notice->seen : &present;
	/* The list is ordered: what fires comes first. */
	for (size_t i = 0; i < alerts_count(alerts) && alerts_at(alerts, i)->standing <= ALERT_MUTED; i++) {
		const struct alert *alert = alerts_at(alerts, i);

		if (alert->priority == PRIORITY_NONE || alert->priority > console->bell_priority)
			continue;
		rings |= see(&notice->seen, after, alert) && alert->standing == ALERT_OPEN;
	}
	if (after == &present) {
		map_release(&notice->seen, NULL);
		notice->seen = present;
	}
	if (rings && console->host.bell)
		console->host.bell(console->host.user);
	return rings;
}

void alert_notice_title(const struct console *console, struct strbuf *ret)
{
	struct tabs alone = { .items = { NULL }, .count = 0 };
	const struct tabs *tabs = console->tabs ? console->tabs : &alone;
	size_t firing[PRIORITY_COUNT] = { 0 }, before = ret->length;

	for (size_t i = 0; i < (tabs->count ? tabs->count : 1); i++) {
		const struct console *tab = tabs->count ? tabs->items[i] : console;
		struct alert_counts counts;

		if (!tab->alerts)
			continue;
		alerts_get_counts(tab->alerts, &counts);
		for (int p = 0; p < PRIORITY_COUNT; p++)
			firing[p] += counts.firing[p];
	}
	for (int p = 0; p < PRIORITY_COUNT; p++)
		if (firing[p])
			strbuf_addf(ret, "%s%s %zu", ret->length > before ? ", " : "", alert_priority_text(p),
				    firing[p]);
	strbuf_addf(ret, "%s%s", ret->length > before ? " - " : "", tab_title(console));
}
