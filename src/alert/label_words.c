#include "alert/label_words.h"

void label_words_init(struct label_words *words)
{
	*words = (struct label_words){ 0 };
	strbuf_init(&words->words);
}

void label_words_release(struct label_words *words)
{
	strbuf_release(&words->words);
	vec_release(&words->places);
}

static size_t add_word(struct strbuf *words, const char *text)
{
	size_t at = words->length;

	strbuf_addstr(words, text);
	strbuf_addch(words, '\0');
	return at;
}

bool label_words_add(struct label_words *words, const char *name, const char *value)
{
	struct label_word place;

	if (words->places.count == LABEL_WORDS_MAX)
		return false;
	place.name = add_word(&words->words, name);
	place.value = add_word(&words->words, value);
	vec_push(&words->places, place);
	return true;
}

struct labels label_words_take(struct label_words *words, struct arena *arena)
{
	struct label items[LABEL_WORDS_MAX];
	struct labels labels;

	for (size_t i = 0; i < words->places.count; i++)
		items[i] = (struct label){ .name = words->words.text + words->places.items[i].name,
					   .value = words->words.text + words->places.items[i].value };
	labels = labels_make(arena, items, words->places.count);
	strbuf_clear(&words->words);
	vec_clear(&words->places);
	return labels;
}
