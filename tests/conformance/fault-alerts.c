/*
 * fault-alerts SOURCE SYSTEM [FAULT...]
 *
 * Every fault of a simulated system (polln, dryad) raises the alerts that
 * SOURCE/tests/conformance/fault-alerts-SYSTEM.tsv says, and no other; a wrong
 * remedy clears none of them, the right one all. Each row begins in the same
 * health, from which no alert is near: a copy of this process lives through
 * it. Time is simulated, every look of 15 seconds and every judgement of the
 * shipped rules is made.
 *
 * A line for each fault and remedy; fails on any difference, when a rule or a fault has no
 * row that raises it, and when eight hours of health raise anything. With FAULTs
 * only those rows are tried.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "fault-alerts.h"
#include "sim/colony.h"
#include "sim/dryad.h"

#define START_MS   INT64_C(1767603600000) /* Monday, 2026-01-05 09:00:00 UTC */
#define HEALTH_MS  (66 * CLOCK_MINUTE)    /* the longest look back of a rule is an hour */
#define QUIET_MS   (13 * CLOCK_MINUTE)    /* at the end of health; the longest `for` is ten minutes */
#define WRONG_MS   (6 * CLOCK_MINUTE)     /* a wrong remedy is watched so long, unless the row says */
#define CLEAR_MS   (75 * CLOCK_MINUTE)    /* within which the right one has cleared everything */
#define STAY_MS    (12 * CLOCK_MINUTE)    /* and nothing comes back in that time */
#define WELL_MS    (8 * CLOCK_HOUR)       /* of health, the busiest of the day */
#define RULES_MOST 256
#define WORDS_MOST 8

enum column { FAULT, ALERTS, WITHIN, RIGHT, WRONG, WATCHED, COLUMNS };

struct row {
	char *text;             /* owns the columns */
	char *columns[COLUMNS]; /* the right remedy: one of the line's alternatives */
	int64_t within_ms, wrong_ms;
	bool expected[RULES_MOST];
};

struct drill {
	const struct world_kind *kind;
	struct world *world;
	struct store *store;
	struct watch *watch;
	struct rules *rules;
	int64_t now_ms;
	VEC(struct row) rows;
	struct strbuf found; /* what is wrong with the present row */
};

