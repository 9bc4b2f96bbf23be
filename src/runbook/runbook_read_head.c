/* What a runbook says of itself: front matter, bold keys under the title and at the foot. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "config/markdown_place.h"
#include "runbook/runbook_reader.h"

#define KEY_MAX      40 /* bytes: a longer bold beginning is a sentence */
#define FIELDS_MAX   200
#define FIGURE_MAX   1000000
#define PRIORITY_MAX 3

/* ---- fields ---- */

static void add_field(struct runbook_reader *reader, const char *key, const char *value, unsigned line)
{
	if (reader->runbook->fields.count < FIELDS_MAX)
		vec_push(&reader->runbook->fields, (struct runbook_field){ .key = key, .value = value, .line = line });
}

/* "Severity:" and "P1", or "Severity" and ": P1". False: it is no field. */
static bool add_line(struct runbook_reader *reader, const struct reader_line *line, unsigned number, bool add)
{
	size_t length = strlen(line->bold);
	const char *value = line->rest;
	bool colon = length && line->bold[length - 1] == ':';

	length -= colon;
	if (!colon && *value == ':') {
		colon = true;
		value++;
	}
	if (!colon || !length || length > KEY_MAX)
		return false;
	if (add)
		add_field(reader, arena_strndup(&reader->runbook->arena, line->bold, length),
			  value + strspn(value, " "), number);
	return true;
}

static bool add_paragraph(struct runbook_reader *reader, cmark_node *block, bool all, bool add)
{
	struct reader_lines lines = { 0 };
	unsigned number = markdown_place(block).first;
	bool fits = true;

	reader_split_lines(reader, block, &lines);
	for (size_t i = 0; i < lines.items.count; i++)
		fits = add_line(reader, &lines.items.items[i], number + (unsigned)i, add) && fits;
	fits = fits && lines.items.count > 0;
	vec_release(&lines.items);
	return fits || !all;
}

/* A table of two columns: a key and a value in each row. */
static void add_rows(struct runbook_reader *reader, cmark_node *table)
{
	for (cmark_node *row = cmark_node_first_child(table); row; row = cmark_node_next(row)) {
		cmark_node *key = cmark_node_first_child(row), *value = key ? cmark_node_next(key) : NULL;
		const char *name;

		if (!value || cmark_node_next(value))
			return;
		name = reader_plain(reader, key);
		/* A heading of the table itself is no field, unless it has one in it. */
		if (*name && strlen(name) <= KEY_MAX)
			add_field(reader, name, reader_plain(reader, value), markdown_place(row).first);
	}
}

void reader_head(struct runbook_reader *reader, cmark_node *block)
{
	switch (cmark_node_get_type(block)) {
	case CMARK_NODE_PARAGRAPH: add_paragraph(reader, block, false, true); break;
	case CMARK_NODE_LIST:
		for (cmark_node *item = cmark_node_first_child(block); item; item = cmark_node_next(item))
			if (cmark_node_first_child(item))
				add_paragraph(reader, cmark_node_first_child(item), false, true);
		break;
	default:
		if (reader_is_table(block))
			add_rows(reader, block);
		break;
	}
}

void reader_foot(struct runbook_reader *reader, cmark_node *document)
{
	cmark_node *first = NULL;

	if (reader->section == 0 || (reader->titled && reader->section == 1))
		return;
	for (cmark_node *node = cmark_node_last_child(document); node; node = cmark_node_previous(node)) {
		cmark_node_type type = cmark_node_get_type(node);

		if (type == CMARK_NODE_THEMATIC_BREAK || type == CMARK_NODE_HTML_BLOCK)
			continue;
		if (type != CMARK_NODE_PARAGRAPH || !add_paragraph(reader, node, true, false))
			break;
		first = node;
	}
	for (; first; first = cmark_node_next(first))
		if (cmark_node_get_type(first) == CMARK_NODE_PARAGRAPH)
			add_paragraph(reader, first, true, true);
}

/* ---- front matter ---- */

/* The bytes up to and with the line that ends it; 0: there is none. `ret_body`: without that line. */
static size_t matter_length(const char *text, size_t length, size_t *ret_body)
{
	if (length < 4 || memcmp(text, "---\n", 4) != 0)
		return 0;
	for (size_t at = 4; at < length;) {
		const char *newline = memchr(text + at, '\n', length - at);
		size_t end = newline ? (size_t)(newline - text) : length, used = end;

		while (used > at && text[used - 1] == ' ')
			used--;
		if (used - at == 3 && (memcmp(text + at, "---", 3) == 0 || memcmp(text + at, "...", 3) == 0)) {
			*ret_body = at;
			return newline ? end + 1 : end;
		}
		at = end + 1;
	}
	return 0;
}

