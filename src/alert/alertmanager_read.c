/* Answers of Alertmanager's API v2, read into lists. */
#include <stdio.h>
#include <string.h>

#include "alert/alertmanager_private.h"
#include "base/clock.h"

enum place {
	PLACE_DOCUMENT,
	PLACE_ALERTS,
	PLACE_ALERT,
	PLACE_LABELS,
	PLACE_ANNOTATIONS,
	PLACE_RECEIVERS,
	PLACE_RECEIVER,
	PLACE_STATUS,
	PLACE_SILENCED_BY,
	PLACE_INHIBITED_BY,
	PLACE_SILENCES,
	PLACE_SILENCE,
	PLACE_SILENCE_STATUS,
	PLACE_MATCHERS,
	PLACE_MATCHER,
	PLACE_GROUPS,
	PLACE_GROUP,
	PLACE_GROUP_ALERTS,
	PLACE_GROUP_ALERT,
	PLACE_TOP,
	PLACE_VERSION,
};

enum field {
	FIELD_NOTHING, /* null for an empty list */
	FIELD_LABEL,
	FIELD_ANNOTATION,
	FIELD_ID,
	FIELD_STARTS,
	FIELD_ENDS,
	FIELD_UPDATED,
	FIELD_GENERATOR,
	FIELD_STATE,
	FIELD_SILENCED_BY,
	FIELD_INHIBITED_BY,
	FIELD_RECEIVER,
	FIELD_AUTHOR,
	FIELD_COMMENT,
	FIELD_MATCHER_NAME,
	FIELD_MATCHER_VALUE,
	FIELD_MATCHER_REGEX,
	FIELD_MATCHER_EQUAL,
	FIELD_GROUPED,
	FIELD_GROUP_RECEIVER,
	FIELD_VERSION,
	FIELD_SILENCE_ID,
};

/* A time of the API. One that is absent, is none or lies before 1970 (as Go's zero time does) is 0. */
static int64_t read_time(const struct json_value *value)
{
	int64_t ms;

	if (value->kind != SCALAR_TEXT || value->length < 20 || value->text[4] != '-')
		return 0;
	return time_parse(value->text, 0, &ms, NULL) || ms < 0 ? 0 : ms;
}

static void fail_labels(struct am_reader *reader)
{
	json_stream_fail(reader->stream, "alert with over %d labels", LABEL_WORDS_MAX);
}

static const char *keep(struct arena *arena, const struct json_value *value)
{
	return arena_strndup(arena, value->text, value->length);
}

/* Names an alert or a group lists: bounded over the whole answer. */
static bool count_name(struct am_reader *reader)
{
	if (++reader->names > AM_NAMES_MAX)
		json_stream_fail(reader->stream, "answer over %d names of alerts, silences and receivers",
				 AM_NAMES_MAX);
	return reader->names <= AM_NAMES_MAX;
}

static const char *const *take_names(struct arena *arena, const char **items, size_t count)
{
	const char **copy = arena_array(arena, count, sizeof(*copy));

	if (count)
		memcpy(copy, items, count * sizeof(*copy));
	return copy;
}

static void set_text(const char **ret, struct arena *arena, const struct json_value *value)
{
	if (value->kind == SCALAR_TEXT)
		*ret = keep(arena, value);
}

/* alerts */

static enum am_state state_of(const char *text)
{
	if (strcmp(text, "suppressed") == 0)
		return AM_SUPPRESSED;
	return strcmp(text, "unprocessed") == 0 ? AM_UNPROCESSED : AM_ACTIVE;
}

static void alert_value(void *user, const struct json_value *value)
{
	struct am_reader *reader = user;
	struct arena *arena = &reader->alerts->arena;
	struct am_alert *alert = &reader->alert;
	bool is_text = value->kind == SCALAR_TEXT;

	switch ((enum field)value->field) {
	case FIELD_LABEL:
		if (is_text && !label_words_add(&reader->labels, value->key, value->text))
			fail_labels(reader);
		break;
	case FIELD_ANNOTATION:
		if (is_text && !label_words_add(&reader->annotations, value->key, value->text))
			fail_labels(reader);
		break;
	case FIELD_ID: set_text(&alert->id, arena, value); break;
	case FIELD_STARTS: alert->starts_ms = read_time(value); break;
	case FIELD_ENDS: alert->ends_ms = read_time(value); break;
	case FIELD_UPDATED: alert->updated_ms = read_time(value); break;
	case FIELD_GENERATOR: set_text(&alert->generator_url, arena, value); break;
	case FIELD_STATE: alert->state = state_of(value->text); break;
	case FIELD_SILENCED_BY:
		if (is_text && count_name(reader))
			vec_push(&reader->ids, keep(arena, value));
		break;
	case FIELD_INHIBITED_BY:
		if (is_text && count_name(reader))
			vec_push(&reader->inhibiting, keep(arena, value));
		break;
	case FIELD_RECEIVER:
		if (is_text && count_name(reader))
			vec_push(&reader->receivers, keep(arena, value));
		break;
	default: break;
	}
}

