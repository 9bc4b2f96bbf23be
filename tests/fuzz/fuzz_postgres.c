/*
 * What a PostgreSQL server says: any rows become a page that can be read
 * again, trees of any blockers end, tables are made of any cells, messages of
 * any kind become a reason without a line break.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "collect/postgres_detail.h"
#include "collect/postgres_queries.h"
#include "collect/postgres_tree.h"
#include "loop/postgres_dsn.h"
#include "loop/postgres_reason.h"
#include "tsdb/exposition.h"

#define CELLS   600
#define COLUMNS 40

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input's lines as cells; one that is a single '-' is a null. */
struct cells {
	char *text;
	const char *items[CELLS];
	size_t count;
};

static void split(struct cells *cells, const uint8_t *data, size_t size)
{
	char *at;

	cells->text = strndup((const char *)data, size);
	for (at = cells->text; *at && cells->count < CELLS;) {
		size_t length = strcspn(at, "\n");
		bool more = at[length] == '\n';

		at[length] = '\0';
		cells->items[cells->count++] = strcmp(at, "-") == 0 ? NULL : at;
		at += length + more;
	}
}

/* Rows with the columns that a statement is mapped from, then those that are in its SQL by name. */
static size_t columns_of(const struct postgres_statement *statement, const char **names)
{
	static const char *const others[] = {
		"pid",   "blockers",    "usename", "state", "lock",    "wait_age",         "transaction_age",
		"query", "calls_total", "hit",     "read",  "xid_age", "last_archived_wal"
	};
	size_t count = 0;

	for (const char *const *label = statement->map.labels; label && *label; label++)
		names[count++] = *label;
	for (const struct postgres_value *value = statement->map.values; value && value->column; value++)
		names[count++] = value->column;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]) && count < COLUMNS; i++)
		names[count++] = others[i];
	return count;
}

static void check_page(const struct metric_page *page)
{
	struct exposition_options options = { 0 };
	struct exposition exposition;

	never(exposition_parse(&exposition, page->text.text, page->text.length, &options, "p", NULL) < 0 ||
	      exposition.count != page->samples);
	exposition_release(&exposition);
}

static void try_statement(const struct postgres_statement *statement, const struct cells *cells)
{
	const char *names[COLUMNS + 64];
	struct postgres_row row = { .count = columns_of(statement, names), .names = names };
	struct detail *detail = detail_new(1);
	struct postgres_rows rows = { 0 };
	struct metric_page page;

	metric_page_init(&page);
	for (size_t at = 0; at + row.count <= cells->count; at += row.count) {
		row.values = cells->items + at;
		postgres_rows_add(&rows, &row);
	}
	if (statement->map.values)
		postgres_metrics_add(&page, &statement->map, &rows, NULL, NULL);
	if (statement->show)
		statement->show(detail, &rows);
	postgres_show_plain(detail, "plain", &rows);
	check_page(&page);
	metric_page_release(&page);
	postgres_rows_clear(&rows);
	detail_free(detail);
}

static void try_texts(const char *text)
{
	struct postgres_shown shown;
	char reason[160];

	postgres_reason(text, reason, sizeof(reason));
	never(!*reason || strchr(reason, '\n'));
	if (postgres_dsn_show(text, &shown, NULL) == 0)
		postgres_shown_release(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cells cells = { 0 };
	char *text;

	if (size < 2 || size > 20000)
		return 0;
	split(&cells, data + 1, size - 1);
	try_statement(&postgres_statements[data[0] % postgres_statement_count], &cells);
	text = strndup((const char *)data + 1, size - 1);
	try_texts(text);
	free(text);
	free(cells.text);
	return 0;
}
