/*
 * A node exporter's real pages on their whole way into the store:
 *
 *     bench_scrapes FILE
 *
 * FILE is a recording (recording.h). Every page is parsed and taken in as a
 * target's, the store ages in between. Printed: bytes a sample of everything
 * the store holds, index and open buffers included, for the whole page and
 * for stores that hold one kind of series each; what a line costs; the
 * slowest scrape. Times are of the processor, since others may share it.
 * Exit 1 when six hours need more than two bytes a sample.
 */
#include <malloc.h>
#include <stdbool.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "recording.h"
#include "tsdb/ingest.h"
#include "tsdb/store.h"
#include "tsdb/value.h"

#define BYTES_MOST 2.0
#define SIX_HOURS  1440 /* pages at 15 s */
#define NS_IN_MS   1e6

/* One text of a series over the whole recording. */
struct track {
	double last;
	size_t count, changes;
	enum kind kind;
	struct store_series *series; /* in the store of its kind */
};

struct tracks {
	struct map by_text;
	size_t count[KIND_COUNT], samples[KIND_COUNT], changes[KIND_COUNT];
};

struct outcome {
	struct store_state state;
	size_t lines, bytes, heap_bytes;
	int64_t parse_ns, apply_ns, slowest_ns, first_ns, age_ns;
};

static const struct labels target = { .items = (struct label[]){ { "instance", "127.0.0.1:9100" }, { "job", "node" } },
				      .count = 2 };

static int64_t processor_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static struct track *track_of(const struct tracks *tracks, const struct exposition *page, size_t index)
{
	char *text = mem_strndup(page->body + page->samples[index].text, page->samples[index].length);
	struct track *track = map_get(&tracks->by_text, text);

	free(text);
	return track;
}

static void follow(struct tracks *tracks, const struct exposition *page)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct exposition_sample *sample = &page->samples[i];
		struct track *track = track_of(tracks, page, i);

		if (!track) {
			char *text = mem_strndup(page->body + sample->text, sample->length);

			map_set(&tracks->by_text, text, track = mem_zalloc(sizeof(*track)));
			free(text);
		}
		track->changes += track->count && value_bits(track->last) != value_bits(sample->value);
		track->last = sample->value;
		track->count++;
	}
}

/* How often every series changes, and with the last page's families their kinds. */
static void find_kinds(const struct recording *recording, struct tracks *tracks)
{
	struct exposition page;

	for (size_t i = 0; i < recording->bodies.count; i++) {
		recording_parse(recording, i, i + 1 == recording->bodies.count, &page);
		follow(tracks, &page);
		if (i + 1 < recording->bodies.count)
			exposition_release(&page);
	}
	for (size_t i = 0; i < tracks->by_text.capacity; i++) {
		const char *text = tracks->by_text.entries[i].key;
		struct track *track = text ? tracks->by_text.entries[i].value : NULL;

		if (!track)
			continue;
		track->kind = kind_of(recording_family(&page, text), track->changes, track->count);
		tracks->count[track->kind]++;
		tracks->samples[track->kind] += track->count;
		tracks->changes[track->kind] += track->changes;
	}
	exposition_release(&page);
}

