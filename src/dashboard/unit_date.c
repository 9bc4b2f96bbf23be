#include "dashboard/unit_format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define DATE_MS_MAX 8.64e15 /* what JavaScript's Date holds */

/* ---- moment.js patterns ---- */

/* One moment taken apart; UTC. */
struct moment {
	int64_t wall_ms;
	struct tm tm;
	int ms; /* 0..999 */
};

static void moment_init(struct moment *ret, int64_t wall_ms)
{
	time_t seconds;

	ret->wall_ms = wall_ms;
	ret->ms = (int)(((wall_ms % 1000) + 1000) % 1000);
	seconds = (time_t)((wall_ms - ret->ms) / 1000);
	gmtime_r(&seconds, &ret->tm);
}

static void add_ordinal(const struct moment *moment, struct strbuf *ret)
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };
	int day = moment->tm.tm_mday, last = day % 10;

	strbuf_addf(ret, "%d%s", day, endings[day / 10 != 1 && last < 4 ? last : 0]);
}

static void add_quarter(const struct moment *moment, struct strbuf *ret)
{
	strbuf_addf(ret, "%d", moment->tm.tm_mon / 3 + 1);
}

static void add_weekday2(const struct moment *moment, struct strbuf *ret)
{
	strbuf_add(ret, &"SuMoTuWeThFrSa"[2 * moment->tm.tm_wday], 2);
}

static void add_ms3(const struct moment *moment, struct strbuf *ret)
{
	strbuf_addf(ret, "%03d", moment->ms);
}

static void add_ms2(const struct moment *moment, struct strbuf *ret)
{
	strbuf_addf(ret, "%02d", moment->ms / 10);
}

static void add_ms1(const struct moment *moment, struct strbuf *ret)
{
	strbuf_addf(ret, "%d", moment->ms / 100);
}

static void add_unix(const struct moment *moment, struct strbuf *ret)
{
	strbuf_addf(ret, "%lld", (long long)((moment->wall_ms - moment->ms) / 1000));
}

static void add_unix_ms(const struct moment *moment, struct strbuf *ret)
{
	strbuf_addf(ret, "%lld", (long long)moment->wall_ms);
}

/* Longer words before the shorter ones they begin with. */
static const struct token {
	const char *word;
	const char *strftime; /* or `add`, where strftime has no such thing */
	void (*add)(const struct moment *moment, struct strbuf *ret);
} tokens[] = {
	{ .word = "YYYY", .strftime = "%Y" },  { .word = "YY", .strftime = "%y" },
	{ .word = "MMMM", .strftime = "%B" },  { .word = "MMM", .strftime = "%b" },
	{ .word = "MM", .strftime = "%m" },    { .word = "M", .strftime = "%-m" },
	{ .word = "DDDD", .strftime = "%j" },  { .word = "DD", .strftime = "%d" },
	{ .word = "Do", .add = add_ordinal },  { .word = "D", .strftime = "%-d" },
	{ .word = "dddd", .strftime = "%A" },  { .word = "ddd", .strftime = "%a" },
	{ .word = "dd", .add = add_weekday2 }, { .word = "Q", .add = add_quarter },
	{ .word = "HH", .strftime = "%H" },    { .word = "H", .strftime = "%-H" },
	{ .word = "hh", .strftime = "%I" },    { .word = "h", .strftime = "%-I" },
	{ .word = "mm", .strftime = "%M" },    { .word = "m", .strftime = "%-M" },
	{ .word = "ss", .strftime = "%S" },    { .word = "s", .strftime = "%-S" },
	{ .word = "SSS", .add = add_ms3 },     { .word = "SS", .add = add_ms2 },
	{ .word = "S", .add = add_ms1 },       { .word = "A", .strftime = "%p" },
	{ .word = "a", .strftime = "%P" },     { .word = "ZZ", .strftime = "+0000" },
	{ .word = "Z", .strftime = "+00:00" }, { .word = "X", .add = add_unix },
	{ .word = "x", .add = add_unix_ms },
};

