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

#endif
