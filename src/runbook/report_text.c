#include "runbook/report_text.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"

/* Entities, since not every reader of Markdown takes a backslash before these. */
static const char *entity_of(char ch)
{
	switch (ch) {
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '&': return "&amp;";
	default: return NULL;
	}
}

/* Where GitHub would make a link out of plain text. */
static bool makes_link(const char *text, const char *at)
{
	if (*at == ':')
		return at[1] == '/' && at[2] == '/';
	return *at == '.' && at - text >= 3 && !strncasecmp(at - 3, "www", 3);
}

void report_add_text(struct strbuf *ret, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	text_add_safe(&safe, text);
	for (const char *at = safe.text; *at; at++) {
		const char *entity = entity_of(*at);

		if (entity) {
			strbuf_addstr(ret, entity);
			continue;
		}
		if (strchr("\\`*_[]|~#$", *at) || makes_link(safe.text, at))
			strbuf_addch(ret, '\\');
		strbuf_addch(ret, *at);
	}
	strbuf_release(&safe);
}

/* The longest row of backticks in it. */
static size_t longest_run(const char *text)
{
	size_t longest = 0, length;

	for (; *text; text += length ? length : 1) {
		length = strspn(text, "`");
		longest = length > longest ? length : longest;
	}
	return longest;
}

static void add_backticks(struct strbuf *ret, size_t count)
{
	while (count-- > 0)
		strbuf_addch(ret, '`');
}

void report_add_code(struct strbuf *ret, const char *text, bool cell)
{
	struct strbuf safe = STRBUF_INIT;
	size_t marks;
	bool padded;

	if (!*text)
		return;
	text_add_safe(&safe, text);
	marks = longest_run(safe.text) + 1;
	/* One space at either end is taken away again by the reader, unless there is nothing else. */
	padded = strchr("` ", safe.text[0]) || strchr("` ", safe.text[safe.length - 1]);
	add_backticks(ret, marks);
	strbuf_addstr(ret, padded ? " " : "");
	for (const char *at = safe.text; *at; at++) {
		/* Tables are cut into cells before code is looked for. */
		if (*at == '|' && cell)
			strbuf_addch(ret, '\\');
		strbuf_addch(ret, *at);
	}
	strbuf_addstr(ret, padded ? " " : "");
	add_backticks(ret, marks);
	strbuf_release(&safe);
}

void report_add_block(struct strbuf *ret, const char *info, const char *text)
{
	size_t marks = longest_run(text) + 1, length;

	marks = marks < 3 ? 3 : marks;
	add_backticks(ret, marks);
	strbuf_addf(ret, "%s\n", info);
	/* Tabs are part of a command, and harm nobody. */
	for (; *text; text += length) {
		struct strbuf piece = STRBUF_INIT;

		length = strcspn(text, "\t");
		if (!length) {
			strbuf_addch(ret, '\t');
			length = 1;
			continue;
		}
		strbuf_add(&piece, text, length);
		text_add_safe_lines(ret, piece.text);
		strbuf_release(&piece);
	}
	if (ret->text[ret->length - 1] != '\n')
		strbuf_addch(ret, '\n');
	add_backticks(ret, marks);
	strbuf_addch(ret, '\n');
}

void report_add_time(struct strbuf *ret, int64_t wall_ms)
{
	char text[32] = "";

	if (wall_ms > 0)
		time_format(wall_ms, "%Y-%m-%d %H:%M:%S", text, sizeof(text));
	strbuf_addstr(ret, *text ? text : "not known");
}

void report_add_duration(struct strbuf *ret, int64_t ms)
{
	char text[32];

	duration_format(ms, text, sizeof(text));
	strbuf_addstr(ret, text);
}

void report_add_failure(struct strbuf *ret, const char *outcome, const char *reason)
{
	bool says = *outcome && strncmp(reason, outcome, strlen(outcome)) == 0;

	strbuf_addstr(ret, "**");
	report_add_text(ret, says ? reason : outcome);
	strbuf_addstr(ret, "**");
	if (says || !*reason)
		return;
	strbuf_addstr(ret, ", ");
	report_add_text(ret, reason);
}
