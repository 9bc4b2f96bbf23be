/* The keeper's side of keeper.h: what the program skep-keeper does. */
#ifndef RUNBOOK_KEEPER_HOST_H
#define RUNBOOK_KEEPER_HOST_H

/*
 * Read the order from standard input, keep the step until it has ended and
 * all is written down. Standard output, when it is a socket, is the console
 * that gave the order. The exit status: 0, or 1 when nothing was run.
 */
int keeper_host_run(void);

#endif
