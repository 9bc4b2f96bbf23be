/* The table of actions: whole, and in the tone of the house. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#include "ui/input/action.h"

Test(action, rows_are_whole)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = action_row((enum action)i);

		cr_assert_not_null(row->name, "action %d", i);
		cr_assert_gt(strlen(row->name), 0);
		cr_assert_gt(strlen(row->help), 0, "%s", row->name);
		cr_assert_gt(strlen(row->group), 0, "%s", row->name);
		cr_assert_neq(row->contexts, 0, "%s", row->name);
		cr_assert_eq(row->contexts & ~(unsigned)CONTEXT_ALL, 0, "%s", row->name);
		cr_assert(!row->hint || *row->hint, "%s: a hint is a word or none", row->name);
	}
}

Test(action, words_are_calm)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const struct action_row *row = action_row((enum action)i);

		for (const char *at = row->name; *at; at++)
			cr_assert(islower((unsigned char)*at) || isdigit((unsigned char)*at) || *at == '-', "%s",
				  row->name);
		cr_assert(islower((unsigned char)row->help[0]), "%s", row->help);
		cr_assert_neq(row->help[strlen(row->help) - 1], '.', "%s", row->help);
		cr_assert_null(strchr(row->help, '!'), "%s", row->help);
		cr_assert_leq(strlen(row->help), 75, "%s", row->help);
		cr_assert(!row->hint || strlen(row->hint) <= 10, "%s", row->name);
	}
}

Test(action, names_are_found_and_differ)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		cr_assert_eq(action_find(action_row((enum action)i)->name), (enum action)i, "%s is not the only one",
			     action_row((enum action)i)->name);
	cr_assert_eq(action_find("none"), ACTION_NONE);
	cr_assert_eq(action_find(""), ACTION_NONE);
	cr_assert_eq(action_find("Focus-Left"), ACTION_NONE);
	cr_assert_eq(action_find("focus-lef"), ACTION_NONE);
}

Test(action, out_of_range_means_nothing)
{
	cr_assert_eq(action_row(ACTION_NONE)->contexts, 0);
	cr_assert_eq(action_row(ACTION_COUNT), action_row(ACTION_NONE));
	cr_assert_eq(action_row((enum action)9999), action_row(ACTION_NONE));
}

Test(action, what_acts_is_told_apart)
{
	for (int i = ACTION_NONE; i < ACTION_COUNT; i++)
		cr_assert_eq(action_row((enum action)i)->acts,
			     i == ACTION_RETRY || i == ACTION_THEME ||
				     (i >= ACTION_ACKNOWLEDGE && i <= ACTION_TERMINAL),
			     "%s", action_row((enum action)i)->name);
}

/* One is always a step away from help and from the way out. */
Test(action, help_and_back_work_everywhere_and_stay_longest)
{
	cr_assert_eq(action_row(ACTION_HELP)->contexts, CONTEXT_ALL);
	cr_assert_eq(action_row(ACTION_BACK)->contexts, CONTEXT_ALL);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		if (i != ACTION_HELP)
			cr_assert_gt(action_row((enum action)i)->rank, action_row(ACTION_HELP)->rank);
		if (i != ACTION_HELP && i != ACTION_BACK)
			cr_assert_gt(action_row((enum action)i)->rank, action_row(ACTION_BACK)->rank);
	}
}
