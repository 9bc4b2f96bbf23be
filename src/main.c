/* Composition: finds the command and runs it. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"

static void print_help(void)
{
	struct strbuf help = STRBUF_INIT;
	size_t count;
	const struct command *const *commands = command_table(&count);

	strbuf_addstr(&help, "skep: the operations console of POLLN Colony and DRYAD.AI\n\n"
			     "Usage: skep COMMAND [OPTION...] [SYSTEM]\n"
			     "       skep [OPTION...] [SYSTEM]          the same as skep console\n\nCommands:\n");
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&help, "  %-10s %-16s %s\n", commands[i]->name, commands[i]->words, commands[i]->help);
	strbuf_addstr(&help, "\nskep COMMAND --help tells more; skep(1) tells all.\n");
	command_output(&help);
	strbuf_release(&help);
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

	/* Numbers are read and written in the C locale; only the kind of characters is the user's. */
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2 || strcmp(argv[1], "help") == 0 ||
	    (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))) {
		print_help();
		return argc < 2 ? EXIT_USAGE : EXIT_FINE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("skep %s\n", SKEP_VERSION);
		return EXIT_FINE;
	}
	command = command_find(argv[1]);
	if (command)
		return command_run(command, argc - 1, argv + 1);
	if (argv[1][0] != '-' && nearest(argv[1]))
		return command_complain("no command '%s'; did you mean '%s'?", argv[1], nearest(argv[1]));
	return command_run(&command_console, argc, argv);
}
