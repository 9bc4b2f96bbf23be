#include "slo_fixture.h"

#include <math.h>

#include "slo/slo_round.h"

#define NEAR(got, want)                                                                                                \
	cr_assert_float_eq(got, want, 1e-6 * fabs((double)(want)) + 1e-9, "%.12g, not %.12g", (double)(got),           \
			   (double)(want))

#define DAYS(n) ((n)*24 * 60 + 1)
#define EVENTS                                                                                                         \
	"    events:\n      bad: 'sum(rate(req{code=~\"5..\"}[$window]))'\n      total: 'sum(rate(req[$window]))'\n"

static struct slo_world slo;

static void setup(void)
{
	slo_world_init(&slo);
}

static void teardown(void)
{
	slo_world_release(&slo);
}

/* Counters begin high, so that no rate is extrapolated to their zero. */
static double good_100_a_minute(int ago)
{
	return 1e7 + 100.0 * (50000 - ago);
}

static double none_bad(int ago)
{
	(void)ago;
	return 1e6;
}

/* 22 of 1,000 in the last hour, but 16 of 1,000 in its last five minutes. */
static double burning(int ago)
{
	double total = 0;

	for (int i = 60; i > ago; i--)
		total += i <= 5 ? 1.6 : (60 * 2.2 - 5 * 1.6) / 55;
	return 1e6 + total;
}

static double good_beside_burning(int ago)
{
	return good_100_a_minute(ago) - burning(ago);
}

TestSuite(slo_state, .init = setup, .fini = teardown, .timeout = 60);

Test(slo_state, burns_over_each_window)
{
	/* 132 bad events, all in the last hour. */
	static const double want[] = { 16, 0, 22, 11, 132 / 36.0, 132 / 144.0, 132 / 432.0 };
	const struct slo_status *status;

	slo_fill(&slo, "req", "code=200", DAYS(31), good_beside_burning);
	slo_fill(&slo, "req", "code=500", DAYS(31), burning);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n    window: 30d\n" EVENTS);
	status = slo_status_of(&slo, "a");
	for (size_t i = 0; i < 7; i++) {
		cr_assert_eq(status->burn[i].known, SLO_KNOWN);
		if (i != 1)
			NEAR(slo_status_burn(&slo.file, &slo.file.lines[0], status, slo.file.windows_ms[i]), want[i]);
	}
	/* 132 of the 4,320 that may be bad. */
	NEAR(status->remaining, 1 - 132 / 4320.0);
	NEAR(status->remaining_ms / CLOCK_MINUTE, 43.2 * (1 - 132 / 4320.0));
	NEAR(status->pairs[0].factor, 14.4);
	cr_assert_eq(status->pairs[0].state, SLO_PAIR_CRITICAL);
	cr_assert_eq(status->pairs[1].state, SLO_PAIR_INCREASING);
	cr_assert_eq(status->pairs[3].state, SLO_PAIR_INCREASING);
	cr_assert_eq(status->health, SLO_HEALTH_CRITICAL);
	cr_assert_str_eq(slo_sentence_of(&slo, "a"),
			 "burning 22x over 1 h and 16x over 5 min; 97% left (41.9 min); gone "
			 "in 32 h; recovering");
}

static double spent_long_ago(int ago)
{
	return 1e6 + (ago <= 2 * 24 * 60 ? 2980 : 0);
}

