#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/demo_colony.h"
#include "cli/system.h"

static const char default_system[] = "polln";

/* What follows `--`, or the console; with the demo's system file. */
static int run_command(const struct demo_colony *colony, const char *const *words, size_t count)
{
	const struct command *command = count ? command_find(words[0]) : &command_console;
	char **arguments = mem_array(count + 7, sizeof(*arguments));
	int argc = 0, status;

	arguments[argc++] = mem_strdup(command->name);
	arguments[argc++] = mem_strdup("--system");
	arguments[argc++] = mem_strdup(colony->system_file);
	/* Faults should be seen to come and go: asked as often as there is something new. */
	if (!count) {
		arguments[argc++] = mem_strdup("--refresh");
		arguments[argc++] = mem_strdup("5s");
	}
	for (size_t i = 1; i < count; i++)
		arguments[argc++] = mem_strdup(words[i]);
	status = command_run(command, argc, arguments);
	for (int i = 0; i < argc; i++)
		free(arguments[i]);
	free(arguments);
	return status;
}

static volatile sig_atomic_t running_pid;

/* What ends the demo ends the command; the demo then cleans up behind it. */
static void pass_on(int signal_number)
{
	if (running_pid > 0)
		kill((pid_t)running_pid, signal_number);
}

/* A stopped command stops the demo with it, so that the shell sees it; both go on together. */
static int await_command(pid_t pid)
{
	int status;

	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0) {
			if (errno == EINTR)
				continue;
			return EXIT_WRONG << 8;
		}
		if (!WIFSTOPPED(status))
			return status;
		raise(SIGSTOP);
		kill(pid, SIGCONT);
	}
}

/*
 * The command runs in a process of its own, so that the colony ends and its
 * folder goes however the command ends.
 */
static int supervise(const struct demo_colony *colony, const char *const *words, size_t count)
{
	static const int passed[] = { SIGTERM, SIGHUP };
	static const int left[] = { SIGINT, SIGQUIT };
	pid_t self = getpid(), pid = fork();
	int status;

	if (pid < 0)
		return command_complain("fork: %s", strerror(errno));
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != self)
			_exit(EXIT_WRONG);
		exit(run_command(colony, words, count));
	}
	running_pid = pid;
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		signal(passed[i], pass_on);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		signal(left[i], SIG_IGN);
	status = await_command(pid);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int check_words(const struct option_strings *words, const char **ret_system, size_t *ret_begin)
{
	*ret_system = default_system;
	*ret_begin = 0;
	if (words->count && !command_find(words->items[0])) {
		*ret_system = words->items[0];
		*ret_begin = 1;
	}
	if (strcmp(*ret_system, default_system) != 0)
		return command_complain("demo: '%s' is neither a command nor a system that can be simulated (polln)",
					*ret_system);
	if (words->count > *ret_begin) {
		const struct command *command = command_find(words->items[*ret_begin]);

		if (!command || command == &command_demo)
			return command_complain("demo: no command '%s' to run on the demo", words->items[*ret_begin]);
	}
	return 0;
}

static int run_demo(const struct system *system, const struct cli_options *options, const struct option_strings *words,
		    size_t begin)
{
	const struct demo_system shown = { system->name, system->title, system->dashboards, system->variables };
	struct demo_colony colony;
	struct error error = { "" };
	int status;

	if (demo_colony_open(&colony, &shown, &options->faults, &error) < 0) {
		command_complain("%s", error.text);
		status = EXIT_WRONG;
	} else {
		status = supervise(&colony, words->items + begin, words->count - begin);
	}
	demo_colony_close(&colony);
	return status;
}

static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct system system;
	struct error_list errors;
	const char *name;
	size_t begin;
	int status = check_words(words, &name, &begin);

	if (status)
		return status;
	system_init(&system);
	error_list_init(&errors);
	if (system_find_shipped(&system, name, &errors) < 0)
		status = EXIT_USAGE;
	command_print_faults(&errors);
	error_list_release(&errors);
	if (!status)
		status = run_demo(&system, options, words, begin);
	system_release(&system);
	return status;
}

static const struct option table[] = {
	{ "fault", 0, OPTION_STRINGS, CLI_AT(faults), .fallback = "crash", .value_name = "NAME",
	  .help = "begin with this fault (repeatable; skep-colony --help lists them)" },
	CLI_ROWS_END,
};

const struct command command_demo = {
	.name = "demo",
	.words = "[SYSTEM] [-- COMMAND...]",
	.help = "open the console on a simulated colony in which something is broken",
	.more = "Nothing real is touched, no server is needed, and everything ends with it. Behind -- any command runs "
		"on\n"
		"the demo instead: skep demo -- snapshot --size 200x120 --wait 10s",
	.options = table,
	.words_max = 1000,
	.run = run,
};
