#include "sim/target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

#define BACKLOG 64

void target_list_init(struct target_list *list, const struct world_kind *kind, unsigned instances)
{
	list->count = instances + kind->service_count - 1;
	list->items = mem_array(list->count, sizeof(*list->items));
	for (size_t i = 0; i < list->count; i++) {
		struct target *target = &list->items[i];

		target->reserved = -1;
		target->service = i < instances ? 0 : (unsigned)i - instances + 1;
		target->instance = i < instances ? (unsigned)i : 0;
	}
}

void target_list_release(struct target_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].reserved >= 0)
			close(list->items[i].reserved);
	}
	free(list->items);
	memset(list, 0, sizeof(*list));
}

static void name(struct target *target, unsigned port)
{
	target->port = port;
	snprintf(target->address, sizeof(target->address), "127.0.0.1:%u", port);
}

/* A socket bound to `port`; SO_REUSEADDR lets the reserving and the listening one share it. */
static int bind_port(unsigned port, struct error *error)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	if (fd < 0)
		return error_set(error, "cannot make a socket: %s", strerror(errno));
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address))) {
		error_set(error, "127.0.0.1:%u: %s", port,
			  errno == EADDRINUSE ? "the port is in use" : strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static int reserve(struct target *target, unsigned port, struct error *error)
{
	struct sockaddr_in address = { 0 };
	socklen_t length = sizeof(address);

	target->reserved = bind_port(port, error);
	if (target->reserved < 0)
		return -1;
	if (getsockname(target->reserved, (struct sockaddr *)&address, &length))
		return error_set(error, "cannot tell the port of a socket: %s", strerror(errno));
	name(target, ntohs(address.sin_port));
	return 0;
}

/* Two bound sockets may share a port, so that a port somebody holds shows only when one tries to listen. */
static int try_listening(const struct target *target, struct error *error)
{
	int fd = target_listen(target, error);

	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

int target_list_reserve(struct target_list *list, unsigned port_base, struct error *error)
{
	for (size_t i = 0; i < list->count; i++) {
		unsigned port = port_base ? port_base + (unsigned)i : 0;

		if (port > UINT16_MAX)
			return error_set(error, "no port %u (1 to 65535)", port);
		if (reserve(&list->items[i], port, error) || try_listening(&list->items[i], error))
			return -1;
	}
	return 0;
}

void target_list_name(struct target_list *list, const unsigned *ports)
{
	for (size_t i = 0; i < list->count; i++)
		name(&list->items[i], ports[i]);
}

int target_listen(const struct target *target, struct error *error)
{
	int fd = bind_port(target->port, error);

	if (fd < 0)
		return -1;
	if (listen(fd, BACKLOG)) {
		error_set(error, "%s: %s", target->address,
			  errno == EADDRINUSE ? "the port is in use" : strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}
