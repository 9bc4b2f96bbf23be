#include "alert/template_time.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "alert/template_run.h"

static const char *const months[] = { "January", "February", "March",     "April",   "May",      "June",
				      "July",    "August",   "September", "October", "November", "December" };
static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };

/* A moment's parts. */
struct parts {
	struct tm tm;
	int ms;
};

static struct parts split(int64_t time_ms)
{
	struct parts parts = { .ms = (int)(time_ms % 1000) };
	time_t seconds = (time_t)(time_ms / 1000);

	if (parts.ms < 0) {
		parts.ms += 1000;
		seconds--;
	}
	gmtime_r(&seconds, &parts.tm);
	return parts;
}

int template_time_from(double seconds, int64_t *ret_ms)
{
	double nanoseconds = seconds * 1e9;

	if (!isfinite(seconds))
		return 1;
	/* The largest 64-bit number as a double is one too many. */
	if (nanoseconds >= 9223372036854775808.0 || nanoseconds < -9223372036854775808.0)
		return -1;
	*ret_ms = (int64_t)nanoseconds / 1000000;
	return 0;
}

/* ---- layouts ---- */

static int hour_of_12(const struct parts *parts)
{
	return parts->tm.tm_hour % 12 ? parts->tm.tm_hour % 12 : 12;
}

enum element {
	MONTH_LONG,
	MONTH_SHORT,
	DAY_LONG,
	DAY_SHORT,
	YEAR,
	YEAR_SHORT,
	MONTH_TWO,
	MONTH_ONE,
	DAY_TWO,
	DAY_BLANK,
	DAY_ONE,
	DAY_OF_YEAR,
	DAY_OF_YEAR_BLANK,
	HOUR,
	HOUR_TWO,
	HOUR_ONE,
	MINUTE_TWO,
	MINUTE_ONE,
	SECOND_TWO,
	SECOND_ONE,
	NOON_UPPER,
	NOON_LOWER,
	ZONE_NAME,
	ZONE_Z_COLON,
	ZONE_Z,
	ZONE_COLON,
	ZONE_PLAIN,
	ZONE_HOURS,
};

/* Longer words before those they begin with. */
static const struct {
	const char *word;
	enum element element;
} elements[] = {
	{ "January", MONTH_LONG }, { "Jan", MONTH_SHORT },   { "Monday", DAY_LONG },  { "Mon", DAY_SHORT },
	{ "2006", YEAR },          { "MST", ZONE_NAME },     { "002", DAY_OF_YEAR },  { "__2", DAY_OF_YEAR_BLANK },
	{ "_2", DAY_BLANK },       { "01", MONTH_TWO },      { "02", DAY_TWO },       { "03", HOUR_TWO },
	{ "04", MINUTE_TWO },      { "05", SECOND_TWO },     { "06", YEAR_SHORT },    { "15", HOUR },
	{ "1", MONTH_ONE },        { "2", DAY_ONE },         { "3", HOUR_ONE },       { "4", MINUTE_ONE },
	{ "5", SECOND_ONE },       { "PM", NOON_UPPER },     { "pm", NOON_LOWER },    { "Z07:00", ZONE_Z_COLON },
	{ "Z0700", ZONE_Z },       { "-07:00", ZONE_COLON }, { "-0700", ZONE_PLAIN }, { "-07", ZONE_HOURS },
};

static void add_element(struct strbuf *ret, const struct parts *parts, enum element element)
{
	const struct tm *tm = &parts->tm;

	switch (element) {
	case MONTH_LONG: strbuf_addstr(ret, months[tm->tm_mon]); break;
	case MONTH_SHORT: strbuf_addf(ret, "%.3s", months[tm->tm_mon]); break;
	case DAY_LONG: strbuf_addstr(ret, days[tm->tm_wday]); break;
	case DAY_SHORT: strbuf_addf(ret, "%.3s", days[tm->tm_wday]); break;
	case YEAR: strbuf_addf(ret, "%04d", tm->tm_year + 1900); break;
	case YEAR_SHORT: strbuf_addf(ret, "%02d", (tm->tm_year + 1900) % 100); break;
	case MONTH_TWO: strbuf_addf(ret, "%02d", tm->tm_mon + 1); break;
	case MONTH_ONE: strbuf_addf(ret, "%d", tm->tm_mon + 1); break;
	case DAY_TWO: strbuf_addf(ret, "%02d", tm->tm_mday); break;
	case DAY_BLANK: strbuf_addf(ret, "%2d", tm->tm_mday); break;
	case DAY_ONE: strbuf_addf(ret, "%d", tm->tm_mday); break;
	case DAY_OF_YEAR: strbuf_addf(ret, "%03d", tm->tm_yday + 1); break;
	case DAY_OF_YEAR_BLANK: strbuf_addf(ret, "%3d", tm->tm_yday + 1); break;
	case HOUR: strbuf_addf(ret, "%02d", tm->tm_hour); break;
	case HOUR_TWO: strbuf_addf(ret, "%02d", hour_of_12(parts)); break;
	case HOUR_ONE: strbuf_addf(ret, "%d", hour_of_12(parts)); break;
	case MINUTE_TWO: strbuf_addf(ret, "%02d", tm->tm_min); break;
	case MINUTE_ONE: strbuf_addf(ret, "%d", tm->tm_min); break;
	case SECOND_TWO: strbuf_addf(ret, "%02d", tm->tm_sec); break;
	case SECOND_ONE: strbuf_addf(ret, "%d", tm->tm_sec); break;
	case NOON_UPPER: strbuf_addstr(ret, tm->tm_hour >= 12 ? "PM" : "AM"); break;
	case NOON_LOWER: strbuf_addstr(ret, tm->tm_hour >= 12 ? "pm" : "am"); break;
	case ZONE_NAME: strbuf_addstr(ret, "UTC"); break;
	case ZONE_Z_COLON:
	case ZONE_Z: strbuf_addch(ret, 'Z'); break;
	case ZONE_COLON: strbuf_addstr(ret, "+00:00"); break;
	case ZONE_PLAIN: strbuf_addstr(ret, "+0000"); break;
	case ZONE_HOURS: strbuf_addstr(ret, "+00"); break;
	}
}

