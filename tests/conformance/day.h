/*
 * The simulated colony twice: as a process, which is scraped, and in here,
 * led through the very same moments and words. What it was at any time is
 * known from the second one, to the last digit.
 */
#ifndef TESTS_CONFORMANCE_DAY_H
#define TESTS_CONFORMANCE_DAY_H

#include <stdint.h>
#include <sys/types.h>

#include "config/json.h"
#include "sim/colony.h"
#include "sim/time_source.h"

#define DAY_INSTANCES 3

struct twins {
	pid_t pid;
	cJSON *state; /* the process's state file */
	struct colony *colony;
	struct time_source time;
};

/* Start both at `start_ms`. Whatever goes wrong here ends the program with a message. */
void twins_open(struct twins *twins, const char *program, int64_t start_ms);

/* Say a line of words to both, as ctl does; they must agree in what they answer, and do it. */
void twins_say(struct twins *twins, const char *line);

/* Move the time of both. */
void twins_move(struct twins *twins, int64_t time_ms);

/* End both; the process must end well. */
void twins_close(struct twins *twins);

/* Print what is wrong and end. */
void day_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
