/* /api/v1/rules and /api/v1/alerts as Prometheus, Thanos, Mimir and vmalert write them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alert/server_rules_private.h"
#include "base/clock.h"
#include "base/mem.h"
#include "query/number.h"

enum place {
	PLACE_DOCUMENT,
	PLACE_TOP,
	PLACE_DATA,
	PLACE_GROUPS,
	PLACE_GROUP,
	PLACE_RULES,
	PLACE_RULE,
	PLACE_RULE_LABELS,
	PLACE_RULE_ANNOTATIONS,
	PLACE_ALERTS,
	PLACE_ALERT,
	PLACE_ALERT_LABELS,
	PLACE_ALERT_ANNOTATIONS,
};

enum field {
	FIELD_STATUS,
	FIELD_ERROR,
	FIELD_NO_LIST, /* null for an empty list */
	FIELD_GROUP_NAME,
	FIELD_GROUP_FILE,
	FIELD_NAME,
	FIELD_QUERY,
	FIELD_TYPE,
	FIELD_FOR,
	FIELD_KEEP_FIRING,
	FIELD_HEALTH,
	FIELD_LAST_ERROR,
	FIELD_LAST,
	FIELD_LABEL,
	FIELD_STATE,
	FIELD_ACTIVE,
	FIELD_KEPT_SINCE,
	FIELD_VALUE,
};

static const char *keep(const struct server_rules_reader *reader, const struct json_value *value)
{
	return arena_strndup(&reader->list->arena, value->text, value->length);
}

/* A time of the API. One that is absent, is none or lies before 1970 (as Go's zero time does) is 0. */
static int64_t read_time(const struct json_value *value)
{
	int64_t ms;

	if (value->kind != SCALAR_TEXT || value->length < 20 || value->text[4] != '-')
		return 0;
	return time_parse(value->text, 0, &ms, NULL) || ms < 0 ? 0 : ms;
}

/* Seconds; what is no duration is none. */
static int64_t read_duration(const struct json_value *value)
{
	int64_t ms;

	if (value->kind != SCALAR_NUMBER || number_parse_time(value->text, value->length, &ms) || ms < 0)
		return 0;
	return ms;
}

static double read_number(const struct json_value *value)
{
	double number;

	if ((value->kind != SCALAR_TEXT && value->kind != SCALAR_NUMBER) ||
	    number_parse(value->text, value->length, &number))
		return NAN;
	return number;
}

static struct server_rule *present_rule(const struct server_rules_reader *reader)
{
	return &reader->list->rules.items[reader->list->rules.count - 1];
}

static void top_value(struct server_rules_reader *reader, const struct json_value *value)
{
	if (value->field == FIELD_STATUS)
		reader->succeeded = strcmp(value->text, "success") == 0;
	else if (value->field == FIELD_NO_LIST)
		reader->has_data = value->kind == SCALAR_NULL;
	else
		snprintf(reader->error, sizeof(reader->error), "%.*s", (int)sizeof(reader->error) - 1, value->text);
}

static void rule_value(struct server_rules_reader *reader, const struct json_value *value)
{
	struct server_rule *rule = present_rule(reader);
	const char **text = value->field == FIELD_NAME         ? &rule->name
			    : value->field == FIELD_QUERY      ? &rule->expression
			    : value->field == FIELD_HEALTH     ? &rule->health
			    : value->field == FIELD_LAST_ERROR ? &rule->last_error
							       : NULL;

	if (text && value->kind == SCALAR_TEXT)
		*text = keep(reader, value);
	else if (value->field == FIELD_TYPE)
		rule->kind = strcasecmp(value->text, "recording") == 0 ? RULE_RECORD : RULE_ALERT;
	else if (value->field == FIELD_FOR)
		rule->for_ms = read_duration(value);
	else if (value->field == FIELD_KEEP_FIRING)
		rule->keep_firing_ms = read_duration(value);
	else if (value->field == FIELD_LAST)
		rule->last_ms = read_time(value);
}

static void set_phase(struct server_rules_reader *reader, const char *text)
{
	bool pending = strcasecmp(text, "pending") == 0;

	reader->is_wanted = pending || strcasecmp(text, "firing") == 0;
	reader->alert.phase = pending ? ALERT_PENDING : ALERT_FIRING;
}

