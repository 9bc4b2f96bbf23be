/* A loop whose time is driven: which timers come due, in which order, and what goes on in real time. */
#include <criterion/criterion.h>

#include <unistd.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "loop/loop.h"
#include "loop/pool.h"

TestSuite(loop_driven, .timeout = 20);

#define NOON_MS INT64_C(1767614400000)

/* Timers that write their letter and the time since noon. */
struct mark {
	struct world *world;
	struct timer *timer;
	char letter;
	int64_t again_ms; /* 0: once */
};

struct world {
	struct loop *loop;
	struct strbuf seen;
	struct mark marks[4];
	struct timer *end; /* real: the loop runs for a moment and stops */
	int painted;
};

static void on_mark(void *user)
{
	struct mark *mark = user;
	struct loop *loop = mark->world->loop;

	strbuf_addf(&mark->world->seen, "%s%c%lld", mark->world->seen.length ? " " : "", mark->letter,
		    (long long)(loop_wall_ms(loop) - NOON_MS));
	cr_expect_eq(loop_wall_now_ms(loop), loop_wall_ms(loop));
	cr_expect_eq(loop_monotonic_now_ms(loop), loop_monotonic_ms(loop));
	cr_expect_not(timer_is_running(mark->timer));
	if (mark->again_ms)
		timer_start(mark->timer, mark->again_ms);
}

static void on_end(void *user)
{
	loop_stop(((struct world *)user)->loop);
}

static void world_open(struct world *world)
{
	*world = (struct world){ .loop = loop_new(NULL) };
	loop_drive(world->loop, NOON_MS);
	strbuf_init(&world->seen);
	for (int i = 0; i < 4; i++) {
		world->marks[i] = (struct mark){ .world = world, .letter = (char)('a' + i) };
		world->marks[i].timer = timer_new(world->loop, on_mark, &world->marks[i]);
	}
	world->end = timer_new_real(world->loop, on_end, world);
}

static void world_close(struct world *world)
{
	for (int i = 0; i < 4; i++)
		timer_free(world->marks[i].timer);
	timer_free(world->end);
	strbuf_release(&world->seen);
	loop_free(world->loop);
}

/* Let the loop run for so long in real time. */
static void run_for(struct world *world, int64_t ms)
{
	timer_start(world->end, ms);
	loop_run(world->loop);
}

Test(loop_driven, clocks_stand_still_until_moved)
{
	struct world world;
	int64_t monotonic_ms;

	world_open(&world);
	monotonic_ms = loop_monotonic_ms(world.loop);
	run_for(&world, 20);
	cr_expect_eq(loop_wall_ms(world.loop), NOON_MS);
	cr_expect_eq(loop_monotonic_ms(world.loop), monotonic_ms);
	loop_advance(world.loop, 0);
	cr_expect_eq(loop_wall_ms(world.loop), NOON_MS);
	loop_advance(world.loop, CLOCK_DAY);
	run_for(&world, 1);
	cr_expect_eq(loop_wall_now_ms(world.loop), NOON_MS + CLOCK_DAY);
	cr_expect_eq(loop_monotonic_now_ms(world.loop), monotonic_ms + CLOCK_DAY);
	world_close(&world);
}

Test(loop_driven, timers_in_the_order_of_their_times)
{
	struct world world;

	world_open(&world);
	timer_start(world.marks[3].timer, 300);
	timer_start(world.marks[1].timer, 200);
	timer_start(world.marks[0].timer, 200); /* of one time: the one that was started first */
	timer_start(world.marks[2].timer, 100);
	run_for(&world, 20);
	cr_expect_str_eq(world.seen.text, "", "the real clock makes none due");
	cr_expect(timer_is_running(world.marks[2].timer));
	loop_advance(world.loop, 99);
	cr_expect_str_eq(world.seen.text, "");
	loop_advance(world.loop, 1);
	cr_expect_str_eq(world.seen.text, "c100");
	loop_advance(world.loop, 1000);
	cr_expect_str_eq(world.seen.text, "c100 b200 a200 d300");
	cr_expect_eq(loop_wall_ms(world.loop), NOON_MS + 1100);
	world_close(&world);
}

