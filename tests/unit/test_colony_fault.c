#include <criterion/criterion.h>

#include <stdio.h>

#include "tests/unit/colony_conditions.h"
#include "tests/unit/colony_fixture.h"

TestSuite(colony_fault, .timeout = 120);

enum {
	CONDITIONS = sizeof(conditions) / sizeof(*conditions),
	STEP_S = 30,
	PAST = 3600 / STEP_S + 1, /* as many steps as the longest window */
	SETTLED_S = 3900,
	BOUNDS = 16,
	INSTANCES = 3,
};

/* What a condition needs of one instance at one moment. */
struct moment {
	double value, other;
	double bounds[BOUNDS], upto[BOUNDS];
	bool answers;
};

struct watch {
	const struct condition *condition;
	struct colony *colony;
	struct moment past[PAST][INSTANCES]; /* a ring */
	unsigned count;
	bool holds;
	double held_s; /* how long it has held without a break */
	bool fired;
};

static void read_failing(struct moment *moment, const char *page)
{
	static const char *const statuses[] = { "200", "201", "400", "404", "429", "500", "503" };

	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		char series[64];
		double value;

		snprintf(series, sizeof(series), "polln_requests_total{status=\"%s\"}", statuses[i]);
		value = page_value(page, series);
		moment->other += value;
		moment->value += statuses[i][0] == '5' ? value : 0;
	}
}

static void read_buckets(struct moment *moment, const char *page, const char *name)
{
	char prefix[96];
	const char *line = page;
	int i = 0;

	snprintf(prefix, sizeof(prefix), "\n%s_bucket{le=\"", name);
	while ((line = strstr(line, prefix)) != NULL && i < BOUNDS) {
		moment->bounds[i] = strtod(line + strlen(prefix), NULL);
		moment->upto[i++] = strtod(strchr(line, '}') + 1, NULL);
		line++;
	}
}

static void read_moment(struct moment *moment, const struct watch *watch, unsigned instance)
{
	const struct condition *condition = watch->condition;
	enum colony_service service = condition->kind == UP ? condition->service : SERVICE_COLONY;
	struct strbuf page = STRBUF_INIT;

	memset(moment, 0, sizeof(*moment));
	moment->answers = colony_answers(watch->colony, service, instance) == ANSWER_GOOD;
	if (condition->kind != UP && moment->answers) {
		colony_metrics(watch->colony, SERVICE_COLONY, instance, &page);
		if (condition->kind == ALL_FAILING)
			read_failing(moment, page.text);
		else if (condition->kind == QUANTILE)
			read_buckets(moment, page.text, condition->metric);
		else
			moment->value = page_value(page.text, condition->metric);
		if (condition->kind == RATIO)
			moment->other = page_value(page.text, condition->other);
	}
	strbuf_release(&page);
}

/* The increase of a counter from the oldest moment of the window on, with resets. */
static double increase(const struct watch *watch, unsigned instance, size_t offset, double *ret_span_s)
{
	unsigned steps = (unsigned)(watch->condition->window_s / STEP_S);
	unsigned first = watch->count > steps ? watch->count - 1 - steps : 0;
	double sum = 0, last = NAN, span = 0;

	for (unsigned i = first; i < watch->count; i++) {
		const struct moment *moment = &watch->past[i % PAST][instance];
		double value = *(const double *)(const void *)((const char *)moment + offset);

		if (!moment->answers)
			continue;
		if (!isnan(last)) {
			sum += value >= last ? value - last : value;
			span += STEP_S;
		}
		last = value;
	}
	*ret_span_s = span;
	return sum;
}

static double quantile(const struct watch *watch, unsigned instance, double share)
{
	const struct moment *now = &watch->past[(watch->count - 1) % PAST][instance];
	double counts[BOUNDS] = { 0 }, span, wanted;
	int last = 0;

	for (int i = 0; i < BOUNDS && now->bounds[i] > 0; i++) {
		size_t offset = offsetof(struct moment, upto) + (size_t)i * sizeof(double);

		counts[i] = increase(watch, instance, offset, &span);
		last = i;
	}
	wanted = counts[last] * share;
	for (int i = 0; i <= last; i++) {
		double from = i > 0 ? now->bounds[i - 1] : 0, before = i > 0 ? counts[i - 1] : 0;

		if (counts[i] < wanted)
			continue;
		if (isinf(now->bounds[i]))
			return from;
		return from + (now->bounds[i] - from) * (wanted - before) / (counts[i] - before);
	}
	return NAN;
}

