/* Secrets that stand in pieces in a stream and are read as one all the same. */
#include <criterion/criterion.h>

#include <string.h>

#include "base/strbuf.h"
#include "runbook/mask.h"
#include "runbook/transcript.h"

TestSuite(mask_view, .timeout = 60);

#define M          MASK_SHOWN
#define SECRET     "swordfish-9"
#define ACCENTS    "p\303\244ssw\303\266rt"
#define KEY        "AKIAIOSFODNN7EXAMPLE"
#define TEXT(text) text, sizeof(text) - 1

static const struct {
	const char *text;
	size_t length;
	const char *drawn;
} texts[] = {
	/* Colours, as a program sets them that shows what matched. */
	{ TEXT("\033[31mAKIA\033[0mIOSFODNN7EXAMPLE"), M },
	{ TEXT("\033[01;31m\033[Kpass\033[m\033[Kword=hunter2 x"), "password=" M " x" },
	{ TEXT("\033[0m\033[1m\033[31mpass\033[0mword: hunter2"), "password: " M },
	{ TEXT("password=hun\033[1mter\033[m2 x"), "password=" M " x" },
	{ TEXT("password=\"two \033[1mwords\033[m\" x"), "password=\"" M "\" x" },
	{ TEXT("postgres://app:s3\033[Kcr3t@db/x"), "postgres://app:" M "@db/x" },
	{ TEXT("a sword\033[31mfish-9 b"), "a " M " b" },
	{ TEXT("a p\303\244ss\033[38;5;1mw\303\266rt b"), "a " M " b" },
	/* Every other kind of sequence. */
	{ TEXT("sword\033[K\033[?25lfi\033[?7lsh\033[2 q-9"), M },
	{ TEXT("sword\033(Bfish\033=-\033#89"), M },
	{ TEXT("sword\033]0;title\afish\033]8;;http://x\033\\-9"), M },
	{ TEXT("sword\033P1$r\033\\fi\033_x\033\\sh\033^x\033\\-\033Xx\033\\9"), M },
	{ TEXT("sword\23331mfish\302\2331m-\302\2350;t\302\2349"), M },
	{ TEXT("swordfish\302\205-\2059"), M },
	{ TEXT("sword\033[12\033[1mfish-9"), M },
	{ TEXT("sw\0ord\016fi\017sh\a-\1779"), M },
	/* Backspaces: what is overwritten, what is written twice, what stays. */
	{ TEXT("token: abc\bcdefsecretzz"), "token: " M },
	{ TEXT("swordfisx\bh-9"), M },
	{ TEXT("swordxyz\b\b\bfish-9"), M },
	{ TEXT("s\bsw\bwo\bor\brd\bdf\bfi\bis\bsh\bh-\b-9\b9"), M },
	{ TEXT("_\bs_\bw_\bo_\br_\bd_\bf_\bi_\bs_\bh_\b-_\b9 b"), M " b" },
	{ TEXT("abc\b\nd"), "abc\nd" },
	{ TEXT("/\b-\b\\\bdone"), "done" },
	{ TEXT("\346\227\245\b\b\346\234\254"), "\346\234\254" },
	/* The cursor elsewhere. */
	{ TEXT("xxxx\r" KEY), M },
	{ TEXT("xwordfish-9\rs"), M },
	{ TEXT("sword\rswordfish-9\rsword"), "sword***" },
	{ TEXT("sw\033[6Gfish-9\033[3Gord"), M },
	{ TEXT("sw\033[3Cfish-9\r\033[2Cord"), M },
	{ TEXT("xx\033[2D" KEY), M },
	{ TEXT("name\033[8G" KEY), "name   " M },
	{ TEXT("AKIA\033[1CIOSFODNN7EXAMPLE"), "AKIA IOSFODNN7EXAMPLE" },
	{ TEXT(" 10%\r 20%\r100%\033[K\nx"), "100%\nx" },
	{ TEXT("a\r\r\nb\r\n"), "a\nb" },
	/* What is joined only by what is not seen are two words too. */
	{ TEXT("a\0" KEY "\0b"), "a" M "b" },
};

static struct mask *make(void)
{
	struct mask *mask = mask_new();

	mask_add(mask, SECRET);
	mask_add(mask, ACCENTS);
	return mask;
}

static void expect_hidden(const struct strbuf *ret, size_t text, size_t at)
{
	struct strbuf drawn = STRBUF_INIT;

	transcript_add_text(ret->text, ret->length, &drawn);
	cr_expect_not(strstr(drawn.text, SECRET) || strstr(drawn.text, ACCENTS) || strstr(drawn.text, KEY),
		      "%zu cut at %zu shows '%s'", text, at, drawn.text);
	strbuf_release(&drawn);
}

static void expect_drawn(const struct strbuf *ret, size_t text, size_t at)
{
	struct strbuf drawn = STRBUF_INIT;

	transcript_add_text(ret->text, ret->length, &drawn);
	if (drawn.length && drawn.text[drawn.length - 1] == '\n')
		strbuf_truncate(&drawn, drawn.length - 1);
	cr_expect_str_eq(drawn.text, texts[text].drawn, "%zu cut at %zu: '%s'", text, at, drawn.text);
	strbuf_release(&drawn);
}

Test(mask_view, cut_anywhere)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t at = 0; at <= texts[i].length; at++) {
			struct mask *mask = make();
			struct strbuf ret = STRBUF_INIT;

			mask_write(mask, texts[i].text, at, false, &ret);
			expect_hidden(&ret, i, at);
			mask_write(mask, texts[i].text + at, texts[i].length - at, false, &ret);
			expect_hidden(&ret, i, at);
			mask_write(mask, "", 0, true, &ret);
			expect_drawn(&ret, i, at);
			strbuf_release(&ret);
			mask_free(mask);
		}
	}
}

