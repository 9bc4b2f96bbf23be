#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

TestSuite(strbuf);

Test(strbuf, empty_one_is_a_string)
{
	struct strbuf buf = STRBUF_INIT, other;

	strbuf_init(&other);
	cr_expect_str_eq(buf.text, "");
	cr_expect_str_eq(other.text, "");
	strbuf_clear(&buf);
	strbuf_truncate(&buf, 5);
	strbuf_add(&buf, NULL, 0);
	cr_expect_eq(buf.length, 0);
	strbuf_release(&buf);
	strbuf_release(&buf);
	strbuf_release(NULL);
}

Test(strbuf, grows)
{
	struct strbuf buf = STRBUF_INIT;

	for (int i = 0; i < 10000; i++)
		strbuf_addch(&buf, (char)('a' + i % 26));
	cr_expect_eq(buf.length, 10000);
	cr_expect_eq(strlen(buf.text), 10000);
	cr_expect_eq(buf.text[9999], 'a' + 9999 % 26);
	strbuf_truncate(&buf, 3);
	cr_expect_str_eq(buf.text, "abc");
	strbuf_truncate(&buf, 100);
	cr_expect_eq(buf.length, 3);
	strbuf_release(&buf);
	cr_expect_str_eq(buf.text, "");
}

Test(strbuf, keeps_nul_bytes)
{
	struct strbuf buf = STRBUF_INIT;

	strbuf_add(&buf, "a\0b", 3);
	cr_expect_eq(buf.length, 3);
	cr_expect_arr_eq(buf.text, "a\0b", 4);
	strbuf_release(&buf);
}

Test(strbuf, formats)
{
	struct strbuf buf = STRBUF_INIT;
	char longer[301];

	memset(longer, 'x', 300);
	longer[300] = '\0';
	strbuf_addf(&buf, "%d-%s", 7, longer);
	cr_expect_eq(buf.length, 302);
	strbuf_addf(&buf, "%s", "");
	cr_expect_eq(buf.length, 302);
	cr_expect_eq(strncmp(buf.text, "7-xxx", 5), 0);
	strbuf_clear(&buf);
	/* Exactly the room there is, and one more. */
	for (int length = 55; length < 70; length++) {
		strbuf_release(&buf);
		strbuf_addf(&buf, "%.*s", length, longer);
		cr_expect_eq(strlen(buf.text), (size_t)length);
	}
	strbuf_release(&buf);
}

Test(strbuf, quotes_json)
{
	struct strbuf buf = STRBUF_INIT;

	strbuf_add_json(&buf, "a\"b\\c\n\t\x01\x7f/\xc3\xa9\xff\xf0\x9f\x98\x80\xc2\x9b");
	cr_expect_str_eq(buf.text, "\"a\\\"b\\\\c\\n\\t\\u0001\\u007f/\xc3\xa9\xef\xbf\xbd\xf0\x9f\x98\x80\\u009b\"");
	strbuf_clear(&buf);
	strbuf_add_json(&buf, "");
	cr_expect_str_eq(buf.text, "\"\"");
	strbuf_release(&buf);
}

Test(strbuf, encodes_urls)
{
	struct strbuf buf = STRBUF_INIT;

	strbuf_add_url(&buf, "aZ9-._~ +&=/?%\xc3\xa9");
	cr_expect_str_eq(buf.text, "aZ9-._~%20%2B%26%3D%2F%3F%25%C3%A9");
	strbuf_release(&buf);
}

Test(strbuf, detaches)
{
	struct strbuf buf = STRBUF_INIT;
	char *text = strbuf_detach(&buf);

	cr_expect_str_eq(text, "", "even an empty one can be freed");
	free(text);
	strbuf_addstr(&buf, "abc");
	text = strbuf_detach(&buf);
	cr_expect_str_eq(text, "abc");
	cr_expect_eq(buf.length, 0);
	cr_expect_str_eq(buf.text, "");
	free(text);
}
