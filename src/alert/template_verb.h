/* One verb of a format on one value: the inside of template_format.c. */
#ifndef ALERT_TEMPLATE_VERB_H
#define ALERT_TEMPLATE_VERB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/template_value.h"
#include "base/strbuf.h"

struct template_verb {
	struct strbuf *out;
	uint32_t verb; /* code point */
	bool minus, plus, sharp, space, zero;
	bool sharp_v, plus_v; /* %#v and %+v */
	bool has_width, has_precision;
	int width, precision;
};

/* Write the value; a verb that its type does not have writes %!d(string=x). */
void template_verb_write(const struct template_verb *verb, const struct template_value *value, unsigned depth);

/* Append `text`, padded to the width. */
void template_verb_pad(const struct template_verb *verb, const char *text, size_t length);

/* %!d(type=value) */
void template_verb_bad(const struct template_verb *verb, const struct template_value *value);

/* template_verb_text.c: the verbs of each kind; false for a verb it does not have. */
bool template_verb_bool(const struct template_verb *verb, bool truth);
bool template_verb_integer(const struct template_verb *verb, int64_t number, bool is_unsigned);
bool template_verb_float(const struct template_verb *verb, double real);
bool template_verb_string(const struct template_verb *verb, const char *text, size_t length);

#endif
