/* Filling a health document: bounded, each name once. For the files that read one only. */
#ifndef COLLECT_HEALTH_ITEMS_H
#define COLLECT_HEALTH_ITEMS_H

#include "collect/health_document.h"

/* A copy in the document's arena, cut to HEALTH_TEXT. */
const char *health_keep(struct health_document *document, const char *text);

/* A component or a breaker. An item with its name in its group is there once only: the worse of two states stays. */
void health_add_item(struct health_document *document, const struct health_item *item, bool breaker);

void health_add_number(struct health_document *document, const char *name, double value);
void health_add_feature(struct health_document *document, const char *name, double degraded, const char *reason);
void health_add_note(struct health_document *document, const char *kind, const char *text);

/* The text forms: "[+]etcd ok", "[-]etcd failed: reason withheld", or one word alone. */
void health_read_text(struct health_document *document, const char *body, size_t length);

#endif
