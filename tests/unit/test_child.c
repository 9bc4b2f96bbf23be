#include <criterion/criterion.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/child.h"
#include "loop/child_spawn.h"
#include "loop/loop.h"

TestSuite(child, .timeout = 30);

/* What a test saw of one program. */
struct seen {
	struct loop *loop;
	struct child *child;
	struct strbuf text[2];
	size_t largest;
	struct child_result result;
	int done;
	bool free_at_data, free_at_done, keep_text;
};

static void seen_init(struct seen *seen)
{
	*seen = (struct seen){ .loop = loop_new(NULL), .keep_text = true };
	strbuf_init(&seen->text[0]);
	strbuf_init(&seen->text[1]);
}

static void seen_release(struct seen *seen)
{
	child_free(seen->child);
	loop_free(seen->loop);
	strbuf_release(&seen->text[0]);
	strbuf_release(&seen->text[1]);
}

static void on_data(void *user, enum child_stream stream, const char *data, size_t length)
{
	struct seen *seen = user;

	if (seen->keep_text)
		strbuf_add(&seen->text[stream], data, length);
	if (length > seen->largest)
		seen->largest = length;
	if (seen->free_at_data) {
		child_free(seen->child);
		seen->child = NULL;
		loop_stop(seen->loop);
	}
}

static void on_done(void *user, const struct child_result *result)
{
	struct seen *seen = user;

	seen->done++;
	seen->result = *result;
	if (seen->free_at_done) {
		child_free(seen->child);
		seen->child = NULL;
	}
	loop_stop(seen->loop);
}

static struct child *begin(struct seen *seen, const struct child_program *program)
{
	struct child_program with = *program;
	struct error error = { "" };

	with.on_data = on_data;
	with.done = on_done;
	with.user = seen;
	seen->child = child_start(seen->loop, &with, &error);
	cr_assert(seen->child, "%s", error.text);
	return seen->child;
}

static void run_shell(struct seen *seen, const char *script, int64_t timeout_ms)
{
	const char *arguments[] = { "/bin/sh", "-c", script, NULL };

	begin(seen, &(struct child_program){ .arguments = arguments, .timeout_ms = timeout_ms });
	loop_run(seen->loop);
	cr_assert_eq(seen->done, 1);
}

static void on_enough(void *user)
{
	loop_stop(user);
}

static void run_for(struct loop *loop, int64_t ms)
{
	struct timer *timer = timer_new(loop, on_enough, loop);

	timer_start(timer, ms);
	loop_run(loop);
	timer_free(timer);
}

static size_t open_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t count = 0;

	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static bool has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

Test(child, output_errors_and_status)
{
	struct seen seen;

	seen_init(&seen);
	run_shell(&seen, "echo out; echo err >&2; exit 3", 0);
	cr_expect_str_eq(seen.text[CHILD_OUTPUT].text, "out\n");
	cr_expect_str_eq(seen.text[CHILD_ERRORS].text, "err\n");
	cr_expect_eq(seen.result.end, CHILD_EXITED);
	cr_expect_eq(seen.result.status, 3);
	cr_expect_eq(seen.result.signal, 0);
	cr_expect_str_eq(seen.result.reason, "exit status 3");
	cr_expect_eq(seen.result.output_bytes, 4);
	cr_expect_eq(seen.result.error_bytes, 4);
	cr_expect_not(has_children());
	seen_release(&seen);
}

Test(child, a_good_end_has_no_reason)
{
	struct seen seen;

	seen_init(&seen);
	run_shell(&seen, "exit 0", 5000);
	cr_expect_eq(seen.result.status, 0);
	cr_expect_str_eq(seen.result.reason, "");
	seen_release(&seen);
}

Test(child, arguments_are_not_a_shell_s)
{
	static const char *const arguments[] = { "printf", "%s|", "a b", "$HOME;`id`", "", NULL };
	struct seen seen;

	seen_init(&seen);
	begin(&seen, &(struct child_program){ .arguments = arguments });
	loop_run(seen.loop);
	cr_expect_str_eq(seen.text[0].text, "a b|$HOME;`id`||");
	seen_release(&seen);
}

