#include "thinned.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "tsdb/value.h"

#define WINDOW "@W"

/* As in systems/polln/dashboard.json, @W being the longest window there is history for. */
#define ERROR_BUDGET "1 - (sum(rate(polln_requests_total{status=~\"5..\"}[@W])) / sum(rate(polln_requests_total[@W])))"
#define UPTIME       "avg_over_time(up{job=\"polln-colony\"}[@W])"

/* Asked where all their windows end on borders of buckets, and so exact. */
static const char *const expressions[] = {
	ERROR_BUDGET,
	UPTIME,
	"sum by (target) (rate({__name__=~\"data|up\",kind=~\"counter|resets.*|gaps.*\"}[1d]))",
	"max_over_time(sum(rate(data{kind=~\"counter|resets.*|gaps.*\"}[10m]))[@W:10m])",
	"avg_over_time(sum(increase(polln_requests_total[1h]))[1d:1h])",
	"quantile(0.9, increase(data{kind=~\"counter|resets.*|gaps.*\"}[1h] offset 1d))",
	"sum(avg_over_time(data{kind=~\"noisy|constant|negative|pauses\"}[@W])) / 3",
	"max_over_time(data[1d:10m]) and on (kind) up",
	"sum_over_time(up[1d:10m])",
	"count(up == 0) or vector(0)",
	"absent_over_time(data{kind=\"late\"}[1h] offset 1d) or sum(up)",
	"delta(up[@W] @ end()) or sum(up)",
	"last_over_time(data{kind=~\"counter\"}[1h] offset 12h)",
};

static const char *longest(const struct run *run)
{
	return run->days > 31 ? "30d" : run->days > 8 ? "7d" : "1d";
}

static int64_t longest_ms(const struct run *run)
{
	return (run->days > 31 ? 30 : run->days > 8 ? 7 : 1) * CLOCK_DAY;
}

static void add_expression(struct strbuf *ret, const char *template, const struct run *run)
{
	const char *place;

	strbuf_clear(ret);
	while ((place = strstr(template, WINDOW)) != NULL) {
		strbuf_add(ret, template, (size_t)(place - template));
		strbuf_addstr(ret, longest(run));
		template = place + strlen(WINDOW);
	}
	strbuf_addstr(ret, template);
}

static void expect_exact(struct run *run, struct row *row, const char *expression, const struct span *span)
{
	struct answers raw, aged;

	ask_both(run, expression, span, &raw, &aged);
	for (size_t i = 0; i < raw.records * raw.steps; i++) {
		double truth = raw.values[i], answer = aged.values[i], difference = relative(truth, answer);

		if (value_is_stale(truth) && value_is_stale(answer))
			continue;
		if (value_is_stale(truth) != value_is_stale(answer) || difference > EXACT) {
			fail(run, row, expression, &run->history.records[i / raw.steps],
			     span->first_ms + (int64_t)(i % raw.steps) * span->step_ms, truth, answer, EXACT);
			continue;
		}
		row->exact++;
		row->worst_exact = fmax(row->worst_exact, difference);
	}
	answers_release(&raw);
	answers_release(&aged);
}

/* Rates of requests, all or those that failed, and by how much the windows' cut buckets let them be wrong. */
static void rates(struct run *run, const struct span *span, bool failed_only, double *ret_sum, double *ret_bound)
{
	struct strbuf expression = STRBUF_INIT;
	struct answers raw, aged;

	strbuf_addf(&expression, "rate(polln_requests_total{status=~\"%s\"}[%s])", failed_only ? "5.." : ".+",
		    longest(run));
	ask_both(run, expression.text, span, &raw, &aged);
	*ret_sum = *ret_bound = 0;
	for (size_t id = 0; id < raw.records; id++) {
		struct cut cut = cut_of(&run->history.records[id], span->first_ms - longest_ms(run), span->first_ms,
					span->left_open);

		if (value_is_stale(raw.values[id]))
			continue;
		*ret_sum += raw.values[id];
		*ret_bound += cut_bound(&cut, BOUNDED_RATE, raw.values[id], aged.values[id], 0, longest_ms(run));
	}
	answers_release(&raw);
	answers_release(&aged);
	strbuf_release(&expression);
}

/* The error budget of a window that is cut. */
static void expect_near(struct run *run, struct row *row, const struct span *span)
{
	double bad, bad_bound, all, all_bound, bound;
	struct strbuf expression = STRBUF_INIT;
	struct answers raw, aged;

	rates(run, span, true, &bad, &bad_bound);
	rates(run, span, false, &all, &all_bound);
	bound = (bad_bound + bad / all * all_bound) / (all - all_bound);
	add_expression(&expression, ERROR_BUDGET, run);
	ask_both(run, expression.text, span, &raw, &aged);
	if (fabs(raw.values[0] - aged.values[0]) <= bound) {
		row->bounded++;
		row->worst[LENGTHS_MOST - 1] =
			fmax(row->worst[LENGTHS_MOST - 1], relative(raw.values[0], aged.values[0]));
	} else {
		fail(run, row, expression.text, NULL, span->first_ms, raw.values[0], aged.values[0], bound);
	}
	answers_release(&raw);
	answers_release(&aged);
	strbuf_release(&expression);
}

void check_panels(struct run *run, struct row *row)
{
	struct strbuf expression = STRBUF_INIT;

	for (int left_open = 0; left_open < 2; left_open++) {
		struct span instant = { run->history.now_ms, 0, 0, 1, left_open };
		struct span range = { run->history.now_ms - 20 * CLOCK_HOUR, 4 * CLOCK_HOUR, 0, 6, left_open };

		for (size_t i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++) {
			add_expression(&expression, expressions[i], run);
			expect_exact(run, row, expression.text, &instant);
			expect_exact(run, row, expression.text, &range);
		}
		for (int64_t before = 1; before < CLOCK_DAY / 4; before += 5077123) {
			instant.first_ms = run->history.now_ms - before;
			expect_near(run, row, &instant);
		}
	}
	strbuf_release(&expression);
}

unsigned check_refusals(struct run *run)
{
	static const char *const refused[] = {
		"rate(data[5m])",           "irate(data[1h])",           "deriv(data[1d])",
		"changes(data[1d])",        "resets(data[1d])",          "quantile_over_time(0.5, data[1d])",
		"stddev_over_time(up[1d])", "predict_linear(up[1d], 0)", "holt_winters(up[1d], 0.5, 0.5)",
	};
	struct promql_options options = { .start_ms = run->history.now_ms - 18 * CLOCK_HOUR };
	unsigned answered = 0;

	options.end_ms = options.start_ms;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct answers answers;

		ask(run->history.aged, &run->history, refused[i], &options, &answers);
		if (answers.status == PROMQL_COARSE &&
		    strncmp(answers.error.text, "resolution too coarse", strlen("resolution too coarse")) == 0) {
			if (run->show_kinds)
				printf("%s: %s\n", refused[i], answers.error.text);
		} else {
			fprintf(stderr, "%s is not refused: %s\n", refused[i], answers.error.text);
			answered++;
		}
		answers_release(&answers);
	}
	return answered;
}
