#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "dashboard/unit.h"
#include "ui/panel/spark.h"
#include "ui/view/command_text.h"
#include "ui/view/console.h"
#include "ui/view/find.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_draw.h"

#define SPARK_CELLS 10
#define NAME_MOST   18

/* ---- figures and proofs ---- */

static const struct {
	enum glyph sign;
	enum role role;
} proof_signs[] = {
	[PROOF_UNKNOWN] = { GLYPH_ABSENT, ROLE_DIM },      [PROOF_BAD] = { GLYPH_FAILED, ROLE_CRITICAL },
	[PROOF_HOLDING] = { GLYPH_RUNNING, ROLE_WARNING }, [PROOF_GOOD] = { GLYPH_OK, ROLE_OK },
	[PROOF_LATE] = { GLYPH_WARNING, ROLE_CRITICAL },
};

enum glyph runbook_proof_sign(enum proof_state state, struct style *ret_style)
{
	*ret_style = style_fg(proof_signs[state].role);
	return proof_signs[state].sign;
}

/* Of a step, only while it is of interest: it has the focus, or it was run. */
bool runbook_proof_is_shown(const struct runbook_page *page, const struct proof *proof)
{
	return proof->step == SIZE_MAX || proof->step == page->step ||
	       runbook_page_state(page, proof->step, NULL) != RUN_STEP_OPEN;
}

/* What a step is to have done has its number: the end of the runbook may ask for the same. */
void runbook_proof_add_name(const struct runbook_page *page, const struct proof *proof, struct strbuf *ret)
{
	if (proof->step < page->runbook->steps.count && !proof->is_watch)
		strbuf_addf(ret, "%s ", page->runbook->steps.items[proof->step].id);
	strbuf_addstr(ret, proof->name);
}

/* A name and how it stands beside each other, where there is room. */
static bool fits_one_row(const struct runbook_page *page, const struct proof *proof, int width)
{
	struct strbuf name = STRBUF_INIT;
	bool ret;

	runbook_proof_add_name(page, proof, &name);
	ret = proof->is_watch || text_width(name.text) + text_width(proof->words) + 5 <= width;
	strbuf_release(&name);
	return ret;
}

int runbook_live_rows(const struct runbook_page *page, int width)
{
	int rows = 0;

	for (size_t i = 0; i < page->proofs.count; i++)
		if (runbook_proof_is_shown(page, page->proofs.items[i]))
			rows += fits_one_row(page, page->proofs.items[i], width) ? 1 : 2;
	return rows ? rows : 1;
}

static void put_spark(const struct proof *proof, struct canvas *canvas, int x, int y, int cells, struct style style)
{
	if (cells > 0 && proof->trend_count > 1)
		spark_draw(canvas, (struct rect){ x, y, cells, 1 }, NULL, proof->trend, proof->trend_count, style);
}

/* "NaN        3 ▁▁▂▅█  was 0" */
static void draw_watch(const struct proof *proof, struct canvas *canvas, struct rect line)
{
	char value[64] = "", before[80] = "";
	int x = line.x, end = line.x + line.width, name = line.width / 2 < NAME_MOST ? line.width / 2 : NAME_MOST;

	if (!isnan(proof->value))
		unit_string(proof->unit, proof->value, UNIT_DECIMALS_AUTO, value, sizeof(value));
	if (!isnan(proof->before)) {
		char was[64];

		unit_string(proof->unit, proof->before, UNIT_DECIMALS_AUTO, was, sizeof(was));
		snprintf(before, sizeof(before), "was %s", was);
	}
	canvas_put_fit(canvas, x, line.y, proof->name, style_fg(ROLE_DIM), name);
	x += name + 1;
	if (!value[0]) {
		canvas_put_fit(canvas, x, line.y, proof->words[0] ? proof->words : "no data", style_fg(ROLE_DIM),
			       end - x);
		return;
	}
	if (text_width(value) < 9)
		x += 9 - text_width(value);
	x += canvas_put_fit(canvas, x, line.y, value, style_fg(ROLE_STRONG), end - x) + 1;
	put_spark(proof, canvas, x, line.y, end - x < SPARK_CELLS ? end - x : SPARK_CELLS, style_fg(ROLE_INFO));
	x += SPARK_CELLS + 1;
	if (x < end)
		canvas_put_fit(canvas, x, line.y, before, style_fg(ROLE_DIM), end - x);
}

