#include "ui/view/alert_notice.h"

#include <stdlib.h>

#include "alert/alerts.h"
#include "base/mem.h"
#include "base/vec.h"
#include "ui/view/alert_text.h"
#include "ui/view/console.h"

#define SEEN_MAX 4096 /* the oldest are forgotten */

struct seen {
	uint64_t fingerprint;
	int64_t active_ms;
};

struct alert_notice {
	VEC(struct seen) seen;
};

void alert_notice_free(struct alert_notice *notice)
{
	if (!notice)
		return;
	vec_release(&notice->seen);
	free(notice);
}

/* True when it was not seen before; from then on it was. */
static bool see(struct alert_notice *notice, const struct alert *alert)
{
	for (size_t i = 0; i < notice->seen.count; i++)
		if (notice->seen.items[i].fingerprint == alert->fingerprint &&
		    notice->seen.items[i].active_ms == alert->active_ms)
			return false;
	if (notice->seen.count == SEEN_MAX) {
		size_t half = SEEN_MAX / 2;

		for (size_t i = half; i < SEEN_MAX; i++)
			notice->seen.items[i - half] = notice->seen.items[i];
		notice->seen.count = SEEN_MAX - half;
	}
	vec_push(&notice->seen, (struct seen){ alert->fingerprint, alert->active_ms });
	return true;
}

bool alert_notice_take(struct console *console)
{
	const struct alerts *alerts = console->alerts;
	bool rings = false;

	if (!alerts || console->bell_priority < 0)
		return false;
	if (!console->notice)
		console->notice = mem_zalloc(sizeof(*console->notice));
	/* The list is ordered: what fires comes first. */
	for (size_t i = 0; i < alerts_count(alerts) && alerts_at(alerts, i)->standing <= ALERT_MUTED; i++) {
		const struct alert *alert = alerts_at(alerts, i);

		if (alert->priority == PRIORITY_NONE || alert->priority > console->bell_priority)
			continue;
		rings |= see(console->notice, alert) && alert->standing == ALERT_OPEN;
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
