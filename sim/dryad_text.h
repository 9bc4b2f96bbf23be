/* Lines of the simulated DRYAD's exposition pages. */
#ifndef SIM_DRYAD_TEXT_H
#define SIM_DRYAD_TEXT_H

#include "sim/buckets.h"
#include "sim/dryad_state.h"

/* HELP and TYPE. */
void dryad_text_family(struct strbuf *ret, const char *name, const char *type, const char *help);

/* One sample; `labels` as they stand between the braces, "" for none. Whole: cut to a whole number. */
void dryad_text_whole(struct strbuf *ret, const char *name, const char *labels, double value);
void dryad_text_real(struct strbuf *ret, const char *name, const char *labels, double value);

/* A family of one sample without labels. */
void dryad_text_counter(struct strbuf *ret, const char *name, const char *help, double value);
void dryad_text_gauge(struct strbuf *ret, const char *name, const char *help, double value);

/* The series of one histogram; `labels` with a comma behind it, or "". */
void dryad_text_histogram(struct strbuf *ret, const char *name, const char *labels, enum bucket_set set,
			  const struct buckets *buckets);

/* Pages by service: dryad_page_backend.c, dryad_page_legacy.c, dryad_page_stores.c. */
void dryad_page_rules(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret);
void dryad_page_university(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret);
void dryad_page_process(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret);
void dryad_page_reviews(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret);
void dryad_page_l9(const struct dryad *dryad, const struct backend *backend, struct strbuf *ret);
void dryad_page_postgres(const struct dryad *dryad, struct strbuf *ret);
void dryad_page_redis(const struct dryad *dryad, struct strbuf *ret);
void dryad_page_node(const struct dryad *dryad, struct strbuf *ret);
void dryad_page_door(const struct dryad *dryad, struct strbuf *ret);

#endif
