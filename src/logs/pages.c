#include "logs/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "logs/pages_private.h"

/* ---- work on the pool, slice by slice ---- */

void work_init(struct work *work, const struct log_source *source)
{
	work->path = source->path ? mem_strdup(source->path) : NULL;
	if (source->ring)
		log_view_take(&work->view, source->ring, 0);
	work->parser = *source->parser;
	if (work->parser.zone) {
		work->zone = *work->parser.zone;
		work->parser.zone = &work->zone;
	}
	work->parser.now_ms = clock_wall_ms();
	work->begun_ms = clock_monotonic_ms();
}

static void work_free(struct work *work)
{
	if (!work)
		return;
	work->release(work);
	scan_release(&work->scan);
	log_view_release(&work->view);
	free(work->path);
	free(work);
}

static void work_slice(void *state)
{
	struct work *work = state;
	int64_t until_ms = clock_monotonic_ms() + SLICE_MS;

	do
		work->ended = work->step(work);
	while (!work->ended && clock_monotonic_ms() < until_ms);
}

static void request_free(struct log_request *request)
{
	timer_free(request->later);
	work_free(request->work);
	free(request);
}

static void finish(struct log_request *request)
{
	struct work *work = request->work;
	void *user = request->user;

	/* The callback may ask again, or free what it asked from: the request is gone by then. */
	request->work = NULL;
	request_free(request);
	work->finish(work, user);
	work_free(work);
}

static void on_slice(void *state, void *user)
{
	struct log_request *request = user;
	struct work *work = state;
	struct log_progress progress = { .time_ms = work->scan.seen_ms,
					 .scanned_bytes = work->scan.scanned_bytes,
					 .scanned_lines = work->scan.scanned_lines,
					 .found = work->found };

	request->job = NULL;
	/* What follows happens in a turn of its own: the job is dropped first. */
	timer_start(request->later, 0);
	if (!work->ended && request->progress)
		request->progress(request->user, &progress);
}

static void drop_slice(void *state)
{
	struct work *work = state;

	if (work->orphan)
		work_free(work);
}

static const struct job_ops slice_job = { .work = work_slice, .done = on_slice, .drop = drop_slice, .waits = true };

static void on_later(void *user)
{
	struct log_request *request = user;

	if (request->work->ended) {
		finish(request);
		return;
	}
	request->job = pool_submit(request->pool, &slice_job, request->work, request, NULL);
	if (!request->job)
		timer_start(request->later, SLICE_MS);
}

struct log_request *work_ask(struct loop *loop, struct pool *pool, struct work *work,
			     void (*progress)(void *, const struct log_progress *), void *user, struct error *error)
{
	struct log_request *request = mem_zalloc(sizeof(*request));

	request->loop = loop;
	request->pool = pool;
	request->work = work;
	request->progress = progress;
	request->user = user;
	request->later = timer_new_real(loop, on_later, request);
	request->job = pool_submit(pool, &slice_job, work, request, error);
	if (request->job)
		return request;
	request_free(request);
	return NULL;
}

void log_request_cancel(struct log_request *request)
{
	if (!request)
		return;
	if (request->job) {
		job_cancel(request->job);
		request->work->orphan = true;
		request->work = NULL;
	}
	request_free(request);
}

/* ---- pages ---- */

struct page_work {
	struct work work;
	struct log_cursor from;
	enum log_direction direction;
	size_t rows;
	uint64_t limit_bytes;
	struct log_filter *filter;
	struct log_match *match;
	struct log_line line;
	struct log_page *page;
	VEC(struct log_row) found;
	void (*done)(void *user, struct log_page *page);
};

void log_page_free(struct log_page *page)
{
	if (!page)
		return;
	arena_release(&page->arena);
	free(page->rows);
	free(page);
}

void log_row_parse(const struct log_row *row, const struct line_parser *parser, struct log_line *ret, char *space)
{
	log_line_parse(ret, parser, row->raw.text, row->raw.length, space);
}

/* Copied with its NULs, which arena_strndup would stop at. */
static struct line_text keep(struct log_page *page, struct line_text text)
{
	char *copy = arena_alloc(&page->arena, text.length + 1);

	if (text.text && text.length)
		memcpy(copy, text.text, text.length);
	return (struct line_text){ copy, text.length };
}

/* A part of the raw line needs no copy of its own. */
static struct line_text keep_part(struct log_page *page, struct line_text part, const struct scan_line *line,
				  struct line_text raw)
{
	if (part.text && part.text >= line->text && part.text + part.length <= line->text + line->length)
		return (struct line_text){ raw.text + (part.text - line->text), part.length };
	return keep(page, part);
}

