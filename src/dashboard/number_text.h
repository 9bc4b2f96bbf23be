/*
 * Numbers as JavaScript writes them, since Grafana's texts are made by it:
 * the shortest digits that read back as the same double, exponents from 1e21
 * and below 1e-6, and Grafana's own toFixed on top. The C locale's decimal
 * point is assumed, as everywhere in the program.
 */
#ifndef DASHBOARD_NUMBER_TEXT_H
#define DASHBOARD_NUMBER_TEXT_H

#include <stddef.h>

/* Enough for every text made here; longer ones (a huge number with separators) fall back to exponents. */
#define NUMBER_TEXT_MAX 128

/* String(value): "0.1", "1e+21", "1e-7", "NaN", "Infinity". */
void number_text(double value, char *ret, size_t size);

/* Grafana's toFixed: `decimals` digits, or as many as number_decimals says when negative. "∞" and "-∞" for infinities.
 */
void number_text_fixed(double value, int decimals, char *ret, size_t size);

/* Grafana's getDecimalsForValue: three significant digits or so, none for integers. */
int number_decimals(double value);

/* Number.toExponential: "1.5e+3"; shortest digits when `decimals` is negative. */
void number_text_exponential(double value, int decimals, char *ret, size_t size);

/* toLocaleString of en-US: "1,234.5", at most `decimals` digits behind the point (3 when negative). */
void number_text_grouped(double value, int decimals, char *ret, size_t size);

/* Number.toString(16) in upper case, with a fraction where there is one. */
void number_text_hex(double value, char *ret, size_t size);

/* Math.round: half towards plus infinity. */
double number_round(double value);

#endif
