#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "runbook/keeper_ring.h"
#include "runbook/report_private.h"
#include "runbook/report_text.h"
#include "runbook/transcript.h"

#define OUTPUT_BYTES 32768 /* looked at for the last lines */
#define LINE_CELLS   400

/* ---- the end of the output ---- */

/* The last of `length` bytes, at most `most`. */
static void add_last(struct strbuf *ret, const char *data, size_t length, size_t most)
{
	size_t kept = length < most ? length : most;

	if (kept)
		strbuf_add(ret, data + (length - kept), kept);
}

static void read_end(const struct keeper_output *output, struct strbuf *ret)
{
	bool whole = !output->left_out && output->tail_length < OUTPUT_BYTES;

	if (whole || !output->tail_length)
		add_last(ret, output->head, output->head_length, OUTPUT_BYTES - (whole ? output->tail_length : 0));
	add_last(ret, output->tail, output->tail_length, OUTPUT_BYTES);
}

/* The last lines of a text, none too long; whether there were more. */
static bool cut_lines(const char *text, struct strbuf *ret)
{
	size_t length = strlen(text), from = length, lines = 0;

	while (from > 0 && text[from - 1] == '\n')
		from = --length;
	while (from > 0 && (text[from - 1] != '\n' || ++lines < REPORT_OUTPUT_LINES))
		from--;
	for (const char *line = text + from; line < text + length;) {
		size_t bytes = strcspn(line, "\n");
		char *one;

		if (line + bytes > text + length)
			bytes = (size_t)(text + length - line);
		one = mem_strndup(line, bytes);
		text_add_fit(ret, one, LINE_CELLS, false);
		strbuf_addch(ret, '\n');
		free(one);
		line += bytes + 1;
	}
	return from > 0;
}

static void add_output(const char *folder, const char *step, const struct run_attempt *attempt, struct strbuf *ret)
{
	char *path = mem_printf("%s/steps/%s/attempt-%" PRId64, folder, step, attempt->number);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct strbuf bytes = STRBUF_INIT, plain = STRBUF_INIT, lines = STRBUF_INIT;
	struct ring_reader reader = { 0 };
	struct keeper_output output = { 0 };
	uint64_t total;

	free(path);
	if (fd < 0)
		return;
	if (ring_reader_open(&reader, fd))
		ring_reader_get(&reader, &output);
	read_end(&output, &bytes);
	transcript_add_text(bytes.text, bytes.length, &plain);
	if (plain.length) {
		bool more = cut_lines(plain.text, &lines) || output.total > bytes.length;

		/* What was left out is known only to the keeper, and told in the outcome. */
		total = attempt->outcome ? (uint64_t)attempt->outcome->bytes : 0;
		strbuf_addf(ret, "\n%s (%" PRIu64 " bytes in all):\n\n", more ? "The end of its output" : "Its output",
			    total > output.total ? total : output.total);
		report_add_block(ret, "text", lines.text);
	}
	ring_reader_release(&reader);
	close(fd);
	strbuf_release(&bytes);
	strbuf_release(&plain);
	strbuf_release(&lines);
}

/* ---- attempts ---- */

static void add_outcome(const struct run_attempt *attempt, struct strbuf *ret)
{
	const struct run_event *outcome = attempt->outcome;
	bool failed = false;

	if (!outcome) {
		strbuf_addstr(ret, attempt->start ? "**still running, or its end was lost**"
						  : "**not known to have started**");
		return;
	}
	switch (run_outcome_of(outcome)) {
	case RUN_OUTCOME_UNKNOWN: strbuf_addstr(ret, "**OUTCOME UNKNOWN**"); break;
	case RUN_OUTCOME_NEVER: strbuf_addstr(ret, "nothing was run"); break;
	case RUN_OUTCOME_OK: strbuf_addstr(ret, "ok"); break;
	default: failed = true; report_add_failure(ret, outcome->outcome, outcome->reason);
	}
	if (!failed && *outcome->reason) {
		strbuf_addstr(ret, ", ");
		report_add_text(ret, outcome->reason);
	}
	if (outcome->elapsed_ms > 0) {
		strbuf_addstr(ret, ", took ");
		report_add_duration(ret, outcome->elapsed_ms);
	}
}

static void add_attempt(const struct run_step *step, const struct run_attempt *attempt, const char *folder,
			struct strbuf *ret)
{
	const struct run_event *first = attempt->intent  ? attempt->intent
					: attempt->start ? attempt->start
							 : attempt->outcome;

	strbuf_addf(ret, "\nAttempt %" PRId64 ", ", attempt->number);
	report_add_time(ret, first->time_ms);
	strbuf_addstr(ret, " by ");
	report_add_code(ret, first->actor, false);
	strbuf_addstr(ret, ": ");
	add_outcome(attempt, ret);
	strbuf_addstr(ret,
		      attempt->intent && attempt->intent->edited ? ". The command was **edited** for this run." : ".");
	strbuf_addstr(ret, attempt->refused ? " **It was refused**: its author had not the pen." : "");
	strbuf_addch(ret, '\n');
	if (!attempt->intent) {
		strbuf_addstr(ret, "\nThe journal does not have what was run.\n");
	} else {
		strbuf_addch(ret, '\n');
		report_add_block(ret, "sh", attempt->intent->command);
	}
	if (folder)
		add_output(folder, step->id, attempt, ret);
}

