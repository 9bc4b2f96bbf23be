/* Composition: finds the command and runs it. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/output.h"
#include "base/text.h"
#include "cli/command.h"

static bool print_help(void)
{
	bool written;
	struct strbuf help = STRBUF_INIT;
	size_t count;
	const struct command *const *commands = command_table(&count);

	strbuf_addstr(&help, "skep: the operations console of POLLN Colony and DRYAD.AI\n\n"
			     "Usage: skep COMMAND [OPTION...] [SYSTEM...]\n"
			     "       skep [OPTION...] [SYSTEM...]       the same as skep console\n\nCommands:\n");
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&help, "  %-10s %-16s %s\n", commands[i]->name, commands[i]->words, commands[i]->help);
	strbuf_addstr(&help, "\nskep COMMAND --help tells more; skep(1) tells all.\n");
	written = command_output(&help);
	strbuf_release(&help);
	return written;
}

static bool print_version(void)
{
	struct strbuf version = STRBUF_INIT;
	bool written;

	strbuf_addf(&version, "skep %s\n", SKEP_VERSION);
	written = command_output(&version);
	strbuf_release(&version);
	return written;
}

/* A word that is nearly a command. */
static const char *nearest(const char *word)
{
	const char *best = NULL;
	unsigned best_distance = 3;
	size_t count;
	const struct command *const *commands = command_table(&count);

	for (size_t i = 0; i < count; i++) {
		unsigned distance = text_distance(word, commands[i]->name, 2);
		if (distance < best_distance) {
			best_distance = distance;
			best = commands[i]->name;
		}
	}
	return best;
}

int main(int argc, char **argv)
{
	const struct command *command;

	output_open_descriptors();
	/* Numbers are read and written in the C locale; only the kind of characters is the user's. */
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of its write */
	if (argc < 2 || strcmp(argv[1], "help") == 0 ||
	    (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))) {
		return print_help() && argc >= 2 ? EXIT_FINE : EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		return print_version() ? EXIT_FINE : EXIT_USAGE;
	}
	command = command_find(argv[1]);
	if (command)
		return command_run(command, argc - 1, argv + 1);
	if (argv[1][0] != '-' && nearest(argv[1]))
		return command_complain("no command '%s'; did you mean '%s'?", argv[1], nearest(argv[1]));
	return command_run(&command_console, argc, argv);
}
