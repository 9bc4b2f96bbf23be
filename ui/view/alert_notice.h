/*
 * Which alerts were told of by the bell: each new one of the priorities that
 * ring, once. What stood there when the console began and was acknowledged
 * does not ring, nor does what another console only acknowledged or silenced.
 */
#ifndef UI_VIEW_ALERT_NOTICE_H
#define UI_VIEW_ALERT_NOTICE_H

#include <stdbool.h>

#include "base/strbuf.h"

struct alert_notice;
struct console;

void alert_notice_free(struct alert_notice *notice); /* NULL is allowed */

/* Look at the alerts as they are, and ring when there is one to ring for. True when it rang. */
bool alert_notice_take(struct console *console);

/* What the terminal's title says of all systems of the console's screen: "P0 1, P1 2 - POLLN". */
void alert_notice_title(const struct console *console, struct strbuf *ret);

#endif
