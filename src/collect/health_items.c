#include "collect/health_items.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collect/health_word.h"

const char *health_keep(struct health_document *document, const char *text)
{
	return arena_strndup(&document->arena, text, strnlen(text, HEALTH_TEXT));
}

void health_add_number(struct health_document *document, const char *name, double value)
{
	if (!*name)
		return;
	if (document->numbers.count == HEALTH_ITEMS)
		document->left_out++;
	else
		vec_push(&document->numbers,
			 (struct health_number){ .name = health_keep(document, name), .value = value });
}

void health_add_item(struct health_document *document, const struct health_item *item, bool breaker)
{
	struct health_item *items = breaker ? document->breakers.items : document->components.items;
	size_t count = breaker ? document->breakers.count : document->components.count;

	if (!*item->name) /* its samples would be those of the whole */
		return;
	if (count == HEALTH_ITEMS) {
		document->left_out++;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (strcmp(items[i].name, item->name) != 0 || strcmp(items[i].group, item->group) != 0)
			continue;
		if (isnan(items[i].value) || (breaker ? item->value > items[i].value : item->value < items[i].value))
			items[i] = *item;
		return;
	}
	if (breaker)
		vec_push(&document->breakers, *item);
	else
		vec_push(&document->components, *item);
}

void health_add_feature(struct health_document *document, const char *name, double degraded, const char *reason)
{
	struct health_item item = { .group = "", .word = "", .score = NAN, .response_s = NAN, .value = degraded };

	item.name = health_keep(document, name);
	item.reason = health_keep(document, reason);
	if (!*name)
		return;
	if (document->features.count == HEALTH_ITEMS) {
		document->left_out++;
		return;
	}
	for (size_t i = 0; i < document->features.count; i++) {
		struct health_item *known = &document->features.items[i];

		if (strcmp(known->name, name) != 0)
			continue;
		if (degraded > known->value)
			*known = item;
		return;
	}
	vec_push(&document->features, item);
}

void health_add_note(struct health_document *document, const char *kind, const char *text)
{
	if (document->notes.count == HEALTH_ITEMS)
		document->left_out++;
	else
		vec_push(&document->notes, (struct health_note){ .kind = health_keep(document, kind),
								 .text = health_keep(document, text) });
}

void health_read_text(struct health_document *document, const char *body, size_t length)
{
	char *text = mem_strndup(body, length), *line, *rest = text;
	struct health_item item = { .group = "checks", .score = NAN, .response_s = NAN };

	while ((line = strsep(&rest, "\r\n"))) {
		size_t name;

		if (strncmp(line, "[+]", 3) != 0 && strncmp(line, "[-]", 3) != 0)
			continue;
		name = strcspn(line + 3, " ");
		item.value = line[1] == '+';
		item.name = arena_strndup(&document->arena, line + 3, name < HEALTH_TEXT ? name : HEALTH_TEXT);
		item.word = line[1] == '+' ? "ok" : "failed";
		item.reason = line[1] == '-' && line[3 + name] ? health_keep(document, line + 4 + name) : "";
		health_add_item(document, &item, false);
	}
	if (!document->components.count && length < 64) {
		char *word = mem_strndup(body, length);

		word[strcspn(word, "\r\n")] = '\0';
		if (health_word(word, &document->overall) == HEALTH_WORD_STATE)
			document->word = health_keep(document, word);
		else
			document->overall = NAN;
		free(word);
	}
	free(text);
}
