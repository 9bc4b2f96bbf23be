#include "runbook/run_event.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/json.h"

#define ALL    ((1u << RUN_EVENT_KINDS) - 1)
#define MARKS  (1u << RUN_DONE | 1u << RUN_SKIPPED | 1u << RUN_FAILED)
#define TRIALS (1u << RUN_INTENT | 1u << RUN_STARTED | 1u << RUN_OUTCOME)

/* Whole numbers that a double holds exactly. */
#define WHOLE_MAX 9007199254740992.0

const char *const run_event_names[RUN_EVENT_KINDS] = {
	[RUN_OPENED] = "run-open",         [RUN_VALUE] = "run-value",
	[RUN_BRANCH] = "run-branch",       [RUN_INTENT] = "step-intent",
	[RUN_STARTED] = "step-start",      [RUN_OUTCOME] = "step-outcome",
	[RUN_DONE] = "step-done",          [RUN_SKIPPED] = "step-skip",
	[RUN_FAILED] = "step-fail",        [RUN_UNDONE] = "step-undo",
	[RUN_NOTE] = "run-note",           [RUN_EDIT] = "step-edit",
	[RUN_OVERRIDE] = "step-override",  [RUN_PEN] = "run-pen",
	[RUN_STEP_PEN] = "step-pen",       [RUN_EVIDENCE] = "run-evidence",
	[RUN_MITIGATED] = "run-mitigated", [RUN_CLOSED] = "run-close",
};

const char *const run_outcome_names[RUN_OUTCOMES] = {
	[RUN_OUTCOME_UNKNOWN] = "unknown", [RUN_OUTCOME_NEVER] = "never",   [RUN_OUTCOME_OK] = "ok",
	[RUN_OUTCOME_FAILED] = "failed",   [RUN_OUTCOME_SIGNAL] = "signal", [RUN_OUTCOME_TIMEOUT] = "timeout",
	[RUN_OUTCOME_STOPPED] = "stopped",
};

enum member_type { TEXT, OBJECT, NUMBER, FLAG };

/* One member of a body. */
struct member {
	const char *name;
	enum member_type type;
	size_t offset;
	unsigned kinds;    /* that have it */
	unsigned required; /* that cannot do without it */
	unsigned bytes;    /* of a text, as JSON; together with the others of its kind fewer than the journal takes */
	double least, most;
	int64_t untold; /* of a number: what it is where it is missing */
};

#define TEXT_AT(member)   .type = TEXT, .offset = offsetof(struct run_event, member)
#define OBJECT_AT(member) .type = OBJECT, .offset = offsetof(struct run_event, member)
#define NUMBER_AT(member) .type = NUMBER, .offset = offsetof(struct run_event, member)
#define FLAG_AT(member)   .type = FLAG, .offset = offsetof(struct run_event, member)
#define OF(kind)          (1u << (kind))

