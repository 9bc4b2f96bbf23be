/* Numbers as Go's strconv writes them. */
#ifndef ALERT_TEMPLATE_NUMBER_H
#define ALERT_TEMPLATE_NUMBER_H

#include "base/strbuf.h"

/*
 * As strconv.FormatFloat(value, form, precision, 64): form e, E, f, g, G, x,
 * X or b; precision -1 is the least that reads back as the same number. NaN,
 * +Inf and -Inf are words.
 */
void template_number_add(struct strbuf *ret, double value, char form, int precision);

#endif
