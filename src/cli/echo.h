/* Whether the terminal shows what is typed on a plain line: a secret is not to be seen. */
#ifndef CLI_ECHO_H
#define CLI_ECHO_H

#include <stdbool.h>
#include <termios.h>

struct echo {
	struct termios before;
	bool off;
};

/* The end of the line is still shown. Without a terminal on standard input nothing changes. */
void echo_off(struct echo *echo);

/* As it was before. */
void echo_on(struct echo *echo);

#endif
