#include "ui/view/runbook_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/mem.h"
#include "ui/view/runbook_desk.h"

struct runbook_page *runbook_page_new(void)
{
	struct runbook_page *page = mem_zalloc(sizeof(*page));

	outline_init(&page->outline);
	page->awaited = page->started = page->step = page->output.step = SIZE_MAX;
	page->focus = page->output.found = -1;
	return page;
}

/* What belongs to the runbook that was shown. */
static void forget(struct runbook_page *page)
{
	free(page->folds);
	page->folds = NULL;
	page->all_scenarios = page->has_spot = page->moved = page->has_plan = page->live_shown = page->branched = false;
	page->awaited = page->started = page->step = page->output.step = SIZE_MAX;
	page->focus = page->output.found = -1;
	page->scroll = page->text_scroll = page->output.scroll = page->output.shift = 0;
	page->output.has = page->output.whole = false;
	page->output.total = 0;
	page->scenario[0] = '\0';
	page->painted = (struct alert_painted){ 0 };
	page->stale = true;
	vec_clear(&page->outline.rows);
	vec_clear(&page->proofs);
	vec_clear(&page->said);
}

static void close_page(struct runbook_page *page)
{
	forget(page);
	if (page->has_own)
		runbook_release(&page->own);
	page->has_own = page->reading = false;
	free(page->path);
	free(page->run_id);
	free(page->alert_id);
	page->path = page->run_id = page->alert_id = NULL;
	page->runbook = NULL;
	page->run = NULL;
}

void runbook_page_free(struct runbook_page *page)
{
	if (!page)
		return;
	close_page(page);
	if (page->output.ready)
		transcript_release(&page->output.transcript);
	vec_release(&page->proofs);
	vec_release(&page->said);
	outline_release(&page->outline);
	free(page);
}

void runbook_page_read(struct runbook_page *page, struct runbook *runbook, const char *path)
{
	close_page(page);
	page->own = *runbook;
	page->has_own = page->reading = true;
	page->path = mem_strdup(path);
	page->runbook = &page->own;
}

/* ---- what there is ---- */

static void take_proofs(struct runbook_desk *desk)
{
	struct runbook_page *page = desk->page;
	size_t count = page->run ? desk->hands->proof_count(desk->runner) : 0;

	vec_clear(&page->proofs);
	for (size_t i = 0; i < count; i++)
		vec_push(&page->proofs, desk->hands->proof(desk->runner, i));
}

void runbook_page_take_run(struct runbook_desk *desk)
{
	struct runbook_page *page = desk->page;
	const struct runbook *runbook;
	const struct run *run;

	if (!desk->runner || page->reading) {
		if (!page->has_own && page->runbook)
			close_page(page);
		page->run = NULL;
		return;
	}
	run = desk->hands->run(desk->runner);
	runbook = desk->hands->runbook(desk->runner);
	if (!run) {
		page->run = NULL;
		page->runbook = runbook;
		return;
	}
	/* Another one than was shown: from its beginning. */
	if (!page->run_id || strcmp(page->run_id, run->id) != 0 || page->runbook != runbook) {
		close_page(page);
		page->run_id = mem_strdup(run->id);
		page->runbook = runbook;
	}
	page->run = run;
}

void runbook_page_take(struct runbook_desk *desk, int64_t now_ms)
{
	struct runbook_page *page = desk->page;
	const char *scenario;

	runbook_page_take_run(desk);
	page->clock = (struct run_clock){ 0 };
	if (page->run)
		desk->hands->get_clock(desk->runner, now_ms, &page->clock);
	take_proofs(desk);
	scenario = page->run && page->run->scenario ? page->run->scenario : "";
	if (strcmp(scenario, page->scenario) != 0) {
		snprintf(page->scenario, sizeof(page->scenario), "%s", scenario);
		page->stale = true;
	}
}

static void take_focused_query(struct runbook_desk *desk)
{
	struct runbook_page *page = desk->page;

	page->query = (struct query_values){ .reason = "" };
	if (page->has_plan && desk->hands->get_query && page->runbook->steps.items[page->step].kind == STEP_QUERY)
		desk->hands->get_query(desk->runner, page->step, &page->query);
}

void runbook_page_take_plan(struct runbook_desk *desk)
{
	struct runbook_page *page = desk->page;

	page->has_plan = page->run && page->step != SIZE_MAX;
	if (page->has_plan)
		desk->hands->plan(desk->runner, page->step, &page->plan);
	take_focused_query(desk);
}

/* The values alone: whose they are stands with the step that has the focus. */
static void say_values(const struct query_values *values, char *ret, size_t size)
{
	struct strbuf text = STRBUF_INIT;
	size_t shown = 0;

	for (; shown < values->count; shown++) {
		const char *value = strrchr(values->lines[shown], ' ');

		value = value ? value + 1 : values->lines[shown];
		/* Room for how many there are besides. */
		if (shown && text.length + strlen(value) + 2 + 5 >= size)
			break;
		strbuf_addf(&text, "%s%s", shown ? ", " : "", value);
	}
	if (values->all > shown)
		strbuf_addf(&text, " +%zu", values->all - shown);
	snprintf(ret, size, "%s", text.text);
	strbuf_release(&text);
}

