/* Names of faults as people give them. */
#ifndef SIM_FAULT_NAME_H
#define SIM_FAULT_NAME_H

#include <stddef.h>

#include "base/strbuf.h"
#include "sim/world.h"

/*
 * Would a system of so many instances take all of these names ("NAME",
 * "NAME@N", "NAME@all")? So that a wrong one is found before the first is
 * acted upon. -1 with the system's own reason, and which there are, appended
 * to `ret_why`.
 */
int fault_name_check(const struct world_kind *kind, const char *const *names, size_t count, unsigned instances,
		     struct strbuf *ret_why);

#endif
