/*
 * Allocation that does not fail: on lack of memory the program logs one line
 * and aborts (the crash handler restores the terminal). Sizes from outside
 * are bounded before they come here.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);                           /* not zeroed */
void *mem_zalloc(size_t size);                          /* zeroed */
void *mem_array(size_t count, size_t size);             /* zeroed; aborts on overflow */
void *mem_resize(void *old, size_t count, size_t size); /* reallocarray */
char *mem_strdup(const char *text);                     /* NULL gives NULL */
char *mem_strndup(const char *text, size_t length);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
