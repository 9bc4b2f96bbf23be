/* The labels of one thing while they are read: gathered as they come, then taken as a label set of an arena. */
#ifndef ALERT_LABEL_WORDS_H
#define ALERT_LABEL_WORDS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "tsdb/labels.h"

#define LABEL_WORDS_MAX 256

/* Where a name and its value begin in `words`. */
struct label_word {
	size_t name, value;
};

struct label_words {
	struct strbuf words;
	VEC(struct label_word) places;
};

void label_words_init(struct label_words *words);
void label_words_release(struct label_words *words);

/* False when there would be over LABEL_WORDS_MAX. */
bool label_words_add(struct label_words *words, const char *name, const char *value);

/* All of them, sorted, in the arena; the words are empty afterwards. */
struct labels label_words_take(struct label_words *words, struct arena *arena);

#endif