/* The formats are the table's, so the compiler cannot see them; none of them comes from outside. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void token_add(const struct token *token, const struct moment *moment, struct strbuf *ret)
{
	char text[32];

	if (token->add)
		token->add(moment, ret);
	else if (strftime(text, sizeof(text), token->strftime, &moment->tm) > 0)
		strbuf_addstr(ret, text);
}
#pragma GCC diagnostic pop

static const struct token *token_at(const char *pattern)
{
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		if (strncmp(pattern, tokens[i].word, strlen(tokens[i].word)) == 0)
			return &tokens[i];
	return NULL;
}

void moment_format(int64_t wall_ms, const char *pattern, struct strbuf *ret)
{
	struct moment moment;

	moment_init(&moment, wall_ms);
	while (*pattern) {
		const struct token *token = token_at(pattern);
		const char *close = *pattern == '[' ? strchr(pattern, ']') : NULL;

		if (token) {
			token_add(token, &moment, ret);
			pattern += strlen(token->word);
		} else if (close) {
			strbuf_add(ret, pattern + 1, (size_t)(close - pattern - 1));
			pattern = close + 1;
		} else {
			if (*pattern == '\\' && pattern[1])
				pattern++;
			strbuf_addch(ret, *pattern++);
		}
	}
}

/* ---- units ---- */

static bool is_date(double value, struct unit_text *ret)
{
	if (fabs(value) <= DATE_MS_MAX)
		return true;
	unit_copy(ret->text, sizeof(ret->text), "Invalid date");
	return false;
}

static void format_pattern(int64_t wall_ms, const char *pattern, struct unit_text *ret)
{
	struct strbuf text = STRBUF_INIT;

	moment_format(wall_ms, pattern, &text);
	unit_copy(ret->text, sizeof(ret->text), text.text);
	strbuf_release(&text);
}

void unit_format_date(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)decimals;
	if (is_date(value, ret))
		format_pattern((int64_t)value, row->symbol, ret);
}

/* The pattern's first word is the date. */
void unit_format_date_not_today(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	const char *time_of_day = strchr(row->symbol, ' ');
	int64_t today = clock_wall_ms() / CLOCK_DAY;

	(void)decimals;
	if (is_date(value, ret))
		format_pattern((int64_t)value,
			       floor(value / CLOCK_DAY) == (double)today && time_of_day ? time_of_day + 1 : row->symbol,
			       ret);
}

/* moment.js's steps from seconds to years, each used below `below` seconds. */
static const struct {
	double below;
	double divisor;
	const char *one;
	const char *many;
} relative_steps[] = {
	{ 44.5, 1, "a few seconds", NULL },    { 89.5, 60, "a minute", NULL },
	{ 2670, 60, NULL, "minutes" },         { 5370, 3600, "an hour", NULL },
	{ 77400, 3600, NULL, "hours" },        { 127800, 86400, "a day", NULL },
	{ 2203200, 86400, NULL, "days" },      { 3931200, 2629746, "a month", NULL },
	{ 27604800, 2629746, NULL, "months" }, { 47304000, 31556952, "a year", NULL },
	{ INFINITY, 31556952, NULL, "years" },
};

void unit_format_from_now(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	double seconds, away;
	size_t step = 0;
	char words[64];

	(void)row;
	(void)decimals;
	if (!is_date(value, ret))
		return;
	seconds = ((double)clock_wall_ms() - value) / 1000;
	away = fabs(seconds);
	while (away >= relative_steps[step].below)
		step++;
	if (relative_steps[step].one)
		unit_copy(words, sizeof(words), relative_steps[step].one);
	else
		snprintf(words, sizeof(words), "%.0f %s", round(away / relative_steps[step].divisor),
			 relative_steps[step].many);
	snprintf(ret->text, sizeof(ret->text), "%s%s%s", seconds < 0 ? "in " : "", words, seconds < 0 ? "" : " ago");
}
