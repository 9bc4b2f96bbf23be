#include "loop/redis_socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int begin(const struct sockaddr *address, socklen_t length, int *ret_fd)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;

	*ret_fd = -1;
	if (fd < 0)
		return errno;
	if (address->sa_family != AF_UNIX) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	}
	if (connect(fd, address, length) < 0 && errno != EINPROGRESS) {
		int number = errno;

		close(fd);
		return number;
	}
	*ret_fd = fd;
	return 0;
}

int redis_socket_tcp(const char *address, unsigned port, int *ret_fd)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *found = NULL;
	char port_text[16];
	int number;

	*ret_fd = -1;
	snprintf(port_text, sizeof(port_text), "%u", port);
	if (getaddrinfo(address, port_text, &hints, &found))
		return EHOSTUNREACH;
	number = begin(found->ai_addr, found->ai_addrlen, ret_fd);
	freeaddrinfo(found);
	return number;
}

int redis_socket_file(const char *path, int *ret_fd)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return begin((const struct sockaddr *)&address, sizeof(address), ret_fd);
}

const char *redis_socket_words(int number)
{
	switch (number) {
	case ECONNREFUSED:
	case EAGAIN: return "refused"; /* a socket file whose queue is full */
	case EHOSTUNREACH: return "no route to host";
	case ENETUNREACH: return "network unreachable";
	case EACCES:
	case EPERM: return "connection not permitted";
	case ETIMEDOUT: return "no answer to connecting";
	case ENOENT: return "no such socket";
	case ENOTSOCK:
	case ENOTDIR: return "not a socket";
	case EPIPE:
	case ECONNRESET: return "connection closed";
	default: return "cannot connect";
	}
}
