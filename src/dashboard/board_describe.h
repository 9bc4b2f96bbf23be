/*
 * What a board asks for a panel and what came: for showing it to a person.
 * Everything returned points into the board and holds until it is asked
 * again, unfolded or refreshed.
 */
#ifndef DASHBOARD_BOARD_DESCRIBE_H
#define DASHBOARD_BOARD_DESCRIBE_H

#include "dashboard/board.h"

enum question_progress {
	QUESTION_NOT_ASKED, /* the panel was not seen yet, or its target is hidden or foreign */
	QUESTION_RUNNING,
	QUESTION_ANSWERED,
	QUESTION_FAILED,
};

/* One question of one target. */
struct board_question {
	const struct target *target;
	const char *expression; /* as it is asked; raw, with its variables, when it was not asked */
	bool instant;
	int64_t start_ms, end_ms, step_ms; /* 0 when not asked */
	enum question_progress progress;
	const char *reason, *detail; /* of a failure; "" */
	const struct matrix *matrix; /* when answered */
	const char *engine;          /* who answered, or failed to; NULL before */
};

/* The questions of panel `index`, at most `capacity`; a target that is not asked stands there too. Returns how many. */
size_t board_questions(struct board *board, size_t index, struct board_question *ret, size_t capacity);

#endif