static void on_value(void *user, const struct json_value *value)
{
	struct server_rules_reader *reader = user;

	switch ((enum field)value->field) {
	case FIELD_STATUS:
	case FIELD_ERROR:
	case FIELD_NO_LIST: top_value(reader, value); break;
	case FIELD_GROUP_NAME:
	case FIELD_GROUP_FILE:
		if (value->kind == SCALAR_TEXT)
			*(value->field == FIELD_GROUP_NAME ? &reader->group : &reader->file) = keep(reader, value);
		break;
	case FIELD_LABEL:
		if (value->kind == SCALAR_TEXT && !label_words_add(&reader->labels, value->key, value->text))
			json_stream_fail(reader->stream, "rule or alert with over %d labels", LABEL_WORDS_MAX);
		break;
	case FIELD_STATE: set_phase(reader, value->text); break;
	case FIELD_ACTIVE: reader->alert.active_ms = read_time(value); break;
	case FIELD_KEPT_SINCE: reader->alert.keep_firing_since_ms = read_time(value); break;
	case FIELD_VALUE: reader->alert.value = read_number(value); break;
	default: rule_value(reader, value); break;
	}
}

static void rule_begin(struct server_rules_reader *reader)
{
	static const struct server_rule rule = {
		.group = "", .file = "", .name = "", .expression = "", .health = "", .last_error = ""
	};

	if (reader->list->rules.count == SERVER_RULES_MAX)
		json_stream_fail(reader->stream, "answer over %d rules", SERVER_RULES_MAX);
	else
		vec_push(&reader->list->rules, rule);
	reader->in_rule = true;
}

static void on_enter(void *user, int place)
{
	struct server_rules_reader *reader = user;

	switch (place) {
	case PLACE_GROUPS: reader->has_data = true; break;
	case PLACE_GROUP:
		reader->group = reader->file = "";
		reader->group_from = reader->list->rules.count;
		break;
	case PLACE_RULE: rule_begin(reader); break;
	case PLACE_ALERTS: reader->has_data = true; break;
	case PLACE_ALERT:
		reader->alert = (struct server_alert){ .value = NAN };
		reader->is_wanted = false;
		break;
	default: break;
	}
}

static void alert_end(struct server_rules_reader *reader)
{
	struct server_alert *alert = &reader->alert;

	if (!reader->is_wanted)
		return;
	if (!alert->labels.count) {
		json_stream_fail_other(reader->stream);
	} else if (reader->list->alerts.count == SERVER_ALERTS_MAX) {
		json_stream_fail(reader->stream, "answer over %d alerts", SERVER_ALERTS_MAX);
	} else {
		alert->fingerprint = labels_fingerprint(&alert->labels);
		alert->rule = reader->in_rule ? reader->list->rules.count - 1 : SIZE_MAX;
		vec_push(&reader->list->alerts, *alert);
	}
}

/* The group's name may stand behind its rules. */
static void group_end(struct server_rules_reader *reader)
{
	for (size_t i = reader->group_from; i < reader->list->rules.count; i++) {
		reader->list->rules.items[i].group = reader->group;
		reader->list->rules.items[i].file = reader->file;
	}
}

static void on_leave(void *user, int place)
{
	struct server_rules_reader *reader = user;
	struct arena *arena = &reader->list->arena;

	switch (place) {
	case PLACE_GROUP: group_end(reader); break;
	case PLACE_RULE:
		if (!*present_rule(reader)->name)
			json_stream_fail_other(reader->stream);
		reader->in_rule = false;
		break;
	case PLACE_RULE_LABELS: present_rule(reader)->labels = label_words_take(&reader->labels, arena); break;
	case PLACE_RULE_ANNOTATIONS:
		present_rule(reader)->annotations = label_words_take(&reader->labels, arena);
		break;
	case PLACE_ALERT_LABELS: reader->alert.labels = label_words_take(&reader->labels, arena); break;
	case PLACE_ALERT_ANNOTATIONS: reader->alert.annotations = label_words_take(&reader->labels, arena); break;
	case PLACE_ALERT: alert_end(reader); break;
	default: break;
	}
}

/* What stands on the way to rules; the alerts of a rule, and those of /api/v1/alerts, are read alike. */
static const struct json_passage passages_to_rules[] = {
	{ PLACE_DOCUMENT, NULL, '{', PLACE_TOP },
	{ PLACE_TOP, "data", '{', PLACE_DATA },
	{ PLACE_DATA, "groups", '[', PLACE_GROUPS },
	{ PLACE_GROUPS, NULL, '{', PLACE_GROUP },
	{ PLACE_GROUP, "rules", '[', PLACE_RULES },
	{ PLACE_RULES, NULL, '{', PLACE_RULE },
	{ PLACE_RULE, "labels", '{', PLACE_RULE_LABELS },
	{ PLACE_RULE, "annotations", '{', PLACE_RULE_ANNOTATIONS },
	{ PLACE_RULE, "alerts", '[', PLACE_ALERTS },
	{ PLACE_ALERTS, NULL, '{', PLACE_ALERT },
	{ PLACE_ALERT, "labels", '{', PLACE_ALERT_LABELS },
	{ PLACE_ALERT, "annotations", '{', PLACE_ALERT_ANNOTATIONS },
};

