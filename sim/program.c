#include "sim/program.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/output.h"
#include "base/text.h"
#include "sim/fault_name.h"

static const struct program_command *const commands[] = { &program_ctl, &program_history };

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

void program_complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	output_complain(program_invocation_short_name, format, args);
	va_end(args);
}

bool program_output(const struct strbuf *text)
{
	return output_write(program_invocation_short_name, text);
}

/* A name among `choices`, or the one that is meant. */
static bool is_choice(const char *name, const char *const *choices, const char **ret_near)
{
	unsigned best = 4;

	*ret_near = NULL;
	for (; *choices; choices++) {
		unsigned distance = text_distance(name, *choices, best);

		if (distance < best) {
			best = distance;
			*ret_near = *choices;
		}
	}
	return best == 0;
}

int program_check(const struct program_options *options)
{
	const struct world_kind *kind = options->kind;
	struct strbuf why = STRBUF_INIT;
	const char *near;

	if (options->application && !is_choice(options->application, kind->applications, &near)) {
		program_complain("--application: '%s' is none (%s%s?)", options->application,
				 near ? "did you mean " : "see --help", near ? near : "");
		return PROGRAM_USAGE;
	}
	if (fault_name_check(kind, options->faults.items, options->faults.count, (unsigned)options->instances, &why)) {
		program_complain("--fault: %s", why.text);
		strbuf_release(&why);
		return PROGRAM_USAGE;
	}
	if (options->step_ms % 1000) {
		program_complain("--backfill-step: must be whole seconds");
		return PROGRAM_USAGE;
	}
	return PROGRAM_FINE;
}

void program_plan(const struct program_options *options, struct history_plan *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->seed = (uint64_t)options->seed;
	ret->kind = options->kind;
	ret->instances = options->instances ? (unsigned)options->instances : options->kind->instances;
	ret->application = options->application;
	ret->legacy = options->legacy;
	ret->faults = options->faults.items;
	ret->fault_count = options->faults.count;
}

int program_follow_parent(void)
{
	int parent = getppid();

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	return parent;
}

bool program_is_orphan(int parent)
{
	return getppid() != parent;
}

static void add_usage(const struct program_command *command, struct strbuf *help)
{
	strbuf_addf(help, "%s%s [OPTION...]%s%s", *command->name ? " " : "", command->name, *command->words ? " " : "",
		    command->words);
}

static const struct option *options_of(const struct program_command *command, const struct world_kind *kind)
{
	return kind->applications && command->options_variant ? command->options_variant : command->options;
}

static bool print_help(const struct program_command *command, const struct world_kind *kind)
{
	struct strbuf help = STRBUF_INIT;
	bool written;

	strbuf_addf(&help, "Usage: %s", kind->program);
	add_usage(command, &help);
	for (size_t i = 0; command == &program_run && i < COMMAND_COUNT; i++) {
		strbuf_addf(&help, "\n       %s", kind->program);
		add_usage(commands[i], &help);
	}
	strbuf_addf(&help, "\n\n%s%s.\n\nOptions:\n", command->help, command == &program_run ? kind->description : "");
	option_add_help(options_of(command, kind), &help);
	if (command->add_more)
		command->add_more(kind, &help);
	strbuf_addstr(&help, "\nExit status: 0 fine, 1 something is wrong with what was asked about, 2 usage or bad "
			     "input.\n");
	written = program_output(&help);
	strbuf_release(&help);
	return written;
}

/* "ctl: " for messages. */
static const char *full_name(const struct program_command *command, struct arena *arena)
{
	return *command->name ? arena_printf(arena, "%s: ", command->name) : "";
}

/* How many of the arguments are options in front of the first word; those options take no values. */
static int count_leading(int argc, char **argv)
{
	int leading = 1;

	while (leading < argc && argv[leading][0] == '-' && argv[leading][1])
		leading++;
	return leading;
}

static int run(const struct program_command *command, const struct world_kind *kind, int argc, char **argv)
{
	const struct option *table = options_of(command, kind);
	struct program_options options = { .kind = kind };
	struct option_strings words = { 0 };
	struct arena arena = { 0 };
	struct error error;
	int parsed = command->words_verbatim ? count_leading(argc, argv) : argc, status = PROGRAM_USAGE;
	const char *name = full_name(command, &arena);

	option_defaults(table, &options, &arena);
	if (option_read_arguments(table, &options, parsed, argv, &words, &arena, &error)) {
		program_complain("%s%s (see --help)", name, error.text);
	} else if (options.help) {
		status = print_help(command, kind) ? PROGRAM_FINE : PROGRAM_WRONG;
	} else {
		if (command->words_verbatim) {
			words.count = (size_t)(argc - parsed);
			words.items = arena_array(&arena, words.count, sizeof(*words.items));
			for (size_t i = 0; i < words.count; i++)
				words.items[i] = argv[parsed + (int)i];
		}
		if (words.count < command->words_min)
			program_complain("%s%s is missing (see --help)", name, command->words);
		else if (words.count > command->words_max)
			program_complain("%s'%s' is one word too many (see --help)", name,
					 words.items[command->words_max]);
		else
			status = command->run(&options, &words);
	}
	arena_release(&arena);
	return status;
}

int program_main(const struct world_kind *kind, int argc, char **argv)
{
	output_open_descriptors();
	signal(SIGPIPE, SIG_IGN);
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		struct strbuf version = STRBUF_INIT;
		bool written;

		strbuf_addf(&version, "%s " SKEP_VERSION "\n", kind->program);
		written = program_output(&version);
		strbuf_release(&version);
		return written ? PROGRAM_FINE : PROGRAM_WRONG;
	}
	if (argc > 1 && !strcmp(argv[1], "help"))
		return print_help(&program_run, kind) ? PROGRAM_FINE : PROGRAM_WRONG;
	for (size_t i = 0; argc > 1 && i < COMMAND_COUNT; i++) {
		if (!strcmp(argv[1], commands[i]->name))
			return run(commands[i], kind, argc - 1, argv + 1);
	}
	return run(&program_run, kind, argc, argv);
}
