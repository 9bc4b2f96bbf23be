/*
 * Ticks on whole rows: labels stand in cells, so a scale whose ticks fall
 * between rows shows them at uneven distances. Here the distance in rows
 * comes first, then the smallest round step that covers the values, and the
 * top of the scale is wherever the last row ends. Of all distances the one
 * that wastes least of the plot and reads best is taken.
 */
#include "ui/panel/axis_private.h"

#include <math.h>

/* Beyond these sizes sums of steps overflow or vanish; the axis is then made without rows. */
#define LARGEST  1e290
#define SMALLEST 1e-270

#define ROWS_A_STEP_MAX 12
#define TRIES_MAX       6 /* steps up the ladder for one distance */

/* What speaks against an arrangement, in shares of a plot that would be wasted. */
#define COST_DISTANCE  0.06 /* each row more than the distance that reads best */
#define COST_DENSE     0.05 /* each row less */
#define COST_TOUCHING  0.15 /* a label in every row of a plot that has many */
#define COST_OFF_FLOOR 0.07 /* the floor itself has no label */
#define COST_LONELY    0.15 /* fewer than three labels where there is room */
#define COST_CROWD     0.10 /* each label beyond eight */
#define COST_CROSSING  0.30 /* values below zero on a scale that goes above it */
#define COST_ROW_LOST  0.08
#define COST_ODD_STEP  1.0
#define LABELS_MANY    8
#define LONELY_ROWS    4

/* One arrangement: ticks stand `first_row` rows above the floor and each `rows_a_step` further up. */
struct grid {
	double low, high, step;
	int rows, rows_a_step, first_row;
};

static int ideal_rows_a_step(int rows)
{
	return rows <= 9 ? 2 : rows <= 16 ? 3 : rows <= 26 ? 4 : 5;
}

static double layout_cost(const struct grid *grid)
{
	int labels = (grid->rows - grid->first_row) / grid->rows_a_step + 1;
	int more = grid->rows_a_step - ideal_rows_a_step(grid->rows);
	double cost = more > 0 ? COST_DISTANCE * more : COST_DENSE * -more;

	if (grid->rows_a_step == 1 && grid->rows >= LONELY_ROWS)
		cost += COST_TOUCHING;
	if (grid->first_row > 0)
		cost += COST_OFF_FLOOR;
	if (labels < 2)
		cost += 1;
	else if (labels < 3 && grid->rows >= LONELY_ROWS)
		cost += COST_LONELY;
	if (labels > LABELS_MANY)
		cost += COST_CROWD * (labels - LABELS_MANY);
	return cost;
}

static double span_cost(const struct grid *grid, const struct axis_spec *spec)
{
	double cost = 1 - (spec->max - spec->min) / (grid->high - grid->low);

	return spec->max <= 0 && grid->high > grid->step * 1e-9 ? cost + COST_CROSSING : cost;
}

/* Where the scale lies for a step; false when the values do not fit into it. */
static bool place_grid(struct grid *grid, const struct axis_spec *spec)
{
	double a_row = grid->step / grid->rows_a_step, slack = grid->step * 1e-6;

	if (spec->fixed_max) {
		grid->high = spec->max;
		grid->low = grid->high - a_row * grid->rows;
		return grid->low <= spec->min + slack && !(spec->min >= 0 && grid->low < -slack);
	}
	grid->low = spec->min;
	if (!spec->fixed_min)
		grid->low = floor((spec->min + a_row * grid->first_row) / grid->step + 1e-9) * grid->step -
			    a_row * grid->first_row;
	/* What is never negative gets no room below zero. */
	if (!spec->fixed_min && spec->min >= 0 && grid->low < -slack)
		return false;
	grid->high = grid->low + a_row * grid->rows;
	return grid->high >= spec->max - slack;
}

static void keep_better(struct grid *best, double *best_cost, const struct grid *grid, double cost)
{
	if (cost < *best_cost - 1e-9) {
		*best = *grid;
		*best_cost = cost;
	}
}

/* At least one end is free. */
static bool find_free(struct grid *ret, const struct axis_spec *spec, struct axis_ladder ladder)
{
	double best = INFINITY;

	for (int distance = 1; distance <= spec->rows && distance <= ROWS_A_STEP_MAX; distance++) {
		for (int first = 0; first < distance; first++) {
			struct grid grid = { .rows = spec->rows, .rows_a_step = distance, .first_row = first };

			/* From a fixed top the ticks are counted down, from a fixed floor up. */
			if (first != (spec->fixed_max ? spec->rows % distance : 0) &&
			    (spec->fixed_min || spec->fixed_max))
				continue;
			grid.step = axis_round_up((spec->max - spec->min) / spec->rows * distance, ladder);
			for (int tries = 0; tries < TRIES_MAX; tries++) {
				if (place_grid(&grid, spec)) {
					keep_better(ret, &best, &grid, layout_cost(&grid) + span_cost(&grid, spec));
					break;
				}
				grid.step = axis_round_up(grid.step * 1.01, ladder);
			}
		}
	}
	return best < INFINITY;
}