/* Two days ago 2,980 events were bad at once. */
Test(slo_state, budget_of_28_and_of_30_days)
{
	slo_fill(&slo, "req", "code=200", DAYS(31), good_100_a_minute);
	slo_fill(&slo, "req", "code=500", DAYS(31), spent_long_ago);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n    window: 30d\n" EVENTS
		       "  - name: b\n    target: 99.9%\n    window: 28d\n" EVENTS);
	NEAR(slo_status_of(&slo, "a")->remaining, 1 - 2980 / ((4320000 + 2980) * 0.001));
	NEAR(slo_status_of(&slo, "b")->remaining, 1 - 2980 / ((4032000 + 2980) * 0.001));
	NEAR(slo_status_of(&slo, "b")->pairs[0].factor, 13.44);
	cr_assert_eq(slo_status_of(&slo, "a")->chart.count, 120u);
	cr_assert_eq(slo_status_of(&slo, "b")->chart.count, 112u);
	cr_assert_str_eq(slo_sentence_of(&slo, "a"),
			 "burning 6.9x over 3 d and 0x over 6 h; 31% left (13.4 min); recovering");
}

Test(slo_state, course_steps_down_when_it_was_spent)
{
	const struct slo_chart *chart;

	slo_fill(&slo, "req", "code=200", DAYS(31), good_100_a_minute);
	slo_fill(&slo, "req", "code=500", DAYS(31), spent_long_ago);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n    window: 30d\n" EVENTS);
	chart = &slo_status_of(&slo, "a")->chart;
	cr_assert_eq(chart->step_ms, 6 * CLOCK_HOUR);
	cr_assert_eq(chart->end_ms, SITUATION_NOW_MS);
	NEAR(chart->left[110], 1);
	NEAR(chart->left[111], slo_status_of(&slo, "a")->remaining);
	cr_assert_float_eq(chart->left[119], slo_status_of(&slo, "a")->remaining, 0.001);
	cr_assert_eq(chart->known_ms, 30 * CLOCK_DAY);
	cr_assert_not(slo_status_of(&slo, "a")->partial);
}

static double overspending(int ago)
{
	return 1e6 + 0.25 * (50000 - ago);
}

Test(slo_state, overspent_is_negative)
{
	slo_fill(&slo, "req", "code=200", DAYS(31), good_100_a_minute);
	slo_fill(&slo, "req", "code=500", DAYS(31), overspending);
	slo_open(&slo, "policy: [ { used: 0%, rule: normal }, { used: 75%, rule: halt } ]\n"
		       "objectives:\n  - name: a\n    target: 99.9%\n    window: 30d\n" EVENTS);
	NEAR(slo_status_of(&slo, "a")->remaining, 1 - 0.25 / 100.25 / 0.001);
	cr_assert(slo_status_of(&slo, "a")->breached);
	cr_assert_eq(slo_status_of(&slo, "a")->exhaustion_ms, 0);
	cr_assert_str_eq(slo_status_of(&slo, "a")->policy, "halt");
	cr_assert_str_eq(slo_sentence_of(&slo, "a"),
			 "burning 2.5x over 3 d and 2.5x over 6 h; overspent by 149% (64.5 min); critical");
}

/* A restart an hour and a half ago: both counters begin again. */
static double total_with_reset(int ago)
{
	return ago > 90 ? 100.0 * (50000 - ago) : 100.0 * (90 - ago);
}

static double bad_with_reset(int ago)
{
	return total_with_reset(ago) / 100;
}

Test(slo_state, counter_resets_lose_nothing)
{
	const struct slo_status *status;

	slo_fill(&slo, "req", "code=200", DAYS(31), total_with_reset);
	slo_fill(&slo, "req", "code=500", DAYS(31), bad_with_reset);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 95%\n    window: 30d\n" EVENTS);
	status = slo_status_of(&slo, "a");
	for (size_t i = 0; i < 7; i++)
		NEAR(status->burn[i].value, 1 / 101.0);
	NEAR(status->remaining, 1 - 1 / 101.0 / 0.05);
}

