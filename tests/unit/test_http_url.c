#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "loop/http_reason.h"
#include "loop/http_url.h"

Test(http_url, parts)
{
	struct http_url url;

	cr_assert_eq(http_url_parse(&url, "https://ann:h%40sh@example.org:8443/prefix?a=b#part", NULL), 0);
	cr_expect_str_eq(url.text, "https://example.org:8443/prefix?a=b");
	cr_expect_str_eq(url.host, "example.org");
	cr_expect_str_eq(url.user, "ann");
	cr_expect_str_eq(url.password, "h@sh");
	cr_expect_eq(url.port, 8443);
	cr_expect(url.secure);
	http_url_release(&url);
	cr_assert_eq(http_url_parse(&url, "http://[2001:db8::1]/", NULL), 0);
	cr_expect_str_eq(url.host, "2001:db8::1");
	cr_expect_eq(url.port, 80);
	cr_expect_null(url.user);
	cr_expect_not(url.secure);
	http_url_release(&url);
}

static void instance_of(const char *text, const char *expected)
{
	struct http_url url;
	char *instance;

	cr_assert_eq(http_url_parse(&url, text, NULL), 0);
	instance = http_url_instance(&url);
	cr_expect_str_eq(instance, expected);
	free(instance);
	http_url_release(&url);
}

Test(http_url, instances)
{
	instance_of("https://ann:hush@example.org/prefix", "example.org:443");
	instance_of("http://example.org:8080", "example.org:8080");
	instance_of("http://[2001:db8::1]:9090/", "[2001:db8::1]:9090");
}

Test(http_url, messages_hold_no_credentials)
{
	static const char *const urls[] = { "ftp://ann:hush@host/", "http://ann:hush@/", "http://ann:hush@ho st/",
					    "ann:hush@host", "http://ann:hush@host:99999/" };

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct http_url url;
		struct error error;
		char *shown = http_url_shown(urls[i]);

		cr_expect_eq(http_url_parse(&url, urls[i], &error), -1, "%s", urls[i]);
		cr_expect_not(strstr(error.text, "hush"), "%s", error.text);
		cr_expect_not(strstr(shown, "hush"), "%s", shown);
		free(shown);
	}
}

Test(http_url, endless)
{
	struct strbuf text = STRBUF_INIT;
	struct http_url url;

	strbuf_addstr(&text, "http://host/");
	for (int i = 0; i < 40000; i++)
		strbuf_addch(&text, 'a');
	cr_expect_eq(http_url_parse(&url, text.text, NULL), -1);
	strbuf_release(&text);
}

Test(http_url, reasons)
{
	char words[160], tiny[8];

	http_reason_status(204, NULL, words, sizeof(words));
	cr_expect_str_eq(words, "");
	http_reason_status(401, NULL, words, sizeof(words));
	cr_expect_str_eq(words, "401 unauthorized");
	http_reason_status(599, NULL, words, sizeof(words));
	cr_expect_str_eq(words, "599");
	http_reason_status(307, "https://ann:hush@other/x", words, sizeof(words));
	cr_expect_str_eq(words, "307 redirect to https://other/x");
	http_reason_timeout(5000, words, sizeof(words));
	cr_expect_str_eq(words, "timeout after 5s");
	http_reason_timeout(250, words, sizeof(words));
	cr_expect_str_eq(words, "timeout after 250ms");
	http_reason_too_large((size_t)64 << 20, words, sizeof(words));
	cr_expect_str_eq(words, "answer over 64 MiB");
	http_reason_too_large(1500, words, sizeof(words));
	cr_expect_str_eq(words, "answer over 1500 bytes");
	http_reason_status(503, NULL, tiny, sizeof(tiny));
	cr_expect_str_eq(tiny, "503 ser");
}