/* ---- figures ---- */

/* Of a name that was told of before there is a row already. */
static bool told_before(const struct run *run, size_t entry, const char *step, const char *name)
{
	for (size_t i = 0; i < entry; i++) {
		const struct run_event *event = run->timeline.items[i].event;

		if (event->kind == RUN_EVIDENCE && !strcmp(event->step, step) && !strcmp(event->name, name))
			return true;
	}
	return false;
}

static void add_figure(const struct run *run, const char *step, const char *name, struct strbuf *ret)
{
	static const char *const whens[] = { "before", "after", "turned" };

	strbuf_addstr(ret, "| ");
	report_add_text(ret, name);
	for (size_t i = 0; i < sizeof(whens) / sizeof(*whens); i++) {
		const struct run_event *figure = run_find_evidence(run, step, name, whens[i]);

		strbuf_addstr(ret, " | ");
		if (figure)
			report_add_text(ret, figure->value);
	}
	strbuf_addstr(ret, " |\n");
}

void report_add_figures(const struct run *run, const char *step, struct strbuf *ret)
{
	bool first = true;

	for (size_t i = 0; i < run->timeline.count; i++) {
		const struct run_event *event = run->timeline.items[i].event;

		if (event->kind != RUN_EVIDENCE || strcmp(event->step, step) != 0 ||
		    told_before(run, i, step, event->name))
			continue;
		strbuf_addstr(ret, first ? "\n| Figure | Before | After | Turned |\n|---|---|---|---|\n" : "");
		first = false;
		add_figure(run, step, event->name, ret);
	}
}

/* ---- steps ---- */

/* How the state is told where it is a person's word, with the words. */
static void add_state(const struct run_step *step, struct strbuf *ret)
{
	const struct run_event *last = step->last;

	strbuf_addf(ret, "\nState: **%s**",
		    step->state == RUN_STEP_UNKNOWN ? "OUTCOME UNKNOWN" : run_step_state_names[step->state]);
	if (last && (last->kind == RUN_DONE || last->kind == RUN_SKIPPED || last->kind == RUN_FAILED)) {
		strbuf_addstr(ret, " says ");
		report_add_code(ret, last->actor, false);
		if (*last->note) {
			strbuf_addstr(ret, ": ");
			report_add_text(ret, last->note);
		}
	}
	strbuf_addch(ret, '\n');
	if (step->override_words) {
		strbuf_addstr(ret, "\n**A fault of its command was overridden:** ");
		report_add_text(ret, step->override_words);
		strbuf_addch(ret, '\n');
	}
}

static void add_notes(const struct run_step *step, struct strbuf *ret)
{
	for (size_t i = 0; i < step->notes.count; i++) {
		const struct run_event *note = step->notes.items[i];

		strbuf_addstr(ret, i ? "- " : "\n- ");
		report_add_time(ret, note->time_ms);
		strbuf_addch(ret, ' ');
		report_add_code(ret, note->actor, false);
		strbuf_addstr(ret, ": ");
		report_add_text(ret, note->note);
		strbuf_addch(ret, '\n');
	}
}

static void add_step(const struct run *run, const struct run_step *step, const struct runbook *runbook,
		     const char *folder, struct strbuf *ret)
{
	const struct runbook_step *text = runbook ? runbook_find_step(runbook, step->id) : NULL;

	strbuf_addf(ret, "\n### Step %s", step->id);
	if (text && *text->name) {
		strbuf_addstr(ret, ": ");
		report_add_text(ret, text->name);
	}
	strbuf_addch(ret, '\n');
	add_state(step, ret);
	if (step->command && !step->attempts.count) {
		strbuf_addstr(ret, "\n**Edited** for this run, not run:\n\n");
		report_add_block(ret, "sh", step->command);
	}
	for (size_t i = 0; i < step->attempts.count; i++)
		add_attempt(step, &step->attempts.items[i], folder, ret);
	report_add_figures(run, step->id, ret);
	add_notes(step, ret);
}

static int compare_steps(const void *left, const void *right)
{
	const struct run_step *a = *(const struct run_step *const *)left, *b = *(const struct run_step *const *)right;
	long long sections[] = { strtoll(a->id, NULL, 10), strtoll(b->id, NULL, 10) };
	long long numbers[] = { strtoll(strchr(a->id, '.') + 1, NULL, 10), strtoll(strchr(b->id, '.') + 1, NULL, 10) };

	if (sections[0] != sections[1])
		return sections[0] < sections[1] ? -1 : 1;
	return numbers[0] < numbers[1] ? -1 : numbers[0] > numbers[1];
}

void report_add_steps(const struct run *run, const struct runbook *runbook, const char *folder, struct strbuf *ret)
{
	size_t count = run->steps.count;
	const struct run_step **steps = mem_array(count ? count : 1, sizeof(const struct run_step *));

	for (size_t i = 0; i < count; i++)
		steps[i] = &run->steps.items[i];
	qsort(steps, count, sizeof(const struct run_step *), compare_steps);
	strbuf_addstr(ret, count ? "\n## Steps\n" : "");
	for (size_t i = 0; i < count; i++)
		add_step(run, steps[i], runbook, folder, ret);
	free(steps);
}
