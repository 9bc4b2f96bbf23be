#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/command.h"
#include "cli/demo_colony.h"
#include "cli/system.h"

static const char default_system[] = "polln";

static bool takes(const struct command *command, const char *option)
{
	for (const struct option *row = command->options; row && row->name; row++)
		if (strcmp(row->name, option) == 0)
			return true;
	return false;
}

/* What follows `--`, or the console; with the demo's system file. */
static int run_command(const struct demo_colony *colony, const char *const *words, size_t count)
{
	const struct command *command = count ? command_find(words[0]) : &command_console;
	char **arguments = mem_array(count + 9, sizeof(*arguments));
	int argc = 0, status;

	arguments[argc++] = mem_strdup(command->name);
	arguments[argc++] = mem_strdup("--system");
	arguments[argc++] = mem_strdup(colony->system_file);
	/* Faults should be seen to come and go: asked as often as there is something new. */
	if (!count) {
		arguments[argc++] = mem_strdup("--refresh");
		arguments[argc++] = mem_strdup("5s");
	}
	/* A picture of a past that is half read would say that half of it is absent. */
	if (takes(command, "wait")) {
		arguments[argc++] = mem_strdup("--wait");
		arguments[argc++] = mem_strdup("30s");
	}
	for (size_t i = 1; i < count; i++)
		arguments[argc++] = mem_strdup(words[i]);
	status = command_run(command, argc, arguments);
	for (int i = 0; i < argc; i++)
		free(arguments[i]);
	free(arguments);
	return status;
}

static volatile sig_atomic_t running_pid, ended_by;

/* What ends the demo ends the command, and calls off a start; the demo then cleans up behind it. */
static void on_end(int number)
{
	ended_by = number;
	if (running_pid > 0 && number != SIGINT && number != SIGQUIT)
		kill((pid_t)running_pid, number);
}

static const int ending[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };

static void catch_ends(void (*handler)(int))
{
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		signal(ending[i], handler);
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

/* A console that was killed could not give the terminal back: its modes, and the screen that it lay over. */
static void give_back_terminal(const struct termios *before)
{
	static const char leave[] = "\033[?2026l\033[?1006l\033[?1000l\033[?2004l\033[0m\033[?1049l\033[?25h\r\n";

	tcsetattr(STDIN_FILENO, TCSANOW, before);
	if (write(STDOUT_FILENO, leave, sizeof(leave) - 1) < 0)
		return;
	command_complain("demo: the console was killed; the terminal is set back");
}

/*
 * The command runs in a process of its own, so that the colony ends and its
 * folder goes however the command ends.
 */
static int supervise(const struct demo_colony *colony, const char *const *words, size_t count)
{
	struct termios before;
	bool terminal = tcgetattr(STDIN_FILENO, &before) == 0 && isatty(STDOUT_FILENO);
	pid_t self = getpid(), pid = fork();
	int status;

	if (pid < 0)
		return command_complain("fork: %s", strerror(errno));
	if (pid == 0) {
		catch_ends(SIG_DFL);
		if (ended_by)
			_exit(EXIT_WRONG);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != self)
			_exit(EXIT_WRONG);
		exit(run_command(colony, words, count));
	}
	running_pid = pid;
	if (ended_by)
		kill(pid, SIGTERM);
	status = await_command(pid);
	running_pid = 0;
	if (!count && terminal && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		give_back_terminal(&before);
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

		if (!command || command == &command_demo || !takes(command, "system"))
			return command_complain("demo: no command '%s' to run on the demo", words->items[*ret_begin]);
	}
	return 0;
}

static int run_demo(const struct system *system, const struct cli_options *options, const struct option_strings *words,
		    size_t begin)
{
	const struct demo_system shown = { system->name, system->title, system->dashboards, system->variables,
					   system->map_file };
	struct demo_colony colony;
	struct error error = { "" };
	int status;

	catch_ends(on_end);
	if (demo_colony_open(&colony, &shown, &options->faults, &ended_by, &error) < 0) {
		if (!ended_by)
			command_complain("%s", error.text);
		status = ended_by ? 128 + ended_by : EXIT_WRONG;
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
