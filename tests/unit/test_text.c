#include <criterion/criterion.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"

TestSuite(text);

struct decoding {
	const char *bytes;
	size_t length;
	uint32_t code;
	size_t used;
};

Test(text, decodes_well_formed_and_replaces_the_rest)
{
	static const struct decoding cases[] = {
		{ "A", 1, 'A', 1 },
		{ "\0", 1, 0, 1 },
		{ "\xc3\xa9", 2, 0xe9, 2 },
		{ "\xe2\x82\xac", 3, 0x20ac, 3 },
		{ "\xf0\x9f\x98\x80", 4, 0x1f600, 4 },
		{ "\xf4\x8f\xbf\xbf", 4, 0x10ffff, 4 },
		{ "\xed\x9f\xbf", 3, 0xd7ff, 3 },
		{ "\xee\x80\x80", 3, 0xe000, 3 },
		/* overlong */
		{ "\xc0\x80", 2, TEXT_REPLACEMENT, 1 },
		{ "\xc1\xbf", 2, TEXT_REPLACEMENT, 1 },
		{ "\xe0\x80\xaf", 3, TEXT_REPLACEMENT, 1 },
		{ "\xe0\x9f\xbf", 3, TEXT_REPLACEMENT, 1 },
		{ "\xf0\x80\x80\xaf", 4, TEXT_REPLACEMENT, 1 },
		{ "\xf0\x8f\xbf\xbf", 4, TEXT_REPLACEMENT, 1 },
		/* surrogates, beyond Unicode */
		{ "\xed\xa0\x80", 3, TEXT_REPLACEMENT, 1 },
		{ "\xed\xbf\xbf", 3, TEXT_REPLACEMENT, 1 },
		{ "\xf4\x90\x80\x80", 4, TEXT_REPLACEMENT, 1 },
		{ "\xf5\x80\x80\x80", 4, TEXT_REPLACEMENT, 1 },
		{ "\xff", 1, TEXT_REPLACEMENT, 1 },
		/* cut short, or followed by something else */
		{ "\xe2\x82", 2, TEXT_REPLACEMENT, 1 },
		{ "\xf0\x9f\x98", 3, TEXT_REPLACEMENT, 1 },
		{ "\xc3(", 2, TEXT_REPLACEMENT, 1 },
		{ "\xe2\x82(", 3, TEXT_REPLACEMENT, 1 },
		{ "\x80", 1, TEXT_REPLACEMENT, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		/* Exactly as long as told, so that a byte too many is found. */
		char *bytes = malloc(cases[i].length);
		uint32_t code = 1;
		size_t used;

		memcpy(bytes, cases[i].bytes, cases[i].length);
		used = text_decode(bytes, cases[i].length, &code);
		cr_expect_eq(code, cases[i].code, "case %zu: code %x", i, code);
		cr_expect_eq(used, cases[i].used, "case %zu: used %zu", i, used);
		free(bytes);
	}
}

Test(text, encodes_what_it_decodes)
{
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		char encoded[5];
		uint32_t back;
		size_t length = text_encode(code, encoded);

		cr_assert_eq(encoded[length], '\0');
		cr_assert_eq(text_decode(encoded, length, &back), length);
		cr_assert_eq(back, code >= 0xd800 && code <= 0xdfff ? TEXT_REPLACEMENT : code, "%x", code);
	}
	char encoded[5];
	cr_expect_eq(text_encode(0x110000, encoded), 3);
	cr_expect_str_eq(encoded, "\xef\xbf\xbd");
}