void fault_alerts_fail(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("fault-alerts: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* ---- the table ---- */

static int64_t read_minutes(const char *text)
{
	char *end;
	long minutes = strtol(text, &end, 10);

	if (minutes < 1 || minutes > 300 || strcmp(end, "m") != 0)
		fault_alerts_fail("'%s' is no time (1m to 300m)", text);
	return minutes * CLOCK_MINUTE;
}

static void read_alerts(const struct drill *drill, struct row *row)
{
	for (const char *at = row->columns[ALERTS]; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		int index = rules_find(drill->rules, at, length);

		if (index < 0)
			fault_alerts_fail("%s: no rule is called '%.*s'", row->columns[FAULT], (int)length, at);
		row->expected[index] = true;
		at += length;
	}
}

/* The column of right remedies, which has alternatives, becomes the one that is number `which`; false: it has fewer. */
static bool choose(char **remedies, unsigned which)
{
	char *comma, *at = *remedies;

	for (; which; which--) {
		comma = strstr(at, ", ");
		if (!comma)
			return false;
		at = comma + 2;
	}
	comma = strstr(at, ", ");
	if (comma)
		*comma = '\0';
	*remedies = at;
	return true;
}

/* One of a line's right remedies; false when it has fewer. */
static bool read_row(struct drill *drill, const char *line, unsigned which)
{
	struct row row = { .text = mem_strdup(line), .wrong_ms = WRONG_MS };
	char *rest = row.text;

	for (int i = 0; i < COLUMNS; i++)
		row.columns[i] = rest ? strsep(&rest, "\t") : NULL;
	if (!row.columns[WRONG] || rest)
		fault_alerts_fail("'%s' has not five or six columns", row.columns[FAULT]);
	row.within_ms = read_minutes(row.columns[WITHIN]);
	if (row.columns[WATCHED])
		row.wrong_ms = read_minutes(row.columns[WATCHED]);
	if (!choose(&row.columns[RIGHT], which)) {
		free(row.text);
		return false;
	}
	read_alerts(drill, &row);
	vec_push(&drill->rows, row);
	return true;
}

static void read_table(struct drill *drill, const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	if (!file)
		fault_alerts_fail("%s cannot be read", path);
	while (getline(&line, &size, file) > 0) {
		line[strcspn(line, "\n")] = '\0';
		for (unsigned which = 0; *line && *line != '#' && read_row(drill, line, which);)
			which++;
	}
	free(line);
	fclose(file);
}

/* Every fault that the system knows has a row. */
static void check_faults(const struct drill *drill)
{
	size_t count;
	const struct sim_fault *faults = drill->kind->faults(&count);

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(faults[i].name);
		bool found = false;

		for (size_t k = 0; k < drill->rows.count && !found; k++) {
			const char *name = drill->rows.items[k].columns[FAULT];

			found = !strncmp(name, faults[i].name, length) && (!name[length] || name[length] == '@');
		}
		if (!found)
			fault_alerts_fail("'%s' has no row", faults[i].name);
	}
}

/* ---- time ---- */

enum look { LOOK_ONLY, LOOK_AND_JUDGE, LOOK_AND_JUDGE_ACTIVE };

static void pass(struct drill *drill, int64_t time_ms, enum look look)
{
	for (int64_t end_ms = drill->now_ms + time_ms; drill->now_ms < end_ms;) {
		drill->now_ms += ROUND_MS;
		drill->kind->advance(drill->world, drill->now_ms);
		watch_look(drill->watch, drill->now_ms);
		if (look != LOOK_ONLY)
			rules_judge(drill->rules, drill->now_ms, look == LOOK_AND_JUDGE_ACTIVE);
	}
}

static void complain(struct drill *drill, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void complain(struct drill *drill, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	strbuf_addf(&drill->found, "\n    %s", text);
}

/* "3m15s" after `since_ms`; in one of some buffers. */
static const char *after(int64_t since_ms, int64_t now_ms)
{
	static char texts[4][24];
	static unsigned next;
	char *text = texts[next++ % 4];
	int64_t seconds = (now_ms - since_ms) / 1000;

	snprintf(text, sizeof(texts[0]), "%" PRId64 "m%02" PRId64 "s", seconds / 60, seconds % 60);
	return text;
}

static int do_verb(struct drill *drill, const char *line, size_t length)
{
	char *text = mem_strndup(line, length), *rest = text;
	const char *words[WORDS_MOST];
	struct strbuf answer = STRBUF_INIT;
	size_t count = 0;
	int status;

	while (rest && count < WORDS_MOST)
		words[count++] = strsep(&rest, " ");
	status = drill->kind->verb(drill->world, words, count, false, &answer);
	strbuf_release(&answer);
	free(text);
	return status;
}

/* ---- a row ---- */

static void fall_ill(struct drill *drill, const struct row *row)
{
	int64_t begun_ms = drill->now_ms;
	struct error error;

	if (drill->kind->inject(drill->world, row->columns[FAULT], &error) < 0)
		fault_alerts_fail("%s: %s", row->columns[FAULT], error.text);
	rules_forget(drill->rules);
	pass(drill, row->within_ms, LOOK_AND_JUDGE);
	for (size_t i = 0; i < rules_count(drill->rules); i++) {
		int64_t fired_ms = rules_fired_ms(drill->rules, i);

		if (row->expected[i] && !fired_ms)
			complain(drill, "%s is not raised within %s (%s)", rules_name(drill->rules, i),
				 row->columns[WITHIN], rules_pends(drill->rules, i) ? "pending" : "inactive");
		else if (row->expected[i] && !rules_fires(drill->rules, i))
			complain(drill, "%s fires no more after %s", rules_name(drill->rules, i), row->columns[WITHIN]);
		else if (!row->expected[i] && fired_ms)
			complain(drill, "%s is raised too, after %s", rules_name(drill->rules, i),
				 after(begun_ms, fired_ms));
	}
}

static void try_wrong(struct drill *drill, const struct row *row)
{
	do_verb(drill, row->columns[WRONG], strlen(row->columns[WRONG]));
	pass(drill, row->wrong_ms, LOOK_AND_JUDGE_ACTIVE);
	if (!drill->kind->is_active(drill->world, row->columns[FAULT]))
		complain(drill, "'%s' ends the fault", row->columns[WRONG]);
	for (size_t i = 0; i < rules_count(drill->rules); i++)
		if (row->expected[i] && !rules_fires(drill->rules, i))
			complain(drill, "'%s' clears %s", row->columns[WRONG], rules_name(drill->rules, i));
}

static bool any_fires(const struct drill *drill)
{
	for (size_t i = 0; i < rules_count(drill->rules); i++)
		if (rules_fires(drill->rules, i))
			return true;
	return false;
}

static void do_right(struct drill *drill, const struct row *row)
{
	const char *plus;

	for (const char *step = row->columns[RIGHT]; step; step = plus ? plus + 3 : NULL) {
		size_t length;

		plus = strstr(step, " + ");
		length = plus ? (size_t)(plus - step) : strlen(step);
		if (do_verb(drill, step, length))
			complain(drill, "'%.*s' is refused", (int)length, step);
		pass(drill, ROUND_MS, LOOK_AND_JUDGE_ACTIVE);
	}
}

/* Returns how long it took until nothing fired any more. */
static int64_t recover(struct drill *drill, const struct row *row)
{
	int64_t begun_ms = drill->now_ms, cleared_ms;

	do_right(drill, row);
	while (any_fires(drill) && drill->now_ms < begun_ms + CLEAR_MS)
		pass(drill, ROUND_MS, LOOK_AND_JUDGE_ACTIVE);
	cleared_ms = drill->now_ms;
	/* And it stays so. */
	pass(drill, STAY_MS, LOOK_AND_JUDGE);
	if (drill->kind->is_active(drill->world, row->columns[FAULT]))
		complain(drill, "'%s' does not end the fault", row->columns[RIGHT]);
	for (size_t i = 0; i < rules_count(drill->rules); i++)
		if (rules_fires(drill->rules, i))
			complain(drill, "'%s' does not clear %s within %s", row->columns[RIGHT],
				 rules_name(drill->rules, i), after(begun_ms, drill->now_ms));
	return cleared_ms - begun_ms;
}

static int live_through(struct drill *drill, const struct row *row, bool *fired)
{
	int64_t cleared_ms;

	fall_ill(drill, row);
	for (size_t i = 0; i < rules_count(drill->rules); i++)
		if (rules_fired_ms(drill->rules, i))
			fired[i] = true;
	try_wrong(drill, row);
	cleared_ms = recover(drill, row);
	printf("%s %s: %s; cleared %s after '%s'%s\n", drill->found.length ? "FAILED" : "passed", row->columns[FAULT],
	       row->columns[ALERTS], after(0, cleared_ms), row->columns[RIGHT], drill->found.text);
	return drill->found.length ? 1 : 0;
}

static int live_well(struct drill *drill)
{
	pass(drill, WELL_MS, LOOK_AND_JUDGE);
	for (size_t i = 0; i < rules_count(drill->rules); i++)
		if (rules_fired_ms(drill->rules, i))
			complain(drill, "%s is raised after %s", rules_name(drill->rules, i),
				 after(drill->now_ms - WELL_MS, rules_fired_ms(drill->rules, i)));
	printf("%s eight hours of health%s\n", drill->found.length ? "FAILED" : "passed", drill->found.text);
	return drill->found.length ? 1 : 0;
}

/* A row, or eight hours of health, in a copy of this process: each begins in the same health. */
static bool try_row(struct drill *drill, const struct row *row, bool *fired)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		status = row ? live_through(drill, row, fired) : live_well(drill);
		fflush(stdout);
		_exit(status);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		fault_alerts_fail("cannot start a process");
	if (status && !(WIFEXITED(status) && WEXITSTATUS(status) == 1))
		printf("FAILED %s: its process ended with status %d\n", row ? row->columns[FAULT] : "health", status);
	return !status;
}

/* ---- all of it ---- */

static void be_well(struct drill *drill)
{
	pass(drill, HEALTH_MS - QUIET_MS, LOOK_ONLY);
	pass(drill, QUIET_MS, LOOK_AND_JUDGE);
	for (size_t i = 0; i < rules_count(drill->rules); i++)
		if (rules_fired_ms(drill->rules, i))
			fault_alerts_fail("%s is raised in health", rules_name(drill->rules, i));
}

static void open_drill(struct drill *drill, const char *source, const char *system)
{
	const struct world_config config = { .seed = 1, .start_ms = START_MS };
	char *rules = mem_printf("%s/systems/%s/rules.yaml", source, system);
	char *table = mem_printf("%s/tests/conformance/fault-alerts-%s.tsv", source, system);

	drill->kind = !strcmp(system, "dryad") ? &dryad_kind : &colony_kind;
	drill->world = drill->kind->make(&config);
	drill->store = store_new(NULL);
	drill->watch = watch_new(drill->world, drill->store);
	drill->rules = rules_new(rules, drill->store);
	drill->now_ms = START_MS;
	if (rules_count(drill->rules) > RULES_MOST)
		fault_alerts_fail("%zu rules are too many", rules_count(drill->rules));
	read_table(drill, table);
	check_faults(drill);
	free(rules);
	free(table);
}

static void close_drill(struct drill *drill)
{
	for (size_t i = 0; i < drill->rows.count; i++)
		free(drill->rows.items[i].text);
	vec_release(&drill->rows);
	watch_free(drill->watch);
	rules_free(drill->rules);
	store_free(drill->store);
	drill->kind->free(drill->world);
	strbuf_release(&drill->found);
}

/* How many of the rules did no row raise? */
static size_t name_silent(const struct drill *drill, const bool *fired)
{
	size_t silent = 0;

	for (size_t i = 0; i < rules_count(drill->rules); i++) {
		if (fired[i])
			continue;
		printf("FAILED: no fault raises %s\n", rules_name(drill->rules, i));
		silent++;
	}
	return silent;
}

static bool is_wanted(const struct row *row, char **faults, int count)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(row->columns[FAULT], faults[i]))
			return true;
	return count == 0;
}

