/* Which programs take a part of their arguments for a text of a language: there a value would need a second quoting. */
#ifndef RUNBOOK_PLACEHOLDER_NESTED_H
#define RUNBOOK_PLACEHOLDER_NESTED_H

#include "runbook/shell_private.h"

/* Does the place stand in such a text, or may it flow into one through a pipe? `reader` has read the whole command. */
bool placeholder_is_nested(const struct shell_reader *reader, const struct shell_mark *mark);

#endif
