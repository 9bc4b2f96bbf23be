#include "config/json_path.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum step_kind {
	STEP_NAME,     /* name */
	STEP_AT,       /* [3] */
	STEP_ELEMENTS, /* [*] */
	STEP_MEMBERS,  /* * */
	STEP_WHERE,    /* [name=text] */
	STEP_UP,       /* ^ */
	STEP_ROOT,     /* $ */
};

struct path_step {
	enum step_kind kind;
	const char *name, *text;
	long index;
};

struct json_path {
	enum json_part part;
	bool many;
	size_t count;
	struct path_step steps[JSON_PATH_STEPS];
};

static const struct {
	const char *word;
	enum json_part part;
} parts[] = {
	{ "$key", JSON_PART_KEY },
	{ "$index", JSON_PART_INDEX },
	{ "$count", JSON_PART_COUNT },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* --- reading a path ---------------------------------------------------------- */

struct reading {
	const char *text, *at;
	struct json_path *path;
	struct arena *arena;
	struct error *error;
};

static int fault(const struct reading *reading, const char *what)
{
	return error_set(reading->error, "'%.80s': %s", reading->text, what);
}

static int add_step(struct reading *reading, struct path_step step)
{
	struct json_path *path = reading->path;

	if (path->count == JSON_PATH_STEPS)
		return fault(reading, "too many steps (at most 32)");
	path->many |= step.kind == STEP_ELEMENTS || step.kind == STEP_MEMBERS || step.kind == STEP_WHERE;
	path->steps[path->count++] = step;
	return 0;
}

/* A word that is not quoted: up to what ends it. NULL when it is empty. */
static const char *read_bare(struct reading *reading, const char *ends)
{
	size_t length = strcspn(reading->at, ends);
	const char *word = length ? arena_strndup(reading->arena, reading->at, length) : NULL;

	reading->at += length;
	return word;
}

/* A quoted word; NULL when its end is missing. */
static const char *read_quoted(struct reading *reading)
{
	char quote = *reading->at++;
	char *word = arena_alloc(reading->arena, strlen(reading->at) + 1), *end = word;

	for (; *reading->at && *reading->at != quote; reading->at++) {
		if (*reading->at == '\\' && reading->at[1])
			reading->at++;
		*end++ = *reading->at;
	}
	if (!*reading->at)
		return NULL;
	reading->at++;
	return word;
}

static bool is_quote(char ch)
{
	return ch == '"' || ch == '\'';
}

static int read_index(struct reading *reading, const char *word)
{
	char *end;
	long index = strtol(word, &end, 10);

	if (!isdigit((unsigned char)word[*word == '-']) || *end || labs(index) > 1000000000)
		return fault(reading, "in '[]' stands a number, '*', a name in quotes, or name=text");
	return add_step(reading, (struct path_step){ .kind = STEP_AT, .index = index });
}

/* Behind '[': what stands in it, and its end. */
static int read_bracket(struct reading *reading)
{
	struct path_step step = { .kind = STEP_NAME };
	bool quoted = is_quote(*reading->at);
	int result;

	step.name = quoted ? read_quoted(reading) : read_bare(reading, "]=");
	if (quoted && !step.name)
		return fault(reading, "the end of the quotes is missing");
	if (*reading->at == '=' && step.name) {
		reading->at++;
		step.kind = STEP_WHERE;
		if (is_quote(*reading->at))
			step.text = read_quoted(reading);
		else
			step.text = *reading->at == ']' ? "" : read_bare(reading, "]");
		if (!step.text)
			return fault(reading, "']' or the end of the quotes is missing");
	}
	if (*reading->at != ']')
		return fault(reading, "']' is missing");
	if (step.kind == STEP_WHERE || quoted)
		result = add_step(reading, step);
	else if (step.name && strcmp(step.name, "*") == 0)
		result = add_step(reading, (struct path_step){ .kind = STEP_ELEMENTS });
	else
		result = read_index(reading, step.name ? step.name : "");
	reading->at++;
	return result;
}

static int read_dollar(struct reading *reading, const char *word, bool first)
{
	if (!word[1] && first)
		return add_step(reading, (struct path_step){ .kind = STEP_ROOT });
	for (size_t i = 0; i < PARTS; i++) {
		if (strcmp(word, parts[i].word) != 0)
			continue;
		if (*reading->at)
			return fault(reading, "$key, $index and $count can only be a path's end");
		reading->path->part = parts[i].part;
		return 0;
	}
	return fault(reading, "with '$' only $ itself at the beginning, $key, $index and $count are known "
			      "(a name is quoted: [\"$name\"])");
}

static int read_word(struct reading *reading, bool first)
{
	const char *word = read_bare(reading, ".[]");

	if (!word)
		return fault(reading, *reading->at == ']' ? "']' without '['" : "a name is missing");
	if (strcmp(word, "*") == 0)
		return add_step(reading, (struct path_step){ .kind = STEP_MEMBERS });
	if (strcmp(word, "^") == 0)
		return add_step(reading, (struct path_step){ .kind = STEP_UP });
	if (*word == '$')
		return read_dollar(reading, word, first);
	return add_step(reading, (struct path_step){ .kind = STEP_NAME, .name = word });
}

const struct json_path *json_path_parse(const char *text, struct arena *arena, struct error *error)
{
	struct reading reading = { .text = text, .at = text, .arena = arena, .error = error };
	bool first = true;

	if (strlen(text) > JSON_PATH_LENGTH) {
		error_set(error, "a path of more than %d bytes", JSON_PATH_LENGTH);
		return NULL;
	}
	reading.path = arena_alloc(arena, sizeof(*reading.path));
	while (*reading.at) {
		int result;

		if (*reading.at == '[') {
			reading.at++;
			result = read_bracket(&reading);
		} else if (first || *reading.at == '.') {
			reading.at += !first;
			result = read_word(&reading, first);
		} else {
			result = fault(&reading, "behind ']' stands '.', '[' or nothing");
		}
		if (result)
			return NULL;
		first = false;
	}
	return reading.path;
}

bool json_path_is_many(const struct json_path *path)
{
	return path->many;
}

/* --- walking a document ------------------------------------------------------ */

struct search {
	const struct json_path *path;
	struct json_place place;
	json_place_fn *fn;
	void *user;
	size_t limit, found;
	bool over, stop;
};

static void search_from(struct search *search, size_t at);

/* One more element is looked at, if the walk allows that. */
static bool spend(struct json_walk *walk)
{
	if (!walk->work) {
		walk->exhausted = true;
		return false;
	}
	walk->work--;
	return true;
}

static bool may_go_on(struct search *search)
{
	return !search->stop && spend(search->place.walk);
}

/* Go on below: at `item`, the place's child number `index`. */
static void descend(struct search *search, const cJSON *item, size_t index, size_t at)
{
	struct json_place *place = &search->place;

	if (place->depth == JSON_LIMIT_DEPTH)
		return;
	place->depth++;
	place->trail[place->depth] = (struct json_step){ .item = item, .index = index };
	search_from(search, at);
	place->depth--;
}

static const cJSON *place_item(const struct json_place *place)
{
	return place->trail[place->depth].item;
}

static void search_name(struct search *search, const char *name, size_t at)
{
	const cJSON *item = place_item(&search->place), *child;

	if (!cJSON_IsObject(item))
		return;
	for (child = item->child; child && may_go_on(search); child = child->next) {
		if (!child->string || strcmp(child->string, name) != 0)
			continue;
		descend(search, child, 0, at);
		return;
	}
}

static void search_at(struct search *search, long index, size_t at)
{
	const cJSON *item = place_item(&search->place), *child;
	long wanted = index;

	if (!cJSON_IsArray(item))
		return;
	for (child = item->child; index < 0 && child && may_go_on(search); child = child->next)
		wanted++;
	if (wanted < 0)
		return;
	child = item->child;
	for (long i = 0; child && may_go_on(search); child = child->next, i++) {
		if (i != wanted)
			continue;
		descend(search, child, (size_t)i, at);
		return;
	}
}

/* Has `item` a member with the step's name whose text is the step's? */
static bool is_where(struct search *search, const struct path_step *step, const cJSON *item)
{
	const cJSON *child;

	if (!cJSON_IsObject(item))
		return false;
	for (child = item->child; child && may_go_on(search); child = child->next) {
		struct json_place place = { .walk = search->place.walk, .trail[0].item = child };
		struct strbuf text = STRBUF_INIT;
		bool equal;

		if (!child->string || strcmp(child->string, step->name) != 0)
			continue;
		equal = json_place_text(&place, &text) && strcmp(text.text, step->text) == 0;
		strbuf_release(&text);
		return equal;
	}
	return false;
}

static void search_children(struct search *search, const struct path_step *step, size_t at)
{
	const cJSON *item = place_item(&search->place), *child;
	size_t index = 0;

	if (step->kind == STEP_ELEMENTS ? !cJSON_IsArray(item) : step->kind == STEP_MEMBERS && !cJSON_IsObject(item))
		return;
	if (!cJSON_IsArray(item) && !cJSON_IsObject(item))
		return;
	for (child = item->child; child && may_go_on(search); child = child->next, index++)
		if (step->kind != STEP_WHERE || is_where(search, step, child))
			descend(search, child, index, at);
}

/* To the object around the place. What later steps write into the trail is put back. */
static void search_up(struct search *search, size_t at)
{
	struct json_place before = search->place;
	struct json_place *place = &search->place;

	while (place->depth) {
		place->depth--;
		if (!cJSON_IsObject(place_item(place)))
			continue;
		search_from(search, at);
		break;
	}
	search->place = before;
}

static void search_root(struct search *search, size_t at)
{
	struct json_place before = search->place;

	search->place.depth = 0;
	search->place.trail[0] = (struct json_step){ .item = search->place.walk->root };
	search_from(search, at);
	search->place = before;
}

static const char *place_key(const struct json_place *place)
{
	for (unsigned depth = place->depth; depth; depth--)
		if (place->trail[depth].item->string)
			return place->trail[depth].item->string;
	return NULL;
}

static bool place_index(const struct json_place *place, size_t *ret)
{
	for (unsigned depth = place->depth; depth; depth--) {
		if (!cJSON_IsArray(place->trail[depth - 1].item))
			continue;
		*ret = place->trail[depth].index;
		return true;
	}
	return false;
}

static void search_found(struct search *search)
{
	struct json_place *place = &search->place;
	const cJSON *item = place_item(place);
	size_t index;

	place->part = search->path->part;
	if ((place->part == JSON_PART_KEY && !place_key(place)) ||
	    (place->part == JSON_PART_INDEX && !place_index(place, &index)) ||
	    (place->part == JSON_PART_COUNT && !cJSON_IsArray(item) && !cJSON_IsObject(item)))
		return;
	if (search->found == search->limit) {
		search->over = search->stop = true;
		return;
	}
	search->found++;
	search->stop = search->fn(search->user, place) != 0;
}

/* The steps of the path from number `at` on, from where the search stands. */
static void search_from(struct search *search, size_t at)
{
	const struct path_step *step = &search->path->steps[at];

	if (search->stop)
		return;
	if (at == search->path->count) {
		search_found(search);
		return;
	}
	switch (step->kind) {
	case STEP_NAME: search_name(search, step->name, at + 1); break;
	case STEP_AT: search_at(search, step->index, at + 1); break;
	case STEP_ELEMENTS:
	case STEP_MEMBERS:
	case STEP_WHERE: search_children(search, step, at + 1); break;
	case STEP_UP: search_up(search, at + 1); break;
	case STEP_ROOT: search_root(search, at + 1); break;
	}
}

size_t json_path_each(const struct json_path *path, struct json_walk *walk, size_t limit, json_place_fn *fn, void *user,
		      bool *ret_over)
{
	struct search search = { .path = path, .fn = fn, .user = user, .limit = limit };

	search.place.walk = walk;
	search.place.trail[0].item = walk->root;
	if (walk->root)
		search_from(&search, 0);
	if (ret_over)
		*ret_over = search.over;
	return search.found;
}

static int keep_first(void *user, const struct json_place *place)
{
	struct json_place *ret = user;

	*ret = *place;
	return 1;
}

bool json_path_from(const struct json_path *path, const struct json_place *from, struct json_place *ret)
{
	struct search search = { .path = path, .place = *from, .fn = keep_first, .user = ret, .limit = 1 };

	search_from(&search, 0);
	return search.found > 0;
}

/* --- what a place is --------------------------------------------------------- */

static void add_number(struct strbuf *ret, double value)
{
	char *text = json_number_text(value);

	strbuf_addstr(ret, text);
	free(text);
}

/* The parts that are numbers whatever lies there. */
static bool part_number(const struct json_place *place, double *ret)
{
	size_t count = 0;

	if (place->part == JSON_PART_INDEX) {
		if (!place_index(place, &count))
			return false;
	} else {
		for (const cJSON *child = place_item(place)->child; child; child = child->next, count++)
			if (!spend(place->walk))
				return false;
	}
	*ret = (double)count;
	return true;
}

bool json_place_text(const struct json_place *place, struct strbuf *ret)
{
	const cJSON *item = place_item(place);
	const char *key;
	double number;

	switch (place->part) {
	case JSON_PART_KEY:
		key = place_key(place);
		strbuf_addstr(ret, key ? key : "");
		return key != NULL;
	case JSON_PART_INDEX:
	case JSON_PART_COUNT:
		if (!part_number(place, &number))
			return false;
		add_number(ret, number);
		return true;
	case JSON_PART_VALUE: break;
	}
	if (cJSON_IsString(item))
		strbuf_addstr(ret, item->valuestring);
	else if (cJSON_IsNumber(item))
		add_number(ret, item->valuedouble);
	else if (cJSON_IsBool(item))
		strbuf_addstr(ret, cJSON_IsTrue(item) ? "true" : "false");
	else
		return false;
	return true;
}

/* strtod alone would skip leading space, read hexadecimal, and take "infinity" for a number. */
static bool text_number(const char *text, double *ret)
{
	char *end;
	double value;
	int64_t ms;

	if (*text && strspn(text, "+-.0123456789eE") == strlen(text)) {
		value = strtod(text, &end);
		if (end != text && !*end && isfinite(value)) {
			*ret = value;
			return true;
		}
	}
	if (strnlen(text, 11) == 11 && text[4] == '-' && strchr("Tt ", text[10]) &&
	    time_parse(text, 0, &ms, NULL) == 0) {
		*ret = (double)ms / (double)CLOCK_SECOND;
		return true;
	}
	return false;
}

bool json_place_number(const struct json_place *place, double *ret)
{
	const cJSON *item = place_item(place);

	if (place->part == JSON_PART_KEY)
		return place_key(place) && text_number(place_key(place), ret);
	if (place->part != JSON_PART_VALUE)
		return part_number(place, ret);
	if (cJSON_IsString(item))
		return text_number(item->valuestring, ret);
	if (cJSON_IsNumber(item))
		*ret = item->valuedouble;
	else if (cJSON_IsBool(item))
		*ret = cJSON_IsTrue(item);
	else
		return false;
	return true;
}
