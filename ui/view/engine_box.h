/*
 * Who answers and what is held here, for the sources view: the engine that is
 * asked and the local store, each in a box, or in one line where the screen
 * is low.
 */
#ifndef UI_VIEW_ENGINE_BOX_H
#define UI_VIEW_ENGINE_BOX_H

#include <stddef.h>

#include "ui/draw/canvas.h"
#include "ui/view/console.h"

#define STORE_BOX_ROWS 3 /* with its border */

/* Rows for all that the engine has to say, with the border. */
int engine_box_rows(const struct console *console);

/* An area of one row is drawn without a border. */
void engine_box_draw(const struct console *console, struct canvas *canvas, struct rect area);
void store_box_draw(const struct console *console, struct canvas *canvas, struct rect area);

/* "950 B", "12.4 kB", "3.1 MB" */
void engine_box_bytes(double bytes, char *ret, size_t size);

/* "9999", "12.4 k", "1.84 M" */
void engine_box_count(double count, char *ret, size_t size);

/* A duration in whole seconds: milliseconds would only flicker. */
void engine_box_age(int64_t age_ms, char *ret, size_t size);

#endif
