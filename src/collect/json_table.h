/*
 * A JSON list as a table for a person: a work list, what is pending. Which
 * places are rows, and what of each is a cell, is said by paths; columns that
 * no row has anything for are left out.
 */
#ifndef COLLECT_JSON_TABLE_H
#define COLLECT_JSON_TABLE_H

#include "base/arena.h"
#include "base/error.h"
#include "config/json_path.h"
#include "config/option.h"
#include "config/yaml.h"

struct detail;
struct json_table;

extern const struct option json_table_options[];

/* Read one table's mapping. NULL with faults added when it is wrong. It lives in the arena. */
const struct json_table *json_table_read(const struct yaml_node *mapping, const char *file, struct arena *arena,
					 struct error_list *errors);

/* The same from a text that is right. */
const struct json_table *json_table_ready(const char *yaml, struct arena *arena);

void json_table_add(const struct json_table *table, const cJSON *root, struct detail *detail);

#endif
