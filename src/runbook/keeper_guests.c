/* The consoles that look on while a step runs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "runbook/keeper_folder.h"
#include "runbook/keeper_host_private.h"

#define GUESTS_MAX   16
#define NEWS_MS      50
#define BEHIND_BYTES (256u * 1024) /* waiting for who has the terminal */
#define BEHIND_MS    2000          /* so long the program is held up by who takes nothing */
#define FLUSH_MS     1000          /* for the last word */

static void let_go(struct host *host)
{
	for (size_t i = 0; i < host->guests.count;) {
		struct guest *guest = host->guests.items[i];

		if (!guest->over) {
			i++;
			continue;
		}
		wire_free(guest->wire);
		free(guest);
		host->guests.items[i] = host->guests.items[--host->guests.count];
	}
}

static void on_message(void *user, const struct wire_message *message)
{
	struct guest *guest = user;
	const unsigned char *bytes = (const unsigned char *)message->data;

	switch (message->kind) {
	case WIRE_STOP: step_stop(guest->host, true); break;
	case WIRE_INPUT: step_type(guest->host, message->data, message->length); break;
	case WIRE_RAW: guest->raw = message->length == 1 && bytes[0]; break;
	case WIRE_SIZE:
		if (message->length == 4)
			step_resize(guest->host, bytes[0] | (unsigned)bytes[1] << 8,
				    bytes[2] | (unsigned)bytes[3] << 8);
		break;
	default: break; /* of a newer console */
	}
}

static void on_end(void *user)
{
	struct guest *guest = user;

	guest->over = true;
	guest->raw = false;
	let_go(guest->host);
}

static void tell_phase(struct guest *guest)
{
	unsigned char phase = (unsigned char)guest->host->phase;

	/* One that does not listen hears the newest when it does. */
	if (!wire_waiting(guest->wire))
		wire_send(guest->wire, WIRE_NEWS, &phase, 1);
}

static void add_guest(struct host *host, int fd)
{
	struct guest *guest = mem_zalloc(sizeof(*guest));

	guest->host = host;
	guest->wire = wire_new(
		&(struct wire_config){ .loop = host->loop, .on_message = on_message, .on_end = on_end, .user = guest },
		fd);
	vec_push(&host->guests, guest);
	tell_phase(guest);
}

static bool is_same_user(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

static void on_door(void *user, int events)
{
	struct host *host = user;
	int fd = accept4(host->door, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	if (host->guests.count < GUESTS_MAX && is_same_user(fd))
		add_guest(host, fd);
	else
		close(fd);
}

static void on_news(void *user)
{
	struct host *host = user;

	if (!host->news_due)
		return;
	host->news_due = false;
	guests_tell_now(host);
	timer_start(host->news, NEWS_MS);
}

void guests_tell_now(struct host *host)
{
	for (size_t i = 0; i < host->guests.count; i++)
		if (!host->guests.items[i]->over)
			tell_phase(host->guests.items[i]);
}

void guests_tell(struct host *host)
{
	host->news_due = true;
	if (!timer_is_running(host->news))
		timer_start(host->news, 0);
}

void guests_tell_words(struct host *host, enum wire_kind kind, const char *words)
{
	for (size_t i = 0; i < host->guests.count; i++)
		if (!host->guests.items[i]->over)
			wire_send(host->guests.items[i]->wire, kind, words, strlen(words));
}

void guests_give_raw(struct host *host, const char *data, size_t length)
{
	for (size_t i = 0; i < host->guests.count; i++)
		if (host->guests.items[i]->raw)
			wire_send(host->guests.items[i]->wire, WIRE_BYTES, data, length);
}

/* It took something since: its time begins anew. One that took nothing for too long loses the terminal. */
static bool is_behind(struct guest *guest, int64_t now_ms)
{
	size_t waiting = wire_waiting(guest->wire);

	if (!guest->raw || waiting < BEHIND_BYTES) {
		guest->stuck_ms = 0;
		return false;
	}
	if (!guest->stuck_ms || waiting < guest->stuck_bytes)
		guest->stuck_ms = now_ms;
	guest->stuck_bytes = waiting;
	if (now_ms - guest->stuck_ms < BEHIND_MS)
		return true;
	guest->raw = false;
	guest->stuck_ms = 0;
	return false;
}

bool guests_are_behind(struct host *host)
{
	bool behind = false;

	for (size_t i = 0; i < host->guests.count; i++)
		behind = is_behind(host->guests.items[i], loop_monotonic_now_ms(host->loop)) || behind;
	return behind;
}

void guests_open(struct host *host, int first)
{
	host->news = timer_new(host->loop, on_news, host);
	if (first >= 0)
		add_guest(host, first);
}

void guests_listen(struct host *host)
{
	if (host->door >= 0)
		host->door_watch = io_watch_new(host->loop, host->door, LOOP_READ, on_door, host);
}

void guests_close(struct host *host)
{
	for (size_t i = 0; i < host->guests.count; i++) {
		struct guest *guest = host->guests.items[i];

		wire_flush(guest->wire, FLUSH_MS);
		tell_phase(guest);
		wire_flush(guest->wire, FLUSH_MS);
		guest->over = true;
	}
	let_go(host);
	vec_release(&host->guests);
	io_watch_free(host->door_watch);
	if (host->door >= 0)
		close(host->door);
	timer_free(host->news);
}