Test(loop_driven, starts_again_moves_and_stops)
{
	struct world world;

	world_open(&world);
	world.marks[0].again_ms = 40;
	timer_start(world.marks[0].timer, 40);
	timer_start(world.marks[1].timer, 50);
	timer_start(world.marks[1].timer, 90); /* moved */
	timer_start(world.marks[2].timer, 60);
	timer_stop(world.marks[2].timer);
	timer_stop(world.marks[2].timer);
	cr_expect_not(timer_is_running(world.marks[2].timer));
	loop_advance(world.loop, 125);
	cr_expect_str_eq(world.seen.text, "a40 a80 b90 a120");
	cr_expect(timer_is_running(world.marks[0].timer));
	timer_free(world.marks[0].timer); /* while it waits */
	world.marks[0].timer = NULL;
	loop_advance(world.loop, 1000);
	cr_expect_str_eq(world.seen.text, "a40 a80 b90 a120");
	world_close(&world);
}

static void on_free_others(void *user)
{
	struct world *world = user;

	for (int i = 0; i < 3; i++) {
		timer_free(world->marks[i].timer);
		world->marks[i].timer = NULL;
	}
	timer_stop(world->marks[3].timer);
}

/* Itself, one that is due at the same time, one that is due later; and one stopped. */
Test(loop_driven, timers_freed_in_a_callback)
{
	struct world world;

	world_open(&world);
	timer_free(world.marks[0].timer);
	world.marks[0].timer = timer_new(world.loop, on_free_others, &world);
	timer_start(world.marks[0].timer, 10);
	timer_start(world.marks[1].timer, 10);
	timer_start(world.marks[2].timer, 20);
	timer_start(world.marks[3].timer, 15);
	loop_advance(world.loop, 100);
	cr_expect_str_eq(world.seen.text, "");
	cr_expect_not(timer_is_running(world.marks[3].timer));
	world_close(&world);
}

Test(loop_driven, timers_without_delay_are_real)
{
	struct world world;

	world_open(&world);
	timer_start(world.marks[0].timer, 500);
	timer_start(world.marks[0].timer, 0); /* waits for the loop now, no more for the clock */
	loop_advance(world.loop, 1000);
	cr_expect_str_eq(world.seen.text, "");
	run_for(&world, 10);
	cr_expect_str_eq(world.seen.text, "a1000");
	timer_start(world.marks[1].timer, 0);
	timer_start(world.marks[1].timer, 500); /* and the other way round */
	run_for(&world, 10);
	cr_expect_str_eq(world.seen.text, "a1000");
	loop_advance(world.loop, 500);
	cr_expect_str_eq(world.seen.text, "a1000 b1500");
	world_close(&world);
}

static void on_paint(void *user)
{
	((struct world *)user)->painted++;
}

static void on_dirty(void *user)
{
	struct world *world = user;

	loop_mark_dirty(world->loop);
	timer_start(world->marks[0].timer, 10);
}

Test(loop_driven, one_paint_when_the_loop_runs)
{
	struct world world;

	world_open(&world);
	loop_on_paint(world.loop, on_paint, &world);
	timer_free(world.marks[0].timer);
	world.marks[0].timer = timer_new(world.loop, on_dirty, &world);
	timer_start(world.marks[0].timer, 10);
	loop_advance(world.loop, 100);
	cr_expect_eq(world.painted, 0);
	run_for(&world, 10);
	cr_expect_eq(world.painted, 1, "ten times dirty, one picture");
	loop_advance(world.loop, 5);
	run_for(&world, 5);
	cr_expect_eq(world.painted, 1);
	world_close(&world);
}

static void work(void *state)
{
	(void)state;
}

static void on_done(void *state, void *user)
{
	(void)state;
	on_end(user);
}

static void on_byte(void *user, int events)
{
	struct world *world = user;

	cr_expect_eq(events, LOOP_READ);
	strbuf_addstr(&world->seen, "byte");
	loop_stop(world->loop);
}

Test(loop_driven, jobs_and_descriptors_go_on)
{
	static const struct job_ops ops = { .work = work, .done = on_done, .drop = work };
	struct world world;
	struct io_watch *watch;
	struct pool *pool;
	int fds[2];

	world_open(&world);
	pool = pool_new(world.loop, 1, NULL);
	cr_assert(pool_submit(pool, &ops, NULL, &world, NULL));
	loop_run(world.loop);
	cr_assert_eq(pipe(fds), 0);
	watch = io_watch_new(world.loop, fds[0], LOOP_READ, on_byte, &world);
	cr_assert_eq(write(fds[1], "x", 1), 1);
	loop_run(world.loop);
	cr_expect_str_eq(world.seen.text, "byte");
	io_watch_free(watch);
	close(fds[0]);
	close(fds[1]);
	pool_free(pool);
	world_close(&world);
}
