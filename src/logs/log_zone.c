#include "logs/log_zone.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/strbuf.h"

#define ZONE_FOLDER     "/usr/share/zoneinfo/"
#define ZONE_FILE_BYTES ((size_t)256 * 1024)
#define HEADER_BYTES    44
#define TYPE_BYTES      6
#define OFFSET_MOST_S   (26 * 3600)

/* The counts of a header, in the order of the file. */
struct counts {
	uint32_t utc, standard, leaps, changes, types, names;
};

static uint32_t big32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t big64(const unsigned char *at)
{
	return (int64_t)((uint64_t)big32(at) << 32 | big32(at + 4));
}

static bool read_header(const unsigned char *at, size_t length, struct counts *ret)
{
	if (length < HEADER_BYTES || memcmp(at, "TZif", 4) != 0)
		return false;
	*ret = (struct counts){ big32(at + 20), big32(at + 24), big32(at + 28),
				big32(at + 32), big32(at + 36), big32(at + 40) };
	return ret->changes <= ZONE_FILE_BYTES && ret->types >= 1 && ret->types <= 256 &&
	       ret->names <= ZONE_FILE_BYTES && ret->leaps <= ZONE_FILE_BYTES && ret->utc <= 256 &&
	       ret->standard <= 256;
}

static size_t body_bytes(const struct counts *counts, size_t time_bytes)
{
	return counts->changes * (time_bytes + 1) + (size_t)counts->types * TYPE_BYTES + counts->names +
	       counts->leaps * (time_bytes + 4) + counts->standard + counts->utc;
}

/* The second part of the file, with times of 64 bits; version 1 has none. */
static int read_zone(struct log_zone *ret, const unsigned char *data, size_t length)
{
	struct counts counts;
	const unsigned char *types, *which;
	size_t skip, first = 0;

	if (!read_header(data, length, &counts) || data[4] < '2')
		return -1;
	skip = HEADER_BYTES + body_bytes(&counts, 4);
	if (skip >= length || !read_header(data + skip, length - skip, &counts))
		return -1;
	data += skip + HEADER_BYTES;
	if (length - skip - HEADER_BYTES < body_bytes(&counts, 8))
		return -1;
	which = data + (size_t)counts.changes * 8;
	types = which + counts.changes;
	for (size_t i = 0; i < counts.changes; i++)
		if (which[i] >= counts.types)
			return -1;
	for (size_t i = 0; i < counts.types; i++)
		if (labs((long)(int32_t)big32(types + i * TYPE_BYTES)) > OFFSET_MOST_S)
			return -1;
	/* Of a zone with more changes than are kept, the oldest go. */
	if (counts.changes > LOG_ZONE_CHANGES)
		first = counts.changes - LOG_ZONE_CHANGES;
	ret->count = (unsigned)(counts.changes - first);
	ret->first_s = (int32_t)big32(types + (first ? which[first - 1] * TYPE_BYTES : 0));
	for (size_t i = first; i < counts.changes; i++) {
		ret->since_s[i - first] = big64(data + i * 8);
		ret->offset_s[i - first] = (int32_t)big32(types + which[i] * TYPE_BYTES);
	}
	return 0;
}

static bool is_fixed(struct log_zone *ret, const char *name)
{
	unsigned hours, minutes = 0;
	char sign = name[0], end;

	if (sign != '+' && sign != '-')
		return false;
	if (sscanf(name + 1, "%2u:%2u%c", &hours, &minutes, &end) != 2 &&
	    sscanf(name + 1, "%2u%2u%c", &hours, &minutes, &end) != 2 && sscanf(name + 1, "%2u%c", &hours, &end) != 1)
		return false;
	if (hours > 18 || minutes > 59)
		return false;
	ret->first_s = (sign == '-' ? -1 : 1) * (int32_t)(hours * 3600 + minutes * 60);
	return true;
}

/* Names such as "Europe/Berlin", and nothing that leads out of the folder. */
static bool is_zone_name(const char *name)
{
	return name[0] && name[0] != '/' && name[0] != '.' && !strstr(name, "..") && strlen(name) < 64;
}

int log_zone_read(struct log_zone *ret, const char *name, struct error *error)
{
	struct strbuf data = STRBUF_INIT;
	char path[128];
	int result;

	*ret = (struct log_zone){ 0 };
	if (strcmp(name, "UTC") == 0 || strcmp(name, "Z") == 0 || is_fixed(ret, name))
		return 0;
	if (strcmp(name, "local") == 0)
		snprintf(path, sizeof(path), "/etc/localtime");
	else if (is_zone_name(name))
		snprintf(path, sizeof(path), ZONE_FOLDER "%s", name);
	else
		return error_set(error, "'%.64s' is no time zone (UTC, local, +02:00 or Europe/Berlin)", name);
	/* A machine without the file keeps UTC. */
	if (strcmp(name, "local") == 0 && !path_exists(path))
		return 0;
	result = path_read(path, ZONE_FILE_BYTES, &data, NULL);
	if (result == 0)
		result = read_zone(ret, (const unsigned char *)data.text, data.length);
	strbuf_release(&data);
	if (result < 0) {
		*ret = (struct log_zone){ 0 };
		return error_set(error, "time zone '%.64s' is not known here (UTC, local, +02:00 or Europe/Berlin)",
				 name);
	}
	return 0;
}

static int32_t offset_at(const struct log_zone *zone, int64_t utc_s)
{
	unsigned low = 0, high = zone->count;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (zone->since_s[middle] <= utc_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? zone->offset_s[low - 1] : zone->first_s;
}

int64_t log_zone_to_utc(const struct log_zone *zone, int64_t local_ms)
{
	int64_t local_s = local_ms / CLOCK_SECOND;
	int32_t before, after;

	if (!zone)
		return local_ms;
	/* No zone is more than a day away: the offsets on both sides are all there can be around a change. */
	before = offset_at(zone, local_s - CLOCK_DAY / CLOCK_SECOND);
	after = offset_at(zone, local_s + CLOCK_DAY / CLOCK_SECOND);
	if (before == after || offset_at(zone, local_s - before) == before)
		return local_ms - before * CLOCK_SECOND;
	if (offset_at(zone, local_s - after) == after)
		return local_ms - after * CLOCK_SECOND;
	return local_ms - before * CLOCK_SECOND;
}