static void expect_widths(void)
{
	static const struct {
		uint32_t code;
		int width;
	} cases[] = {
		{ 'a', 1 },     { 0, 1 },       { 0x1b, 1 },    { 0x9b, 1 },     { 0xad, 1 },       { 0xe9, 1 },
		{ 0x301, 0 },   { 0x36f, 0 },   { 0x5d0, 1 },   { 0x5b0, 0 },    { 0x1100, 2 },     { 0x1160, 0 },
		{ 0x11ff, 0 },  { 0x200b, 0 },  { 0x200d, 0 },  { 0x2026, 1 },   { 0x2500, 1 },     { 0x2800, 1 },
		{ 0x231a, 2 },  { 0x2605, 1 },  { 0x3000, 2 },  { 0x4e2d, 2 },   { 0xac00, 2 },     { 0xff21, 2 },
		{ 0xff61, 1 },  { 0xfe0f, 0 },  { 0xfffd, 1 },  { 0x1f1e9, 1 },  { 0x1f600, 2 },    { 0x1f9d1, 2 },
		{ 0x20000, 2 }, { 0x3fffd, 2 }, { 0xe0100, 0 }, { 0x10ffff, 1 }, { 0xffffffff, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cr_expect_eq(text_code_width(cases[i].code), cases[i].width, "U+%04X", cases[i].code);
}

Test(text, counts_cells_in_any_locale)
{
	expect_widths();
	cr_assert(setlocale(LC_ALL, "C"));
	expect_widths();
	if (setlocale(LC_ALL, "C.UTF-8"))
		expect_widths();
}

Test(text, width_of_strings)
{
	cr_expect_eq(text_width(""), 0);
	cr_expect_eq(text_width("abc"), 3);
	cr_expect_eq(text_width("\xe4\xb8\xad\xe6\x96\x87"), 4);
	cr_expect_eq(text_width("e\xcc\x81"), 1);
	cr_expect_eq(text_width("\x1b[31m"), 5, "each control takes the cell of its replacement");
	cr_expect_eq(text_width("\xff\xfe"), 2);
	cr_expect_eq(text_width("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"), 4, "joined emoji are drawn apart");
	cr_expect_eq(text_width("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd"), 2, "a skin tone takes no cells");
	cr_expect_eq(text_width("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa"), 2, "a flag");
	cr_expect_eq(text_width("\xe2\x9d\xa4\xef\xb8\x8f"), 1, "narrow stays narrow");
}

static struct grapheme first(const char *text)
{
	struct grapheme grapheme;

	cr_assert(text_grapheme(text, strlen(text), &grapheme));
	return grapheme;
}

Test(text, graphemes_take_what_combines)
{
	struct grapheme grapheme = first("e\xcc\x81x");

	cr_expect_eq(grapheme.count, 2);
	cr_expect_eq(grapheme.codes[0], 'e');
	cr_expect_eq(grapheme.codes[1], 0x301);
	cr_expect_eq(grapheme.width, 1);
	cr_expect_eq(grapheme.bytes, 3);

	/* Six marks: three are kept, all are taken. */
	grapheme = first("o\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85z");
	cr_expect_eq(grapheme.count, 4);
	cr_expect_eq(grapheme.codes[3], 0x302);
	cr_expect_eq(grapheme.bytes, 13);

	grapheme = first("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd!");
	cr_expect_eq(grapheme.count, 1);
	cr_expect_eq(grapheme.width, 2);
	cr_expect_eq(grapheme.bytes, 8);

	grapheme = first("\xf0\x9f\x8f\xbd");
	cr_expect_eq(grapheme.width, 2, "a skin tone alone is an emoji");

	grapheme = first("\xcc\x81x");
	cr_expect_eq(grapheme.width, 0, "a mark without a base");
	cr_expect_eq(grapheme.bytes, 2);
}

Test(text, graphemes_replace_what_is_unsafe)
{
	struct grapheme grapheme = first("\x1b[2J");

	cr_expect_eq(grapheme.codes[0], TEXT_REPLACEMENT);
	cr_expect_eq(grapheme.width, 1);
	cr_expect_eq(grapheme.bytes, 1);
	grapheme = first("a\xe2\x80\xae"); /* U+202E does not combine with the a */
	cr_expect_eq(grapheme.bytes, 1);
	grapheme = first("\xe2\x80\xae");
	cr_expect_eq(grapheme.codes[0], TEXT_REPLACEMENT);
	cr_expect_eq(grapheme.width, 1);
	grapheme = first("\xc2\x9b"); /* C1: CSI in eight bits */
	cr_expect_eq(grapheme.codes[0], TEXT_REPLACEMENT);
	cr_expect_not(text_grapheme("", 0, &grapheme));
}

Test(text, knows_what_is_unsafe)
{
	static const uint32_t unsafe[] = { 0x00,    0x07,    0x1b,    0x7f,     0x80,     0x9b,      0x9f,
					   0x61c,   0x200e,  0x200f,  0x2028,   0x2029,   0x202a,    0x202e,
					   0x2066,  0x2069,  0xd800,  0xe000,   0xf8ff,   0xfdd0,    0xfdef,
					   0xfeff,  0xfff9,  0xfffb,  0xfffe,   0xffff,   0x1fffe,   0xe0001,
					   0xe0020, 0xe007f, 0xf0000, 0x10ffff, 0x110000, 0xffffffff };
	static const uint32_t safe[] = { ' ',    '~',    0xa0,   0xad,    0x301,  0x5d0,  0x200b,
					 0x200d, 0x2027, 0x202f, 0x2065,  0x2070, 0x2800, 0xfffc,
					 0xfffd, 0xf900, 0xfe0f, 0x1f600, 0xe0100 };

	for (size_t i = 0; i < sizeof(unsafe) / sizeof(*unsafe); i++)
		cr_expect(text_is_unsafe(unsafe[i]), "U+%04X", unsafe[i]);
	for (size_t i = 0; i < sizeof(safe) / sizeof(*safe); i++)
		cr_expect_not(text_is_unsafe(safe[i]), "U+%04X", safe[i]);
}

static void expect_safe(const char *text, const char *line, const char *lines)
{
	struct strbuf buf = STRBUF_INIT;

	text_add_safe(&buf, text);
	cr_expect_str_eq(buf.text, line);
	strbuf_clear(&buf);
	text_add_safe_lines(&buf, text);
	cr_expect_str_eq(buf.text, lines);
	strbuf_release(&buf);
}

#define BAD "\xef\xbf\xbd"

Test(text, makes_text_safe)
{
	expect_safe("", "", "");
	expect_safe("a\tb\nc", "a b c", "a b\nc");
	expect_safe("a\r\nb\rc", "a b" BAD "c", "a\nb" BAD "c");
	expect_safe("\x1b]0;x\x07", BAD "]0;x" BAD, BAD "]0;x" BAD);
	expect_safe("x\xc2\x9b"
		    "31m",
		    "x" BAD "31m", "x" BAD "31m");
	expect_safe("a\xe2\x80\xae"
		    "b",
		    "a" BAD "b", "a" BAD "b");
	expect_safe("\xe2\x82", BAD BAD, BAD BAD);
	expect_safe("\xe4\xb8\xad\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
		    "\xe4\xb8\xad\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
		    "\xe4\xb8\xad\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb");
}

static void expect_fit(const char *text, int cells, const char *wanted)
{
	struct strbuf buf = STRBUF_INIT;

	strbuf_addstr(&buf, "> ");
	text_add_fit(&buf, text, cells, true);
	cr_expect_str_eq(buf.text + 2, wanted);
	cr_expect_leq(text_width(buf.text + 2), cells > 0 ? cells : 0);
	strbuf_release(&buf);
}

Test(text, fits_into_cells)
{
	struct strbuf buf = STRBUF_INIT;

	expect_fit("hello", 5, "hello");
	expect_fit("hello", 4, "hel~");
	expect_fit("hello", 1, "~");
	expect_fit("h", 1, "h");
	expect_fit("hello", 0, "");
	expect_fit("hello", -3, "");
	expect_fit("", 3, "");
	/* A wide character is never cut in half. */
	expect_fit("\xe4\xb8\xad\xe6\x96\x87", 4, "\xe4\xb8\xad\xe6\x96\x87");
	expect_fit("\xe4\xb8\xad\xe6\x96\x87", 3, "\xe4\xb8\xad~");
	expect_fit("\xe4\xb8\xad\xe6\x96\x87", 2, "~");
	expect_fit("\xe4\xb8\xad", 1, "~");
	/* Marks stay with their base. */
	expect_fit("e\xcc\x81"
		   "abc",
		   2, "e\xcc\x81~");
	expect_fit("abe\xcc\x81", 3, "abe\xcc\x81");
	expect_fit("a\tb\nc", 5, "a b c");
	expect_fit("\x1b[31m", 9, BAD "[31m");

	text_add_fit(&buf, "hello", 3, false);
	cr_expect_str_eq(buf.text, "he\xe2\x80\xa6");
	strbuf_release(&buf);
}

static void expect_column(const char *text, int cells, const char *wanted)
{
	struct strbuf buf = STRBUF_INIT;

	text_add_column(&buf, text, cells);
	cr_expect_str_eq(buf.text, wanted);
	strbuf_release(&buf);
}

Test(text, fills_a_column)
{
	expect_column("ab", 4, "ab    ");
	expect_column("abcd", 4, "abcd  ");
	expect_column("abcde", 4, "abc\xe2\x80\xa6  ");
	expect_column("", 1, "   ");
	expect_column("ab", 0, "  ");
	/* One cell is left when a wide character finds no room. */
	expect_column("a\xe4\xb8\xad\xe6\x96\x87", 3, "a\xe2\x80\xa6   ");
}

Test(text, distance)
{
	char longer[200];

	cr_expect_eq(text_distance("", "", 3), 0);
	cr_expect_eq(text_distance("abc", "abc", 0), 0);
	cr_expect_eq(text_distance("abc", "", 3), 3);
	cr_expect_eq(text_distance("size", "siez", 2), 1);
	cr_expect_eq(text_distance("kitten", "sitting", 5), 3);
	cr_expect_eq(text_distance("kitten", "sitting", 2), 3);
	cr_expect_eq(text_distance("abcdef", "uvwxyz", 2), 3);
	cr_expect_eq(text_distance("a", "abcdef", 2), 3);
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	cr_expect_eq(text_distance(longer, longer, 2), 3, "too long to have been mistyped");
}
