#include "collect/health_document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "collect/health_items.h"
#include "collect/health_word.h"
#include "config/json.h"
#include "config/json_path.h"

#define DEPTH 4 /* components of components */

/* Members that name a state, the plainest first. */
static const char *const state_names[] = { "status",    "state",     "health",  "overall_status",
					   "overall",   "healthy",   "ok",      "ready",
					   "available", "connected", "running", "operational",
					   "reachable", NULL };
static const char *const group_names[] = { "components", "services",  "checks",  "dependencies", "subsystems",
					   "probes",     "levels",    "results", "entries",      "ai_system",
					   "backends",   "providers", "systems", "resources",    NULL };
static const char *const breaker_names[] = { "circuit_breakers", "breaker_states", "breakers", NULL };
static const char *const note_names[] = { "recommendations", "issues", "warnings", "errors",
					  "setup_guidance",  "alerts", "notes",    NULL };
static const char *const reason_names[] = { "error_message", "degradation_reason", "reason", "error", "message",
					    "output",        "description",        NULL };
static const char *const title_names[] = { "name", "component", "service", "check", "id", "title", NULL };
static const char *const time_names[] = { "timestamp", "time", "checked_at", "last_check", NULL };
static const char *const response_names[] = { "response_time_ms", "latency_ms", "duration_ms", "elapsed_ms", NULL };
static const char *const stand_in_names[] = { "mock",           "is_mock",         "mock_mode",   "fallback",
					      "using_fallback", "fallback_active", "in_fallback", NULL };
static const char *const bool_ends[] = { "_available", "_connected", "_healthy", "_ready", "_ok", NULL };

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcasecmp(name, *names) == 0)
			return true;
	return false;
}

static const cJSON *find(const cJSON *object, const char *const *names)
{
	for (; cJSON_IsObject(object) && *names; names++) {
		const cJSON *item = json_get(object, *names);

		if (item && !cJSON_IsNull(item))
			return item;
	}
	return NULL;
}

/* What is said of a state, in whichever of its members: a word, or true and false. */
static const cJSON *find_state(const cJSON *object)
{
	for (size_t i = 0; cJSON_IsObject(object) && state_names[i]; i++) {
		const cJSON *item = json_get(object, state_names[i]);

		if (cJSON_IsString(item) || cJSON_IsBool(item))
			return item;
	}
	return NULL;
}

static const char *keep_string(struct health_document *document, const cJSON *item)
{
	return cJSON_IsString(item) ? health_keep(document, item->valuestring) : "";
}

static bool to_number(const cJSON *item, double *ret)
{
	struct json_place place = { .trail[0].item = item };

	return item && json_place_number(&place, ret);
}

static void unknown_word(struct health_document *document, const char *word)
{
	if (!document->unknown_words++)
		document->unknown = health_keep(document, word);
}

/* The state a word or true and false stand for. */
static enum health_word judge(struct health_document *document, const cJSON *item, struct health_item *ret)
{
	enum health_word kind = HEALTH_WORD_UNKNOWN;

	if (cJSON_IsBool(item)) {
		ret->word = cJSON_IsTrue(item) ? "true" : "false";
		ret->value = cJSON_IsTrue(item);
		return HEALTH_WORD_STATE;
	}
	if (!cJSON_IsString(item))
		return HEALTH_WORD_NEUTRAL;
	ret->word = health_keep(document, item->valuestring);
	kind = health_word(item->valuestring, &ret->value);
	if (kind == HEALTH_WORD_UNKNOWN)
		unknown_word(document, item->valuestring);
	return kind;
}

/* Does the object say that something else works in its place? */
static bool stands_in(const cJSON *object)
{
	const cJSON *said = find(object, stand_in_names);
	const char *const words[] = { json_string(object, "mode", ""), json_string(object, "provider", ""),
				      json_string(object, "backend", "") };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(words[i], "mock") || strcasestr(words[i], "fallback"))
			return true;
	return cJSON_IsTrue(said);
}

static void read_group(struct health_document *document, const char *group, const char *prefix, const cJSON *item,
		       unsigned depth);

static void add_breaker(struct health_document *document, const char *name, const cJSON *state)
{
	struct health_item item = { .group = "", .reason = "", .word = "", .score = NAN, .response_s = NAN };

	item.name = health_keep(document, name);
	if (judge(document, state, &item) == HEALTH_WORD_BREAKER)
		health_add_item(document, &item, true);
}

static void read_object(struct health_document *document, struct health_item *item, const cJSON *object, unsigned depth)
{
	const cJSON *state = find_state(object), *child;
	enum health_word kind;
	double ms;

	kind = judge(document, state, item);
	if (kind == HEALTH_WORD_STATE && item->value > 0.5 && stands_in(object))
		item->value = 0.5;
	item->reason = keep_string(document, find(object, reason_names));
	to_number(json_get(object, "health_score"), &item->score);
	if (to_number(find(object, response_names), &ms))
		item->response_s = ms / 1000;
	add_breaker(document, item->name, json_get(object, "circuit_breaker_state"));
	if (state && kind == HEALTH_WORD_BREAKER)
		health_add_item(document, item, true);
	else if (state)
		health_add_item(document, item, false);
	cJSON_ArrayForEach(child, object)
	{
		double value;

		if (!child->string)
			continue;
		if (is_one_of(child->string, group_names))
			read_group(document, item->group, item->name, child, depth + 1);
		else if (!state && cJSON_IsNumber(child) && to_number(child, &value)) {
			char *name = mem_printf("%s.%s", item->name, child->string);

			health_add_number(document, name, value);
			free(name);
		}
	}
}

