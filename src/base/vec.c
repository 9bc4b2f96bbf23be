#include "base/vec.h"

#include <string.h>

#include "base/mem.h"

void vec_reserve_(void **items, size_t *capacity, size_t count, size_t size)
{
	size_t wanted;

	if (count <= *capacity)
		return;
	wanted = *capacity < 8 ? 8 : *capacity + *capacity / 2;
	if (wanted < count)
		wanted = count;
	*items = mem_resize(*items, wanted, size);
	*capacity = wanted;
}

void vec_zero_(void *item, size_t size)
{
	memset(item, 0, size);
}
