/* What the banner says of one of several systems on a screen. */
#ifndef UI_VIEW_TAB_LABEL_H
#define UI_VIEW_TAB_LABEL_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/draw/canvas.h"

struct console;

/* Its name and its trouble as far as it is known; the one that is shown stands in brackets. */
void tab_label(const struct console *tab, const char *name, bool here, enum glyph_set glyphs, char *ret, size_t size);

#endif
