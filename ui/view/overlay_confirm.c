#include "ui/view/overlay_confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/view/command_text.h"
#include "ui/view/document.h"
#include "ui/view/runbook_act.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_says.h"

#define WIDTH_MOST 120
#define FRAME      2

struct confirm {
	size_t step;
	char *title;
	char *text;    /* exactly as it was painted */
	char *confirm; /* what must be typed */
	char *tier;    /* "changes · /usr/bin/kubectl · target ..." */
	char *reason;  /* why it is of that tier */
	char *backup;  /* when everything was saved in this run; NULL */
	struct runbook_remarks remarks;
	enum role role;
	bool offers_backup;
	struct prompt prompt;
	int scroll;
	bool seen; /* all of the command was in sight */
	char answer[200];
	bool painted;
};

static char *title_of(const struct runbook_page *page)
{
	const struct runbook_step *step = &page->runbook->steps.items[page->step];

	const char *verb = page->plan.block == PLAN_UNKNOWN_END ? "Once more:"
			   : page->plan.tier == TIER_DESTROY    ? "Destroy:"
								: "Change:";

	return mem_printf("%s %s %s", verb, step->id, step->name);
}

void overlay_confirm_open(struct console *console)
{
	const struct runbook_desk *desk = console->runbooks;
	const struct runbook_page *page = desk->page;
	struct confirm *confirm = mem_zalloc(sizeof(*confirm));
	struct strbuf tier = STRBUF_INIT;

	/* Signs that a terminal lacks are replaced when they are drawn. */
	runbook_add_tier(page, GLYPHS_BRAILLE, &tier);
	confirm->step = page->step;
	confirm->title = title_of(page);
	confirm->text = mem_strdup(page->plan.text);
	confirm->confirm = mem_strdup(page->plan.confirm);
	confirm->tier = strbuf_detach(&tier);
	confirm->reason = mem_strdup(page->plan.tier_reason ? page->plan.tier_reason : "");
	confirm->role = page->plan.tier == TIER_DESTROY ? ROLE_CRITICAL : ROLE_WARNING;
	confirm->backup = page->plan.backup ? mem_strdup(page->plan.backup) : NULL;
	confirm->offers_backup = page->plan.offers_backup && desk->backup;
	runbook_remark_step(page, &confirm->remarks);
	prompt_init(&confirm->prompt);
	prompt_open(&confirm->prompt, "", "", NULL, NULL);
	if (console->host.flush_input)
		console->host.flush_input(console->host.user);
	overlay_open(console, &overlay_confirm, confirm);
}

static void free_state(void *state)
{
	struct confirm *confirm = state;

	free(confirm->title);
	free(confirm->text);
	free(confirm->confirm);
	free(confirm->tier);
	free(confirm->reason);
	free(confirm->backup);
	runbook_remarks_release(&confirm->remarks);
	prompt_release(&confirm->prompt);
	free(confirm);
}

/* ---- where it stands ---- */

/* The command, a blank row and what is said of it scroll as one; the line that is typed and its answer stand below. */
struct confirm_places {
	struct rect place, all, line, answer;
	int text_rows, rows;
};

static void says_of(const struct confirm *confirm, struct document *ret)
{
	document_init(ret);
	document_add(ret, confirm->role == ROLE_CRITICAL ? DOCUMENT_BAD : DOCUMENT_HEADING, NULL, confirm->tier);
	if (confirm->reason[0])
		document_addf(ret, DOCUMENT_DIM, NULL, "why: %s", confirm->reason);
	for (size_t i = 0; i < confirm->remarks.items.count; i++) {
		const struct runbook_remark *remark = &confirm->remarks.items.items[i];

		document_add(ret,
			     remark->role == ROLE_CRITICAL || remark->role == ROLE_WARNING ? DOCUMENT_BAD
											   : DOCUMENT_TEXT,
			     NULL, remark->text);
	}
	if (confirm->backup)
		document_addf(ret, DOCUMENT_TEXT, NULL, "backup taken %s", confirm->backup);
	if (confirm->offers_backup)
		document_add(ret, DOCUMENT_KEY, NULL,
			     "1 opens the emergency backup first: this is the run's first destruction");
}

static void places_of(const struct console *console, const struct confirm *confirm, struct confirm_places *ret)
{
	struct rect body = overlay_area(console), inside;
	int width = body.width < WIDTH_MOST ? body.width : WIDTH_MOST;
	struct document says;

	says_of(confirm, &says);
	ret->text_rows = command_text_rows(confirm->text, width - 4);
	ret->rows = ret->text_rows + 1 + document_rows(&says, width - 4);
	document_release(&says);
	ret->place = overlay_place(body, width, ret->rows + 3 + FRAME);
	inside = overlay_inside(ret->place);
	inside.x++;
	inside.width -= 2;
	ret->all = inside;
	ret->all.height = inside.height - 2 > ret->rows ? ret->rows : inside.height - 2;
	ret->line = (struct rect){ inside.x, inside.y + inside.height - 2, inside.width, 1 };
	ret->answer = (struct rect){ inside.x, inside.y + inside.height - 1, inside.width, 1 };
}

static void scroll(const struct console *console, struct confirm *confirm, int rows)
{
	struct confirm_places places;
	int most;

	places_of(console, confirm, &places);
	most = places.rows - places.all.height;
	confirm->scroll += rows;
	confirm->scroll = confirm->scroll > most ? most : confirm->scroll;
	confirm->scroll = confirm->scroll < 0 ? 0 : confirm->scroll;
	confirm->seen |= confirm->scroll >= most;
}

