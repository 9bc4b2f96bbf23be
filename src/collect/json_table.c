#include "collect/json_table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "collect/detail.h"

struct column {
	const char *title;
	const struct json_path *path;
};

struct mood {
	const char *text;
	enum detail_mood mood;
};

struct json_table {
	const char *title, *empty, *path_text;
	struct option_strings column_texts, mood_texts;
	const struct json_path *path;
	struct column columns[DETAIL_COLUMNS];
	size_t column_count;
	struct mood *moods;
	size_t mood_count;
};

static const char *const mood_names[] = {
	[DETAIL_PLAIN] = "plain",     [DETAIL_DIM] = "dim", [DETAIL_GOOD] = "good",
	[DETAIL_WARNING] = "warning", [DETAIL_BAD] = "bad",
};

#define MOODS (sizeof(mood_names) / sizeof(mood_names[0]))

#define AT(member) .offset = offsetof(struct json_table, member)
const struct option json_table_options[] = {
	{ "title", 0, OPTION_STRING, AT(title), .fallback = "Matches", .value_name = "TEXT", .help = "what it shows" },
	{ "empty", 0, OPTION_STRING, AT(empty), .fallback = "nothing there", .value_name = "TEXT",
	  .help = "said when it has no rows" },
	{ "path", 0, OPTION_STRING, AT(path_text), .value_name = "PATH", .help = "the rows: items[*]",
	  .required = true },
	{ "columns", 0, OPTION_STRINGS, AT(column_texts), .value_name = "TITLE=PATH",
	  .help = "the columns, from a row's place: agent=agent_id", .required = true },
	{ "moods", 0, OPTION_PAIRS, AT(mood_texts), .value_name = "TEXT=MOOD",
	  .help = "texts to stand out: critical: bad, high: warning, ok: good, old: dim" },
	{ 0 },
};
#undef AT

struct reading {
	struct json_table *table;
	const struct yaml_node *mapping;
	const char *file;
	struct arena *arena;
	struct error_list *errors;
};

static int fault(const struct reading *reading, const char *where, const char *text)
{
	const struct yaml_node *at = yaml_get(reading->mapping, where);

	if (!at)
		at = reading->mapping;
	return error_list_add(reading->errors, FAULT_ERROR, reading->file, at->line, at->column, where, "%s", text);
}

static int read_columns(struct reading *reading)
{
	struct json_table *table = reading->table;
	struct error error;

	if (table->column_texts.count > DETAIL_COLUMNS)
		return fault(reading, "columns", "too many columns (at most 12)");
	for (size_t i = 0; i < table->column_texts.count; i++) {
		const char *text = table->column_texts.items[i], *equals = strchr(text, '=');
		struct column *column = &table->columns[table->column_count++];

		if (!equals || equals == text) {
			error_set(&error, "'%.80s' is no column (TITLE=PATH)", text);
			return fault(reading, "columns", error.text);
		}
		column->title = arena_strndup(reading->arena, text, (size_t)(equals - text));
		column->path = json_path_parse(equals + 1, reading->arena, &error);
		if (!column->path)
			return fault(reading, "columns", error.text);
	}
	return 0;
}

static int read_moods(struct reading *reading)
{
	struct json_table *table = reading->table;
	struct error error;

	table->moods = arena_array(reading->arena, table->mood_texts.count + 1, sizeof(*table->moods));
	for (size_t i = 0; i < table->mood_texts.count; i++) {
		const char *text = table->mood_texts.items[i], *equals = strchr(text, '=');
		size_t mood = 0;

		while (mood < MOODS && strcmp(mood_names[mood], equals + 1) != 0)
			mood++;
		if (mood == MOODS) {
			error_set(&error, "'%.40s' is no mood (plain, dim, good, warning, bad)", equals + 1);
			return fault(reading, "moods", error.text);
		}
		table->moods[table->mood_count++] =
			(struct mood){ arena_strndup(reading->arena, text, (size_t)(equals - text)),
				       (enum detail_mood)mood };
	}
	return 0;
}

