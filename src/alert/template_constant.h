/* Constants of a template: what Go's strconv makes of quoted texts and numbers. */
#ifndef ALERT_TEMPLATE_CONSTANT_H
#define ALERT_TEMPLATE_CONSTANT_H

#include <stdbool.h>

#include "alert/template_lexer.h"
#include "alert/template_value.h"
#include "base/error.h"

/* Of a string, raw string, character, number or bool. -1 with the reason. */
int template_constant(const struct template_token *token, struct arena *arena, struct template_value *ret,
		      struct error *error);

/* As strconv.ParseFloat: the whole text must be one; false when it is none or out of range. */
bool template_read_float(const char *text, size_t length, double *ret);

#endif
