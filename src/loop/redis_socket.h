/* Sockets to a Redis server: they begin to connect and do not wait; being writable is the end of it, see SO_ERROR. */
#ifndef LOOP_REDIS_SOCKET_H
#define LOOP_REDIS_SOCKET_H

/* To a numeric address. Returns 0 with the descriptor in `ret_fd` (-1 on failure), or the number of the error. */
int redis_socket_tcp(const char *address, unsigned port, int *ret_fd);

/* To a socket file; the path fits (redis_url_parse sees to it). */
int redis_socket_file(const char *path, int *ret_fd);

/* "refused", "no route to host": an error's number in a few words. */
const char *redis_socket_words(int number);

#endif
