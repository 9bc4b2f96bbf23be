/* Sample values as Prometheus writes them. */
#ifndef TSDB_VALUE_TEXT_H
#define TSDB_VALUE_TEXT_H

#include "base/strbuf.h"

/* The shortest text that reads back as the same number; NaN, +Inf, -Inf. */
void value_text_add(struct strbuf *ret, double value);

#endif
