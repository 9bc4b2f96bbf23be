#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "collect/program.h"
#include "loop/loop.h"

TestSuite(program, .timeout = 20);

struct seen {
	struct loop *loop;
	struct strbuf output;
	char reason[400];
	int calls;
	bool exited;
};

static void on_done(void *user, const struct program_result *result)
{
	struct seen *seen = user;

	seen->calls++;
	strbuf_add(&seen->output, result->output->text, result->output->length);
	snprintf(seen->reason, sizeof(seen->reason), "%s", result->reason);
	seen->exited = result->child && result->child->end == CHILD_EXITED;
	loop_stop(seen->loop);
}

static void run(struct seen *seen, const char *script, size_t limit)
{
	const char *arguments[] = { "sh", "-c", script, NULL };
	struct program_options options = {
		.arguments = arguments, .timeout_ms = 500, .limit_bytes = limit, .done = on_done, .user = seen
	};

	*seen = (struct seen){ .loop = loop_new(NULL) };
	strbuf_init(&seen->output);
	cr_assert(program_start(seen->loop, &options, NULL));
	loop_run(seen->loop);
	cr_expect_eq(seen->calls, 1);
	loop_free(seen->loop);
}

Test(program, output_and_a_reason_in_its_own_words)
{
	struct seen seen;

	run(&seen, "echo first; echo second", 1000);
	cr_expect_str_eq(seen.output.text, "first\nsecond\n");
	cr_expect_str_eq(seen.reason, "");
	strbuf_release(&seen.output);
	run(&seen, "echo half; echo warning >&2; printf 'refused\\r\\n  \\n' >&2; exit 2", 1000);
	cr_expect_str_eq(seen.output.text, "half\n");
	cr_expect_str_eq(seen.reason, "exit status 2: refused");
	cr_expect(seen.exited);
	strbuf_release(&seen.output);
	run(&seen, "kill -KILL $$", 1000);
	cr_expect_str_eq(seen.reason, "killed by signal 9 (Killed)");
	strbuf_release(&seen.output);
	run(&seen, "echo still here >&2; sleep 30", 1000);
	cr_expect_str_eq(seen.reason, "timeout after 500ms: still here");
	cr_expect_not(seen.exited);
	strbuf_release(&seen.output);
}

Test(program, floods_are_ended)
{
	struct seen seen;
	int64_t begun_ms = clock_monotonic_ms();

	run(&seen, "cat /dev/zero", 100000);
	cr_expect_eq(seen.output.length, 100000u);
	cr_expect_str_eq(seen.reason, "over 100000 bytes of output");
	strbuf_release(&seen.output);
	run(&seen, "cat /dev/zero >&2", 2u << 20);
	cr_expect_str_eq(seen.reason, "over 2 MiB of errors");
	cr_expect_eq(seen.output.length, 0u);
	strbuf_release(&seen.output);
	cr_expect_lt(clock_monotonic_ms() - begun_ms, 5000);
	run(&seen, "head -c 100000 /dev/zero", 100000);
	cr_expect_str_eq(seen.reason, "", "exactly the limit is allowed");
	strbuf_release(&seen.output);
}

Test(program, much_on_standard_error_keeps_its_end)
{
	struct seen seen;

	run(&seen, "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done >&2; echo the end >&2; exit 1",
	    1u << 20);
	cr_expect_str_eq(seen.reason, "exit status 1: the end");
	strbuf_release(&seen.output);
}

Test(program, cancelled_says_nothing)
{
	const char *arguments[] = { "sleep", "60", NULL };
	struct seen seen = { .loop = loop_new(NULL) };
	struct program_options options = { .arguments = arguments, .limit_bytes = 10, .done = on_done, .user = &seen };

	program_cancel(program_start(seen.loop, &options, NULL));
	program_cancel(NULL);
	loop_free(seen.loop);
	cr_expect_eq(seen.calls, 0);
}

static const char *last_line(const char *text, size_t length)
{
	static char ret[16];

	cr_expect_eq(program_last_line(text, length, ret, sizeof(ret)), *ret != '\0');
	return ret;
}

Test(program, last_line)
{
	cr_expect_str_eq(last_line("", 0), "");
	cr_expect_str_eq(last_line(" \n\n", 3), "");
	cr_expect_str_eq(last_line("one", 3), "one");
	cr_expect_str_eq(last_line("one\n two \r\n\n", 12), "two");
	cr_expect_str_eq(last_line("progress\rdone\0\0", 15), "done");
	cr_expect_str_eq(last_line("a line that is too long", 23), "a line that is ");
}
