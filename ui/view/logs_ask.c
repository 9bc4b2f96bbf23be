/* What the logs view asks of a log, and what it makes of the answers. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "ui/view/logs_private.h"

#define PAGE_ROWS    400
#define ROWS_MOST    6000                 /* kept; beyond them the far side goes ... */
#define MEMORY_MOST  ((size_t)12 << 20)   /* ... and beyond so many bytes, where lines are long */
#define PAGE_BYTES   (UINT64_C(32) << 20) /* looked through by one question; then new lines get their turn */
#define CONTEXT_ROWS 8                    /* shown above a line that one jumped to */
#define OWED_MOST    2000                 /* rows that keys may be ahead of the pages */
#define AHEAD        3                    /* screens of lines that are there before one comes to them */
#define FLOOD_MS     200                  /* lines that no eye can follow are shown so often */
#define GRAPH_EVERY  (5 * CLOCK_SECOND)

static void logs_mark(const struct logs *logs)
{
	loop_mark_dirty(collect_bridges(logs->collect)->loop);
}

static size_t memory_of(const struct logs *logs)
{
	size_t sum = 0;

	for (size_t i = 0; i < logs->pages.count; i++)
		sum += logs->pages.items[i]->arena.total + logs->pages.items[i]->count * sizeof(struct log_row);
	return sum;
}

/* Keep the stretch short: whole pages go from the side that is far from the focus. */
static void trim(struct logs *logs, bool old_side)
{
	while (logs->pages.count > 2 && (logs->count > ROWS_MOST || memory_of(logs) > MEMORY_MOST)) {
		size_t at = old_side ? 0 : logs->pages.count - 1;
		struct log_page *page = logs->pages.items[at];
		int rows = (int)page->count;

		if (old_side ? logs->focus < rows : logs->focus >= logs->count - rows)
			return;
		log_page_free(page);
		logs->pages.count--;
		logs->count -= rows;
		if (old_side) {
			memmove(logs->pages.items, logs->pages.items + 1,
				logs->pages.count * sizeof(*logs->pages.items));
			logs->focus -= rows;
			logs->scroll -= rows;
			logs->shifted -= rows;
			logs->older = logs->pages.items[0]->first;
			logs->at_begin = false;
		} else {
			logs->newer = logs->pages.items[logs->pages.count - 1]->last;
			logs->at_end = false;
		}
	}
}

/* Rows have come: the focus goes on as far as it was moved, and no further than there are. */
static void go_on(struct logs *logs)
{
	int focus = logs->focus + logs->owed, last = logs->count - 1;

	if (!logs->owed || logs->focus < 0)
		return;
	logs->focus = focus < 0 ? 0 : focus > last ? last : focus;
	logs->owed = focus - logs->focus;
	if (logs->owed > OWED_MOST || logs->owed < -OWED_MOST)
		logs->owed = logs->owed > 0 ? OWED_MOST : -OWED_MOST;
	if (logs->owed > 0 ? logs->at_end : logs->at_begin) {
		logs->follow = logs->owed > 0;
		logs->owed = 0;
	}
}

static void put_in_front(struct logs *logs, struct log_page *page)
{
	int rows = (int)page->count;

	vec_push(&logs->pages, NULL);
	memmove(logs->pages.items + 1, logs->pages.items, (logs->pages.count - 1) * sizeof(*logs->pages.items));
	logs->pages.items[0] = page;
	logs->count += rows;
	logs->scroll += rows;
	logs->shifted += rows;
	logs->focus = logs->focus < 0 ? logs->count - 1 : logs->focus + rows;
	/* Nothing came behind the place one jumped to: the line before it has to do. */
	logs->aim = false;
	go_on(logs);
	trim(logs, false);
}

static void put_behind(struct logs *logs, struct log_page *page)
{
	int before = logs->count;

	vec_push(&logs->pages, page);
	logs->count += (int)page->count;
	if (logs->follow) {
		logs->focus = logs->count - 1;
	} else if (logs->focus < 0 || logs->aim) {
		logs->focus = before;
		logs->scroll = before - CONTEXT_ROWS;
	}
	logs->aim = false;
	go_on(logs);
	trim(logs, true);
}

static void remark(struct logs *logs, const char *text)
{
	snprintf(logs->reason, sizeof(logs->reason), "%s", text);
	logs->remark = true;
}

static void note_page(struct logs *logs, const struct log_page *page)
{
	logs_unsay(logs);
	if (page->end == LOG_PAGE_FAILED || page->reason[0])
		snprintf(logs->reason, sizeof(logs->reason), "%s", page->reason[0] ? page->reason : "cannot be read");
	else if (page->gave_up)
		snprintf(logs->reason, sizeof(logs->reason), "the pattern met its limits: lines may be missing");
	logs->looked_bytes = page->count || page->end != LOG_PAGE_LIMIT ? 0 : logs->looked_bytes + page->scanned_bytes;
}