Test(slo_state, no_traffic_is_no_hundred_percent)
{
	const struct slo_status *status;

	slo_fill(&slo, "req", "code=200", DAYS(31), none_bad);
	slo_fill(&slo, "req", "code=500", DAYS(31), none_bad);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n    window: 30d\n" EVENTS);
	status = slo_status_of(&slo, "a");
	cr_assert_eq(status->now.known, SLO_NO_TRAFFIC);
	cr_assert(isnan(status->now.value));
	cr_assert_eq(status->burn[0].known, SLO_NO_TRAFFIC);
	cr_assert_eq(status->state, SLO_PAIR_UNKNOWN);
	cr_assert(isnan(slo_status_burn(&slo.file, &slo.file.lines[0], status, CLOCK_HOUR)));
	cr_assert(strstr(slo_sentence_of(&slo, "a"), "no traffic over 1 h and 5 min"), "%s",
		  slo_sentence_of(&slo, "a"));
}

Test(slo_state, no_series_is_no_data)
{
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n" EVENTS);
	cr_assert_eq(slo_status_of(&slo, "a")->now.known, SLO_NO_DATA);
	cr_assert_eq(slo_status_of(&slo, "a")->health, SLO_HEALTH_UNKNOWN);
	cr_assert(isnan(slo_status_of(&slo, "a")->remaining));
}

/* While there is traffic, no series of bad ones means that nothing was bad; none of good ones, that nothing was good.
 */
Test(slo_state, a_missing_side_is_none_of_it)
{
	slo_fill(&slo, "req", "code=200", DAYS(31), good_100_a_minute);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n" EVENTS
		       "  - name: b\n    target: 99.9%\n    events:\n      good: 'rate(nothing[$window])'\n"
		       "      total: 'rate(req[$window])'\n");
	NEAR(slo_status_of(&slo, "a")->now.value, 1);
	NEAR(slo_status_of(&slo, "a")->remaining, 1);
	NEAR(slo_status_of(&slo, "b")->now.value, 0);
	NEAR(slo_status_of(&slo, "b")->remaining, -999);
}

Test(slo_state, a_young_history_warns_by_the_short_window)
{
	const struct slo_status *status;

	slo_fill(&slo, "req", "code=200", 20, good_100_a_minute);
	slo_fill(&slo, "req", "code=500", 20, good_100_a_minute);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n    window: 30d\n" EVENTS);
	status = slo_status_of(&slo, "a");
	NEAR(slo_status_burn(&slo.file, &slo.file.lines[0], status, 5 * CLOCK_MINUTE), 500);
	cr_assert_eq(status->pairs[0].state, SLO_PAIR_INCREASING);
	cr_assert_eq(status->health, SLO_HEALTH_WARNING);
	cr_assert(strstr(slo_sentence_of(&slo, "a"), "burning 500x over 5 min, insufficient history ("), "%s",
		  slo_sentence_of(&slo, "a"));
	cr_assert(strstr(slo_sentence_of(&slo, "a"), "of 1h) over 1 h"), "%s", slo_sentence_of(&slo, "a"));
}

Test(slo_state, less_than_half_of_a_window_is_no_number)
{
	const struct slo_status *status;

	slo_fill(&slo, "req", "code=200", DAYS(10), good_100_a_minute);
	slo_fill(&slo, "req", "code=500", DAYS(10), overspending);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n    window: 30d\n" EVENTS);
	status = slo_status_of(&slo, "a");
	cr_assert_eq(status->window.known, SLO_INSUFFICIENT);
	cr_assert(isnan(status->remaining));
	cr_assert_str_eq(slo_reading_why(&status->window), "insufficient history (10d of 30d)");
	cr_assert_eq(status->chart.known_ms, 10 * CLOCK_DAY);
	NEAR(status->chart.spent, 0.25 / 100.25 / 0.001 / 3);
	cr_assert(strstr(slo_sentence_of(&slo, "a"),
			 "budget: insufficient history (10d of 30d), 83% of it used so far"),
		  "%s", slo_sentence_of(&slo, "a"));
}

