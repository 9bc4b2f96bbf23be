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
#include "cli/demo_kind.h"
#include "cli/simulation.h"
#include "cli/system.h"
#include "ui/view/tabs.h"

/* What the demo shows: one simulation for each system. */
struct demo {
	struct simulation simulations[TABS_MOST];
	struct system systems[TABS_MOST];
	size_t count;
};

static bool takes(const struct command *command, const char *option)
{
	for (const struct option *row = command->options; row && row->name; row++)
		if (strcmp(row->name, option) == 0)
			return true;
	return false;
}

/* What follows `--`, or the console; with the demo's system files. */
static int run_command(const struct demo *demo, const char *const *words, size_t count)
{
	const struct command *command = count ? command_find(words[0]) : &command_console;
	char **arguments = mem_array(count + 2 * demo->count + 7, sizeof(*arguments));
	int argc = 0, status;

	arguments[argc++] = mem_strdup(command->name);
	for (size_t i = 0; i < demo->count; i++) {
		arguments[argc++] = mem_strdup("--system");
		arguments[argc++] = mem_strdup(demo->simulations[i].system_file);
	}
	/* Faults should be seen to come and go: asked as often as there is something new. */
	if (!count) {
		arguments[argc++] = mem_strdup("--refresh");
		arguments[argc++] = mem_strdup(DEMO_INTERVAL);
	}
	/* A picture of a past that is half read would say that half of it is absent. */
	if (takes(command, "wait")) {
		arguments[argc++] = mem_strdup("--wait");
		arguments[argc++] = mem_strdup("60s");
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
 * The command runs in a process of its own, so that the simulations end and
 * their folders go however the command ends.
 */
static int supervise(const struct demo *demo, const char *const *words, size_t count)
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
		exit(run_command(demo, words, count));
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

/* ---- which systems ---- */

static int no_such(const char *word)
{
	struct strbuf known = STRBUF_INIT;
	size_t count;
	const struct demo_kind *kinds = demo_kind_table(&count);

	for (size_t i = 0; i < count; i++)
		strbuf_addf(&known, "%s%s", i ? ", " : "", kinds[i].system);
	command_complain("demo: '%s' is neither a command nor a system that can be simulated (%s)", word, known.text);
	strbuf_release(&known);
	return EXIT_USAGE;
}

/* One more system, when its program and its definition are there; `asked`: it is a fault when they are not. */
static int add_system(struct demo *demo, const struct demo_kind *kind, bool asked)
{
	struct system *system = &demo->systems[demo->count];
	struct error_list errors;
	int status = 0;

	if (!simulation_can(kind))
		return asked ? command_complain("demo: %s is not installed", kind->program) : 0;
	system_init(system);
	error_list_init(&errors);
	if (system_find_shipped(system, kind->system, &errors) < 0) {
		system_release(system);
		status = asked ? EXIT_USAGE : 0;
		if (asked)
			command_print_faults(&errors);
	} else {
		demo->simulations[demo->count++] = (struct simulation){ .kind = kind, .ready = -1 };
	}
	error_list_release(&errors);
	return status;
}

static bool has_system(const struct demo *demo, const struct demo_kind *kind)
{
	for (size_t i = 0; i < demo->count; i++)
		if (demo->simulations[i].kind == kind)
			return true;
	return false;
}

/* The systems that are named first, or all there are; `ret_begin` gets where the command begins. */
static int choose_systems(struct demo *demo, const struct option_strings *words, size_t *ret_begin)
{
	size_t count, at = 0;
	const struct demo_kind *kinds = demo_kind_table(&count);
	int status = 0;

	for (; !status && at < words->count && !command_find(words->items[at]); at++) {
		const struct demo_kind *kind = demo_kind_find(words->items[at]);

		if (!kind)
			return no_such(words->items[at]);
		if (has_system(demo, kind))
			return command_complain("demo: '%s' is named twice", kind->system);
		status = add_system(demo, kind, true);
	}
	for (size_t i = 0; at == 0 && i < count; i++)
		add_system(demo, &kinds[i], false);
	if (!status && !demo->count) {
		command_complain("demo: no program that simulates a system is installed (%s, ...)", kinds[0].program);
		status = EXIT_WRONG;
	}
	*ret_begin = at;
	return status;
}

static int check_command(const struct option_strings *words, size_t begin)
{
	const struct command *command = begin < words->count ? command_find(words->items[begin]) : NULL;

	if (command && (command == &command_demo || !takes(command, "system")))
		return command_complain("demo: no command '%s' to run on the demo", words->items[begin]);
	return 0;
}

/* ---- faults: NAME for the first system, SYSTEM:NAME for any ---- */

static const struct simulation *fault_of(const struct demo *demo, const char *fault, const char **ret_name)
{
	const char *colon = strchr(fault, ':');

	*ret_name = colon ? colon + 1 : fault;
	for (size_t i = 0; colon && i < demo->count; i++) {
		const char *system = demo->simulations[i].kind->system;

		if (strlen(system) == (size_t)(colon - fault) && strncmp(fault, system, (size_t)(colon - fault)) == 0)
			return &demo->simulations[i];
	}
	return colon ? NULL : &demo->simulations[0];
}

static int no_system_of(const struct demo *demo, const char *fault)
{
	struct strbuf shown = STRBUF_INIT;
	int status;

	for (size_t i = 0; i < demo->count; i++)
		strbuf_addf(&shown, "%s%s", i ? ", " : "", demo->simulations[i].kind->system);
	status = command_complain("demo: --fault '%s': no such system is shown (%s)", fault, shown.text);
	strbuf_release(&shown);
	return status;
}

static int check_faults(const struct demo *demo, const struct option_strings *faults)
{
	const char *name;

	for (size_t i = 0; i < faults->count; i++)
		if (!fault_of(demo, faults->items[i], &name))
			return no_system_of(demo, faults->items[i]);
	return 0;
}

/* Those that are named for it, else its own. */
static int start(struct demo *demo, size_t index, const struct option_strings *faults, int64_t age_ms,
		 struct error *error)
{
	const struct demo_kind *kind = demo->simulations[index].kind;
	const char **own = mem_array(faults->count + 1, sizeof(*own));
	size_t count = 0;
	int result;

	for (size_t i = 0; i < faults->count; i++) {
		const char *name;

		if (fault_of(demo, faults->items[i], &name) == &demo->simulations[index])
			own[count++] = name;
	}
	if (!count)
		own[count++] = kind->fault;
	result = simulation_start(&demo->simulations[index], kind, own, count, age_ms, &ended_by, error);
	free(own);
	return result;
}

/* ---- the whole ---- */

static int open_demo(struct demo *demo, const struct cli_options *options, struct error *error)
{
	/* All begin at once; then each is waited for. */
	for (size_t i = 0; i < demo->count; i++)
		if (start(demo, i, &options->faults, options->fault_age_ms, error) < 0)
			return -1;
	for (size_t i = 0; i < demo->count; i++)
		if (simulation_await(&demo->simulations[i], &ended_by, error) < 0 ||
		    simulation_write(&demo->simulations[i], &demo->systems[i], error) < 0)
			return -1;
	return 0;
}

static void close_demo(struct demo *demo)
{
	for (size_t i = 0; i < demo->count; i++)
		simulation_call_off(&demo->simulations[i]);
	for (size_t i = 0; i < demo->count; i++) {
		simulation_end(&demo->simulations[i]);
		system_release(&demo->systems[i]);
	}
}

/* Why it did not open, said. */
static int not_open(const struct demo *demo, const struct error *error)
{
	if (ended_by)
		return 128 + ended_by;
	for (size_t i = 0; i < demo->count; i++)
		if (demo->simulations[i].refusal)
			return command_complain("demo: %s: %s", demo->simulations[i].kind->system,
						demo->simulations[i].refusal);
	if (error->text[0])
		command_complain("%s", error->text);
	return EXIT_WRONG;
}

static int run(const struct cli_options *options, const struct option_strings *words)
{
	struct demo demo = { .count = 0 };
	struct error error = { "" };
	size_t begin = 0;
	int status = choose_systems(&demo, words, &begin);

	if (!status)
		status = check_command(words, begin);
	if (!status)
		status = check_faults(&demo, &options->faults);
	if (!status) {
		catch_ends(on_end);
		if (open_demo(&demo, options, &error) == 0)
			status = supervise(&demo, words->items + begin, words->count - begin);
		else
			status = not_open(&demo, &error);
	}
	close_demo(&demo);
	return status;
}

static const struct option table[] = {
	{ "fault", 0, OPTION_STRINGS, CLI_AT(faults), .value_name = "[SYSTEM:]NAME",
	  .help = "begin with this fault (repeatable; skep-colony --help and skep-dryad --help list them)" },
	{ "fault-age", 0, OPTION_DURATION, CLI_AT(fault_age_ms), .fallback = "8m", .minimum = 1000,
	  .maximum = 35.0 * 86400000, .help = "how long the faults last already" },
	CLI_ROWS_END,
};

const struct command command_demo = {
	.name = "demo",
	.words = "[SYSTEM...] [-- COMMAND...]",
	.help = "open the console on simulated systems in which something is broken",
	.more = "Nothing real is touched, no server is needed, and everything ends with it. Behind -- any command runs "
		"on\n"
		"the demo instead: skep demo -- snapshot --size 200x120 --wait 10s",
	.options = table,
	.words_max = 1000,
	.run = run,
};
