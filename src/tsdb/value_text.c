#include "tsdb/value_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void value_text_add(struct strbuf *ret, double value)
{
	char text[40];
	int precision = 15;

	if (isnan(value)) {
		strbuf_addstr(ret, "NaN");
		return;
	}
	if (isinf(value)) {
		strbuf_addstr(ret, value > 0 ? "+Inf" : "-Inf");
		return;
	}
	do
		snprintf(text, sizeof(text), "%.*g", precision, value);
	while (strtod(text, NULL) != value && ++precision <= 17);
	strbuf_addstr(ret, text);
}
