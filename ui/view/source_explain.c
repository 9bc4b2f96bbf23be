#include "ui/view/source_explain.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "ui/view/engine_box.h"
#include "ui/view/overlay_text.h"

static void add_moment(struct document *document, const char *label, int64_t wall_ms, int64_t now_ms)
{
	char when[32], age[16];

	if (!wall_ms) {
		document_add(document, DOCUMENT_DIM, label, "never");
		return;
	}
	time_format(wall_ms, "%Y-%m-%d %H:%M:%SZ", when, sizeof(when));
	duration_format(now_ms > wall_ms ? now_ms - wall_ms : wall_ms - now_ms, age, sizeof(age));
	document_addf(document, DOCUMENT_TEXT, label, now_ms >= wall_ms ? "%s, %s ago" : "%s, in %s", when, age);
}

static const char *state_text(const struct collector_state *state)
{
	if (state->health == COLLECTOR_FAILING)
		return state->reason;
	if (state->health == COLLECTOR_NEVER)
		return state->reason[0] ? state->reason : "asked for the first time";
	if (state->health == COLLECTOR_ABSENT)
		return "answers, and has no such thing";
	return state->ended ? "read to its end" : "answers";
}

static void add_figures(const struct console *console, const struct collector_state *state, struct document *document)
{
	char bytes[24];

	document_addf(document, DOCUMENT_TEXT, "took", "%" PRId64 " ms", state->elapsed_ms);
	engine_box_bytes((double)state->bytes, bytes, sizeof(bytes));
	document_addf(document, DOCUMENT_TEXT, state->ended ? "file" : "page", "%s, %zu samples", bytes,
		      state->samples);
	engine_box_bytes(sources_bytes(&console->sources, state), bytes, sizeof(bytes));
	document_addf(document, DOCUMENT_TEXT, "in the store", "%zu series, about %s", state->series, bytes);
}

bool source_explain(struct console *console, enum action action)
{
	const struct collector_state *state = sources_at(&console->sources, sources_row(&console->sources));
	struct text_overlay *overlay = text_overlay_new(state->instance);
	struct document *document = &overlay->document;
	char interval[16];

	(void)action;
	document_addf(document, DOCUMENT_TEXT, "what", "%s, job %s", state->type, state->job);
	if (state->url[0])
		document_add(document, DOCUMENT_CODE, "url", state->url);
	if (state->whose[0])
		document_add(document, DOCUMENT_TEXT, "of", state->whose);
	document_add(document, state->health == COLLECTOR_FAILING ? DOCUMENT_BAD : DOCUMENT_TEXT, "state",
		     state_text(state));
	if (state->warning[0])
		document_add(document, DOCUMENT_BAD, "warning", state->warning);
	if (state->failing_since_ms)
		add_moment(document, "failing since", state->failing_since_ms, console->now_ms);
	add_moment(document, "last good", state->last_good_ms, console->now_ms);
	if (!state->ended && state->interval_ms) {
		duration_format(state->interval_ms, interval, sizeof(interval));
		document_add(document, DOCUMENT_TEXT, "interval", interval);
		add_moment(document, "next", state->next_ms, console->now_ms);
	}
	if (state->last_good_ms)
		add_figures(console, state, document);
	document_addf(document, DOCUMENT_TEXT, "so far", "%" PRIu64 " collection%s, %" PRIu64 " failed", state->runs,
		      state->runs == 1 ? "" : "s", state->failures);
	overlay_open(console, &overlay_text, overlay);
	return true;
}
