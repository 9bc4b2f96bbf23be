#include "ui/view/logs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/view/logs_private.h"

#define GRAPH_DEFAULT CLOCK_HOUR

struct logs *logs_new(struct collect *collect)
{
	struct logs *logs = mem_zalloc(sizeof(*logs));

	logs->collect = collect;
	logs->chosen = logs->focus = -1;
	logs->follow = true;
	logs->seek_ms = LOG_NO_TIME;
	logs->range_ms = GRAPH_DEFAULT;
	return logs;
}

/* ---- pages ---- */

static void forget_entries(struct logs *logs)
{
	for (size_t i = 0; i < logs->entries.count; i++) {
		free(logs->entries.items[i].job);
		free(logs->entries.items[i].name);
	}
	vec_clear(&logs->entries);
}

void logs_cancel(struct logs *logs)
{
	if (logs->request)
		log_request_cancel(logs->request);
	logs->request = NULL;
	logs->doing = LOGS_NOTHING;
	logs->progressed = false;
}

static void forget_graph(struct logs *logs)
{
	if (logs->counting)
		log_request_cancel(logs->counting);
	logs->counting = NULL;
	free(logs->density);
	logs->density = NULL;
	logs->density_at_ms = 0;
}

void logs_forget_lines(struct logs *logs)
{
	for (size_t i = 0; i < logs->pages.count; i++)
		log_page_free(logs->pages.items[i]);
	vec_clear(&logs->pages);
	logs->count = logs->scroll = logs->owed = 0;
	logs->focus = -1;
}

void logs_begin_at(struct logs *logs, struct log_cursor cursor, bool at_begin, bool at_end)
{
	logs_cancel(logs);
	logs_forget_lines(logs);
	logs->aim = logs->behind = logs->cut_off = false;
	logs->older = logs->newer = cursor;
	logs->at_begin = at_begin;
	logs->at_end = at_end;
	logs->looked_bytes = 0;
	logs_unsay(logs);
}

void logs_unsay(struct logs *logs)
{
	logs->reason[0] = '\0';
	logs->remark = false;
}

/* A remark is about the step before. */
static void step_on(struct logs *logs)
{
	if (logs->remark)
		logs_unsay(logs);
}

void logs_free(struct logs *logs)
{
	if (!logs)
		return;
	logs_begin_at(logs, log_cursor_end(), true, true);
	forget_graph(logs);
	forget_entries(logs);
	vec_release(&logs->entries);
	vec_release(&logs->pages);
	log_filter_drop(logs->filter);
	free(logs->wish);
	free(logs);
}

const struct log_row *logs_row(const struct logs *logs, int index)
{
	for (size_t i = 0; index >= 0 && i < logs->pages.count; i++) {
		const struct log_page *page = logs->pages.items[i];

		if ((size_t)index < page->count)
			return &page->rows[index];
		index -= (int)page->count;
	}
	return NULL;
}

/* ---- which log ---- */

/* The last part of a path; a command is whole. */
static const char *file_name(const struct logs_entry *entry)
{
	const char *slash = entry->is_file ? strrchr(entry->name, '/') : NULL;

	return slash && slash[1] ? slash + 1 : entry->name;
}

const char *logs_entry_label(const struct logs *logs, size_t entry)
{
	const char *name = logs->entries.items[entry].name, *label = file_name(&logs->entries.items[entry]);

	for (size_t i = 0; i < logs->entries.count; i++)
		if (i != entry && strcmp(file_name(&logs->entries.items[i]), label) == 0) {
			/* One folder more. */
			label -= label > name + 1;
			while (label > name && label[-1] != '/')
				label--;
			return label;
		}
	return label;
}