static bool is_beyond(const struct condition *condition, double value)
{
	return condition->below != NOTHING_BELOW ? value < condition->below : value > condition->above;
}

static double figure(const struct watch *watch, unsigned instance)
{
	const struct condition *condition = watch->condition;
	const struct moment *now = &watch->past[(watch->count - 1) % PAST][instance];
	double span, sum;

	switch (condition->kind) {
	case UP: return now->answers;
	case VALUE: return now->answers ? now->value : NAN;
	case AGE: return now->answers ? (double)colony_now_ms(watch->colony) / 1000 - now->value : NAN;
	case RATE: sum = increase(watch, instance, offsetof(struct moment, value), &span); return sum / span;
	case QUANTILE: return quantile(watch, instance, 0.99);
	default:
		sum = increase(watch, instance, offsetof(struct moment, value), &span);
		return sum / increase(watch, instance, offsetof(struct moment, other), &span);
	}
}

static bool does_hold(const struct watch *watch)
{
	unsigned instances =
		watch->condition->kind == UP && watch->condition->service != SERVICE_COLONY ? 1 : INSTANCES;
	double failing = 0, all = 0, span;

	for (unsigned i = 0; i < instances; i++) {
		if (watch->condition->kind == ALL_FAILING) {
			failing += increase(watch, i, offsetof(struct moment, value), &span);
			all += increase(watch, i, offsetof(struct moment, other), &span);
		} else if (is_beyond(watch->condition, figure(watch, i))) {
			return true;
		}
	}
	return watch->condition->kind == ALL_FAILING && is_beyond(watch->condition, failing / all);
}

static void look(struct watch *watch)
{
	for (unsigned i = 0; i < INSTANCES; i++)
		read_moment(&watch->past[watch->count % PAST][i], watch, i);
	watch->count++;
	watch->holds = does_hold(watch);
	watch->held_s = watch->holds ? watch->held_s + STEP_S : -STEP_S;
	watch->fired = watch->fired || watch->held_s >= watch->condition->for_s;
}

static void pass(struct watch *watch, double time_s)
{
	for (double at = 0; at < time_s; at += STEP_S) {
		wait_ms(watch->colony, STEP_S * 1000);
		look(watch);
	}
}

/* A colony that has been well for an hour, and had the fault for as long as the alert may take. */
static void begin_ill(struct watch *watch, const struct condition *condition)
{
	double settle_s = fmax(condition->window_s, 300) + 120;

	memset(watch, 0, sizeof(*watch));
	watch->condition = condition;
	watch->colony = begin_colony(2026);
	watch->held_s = -STEP_S;
	wait_ms(watch->colony, (int64_t)(SETTLED_S - settle_s) * 1000);
	pass(watch, settle_s);
	cr_expect(!watch->fired && !watch->holds, "%s is raised before %s", condition->alert, condition->fault);
	cr_assert_eq(colony_inject(watch->colony, condition->fault, NULL), 0);
	pass(watch, condition->within_s);
	cr_expect(watch->fired, "%s does not raise %s within %g s", condition->fault, condition->alert,
		  condition->within_s);
}

Test(colony_fault, raises_its_alerts_and_the_wrong_remedy_does_not_help)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	for (size_t i = 0; i < CONDITIONS; i++) {
		const struct condition *condition = &conditions[i];
		bool held = false;

		begin_ill(watch, condition);
		do_verb(watch->colony, condition->wrong);
		cr_expect(colony_fault_is_active(watch->colony, condition->fault), "'%s' ends %s", condition->wrong,
			  condition->fault);
		/* It may break it for a while (a restart empties the memory), but it comes back. */
		pass(watch, 600);
		for (int step = 0; step < 20; step++) {
			pass(watch, STEP_S);
			held = held || watch->holds;
		}
		cr_expect(held, "'%s' quells %s of %s", condition->wrong, condition->alert, condition->fault);
		colony_free(watch->colony);
	}
	free(watch);
}

/* What a step needs to be told. The backup is one from before any fault. */
static const struct {
	const char *step, *with;
} arguments[] = {
	{ "agents limit", " 1000" },
	{ "resources set", " memory=24Gi" },
	{ "sync interval", " 5m" },
	{ "restore full", " id=backup-20200101-000000" },
};

