/* `skep runbook run`: a runbook followed on a plain terminal, or only shown as it would be. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/runbook_text.h"
#include "cli/runbook_verbs.h"
#include "cli/walk.h"
#include "runbook/placeholder.h"
#include "runbook/runbook_lint.h"

#define LINE_MAX_BYTES 65536
#define READY_MS       10000 /* longest wait for the journal */

/* A file of nobody's runbooks is run at the machine one sits at. */
#define NOBODYS "host"

/* ---- --dry-run ---- */

struct known_values {
	const struct option_strings *given, *system;
};

static const char *find_pair(const struct option_strings *pairs, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; pairs && i < pairs->count; i++)
		if (strncmp(pairs->items[i], name, length) == 0 && pairs->items[i][length] == '=')
			return pairs->items[i] + length + 1;
	return NULL;
}

static const char *known_value(void *user, const char *name)
{
	const struct known_values *values = user;
	const char *value = find_pair(values->given, name);

	return value ? value : find_pair(values->system, name);
}

static void add_filled(const struct runbook_step *step, struct known_values *values, struct strbuf *out)
{
	struct strbuf filled = STRBUF_INIT, faults = STRBUF_INIT;
	struct error error = { "" };

	runbook_text_add_step(step, out);
	if (step->kind != STEP_COMMAND)
		return;
	if (step->placeholders.count && placeholder_fill(step->text, step->placeholders.items, step->placeholders.count,
							 known_value, values, &filled, &error) == 0) {
		strbuf_addstr(out, "      filled in:\n");
		runbook_text_add_lines(filled.text, "      $ ", out);
	} else if (step->placeholders.count) {
		strbuf_addstr(out, "      would not run: ");
		text_add_safe(out, error.text);
		strbuf_addch(out, '\n');
	}
	if (runbook_lint_command(filled.length ? filled.text : step->text, &step->notes, &faults))
		runbook_text_add_lines(faults.text, "      would not run: ", out);
	strbuf_release(&filled);
	strbuf_release(&faults);
}

static int show_dry(const struct cli_options *options, const struct runbook_system *of, const struct runbook *runbook)
{
	struct known_values values = { &options->variables, of ? &of->system.variables : NULL };
	struct strbuf out = STRBUF_INIT;
	bool written;

	text_add_safe(&out, runbook->title);
	strbuf_addstr(&out, "\n(dry run: nothing is run)\n");
	for (size_t i = 0, section = SIZE_MAX; i < runbook->steps.count; i++) {
		const struct runbook_step *step = &runbook->steps.items[i];

		if (step->section != section) {
			strbuf_addch(&out, '\n');
			text_add_safe(&out, runbook->sections.items[step->section].title);
			strbuf_addch(&out, '\n');
			section = step->section;
		}
		add_filled(step, &values, &out);
	}
	written = command_output(&out);
	strbuf_release(&out);
	return written ? EXIT_FINE : EXIT_USAGE;
}

/* ---- for real ---- */

static void on_input(void *user, int events)
{
	struct walk *walk = user;
	char bytes[4096];
	ssize_t count = read(STDIN_FILENO, bytes, sizeof(bytes));

	(void)events;
	if (count < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (count <= 0) {
		io_watch_set(walk->input, 0);
		walk_take(walk, NULL);
		return;
	}
	for (ssize_t i = 0; i < count && walk->state != WALK_OVER; i++) {
		if (bytes[i] != '\n') {
			if (walk->line.length < LINE_MAX_BYTES)
				strbuf_addch(&walk->line, bytes[i]);
			continue;
		}
		char *line = mem_strdup(walk->line.text);

		explicit_bzero(walk->line.text, walk->line.length);
		strbuf_clear(&walk->line);
		walk_take(walk, line);
		explicit_bzero(line, strlen(line));
		free(line);
	}
}

static void on_interrupt(void *user, int number)
{
	(void)number;
	walk_interrupt(user);
}

static void on_end(void *user, int number)
{
	struct walk *walk = user;

	(void)number;
	walk->interrupted = true;
	loop_stop(walk->session->loop);
}

static void on_look(void *user)
{
	walk_look(user);
}

static void on_late(void *user)
{
	loop_stop(user);
}

static void on_paint(void *user)
{
	struct tab *tab = user;

	if (tab->record.ready)
		loop_stop(tab->engines.config.loop);
}

/* Without a journal nothing can be written down, and so nothing is run. */
static int await_journal(struct tab *tab)
{
	struct loop *loop = tab->engines.config.loop;
	struct timer *deadline = timer_new(loop, on_late, loop);
	struct journal_health health = { 0 };

	timer_start(deadline, READY_MS);
	loop_on_paint(loop, on_paint, tab);
	if (!tab->record.ready)
		loop_run(loop);
	timer_free(deadline);
	if (tab->record.journal)
		journal_get_health(tab->record.journal, &health);
	if (tab->record.ready && health.open)
		return 0;
	return command_complain("runbook run: what is done cannot be written down, so nothing is: %s: %s",
				health.path ? health.path : "the state folder",
				*health.reason ? health.reason : "it cannot be read");
}

static int set_values(struct walk *walk, const struct option_strings *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		const char *equals = strchr(pairs->items[i], '=');
		char *name = mem_strndup(pairs->items[i], (size_t)(equals - pairs->items[i]));
		struct error error = { "" };
		int result = -1;

		if (runner_is_secret_name(name))
			error_set(&error, "%s is a secret, and a command line is seen by others: it is asked for",
				  name);
		else
			result = runner_set_value(walk->runner, name, equals + 1, "command line", &error);
		free(name);
		if (result < 0)
			return command_complain("--var: %s", error.text);
	}
	return 0;
}

