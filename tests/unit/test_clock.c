#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

TestSuite(clock);

Test(clock, reads_durations)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
		{ "1ms", 1 },
		{ "250ms", 250 },
		{ "15s", 15 * CLOCK_SECOND },
		{ "5m", 5 * CLOCK_MINUTE },
		{ "1h30m", 90 * CLOCK_MINUTE },
		{ "3h05m", 185 * CLOCK_MINUTE },
		{ "7d", 7 * CLOCK_DAY },
		{ "1w", 7 * CLOCK_DAY },
		{ "1M", 30 * CLOCK_DAY },
		{ "1y", 365 * CLOCK_DAY },
		{ "1000y", 365000 * CLOCK_DAY },
		{ "31536000000000ms", 365000 * CLOCK_DAY },
		{ "1y2M3w4d5h6m7s8ms", (365 + 60 + 21 + 4) * CLOCK_DAY + 5 * CLOCK_HOUR + 6 * CLOCK_MINUTE + 7008 },
		{ "0h5m", 5 * CLOCK_MINUTE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t ms = 0;
		struct error error = { 0 };

		cr_expect_eq(duration_parse(cases[i].text, &ms, &error), 0, "%s: %s", cases[i].text, error.text);
		cr_expect_eq(ms, cases[i].ms, "%s", cases[i].text);
	}
}

Test(clock, refuses_what_is_no_duration)
{
	static const char *const cases[] = { "",
					     " ",
					     "5",
					     "m",
					     "5 m",
					     "-5m",
					     "+5m",
					     "1.5h",
					     "5x",
					     "5mm",
					     "1m1h",
					     "1m1m",
					     "0s",
					     "0",
					     "0h0m",
					     "1001y",
					     "999999999999999y",
					     "9999999999999999ms",
					     "5m ",
					     "1hm",
					     "1e3s",
					     "5S" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t ms = 42;
		struct error error = { 0 };

		cr_expect_eq(duration_parse(cases[i], &ms, &error), -1, "'%s' gave %lld", cases[i], (long long)ms);
		cr_expect_eq(ms, 42);
		cr_expect_neq(error.text[0], '\0');
	}
	cr_expect_eq(duration_parse("x", &(int64_t){ 0 }, NULL), -1);
}

Test(clock, writes_durations)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{ 0, "0ms" },
		{ 850, "850ms" },
		{ 999, "999ms" },
		{ 1000, "1s" },
		{ 42999, "42s" },
		{ 60000, "1m" },
		{ 134000, "2m14s" },
		{ 124000, "2m04s" },
		{ CLOCK_HOUR, "1h" },
		{ 3 * CLOCK_HOUR + 5 * CLOCK_MINUTE + 59999, "3h05m" },
		{ CLOCK_DAY, "1d" },
		{ 12 * CLOCK_DAY + 4 * CLOCK_HOUR, "12d4h" },
		{ 999 * CLOCK_DAY + 23 * CLOCK_HOUR, "999d23h" },
		{ 1000 * CLOCK_DAY, "2y270d" },
		{ 99 * 365 * CLOCK_DAY + 364 * CLOCK_DAY, "99y364d" },
		{ 365000 * CLOCK_DAY, "1000y" },
		{ -134000, "-2m14s" },
		{ INT64_MAX, "999999y" },
		{ INT64_MIN, "-999999y" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[16];

		duration_format(cases[i].ms, text, sizeof(text));
		cr_expect_str_eq(text, cases[i].text);
		cr_expect_leq(strlen(text), 8);
	}
}

/* 2026-11-22 15:30:45.678 UTC, a Sunday. */
#define NOW INT64_C(1795361445678)

static int64_t at(int year, int month, int day, int hour, int minute, int second)
{
	struct tm parts = { .tm_year = year - 1900,
			    .tm_mon = month - 1,
			    .tm_mday = day,
			    .tm_hour = hour,
			    .tm_min = minute,
			    .tm_sec = second };

	return (int64_t)timegm(&parts) * 1000;
}

static void expect_time(const char *text, int64_t wanted)
{
	int64_t ms = 0;
	struct error error = { 0 };

	cr_expect_eq(time_parse(text, NOW, &ms, &error), 0, "%s: %s", text, error.text);
	cr_expect_eq(ms, wanted, "%s: %lld, not %lld", text, (long long)ms, (long long)wanted);
}

Test(clock, reads_moments)
{
	expect_time("2026-11-22T03:41:00Z", at(2026, 11, 22, 3, 41, 0));
	expect_time("2026-11-22t03:41:00z", at(2026, 11, 22, 3, 41, 0));
	expect_time("2026-11-22 03:41", at(2026, 11, 22, 3, 41, 0));
	expect_time("2026-11-22", at(2026, 11, 22, 0, 0, 0));
	expect_time("2026-11-22T03:41:00.25Z", at(2026, 11, 22, 3, 41, 0) + 250);
	expect_time("2026-11-22T03:41:00.123456789Z", at(2026, 11, 22, 3, 41, 0) + 123);
	expect_time("2026-11-22T03:41:00+05:30", at(2026, 11, 21, 22, 11, 0));
	expect_time("2026-11-22T03:41-01:00", at(2026, 11, 22, 4, 41, 0));
	expect_time("2024-02-29T00:00:00Z", at(2024, 2, 29, 0, 0, 0));
	expect_time("2000-02-29", at(2000, 2, 29, 0, 0, 0));
	expect_time("1969-12-31T23:59:59Z", -1000);
	expect_time("2016-12-31T23:59:60Z", at(2017, 1, 1, 0, 0, 0));
	expect_time("9999-12-31T23:59:59Z", at(9999, 12, 31, 23, 59, 59));
	expect_time("15:30", at(2026, 11, 22, 15, 30, 0));
	expect_time("15:30:45", at(2026, 11, 22, 15, 30, 45));
	expect_time("15:31", at(2026, 11, 21, 15, 31, 0));
	expect_time("00:00", at(2026, 11, 22, 0, 0, 0));
	expect_time("23:59Z", at(2026, 11, 21, 23, 59, 0));
	expect_time("1795361445", at(2026, 11, 22, 15, 30, 45));
	expect_time("1795361445.678", NOW);
	expect_time("1795361445678", NOW);
	expect_time("0", 0);
}

