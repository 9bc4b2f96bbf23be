/* Columns of text as kubectl and docker print them: as wide as their widest cell, three blanks between, none at the
 * end. */
#ifndef SIM_SHIM_TABLE_H
#define SIM_SHIM_TABLE_H

#include "base/strbuf.h"
#include "base/vec.h"

enum { SHIM_COLUMNS_MOST = 10 };

struct shim_table {
	size_t columns;
	VEC(char *) cells; /* row by row */
};

/* One row; the cells are copied and end with NULL. The first row says how many columns there are. */
void shim_table_row(struct shim_table *table, ...) __attribute__((sentinel));
void shim_table_print(const struct shim_table *table, struct strbuf *ret);
void shim_table_release(struct shim_table *table);

#endif
