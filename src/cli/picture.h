/* The console's screen as text, ANSI, SVG or JSON: what snapshot and panel print. */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include "base/strbuf.h"
#include "cli/session.h"

/* Draw the session's screen at the size it was prepared for and append it in the format. -1 when the theme cannot be
 * read. */
int picture_add(const struct session *session, const struct cli_options *options, enum cli_format format,
		struct strbuf *ret);

/* FORMAT_AUTO resolved: ANSI on a terminal, else text. */
enum cli_format picture_format(const struct cli_options *options);

/* The board's data: panels with state, reason, age and values, appended as a JSON array. */
void picture_add_panels(const struct session *session, struct strbuf *ret);

#endif
