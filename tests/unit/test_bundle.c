/* Many expressions in few questions: joined, told apart, taken apart where the engine refuses. */
#include "situation_fixture.h"

#include "engine_fixture.h"
#include "query/bundle.h"

TestSuite(bundle, .timeout = 60);

struct taken {
	struct situation_world world;
	enum query_status status[8];
	size_t counts[8];
	double values[8];
	unsigned answers, rounds;
};

static void on_answer(void *user, size_t index, const struct bundle_answer *answer)
{
	struct taken *taken = user;

	taken->answers++;
	taken->status[index] = answer->status;
	taken->counts[index] = answer->count;
	if (answer->count)
		taken->values[index] = answer->series[0]->values[0];
}

static void on_done(void *user)
{
	((struct taken *)user)->rounds++;
}

static struct bundle *open(struct taken *taken, struct query_engine *engine, bool apart, const char *const *texts)
{
	struct bundle_config config = { .engine = engine,
					.expressions = texts,
					.apart = apart,
					.on_answer = on_answer,
					.on_done = on_done,
					.user = taken };

	while (texts[config.count])
		config.count++;
	return bundle_new(&config);
}

static bool is_busy(const void *what)
{
	return bundle_busy(what);
}

Test(bundle, one_question_answers_all_and_each_gets_its_own)
{
	static const char *const texts[] = { "a", "b > 5", "sum(a) + sum(b)", "7", "a or b", NULL };
	struct taken taken = { 0 };
	struct bundle *bundle;

	situation_world_init(&taken.world);
	put_now(&taken.world, "a", "x=1", 1);
	put_now(&taken.world, "a", "x=2", 2);
	put_now(&taken.world, "b", "x=1", 3);
	bundle = open(&taken, taken.world.engine, false, texts);
	cr_expect_eq(bundle_questions(bundle), 1u);
	cr_expect(bundle_ask(bundle, SITUATION_NOW_MS, SITUATION_NOW_MS, 0));
	cr_expect_not(bundle_ask(bundle, SITUATION_NOW_MS, SITUATION_NOW_MS, 0), "a round is under way");
	settle_while(&taken.world, is_busy, bundle);
	cr_expect_eq(taken.answers, 5u);
	cr_expect_eq(taken.rounds, 1u);
	cr_expect_eq(taken.counts[0], 2u);
	cr_expect_eq(taken.counts[1], 0u);
	cr_expect_eq(taken.values[2], 6);
	cr_expect_eq(taken.values[3], 7);
	cr_expect_eq(taken.counts[4], 2u);
	bundle_free(bundle);
	situation_world_release(&taken.world);
}

Test(bundle, before_two_engines_only_what_names_the_same_metrics_is_joined)
{
	static const char *const texts[] = {
		"up == 0", "sum(up)", "down", "up + down", "down + up", "{x=\"1\"}", NULL
	};
	struct taken taken = { 0 };
	struct bundle *bundle;

	situation_world_init(&taken.world);
	bundle = open(&taken, taken.world.engine, true, texts);
	cr_expect_eq(bundle_questions(bundle), 4u);
	bundle_free(bundle);
	situation_world_release(&taken.world);
}

Test(bundle, one_bad_expression_harms_no_other)
{
	/* Two series on both sides of a match by a label that neither has: many to many. */
	static const char *const texts[] = { "a", "a * on(z) a", "b", NULL };
	struct taken taken = { 0 };
	struct bundle *bundle;

	situation_world_init(&taken.world);
	put_now(&taken.world, "a", "x=1", 1);
	put_now(&taken.world, "a", "x=2", 2);
	put_now(&taken.world, "b", "x=1", 3);
	bundle = open(&taken, taken.world.engine, false, texts);
	for (unsigned round = 1; round <= 2; round++) {
		bundle_ask(bundle, SITUATION_NOW_MS, SITUATION_NOW_MS, 0);
		settle_while(&taken.world, is_busy, bundle);
		cr_expect_eq(taken.rounds, round);
		cr_expect_eq(taken.answers, 3 * round, "%u answers", taken.answers);
		cr_expect_eq(taken.counts[0], 2u);
		cr_expect_eq(taken.status[1], QUERY_BAD);
		cr_expect_eq(taken.values[2], 3);
		cr_expect_eq(bundle_questions(bundle), 3u, "it stays apart");
	}
	bundle_free(bundle);
	situation_world_release(&taken.world);
}

Test(bundle, a_failing_engine_answers_for_each)
{
	static const char *const texts[] = { "a", "b", NULL };
	struct taken taken = { 0 };
	struct script script;
	struct bundle *bundle;

	situation_world_init(&taken.world);
	script_init(&script, taken.world.loop, &script_server_ops, 1);
	script.status = QUERY_REFUSED;
	bundle = open(&taken, script.engine, false, texts);
	bundle_ask(bundle, SITUATION_NOW_MS, SITUATION_NOW_MS, 0);
	settle_while(&taken.world, is_busy, bundle);
	cr_expect_eq(script.expressions, 1u, "a server that is down is not asked once for each");
	cr_expect_eq(taken.answers, 2u);
	cr_expect_eq(taken.status[1], QUERY_REFUSED);
	bundle_free(bundle);
	query_engine_free(script.engine);
	situation_world_release(&taken.world);
}

Test(bundle, it_can_be_freed_while_it_asks)
{
	static const char *const texts[] = { "a", "b", NULL };
	struct taken taken = { 0 };
	struct script script;
	struct bundle *bundle;

	situation_world_init(&taken.world);
	script_init(&script, taken.world.loop, &script_server_ops, 1);
	script.delay_ms = SCRIPT_SILENT;
	bundle = open(&taken, script.engine, true, texts);
	bundle_ask(bundle, SITUATION_NOW_MS, SITUATION_NOW_MS, 0);
	bundle_free(bundle);
	bundle_free(NULL);
	cr_expect_eq(taken.answers, 0u);
	query_engine_free(script.engine);
	situation_world_release(&taken.world);
}