static void take_query(struct runbook_desk *desk, size_t step)
{
	struct runbook_said *said = vec_add(&desk->page->said);
	struct query_values values;

	*said = (struct runbook_said){ .step = step };
	desk->hands->get_query(desk->runner, step, &values);
	if (values.reason && *values.reason)
		snprintf(said->text, sizeof(said->text), "cannot be asked");
	else if (!values.answered)
		snprintf(said->text, sizeof(said->text), "asking");
	else if (!values.all)
		snprintf(said->text, sizeof(said->text), "no result");
	else
		say_values(&values, said->text, sizeof(said->text));
}

void runbook_page_take_queries(struct runbook_desk *desk, int first, int rows)
{
	struct runbook_page *page = desk->page;
	int count = (int)page->outline.rows.count;

	vec_clear(&page->said);
	if (!page->run || !desk->hands->get_query)
		return;
	for (int i = first < 0 ? 0 : first; i < first + rows && i < count; i++) {
		const struct outline_row *row = &page->outline.rows.items[i];

		if (row->kind == OUTLINE_STEP && page->runbook->steps.items[row->step].kind == STEP_QUERY &&
		    page->said.count < RUNBOOK_QUERIES_MOST)
			take_query(desk, row->step);
	}
	/* Of the step with the focus all is shown: its lines are those that were answered last. */
	take_focused_query(desk);
}

static bool get_output(struct runbook_desk *desk, size_t step, struct keeper_output *ret)
{
	return desk->page->run && step != SIZE_MAX &&
	       desk->hands->get_output(desk->runner, step, ret, &desk->page->output.phase);
}

void runbook_page_take_output(struct runbook_desk *desk, size_t lines)
{
	struct runbook_page *page = desk->page;
	struct runbook_output *output = &page->output;
	struct keeper_output bytes = { 0 };
	struct strbuf all = STRBUF_INIT;
	size_t step = output->whole ? output->step : page->step;

	output->has = get_output(desk, step, &bytes);
	/* Until the step with the focus has any, what ran last is still to be read. */
	if (!output->has && !output->whole && get_output(desk, page->started, &bytes)) {
		output->has = true;
		step = page->started;
	}
	if (!output->has) {
		output->step = step;
		output->total = 0;
		if (output->ready)
			vec_clear(&output->transcript.lines);
		return;
	}
	if (output->ready && output->step == step && output->total == bytes.total && output->lines_asked == lines)
		return;
	/* Who reads further up is not disturbed by what comes. */
	if (output->whole && output->ready && output->lines_asked == lines && !output->follows)
		return;
	if (!output->ready)
		transcript_init(&output->transcript);
	output->ready = true;
	output->step = step;
	output->total = bytes.total;
	output->left_out = bytes.left_out;
	output->lines_asked = lines;
	if (bytes.left_out && lines != SIZE_MAX) {
		transcript_read(&output->transcript, bytes.tail, bytes.tail_length, lines);
		return;
	}
	strbuf_add(&all, bytes.head ? bytes.head : "", bytes.head_length);
	if (bytes.left_out)
		strbuf_addf(&all, "\n\n[%llu bytes are left out here]\n\n", (unsigned long long)bytes.left_out);
	strbuf_add(&all, bytes.tail ? bytes.tail : "", bytes.tail_length);
	transcript_read(&output->transcript, all.text, all.length, lines);
	strbuf_release(&all);
}

/* ---- rows and the focus ---- */

static bool is_same(const struct outline_row *a, const struct outline_row *b)
{
	bool step = a->kind == OUTLINE_STEP || a->kind == OUTLINE_WORDS;

	if (step)
		return (b->kind == OUTLINE_STEP || b->kind == OUTLINE_WORDS) && a->step == b->step &&
		       a->part == b->part;
	return a->kind == b->kind && a->part == b->part &&
	       (a->kind == OUTLINE_CHOICE || (a->section == b->section && a->source_line == b->source_line));
}

static int find_row(const struct runbook_page *page, const struct outline_row *spot)
{
	for (size_t i = 0; i < page->outline.rows.count; i++)
		if (is_same(spot, &page->outline.rows.items[i]))
			return (int)i;
	return -1;
}

/* Where the focus goes when its row is gone: to the beginning of the same thing, to what folded it away. */
static int find_again(const struct runbook_page *page)
{
	struct outline_row spot = page->spot;
	int row = find_row(page, &spot), count = (int)page->outline.rows.count;

	spot.part = 0;
	if (row < 0)
		row = find_row(page, &spot);
	for (size_t section = spot.section; row < 0; section = page->runbook->sections.items[section].parent) {
		spot = (struct outline_row){
			.kind = OUTLINE_HEADING,
			.section = section,
			.source_line = page->runbook->sections.items[section].line,
		};
		row = find_row(page, &spot);
		if (page->runbook->sections.items[section].parent == section)
			break;
	}
	if (row < 0)
		row = page->focus < count ? page->focus : count - 1;
	return row;
}