static size_t heap_bytes(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* Returns the time of the slowest call. */
static int64_t age(struct store *store, int64_t now_ms)
{
	int64_t slowest = 0, took;
	bool through;

	do {
		took = processor_ns();
		through = store_age(store, now_ms);
		took = processor_ns() - took;
		slowest = took > slowest ? took : slowest;
	} while (!through);
	return slowest;
}

static struct outcome take_in(const struct recording *recording)
{
	struct ingest_config config = { .labels = target };
	struct outcome outcome = { 0 };
	size_t heap = heap_bytes();
	struct store *store = store_new(NULL);
	struct ingest *ingest = ingest_new(store, &config);

	for (size_t i = 0; i < recording->bodies.count; i++) {
		struct exposition page;
		struct ingest_scrape scrape = { .time_ms = recording->bodies.items[i].time_ms, .exposition = &page };
		struct ingest_result result;
		int64_t began = processor_ns(), parsed, taken;

		recording_parse(recording, i, false, &page);
		parsed = processor_ns();
		ingest_apply(ingest, &scrape, &result);
		taken = processor_ns() - parsed;
		outcome.parse_ns += parsed - began;
		outcome.bytes += page.body_length;
		outcome.lines += i ? page.count : 0;
		outcome.apply_ns += i ? taken : 0;
		outcome.slowest_ns = i && taken > outcome.slowest_ns ? taken : outcome.slowest_ns;
		outcome.first_ns = i ? outcome.first_ns : taken;
		exposition_release(&page);
		taken = age(store, scrape.time_ms);
		outcome.age_ns = taken > outcome.age_ns ? taken : outcome.age_ns;
	}
	store_get_state(store, &outcome.state);
	outcome.heap_bytes = heap_bytes() - heap;
	ingest_free(ingest);
	store_free(store);
	return outcome;
}

static struct store_series *hold(struct store *store, const char *text, size_t length)
{
	struct store_series *series;
	struct arena arena = { 0 };
	struct labels exposed;
	struct label *items;

	if (exposition_labels(text, length, &arena, &exposed, NULL) < 0)
		exit(1);
	items = arena_array(&arena, exposed.count + target.count, sizeof(*items));
	memcpy(items, exposed.items, exposed.count * sizeof(*items));
	memcpy(items + exposed.count, target.items, target.count * sizeof(*items));
	exposed = labels_make(&arena, items, exposed.count + target.count);
	series = store_hold(store, &exposed);
	arena_release(&arena);
	return series;
}

/* The lines of one kind alone, without the series that say how the scrape went. */
static struct store_state take_in_kind(const struct recording *recording, const struct tracks *tracks, enum kind kind)
{
	struct store *store = store_new(NULL);
	struct timeline *timeline = timeline_new(store);
	struct store_state state;

	for (size_t i = 0; i < recording->bodies.count; i++) {
		const struct body *body = &recording->bodies.items[i];
		struct exposition page;

		recording_parse(recording, i, false, &page);
		timeline_advance(store, timeline, body->time_ms);
		for (size_t line = 0; line < page.count; line++) {
			const struct exposition_sample *sample = &page.samples[line];
			struct track *track = track_of(tracks, &page, line);

			if (track->kind != kind)
				continue;
			if (!track->series)
				track->series = hold(store, page.body + sample->text, sample->length);
			store_append(store, track->series, timeline, sample->value);
		}
		exposition_release(&page);
		age(store, body->time_ms);
	}
	store_get_state(store, &state);
	store_free(store);
	return state;
}

static void print_row(const char *name, size_t series, double changed, const struct store_state *state)
{
	double samples = (double)state->samples;

	printf("%-16s %7zu %9.1f%% %10zu %14.2f %9.2f %9.2f\n", name, series, 100 * changed, state->samples,
	       (double)state->bytes / samples, (double)state->sample_bytes / samples,
	       (double)(state->bytes - state->sample_bytes - state->bucket_bytes) / samples);
}

static void print_kinds(const struct recording *recording, const struct tracks *tracks, const struct outcome *all)
{
	size_t samples = 0, changes = 0;

	printf("%-16s %7s %10s %10s %14s %9s %9s\n", "kind", "series", "changing", "samples", "bytes a sample",
	       "chunks", "index");
	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		struct store_state state;

		if (!tracks->count[kind])
			continue;
		state = take_in_kind(recording, tracks, kind);
		samples += tracks->samples[kind];
		changes += tracks->changes[kind];
		print_row(kind_names[kind], tracks->count[kind],
			  (double)tracks->changes[kind] / (double)tracks->samples[kind], &state);
	}
	print_row("all", all->state.series, (double)changes / (double)samples, &all->state);
}

int main(int argc, char **argv)
{
	struct recording recording;
	struct tracks tracks = { 0 };
	struct outcome all;
	double each;
	bool over;

	if (argc != 2) {
		fprintf(stderr, "usage: bench_scrapes FILE\n");
		return 2;
	}
	recording_read(&recording, argv[1]);
	if (recording.bodies.count < 2) {
		fprintf(stderr, "%s: no recording\n", argv[1]);
		return 2;
	}
	find_kinds(&recording, &tracks);
	all = take_in(&recording);
	each = (double)all.state.bytes / (double)all.state.samples;
	over = recording.bodies.count >= SIX_HOURS && each > BYTES_MOST;
	printf("%zu pages of a node exporter, %.1f h of them\n", recording.bodies.count,
	       (double)(all.state.newest_ms - all.state.oldest_ms) / (double)CLOCK_HOUR);
	print_kinds(&recording, &tracks, &all);
	printf("heap, with what the target remembers of its lines: %.2f bytes a sample\n",
	       (double)all.heap_bytes / (double)all.state.samples);
	printf("parsed at %.0f MB/s, taken in %.0f ns a line; a scrape %.2f ms, slowest %.2f ms, the first %.2f ms; "
	       "slowest call of store_age %.2f ms\n",
	       (double)all.bytes / (double)all.parse_ns * 1e3, (double)all.apply_ns / (double)all.lines,
	       (double)all.apply_ns / NS_IN_MS / (double)(recording.bodies.count - 1),
	       (double)all.slowest_ns / NS_IN_MS, (double)all.first_ns / NS_IN_MS, (double)all.age_ns / NS_IN_MS);
	printf("limit %g bytes a sample on average: %.2f%s\n", BYTES_MOST, each, over ? ", over it" : "");
	map_release(&tracks.by_text, free);
	recording_release(&recording);
	return over;
}
