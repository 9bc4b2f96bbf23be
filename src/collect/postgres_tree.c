#include "collect/postgres_tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define WORDS               ((POSTGRES_TREE_NODES + 63) / 64)
/* Besides the sessions, those that are only named as blockers. */
#define POSTGRES_TREE_NODES (POSTGRES_TREE_SESSIONS * 2)

struct node {
	int pid;
	size_t session;
	uint64_t waits_for[WORDS]; /* as told */
	uint64_t after[WORDS];     /* all it waits for, over any number of steps */
	bool waits, shown, on_path;
};

struct forest {
	struct node *nodes;
	size_t count;
	struct postgres_tree *tree;
};

static bool has(const uint64_t *set, size_t index)
{
	return set[index / 64] >> (index % 64) & 1;
}

static void put(uint64_t *set, size_t index)
{
	set[index / 64] |= UINT64_C(1) << (index % 64);
}

static size_t find(struct forest *forest, int pid)
{
	for (size_t i = 0; i < forest->count; i++)
		if (forest->nodes[i].pid == pid)
			return i;
	if (forest->count == POSTGRES_TREE_NODES)
		return POSTGRES_TREE_UNKNOWN;
	forest->nodes[forest->count] = (struct node){ .pid = pid, .session = POSTGRES_TREE_UNKNOWN };
	return forest->count++;
}

/* Warshall, "A theorem on Boolean matrices", 1962. */
static void close_over(struct forest *forest)
{
	for (size_t i = 0; i < forest->count; i++)
		memcpy(forest->nodes[i].after, forest->nodes[i].waits_for, sizeof(forest->nodes[i].after));
	for (size_t via = 0; via < forest->count; via++)
		for (size_t i = 0; i < forest->count; i++)
			if (has(forest->nodes[i].after, via))
				for (size_t w = 0; w < WORDS; w++)
					forest->nodes[i].after[w] |= forest->nodes[via].after[w];
}

/*
 * Does `waiter` stand directly below `blocker`? Not when another that it
 * waits for waits for `blocker` itself: the one in front of it in the queue.
 */
static bool stands_below(const struct forest *forest, size_t waiter, size_t blocker)
{
	const struct node *node = &forest->nodes[waiter];

	if (!has(node->waits_for, blocker))
		return false;
	for (size_t i = 0; i < forest->count; i++)
		if (i != blocker && i != waiter && has(node->waits_for, i) && has(forest->nodes[i].after, blocker) &&
		    !has(forest->nodes[blocker].after, i))
			return false;
	return true;
}

static void draw(struct forest *forest, size_t index, unsigned depth, bool last)
{
	struct node *node = &forest->nodes[index];
	struct postgres_tree *tree = forest->tree;
	size_t final = POSTGRES_TREE_UNKNOWN;

	if (tree->count == POSTGRES_TREE_LINES) {
		tree->left_out++;
		return;
	}
	tree->lines[tree->count++] = (struct postgres_tree_line){ .session = node->session,
								  .pid = node->pid,
								  .depth = depth,
								  .last = last,
								  .again = node->shown && !node->on_path,
								  .ring = node->on_path };
	if (node->shown)
		return;
	node->shown = node->on_path = true;
	for (size_t i = 0; i < forest->count; i++)
		if (stands_below(forest, i, index))
			final = i;
	for (size_t i = 0; i < forest->count; i++)
		if (stands_below(forest, i, index))
			draw(forest, i, depth + 1, i == final);
	node->on_path = false;
}

void postgres_tree_make(const struct postgres_session *sessions, size_t count, struct arena *arena,
			struct postgres_tree *ret)
{
	struct forest forest = { .tree = ret };

	*ret = (struct postgres_tree){ 0 };
	if (count > POSTGRES_TREE_SESSIONS)
		count = POSTGRES_TREE_SESSIONS;
	forest.nodes = arena_array(arena, POSTGRES_TREE_NODES, sizeof(*forest.nodes));
	ret->lines = arena_array(arena, POSTGRES_TREE_LINES, sizeof(*ret->lines));
	for (size_t i = 0; i < count; i++) {
		size_t at = find(&forest, sessions[i].pid);

		forest.nodes[at].session = i;
	}
	for (size_t i = 0; i < count; i++) {
		struct node *node = &forest.nodes[find(&forest, sessions[i].pid)];

		for (size_t b = 0; b < sessions[i].blocker_count; b++) {
			size_t at = find(&forest, sessions[i].blockers[b]);

			if (at == POSTGRES_TREE_UNKNOWN)
				continue;
			put(node->waits_for, at);
			ret->waiting += !node->waits;
			node->waits = true;
		}
	}
	close_over(&forest);
	for (size_t i = 0; i < forest.count; i++) {
		bool blocks = false;

		for (size_t w = 0; w < forest.count; w++)
			blocks |= has(forest.nodes[w].waits_for, i);
		if (blocks && !forest.nodes[i].waits)
			draw(&forest, i, 0, false);
	}
	/* What is left waits in a ring, or for one. */
	for (size_t i = 0; i < forest.count; i++)
		if (!forest.nodes[i].shown && has(forest.nodes[i].after, i))
			draw(&forest, i, 0, false);
}

size_t postgres_tree_pids(const char *array, struct arena *arena, const int **ret)
{
	size_t room = 1, count = 0;
	int *pids;

	for (const char *at = array; *at; at++)
		room += *at == ',';
	pids = arena_array(arena, room, sizeof(*pids));
	for (const char *at = array; *at && count < room;) {
		char *end;
		long pid = strtol(at, &end, 10);

		if (end == at) {
			at++;
			continue;
		}
		if (pid >= 0 && pid <= INT32_MAX)
			pids[count++] = (int)pid;
		at = end;
	}
	*ret = pids;
	return count;
}
