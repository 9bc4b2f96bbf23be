/* A console over a board of plain panels whose data a test sets by hand; nothing is asked. */
#ifndef TESTS_UNIT_VIEW_FIXTURE_H
#define TESTS_UNIT_VIEW_FIXTURE_H

#include "board_fixture.h"
#include "ui/draw/canvas.h"
#include "ui/draw/export.h"
#include "ui/view/console.h"

#define VIEW_NOW_MS INT64_C(1772366400000) /* 2026-03-01 12:00:00 UTC */

struct view_world {
	struct board_world board;
	struct board *boards[1];
	struct console console;
};

static inline void view_init(struct view_world *view, const char *json)
{
	world_init(&view->board, NULL, NULL, json);
	view->boards[0] = view->board.board;
	console_init(&view->console);
	view->console.boards = view->boards;
	view->console.board_count = 1;
	console_prepare(&view->console, 120, 40, VIEW_NOW_MS);
}

static inline void view_release(struct view_world *view)
{
	console_release(&view->console);
	world_release(&view->board);
}

static inline void view_set(struct view_world *view, const char *title, enum data_state state)
{
	world_data(&view->board, title)->state = state;
}

#endif
