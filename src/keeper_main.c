/* skep-keeper: keeps one step of a runbook while it runs, or guards the terminal that one was lent. Started by skep,
 * which gives it the order. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"
#include "runbook/keeper_guard.h"
#include "runbook/keeper_host.h"

int main(int argc, char **argv)
{
	bool asked = argc == 2 && strcmp(argv[1], "--version") == 0;

	output_open_descriptors();
	if (asked) {
		printf("skep-keeper %s\n", SKEP_VERSION);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], KEEPER_GUARD_OPTION) == 0 && !isatty(0))
		return keeper_guard_run();
	if (argc > 1 || isatty(0)) {
		fprintf(stderr, "skep-keeper: is started by skep, and keeps one step of a runbook while it runs\n");
		return 2;
	}
	return keeper_host_run();
}
