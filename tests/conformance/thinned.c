/*
 * thinned [--kinds] [DAYS]
 *
 * What questions over thinned history answer, beside the same questions over
 * all the samples: DAYS (33) of scrapes go into two stores, one of which keeps
 * everything raw while the other has a console's limits and ages. Windows
 * whose borders cut no bucket of thinned history must be equal to 1e-9;
 * windows that cut one are held to a bound that follows from what the cut
 * bucket held (there is none when that was NaN or infinite). Prints one row a function, with --kinds one more for each
 * kind of series, and `N compared, N exact, N within bounds, N failed`.
 */
#include "thinned.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "tsdb/value.h"

#define LOOKBACK_MS    (5 * CLOCK_MINUTE)
#define FAILURES_SHOWN 20
#define FAR_MS         (12 * CLOCK_DAY) /* how far back windows end: of 33 days the last third and some */

/* ---- what is asked ---- */

static const struct window_length {
	const char *text;
	int64_t ms;
	unsigned steps;
} lengths[] = {
	{ "10m", 10 * CLOCK_MINUTE, 120 }, { "1h", CLOCK_HOUR, 60 },     { "1d", CLOCK_DAY, 20 },
	{ "7d", 7 * CLOCK_DAY, 6 },        { "30d", 30 * CLOCK_DAY, 2 },
};

#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

static const struct subject {
	const char *name;
	enum bounded bounded;
	bool of_counters; /* what the row says of cut windows is measured on counters */
	bool newer;
	const char *otherwise;
} subjects[] = {
	{ "rate", BOUNDED_RATE, true, false, "what cut buckets stray from a straight line" },
	{ "increase", BOUNDED_INCREASE, true, false, "what cut buckets stray from a straight line" },
	{ "delta", BOUNDED_DELTA, true, false, "what cut buckets stray from a straight line" },
	{ "avg_over_time", BOUNDED_AVG, false, false, "the cut samples' share times their spread" },
	{ "sum_over_time", BOUNDED_SUM, false, false, "the cut samples times their spread" },
	{ "count_over_time", BOUNDED_COUNT, false, false, "nothing while samples are evenly spaced" },
	{ "min_over_time", BOUNDED_MIN, false, false, "the cut buckets' minimum, never above" },
	{ "max_over_time", BOUNDED_MAX, false, false, "the cut buckets' maximum, never below" },
	{ "last_over_time", BOUNDED_WITHIN, false, false, "the cut bucket's range" },
	{ "first_over_time", BOUNDED_WITHIN, false, true, "the cut bucket's range" },
	{ "present_over_time", BOUNDED_NONE, false, false, "nothing, unless that is all there is" },
};

#define SUBJECTS (sizeof(subjects) / sizeof(subjects[0]))

double relative(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b) ? 0 : INFINITY;
	if (a == b)
		return 0;
	return isinf(a) || isinf(b) ? INFINITY : fabs(a - b) / fmax(fabs(a), fabs(b));
}

void fail(struct run *run, struct row *row, const char *expression, const struct record *record, int64_t end_ms,
	  double truth, double answer, double bound)
{
	char end[32];

	row->failed++;
	if (run->failures++ >= FAILURES_SHOWN)
		return;
	time_format(end_ms, "%m-%d %H:%M:%S", end, sizeof(end));
	fprintf(stderr, "%s of %s (%s), to %s: %.17g, not %.17g (bound %g)\n", expression,
		record ? record->kind : "all", record ? record->target : "", end, answer, truth, bound);
}

static double *kind_of(const struct run *run, double *kinds, size_t id)
{
	for (size_t i = 0; i < id && i < KINDS_MOST; i++)
		if (strcmp(run->history.records[i].kind, run->history.records[id].kind) == 0)
			return &kinds[i];
	return &kinds[id];
}

static void note(double *worst, double difference)
{
	if (isfinite(difference) && difference > *worst)
		*worst = difference;
}

