/*
 * The command line of a simulated system's program: the commands, each one
 * record, and the struct that their tables of options fill.
 */
#ifndef SIM_PROGRAM_H
#define SIM_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "config/option.h"
#include "sim/history.h"
#include "sim/target.h"

/* Exit statuses. */
enum { PROGRAM_FINE = 0, PROGRAM_WRONG = 1, PROGRAM_USAGE = 2 };

enum program_clock { CLOCK_WALL, CLOCK_MANUAL };

struct program_options {
	const struct world_kind *kind;
	/* the system */
	int64_t seed, instances; /* instances 0: the kind's own number */
	const char *application, *logs;
	bool legacy;
	struct option_strings faults;
	int64_t fault_age_ms;
	/* running */
	int64_t port_base;
	const char *ports_file;
	const char *backfill;
	int64_t step_ms;
	int clock;
	const char *start;
	bool parent_watch;
	/* history */
	const char *until, *ports;
	bool raw, thinned;
	/* ctl */
	bool json;
	bool help;
};

#define PROGRAM_AT(member) .offset = offsetof(struct program_options, member)

#define PROGRAM_INSTANCES_MOST 16

/* Rows that several tables have. */
/* clang-format off */
#define PROGRAM_ROWS_SYSTEM                                                                                            \
	{ "seed", 's', OPTION_INT, PROGRAM_AT(seed), .fallback = "1", .maximum = 9007199254740991.0,                   \
	  .help = "the number that everything follows from" },                                                         \
	{ "instances", 'n', OPTION_INT, PROGRAM_AT(instances), .minimum = 1, .maximum = PROGRAM_INSTANCES_MOST,        \
	  .help = "instances of its first service (the colony 3, the backend 1)" },                                    \
	{ "fault", 'f', OPTION_STRINGS, PROGRAM_AT(faults), .value_name = "NAME",                                      \
	  .help = "begin with this fault active (repeatable)" },                                                       \
	{ "fault-age", 0, OPTION_DURATION, PROGRAM_AT(fault_age_ms), .fallback = "8m", .minimum = 1,                   \
	  .maximum = 35.0 * 86400000, .help = "how long those faults are active already" },                            \
	{ "backfill-step", 0, OPTION_DURATION, PROGRAM_AT(step_ms), .fallback = "15s", .minimum = 1000,                \
	  .maximum = 600000, .help = "distance of the raw samples, whole seconds" }

/* Of a kind that has several applications. */
#define PROGRAM_ROWS_VARIANT                                                                                           \
	{ "application", 'a', OPTION_STRING, PROGRAM_AT(application), .value_name = "NAME",                            \
	  .help = "which application answers: l9-full (default), l9-agent, head-uni or head-main" },                   \
	{ "legacy-metrics", 0, OPTION_BOOL, PROGRAM_AT(legacy),                                                        \
	  .help = "serve the Prometheus text as the applications wrote it, which no parser takes" }

#define PROGRAM_ROWS_END                                                                                               \
	{ "help", 'h', OPTION_BOOL, PROGRAM_AT(help), .help = "show this help" },                                      \
	{ 0 }
/* clang-format on */

struct program_command {
	const char *name;  /* "" for the one without a word */
	const char *words; /* what follows the options */
	const char *help;  /* one line */
	/* Paragraphs behind the options, or NULL. */
	void (*add_more)(const struct world_kind *kind, struct strbuf *help);
	const struct option *options;
	const struct option *options_variant; /* of a kind with several applications; NULL: the same */
	size_t words_min, words_max;
	bool words_verbatim; /* options end with the first word */
	int (*run)(const struct program_options *options, const struct option_strings *words);
};

extern const struct program_command program_ctl;
extern const struct program_command program_history;
extern const struct program_command program_run;

/* Run the program of this kind; main does nothing else. */
int program_main(const struct world_kind *kind, int argc, char **argv);

/* "skep-colony: message" on standard error, made safe. */
void program_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Write all of it to standard output; false (and a message) when that fails. */
bool program_output(const struct strbuf *text);

/* Are the faults known, is the step whole? Returns an exit status, having complained. */
int program_check(const struct program_options *options);

/* The plan's members that come straight from options; the times are left to the caller. */
void program_plan(const struct program_options *options, struct history_plan *ret);

/*
 * End with the parent: the kernel sends SIGTERM when it dies. Returns its
 * process id for program_is_orphan, which finds the deaths the kernel has no
 * signal for (before the call, or of another thread than the one that forked).
 */
int program_follow_parent(void);
bool program_is_orphan(int parent);

#endif
