#include "collect/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tsdb/exposition.h"
#include "tsdb/ingest.h"

/*
 * A question looks back five minutes for a series' last sample. What is
 * collected less often than this would be gone in between, so its last page
 * is stored again meanwhile, as an exporter that keeps its answer would have
 * it scraped.
 */
#define REPEAT_FROM_MS  (2 * CLOCK_MINUTE)
#define REPEAT_EVERY_MS CLOCK_MINUTE

struct intake {
	struct collector *collector;
	struct ingest *ingest;
	struct job *job;
	struct timer *step;   /* takes in the next piece of the page */
	struct timer *repeat; /* stores the last page again; NULL when the next one comes soon enough */
	bool lenient;
	/* The page under way. */
	struct strbuf body;
	struct exposition exposition;
	int64_t time_ms;
	char reason[sizeof(((struct collector_state *)0)->reason)]; /* the target is not well; "" else */
};

/* A page on its way through the pool: the job owns the bytes. */
struct page {
	struct strbuf body;
	struct exposition_options options;
	struct exposition exposition;
	struct error_list faults;
	char *file;
	int result;
};

static void parse_page(void *state)
{
	struct page *page = state;

	page->result = exposition_parse(&page->exposition, page->body.text, page->body.length, &page->options,
					page->file, &page->faults);
}

static void drop_page(void *state)
{
	struct page *page = state;

	exposition_release(&page->exposition);
	error_list_release(&page->faults);
	strbuf_release(&page->body);
	free(page->file);
	free(page);
}

/* Seconds from the beginning until now, as scrape_duration_seconds has it. */
static double seconds_since_begin(const struct intake *intake)
{
	int64_t now_ms = loop_monotonic_now_ms(collect_bridges(intake->collector->collect)->loop);

	return (double)(now_ms - intake->collector->begun_ms) / (double)CLOCK_SECOND;
}

/* What is stored, but not as it was meant. A warning of the collector's own stays. */
static void warn(struct intake *intake, const struct ingest_result *result)
{
	struct collector_state *state = &intake->collector->state;

	if (intake->exposition.bad_lines)
		snprintf(state->warning, sizeof(state->warning), "%zu bad lines left out",
			 intake->exposition.bad_lines);
	else if (result->refused)
		snprintf(state->warning, sizeof(state->warning), "%zu series refused: the store is full",
			 result->refused);
	else if (result->too_far)
		snprintf(state->warning, sizeof(state->warning),
			 "%zu samples with a time too far in the future or past", result->too_far);
	else if (result->out_of_order + result->duplicates)
		snprintf(state->warning, sizeof(state->warning), "%zu samples out of order, %zu duplicates",
			 result->out_of_order, result->duplicates);
}

/* The page is in the store; `reason` says why the collection failed, when it did. */
static void finish(struct intake *intake, const struct ingest_result *result, const char *reason)
{
	struct collector_state *state = &intake->collector->state;

	warn(intake, result);
	if (!*reason || *intake->reason) {
		state->samples = result->samples;
		state->series = ingest_series(intake->ingest);
	}
	if (intake->repeat)
		timer_start(intake->repeat, REPEAT_EVERY_MS);
	else
		exposition_release(&intake->exposition);
	collector_done(intake->collector, reason);
}

/* The page of before, kept to be repeated, makes room for what comes. */
static void forget_page(struct intake *intake)
{
	if (intake->repeat)
		timer_stop(intake->repeat);
	exposition_release(&intake->exposition);
	intake->exposition = (struct exposition){ 0 };
}

/* The same once more, at the present time; when it failed, that. */
static void on_repeat(void *user)
{
	struct intake *intake = user;
	struct ingest_scrape again = { .time_ms = loop_wall_now_ms(collect_bridges(intake->collector->collect)->loop),
				       .duration_s = (double)intake->collector->state.elapsed_ms / (double)CLOCK_SECOND,
				       .exposition = intake->exposition.body ? &intake->exposition : NULL,
				       .down = *intake->reason != '\0' };
	struct ingest_result result;

	/* What is on its way counts as of its beginning: nothing may stand behind that. */
	if (intake->collector->state.running)
		return;
	ingest_apply(intake->ingest, &again, &result);
	timer_start(intake->repeat, REPEAT_EVERY_MS);
}

void intake_fail(struct intake *intake, int64_t time_ms, const char *reason)
{
	struct ingest_scrape none = { .time_ms = time_ms, .duration_s = seconds_since_begin(intake) };
	struct ingest_result result;

	forget_page(intake);
	intake->reason[0] = '\0';
	ingest_apply(intake->ingest, &none, &result);
	finish(intake, &result, *reason ? reason : "no page");
}