static struct promql_options options_of(const struct span *span)
{
	return (struct promql_options){ .start_ms = span->first_ms,
					.end_ms = span->first_ms + span->step_ms * (span->steps - 1),
					.step_ms = span->steps > 1 ? span->step_ms : 0,
					.left_open = span->left_open };
}

void ask_both(struct run *run, const char *expression, const struct span *span, struct answers *ret_raw,
	      struct answers *ret_aged)
{
	struct promql_options options = options_of(span);

	ask(run->history.raw, &run->history, expression, &options, ret_raw);
	ask(run->history.aged, &run->history, expression, &options, ret_aged);
	if (ret_raw->status == PROMQL_OK && ret_aged->status == PROMQL_OK)
		return;
	fprintf(stderr, "%s: %s%s\n", expression, ret_raw->error.text, ret_aged->error.text);
	exit(1);
}

/* "{...}[1h] offset 20000ms"; an instant selector without a length. */
static void add_selector(struct strbuf *ret, const char *length, const struct span *span)
{
	strbuf_addstr(ret, "{__name__=~\".+\"}");
	if (length)
		strbuf_addf(ret, "[%s]", length);
	if (span->offset_ms)
		strbuf_addf(ret, " offset %" PRId64 "ms", span->offset_ms);
}

/* ---- windows ---- */

struct window_question {
	const struct subject *subject;
	size_t length;
	const struct span *span;
	const char *expression;
	struct answers raw, aged;
	const struct answers *counts; /* of true samples */
};

static void judge(struct run *run, struct row *row, const struct window_question *question, size_t id, size_t step)
{
	const struct record *record = &run->history.records[id];
	const struct span *span = question->span;
	const struct window_length *length = &lengths[question->length];
	size_t place = id * question->raw.steps + step;
	double truth = question->raw.values[place], answer = question->aged.values[place], bound, difference;
	int64_t end_ms = span->first_ms + (int64_t)step * span->step_ms - span->offset_ms;
	struct cut cut = cut_of(record, end_ms - length->ms, end_ms, span->left_open);

	if (value_is_stale(truth) && value_is_stale(answer))
		return;
	if (value_is_stale(truth) || value_is_stale(answer)) {
		/* All that is needed may lie in the cut buckets, and elsewhere in them than is known. */
		if (cut.is_cut && cut.inside < (question->subject->of_counters ? 2 : 1))
			row->bounded++;
		else
			fail(run, row, question->expression, record, end_ms, truth, answer, 0);
		return;
	}
	bound = cut_bound(&cut, question->subject->bounded, truth, answer, question->counts->values[place], length->ms);
	difference = relative(truth, answer);
	if (difference > EXACT && !isinf(bound) && !(fabs(truth - answer) <= bound)) {
		fail(run, row, question->expression, record, end_ms, truth, answer, bound);
	} else if (!cut.is_cut) {
		row->exact++;
		note(&row->worst_exact, difference);
		note(kind_of(run, row->kinds_exact, id), difference);
	} else {
		row->bounded++;
		note(kind_of(run, row->kinds_cut, id), difference);
		if (record->is_counter || !question->subject->of_counters)
			note(&row->worst[question->length], difference);
	}
}

static void ask_windows(struct run *run, struct row *rows, size_t length, const struct span *span)
{
	struct promql_options options = options_of(span);
	struct strbuf expression = STRBUF_INIT;
	struct answers counts;

	strbuf_addstr(&expression, "count_over_time(");
	add_selector(&expression, lengths[length].text, span);
	strbuf_addch(&expression, ')');
	ask(run->history.raw, &run->history, expression.text, &options, &counts);
	for (size_t i = 0; i < SUBJECTS; i++) {
		struct window_question question = {
			.subject = &subjects[i], .length = length, .span = span, .counts = &counts
		};

		if (subjects[i].newer && !span->left_open)
			continue;
		strbuf_clear(&expression);
		strbuf_addf(&expression, "%s(", subjects[i].name);
		add_selector(&expression, lengths[length].text, span);
		strbuf_addch(&expression, ')');
		question.expression = expression.text;
		ask_both(run, expression.text, span, &question.raw, &question.aged);
		for (size_t id = 0; id < run->history.count; id++)
			for (size_t step = 0; step < question.raw.steps; step++)
				judge(run, &rows[i], &question, id, step);
		answers_release(&question.raw);
		answers_release(&question.aged);
	}
	answers_release(&counts);
	strbuf_release(&expression);
}