/* Nothing between the ends: they are rounded outwards to a tenth of the range, not to a step that repeats. */
static bool find_ends(struct grid *ret, const struct axis_spec *spec, struct axis_ladder ladder)
{
	double unit = axis_round_up((spec->max - spec->min) / 10, ladder);
	double low = spec->fixed_min ? spec->min : floor(spec->min / unit + 1e-9) * unit;
	double high = spec->fixed_max ? spec->max : ceil(spec->max / unit - 1e-9) * unit;

	*ret = (struct grid){ low, high, high - low, spec->rows, spec->rows, 0 };
	return low < high;
}

/* Both ends stay: the rows are divided, and one of them is given up where that makes rounder steps. */
static bool find_fixed(struct grid *ret, const struct axis_spec *spec, struct axis_ladder ladder)
{
	double best = INFINITY;

	for (int rows = spec->rows; rows >= 1 && rows >= spec->rows - (spec->may_shrink ? 1 : 0); rows--) {
		for (int parts = 1; parts <= rows && parts < AXIS_TICKS_MAX; parts++) {
			struct grid grid = { spec->min, spec->max,    (spec->max - spec->min) / parts,
					     rows,      rows / parts, 0 };
			double cost = layout_cost(&grid), round = axis_round_up(grid.step * (1 - 1e-6), ladder);

			if (rows % parts != 0)
				continue;
			if (parts > 1 && fabs(round - grid.step) > grid.step * 1e-6)
				cost += COST_ODD_STEP;
			if (rows < spec->rows)
				cost += COST_ROW_LOST;
			keep_better(ret, &best, &grid, cost);
		}
	}
	return best < INFINITY;
}

/* Powers of the base: the same arithmetic with exponents, whose steps are whole. */
static bool find_powers(struct grid *ret, const struct axis_spec *spec)
{
	double base = log(spec->log_base), best = INFINITY;
	double low = spec->min > 0 ? spec->min : spec->max > 0 ? fmin(1, spec->max / 1000) : 1;
	double high = spec->max > low ? spec->max : low * spec->log_base;
	double first = floor(log(low) / base + 1e-9), last = fmax(ceil(log(high) / base - 1e-9), first + 1);

	for (int distance = 1; distance <= spec->rows && distance <= ROWS_A_STEP_MAX; distance++) {
		struct grid grid = { .low = first, .rows = spec->rows, .rows_a_step = distance };

		grid.step = ceil((last - first) * distance / spec->rows - 1e-9);
		grid.high = first + grid.step * spec->rows / distance;
		keep_better(ret, &best, &grid, layout_cost(&grid) + 1 - (last - first) / (grid.high - first));
	}
	return best < INFINITY;
}

static bool find_grid(struct grid *ret, const struct axis_spec *spec)
{
	struct axis_ladder ladder = axis_ladder_of(spec->unit);
	struct axis_spec whole = *spec;

	if (spec->log_base >= 2)
		return find_powers(ret, spec);
	/* Shares and percents below their fixed top are seen from zero, unless all of them are close to it. */
	if (spec->fixed_max && spec->min >= 0 && spec->min < spec->max / 2 && !spec->fixed_min) {
		whole.min = 0;
		whole.fixed_min = true;
	}
	if (spec->ends)
		return find_ends(ret, &whole, ladder);
	return whole.fixed_min && whole.fixed_max ? find_fixed(ret, &whole, ladder) : find_free(ret, &whole, ladder);
}

static bool can_reckon(const struct axis_spec *spec)
{
	double largest = fmax(fabs(spec->min), fabs(spec->max));

	return spec->rows > 0 && largest < LARGEST && spec->max - spec->min > SMALLEST;
}

bool axis_align(struct axis *axis, const struct axis_spec *spec)
{
	bool powers = spec->log_base >= 2;
	struct grid grid = { 0 };

	if (!can_reckon(spec) || !find_grid(&grid, spec))
		return false;
	axis->min = powers ? pow(spec->log_base, grid.low) : grid.low;
	axis->max = powers ? pow(spec->log_base, grid.high) : grid.high;
	axis->step = grid.step;
	axis->first = powers ? grid.low : grid.low + grid.step * grid.first_row / grid.rows_a_step;
	axis->log_base = powers ? spec->log_base : 0;
	axis->rows = grid.rows;
	axis->rows_a_step = grid.rows_a_step;
	axis->first_row = grid.first_row;
	return axis->min > 0 || !powers;
}
