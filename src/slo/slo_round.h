/*
 * What is asked together: one kind of number of every line that has it, as
 * one bundle, again and again. Its texts, its rhythm, and how an answer
 * becomes a reading; slo_state.c decides when.
 */
#ifndef SLO_SLO_ROUND_H
#define SLO_SLO_ROUND_H

#include "query/bundle.h"
#include "slo/slo_file.h"
#include "slo/slo_status.h"

enum slo_round_kind {
	SLO_ROUND_NOW,    /* values, and how long alert lines are met */
	SLO_ROUND_BURN,   /* error ratios over one burn window */
	SLO_ROUND_WINDOW, /* over the windows of objectives that share one */
	SLO_ROUND_COURSE, /* bad and all, part by part of such a window */
};

struct slo_round;

struct slo_round_config {
	enum slo_round_kind kind;
	const struct slo_file *file;
	size_t burn;              /* SLO_ROUND_BURN: index of its window */
	struct slo_window window; /* SLO_ROUND_WINDOW, _COURSE */
	struct query_engine *engine;
	bool apart;
	struct slo_status *statuses; /* of all lines: answers go there */
	void (*on_done)(void *user, struct slo_round *round);
	void *user;
};

struct slo_round *slo_round_new(const struct slo_round_config *config);
void slo_round_free(struct slo_round *round); /* NULL is allowed */

/* Ask at a moment. Nothing happens while an answer is under way. A round without texts is done at once. */
void slo_round_ask(struct slo_round *round, int64_t now_ms);

/* When it is to be asked again; INT64_MIN before the first time. */
int64_t slo_round_due_ms(const struct slo_round *round);

/* Its time has come, whatever its rhythm. */
void slo_round_hurry(struct slo_round *round);

/* Has not been answered since it was made or hurried. */
bool slo_round_busy(const struct slo_round *round);

/* Length of the parts a window's course is asked in: round, and at most 150 of them. */
int64_t slo_round_part_ms(const struct slo_window *window);

#endif
