/*
 * An answer of Prometheus's HTTP API, read as it arrives: bytes go in, a
 * matrix comes out, and nothing but the samples is kept in memory. Members
 * may come in any order; what is not known is skipped. Native histograms are
 * skipped too and counted in a warning.
 *
 * yajl reads the JSON. The one thing an answer has much of, pairs of time and
 * value, is read by a scanner of its own as long as it has the form every
 * server writes ([1700000000.123,"42"],...); anything else goes to yajl.
 * Series whose times are a part of another's share that column.
 */
#ifndef QUERY_ANSWER_H
#define QUERY_ANSWER_H

#include <stddef.h>

#include "query/query.h"
#include "tsdb/matrix.h"

#define ANSWER_SERIES_DEFAULT 20000
#define ANSWER_POINTS_DEFAULT 5000000
#define ANSWER_BYTES_DEFAULT  ((size_t)64 * 1024 * 1024)
#define ANSWER_DEPTH_MAX      64
#define ANSWER_LABELS_MAX     256
#define ANSWER_LABEL_BYTES    ((size_t)64 * 1024) /* one name or value */
#define ANSWER_WARNINGS_MAX   32
#define ANSWER_MESSAGE_BYTES  2048 /* of an error or a warning; the rest is cut */

/* What `data` holds: a result of samples, a list of values or label sets, or of what build the server is. */
enum answer_kind { ANSWER_SAMPLES, ANSWER_LABEL_VALUES, ANSWER_LABEL_SETS, ANSWER_VERSION };

enum answer_fault {
	ANSWER_OK,
	ANSWER_ERROR, /* {"status":"error"}: see error_type and error */
	ANSWER_HTML,
	ANSWER_EMPTY,
	ANSWER_NO_JSON,    /* does not even begin as JSON */
	ANSWER_BROKEN,     /* begins as JSON and then is none */
	ANSWER_TRUNCATED,  /* ends in the middle */
	ANSWER_OTHER_JSON, /* JSON of another shape */
	ANSWER_TOO_LARGE,
};

struct answer;

/* `label` names the one label of ANSWER_LABEL_VALUES, else NULL. Zero limits take the defaults; bytes are not looked
 * at. */
struct answer *answer_new(enum answer_kind kind, const char *label, const struct query_limits *limits);
void answer_free(struct answer *answer);

/* Take in the next bytes. -1 when no more are wanted: the fault is then certain. */
int answer_feed(struct answer *answer, const char *data, size_t length);

/*
 * No more bytes come. Returns what became of it; with ANSWER_OK `ret` is the
 * caller's reference (times ascending in every series). Call once.
 */
enum answer_fault answer_finish(struct answer *answer, struct matrix **ret);

/* After a fault: a few words ("answer over 20,000 series"); "" for ANSWER_OK and ANSWER_ERROR. Lives as long as the
 * answer. */
const char *answer_reason(const struct answer *answer);

/* What is said of an answer beyond a limit: "answer over 20,000 series". */
void answer_limit_text(size_t limit, const char *what, char *ret, size_t size);

/* The server's own words for ANSWER_ERROR, else "". Raw. */
const char *answer_error(const struct answer *answer);
const char *answer_error_type(const struct answer *answer);

#endif