static void set_focus(struct runbook_page *page, int row)
{
	size_t before = page->step;

	page->focus = row;
	page->has_spot = row >= 0;
	page->step = SIZE_MAX;
	if (row >= 0) {
		page->spot = page->outline.rows.items[row];
		page->step = page->spot.step;
	}
	if (page->step != before) {
		page->text_scroll = 0;
		page->has_plan = false;
	}
}

void runbook_page_lay_out(struct runbook_page *page, int width)
{
	struct outline_ask ask = {
		.runbook = page->runbook,
		.scenario = page->scenario,
		.all_scenarios = page->all_scenarios,
		.width = width,
	};

	if (!page->runbook || (!page->stale && page->width == width))
		return;
	if (!page->folds)
		page->folds = mem_zalloc(page->runbook->sections.count + 1);
	ask.folds = page->folds;
	outline_make(&page->outline, &ask);
	page->width = width;
	page->stale = false;
	if (!page->outline.rows.count)
		set_focus(page, -1);
	else if (page->has_spot)
		set_focus(page, find_again(page));
	else
		runbook_page_enter(page);
}

void runbook_page_go_to(struct runbook_page *page, int row, bool by_hand)
{
	int count = (int)page->outline.rows.count;

	row = row >= count ? count - 1 : row;
	row = row < 0 && count ? 0 : row;
	set_focus(page, row);
	if (!by_hand)
		return;
	page->moved = true;
	page->awaited = SIZE_MAX;
	alert_painted_choose(&page->painted, 0);
	page->painted.taken = false;
}

/* Make the rows anew at once: what is looked for in them may have been folded away. */
static void lay_out_now(struct runbook_page *page)
{
	page->stale = true;
	runbook_page_lay_out(page, page->width > 0 ? page->width : 80);
}

static void unfold_to(struct runbook_page *page, size_t section)
{
	const struct runbook *runbook = page->runbook;
	struct outline_ask ask = { .runbook = runbook, .folds = page->folds, .scenario = page->scenario };

	for (size_t at = section;; at = runbook->sections.items[at].parent) {
		if (page->folds && outline_is_folded(&ask, at))
			page->folds[at] = FOLD_OPEN;
		if (runbook->sections.items[at].parent == at)
			break;
	}
	if (outline_is_passed_over(runbook, section, page->scenario))
		page->all_scenarios = true;
	lay_out_now(page);
}

static int find_thing(const struct runbook_page *page, size_t step, size_t section)
{
	for (size_t i = 0; i < page->outline.rows.count; i++) {
		const struct outline_row *row = &page->outline.rows.items[i];

		if (step != SIZE_MAX      ? row->kind == OUTLINE_STEP && row->step == step
		    : section != SIZE_MAX ? row->kind == OUTLINE_HEADING && row->section == section
					  : row->kind == OUTLINE_CHOICE)
			return (int)i;
	}
	return -1;
}

int runbook_page_find(struct runbook_page *page, size_t step, size_t section)
{
	int row = find_thing(page, step, section);

	if (row >= 0 || (step == SIZE_MAX && section == SIZE_MAX))
		return row;
	unfold_to(page, step != SIZE_MAX ? page->runbook->steps.items[step].section : section);
	return find_thing(page, step, section);
}

void runbook_page_toggle(struct runbook_page *page, size_t section)
{
	struct outline_ask ask = { .runbook = page->runbook, .folds = page->folds, .scenario = page->scenario };

	page->folds[section] = outline_is_folded(&ask, section) ? FOLD_OPEN : FOLD_SHUT;
	lay_out_now(page);
}

void runbook_page_toggle_scenarios(struct runbook_page *page)
{
	page->all_scenarios = !page->all_scenarios;
	lay_out_now(page);
}

uint64_t runbook_page_painted_state(const struct runbook_page *page)
{
	uint64_t ret = page->step == SIZE_MAX ? page->spot.section + 1 : page->step + 100000;

	ret = ret * 31 + (uint64_t)page->spot.kind;
	ret = ret * 31 + (page->run && page->run->lead_seat ? hash_string(page->run->lead_seat) : 0);
	if (!page->has_plan)
		return ret;
	ret = ret * 31 + (uint64_t)page->plan.block;
	ret = ret * 31 + (uint64_t)page->plan.tier;
	ret = ret * 31 + hash_string(page->plan.text ? page->plan.text : "");
	ret = ret * 31 + hash_string(page->plan.target ? page->plan.target : "");
	return ret * 31 + (uint64_t)runbook_page_state(page, page->step, NULL);
}
