/* What Go's fmt prints: Sprint, Sprintln and Sprintf on a template's values. */
#ifndef ALERT_TEMPLATE_FORMAT_H
#define ALERT_TEMPLATE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "alert/template_value.h"
#include "base/strbuf.h"

#define TEMPLATE_FORMAT_MOST (1024 * 1024) /* bytes that one call makes; more are not made */

/* As an action prints it: a sample's own content, "<no value>" for nothing. */
void template_format_print(struct strbuf *ret, const struct template_value *value);

/* A blank between two values neither of which is a string; for Sprintln always, and a newline. */
void template_format_sprint(struct strbuf *ret, const struct template_value *values, size_t count);
void template_format_sprintln(struct strbuf *ret, const struct template_value *values, size_t count);

/* With all verbs, flags, widths, precisions, `*` and `[n]`; what does not fit comes as %!d(float64=1.5). */
void template_format_sprintf(struct strbuf *ret, const char *format, size_t length, const struct template_value *values,
			     size_t count);

/* As strconv.Quote; with `ascii` as QuoteToASCII. */
void template_format_quote(struct strbuf *ret, const char *text, size_t length, bool ascii);

#endif