/* ".000" with that many digits, ".999" without zeros at the end. */
static size_t add_fraction(struct strbuf *ret, const struct parts *parts, const char *layout)
{
	size_t digits = (*layout == '.' || *layout == ',') ? strspn(layout + 1, layout[1] == '0' ? "0" : "9") : 0;
	size_t length = digits;
	char text[16];

	if (!digits || (layout[digits + 1] >= '0' && layout[digits + 1] <= '9'))
		return 0;
	snprintf(text, sizeof(text), "%03d000000", parts->ms);
	if (length > 9)
		length = 9;
	if (layout[1] == '9')
		while (length && text[length - 1] == '0')
			length--;
	if (length) {
		strbuf_addch(ret, *layout);
		strbuf_add(ret, text, length);
	}
	return digits + 1;
}

void template_time_format(struct strbuf *ret, int64_t time_ms, const char *layout)
{
	struct parts parts = split(time_ms);

	while (*layout) {
		size_t used = add_fraction(ret, &parts, layout);

		for (size_t i = 0; !used && i < sizeof(elements) / sizeof(elements[0]); i++) {
			size_t length = strlen(elements[i].word);

			if (strncmp(layout, elements[i].word, length) != 0)
				continue;
			add_element(ret, &parts, elements[i].element);
			used = length;
		}
		if (!used) {
			strbuf_addch(ret, *layout);
			used = 1;
		}
		layout += used;
	}
}

void template_time_print(struct strbuf *ret, const struct template_value *value)
{
	if (value->kind == TEMPLATE_MONTH)
		strbuf_addstr(ret, months[value->number - 1]);
	else if (value->kind == TEMPLATE_WEEKDAY)
		strbuf_addstr(ret, days[value->number]);
	else
		template_time_format(ret, value->number, "2006-01-02 15:04:05.999999999 -0700 MST");
}

/* ---- methods ---- */

static int take_int(struct template_call *call, enum template_kind kind, int64_t number)
{
	call->result = (struct template_value){ .kind = kind, .number = number };
	return 0;
}

static struct parts parts_of(const struct template_call *call)
{
	return split(call->values[0].number);
}

static int64_t seconds_of(const struct template_call *call)
{
	int64_t ms = call->values[0].number;

	return ms / 1000 - (ms % 1000 < 0);
}

static int call_format(struct template_call *call)
{
	struct strbuf text = STRBUF_INIT;

	template_time_format(&text, call->values[0].number, call->values[1].text);
	return template_call_take(call, &text);
}

static int call_string(struct template_call *call)
{
	struct strbuf text = STRBUF_INIT;

	template_time_print(&text, &call->values[0]);
	return template_call_take(call, &text);
}

static int call_year(struct template_call *call)
{
	return take_int(call, TEMPLATE_INT, parts_of(call).tm.tm_year + 1900);
}

static int call_month(struct template_call *call)
{
	return take_int(call, TEMPLATE_MONTH, parts_of(call).tm.tm_mon + 1);
}

static int call_day(struct template_call *call)
{
	return take_int(call, TEMPLATE_INT, parts_of(call).tm.tm_mday);
}

static int call_hour(struct template_call *call)
{
	return take_int(call, TEMPLATE_INT, parts_of(call).tm.tm_hour);
}

static int call_minute(struct template_call *call)
{
	return take_int(call, TEMPLATE_INT, parts_of(call).tm.tm_min);
}

static int call_second(struct template_call *call)
{
	return take_int(call, TEMPLATE_INT, parts_of(call).tm.tm_sec);
}

static int call_nanosecond(struct template_call *call)
{
	return take_int(call, TEMPLATE_INT, parts_of(call).ms * INT64_C(1000000));
}

static int call_weekday(struct template_call *call)
{
	return take_int(call, TEMPLATE_WEEKDAY, parts_of(call).tm.tm_wday);
}

static int call_year_day(struct template_call *call)
{
	return take_int(call, TEMPLATE_INT, parts_of(call).tm.tm_yday + 1);
}

static int call_unix(struct template_call *call)
{
	return take_int(call, TEMPLATE_INT64, seconds_of(call));
}

static int call_unix_milli(struct template_call *call)
{
	return take_int(call, TEMPLATE_INT64, call->values[0].number);
}

static int call_utc(struct template_call *call)
{
	call->result = call->values[0];
	return 0;
}

static const struct template_function methods[] = {
	{ "Format", { PARAMETER_STRING }, 1, .call = call_format },
	{ "String", .call = call_string },
	{ "Year", .call = call_year },
	{ "Month", .call = call_month },
	{ "Day", .call = call_day },
	{ "Hour", .call = call_hour },
	{ "Minute", .call = call_minute },
	{ "Second", .call = call_second },
	{ "Nanosecond", .call = call_nanosecond },
	{ "Weekday", .call = call_weekday },
	{ "YearDay", .call = call_year_day },
	{ "Unix", .call = call_unix },
	{ "UnixMilli", .call = call_unix_milli },
	{ "UTC", .call = call_utc },
	{ 0 },
};

const struct template_function *template_time_method(const char *name)
{
	for (const struct template_function *method = methods; method->name; method++)
		if (strcmp(method->name, name) == 0)
			return method;
	return NULL;
}
