/*
 * Turns the C library's traps into compile errors. Every .c file of the
 * program sees it through the compiler's -include option, so it includes the
 * headers that declare the functions first.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A hardened C library makes these macros in some compilers. */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets atoi popen localtime

/* A call only: the bare word is the name of what this program is about. */
#define system(command) banned_system_runs_a_shell

#endif
