#include "sim/time_source.h"

#include "base/clock.h"

#define STEP_MOST_MS (366 * CLOCK_DAY)

int64_t time_source_now_ms(const struct time_source *source)
{
	return source->manual ? source->manual_ms : clock_wall_ms();
}

int time_source_advance(struct time_source *source, int64_t step_ms, struct error *error)
{
	if (!source->manual)
		return error_set(error, "the clock is the wall clock and cannot be moved (start with --clock manual)");
	if (step_ms < 0)
		return error_set(error, "the clock cannot go back");
	if (step_ms > STEP_MOST_MS)
		return error_set(error, "the clock cannot leap so far (at most 366d)");
	source->manual_ms += step_ms;
	return 0;
}

int time_source_set(struct time_source *source, int64_t moment_ms, struct error *error)
{
	return time_source_advance(source, moment_ms - time_source_now_ms(source), error);
}