/* A sign and what is proved, then how it stands, beside its course. */
static int draw_proof(const struct runbook_page *page, const struct proof *proof, struct canvas *canvas,
		      struct rect area)
{
	struct style style = style_fg(proof_signs[proof->state].role);
	struct strbuf text = STRBUF_INIT;
	int words = text_width(proof->words), y = area.y, name, spark;
	bool fits = fits_one_row(page, proof, area.width), one = area.height < 2 || fits;

	runbook_proof_add_name(page, proof, &text);
	name = text_width(text.text);
	canvas_put(canvas, area.x, y, glyph_text(canvas_glyphs(canvas), proof_signs[proof->state].sign), style, 1);
	if (one && !fits)
		name = area.width / 2;
	canvas_put_fit(canvas, area.x + 2, y, text.text, style_fg(ROLE_STRONG), one ? name : area.width - 2);
	strbuf_release(&text);
	if (one) {
		canvas_put_fit(canvas, area.x + 2 + name + 2, y, proof->words, style, area.width - name - 4);
		return 1;
	}
	canvas_put_fit(canvas, area.x + 2, y + 1, proof->words, style, area.width - 2);
	spark = area.width - 2 - words - 2;
	if (spark >= SPARK_CELLS)
		put_spark(proof, canvas, area.x + 2 + words + 2, y + 1, SPARK_CELLS, style);
	return 2;
}

/* How many have no room in so many rows. */
static size_t left_out(const struct runbook_page *page, int width, int rows)
{
	size_t ret = 0;

	for (size_t i = 0; i < page->proofs.count; i++) {
		if (!runbook_proof_is_shown(page, page->proofs.items[i]))
			continue;
		ret += rows <= 0;
		rows -= fits_one_row(page, page->proofs.items[i], width) ? 1 : 2;
	}
	return ret;
}

void runbook_draw_live(const struct console *console, struct canvas *canvas, struct rect place)
{
	const struct runbook_page *page = console->runbooks->page;
	struct box box = { .title = "Live",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM) };
	size_t more = left_out(page, place.width - 4, place.height - 2);
	struct rect inside, clip;
	char note[32];
	int y, end;

	snprintf(note, sizeof(note), "and %zu more", more);
	box.note = more ? note : NULL;
	inside = canvas_box(canvas, place, &box);
	inside.x++;
	inside.width -= 2;
	y = inside.y;
	end = inside.y + inside.height;
	clip = canvas_clip(canvas, inside);
	for (size_t i = 0; i < page->proofs.count && y < end; i++) {
		const struct proof *proof = page->proofs.items[i];

		if (!runbook_proof_is_shown(page, proof))
			continue;
		if (proof->is_watch)
			draw_watch(proof, canvas, (struct rect){ inside.x, y++, inside.width, 1 });
		else
			y += draw_proof(page, proof, canvas, (struct rect){ inside.x, y, inside.width, end - y });
	}
	if (y == inside.y)
		canvas_put_fit(canvas, inside.x, y,
			       page->run ? "nothing to be proved here" : "only read: no run is open",
			       style_fg(ROLE_DIM), inside.width);
	canvas_restore(canvas, clip);
}

/* ---- output ---- */

/* The palette's first sixteen are roles, so that they fit the theme; the others what xterm has. */
static struct style palette_style(int colour)
{
	static const uint8_t roles[] = { ROLE_DIM,  ROLE_CRITICAL, ROLE_OK,   ROLE_WARNING,
					 ROLE_INFO, ROLE_ACCENT,   ROLE_INFO, ROLE_TEXT };
	static const uint8_t levels[] = { 0, 95, 135, 175, 215, 255 };
	unsigned grey;