const struct json_table *json_table_read(const struct yaml_node *mapping, const char *file, struct arena *arena,
					 struct error_list *errors)
{
	struct reading reading = { .table = arena_alloc(arena, sizeof(*reading.table)),
				   .mapping = mapping,
				   .file = file,
				   .arena = arena,
				   .errors = errors };
	struct error error;

	option_defaults(json_table_options, reading.table, arena);
	if (option_read_yaml(json_table_options, reading.table, mapping, file, arena, errors) ||
	    read_columns(&reading) || read_moods(&reading))
		return NULL;
	reading.table->path = json_path_parse(reading.table->path_text, arena, &error);
	if (!reading.table->path) {
		fault(&reading, "path", error.text);
		return NULL;
	}
	return reading.table;
}

const struct json_table *json_table_ready(const char *yaml, struct arena *arena)
{
	const struct json_table *table;
	struct yaml_document document;

	if (yaml_parse(&document, yaml, strlen(yaml), "ready-made", NULL))
		abort();
	table = json_table_read(document.root, "ready-made", arena, NULL);
	if (!table)
		abort();
	yaml_document_release(&document);
	return table;
}

/* --- making the rows --------------------------------------------------------- */

struct filling {
	const struct json_table *table;
	struct detail *detail;
	struct detail_table *rows;
	bool used[DETAIL_COLUMNS];
};

static enum detail_mood mood_of(const struct json_table *table, const char *text)
{
	for (size_t i = 0; i < table->mood_count; i++)
		if (strcasecmp(table->moods[i].text, text) == 0)
			return table->moods[i].mood;
	return DETAIL_PLAIN;
}

/* First look which columns have anything. */
static int look(void *user, const struct json_place *place)
{
	struct filling *filling = user;

	for (size_t i = 0; i < filling->table->column_count; i++) {
		struct strbuf text = STRBUF_INIT;
		struct json_place there;

		if (!filling->used[i] && json_path_from(filling->table->columns[i].path, place, &there))
			filling->used[i] = json_place_text(&there, &text);
		strbuf_release(&text);
	}
	return 0;
}

static int fill(void *user, const struct json_place *place)
{
	struct filling *filling = user;
	struct detail_cell *row = detail_row(filling->detail, filling->rows);
	size_t cell = 0;

	for (size_t i = 0; i < filling->table->column_count; i++) {
		struct strbuf text = STRBUF_INIT;
		struct json_place there;

		if (!filling->used[i])
			continue;
		if (json_path_from(filling->table->columns[i].path, place, &there) && json_place_text(&there, &text))
			detail_cell(filling->detail, row, cell, mood_of(filling->table, text.text), "%.500s",
				    text.text);
		strbuf_release(&text);
		cell++;
	}
	return 0;
}

void json_table_add(const struct json_table *table, const cJSON *root, struct detail *detail)
{
	struct json_walk walk = { .root = root, .work = JSON_WALK_WORK };
	struct filling filling = { .table = table, .detail = detail };
	struct detail_column *columns = arena_array(&detail->arena, DETAIL_COLUMNS, sizeof(*columns));
	size_t count = 0;

	json_path_each(table->path, &walk, DETAIL_ROWS, look, &filling, NULL);
	for (size_t i = 0; i < table->column_count; i++)
		if (filling.used[i])
			columns[count++].title = arena_strdup(&detail->arena, table->columns[i].title);
	if (count)
		columns[count - 1].wide = true;
	filling.rows = detail_add(detail, arena_strdup(&detail->arena, table->title),
				  arena_strdup(&detail->arena, table->empty), columns, count);
	/* Further ones only so that they are counted. */
	if (count)
		json_path_each(table->path, &walk, 20 * DETAIL_ROWS, fill, &filling, NULL);
}
