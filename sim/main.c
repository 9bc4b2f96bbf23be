/* skep-colony: a POLLN colony that never was, on loopback. */
#include "sim/colony.h"
#include "sim/program.h"

int main(int argc, char **argv)
{
	return program_main(&colony_kind, argc, argv);
}