static void add_values(struct runbook_reader *reader, const struct yaml_node *node)
{
	struct strbuf value = STRBUF_INIT;

	for (size_t i = 0; i < node->count; i++)
		if (node->items[i]->kind == YAML_SCALAR)
			strbuf_addf(&value, "%s%s", value.length ? ", " : "", node->items[i]->text);
	add_field(reader, arena_strdup(&reader->runbook->arena, node->key),
		  arena_strdup(&reader->runbook->arena, node->kind == YAML_SCALAR ? node->text : value.text),
		  node->key_line);
	strbuf_release(&value);
}

size_t reader_front_matter(struct runbook_reader *reader, const char *text, size_t length)
{
	struct yaml_document document;
	size_t body = 0, taken = matter_length(text, length, &body);

	/* A rule at the top of a text and another one further down are no front matter: it is YAML or it is not. */
	if (!taken || !memchr(text + 4, ':', body - 4))
		return 0;
	if (yaml_parse(&document, text, body, reader->runbook->path, reader->errors))
		return taken;
	for (size_t i = 0; document.root && document.root->kind == YAML_MAPPING && i < document.root->count; i++)
		if (document.root->items[i]->kind != YAML_MAPPING)
			add_values(reader, document.root->items[i]);
	yaml_document_release(&document);
	return taken;
}

/* ---- what they mean ---- */

enum meaning {
	MEANS_SEVERITY,
	MEANS_ESCALATION,
	MEANS_VERSION,
	MEANS_UPDATED,
	MEANS_MTTR,
	MEANS_RTO,
	MEANS_RPO,
	MEANS_ALERTS,
	MEANS_TAGS,
	MEANS_TITLE
};

/* Keys as people write them, in lower case with blanks. */
static const struct {
	const char *key;
	enum meaning meaning;
} meanings[] = {
	{ "severity", MEANS_SEVERITY },
	{ "priority", MEANS_SEVERITY },
	{ "escalation", MEANS_ESCALATION },
	{ "escalation chain", MEANS_ESCALATION },
	{ "escalation path", MEANS_ESCALATION },
	{ "version", MEANS_VERSION },
	{ "last updated", MEANS_UPDATED },
	{ "updated", MEANS_UPDATED },
	{ "last reviewed", MEANS_UPDATED },
	{ "date", MEANS_UPDATED },
	{ "target mttr", MEANS_MTTR },
	{ "mttr", MEANS_MTTR },
	{ "target mttr (mean time to recovery)", MEANS_MTTR },
	{ "target rto", MEANS_RTO },
	{ "rto", MEANS_RTO },
	{ "target rpo", MEANS_RPO },
	{ "rpo", MEANS_RPO },
	{ "alert", MEANS_ALERTS },
	{ "alerts", MEANS_ALERTS },
	{ "tags", MEANS_TAGS },
	{ "title", MEANS_TITLE },
};

static const struct {
	const char *word;
	int priority;
} severities[] = {
	{ "critical", 0 }, { "high", 1 }, { "major", 1 }, { "medium", 2 },
	{ "warning", 2 },  { "low", 3 },  { "minor", 3 }, { "info", 3 },
};

static int priority_of(const char *text)
{
	for (const char *at = text; *at; at++) {
		size_t word = strncasecmp(at, "sev", 3) == 0 ? 3 : *at == 'P' || *at == 'p' ? 1 : 0;

		if (at != text && isalnum((unsigned char)at[-1]))
			continue;
		if (word == 3 && (at[3] == '-' || at[3] == ' '))
			word++;
		if (!word || !isdigit((unsigned char)at[word]) || isalnum((unsigned char)at[word + 1]))
			continue;
		return at[word] - '0' > PRIORITY_MAX ? PRIORITY_MAX : at[word] - '0';
	}
	for (size_t i = 0; i < sizeof(severities) / sizeof(*severities); i++)
		if (strncasecmp(text, severities[i].word, strlen(severities[i].word)) == 0)
			return severities[i].priority;
	return -1;
}

static const struct {
	const char *word;
	int64_t ms;
} units[] = {
	{ "seconds", CLOCK_SECOND }, { "second", CLOCK_SECOND },  { "secs", CLOCK_SECOND },   { "sec", CLOCK_SECOND },
	{ "s", CLOCK_SECOND },       { "minutes", CLOCK_MINUTE }, { "minute", CLOCK_MINUTE }, { "mins", CLOCK_MINUTE },
	{ "min", CLOCK_MINUTE },     { "m", CLOCK_MINUTE },       { "hours", CLOCK_HOUR },    { "hour", CLOCK_HOUR },
	{ "hrs", CLOCK_HOUR },       { "hr", CLOCK_HOUR },        { "h", CLOCK_HOUR },        { "days", CLOCK_DAY },
	{ "day", CLOCK_DAY },        { "d", CLOCK_DAY },
};