static void alert_end(struct am_reader *reader)
{
	struct arena *arena = &reader->alerts->arena;
	struct am_alert *alert = &reader->alert;

	alert->labels = label_words_take(&reader->labels, arena);
	alert->annotations = label_words_take(&reader->annotations, arena);
	if (!alert->labels.count) {
		json_stream_fail_other(reader->stream);
		return;
	}
	if (reader->alerts->items.count == AM_ALERTS_MAX) {
		json_stream_fail(reader->stream, "answer over %d alerts", AM_ALERTS_MAX);
		return;
	}
	alert->fingerprint = labels_fingerprint(&alert->labels);
	if (!*alert->id)
		alert->id = arena_printf(arena, "%016llx", (unsigned long long)alert->fingerprint);
	alert->silenced_by = take_names(arena, reader->ids.items, reader->ids.count);
	alert->silenced_count = reader->ids.count;
	alert->inhibited_by = take_names(arena, reader->inhibiting.items, reader->inhibiting.count);
	alert->inhibited_count = reader->inhibiting.count;
	alert->receivers = take_names(arena, reader->receivers.items, reader->receivers.count);
	alert->receiver_count = reader->receivers.count;
	vec_push(&reader->alerts->items, *alert);
}

static void alert_enter(void *user, int place)
{
	struct am_reader *reader = user;

	if (place != PLACE_ALERT)
		return;
	reader->alert = (struct am_alert){ .id = "", .generator_url = "", .group = SIZE_MAX };
	vec_clear(&reader->ids);
	vec_clear(&reader->inhibiting);
	vec_clear(&reader->receivers);
}

static void alert_leave(void *user, int place)
{
	if (place == PLACE_ALERT)
		alert_end(user);
}

/* silences */

static void matcher_value(struct am_reader *reader, const struct json_value *value)
{
	struct arena *arena = &reader->silences->arena;
	struct silence_matcher *matcher = &reader->matcher;

	switch ((enum field)value->field) {
	case FIELD_MATCHER_NAME: set_text(&matcher->name, arena, value); break;
	case FIELD_MATCHER_VALUE: set_text(&matcher->value, arena, value); break;
	case FIELD_MATCHER_REGEX: matcher->is_regex = value->kind == SCALAR_TRUE; break;
	case FIELD_MATCHER_EQUAL: matcher->is_equal = value->kind != SCALAR_FALSE; break;
	default: break;
	}
}

static void silence_state(struct am_reader *reader, const char *text)
{
	static const char *const words[] = {
		[SILENCE_PENDING] = "pending", [SILENCE_ACTIVE] = "active", [SILENCE_EXPIRED] = "expired"
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(text, words[i]) != 0)
			continue;
		reader->silence.state = (enum silence_state)i;
		reader->has_state = true;
	}
}

static void silence_value(void *user, const struct json_value *value)
{
	struct am_reader *reader = user;
	struct arena *arena = &reader->silences->arena;
	struct silence *silence = &reader->silence;

	switch ((enum field)value->field) {
	case FIELD_ID: set_text(&silence->id, arena, value); break;
	case FIELD_STARTS: silence->starts_ms = read_time(value); break;
	case FIELD_ENDS: silence->ends_ms = read_time(value); break;
	case FIELD_UPDATED: silence->updated_ms = read_time(value); break;
	case FIELD_AUTHOR: set_text(&silence->author, arena, value); break;
	case FIELD_COMMENT: set_text(&silence->comment, arena, value); break;
	case FIELD_STATE: silence_state(reader, value->text); break;
	default: matcher_value(reader, value); break;
	}
}

static void silence_enter(void *user, int place)
{
	struct am_reader *reader = user;

	if (place == PLACE_SILENCE) {
		reader->silence = (struct silence){ .id = "", .author = "", .comment = "" };
		reader->has_state = false;
		vec_clear(&reader->matchers);
	}
	if (place == PLACE_MATCHER) /* isEqual came late: before, every matcher was an equal one */
		reader->matcher = (struct silence_matcher){ .name = "", .value = "", .is_equal = true };
}

static void judge_by_times(struct silence *silence, int64_t now_ms)
{
	silence->state = silence->ends_ms <= now_ms    ? SILENCE_EXPIRED
			 : silence->starts_ms > now_ms ? SILENCE_PENDING
						       : SILENCE_ACTIVE;
}