	if (colour < 0)
		return style_fg(ROLE_TEXT);
	if (colour & 0x1000000)
		return style_rgb((uint32_t)colour & 0xFFFFFF);
	if (colour < 16)
		return style_fg(colour == 15 ? ROLE_STRONG : (enum role)roles[colour % 8]);
	if (colour < 232) {
		unsigned cube = (unsigned)colour - 16;

		return style_rgb((uint32_t)levels[cube / 36] << 16 | (uint32_t)levels[cube / 6 % 6] << 8 |
				 levels[cube % 6]);
	}
	grey = 8 + ((unsigned)colour - 232) * 10;
	return style_rgb(grey << 16 | grey << 8 | grey);
}

static struct style span_style(const struct transcript_span *span)
{
	struct style style = palette_style(span->colour);

	if (span->attributes & TRANSCRIPT_BOLD)
		style = style_with(style, ATTR_BOLD);
	if (span->attributes & TRANSCRIPT_DIM)
		style = style_with(style, ATTR_DIM);
	if (span->attributes & TRANSCRIPT_UNDERLINE)
		style = style_with(style, ATTR_UNDERLINE);
	/* A ground of their own is shown as reversed: what is legible on it depends on the theme. */
	if ((span->attributes & TRANSCRIPT_REVERSE) || span->ground >= 0)
		style = style_with(style, ATTR_REVERSE);
	return style;
}

static void draw_lines(const struct runbook_output *output, struct canvas *canvas, struct rect inside, int first,
		       int shift)
{
	struct rect clip = canvas_clip(canvas, inside);

	for (int row = 0; row < inside.height && first + row < (int)output->transcript.lines.count; row++) {
		const struct transcript_line *line = &output->transcript.lines.items[first + row];
		int x = inside.x - shift, end = inside.x + inside.width;

		for (size_t i = 0; i < line->count && x < end; i++)
			x += canvas_put(canvas, x, inside.y + row, line->spans[i].text, span_style(&line->spans[i]),
					-1);
		if (x > end)
			canvas_put(canvas, end - 1, inside.y + row, glyph_text(canvas_glyphs(canvas), GLYPH_ELLIPSIS),
				   style_fg(ROLE_DIM), 1);
	}
	canvas_restore(canvas, clip);
}

static void add_output_note(const struct runbook_page *page, int64_t now_ms, struct strbuf *ret)
{
	const struct runbook_output *output = &page->output;
	const char *id = page->runbook->steps.items[output->step].id;
	enum role role;

	strbuf_addf(ret, "%s ", id);
	runbook_add_standing(page, output->step, now_ms, ret, &role);
	if (output->phase == KEEPER_STOPPING)
		strbuf_addstr(ret, ", stopping");
	if (output->total)
		strbuf_addf(ret, "  %llu bytes", (unsigned long long)output->total);
}

/* Sample output of the runbook, where there is none of the step's own yet. */
static void draw_sample(const struct runbook_page *page, struct canvas *canvas, struct rect inside)
{
	const char *sample = page->step != SIZE_MAX ? page->runbook->steps.items[page->step].sample : NULL;
	int y = inside.y;

	if (!sample) {
		canvas_put_fit(canvas, inside.x, y, page->run ? "nothing was run here yet" : "", style_fg(ROLE_DIM),
			       inside.width);
		return;
	}
	canvas_put_fit(canvas, inside.x, y++, "sample output, from the runbook:", style_fg(ROLE_DIM), inside.width);
	while (*sample && y < inside.y + inside.height) {
		size_t length = strcspn(sample, "\n");
		struct strbuf line = STRBUF_INIT;

		strbuf_add(&line, sample, length);
		canvas_put_fit(canvas, inside.x, y++, line.text, style_with(style_fg(ROLE_DIM), ATTR_ITALIC),
			       inside.width);
		strbuf_release(&line);
		sample += length + (sample[length] == '\n');
	}
}

