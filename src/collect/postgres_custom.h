/*
 * Queries of a system's own, from its file: what they are called, their SQL,
 * and which of their columns are labels and values. They become statements
 * like those of the table.
 */
#ifndef COLLECT_POSTGRES_CUSTOM_H
#define COLLECT_POSTGRES_CUSTOM_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "collect/postgres_queries.h"
#include "config/option.h"
#include "config/yaml.h"

struct postgres_custom {
	struct postgres_statement statement;
	size_t limit_rows;
};

struct postgres_customs {
	struct postgres_custom *items;
	size_t count;
};

/* One query's keys. */
extern const struct option postgres_custom_options[];

/* Read the list (NULL is an empty one) into the arena. Every fault is added with its line; -1 when there was one. */
int postgres_customs_read(struct postgres_customs *ret, const struct yaml_node *list, const char *file,
			  struct arena *arena, struct error_list *errors);

/*
 * The query with its answer bounded where it is made: its own columns only,
 * each cut to POSTGRES_CELL_MAX characters, and one row more than its limit.
 * libpq gathers a whole row before it hands it on, were it a gigabyte. Not
 * every statement can stand in another (SHOW cannot); the caller frees it.
 */
#define POSTGRES_CELL_MAX 1000
char *postgres_custom_bounded_sql(const struct postgres_statement *statement, size_t limit_rows);

#endif
