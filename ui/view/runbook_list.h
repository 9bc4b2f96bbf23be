/*
 * The list of a system's runbooks, the runs that are open above them. A file
 * is read when its row comes into sight. The focus follows its row.
 */
#ifndef UI_VIEW_RUNBOOK_LIST_H
#define UI_VIEW_RUNBOOK_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "runbook/run.h"
#include "runbook/runbook_index.h"

struct console;
struct runbook_desk;

/* What a row says of a file. */
struct runbook_brief {
	const struct runbook_file *file;
	bool read;
	char *fault; /* why it cannot be read; NULL */
	int priority;
	int64_t mttr_ms;
	size_t steps, faults; /* steps that are to be done; faults lint finds */
};

struct runbook_list_row {
	const struct run *run; /* NULL: a file */
	size_t brief;
};

struct runbook_list {
	VEC(struct runbook_brief) briefs;
	VEC(struct runbook_list_row) rows;
	char *selected; /* id of a run, path of a file; NULL: the first */
	int scroll;
	char filter[128];
};

struct runbook_list *runbook_list_new(void);
void runbook_list_free(struct runbook_list *list);

/* The rows as they are now; of `visible` of them, from the scroll on, the files are read. */
void runbook_list_take(struct runbook_desk *desk, int visible);

/* Row with the focus; -1: none. */
int runbook_list_focus(const struct runbook_list *list);
void runbook_list_go_to(struct runbook_list *list, int row);
const struct runbook_list_row *runbook_list_row(const struct runbook_list *list, int row);

/* What a row is called: the runbook's title, or its slug. */
const char *runbook_list_name(const struct runbook_list *list, const struct runbook_list_row *row);

/* "3d ago by ana, 2.3 failed", "never"; true when something failed then. */
bool runbook_list_add_freshness(const struct runbook_desk *desk, const char *slug, int64_t now_ms, struct strbuf *ret);

#endif
