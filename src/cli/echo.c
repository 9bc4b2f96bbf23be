#include "cli/echo.h"

#include <unistd.h>

void echo_off(struct echo *echo)
{
	struct termios quiet;

	if (echo->off || tcgetattr(STDIN_FILENO, &echo->before) < 0)
		return;
	quiet = echo->before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= ECHONL;
	echo->off = tcsetattr(STDIN_FILENO, TCSANOW, &quiet) == 0;
}

void echo_on(struct echo *echo)
{
	if (echo->off)
		tcsetattr(STDIN_FILENO, TCSANOW, &echo->before);
	echo->off = false;
}
