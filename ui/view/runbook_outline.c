#include "ui/view/runbook_outline.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/panel/markdown.h"
#include "ui/view/source_lines.h"
#include "ui/view/source_steps.h"

#define CHOICE_GAP 3
#define WIDTH_MOST 110 /* longer lines are hard to read */

struct maker {
	struct outline *outline;
	const struct outline_ask *ask;
	struct source_lines lines;
	struct source_steps steps;
	size_t next; /* of the steps by line: those of this section before it have their rows */
	bool *shown; /* of each step: it has its row */
	bool blank;  /* one is due before the next prose */
};

void outline_init(struct outline *outline)
{
	*outline = (struct outline){ 0 };
	rich_text_init(&outline->text);
}

void outline_release(struct outline *outline)
{
	rich_text_release(&outline->text);
	vec_release(&outline->rows);
}

/* ---- what is in sight ---- */

bool outline_is_step(const struct runbook_step *step)
{
	return step->kind != STEP_OUTPUT && step->kind != STEP_DRAWING;
}

static bool has_steps_below(const struct runbook *runbook, size_t section)
{
	for (size_t i = 0; i < runbook->steps.count; i++)
		if (outline_is_step(&runbook->steps.items[i]) &&
		    runbook_is_within(runbook, runbook->steps.items[i].section, section))
			return true;
	return false;
}

static bool is_chosen(const struct runbook_section *section, const char *scenario)
{
	return scenario && *scenario && strcasecmp(section->letter, scenario) == 0;
}

bool outline_is_passed_over(const struct runbook *runbook, size_t section, const char *scenario)
{
	for (size_t at = section;; at = runbook->sections.items[at].parent) {
		const struct runbook_section *item = &runbook->sections.items[at];

		if (item->role == SECTION_SCENARIO && !is_chosen(item, scenario))
			return true;
		if (item->parent == at)
			return false;
	}
}

bool outline_is_folded(const struct outline_ask *ask, size_t section)
{
	const struct runbook_section *item = &ask->runbook->sections.items[section];

	if (ask->folds && ask->folds[section] != FOLD_DEFAULT)
		return ask->folds[section] == FOLD_SHUT;
	/* Where nothing is to be done, there is only something to be read. */
	if (!ask->runbook->steps.count)
		return false;
	/* What stands under the title is read when somebody wishes to. */
	if (item->level <= 1)
		return item->step_count == 0;
	switch (item->role) {
	case SECTION_SCENARIO: return !is_chosen(item, ask->scenario);
	case SECTION_POST:
	case SECTION_PREVENTION:
	case SECTION_RELATED: return true;
	default: return !has_steps_below(ask->runbook, section);
	}
}

size_t outline_scenario(const struct runbook *runbook, size_t number)
{
	for (size_t i = 0; i < runbook->sections.count; i++)
		if (runbook->sections.items[i].role == SECTION_SCENARIO && number-- == 0)
			return i;
	return SIZE_MAX;
}

static size_t scenario_count(const struct runbook *runbook)
{
	size_t ret = 0;

	for (size_t i = 0; i < runbook->sections.count; i++)
		ret += runbook->sections.items[i].role == SECTION_SCENARIO;
	return ret;
}

void outline_add_title(const struct runbook *runbook, size_t section, struct strbuf *ret)
{
	const struct runbook_section *item = &runbook->sections.items[section];

	if (item->level <= 1 && (!item->level || strcmp(item->title, runbook->title) == 0))
		strbuf_addstr(ret, "About this runbook");
	else if (item->role == SECTION_SCENARIO && item->letter[0])
		strbuf_addf(ret, "Scenario %s: %s", item->letter, item->title);
	else if (item->role == SECTION_PHASE && item->letter[0])
		strbuf_addf(ret, "Phase %s: %s", item->letter, item->title);
	else
		strbuf_addstr(ret, item->title);
}

/* ---- rows ---- */

static int depth_of(const struct maker *maker, size_t section)
{
	unsigned level = maker->ask->runbook->sections.items[section].level;

	return level > 2 ? (int)(level - 2) * 2 : 0;
}

static struct outline_row *add_row(struct maker *maker, enum outline_kind kind, size_t section, size_t line)
{
	struct outline_row *row = vec_add(&maker->outline->rows);

	*row = (struct outline_row){ .kind = kind, .section = section, .step = SIZE_MAX, .line = line };
	return row;
}

static void add_words(struct maker *maker, size_t step, size_t from, int indent)
{
	struct outline *outline = maker->outline;
	const struct runbook_step *item = &maker->ask->runbook->steps.items[step];

	for (size_t line = from; line < outline->text.lines.count; line++) {
		bool first = line == from && indent <= 0;
		struct outline_row *row = add_row(maker, first ? OUTLINE_STEP : OUTLINE_WORDS, item->section, line);

		row->step = step;
		row->source_line = item->line;
		row->indent = indent < 0 ? -indent : indent;
	}
}

/* A name that was too long says so by its end; the words then have all of it. */
static bool is_cut(const struct runbook_step *step)
{
	size_t length = strlen(step->name);

	return step->words[0] && length > 3 && strcmp(step->name + length - 3, "\u2026") == 0;
}

