#include "ui/view/explain.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "dashboard/board_describe.h"
#include "dashboard/load.h"
#include "ui/panel/panel.h"
#include "ui/panel/panel_frame.h"
#include "ui/view/overlay_text.h"
#include "ui/view/view.h"

#define QUESTIONS_MAX (2 * DASHBOARD_TARGETS_MAX)
#define SERIES_MAX    1000 /* listed of one question; the rest is counted */

static const char *state_meaning(enum data_state state)
{
	switch (state) {
	case DATA_WAITING: return "waiting: asked, nothing came yet";
	case DATA_VALUE: return "answered";
	case DATA_NO_DATA: return "no data: the query answered, nothing there";
	case DATA_ABSENT: return "absent: the metric or job is not known to the engine";
	case DATA_DOWN: return "DOWN: its target answers up 0";
	case DATA_STALE: return "stale: the last good data is shown";
	case DATA_INSUFFICIENT: return "insufficient history: less than half of the window is there, or too coarsely";
	case DATA_FAILED: return "failed: there was never an answer";
	default: return "asks nothing";
	}
}

static void add_heading(struct document *document, const char *text)
{
	document_add(document, DOCUMENT_TEXT, NULL, "");
	document_add(document, DOCUMENT_HEADING, NULL, text);
}

static void add_moment(struct document *document, const char *label, int64_t wall_ms, int64_t now_ms)
{
	char when[32], age[16];

	if (wall_ms <= 0)
		return;
	time_format(wall_ms, "%Y-%m-%d %H:%M:%SZ", when, sizeof(when));
	duration_format(now_ms > wall_ms ? now_ms - wall_ms : 0, age, sizeof(age));
	document_addf(document, DOCUMENT_TEXT, label, "%s, %s ago", when, age);
}

static void add_what(const struct panel_view *view, struct document *document)
{
	const struct panel *panel = view->panel;
	const struct panel_ops *ops = panel_find(panel->type);

	document_addf(document, DOCUMENT_TEXT, "type", "%s (%s): %s", ops->title, panel->type, ops->help);
	document_addf(document, DOCUMENT_DIM, "id", "%d", panel->id);
	if (view->description && view->description[0])
		document_add(document, DOCUMENT_TEXT, "description", view->description);
	if (panel->is_row)
		document_addf(document, DOCUMENT_TEXT, "holds", "%zu panel%s%s", panel->child_count,
			      panel->child_count == 1 ? "" : "s", view->folded ? ", folded" : "");
}

static void add_engine(const struct console *console, const struct panel_view *view, struct document *document)
{
	const struct query_state *source = &console->source;
	const char *other = panel_other_engine(view);
	bool has_url = source->url && *source->url;

	if (!console->engine)
		document_add(document, DOCUMENT_TEXT, "engine", "no data source");
	else if (other && source->standing_in)
		document_addf(document, DOCUMENT_BAD, "engine", "%s, in place of %s at %s (%s)", other, source->engine,
			      source->url, source->reason);
	else if (other)
		document_addf(document, DOCUMENT_TEXT, "engine", "%s (not %s)", other, source->engine);
	else
		document_addf(document, DOCUMENT_TEXT, "engine", "%s%s%s",
			      view->data->engine ? view->data->engine : source->engine, has_url ? " at " : "",
			      has_url ? source->url : "");
}

static void add_state(const struct console *console, const struct panel_view *view, struct document *document)
{
	const struct panel_data *data = view->data;
	bool bad = data->state == DATA_DOWN || data->state == DATA_FAILED || data->state == DATA_STALE;
	char length[16], step[16];

	if (data->state == DATA_NONE)
		return;
	add_heading(document, "State");
	document_addf(document, bad ? DOCUMENT_BAD : DOCUMENT_TEXT, "state", "%s%s",
		      state_meaning(panel_shown_state(view)), data->asking ? "; asking again now" : "");
	if (data->reason[0])
		document_add(document, DOCUMENT_TEXT, "reason", data->reason);
	if (data->detail[0])
		document_add(document, DOCUMENT_TEXT, "server says", data->detail);
	add_moment(document, "last good", data->last_good_ms, console->now_ms);
	duration_format(view->end_ms - view->start_ms, length, sizeof(length));
	duration_format(data->step_ms, step, sizeof(step));
	if (data->last_good_ms && data->step_ms > 0)
		document_addf(document, DOCUMENT_TEXT, "range", "%s, one value each %s", length, step);
	else
		document_add(document, DOCUMENT_TEXT, "range", length);
	add_engine(console, view, document);
	if (data->warning[0])
		document_add(document, DOCUMENT_TEXT, "warning", data->warning);
}

