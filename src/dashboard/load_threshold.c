#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard/load.h"

struct colour_spec load_colour(struct loader *loader, const cJSON *value, const char *name)
{
	struct colour_spec colour = { .hue = HUE_NONE };
	const char *text = load_value_text(loader, value, name);

	if (text && *text && !colour_spec_parse(text, &colour) && *text != '$')
		load_approximate(loader, name, "\"%.40s\" is no colour", text);
	return colour;
}

static int by_value(const void *a, const void *b)
{
	const struct threshold *left = a, *right = b;

	return left->value < right->value ? -1 : left->value > right->value;
}

/* Equal values keep their order (the later one wins when a value is judged), so a stable sort. */
static void sort_steps(struct threshold *steps, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct threshold step = steps[i];
		size_t j = i;
		for (; j > 0 && by_value(&steps[j - 1], &step) > 0; j--)
			steps[j] = steps[j - 1];
		steps[j] = step;
	}
}

void load_threshold_steps(struct threshold *steps, size_t count, bool percentage, struct field_config *into)
{
	sort_steps(steps, count);
	if (count)
		steps[0].value = -INFINITY;
	into->thresholds = (struct thresholds){ .percentage = percentage, .steps = steps, .count = count };
	into->set |= FIELD_THRESHOLDS;
}

/* A list of {value, color}; a value that is absent, null or empty is the base. */
static void read_steps(struct loader *loader, const cJSON *list, bool percentage, struct field_config *into)
{
	size_t count = load_count(loader, list, "threshold steps", LOAD_LIST_MAX), used = 0, index = 0;
	struct threshold *steps = arena_array(&loader->dashboard->arena, count ? count : 1, sizeof(*steps));
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		if (index >= count)
			break;
		char place[32];
		snprintf(place, sizeof(place), "[%zu]", index++);
		if (!cJSON_IsObject(item)) {
			load_error(loader, place, "must be an object");
			continue;
		}
		size_t mark = load_enter(loader, place);
		struct threshold *step = &steps[used++];
		step->value = -INFINITY;
		load_number(loader, item, "value", &step->value);
		step->colour = load_colour(loader, cJSON_GetObjectItemCaseSensitive(item, "color"), "color");
		load_leave(loader, mark);
	}
	if (used)
		load_threshold_steps(steps, used, percentage, into);
}

void load_threshold_list(struct loader *loader, const cJSON *list, struct field_config *into)
{
	size_t mark = load_enter(loader, "thresholds");

	if (cJSON_IsArray(list))
		read_steps(loader, list, false, into);
	else if (list && !cJSON_IsNull(list))
		load_error(loader, NULL, "must be a list");
	load_leave(loader, mark);
}

/* {"mode": "absolute", "steps": [...]}; Grafana 6.4 had the list itself here. The path is at the value. */
void load_thresholds(struct loader *loader, const cJSON *value, struct field_config *into)
{
	if (cJSON_IsArray(value)) {
		read_steps(loader, value, false, into);
	} else if (cJSON_IsObject(value)) {
		const char *mode = load_text(loader, value, "mode", "absolute");
		const cJSON *steps = load_array(loader, value, "steps");
		size_t mark = load_enter(loader, "steps");
		read_steps(loader, steps, !strcmp(mode, "percentage"), into);
		load_leave(loader, mark);
	} else if (!cJSON_IsString(value) || value->valuestring[0]) {
		load_error(loader, NULL, "must be an object");
	}
}

/* Up to `limit` numbers out of "70,90" or ["70", 90]. */
static size_t read_words(const cJSON *value, double *ret, size_t limit)
{
	size_t count = 0;

	if (cJSON_IsArray(value)) {
		const cJSON *item;
		cJSON_ArrayForEach(item, value) if (count < limit && load_loose_number(item, &ret[count])) count++;
		return count;
	}
	const char *text = cJSON_GetStringValue(value);
	while (text && *text && count < limit) {
		char *end;
		double number = strtod(text, &end);
		if (end != text && isfinite(number))
			ret[count++] = number;
		text = strchr(end, ',');
		if (text)
			text++;
	}
	return count;
}

/* The old pair: limits as words, and one colour more than limits. */
void load_threshold_words(struct loader *loader, const cJSON *thresholds, const cJSON *colours,
			  struct field_config *into)
{
	double limits[16];
	size_t count = read_words(thresholds, limits, sizeof(limits) / sizeof(limits[0]));
	struct threshold *steps;
	size_t colour_count, used = 0;
	const char **names = load_texts(loader, colours, &colour_count);

	if (!count || !colour_count)
		return;
	steps = arena_array(&loader->dashboard->arena, count + 1, sizeof(*steps));
	for (size_t i = 0; i <= count && i < colour_count; i++) {
		steps[used].value = i ? limits[i - 1] : -INFINITY;
		if (!colour_spec_parse(names[i], &steps[used].colour))
			load_approximate(loader, "colors", "\"%.40s\" is no colour", names[i]);
		used++;
	}
	load_threshold_steps(steps, used, false, into);
}