/* The name, broken over rows, then what else its item or comment says. */
static void add_new_step(struct maker *maker, size_t step)
{
	const struct runbook_step *item = &maker->ask->runbook->steps.items[step];
	struct rich_text *text = &maker->outline->text;
	const char *name = is_cut(item) ? item->words : item->name[0] ? item->name : "(no name)";
	int indent = depth_of(maker, item->section) + OUTLINE_STEP_INDENT, width = maker->ask->width;
	int room = width - indent - 4 - OUTLINE_STEP_NUMBER - (width >= OUTLINE_NARROW ? OUTLINE_STEP_SAYS : 0);
	size_t from = text->lines.count, row = maker->outline->rows.count;
	struct rich_writer writer;

	rich_writer_init(&writer, text, room > 8 ? room : 8);
	if (is_cut(item)) {
		markdown_layout(text, name, strlen(name), room > 8 ? room : 8, GLYPHS_BRAILLE);
	} else {
		rich_add(&writer, name, strlen(name), style_fg(ROLE_TEXT), NULL);
		rich_flush(&writer, false);
	}
	rich_writer_release(&writer);
	add_words(maker, step, from, -indent);
	from = text->lines.count;
	if (item->words[0] && !is_cut(item))
		markdown_layout(text, item->words, strlen(item->words), room > 8 ? room : 8, GLYPHS_BRAILLE);
	add_words(maker, step, from, indent);
	for (size_t i = row; i < maker->outline->rows.count; i++)
		maker->outline->rows.items[i].part = (int)(i - row);
	maker->blank = false;
}

static void add_step(struct maker *maker, size_t step)
{
	if (!maker->shown[step])
		add_new_step(maker, step);
	maker->shown[step] = true;
}

static void add_steps_until(struct maker *maker, size_t section, unsigned line)
{
	const struct runbook *runbook = maker->ask->runbook;

	for (; maker->next < maker->steps.count; maker->next++) {
		size_t step = maker->steps.order[maker->next];

		if (runbook->steps.items[step].section != section || runbook->steps.items[step].line > line)
			return;
		add_step(maker, step);
	}
}

static bool is_blank_line(const struct rich_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		if (line->spans[i].text[strspn(line->spans[i].text, " ")])
			return false;
	return true;
}

static void add_prose(struct maker *maker, size_t section, size_t line, unsigned source_line)
{
	struct outline *outline = maker->outline;
	const struct outline_row *last = outline->rows.count ? &outline->rows.items[outline->rows.count - 1] : NULL;
	struct outline_row *row;
	int part = 0, indent = depth_of(maker, section) + 2;

	if (is_blank_line(&outline->text.lines.items[line])) {
		maker->blank = true;
		return;
	}
	if (last && last->kind == OUTLINE_TEXT && last->section == section) {
		part = last->part + 1;
		if (maker->blank) {
			row = add_row(maker, OUTLINE_TEXT, section, SIZE_MAX);
			row->part = part++;
			row->source_line = source_line;
		}
	}
	maker->blank = false;
	row = add_row(maker, OUTLINE_TEXT, section, line);
	row->part = part;
	row->indent = indent;
	row->source_line = source_line;
}

/* One row of the laid out text: prose, or the place of a step. */
static void place_line(struct maker *maker, size_t section, size_t line, unsigned source_line)
{
	const struct source_fence *fence = source_fence_at(&maker->lines, source_line);
	size_t step;

	/* What the layout has no line of its own for: further steps of an indented block. */
	if (source_line > 1)
		add_steps_until(maker, section, source_line - 1);
	if (fence && source_steps_within(&maker->steps, fence)) {
		add_steps_until(maker, section, fence->close);
		return;
	}
	step = fence ? SIZE_MAX : source_step_at(&maker->steps, source_line);
	if (step != SIZE_MAX && maker->ask->runbook->steps.items[step].section == section)
		add_step(maker, step);
	else
		add_prose(maker, section, line, source_line);
}

static void add_body(struct maker *maker, size_t section)
{
	const struct runbook *runbook = maker->ask->runbook;
	const struct runbook_section *item = &runbook->sections.items[section];
	struct rich_text *text = &maker->outline->text;
	unsigned first = source_first_line(&maker->lines, item), last = source_last_line(&maker->lines, item);
	int width = maker->ask->width - depth_of(maker, section) - 4;
	size_t from = text->lines.count, to;

	maker->blank = false;
	maker->next = source_steps_until(&maker->steps, item->line);
	if (first <= last) {
		size_t begin = maker->lines.starts[first - 1], end = maker->lines.starts[last];

		source_find_fences(&maker->lines, first, last);
		width = width > WIDTH_MOST ? WIDTH_MOST : width;
		markdown_layout(text, runbook->source + begin, end - begin, width > 8 ? width : 8, GLYPHS_BRAILLE);
		/* Steps add lines of their own behind these. */
		to = text->lines.count;
		for (size_t line = from; line < to; line++) {
			unsigned at = text->lines.items[line].source_line;

			place_line(maker, section, line, first + (at ? at - 1 : 0));
		}
	}
	add_steps_until(maker, section, UINT32_MAX);
}

