/* skep-shim: the tools that runbooks use, for a simulated system. */
#include "sim/shim.h"

int main(int argc, char **argv)
{
	return shim_main(argc, argv);
}
