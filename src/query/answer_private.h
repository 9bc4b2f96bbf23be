/* What the files of the answer reader share: answer.c (bytes in, matrix out), answer_events.c (what yajl sees). */
#ifndef QUERY_ANSWER_PRIVATE_H
#define QUERY_ANSWER_PRIVATE_H

#include <stdbool.h>

#include <yajl/yajl_parse.h>

#include "base/strbuf.h"
#include "base/vec.h"
#include "query/answer.h"
#include "query/columns.h"

/* Where in the document the reader is. */
enum place {
	PLACE_ROOT,
	PLACE_TOP,  /* the outermost object */
	PLACE_DATA, /* "data" as an object */
	PLACE_LIST, /* "data" as an array */
	PLACE_RESULT,
	PLACE_SERIES,
	PLACE_METRIC,
	PLACE_LABEL_SET, /* an object in "data" */
	PLACE_VALUES,
	PLACE_PAIR,
	PLACE_WARNINGS,
	PLACE_SKIP,
};

enum key {
	KEY_OTHER,
	KEY_STATUS,
	KEY_DATA,
	KEY_ERROR,
	KEY_ERROR_TYPE,
	KEY_WARNINGS,
	KEY_INFOS,
	KEY_RESULT_TYPE,
	KEY_RESULT,
	KEY_METRIC,
	KEY_VALUE,
	KEY_VALUES,
	KEY_HISTOGRAM,
	KEY_HISTOGRAMS,
	KEY_VERSION,
};

struct frame {
	enum place place;
	unsigned index; /* values before, in an array */
};

/* A label of the present series: offsets into `words`. */
struct label_place {
	size_t name, value;
};

struct answer {
	enum answer_kind kind;
	char *label;
	struct query_limits limits;
	yajl_handle yajl;
	struct frame frames[ANSWER_DEPTH_MAX];
	size_t depth;
	enum key key;
	bool begun; /* the first byte that is no white space was seen */

	enum answer_fault fault;
	char reason[120];

	/* top level */
	bool succeeded, failed, has_data;
	int result_kind; /* enum matrix_kind, or -1 */
	char *error, *error_type;

	/* the series being read */
	struct strbuf words;
	VEC(struct label_place) labels;
	VEC(struct label) made; /* scratch for labels_make */
	struct columns columns;
	bool has_histogram;
	int64_t pair_ms;
	double pair_value;

	/* a scalar or string result, or the version */
	bool has_scalar_time, has_scalar;
	int64_t scalar_ms;
	char *scalar;

	struct matrix *matrix;
	VEC(struct series) series;
	VEC(const char *) warnings;
	size_t points, histograms;

	/* the fast scanner: see answer.c */
	bool scanning, stand_in;
	size_t scanned;
	char carry[1024];
	size_t carried;
};

extern const yajl_callbacks answer_events;

/* Set the fault (the first one stays). Returns 0, which tells yajl to stop. */
int answer_fail(struct answer *answer, enum answer_fault fault, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "answer over 20,000 series" */
int answer_fail_limit(struct answer *answer, size_t limit, const char *what);

/* Add a sample to the present series; 0 when a limit or the order of times is broken (the fault is set). */
int answer_add_sample(struct answer *answer, int64_t time_ms, double value);

void answer_add_warning(struct answer *answer, const char *text, size_t length);

#endif
