#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/json_path_private.h"

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
