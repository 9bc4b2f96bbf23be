#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "runbook/keeper_folder.h"
#include "runbook/keeper_json.h"
#include "runbook/keeper_left.h"
#include "runbook/keeper_ring.h"

TestSuite(keeper, .timeout = 60);

/* ---- documents ---- */

static int reread(const struct keeper_order *order, struct keeper_order *ret, struct arena *arena)
{
	struct strbuf text = STRBUF_INIT;
	struct error error;
	int result;

	keeper_order_write(order, &text);
	result = keeper_order_read(ret, arena, text.text, text.length, &error);
	strbuf_release(&text);
	return result;
}

Test(keeper, an_order_keeps_its_bytes)
{
	static const char *const environment[] = { "A=caf\351 \"\\", "B=\343\201\202", "", NULL };
	char command[256];
	struct keeper_order order = { .folder = "/x/attempt-1",
				      .command = command,
				      .shell = "/bin/sh",
				      .environment = environment,
				      .timeout_ms = 300000,
				      .rows = 50,
				      .columns = 200 };
	struct keeper_order again;
	struct arena arena = { 0 };

	for (int i = 0; i < 255; i++)
		command[i] = (char)(i + 1);
	command[255] = '\0';
	cr_assert_eq(reread(&order, &again, &arena), 0);
	cr_expect_str_eq(again.command, command);
	cr_expect_str_eq(again.folder, order.folder);
	cr_expect_str_eq(again.environment[0], environment[0]);
	cr_expect_str_eq(again.environment[1], environment[1]);
	cr_expect_str_eq(again.environment[2], "");
	cr_expect_null(again.environment[3]);
	cr_expect_null(again.secrets);
	cr_expect_null(again.directory);
	cr_expect_eq(again.timeout_ms, 300000);
	cr_expect_eq(again.rows, 50);
	cr_expect_eq(again.columns, 200);
	arena_release(&arena);
}

Test(keeper, orders_that_are_refused)
{
	static const struct {
		const char *text, *why;
	} orders[] = {
		{ "", "not readable" },
		{ "{\"version\":1}", "not complete" },
		{ "{\"version\":2,\"folder\":\"/a\",\"command\":\"b\",\"shell\":\"/c\"}", "same version" },
		{ "{\"version\":1,\"folder\":\"/a\",\"command\":\"\xe2\x82\xac\",\"shell\":\"/c\"}", "not complete" },
		{ "{\"version\":1,\"folder\":\"/a\",\"command\":\"b\",\"shell\":\"/c\",\"environment\":[1]}",
		  "not complete" },
		{ "{\"version\":1,\"folder\":\"/a\",\"command\":\"b\",\"shell\":\"/c\",\"timeout_ms\":-1}",
		  "not complete" },
	};

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct arena arena = { 0 };
		struct keeper_order order;
		struct error error = { "" };

		cr_expect_eq(keeper_order_read(&order, &arena, orders[i].text, strlen(orders[i].text), &error), -1);
		cr_expect(strstr(error.text, orders[i].why), "%s: %s", orders[i].text, error.text);
		arena_release(&arena);
	}
}

Test(keeper, an_outcome_reads_as_it_was_written)
{
	struct keeper_outcome outcome = { .ran = true,
					  .status = -1,
					  .signal = 9,
					  .timed_out = true,
					  .grandchild = true,
					  .reason = "timeout after \"5m\"",
					  .started_ms = 1795348800123,
					  .ended_ms = 1795348800999,
					  .elapsed_ms = 876,
					  .bytes = UINT64_C(12345678901234) };
	static const char strange[] = "{\"ran\":true,\"status\":0,\"bytes\":-5,\"reason\":7}";
	struct keeper_outcome again;
	struct strbuf text = STRBUF_INIT;

	keeper_outcome_write(&outcome, &text);
	cr_assert(keeper_outcome_read(&again, text.text, text.length));
	cr_expect(again.ran && again.timed_out && again.grandchild && !again.stopped);
	cr_expect_eq(again.status, -1);
	cr_expect_eq(again.signal, 9);
	cr_expect_str_eq(again.reason, outcome.reason);
	cr_expect_eq(again.started_ms, outcome.started_ms);
	cr_expect_eq(again.bytes, outcome.bytes);
	cr_expect_not(keeper_outcome_read(&again, text.text, text.length / 2));
	cr_expect_not(keeper_outcome_read(&again, "{}", 2));
	cr_expect(keeper_outcome_read(&again, strange, strlen(strange)));
	cr_expect_eq(again.bytes, 0);
	strbuf_release(&text);
}

/* ---- folders ---- */

struct place {
	char path[64];
	char *attempt;
	int folder;
};

static void place_open(struct place *place)
{
	snprintf(place->path, sizeof(place->path), "/tmp/skep-test-keeper-XXXXXX");
	cr_assert_not_null(mkdtemp(place->path));
	place->attempt = mem_printf("%s/attempt-1", place->path);
	cr_assert_eq(folder_claim(place->attempt, NULL), FOLDER_MADE);
	place->folder = folder_open(place->attempt);
	cr_assert_geq(place->folder, 0);
}

