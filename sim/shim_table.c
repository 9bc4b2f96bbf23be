#include "sim/shim_table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void shim_table_add(struct shim_table *table, const char *const *cells, size_t count)
{
	count = count < SHIM_COLUMNS_MOST ? count : SHIM_COLUMNS_MOST;
	if (!table->columns)
		table->columns = count;
	for (size_t i = 0; i < count || i < table->columns; i++)
		vec_push(&table->cells, mem_strdup(i < count ? cells[i] : ""));
}

void shim_table_print(const struct shim_table *table, struct strbuf *ret)
{
	size_t widths[SHIM_COLUMNS_MOST] = { 0 };

	for (size_t i = 0; i < table->cells.count; i++) {
		size_t width = strlen(table->cells.items[i]);

		if (width > widths[i % table->columns])
			widths[i % table->columns] = width;
	}
	for (size_t i = 0; i < table->cells.count; i++) {
		bool last = i % table->columns == table->columns - 1;

		strbuf_addf(ret, "%-*s%s", last ? 0 : (int)widths[i % table->columns], table->cells.items[i],
			    last ? "\n" : "   ");
	}
}

void shim_table_release(struct shim_table *table)
{
	for (size_t i = 0; i < table->cells.count; i++)
		free(table->cells.items[i]);
	vec_release(&table->cells);
	table->columns = 0;
}