Test(slo_state, more_than_half_is_a_number_of_what_is_known)
{
	slo_fill(&slo, "req", "code=200", DAYS(20), good_100_a_minute);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n    window: 30d\n" EVENTS);
	cr_assert(slo_status_of(&slo, "a")->partial);
	NEAR(slo_status_of(&slo, "a")->remaining, 1);
	cr_assert(strstr(slo_sentence_of(&slo, "a"), "100% left (43.2 min) of the 20 d known"), "%s",
		  slo_sentence_of(&slo, "a"));
}

/* It is noon of the first of March: the month is half a day old. */
Test(slo_state, calendar_month_spends_its_share_so_far)
{
	const struct slo_status *status;

	slo_fill(&slo, "req", "code=200", DAYS(31), good_100_a_minute);
	slo_fill(&slo, "req", "code=500", DAYS(31), overspending);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n    window: calendar month\n" EVENTS);
	status = slo_status_of(&slo, "a");
	cr_assert_eq(status->end_ms - status->start_ms, 31 * CLOCK_DAY);
	cr_assert_eq(SITUATION_NOW_MS - status->start_ms, 12 * CLOCK_HOUR);
	NEAR(status->remaining, 1 - 0.25 / 100.25 / 0.001 * 0.5 / 31);
	NEAR(status->remaining_ms, status->remaining * 0.001 * 31 * CLOCK_DAY);
	cr_assert_eq(status->chart.count, 2u);
	/* At 2.5 times the rate it lasts until the thirteenth day. */
	NEAR(status->exhaustion_ms / CLOCK_DAY, 31 * status->remaining / (0.25 / 100.25 / 0.001));
}

static double last_dream(int ago)
{
	/* Every hour, but none in the last three hours. */
	int64_t now_s = (SITUATION_NOW_MS - ago * CLOCK_MINUTE) / 1000;

	return (double)(ago < 180 ? SITUATION_NOW_MS / 1000 - 3 * 3600 : now_s - now_s % 3600);
}

Test(slo_state, freshness_is_an_age_and_time_within_it)
{
	const struct slo_status *status;

	slo_fill(&slo, "last", "job=a", DAYS(31), last_dream);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99%\n    window: 28d\n"
		       "    freshness: { age: time() - last, good: '<= 1h' }\n"
		       "    alerts: [ { level: warning, when: '> 2h' }, { level: critical, when: '> 4h' } ]\n"
		       "  - name: b\n    freshness: { age: time() - last, good: '< 1h' }\n");
	status = slo_status_of(&slo, "a");
	NEAR(status->now.value, 3 * 3600);
	cr_assert_eq(status->level, SLO_LEVEL_WARNING);
	cr_assert(status->missed);
	/* Of the last six hours two were stale: slices each minute, both ends of the range belong to it. */
	NEAR(status->burn[4].value, 120 / 361.0);
	cr_assert_eq(slo_status_of(&slo, "b")->health, SLO_HEALTH_WARNING);
	cr_assert(slo_status_of(&slo, "b")->breached);
	cr_assert_str_eq(slo_sentence_of(&slo, "b"), "the goal (< 1h) is missed");
}

static double slow_for_four_minutes(int ago)
{
	return ago <= 4 ? 900 : 1200;
}

Test(slo_state, an_alert_line_holds_after_its_time)
{
	const struct slo_status *status;

	slo_fill(&slo, "v", "job=a", 120, slow_for_four_minutes);
	slo_open(&slo, "objectives:\n  - name: a\n    value: { expression: v, good: '> 500' }\n    alerts:\n"
		       "      - { level: warning, when: '< 1000', for: 3m }\n"
		       "      - { level: critical, when: '< 1000', for: 10m }\n");
	status = slo_status_of(&slo, "a");
	cr_assert(status->alerts[0].held);
	cr_assert(status->alerts[1].met);
	cr_assert_not(status->alerts[1].held);
	cr_assert_eq(status->level, SLO_LEVEL_WARNING);
	cr_assert_eq(status->met, SLO_LEVEL_CRITICAL);
	cr_assert_str_eq(slo_sentence_of(&slo, "a"), "the goal (> 500) is met; value < 1000 for 3m: warning");
}

