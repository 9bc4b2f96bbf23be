#include "ui/view/alert_filter.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* What a word with a colon means: one row a word. */
static const struct {
	const char *word;
	enum alert_word_kind kind;
	unsigned bits;
} named[] = {
	{ "p0", ALERT_WORD_PRIORITY, 1u << 0 },
	{ "p1", ALERT_WORD_PRIORITY, 1u << 1 },
	{ "p2", ALERT_WORD_PRIORITY, 1u << 2 },
	{ "p3", ALERT_WORD_PRIORITY, 1u << 3 },
	{ "state:firing", ALERT_WORD_STATE, 1u << ALERT_OPEN | 1u << ALERT_ACKED | 1u << ALERT_MUTED },
	{ "state:open", ALERT_WORD_STATE, 1u << ALERT_OPEN },
	{ "state:acked", ALERT_WORD_STATE, 1u << ALERT_ACKED },
	{ "state:muted", ALERT_WORD_STATE, 1u << ALERT_MUTED },
	{ "state:pending", ALERT_WORD_STATE, 1u << ALERT_WAITS },
	{ "state:resolved", ALERT_WORD_STATE, 1u << ALERT_ENDED },
	{ "by:here", ALERT_WORD_RAISER, RAISED_HERE },
	{ "by:prometheus", ALERT_WORD_RAISER, RAISED_PROMETHEUS },
	{ "by:alertmanager", ALERT_WORD_RAISER, RAISED_ALERTMANAGER },
};
#define NAMED (sizeof(named) / sizeof(named[0]))

const char *alert_filter_word(size_t index)
{
	return index < NAMED ? named[index].word : NULL;
}

/* Alternatives are one word with several bits. */
static void add_bits(struct alert_filter *filter, enum alert_word_kind kind, unsigned bits)
{
	for (size_t i = 0; i < filter->words.count; i++)
		if (filter->words.items[i].kind == kind) {
			filter->words.items[i].bits |= bits;
			return;
		}
	vec_push(&filter->words, (struct alert_word){ .kind = kind, .bits = bits });
}

static int read_word(struct alert_filter *filter, char *word, struct error *error)
{
	char *equals = strchr(word, '=');

	for (size_t i = 0; i < NAMED; i++)
		if (strcasecmp(word, named[i].word) == 0) {
			add_bits(filter, named[i].kind, named[i].bits);
			return 0;
		}
	if (strncmp(word, "state:", 6) == 0)
		return error_set(error, "no state '%.40s' (state:firing, open, acked, muted, pending, resolved)",
				 word + 6);
	if (strncmp(word, "by:", 3) == 0)
		return error_set(error, "nobody '%.40s' (by:here, by:prometheus, by:alertmanager)", word + 3);
	if (equals && equals > word && !(equals == word + 1 && *word == '!')) {
		bool not_equal = equals[-1] == '!';

		equals[not_equal ? -1 : 0] = '\0';
		vec_push(&filter->words,
			 (struct alert_word){
				 .kind = ALERT_WORD_LABEL, .name = word, .value = equals + 1, .not_equal = not_equal });
		return 0;
	}
	vec_push(&filter->words, (struct alert_word){ .kind = ALERT_WORD_TEXT, .value = word });
	return 0;
}

int alert_filter_read(struct alert_filter *ret, const char *text, struct error *error)
{
	char *rest, *word;

	*ret = (struct alert_filter){ .text = mem_strdup(text) };
	rest = ret->text;
	while ((word = strsep(&rest, " ")))
		if (*word && read_word(ret, word, error) < 0) {
			alert_filter_release(ret);
			return -1;
		}
	return 0;
}

void alert_filter_release(struct alert_filter *filter)
{
	free(filter->text);
	filter->text = NULL;
	vec_release(&filter->words);
}

static bool set_holds(const struct labels *labels, const char *text)
{
	for (size_t i = 0; labels && i < labels->count; i++)
		if (strcasestr(labels->items[i].value, text) || strcasestr(labels->items[i].name, text))
			return true;
	return false;
}

bool alert_holds(const struct alert *alert, const char *text)
{
	if (strcasestr(alert->name, text) || set_holds(alert->labels, text) || set_holds(alert->annotations, text))
		return true;
	return alert->ack &&
	       (strcasestr(alert->ack->actor, text) || (alert->ack->note && strcasestr(alert->ack->note, text)));
}

static bool label_passes(const struct alert_word *word, const struct alert *alert)
{
	const char *value = labels_get(alert->labels, word->name);

	return (strcmp(value ? value : "", word->value) == 0) != word->not_equal;
}

static bool word_passes(const struct alert_word *word, const struct alert *alert)
{
	switch (word->kind) {
	case ALERT_WORD_LABEL: return label_passes(word, alert);
	case ALERT_WORD_PRIORITY: return alert->priority >= 0 && word->bits & 1u << alert->priority;
	case ALERT_WORD_STATE: return word->bits & 1u << alert->standing;
	case ALERT_WORD_RAISER: return word->bits & alert->raised_by;
	default: return alert_holds(alert, word->value);
	}
}

bool alert_filter_passes(const struct alert_filter *filter, const struct alert *alert)
{
	for (size_t i = 0; i < filter->words.count; i++)
		if (!word_passes(&filter->words.items[i], alert))
			return false;
	return true;
}
