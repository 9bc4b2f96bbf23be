/*
 * Values with a meaning beyond their number, told apart by their bits.
 */
#ifndef TSDB_VALUE_H
#define TSDB_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Prometheus's staleness marker: the series ended here. It is a NaN; an ordinary NaN is VALUE_NAN_BITS. */
#define VALUE_STALE_BITS UINT64_C(0x7ff0000000000002)
#define VALUE_NAN_BITS   UINT64_C(0x7ff8000000000001)

static inline uint64_t value_bits(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static inline double value_from_bits(uint64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static inline double value_stale(void)
{
	return value_from_bits(VALUE_STALE_BITS);
}

static inline bool value_is_stale(double value)
{
	return value_bits(value) == VALUE_STALE_BITS;
}

#endif