/* ---- scenarios ---- */

static void end_choice_row(struct maker *maker, size_t section, struct rich_line *line, int *part)
{
	struct outline_row *row;

	rich_text_add_line(&maker->outline->text, *line);
	row = add_row(maker, OUTLINE_CHOICE, section, maker->outline->text.lines.count - 1);
	row->part = (*part)++;
	row->indent = depth_of(maker, section);
	*line = (struct rich_line){ 0 };
}

/* "1 A: agent state   2 B: synapse weights": as many in a row as fit, each whole. */
static void add_choice(struct maker *maker, size_t first)
{
	const struct runbook *runbook = maker->ask->runbook;
	struct rich_text *text = &maker->outline->text;
	int room = maker->ask->width - depth_of(maker, first) - 2, used = 0, part = 0;
	size_t count = scenario_count(runbook);
	struct rich_line line = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct runbook_section *item = &runbook->sections.items[outline_scenario(runbook, i)];
		char *number = arena_printf(&text->arena, "%zu ", i + 1);
		char *words = arena_printf(&text->arena, "%s%s%s%*s", item->letter, item->letter[0] ? ": " : "",
					   item->title, CHOICE_GAP, "");
		int width = text_width(number) + text_width(words);
		struct style style = is_chosen(item, maker->ask->scenario)
					     ? style_with(style_fg(ROLE_STRONG), ATTR_BOLD)
					     : style_fg(ROLE_TEXT);

		if (line.spans && used + width - CHOICE_GAP > room)
			end_choice_row(maker, first, &line, &part);
		if (!line.spans) {
			line.spans = arena_array(&text->arena, 2 * count, sizeof(*line.spans));
			used = 0;
		}
		line.spans[line.count++] = (struct rich_span){ .text = number, .style = style_fg(ROLE_KEY) };
		line.spans[line.count++] = (struct rich_span){ .text = words, .style = style };
		used += width;
	}
	end_choice_row(maker, first, &line, &part);
}

/* ---- sections ---- */

static bool is_in_sight(const struct maker *maker, size_t section)
{
	const struct runbook *runbook = maker->ask->runbook;

	for (size_t at = section;; at = runbook->sections.items[at].parent) {
		const struct runbook_section *item = &runbook->sections.items[at];

		if (item->role == SECTION_SCENARIO && !maker->ask->all_scenarios &&
		    !is_chosen(item, maker->ask->scenario))
			return false;
		if (item->parent == at)
			return true;
		/* The title holds everything: folded, it hides its own text only. */
		if (runbook->sections.items[item->parent].level > 1 && outline_is_folded(maker->ask, item->parent))
			return false;
	}
}

/* Comments are no prose: what is laid out decides. */
static bool has_prose(const struct maker *maker, const struct runbook_section *section)
{
	unsigned first = source_first_line(&maker->lines, section), last = source_last_line(&maker->lines, section);
	struct rich_text text;
	bool ret = false;

	if (first > last)
		return false;
	rich_text_init(&text);
	markdown_layout(&text, maker->ask->runbook->source + maker->lines.starts[first - 1],
			maker->lines.starts[last] - maker->lines.starts[first - 1], 80, GLYPHS_ASCII);
	for (size_t i = 0; i < text.lines.count; i++)
		ret |= !is_blank_line(&text.lines.items[i]);
	rich_text_release(&text);
	return ret;
}

static void add_section(struct maker *maker, size_t section, bool *chosen_from)
{
	const struct runbook *runbook = maker->ask->runbook;
	const struct runbook_section *item = &runbook->sections.items[section];

	if (item->role == SECTION_SCENARIO && !*chosen_from) {
		*chosen_from = true;
		add_choice(maker, section);
	}
	if (!is_in_sight(maker, section))
		return;
	/* A title with nothing to be read under it stands in the frame already. */
	if (item->level <= 1 && !item->step_count && !has_prose(maker, item))
		return;
	add_row(maker, OUTLINE_HEADING, section, SIZE_MAX)->indent = depth_of(maker, section);
	maker->outline->rows.items[maker->outline->rows.count - 1].source_line = item->line;
	if (!outline_is_folded(maker->ask, section))
		add_body(maker, section);
}

void outline_make(struct outline *outline, const struct outline_ask *ask)
{
	struct maker maker = { .outline = outline, .ask = ask };
	bool chosen_from = false;

	rich_text_release(&outline->text);
	rich_text_init(&outline->text);
	vec_clear(&outline->rows);
	maker.shown = mem_array(ask->runbook->steps.count + 1, sizeof(*maker.shown));
	source_lines_init(&maker.lines, ask->runbook->source, ask->runbook->length);
	source_steps_init(&maker.steps, ask->runbook);
	for (size_t i = 0; i < ask->runbook->sections.count; i++)
		add_section(&maker, i, &chosen_from);
	source_steps_release(&maker.steps);
	source_lines_release(&maker.lines);
	free(maker.shown);
}
