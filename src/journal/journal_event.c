#include "journal/journal_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Bytes of `text` that are kept: no code point is cut in two. */
static size_t kept_bytes(const char *text, size_t most)
{
	size_t length = strnlen(text, most + 1);

	if (length <= most)
		return length;
	for (length = most; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;)
		length--;
	return length;
}

struct journal_event *journal_event_copy(const struct journal_event *event)
{
	/* Half a JSON object is none. */
	bool whole = event->body && strnlen(event->body, JOURNAL_BODY_MAX + 1) <= JOURNAL_BODY_MAX;
	const char *texts[] = { event->id,   event->actor,   event->system,
				event->kind, event->subject, whole ? event->body : "{}" };
	size_t lengths[6], total = sizeof(*event);
	struct journal_event *copy;
	char *at;

	for (size_t i = 0; i < 6; i++) {
		texts[i] = texts[i] ? texts[i] : "";
		lengths[i] = kept_bytes(texts[i], i < 5 ? JOURNAL_FIELD_MAX : JOURNAL_BODY_MAX);
		total += lengths[i] + 1;
	}
	copy = mem_zalloc(total);
	copy->sequence = event->sequence;
	copy->time_ms = event->time_ms;
	copy->monotonic_ms = event->monotonic_ms;
	at = (char *)(copy + 1);
	for (size_t i = 0; i < 6; i++) {
		const char **fields[] = { &copy->id,   &copy->actor,   &copy->system,
					  &copy->kind, &copy->subject, &copy->body };

		*fields[i] = at;
		memcpy(at, texts[i], lengths[i]);
		at += lengths[i] + 1;
	}
	return copy;
}

void journal_events_release(struct journal_events *events)
{
	for (size_t i = 0; i < events->items.count; i++)
		free(events->items.items[i]);
	vec_release(&events->items);
}
