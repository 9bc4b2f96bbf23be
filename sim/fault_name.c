#include "sim/fault_name.h"

#include <string.h>

#include "base/text.h"
#include "sim/colony.h"

#define DISTANCE_MOST 3

int fault_name_check(const char *name, struct error *error)
{
	const char *nearest = NULL;
	unsigned least = DISTANCE_MOST + 1;
	size_t count;
	const struct colony_fault *faults = colony_faults(&count);

	for (size_t i = 0; i < count; i++) {
		unsigned distance = text_distance(name, faults[i].name, DISTANCE_MOST);

		if (!distance)
			return 0;
		if (distance < least) {
			least = distance;
			nearest = faults[i].name;
		}
	}
	if (nearest)
		return error_set(error, "no fault '%.64s', did you mean '%s'", name, nearest);
	return error_set(error, "no fault '%.64s' (skep-colony --help lists them)", name);
}
