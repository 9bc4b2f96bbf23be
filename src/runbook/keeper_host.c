#include "runbook/keeper_host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "runbook/keeper_folder.h"
#include "runbook/keeper_host_private.h"
#include "runbook/keeper_json.h"

#define ORDER_BYTES_MAX (4u * 1024 * 1024)
#define RETRY_MS        1000
#define RETRIES         20 /* a disk that is full at the end may have room again */

extern char **environ;

/* ---- what it is to do ---- */

static int read_input(struct strbuf *ret, struct error *error)
{
	char piece[16384];

	for (;;) {
		ssize_t got = read(0, piece, sizeof(piece));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set(error, "the order: %s", strerror(errno));
		if (got == 0)
			return 0;
		if (ret->length + (size_t)got > ORDER_BYTES_MAX)
			return error_set(error, "the order is larger than 4 MiB (the limit)");
		strbuf_add(ret, piece, (size_t)got);
	}
}

static int read_order(struct host *host, struct error *error)
{
	struct strbuf text = STRBUF_INIT;
	int result = read_input(&text, error);

	if (!result)
		result = keeper_order_read(&host->order, &host->arena, text.text, text.length, error);
	explicit_bzero(text.text, text.length);
	strbuf_release(&text);
	keeper_mark_make(host->mark);
	host->order.mark = host->mark;
	return result;
}

static struct mask *make_mask(const struct keeper_order *order)
{
	struct mask *mask = mask_new();

	for (const char *const *secret = order->secrets; secret && *secret; secret++)
		mask_add(mask, *secret);
	if (order->environment) {
		mask_add_environment(mask, order->environment);
	} else {
		VEC(const char *) own = { 0 };

		for (char **variable = environ; *variable; variable++)
			vec_push(&own, *variable);
		vec_push(&own, NULL);
		mask_add_environment(mask, own.items);
		vec_release(&own);
	}
	return mask;
}

/* ---- what is written down ---- */

static int write_file(const struct host *host, const char *name, const struct strbuf *text, struct error *error)
{
	char *path = path_join(host->order.folder, name);
	int result = path_write(path, text->text, text->length, error);

	free(path);
	return result;
}

static int write_order(struct host *host, struct error *error)
{
	struct strbuf text = STRBUF_INIT, command = STRBUF_INIT;
	int result;

	mask_text(host->mask, host->order.command, &command);
	keeper_order_note(&host->order, command.text, clock_wall_ms(), &text);
	result = write_file(host, KEEPER_ORDER_FILE, &text, error);
	strbuf_release(&command);
	strbuf_release(&text);
	return result;
}

static int write_outcome(struct host *host)
{
	struct strbuf text = STRBUF_INIT;
	int result;

	keeper_outcome_write(&host->outcome, &text);
	if (host->ring.facts)
		ring_put_outcome(&host->ring, text.text, text.length);
	result = write_file(host, KEEPER_OUTCOME_FILE, &text, NULL);
	strbuf_release(&text);
	return result;
}

/* A program may end before the loop runs, which would not hear of it. */
static void leave(struct host *host)
{
	host->over = true;
	loop_stop(host->loop);
}

/* Its place in the ring has the outcome already: this is for those who look later. */
static void on_retry(void *user)
{
	struct host *host = user;

	if (write_outcome(host) < 0 && host->retries++ < RETRIES) {
		timer_start(host->retry, RETRY_MS);
		return;
	}
	if (host->retries <= RETRIES)
		ring_settle(&host->ring, host->folder, NULL);
	leave(host);
}

static void say_reason(const struct host *host, struct keeper_outcome *outcome)
{
	char limit[16];

	duration_format(host->order.timeout_ms, limit, sizeof(limit));
	if (outcome->timed_out)
		snprintf(outcome->reason, sizeof(outcome->reason), "timeout after %s", limit);
	else if (outcome->stopped)
		snprintf(outcome->reason, sizeof(outcome->reason), "stopped");
	else if (outcome->signal)
		snprintf(outcome->reason, sizeof(outcome->reason), "killed by signal %d", outcome->signal);
	else if (outcome->status)
		snprintf(outcome->reason, sizeof(outcome->reason), "exit status %d", outcome->status);
}

