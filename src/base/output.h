/*
 * What a command-line program writes: results to standard output, complaints
 * to standard error. For main and the command-line front ends alone.
 */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdarg.h>
#include <stdbool.h>

#include "base/strbuf.h"

/*
 * Before anything is opened: with a standard descriptor closed, the next file
 * or socket would take its place and messages would go there. Opened for
 * reading only: what is written fails as it should.
 */
void output_open_descriptors(void);

/* "program: message" on standard error, made safe. */
void output_complain(const char *program, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/*
 * Write all of it to standard output; false when that fails. `program`
 * complains of it, unless it is only that the reader has gone.
 */
bool output_write(const char *program, const struct strbuf *text);

#endif
