#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/postgres.h"

/* How the server of a test behaves once it has a connection. */
enum manner {
	SILENT,  /* says nothing at all */
	WEB,     /* is no PostgreSQL */
	ROWS,    /* answers with `rows` rows */
	FLOOD,   /* rows without end */
	GIANT,   /* one row of a gigabyte */
	HANGS,   /* takes the question and is silent */
	BREAKS,  /* closes at the question */
	LEAVES,  /* closes when nobody asks */
	REFUSES, /* an error for every question */
};

/* A message: its type, its length, its bytes. */
static void put(int fd, char type, const void *bytes, size_t length)
{
	unsigned char head[5] = { (unsigned char)type };
	uint32_t size = htonl((uint32_t)length + 4);

	memcpy(head + 1, &size, 4);
	if (write(fd, head, 5) != 5 || write(fd, bytes, length) != (ssize_t)length)
		_exit(0);
}

static void get_question(int fd)
{
	/* Parse, Bind, Describe, Execute and Sync come in one piece. */
	char buffer[8192];

	if (read(fd, buffer, sizeof(buffer)) <= 0)
		_exit(0);
}

static void put_row(int fd)
{
	put(fd, 'D', "\0\1\0\0\0\3abc", 9);
}

static void answer(int fd, enum manner manner, int rows)
{
	static const char column[] = "\0\1name\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0";
	static const char error[] = "SERROR\0VERROR\0C42501\0Mpermission denied for view v\0";
	char filler[65536] = { 0 };

	if (manner == REFUSES) {
		put(fd, 'E', error, sizeof(error));
		put(fd, 'Z', "I", 1);
		return;
	}
	put(fd, '1', "", 0);
	put(fd, '2', "", 0);
	put(fd, 'T', column, sizeof(column) - 1);
	if (manner == GIANT) {
		static const unsigned char head[] = { 'D', 0x3f, 0xff, 0xff, 0xff, 0, 1, 0x3f, 0xff, 0xff, 0xf5 };

		if (write(fd, head, sizeof(head)) < 0)
			_exit(0);
		/* Enough to see that it is too much. */
		for (int i = 0; i < 32; i++)
			if (write(fd, filler, sizeof(filler)) < 0)
				_exit(0);
		pause();
	}
	for (int i = 0; manner == FLOOD || i < rows; i++)
		put_row(fd);
	put(fd, 'C', "SELECT 1", 9);
	put(fd, 'Z', "I", 1);
}

static void serve(int fd, enum manner manner, int rows)
{
	static const char version[] = "server_version\00015.4";
	char buffer[4096];
	ssize_t length = read(fd, buffer, sizeof(buffer));

	/* TLS is asked for first. */
	if (length == 8 && manner != SILENT && manner != WEB) {
		if (write(fd, "N", 1) != 1)
			_exit(0);
		length = read(fd, buffer, sizeof(buffer));
	}
	if (manner == WEB && write(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28) == 28)
		_exit(0);
	if (manner == SILENT || length <= 0) {
		pause();
		_exit(0);
	}
	put(fd, 'R', "\0\0\0\0", 4);
	put(fd, 'S', version, sizeof(version));
	put(fd, 'S', "default_transaction_read_only\0on", 33);
	put(fd, 'S', "in_hot_standby\0off", 19);
	put(fd, 'Z', "I", 1);
	for (;;) {
		if (manner == LEAVES)
			_exit(0);
		get_question(fd);
		if (manner == BREAKS)
			_exit(0);
		if (manner == HANGS)
			pause();
		answer(fd, manner, rows);
	}
}

struct world {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct postgres *postgres;
	struct timer *limit;
	pid_t server;
	int port;
	enum postgres_fault fault; /* of opening */
	char reason[160];
	struct postgres_answer answer;
	size_t rows;
	char first[16];
	bool opened, answered;
};

static void start_server(struct world *world, enum manner manner, int rows)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(fd, 4), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	world->port = ntohs(address.sin_port);
	world->server = fork();
	if (world->server == 0) {
		signal(SIGPIPE, SIG_IGN);
		for (;;)
			serve(accept(fd, NULL, NULL), manner, rows);
	}
	close(fd);
}

static void on_limit(void *user)
{
	struct world *world = user;

	loop_stop(world->loop);
}

static void on_open(void *user, enum postgres_fault fault, const char *reason)
{
	struct world *world = user;

	cr_expect_not(world->opened, "told twice");
	world->opened = true;
	world->fault = fault;
	snprintf(world->reason, sizeof(world->reason), "%s", reason);
	loop_stop(world->loop);
}

static void on_row(void *user, const struct postgres_row *row)
{
	struct world *world = user;

	if (!world->rows++)
		snprintf(world->first, sizeof(world->first), "%s=%s", row->names[0], row->values[0]);
}