/* clang-format off */
static const struct member members[] = {
	{ "seat", TEXT_AT(seat), .kinds = ALL, .bytes = 256 },
	{ "runbook", TEXT_AT(runbook), .kinds = OF(RUN_OPENED), .bytes = 1024 },
	{ "path", TEXT_AT(path), .kinds = OF(RUN_OPENED), .bytes = 4096 },
	{ "digest", TEXT_AT(digest), .kinds = OF(RUN_OPENED), .bytes = 128 },
	{ "title", TEXT_AT(title), .kinds = OF(RUN_OPENED), .bytes = 2048 },
	{ "alert", TEXT_AT(alert), .kinds = OF(RUN_OPENED), .bytes = 1024 },
	{ "alert_id", TEXT_AT(alert_id), .kinds = OF(RUN_OPENED), .bytes = 128 },
	{ "expression", TEXT_AT(expression), .kinds = OF(RUN_OPENED) | OF(RUN_EVIDENCE), .bytes = 16384 },
	{ "labels", OBJECT_AT(labels), .kinds = OF(RUN_OPENED), .bytes = 16384 },
	{ "target", TEXT_AT(target), .kinds = OF(RUN_OPENED) | OF(RUN_INTENT), .bytes = 4096 },
	{ "environment", TEXT_AT(environment), .kinds = OF(RUN_OPENED), .bytes = 1024 },
	{ "alert_since_ms", NUMBER_AT(alert_since_ms), .kinds = OF(RUN_OPENED), .least = 0, .most = 1e15 },
	{ "alert_for_ms", NUMBER_AT(alert_for_ms), .kinds = OF(RUN_OPENED), .least = 0, .most = 1e15, .untold = -1 },
	{ "rehearsal", FLAG_AT(rehearsal), .kinds = OF(RUN_OPENED) },
	{ "step", TEXT_AT(step), .bytes = 32,
	  .kinds = TRIALS | MARKS | OF(RUN_UNDONE) | OF(RUN_NOTE) | OF(RUN_EDIT) | OF(RUN_OVERRIDE) | OF(RUN_STEP_PEN) | OF(RUN_EVIDENCE),
	  .required = TRIALS | MARKS | OF(RUN_EDIT) | OF(RUN_OVERRIDE) | OF(RUN_STEP_PEN) },
	{ "attempt", NUMBER_AT(attempt), .kinds = TRIALS | OF(RUN_EVIDENCE), .required = TRIALS, .least = 0, .most = RUN_NUMBER_MAX },
	{ "command", TEXT_AT(command), .kinds = OF(RUN_INTENT) | OF(RUN_EDIT), .bytes = RUN_TEXT_MAX },
	{ "name", TEXT_AT(name), .kinds = OF(RUN_VALUE) | OF(RUN_EVIDENCE), .required = OF(RUN_VALUE), .bytes = 1024 },
	{ "value", TEXT_AT(value), .kinds = OF(RUN_VALUE) | OF(RUN_BRANCH) | OF(RUN_EVIDENCE), .bytes = 8192 },
	{ "source", TEXT_AT(source), .kinds = OF(RUN_VALUE) | OF(RUN_EVIDENCE) | MARKS, .bytes = 1024 },
	{ "to", TEXT_AT(to), .kinds = OF(RUN_PEN) | OF(RUN_STEP_PEN), .bytes = 1024 },
	{ "to_seat", TEXT_AT(to_seat), .kinds = OF(RUN_PEN) | OF(RUN_STEP_PEN), .bytes = 256 },
	{ "of", TEXT_AT(of), .kinds = OF(RUN_UNDONE) | OF(RUN_STARTED) | OF(RUN_OUTCOME), .required = OF(RUN_UNDONE), .bytes = 1024 },
	{ "note", TEXT_AT(note), .bytes = RUN_TEXT_MAX,
	  .kinds = MARKS | OF(RUN_BRANCH) | OF(RUN_UNDONE) | OF(RUN_NOTE) | OF(RUN_OVERRIDE) | OF(RUN_PEN) | OF(RUN_STEP_PEN) |
		   OF(RUN_EVIDENCE) | OF(RUN_MITIGATED) | OF(RUN_CLOSED) },
	{ "outcome", TEXT_AT(outcome), .kinds = OF(RUN_OUTCOME), .required = OF(RUN_OUTCOME), .bytes = 64 },
	{ "reason", TEXT_AT(reason), .kinds = OF(RUN_OUTCOME) | OF(RUN_OVERRIDE), .bytes = 8192 },
	{ "status", NUMBER_AT(status), .kinds = OF(RUN_OUTCOME), .least = -1, .most = 1e6 },
	{ "signal", NUMBER_AT(signal), .kinds = OF(RUN_OUTCOME), .least = 0, .most = 1e6 },
	{ "elapsed_ms", NUMBER_AT(elapsed_ms), .kinds = OF(RUN_OUTCOME), .least = 0, .most = 1e15 },
	{ "bytes", NUMBER_AT(bytes), .kinds = OF(RUN_OUTCOME), .least = 0, .most = WHOLE_MAX },
	{ "timed_out", FLAG_AT(timed_out), .kinds = OF(RUN_OUTCOME) },
	{ "stopped", FLAG_AT(stopped), .kinds = OF(RUN_OUTCOME) },
	{ "edited", FLAG_AT(edited), .kinds = OF(RUN_INTENT) },
	{ "when", TEXT_AT(when), .kinds = OF(RUN_EVIDENCE), .bytes = 64 },
};
/* clang-format on */

#define MEMBERS (sizeof(members) / sizeof(*members))

/* What the journal itself keeps of each event, and whose run it is. */
static const size_t own_texts[] = {
	offsetof(struct run_event, id),
	offsetof(struct run_event, actor),
	offsetof(struct run_event, system),
	offsetof(struct run_event, run),
};

static const char **text_at(struct run_event *event, size_t offset)
{
	return (const char **)(void *)((char *)event + offset);
}

static int64_t *number_at(struct run_event *event, size_t offset)
{
	return (int64_t *)(void *)((char *)event + offset);
}

