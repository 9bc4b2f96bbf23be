/*
 * How the simulated DRYAD is watched by a console: collectors that fit it, for
 * its state file, and what they would have found in the past, for its history.
 */
#ifndef SIM_DRYAD_WATCH_H
#define SIM_DRYAD_WATCH_H

#include "sim/dryad_log.h"
#include "sim/dryad_state.h"
#include "sim/target.h"

/* As struct world_kind has them. */
unsigned dryad_watch_count(const struct dryad *dryad);
void dryad_watch_name(const struct dryad *dryad, unsigned watch, const struct target_list *targets,
		      const char **ret_job, struct strbuf *ret_instance);
bool dryad_watch_page(const struct dryad *dryad, unsigned watch, struct strbuf *ret);

/* What a log collector has counted in one of the files. */
void dryad_log_page(const struct dryad *dryad, enum log_file file, struct strbuf *ret);

/*
 * The state file's member `collect`: a list of entries as a system file has them, beside
 * one for each service. */
void dryad_add_collectors(const struct dryad *dryad, const struct target_list *targets, const char *folder,
			  struct strbuf *ret);

#endif
