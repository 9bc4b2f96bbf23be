/*
 * The arithmetic of error budgets and burn rates: Google's Site Reliability
 * Workbook, chapter 5. Shares are 0 to 1, a target of 99.9% is 0.999. Pure.
 *
 * A target of 100% leaves no budget: any error overspends it without measure,
 * and there is no burn rate to speak of.
 */
#ifndef SLO_SLO_MATH_H
#define SLO_SLO_MATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The share of events or time that may be bad: 1 - target, without the noise of the subtraction. */
double slo_budget(double target);

/* How many times as fast as the target allows: errors / budget. NaN stays; with no budget 0 or infinity. */
double slo_burn(double error_ratio, double target);

/*
 * The share of the budget that is left after errors over the whole window, or
 * over the `elapsed` share of it (0 to 1) when the rest lies ahead. Negative
 * is overspent; -infinity where there was no budget to spend.
 */
double slo_remaining(double error_ratio, double target, double elapsed);

/* The budget of a period of that length, as time. */
double slo_budget_ms(double target, int64_t period_ms);

/* The factor of a window pair: share spent * period / long window. 2% of 30 d in 1 h: 14.4. */
double slo_factor(double share, int64_t period_ms, int64_t long_ms);

/* At constant burn, when the rest is gone: period * remaining / burn. 0 when it is; infinity without burn. */
double slo_exhaustion_ms(double remaining, double burn, int64_t period_ms);

/* How long errors of that ratio must last, from clean, until a long window's burn passes the factor; infinity: never.
 */
double slo_detection_ms(double error_ratio, double factor, double target, int64_t long_ms);

/* A window pair's state: from its two burn rates and its factor. */
enum slo_pair_state {
	SLO_PAIR_UNKNOWN,    /* one of them is not known, and the short one is not over the factor */
	SLO_PAIR_ACCEPTABLE, /* neither is over the factor */
	SLO_PAIR_RECOVERING, /* the long one still is, the short one is not any more */
	SLO_PAIR_INCREASING, /* the short one is, the long one not yet, or it is not known */
	SLO_PAIR_CRITICAL,   /* both are: the alert fires */
	SLO_PAIR_STATES,
};
enum slo_pair_state slo_pair_state(double long_burn, double short_burn, double factor);

/* "acceptable", "increasing" */
const char *slo_pair_state_name(enum slo_pair_state state);

/* Is the burn falling so clearly that it is worth saying? The short window has three quarters of the long one at most.
 */
bool slo_is_falling(double long_burn, double short_burn);

/*
 * What is left of the budget at the end of each of `count` equal parts of the
 * window, given the bad and all events (or time) of each; NaN is a part
 * nothing is known of. Only up to the last part, the rest lies ahead.
 * `elapsed` is the share of the budget that all parts together may spend.
 */
void slo_burn_down(const double *bad, const double *total, size_t count, double target, double elapsed, double *ret);

#endif
