/* A line of the objectives as a text: how it stands, its burn, what it promises, how it is asked. */
#ifndef UI_VIEW_SLO_DOCUMENT_H
#define UI_VIEW_SLO_DOCUMENT_H

#include "slo/slo_state.h"
#include "ui/view/document.h"

/* The sentence, the first thing to read: a document of its own, across the whole width. */
void slo_document_sentence(const struct slo_state *state, size_t line, struct document *ret);

/* The numbers behind it. */
void slo_document_state(const struct slo_state *state, size_t line, int64_t now_ms, struct document *ret);

/* Burn over each window; the pairs with factors, what fires them and how soon; alert lines of the documents. */
void slo_document_burn(const struct slo_state *state, size_t line, struct document *ret);

/* What is promised, to whom, and what is done when it is not kept. */
void slo_document_promise(const struct slo_state *state, size_t line, struct document *ret);

/* The expressions, and who answered them. */
void slo_document_expressions(const struct slo_state *state, size_t line, struct document *ret);

#endif
