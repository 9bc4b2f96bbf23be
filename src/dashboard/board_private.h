/* What the board's own files share; nobody else includes it. */
#ifndef DASHBOARD_BOARD_PRIVATE_H
#define DASHBOARD_BOARD_PRIVATE_H

#include "base/vec.h"
#include "dashboard/board.h"
#include "dashboard/diagnosis.h"
#include "promql/selectors.h"

/* One question of one panel in one round. */
struct asked_target {
	const struct target *target;
	char *expression; /* interpolated */
	char *legend;     /* interpolated */
	int64_t start_ms, end_ms, step_ms;
	struct query *query; /* NULL once answered */
	struct matrix *matrix;
	enum query_status status;
	char reason[160];
	char detail[512];
	const char *engine;  /* who answered */
	bool history_judged; /* and needs no doubt whether the windows were filled */
	struct board *board;
	size_t panel; /* index on the board; kept right by unfolding */
};

struct board_asked {
	VEC(struct asked_target *) targets; /* of the running or the last round */
	size_t open;                        /* not answered yet */
	bool ready;         /* all answered: the last one counts as open until the panel is made of them */
	unsigned round;     /* the round it was last asked in; 0 never */
	struct arena arena; /* selectors of the last round */
	struct selectors selectors;
	bool history_judged; /* by whoever gave the last answer */
	bool empty;          /* the last answer held nothing: diagnosis decides */
	bool judged;         /* has a window or an emptiness to judge again when facts change */
};

struct board {
	struct board_config config;
	struct variables variables;
	struct variables_resolve *resolve;
	bool resolved;
	bool learned;                                /* since the variables were asked: none is left without values */
	int64_t resolved_ms;                         /* monotonic; when the variables were asked last */
	struct diagnosis *diagnosis, *own_diagnosis; /* of the engine, of the embedded one where that is another */
	struct timer *finishing;                     /* runs while some panel is ready */

	struct arena arena; /* bound values and titles of this generation */
	struct board_panel *panels;
	size_t count;
	unsigned generation, seen_generation;
	bool *folded; /* by index of the definition's row */

	int64_t from_ms, to_ms, range_ms; /* following the clock while range_ms > 0 */
	int64_t now_ms;                   /* the moment of this round */
	unsigned round;
};

/* board_unfold.c: make panels[] from the definition; data of panels that stay is kept. */
void board_unfold(struct board *board);

/* Panels, their texts, and what they asked and got unless it was handed on. */
void board_panels_free(struct board_panel *panels, size_t count);

/* board_engine.c: who answers a data source (`panel` may be NULL), and whose facts judge what a panel got. */
struct query_engine *board_engine(const struct board *board, const struct board_panel *panel,
				  const struct datasource *source);
struct diagnosis *board_diagnosis(const struct board *board, const struct board_panel *panel);

/* Is this the name of the embedded engine? */
bool board_answers_itself(const struct board *board, const char *engine);

/* board_ask.c */
void board_ask_panel(struct board *board, size_t index);
void board_finish_ready(void *user);
void board_cancel_panel(struct board_panel *panel);
void board_judge(struct board *board, struct board_panel *panel);
void board_asked_free(struct board_asked *asked);

#endif
