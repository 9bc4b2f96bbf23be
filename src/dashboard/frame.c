#include "dashboard/frame.h"

#include <string.h>

/* A quiet NaN no calculation gives: the payload spells "null". */
#define NULL_BITS UINT64_C(0x7ff800006e756c6c)

void frame_set_init(struct frame_set *set)
{
	memset(set, 0, sizeof(*set));
	arena_init(&set->arena);
}

void frame_set_release(struct frame_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->matrices.count; i++)
		matrix_unref(set->matrices.items[i]);
	vec_release(&set->matrices);
	vec_release(&set->frames);
	arena_release(&set->arena);
	set->dropped = 0;
}

double frame_null(void)
{
	const uint64_t bits = NULL_BITS;
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* The sign is left aside: negating a column must not turn "no value" into NaN. */
bool frame_is_null(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return (bits & ~(UINT64_C(1) << 63)) == NULL_BITS;
}
