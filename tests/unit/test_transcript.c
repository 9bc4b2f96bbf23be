#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "runbook/transcript.h"

TestSuite(transcript, .timeout = 30);

static struct strbuf joined(const struct transcript *transcript)
{
	struct strbuf ret = STRBUF_INIT;

	for (size_t i = 0; i < transcript->lines.count; i++) {
		strbuf_addstr(&ret, i ? "\n" : "");
		for (size_t k = 0; k < transcript->lines.items[i].count; k++)
			strbuf_addstr(&ret, transcript->lines.items[i].spans[k].text);
	}
	return ret;
}

#define shows(data, wanted) shows_bytes(data, sizeof(data) - 1, wanted, __LINE__)

static void shows_bytes(const char *data, size_t length, const char *wanted, int line)
{
	struct transcript transcript;
	struct strbuf text;

	transcript_init(&transcript);
	transcript_read(&transcript, data, length, SIZE_MAX);
	text = joined(&transcript);
	cr_expect_str_eq(text.text, wanted, "line %d: '%s' instead of '%s'", line, text.text, wanted);
	strbuf_release(&text);
	transcript_release(&transcript);
}

Test(transcript, lines)
{
	shows("", "");
	shows("one", "one");
	shows("one\r\ntwo\r\n", "one\ntwo");
	shows("\n\nthree\n", "\n\nthree");
	shows("trailing   \n", "trailing");
}

Test(transcript, what_is_written_over)
{
	shows(" 10%\r 20%\r100%", "100%");
	shows("long line\rshort", "shortline");
	shows("ab\bc", "ac");
	shows("\b\bx", "x");
	shows("a\tb", "a       b");
	shows("12345678\tb", "12345678        b");
	shows("gone\r\033[Knew", "new");
	shows("gone\033[2K\rnew", "new");
	shows("keep gone\033[4D\033[K", "keep");
	shows("abc\r\033[1K.", ".bc");
	shows("first\033[1Gthen!", "then!");
	shows("a\033[3Cb", "a   b");
}

Test(transcript, a_few_bytes_are_no_long_line)
{
	struct strbuf data = STRBUF_INIT, text = STRBUF_INIT;

	for (int i = 0; i < 10000; i++)
		strbuf_addstr(&data, "\033[65535C");
	strbuf_addstr(&data, "x");
	transcript_add_text(data.text, data.length, &text);
	cr_expect_lt(text.length, 1000);
	strbuf_release(&data);
	strbuf_release(&text);
}

Test(transcript, sequences_are_dropped_whole)
{
	shows("a\033[?25lb\033[10;20Hc\033[2Jd", "abcd");
	shows("a\033]0;title\007b\033]8;;http://x\033\\c", "abc");
	shows("a\033P1;2|data\033\\b\033_app\033\\c\033^pm\033\\d\033Xsos\033\\e", "abcde");
	shows("a\033(Bb\0337c\033=d", "abcd");
	shows("a\2331;31mb\2354;x\234c", "abc");
	shows("a\302\2331mb\302\235title\302\234c", "abc");
	shows("a\033[1;2", "a");
	shows("a\033", "a");
	shows("a\033]never ends\nnext", "a\nnext");
	shows("a\007\016\017\001\177b", "ab");
	/* A sequence that another one breaks off. */
	shows("a\033[12\033[1mb", "ab");
}

Test(transcript, bytes_that_are_no_text)
{
	shows("a\377b", "a\357\277\275b");
	shows("caf\303\251\n", "caf\303\251");
	/* The rest of a character may still come at the end of the output, and nowhere else. */
	shows("caf\303", "caf");
	shows("caf\303\nx", "caf\357\277\275\nx");
	shows("x\342\200\256y", "x\357\277\275y");
	shows_bytes("nul\0nul", 7, "nulnul", __LINE__);
}

Test(transcript, wide_and_combining)
{
	shows("\346\227\245\346\234\254", "\346\227\245\346\234\254");
	shows("e\314\201x", "e\314\201x");
	/* Half of a wide character that is written over leaves a space. */
	shows("\346\227\245\rx", "x");
	shows("\346\227\245y\r\033[1Cx", " xy");
	shows("\314\201x", "x");
}

static const struct transcript_span *span_at(const struct transcript *transcript, size_t line, size_t i)
{
	cr_assert_lt(line, transcript->lines.count);
	cr_assert_lt(i, transcript->lines.items[line].count);
	return &transcript->lines.items[line].spans[i];
}

static void read_all(struct transcript *transcript, const char *data)
{
	transcript_init(transcript);
	transcript_read(transcript, data, strlen(data), SIZE_MAX);
}