static void add_progress(const struct board_question *question, struct document *document)
{
	char from[32], to[32], step[16];

	if (question->progress == QUESTION_NOT_ASKED) {
		document_addf(document, DOCUMENT_DIM, "", "not asked: %s",
			      question->target->hide      ? "hidden by the dashboard"
			      : question->target->foreign ? question->target->foreign
							  : "not seen since the last change");
		return;
	}
	time_format(question->start_ms, "%m-%d %H:%M:%SZ", from, sizeof(from));
	time_format(question->end_ms, "%m-%d %H:%M:%SZ", to, sizeof(to));
	duration_format(question->step_ms, step, sizeof(step));
	if (question->instant)
		document_addf(document, DOCUMENT_DIM, "", "at %s", to);
	else
		document_addf(document, DOCUMENT_DIM, "", "from %s to %s, step %s", from, to, step);
	switch (question->progress) {
	case QUESTION_RUNNING: document_add(document, DOCUMENT_DIM, "", "asked, no answer yet"); break;
	case QUESTION_FAILED:
		document_addf(document, DOCUMENT_BAD, "", "%s%s%s", question->reason, question->detail[0] ? ": " : "",
			      question->detail);
		break;
	default:
		document_addf(document, DOCUMENT_DIM, "", "%zu series, %zu values%s%s", question->matrix->count,
			      question->matrix->points, question->engine ? " from " : "",
			      question->engine ? question->engine : "");
		break;
	}
}

static void add_questions(const struct console *console, size_t index, struct document *document)
{
	struct board_question *questions = mem_array(QUESTIONS_MAX, sizeof(*questions));
	size_t count = board_questions(console_board(console), index, questions, QUESTIONS_MAX);

	if (count)
		add_heading(document, count == 1 ? "Query" : "Queries");
	for (size_t i = 0; i < count; i++) {
		document_add(document, DOCUMENT_CODE, questions[i].target->ref_id, questions[i].expression);
		if (questions[i].target->legend[0])
			document_addf(document, DOCUMENT_DIM, "", "named %s", questions[i].target->legend);
		add_progress(&questions[i], document);
	}
	free(questions);
}

/* Where the picture is not what Grafana would draw, or is drawn from something else. */
static void add_approximations(const struct panel_view *view, struct document *document)
{
	const struct panel *panel = view->panel;
	size_t before;

	add_heading(document, "Approximated");
	before = document->lines.count;
	if (!panel->is_row && !panel_is_known(panel->type))
		document_addf(document, DOCUMENT_TEXT, "type",
			      "'%s' has no drawing of its own: its last values are shown", panel->type);
	if (panel->foreign)
		document_add(document, DOCUMENT_TEXT, "panel", panel->foreign);
	for (size_t i = 0; i < panel->transformation_count; i++)
		if (!dashboard_transformation_is_known(panel->transformations[i].id))
			document_addf(document, DOCUMENT_TEXT, "transform", "'%s' is left out",
				      panel->transformations[i].id);
	if (view->data->note[0])
		document_add(document, DOCUMENT_TEXT, "answer", view->data->note);
	if (view->data->frames.dropped)
		document_addf(document, DOCUMENT_TEXT, "series", "%zu beyond the limit are left out",
			      view->data->frames.dropped);
	if (document->lines.count == before)
		document_add(document, DOCUMENT_DIM, "", "nothing");
}

void explain_panel(const struct console *console, size_t index, struct document *ret)
{
	struct panel_view view;

	console_panel_view(console, index, &view);
	add_what(&view, ret);
	add_state(console, &view, ret);
	add_questions(console, index, ret);
	if (!view.panel->is_row)
		add_approximations(&view, ret);
}

static void add_series(const struct board_question *question, struct document *document)
{
	const struct matrix *matrix = question->matrix;
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < matrix->count && i < SERIES_MAX; i++) {
		const struct series *series = &matrix->series[i];
		char when[32] = "";
		strbuf_clear(&text);
		labels_add(&text, &series->labels);
		if (series->count) {
			time_format(series->times_ms[series->count - 1], "%H:%M:%S", when, sizeof(when));
			document_addf(document, DOCUMENT_TEXT, "", "%s %.17g @%s (%zu value%s)", text.text,
				      series->values[series->count - 1], when, series->count,
				      series->count == 1 ? "" : "s");
		} else {
			document_addf(document, DOCUMENT_TEXT, "", "%s (no values)", text.text);
		}
	}
	if (matrix->kind == MATRIX_STRING)
		document_add(document, DOCUMENT_TEXT, "", matrix->string);
	else if (matrix->count == 0)
		document_add(document, DOCUMENT_DIM, "", "nothing there");
	if (matrix->count > SERIES_MAX)
		document_addf(document, DOCUMENT_DIM, "", "and %zu more series", matrix->count - SERIES_MAX);
	for (size_t i = 0; i < matrix->warning_count; i++)
		document_add(document, DOCUMENT_BAD, "", matrix->warnings[i]);
	strbuf_release(&text);
}