static void place_close(struct place *place)
{
	DIR *stream = opendir(place->attempt);

	for (struct dirent *entry; stream && (entry = readdir(stream));)
		unlinkat(dirfd(stream), entry->d_name, 0);
	if (stream)
		closedir(stream);
	close(place->folder);
	rmdir(place->attempt);
	rmdir(place->path);
	free(place->attempt);
}

Test(keeper, who_has_a_folder)
{
	struct place place;
	struct error error;
	bool decided = true;
	int lock;

	place_open(&place);
	cr_expect_eq(folder_claim(place.attempt, &error), FOLDER_THERE);
	cr_expect_eq(folder_claim("/no/such/parent/attempt-1", &error), FOLDER_CLOSED);
	cr_expect_eq(folder_sync(place.attempt, &error), 0);
	lock = folder_lock(place.folder, &decided, &error);
	cr_assert_geq(lock, 0);
	cr_expect_not(decided);
	cr_expect_eq(folder_judge(place.folder), FOLDER_KEPT);
	cr_expect_eq(folder_judge(place.folder), FOLDER_KEPT);
	close(lock);
	cr_expect_eq(folder_judge(place.folder), FOLDER_LEFT);
	/* Nobody takes it up again. */
	cr_expect_eq(folder_lock(place.folder, &decided, &error), -1);
	cr_expect(decided);
	place_close(&place);
}

Test(keeper, a_slow_keeper_gives_up)
{
	struct place place;
	bool decided = false;

	place_open(&place);
	cr_expect_eq(folder_judge(place.folder), FOLDER_LEFT);
	cr_expect_eq(folder_lock(place.folder, &decided, NULL), -1);
	cr_expect(decided);
	cr_expect_eq(folder_judge(place.folder), FOLDER_LEFT);
	place_close(&place);
}

/* ---- what is left ---- */

/* A process that has the mark in its environment and starts one more, which has it no more; both end with `tie`. */
static pid_t start_marked(const char *mark, int tie[2])
{
	char *entry = mem_printf(KEEPER_MARK_VARIABLE "=%s", mark);
	char shell[] = "/bin/sh", option[] = "-c", script[] = "env -i cat; :";
	char *arguments[] = { shell, option, script, NULL }, *environment[] = { entry, NULL };
	pid_t pid;

	cr_assert_eq(pipe(tie), 0);
	pid = fork();
	if (!pid) {
		setsid();
		dup2(tie[0], 0);
		close(tie[0]);
		close(tie[1]);
		execve(shell, arguments, environment);
		_exit(127);
	}
	close(tie[0]);
	free(entry);
	return pid;
}

static void note_mark(const struct place *place, const char *mark)
{
	struct keeper_order order = { .shell = "/bin/sh", .mark = mark };
	struct strbuf text = STRBUF_INIT;
	char *path = path_join(place->attempt, KEEPER_ORDER_FILE);

	keeper_order_note(&order, "true", 1000, &text);
	cr_assert_eq(path_write(path, text.text, text.length, NULL), 0);
	free(path);
	strbuf_release(&text);
}

static size_t look_for(const struct place *place, struct processes *found, size_t wanted)
{
	for (int i = 0; i < 500; i++) {
		cr_assert_eq(keeper_left_find(place->attempt, found), 0);
		if (found->all.count == wanted)
			break;
		usleep(10000);
	}
	return found->all.count;
}

Test(keeper, what_is_left_is_found_by_its_mark)
{
	struct place place;
	struct processes found = { 0 };
	struct strbuf words = STRBUF_INIT;
	struct process gone;
	char mark[KEEPER_MARK_MAX], other[KEEPER_MARK_MAX];
	int tie[2];
	pid_t pid;

	keeper_mark_make(mark);
	keeper_mark_make(other);
	cr_expect_eq(strlen(mark), 32);
	cr_expect_str_neq(mark, other);
	place_open(&place);
	cr_expect_eq(keeper_left_find(place.attempt, &found), -1);
	note_mark(&place, other);
	pid = start_marked(mark, tie);
	cr_expect_eq(look_for(&place, &found, 0), 0);
	keeper_left_words(&found, &words);
	cr_expect_eq(words.length, 0);
	note_mark(&place, mark);
	/* The second one hid its environment, and is found by its parent. */
	cr_assert_eq(look_for(&place, &found, 2), 2);
	keeper_left_words(&found, &words);
	for (int tries = 0; !strstr(words.text, "cat (") && tries < 500; tries++) {
		/* For a moment it is still called env, which hides the environment. */
		usleep(10000);
		strbuf_clear(&words);
		cr_assert_eq(look_for(&place, &found, 2), 2);
		keeper_left_words(&found, &words);
	}
	cr_expect(strstr(words.text, "2 processes of it still run: "), "%s", words.text);
	cr_expect(strstr(words.text, "cat (pid "), "%s", words.text);
	/* One that got the id of another later is another. */
	gone = *processes_find(&found, pid);
	gone.start--;
	cr_expect_not(process_is_there(&gone));
	cr_expect_not(process_signal(&gone, SIGKILL));
	cr_expect(process_is_there(processes_find(&found, pid)));
	keeper_left_signal(&found, SIGKILL);
	cr_expect_eq(waitpid(pid, NULL, 0), pid);
	cr_expect_eq(look_for(&place, &found, 0), 0);
	close(tie[1]);
	strbuf_release(&words);
	processes_release(&found);
	place_close(&place);
}

