/* Names of faults as people type them. */
#ifndef SIM_FAULT_NAME_H
#define SIM_FAULT_NAME_H

#include "base/error.h"

/* 0 when there is a fault called `name`, else -1: "no fault 'redis-don', did you mean 'redis-down'". */
int fault_name_check(const char *name, struct error *error);

#endif