static void on_older(struct logs *logs, struct log_page *page)
{
	/* What came before is deleted or was written over: the nearest there is would be other lines. */
	if (page->moved && logs->pages.count) {
		logs->at_begin = true;
		log_page_free(page);
		return;
	}
	logs->older = page->next;
	logs->at_begin = page->end == LOG_PAGE_EDGE || page->end == LOG_PAGE_FAILED;
	if (!logs->pages.count && logs->newer.part == LOG_PART_END) {
		/* The first look from the end: from here on it is followed. */
		logs->newer = page->last;
		logs->at_end = true;
	}
	if (page->count) {
		put_in_front(logs, page);
		return;
	}
	log_page_free(page);
	go_on(logs);
}

static void on_newer(struct logs *logs, struct log_page *page)
{
	/* Of what was truncated nothing follows what was read; one who follows goes on with what there is now. */
	if (page->moved && logs->pages.count) {
		logs->cut_off = logs->at_end = true;
		if (!logs->follow)
			snprintf(logs->reason, sizeof(logs->reason), "what followed is gone from the log");
		log_page_free(page);
		return;
	}
	/* So much came that the lines in between would only fly past. */
	if (logs->follow && page->end == LOG_PAGE_FULL && logs->pages.count) {
		logs->behind = true;
		log_page_free(page);
		return;
	}
	logs->newer = page->next;
	logs->at_end = page->end == LOG_PAGE_EDGE || page->end == LOG_PAGE_FAILED;
	if (page->count) {
		put_behind(logs, page);
		return;
	}
	log_page_free(page);
	go_on(logs);
}

/* The end as it is now takes the place of what was shown, at one stroke. */
static void on_latest(struct logs *logs, struct log_page *page)
{
	if (!logs->follow || page->end == LOG_PAGE_FAILED) {
		log_page_free(page);
		return;
	}
	logs_forget_lines(logs);
	logs->cut_off = false;
	logs->older = page->next;
	logs->newer = page->last;
	logs->at_begin = page->end == LOG_PAGE_EDGE;
	logs->at_end = true;
	if (page->count)
		put_in_front(logs, page);
	else
		log_page_free(page);
}

/* The error before the focus: its page is shown around it. */
static void on_worst(struct logs *logs, struct log_page *page)
{
	bool found = page->count > 0, more = page->end == LOG_PAGE_LIMIT;
	struct log_cursor at = found ? page->rows[0].at : page->next;

	if (page->end == LOG_PAGE_FAILED) {
		log_page_free(page);
		return;
	}
	log_page_free(page);
	if (found) {
		logs->follow = false;
		logs_begin_at(logs, at, false, false);
		logs->aim = true;
	} else if (more) {
		logs->worst_from = at;
		logs->worst = true;
	} else {
		remark(logs, "no error before this line");
	}
}

static void on_page(void *user, struct log_page *page)
{
	struct logs *logs = user;
	enum logs_doing doing = logs->doing;

	logs->request = NULL;
	logs->doing = LOGS_NOTHING;
	logs->progressed = false;
	note_page(logs, page);
	switch (doing) {
	case LOGS_OLDER: on_older(logs, page); break;
	case LOGS_NEWER: on_newer(logs, page); break;
	case LOGS_LATEST: on_latest(logs, page); break;
	default: on_worst(logs, page); break;
	}
	logs_mark(logs);
}

static void on_progress(void *user, const struct log_progress *progress)
{
	struct logs *logs = user;

	logs->progress = *progress;
	logs->progressed = true;
	logs_mark(logs);
}

static void on_found(void *user, const struct log_cursor *cursor, bool found, const char *reason)
{
	struct logs *logs = user;

	logs->request = NULL;
	logs->doing = LOGS_NOTHING;
	logs_begin_at(logs, *cursor, false, false);
	logs->aim = found;
	if (reason && *reason)
		snprintf(logs->reason, sizeof(logs->reason), "%s", reason);
	logs_mark(logs);
}

static void ask(struct logs *logs, const struct log_source *source, enum logs_doing doing, struct log_cursor from,
		struct log_filter *filter, size_t rows)
{
	struct log_question question = {
		.source = source,
		.from = from,
		.direction = doing == LOGS_NEWER ? LOG_FORWARD : LOG_BACKWARD,
		.rows = rows,
		.filter = filter,
		.limit_bytes = PAGE_BYTES,
		.progress = on_progress,
		.done = on_page,
		.user = logs,
	};
	struct error error = { "" };

	logs->request =
		log_ask(collect_bridges(logs->collect)->loop, collect_bridges(logs->collect)->pool, &question, &error);
	logs->doing = logs->request ? doing : LOGS_NOTHING;
	if (!logs->request)
		snprintf(logs->reason, sizeof(logs->reason), "%s", error.text);
}

