#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "tsdb/codec.h"

/* The doubles come from the bytes in one of several ways, so that also decimals, counters and pauses turn up. */
static double value_at(const uint8_t *data, size_t i, unsigned way, double before)
{
	static const double powers[] = { 1, 10, 100, 1e3, 1e6, 1e9 };
	uint64_t word;
	double value;

	memcpy(&word, data + i * 8, sizeof(word));
	switch (way % 5) {
	case 0: memcpy(&value, &word, sizeof(value)); return value;
	case 1: return (double)(int64_t)(word >> (word & 63)) / powers[way / 5 % 6];
	case 2: return before + (double)(word >> 56) / powers[way / 5 % 6];
	case 3: return word & 1 ? before : (double)(word >> 40);
	default: return (word & 0xff) == 0 ? 0.0 / before : (double)(int16_t)word * powers[way / 5 % 6];
	}
}

static void check_values(const uint8_t *data, size_t size, unsigned way)
{
	size_t count = size / 8 < CODEC_RUN_MAX ? size / 8 : CODEC_RUN_MAX, bytes;
	double values[CODEC_RUN_MAX], ret[CODEC_RUN_MAX], before = 0;
	uint8_t room[CODEC_BOUND(CODEC_RUN_MAX)], *exact;

	for (size_t i = 0; i < count; i++)
		values[i] = before = value_at(data, i, way, before);
	if (!count)
		return;
	bytes = codec_encode_values(values, count, room);
	never(bytes > CODEC_BOUND(count));
	exact = malloc(bytes);
	memcpy(exact, room, bytes);
	never(codec_decode_values(exact, bytes, ret, count) < 0 || memcmp(ret, values, count * sizeof(*ret)) != 0);
	never(codec_decode_values(exact, bytes - 1, ret, count) == 0);
	free(exact);
}

static void check_times(const uint8_t *data, size_t size, unsigned way)
{
	size_t count = size / 8 < CODEC_RUN_MAX ? size / 8 : CODEC_RUN_MAX, bytes;
	int64_t times[CODEC_RUN_MAX], ret[CODEC_RUN_MAX];
	uint8_t room[CODEC_BOUND(CODEC_RUN_MAX)];

	if (!count)
		return;
	memcpy(times, data, count * sizeof(*times));
	for (size_t i = 0; i < count && way % 2; i++)
		times[i] = 1795348800000 + (int64_t)i * 15000 + times[i] % 100;
	bytes = codec_encode_times(times, count, room);
	never(bytes > CODEC_BOUND(count) || codec_decode_times(room, bytes, ret, count) < 0 ||
	      memcmp(ret, times, count * sizeof(*ret)) != 0);
}

/* What decodes must also survive being encoded. */
static void check_bytes(const uint8_t *data, size_t size, size_t count)
{
	double values[CODEC_RUN_MAX], ret[CODEC_RUN_MAX];
	int64_t times[CODEC_RUN_MAX];
	uint8_t room[CODEC_BOUND(CODEC_RUN_MAX)];
	size_t bytes;

	codec_decode_times(data, size, times, count);
	if (codec_decode_values(data, size, values, count) < 0)
		return;
	bytes = codec_encode_values(values, count, room);
	never(codec_decode_values(room, bytes, ret, count) < 0 || memcmp(ret, values, count * sizeof(*ret)) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned way;
	size_t count;

	if (size < 3)
		return 0;
	way = data[0];
	count = 1 + (size_t)(data[1] | data[2] << 8) % CODEC_RUN_MAX;
	check_values(data + 3, size - 3, way);
	check_times(data + 3, size - 3, way);
	check_bytes(data + 3, size - 3, count);
	return 0;
}
