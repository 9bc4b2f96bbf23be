/* The words of a walk's prompt. */
#include <string.h>

#include "cli/walk.h"

static const struct {
	char letter;
	const char *word;  /* may be typed instead of the letter */
	const char *shown; /* in the prompt, behind the letter */
	bool runs;         /* only of steps that run */
	bool rest;         /* more may stand behind it */
} words[] = {
	{ .letter = 'r', .word = "run", .shown = "run", .runs = true },
	{ .letter = 'c', .word = "next", .shown = "next" },
	{ .letter = 'd', .word = "done", .shown = "done", .rest = true },
	{ .letter = 's', .word = "skip", .shown = "skip", .rest = true },
	{ .letter = 'f', .word = "failed", .shown = "failed", .rest = true },
	{ .letter = 'e', .word = "edit", .shown = "edit", .runs = true, .rest = true },
	{ .letter = 'n', .word = "note", .shown = "note", .rest = true },
	{ .letter = 'b', .word = "scenario", .shown = "SCENARIO", .rest = true },
	{ .letter = 'g', .word = "go", .shown = "STEP", .rest = true },
	{ .letter = 'p', .word = "proofs", .shown = "proofs" },
	{ .letter = 'q', .word = "quit", .shown = "quit" },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

void walk_add_words(bool runs, struct strbuf *out)
{
	const char *gap = "";

	for (size_t i = 0; i < WORDS; i++) {
		if (!runs && words[i].runs)
			continue;
		strbuf_addf(out, "%s%c %s", gap, words[i].letter, words[i].shown);
		gap = "  ";
	}
}

/* "2.11" */
static bool is_step(const char *word)
{
	size_t section = strspn(word, "0123456789"), number;

	if (!section || word[section] != '.')
		return false;
	number = strspn(word + section + 1, "0123456789");
	return number && !word[section + 1 + number];
}

char walk_word(const char *line, const char **ret_rest)
{
	const char *word = line + strspn(line, " \t");
	size_t length = strcspn(word, " \t");

	*ret_rest = word + length + strspn(word + length, " \t");
	if (is_step(word)) {
		*ret_rest = word;
		return 'g';
	}
	for (size_t i = 0; i < WORDS; i++) {
		bool is_letter = length == 1 && (*word == words[i].letter || (*word == '!' && words[i].letter == 'r'));
		bool is_word = strlen(words[i].word) == length && memcmp(word, words[i].word, length) == 0;

		if (is_letter || is_word)
			return words[i].rest || !**ret_rest ? words[i].letter : '?';
	}
	return length ? '?' : '\0';
}
