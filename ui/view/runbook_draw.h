/*
 * The picture of a runbook: its rows, the figures that prove it, the output,
 * and the command exactly as it would run. Wide screens have it all side by
 * side, lower ones one above the other, small ones one step at a time.
 */
#ifndef UI_VIEW_RUNBOOK_DRAW_H
#define UI_VIEW_RUNBOOK_DRAW_H

#include "ui/draw/canvas.h"
#include "ui/view/runbook_says.h"

struct console;

enum runbook_form {
	RUNBOOK_WIDE,
	RUNBOOK_STACKED,
	RUNBOOK_SINGLE, /* one step at a time */
};

/* Where everything stands; what has no room is empty. */
struct runbook_places {
	enum runbook_form form;
	struct rect outline, live, output; /* with their frames */
	struct rect strip;                 /* the proof where the output has the room of the figures; no frame */
	struct rect command;               /* without one: the text, then what is said of it */
	int text_rows;                     /* of the command, of which */
	int text_room;                     /* are in sight */
};
void runbook_places(const struct console *console, struct rect body, struct runbook_places *ret);

/* Inside of the outline's frame, and columns that its rows are laid out for. */
struct rect runbook_outline_inside(const struct runbook_places *places);

void runbook_draw_outline(const struct console *console, struct canvas *canvas, const struct runbook_places *places);
void runbook_draw_live(const struct console *console, struct canvas *canvas, struct rect place);
void runbook_draw_output(const struct console *console, struct canvas *canvas, struct rect place);
void runbook_draw_command(const struct console *console, struct canvas *canvas, const struct runbook_places *places);

/* One step, as large as there is room for. */
void runbook_draw_step(const struct console *console, struct canvas *canvas, struct rect body);

/* The whole output over all of the body. */
void runbook_draw_whole(const struct console *console, struct canvas *canvas, struct rect body);

/* Rows that the figures would take in that width. */
int runbook_live_rows(const struct runbook_page *page, int width);

/* The sign of a proof's state, and its style; whether it is of interest now; what it is called: with its step's number
 * before it, where it is a step's. */
enum glyph runbook_proof_sign(enum proof_state state, struct style *ret_style);
bool runbook_proof_is_shown(const struct runbook_page *page, const struct proof *proof);
void runbook_proof_add_name(const struct runbook_page *page, const struct proof *proof, struct strbuf *ret);

#endif
