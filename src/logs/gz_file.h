/*
 * A gzip'd file read at any place: while it is unpacked, marks are left every
 * so often (the last 32 KiB and where in the packed bytes they end), from
 * which unpacking can go on. At most GZ_MARKS are kept; when there are more,
 * every second goes. Several members in one file are one stream, as gzip has
 * it. For one thread at a time.
 */
#ifndef LOGS_GZ_FILE_H
#define LOGS_GZ_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define GZ_MARKS 48

struct gz_file;

/* Reads from `fd`, which stays the caller's to close, later. NULL when zlib cannot begin. */
struct gz_file *gz_file_new(int fd, struct error *error);
void gz_file_free(struct gz_file *file); /* NULL is allowed */

/*
 * Read `size` unpacked bytes at `offset`: fewer only at the end, 0 behind it.
 * -1 with the error set when the file is damaged there; what stands before
 * the damage can be read.
 */
int64_t gz_file_read(struct gz_file *file, uint64_t offset, char *ret, size_t size, struct error *error);

/* How far it was unpacked so far, and whether that is all of it. */
uint64_t gz_file_known(const struct gz_file *file, bool *ret_whole);

#endif
