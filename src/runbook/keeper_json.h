/* What a keeper is told and what it tells, as JSON documents. */
#ifndef RUNBOOK_KEEPER_JSON_H
#define RUNBOOK_KEEPER_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "runbook/keeper.h"

/*
 * The whole order, for the keeper's standard input. Texts may hold any bytes:
 * each is a code point of its own, U+0001 to U+00FF.
 */
void keeper_order_write(const struct keeper_order *order, struct strbuf *ret);

/* Strings live in the arena. */
int keeper_order_read(struct keeper_order *ret, struct arena *arena, const char *text, size_t length,
		      struct error *error);

/* What is kept of it in the folder: `command` masked, no environment. */
void keeper_order_note(const struct keeper_order *order, const char *command, int64_t now_ms, struct strbuf *ret);

/* When the noted order was begun; 0: not readable. */
int64_t keeper_order_started_ms(const char *text, size_t length);

/* The mark of the noted order; "" when it has none. */
void keeper_order_mark(const char *text, size_t length, char *ret, size_t room);

void keeper_outcome_write(const struct keeper_outcome *outcome, struct strbuf *ret);

/* False when it is not one. */
bool keeper_outcome_read(struct keeper_outcome *ret, const char *text, size_t length);

#endif