static void on_answer(void *user, const struct postgres_answer *answer)
{
	struct world *world = user;

	cr_expect_not(world->answered, "told twice");
	world->answered = true;
	world->answer = *answer;
	loop_stop(world->loop);
}

static void run(struct world *world, int64_t most_ms)
{
	timer_start(world->limit, most_ms);
	loop_run(world->loop);
	timer_stop(world->limit);
}

/* `dsn` NULL: the test's own server. */
static void world_open(struct world *world, const char *dsn)
{
	char *own = mem_printf("host=127.0.0.1 port=%d user=ops dbname=polln", world->port);
	struct postgres_settings settings = { .dsn = dsn ? dsn : own,
					      .connect_timeout_ms = 300,
					      .statement_timeout_ms = 200 };

	world->loop = loop_new(NULL);
	world->pool = pool_new(world->loop, 2, NULL);
	world->resolver = resolver_new(world->loop, world->pool);
	world->limit = timer_new(world->loop, on_limit, world);
	world->postgres = postgres_open(world->loop, world->resolver, &settings, on_open, world);
	cr_expect_not(world->opened);
	run(world, 5000);
	cr_expect(world->opened, "no word of the connection");
	free(own);
}

static void ask(struct world *world, int64_t timeout_ms)
{
	struct postgres_question question = { .sql = "select 1",
					      .timeout_ms = timeout_ms,
					      .limit_rows = 1000,
					      .limit_bytes = 1 << 20,
					      .on_row = on_row,
					      .done = on_answer,
					      .user = world };

	world->answered = false;
	world->rows = 0;
	postgres_ask(world->postgres, &question);
	cr_expect_not(world->answered);
	run(world, 10000);
	cr_expect(world->answered, "no answer");
}

static void world_close(struct world *world)
{
	postgres_free(world->postgres);
	timer_free(world->limit);
	resolver_free(world->resolver);
	pool_free(world->pool);
	loop_free(world->loop);
	if (world->server > 0) {
		kill(world->server, SIGKILL);
		waitpid(world->server, NULL, 0);
	}
}

Test(postgres, hands_rows_on)
{
	struct world world = { 0 };

	start_server(&world, ROWS, 999);
	world_open(&world, NULL);
	cr_assert_eq(world.fault, POSTGRES_OK, "%s", world.reason);
	cr_expect_eq(postgres_version(world.postgres), 150004);
	for (int i = 0; i < 3; i++) {
		ask(&world, 5000);
		cr_expect_eq(world.answer.fault, POSTGRES_OK, "%s", world.answer.reason);
		cr_expect_eq(world.rows, 999u);
		cr_expect_eq(world.answer.bytes, 999u * 3);
		cr_expect_str_eq(world.first, "name=abc");
	}
	world_close(&world);
}

Test(postgres, breaks_a_flood_off)
{
	struct world world = { 0 };
	struct rusage before, after;

	start_server(&world, FLOOD, 0);
	world_open(&world, NULL);
	getrusage(RUSAGE_SELF, &before);
	ask(&world, 5000);
	getrusage(RUSAGE_SELF, &after);
	cr_expect_eq(world.answer.fault, POSTGRES_TOO_LARGE);
	cr_expect_str_eq(world.answer.reason, "answer over 1000 rows");
	cr_expect_eq(world.rows, 1000u);
	cr_expect_not(postgres_is_open(world.postgres));
	cr_expect_lt(after.ru_maxrss - before.ru_maxrss, 32 * 1024L);
	/* And a question on it afterwards is answered too. */
	ask(&world, 5000);
	cr_expect_eq(world.answer.fault, POSTGRES_CLOSED);
	cr_expect_str_eq(world.answer.reason, "connection closed");
	world_close(&world);
}

Test(postgres, does_not_gather_a_giant)
{
	struct world world = { 0 };

	start_server(&world, GIANT, 0);
	world_open(&world, NULL);
	ask(&world, 5000);
	cr_expect_eq(world.answer.fault, POSTGRES_TOO_LARGE, "%s", world.answer.reason);
	cr_expect_str_eq(world.answer.reason, "answer over 1048 kB");
	cr_expect_eq(world.rows, 0u);
	cr_expect_lt(world.answer.elapsed_ms, 4000);
	world_close(&world);
}

Test(postgres, gives_up_on_what_hangs)
{
	struct world world = { 0 };

	start_server(&world, HANGS, 0);
	world_open(&world, NULL);
	ask(&world, 300);
	cr_expect_eq(world.answer.fault, POSTGRES_TIMEOUT);
	cr_expect_str_eq(world.answer.reason, "timeout after 300ms");
	cr_expect_geq(world.answer.elapsed_ms, 299);
	cr_expect_not(postgres_is_open(world.postgres));
	world_close(&world);
}

