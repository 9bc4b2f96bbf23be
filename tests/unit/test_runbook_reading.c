/* A runbook read beside the loop. */
#include <criterion/criterion.h>

#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/runbook_reading.h"
#include "loop/loop.h"
#include "runbook/runbook.h"
#include "ui/panel/markdown.h"

TestSuite(runbook_reading, .timeout = 60);

static struct loop *loop;
static struct pool *pool;
static char path[64];
static unsigned answers;
static size_t steps;
static char why_not[200];
static sem_t gate;

static void set_up(void)
{
	static const char text[] = "# R\n\n## Diagnosis\n\n```bash\necho one\n```\n";
	int fd;

	snprintf(path, sizeof(path), "/tmp/skep-reading-XXXXXX");
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, sizeof(text) - 1), (ssize_t)sizeof(text) - 1);
	close(fd);
	sem_init(&gate, 0, 0);
	loop = loop_new(NULL);
	pool = pool_new(loop, 1, NULL);
}

static void tear_down(void)
{
	pool_free(pool);
	loop_free(loop);
	unlink(path);
}

static void on_read(void *user, struct runbook *runbook, const char *why)
{
	cr_expect_eq(user, &gate);
	answers++;
	steps = 0;
	snprintf(why_not, sizeof(why_not), "%s", why);
	if (!runbook)
		return;
	steps = runbook->steps.count;
	runbook_release(runbook);
}

static void hang(void *state)
{
	(void)state;
	sem_wait(&gate);
}

static void ignore(void *state, void *user)
{
	(void)state;
	(void)user;
}

static void drop(void *state)
{
	(void)state;
}

static void hang_all(void)
{
	static const struct job_ops ops = { .work = hang, .done = ignore, .drop = drop, .waits = true };

	for (int i = 0; i < POOL_WAITING_MAX; i++)
		cr_assert(pool_submit(pool, &ops, NULL, NULL, NULL));
}

static void let_go(void)
{
	for (int i = 0; i < POOL_WAITING_MAX; i++)
		sem_post(&gate);
}

static void on_pause(void *user)
{
	loop_stop(user);
}

static void turn(int64_t ms)
{
	struct timer *pause = timer_new(loop, on_pause, loop);

	timer_start(pause, ms);
	loop_run(loop);
	timer_free(pause);
}

static void wait_for_answer(void)
{
	for (int i = 0; i < 1000 && !answers; i++)
		turn(10);
}

Test(runbook_reading, once_at_once_or_later, .init = set_up, .fini = tear_down)
{
	runbook_reading_start(pool, path, on_read, &gate);
	wait_for_answer();
	cr_expect_eq(steps, 1u);
	turn(20);
	cr_expect_eq(answers, 1u);
}

Test(runbook_reading, why_it_cannot_be_read, .init = set_up, .fini = tear_down)
{
	runbook_reading_start(pool, "/nowhere/x.md", on_read, &gate);
	wait_for_answer();
	cr_expect_eq(steps, 0u);
	cr_expect(strstr(why_not, "no such file"), "%s", why_not);
}

Test(runbook_reading, a_disk_that_hangs_holds_nobody_up, .init = set_up, .fini = tear_down)
{
	hang_all();
	cr_assert(runbook_reading_start(pool, path, on_read, &gate));
	turn(20);
	cr_expect_eq(answers, 0u);
	let_go();
	wait_for_answer();
	cr_expect_eq(steps, 1u);
}

Test(runbook_reading, what_is_cancelled_is_not_told, .init = set_up, .fini = tear_down)
{
	struct runbook_reading *reading;

	hang_all();
	reading = runbook_reading_start(pool, path, on_read, &gate);
	cr_assert(reading);
	runbook_reading_cancel(reading);
	let_go();
	turn(100);
	cr_expect_eq(answers, 0u);
	runbook_reading_cancel(NULL);
}

/* The parser's library has tables that all its parsers share. */
Test(runbook_reading, while_other_markdown_is_laid_out, .init = set_up, .fini = tear_down)
{
	static const char text[] = "**~10 ~~min~~** of www.example.org and *~a~* | b\n";

	for (int i = 0; i < 200; i++) {
		struct rich_text laid_out;
		struct runbook_reading *reading;

		answers = 0;
		reading = runbook_reading_start(pool, path, on_read, &gate);
		rich_text_init(&laid_out);
		cr_assert_null(markdown_layout(&laid_out, text, sizeof(text) - 1, 80, GLYPHS_ASCII));
		rich_text_release(&laid_out);
		if (reading)
			wait_for_answer();
		cr_assert_eq(steps, 1u);
	}
}
