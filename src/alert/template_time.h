/* Times in UTC, months and days of the week as Go's package time prints them; and a time's methods. */
#ifndef ALERT_TEMPLATE_TIME_H
#define ALERT_TEMPLATE_TIME_H

#include <stddef.h>
#include <stdint.h>

#include "alert/template_function.h"
#include "alert/template_value.h"
#include "base/strbuf.h"

/* A time as "2006-01-02 15:04:05.999 +0000 UTC", a month or day by its name. */
void template_time_print(struct strbuf *ret, const struct template_value *value);

/* Append the time by one of Go's layouts ("Jan 2 15:04"). */
void template_time_format(struct strbuf *ret, int64_t time_ms, const char *layout);

/* Seconds since the epoch as Prometheus takes them: 0; 1 for NaN and infinities, -1 when out of range. */
int template_time_from(double seconds, int64_t *ret_ms);

/* A method of a time by its name, or NULL; its first value is the time. */
const struct template_function *template_time_method(const char *name);

#endif