static void prepare(struct console *console)
{
	struct confirm *confirm = console->overlay_state;

	confirm->painted = true;
	scroll(console, confirm, 0);
}

/* ---- keys ---- */

static void submit(struct console *console, struct confirm *confirm)
{
	const char *typed = confirm->prompt.text.text;
	struct error error = { "" };

	if (confirm->offers_backup && strcmp(typed, "1") == 0 && strcmp(confirm->confirm, "1") != 0) {
		overlay_close(console);
		runbook_act_backup(console);
		return;
	}
	if (strcmp(typed, confirm->confirm) != 0) {
		snprintf(confirm->answer, sizeof(confirm->answer), "nothing was run: type %s, or Esc",
			 confirm->confirm);
		prompt_open(&confirm->prompt, "", "", NULL, NULL);
		return;
	}
	if (!confirm->seen) {
		snprintf(confirm->answer, sizeof(confirm->answer),
			 "not all of this was seen: the arrows show the rest");
		return;
	}
	if (runbook_act_start(console, confirm->step, confirm->text, typed, &error) < 0)
		snprintf(confirm->answer, sizeof(confirm->answer), "%s", error.text);
	else
		overlay_close(console);
}

static bool input(struct console *console, const struct input_event *event)
{
	struct confirm *confirm = console->overlay_state;

	if (event->kind == INPUT_MOUSE || !confirm->painted)
		return true;
	if (event->kind == INPUT_PASTE) {
		snprintf(confirm->answer, sizeof(confirm->answer), "a paste confirms nothing: type it");
		return true;
	}
	if (event->key.code == KEYCODE_ESCAPE || (event->key.code == 'c' && event->key.modifiers == KEYMOD_CTRL)) {
		console_say(console, "nothing was run");
		overlay_close(console);
		return true;
	}
	switch (event->key.code) {
	case KEYCODE_UP: scroll(console, confirm, -1); return true;
	case KEYCODE_DOWN: scroll(console, confirm, 1); return true;
	case KEYCODE_PAGE_UP: scroll(console, confirm, -5); return true;
	case KEYCODE_PAGE_DOWN: scroll(console, confirm, 5); return true;
	case KEYCODE_ENTER: submit(console, confirm); return true;
	default: break;
	}
	confirm->answer[0] = '\0';
	prompt_handle(&confirm->prompt, event);
	return true;
}

static const struct overlay_key *own_keys(const struct console *console, bool *ret_only)
{
	static const struct overlay_key keys[] = { { "Enter", "run", "run it, when what is typed is right" },
						   { "Up Down", "scroll", "move what is to be read" },
						   { "Esc", "close", "close it: nothing is run" },
						   { 0 } };

	(void)console;
	*ret_only = true;
	return keys;
}

/* ---- drawing ---- */

static void draw_all(const struct confirm *confirm, const struct confirm_places *places, struct canvas *canvas)
{
	struct rect area = places->all, clip = canvas_clip(canvas, area);
	int drawn = command_text_draw(confirm->text, canvas, area, confirm->scroll, style_fg(ROLE_STRONG)),
	    first = confirm->scroll - places->text_rows - 1;
	struct document says;

	/* The blank row between them scrolls too. */
	drawn += confirm->scroll <= places->text_rows;
	area.y += drawn;
	area.height -= drawn;
	says_of(confirm, &says);
	if (area.height > 0)
		document_draw(&says, canvas, area, first > 0 ? first : 0, 0);
	document_release(&says);
	canvas_restore(canvas, clip);
}

static void line_label(const struct confirm *confirm, struct strbuf *ret)
{
	strbuf_addf(ret, "type %s to run: ", confirm->confirm);
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	const struct confirm *confirm = console->overlay_state;
	struct strbuf label = STRBUF_INIT;
	struct confirm_places places;
	char note[48] = "";
	int used;

	places_of(console, confirm, &places);
	if (places.rows > places.all.height)
		snprintf(note, sizeof(note), "lines %d-%d of %d", confirm->scroll + 1,
			 confirm->scroll + places.all.height, places.rows);
	overlay_box(canvas, body, places.place.width, places.place.height, confirm->title, note[0] ? note : NULL);
	draw_all(confirm, &places, canvas);
	line_label(confirm, &label);
	used = canvas_put_fit(canvas, places.line.x, places.line.y, label.text,
			      style_with(style_fg(ROLE_KEY), ATTR_BOLD), places.line.width - 8);
	canvas_put(canvas, places.line.x + used, places.line.y, confirm->prompt.text.text, style_fg(ROLE_STRONG),
		   places.line.width - used);
	canvas_put_fit(canvas, places.answer.x, places.answer.y, confirm->answer, style_fg(ROLE_WARNING),
		       places.answer.width);
	strbuf_release(&label);
}

static bool cursor(const struct console *console, int *ret_x, int *ret_y)
{
	const struct confirm *confirm = console->overlay_state;
	struct strbuf label = STRBUF_INIT;
	struct confirm_places places;
	int used;

	places_of(console, confirm, &places);
	line_label(confirm, &label);
	used = text_width(label.text);
	strbuf_release(&label);
	*ret_x = places.line.x + (used < places.line.width - 8 ? used : places.line.width - 8) +
		 prompt_cursor_column(&confirm->prompt);
	*ret_y = places.line.y;
	return true;
}

static const struct key_row no_keys[] = { { ACTION_NONE, NULL, NULL } };

const struct overlay_ops overlay_confirm = {
	.name = "confirm",
	.context = CONTEXT_FORM,
	.keys = no_keys,
	.draw = draw,
	.prepare = prepare,
	.input = input,
	.cursor = cursor,
	.own_keys = own_keys,
	.free_state = free_state,
};
