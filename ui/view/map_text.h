/* What a part's state looks like and is called, in the picture, the list and the pane. */
#ifndef UI_VIEW_MAP_TEXT_H
#define UI_VIEW_MAP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "situation/map_state.h"
#include "ui/draw/glyph.h"
#include "ui/draw/style.h"
#include "ui/view/document.h"

/* Sign and colour of a state; a stale one is dim. */
enum glyph map_sign(const struct part_status *status, struct style *ret_style);
enum glyph map_state_sign(enum part_state state, struct style *ret_style);

/* "down, 2m14s" "ok" "degraded, over 6h"; with `stale` how old it is. */
void map_since(const struct part_status *status, int64_t now_ms, char *ret, size_t size);

/* The part's number with its unit; "" when it has none. */
void map_figure(const struct map_part *part, const struct part_status *status, char *ret, size_t size);

/* The most important thing to say beside the state: what goes on, whose loss it is, why it is not known. */
void map_note(const struct map_state *state, size_t part, bool brief, char *ret, size_t size);

/* "3 down, 1 degraded, 1 suspect, 9 ok" */
void map_counts(const struct map_state *state, char *ret, size_t size);

/* Why it is as it is: the expression that told, its value, or what it follows from. */
void map_document_why(const struct map_state *state, size_t part, int64_t now_ms, struct document *ret);

/* Costs, fallback, needs, runbook. */
void map_document_loss(const struct map_state *state, size_t part, struct document *ret);

/* Its instances, those in trouble first; at most `most` rows, with their labels where there is room for them. */
void map_document_instances(const struct map_state *state, size_t part, int64_t now_ms, size_t most, bool labels,
			    struct document *ret);

/* How it is judged: each rule in its order, and what is asked for its number and its instances. */
void map_document_rules(const struct map_state *state, size_t part, struct document *ret);

#endif
