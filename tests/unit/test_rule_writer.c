/* What a rule's evaluations leave in the store, and what the store refuses. */
#include "rule_fixture.h"

TestSuite(rule_writer, .timeout = 60);

static void write(struct rule_writer *writer, struct rule_memory *memory, int64_t time_ms, size_t count,
		  const struct rule_sample *samples)
{
	rule_writer_begin(writer, time_ms);
	rule_writer_add(writer, samples, count);
	rule_writer_end(writer, memory);
}

#define A SET({ "__name__", "r" }, { "i", "a" })
#define B SET({ "__name__", "r" }, { "i", "b" })

Test(rule_writer, a_series_that_is_gone_ends_wherever_it_stood)
{
	const struct store_limits limits = { 0 };
	struct store *store = store_new(&limits);
	struct rule_memory memory = { 0 };
	struct rule_writer writer;

	rule_writer_init(&writer, store);
	write(&writer, &memory, 1000, 2, (struct rule_sample[]){ { A, 1 }, { B, 2 } });
	write(&writer, &memory, 2000, 2, (struct rule_sample[]){ { B, 3 }, { A, 4 } });
	write(&writer, &memory, 3000, 1, (struct rule_sample[]){ { B, 5 } });
	write(&writer, &memory, 4000, 0, NULL);
	write(&writer, &memory, 5000, 0, NULL);
	expect_dump(store, "r", "r{i=\"a\"} 1000:1 2000:4 3000:STALE\nr{i=\"b\"} 1000:2 2000:3 3000:5 4000:STALE\n");
	cr_expect_eq(memory.health, RULE_HEALTH_UNKNOWN);
	rule_writer_release(&writer);
	age_all(store, 100 * DAY);
	cr_expect_eq(state_of(store).series, 0u, "nothing is held any more");
	store_free(store);
}

Test(rule_writer, what_comes_too_late_or_twice_is_the_rules_fault)
{
	const struct store_limits limits = { 0 };
	struct store *store = store_new(&limits);
	struct rule_memory memory = { 0 };
	struct rule_writer writer;

	rule_writer_init(&writer, store);
	write(&writer, &memory, 2000, 1, (struct rule_sample[]){ { A, 1 } });
	write(&writer, &memory, 1000, 2, (struct rule_sample[]){ { A, 1 }, { B, 1 } });
	cr_expect_eq(memory.health, RULE_HEALTH_ERROR);
	cr_expect_str_eq(memory.error, "out of order sample");
	cr_expect_eq(writer.out_of_order, 1u);
	memory.health = RULE_HEALTH_OK;
	write(&writer, &memory, 3000, 2, (struct rule_sample[]){ { A, 1 }, { A, 2 } });
	cr_expect_str_eq(memory.error, "duplicate sample for timestamp");
	memory.health = RULE_HEALTH_OK;
	write(&writer, &memory, 4000, 1, (struct rule_sample[]){ { A, 1 } });
	cr_expect_eq(memory.health, RULE_HEALTH_OK);
	cr_expect_eq(writer.refused_ever, 2u);
	/* The time before it was in order and is stale now. */
	expect_dump(store, "r", "r{i=\"a\"} 2000:1 3000:1 4000:1\nr{i=\"b\"} 1000:1 3000:STALE\n");
	rule_writer_release(&writer);
	store_free(store);
}

Test(rule_writer, a_full_store_is_said)
{
	const struct store_limits limits = { .series = 1 };
	struct store *store = store_new(&limits);
	struct rule_memory memory = { 0 };
	struct rule_writer writer;

	rule_writer_init(&writer, store);
	write(&writer, &memory, 1000, 2, (struct rule_sample[]){ { A, 1 }, { B, 1 } });
	cr_expect_eq(memory.health, RULE_HEALTH_ERROR);
	cr_expect(strstr(memory.error, "no room"));
	rule_writer_release(&writer);
	store_free(store);
}

Test(rule_writer, without_a_store_nothing_happens)
{
	struct rule_memory memory = { 0 };
	struct rule_writer writer;

	rule_writer_init(&writer, NULL);
	write(&writer, &memory, 1000, 1, (struct rule_sample[]){ { A, 1 } });
	cr_expect_eq(memory.health, RULE_HEALTH_UNKNOWN);
	rule_writer_release(&writer);
}
