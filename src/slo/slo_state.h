/*
 * How a system's objectives stand, asked through the engine while somebody
 * looks: what is now every 15 s, a burn window every sixtieth of its length
 * (5 minutes every 15 s, an hour every minute), the windows of the objectives
 * every ten minutes, their course through the window every ten minutes to an
 * hour. Lines share questions: see bundle.h. Nobody looks: nothing is asked.
 *
 * The last good number of each stays, with its age, while no answer comes.
 */
#ifndef SLO_SLO_STATE_H
#define SLO_SLO_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "loop/loop.h"
#include "query/query.h"
#include "slo/slo_file.h"
#include "slo/slo_status.h"

#define SLO_STATE_NOW_MS       (15 * INT64_C(1000))
#define SLO_STATE_RARELY_MS    (10 * INT64_C(60000)) /* the long windows */
#define SLO_STATE_SOON_MS      (60 * INT64_C(1000))  /* those that gave no number at all */
#define SLO_STATE_COURSE_MS    (60 * INT64_C(60000)) /* the course, at most */
#define SLO_STATE_ATTENTION_MS (60 * INT64_C(1000))  /* how long one look lasts */

struct slo_state_config {
	struct loop *loop;
	struct query_engine *engine;
	const struct slo_file *file;   /* borrowed */
	int64_t at_ms;                 /* how they stood at this moment; 0: now, as time goes */
	bool apart;                    /* two engines stand behind the one: see bundle.h */
	void (*on_change)(void *user); /* something was answered; may be NULL */
	void *user;
};

struct slo_state;

/* Before the engine is freed it must be freed. */
struct slo_state *slo_state_new(const struct slo_state_config *config);
void slo_state_free(struct slo_state *state); /* NULL is allowed */

/* Somebody looks: ask what is due, now and for the next minute. */
void slo_state_attend(struct slo_state *state);

const struct slo_file *slo_state_file(const struct slo_state *state);
const struct slo_status *slo_state_line(const struct slo_state *state, size_t line);

/* The worst line; -1 without any. Those not known are the best. */
int slo_state_worst(const struct slo_state *state);

/* Lines of that health. */
size_t slo_state_count(const struct slo_state *state, enum slo_health health);

/* Everything is due: more of the past is known, or a person asks for it. */
void slo_state_refresh(struct slo_state *state);

/* Somebody looks, and not everything has had its first answer. */
bool slo_state_busy(const struct slo_state *state);

#endif
