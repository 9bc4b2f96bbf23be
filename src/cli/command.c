#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/output.h"

static const struct command *const table[] = {
	&command_console, &command_demo,   &command_snapshot, &command_panel, &command_status,  &command_query,
	&command_collect, &command_alerts, &command_check,    &command_rules, &command_runbook, &command_slo,
};

const struct command *const *command_table(size_t *ret_count)
{
	*ret_count = sizeof(table) / sizeof(table[0]);
	return table;
}

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	return NULL;
}

int command_complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	output_complain("skep", format, args);
	va_end(args);
	return EXIT_USAGE;
}

void command_print_faults(const struct error_list *errors)
{
	char line[2048];

	for (size_t i = 0; i < errors->count; i++) {
		fault_format(&errors->faults[i], line, sizeof(line));
		fprintf(stderr, "%s%s\n", errors->faults[i].file ? "" : "skep: ", line);
	}
	if (errors->dropped)
		fprintf(stderr, "... and %zu more\n", errors->dropped);
}

bool command_output(const struct strbuf *text)
{
	return output_write("skep", text);
}

static bool print_help(const struct command *command)
{
	bool written;
	struct strbuf help = STRBUF_INIT;

	strbuf_addf(&help, "Usage: skep %s [OPTION...] %s\n\n%s.\n", command->name, command->words, command->help);
	if (command->more)
		strbuf_addf(&help, "\n%s\n", command->more);
	strbuf_addstr(&help, "\nOptions:\n");
	option_add_help(command->options, &help);
	strbuf_addstr(&help,
		      "\nExit status: 0 fine, 1 something is wrong with what was asked about, 2 usage or bad input.\n");
	written = command_output(&help);
	strbuf_release(&help);
	return written;
}

int command_run(const struct command *command, int argc, char **argv)
{
	struct cli_options options = { 0 };
	struct option_strings words = { 0 };
	struct arena arena = { 0 };
	struct error error;
	int status;

	option_defaults(command->options, &options, &arena);
	if (option_read_arguments(command->options, &options, argc, argv, &words, &arena, &error) < 0) {
		status = command_complain("%s: %s (see skep %s --help)", command->name, error.text, command->name);
	} else if (options.help) {
		status = print_help(command) ? EXIT_FINE : EXIT_USAGE;
	} else if (words.count < command->words_min) {
		status = command_complain("%s: %s is missing (see skep %s --help)", command->name, command->words,
					  command->name);
	} else if (words.count > command->words_max) {
		status = command_complain("%s: '%s' is one word too many (see skep %s --help)", command->name,
					  words.items[command->words_max], command->name);
	} else {
		status = command->run(&options, &words);
	}
	arena_release(&arena);
	return status;
}
