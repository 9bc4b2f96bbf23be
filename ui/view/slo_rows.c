#include "ui/view/slo_rows.h"

#include <string.h>

#include "base/strbuf.h"
#include "ui/view/slo_text.h"

bool slo_row_takes_focus(const struct slo_row *row)
{
	return row->kind == SLO_ROW_LINE || row->kind == SLO_ROW_SCORE;
}

int slo_row_line(const struct slo_file *file, const struct slo_row *row)
{
	switch (row->kind) {
	case SLO_ROW_LINE: return (int)row->index;
	case SLO_ROW_SCORE: return file->scores[row->index].line;
	default: return -1;
	}
}

static bool any_matches(const char *const *texts, size_t count, const char *needle)
{
	for (size_t i = 0; i < count; i++)
		if (texts[i] && strcasestr(texts[i], needle))
			return true;
	return false;
}

static bool line_matches(const struct slo_state *state, size_t index, const char *needle)
{
	const struct slo_file *file = slo_state_file(state);
	const struct slo_line *line = &file->lines[index];
	const struct slo_objective *objective = &file->objectives[line->objective];
	const struct slo_status *status = slo_state_line(state, index);
	const char *const texts[] = { objective->title,
				      objective->name,
				      objective->owner,
				      line->title,
				      line->name,
				      line->description,
				      status->policy,
				      objective->proposal ? "proposal" : NULL,
				      slo_health_name(status->health),
				      slo_pair_state_name(status->state) };

	return any_matches(texts, sizeof(texts) / sizeof(texts[0]), needle);
}

bool slo_row_matches(const struct slo_state *state, const struct slo_row *row, const char *needle)
{
	const struct slo_score *score;

	if (row->kind == SLO_ROW_LINE)
		return line_matches(state, row->index, needle);
	if (row->kind != SLO_ROW_SCORE)
		return false;
	score = &slo_state_file(state)->scores[row->index];
	const char *const texts[] = { score->title, score->target, score->unmeasured, "scorecard" };
	return any_matches(texts, sizeof(texts) / sizeof(texts[0]), needle);
}

static void add(struct slo_rows *rows, enum slo_row_kind kind, size_t index)
{
	if (rows->count < SLO_ROWS_MAX)
		rows->items[rows->count++] = (struct slo_row){ kind, index };
}

/* A heading comes with the first of its rows that passes. */
static void add_lines(struct slo_rows *rows, const struct console *console)
{
	const struct slo_file *file = slo_state_file(console->slos);
	size_t headed = SIZE_MAX;

	for (size_t i = 0; i < file->line_count; i++) {
		struct slo_row row = { SLO_ROW_LINE, i };

		if (console->slo_filter[0] && !slo_row_matches(console->slos, &row, console->slo_filter))
			continue;
		if (file->lines[i].objective != headed)
			add(rows, SLO_ROW_OBJECTIVE, file->lines[i].objective);
		headed = file->lines[i].objective;
		add(rows, row.kind, i);
	}
}

static void add_scores(struct slo_rows *rows, const struct console *console)
{
	const struct slo_file *file = slo_state_file(console->slos);
	bool headed = false;

	for (size_t i = 0; i < file->score_count; i++) {
		struct slo_row row = { SLO_ROW_SCORE, i };

		if (console->slo_filter[0] && !slo_row_matches(console->slos, &row, console->slo_filter))
			continue;
		if (!headed)
			add(rows, SLO_ROW_SCORES, 0);
		headed = true;
		add(rows, row.kind, i);
	}
}

/* Lines are numbered first, the scorecard's rows behind them. */
static int number_of(const struct slo_file *file, const struct slo_row *row)
{
	return (int)(row->kind == SLO_ROW_SCORE ? file->line_count + row->index : row->index);
}

void slo_rows_make(struct slo_rows *ret, const struct console *console, bool scores)
{
	const struct slo_file *file = slo_state_file(console->slos);
	int wanted = console->slo_focus, first = -1;

	ret->count = 0;
	ret->focus = -1;
	add_lines(ret, console);
	if (scores)
		add_scores(ret, console);
	/* Without a choice the worst has it. */
	if (wanted < 0)
		wanted = slo_state_worst(console->slos);
	for (int i = 0; i < ret->count; i++) {
		if (!slo_row_takes_focus(&ret->items[i]))
			continue;
		first = first < 0 ? i : first;
		if (number_of(file, &ret->items[i]) == wanted)
			ret->focus = i;
	}
	if (ret->focus < 0)
		ret->focus = first;
}

int slo_rows_after(const struct slo_rows *rows, int row, int steps)
{
	int step = steps < 0 ? -1 : 1, ret = row;

	for (int at = row + step; at >= 0 && at < rows->count && steps; at += step)
		if (slo_row_takes_focus(&rows->items[at])) {
			ret = at;
			steps -= step;
		}
	return ret;
}

void slo_rows_go(struct console *console, const struct slo_rows *rows, int row)
{
	if (row >= 0 && row < rows->count && slo_row_takes_focus(&rows->items[row]))
		console->slo_focus = number_of(slo_state_file(console->slos), &rows->items[row]);
}