static void ask_seek(struct logs *logs, const struct log_source *source)
{
	struct log_seek seek = {
		.source = source, .time_ms = logs->seek_ms, .progress = on_progress, .done = on_found, .user = logs
	};
	struct error error = { "" };

	logs->seek_ms = LOG_NO_TIME;
	logs->request =
		log_seek(collect_bridges(logs->collect)->loop, collect_bridges(logs->collect)->pool, &seek, &error);
	logs->doing = logs->request ? LOGS_SEEK : LOGS_NOTHING;
	if (!logs->request)
		snprintf(logs->reason, sizeof(logs->reason), "%s", error.text);
}

/* Of what is shown: an error that the filter hides is not jumped to. */
static void ask_worst(struct logs *logs, const struct log_source *source)
{
	struct log_filter *filter = log_filter_read_least(logs->filter_text, LINE_ERROR, NULL);

	logs->worst = false;
	if (filter)
		ask(logs, source, LOGS_WORST, logs->worst_from, filter, 1);
	log_filter_drop(filter);
}

/* More was written: is it worth reading through, and is it time to? */
static void note_growth(struct logs *logs, const struct log_source *source)
{
	int64_t now_ms = loop_monotonic_ms(collect_bridges(logs->collect)->loop);
	bool flood = logs->follow && !logs->filter && logs->count && source->lines > logs->lines_seen + PAGE_ROWS;

	if (!logs->at_end || source->revision == logs->revision)
		return;
	if (flood && now_ms - logs->latest_ms < FLOOD_MS)
		return;
	logs->at_end = false;
	logs->behind |= flood;
	logs->revision = source->revision;
	logs->lines_seen = source->lines;
}

/* What is missing around the focus, the side first that one looks at. */
static void ask_lines(struct logs *logs, const struct log_source *source, int rows)
{
	int above = logs->focus < 0 ? 0 : logs->focus, below = logs->count - 1 - logs->focus;
	bool newer = logs->follow ? logs->newer.part != LOG_PART_END : logs->focus < 0 || below < AHEAD * rows;

	note_growth(logs, source);
	if (logs->follow && (logs->behind || logs->cut_off)) {
		logs->latest_ms = loop_monotonic_ms(collect_bridges(logs->collect)->loop);
		ask(logs, source, LOGS_LATEST, log_cursor_end(), logs->filter, (size_t)rows * (AHEAD + 1));
		logs->behind = !logs->request;
		return;
	}
	logs->behind = false;
	/* The first look is from the end: what is there now need not be asked for again. */
	if (logs->newer.part == LOG_PART_END && !logs->pages.count) {
		logs->revision = source->revision;
		logs->lines_seen = source->lines;
	}
	if (!logs->at_end && newer)
		ask(logs, source, LOGS_NEWER, logs->newer, logs->filter, PAGE_ROWS);
	else if (!logs->at_begin && (above < AHEAD * rows || logs->count < rows))
		ask(logs, source, LOGS_OLDER, logs->older, logs->filter, PAGE_ROWS);
}

static void on_density(void *user, const struct log_density *density, const char *reason)
{
	struct logs *logs = user;

	(void)reason;
	logs->counting = NULL;
	if (!density)
		return;
	if (!logs->density)
		logs->density = mem_zalloc(sizeof(*logs->density));
	*logs->density = *density;
	logs_mark(logs);
}

void logs_ask_density(struct logs *logs, const struct log_source *source, int64_t now_ms)
{
	int64_t end_ms = logs->end_ms ? logs->end_ms : now_ms;
	struct log_density_question question = {
		.source = source,
		.from_ms = end_ms - logs->range_ms,
		.to_ms = end_ms,
		.buckets = logs->columns > LOG_DENSITY_BUCKETS ? LOG_DENSITY_BUCKETS : logs->columns,
		.done = on_density,
		.user = logs,
	};
	const struct log_density *density = logs->density;
	bool due = now_ms - logs->density_at_ms >= GRAPH_EVERY;
	bool same = density && density->count == question.buckets && (logs->end_ms ? density->to_ms == end_ms : !due) &&
		    density->to_ms - density->from_ms == logs->range_ms;

	/* One that failed is not asked again at once. */
	if (!question.buckets || logs->counting || same || (!density && !due && logs->density_at_ms))
		return;
	logs->density_at_ms = now_ms;
	logs->counting = log_ask_density(collect_bridges(logs->collect)->loop, collect_bridges(logs->collect)->pool,
					 &question, NULL);
}

void logs_ask(struct logs *logs, const struct log_source *source, int rows)
{
	if (logs->seek_ms != LOG_NO_TIME)
		ask_seek(logs, source);
	else if (logs->worst)
		ask_worst(logs, source);
	else
		ask_lines(logs, source, rows);
}
