#include "collect/postgres_custom.h"

#include <stddef.h>
#include <string.h>

#include "base/strbuf.h"

#define QUERIES_MAX 200

struct custom_config {
	const char *name, *sql, *help;
	struct option_strings labels, values;
	int type;
	int64_t every_ms, row_limit;
};

static const char *const types[] = { "gauge", "counter", NULL };

#define AT(member) .offset = offsetof(struct custom_config, member)
const struct option postgres_custom_options[] = {
	{ "name", 0, OPTION_STRING, AT(name), .value_name = "NAME", .help = "what its metrics begin with: NAME_COLUMN",
	  .required = true },
	{ "sql", 0, OPTION_STRING, AT(sql), .value_name = "SQL", .help = "one statement that reads", .required = true },
	{ "labels", 0, OPTION_STRINGS, AT(labels), .value_name = "COLUMN", .help = "columns that become labels" },
	{ "values", 0, OPTION_STRINGS, AT(values), .value_name = "COLUMN",
	  .help = "columns that become metrics; none: the rows are only shown" },
	{ "type", 0, OPTION_CHOICE, AT(type), .fallback = "gauge", .choices = types, .help = "type of its metrics" },
	{ "help", 0, OPTION_STRING, AT(help), .value_name = "TEXT", .help = "what its metrics say" },
	{ "interval", 0, OPTION_DURATION, AT(every_ms), .minimum = 1000, .maximum = 86400000,
	  .help = "how often at most (default: each time)" },
	{ "row-limit", 0, OPTION_INT, AT(row_limit), .fallback = "1000", .minimum = 1, .maximum = 100000,
	  .help = "an answer of more rows is broken off and not used" },
	{ 0 },
};
#undef AT

static bool is_name(const char *text)
{
	struct strbuf legal = STRBUF_INIT;
	bool result;

	metric_name(&legal, text);
	result = *text && strcmp(legal.text, text) == 0;
	strbuf_release(&legal);
	return result;
}

static const char **texts(const struct option_strings *strings, struct arena *arena)
{
	const char **ret = arena_array(arena, strings->count + 1, sizeof(*ret));

	for (size_t i = 0; i < strings->count; i++)
		ret[i] = strings->items[i];
	return ret;
}

static struct postgres_value *values(const struct custom_config *config, struct arena *arena)
{
	struct postgres_value *ret = arena_array(arena, config->values.count + 1, sizeof(*ret));

	for (size_t i = 0; i < config->values.count; i++)
		ret[i] = (struct postgres_value){ config->values.items[i], types[config->type], config->help };
	return ret;
}

static int read_one(struct postgres_custom *ret, const struct yaml_node *node, const char *file, struct arena *arena,
		    struct error_list *errors)
{
	struct custom_config config = { 0 };

	if (node->kind != YAML_MAPPING)
		return error_list_add(errors, FAULT_ERROR, file, node->line, node->column, NULL,
				      "queries: a query is a mapping (name, sql, labels, values)");
	option_defaults(postgres_custom_options, &config, arena);
	if (option_read_yaml(postgres_custom_options, &config, node, file, arena, errors) < 0)
		return -1;
	if (!is_name(config.name))
		return error_list_add(errors, FAULT_ERROR, file, node->line, node->column, NULL,
				      "queries: '%s' is no name of a metric (letters, digits and _)", config.name);
	if (!config.sql[strspn(config.sql, " \t\r\n;")])
		return error_list_add(errors, FAULT_ERROR, file, node->line, node->column, NULL,
				      "queries: %s has no statement", config.name);
	*ret = (struct postgres_custom){ .limit_rows = (size_t)config.row_limit };
	ret->statement = (struct postgres_statement){ .name = config.name,
						      .sql = config.sql,
						      .every_ms = config.every_ms,
						      .map = { .prefix = config.name,
							       .labels = texts(&config.labels, arena),
							       .values = values(&config, arena) } };
	return 0;
}

static int check_names(const struct postgres_customs *customs, const struct yaml_node *list, const char *file,
		       struct error_list *errors)
{
	for (size_t i = 0; i < customs->count; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(customs->items[i].statement.name, customs->items[j].statement.name) == 0)
				return error_list_add(errors, FAULT_ERROR, file, list->line, list->column, NULL,
						      "queries: two are called %s", customs->items[i].statement.name);
	return 0;
}

int postgres_customs_read(struct postgres_customs *ret, const struct yaml_node *list, const char *file,
			  struct arena *arena, struct error_list *errors)
{
	int result = 0;

	*ret = (struct postgres_customs){ 0 };
	if (yaml_is_null(list))
		return 0;
	if (list->kind != YAML_SEQUENCE)
		return error_list_add(errors, FAULT_ERROR, file, list->line, list->column, NULL,
				      "queries: must be a list (- { name: ..., sql: ..., values: [...] })");
	if (list->count > QUERIES_MAX)
		return error_list_add(errors, FAULT_ERROR, file, list->line, list->column, NULL,
				      "queries: %zu are too many (at most %d)", list->count, QUERIES_MAX);
	ret->items = arena_array(arena, list->count + 1, sizeof(*ret->items));
	for (size_t i = 0; i < list->count; i++) {
		if (read_one(&ret->items[ret->count], list->items[i], file, arena, errors) == 0)
			ret->count++;
		else
			result = -1;
	}
	return result < 0 ? -1 : check_names(ret, list, file, errors);
}

static void add_column(struct strbuf *sql, const char *name, size_t *count)
{
	struct strbuf quoted = STRBUF_INIT;

	strbuf_addch(&quoted, '"');
	for (; *name; name++)
		strbuf_addstr(&quoted, (const char[]){ *name, *name == '"' ? '"' : '\0', '\0' });
	strbuf_addch(&quoted, '"');
	strbuf_addf(sql, "%sleft(q.%s::text, %d) AS %s", (*count)++ ? ", " : "", quoted.text, POSTGRES_CELL_MAX,
		    quoted.text);
	strbuf_release(&quoted);
}

char *postgres_custom_bounded_sql(const struct postgres_statement *statement, size_t limit_rows)
{
	struct strbuf sql = STRBUF_INIT;
	size_t count = 0, length = strlen(statement->sql);

	while (length && strchr(" \t\r\n;", statement->sql[length - 1]))
		length--;
	strbuf_addstr(&sql, "SELECT ");
	for (const char *const *label = statement->map.labels; *label; label++)
		add_column(&sql, *label, &count);
	for (const struct postgres_value *value = statement->map.values; value->column; value++)
		add_column(&sql, value->column, &count);
	if (!count)
		strbuf_addch(&sql, '*');
	strbuf_addstr(&sql, " FROM (");
	strbuf_add(&sql, statement->sql, length);
	/* On a line of its own, since the query may end in a comment. */
	strbuf_addf(&sql, "\n) AS q LIMIT %zu", limit_rows + 1);
	return strbuf_detach(&sql);
}