static const char *get_text(const struct run_event *event, size_t offset)
{
	const char *text = *(const char *const *)(const void *)((const char *)event + offset);

	return text ? text : "";
}

static bool get_flag(const struct run_event *event, size_t offset)
{
	return *(const bool *)(const void *)((const char *)event + offset);
}

static int64_t get_number(const struct run_event *event, size_t offset)
{
	return *(const int64_t *)(const void *)((const char *)event + offset);
}

enum run_outcome run_outcome_of(const struct run_event *event)
{
	for (size_t i = 0; i < RUN_OUTCOMES; i++)
		if (!strcmp(event->outcome, run_outcome_names[i]))
			return (enum run_outcome)i;
	return RUN_OUTCOME_UNKNOWN;
}

static bool id_valid(const char *id)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t length = strnlen(id, RUN_ID_MAX + 1);

	return length > 0 && length <= RUN_ID_MAX && *id != '.' && strspn(id, letters) == length;
}

/* A number from 1 on, written in one way only: two names of one folder would be two steps. */
static bool number_valid(const char *text, size_t length)
{
	return length > 0 && length < 8 && *text != '0' && strspn(text, "0123456789") >= length &&
	       strtol(text, NULL, 10) <= RUN_NUMBER_MAX;
}

static bool step_id_valid(const char *id)
{
	const char *dot = strchr(id, '.');

	return dot && number_valid(id, (size_t)(dot - id)) && number_valid(dot + 1, strlen(dot + 1));
}

/* ---- reading ---- */

static bool read_object(const cJSON *json, const char **ret, struct arena *arena)
{
	char *text = cJSON_IsObject(json) ? cJSON_PrintUnformatted(json) : NULL;

	if (text)
		*ret = arena_strdup(arena, text);
	cJSON_free(text);
	return text != NULL;
}

static bool read_number(const struct member *member, const cJSON *json, int64_t *ret)
{
	if (!cJSON_IsNumber(json) || !(json->valuedouble >= member->least && json->valuedouble <= member->most) ||
	    json->valuedouble != (double)(int64_t)json->valuedouble)
		return false;
	*ret = (int64_t)json->valuedouble;
	return true;
}

static bool read_member(const struct member *member, const cJSON *json, struct arena *arena, struct run_event *ret)
{
	void *place = (char *)ret + member->offset;

	switch (member->type) {
	case TEXT:
		if (!cJSON_IsString(json))
			return false;
		*text_at(ret, member->offset) = arena_strdup(arena, json->valuestring);
		return true;
	case OBJECT: return read_object(json, text_at(ret, member->offset), arena);
	case NUMBER: return read_number(member, json, place);
	case FLAG: *(bool *)place = cJSON_IsTrue(json); return cJSON_IsBool(json);
	}
	return false;
}

static bool read_members(const cJSON *body, struct arena *arena, struct run_event *ret)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		const struct member *member = &members[i];
		const cJSON *json = member->kinds & OF(ret->kind) ? json_get(body, member->name) : NULL;

		if (!json && member->required & OF(ret->kind))
			return false;
		if (json && !read_member(member, json, arena, ret))
			return false;
	}
	return true;
}

static bool is_sound(const struct run_event *event)
{
	bool attempt = TRIALS & OF(event->kind);

	return id_valid(event->run) && (!*event->step || step_id_valid(event->step)) &&
	       (!attempt || (event->attempt >= 1 && *event->step)) && (event->kind != RUN_STEP_PEN || *event->step) &&
	       (event->kind != RUN_VALUE || *event->name);
}

static bool find_kind(const char *name, enum run_event_kind *ret)
{
	for (size_t i = 0; i < RUN_EVENT_KINDS; i++)
		if (!strcmp(name, run_event_names[i])) {
			*ret = (enum run_event_kind)i;
			return true;
		}
	return false;
}

static void begin_event(struct run_event *event)
{
	for (size_t i = 0; i < MEMBERS; i++)
		if (members[i].type == TEXT || members[i].type == OBJECT)
			*text_at(event, members[i].offset) = members[i].type == OBJECT ? "{}" : "";
		else if (members[i].type == NUMBER && members[i].kinds & OF(event->kind))
			*number_at(event, members[i].offset) = members[i].untold;
}

