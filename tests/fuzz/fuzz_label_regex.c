/*
 * Patterns and texts of any kind: nothing crashes, and the shapes that are
 * matched without PCRE2 agree with it. The input is a pattern, a newline byte
 * of 0x01, and a text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "tsdb/label_regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_utf8(const char *text)
{
	size_t length = strlen(text);

	while (length) {
		uint32_t code;
		size_t bytes = text_decode(text, length, &code);

		if (code == TEXT_REPLACEMENT && bytes == 1)
			return 0;
		text += bytes;
		length -= bytes;
	}
	return 1;
}

/* The same pattern in a repeated group, which no shape takes. */
static void compare(const struct label_regex *regex, const char *pattern, const char *text, int dot_newline)
{
	char *wrapped = mem_printf("(?:%s){1}", pattern);
	struct label_regex *plain = label_regex_new(wrapped, dot_newline, NULL);
	const char *const *words;
	size_t count = label_regex_words(regex, &words);

	if (plain) {
		int got = label_regex_match(regex, text), want = label_regex_match(plain, text);

		always(got == want || !is_utf8(text) || label_regex_over_limit(plain) || label_regex_over_limit(regex));
		for (size_t i = 0; i < count && i < 20; i++)
			always(label_regex_match(plain, words[i]) || label_regex_over_limit(plain));
	}
	label_regex_free(plain);
	free(wrapped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *pattern = mem_strndup((const char *)data, size), *text = strchr(pattern, 1);
	struct strbuf expanded = STRBUF_INIT;
	struct error error;

	if (text)
		*text++ = '\0';
	else
		text = pattern;
	for (int dot_newline = 0; dot_newline < 2; dot_newline++) {
		struct label_regex *regex = label_regex_new(pattern, dot_newline, &error);

		if (!regex)
			continue;
		compare(regex, pattern, text, dot_newline);
		label_regex_expand(regex, text, "$1${name}$0$$", &expanded);
		label_regex_expand(regex, "abc", text, &expanded);
		label_regex_free(regex);
	}
	strbuf_release(&expanded);
	free(pattern);
	return 0;
}
