#include "sim/fault_name.h"

#include "sim/colony.h"

int fault_name_check(const char *const *names, size_t count, unsigned instances, struct error *error)
{
	const struct colony_config config = { .instances = instances };
	struct colony *trial = count ? colony_new(&config) : NULL;
	int result = 0;

	for (size_t i = 0; i < count && !result; i++)
		result = colony_inject(trial, names[i], error);
	colony_free(trial);
	return result;
}
