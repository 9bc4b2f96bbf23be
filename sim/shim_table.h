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

/* One row; the cells are copied. The first row says how many columns there are. */
void shim_table_add(struct shim_table *table, const char *const *cells, size_t count);

/* The same, the cells following: shim_table_row(&table, "NAME", "READY"). */
#define shim_table_row(table, ...)                                                                                     \
	shim_table_add(table, (const char *const[]){ __VA_ARGS__ },                                                    \
		       sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

void shim_table_print(const struct shim_table *table, struct strbuf *ret);
void shim_table_release(struct shim_table *table);

#endif
