#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "alert/ack.h"
#include "alert/past.h"

/* What another program may have written into the journal: each line is a kind, a time, an alert, and a body. */
static void take_line(struct acks *acks, struct alert_past *past, const char *line, int number)
{
	static const char *const kinds[] = { "ack", "unack", "alert", "note" };
	struct journal_event event = { .id = "x", .actor = "ana@jump1", .system = "s" };
	char subject[32];

	if (strlen(line) < 3)
		return;
	snprintf(subject, sizeof(subject), "%016x", (unsigned)line[1] % 5);
	event.kind = kinds[(unsigned char)line[0] % 4];
	event.subject = line[2] == '!' ? line + 2 : subject;
	event.time_ms = (int64_t)(unsigned char)line[2] * 100 + number;
	event.body = line + 3;
	acks_take(acks, &event);
	alert_past_take(past, &event);
}

static void check_acks(const struct acks *acks)
{
	for (uint64_t alert = 0; alert < 5; alert++)
		for (int64_t now_ms = 0; now_ms < 30000; now_ms += 1500) {
			const struct ack *ack = acks_find(acks, alert, now_ms / 2, now_ms);
			const struct ack *expired = acks_expired(acks, alert, now_ms / 2, now_ms);

			never(ack && (expired || ack->until_ms <= now_ms ||
				      (ack->made_ms < now_ms / 2 && ack->active_ms != now_ms / 2) ||
				      strcmp(ack->actor, "ana@jump1") || !ack->note));
			never(expired && expired->until_ms > now_ms);
		}
}

/* Newest first; times of one alert do not overlap. */
static void check_past(const struct alert_past *past)
{
	size_t count = alert_past_count(past), fired = 0;

	for (size_t i = 0; i < count; i++) {
		const struct past_alert *time = alert_past_at(past, i);

		never(!time->name || !time->labels || time->active_ms <= 0 ||
		      (time->resolved_ms && time->resolved_ms < time->active_ms));
		for (size_t k = 0; k < i; k++) {
			const struct past_alert *other = alert_past_at(past, k);

			never(other->fingerprint == time->fingerprint && time->resolved_ms && other->resolved_ms &&
			      time->active_ms < other->resolved_ms && other->active_ms < time->resolved_ms);
		}
		fired += time->fired_ms > 0;
	}
	for (uint64_t alert = 0; alert < 5; alert++)
		fired -= alert_past_fired(past, alert, 1);
	never(fired);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct acks *acks = acks_new("s");
	struct alert_past *past = alert_past_new("s");
	char *text = malloc(size + 1);
	int number = 0;

	if (text) {
		memcpy(text, data, size);
		text[size] = '\0';
		for (char *line = text, *end; line && number < 200; line = end) {
			end = strchr(line, '\n');
			if (end)
				*end++ = '\0';
			take_line(acks, past, line, ++number);
		}
		check_acks(acks);
		check_past(past);
	}
	free(text);
	acks_free(acks);
	alert_past_free(past);
	return 0;
}