static const struct json_passage passages_to_alerts[] = {
	{ PLACE_DOCUMENT, NULL, '{', PLACE_TOP },
	{ PLACE_TOP, "data", '{', PLACE_DATA },
	{ PLACE_DATA, "alerts", '[', PLACE_ALERTS },
	{ PLACE_ALERTS, NULL, '{', PLACE_ALERT },
	{ PLACE_ALERT, "labels", '{', PLACE_ALERT_LABELS },
	{ PLACE_ALERT, "annotations", '{', PLACE_ALERT_ANNOTATIONS },
};

static const struct json_field fields[] = {
	{ PLACE_TOP, "status", FIELD_STATUS },
	{ PLACE_TOP, "error", FIELD_ERROR },
	{ PLACE_DATA, "groups", FIELD_NO_LIST },
	{ PLACE_DATA, "alerts", FIELD_NO_LIST },
	{ PLACE_GROUP, "name", FIELD_GROUP_NAME },
	{ PLACE_GROUP, "file", FIELD_GROUP_FILE },
	{ PLACE_RULE, "name", FIELD_NAME },
	{ PLACE_RULE, "query", FIELD_QUERY },
	{ PLACE_RULE, "type", FIELD_TYPE },
	{ PLACE_RULE, "duration", FIELD_FOR },
	{ PLACE_RULE, "keepFiringFor", FIELD_KEEP_FIRING },
	{ PLACE_RULE, "keep_firing_for", FIELD_KEEP_FIRING }, /* vmalert's */
	{ PLACE_RULE, "health", FIELD_HEALTH },
	{ PLACE_RULE, "lastError", FIELD_LAST_ERROR },
	{ PLACE_RULE, "lastEvaluation", FIELD_LAST },
	{ PLACE_RULE_LABELS, NULL, FIELD_LABEL },
	{ PLACE_RULE_ANNOTATIONS, NULL, FIELD_LABEL },
	{ PLACE_ALERT_LABELS, NULL, FIELD_LABEL },
	{ PLACE_ALERT_ANNOTATIONS, NULL, FIELD_LABEL },
	{ PLACE_ALERT, "state", FIELD_STATE },
	{ PLACE_ALERT, "activeAt", FIELD_ACTIVE },
	{ PLACE_ALERT, "keepFiringSince", FIELD_KEPT_SINCE },
	{ PLACE_ALERT, "value", FIELD_VALUE },
};

#define SHAPE(table)                                                                                                   \
	{                                                                                                              \
		.what = SERVER_RULES_WHAT, .passages = (table), .passage_count = sizeof(table) / sizeof((table)[0]),   \
		.fields = fields, .field_count = sizeof(fields) / sizeof(fields[0]), .enter = on_enter,                \
		.leave = on_leave, .value = on_value                                                                   \
	}

const struct json_shape server_rules_shapes[SERVER_QUESTIONS] = {
	[SERVER_ASK_RULES] = SHAPE(passages_to_rules),
	[SERVER_ASK_ALERTS] = SHAPE(passages_to_alerts),
};

void server_rules_reader_init(struct server_rules_reader *reader)
{
	*reader = (struct server_rules_reader){ .group = "", .file = "" };
	label_words_init(&reader->labels);
	reader->list = mem_zalloc(sizeof(*reader->list));
}

void server_rules_reader_release(struct server_rules_reader *reader)
{
	server_rules_list_free(reader->list);
	reader->list = NULL;
	label_words_release(&reader->labels);
}

int server_rules_reader_judge(const struct server_rules_reader *reader, struct error *error)
{
	if (reader->succeeded && reader->has_data)
		return 0;
	if (*reader->error)
		return error_set(error, "server error: %s", reader->error);
	return error_set(error, "not %s (other JSON)", SERVER_RULES_WHAT);
}

void server_rules_list_free(struct server_rules_list *list)
{
	if (!list)
		return;
	vec_release(&list->rules);
	vec_release(&list->alerts);
	arena_release(&list->arena);
	free(list);
}