void host_on_end(struct host *host)
{
	step_release(host);
	program_reap(&host->program);
	mask_write(host->mask, "", 0, true, &host->masked);
	ring_add(&host->ring, host->masked.text, host->masked.length);
	host->outcome.ran = true;
	host->outcome.ended_ms = clock_wall_ms();
	host->outcome.elapsed_ms = clock_monotonic_ms() - host->began_ms;
	host->outcome.bytes = host->ring.total;
	say_reason(host, &host->outcome);
	host->phase = KEEPER_ENDED;
	host->retry = timer_new(host->loop, on_retry, host);
	if (write_outcome(host) < 0) {
		guests_tell_now(host);
		timer_start(host->retry, RETRY_MS);
		return;
	}
	guests_tell_now(host);
	ring_settle(&host->ring, host->folder, NULL);
	leave(host);
}

/* ---- before anything is run ---- */

/* Everything that has to be there first, on the disk. `taken`: the attempt is somebody else's. */
static int prepare(struct host *host, bool *ret_taken, struct error *error)
{
	enum folder_claim claim = folder_claim(host->order.folder, error);

	*ret_taken = claim == FOLDER_THERE;
	if (claim != FOLDER_MADE)
		return -1;
	host->folder = folder_open(host->order.folder);
	if (host->folder < 0)
		return error_set(error, "%s: %s", host->order.folder, strerror(errno));
	/* Where sockets cannot be, only the console that gave the order can stop it. */
	host->door = folder_listen(host->folder);
	host->lock = folder_lock(host->folder, ret_taken, error);
	if (host->lock < 0)
		return -1;
	guests_listen(host);
	if (ring_make(&host->ring, host->folder, error) < 0)
		return -1;
	if (folder_sync(host->order.folder, error) < 0)
		return -1;
	return write_order(host, error);
}

/* Without the path of the attempt's own file, which says nothing to a person. */
static const char *without_path(const struct host *host, const char *why)
{
	const char *folder = host->order.folder, *end = strrchr(why, ':');

	return folder && end && strncmp(why, folder, strlen(folder)) == 0 ? end + 1 + strspn(end + 1, " ") : why;
}

static void refuse(struct host *host, bool taken, const char *why)
{
	if (taken) {
		guests_tell_words(host, WIRE_TAKEN, "");
		return;
	}
	host->phase = KEEPER_NEVER;
	host->outcome = (struct keeper_outcome){ .status = -1, .ended_ms = clock_wall_ms() };
	snprintf(host->outcome.reason, sizeof(host->outcome.reason), "never ran: %s", without_path(host, why));
	if (host->lock >= 0 && write_outcome(host) == 0 && host->ring.facts)
		ring_settle(&host->ring, host->folder, NULL);
	guests_tell_words(host, WIRE_NEVER, host->outcome.reason);
}

/* The console's end of a socket pair, moved away from the standard descriptors; they lead nowhere from now on. */
static int take_first_guest(void)
{
	struct stat status;
	int first = -1, nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fstat(1, &status) == 0 && S_ISSOCK(status.st_mode))
		first = fcntl(1, F_DUPFD_CLOEXEC, 3);
	for (int fd = 1; fd <= 2 && nowhere >= 0; fd++)
		dup2(nowhere, fd);
	if (nowhere > 2)
		close(nowhere);
	return first;
}

/* Nothing that is meant for a console or a terminal ends a keeper. */
static void settle_in(void)
{
	static const int ignored[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGPIPE, SIGXFSZ, SIGTSTP,
				       SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGALRM };

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static void release(struct host *host)
{
	step_release(host);
	timer_free(host->retry);
	guests_close(host);
	mask_free(host->mask);
	ring_release(&host->ring);
	strbuf_release(&host->masked);
	strbuf_release(&host->keys);
	arena_release(&host->arena);
	if (host->folder >= 0)
		close(host->folder);
	/* The lock last: who sees it go finds all the rest. */
	if (host->lock >= 0)
		close(host->lock);
	loop_free(host->loop);
}

int keeper_host_run(void)
{
	struct host host = {
		.folder = -1, .lock = -1, .door = -1, .program = { .master = -1 }, .phase = KEEPER_STARTING
	};
	struct error error;
	bool taken = false, ran = false;
	int first = take_first_guest();

	settle_in();
	strbuf_init(&host.masked);
	strbuf_init(&host.keys);
	host.loop = loop_new(&error);
	if (!host.loop)
		return 1;
	guests_open(&host, first);
	if (read_order(&host, &error) == 0) {
		host.mask = make_mask(&host.order);
		ran = prepare(&host, &taken, &error) == 0 && step_begin(&host, &error) == 0;
	}
	if (ran && !host.over)
		loop_run(host.loop);
	if (!ran)
		refuse(&host, taken, error.text);
	release(&host);
	return ran ? 0 : 1;
}