/* A page of many new series takes longer than a key may wait: the next piece follows at the next turn. */
static void on_step(void *user)
{
	struct intake *intake = user;
	struct ingest_result result;

	if (ingest_step(intake->ingest, &result))
		finish(intake, &result, *result.error ? result.error : intake->reason);
	else
		timer_start(intake->step, 0);
}

static void take_in(struct intake *intake)
{
	struct ingest_scrape page = { .time_ms = intake->time_ms,
				      .duration_s = seconds_since_begin(intake),
				      .exposition = &intake->exposition,
				      .down = *intake->reason != '\0' };

	if (ingest_begin(intake->ingest, &page))
		on_step(intake);
	else
		finish(intake, &(struct ingest_result){ .error = "" }, "the clock went backwards");
}

static void on_parsed(void *state, void *user)
{
	struct page *page = state;
	struct intake *intake = user;

	intake->job = NULL;
	if (page->result < 0 && page->faults.count) {
		char reason[ERROR_TEXT_MAX];

		snprintf(reason, sizeof(reason), "line %u: %s", page->faults.faults[0].line,
			 page->faults.faults[0].text);
		intake_fail(intake, intake->time_ms, reason);
	} else if (page->result < 0) {
		intake_fail(intake, intake->time_ms, "the page cannot be read");
	} else {
		forget_page(intake);
		/* The job ends with this call; what it read is needed until all of it is in the store. */
		intake->exposition = page->exposition;
		page->exposition = (struct exposition){ 0 };
		strbuf_release(&intake->body);
		intake->body = page->body;
		strbuf_init(&page->body);
		take_in(intake);
	}
}

static const struct job_ops page_job = { .work = parse_page, .done = on_parsed, .drop = drop_page };

void intake_page(struct intake *intake, int64_t time_ms, struct strbuf *body, bool open_metrics, const char *reason)
{
	struct page *page = mem_zalloc(sizeof(*page));
	const struct collector_state *state = &intake->collector->state;
	struct error error;

	intake->time_ms = time_ms;
	snprintf(intake->reason, sizeof(intake->reason), "%s", reason ? reason : "");
	page->body = *body;
	strbuf_init(body);
	page->options = (struct exposition_options){ .open_metrics = open_metrics, .lenient = intake->lenient };
	page->file = mem_strdup(state->url[0] ? state->url : state->instance);
	error_list_init(&page->faults);
	intake->job = pool_submit(collect_bridges(intake->collector->collect)->pool, &page_job, page, intake, &error);
	if (!intake->job) {
		drop_page(page);
		intake_fail(intake, time_ms, error.text);
	}
}

struct intake *intake_new(struct collector *collector, const struct intake_config *config)
{
	const struct collect_config *bridges = collect_bridges(collector->collect);
	struct ingest_config ingest = { .labels = config->labels,
					.honor_labels = config->honor_labels,
					.ignore_times = config->ignore_times,
					.samples = config->samples };
	struct intake *intake = mem_zalloc(sizeof(*intake));

	intake->collector = collector;
	intake->lenient = config->lenient;
	strbuf_init(&intake->body);
	intake->ingest = ingest_new(bridges->store, &ingest);
	intake->step = timer_new(bridges->loop, on_step, intake);
	if (collector->state.interval_ms > REPEAT_FROM_MS)
		intake->repeat = timer_new(bridges->loop, on_repeat, intake);
	return intake;
}

void intake_free(struct intake *intake)
{
	if (!intake)
		return;
	if (intake->job)
		job_cancel(intake->job);
	timer_free(intake->step);
	timer_free(intake->repeat);
	ingest_free(intake->ingest);
	exposition_release(&intake->exposition);
	strbuf_release(&intake->body);
	free(intake);
}

struct labels intake_labels(const char *job, const char *instance, const struct option_strings *more,
			    struct arena *arena)
{
	struct label *items = arena_array(arena, more->count + 2, sizeof(*items));
	size_t count = 0;

	items[count++] = (struct label){ "job", job };
	items[count++] = (struct label){ "instance", instance };
	for (size_t i = 0; i < more->count; i++) {
		const char *pair = more->items[i], *equals = strchr(pair, '=');

		items[count++] = (struct label){ arena_strndup(arena, pair, (size_t)(equals - pair)), equals + 1 };
	}
	return labels_make(arena, items, count);
}