Test(mask_view, by_the_byte)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t pause = 0; pause < 4; pause++) {
			struct mask *mask = make();
			struct strbuf ret = STRBUF_INIT;

			for (size_t at = 0; at < texts[i].length; at++) {
				mask_write(mask, texts[i].text + at, 1, false, &ret);
				if (pause && at % pause == 0)
					mask_pause(mask, &ret);
				expect_hidden(&ret, i, at);
			}
			mask_write(mask, "", 0, true, &ret);
			expect_hidden(&ret, i, SIZE_MAX);
			if (!pause)
				expect_drawn(&ret, i, SIZE_MAX);
			strbuf_release(&ret);
			mask_free(mask);
		}
	}
}

/* Many plain bytes before it and after it, at every place of a block of them. */
Test(mask_view, among_plain_text)
{
	char plain[200];

	memset(plain, '.', sizeof(plain));
	for (size_t before = 0; before < 140; before++) {
		struct mask *mask = make();
		struct strbuf text = STRBUF_INIT, ret = STRBUF_INIT, wanted = STRBUF_INIT;

		strbuf_add(&text, plain, before);
		strbuf_addstr(&text, "swor\033[1md\rswordfish-9\r\n");
		strbuf_add(&text, plain, sizeof(plain));
		mask_write(mask, text.text, text.length, true, &ret);
		expect_hidden(&ret, before, 0);
		strbuf_clear(&text);
		strbuf_add(&text, plain, before);
		strbuf_addstr(&text, "s\033[mwordfish-9\r\n");
		strbuf_add(&text, plain, sizeof(plain));
		strbuf_clear(&ret);
		mask_write(mask, text.text, text.length, true, &ret);
		strbuf_add(&wanted, plain, before);
		strbuf_addstr(&wanted, M "\033[m\r\n");
		strbuf_add(&wanted, plain, sizeof(plain));
		cr_expect_str_eq(ret.text, wanted.text);
		strbuf_release(&text);
		strbuf_release(&ret);
		strbuf_release(&wanted);
		mask_free(mask);
	}
}

/* What is not seen is handed on as it came, where nothing is hidden. */
Test(mask_view, the_rest_stays)
{
	static const char text[] = "\033[1mbold\033[m \033[?25l\033(Bx\033[K\a 1\r2\r\ntab\t\033[3Dz\b\b-\r\n\033[31m";
	static const char broken[] = "a\033]0;title\ab\033[12\nc\033]2;open\nd\033[3";
	struct mask *mask = make();
	struct strbuf ret = STRBUF_INIT;

	mask_write(mask, text, sizeof(text) - 1, true, &ret);
	cr_expect_str_eq(ret.text, text);
	strbuf_clear(&ret);
	mask_write(mask, broken, sizeof(broken) - 1, true, &ret);
	cr_expect_str_eq(ret.text, "ab\nc\nd", "'%s'", ret.text);
	strbuf_release(&ret);
	mask_free(mask);
}

/* A command is shown byte by byte: nothing of it but a secret is left out. */
Test(mask_view, a_whole_text)
{
	struct mask *mask = make();
	struct strbuf ret = STRBUF_INIT;

	mask_text(mask, "a\bb \033]0;x\ac \033[12\nd\033]e\033", &ret);
	cr_expect_str_eq(ret.text, "a\bb \033]0;x\ac \033[12\nd\033]e\033");
	strbuf_clear(&ret);
	mask_text(mask, "x swordfish-9\b sword\033[1mfish-9", &ret);
	cr_expect_str_eq(ret.text, "x " M "\b " M "\033[1m");
	strbuf_release(&ret);
	mask_free(mask);
}

/* More than is kept of what is not seen: it is left out, and the secret is found. */
Test(mask_view, much_that_is_not_seen)
{
	struct mask *mask = make();
	struct strbuf ret = STRBUF_INIT;

	mask_write(mask, "pass", 4, false, &ret);
	for (int i = 0; i < 20000; i++)
		mask_write(mask, i % 2 ? "\033[31m" : "\a\a\a\a\a", 5, false, &ret);
	mask_write(mask, "word=hunter2", 12, true, &ret);
	cr_expect_lt(ret.length, 80000);
	cr_expect_str_eq(ret.text + ret.length - 13, "word=" M);
	strbuf_clear(&ret);
	/* A title that does not end is not one for ever. */
	mask_write(mask, "\033]0;", 4, false, &ret);
	for (int i = 0; i < 20000; i++)
		mask_write(mask, "xxxxx", 5, false, &ret);
	mask_write(mask, SECRET, strlen(SECRET), true, &ret);
	cr_expect_gt(ret.length, 30000);
	cr_expect_str_eq(ret.text + ret.length - 8, M);
	strbuf_release(&ret);
	mask_free(mask);
}

/* A configured secret that holds what is not seen. */
Test(mask_view, secrets_with_controls)
{
	struct mask *mask = mask_new();
	struct strbuf ret = STRBUF_INIT;

	mask_add(mask, "sword\033[1mfish");
	mask_write(mask, "a swordfish b sword\033[1mfish c", 29, true, &ret);
	cr_expect_str_eq(ret.text, "a " M " b " M "\033[1m c", "'%s'", ret.text);
	strbuf_release(&ret);
	mask_free(mask);
}
