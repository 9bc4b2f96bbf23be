#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "ui/draw/export.h"
#include "ui/panel/html_text.h"
#include "ui/panel/markdown.h"

TestSuite(markdown);

struct laid {
	struct rich_text text;
	struct strbuf lines;
	const char *refusal;
};

static struct laid lay(const char *source, size_t length, int width)
{
	struct laid laid = { .lines = STRBUF_INIT };

	rich_text_init(&laid.text);
	laid.refusal = markdown_layout(&laid.text, source, length, width, GLYPHS_BRAILLE);
	for (size_t i = 0; i < laid.text.lines.count; i++) {
		for (size_t s = 0; s < laid.text.lines.items[i].count; s++)
			strbuf_addstr(&laid.lines, laid.text.lines.items[i].spans[s].text);
		strbuf_addch(&laid.lines, '\n');
	}
	return laid;
}

static void laid_release(struct laid *laid)
{
	rich_text_release(&laid->text);
	strbuf_release(&laid->lines);
}

static void expect_lines(const char *source, int width, const char *expected)
{
	struct laid laid = lay(source, strlen(source), width);

	cr_expect_null(laid.refusal);
	cr_expect_str_eq(laid.lines.text, expected, "%s", laid.lines.text);
	laid_release(&laid);
}

static const struct rich_span *find_span(const struct laid *laid, const char *text)
{
	for (size_t i = 0; i < laid->text.lines.count; i++)
		for (size_t s = 0; s < laid->text.lines.items[i].count; s++)
			if (strcmp(laid->text.lines.items[i].spans[s].text, text) == 0)
				return &laid->text.lines.items[i].spans[s];
	return NULL;
}

Test(markdown, paragraphs_wrap_by_display_width)
{
	expect_lines("one two three\nfour\n\nfive", 9, "one two\nthree\nfour\n\nfive\n");
	expect_lines("日本語 日本語", 9, "日本語\n日本語\n");
	expect_lines("日本語日本語", 5, "日本\n語日\n本語\n");
	expect_lines("e\xcc\x81"
		     "e\xcc\x81"
		     "e\xcc\x81",
		     2,
		     "e\xcc\x81"
		     "e\xcc\x81\n"
		     "e\xcc\x81\n");
	expect_lines("polln_agents_total", 10, "polln_\nagents_\ntotal\n");
	expect_lines("hard  \nbreak", 20, "hard\nbreak\n");
	expect_lines("", 10, "");
}

Test(markdown, headings_and_rules)
{
	expect_lines("# Top\ntext\n## Sub\nmore\n\n---\n", 10, "Top\n───\n\ntext\n\nSub\n\nmore\n\n──────────\n");
}

Test(markdown, lists_nest_and_number)
{
	expect_lines("- a\n- b\n  - c d e f\n", 8, "• a\n• b\n  • c d\n    e f\n");
	expect_lines("9. a\n10. b\n", 20, " 9. a\n10. b\n");
	expect_lines("- [x] done\n- [ ] open\n", 20, "■ done\n□ open\n");
	expect_lines("- a\n\n- b\n", 20, "• a\n\n• b\n");
	expect_lines("-\n- b\n", 20, "• \n• b\n");
}

Test(markdown, quotes_and_code)
{
	expect_lines("> a b c\n> d\n", 7, "│ a b c\n│ d\n");
	expect_lines("```sh\nls  -l\n\tx\n```\n", 20, "  ls  -l\n      x\n");
	expect_lines("    kubectl get pods --all\n", 16, "  kubectl get \n  pods --all\n");
}

Test(markdown, inline_styles_and_links)
{
	struct laid laid = lay("**bold** *slant* `code` ~~gone~~ [word](http://x/y)", 51, 80);

	cr_expect_str_eq(laid.lines.text, "bold slant code ~gone~ word\n");
	cr_assert_not_null(find_span(&laid, "bold"));
	cr_expect(find_span(&laid, "bold")->style.attributes & ATTR_BOLD);
	cr_expect(find_span(&laid, "slant")->style.attributes & ATTR_ITALIC);
	cr_expect_eq(find_span(&laid, "code")->style.fg.role, ROLE_ACCENT);
	cr_expect_str_eq(find_span(&laid, "word")->link, "http://x/y");
	cr_expect(find_span(&laid, "word")->style.attributes & ATTR_UNDERLINE);
	laid_release(&laid);
}

Test(markdown, tables_align_and_wrap)
{
	expect_lines("|a|bb|c|\n|:-|-:|:-:|\n|1|2|333|\n|x|y|z|\n", 30,
		     "a │ bb │  c\n──┼────┼────\n1 │  2 │ 333\nx │  y │  z\n");
	expect_lines("|key|value|\n|-|-|\n|k|one two three|\n", 14,
		     "key │ value\n────┼─────────\nk   │ one two\n    │ three\n");
}

Test(markdown, narrow_tables_become_lists)
{
	expect_lines("|alpha beta|gamma delta|\n|-|-|\n|one two x|three four|\n|1|2|\n", 12,
		     "alpha beta:\none two x\ngamma delta:\nthree four\n\nalpha beta:\n1\ngamma delta:\n2\n");
}

