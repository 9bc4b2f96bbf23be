/*
 * What an application says of its own health. There is no standard that is
 * kept, so every shape met in the wild is read by one set of rules: an overall
 * state; components, as words or objects, in members named `components`,
 * `services`, `checks` and the like, or as lists; circuit breakers; degraded
 * and available features; numbers; a score. Also the text form of Kubernetes
 * ("[+]etcd ok") and a single word ("OK").
 *
 * A state is 1 (healthy), 0.5 (degraded: something works in its place, "mock"
 * and "fallback" included) or 0 (unhealthy). A word that is not known is
 * counted, not guessed. Everything is bounded; what is too much is left out
 * and counted. Pure: runs on any thread.
 */
#ifndef COLLECT_HEALTH_DOCUMENT_H
#define COLLECT_HEALTH_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"

#define HEALTH_ITEMS 500   /* of each kind */
#define HEALTH_TEXT  240   /* bytes of a name or reason that are kept */
#define HEALTH_LOOKS 50000 /* components that are looked at, worth keeping or not */

struct detail;
struct metric_page;
struct strbuf;

/* Texts are the document's arena's; "" when not said. */
struct health_item {
	const char *group; /* the member it was found in: "services"; "" when none */
	const char *name;
	const char *word;   /* as the application has it */
	const char *reason; /* why, in its words */
	double value;       /* NAN: it says nothing that is a state */
	double score;       /* NAN: none */
	double response_s;  /* NAN: none */
};

struct health_number {
	const char *name; /* "connections.active" */
	double value;
};

struct health_note {
	const char *kind; /* "recommendations" */
	const char *text;
};

struct health_document {
	struct arena arena;
	bool known;       /* it is a health document: something of a state was found */
	double overall;   /* NAN: not said */
	const char *word; /* the overall one */
	double score;     /* NAN: none */
	double time_s;    /* of the document, since the epoch; NAN: none */
	const char *service, *version, *mode;
	VEC(struct health_item) components;
	VEC(struct health_item) breakers; /* value: 0 closed, 0.5 half open, 1 open */
	VEC(struct health_item) features; /* value: 1 degraded, 0 available */
	VEC(struct health_number) numbers;
	VEC(struct health_note) notes;
	size_t unknown_words;
	const char *unknown; /* the first of them */
	size_t left_out;
	size_t looked_at; /* components, kept or not */
};

/* Read a body of any kind; `ret->known` is false for one that is no health document. Always to be released. */
void health_document_read(struct health_document *ret, const char *body, size_t length);
void health_document_release(struct health_document *document);

/* Append what is not healthy, worst first, at most three: "database: no connection, redis". False for nothing. */
bool health_document_trouble(const struct health_document *document, struct strbuf *ret);

/* The document as samples: health_status{group,component} and friends. */
void health_document_add_page(const struct health_document *document, struct metric_page *page);

/* The document as tables for a person. */
void health_document_add_detail(const struct health_document *document, struct detail *detail);

#endif