/* While a question runs its former answer is still on the screen: its columns with their last values. */
static void add_shown(const struct panel_view *view, struct document *document)
{
	const struct frame_set *set = &view->data->frames;
	size_t listed = 0;

	if (!set->frames.count)
		return;
	add_heading(document, "The answer on the screen");
	for (size_t i = 0; i < set->frames.count; i++) {
		const struct frame *frame = &set->frames.items[i];
		for (size_t k = 0; k < frame->field_count && listed < SERIES_MAX; k++) {
			const struct field *field = &frame->fields[k];
			if (field->type != FIELD_NUMBER || !frame->length)
				continue;
			document_addf(document, DOCUMENT_TEXT, "", "%s %.17g (%zu values)",
				      field->display_name ? field->display_name : field->name,
				      field->numbers[frame->length - 1], frame->length);
			listed++;
		}
	}
}

void explain_answer(const struct console *console, size_t index, struct document *ret)
{
	struct board_question *questions = mem_array(QUESTIONS_MAX, sizeof(*questions));
	size_t count = board_questions(console_board(console), index, questions, QUESTIONS_MAX);
	bool running = false;
	struct panel_view view;

	ret->whole = true;
	if (!count)
		document_add(ret, DOCUMENT_DIM, NULL, "this panel asks nothing");
	for (size_t i = 0; i < count; i++) {
		document_add(ret, DOCUMENT_CODE, questions[i].target->ref_id, questions[i].expression);
		add_progress(&questions[i], ret);
		if (questions[i].matrix)
			add_series(&questions[i], ret);
		running |= questions[i].progress == QUESTION_RUNNING;
	}
	console_panel_view(console, index, &view);
	if (running)
		add_shown(&view, ret);
	free(questions);
}

void explain_copy(const struct console *console, size_t index, struct strbuf *ret)
{
	struct board_question *questions = mem_array(QUESTIONS_MAX, sizeof(*questions));
	size_t count = board_questions(console_board(console), index, questions, QUESTIONS_MAX);
	struct panel_view view;
	struct strbuf value = STRBUF_INIT;
	const struct panel_ops *ops;

	console_panel_view(console, index, &view);
	ops = panel_find(view.panel->type);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(ret, "%s\n", questions[i].expression);
	if (view.data->state == DATA_NONE || panel_has_values(&view))
		ops->line(&view, &value);
	if (panel_shown_state(&view) != DATA_VALUE) {
		strbuf_addstr(&value, value.length ? " " : "");
		panel_state_text(&view, &value);
	}
	strbuf_addf(ret, "%s: %s", view.title, value.text);
	strbuf_release(&value);
	free(questions);
}

/* The panel that is meant: the zoomed one, else that in the focus; -1 when there is none. */
static int subject(const struct console *console)
{
	int index = console->zoomed >= 0 ? console->zoomed : console->focus;

	if (console->view != &view_board || !console_board(console) || (size_t)index >= console->item_count)
		return -1;
	return index;
}

static void open_text(struct console *console, int index, enum action action)
{
	bool explains = action == ACTION_EXPLAIN;
	struct strbuf title = STRBUF_INIT;
	struct text_overlay *text;
	struct panel_view view;

	console_panel_view(console, (size_t)index, &view);
	strbuf_addf(&title, "%s: %s", explains ? "Explain" : "Raw answer", view.title);
	text = text_overlay_new(title.text);
	strbuf_release(&title);
	if (explains)
		explain_panel(console, (size_t)index, &text->document);
	else
		explain_answer(console, (size_t)index, &text->document);
	overlay_open(console, &overlay_text, text);
}

static void copy(struct console *console, int index)
{
	struct text_overlay *overlay = text_overlay_of(console);
	struct strbuf text = STRBUF_INIT;

	if (overlay)
		document_text(&overlay->document, &text);
	else
		explain_copy(console, (size_t)index, &text);
	console_copy(console, text.text);
	strbuf_release(&text);
}

bool explain_can(const struct console *console, enum action action)
{
	if (action == ACTION_COPY && !console->host.copy)
		return false;
	return console->overlay ? text_overlay_of(console) != NULL : subject(console) >= 0;
}

bool explain_do(struct console *console, enum action action)
{
	if (action == ACTION_COPY)
		copy(console, subject(console));
	else
		open_text(console, subject(console), action);
	return true;
}
