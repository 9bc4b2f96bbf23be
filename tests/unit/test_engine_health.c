#include <criterion/criterion.h>

#include <string.h>

#include "query/engine_health.h"

static bool judge(struct engine_health *health, enum query_status status, int64_t sent_ms, int64_t now_ms)
{
	struct engine_result result = { .status = status, .reason = "why", .detail = "words" };

	return engine_health_judge(health, &result, sent_ms, now_ms, 1000000 + now_ms);
}

Test(engine_health, failing_and_well)
{
	struct engine_health health;

	engine_health_init(&health);
	cr_expect_eq(health.state.health, QUERY_HEALTH_UNKNOWN);
	cr_expect(judge(&health, QUERY_REFUSED, 10, 20));
	cr_expect_eq(health.state.health, QUERY_FAILING);
	cr_expect_eq(health.state.failing_since_ms, 1000020);
	cr_expect(judge(&health, QUERY_TIMEOUT, 30, 40));
	cr_expect_eq(health.state.failing_since_ms, 1000020, "since the first failure");
	cr_expect_eq(health.failure, QUERY_TIMEOUT);
	cr_expect_str_eq(health.detail, "words");
	cr_expect_not(judge(&health, QUERY_OK, 50, 60));
	cr_expect_eq(health.state.health, QUERY_HEALTHY);
	cr_expect_eq(health.state.last_good_ms, 1000060);
	cr_expect_str_eq(health.state.reason, "");
	cr_expect_eq(health.state.failed, 2);
	engine_health_release(&health);
}

Test(engine_health, the_questions_own_fault)
{
	struct engine_health health;

	engine_health_init(&health);
	cr_expect_not(judge(&health, QUERY_BAD, 10, 20));
	cr_expect_eq(health.state.health, QUERY_HEALTHY);
	cr_expect_eq(health.state.last_good_ms, 0, "no good answer came");
	/* Slow, but another answer came meanwhile (at 20). */
	cr_expect_not(judge(&health, QUERY_TIMEOUT, 15, 5015));
	cr_expect_eq(health.state.health, QUERY_HEALTHY);
	/* Slow, and nothing came since it was asked. */
	cr_expect(judge(&health, QUERY_TIMEOUT, 30, 5030));
	cr_expect_not(judge(&health, QUERY_TOO_LARGE, 6000, 6010));
	cr_expect_eq(health.state.health, QUERY_HEALTHY, "it sent a lot, so it works");
	engine_health_release(&health);
}

Test(engine_health, rate_over_ten_seconds)
{
	struct engine_health health;

	engine_health_init(&health);
	cr_expect_eq(engine_health_rate(&health, 123456), 0.);
	for (int64_t ms = 100000; ms < 130000; ms += 500)
		engine_health_sent(&health, ms);
	cr_expect_float_eq(engine_health_rate(&health, 129999), 2., 1e-9);
	cr_expect_float_eq(engine_health_rate(&health, 134999), 1., 1e-9);
	cr_expect_eq(engine_health_rate(&health, 140000), 0.);
	engine_health_sent(&health, 500000);
	cr_expect_float_eq(engine_health_rate(&health, 500000), 0.1, 1e-9);
	cr_expect_eq(health.state.asked, 61);
	engine_health_release(&health);
}

Test(engine_health, every_status_has_a_word)
{
	for (int status = QUERY_OK; status <= QUERY_INSUFFICIENT; status++) {
		cr_expect(*query_status_name((enum query_status)status));
		for (int other = QUERY_OK; other < status; other++)
			cr_expect_str_neq(query_status_name((enum query_status)status),
					  query_status_name((enum query_status)other));
	}
	cr_expect_str_eq(query_status_name(QUERY_NOT_PROMETHEUS), "not-prometheus");
}
