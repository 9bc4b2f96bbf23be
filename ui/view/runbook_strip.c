#include "ui/view/runbook_strip.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "dashboard/unit.h"
#include "ui/draw/glyph.h"
#include "ui/view/runbook_draw.h"

#define GAP        3
#define SIGN_WIDTH 2
#define MORE_WIDTH 4 /* "+12" and what parts it from the last cell */
#define RANKS      6

/* ---- in which order ---- */

static int rank_of(const struct proof *proof)
{
	if (proof->is_alert)
		return 0;
	if (proof->is_watch)
		return 4;
	switch (proof->state) {
	case PROOF_BAD:
	case PROOF_LATE: return 1;
	case PROOF_HOLDING: return 2;
	case PROOF_GOOD: return 5;
	default: return 3;
	}
}

/* ---- texts ---- */

static void add_value(const struct proof *proof, double value, struct strbuf *ret)
{
	char text[64];

	unit_string(proof->unit, value, UNIT_DECIMALS_AUTO, text, sizeof(text));
	strbuf_addstr(ret, text);
}

/* "3, was 7"; where nothing changed, or nobody knows from what, "3". */
static void add_figure(const struct proof *proof, struct strbuf *ret)
{
	if (isnan(proof->value)) {
		strbuf_addstr(ret, proof->words[0] ? proof->words : "no data");
		return;
	}
	add_value(proof, proof->value, ret);
	if (!isnan(proof->before) && proof->before != proof->value) {
		strbuf_addstr(ret, ", was ");
		add_value(proof, proof->before, ret);
	}
}

/* What is proved, and how it stands. */
static void texts_of(const struct runbook_page *page, const struct proof *proof, struct strbuf *ret_name,
		     struct strbuf *ret_words)
{
	runbook_proof_add_name(page, proof, ret_name);
	if (proof->is_watch)
		add_figure(proof, ret_words);
	else
		strbuf_addstr(ret_words, proof->words);
}

/* Between the two: a name of several words ends where two cells are blank. */
static int gap_of(const struct proof *proof)
{
	return proof->is_watch ? 1 : 2;
}

static int width_of(const struct runbook_page *page, const struct proof *proof)
{
	struct strbuf name = STRBUF_INIT, words = STRBUF_INIT;
	int ret;

	texts_of(page, proof, &name, &words);
	ret = (proof->is_watch ? 0 : SIGN_WIDTH) + text_width(name.text) + text_width(words.text);
	ret += words.length ? gap_of(proof) : 0;
	strbuf_release(&name);
	strbuf_release(&words);
	return ret;
}

/* ---- where they stand ---- */

static void place(struct runbook_strip *strip, const struct runbook_page *page, const struct proof *proof, int width,
		  int most, int reserved)
{
	struct strip_cell cell = { .proof = proof, .width = width_of(page, proof) };
	const struct strip_cell *last = strip->cells.count ? &strip->cells.items[strip->cells.count - 1] : NULL;
	int room;

	if (last) {
		cell.row = last->row;
		cell.x = last->x + last->width + GAP;
	}
	room = width - (cell.row == most - 1 ? reserved : 0);
	if (last && cell.x + cell.width > room) {
		cell.row++;
		cell.x = 0;
		room = width - (cell.row == most - 1 ? reserved : 0);
	}
	if (strip->left_out || cell.row >= most) {
		strip->left_out++;
		return;
	}
	cell.width = cell.width > room ? room : cell.width;
	strip->rows = cell.row + 1;
	vec_push(&strip->cells, cell);
}

static void place_all(struct runbook_strip *strip, const struct runbook_page *page, int width, int most, int reserved)
{
	strip->rows = 0;
	strip->left_out = 0;
	vec_clear(&strip->cells);
	for (int rank = 0; rank < RANKS; rank++)
		for (size_t i = 0; i < page->proofs.count; i++)
			if (rank_of(page->proofs.items[i]) == rank &&
			    runbook_proof_is_shown(page, page->proofs.items[i]))
				place(strip, page, page->proofs.items[i], width, most, reserved);
}