/* A run of its own each time: one that was left open is taken up in the console. */
static int open_run(struct walk *walk, const char *path)
{
	struct runbook_desk *desk = &walk->tab->runbooks.desk;
	struct error error = { "" };
	int result;

	result = desk->open(desk->user, path, NULL, &error);
	if (result < 0)
		return command_complain("runbook run: %s", error.text);
	walk->runner = desk->runner;
	return 0;
}

static int status_of(const struct walk *walk)
{
	return walk->failed || walk->interrupted ? EXIT_WRONG : EXIT_FINE;
}

static int walk_through(struct walk *walk, const struct cli_options *options, const char *path)
{
	struct loop *loop = walk->session->loop;
	struct signal_watch *interrupt, *end;
	struct error error = { "" };
	int status = open_run(walk, path);

	if (!status)
		status = set_values(walk, &options->variables);
	if (status)
		return status;
	interrupt = signal_watch_new(loop, SIGINT, on_interrupt, walk);
	end = signal_watch_new(loop, SIGTERM, on_end, walk);
	walk->look = timer_new(loop, on_look, walk);
	walk->input = io_watch_new(loop, STDIN_FILENO, LOOP_READ, on_input, walk);
	runner_attend(walk->runner, true);
	loop_on_paint(loop, on_look, walk);
	walk_begin(walk);
	if (walk->state != WALK_OVER)
		loop_run(loop);
	echo_on(&walk->echo);
	if (!walk->interrupted)
		runner_close(walk->runner, "", &error);
	io_watch_free(walk->input);
	timer_free(walk->look);
	signal_watch_free(interrupt);
	signal_watch_free(end);
	strbuf_release(&walk->line);
	strbuf_release(&walk->out);
	return status_of(walk);
}

static int run_for_real(const struct cli_options *options, const char *system, const char *path)
{
	struct cli_options own = *options;
	struct session session;
	struct walk walk = { .session = &session };
	int status;

	if (!isatty(STDIN_FILENO))
		return command_complain("runbook run: asks before it runs anything, so it needs a terminal (--dry-run "
					"does not)");
	own.system_files.count = own.variables.count = 0;
	status = session_open(&session, &own, &system, 1);
	session.keeps = true;
	if (!status) {
		walk.tab = &session.tabs[0];
		walk.tab->keeps = true;
		session_open_alerts(&session);
		status = await_journal(walk.tab);
	}
	if (!status)
		status = walk_through(&walk, options, path);
	session_close(&session);
	return status;
}

int runbook_walk(const struct cli_options *options, struct runbook_systems *systems, const char *const *words,
		 size_t count)
{
	const char *path = runbook_systems_find(systems, words[0]);
	const struct runbook_system *of = path ? runbook_systems_of(systems, path) : NULL;
	struct runbook runbook;
	struct error_list errors;
	int status = EXIT_USAGE;

	(void)count;
	if (!path)
		return EXIT_USAGE;
	if (!options->dry_run)
		return run_for_real(options,
				    options->system_files.count ? options->system_files.items[0]
				    : of                        ? of->system.name
								: NOBODYS,
				    path);
	error_list_init(&errors);
	if (runbook_read_file(&runbook, path, &errors) == 0) {
		status = show_dry(options, of, &runbook);
		runbook_release(&runbook);
	}
	command_print_faults(&errors);
	error_list_release(&errors);
	return status;
}
