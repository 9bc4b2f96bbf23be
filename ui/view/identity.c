#include "ui/view/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

void identity_release(struct identity *identity)
{
	free(identity->bound);
	*identity = (struct identity){ .index = -1 };
}

/* A byte that no name or value can hold ends each of them. */
static char *join_bound(const char *const *bound)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; bound && bound[i]; i++)
		strbuf_addf(&text, "%s\xff", bound[i]);
	return strbuf_detach(&text);
}

void identity_take(struct identity *identity, struct board *board, int index)
{
	size_t count;
	const struct board_panel *panels = board_panels(board, &count);

	identity_release(identity);
	if (index < 0 || (size_t)index >= count)
		return;
	*identity = (struct identity){ board, panels[index].panel, join_bound(panels[index].bound), index };
}

static bool is_same(const struct identity *identity, const struct board_panel *panel)
{
	char *bound;
	bool ret;

	if (panel->panel != identity->panel)
		return false;
	bound = join_bound(panel->bound);
	ret = strcmp(bound, identity->bound) == 0;
	free(bound);
	return ret;
}

int identity_find_same(const struct identity *identity, struct board *board, int index)
{
	size_t count;
	const struct board_panel *panels = board_panels(board, &count);

	if (index < 0)
		return -1;
	if (identity->board != board || identity->index != index)
		return (size_t)index < count ? index : -1;
	if ((size_t)index < count && is_same(identity, &panels[index]))
		return index;
	for (size_t i = 0; i < count; i++)
		if (is_same(identity, &panels[i]))
			return (int)i;
	return -1;
}

int identity_find(const struct identity *identity, struct board *board, int index)
{
	size_t count;
	int same = identity_find_same(identity, board, index);

	board_panels(board, &count);
	if (same >= 0 || index < 0)
		return same;
	return (size_t)index < count ? index : (int)count - 1;
}
