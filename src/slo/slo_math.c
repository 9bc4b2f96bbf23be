#include "slo/slo_math.h"

#include <math.h>

double slo_budget(double target)
{
	double budget = 1 - target;

	/* 1 - 0.999 is 0.00100000000000000009: the error of the subtraction is known to be below 1e-15. */
	return round(budget * 1e14) / 1e14;
}

double slo_burn(double error_ratio, double target)
{
	double budget = slo_budget(target);

	if (isnan(error_ratio))
		return NAN;
	/* Extrapolation may give a little more good than all: that is no negative burn. */
	if (error_ratio <= 0)
		return 0;
	return budget > 0 ? error_ratio / budget : INFINITY;
}

double slo_remaining(double error_ratio, double target, double elapsed)
{
	double burn = slo_burn(error_ratio, target);

	return burn > 0 ? 1 - burn * elapsed : isnan(burn) ? NAN : 1;
}

double slo_budget_ms(double target, int64_t period_ms)
{
	return slo_budget(target) * (double)period_ms;
}

double slo_factor(double share, int64_t period_ms, int64_t long_ms)
{
	return share * (double)period_ms / (double)long_ms;
}

double slo_exhaustion_ms(double remaining, double burn, int64_t period_ms)
{
	if (isnan(remaining) || isnan(burn))
		return NAN;
	if (remaining <= 0)
		return 0;
	return burn > 0 ? (double)period_ms * remaining / burn : INFINITY;
}

double slo_detection_ms(double error_ratio, double factor, double target, int64_t long_ms)
{
	double limit = factor * slo_budget(target);

	return error_ratio > limit ? limit * (double)long_ms / error_ratio : INFINITY;
}

enum slo_pair_state slo_pair_state(double long_burn, double short_burn, double factor)
{
	/* Where history is too short for the long window, the short one is what there is to warn. */
	if (isnan(long_burn) && short_burn > factor)
		return SLO_PAIR_INCREASING;
	if (isnan(long_burn) || isnan(short_burn))
		return SLO_PAIR_UNKNOWN;
	if (long_burn > factor)
		return short_burn > factor ? SLO_PAIR_CRITICAL : SLO_PAIR_RECOVERING;
	return short_burn > factor ? SLO_PAIR_INCREASING : SLO_PAIR_ACCEPTABLE;
}

const char *slo_pair_state_name(enum slo_pair_state state)
{
	static const char *const names[SLO_PAIR_STATES] = {
		[SLO_PAIR_UNKNOWN] = "unknown",       [SLO_PAIR_ACCEPTABLE] = "acceptable",
		[SLO_PAIR_RECOVERING] = "recovering", [SLO_PAIR_INCREASING] = "increasing",
		[SLO_PAIR_CRITICAL] = "critical",
	};

	return names[state];
}

bool slo_is_falling(double long_burn, double short_burn)
{
	return short_burn <= 0.75 * long_burn && long_burn > 0;
}

void slo_burn_down(const double *bad, const double *total, size_t count, double target, double elapsed, double *ret)
{
	double all = 0, spent = 0;

	for (size_t i = 0; i < count; i++)
		all += isnan(total[i]) || isnan(bad[i]) ? 0 : total[i];
	for (size_t i = 0; i < count; i++) {
		bool known = !isnan(total[i]) && !isnan(bad[i]);

		if (known && bad[i] > 0)
			spent += bad[i];
		ret[i] = !known ? NAN : all > 0 ? slo_remaining(spent / all, target, elapsed) : 1;
	}
}
