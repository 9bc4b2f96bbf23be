/* The variables that a target is read from, and addresses without what is secret in them. */
#ifndef RUNBOOK_TARGET_ENVIRONMENT_H
#define RUNBOOK_TARGET_ENVIRONMENT_H

#include <stdbool.h>

#include "base/arena.h"

/* The value of NAME in "NAME=VALUE" pairs, NULL ends them; "" when it is not set. */
const char *target_variable(const char *const *environment, const char *name);

/* An address without password, and without user unless `keeps_user`, query and fragment. In the arena. */
const char *target_url(const char *url, bool keeps_user, struct arena *arena);

#endif
