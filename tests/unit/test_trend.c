/* What an alert's number did: which series of an answer is the alert's. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "alert/trend.h"
#include "engine_fixture.h"

TestSuite(trend, .timeout = 30);

#define LABELS_MOST 5
#define MANY        3000

struct row {
	struct label labels[LABELS_MOST];
	double value;
};

struct desk {
	struct loop *loop;
	struct script script;
	struct trends *trends;
	unsigned answers;
};

static const struct row *given;
static size_t given_count;

static struct labels labels_of(const struct label *items, struct arena *arena)
{
	size_t count = 0;

	while (count < LABELS_MOST && items[count].name)
		count++;
	return labels_make(arena, items, count);
}

static struct matrix *answer(struct script *script, const struct engine_request *request)
{
	struct matrix *matrix = matrix_new(MATRIX_RANGE);
	int64_t *time = arena_array(&matrix->arena, 1, sizeof(*time));
	double *values = arena_array(&matrix->arena, given_count + 1, sizeof(*values));

	(void)script;
	*time = request->end_ms;
	matrix->series = arena_array(&matrix->arena, given_count + 1, sizeof(*matrix->series));
	for (size_t i = 0; i < given_count; i++) {
		values[i] = given[i].value;
		matrix->series[i] = (struct series){ .labels = labels_of(given[i].labels, &matrix->arena),
						     .count = 1,
						     .times_ms = time,
						     .values = &values[i] };
	}
	matrix->count = matrix->points = given_count;
	return matrix;
}

static void on_change(void *user)
{
	struct desk *desk = user;

	desk->answers++;
	loop_stop(desk->loop);
}

static void desk_init(struct desk *desk, const struct row *rows, size_t count)
{
	*desk = (struct desk){ .loop = loop_new(NULL) };
	loop_drive(desk->loop, CLOCK_DAY);
	given = rows;
	given_count = count;
	script_init(&desk->script, desk->loop, &script_embedded_ops, 1);
	desk->script.answer = answer;
	desk->trends = trends_new(&(struct trends_config){ .engine = desk->script.engine,
							   .range_ms = 10 * CLOCK_MINUTE,
							   .step_ms = CLOCK_MINUTE,
							   .again_ms = CLOCK_MINUTE,
							   .on_change = on_change,
							   .user = desk });
}

/* Ask, and run until the answer is there. */
static void ask(struct desk *desk)
{
	unsigned before = desk->answers;

	trends_want(desk->trends, "m", loop_wall_ms(desk->loop));
	loop_run(desk->loop);
	cr_assert_eq(desk->answers, before + 1);
}

static void desk_release(struct desk *desk)
{
	trends_free(desk->trends);
	query_engine_free(desk->script.engine);
	loop_free(desk->loop);
}

/* The value of the series found for an alert; -1: none was. */
static double found(const struct desk *desk, const struct label *items)
{
	struct arena arena = { 0 };
	const struct labels labels = labels_of(items, &arena);
	const struct series *series = trends_find(desk->trends, "m", &labels);
	double ret = series ? series->values[0] : -1;

	arena_release(&arena);
	return ret;
}

Test(trend, the_series_is_the_one_whose_labels_are_the_alerts)
{
	static const struct row rows[] = {
		{ { { "__name__", "m" }, { "instance", "a" }, { "job", "j" } }, 1 },
		{ { { "__name__", "m" }, { "instance", "b" }, { "job", "j" } }, 2 },
		{ { { "__name__", "n" }, { "instance", "b" }, { "job", "j" } }, 3 },
	};
	static const struct label a[LABELS_MOST] = {
		{ "alertname", "X" }, { "instance", "a" }, { "job", "j" }, { "severity", "warning" }
	};
	static const struct label b[LABELS_MOST] = { { "instance", "b" }, { "job", "j" } };
	static const struct label c[LABELS_MOST] = { { "instance", "c" }, { "job", "j" } };
	static const struct label less[LABELS_MOST] = { { "job", "j" } };
	struct desk desk;

	desk_init(&desk, rows, 3);
	cr_expect_eq(found(&desk, a), -1, "nobody was asked");
	ask(&desk);
	cr_expect_eq(found(&desk, a), 1);
	cr_expect_eq(found(&desk, b), 2, "of two that fit alike the first");
	cr_expect_eq(found(&desk, c), -1);
	cr_expect_eq(found(&desk, less), -1, "one that has less is about something else");
	cr_expect_null(trends_find(desk.trends, "other", &(struct labels){ a, 4 }));
	desk_release(&desk);
}

Test(trend, of_several_the_one_that_shares_most)
{
	static const struct row rows[] = {
		{ { { NULL, NULL } }, 1 }, { { { "job", "j" } }, 2 },  { { { "instance", "a" }, { "job", "j" } }, 3 },
		{ { { "job", "k" } }, 4 }, { { { "zone", "z" } }, 5 },
	};
	static const struct label a[LABELS_MOST] = { { "instance", "a" }, { "job", "j" } };
	static const struct label b[LABELS_MOST] = { { "instance", "b" }, { "job", "j" } };
	static const struct label zone[LABELS_MOST] = { { "job", "k" }, { "zone", "z" } };
	static const struct label none[LABELS_MOST] = { { "job", "other" } };
	struct desk desk;

	desk_init(&desk, rows, 5);
	ask(&desk);
	cr_expect_eq(found(&desk, a), 3);
	cr_expect_eq(found(&desk, b), 2);
	cr_expect_eq(found(&desk, zone), 4, "two share one label each: the first");
	cr_expect_eq(found(&desk, none), 1, "a number of nobody's is everybody's");
	desk_release(&desk);
}

Test(trend, each_of_many_is_found_and_a_new_answer_replaces_the_old)
{
	static struct row rows[MANY];
	static char names[MANY][16];
	struct label items[LABELS_MOST] = { { "alertname", "X" }, { "instance", "" } };
	struct desk desk;

	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), "host-%zu", i * 7919 % MANY);
		rows[i] = (struct row){ { { "instance", names[i] } }, (double)i };
	}
	desk_init(&desk, rows, MANY);
	ask(&desk);
	for (size_t i = 0; i < MANY; i++) {
		items[1].value = names[i];
		cr_assert_eq(found(&desk, items), (double)i);
	}
	given_count = 1;
	loop_advance(desk.loop, 2 * CLOCK_MINUTE);
	ask(&desk);
	items[1].value = names[0];
	cr_expect_eq(found(&desk, items), 0);
	items[1].value = names[1];
	cr_expect_eq(found(&desk, items), -1);
	given_count = 0;
	loop_advance(desk.loop, 2 * CLOCK_MINUTE);
	ask(&desk);
	items[1].value = names[0];
	cr_expect_eq(found(&desk, items), -1);
	cr_expect_str_eq(trends_reason(desk.trends, "m"), "no data");
	desk_release(&desk);
}
