#include "situation/map_instances.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "query/bundle.h"

#define LABELS_BYTES 512

struct map_instances {
	struct map_instances_config config;
	int part;
	char *expression;
	struct query *query;
	int64_t asked_ms;
	struct arena arena; /* of the rows */
	struct part_instance *rows;
	size_t count, more;
	bool answered; /* the watched part, at least once */
};

struct map_instances *map_instances_new(const struct map_instances_config *config)
{
	struct map_instances *instances = mem_zalloc(sizeof(*instances));

	instances->config = *config;
	instances->part = -1;
	return instances;
}

static void clear(struct map_instances *instances)
{
	arena_release(&instances->arena);
	instances->rows = NULL;
	instances->count = instances->more = 0;
	instances->answered = false;
}

void map_instances_free(struct map_instances *instances)
{
	if (!instances)
		return;
	query_cancel(instances->query);
	clear(instances);
	free(instances->expression);
	free(instances);
}

bool map_instances_watch(struct map_instances *instances, int part, const char *expression)
{
	if (part == instances->part)
		return false;
	query_cancel(instances->query);
	instances->query = NULL;
	clear(instances);
	free(instances->expression);
	instances->expression = mem_strdup(expression);
	instances->part = part;
	return expression != NULL;
}

void map_instance_labels(const struct labels *labels, char *ret, size_t size)
{
	size_t used = 0;

	*ret = '\0';
	for (size_t i = 0; i < labels->count && used + 1 < size; i++) {
		const struct label *label = &labels->items[i];

		if (strcmp(label->name, "__name__") == 0 || strcmp(label->name, BUNDLE_LABEL) == 0)
			continue;
		used += (size_t)snprintf(ret + used, size - used, "%s%s=\"%s\"", used ? "," : "", label->name,
					 label->value);
	}
}

/* By what people call one: its agent or pod before the address it answers at. */
static const char *name_of(const struct labels *labels)
{
	static const char *const names[] = { "agent_id", "agent", "pod", "instance", "component", "name" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = labels_get(labels, names[i]);

		if (value)
			return value;
	}
	for (size_t i = 0; i < labels->count; i++)
		if (labels->items[i].name[0] != '_')
			return labels->items[i].value;
	return "(no labels)";
}

static enum part_state state_of(double value)
{
	if (isnan(value))
		return PART_UNKNOWN;
	return value >= 1 ? PART_OK : value > 0 ? PART_DEGRADED : PART_DOWN;
}

static int rank(enum part_state state)
{
	return state == PART_UNKNOWN ? PART_SUSPECT : (int)state;
}

static int by_trouble(const void *left, const void *right)
{
	const struct part_instance *a = left, *b = right;

	if (rank(a->state) != rank(b->state))
		return rank(b->state) - rank(a->state);
	if (a->value < b->value || a->value > b->value)
		return a->value < b->value ? -1 : 1;
	return strcmp(a->name, b->name) ? strcmp(a->name, b->name) : strcmp(a->labels, b->labels);
}

static int by_labels(const void *left, const void *right)
{
	return strcmp(((const struct part_instance *)left)->labels, ((const struct part_instance *)right)->labels);
}

/* Both lists sorted by labels: those that are in the state they were in have been so since then. */
static void carry_since(struct part_instance *now, size_t count, const struct part_instance *before,
			size_t before_count, int64_t time_ms)
{
	for (size_t i = 0, j = 0; i < count; i++) {
		while (j < before_count && strcmp(before[j].labels, now[i].labels) < 0)
			j++;
		if (j == before_count || strcmp(before[j].labels, now[i].labels) != 0)
			continue;
		now[i].since_ms = before[j].state == now[i].state ? before[j].since_ms : time_ms;
	}
}

/* One that came while we looked came now; those met at first may be of any age. */
static void take(struct map_instances *instances, const struct matrix *matrix)
{
	size_t count = matrix->count < MAP_INSTANCES_MAX ? matrix->count : MAP_INSTANCES_MAX;
	struct arena arena = { 0 };
	struct part_instance *rows = arena_array(&arena, count + 1, sizeof(*rows));
	char labels[LABELS_BYTES];

	for (size_t i = 0; i < count; i++) {
		const struct series *series = &matrix->series[i];
		double value = series->count ? series->values[series->count - 1] : NAN;

		map_instance_labels(&series->labels, labels, sizeof(labels));
		rows[i] = (struct part_instance){ .name = arena_strdup(&arena, name_of(&series->labels)),
						  .labels = arena_strdup(&arena, labels),
						  .state = state_of(value),
						  .value = value,
						  .since_ms = instances->answered ? instances->asked_ms : 0 };
	}
	qsort(rows, count, sizeof(*rows), by_labels);
	if (instances->count)
		qsort(instances->rows, instances->count, sizeof(*rows), by_labels);
	carry_since(rows, count, instances->rows, instances->count, instances->asked_ms);
	qsort(rows, count, sizeof(*rows), by_trouble);
	clear(instances);
	instances->arena = arena;
	instances->rows = rows;
	instances->count = count;
	instances->more = matrix->count - count;
	instances->answered = true;
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct map_instances *instances = user;

	instances->query = NULL;
	if (answer->status == QUERY_OK)
		take(instances, answer->matrix);
	instances->config.on_change(instances->config.user);
}

void map_instances_ask(struct map_instances *instances, int64_t now_ms)
{
	struct query_question question = { instances->expression, now_ms, now_ms, 0 };

	if (!instances->expression || instances->query)
		return;
	instances->asked_ms = now_ms;
	instances->query = query_ask(instances->config.engine, &question, on_answer, instances);
}

const struct part_instance *map_instances_list(const struct map_instances *instances, size_t *ret_count,
					       size_t *ret_more)
{
	*ret_count = instances->count;
	*ret_more = instances->more;
	return instances->rows;
}

bool map_instances_busy(const struct map_instances *instances)
{
	return instances->query != NULL;
}
