/*
 * One rule, evaluated as a test says: the answer of its expression is written
 * down as text, what became of its alerts is read back as text.
 */
#ifndef TESTS_UNIT_RULE_FIXTURE_H
#define TESTS_UNIT_RULE_FIXTURE_H

#include "store_fixture.h"

#include "alert/rule_run.h"
#include "alert/rule_writer.h"
#include "query/label_map.h"

struct rule_scene {
	struct rule_group group;
	struct rule rule;
	struct rule_memory memory;
	struct rule_writer writer;
	struct store *store;
	const struct history_label *map;
	size_t map_count;
	const char *looked_up; /* the answer to every question of a template, as below */
	unsigned lookups, steps;
	struct strbuf changes; /* of the last evaluation */
};

static inline void scene_open(struct rule_scene *scene, struct rule rule)
{
	const struct store_limits limits = { 0 };

	*scene = (struct rule_scene){ .group = { .name = "group" }, .rule = rule };
	if (!scene->rule.name)
		scene->rule.name = "Broken";
	scene->rule.expression = "m > 0";
	strbuf_init(&scene->changes);
	scene->store = store_new(&limits);
	rule_memory_init(&scene->memory);
	rule_writer_init(&scene->writer, scene->store);
}

static inline void scene_close(struct rule_scene *scene)
{
	rule_writer_release(&scene->writer);
	rule_memory_release(&scene->memory);
	store_free(scene->store);
	strbuf_release(&scene->changes);
}

/* "m i=a x=b 3; m i=b 4": the metric, labels, the value; NULL for a failed question, "s" for a string's answer. */
static inline struct matrix *scene_matrix(const char *text, int64_t time_ms)
{
	struct matrix *matrix = matrix_new(strcmp(text, "s") == 0 ? MATRIX_STRING : MATRIX_VECTOR);
	char *copy = arena_strdup(&matrix->arena, text), *one;

	matrix->series = arena_array(&matrix->arena, strlen(text) + 1, sizeof(*matrix->series));
	while (matrix->kind == MATRIX_VECTOR && *text && (one = strsep(&copy, ";"))) {
		struct label items[12];
		struct series *series = &matrix->series[matrix->count++];
		int64_t *time = arena_array(&matrix->arena, 1, sizeof(*time));
		double *value = arena_array(&matrix->arena, 1, sizeof(*value));
		size_t count = 0;
		char *word;

		while ((word = strsep(&one, " "))) {
			char *equals = strchr(word, '=');

			if (!*word)
				continue;
			if (equals) {
				*equals = '\0';
				items[count++] = (struct label){ word, equals + 1 };
			} else if ((*word >= '0' && *word <= '9') || *word == '-') {
				*value = strtod(word, NULL);
			} else {
				items[count++] = (struct label){ "__name__", word };
			}
		}
		*time = time_ms;
		*series = (struct series){ .labels = labels_make(&matrix->arena, items, count),
					   .count = 1,
					   .times_ms = time,
					   .values = value };
	}
	return matrix;
}

static const char *const scene_phases[] = { "inactive", "pending", "firing" };

static inline void scene_answer_lookups(struct rule_scene *scene, struct rule_run *run)
{
	for (size_t i = 0; i < run->lookups.items.count; i++) {
		struct template_lookup *lookup = &run->lookups.items.items[i];
		struct matrix *matrix;

		if (lookup->answered)
			continue;
		scene->lookups++;
		matrix = scene->looked_up ? scene_matrix(scene->looked_up, run->time_ms) : NULL;
		template_answer(lookup, matrix, matrix ? NULL : "no answer");
		matrix_unref(matrix);
	}
}

static inline void scene_note_changes(struct rule_scene *scene, const struct rule_run *run)
{
	strbuf_clear(&scene->changes);
	for (size_t i = 0; i < run->changes.count; i++) {
		const struct rule_change *change = &run->changes.items[i];

		labels_add(&scene->changes, &change->instance->labels);
		strbuf_addf(&scene->changes, " %s>%s\n", scene_phases[change->from], scene_phases[change->to]);
	}
}

/* One evaluation at so many seconds. */
static inline enum rule_run_status scene_evaluate(struct rule_scene *scene, int64_t seconds, const char *answer)
{
	struct matrix *matrix = answer ? scene_matrix(answer, seconds * SECOND) : NULL;
	enum rule_run_status status = RULE_RUN_FAILED;
	struct rule_run run;

	scene->steps = 0;
	rule_run_begin(&run, &scene->group, &scene->rule, &scene->memory, seconds * SECOND, matrix);
	run.label_map = scene->map;
	run.label_map_count = scene->map_count;
	if (!answer) {
		rule_run_fail(&run, "refused");
	} else {
		while ((status = rule_run_step(&run)) == RULE_RUN_ASKS || status == RULE_RUN_MORE) {
			scene->steps++;
			scene_answer_lookups(scene, &run);
		}
	}
	scene_note_changes(scene, &run);
	if (status == RULE_RUN_DONE)
		rule_writer_write(&scene->writer, &run);
	rule_run_end(&run);
	matrix_unref(matrix);
	return status;
}

/* "{labels} phase since=S fired=S resolved=S value" a line, times in seconds and only those that are. */
static inline void scene_dump(const struct rule_scene *scene, struct strbuf *ret)
{
	for (size_t i = 0; i < scene->memory.instances.count; i++) {
		const struct alert_instance *instance = scene->memory.instances.items[i];

		labels_add(ret, &instance->labels);
		strbuf_addf(ret, " %s since=%lld", scene_phases[instance->phase],
			    (long long)(instance->active_ms / SECOND));
		if (instance->fired_ms)
			strbuf_addf(ret, " fired=%lld", (long long)(instance->fired_ms / SECOND));
		if (instance->resolved_ms)
			strbuf_addf(ret, " resolved=%lld", (long long)(instance->resolved_ms / SECOND));
		if (instance->keep_firing_since_ms)
			strbuf_addf(ret, " kept=%lld", (long long)(instance->keep_firing_since_ms / SECOND));
		strbuf_addf(ret, " %g\n", instance->value);
	}
}

#define expect_alerts(scene, expected)                                                                                 \
	do {                                                                                                           \
		struct strbuf got_ = STRBUF_INIT;                                                                      \
		scene_dump(scene, &got_);                                                                              \
		cr_expect_str_eq(got_.text, expected, "got:\n%s", got_.text);                                          \
		strbuf_release(&got_);                                                                                 \
	} while (0)

#define expect_changes(scene, expected)                                                                                \
	cr_expect_str_eq((scene)->changes.text, expected, "got:\n%s", (scene)->changes.text)

#endif
