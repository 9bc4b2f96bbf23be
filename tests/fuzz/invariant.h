/*
 * What holds whatever the input, and what never comes true. The one that fails
 * is named with its place: of a stack alone it cannot be told which it was.
 */
#ifndef FUZZ_INVARIANT_H
#define FUZZ_INVARIANT_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define always(condition) invariant_check((condition), "does not hold: " #condition, __FILE__, __LINE__)
#define never(condition)  invariant_check(!(condition), "came true: " #condition, __FILE__, __LINE__)

static inline void invariant_check(bool holds, const char *what, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

#endif
