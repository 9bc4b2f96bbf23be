/* The documents of the colony's state under their paths, with the HTTP status a person would judge by. Pure. */
#ifndef SIM_COLONY_PAGE_H
#define SIM_COLONY_PAGE_H

#include "sim/colony.h"
#include "sim/page.h"

/*
 * What a service says to GET `path`: "/metrics", "/health", "/ready", else a
 * 404 in JSON. A service in ANSWER_ERROR answers 503 everywhere; /ready is
 * 503 as well while its document says that it is not ready.
 */
void colony_page(struct page *ret, const struct colony *colony, enum colony_service service, unsigned instance,
		 const char *path);

#endif