void runbook_strip_make(struct runbook_strip *ret, const struct runbook_page *page, int width, int most)
{
	*ret = (struct runbook_strip){ 0 };
	if (width <= 2 * MORE_WIDTH || most < 1)
		return;
	place_all(ret, page, width, most, 0);
	/* That some are left out has to be said beside the others. */
	if (ret->left_out)
		place_all(ret, page, width, most, MORE_WIDTH);
}

void runbook_strip_release(struct runbook_strip *strip)
{
	vec_release(&strip->cells);
}

int runbook_strip_rows(const struct runbook_page *page, int width, int most)
{
	struct runbook_strip strip;
	int rows;

	runbook_strip_make(&strip, page, width, most);
	rows = strip.rows;
	runbook_strip_release(&strip);
	return rows;
}

/* ---- drawing ---- */

static void draw_cell(const struct runbook_page *page, struct canvas *canvas, int x, int y,
		      const struct strip_cell *cell)
{
	const struct proof *proof = cell->proof;
	struct strbuf name = STRBUF_INIT, words = STRBUF_INIT;
	struct style style = style_fg(ROLE_STRONG);
	int end = x + cell->width, room;

	texts_of(page, proof, &name, &words);
	if (!proof->is_watch) {
		enum glyph sign = runbook_proof_sign(proof->state, &style);

		canvas_put(canvas, x, y, glyph_text(canvas_glyphs(canvas), sign), style, 1);
		x += SIGN_WIDTH;
	}
	/* How it stands is worth more than the end of its name. */
	room = end - x - text_width(words.text) - gap_of(proof);
	room = room < (end - x) / 3 ? (end - x) / 3 : room;
	x += canvas_put_fit(canvas, x, y, name.text, style_fg(proof->is_watch ? ROLE_DIM : ROLE_STRONG), room) +
	     gap_of(proof);
	if (x < end)
		canvas_put_fit(canvas, x, y, words.text, style, end - x);
	strbuf_release(&name);
	strbuf_release(&words);
}

void runbook_strip_draw(const struct runbook_page *page, struct canvas *canvas, struct rect area)
{
	struct rect clip = canvas_clip(canvas, area);
	struct runbook_strip strip;

	runbook_strip_make(&strip, page, area.width, area.height);
	for (size_t i = 0; i < strip.cells.count; i++) {
		const struct strip_cell *cell = &strip.cells.items[i];

		draw_cell(page, canvas, area.x + cell->x, area.y + cell->row, cell);
	}
	if (strip.left_out) {
		char more[24];

		snprintf(more, sizeof(more), "+%zu", strip.left_out);
		canvas_put_right(canvas, area.x, area.x + area.width, area.y + area.height - 1, more,
				 style_fg(ROLE_DIM));
	}
	runbook_strip_release(&strip);
	canvas_restore(canvas, clip);
}

void runbook_strip_draw_worst(const struct runbook_page *page, struct canvas *canvas, struct rect line)
{
	struct strbuf text = STRBUF_INIT;
	struct style style;
	struct runbook_strip strip;
	size_t judged = 0, good = 0;

	runbook_strip_make(&strip, page, 1000, 1);
	for (size_t i = 0; i < strip.cells.count; i++) {
		const struct proof *proof = strip.cells.items[i].proof;

		judged += !proof->is_watch;
		good += !proof->is_watch && proof->state == PROOF_GOOD;
	}
	if (judged) {
		const struct proof *worst = strip.cells.items[0].proof;
		enum glyph sign = runbook_proof_sign(worst->state, &style);

		strbuf_addf(&text, "%s %s", glyph_text(canvas_glyphs(canvas), sign), worst->words);
		if (!worst->words[0] || text_width(text.text) > line.width) {
			strbuf_clear(&text);
			strbuf_addf(&text, "%s %zu of %zu hold", glyph_text(canvas_glyphs(canvas), sign), good, judged);
		}
		if (text_width(text.text) <= line.width)
			canvas_put_right(canvas, line.x, line.x + line.width, line.y, text.text, style);
	}
	strbuf_release(&text);
	runbook_strip_release(&strip);
}
