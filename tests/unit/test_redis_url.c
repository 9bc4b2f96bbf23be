#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "loop/redis_url.h"

/* `text` is read, and shown and identified so. */
static struct redis_url accept(const char *text, const char *shown, const char *instance)
{
	struct redis_url url = { 0 };
	struct error error = { "" };
	char *got;

	cr_assert_eq(redis_url_parse(&url, text, &error), 0, "%s: %s", text, error.text);
	cr_expect_str_eq(url.text, shown);
	got = redis_url_instance(&url);
	cr_expect_str_eq(got, instance);
	free(got);
	return url;
}

static void refuse(const char *text, const char *part)
{
	struct redis_url url = { 0 };
	struct error error = { "" };

	cr_expect_eq(redis_url_parse(&url, text, &error), -1, "accepted: %s", text);
	cr_expect(strstr(error.text, part) != NULL, "'%s' is not in '%s'", part, error.text);
	cr_expect_null(url.text);
}

Test(redis_url, reads_every_form)
{
	struct redis_url url = accept("redis://cache.example", "redis://cache.example:6379", "cache.example:6379");

	cr_expect_str_eq(url.host, "cache.example");
	cr_expect_eq(url.port, 6379u);
	cr_expect_eq(url.database, 0u);
	cr_expect_null(url.user);
	redis_url_release(&url);
	url = accept("REDIS://ops%40x@10.0.0.4:7000/12", "redis://ops%40x@10.0.0.4:7000/12", "10.0.0.4:7000");
	cr_expect_str_eq(url.user, "ops@x");
	cr_expect_eq(url.database, 12u);
	redis_url_release(&url);
	url = accept("[::1]:7000/", "redis://[::1]:7000", "[::1]:7000");
	cr_expect_str_eq(url.host, "::1");
	redis_url_release(&url);
	url = accept("localhost", "redis://localhost:6379", "localhost:6379");
	redis_url_release(&url);
	url = accept("unix:///run/redis.sock?db=3", "unix:///run/redis.sock?db=3", "/run/redis.sock");
	cr_expect_null(url.host);
	cr_expect_str_eq(url.socket_path, "/run/redis.sock");
	cr_expect_eq(url.database, 3u);
	redis_url_release(&url);
	url = accept("unix:///s", "unix:///s", "/s");
	redis_url_release(&url);
}

Test(redis_url, refuses_a_password_without_repeating_it)
{
	static const char *const texts[] = { "redis://ops:sesame@h", "redis://:sesame@h:1/2", "ops:se@same@h",
					     "redis://u:sesame/x@h" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct redis_url url;
		struct error error;

		cr_assert_eq(redis_url_parse(&url, texts[i], &error), -1);
		cr_expect(strstr(error.text, "password_file") != NULL, "%s", error.text);
		cr_expect_null(strstr(error.text, "sesame"));
	}
}

Test(redis_url, refuses_what_it_cannot_use)
{
	char *longer = mem_zalloc(6000);

	refuse("", "empty");
	refuse("rediss://h", "needs TLS");
	refuse("http://h", "not a redis://");
	refuse("redis://", "no host name");
	refuse("redis://h:0", "no port number");
	refuse("redis://h:70000", "no port number");
	refuse("redis://h:", "no port number");
	refuse("redis://h:1x", "no port number");
	refuse("redis://[::1", "no ']'");
	refuse("redis://[::1]7", "no port number");
	refuse("redis://@h", "no user");
	refuse("redis://a%4@h", "no %XX");
	refuse("redis://a%00b@h", "control character");
	refuse("redis://h/x", "no number of a database");
	refuse("redis://h/65536", "no number of a database");
	refuse("redis://h/1?x=2", "'?'");
	refuse("redis://a b", "host name");
	refuse("unix://relative", "does not begin");
	refuse("unix:///s?base=1", "?db=");
	memset(longer, 'a', 5999);
	refuse(longer, "longer than 4096");
	memcpy(longer, "unix:///", 8);
	longer[200] = '\0';
	refuse(longer, "107 bytes");
	free(longer);
}