int main(int argc, char **argv)
{
	struct drill drill = { .found = STRBUF_INIT };
	int64_t begun_ms = clock_monotonic_ms();
	size_t tried = 0, passed = 0, silent = 0;
	bool *fired, well = true;

	if (argc < 3 || (strcmp(argv[2], "polln") && strcmp(argv[2], "dryad"))) {
		fprintf(stderr, "usage: fault-alerts SOURCE polln|dryad [FAULT...]\n");
		return 2;
	}
	/* Shared with the copies, which say here what they saw. */
	fired = mmap(NULL, RULES_MOST, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fired == MAP_FAILED)
		fault_alerts_fail("no memory");
	open_drill(&drill, argv[1], argv[2]);
	be_well(&drill);
	for (size_t i = 0; i < drill.rows.count; i++) {
		if (!is_wanted(&drill.rows.items[i], argv + 3, argc - 3))
			continue;
		tried++;
		passed += try_row(&drill, &drill.rows.items[i], fired);
	}
	if (argc == 3) {
		well = try_row(&drill, NULL, fired);
		silent = name_silent(&drill, fired);
	}
	printf("%zu of %zu remedies of faults passed, %zu rules, %zu never raised, in %.1f s\n", passed, tried,
	       rules_count(drill.rules), silent, (double)(clock_monotonic_ms() - begun_ms) / 1000);
	close_drill(&drill);
	munmap(fired, RULES_MOST);
	return !tried || passed < tried || silent || !well;
}
