#include "ui/view/runbook_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runbook/runbook.h"
#include "runbook/runbook_lint.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_says.h"

#define FAILED_MOST 3 /* steps that are named */

struct runbook_list *runbook_list_new(void)
{
	return mem_zalloc(sizeof(struct runbook_list));
}

void runbook_list_free(struct runbook_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->briefs.count; i++)
		free(list->briefs.items[i].fault);
	vec_release(&list->briefs);
	vec_release(&list->rows);
	free(list->selected);
	free(list);
}

/* ---- what is known of a file ---- */

static void read_brief(const struct runbook_desk *desk, struct runbook_brief *brief)
{
	const struct runbook_lint_context *context = desk->get_lint ? desk->get_lint(desk->user) : NULL;
	static const struct runbook_lint_context nothing = { .follow_files = true };
	struct error_list errors = { 0 };
	struct runbook runbook;

	brief->read = true;
	brief->priority = -1;
	if (runbook_read_file(&runbook, brief->file->path, &errors) < 0) {
		brief->fault = mem_strdup(errors.count ? errors.faults[0].text : "cannot be read");
		error_list_release(&errors);
		return;
	}
	brief->faults = errors.count + runbook_lint(&runbook, context ? context : &nothing, &errors);
	brief->priority = runbook.priority;
	brief->mttr_ms = runbook.mttr_ms > 0 ? runbook.mttr_ms : 0;
	for (size_t i = 0; i < runbook.steps.count; i++)
		brief->steps +=
			runbook.steps.items[i].kind == STEP_COMMAND || runbook.steps.items[i].kind == STEP_MANUAL;
	error_list_release(&errors);
	runbook_release(&runbook);
}

static void take_briefs(struct runbook_desk *desk)
{
	struct runbook_list *list = desk->list;
	const struct runbook_index *index = desk->get_index ? desk->get_index(desk->user) : NULL;

	for (size_t i = list->briefs.count; index && i < index->files.count; i++)
		vec_push(&list->briefs, (struct runbook_brief){ .file = &index->files.items[i], .priority = -1 });
}

/* ---- rows ---- */

static const char *key_of(const struct runbook_list *list, const struct runbook_list_row *row)
{
	return row->run ? row->run->id : list->briefs.items[row->brief].file->path;
}

const char *runbook_list_name(const struct runbook_list *list, const struct runbook_list_row *row)
{
	const struct runbook_file *file;

	if (row->run) {
		const struct run_event *opened = row->run->opened;

		return opened ? runbook_title(opened->title, opened->runbook) : row->run->id;
	}
	file = list->briefs.items[row->brief].file;
	return runbook_title(file->title, file->slug);
}

static bool passes(const struct runbook_list *list, const struct runbook_list_row *row)
{
	return !list->filter[0] || strcasestr(runbook_list_name(list, row), list->filter) ||
	       (!row->run && strcasestr(list->briefs.items[row->brief].file->slug, list->filter));
}

static void add_row(struct runbook_list *list, struct runbook_list_row row)
{
	if (passes(list, &row))
		vec_push(&list->rows, row);
}

void runbook_list_take(struct runbook_desk *desk, int visible)
{
	struct runbook_list *list = desk->list;

	take_briefs(desk);
	vec_clear(&list->rows);
	if (desk->runs)
		runs_fold(desk->runs);
	for (size_t i = 0; desk->runs && i < desk->runs->items.count; i++)
		if (!desk->runs->items.items[i]->closed)
			add_row(list, (struct runbook_list_row){ .run = desk->runs->items.items[i] });
	for (size_t i = 0; i < list->briefs.count; i++)
		add_row(list, (struct runbook_list_row){ .brief = i });
	for (int i = list->scroll; i < list->scroll + visible && i < (int)list->rows.count; i++) {
		const struct runbook_list_row *row = &list->rows.items[i];

		if (!row->run && !list->briefs.items[row->brief].read)
			read_brief(desk, &list->briefs.items[row->brief]);
	}
}

const struct runbook_list_row *runbook_list_row(const struct runbook_list *list, int row)
{
	return list && row >= 0 && (size_t)row < list->rows.count ? &list->rows.items[row] : NULL;
}

int runbook_list_focus(const struct runbook_list *list)
{
	for (size_t i = 0; list && list->selected && i < list->rows.count; i++)
		if (strcmp(key_of(list, &list->rows.items[i]), list->selected) == 0)
			return (int)i;
	return list && list->rows.count ? 0 : -1;
}

void runbook_list_go_to(struct runbook_list *list, int row)
{
	int last = (int)list->rows.count - 1;
	const struct runbook_list_row *at = runbook_list_row(list, row > last ? last : row < 0 ? 0 : row);

	free(list->selected);
	list->selected = at ? mem_strdup(key_of(list, at)) : NULL;
}

bool runbook_list_add_freshness(const struct runbook_desk *desk, const char *slug, int64_t now_ms, struct strbuf *ret)
{
	struct run_freshness freshness = { 0 };
	char ago[16];
	bool failed;

	if (!desk->runs) {
		strbuf_addstr(ret, "not known");
		return false;
	}
	runs_get_freshness(desk->runs, slug, &freshness);
	failed = freshness.failed.count > 0;
	if (!freshness.last) {
		strbuf_addstr(ret, "never");
	} else {
		duration_format(now_ms > freshness.last->last_ms ? now_ms - freshness.last->last_ms : 1, ago,
				sizeof(ago));
		strbuf_addf(ret, "%s ago by ", ago);
		runbook_add_person(freshness.last->opened ? freshness.last->opened->actor : "somebody", ret);
	}
	for (size_t i = 0; i < freshness.failed.count && i < FAILED_MOST; i++)
		strbuf_addf(ret, "%s %s", i ? "" : ", failed:", freshness.failed.items[i]);
	if (freshness.failed.count > FAILED_MOST)
		strbuf_addf(ret, " +%zu", freshness.failed.count - FAILED_MOST);
	run_freshness_release(&freshness);
	return failed;
}