static bool take_row(struct work *base, const struct scan_line *line)
{
	struct page_work *work = (struct page_work *)base;
	struct log_row *row;

	if (!log_match_raw(work->match, line->text, line->length))
		return true;
	log_line_parse(&work->line, &base->parser, line->text, line->length, base->scan.space);
	if (work->line.time_ms != LOG_NO_TIME)
		base->scan.seen_ms = work->line.time_ms;
	if (!log_match_line(work->match, &work->line, line->text, line->length))
		return true;
	row = vec_add(&work->found);
	row->at = scan_cursor(&base->scan, line->begin);
	row->time_ms = work->line.time_ms;
	row->level = work->line.level;
	row->shape = work->line.shape;
	row->raw = keep(work->page, (struct line_text){ line->text, line->length });
	row->message = keep_part(work->page, work->line.message, line, row->raw);
	row->component = work->line.component.text ? keep_part(work->page, work->line.component, line, row->raw)
						   : (struct line_text){ "", 0 };
	row->skipped = line->skipped;
	base->found = work->found.count;
	return work->found.count < work->rows && work->page->arena.total < LOG_PAGE_MEMORY;
}

static void end_page(struct page_work *work, enum log_page_end end)
{
	struct log_page *page = work->page;
	struct scan *scan = &work->work.scan;
	bool forward = work->direction == LOG_FORWARD;
	size_t count = work->found.count;
	struct log_cursor begin;

	page->end = end;
	page->count = count;
	page->rows = work->found.items;
	work->found.items = NULL;
	for (size_t i = 0; !forward && i < count / 2; i++) {
		struct log_row row = page->rows[i];

		page->rows[i] = page->rows[count - 1 - i];
		page->rows[count - 1 - i] = row;
	}
	/* What lies between where it began and the first row found was looked at: no need to do so again. */
	begin = scan->has_origin ? scan->origin : scan->parts.list.count ? work->from : log_cursor_begin();
	page->next = scan->from_end ? begin : scan_cursor(scan, scan->at);
	page->first = forward ? begin : page->next;
	page->last = forward ? page->next : begin;
	page->gave_up = log_match_gave_up(work->match);
	page->scanned_bytes = scan->scanned_bytes;
	page->scanned_lines = scan->scanned_lines;
	page->elapsed_ms = clock_monotonic_ms() - work->work.begun_ms;
	snprintf(page->reason, sizeof(page->reason), "%s", scan->reason);
}

static bool page_step(struct work *base)
{
	struct page_work *work = (struct page_work *)base;
	struct scan *scan = &base->scan;
	enum scan_step step;

	if (!base->started) {
		base->started = true;
		if (scan_begin(base) < 0) {
			end_page(work, LOG_PAGE_FAILED);
			return true;
		}
		work->page->moved = !scan_goto(scan, &work->from);
	}
	step = work->direction == LOG_FORWARD ? scan_forward(base, take_row) : scan_backward(base, take_row);
	if (step == SCAN_LINE)
		end_page(work, LOG_PAGE_FULL);
	else if (step == SCAN_EDGE)
		end_page(work, scan->reason[0] && !scan->parts.list.count ? LOG_PAGE_FAILED : LOG_PAGE_EDGE);
	else if (scan->scanned_bytes >= work->limit_bytes)
		end_page(work, LOG_PAGE_LIMIT);
	else
		return false;
	return true;
}

static void page_finish(struct work *base, void *user)
{
	struct page_work *work = (struct page_work *)base;
	struct log_page *page = work->page;

	work->page = NULL;
	work->done(user, page);
}

static void page_release(struct work *base)
{
	struct page_work *work = (struct page_work *)base;

	log_page_free(work->page);
	vec_release(&work->found);
	log_match_free(work->match);
	log_filter_drop(work->filter);
}

struct log_request *log_ask(struct loop *loop, struct pool *pool, const struct log_question *question,
			    struct error *error)
{
	struct page_work *work = mem_zalloc(sizeof(*work));

	work_init(&work->work, question->source);
	work->work.step = page_step;
	work->work.finish = page_finish;
	work->work.release = page_release;
	work->from = question->from;
	work->direction = question->direction;
	work->rows = question->rows && question->rows < LOG_PAGE_ROWS ? question->rows : LOG_PAGE_ROWS;
	work->limit_bytes = question->limit_bytes ? question->limit_bytes : LOG_PAGE_BYTES;
	work->filter = log_filter_hold(question->filter);
	work->match = log_match_new(work->filter);
	work->page = mem_zalloc(sizeof(*work->page));
	work->done = question->done;
	return work_ask(loop, pool, &work->work, question->progress, question->user, error);
}
