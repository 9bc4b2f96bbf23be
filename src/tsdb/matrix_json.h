/* A matrix as the `data` object of Prometheus's HTTP API: {"resultType":...,"result":...}. */
#ifndef TSDB_MATRIX_JSON_H
#define TSDB_MATRIX_JSON_H

#include "base/strbuf.h"
#include "tsdb/matrix.h"

/* `string_time_ms`: the moment a MATRIX_STRING belongs to; the other kinds carry their own times. */
void matrix_add_json(struct strbuf *ret, const struct matrix *matrix, int64_t string_time_ms);

#endif