static void silence_end(struct am_reader *reader)
{
	struct am_silences *silences = reader->silences;
	struct silence *silence = &reader->silence;
	struct silence_matcher *matchers;

	if (!*silence->id || !reader->matchers.count) {
		json_stream_fail_other(reader->stream);
		return;
	}
	if (silences->items.count == AM_SILENCES_MAX) {
		json_stream_fail(reader->stream, "answer over %d silences", AM_SILENCES_MAX);
		return;
	}
	matchers = arena_array(&silences->arena, reader->matchers.count, sizeof(*matchers));
	memcpy(matchers, reader->matchers.items, reader->matchers.count * sizeof(*matchers));
	silence->matchers = matchers;
	silence->matcher_count = reader->matchers.count;
	if (!reader->has_state)
		judge_by_times(silence, reader->now_ms);
	vec_push(&silences->items, *silence);
}

static void silence_leave(void *user, int place)
{
	struct am_reader *reader = user;

	if (place == PLACE_SILENCE)
		silence_end(reader);
	if (place != PLACE_MATCHER)
		return;
	if (reader->matchers.count == SILENCE_MATCHERS_MAX)
		json_stream_fail(reader->stream, "silence with over %d matchers", SILENCE_MATCHERS_MAX);
	else
		vec_push(&reader->matchers, reader->matcher);
}

/* groups */

static void group_value(void *user, const struct json_value *value)
{
	struct am_reader *reader = user;
	struct arena *arena = &reader->groups->arena;

	switch ((enum field)value->field) {
	case FIELD_LABEL:
		if (value->kind == SCALAR_TEXT && !label_words_add(&reader->labels, value->key, value->text))
			fail_labels(reader);
		break;
	case FIELD_GROUP_RECEIVER: set_text(&reader->grouping.group.receiver, arena, value); break;
	case FIELD_GROUPED:
		if (value->kind == SCALAR_TEXT && count_name(reader))
			vec_push(&reader->ids, keep(arena, value));
		break;
	default: break;
	}
}

static void group_enter(void *user, int place)
{
	struct am_reader *reader = user;

	if (place != PLACE_GROUP)
		return;
	reader->grouping = (struct am_grouping){ .group.receiver = "" };
	vec_clear(&reader->ids);
}

static void group_leave(void *user, int place)
{
	struct am_reader *reader = user;
	struct am_grouping *grouping = &reader->grouping;
	struct arena *arena = &reader->groups->arena;

	if (place != PLACE_GROUP)
		return;
	if (reader->groups->items.count == AM_ALERTS_MAX) {
		json_stream_fail(reader->stream, "answer over %d groups", AM_ALERTS_MAX);
		return;
	}
	grouping->group.labels = label_words_take(&reader->labels, arena);
	grouping->group.count = reader->ids.count;
	grouping->ids = take_names(arena, reader->ids.items, reader->ids.count);
	vec_push(&reader->groups->items, *grouping);
}

/* Of the status nothing but the version is taken: beside it stands the configuration, with passwords in it. */
static void status_value(void *user, const struct json_value *value)
{
	struct am_reader *reader = user;

	if (value->field == FIELD_VERSION && value->kind == SCALAR_TEXT)
		snprintf(reader->version, sizeof(reader->version), "%.*s", (int)sizeof(reader->version) - 1,
			 value->text);
}

static void made_value(void *user, const struct json_value *value)
{
	struct am_reader *reader = user;

	if (value->kind == SCALAR_TEXT && value->length < sizeof(reader->silence_id))
		snprintf(reader->silence_id, sizeof(reader->silence_id), "%s", value->text);
}

static const struct json_passage alert_passages[] = {
	{ PLACE_DOCUMENT, NULL, '[', PLACE_ALERTS },
	{ PLACE_ALERTS, NULL, '{', PLACE_ALERT },
	{ PLACE_ALERT, "labels", '{', PLACE_LABELS },
	{ PLACE_ALERT, "annotations", '{', PLACE_ANNOTATIONS },
	{ PLACE_ALERT, "receivers", '[', PLACE_RECEIVERS },
	{ PLACE_RECEIVERS, NULL, '{', PLACE_RECEIVER },
	{ PLACE_ALERT, "status", '{', PLACE_STATUS },
	{ PLACE_STATUS, "silencedBy", '[', PLACE_SILENCED_BY },
	{ PLACE_STATUS, "inhibitedBy", '[', PLACE_INHIBITED_BY },
};

