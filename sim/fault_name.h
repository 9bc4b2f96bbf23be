/* Names of faults as people give them. */
#ifndef SIM_FAULT_NAME_H
#define SIM_FAULT_NAME_H

#include <stddef.h>

#include "base/error.h"

/*
 * Would a colony of so many instances take all of these names ("NAME",
 * "NAME@N", "NAME@all")? So that a wrong one is found before the first is
 * acted upon. -1 with the colony's own reason.
 */
int fault_name_check(const char *const *names, size_t count, unsigned instances, struct error *error);

#endif