bool run_event_read(const struct journal_event *event, struct arena *arena, struct run_event *ret)
{
	cJSON *body;
	bool good;

	*ret = (struct run_event){ 0 };
	if (!find_kind(event->kind, &ret->kind) || !event->id || !*event->id || !id_valid(event->subject))
		return false;
	body = json_parse(event->body, strlen(event->body), "journal", NULL);
	begin_event(ret);
	ret->id = arena_strdup(arena, event->id);
	ret->actor = arena_strdup(arena, event->actor ? event->actor : "");
	ret->system = arena_strdup(arena, event->system ? event->system : "");
	ret->run = arena_strdup(arena, event->subject);
	ret->sequence = event->sequence;
	ret->time_ms = event->time_ms;
	ret->monotonic_ms = event->monotonic_ms;
	good = cJSON_IsObject(body) && read_members(body, arena, ret) && is_sound(ret);
	cJSON_Delete(body);
	return good;
}

/* ---- writing ---- */

/* Bytes of `text` that take no more than `most` as JSON: no code point is cut in two. */
static size_t kept_bytes(const char *text, size_t most)
{
	size_t length = strlen(text), at = 0, taken = 2;
	struct strbuf one = STRBUF_INIT;

	while (at < length) {
		uint32_t code;
		size_t used = text_decode(text + at, length - at, &code);
		char encoded[5];

		text_encode(code, encoded);
		strbuf_clear(&one);
		strbuf_add_json(&one, encoded);
		taken += one.length - 2;
		if (taken > most)
			break;
		at += used;
	}
	strbuf_release(&one);
	return at;
}

static void write_text(const struct member *member, const char *text, struct strbuf *body)
{
	size_t start = body->length, kept;
	struct strbuf cut = STRBUF_INIT;

	strbuf_add_json(body, text);
	if (body->length - start <= member->bytes)
		return;
	kept = kept_bytes(text, member->bytes - 40);
	strbuf_add(&cut, text, kept);
	strbuf_addf(&cut, " [%zu bytes cut]", strlen(text) - kept);
	strbuf_truncate(body, start);
	strbuf_add_json(body, cut.text);
	strbuf_release(&cut);
}

static void write_object(const struct member *member, const char *text, struct strbuf *body)
{
	cJSON *object = json_parse(text, strlen(text), "labels", NULL);
	size_t start = body->length;
	const char *comma = "";

	strbuf_addch(body, '{');
	for (const cJSON *item = cJSON_IsObject(object) ? object->child : NULL; item; item = item->next) {
		size_t before = body->length;

		if (!cJSON_IsString(item))
			continue;
		strbuf_addstr(body, comma);
		strbuf_add_json(body, item->string);
		strbuf_addch(body, ':');
		strbuf_add_json(body, item->valuestring);
		comma = ",";
		if (body->length - start < member->bytes)
			continue;
		strbuf_truncate(body, before);
		break;
	}
	strbuf_addch(body, '}');
	cJSON_Delete(object);
}

static bool is_empty(const struct member *member, const struct run_event *event)
{
	switch (member->type) {
	case TEXT:
	case OBJECT: return !*get_text(event, member->offset);
	case NUMBER: return get_number(event, member->offset) == member->untold;
	case FLAG: return !get_flag(event, member->offset);
	}
	return true;
}

void run_event_write(const struct run_event *event, struct strbuf *body)
{
	const char *comma = "";

	strbuf_addch(body, '{');
	for (size_t i = 0; i < MEMBERS; i++) {
		const struct member *member = &members[i];

		if (!(member->kinds & OF(event->kind)) ||
		    (is_empty(member, event) && !(member->required & OF(event->kind))))
			continue;
		strbuf_addf(body, "%s\"%s\":", comma, member->name);
		comma = ",";
		if (member->type == TEXT)
			write_text(member, get_text(event, member->offset), body);
		else if (member->type == OBJECT)
			write_object(member, get_text(event, member->offset), body);
		else if (member->type == NUMBER)
			strbuf_addf(body, "%" PRId64, get_number(event, member->offset));
		else
			strbuf_addstr(body, "true");
	}
	strbuf_addch(body, '}');
}

struct run_event *run_event_copy(const struct run_event *event, struct arena *arena)
{
	struct run_event *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *event;
	for (size_t i = 0; i < MEMBERS + sizeof(own_texts) / sizeof(*own_texts); i++) {
		size_t offset = i < MEMBERS ? members[i].offset : own_texts[i - MEMBERS];
		const char *text, *none = i < MEMBERS && members[i].type == OBJECT ? "{}" : "";

		if (i < MEMBERS && members[i].type != TEXT && members[i].type != OBJECT)
			continue;
		text = get_text(event, offset);
		*text_at(copy, offset) = *text ? arena_strdup(arena, text) : none;
	}
	return copy;
}
