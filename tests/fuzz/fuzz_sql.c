/*
 * SQL of a runbook: what surely reads. The first byte chooses. Raw: the bytes
 * as they are, with values put in at each '@'. What reads goes on to do so
 * however its blanks and letters are written, and never with something behind
 * it; a value in quotes changes nothing of it. Built: the bytes choose pieces,
 * all of them harmless or in quotes, or one that is not, and exactly that is
 * said of them.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "bytes.h"
#include "invariant.h"
#include "runbook/sql.h"

#define RAW_MAX   1000
#define BUILT_MAX 400
#define HOSTILE   "a'; DROP TABLE b; --\" */ $$ INTO c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool reads(const char *text)
{
	struct arena arena = { 0 };
	const char *why = NULL;
	bool ret = sql_reads(text, &arena, &why);

	always(why && *why);
	arena_release(&arena);
	return ret;
}

static bool reads_with(const char *before, const char *text, const char *behind)
{
	char *all = mem_printf("%s%s%s", before, text, behind);
	bool ret = reads(all);

	free(all);
	return ret;
}

/* ---- raw ---- */

static const char *value_of(void *user, const char *name)
{
	(void)name;
	return user;
}

/* The text with `value` at each '@'; NULL: it cannot be put there. */
static char *fill(const char *text, const char *value)
{
	VEC(struct placeholder) places = { 0 };
	struct strbuf filled = STRBUF_INIT;
	struct error error = { "" };
	char *user = mem_strdup(value);
	int result;

	for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@')) {
		struct placeholder place = { .name = "x", .begin = (size_t)(at - text) };

		place.end = place.begin + 1;
		vec_push(&places, place);
	}
	result = sql_fill(text, places.items, places.count, value_of, user, &filled, &error);
	always((result < 0) == (*error.text != '\0'));
	vec_release(&places);
	free(user);
	if (result == 0)
		return strbuf_detach(&filled);
	strbuf_release(&filled);
	return NULL;
}

static void check_values(const char *text)
{
	char *plain = fill(text, "v"), *hostile = fill(text, HOSTILE);

	never(hostile && !plain);
	if (hostile) {
		/* A quote that is doubled behind a backslash is no longer sure. */
		never(reads(hostile) && !reads(plain));
		always(reads(hostile) == reads(plain) || strchr(text, '\\'));
	}
	free(plain);
	free(hostile);
}

static void check_raw(char *text)
{
	bool before = reads(text), explains;

	if (before) {
		always(reads_with("/* a /* b */ ' */ -- \"\r\n\t", text, "\n;;"));
		never(reads_with("", text, "\n; DROP TABLE a"));
		never(reads_with("", text, "\r;SELECT 1"));
		never(reads_with("DELETE ", text, ""));
		explains = strcasestr(text, "explain");
		never(!explains && reads_with("", text, "\nINTO a"));
		never(!explains && reads_with("", text, "\nFOR NO KEY UPDATE"));
		never(!explains && reads_with("", text, "\n, pg_sleep(1)"));
	}
	check_values(text);
	for (char *at = text; *at; at++)
		*at = (char)((unsigned char)*at < 0x80 ? toupper((unsigned char)*at) : *at);
	/* Letters between dollar signs are told apart. */
	always(reads(text) == before || strchr(text, '$'));
}

/* ---- built ---- */

/* Some bytes of anything but NUL and those of `without`; those of `doubled` twice. */
static void add_content(struct strbuf *text, struct bytes *bytes, const char *without, char doubled)
{
	for (unsigned left = take(bytes, 12); left; left--) {
		char ch = (char)take(bytes, 256);

		if (!ch || strchr(without, ch))
			ch = ' ';
		strbuf_addch(text, ch);
		if (ch == doubled)
			strbuf_addch(text, ch);
	}
}

static void add_quoted(struct strbuf *text, struct bytes *bytes)
{
	static const char *const tags[] = { "$$", "$a$", "$_\xc3\xa9_1$" };
	const char *tag;

	switch (take(bytes, 6)) {
	case 0:
		strbuf_addch(text, '\'');
		add_content(text, bytes, "\\", '\'');
		strbuf_addch(text, '\'');
		break;
	case 1:
		strbuf_addch(text, '"');
		add_content(text, bytes, "", '"');
		strbuf_addch(text, '"');
		break;
	case 2:
		strbuf_addstr(text, "E'\\'");
		add_content(text, bytes, "'", '\\');
		strbuf_addstr(text, "'");
		break;
	case 3:
		tag = tags[take(bytes, 3)];
		strbuf_addstr(text, tag);
		add_content(text, bytes, "$", '\0');
		strbuf_addstr(text, tag);
		break;
	case 4:
		strbuf_addstr(text, "/* /* ");
		add_content(text, bytes, "*/", '\0');
		strbuf_addstr(text, "*/ INTO */");
		break;
	default:
		strbuf_addstr(text, "--");
		add_content(text, bytes, "\r\n", '\0');
		strbuf_addch(text, "\r\n"[take(bytes, 2)]);
		break;
	}
}

static void check_built(struct bytes bytes)
{
	static const char *const begins[] = { "SELECT",
					      "with q as (select 1) select",
					      "TABLE",
					      "values",
					      "show",
					      "EXPLAIN ANALYZE select",
					      "explain (analyze, costs off) SELECT" };
	static const char *const blanks[] = { " ", "\n", "\t", "\r", "/**/", "--\r", "--'\n", "\f" };
	static const char *const harmless[] = { "a",    "x1",      "a$b$",  "count(*)", "1",        "1.5e-3", ",",
						"= $1", "+ (1)",   "b.c",   "now ()",   "AS t",     "::int",  "* /",
						"NULL", "updates", "- - 1", "<@",       "$1 || $2", "LIMIT 5" };
	static const char *const harmful[] = {
		"INTO b",     "; DROP TABLE a", "for update",      "pg_sleep(1)", "\\g",
		"f /**/ (1)", "\"count\"(1)",   "public.count(1)", "; SELECT 2",  "'\\' x'",
		"1into b",    "$1$$ ' $$",      "- /* open",       "= 'open",     "= $a$ open $b$",
		"+ \"open",   "(delete from a)"
	};
	struct strbuf text = STRBUF_INIT;
	bool harms = false;

	strbuf_addstr(&text, begins[take(&bytes, 7)]);
	while (bytes.size) {
		unsigned what = take(&bytes, 16);

		strbuf_addstr(&text, blanks[take(&bytes, 8)]);
		if (what < 7) {
			strbuf_addstr(&text, harmless[take(&bytes, 20)]);
		} else if (what < 15) {
			add_quoted(&text, &bytes);
		} else {
			strbuf_addstr(&text, harmful[take(&bytes, 17)]);
			harms = true;
			break;
		}
	}
	always(reads(text.text) == !harms);
	strbuf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = { data, size };
	bool built = take(&bytes, 2);
	char *text;

	if (bytes.size > (built ? BUILT_MAX : RAW_MAX))
		return 0;
	if (built) {
		check_built(bytes);
		return 0;
	}
	text = mem_strndup((const char *)bytes.data, bytes.size);
	check_raw(text);
	free(text);
	return 0;
}
