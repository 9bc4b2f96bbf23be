#include "promql/eval_private.h"

#include <string.h>

void grid_init(struct grid *grid)
{
	*grid = (struct grid){ 0 };
}

void grid_release(struct grid *grid)
{
	arena_release(&grid->arena);
	grid_init(grid);
}

/* What is outgrown stays in the arena: all of it together is no more than the array itself. */
static void grow(struct grid *grid)
{
	size_t capacity = grid->capacity ? grid->capacity * 2 : 16;
	struct grid_series *items = arena_array(&grid->arena, capacity, sizeof(*items));

	if (grid->count)
		memcpy(items, grid->items, grid->count * sizeof(*items));
	grid->items = items;
	grid->capacity = capacity;
}

struct grid_series *grid_add(struct eval *eval, struct grid *grid, struct labels labels)
{
	struct grid_series *series;
	size_t steps = eval->steps.count;

	if (eval_check_size(eval, grid->count + 1, steps) < 0)
		return NULL;
	if (grid->count == grid->capacity)
		grow(grid);
	series = &grid->items[grid->count++];
	series->labels = labels;
	series->values = arena_array(&grid->arena, steps, sizeof(*series->values));
	for (size_t step = 0; step < steps; step++)
		series->values[step] = absent();
	return series;
}
