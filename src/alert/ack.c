#include "alert/ack.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "config/json.h"

#define SUBJECT_SIZE 17

/* What is known of one alert: earlier ones matter no more. */
struct entry {
	struct ack ack;    /* the newest; made_ms 0: none */
	int64_t undone_ms; /* of the newest undo; 0: none */
};

struct acks {
	char *system;
	struct map entries; /* by the journal's subject */
};

static void ack_clear(struct ack *ack)
{
	free((void *)(uintptr_t)ack->actor);
	free((void *)(uintptr_t)ack->note);
	*ack = (struct ack){ 0 };
}

static void entry_free(void *value)
{
	struct entry *entry = value;

	ack_clear(&entry->ack);
	free(entry);
}

struct acks *acks_new(const char *system)
{
	struct acks *acks = mem_zalloc(sizeof(*acks));

	acks->system = mem_strdup(system);
	map_init(&acks->entries);
	return acks;
}

void acks_free(struct acks *acks)
{
	if (!acks)
		return;
	map_release(&acks->entries, entry_free);
	free(acks->system);
	free(acks);
}

static void make_subject(uint64_t fingerprint, char ret[SUBJECT_SIZE])
{
	snprintf(ret, SUBJECT_SIZE, "%016" PRIx64, fingerprint);
}

/* -1 for what is no fingerprint as it is written here. */
static int read_subject(const char *subject, uint64_t *ret)
{
	char again[SUBJECT_SIZE];

	if (strlen(subject) != SUBJECT_SIZE - 1 || strspn(subject, "0123456789abcdef") != SUBJECT_SIZE - 1)
		return -1;
	*ret = strtoull(subject, NULL, 16);
	make_subject(*ret, again);
	return strcmp(again, subject) ? -1 : 0;
}

static struct entry *entry_of(struct acks *acks, const char *subject)
{
	struct entry *entry = map_get(&acks->entries, subject);

	if (!entry) {
		entry = mem_zalloc(sizeof(*entry));
		map_set(&acks->entries, subject, entry);
	}
	return entry;
}

static bool take_ack(struct acks *acks, const struct journal_event *event, uint64_t fingerprint)
{
	cJSON *body = json_parse(event->body, strlen(event->body), "journal", NULL);
	double until_ms = json_number(body, "until_ms", 0), active_ms = json_number(body, "active_ms", 0);
	struct entry *entry;
	bool changed = false;

	if (!body || !(until_ms > 0 && until_ms < 1e15 && active_ms >= 0 && active_ms < 1e15))
		goto out;
	entry = entry_of(acks, event->subject);
	/* The same one again, or an older one that comes late. */
	if (event->time_ms < entry->ack.made_ms)
		goto out;
	if (event->time_ms == entry->ack.made_ms && entry->ack.until_ms == (int64_t)until_ms &&
	    !strcmp(entry->ack.actor, event->actor))
		goto out;
	ack_clear(&entry->ack);
	entry->ack = (struct ack){ .fingerprint = fingerprint,
				   .active_ms = (int64_t)active_ms,
				   .made_ms = event->time_ms,
				   .until_ms = (int64_t)until_ms,
				   .actor = mem_strdup(event->actor),
				   .note = mem_strdup(json_string(body, "note", "")) };
	/* Made in the very moment of an undo, it was made after it: nobody undoes what is not there. */
	changed = entry->undone_ms <= event->time_ms;
	if (entry->undone_ms == event->time_ms)
		entry->undone_ms--;
out:
	cJSON_Delete(body);
	return changed;
}

static bool take_undo(struct acks *acks, const struct journal_event *event)
{
	struct entry *entry = entry_of(acks, event->subject);
	bool held = entry->ack.made_ms > entry->undone_ms;

	if (event->time_ms <= entry->undone_ms)
		return false;
	entry->undone_ms = event->time_ms;
	return held && entry->ack.made_ms <= entry->undone_ms;
}

bool acks_take(struct acks *acks, const struct journal_event *event)
{
	uint64_t fingerprint;

	if (strcmp(event->system, acks->system) != 0 || event->time_ms <= 0 ||
	    read_subject(event->subject, &fingerprint))
		return false;
	if (!strcmp(event->kind, "ack"))
		return take_ack(acks, event, fingerprint);
	if (!strcmp(event->kind, "unack"))
		return take_undo(acks, event);
	return false;
}

/* The newest of the alert as it is: neither undone nor of an earlier time that it was active. */
static const struct ack *newest(const struct acks *acks, uint64_t fingerprint, int64_t active_ms)
{
	char subject[SUBJECT_SIZE];
	const struct entry *entry;

	make_subject(fingerprint, subject);
	entry = map_get(&acks->entries, subject);
	if (!entry || entry->ack.made_ms <= entry->undone_ms)
		return NULL;
	/* A server whose clock is ahead says that it is active since a moment that is still to come here. */
	if (entry->ack.made_ms < active_ms && entry->ack.active_ms != active_ms)
		return NULL;
	return &entry->ack;
}

const struct ack *acks_find(const struct acks *acks, uint64_t fingerprint, int64_t active_ms, int64_t now_ms)
{
	const struct ack *ack = newest(acks, fingerprint, active_ms);

	return ack && now_ms < ack->until_ms ? ack : NULL;
}

const struct ack *acks_expired(const struct acks *acks, uint64_t fingerprint, int64_t active_ms, int64_t now_ms)
{
	const struct ack *ack = newest(acks, fingerprint, active_ms);

	return ack && now_ms >= ack->until_ms ? ack : NULL;
}

/* The note, no longer than allowed: a code point is not cut in two. */
static char *cut_note(const char *note)
{
	size_t length = note ? strnlen(note, ACK_NOTE_MAX + 1) : 0;

	if (length > ACK_NOTE_MAX)
		for (length = ACK_NOTE_MAX; length > 0 && ((unsigned char)note[length] & 0xC0) == 0x80;)
			length--;
	return mem_strndup(note ? note : "", length);
}

static void append(struct journal *journal, const char *system, const char *kind, uint64_t fingerprint,
		   const char *body)
{
	char subject[SUBJECT_SIZE];

	make_subject(fingerprint, subject);
	journal_append(journal,
		       &(struct journal_event){ .system = system, .kind = kind, .subject = subject, .body = body });
}

void acks_make(struct journal *journal, const char *system, uint64_t fingerprint, const char *alertname,
	       int64_t active_ms, int64_t until_ms, const char *note)
{
	struct strbuf body = STRBUF_INIT;
	char *kept = cut_note(note);

	strbuf_addstr(&body, "{\"alertname\":");
	strbuf_add_json(&body, alertname ? alertname : "");
	strbuf_addf(&body, ",\"active_ms\":%" PRId64 ",\"until_ms\":%" PRId64 ",\"note\":", active_ms, until_ms);
	strbuf_add_json(&body, kept);
	strbuf_addch(&body, '}');
	append(journal, system, "ack", fingerprint, body.text);
	strbuf_release(&body);
	free(kept);
}

void acks_undo(struct journal *journal, const char *system, uint64_t fingerprint, int64_t active_ms)
{
	char body[64];

	snprintf(body, sizeof(body), "{\"active_ms\":%" PRId64 "}", active_ms);
	append(journal, system, "unack", fingerprint, body);
}