Test(postgres, says_what_the_server_refused_and_goes_on)
{
	struct world world = { 0 };

	start_server(&world, REFUSES, 0);
	world_open(&world, NULL);
	for (int i = 0; i < 2; i++) {
		ask(&world, 5000);
		cr_expect_eq(world.answer.fault, POSTGRES_STATEMENT);
		cr_expect_str_eq(world.answer.reason, "permission denied for view v");
		cr_expect_str_eq(world.answer.sqlstate, "42501");
		cr_expect(postgres_is_open(world.postgres));
	}
	world_close(&world);
}

Test(postgres, notices_that_a_connection_broke)
{
	struct world world = { 0 };

	start_server(&world, BREAKS, 0);
	world_open(&world, NULL);
	ask(&world, 5000);
	cr_expect_eq(world.answer.fault, POSTGRES_CLOSED);
	cr_expect_str_eq(world.answer.reason, "connection closed");
	world_close(&world);

	world = (struct world){ 0 };
	start_server(&world, LEAVES, 0);
	world_open(&world, NULL);
	run(&world, 200);
	cr_expect_not(postgres_is_open(world.postgres));
	world_close(&world);
}

Test(postgres, says_why_there_is_no_connection)
{
	struct world world = { 0 };
	char *dsn;

	start_server(&world, SILENT, 0);
	world_open(&world, NULL);
	cr_expect_eq(world.fault, POSTGRES_TIMEOUT);
	cr_expect_str_eq(world.reason, "timeout after 300ms");
	world_close(&world);

	world = (struct world){ 0 };
	start_server(&world, WEB, 0);
	world_open(&world, NULL);
	cr_expect_str_eq(world.reason, "not PostgreSQL");
	world_close(&world);

	/* The server of before is gone: nothing listens there. */
	dsn = mem_printf("host=127.0.0.1 port=%d user=ops", world.port);
	world = (struct world){ 0 };
	world_open(&world, dsn);
	cr_expect_eq(world.fault, POSTGRES_REFUSED);
	cr_expect_str_eq(world.reason, "refused");
	world_close(&world);
	free(dsn);
}

Test(postgres, names_are_looked_up_by_the_resolver)
{
	struct world world = { 0 };
	char *dsn;

	/* An overlong name never gets to any name server; libpq has other words for one that does not resolve. */
	dsn = mem_printf("host=%0300d.invalid user=ops", 7);
	world_open(&world, dsn);
	cr_expect_eq(world.fault, POSTGRES_UNRESOLVED);
	cr_expect_str_eq(world.reason, "name does not resolve");
	world_close(&world);
	free(dsn);

	/* The next host is tried. */
	world = (struct world){ 0 };
	start_server(&world, ROWS, 1);
	dsn = mem_printf("host=%0300d.invalid,127.0.0.1 port=1,%d user=ops", 7, world.port);
	world_open(&world, dsn);
	cr_expect_eq(world.fault, POSTGRES_OK, "%s", world.reason);
	world_close(&world);
	free(dsn);
}

Test(postgres, hosts_that_hang_cost_their_own_time_only)
{
	struct world silent = { 0 }, world = { 0 };
	char *dsn;

	start_server(&silent, SILENT, 0);
	start_server(&world, ROWS, 1);
	dsn = mem_printf("host=127.0.0.1,127.0.0.1 port=%d,%d user=ops", silent.port, world.port);
	world_open(&world, dsn);
	cr_expect_eq(world.fault, POSTGRES_OK, "%s", world.reason);
	world_close(&world);
	kill(silent.server, SIGKILL);
	waitpid(silent.server, NULL, 0);
	free(dsn);
}

Test(postgres, can_be_freed_at_any_time)
{
	for (int64_t ms = 0; ms < 40; ms += 3) {
		struct world world = { 0 };
		struct postgres_settings settings = { .connect_timeout_ms = 300, .statement_timeout_ms = 200 };
		char *dsn;
		bool said;

		start_server(&world, ROWS, 1);
		dsn = mem_printf("host=localhost,127.0.0.1 port=1,%d user=ops", world.port);
		settings.dsn = dsn;
		world.loop = loop_new(NULL);
		world.pool = pool_new(world.loop, 2, NULL);
		world.resolver = resolver_new(world.loop, world.pool);
		world.limit = timer_new(world.loop, on_limit, &world);
		world.postgres = postgres_open(world.loop, world.resolver, &settings, on_open, &world);
		if (ms)
			run(&world, ms);
		said = world.opened;
		world_close(&world);
		cr_expect_eq(world.opened, said, "told by one that is freed");
		free(dsn);
	}
}