Test(child, environment_and_folder)
{
	static const char *const arguments[] = { "sh", "-c", "echo \"$SKEP_A,$SKEP_B,$PWD\"; pwd -P", NULL };
	static const char *const environment[] = { "SKEP_A=new", "SKEP_B=added", NULL };
	struct seen seen;

	setenv("SKEP_A", "old", 1);
	seen_init(&seen);
	begin(&seen, &(struct child_program){ .arguments = arguments, .environment = environment, .folder = "/" });
	loop_run(seen.loop);
	cr_expect_str_eq(seen.text[0].text, "new,added,/\n/\n");
	cr_expect_str_eq(getenv("SKEP_A"), "old");
	seen_release(&seen);
}

Test(child, input_is_given_bytes_or_nothing)
{
	static const char *const arguments[] = { "cat", NULL };
	size_t length = 300000;
	char *input = mem_alloc(length);
	struct seen seen;

	memset(input, 'x', length);
	input[7] = '\0';
	seen_init(&seen);
	begin(&seen, &(struct child_program){ .arguments = arguments, .input = input, .input_length = length });
	loop_run(seen.loop);
	cr_assert_eq(seen.text[0].length, length);
	cr_expect_eq(memcmp(seen.text[0].text, input, length), 0);
	child_free(seen.child);
	strbuf_clear(&seen.text[0]);
	begin(&seen, &(struct child_program){ .arguments = arguments });
	loop_run(seen.loop);
	cr_expect_eq(seen.text[0].length, 0);
	cr_expect_eq(seen.result.status, 0);
	free(input);
	seen_release(&seen);
}

static const char *why_not(const char *program, const char *folder, struct error *error)
{
	const char *arguments[] = { program, NULL };
	struct child_program start = { .arguments = arguments, .folder = folder, .on_data = on_data, .done = on_done };
	struct loop *loop = loop_new(NULL);

	cr_expect_null(child_start(loop, &start, error));
	loop_free(loop);
	return error->text;
}

Test(child, what_cannot_be_started_is_named)
{
	struct error error;
	char script[] = "/tmp/skep-child-XXXXXX";
	int fd = mkstemp(script);

	cr_expect_str_eq(why_not("no-such-program-here", NULL, &error), "no-such-program-here: not found in PATH");
	cr_expect_str_eq(why_not("/nowhere/prog", NULL, &error), "/nowhere/prog: No such file or directory");
	cr_expect_str_eq(why_not("true", "/nowhere", &error), "/nowhere: No such file or directory");
	cr_expect_str_eq(why_not("", NULL, &error), "no program is named");
	cr_assert(write(fd, "neither binary nor script\n", 26) == 26);
	close(fd);
	cr_expect(strstr(why_not(script, NULL, &error), ": Permission denied"), "%s", error.text);
	chmod(script, 0700);
	cr_expect(strstr(why_not(script, NULL, &error), ": Exec format error"), "%s", error.text);
	unlink(script);
	cr_expect_not(has_children(), "a failed start leaves no process");
}

Test(child, path_is_that_of_the_program)
{
	char folder[] = "/tmp/skep-path-XXXXXX", *file, *path;
	const char *arguments[] = { "skep-only-here", NULL }, *environment[] = { NULL, NULL };
	struct seen seen;
	struct error error;
	int fd;

	cr_assert(mkdtemp(folder));
	file = mem_printf("%s/skep-only-here", folder);
	fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	cr_assert(write(fd, "#!/bin/sh\necho found\n", 21) == 21);
	close(fd);
	cr_expect_null(spawn_find("skep-only-here", folder, &error));
	cr_expect_str_eq(error.text, "skep-only-here: found in PATH, but not executable");
	chmod(file, 0700);
	path = mem_printf("PATH=/nowhere:%s", folder);
	environment[0] = path;
	seen_init(&seen);
	begin(&seen, &(struct child_program){ .arguments = arguments, .environment = environment });
	loop_run(seen.loop);
	cr_expect_str_eq(seen.text[0].text, "found\n");
	unlink(file);
	rmdir(folder);
	free(file);
	free(path);
	seen_release(&seen);
}

