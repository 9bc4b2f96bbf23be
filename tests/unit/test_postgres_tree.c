#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "collect/postgres_tree.h"

#define MOST 8

/* One session and whom it waits for, ended by -1. */
struct given {
	int pid;
	int blockers[MOST];
};

/* The tree as text: two spaces a level, '*' for what is above already, '!' where a ring closes, '?' for a stranger. */
static void expect(const struct given *given, size_t count, const char *wanted)
{
	struct postgres_session sessions[MOST] = { 0 };
	struct postgres_tree tree;
	struct strbuf text = STRBUF_INIT;
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < count; i++) {
		sessions[i].pid = given[i].pid;
		sessions[i].blockers = given[i].blockers;
		while (given[i].blockers[sessions[i].blocker_count] >= 0)
			sessions[i].blocker_count++;
	}
	postgres_tree_make(sessions, count, &arena, &tree);
	for (size_t i = 0; i < tree.count; i++) {
		const struct postgres_tree_line *line = &tree.lines[i];

		strbuf_addf(&text, "%*s%d%s%s%s\n", (int)line->depth * 2, "", line->pid, line->again ? "*" : "",
			    line->ring ? "!" : "", line->session == POSTGRES_TREE_UNKNOWN ? "?" : "");
		if (line->session != POSTGRES_TREE_UNKNOWN)
			cr_expect_eq(given[line->session].pid, line->pid);
	}
	cr_expect_str_eq(text.text, wanted);
	strbuf_release(&text);
	arena_release(&arena);
}

Test(postgres_tree, of_nobody_and_of_no_wait)
{
	expect(NULL, 0, "");
	expect((struct given[]){ { 1, { -1 } }, { 2, { -1 } } }, 2, "");
}

Test(postgres_tree, chain_is_drawn_from_its_head_whatever_the_order)
{
	expect((struct given[]){ { 10, { -1 } }, { 20, { 10, -1 } }, { 30, { 20, -1 } } }, 3, "10\n  20\n    30\n");
	expect((struct given[]){ { 30, { 20, -1 } }, { 20, { 10, -1 } }, { 10, { -1 } } }, 3, "10\n  20\n    30\n");
}

Test(postgres_tree, queue_stands_in_its_order)
{
	/* All want what 1 has; each is told of all that are in front of it. */
	expect((struct given[]){ { 1, { -1 } }, { 2, { 1, -1 } }, { 3, { 1, 2, -1 } }, { 4, { 1, 2, 3, -1 } } }, 4,
	       "1\n  2\n    3\n      4\n");
}

Test(postgres_tree, several_wait_for_one_and_one_for_several)
{
	expect((struct given[]){ { 1, { -1 } }, { 2, { 1, -1 } }, { 3, { 1, -1 } } }, 3, "1\n  2\n  3\n");
	expect((struct given[]){ { 1, { -1 } }, { 2, { -1 } }, { 3, { 1, 2, -1 } }, { 4, { 3, -1 } } }, 4,
	       "1\n  3\n    4\n2\n  3*\n");
}

Test(postgres_tree, rings_end)
{
	expect((struct given[]){ { 1, { 2, -1 } }, { 2, { 1, -1 } } }, 2, "1\n  2\n    1!\n");
	expect((struct given[]){ { 1, { 1, -1 } } }, 1, "1\n  1!\n");
	/* 4 waits for a ring of three. */
	expect((struct given[]){ { 1, { 3, -1 } }, { 2, { 1, -1 } }, { 3, { 2, -1 } }, { 4, { 3, -1 } } }, 4,
	       "1\n  2\n    3\n      1!\n      4\n");
}

Test(postgres_tree, strangers_and_prepared_transactions_block_too)
{
	expect((struct given[]){ { 5, { 99, -1 } } }, 1, "99?\n  5\n");
	expect((struct given[]){ { 5, { 0, -1 } }, { 6, { 0, -1 } } }, 2, "0?\n  5\n  6\n");
}

Test(postgres_tree, crowd_is_bounded)
{
	enum { CROWD = POSTGRES_TREE_SESSIONS + 50 };
	static struct postgres_session sessions[CROWD];
	static int pids[CROWD];
	struct postgres_tree tree;
	struct arena arena;

	arena_init(&arena);
	/* Half hold a lock that every one of the other half wants. */
	for (int i = 0; i < CROWD; i++) {
		pids[i] = 1000 + i;
		sessions[i].pid = 1000 + i;
		sessions[i].blockers = pids;
		sessions[i].blocker_count = i < CROWD / 2 ? 0 : CROWD / 2;
	}
	postgres_tree_make(sessions, CROWD, &arena, &tree);
	cr_expect_eq(tree.count, (size_t)POSTGRES_TREE_LINES);
	cr_expect_gt(tree.left_out, 0u);
	cr_expect_eq(tree.waiting, (size_t)(POSTGRES_TREE_SESSIONS - CROWD / 2));
	arena_release(&arena);
}

Test(postgres_tree, reads_arrays_of_pids)
{
	const int *pids;
	struct arena arena;

	arena_init(&arena);
	cr_expect_eq(postgres_tree_pids("{}", &arena, &pids), 0u);
	cr_expect_eq(postgres_tree_pids("", &arena, &pids), 0u);
	cr_assert_eq(postgres_tree_pids("{12,0,7}", &arena, &pids), 3u);
	cr_expect(pids[0] == 12 && pids[1] == 0 && pids[2] == 7);
	cr_expect_eq(postgres_tree_pids("{99999999999999999999,x,-4}", &arena, &pids), 0u);
	arena_release(&arena);
}
