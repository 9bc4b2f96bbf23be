/* Commands: one file each, ending in its one record; one table of them. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/options.h"

/* Exit statuses of every command. */
enum { EXIT_FINE = 0, EXIT_WRONG = 1, EXIT_USAGE = 2 };

struct command {
	const char *name;
	const char *words; /* what follows the options: "[SYSTEM]", "EXPR" */
	const char *help;  /* one line */
	const char *more;  /* a paragraph for --help, or NULL */
	const struct option *options;
	size_t words_min, words_max;
	int (*run)(const struct cli_options *options, const struct option_strings *words);
};

extern const struct command command_alerts;
extern const struct command command_check;
extern const struct command command_collect;
extern const struct command command_console;
extern const struct command command_demo;
extern const struct command command_panel;
extern const struct command command_query;
extern const struct command command_rules;
extern const struct command command_runbook;
extern const struct command command_slo;
extern const struct command command_snapshot;
extern const struct command command_status;

const struct command *const *command_table(size_t *ret_count);
const struct command *command_find(const char *name);

/* Parse what follows the command word in argv[0], answer --help, run. Returns the exit status. */
int command_run(const struct command *command, int argc, char **argv);

/* "skep: message" on standard error, made safe. Returns EXIT_USAGE. */
int command_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Every fault on standard error. */
void command_print_faults(const struct error_list *errors);

/* Write all of it to standard output; false (and a message) when that fails. */
bool command_output(const struct strbuf *text);

#endif
