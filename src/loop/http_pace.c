#include "loop/http_pace.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

#define SERVERS 4096 /* remembered; more come from redirects or a changed system, and the times are short-lived */

struct http_pace {
	struct map free_ms; /* by server: int64_t, when its next place is free */
};

struct http_pace *http_pace_new(void)
{
	return mem_zalloc(sizeof(struct http_pace));
}

void http_pace_free(struct http_pace *pace)
{
	if (!pace)
		return;
	map_release(&pace->free_ms, free);
	free(pace);
}

int64_t http_pace_take(struct http_pace *pace, const char *server, int64_t spacing_ms, int64_t now_ms)
{
	int64_t *free_ms = map_get(&pace->free_ms, server), at_ms = now_ms;

	if (!free_ms) {
		if (pace->free_ms.count >= SERVERS) {
			map_release(&pace->free_ms, free);
			map_init(&pace->free_ms);
		}
		free_ms = mem_zalloc(sizeof(*free_ms));
		map_set(&pace->free_ms, server, free_ms);
	} else if (*free_ms > now_ms) {
		at_ms = *free_ms;
	}
	*free_ms = at_ms + spacing_ms;
	return at_ms - now_ms;
}