static const struct json_field alert_fields[] = {
	{ PLACE_DOCUMENT, NULL, FIELD_NOTHING },          { PLACE_LABELS, NULL, FIELD_LABEL },
	{ PLACE_ANNOTATIONS, NULL, FIELD_ANNOTATION },    { PLACE_ALERT, "fingerprint", FIELD_ID },
	{ PLACE_ALERT, "startsAt", FIELD_STARTS },        { PLACE_ALERT, "endsAt", FIELD_ENDS },
	{ PLACE_ALERT, "updatedAt", FIELD_UPDATED },      { PLACE_ALERT, "generatorURL", FIELD_GENERATOR },
	{ PLACE_STATUS, "state", FIELD_STATE },           { PLACE_SILENCED_BY, NULL, FIELD_SILENCED_BY },
	{ PLACE_INHIBITED_BY, NULL, FIELD_INHIBITED_BY }, { PLACE_RECEIVER, "name", FIELD_RECEIVER },
};

static const struct json_passage silence_passages[] = {
	{ PLACE_DOCUMENT, NULL, '[', PLACE_SILENCES },          { PLACE_SILENCES, NULL, '{', PLACE_SILENCE },
	{ PLACE_SILENCE, "status", '{', PLACE_SILENCE_STATUS }, { PLACE_SILENCE, "matchers", '[', PLACE_MATCHERS },
	{ PLACE_MATCHERS, NULL, '{', PLACE_MATCHER },
};

static const struct json_field silence_fields[] = {
	{ PLACE_DOCUMENT, NULL, FIELD_NOTHING },           { PLACE_SILENCE, "id", FIELD_ID },
	{ PLACE_SILENCE, "startsAt", FIELD_STARTS },       { PLACE_SILENCE, "endsAt", FIELD_ENDS },
	{ PLACE_SILENCE, "updatedAt", FIELD_UPDATED },     { PLACE_SILENCE, "createdBy", FIELD_AUTHOR },
	{ PLACE_SILENCE, "comment", FIELD_COMMENT },       { PLACE_SILENCE_STATUS, "state", FIELD_STATE },
	{ PLACE_MATCHER, "name", FIELD_MATCHER_NAME },     { PLACE_MATCHER, "value", FIELD_MATCHER_VALUE },
	{ PLACE_MATCHER, "isRegex", FIELD_MATCHER_REGEX }, { PLACE_MATCHER, "isEqual", FIELD_MATCHER_EQUAL },
};

static const struct json_passage group_passages[] = {
	{ PLACE_DOCUMENT, NULL, '[', PLACE_GROUPS },        { PLACE_GROUPS, NULL, '{', PLACE_GROUP },
	{ PLACE_GROUP, "labels", '{', PLACE_LABELS },       { PLACE_GROUP, "receiver", '{', PLACE_RECEIVER },
	{ PLACE_GROUP, "alerts", '[', PLACE_GROUP_ALERTS }, { PLACE_GROUP_ALERTS, NULL, '{', PLACE_GROUP_ALERT },
};

static const struct json_field group_fields[] = {
	{ PLACE_DOCUMENT, NULL, FIELD_NOTHING },
	{ PLACE_LABELS, NULL, FIELD_LABEL },
	{ PLACE_RECEIVER, "name", FIELD_GROUP_RECEIVER },
	{ PLACE_GROUP_ALERT, "fingerprint", FIELD_GROUPED },
};

static const struct json_passage status_passages[] = {
	{ PLACE_DOCUMENT, NULL, '{', PLACE_TOP },
	{ PLACE_TOP, "versionInfo", '{', PLACE_VERSION },
};

static const struct json_field status_fields[] = {
	{ PLACE_VERSION, "version", FIELD_VERSION },
};

static const struct json_passage made_passages[] = {
	{ PLACE_DOCUMENT, NULL, '{', PLACE_TOP },
};

static const struct json_field made_fields[] = {
	{ PLACE_TOP, "silenceID", FIELD_SILENCE_ID },
};

#define TABLES(name)                                                                                                   \
	.what = AM_WHAT, .passages = name##_passages,                                                                  \
	.passage_count = sizeof(name##_passages) / sizeof(name##_passages[0]), .fields = name##_fields,                \
	.field_count = sizeof(name##_fields) / sizeof(name##_fields[0]), .value = name##_value

const struct json_shape am_shapes[AM_QUESTIONS] = {
	[AM_ASK_ALERTS] = { TABLES(alert), .enter = alert_enter, .leave = alert_leave },
	[AM_ASK_SILENCES] = { TABLES(silence), .enter = silence_enter, .leave = silence_leave },
	[AM_ASK_GROUPS] = { TABLES(group), .enter = group_enter, .leave = group_leave },
	[AM_ASK_STATUS] = { TABLES(status) },
};

const struct json_shape am_shape_made = { TABLES(made) };
