#include "sim/shim_table.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void shim_table_row(struct shim_table *table, ...)
{
	const char *cell;
	va_list args;
	size_t count = 0;

	va_start(args, table);
	while ((cell = va_arg(args, const char *)) && count < SHIM_COLUMNS_MOST) {
		vec_push(&table->cells, mem_strdup(cell));
		count++;
	}
	va_end(args);
	if (!table->columns)
		table->columns = count;
	for (; count < table->columns; count++)
		vec_push(&table->cells, mem_strdup(""));
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