/* ---- instants ---- */

static void judge_looks(struct run *run, struct row *row, const char *expression, const struct span *span, bool times,
			const struct answers *raw, const struct answers *aged)
{
	for (size_t place = 0; place < raw->records * raw->steps; place++) {
		const struct record *record = &run->history.records[place / raw->steps];
		int64_t look_ms = span->first_ms + (int64_t)(place % raw->steps) * span->step_ms - span->offset_ms;
		struct look look = look_of(record, look_ms, LOOKBACK_MS, span->left_open);
		double truth = raw->values[place], answer = aged->values[place], expected = truth;

		if (!look.is_exact)
			expected = !look.has_answer ? value_stale()
				   : times          ? (double)look.answer_ms / 1e3
						    : look.answer;
		if (look.is_exact && value_is_stale(expected) && value_is_stale(answer))
			continue;
		if (value_is_stale(expected) != value_is_stale(answer) || relative(expected, answer) > EXACT)
			fail(run, row, expression, record, look_ms, truth, answer, expected);
		else if (look.is_exact)
			row->exact++;
		else
			row->bounded++;
	}
}

static void ask_instants(struct run *run, struct row *row, const struct span *span)
{
	struct strbuf expression = STRBUF_INIT;
	struct answers raw, aged;

	for (int times = 0; times < 2; times++) {
		strbuf_clear(&expression);
		strbuf_addstr(&expression, times ? "timestamp(" : "(");
		add_selector(&expression, NULL, span);
		strbuf_addch(&expression, ')');
		ask_both(run, expression.text, span, &raw, &aged);
		judge_looks(run, row, expression.text, span, times, &raw, &aged);
		answers_release(&raw);
		answers_release(&aged);
	}
	strbuf_release(&expression);
}

/* ---- all of it ---- */

/* Ends of windows: near now and far back, on the borders of buckets and off them. */
static size_t make_spans(const struct run *run, int64_t length_ms, unsigned steps, struct span ret[8])
{
	int64_t now = run->history.now_ms, room = now - run->history.start_ms - length_ms - CLOCK_HOUR, far;
	int64_t off = 197 * CLOCK_SECOND + 123;
	unsigned recent = steps > 44 ? 44 : steps; /* back to behind the seam */
	size_t count = 0;

	if (room > FAR_MS)
		room = FAR_MS;
	if (steps > room / BUCKET_MS)
		steps = room > BUCKET_MS ? (unsigned)(room / BUCKET_MS) : 1;
	far = room / steps / BUCKET_MS * BUCKET_MS;
	for (int left_open = 0; left_open < 2; left_open++) {
		ret[count++] = (struct span){ now - BUCKET_MS * (recent - 1), BUCKET_MS, 0, recent, left_open };
		ret[count++] = (struct span){ now - off - (BUCKET_MS + 7013) * (recent - 1), BUCKET_MS + 7013, 0,
					      recent, left_open };
		/* To read weeks of raw samples takes most of the time: long windows go far back in one mode. */
		if (far <= 0 || (!left_open && length_ms >= CLOCK_DAY))
			continue;
		ret[count++] = (struct span){ now - far * (steps - 1), far, BUCKET_MS, steps, left_open };
		ret[count++] = (struct span){ now - (far - 11717) * (steps - 1), far - 11717, 20 * CLOCK_MINUTE + off,
					      steps, left_open };
	}
	return count;
}

