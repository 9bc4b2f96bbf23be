/*
 * What a step that floods costs:
 *
 *     bench_keeper [MEGABYTES]
 *
 * Secrets are looked for in plain text, in a log, and in text that looks like
 * secrets all over; then a program writes so many megabytes (500) through a
 * keeper, which is $SKEP_KEEPER or found as skep finds it. Printed are
 * figures; exit 1 only when a step did not end as it should.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "runbook/keeper.h"
#include "runbook/mask.h"
#include "runbook/transcript.h"

#define TEXT_BYTES  (32u * 1024 * 1024)
#define PIECE_BYTES (64u * 1024)
#define LINES_DRAWN 60

static const struct {
	const char *name, *line;
} texts[] = {
	{ "plain text", "the quick brown fox jumps over the lazy dog and goes home to the forest\r\n" },
	{ "yes", "y\r\n" },
	{ "a log",
	  "2026-11-22T03:41:07.123Z INFO  [http-17] request served path=/api/v1/agents status=200 took=14ms\r\n" },
	{ "JSON", "{\"id\":\"agent-0412\",\"state\":\"running\",\"synapses\":1204,\"loss\":0.0412,\"tags\":[\"a\","
		  "\"b\"]}\r\n" },
	{ "numbers", "0.12345 17.0 8891 0x7f3a 1e-7 42\r\n" },
	{ "near misses", "tokens secrets passes api-keys eyJx sk-a ghp_ :// -----BEGINS authors pass secret\r\n" },
	{ "secrets", "password=hunter2 token=abc Authorization: Bearer 0123456789abcdef\r\n" },
};

static double mask_speed(const char *line, size_t literals)
{
	struct mask *mask = mask_new();
	struct strbuf text = STRBUF_INIT, ret = STRBUF_INIT;
	int64_t took;

	for (size_t i = 0; i < literals; i++) {
		char *secret = mem_printf("%zu-configured-secret-%zx", i * 7919, i * 104729);

		mask_add(mask, secret);
		free(secret);
	}
	while (text.length < TEXT_BYTES)
		strbuf_addstr(&text, line);
	took = clock_monotonic_ns();
	for (size_t at = 0; at < text.length; at += PIECE_BYTES) {
		strbuf_clear(&ret);
		mask_write(mask, text.text + at, at + PIECE_BYTES < text.length ? PIECE_BYTES : text.length - at, false,
			   &ret);
	}
	took = clock_monotonic_ns() - took;
	took = took ? took : 1;
	mask_free(mask);
	strbuf_release(&ret);
	strbuf_release(&text);
	return (double)TEXT_BYTES / (double)took * 1e3;
}

/* ---- a flood ---- */

struct flood {
	struct loop *loop;
	struct keeper *keeper;
	struct transcript transcript;
	int64_t draw_ns, slowest_ns;
	int draws;
};

static void on_change(void *user)
{
	struct flood *flood = user;
	struct keeper_output output;
	int64_t took = clock_monotonic_ns();

	keeper_get_output(flood->keeper, &output);
	transcript_read(&flood->transcript, output.tail_length ? output.tail : output.head,
			output.tail_length ? output.tail_length : output.head_length, LINES_DRAWN);
	took = clock_monotonic_ns() - took;
	flood->draw_ns += took;
	flood->slowest_ns = took > flood->slowest_ns ? took : flood->slowest_ns;
	flood->draws++;
	if (keeper_phase(flood->keeper) >= KEEPER_ENDED)
		loop_stop(flood->loop);
}

static int flood_through(const char *name, const char *command, long megabytes)
{
	char folder[] = "/tmp/skep-bench-keeper-XXXXXX", *attempt,
	     *all = mem_printf("%s | head -c %ldM", command, megabytes);
	struct flood flood = { .loop = loop_new(NULL) };
	struct keeper_config config = { .loop = flood.loop, .on_change = on_change, .user = &flood };
	struct keeper_order order = { .command = all, .shell = "/bin/sh" };
	const struct keeper_outcome *outcome;
	struct error error;
	int status = 1;

	if (!mkdtemp(folder))
		return 1;
	order.folder = attempt = mem_printf("%s/1", folder);
	transcript_init(&flood.transcript);
	flood.keeper = keeper_start(&config, &order, &error);
	if (!flood.keeper) {
		fprintf(stderr, "bench_keeper: %s\n", error.text);
	} else {
		loop_run(flood.loop);
		outcome = keeper_outcome(flood.keeper);
		status = outcome->ran && !outcome->status ? 0 : 1;
		printf("%-28s %8.0f MB/s  %6.0f MB in %5.1f s; drawn %d times, on average in %.2f ms, slowest %.2f "
		       "ms%s%s\n",
		       name, (double)outcome->bytes / 1e3 / (double)(outcome->elapsed_ms ? outcome->elapsed_ms : 1),
		       (double)outcome->bytes / 1e6, (double)outcome->elapsed_ms / 1e3, flood.draws,
		       (double)flood.draw_ns / 1e6 / (flood.draws ? flood.draws : 1), (double)flood.slowest_ns / 1e6,
		       status ? ": " : "", outcome->reason);
	}
	keeper_free(flood.keeper);
	transcript_release(&flood.transcript);
	loop_free(flood.loop);
	free(all);
	all = mem_printf("%s/transcript", attempt);
	unlink(all);
	free(all);
	for (const char *const *file = (const char *const[]){ "order.json", "outcome.json", "lock", "socket", NULL };
	     *file; file++) {
		all = mem_printf("%s/%s", attempt, *file);
		unlink(all);
		free(all);
	}
	rmdir(attempt);
	rmdir(folder);
	free(attempt);
	return status;
}

int main(int argc, char **argv)
{
	long megabytes = argc > 1 ? strtol(argv[1], NULL, 10) : 500;
	int status = 0;

	if (megabytes < 1 || megabytes > 100000) {
		fprintf(stderr, "usage: bench_keeper [MEGABYTES]\n");
		return 2;
	}
	printf("secrets looked for in %u MB, nothing but the known patterns; with 100 configured ones\n",
	       TEXT_BYTES / 1024 / 1024);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		printf("%-28s %8.0f MB/s %8.0f MB/s\n", texts[i].name, mask_speed(texts[i].line, 0),
		       mask_speed(texts[i].line, 100));
	printf("through a keeper\n");
	status |= flood_through("lines of two bytes", "yes", megabytes / 2);
	status |= flood_through("long lines", "yes 'the quick brown fox jumps over the lazy dog and home again'",
				megabytes);
	status |= flood_through("one line without an end", "tr '\\0' x </dev/zero", megabytes);
	return status;
}