/* Each alternative of the remedies, with all of its steps. */
static void try_remedy(struct watch *watch, const struct condition *condition, char *alternative)
{
	char *step;

	begin_ill(watch, condition);
	while (alternative != NULL) {
		char *plus = strstr(alternative, " + ");
		char line[160];
		const char *with = NULL;

		step = alternative;
		alternative = plus != NULL ? plus + 3 : NULL;
		if (plus != NULL)
			*plus = '\0';
		cr_expect(colony_fault_is_active(watch->colony, condition->fault), "%s ends before '%s'",
			  condition->fault, step);
		for (size_t i = 0; i < sizeof(arguments) / sizeof(*arguments) && with == NULL; i++)
			with = strcmp(step, arguments[i].step) == 0 ? arguments[i].with : NULL;
		if (strcmp(step, "data clear") == 0)
			cr_expect_eq(do_verb(watch->colony, "scale 0"), 0);
		if (strcmp(step, "restore full") == 0)
			cr_expect_eq(do_verb(watch->colony, "scale 3"), 0);
		if (strcmp(step, "restore full") == 0)
			pass(watch, 60);
		snprintf(line, sizeof(line), "%s%s", step, with != NULL ? with : "");
		cr_expect_eq(do_verb(watch->colony, line), 0, "'%s' fails", line);
	}
	if (condition->latched) {
		cr_expect(!colony_fault_is_active(watch->colony, condition->fault));
		pass(watch, 60);
		cr_expect(watch->holds, "%s is not latched", condition->alert);
		do_verb(watch->colony, "restart");
	}
	pass(watch, condition->gone_s);
	cr_expect(!colony_fault_is_active(watch->colony, condition->fault), "'%s' does not end %s", step,
		  condition->fault);
	cr_expect(!watch->holds, "%s of %s still holds %g s after '%s'", condition->alert, condition->fault,
		  condition->gone_s, step);
	/* And it stays away. */
	watch->fired = false;
	pass(watch, 600);
	cr_expect(!watch->fired, "%s of %s comes back after '%s'", condition->alert, condition->fault, step);
	colony_free(watch->colony);
}

Test(colony_fault, ends_with_each_of_its_remedies)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	size_t count;
	const struct sim_fault *faults = colony_faults(&count);

	for (size_t i = 0; i < CONDITIONS; i++) {
		char remedies[256], *place = remedies, *comma;

		for (size_t f = 0; f < count; f++)
			if (strcmp(faults[f].name, conditions[i].fault) == 0)
				snprintf(remedies, sizeof(remedies), "%s", faults[f].remedies);
		do {
			comma = strstr(place, ", ");
			if (comma != NULL)
				*comma = '\0';
			try_remedy(watch, &conditions[i], place);
			place = comma + 2;
		} while (comma != NULL);
	}
	free(watch);
}

Test(colony_fault, health_raises_no_alert)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	for (size_t i = 0; i < CONDITIONS; i++) {
		bool seen = false;

		for (size_t before = 0; before < i && !seen; before++)
			seen = strcmp(conditions[before].alert, conditions[i].alert) == 0;
		if (seen)
			continue;
		memset(watch, 0, sizeof(*watch));
		watch->condition = &conditions[i];
		watch->colony = begin_colony(i);
		for (int step = 0; step < 4 * 120; step++) {
			wait_ms(watch->colony, STEP_S * 1000);
			look(watch);
			cr_expect(!watch->holds, "%s holds after %d steps of health", conditions[i].alert, step);
		}
		colony_free(watch->colony);
	}
	free(watch);
}

Test(colony_fault, every_fault_has_a_row_here)
{
	size_t count;
	const struct sim_fault *faults = colony_faults(&count);

	for (size_t f = 0; f < count; f++) {
		bool found = false;

		for (size_t i = 0; i < CONDITIONS && !found; i++)
			found = strcmp(conditions[i].fault, faults[f].name) == 0;
		cr_expect(found, "%s raises nothing", faults[f].name);
		cr_expect_gt(strlen(faults[f].help), 10);
		for (size_t g = 0; g < f; g++)
			cr_expect_str_neq(faults[g].name, faults[f].name);
	}
}
