#include "alert/label_pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *put(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = *at;

	memcpy(copy, text, size);
	*at += size;
	return copy;
}

struct labels label_pack(const struct labels *labels)
{
	size_t size = labels->count * sizeof(struct label);
	struct label *items;
	char *at;

	if (!labels->count)
		return (struct labels){ 0 };
	for (size_t i = 0; i < labels->count; i++)
		size += strlen(labels->items[i].name) + strlen(labels->items[i].value) + 2;
	items = mem_alloc(size);
	at = (char *)(items + labels->count);
	for (size_t i = 0; i < labels->count; i++) {
		items[i].name = put(&at, labels->items[i].name);
		items[i].value = put(&at, labels->items[i].value);
	}
	return (struct labels){ items, labels->count };
}

void label_pack_release(struct labels *pack)
{
	free((void *)(uintptr_t)pack->items);
	*pack = (struct labels){ 0 };
}