Test(child, nothing_of_ours_is_inherited)
{
	struct seen seen;
	sigset_t blocked;
	int fd = open("/dev/null", O_RDONLY); /* without close-on-exec */

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	seen_init(&seen);
	run_shell(&seen,
		  "grep -E 'SigBlk|SigIgn' /proc/$$/status | tr -s '\\t\\n' ' '; "
		  "test \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ && echo leader; exec ls /proc/self/fd",
		  0);
	/* The last is the folder that ls reads. */
	cr_expect_str_eq(seen.text[0].text, "SigBlk: 0000000000000000 SigIgn: 0000000000000000 leader\n0\n1\n2\n3\n");
	close(fd);
	seen_release(&seen);
}

Test(child, works_without_descriptors_0_to_2)
{
	struct seen seen;
	int kept[3];

	for (int i = 0; i < 3; i++) {
		kept[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
		close(i);
	}
	seen_init(&seen);
	run_shell(&seen, "cat; echo out; echo err >&2", 5000);
	for (int i = 0; i < 3; i++) {
		dup2(kept[i], i);
		close(kept[i]);
	}
	cr_expect_str_eq(seen.text[0].text, "out\n");
	cr_expect_str_eq(seen.text[1].text, "err\n");
	seen_release(&seen);
}

Test(child, a_signal_is_told_from_a_status)
{
	struct seen seen;

	seen_init(&seen);
	run_shell(&seen, "kill -SEGV $$", 0);
	cr_expect_eq(seen.result.end, CHILD_SIGNALLED);
	cr_expect_eq(seen.result.signal, SIGSEGV);
	cr_expect_eq(seen.result.status, -1);
	cr_expect_str_eq(seen.result.reason, "killed by signal 11 (Segmentation fault)");
	seen_release(&seen);
}

Test(child, time_limit)
{
	struct seen seen;

	seen_init(&seen);
	run_shell(&seen, "echo before; exec sleep 60", 200);
	cr_expect_eq(seen.result.end, CHILD_TIMED_OUT);
	cr_expect_eq(seen.result.signal, SIGTERM);
	cr_expect_str_eq(seen.result.reason, "timeout after 200ms");
	cr_expect_str_eq(seen.text[0].text, "before\n");
	cr_expect_lt(seen.result.elapsed_ms, 1000);
	cr_expect_not(has_children());
	seen_release(&seen);
}

Test(child, one_that_ignores_every_request_is_killed)
{
	struct seen seen;

	seen_init(&seen);
	run_shell(&seen, "trap '' INT TERM; while :; do sleep 1; done", 100);
	cr_expect_eq(seen.result.end, CHILD_TIMED_OUT);
	cr_expect_eq(seen.result.signal, SIGKILL);
	cr_expect_geq(seen.result.elapsed_ms, 100 + CHILD_GRACE_MS);
	cr_expect_lt(seen.result.elapsed_ms, 100 + CHILD_GRACE_MS + 1000);
	seen_release(&seen);
}

Test(child, stopping_begins_politely)
{
	struct seen seen;
	const char *arguments[] = { "sh", "-c", "trap 'echo bye; exit 0' INT; echo ready; while :; do sleep 0.05; done",
				    NULL };

	seen_init(&seen);
	begin(&seen, &(struct child_program){ .arguments = arguments });
	while (seen.text[0].length < 6)
		run_for(seen.loop, 20);
	child_stop(seen.child);
	child_stop(seen.child);
	loop_run(seen.loop);
	cr_expect_str_eq(seen.text[0].text, "ready\nbye\n");
	cr_expect_eq(seen.result.end, CHILD_STOPPED);
	cr_expect_eq(seen.result.status, 0);
	cr_expect_str_eq(seen.result.reason, "stopped");
	child_stop(seen.child); /* after its end: nothing */
	seen_release(&seen);
}

/* Is this process there, and no zombie? */
static bool runs(pid_t pid)
{
	char path[64], text[256] = "";
	int fd;
	ssize_t count;
	const char *state;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	count = read(fd, text, sizeof(text) - 1);
	close(fd);
	state = count > 0 ? strrchr(text, ')') : NULL;
	return state && state[2] != 'Z';
}

static bool ends_soon(pid_t pid)
{
	for (int i = 0; i < 200 && runs(pid); i++)
		usleep(10000);
	return !runs(pid);
}

Test(child, a_grandchild_that_holds_the_pipe_ends_with_it)
{
	struct seen seen;
	int64_t begun_ms = clock_monotonic_ms();

	seen_init(&seen);
	run_shell(&seen, "sleep 60 & echo $!; exit 0", 0);
	cr_expect_eq(seen.result.end, CHILD_EXITED);
	cr_expect_eq(seen.result.status, 0);
	cr_expect_lt(clock_monotonic_ms() - begun_ms, CHILD_LINGER_MS + 1500);
	cr_expect(ends_soon((pid_t)strtol(seen.text[0].text, NULL, 10)), "the grandchild was killed");
	seen_release(&seen);
}

Test(child, a_grandchild_in_a_session_of_its_own_does_not_hold_us)
{
	struct seen seen;
	pid_t grandchild;

	seen_init(&seen);
	run_shell(&seen, "setsid sh -c 'echo $$; exec sleep 60' & sleep 0.2; exit 4", 0);
	cr_expect_eq(seen.result.status, 4);
	grandchild = (pid_t)strtol(seen.text[0].text, NULL, 10);
	cr_expect(grandchild > 1 && runs(grandchild));
	if (grandchild > 1)
		kill(grandchild, SIGKILL);
	seen_release(&seen);
}

Test(child, one_that_closes_its_output_lives_on)
{
	struct seen seen;

	seen_init(&seen);
	run_shell(&seen, "exec >&- 2>&-; sleep 0.3; exit 5", 0);
	cr_expect_eq(seen.result.status, 5);
	cr_expect_geq(seen.result.elapsed_ms, 300);
	seen_release(&seen);
}

Test(child, output_before_the_end_is_not_lost)
{
	struct seen seen;

	seen_init(&seen);
	run_shell(&seen, "head -c 1000000 /dev/zero; echo last >&2", 0);
	cr_expect_eq(seen.text[0].length, 1000000);
	cr_expect_leq(seen.largest, 32 * 1024);
	cr_expect_str_eq(seen.text[1].text, "last\n");
	seen_release(&seen);
}

static void on_tick(void *user)
{
	int *ticks = user;

	(*ticks)++;
}

Test(child, a_flood_leaves_the_loop_its_turns)
{
	struct seen seen;
	const char *arguments[] = { "cat", "/dev/zero", NULL };
	int ticks = 0;
	struct timer *timer;

	seen_init(&seen);
	seen.keep_text = false;
	begin(&seen, &(struct child_program){ .arguments = arguments });
	timer = timer_new(seen.loop, on_tick, &ticks);
	for (int i = 0; i < 20; i++) {
		timer_start(timer, 5);
		run_for(seen.loop, 10);
	}
	cr_expect_geq(ticks, 19);
	timer_free(timer);
	seen_release(&seen);
}

Test(child, a_pausing_reader_costs_no_memory)
{
	struct seen seen;
	const char *arguments[] = { "sh", "-c", "head -c 3000000 /dev/zero; exit 7", NULL };
	size_t before;

	seen_init(&seen);
	begin(&seen, &(struct child_program){ .arguments = arguments });
	while (!seen.text[0].length)
		run_for(seen.loop, 5);
	child_pause(seen.child, true);
	before = seen.text[0].length;
	run_for(seen.loop, 200);
	cr_expect_eq(seen.text[0].length, before);
	cr_expect_eq(seen.done, 0);
	child_pause(seen.child, false);
	loop_run(seen.loop);
	cr_expect_eq(seen.text[0].length, 3000000);
	cr_expect_eq(seen.result.status, 7);
	seen_release(&seen);
}

Test(child, what_ended_while_its_reader_paused_is_read_to_the_end)
{
	struct seen seen;
	const char *arguments[] = { "sh", "-c", "echo one; sleep 60 & exit 0", NULL };

	seen_init(&seen);
	begin(&seen, &(struct child_program){ .arguments = arguments });
	child_pause(seen.child, true);
	run_for(seen.loop, CHILD_LINGER_MS + 300);
	cr_expect_eq(seen.done, 0);
	child_pause(seen.child, false);
	loop_run(seen.loop);
	cr_expect_str_eq(seen.text[0].text, "one\n");
	cr_expect_eq(seen.result.end, CHILD_EXITED);
	seen_release(&seen);
}

Test(child, freed_in_its_own_callbacks)
{
	struct seen seen;
	const char *arguments[] = { "cat", "/dev/zero", NULL };

	seen_init(&seen);
	seen.free_at_done = true;
	run_shell(&seen, "echo x", 0);
	cr_expect_null(seen.child);
	seen.free_at_done = false;
	seen.free_at_data = true;
	begin(&seen, &(struct child_program){ .arguments = arguments });
	loop_run(seen.loop);
	cr_expect_null(seen.child);
	cr_expect_eq(seen.done, 1);
	run_for(seen.loop, 100);
	cr_expect_not(has_children(), "the killed one was taken off the list");
	seen_release(&seen);
}

Test(child, freed_with_the_loop_right_behind)
{
	struct seen seen;
	const char *arguments[] = { "sleep", "60", NULL };
	size_t before = open_descriptors();
	pid_t pid;

	seen_init(&seen);
	begin(&seen, &(struct child_program){ .arguments = arguments });
	pid = child_pid(seen.child);
	cr_expect_eq(getsid(pid), pid);
	seen_release(&seen);
	cr_expect_not(has_children());
	cr_expect_eq(kill(pid, 0), -1);
	cr_expect_eq(open_descriptors(), before);
}

Test(child, many_leave_neither_descriptor_nor_zombie)
{
	struct seen seen;
	size_t before;

	seen_init(&seen);
	before = open_descriptors();
	for (int i = 0; i < 50; i++) {
		seen.done = 0;
		run_shell(&seen, i % 2 ? "echo x" : "exit 1", 1000);
		child_free(seen.child);
		seen.child = NULL;
	}
	cr_expect_eq(open_descriptors(), before);
	cr_expect_not(has_children());
	seen_release(&seen);
}

Test(child, a_starter_that_ignored_ended_children_does_no_harm)
{
	struct seen seen;

	signal(SIGCHLD, SIG_IGN);
	seen_init(&seen);
	run_shell(&seen, "exit 9", 0);
	cr_expect_eq(seen.result.status, 9);
	seen_release(&seen);
}

Test(child, dies_with_us)
{
	int told[2];
	pid_t parent, grandchild = 0;

	cr_assert_eq(pipe(told), 0);
	parent = fork();
	if (parent == 0) {
		struct seen seen;
		const char *arguments[] = { "sleep", "60", NULL };

		seen_init(&seen);
		begin(&seen, &(struct child_program){ .arguments = arguments });
		grandchild = child_pid(seen.child);
		if (write(told[1], &grandchild, sizeof(grandchild)) != (ssize_t)sizeof(grandchild))
			_exit(1);
		pause();
	}
	cr_assert_eq(read(told[0], &grandchild, sizeof(grandchild)), (ssize_t)sizeof(grandchild));
	cr_expect(runs(grandchild));
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	cr_expect(ends_soon(grandchild));
	close(told[0]);
	close(told[1]);
}

Test(child, starting_is_cheap)
{
	struct seen seen;
	size_t large = 256u << 20;
	char *memory = mem_alloc(large);
	int64_t best_ns = INT64_MAX;

	memset(memory, 1, large);
	seen_init(&seen);
	for (int i = 0; i < 5; i++) {
		const char *arguments[] = { "/bin/true", NULL };
		int64_t begun_ns = clock_monotonic_ns(), took_ns;

		begin(&seen, &(struct child_program){ .arguments = arguments });
		took_ns = clock_monotonic_ns() - begun_ns;
		best_ns = took_ns < best_ns ? took_ns : best_ns;
		loop_run(seen.loop);
		child_free(seen.child);
		seen.child = NULL;
	}
	cr_expect_lt(best_ns, 10 * 1000 * 1000, "%lld ns", (long long)best_ns);
	free(memory);
	seen_release(&seen);
}
