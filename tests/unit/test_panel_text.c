#include <criterion/criterion.h>

#include <string.h>

#include "tests/unit/panel_fixture.h"

TestSuite(panel_text);

static struct fixture text(const char *mode, const char *content)
{
	struct strbuf json = STRBUF_INIT;
	struct fixture fixture;

	strbuf_addf(&json, "\"type\":\"text\",\"options\":{\"mode\":\"%s\",\"content\":", mode);
	strbuf_add_json(&json, content);
	strbuf_addch(&json, '}');
	fixture_init(&fixture, json.text);
	fixture.data.state = DATA_NONE;
	strbuf_release(&json);
	return fixture;
}

Test(panel_text, modes)
{
	struct fixture fixture = text("markdown", "# Hi\n*there*");

	cr_expect_str_eq(fixture_draw(&fixture, 10, 4, GLYPHS_ASCII), "Hi\n--\n\nthere\n");
	cr_expect_str_eq(fixture_line(&fixture), "Hi");
	fixture_release(&fixture);
	fixture = text("html", "<h1>Hi</h1><p>a &amp; b");
	cr_expect_str_eq(fixture_draw(&fixture, 10, 4, GLYPHS_ASCII), "Hi\n\na & b\n\n", "%s", fixture.text.text);
	fixture_release(&fixture);
	fixture = text("code", "# Hi\n\n  x");
	cr_expect_str_eq(fixture_draw(&fixture, 10, 3, GLYPHS_ASCII), "# Hi\n\n  x\n");
	fixture_release(&fixture);
}

Test(panel_text, scrolls_and_counts_the_rest)
{
	struct fixture fixture = text("code", "1\n2\n3\n4\n5\n6\n7\n8");

	cr_expect_str_eq(fixture_draw(&fixture, 14, 4, GLYPHS_ASCII), "1\n2\n3\n  5 more lines\n", "%s",
			 fixture.text.text);
	fixture.view.scroll = 4;
	cr_expect_str_eq(fixture_draw(&fixture, 14, 4, GLYPHS_ASCII), "5\n6\n7\n8\n");
	fixture.view.scroll = 99;
	cr_expect_str_eq(fixture_draw(&fixture, 14, 4, GLYPHS_ASCII), "8\n\n\n\n");
	fixture.view.scroll = -5;
	cr_expect_eq(fixture_draw(&fixture, 14, 4, GLYPHS_ASCII)[0], '1');
	fixture_release(&fixture);
}

Test(panel_text, says_why_it_shows_the_source)
{
	char hostile[6000];
	struct fixture fixture;

	memset(hostile, '*', sizeof(hostile) - 1);
	hostile[sizeof(hostile) - 1] = '\0';
	fixture = text("markdown", hostile);
	fixture_draw(&fixture, 70, 4, GLYPHS_ASCII);
	cr_expect(fixture_shows(&fixture, "shown as written: a paragraph with more than 4000 marks\n****"), "%s",
		  fixture.text.text);
	fixture_release(&fixture);
}

Test(panel_text, hostile_text_at_every_size)
{
	struct fixture fixture =
		text("markdown",
		     "# \x1b[2J\n| a\xe2\x80\xae | \x1b]0;x\x07 |\n|-|-|\n| 日本語 | e\xcc\x81 |\n> - `\x9b`\n");

	for (int width = 1; width < 50; width++)
		for (int height = 1; height < 8; height++) {
			fixture_draw(&fixture, width, height, (enum glyph_set)(width % 3));
			cr_expect_null(strchr(fixture.text.text, '\x1b'));
			cr_expect_null(strstr(fixture.text.text, "\xe2\x80\xae"));
		}
	fixture_release(&fixture);
}

Test(panel_text, variables_are_filled_in)
{
	struct fixture fixture = text("markdown", "service: $service");

	cr_expect_str_eq(fixture_line(&fixture), "service: $service");
	fixture.view.content = "service: **web**";
	cr_expect_str_eq(fixture_line(&fixture), "service: web");
	cr_expect_str_eq(fixture_draw(&fixture, 20, 1, GLYPHS_ASCII), "service: web\n");
	fixture_release(&fixture);
}

Test(panel_text, empty)
{
	struct fixture fixture = text("markdown", "");

	cr_expect_str_eq(fixture_draw(&fixture, 5, 2, GLYPHS_ASCII), "\n\n");
	cr_expect_str_eq(fixture_line(&fixture), "");
	fixture_release(&fixture);
}