/* ---- transcripts ---- */

static void add_lines(struct ring *ring, int from, int to)
{
	for (int i = from; i < to; i++) {
		char line[16];

		ring_add(ring, line, (size_t)snprintf(line, sizeof(line), "%07d\n", i));
	}
}

Test(keeper, a_ring_keeps_head_and_tail)
{
	struct place place;
	struct ring ring;
	struct ring_reader reader = { 0 };
	struct keeper_output output;
	int lines = (int)(KEEPER_HEAD_BYTES + KEEPER_TAIL_BYTES) / 8;

	place_open(&place);
	cr_expect_not(ring_reader_open(&reader, place.folder));
	ring_reader_get(&reader, &output);
	cr_expect_eq(output.total, 0);
	cr_assert_eq(ring_make(&ring, place.folder, NULL), 0);
	cr_assert(ring_reader_open(&reader, place.folder));
	add_lines(&ring, 0, 3);
	ring_reader_get(&reader, &output);
	cr_expect_eq(output.head_length, 24);
	cr_expect_eq(output.tail_length + output.left_out, 0);
	add_lines(&ring, 3, lines);
	ring_reader_get(&reader, &output);
	cr_expect_eq(output.head_length, KEEPER_HEAD_BYTES);
	cr_expect_eq(output.tail_length, KEEPER_TAIL_BYTES);
	cr_expect_eq(output.left_out, 0);
	cr_expect_eq(strncmp(output.tail, "0032768\n", 8), 0);
	/* Past its room, by half a line: the tail begins with a whole one. */
	ring_add(&ring, "half", 4);
	ring_reader_get(&reader, &output);
	cr_expect_eq(output.left_out, 8);
	cr_expect_eq(output.tail_length, KEEPER_TAIL_BYTES - 4);
	cr_expect_eq(strncmp(output.tail, "0032769\n", 8), 0);
	cr_expect_eq(memcmp(output.tail + output.tail_length - 4, "half", 4), 0);
	cr_expect_eq(output.total, output.head_length + output.left_out + output.tail_length);
	ring_reader_release(&reader);
	ring_release(&ring);
	place_close(&place);
}

Test(keeper, a_settled_ring_says_what_it_left_out)
{
	struct place place;
	struct ring ring;
	struct ring_reader reader = { 0 };
	struct keeper_output output;
	struct strbuf outcome = STRBUF_INIT;

	place_open(&place);
	cr_assert_eq(ring_make(&ring, place.folder, NULL), 0);
	add_lines(&ring, 0, 200000);
	cr_assert(ring_reader_open(&reader, place.folder));
	cr_expect_not(ring_reader_outcome(&reader, &outcome));
	ring_put_outcome(&ring, "{}", 2);
	cr_expect(ring_reader_outcome(&reader, &outcome));
	cr_expect_str_eq(outcome.text, "{}");
	cr_assert_eq(ring_settle(&ring, place.folder, NULL), 0);
	/* Who had it open sees the ring, who opens it now plain bytes. */
	ring_reader_get(&reader, &output);
	cr_expect_gt(output.left_out, 0);
	cr_assert(ring_reader_open(&reader, place.folder));
	ring_reader_get(&reader, &output);
	cr_expect_eq(output.left_out, 0);
	cr_expect(memmem(output.head, output.head_length, "\n[... 551432 bytes left out ...]\n", 32));
	cr_expect_eq(memcmp(output.head + output.head_length - 8, "0199999\n", 8), 0);
	ring_reader_release(&reader);
	ring_release(&ring);
	strbuf_release(&outcome);
	place_close(&place);
}

/* Files that are no transcripts of ours. */
Test(keeper, strange_transcripts)
{
	static const off_t sizes[] = { 0, 5, 4096 + 1024 * 1024, 10 * 1024 * 1024 };
	struct place place;
	struct keeper_output output;

	place_open(&place);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct ring_reader reader = { 0 };
		int fd = openat(place.folder, RING_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		cr_assert_geq(fd, 0);
		cr_assert_eq(ftruncate(fd, sizes[i]), 0);
		close(fd);
		cr_expect_eq(ring_reader_open(&reader, place.folder), sizes[i] < 1024 * 1024, "%zu", i);
		ring_reader_get(&reader, &output);
		ring_reader_release(&reader);
	}
	place_close(&place);
}
