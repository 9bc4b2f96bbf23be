/* An evaluator over a store that a test fills, on a clock that the test moves; and rules without a file. */
#ifndef TESTS_UNIT_EVALUATOR_FIXTURE_H
#define TESTS_UNIT_EVALUATOR_FIXTURE_H

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "situation_fixture.h"

#include "alert/evaluator.h"
#include "base/path.h"

struct evaluator_world {
	struct situation_world world;
	struct rule_set rules;
	struct evaluator_config config;
	struct evaluator *evaluator;
	struct strbuf seen; /* transitions: "name from>to" a line */
	unsigned changes;
	char folder[64], clock_file[96];
};

static inline bool is_evaluator_busy(const void *what)
{
	return evaluator_busy(what);
}

static inline void on_evaluator_change(void *user)
{
	((struct evaluator_world *)user)->changes++;
}

static inline void on_evaluator_transition(void *user, const struct rule_group *group, const struct rule *rule,
					   const struct rule_change *change)
{
	static const char *const phases[] = { "inactive", "pending", "firing" };
	struct evaluator_world *world = user;

	(void)group;
	strbuf_addf(&world->seen, "%s %s>%s\n", rule->name, phases[change->from], phases[change->to]);
}

/* `count` rules in a group of their own. */
static inline void add_group(struct evaluator_world *world, const char *name, int64_t interval_ms,
			     const struct rule *rules, size_t count)
{
	vec_push(&world->rules.groups,
		 (struct rule_group){ .name = name, .interval_ms = interval_ms, .rules = rules, .rule_count = count });
}

static inline void evaluator_world_init(struct evaluator_world *world)
{
	*world = (struct evaluator_world){ 0 };
	situation_world_init(&world->world);
	strbuf_init(&world->seen);
	world->config = (struct evaluator_config){ .loop = world->world.loop,
						   .pool = world->world.pool,
						   .engine = world->world.engine,
						   .store = world->world.store,
						   .rules = &world->rules,
						   .system = "system",
						   .on_change = on_evaluator_change,
						   .on_transition = on_evaluator_transition,
						   .user = world };
}

/* With clocks in a file of a folder of its own. */
static inline void keep_clocks(struct evaluator_world *world)
{
	snprintf(world->folder, sizeof(world->folder), "/tmp/skep-clocks.XXXXXX");
	cr_assert(mkdtemp(world->folder));
	snprintf(world->clock_file, sizeof(world->clock_file), "%s/clocks", world->folder);
	world->config.clock_file = world->clock_file;
}

static inline void start_evaluator(struct evaluator_world *world)
{
	world->evaluator = evaluator_new(&world->config);
	settle_while(&world->world, is_evaluator_busy, world->evaluator);
}

static inline void stop_evaluator(struct evaluator_world *world)
{
	evaluator_free(world->evaluator);
	world->evaluator = NULL;
}

static inline void evaluator_world_release(struct evaluator_world *world)
{
	stop_evaluator(world);
	situation_world_release(&world->world);
	vec_release(&world->rules.groups);
	strbuf_release(&world->seen);
	if (*world->folder) {
		(void)unlink(world->clock_file);
		cr_expect_eq(rmdir(world->folder), 0, "nothing is left beside the clocks");
	}
}

/* Evaluate everything at the present time. */
static inline void judge(struct evaluator_world *world)
{
	evaluator_run_now(world->evaluator);
	settle_while(&world->world, is_evaluator_busy, world->evaluator);
}

/* Time goes on second by second, `put` first. */
static inline void live(struct evaluator_world *world, int64_t seconds, void (*each)(struct evaluator_world *world))
{
	for (int64_t i = 0; i < seconds; i++) {
		loop_advance(world->world.loop, 1000);
		if (each)
			each(world);
		settle_while(&world->world, is_evaluator_busy, world->evaluator);
	}
}

static inline struct evaluated_rule rule_at(const struct evaluator_world *world, size_t index)
{
	struct evaluated_rule ret;

	evaluator_rule(world->evaluator, index, &ret);
	return ret;
}

/* The first alert of a rule. */
static inline const struct alert_instance *alert_of(const struct evaluator_world *world, size_t index)
{
	struct evaluated_rule rule = rule_at(world, index);

	cr_assert_gt(rule.memory->instances.count, 0u);
	return rule.memory->instances.items[0];
}

/* What the engine says at the present time: the value of one series, NAN of none. */
struct asked_value {
	bool done;
	size_t count;
	double value;
};

static inline void on_asked_value(void *user, const struct query_answer *answer)
{
	struct asked_value *asked = user;

	asked->done = true;
	asked->count = answer->matrix ? answer->matrix->count : 0;
	asked->value = asked->count ? answer->matrix->series[0].values[0] : 0;
}

static inline bool is_asking(const void *what)
{
	return !((const struct asked_value *)what)->done;
}

static inline struct asked_value ask_value(struct evaluator_world *world, const char *expression)
{
	int64_t now_ms = loop_wall_ms(world->world.loop);
	const struct query_question question = { .expression = expression, .start_ms = now_ms, .end_ms = now_ms };
	struct asked_value asked = { 0 };

	query_ask(world->world.engine, &question, on_asked_value, &asked);
	settle_while(&world->world, is_asking, &asked);
	return asked;
}

#endif