Test(slo_state, a_target_of_all_breaks_with_the_first_error)
{
	slo_fill(&slo, "req", "code=200", DAYS(31), good_100_a_minute);
	slo_fill(&slo, "req", "code=500", DAYS(31), spent_long_ago);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 100%\n    window: 30d\n" EVENTS);
	cr_assert(isinf(slo_status_of(&slo, "a")->remaining));
	cr_assert(slo_status_of(&slo, "a")->breached);
	cr_assert_eq(slo_status_of(&slo, "a")->health, SLO_HEALTH_CRITICAL);
	cr_assert_str_eq(slo_sentence_of(&slo, "a"), "bad within 3 d; overspent: nothing may be bad; recovering");
}

/* The period is asked more rarely than the last minutes are: until it is, it holds them all the same. */
Test(slo_state, a_target_of_all_does_not_wait_for_its_period)
{
	struct slo_status status = { .chart_answered = true };
	const struct slo_line *line;

	slo_fill(&slo, "req", "code=200", DAYS(31), good_100_a_minute);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 100%\n    window: 30d\n" EVENTS);
	line = &slo.file.lines[0];
	status.answered = (struct slo_reading){ .known = SLO_KNOWN, .at_ms = SITUATION_NOW_MS - CLOCK_MINUTE };
	status.chart.known_ms = 30 * CLOCK_DAY;
	status.chart.step_ms = CLOCK_HOUR;
	for (size_t i = 0; i < slo.file.window_count; i++)
		status.burn[i] = (struct slo_reading){ .known = SLO_KNOWN, .at_ms = SITUATION_NOW_MS };
	slo_judge(&slo.file, line, SITUATION_NOW_MS, &status);
	NEAR(status.remaining, 1);
	status.burn[0].value = 0.5;
	slo_judge(&slo.file, line, SITUATION_NOW_MS, &status);
	cr_assert(isinf(status.remaining) && status.remaining < 0);
	cr_assert(status.breached);
}

Test(slo_state, nothing_is_asked_when_nobody_looks)
{
	struct query_state before, after;

	slo_fill(&slo, "req", "code=200", 60, good_100_a_minute);
	slo_open(&slo, "objectives:\n  - name: a\n    target: 99.9%\n" EVENTS);
	query_engine_state(slo.world.engine, &before);
	/* The rest of the minute that the look lasts, and then nothing. */
	for (int i = 0; i < 8; i++) {
		loop_advance(slo.world.loop, 10 * CLOCK_SECOND);
		settle_while(&slo.world, is_slo_busy, slo.state);
	}
	query_engine_state(slo.world.engine, &after);
	cr_assert_gt(after.asked, before.asked);
	before = after;
	loop_advance(slo.world.loop, CLOCK_HOUR);
	settle_while(&slo.world, is_slo_busy, slo.state);
	query_engine_state(slo.world.engine, &after);
	cr_assert_eq(after.asked, before.asked);
	slo_state_attend(slo.state);
	timer_start(slo.world.poll, 2);
	loop_run(slo.world.loop);
	settle_while(&slo.world, is_slo_busy, slo.state);
	query_engine_state(slo.world.engine, &after);
	cr_assert_gt(after.asked, before.asked);
}

Test(slo_state, parts_are_round)
{
	struct slo_window window;

	slo_window_read("30d", &window, NULL);
	cr_assert_eq(slo_round_part_ms(&window), 6 * CLOCK_HOUR);
	slo_window_read("1d", &window, NULL);
	cr_assert_eq(slo_round_part_ms(&window), 10 * CLOCK_MINUTE);
	slo_window_read("1y", &window, NULL);
	cr_assert_eq(slo_round_part_ms(&window), 3 * CLOCK_DAY);
	slo_window_read("10y", &window, NULL);
	cr_assert_eq(slo_round_part_ms(&window), 30 * CLOCK_DAY);
}
