#include "ui/view/alert_note.h"

#include <stdio.h>
#include <string.h>

#include "alert/alerts.h"
#include "base/clock.h"
#include "ui/view/alert_act.h"
#include "ui/view/alert_desk.h"
#include "ui/view/alert_text.h"
#include "ui/view/console.h"

static void say_until(struct console *console, const struct alert *alert, int64_t hold_ms)
{
	struct strbuf until = STRBUF_INIT;

	alert_add_time(console->now_ms + hold_ms, console->now_ms, &until);
	alert_desk_say_written(console, "acknowledged until %s: %.100s", until.text, alert->name);
	strbuf_release(&until);
}

void alert_note_open(struct console *console, const struct alert *alert, bool comment)
{
	struct alert_noted *noted = &console->noted;
	struct strbuf until = STRBUF_INIT;
	int64_t hold_ms;
	char label[sizeof(console->note_prompt.label)];

	*noted = (struct alert_noted){ .fingerprint = alert->fingerprint, .active_ms = alert->active_ms };
	if (comment)
		noted->hold_ms = alert->ack->until_ms - console->now_ms;
	else if (alert->ack)
		snprintf(noted->holder, sizeof(noted->holder), "%s", alert->ack->actor);
	hold_ms = noted->hold_ms > 0 ? noted->hold_ms : alerts_ack_hold_ms(console->alerts, alert);
	alert_add_time(console->now_ms + hold_ms, console->now_ms, &until);
	snprintf(label, sizeof(label), "ack until %.11s, note: ", until.text);
	console->prompting = PROMPT_NOTE;
	prompt_open(&console->note_prompt, label, comment && alert->ack->note ? alert->ack->note : "", NULL, NULL);
	strbuf_release(&until);
}

void alert_note_confirmed(struct console *console)
{
	const struct alert_noted *noted = &console->noted;
	const struct alert *alert = console->alerts ? alerts_find(console->alerts, noted->fingerprint) : NULL;
	int64_t hold_ms;

	if (!alert || alert->active_ms != noted->active_ms || alert->standing == ALERT_ENDED) {
		console_say(console, "not acknowledged: the alert is no longer what it was");
		return;
	}
	alert_act_expect(console);
	hold_ms = noted->hold_ms > 0 ? noted->hold_ms : alerts_ack_hold_ms(console->alerts, alert);
	if (!alerts_acknowledge(console->alerts, alert, console->note_prompt.text.text, hold_ms, console->now_ms))
		console_say(console, "not acknowledged: there is no journal to write it to");
	else
		say_until(console, alert, hold_ms);
}

void alert_note_offer(const struct console *console, char *ret, size_t size)
{
	*ret = '\0';
	if (console->prompting == PROMPT_NOTE && console->noted.holder[0])
		snprintf(ret, size, "%s has it: Enter takes it over, Esc does not", console->noted.holder);
}
