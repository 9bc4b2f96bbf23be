/* More output than anybody wants. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "keeper_trial.h"

#define LIMIT_MS 120000

/* Head and tail are there and whole; the file is bounded. */
static int try_flood(const char *parent, int megabytes)
{
	char *command = mem_printf("echo first; tr '\\0' x </dev/zero | fold -w 4000 | head -c %dM; echo; echo last",
				   megabytes);
	char *path, line[] = "bytes left out ...]";
	struct strbuf text = STRBUF_INIT;
	struct stat status = { 0 };
	struct trial trial;
	int faults = 0;

	trial_open(&trial, parent, 1);
	trial_start(&trial, command, 0);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS), "flood: no end");
	faults += expect(keeper_outcome(trial.keeper)->bytes > (uint64_t)megabytes * 1024 * 1024,
			 "flood: %" PRIu64 " bytes", keeper_outcome(trial.keeper)->bytes);
	faults += expect(trial_shows(&trial, "first\r\n") && trial_shows(&trial, "last\r\n"), "flood: no head or tail");
	faults += expect(!trial.sank, "flood: less output than before");
	path = mem_printf("%s/transcript", trial.folder);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS) &&
				 process_is_gone_within(trial_keeper_pid(&trial), 1) == 0,
			 "flood: its keeper");
	for (int i = 0; i < 100 && trial_keeper_pid(&trial); i++)
		usleep(20000);
	stat(path, &status);
	faults += expect(status.st_size < 1100 * 1000, "flood: a file of %ld bytes", (long)status.st_size);
	trial_let_go(&trial);
	trial_attach(&trial);
	trial_output(&trial, &text);
	faults += expect(strstr(text.text, line) && strstr(text.text, "last\r\n"),
			 "flood: what was left out is not said");
	printf("flood: %" PRIu64 " bytes in %.1f s\n", keeper_outcome(trial.keeper)->bytes,
	       (double)keeper_outcome(trial.keeper)->elapsed_ms / 1e3);
	strbuf_release(&text);
	free(path);
	free(command);
	trial_close(&trial);
	return faults;
}

/* Numbered lines: whatever is read while they come is whole lines in order. */
static int try_torn(const char *parent)
{
	struct trial trial;
	int faults = 0, looks = 0;

	trial_open(&trial, parent, 2);
	trial_start(&trial, "seq -f 'line %010.0f of a flood that is read while it comes' 1 2000000", 0);
	while (keeper_phase(trial.keeper) < KEEPER_ENDED && looks < 2000 && !faults) {
		struct keeper_output output;
		long before = -1;

		trial_pass(&trial, 3);
		keeper_get_output(trial.keeper, &output);
		for (size_t at = 0; at + 64 < output.tail_length;) {
			const char *newline = memchr(output.tail + at, '\n', output.tail_length - at);
			long number = strncmp(output.tail + at, "line ", 5) == 0
					      ? strtol(output.tail + at + 5, NULL, 10)
					      : -2;

			/* The first may be a part of one when nothing was left out. */
			if (at > 0 || output.left_out) {
				faults += expect(number >= 0 && (before < 0 || number == before + 1),
						 "torn: %ld after %ld: '%.30s'", number, before, output.tail + at);
				before = number;
			}
			if (!newline || faults)
				break;
			at = (size_t)(newline - output.tail) + 1;
		}
		looks++;
	}
	keeper_stop(trial.keeper);
	faults += expect(looks > 10, "torn: looked at only %d times", looks);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS), "torn: no end");
	printf("torn: looked at %d times\n", looks);
	trial_close(&trial);
	return faults;
}

static int try_stopped_flood(const char *parent)
{
	struct trial trial;
	int faults = 0;

	trial_open(&trial, parent, 3);
	trial_start(&trial, "trap '' INT; yes", 0);
	trial_wait_text(&trial, "y\r\ny", LIMIT_MS);
	keeper_stop(trial.keeper);
	faults += expect(trial_wait(&trial, KEEPER_ENDED, LIMIT_MS) && keeper_outcome(trial.keeper)->stopped,
			 "a flood that ignores INT: no end");
	trial_close(&trial);
	return faults;
}

int trial_floods(const char *parent)
{
	return try_flood(parent, 200) + try_torn(parent) + try_stopped_flood(parent);
}
