/* The input as a supply of numbers: 0 behind its end. */
#ifndef FUZZ_BYTES_H
#define FUZZ_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *data;
	size_t size;
};

/* Less than `below`, which is at least 1. */
static inline unsigned take(struct bytes *bytes, unsigned below)
{
	unsigned ret;

	if (!bytes->size)
		return 0;
	ret = *bytes->data++ % below;
	bytes->size--;
	return ret;
}

#endif