/* One component: a word, true or false, an object, or a list of objects, the worst of which counts. */
static void read_component(struct health_document *document, const char *group, const char *name, const cJSON *said,
			   unsigned depth)
{
	struct health_item item = { .word = "", .reason = "", .value = NAN, .score = NAN, .response_s = NAN };
	const cJSON *child;
	enum health_word kind;
	double value;

	if (++document->looked_at > HEALTH_LOOKS) {
		document->left_out++;
		return;
	}
	item.group = health_keep(document, group);
	item.name = health_keep(document, name);
	if (cJSON_IsArray(said)) {
		cJSON_ArrayForEach(child, said)
		{
			struct health_item one = item;

			if (cJSON_IsObject(child) && depth < DEPTH)
				read_object(document, &one, child, depth);
		}
	} else if (cJSON_IsObject(said)) {
		if (depth < DEPTH)
			read_object(document, &item, said, depth);
	} else if (cJSON_IsNumber(said)) {
		if (to_number(said, &value))
			health_add_number(document, name, value);
	} else if (!cJSON_IsNull(said)) {
		kind = judge(document, said, &item);
		if (kind != HEALTH_WORD_NEUTRAL || cJSON_IsString(said))
			health_add_item(document, &item, kind == HEALTH_WORD_BREAKER);
	}
}

static void read_group(struct health_document *document, const char *group, const char *prefix, const cJSON *item,
		       unsigned depth)
{
	const cJSON *child;
	size_t index = 0;

	if (depth >= DEPTH || (!cJSON_IsObject(item) && !cJSON_IsArray(item)))
		return;
	cJSON_ArrayForEach(child, item)
	{
		const cJSON *title = cJSON_IsArray(item) ? find(child, title_names) : NULL;
		const char *name = title && cJSON_IsString(title) ? title->valuestring : child->string;
		char *full, number[24];

		snprintf(number, sizeof(number), "%zu", index++);
		if (!name)
			name = number;
		/* Of the whole group: it is called by the group's name. */
		if (cJSON_IsObject(item) && !*prefix && cJSON_IsString(child) &&
		    (strcmp(name, "overall_status") == 0 || strcmp(name, "status") == 0))
			name = group;
		full = *prefix ? mem_printf("%s.%s", prefix, name) : mem_strdup(name);
		read_component(document, group, full, child, depth);
		free(full);
	}
}

/* {"database": "closed"}, {"database": {"state": "open"}}, or those below breaker_states. */
static void read_breakers(struct health_document *document, const cJSON *item)
{
	const cJSON *child;

	cJSON_ArrayForEach(child, item)
	{
		const cJSON *title = find(child, title_names);
		const char *name = child->string ? child->string : cJSON_IsString(title) ? title->valuestring : "";

		if (child->string && is_one_of(child->string, breaker_names))
			read_breakers(document, child);
		else if (cJSON_IsObject(child))
			add_breaker(document, name, find_state(child));
		else if (cJSON_IsString(child) && !is_one_of(name, state_names))
			add_breaker(document, name, child);
	}
}

/* A list of names or objects with one; or an object from names to states. */
static void read_features(struct health_document *document, const cJSON *list, double degraded)
{
	const cJSON *child;

	cJSON_ArrayForEach(child, list)
	{
		const cJSON *title = find(child, title_names), *reason = find(child, reason_names);
		struct health_item state = { .value = NAN };

		if (!title)
			title = json_get(child, "feature");
		if (child->string) {
			judge(document, cJSON_IsObject(child) ? find_state(child) : child, &state);
			if (!isnan(state.value))
				health_add_feature(document, child->string, state.value < 1,
						   cJSON_IsString(reason) ? reason->valuestring : "");
		} else if (cJSON_IsString(child)) {
			health_add_feature(document, child->valuestring, degraded, "");
		} else if (cJSON_IsString(title)) {
			health_add_feature(document, title->valuestring, degraded,
					   cJSON_IsString(reason) ? reason->valuestring : "");
		}
	}
}

static void read_notes(struct health_document *document, const char *kind, const cJSON *item)
{
	const cJSON *child;

	cJSON_ArrayForEach(child, item)
	{
		const cJSON *text = cJSON_IsObject(child) ? find(child, reason_names) : child;

		if (cJSON_IsString(text))
			health_add_note(document, kind, text->valuestring);
	}
}

