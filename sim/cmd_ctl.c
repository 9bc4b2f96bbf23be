/* PROGRAM ctl: speak to a running system. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/vec.h"
#include "sim/control.h"
#include "sim/orders.h"
#include "sim/place.h"
#include "sim/program.h"

static const struct option table[] = {
	{ "json", 'j', OPTION_BOOL, PROGRAM_AT(json), .help = "answer in JSON; also behind the words" },
	PROGRAM_ROWS_END,
};

static int connect_to(const struct world_kind *kind, struct error *error)
{
	char *state = place_find(kind, getenv(kind->variable), error), *control = NULL;
	struct error why;
	int fd = -1;

	if (!state)
		return -1;
	control = place_read_control(state, &why);
	if (!control)
		error_set(error, "no %s is running: %.400s", kind->noun, why.text);
	else if ((fd = place_connect(control, &why)) < 0)
		error_set(error, "no %s is running: %.400s", kind->noun, why.text);
	free(control);
	free(state);
	return fd;
}

static int show(const struct control_answer *answer, bool json)
{
	struct strbuf safe = STRBUF_INIT;
	bool written;

	/* JSON has its control characters escaped already. */
	if (json)
		strbuf_add(&safe, answer->output.text, answer->output.length);
	else
		text_add_safe_lines(&safe, answer->output.text);
	written = program_output(&safe);
	strbuf_release(&safe);
	if (answer->error.length)
		program_complain("%s", answer->error.text);
	return written ? answer->status : PROGRAM_WRONG;
}

static int run(const struct program_options *options, const struct option_strings *words)
{
	VEC(const char *) sent = { 0 };
	struct control_answer answer;
	struct error error;
	bool json = options->json;
	int status = PROGRAM_WRONG, fd;

	for (size_t i = 0; i < words->count; i++) {
		if (!strcmp(words->items[i], "--json"))
			json = true;
		else
			vec_push(&sent, words->items[i]);
	}
	fd = connect_to(options->kind, &error);
	if (fd < 0 || control_ask(fd, sent.items, sent.count, json, &answer, &error)) {
		program_complain("ctl: %s", error.text);
	} else {
		status = show(&answer, json);
		control_answer_release(&answer);
	}
	if (fd >= 0)
		close(fd);
	vec_release(&sent);
	return status;
}

static void add_more(const struct world_kind *kind, struct strbuf *help)
{
	strbuf_addstr(help, "\nCommands:\n");
	orders_add_help(help);
	strbuf_addf(help,
		    "  VERB...                                the operator's verbs (help lists them): status, restart "
		    "...\n"
		    "\nThe %s is the one whose state file $%s names, else the youngest that runs.\n",
		    kind->noun, kind->variable);
}

const struct program_command program_ctl = {
	.name = "ctl",
	.words = "COMMAND...",
	.help = "Speak to one that runs: inject and clear faults, move its clock, operate it",
	.add_more = add_more,
	.options = table,
	.words_min = 1,
	.words_max = SIZE_MAX,
	.words_verbatim = true,
	.run = run,
};
