#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "logs/log_filter.h"
#include "logs/log_line.h"

static struct log_line line;
static char *space;

/* Does the line pass the filter as it is typed? */
static bool passes(const char *typed, const char *text)
{
	struct line_parser parser = { 0 };
	struct error error = { "" };
	struct log_filter *filter = log_filter_read(typed, &error);
	struct log_match *match;
	bool result;

	cr_assert(filter, "%s: %s", typed, error.text);
	free(space);
	space = malloc(log_line_space(strlen(text)));
	log_line_parse(&line, &parser, text, strlen(text), space);
	match = log_match_new(filter);
	result = log_match_line(match, &line, text, strlen(text));
	if (result)
		cr_assert(log_match_raw(match, text, strlen(text)), "%s: ruled out too early", typed);
	log_match_free(match);
	log_filter_drop(filter);
	return result;
}

static const char json[] = "{\"level\":\"error\",\"logger\":\"app.db\",\"tenant\":\"t1\",\"status_code\":503,"
			   "\"message\":\"Lock \\\"x\\\" timed out\"}";

Test(log_filter, typed)
{
	cr_expect(passes("", json));
	cr_expect(passes("   ", json));
	cr_expect(passes("level:error", json));
	cr_expect(passes("warning+", json));
	cr_expect(passes("level:error+", json));
	cr_expect_not(passes("level:critical", json));
	cr_expect(passes("component:app", json));
	cr_expect(passes("component:app.db", json));
	cr_expect_not(passes("component:ap", json));
	cr_expect(passes("tenant=t1", json));
	cr_expect_not(passes("tenant=t", json));
	cr_expect(passes("tenant=t*", json));
	cr_expect_not(passes("!tenant=t1", json));
	cr_expect(passes("!tenant=t2", json));
	cr_expect(passes("!nothing=x", json), "what is not there is not x");
	cr_expect(passes("status_code=5* level:warn", json));
	cr_expect_not(passes("status_code=5* level:critical", json));
	cr_expect(passes("timed out", json));
	cr_expect(passes("TIMED OUT", json));
	cr_expect_not(passes("out timed", json), "words that say nothing else are one text");
	cr_expect(passes("level:error out timed", json), "beside others each word is its own");
	cr_expect(passes("level:error \"timed out\"", json));
	cr_expect_not(passes("level:error \"out timed\"", json));
	cr_expect(passes("/lock .x. timed", json), "a pattern sees the message unescaped");
	cr_expect(passes("/^lock", json));
	cr_expect_not(passes("/^LOCK", json), "capitals say that case matters");
	cr_expect(passes("/OUT$|out$", json));
	cr_expect(passes("tenant=t1 /timed \\w+$/", json));
	cr_expect(passes("hi", "{\"PRIORITY\":\"3\",\"MESSAGE\" : [72,105,255]}"), "journald's array of bytes");
	cr_expect_not(passes("ho", "{\"PRIORITY\":\"3\",\"MESSAGE\":[72,105,255]}"));
	cr_expect_not(passes("level:trace", "no level here"));
	cr_expect(passes("here", "no level here"));
}

static void refuses(const char *typed, const char *part)
{
	struct error error = { "" };

	cr_assert_null(log_filter_read(typed, &error), "%s", typed);
	cr_assert(strstr(error.text, part), "%s: %s", typed, error.text);
}

Test(log_filter, refuses_what_it_cannot_read)
{
	refuses("level:loud", "no level");
	refuses("/(", "pattern");
	refuses("level:error /[", "pattern");
}

Test(log_filter, gives_up_on_a_costly_pattern)
{
	struct error error;
	struct log_filter *filter = log_filter_read("/(a+)+$", &error);
	struct log_match *match = log_match_new(filter);
	struct line_parser parser = { 0 };
	char text[4001], *room = malloc(log_line_space(sizeof(text)));

	memset(text, 'a', sizeof(text) - 2);
	text[sizeof(text) - 2] = '!';
	text[sizeof(text) - 1] = '\0';
	log_line_parse(&line, &parser, text, strlen(text), room);
	for (int i = 0; i < 100; i++)
		cr_assert_not(log_match_line(match, &line, text, strlen(text)));
	cr_assert(log_match_gave_up(match));
	log_match_free(match);
	log_filter_drop(filter);
	free(room);
}

Test(log_filter, finds_what_to_mark)
{
	struct error error;
	struct log_filter *filter = log_filter_read("ab", &error);
	struct log_match *match = log_match_new(filter);
	size_t offset = 0, start, length;

	cr_assert(log_match_find(match, "xABxab", 6, &offset, &start, &length));
	cr_assert_eq(start, 1);
	cr_assert_eq(length, 2);
	cr_assert(log_match_find(match, "xABxab", 6, &offset, &start, &length));
	cr_assert_eq(start, 4);
	cr_assert_not(log_match_find(match, "xABxab", 6, &offset, &start, &length));
	log_match_free(match);
	log_filter_drop(filter);
	filter = log_filter_read("/b*", &error);
	match = log_match_new(filter);
	offset = 0;
	for (int i = 0; log_match_find(match, "abb", 3, &offset, &start, &length); i++)
		cr_assert_lt(i, 5, "an empty match goes on");
	log_match_free(match);
	log_filter_drop(filter);
	cr_assert_null(log_filter_hold(NULL));
	log_filter_drop(NULL);
}

Test(log_filter, configured)
{
	const char *fields[] = { "tenant=t1", "nonsense" };
	struct log_filter_config config = { .fields = fields, .field_count = 1, .text = "lock" };
	struct error error;
	struct log_filter *filter = log_filter_new(&config, &error);

	cr_assert(filter);
	log_filter_drop(filter);
	config.field_count = 2;
	cr_assert_null(log_filter_new(&config, &error));
	cr_assert(strstr(error.text, "nonsense"));
}