static void check_all(struct run *run, struct row rows[SUBJECTS], struct row *instant)
{
	struct span spans[8];

	for (size_t length = 0; length < LENGTHS; length++) {
		size_t count;

		if (lengths[length].ms + CLOCK_DAY > run->days * CLOCK_DAY)
			continue;
		count = make_spans(run, lengths[length].ms, lengths[length].steps, spans);
		for (size_t i = 0; i < count; i++) {
			ask_windows(run, rows, length, &spans[i]);
			if (i > (lengths[length].ms < CLOCK_DAY))
				continue;
			/* One step is asked as an instant question. */
			spans[i].steps = 1;
			ask_windows(run, rows, length, &spans[i]);
		}
	}
	for (size_t i = make_spans(run, LOOKBACK_MS, 2000, spans); i-- > 0;)
		ask_instants(run, instant, &spans[i]);
}

static void print_row(const struct run *run, const char *name, const struct row *row, const char *otherwise)
{
	printf("%-18s %8" PRIu64 " %8.1e %8" PRIu64, name, row->exact, row->worst_exact, row->bounded);
	for (size_t i = 0; i < LENGTHS; i++) {
		if (row->worst[i] > 0)
			printf(" %7.1e", row->worst[i]);
		else
			printf(" %7s", "-");
	}
	printf("  %s\n", otherwise);
	for (size_t id = 0; run->show_kinds && id < run->history.count && id < KINDS_MOST; id++)
		if (row->kinds_exact[id] > 0 || row->kinds_cut[id] > 0)
			printf("    %-20s exact to %.1e, cut %.1e\n", run->history.records[id].kind,
			       row->kinds_exact[id], row->kinds_cut[id]);
}

static void print_head(void)
{
	printf("%-18s %17s %8s %39s\n", "", "no bucket cut", "cut", "largest difference when cut, by window");
	printf("%-18s %8s %8s %8s", "function", "number", "differ", "number");
	for (size_t i = 0; i < LENGTHS; i++)
		printf(" %7s", lengths[i].text);
	printf("  %s\n", "when cut, at most wrong by");
}

static bool report(struct run *run, const struct row rows[SUBJECTS], const struct row *instant,
		   const struct row *panels)
{
	uint64_t exact = instant->exact + panels->exact, bounded = instant->bounded + panels->bounded, failed = 0;

	print_head();
	for (size_t i = 0; i < SUBJECTS; i++) {
		print_row(run, subjects[i].name, &rows[i], subjects[i].otherwise);
		exact += rows[i].exact;
		bounded += rows[i].bounded;
	}
	print_row(run, "instant", instant, "up to 10 min older, the look-back past a marker");
	print_row(run, "30d panels", panels, "what the cut buckets let their rates be wrong by");
	failed = run->failures;
	printf("%" PRIu64 " compared, %" PRIu64 " exact, %" PRIu64 " within bounds, %" PRIu64 " failed\n",
	       exact + bounded + failed, exact, bounded, failed);
	return !failed && exact && bounded;
}

int main(int argc, char **argv)
{
	struct row rows[SUBJECTS] = { 0 }, instant = { 0 }, panels = { 0 };
	struct run run = { .days = 33 };
	int64_t begun_ms = clock_monotonic_ms(), made_ms;
	unsigned unrefused;
	bool good;
	int i = 1;

	if (i < argc && strcmp(argv[i], "--kinds") == 0) {
		run.show_kinds = true;
		i++;
	}
	if (i < argc)
		run.days = (unsigned)strtoul(argv[i++], NULL, 10);
	if (i < argc || run.days < 2 || run.days > 35) {
		fprintf(stderr, "usage: thinned [--kinds] [DAYS] (2 to 35)\n");
		return 2;
	}
	history_make(&run.history, run.days);
	made_ms = clock_monotonic_ms();
	check_all(&run, rows, &instant);
	check_panels(&run, &panels);
	unrefused = check_refusals(&run);
	good = report(&run, rows, &instant, &panels) && !unrefused;
	printf("%" PRIu64 " samples made in %.1f s, asked in %.1f s\n", run.history.samples,
	       (double)(made_ms - begun_ms) / 1e3, (double)(clock_monotonic_ms() - made_ms) / 1e3);
	history_release(&run.history);
	return good ? 0 : 1;
}
