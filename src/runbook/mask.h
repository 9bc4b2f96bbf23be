/*
 * Secrets taken out of a stream before anything is stored or shown: known
 * patterns (bearer tokens, AWS keys, private keys, password=..., URLs with
 * credentials), values of password-like variables of the environment, and
 * configured ones. A secret that is split over pieces is found too; what might
 * still become one is held back until it is settled.
 *
 * Looked at is what a person will see: a colour or another sequence inside a
 * secret, a nul, a letter that is struck over hide nothing. A line that is
 * written over (CR, backspaces, CSI C, D, G) is looked at as it is drawn each
 * time something is handed on, and written anew without the secret when one
 * came out of that. Strings (titles, links) and broken sequences are left out,
 * all else stays as it came.
 */
#ifndef RUNBOOK_MASK_H
#define RUNBOOK_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

#define MASK_SHOWN "********"

struct mask;

struct mask *mask_new(void);
void mask_free(struct mask *mask);

/* A value to be masked wherever it stands; shorter than 4 bytes: ignored. */
void mask_add(struct mask *mask, const char *secret);

/* The values of variables whose names look like a secret's: *PASSWORD*, *TOKEN*, *SECRET*, *_KEY ... "NAME=VALUE",
 * NULL ends them. */
void mask_add_environment(struct mask *mask, const char *const *environment);

/* Add what is settled of the stream so far to `ret`. `last`: all of it. */
void mask_write(struct mask *mask, const char *data, size_t length, bool last, struct strbuf *ret);

/*
 * Nothing more came for a while: add what is held back and can only be the
 * beginning of a name ("pass") or is too short to tell anything, so that a
 * person sees the prompt. What began is found all the same when it goes on.
 */
void mask_pause(struct mask *mask, struct strbuf *ret);

/* A whole text at once, a command line, a note: nothing but secrets is left out, and nothing is drawn over. */
void mask_text(struct mask *mask, const char *text, struct strbuf *ret);

#endif
