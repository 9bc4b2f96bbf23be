#include "cli/plain_alerts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alerts.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "ui/view/alert_text.h"
#include "ui/view/console.h"

/* Of one alert: who it is, and how it stood when that was said last. */
struct told {
	char *who, *state;
};

struct plain_alerts {
	struct map told; /* by fingerprint */
};

static void free_told(void *value)
{
	struct told *told = value;

	if (!told)
		return;
	free(told->who);
	free(told->state);
	free(told);
}

struct plain_alerts *plain_alerts_new(void)
{
	return mem_zalloc(sizeof(struct plain_alerts));
}

void plain_alerts_free(struct plain_alerts *alerts)
{
	if (!alerts)
		return;
	map_release(&alerts->told, free_told);
	free(alerts);
}

/* "P1 ColonyDown, instance=a:1 job=colony" */
static void add_who(const struct alert *alert, struct strbuf *ret)
{
	struct strbuf labels = STRBUF_INIT;

	alert_add_labels(alert, NULL, 0, &labels);
	strbuf_addf(ret, "%s %s%s%s", alert->priority == PRIORITY_NONE ? "alert" : alert_priority_text(alert->priority),
		    alert->name, labels.length ? ", " : "", labels.text);
	strbuf_release(&labels);
}

static void add_state(const struct alert *alert, int64_t now_ms, struct strbuf *ret)
{
	if (alert->standing == ALERT_MUTED) { /* its note begins with the word */
		alert_add_note(alert, now_ms, GLYPHS_ASCII, ret);
		return;
	}
	strbuf_addstr(ret, alert_standing_word(alert));
	if (alert->standing == ALERT_ACKED) {
		strbuf_addstr(ret, ", ");
		alert_add_note(alert, now_ms, GLYPHS_ASCII, ret);
		return;
	}
	if (alert->clock.runs && alert->clock.left_ms < 0)
		strbuf_addstr(ret, ", overdue");
	if (alert->clock.runs && alert->clock.next)
		strbuf_addf(ret, ", %s is next", alert->clock.next);
}

static void say_one(struct told *told, const struct alert *alert, int64_t now_ms,
		    void (*say)(void *user, const char *text), void *user)
{
	struct strbuf text = STRBUF_INIT;

	add_state(alert, now_ms, &text);
	if (!told->state || strcmp(told->state, text.text) != 0) {
		free(told->state);
		told->state = mem_strdup(text.text);
		strbuf_clear(&text);
		strbuf_addf(&text, "%s: %s", told->who, told->state);
		say(user, text.text);
	}
	strbuf_release(&text);
}

static struct told *told_new(const struct alert *alert)
{
	struct told *ret = mem_zalloc(sizeof(*ret));
	struct strbuf who = STRBUF_INIT;

	add_who(alert, &who);
	ret->who = strbuf_detach(&who);
	return ret;
}

void plain_alerts_say(struct plain_alerts *alerts, const struct console *console,
		      void (*say)(void *user, const char *text), void *user)
{
	struct map now = { 0 };

	for (size_t i = 0; console->alerts && i < alerts_count(console->alerts); i++) {
		const struct alert *alert = alerts_at(console->alerts, i);
		struct told *told;
		char key[24];

		if (alert->standing > ALERT_MUTED)
			continue;
		snprintf(key, sizeof(key), "%016" PRIx64, alert->fingerprint);
		told = map_remove(&alerts->told, key);
		if (!told)
			told = told_new(alert);
		say_one(told, alert, console->now_ms, say, user);
		free_told(map_set(&now, key, told));
	}
	for (size_t i = 0; i < alerts->told.capacity; i++) {
		const struct told *told = alerts->told.entries[i].key ? alerts->told.entries[i].value : NULL;
		struct strbuf text = STRBUF_INIT;

		if (told) {
			strbuf_addf(&text, "%s: fires no more", told->who);
			say(user, text.text);
		}
		strbuf_release(&text);
	}
	map_release(&alerts->told, free_told);
	alerts->told = now;
}
