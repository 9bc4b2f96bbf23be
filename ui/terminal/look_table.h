/*
 * What each style came to on one terminal: a number that the screen makes up
 * once and finds again for every cell. Bounded: gradients of many steps empty
 * it from time to time.
 */
#ifndef UI_TERMINAL_LOOK_TABLE_H
#define UI_TERMINAL_LOOK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/draw/style.h"

struct look_entry;

/* Zeroed memory is an empty table. */
struct look_table {
	struct look_entry *entries;
	size_t count, capacity;
};

void look_table_release(struct look_table *table);
void look_table_clear(struct look_table *table);

/* The place of the style's number, until the next call. `ret_fresh` says that the caller has to fill it in. */
uint32_t *look_table_at(struct look_table *table, const struct style *style, bool *ret_fresh);

#endif