static int64_t unit_of(const char *text, size_t *ret_length)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		*ret_length = strlen(units[i].word);
		if (strncasecmp(text, units[i].word, *ret_length) == 0 && !isalpha((unsigned char)text[*ret_length]))
			return units[i].ms;
	}
	return 0;
}

/* "< 15 minutes", "1 hour 30 min", "1h30m"; -1 without a figure. A span ("30-60 min") is its end. */
static int64_t duration_of(const char *text)
{
	int64_t total = 0;
	bool some = false;

	for (const char *at = text; *at;) {
		char *end;
		double figure;
		int64_t unit;
		size_t length;

		if (!isdigit((unsigned char)*at)) {
			/* What stands behind the first figures and in brackets says more of it. */
			if (some && !strchr(" ,", *at) && strncasecmp(at, "and ", 4) != 0)
				break;
			at += some && strncasecmp(at, "and ", 4) == 0 ? 4 : 1;
			continue;
		}
		figure = strtod(at, &end);
		end += strspn(end, " ");
		unit = unit_of(end, &length);
		if (!unit && (*end == '-' || strncmp(end, "\xe2\x80\x93", 3) == 0)) {
			at = end + (*end == '-' ? 1 : 3);
			continue;
		}
		if (figure > FIGURE_MAX || (!unit && some))
			break;
		total += (int64_t)(figure * (double)(unit ? unit : CLOCK_MINUTE));
		some = true;
		at = end + (unit ? length : 0);
		if (!unit)
			break;
	}
	return some ? total : -1;
}

/* Names between commas. "Alert: fires when ..." is a sentence, and names none. */
static void add_words(struct runbook_reader *reader, const char *value, bool alerts)
{
	struct arena *arena = &reader->runbook->arena;

	for (const char *at = value; *at;) {
		size_t length = strcspn(at, ","), used = length, name;

		for (; used && strchr(" []\"'`", *at); at++, length--)
			used--;
		while (used && strchr(" []\"'`.", at[used - 1]))
			used--;
		name = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:-./");
		if (used && name >= used && alerts)
			vec_push(&reader->runbook->alerts, arena_strndup(arena, at, used));
		else if (used && name >= used)
			vec_push(&reader->runbook->tags, arena_strndup(arena, at, used));
		at += length + (at[length] == ',');
	}
}

static bool is_key(const char *key, const char *known)
{
	for (; *key && *known; key++, known++) {
		char ch = (char)tolower((unsigned char)*key);

		if ((ch == '_' || ch == '-' ? ' ' : ch) != *known)
			return false;
	}
	return !*key && !*known;
}

static void set_text(const char **member, const char *value)
{
	if (!*member && *value)
		*member = value;
}

static void set_duration(int64_t *member, const char *value)
{
	if (*member < 0)
		*member = duration_of(value);
}

static void apply(struct runbook_reader *reader, enum meaning meaning, const char *value)
{
	struct runbook *runbook = reader->runbook;

	switch (meaning) {
	case MEANS_SEVERITY: set_text(&runbook->severity, value); break;
	case MEANS_ESCALATION: set_text(&runbook->escalation, value); break;
	case MEANS_VERSION: set_text(&runbook->version, value); break;
	case MEANS_UPDATED: set_text(&runbook->updated, value); break;
	case MEANS_MTTR: set_duration(&runbook->mttr_ms, value); break;
	case MEANS_RTO: set_duration(&runbook->rto_ms, value); break;
	case MEANS_RPO: set_duration(&runbook->rpo_ms, value); break;
	case MEANS_ALERTS: add_words(reader, value, true); break;
	case MEANS_TAGS: add_words(reader, value, false); break;
	case MEANS_TITLE: set_text(&runbook->title, value); break;
	}
}

void reader_finish_head(struct runbook_reader *reader)
{
	struct runbook *runbook = reader->runbook;

	for (size_t i = 0; i < runbook->fields.count; i++)
		for (size_t k = 0; k < sizeof(meanings) / sizeof(*meanings); k++)
			if (is_key(runbook->fields.items[i].key, meanings[k].key))
				apply(reader, meanings[k].meaning, runbook->fields.items[i].value);
	if (runbook->severity)
		runbook->priority = priority_of(runbook->severity);
}
