#include "sim/fault_name.h"

#include <string.h>

#include "sim/fault.h"

/* What is allowed instead, where the reason does not say what was meant. */
static void add_reason(const struct world_kind *kind, const char *reason, struct strbuf *ret_why)
{
	size_t count;
	const struct sim_fault *faults = kind->faults(&count);

	size_t length = strlen(reason);
	bool said = length && reason[length - 1] == ')';

	strbuf_addstr(ret_why, reason);
	for (size_t i = 0; !said && i < count; i++)
		strbuf_addf(ret_why, "%s%s%s", i ? ", " : " (", faults[i].name, i + 1 < count ? "" : ")");
}

int fault_name_check(const struct world_kind *kind, const char *const *names, size_t count, unsigned instances,
		     struct strbuf *ret_why)
{
	struct error error = { "" };
	const struct world_config config = { .instances = instances };
	struct world *trial = count ? kind->make(&config) : NULL;
	int result = 0;

	for (size_t i = 0; i < count && !result; i++)
		result = kind->inject(trial, names[i], &error);
	if (trial)
		kind->free(trial);
	if (result)
		add_reason(kind, error.text, ret_why);
	return result;
}