static void take_entries(struct logs *logs)
{
	forget_entries(logs);
	logs->chosen = -1;
	for (size_t i = 0; i < collect_count(logs->collect); i++) {
		struct collector_state state;
		struct log_sources sources;

		collect_logs(logs->collect, i, &sources);
		collect_get_state(logs->collect, i, &state);
		for (size_t k = 0; k < sources.count; k++) {
			const struct log_source *source = &sources.items[k];

			if (logs->named && i == logs->collector && source->id == logs->id)
				logs->chosen = (int)logs->entries.count;
			vec_push(&logs->entries, (struct logs_entry){ .collector = i,
								      .id = source->id,
								      .job = mem_strdup(state.job),
								      .name = mem_strdup(source->name),
								      .is_file = source->path != NULL,
								      .gone = source->gone });
		}
	}
}

static void choose(struct logs *logs, int entry)
{
	bool same = logs->named && logs->chosen == entry;

	logs->chosen = entry;
	logs->collector = logs->entries.items[entry].collector;
	logs->id = logs->entries.items[entry].id;
	logs->named = true;
	if (same)
		return;
	/* A time to go to may have been named before there was a log to go to it in. */
	logs->follow = logs->seek_ms == LOG_NO_TIME;
	logs->worst = false;
	logs->revision = logs->lines_seen = 0;
	forget_graph(logs);
	logs_begin_at(logs, log_cursor_end(), false, false);
}

const struct log_source *logs_source(const struct logs *logs)
{
	struct log_sources sources;

	if (!logs->named || logs->collector >= collect_count(logs->collect))
		return NULL;
	collect_logs(logs->collect, logs->collector, &sources);
	for (const struct log_source *source = sources.items; source < sources.items + sources.count; source++)
		if (source->id == logs->id)
			return source;
	return NULL;
}

bool logs_step(struct logs *logs, int step)
{
	int count = (int)logs->entries.count;
	const struct log_row *row = logs->follow ? NULL : logs_row(logs, logs->focus);
	int64_t time_ms = row ? row->time_ms : LOG_NO_TIME;

	if (count < 2)
		return false;
	/* What did the other one say then? */
	logs->seek_ms = time_ms;
	choose(logs, (logs->chosen + step + count) % count);
	return true;
}

bool logs_choose(struct logs *logs, const char *name)
{
	take_entries(logs);
	for (int part = 0; part < 2; part++)
		for (size_t i = 0; i < logs->entries.count; i++) {
			const struct logs_entry *entry = &logs->entries.items[i];
			const char *file = file_name(entry);

			if (part ? strcasestr(entry->name, name) || strcasestr(entry->job, name)
				 : !strcmp(file, name) || !strcmp(entry->name, name) || !strcmp(entry->job, name)) {
				choose(logs, (int)i);
				return true;
			}
		}
	return false;
}

void logs_wish(struct logs *logs, const char *name)
{
	char *wish = mem_strdup(name);

	free(logs->wish);
	logs->wish = wish;
}

bool logs_wished(const struct logs *logs)
{
	return logs->wish != NULL;
}

/* What is wished for comes first; another log is not shown in its place. */
static void choose_first(struct logs *logs)
{
	if (logs->wish && !logs_choose(logs, logs->wish))
		return;
	free(logs->wish);
	logs->wish = NULL;
	if (logs->chosen < 0)
		choose(logs, 0);
}

/* The last log is gone for good: its lines go with it. */
static void forget_chosen(struct logs *logs)
{
	logs->named = false;
	logs->follow = true;
	logs->worst = false;
	logs->seek_ms = LOG_NO_TIME;
	forget_graph(logs);
	logs_begin_at(logs, log_cursor_end(), false, false);
}

void logs_take(struct logs *logs, int rows, size_t columns, int64_t now_ms)
{
	const struct log_source *source;

	take_entries(logs);
	if ((logs->chosen < 0 || logs->wish) && logs->entries.count)
		choose_first(logs);
	else if (logs->chosen < 0 && logs->named)
		forget_chosen(logs);
	source = logs_source(logs);
	logs->columns = columns;
	if (!source)
		return;
	if (!logs->request)
		logs_ask(logs, source, rows);
	logs_ask_density(logs, source, now_ms);
}

