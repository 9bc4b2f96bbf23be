/*
 * The state of choosing variables: the list of them, the values of one, what
 * is marked, what is typed. Values are kept as texts of its own, since the
 * board's options are renewed whenever they are asked for.
 */
#ifndef UI_VIEW_PICKER_H
#define UI_VIEW_PICKER_H

#include <sys/types.h>

#include "base/vec.h"
#include "ui/view/console.h"

#define PICKER_ALL "$__all"

enum picker_level { PICK_VARIABLE, PICK_VALUE, PICK_TEXT };

/* What a row of the values stands for. */
enum row_kind { ROW_ALL, ROW_OPTION, ROW_TYPED };

struct picker {
	enum picker_level level;
	size_t variable;      /* index into the board's variables */
	int at, top;          /* row under the cursor, first row shown */
	int at_variable;      /* where the list of variables is gone back to */
	struct prompt filter; /* what is typed: part of a value, or a value */
	VEC(char *) chosen;   /* marked values */
	bool all;             /* All is marked */
	bool marked;          /* something was marked or unmarked */
};

/* The number of variables that can be chosen, and the index of the n-th of them. */
size_t picker_variable_count(const struct console *console);
size_t picker_variable(const struct console *console, size_t n);

/* The variable whose values are shown. */
struct variable_state *picker_state(const struct console *console, const struct picker *picker);
bool picker_takes_several(const struct variable_state *state);

/* What the n-th row of the values is; false behind the last. `ret_count`, when not NULL, gets the number of rows. */
bool picker_value_row(const struct console *console, const struct picker *picker, int n, enum row_kind *ret_kind,
		      const struct variable_option **ret_option, int *ret_count);

/* Rows of the present list, and how many of them fit. */
int picker_row_count(const struct console *console, const struct picker *picker);
int picker_list_height(const struct console *console, const struct picker *picker);

/* Keep the cursor within the list and in sight. */
void picker_keep_in_sight(const struct console *console, struct picker *picker);

/* Marks. All and single values exclude each other. */
void picker_clear(struct picker *picker);
ssize_t picker_find_chosen(const struct picker *picker, const char *value);
void picker_toggle(struct console *console, struct picker *picker);

#endif
