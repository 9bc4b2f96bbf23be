/* skep-dryad: a DRYAD.AI that never was, on loopback. */
#include "sim/dryad.h"
#include "sim/program.h"

int main(int argc, char **argv)
{
	return program_main(&dryad_kind, argc, argv);
}
