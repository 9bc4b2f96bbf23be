#include "sim/fault_name.h"

int fault_name_check(const struct world_kind *kind, const char *const *names, size_t count, unsigned instances,
		     struct error *error)
{
	const struct world_config config = { .instances = instances };
	struct world *trial = count ? kind->make(&config) : NULL;
	int result = 0;

	for (size_t i = 0; i < count && !result; i++)
		result = kind->inject(trial, names[i], error);
	if (trial)
		kind->free(trial);
	return result;
}