bool logs_busy(const struct logs *logs)
{
	/* Files are found by the first look of who follows them. */
	if (!logs->named && collect_waiting(logs->collect))
		return true;
	return logs->request || (logs->follow && (logs->behind || logs->cut_off)) || logs->worst ||
	       (logs->named && logs->seek_ms != LOG_NO_TIME) || (logs->counting && !logs->density);
}

void logs_rest(struct logs *logs)
{
	logs_cancel(logs);
	if (logs->counting)
		log_request_cancel(logs->counting);
	logs->counting = NULL;
	if (!logs->density)
		logs->density_at_ms = 0;
}

/* ---- going about ---- */

void logs_go_to(struct logs *logs, int row)
{
	if (!logs->count)
		return;
	step_on(logs);
	logs->follow = row >= logs->count - 1 && logs->at_end;
	/* Keys may be faster than pages come. */
	if (row < 0 && !logs->at_begin)
		logs->owed = (logs->owed < 0 ? logs->owed : 0) + row;
	else if (row >= logs->count && !logs->at_end)
		logs->owed = (logs->owed > 0 ? logs->owed : 0) + row - (logs->count - 1);
	else
		logs->owed = 0;
	logs->focus = row < 0 ? 0 : row >= logs->count ? logs->count - 1 : row;
	if (!logs->follow && (logs->doing == LOGS_WORST || logs->doing == LOGS_LATEST))
		logs_cancel(logs);
}

void logs_go_end(struct logs *logs)
{
	step_on(logs);
	logs->follow = true;
	logs->worst = false;
	logs->seek_ms = LOG_NO_TIME;
	logs->end_ms = 0;
	if (logs->doing == LOGS_SEEK || logs->doing == LOGS_WORST)
		logs_cancel(logs);
	logs->owed = 0;
	if (logs->at_end && logs->count)
		logs->focus = logs->count - 1;
	else
		logs_begin_at(logs, log_cursor_end(), false, false);
}

void logs_go_begin(struct logs *logs)
{
	step_on(logs);
	logs->follow = false;
	logs->worst = false;
	logs->seek_ms = LOG_NO_TIME;
	if (logs->at_begin && logs->count) {
		logs->focus = logs->owed = 0;
		return;
	}
	logs_begin_at(logs, log_cursor_begin(), true, false);
	logs->aim = true;
}

void logs_go_time(struct logs *logs, int64_t time_ms)
{
	logs_cancel(logs);
	step_on(logs);
	logs->follow = false;
	logs->worst = false;
	logs->seek_ms = time_ms;
	/* The graph shows it too. */
	if (logs->density && (time_ms < logs->density->from_ms || time_ms > logs->density->to_ms))
		logs->end_ms = time_ms + logs->range_ms / 2;
}

void logs_go_worst(struct logs *logs)
{
	const struct log_row *row = logs_row(logs, logs->focus);

	logs_cancel(logs);
	step_on(logs);
	logs->looked_bytes = 0;
	logs->seek_ms = LOG_NO_TIME;
	logs->worst_from = row ? row->at : log_cursor_end();
	logs->worst = true;
}

int logs_set_filter(struct logs *logs, const char *typed, struct error *error)
{
	struct log_filter *filter = NULL;
	const struct log_row *row = logs_row(logs, logs->focus);
	struct log_cursor at = row ? row->at : log_cursor_end();

	typed += strspn(typed, " ");
	if (strlen(typed) >= sizeof(logs->filter_text))
		return error_set(error, "the filter is too long (at most %zu bytes)", sizeof(logs->filter_text) - 1);
	if (*typed) {
		filter = log_filter_read(typed, error);
		if (!filter)
			return -1;
	}
	log_filter_drop(logs->filter);
	logs->filter = filter;
	snprintf(logs->filter_text, sizeof(logs->filter_text), "%s", typed);
	logs->worst = false;
	if (logs->follow) {
		logs_begin_at(logs, log_cursor_end(), false, false);
		return 0;
	}
	/* Where one was, or the first line behind it that passes. */
	logs_begin_at(logs, at, false, false);
	logs->aim = true;
	return 0;
}
