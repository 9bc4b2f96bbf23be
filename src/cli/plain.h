/*
 * --plain: the boards for a screen reader or a dumb terminal. No boxes, no
 * cursor: each alert that fires and each panel of each system once as a line,
 * then a line whenever what it says changes.
 */
#ifndef CLI_PLAIN_H
#define CLI_PLAIN_H

#include "cli/session.h"

/* Runs until a signal ends it. `refresh_ms` 0: the dashboard's own rate. Returns an exit status. */
int plain_run(struct session *session, const struct cli_options *options, int64_t refresh_ms);

#endif
