/* Values of options as text: shared by what reads them from different places. */
#ifndef CONFIG_OPTION_VALUE_H
#define CONFIG_OPTION_VALUE_H

#include "config/option.h"

/* As option_set, but the message does not begin with the option's name. */
int option_value_read(const struct option *option, void *target, const char *value, struct arena *arena,
		      struct error *error);

/* Make a list option empty; does nothing to others. */
void option_value_clear(const struct option *option, void *target);

/* The row whose name is nearest to a mistyped `name` ('_' counts as '-'), or NULL. */
const struct option *option_nearest(const struct option *table, const char *name);

#endif