void runbook_draw_output(const struct console *console, struct canvas *canvas, struct rect place)
{
	const struct runbook_page *page = console->runbooks->page;
	const struct runbook_output *output = &page->output;
	struct strbuf note = STRBUF_INIT;
	struct box box = { .title = "Output",
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM) };
	bool framed = place.height > 4 && place.width >= 40;
	int count = output->has ? (int)output->transcript.lines.count : 0;
	struct rect inside = place;

	if (output->has)
		add_output_note(page, console->now_ms, &note);
	box.note = note.length ? note.text : NULL;
	if (framed) {
		inside = canvas_box(canvas, place, &box);
		inside.x++;
		inside.width -= 2;
	}
	if (output->has)
		draw_lines(output, canvas, inside, count > inside.height ? count - inside.height : 0, 0);
	else
		draw_sample(page, canvas, inside);
	strbuf_release(&note);
}

void runbook_draw_whole(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct runbook_page *page = console->runbooks->page;
	const struct runbook_output *output = &page->output;
	struct strbuf note = STRBUF_INIT, title = STRBUF_INIT, foot = STRBUF_INIT;
	struct box box = { .border = style_fg(ROLE_BORDER_FOCUS),
			   .title_style = style_fg(ROLE_STRONG),
			   .note_style = style_fg(ROLE_DIM),
			   .foot_style = style_fg(ROLE_DIM) };
	struct rect inside;

	strbuf_addf(&title, "Output of %s", page->runbook->steps.items[output->step].name);
	add_output_note(page, console->now_ms, &note);
	strbuf_addf(&foot, "%s%d-%d of %zu lines", output->follows ? "following  " : "", output->scroll + 1,
		    output->scroll + body.height - 2 < (int)output->transcript.lines.count
			    ? output->scroll + body.height - 2
			    : (int)output->transcript.lines.count,
		    output->transcript.lines.count);
	box.title = title.text;
	box.note = note.text;
	box.foot = foot.text;
	inside = body.height > 2 ? canvas_box(canvas, body, &box) : body;
	draw_lines(output, canvas, inside, output->scroll, output->shift);
	find_mark(console, canvas, inside);
	strbuf_release(&title);
	strbuf_release(&note);
	strbuf_release(&foot);
}

/* ---- the command ---- */

void runbook_draw_command(const struct console *console, struct canvas *canvas, const struct runbook_places *places)
{
	const struct runbook_page *page = console->runbooks->page;
	struct rect area = places->command;
	const char *text = runbook_text(page);
	struct strbuf line = STRBUF_INIT;
	struct runbook_remarks remarks;
	int x = area.x + 2, y = area.y, end = area.x + area.width, bottom = area.y + area.height, used;

	if (*text) {
		bool command = runbook_page_runs(page, page->step);

		y += command_text_draw(text, canvas, (struct rect){ x, y, end - x - 1, places->text_room },
				       page->text_scroll, style_fg(command ? ROLE_STRONG : ROLE_TEXT));
		if (places->text_rows > places->text_room)
			strbuf_addf(&line, "lines %d-%d of %d, arrows move it  ", page->text_scroll + 1,
				    page->text_scroll + places->text_room, places->text_rows);
	}
	runbook_add_tier(page, canvas_glyphs(canvas), &line);
	used = canvas_put_fit(canvas, x, y, line.text, style_fg(ROLE_TEXT), end - x - 1) + 2;
	strbuf_clear(&line);
	runbook_add_clock(page, &line);
	/* Where all of it has no room, how long it lasts. */
	if (text_width(line.text) > end - 1 - x - used) {
		char elapsed[24];

		runbook_clock(page->clock.elapsed_ms, elapsed, sizeof(elapsed));
		strbuf_clear(&line);
		strbuf_addstr(&line, page->run ? elapsed : "");
	}
	if (text_width(line.text) <= end - 1 - x - used)
		canvas_put_right(canvas, x + used, end - 1, y, line.text, style_fg(ROLE_DIM));
	y++;
	runbook_remark_all(page, &remarks);
	for (size_t i = 0; i < remarks.items.count && y < bottom; i++)
		canvas_put_fit(canvas, x, y++, remarks.items.items[i].text, style_fg(remarks.items.items[i].role),
			       end - x - 1);
	runbook_remarks_release(&remarks);
	strbuf_release(&line);
}
