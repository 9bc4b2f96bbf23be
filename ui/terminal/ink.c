#include "ui/terminal/ink.h"

#include <stdlib.h>

/* ECMA-48 SGR: one number, and for 38 and 48 (";5;N") the two that follow it. */
static void take_number(struct ink *ink, long number, char **rest)
{
	static const unsigned attributes[] = {
		[1] = ATTR_BOLD, [2] = ATTR_DIM, [3] = ATTR_ITALIC, [4] = ATTR_UNDERLINE, [7] = ATTR_REVERSE,
	};

	if (number >= 1 && number <= 7) {
		ink->attributes |= attributes[number];
	} else if (number == 38 || number == 48) {
		strtol(*rest + 1, rest, 10);
		if (**rest == ';')
			*(number == 38 ? &ink->fg : &ink->bg) = (int)strtol(*rest + 1, rest, 10);
	} else if (number >= 30 && number <= 37) {
		ink->fg = (int)number - 30;
	} else if (number >= 40 && number <= 47) {
		ink->bg = (int)number - 40;
	} else if (number >= 90 && number <= 97) {
		ink->fg = (int)number - 90 + 8;
	} else if (number >= 100 && number <= 107) {
		ink->bg = (int)number - 100 + 8;
	}
}

struct ink ink_of_style(const struct theme *theme, const struct style *style, enum colour_depth depth)
{
	struct ink ink = { .fg = -1, .bg = -1 };
	struct strbuf sgr = STRBUF_INIT;
	char *rest;

	theme_sgr(theme, style, depth > DEPTH_256 ? DEPTH_256 : depth, &sgr);
	/* "\033[0;1;38;5;12m": every number stands behind a '[' or a ';'. */
	for (rest = sgr.text + 1; *rest == '[' || *rest == ';';) {
		long number = strtol(rest + 1, &rest, 10);

		take_number(&ink, number, &rest);
	}
	strbuf_release(&sgr);
	return ink;
}
