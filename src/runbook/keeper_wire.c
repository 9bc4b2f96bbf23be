#include "runbook/keeper_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"

#define HEADER_BYTES 5
#define PIECE_BYTES  (64u * 1024)

struct wire {
	struct wire_config config;
	int fd;
	struct io_watch *watch;
	struct strbuf in, out;
	size_t sent; /* of `out` */
	bool busy;   /* in a callback: freed when that returns */
	bool freed, ended;
};

static void release(struct wire *wire)
{
	io_watch_free(wire->watch);
	close(wire->fd);
	strbuf_release(&wire->in);
	strbuf_release(&wire->out);
	free(wire);
}

void wire_free(struct wire *wire)
{
	if (!wire)
		return;
	wire->freed = true;
	if (!wire->busy)
		release(wire);
}

static void watch_what_is_needed(struct wire *wire)
{
	if (!wire->ended)
		io_watch_set(wire->watch, LOOP_READ | (wire_waiting(wire) ? LOOP_WRITE : 0));
}

size_t wire_waiting(const struct wire *wire)
{
	return wire->out.length - wire->sent;
}

/* An end that has gone shows when it is read. */
static void send_some(struct wire *wire)
{
	while (wire_waiting(wire)) {
		ssize_t sent = send(wire->fd, wire->out.text + wire->sent, wire_waiting(wire), MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno != EAGAIN) {
			strbuf_clear(&wire->out);
			wire->sent = 0;
		}
		if (sent < 0)
			return;
		wire->sent += (size_t)sent;
	}
	strbuf_clear(&wire->out);
	wire->sent = 0;
}

static void forget_sent(struct wire *wire)
{
	if (wire->sent < PIECE_BYTES)
		return;
	memmove(wire->out.text, wire->out.text + wire->sent, wire_waiting(wire));
	strbuf_truncate(&wire->out, wire_waiting(wire));
	wire->sent = 0;
}

void wire_send(struct wire *wire, enum wire_kind kind, const void *data, size_t length)
{
	const char *bytes = data;

	if (wire->ended)
		return;
	do {
		size_t piece = length < WIRE_MESSAGE_MAX ? length : WIRE_MESSAGE_MAX;
		unsigned char header[HEADER_BYTES] = { (unsigned char)kind, piece & 0xff, piece >> 8 & 0xff,
						       piece >> 16 & 0xff, 0 };

		strbuf_add(&wire->out, header, sizeof(header));
		strbuf_add(&wire->out, bytes, piece);
		bytes += piece;
		length -= piece;
	} while (length);
	send_some(wire);
	forget_sent(wire);
	watch_what_is_needed(wire);
}

void wire_flush(struct wire *wire, int64_t limit_ms)
{
	int64_t until_ms = clock_monotonic_ms() + limit_ms;

	for (send_some(wire); wire_waiting(wire) && clock_monotonic_ms() < until_ms; send_some(wire)) {
		struct pollfd room = { .fd = wire->fd, .events = POLLOUT };

		poll(&room, 1, (int)(until_ms - clock_monotonic_ms() > 0 ? until_ms - clock_monotonic_ms() : 0));
	}
}

static void end(struct wire *wire)
{
	if (wire->ended || wire->freed)
		return;
	wire->ended = true;
	io_watch_set(wire->watch, 0);
	wire->config.on_end(wire->config.user);
}

/* Hand over whole messages; false for nonsense. */
static bool deliver(struct wire *wire)
{
	size_t at = 0;
	bool sense = true;

	while (!wire->freed && wire->in.length - at >= HEADER_BYTES) {
		const unsigned char *header = (const unsigned char *)wire->in.text + at;
		size_t length = header[1] | (size_t)header[2] << 8 | (size_t)header[3] << 16 | (size_t)header[4] << 24;
		struct wire_message message = { (char)header[0], wire->in.text + at + HEADER_BYTES, length };

		sense = length <= WIRE_MESSAGE_MAX;
		if (!sense || wire->in.length - at - HEADER_BYTES < length)
			break;
		at += HEADER_BYTES + length;
		wire->config.on_message(wire->config.user, &message);
	}
	memmove(wire->in.text, wire->in.text + at, wire->in.length - at);
	strbuf_truncate(&wire->in, wire->in.length - at);
	return sense;
}

static void receive(struct wire *wire)
{
	char piece[PIECE_BYTES];
	ssize_t got = recv(wire->fd, piece, sizeof(piece), 0);

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got <= 0) {
		end(wire);
		return;
	}
	strbuf_add(&wire->in, piece, (size_t)got);
	if (!deliver(wire))
		end(wire);
}

static void on_io(void *user, int events)
{
	struct wire *wire = user;

	wire->busy = true;
	if (events & LOOP_WRITE)
		send_some(wire);
	if (events & LOOP_READ)
		receive(wire);
	wire->busy = false;
	if (wire->freed)
		release(wire);
	else
		watch_what_is_needed(wire);
}

struct wire *wire_new(const struct wire_config *config, int fd)
{
	struct wire *wire = mem_zalloc(sizeof(*wire));

	wire->config = *config;
	wire->fd = fd;
	strbuf_init(&wire->in);
	strbuf_init(&wire->out);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	wire->watch = io_watch_new(config->loop, fd, LOOP_READ, on_io, wire);
	return wire;
}