Test(transcript, colours)
{
	struct transcript transcript;

	read_all(&transcript, "a\033[1;31mred\033[0m\033[38;5;208mo\033[48;2;1;2;3mg\033[m.\033[97;100mx\033[39;49my");
	cr_expect_eq(span_at(&transcript, 0, 0)->colour, -1);
	cr_expect_eq(span_at(&transcript, 0, 1)->colour, 1);
	cr_expect_eq(span_at(&transcript, 0, 1)->attributes, TRANSCRIPT_BOLD);
	cr_expect_eq(span_at(&transcript, 0, 2)->colour, 208);
	cr_expect_eq(span_at(&transcript, 0, 2)->attributes, 0);
	cr_expect_eq(span_at(&transcript, 0, 3)->ground, 0x1010203);
	cr_expect_eq(span_at(&transcript, 0, 4)->ground, -1);
	cr_expect_eq(span_at(&transcript, 0, 5)->colour, 15);
	cr_expect_eq(span_at(&transcript, 0, 5)->ground, 8);
	cr_expect_eq(span_at(&transcript, 0, 6)->colour, -1);
	transcript_release(&transcript);
}

Test(transcript, colours_with_colons)
{
	struct transcript transcript;

	read_all(&transcript, "\033[38:2::9:8:7ma\033[0;38:5:33mb\033[0;4:3mc\033[4:0md\033[58;5;1;7me\033[38;5mf");
	cr_expect_eq(span_at(&transcript, 0, 0)->colour, 0x1090807);
	cr_expect_eq(span_at(&transcript, 0, 1)->colour, 33);
	cr_expect_eq(span_at(&transcript, 0, 2)->attributes, TRANSCRIPT_UNDERLINE);
	cr_expect_eq(span_at(&transcript, 0, 3)->attributes, 0);
	cr_expect_eq(span_at(&transcript, 0, 4)->attributes, TRANSCRIPT_REVERSE);
	transcript_release(&transcript);
}

Test(transcript, only_the_last_lines)
{
	struct strbuf data = STRBUF_INIT;
	struct transcript transcript;

	for (int i = 0; i < 10000; i++)
		strbuf_addf(&data, "line %d\n", i);
	transcript_init(&transcript);
	transcript_read(&transcript, data.text, data.length, 3);
	cr_assert_eq(transcript.lines.count, 3);
	cr_expect_str_eq(span_at(&transcript, 0, 0)->text, "line 9997");
	cr_expect_str_eq(span_at(&transcript, 2, 0)->text, "line 9999");
	cr_expect_eq(memcmp(data.text + transcript.lines.items[1].offset, "line 9998", 9), 0);
	transcript_read(&transcript, "a\nb", 3, 0);
	cr_expect_eq(transcript.lines.count, 0);
	transcript_read(&transcript, "a\nb", 3, 1);
	cr_expect_str_eq(span_at(&transcript, 0, 0)->text, "b");
	strbuf_release(&data);
	transcript_release(&transcript);
}

Test(transcript, a_colour_from_before_the_first_line)
{
	struct transcript transcript;

	transcript_init(&transcript);
	transcript_read(&transcript, "\033[32mbegin\nend", 14, 1);
	cr_assert_eq(transcript.lines.count, 1);
	cr_expect_eq(span_at(&transcript, 0, 0)->colour, 2);
	transcript_release(&transcript);
}

/* A progress bar without a newline, and a line that is merely long. */
Test(transcript, very_long_lines)
{
	struct strbuf data = STRBUF_INIT;
	struct transcript transcript;

	for (int i = 0; i < 100000; i++)
		strbuf_addf(&data, "\r%d of 100000", i);
	transcript_init(&transcript);
	transcript_read(&transcript, data.text, data.length, 10);
	cr_assert_eq(transcript.lines.count, 1);
	cr_expect_str_eq(span_at(&transcript, 0, 0)->text, "99999 of 100000");
	strbuf_clear(&data);
	for (int i = 0; i < 1000000; i++)
		strbuf_addch(&data, 'x');
	transcript_read(&transcript, data.text, data.length, 10);
	cr_assert_eq(transcript.lines.count, 1);
	cr_expect_eq(strlen(span_at(&transcript, 0, 0)->text), 4096);
	cr_expect_str_eq(span_at(&transcript, 0, 1)->text, "\342\200\246");
	strbuf_release(&data);
	transcript_release(&transcript);
}

Test(transcript, the_other_screen)
{
	struct transcript transcript;

	read_all(&transcript, "x\033[?1049h\033[Hhello");
	cr_expect(transcript.wants_screen);
	transcript_release(&transcript);
	read_all(&transcript, "x\033[?1049h\033[Hhello\033[?1049l");
	cr_expect_not(transcript.wants_screen);
	transcript_release(&transcript);
	read_all(&transcript, "x\033[?47h");
	cr_expect(transcript.wants_screen);
	transcript_release(&transcript);
	read_all(&transcript, "x\033[?10490h\033[?25h\033[?1049");
	cr_expect_not(transcript.wants_screen);
	transcript_release(&transcript);
}

Test(transcript, plain_text)
{
	struct strbuf text = STRBUF_INIT;
	char *line = mem_alloc(100000);

	transcript_add_text("\033[31mred\033[0m\r\nsecond", 20, &text);
	cr_expect_str_eq(text.text, "red\nsecond\n");
	strbuf_clear(&text);
	memset(line, 'y', 100000);
	transcript_add_text(line, 100000, &text);
	cr_expect_eq(text.length, 100001);
	free(line);
	strbuf_release(&text);
}
