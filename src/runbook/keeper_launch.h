/* From an order to a keeper that is on its way. */
#ifndef RUNBOOK_KEEPER_LAUNCH_H
#define RUNBOOK_KEEPER_LAUNCH_H

#include "base/error.h"
#include "runbook/keeper.h"

/* The program's file: $SKEP_KEEPER, else the one beside this program, else the one in PATH. The caller frees it; NULL
 * with the reason. */
char *keeper_find_program(struct error *error);

/*
 * Start skep-keeper, detached, with the order. The console's end of the socket that
 * leads to it, or -1 with the reason; nothing was started then. It takes as
 * long as an execution does and waits for nothing.
 */
int keeper_launch(const struct keeper_order *order, struct error *error);

#endif