Test(markdown, lines_know_their_source)
{
	struct laid laid = lay("# a\n\nb\n\n- c\n- d\n", strlen("# a\n\nb\n\n- c\n- d\n"), 20);

	cr_assert_eq(laid.text.lines.count, 7);
	cr_expect_eq(laid.text.lines.items[0].source_line, 1);
	cr_expect_eq(laid.text.lines.items[3].source_line, 3);
	cr_expect_eq(laid.text.lines.items[5].source_line, 5);
	cr_expect_eq(laid.text.lines.items[6].source_line, 6);
	laid_release(&laid);
}

Test(markdown, words_above_a_table_know_their_line)
{
	const char *source = "a\n\nb\nc | d\n---|---\n1 | 2\n";
	struct laid laid = lay(source, strlen(source), 20);

	cr_expect_eq(laid.text.lines.items[2].source_line, 3);
	for (size_t i = 4; i < laid.text.lines.count; i++)
		cr_expect(!laid.text.lines.items[i].source_line || laid.text.lines.items[i].source_line > 3);
	cr_expect_eq(laid.text.lines.items[laid.text.lines.count - 1].source_line, 6);
	laid_release(&laid);
}

Test(markdown, html_in_it_is_reduced)
{
	expect_lines("a<br>b <b>c</b>\n\n<p>x &amp; y</p>\n", 20, "a\nb c\n\nx & y\n\n");
}

static struct strbuf repeated(const char *text, size_t count)
{
	struct strbuf buf = STRBUF_INIT;

	while (count-- > 0)
		strbuf_addstr(&buf, text);
	return buf;
}

static void expect_refusal(struct strbuf source, const char *expected)
{
	const char *refusal = markdown_refusal(source.text, source.length);
	struct laid laid = lay(source.text, source.length, 40);

	cr_assert_not_null(refusal, "%s", expected);
	cr_expect_str_eq(refusal, expected);
	cr_expect_eq(laid.refusal, refusal);
	cr_expect_gt(laid.text.lines.count, 0, "the source itself is shown");
	laid_release(&laid);
	strbuf_release(&source);
}

Test(markdown, limits_are_checked_before_parsing)
{
	struct strbuf table = repeated("|a", 90), rule = repeated("|-", 90), rows = repeated("|\n", 300);

	expect_refusal(repeated("word ", 60000), "longer than 256 KiB");
	expect_refusal(repeated("> ", 30), "lists or quotes nested deeper than 24");
	expect_refusal(repeated("- ", 30), "lists or quotes nested deeper than 24");
	expect_refusal(repeated("[", 5000), "a paragraph with more than 4000 marks");
	expect_refusal(repeated("|-", 200), "a table of more than 100 columns");
	strbuf_addf(&table, "|\n%s|\n%s", rule.text, rows.text);
	expect_refusal(table, "tables of more than 20000 cells");
	strbuf_release(&rule);
	strbuf_release(&rows);
	cr_expect_null(markdown_refusal("- a\n  - b\n    - c\n", 18));
	cr_expect_null(markdown_refusal("", 0));
}

Test(markdown, a_text_of_many_lines_is_cut)
{
	struct strbuf source = repeated("a\n\n", 15000);
	struct laid laid = lay(source.text, source.length, 10);

	cr_expect(laid.text.cut);
	cr_expect_eq(laid.text.lines.count, RICH_LINES_MAX);
	laid_release(&laid);
	strbuf_release(&source);
}

Test(markdown, html_alone)
{
	static const struct {
		const char *html, *text;
	} rows[] = {
		{ "<h1>A</h1><p>b<br/>c</p>d", "A\n\nb\nc\n\nd\n" },
		{ "<ul><li>one<li>two</ul>", "• one\n• two\n\n" },
		{ "a<script>alert('<p>')</script>b<style>x", "ab\n" },
		{ "1 &lt; 2 &#65; &#x42; &bogus; & 3 < 4", "1 < 2 A B &bogus; & 3 < 4\n" },
		{ "<td>a</td><td>b</td>", "a  b\n" },
		{ "<img alt='logo' src=x>", "[logo]\n" },
		{ "<!-- gone --> a <b\n>bold</b>", "a bold\n" },
		{ "&#0;&#xD800;&#x110000;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct laid laid = { .lines = STRBUF_INIT };
		struct rich_writer writer;

		rich_text_init(&laid.text);
		rich_writer_init(&writer, &laid.text, 40);
		html_write(&writer, rows[i].html, strlen(rows[i].html), GLYPHS_BRAILLE);
		rich_writer_release(&writer);
		for (size_t l = 0; l < laid.text.lines.count; l++) {
			for (size_t s = 0; s < laid.text.lines.items[l].count; s++)
				strbuf_addstr(&laid.lines, laid.text.lines.items[l].spans[s].text);
			strbuf_addch(&laid.lines, '\n');
		}
		cr_expect_str_eq(laid.lines.text, rows[i].text, "%s: %s", rows[i].html, laid.lines.text);
		laid_release(&laid);
	}
}