Test(clock, reads_relative_moments)
{
	expect_time("now", NOW);
	expect_time("now-6h", NOW - 6 * CLOCK_HOUR);
	expect_time("now+90s", NOW + 90 * CLOCK_SECOND);
	expect_time("now-d", NOW - CLOCK_DAY);
	expect_time("now-1w", NOW - 7 * CLOCK_DAY);
	expect_time("now/s", at(2026, 11, 22, 15, 30, 45));
	expect_time("now/m", at(2026, 11, 22, 15, 30, 0));
	expect_time("now/h", at(2026, 11, 22, 15, 0, 0));
	expect_time("now/d", at(2026, 11, 22, 0, 0, 0));
	expect_time("now/w", at(2026, 11, 16, 0, 0, 0));
	expect_time("now/M", at(2026, 11, 1, 0, 0, 0));
	expect_time("now/Q", at(2026, 10, 1, 0, 0, 0));
	expect_time("now/y", at(2026, 1, 1, 0, 0, 0));
	expect_time("now-1d/d", at(2026, 11, 21, 0, 0, 0));
	expect_time("now/d-1h", at(2026, 11, 21, 23, 0, 0));
	expect_time("now-9M", at(2026, 2, 22, 15, 30, 45) + 678);
	expect_time("now+1y", at(2027, 11, 22, 15, 30, 45) + 678);
	/* The last day of February, from the 30th of November. */
	int64_t ms;
	cr_expect_eq(time_parse("now-9M", at(2026, 11, 30, 1, 2, 3), &ms, NULL), 0);
	cr_expect_eq(ms, at(2026, 2, 28, 1, 2, 3));
	cr_expect_eq(time_parse("now/w", at(1969, 12, 31, 1, 2, 3), &ms, NULL), 0);
	cr_expect_eq(ms, at(1969, 12, 29, 0, 0, 0));
}

Test(clock, refuses_what_is_no_moment)
{
	static const char *const cases[] = {
		"",
		"yesterday",
		"now-",
		"now-6",
		"now-6x",
		"now6h",
		"nowhere",
		"now-1000000001s",
		"now-9999y",
		"now+1000000000M",
		"now/5d",
		"2026-13-01",
		"2026-00-10",
		"2026-11-31",
		"2025-02-29",
		"1900-02-29",
		"2026-11-22T24:00",
		"2026-11-22T03:60",
		"24:00",
		"3:41",
		"03:41:61",
		"2026-11-22T",
		"2026-11-22T03:41:00.Z",
		"2026-11-22x",
		"2026-11-22T03:41:00+0530",
		"12:00x",
		"2026-11-22T03:41ZZ",
		"-5",
		"1e9",
		"17953614456781234",
		"1795361445.x",
		"now now",
		" now",
		"now ",
		"2026-11-22T03:41:00+24:00",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t ms = 42;
		struct error error = { 0 };

		cr_expect_eq(time_parse(cases[i], NOW, &ms, &error), -1, "'%s' gave %lld", cases[i], (long long)ms);
		cr_expect_eq(ms, 42);
		cr_expect(strstr(error.text, "is no time"), "%s", error.text);
	}
}

Test(clock, calendar_agrees_with_the_c_library)
{
	/* Every 36 days and a bit over eight centuries. */
	for (int64_t ms = at(1600, 1, 1, 0, 0, 0); ms < at(2400, 1, 1, 0, 0, 0); ms += 36 * CLOCK_DAY + 3723001) {
		char text[64];
		int64_t back, month;

		time_format(ms, "%Y-%m-%dT%H:%M:%S", text, sizeof(text));
		cr_assert_eq(time_parse(text, 0, &back, NULL), 0, "%s", text);
		cr_assert_eq(back, ms - ((ms % 1000) + 1000) % 1000, "%s", text);
		time_format(ms, "%Y-%m-01", text, sizeof(text));
		cr_assert_eq(time_parse(text, 0, &month, NULL), 0);
		cr_assert_eq(time_parse("now/M", ms, &back, NULL), 0);
		cr_assert_eq(back, month, "%s", text);
	}
}

Test(clock, formats_in_utc)
{
	char text[32], little[4];

	time_format(NOW, "%Y-%m-%d %H:%M:%S", text, sizeof(text));
	cr_expect_str_eq(text, "2026-11-22 15:30:45");
	time_format(-1, "%H:%M:%S", text, sizeof(text));
	cr_expect_str_eq(text, "23:59:59");
	time_format(NOW, "%H:%M:%S", little, sizeof(little));
	cr_expect_str_eq(little, "", "what does not fit leaves an empty text");
	time_format(INT64_MAX, "%Y", text, sizeof(text));
	cr_expect_str_eq(text, "");
	time_format(INT64_MIN, "%Y", text, sizeof(text));
	cr_expect_str_eq(text, "");
}

Test(clock, moves_on)
{
	int64_t ns = clock_monotonic_ns(), ms = clock_monotonic_ms();

	cr_expect_geq(clock_monotonic_ns(), ns);
	cr_expect_geq(clock_monotonic_ms(), ms);
	cr_expect_leq(ms - ns / 1000000, 1000);
	cr_expect_gt(clock_wall_ms(), at(2020, 1, 1, 0, 0, 0));
}
