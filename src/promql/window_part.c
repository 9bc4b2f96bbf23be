#include "promql/window_part.h"

/* The values at both ends of a part that goes from share `from` to share `to` of the bucket's way. */
static void cut_values(const struct buckets *buckets, size_t index, bool counter, double from, double to,
		       struct window_part *ret)
{
	double first = buckets->first[index], last = buckets->last[index];
	double lost = counter ? buckets->resets[index] : 0, total = last - first + lost;

	if (to < 1) {
		ret->first = first + total * from;
		ret->last = first + total * to;
		return;
	}
	/* The last sample is known; back from there, down to zero at most: what remains fell to a reset. */
	ret->last = last;
	ret->first = last - total * (1 - from);
	if (lost > 0 && ret->first < 0) {
		ret->lost = -ret->first;
		ret->first = 0;
	}
}

bool window_part_cut(const struct window *window, size_t index, bool counter, struct window_part *ret)
{
	const struct buckets *buckets = &window->buckets;
	int64_t first_ms = buckets->first_ms[index], last_ms = buckets->last_ms[index];
	int64_t start_ms = window->left_open ? window->start_ms + 1 : window->start_ms; /* the first time inside */
	double samples = buckets->samples[index], gaps = samples - 1, distance, from = 0, to = gaps;

	if (samples < 1 || last_ms < start_ms || first_ms > window->end_ms || last_ms <= first_ms || gaps < 1)
		return false;
	distance = (double)(last_ms - first_ms) / gaps;
	if (first_ms < start_ms)
		from = fmin(ceil((double)(start_ms - first_ms) / distance), gaps);
	if (last_ms > window->end_ms)
		to = floor((double)(window->end_ms - first_ms) / distance);
	if (from > to)
		return false;
	*ret = (struct window_part){
		.first_ms = first_ms + (int64_t)ceil(from * distance),
		.last_ms = to < gaps ? first_ms + (int64_t)(to * distance) : last_ms,
		.samples = to - from + 1,
		.cut = true,
	};
	if (from == gaps || to == 0) {
		/* One end is left of it, whose value is known: the others may have been NaN or infinite. */
		ret->first = ret->last = to == 0 ? buckets->first[index] : buckets->last[index];
		ret->known = last_ms == start_ms || first_ms == window->end_ms;
		return true;
	}
	cut_values(buckets, index, counter, from / gaps, to / gaps, ret);
	return true;
}
