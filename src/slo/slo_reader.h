/* What the parts of the reader of slos.yaml share: where faults go, and how one is said. */
#ifndef SLO_SLO_READER_H
#define SLO_SLO_READER_H

#include "slo/slo_file.h"

struct slo_reader {
	const char *file;
	struct arena *arena;
	struct error_list *errors;
};

/* What an objective and its lines have in common, as their tables read it. */
struct slo_entry {
	const char *name, *title, *description;
	const char *target, *window;
	const struct yaml_node *events, *threshold, *freshness, *value, *alerts;
	const char *unmeasured, *indicator, *unit;
	/* of an objective */
	const char *owner, *tier;
	struct option_strings links;
	bool proposal;
	const struct yaml_node *lines;
};

/* A fault at a node; -1. */
int slo_fault(const struct slo_reader *reader, const struct yaml_node *node, const char *where, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Read one line: what `node` says, over what the objective's entry does. -1 when something is wrong. */
int slo_line_read(const struct slo_reader *reader, const struct yaml_node *node, const struct slo_entry *entry,
		  const struct yaml_node *above_node, const struct slo_entry *above, struct slo_line *ret);

/* Read the list of pairs, or make those of the workbook. */
int slo_pairs_read(const struct slo_reader *reader, const struct yaml_node *node, struct slo_file *ret);

/* Read the policy and the scorecard, whose rows name lines. */
int slo_policies_read(const struct slo_reader *reader, const struct yaml_node *node, struct slo_file *ret);
int slo_scores_read(const struct slo_reader *reader, const struct yaml_node *node, struct slo_file *ret);

/* A share given as "10%" or 0.1, within 0..most. */
int slo_share_read(const struct slo_reader *reader, const struct yaml_node *node, const char *where, const char *text,
		   double most, double *ret);

#endif