static void read_numbers(struct health_document *document, const char *prefix, const cJSON *object, unsigned depth)
{
	const cJSON *child;

	cJSON_ArrayForEach(child, object)
	{
		char *name = mem_printf("%s%s%s", prefix, *prefix ? "." : "", child->string ? child->string : "");
		double value;

		if ((cJSON_IsNumber(child) || cJSON_IsBool(child)) && child->string && to_number(child, &value))
			health_add_number(document, name, value);
		else if (cJSON_IsObject(child) && depth < DEPTH)
			read_numbers(document, name, child, depth + 1);
		free(name);
	}
}

/* true and false in a member like `llm_available` are a component's. */
static void read_bool(struct health_document *document, const cJSON *item)
{
	size_t length = strlen(item->string);

	for (size_t i = 0; bool_ends[i]; i++) {
		size_t end = strlen(bool_ends[i]);
		char *name;

		if (length <= end || strcasecmp(item->string + length - end, bool_ends[i]) != 0)
			continue;
		name = mem_strndup(item->string, length - end);
		read_component(document, "", name, item, 1);
		free(name);
		return;
	}
	health_add_number(document, item->string, cJSON_IsTrue(item));
}

static void read_object_member(struct health_document *document, const cJSON *item)
{
	const char *name = item->string;

	if (is_one_of(name, breaker_names)) {
		read_breakers(document, item);
		read_numbers(document, name, item, DEPTH);
		if (cJSON_IsObject(item) && cJSON_IsString(find_state(item)))
			read_component(document, "", name, item, DEPTH - 1);
	} else if (is_one_of(name, group_names)) {
		read_group(document, name, "", item, 1);
	} else if (strcasecmp(name, "degraded_features") == 0) {
		read_features(document, item, 1);
	} else if (strcasecmp(name, "available_features") == 0 || strcasecmp(name, "features") == 0) {
		read_features(document, item, 0);
	} else if (is_one_of(name, note_names)) {
		read_notes(document, name, item);
	} else if (cJSON_IsObject(item)) {
		if (strcasecmp(name, "metrics") == 0)
			read_numbers(document, "", item, 1);
		else if (cJSON_IsString(find_state(item)))
			read_component(document, "", name, item, 1);
		else
			read_numbers(document, name, item, 1);
	}
}

static void read_string_member(struct health_document *document, const char *name, const cJSON *item)
{
	if (strcasecmp(name, "version") == 0)
		document->version = keep_string(document, item);
	else if (strcasecmp(name, "operational_mode") == 0)
		document->mode = keep_string(document, item);
	else if (strcasecmp(name, "service") == 0 || (is_one_of(name, title_names) && !*document->service))
		document->service = keep_string(document, item);
}

/* Since the epoch, in seconds or milliseconds, or a time that people can read. */
static void read_time(struct health_document *document, const cJSON *item)
{
	double time_s;

	if (!to_number(item, &time_s))
		return;
	document->time_s = fabs(time_s) >= 1e11 ? time_s / 1000 : time_s;
}

static void read_members(struct health_document *document, const cJSON *root)
{
	const cJSON *state = find_state(root), *item;

	cJSON_ArrayForEach(item, root)
	{
		const char *name = item->string;

		if (!name || item == state)
			continue;
		if (is_one_of(name, time_names))
			read_time(document, item);
		else if (strcasecmp(name, "health_score") == 0 || strcasecmp(name, "score") == 0)
			to_number(item, &document->score);
		else if (cJSON_IsNumber(item))
			health_add_number(document, name, item->valuedouble);
		else if (cJSON_IsBool(item))
			read_bool(document, item);
		else if (cJSON_IsString(item))
			read_string_member(document, name, item);
		else
			read_object_member(document, item);
	}
}

static void read_overall(struct health_document *document, const cJSON *state)
{
	struct health_item item = { .word = "", .value = NAN };

	if (judge(document, state, &item) == HEALTH_WORD_BREAKER)
		item.value = NAN;
	document->overall = item.value;
	document->word = item.word;
}

void health_document_read(struct health_document *ret, const char *body, size_t length)
{
	cJSON *root = json_parse(body, length, NULL, NULL);

	*ret = (struct health_document){ .overall = NAN,
					 .score = NAN,
					 .time_s = NAN,
					 .word = "",
					 .service = "",
					 .version = "",
					 .mode = "",
					 .unknown = "" };
	if (cJSON_IsObject(root)) {
		read_overall(ret, find_state(root));
		read_members(ret, root);
	} else if (cJSON_IsArray(root)) {
		read_group(ret, "", "", root, 1);
	} else if (root) {
		read_overall(ret, root);
	} else {
		health_read_text(ret, body, length);
	}
	cJSON_Delete(root);
	ret->known = !isnan(ret->overall) || !isnan(ret->score) || ret->components.count || ret->breakers.count ||
		     ret->features.count;
}

void health_document_release(struct health_document *document)
{
	vec_release(&document->components);
	vec_release(&document->breakers);
	vec_release(&document->features);
	vec_release(&document->numbers);
	vec_release(&document->notes);
	arena_release(&document->arena);
}
