/*
 * The text a target exposes: Prometheus text format 0.0.4 and OpenMetrics 1.0,
 * read as Prometheus 2.42 does, with the names in quotes of 3.x. A NUL byte
 * outside of comments is refused, where Prometheus takes it for the end.
 *
 * Parsing reads the bytes once and copies no label: a sample points at its
 * series' text (`name{a="b"}`) in the body, which must outlive the result.
 * Whoever appends knows most of these texts from the scrape before, so labels
 * are taken apart only for texts that are new (exposition_labels).
 *
 * Pure: runs on any thread.
 */
#ifndef TSDB_EXPOSITION_H
#define TSDB_EXPOSITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "tsdb/labels.h"

enum exposition_type {
	EXPOSITION_UNKNOWN, /* also untyped */
	EXPOSITION_COUNTER,
	EXPOSITION_GAUGE,
	EXPOSITION_HISTOGRAM,
	EXPOSITION_GAUGE_HISTOGRAM,
	EXPOSITION_SUMMARY,
	EXPOSITION_INFO,
	EXPOSITION_STATESET,
};

#define EXPOSITION_NO_TIME INT64_MIN

struct exposition_sample {
	uint32_t text;   /* offset of the series' text in the body */
	uint32_t length; /* of it: up to the closing brace, or of the bare name */
	uint32_t line;   /* from 1 */
	double value;
	int64_t time_ms; /* EXPOSITION_NO_TIME when none is given */
};

/* What HELP, TYPE and UNIT lines say of one metric family; texts unescaped, in the arena, "" when not said. */
struct exposition_family {
	const char *name, *help, *unit;
	enum exposition_type type;
};

struct exposition {
	const char *body;
	size_t body_length;
	struct exposition_sample *samples;
	size_t count, capacity;
	struct exposition_family *families;
	size_t family_count, family_capacity;
	size_t bad_lines; /* left out, lenient only */
	struct arena arena;
};

struct exposition_options {
	bool open_metrics; /* the body says so: Content-Type application/openmetrics-text; `# EOF` must then end it */
	bool lenient;      /* leave out bad lines and go on; otherwise the first one fails the whole */
	bool families;     /* keep HELP, TYPE and UNIT */
	size_t samples;    /* most samples; 0: 5,000,000 */
};

/*
 * Read a body of at most 4 GB. Faults go to `faults` (may be NULL) under
 * `file` with their line. -1 when strict and a line is bad, or a limit is
 * met; `ret` must be released either way. Exemplars are checked and skipped.
 */
int exposition_parse(struct exposition *ret, const char *body, size_t length, const struct exposition_options *options,
		     const char *file, struct error_list *faults);
void exposition_release(struct exposition *exposition);

/* Is this Content-Type OpenMetrics? */
bool exposition_is_open_metrics(const char *content_type);

/*
 * Take a series' text apart into a label set with `__name__`, strings in the
 * arena: sorted, escapes resolved, empty values dropped. -1 with the reason
 * for a repeated label name or what exposition_parse would refuse.
 */
int exposition_labels(const char *text, size_t length, struct arena *arena, struct labels *ret, struct error *error);

const char *exposition_type_name(enum exposition_type type);

#endif
