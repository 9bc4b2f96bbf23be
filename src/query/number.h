/* Numbers as Prometheus writes them in JSON strings, read fast and exactly, whatever the locale. */
#ifndef QUERY_NUMBER_H
#define QUERY_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Read all `length` bytes of `text`: a decimal number with optional fraction
 * and exponent, "NaN", "Inf", "+Inf" or "-Inf" (any case), to the nearest
 * double (as strtod does). -1 when it is something else or longer than 400 bytes.
 */
int number_parse(const char *text, size_t length, double *ret);

/*
 * Read a time in seconds (decimal, fraction and exponent allowed) as
 * milliseconds, rounded to the nearest. -1 when it is no number or beyond
 * 280 million years.
 */
int number_parse_time(const char *text, size_t length, int64_t *ret_ms);

#endif
