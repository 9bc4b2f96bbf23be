/*
 * What a verb answers: one flat object with lists of rows in it, as JSON or as
 * lines of text. Keys are written once, in camel case; as text "nanSynapses"
 * reads "nan synapses: 0". Every call appends at once; nothing is kept.
 */
#ifndef SIM_REPLY_H
#define SIM_REPLY_H

#include <stdbool.h>

#include "base/strbuf.h"

struct reply {
	struct strbuf *out;
	bool json;
	bool more;   /* something stands before on this level */
	bool in_row; /* fields go on one line */
};

void reply_begin(struct reply *reply, struct strbuf *out, bool json);
void reply_end(struct reply *reply);

/* One sentence; the key of a JSON object is "message". At most one an answer. */
void reply_say(struct reply *reply, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Refuse: say why. Returns the exit status, 1. */
int reply_fail(struct reply *reply, const char *format, ...) __attribute__((format(printf, 2, 3)));

void reply_text(struct reply *reply, const char *key, const char *value);
void reply_number(struct reply *reply, const char *key, double value, int decimals);
void reply_bool(struct reply *reply, const char *key, bool value);

/* A list of rows: rows, each with its fields, between the two. */
void reply_list(struct reply *reply, const char *key);
void reply_row(struct reply *reply);
void reply_row_end(struct reply *reply);
void reply_list_end(struct reply *reply);

#endif
