/*
 * What a rule's evaluations leave in the store. Series stay held from one
 * evaluation to the next, in the order of the samples, so that a rule whose
 * results are those of the time before looks nothing up. A series that is gone
 * gets a staleness marker. Semantics are those of Prometheus 2.42's Group.Eval.
 */
#ifndef ALERT_RULE_WRITER_H
#define ALERT_RULE_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "alert/rule_run.h"
#include "base/vec.h"
#include "tsdb/store.h"

struct rule_writer {
	struct store *store;                      /* NULL: nothing is written */
	VEC(struct store_series *) before;        /* of the evaluation before, each held */
	VEC(struct store_series *) now;           /* of the one being written, each held */
	int64_t time_ms;                          /* of its samples */
	size_t out_of_order, duplicates, refused; /* of its samples */
	uint64_t refused_ever;                    /* samples that were not taken, over all evaluations */
};

void rule_writer_init(struct rule_writer *writer, struct store *store);

/* Give all series free. No markers are written: whoever takes over goes on with them. */
void rule_writer_release(struct rule_writer *writer);

/* Write all samples of a run that is done, and the markers. Samples that the store refuses are the rule's fault
 * (memory->health), the others are written. */
void rule_writer_write(struct rule_writer *writer, struct rule_run *run);

/* The same in pieces, for very many samples: begin, pass each sample once, end. */
void rule_writer_begin(struct rule_writer *writer, int64_t time_ms);
void rule_writer_add(struct rule_writer *writer, const struct rule_sample *samples, size_t count);
void rule_writer_end(struct rule_writer *writer, struct rule_memory *memory);

#endif
