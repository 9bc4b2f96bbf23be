#include <criterion/criterion.h>

#include <stdio.h>

#include "config/json.h"
#include "sim/verb.h"
#include "tests/unit/colony_fixture.h"

TestSuite(colony_verb);

static void expect_answer(struct colony *colony, const char *line, int status, const char *part)
{
	struct strbuf answer = STRBUF_INIT;

	cr_expect_eq(run_verb(colony, line, false, &answer), status, "'%s' is not %d: %s", line, status, answer.text);
	cr_expect_not_null(strstr(answer.text, part), "'%s' says no '%s': %s", line, part, answer.text);
	strbuf_release(&answer);
}

static cJSON *ask(struct colony *colony, const char *line)
{
	struct strbuf answer = STRBUF_INIT;
	struct error_list errors;
	cJSON *document;

	error_list_init(&errors);
	run_verb(colony, line, true, &answer);
	document = json_parse(answer.text, answer.length, line, &errors);
	cr_assert_not_null(document, "'%s' is no JSON: %s", line, answer.text);
	error_list_release(&errors);
	strbuf_release(&answer);
	return document;
}

static double ask_number(struct colony *colony, const char *line, const char *name)
{
	cJSON *document = ask(colony, line);
	double value = json_number(document, name, NAN);

	cJSON_Delete(document);
	return value;
}

Test(colony_verb, table_is_whole)
{
	size_t count;
	const struct verb *verbs = verbs_table(&count);

	cr_expect_gt(count, 80);
	for (size_t i = 0; i < count; i++) {
		cr_expect_gt(strlen(verbs[i].help), 4);
		cr_expect_not_null(verbs[i].run);
		for (size_t k = 0; k < i; k++)
			cr_expect(strcmp(verbs[i].noun, verbs[k].noun) != 0 ||
					  strcmp(verbs[i].action, verbs[k].action) != 0,
				  "%s %s is there twice", verbs[i].noun, verbs[i].action);
	}
}

/* Every step of every remedy is a verb. */
Test(colony_verb, remedies_are_verbs)
{
	size_t count;
	const struct sim_fault *faults = colony_faults(&count);

	for (size_t i = 0; i < count; i++) {
		char text[160], *place = text, *step;

		strncpy(text, faults[i].remedies, sizeof(text) - 1);
		text[sizeof(text) - 1] = '\0';
		while ((step = strsep(&place, ",+")) != NULL) {
			struct colony *colony = begin_colony(1);
			struct strbuf answer = STRBUF_INIT;

			run_verb(colony, step, false, &answer);
			cr_expect_null(strstr(answer.text, "unknown command"), "'%s' of %s", step, faults[i].name);
			strbuf_release(&answer);
			colony_free(colony);
		}
	}
}

static bool is_remedy(const struct sim_fault *fault, const char *action)
{
	char text[160], *place = text, *alternative;

	strncpy(text, fault->remedies, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	while ((alternative = strsep(&place, ",")) != NULL)
		if (strcmp(alternative + strspn(alternative, " "), action) == 0)
			return true;
	return false;
}

/* `line` on a colony with the fault: does it end just when `action` is a remedy of one step? */
static void expect_ends(const struct sim_fault *fault, const char *line, const char *action)
{
	struct colony *colony = begin_colony(1);
	bool remedy = is_remedy(fault, action);

	cr_assert_eq(colony_inject(colony, fault->name, NULL), 0);
	wait_ms(colony, 5000);
	do_verb(colony, line);
	if (strcmp(action, "restart") == 0)
		wait_ms(colony, 2 * MINUTE_MS);
	cr_expect_eq(colony_fault_is_active(colony, fault->name), !remedy, "'%s' %s %s", line,
		     remedy ? "does not end" : "ends", fault->name);
	colony_free(colony);
}

/* The right remedy and no other: every verb against every fault. */
Test(colony_verb, nothing_else_is_a_remedy)
{
	static const char *const more[] = {
		"restart lmcache",    "restart federated", "restart worldmodel", "restart meadow",
		"restart redis",      "restart database",  "restore agents",     "restore synapses",
		"restore worldmodel", "restore anchors",   "restore federated",
	};
	size_t count, verb_count;
	const struct sim_fault *faults = colony_faults(&count);
	const struct verb *verbs = verbs_table(&verb_count);

	for (size_t f = 0; f < count; f++) {
		for (size_t i = 0; i < verb_count; i++) {
			char action[64], line[128];

			snprintf(action, sizeof(action), "%s%s%s", verbs[i].noun, verbs[i].action[0] ? " " : "",
				 verbs[i].action);
			snprintf(line, sizeof(line), "%s%s", action,
				 strcmp(action, "resources set") == 0      ? " memory=24Gi"
				 : strcmp(verbs[i].arguments, "TIME") == 0 ? " 1h"
				 : strstr(verbs[i].arguments, "COUNT")     ? " 3"
									   : "");
			if (verbs[i].remedy != NULL && verbs[i].remedy[0] != '\0')
				snprintf(action, sizeof(action), "%s", verbs[i].remedy);
			expect_ends(&faults[f], line, action);
		}
		for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
			expect_ends(&faults[f], more[i], more[i]);
	}
}

/* In health, and with each fault there is. */
Test(colony_verb, answers_are_json)
{
	size_t count, fault_count;
	const struct verb *verbs = verbs_table(&count);
	const struct sim_fault *faults = colony_faults(&fault_count);

	for (size_t f = 0; f <= fault_count; f += 4) {
		struct colony *colony = begin_colony(f);

		if (f < fault_count)
			colony_inject(colony, faults[f].name, NULL);
		for (size_t i = 0; i < count; i++) {
			char line[64];
			cJSON *document;

			wait_ms(colony, 20000);
			snprintf(line, sizeof(line), "%s %s", verbs[i].noun, verbs[i].action);
			document = ask(colony, line);
			cr_expect(cJSON_IsObject(document));
			cJSON_Delete(document);
		}
		colony_free(colony);
	}
}

Test(colony_verb, unknown_words_are_told)
{
	struct colony *colony = begin_colony(1);
	struct strbuf answer = STRBUF_INIT;
	const char *many[40];

	expect_answer(colony, "agnets list", 1, "did you mean 'agents'");
	expect_answer(colony, "agents fly", 1, "unknown command 'agents fly'");
	expect_answer(colony, "xyzzy", 1, "unknown command 'xyzzy'");
	expect_answer(colony, "restart moon", 1, "nothing is called 'moon'");
	expect_answer(colony, "scale 99", 1, "0 to 3");
	expect_answer(colony, "scale", 1, "0 to 3");
	expect_answer(colony, "dream interval 1s", 1, "1m to 7d");
	expect_answer(colony, "anchors quality 3", 1, "0 to 1");
	expect_answer(colony, "restore", 1, "restore what?");
	expect_answer(colony, "restore moon", 1, "nothing that is kept");
	expect_answer(colony, "backup verify backup-29990101-000000", 1, "no backup is called");
	expect_answer(colony, "resources set memory=1Gi", 1, "8Gi");
	expect_answer(colony, "test moon", 1, "no test is called");
	expect_answer(colony, "profile flamegraph", 1, "profile enable");
	cr_expect_eq(colony_verb(colony, NULL, 0, true, &answer), 1);
	cr_expect_not_null(strstr(answer.text, "error"));
	strbuf_clear(&answer);
	for (size_t i = 0; i < 40; i++)
		many[i] = "status";
	cr_expect_eq(colony_verb(colony, many, 40, false, &answer), 1);
	cr_expect_not_null(strstr(answer.text, "too many words"));
	strbuf_release(&answer);
	colony_free(colony);
}

/* What comes from outside reaches no terminal as it is. */
Test(colony_verb, answers_hold_no_control_bytes)
{
	struct colony *colony = begin_colony(1);
	struct strbuf answer = STRBUF_INIT;

	run_verb(colony, "restart \033[31m\n\001", false, &answer);
	cr_expect_null(strchr(answer.text, '\033'));
	cr_expect_null(strchr(answer.text, '\001'));
	strbuf_clear(&answer);
	run_verb(colony, "\033]0;x\007 y", false, &answer);
	cr_expect_null(strchr(answer.text, '\033'));
	strbuf_release(&answer);
	colony_free(colony);
}

Test(colony_verb, words_of_the_runbooks)
{
	struct colony *colony = begin_colony(1);

	wait_ms(colony, MINUTE_MS);
	expect_answer(colony, "agents --count", 0, "active");
	expect_answer(colony, "dream --status", 0, "running");
	expect_answer(colony, "backup", 0, "id: backup-20260928-");
	expect_answer(colony, "backup --emergency", 0, "backup created");
	expect_answer(colony, "backup agents", 0, "agents backed up");
	expect_answer(colony, "backup --list", 0, "backups found");
	expect_answer(colony, "backup --verify --latest", 0, "checksum: valid");
	expect_answer(colony, "backup --verify", 0, "backup verified");
	expect_answer(colony, "backup status", 0, "backup alerts: none");
	expect_answer(colony, "validate --full", 0, "validation passed");
	expect_answer(colony, "validate", 0, "agents: valid");
	expect_answer(colony, "validate synapses", 0, "nan synapses: 0");
	expect_answer(colony, "knowledge --integrity", 0, "consistency: valid");
	expect_answer(colony, "test smoke", 0, "smoke tests passed");
	expect_answer(colony, "agents --test", 0, "agents tests passed");
	expect_answer(colony, "anchors --test", 0, "cache tests passed");
	expect_answer(colony, "synapses --reset-nan", 0, "reset");
	expect_answer(colony, "worldmodel --rebuild-vae", 0, "rebuilt");
	expect_answer(colony, "resources set --limits=memory=8Gi,cpu=4", 0, "memory limit gib: 8");
	expect_answer(colony, "help", 0, "restart [INSTANCE | SERVICE | database]");
	colony_free(colony);
}

Test(colony_verb, agents_come_and_go)
{
	struct colony *colony = begin_colony(2);
	double before = ask_number(colony, "agents count", "totalAgents");

	cr_expect_eq(ask_number(colony, "agents spawn 300", "spawned"), 300);
	wait_ms(colony, 2 * MINUTE_MS);
	cr_expect_gt(ask_number(colony, "agents count", "totalAgents"), before + 200);
	do_verb(colony, "agents kill 900");
	cr_expect_lt(ask_number(colony, "agents count", "totalAgents"), before - 400);
	/* The colony finds its size again. */
	wait_ms(colony, 4 * HOUR_MS);
	cr_expect_float_eq(ask_number(colony, "agents count", "totalAgents"), before, 150);
	do_verb(colony, "agents --limit 20");
	wait_ms(colony, 3 * MINUTE_MS);
	cr_expect_leq(colony_value(colony, 0, "polln_agents_total"), 20);
	cr_expect_eq(do_verb(colony, "agents spawn 99999"), 1);
	colony_free(colony);
}

Test(colony_verb, dreams_obey)
{
	struct colony *colony = begin_colony(3);
	double last;

	do_verb(colony, "dream --disable");
	last = colony_value(colony, 0, "polln_dream_cycle_last_timestamp");
	wait_ms(colony, 2 * HOUR_MS);
	cr_expect_eq(colony_value(colony, 0, "polln_dream_cycle_last_timestamp"), last);
	expect_answer(colony, "dream", 1, "disabled");
	expect_answer(colony, "dream status", 0, "disabled");
	do_verb(colony, "dream --enable");
	wait_ms(colony, 5 * MINUTE_MS);
	cr_expect_gt(colony_value(colony, 0, "polln_dream_cycle_last_timestamp"), last);
	do_verb(colony, "dream iterations 400");
	wait_ms(colony, 20 * MINUTE_MS);
	cr_expect_gt(colony_value(colony, 0, "polln_dream_cycle_duration_seconds"), 500);
	colony_inject(colony, "worldmodel-down", NULL);
	expect_answer(colony, "dream", 1, "does not answer");
	expect_answer(colony, "dream status", 0, "stalled");
	colony_free(colony);
}

Test(colony_verb, restart_is_rolling_and_resets_counters)
{
	struct colony *colony = begin_colony(4);
	double before[3], start[3];
	unsigned most_down = 0;
	bool busy = false;

	wait_ms(colony, HOUR_MS);
	for (unsigned i = 0; i < 3; i++) {
		before[i] = colony_value(colony, i, "polln_decisions_total");
		start[i] = colony_value(colony, i, "process_start_time_seconds");
	}
	do_verb(colony, "restart");
	for (int second = 0; second < 150; second++) {
		unsigned down = 0;

		wait_ms(colony, 1000);
		for (unsigned i = 0; i < 3; i++) {
			down += colony_answers(colony, SERVICE_COLONY, i) != ANSWER_GOOD;
			busy = busy || colony_answers(colony, SERVICE_COLONY, i) == ANSWER_ERROR;
		}
		most_down = down > most_down ? down : most_down;
	}
	cr_expect_eq(most_down, 1);
	cr_expect(busy, "no instance listens before it answers");
	for (unsigned i = 0; i < 3; i++) {
		cr_expect_lt(colony_value(colony, i, "polln_decisions_total"), before[i]);
		cr_expect_gt(colony_value(colony, i, "process_start_time_seconds"), start[i]);
	}
	/* One alone. */
	do_verb(colony, "restart polln-colony-2");
	wait_ms(colony, 5000);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 1), ANSWER_GOOD);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 2), ANSWER_REFUSE);
	colony_free(colony);
}

Test(colony_verb, scale_takes_away_and_gives_back)
{
	struct colony *colony = begin_colony(5);

	do_verb(colony, "scale 1");
	wait_ms(colony, MINUTE_MS);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 0), ANSWER_GOOD);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 1), ANSWER_REFUSE);
	expect_answer(colony, "restart 1", 1, "scaled away");
	do_verb(colony, "restart");
	wait_ms(colony, 10 * MINUTE_MS);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 2), ANSWER_REFUSE);
	do_verb(colony, "scale 0");
	wait_ms(colony, MINUTE_MS);
	/* The colony's own commands run in its processes. */
	expect_answer(colony, "agents count", 1, "no instance");
	expect_answer(colony, "status", 0, "status: down");
	do_verb(colony, "scale 3");
	wait_ms(colony, 2 * MINUTE_MS);
	for (unsigned i = 0; i < 3; i++)
		cr_expect_eq(colony_answers(colony, SERVICE_COLONY, i), ANSWER_GOOD);
	expect_answer(colony, "status", 0, "status: healthy");
	colony_free(colony);
}

Test(colony_verb, verification_finds_what_is_broken)
{
	static const struct {
		const char *fault, *line, *part;
	} finds[] = {
		{ "nan-synapses", "validate", "synapses: invalid" },
		{ "nan-synapses", "synapses check nan", "nan synapses: " },
		{ "corrupted-agents", "agents --test", "agents tests failed" },
		{ "corrupted-agents", "health", "unhealthy" },
		{ "corrupted-anchors", "cache test", "cache tests failed" },
		{ "corrupted-federated", "federated test", "failed" },
		{ "corrupted-federated", "sync", "refuses" },
		{ "worldmodel-down", "features verify", "fallback" },
		{ "entropy-loss", "worldmodel status", "collapsed" },
		{ "latency", "perf baseline", "beyond limits" },
		{ "error-burst", "sla check", "missed" },
		{ "database-failing", "backup", "no backup was taken" },
		{ "database-failing", "restore full", "refuses connections" },
		{ "crash", "health", "api_server  status: unhealthy" },
		{ "network-partition", "reconnect", "no dependency is reached" },
	};

	for (size_t i = 0; i < sizeof(finds) / sizeof(*finds); i++) {
		struct colony *colony = begin_colony(6);

		do_verb(colony, "network allow"); /* of no use before it is needed */
		cr_assert_eq(colony_inject(colony, finds[i].fault, NULL), 0);
		wait_ms(colony, 10 * MINUTE_MS);
		expect_answer(colony, finds[i].line, 1, finds[i].part);
		colony_free(colony);
	}
}

Test(colony_verb, shows_what_hangs_open_or_stands_in)
{
	struct colony *colony = begin_colony(7);

	colony_inject(colony, "error-burst", NULL);
	colony_inject(colony, "redis-down", NULL);
	colony_inject(colony, "latency", NULL);
	wait_ms(colony, 2 * MINUTE_MS);
	expect_answer(colony, "circuit status", 0, "name: api  state: open");
	expect_answer(colony, "circuit status", 0, "name: redis  state: open");
	expect_answer(colony, "circuit status", 0, "name: lmcache  state: closed");
	expect_answer(colony, "fallback list", 0, "last known colonies  active: yes");
	expect_answer(colony, "network status", 0, "service: redis  reached: no");
	expect_answer(colony, "topology hot", 0, "0.91");
	do_verb(colony, "circuit reset");
	do_verb(colony, "restart redis");
	wait_ms(colony, MINUTE_MS);
	expect_answer(colony, "circuit status", 0, "name: api  state: closed");
	expect_answer(colony, "circuit status", 0, "name: redis  state: closed");
	colony_free(colony);
}

Test(colony_verb, cache_empties_and_fills)
{
	struct colony *colony = begin_colony(8);
	double anchors = ask_number(colony, "cache stats", "size");

	cr_expect_gt(ask_number(colony, "cache clear all", "cleared"), 0.8 * anchors);
	wait_ms(colony, 2000);
	cr_expect_lt(ask_number(colony, "cache stats", "size"), 0.3 * anchors);
	cr_expect_lt(ask_number(colony, "cache stats", "hitRate"), 0.7);
	wait_ms(colony, 15 * MINUTE_MS);
	cr_expect_gt(ask_number(colony, "cache stats", "hitRate"), 0.82);
	cr_expect_gt(ask_number(colony, "cache stats", "size"), 0.8 * anchors);
	colony_free(colony);
}

Test(colony_verb, failover_and_back)
{
	struct colony *colony = begin_colony(9);

	expect_answer(colony, "failback", 1, "its own region");
	colony_inject(colony, "region-loss", NULL);
	wait_ms(colony, MINUTE_MS);
	expect_answer(colony, "agents list", 1, "no instance");
	for (unsigned i = 1; i < SERVICE_COUNT; i++)
		cr_expect_eq(colony_answers(colony, (enum colony_service)i, 0), ANSWER_REFUSE);
	expect_answer(colony, "failover", 0, "us-west-2");
	wait_ms(colony, 3 * MINUTE_MS);
	expect_answer(colony, "status", 0, "region: us-west-2");
	expect_answer(colony, "status", 0, "status: healthy");
	for (unsigned i = 1; i < SERVICE_COUNT; i++)
		cr_expect_eq(colony_answers(colony, (enum colony_service)i, 0), ANSWER_GOOD);
	expect_answer(colony, "failover", 1, "already");
	expect_answer(colony, "failback", 0, "us-east-1");
	colony_free(colony);
}

Test(colony_verb, faults_take_instances)
{
	struct colony *colony = begin_colony(10);
	struct error error;

	cr_expect_eq(colony_inject(colony, "crash@2", NULL), 0);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 2), ANSWER_REFUSE);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 0), ANSWER_GOOD);
	cr_expect(colony_fault_is_active(colony, "crash"));
	cr_expect(colony_fault_is_active(colony, "crash@2"));
	cr_expect_not(colony_fault_is_active(colony, "crash@0"));
	cr_expect_eq(colony_inject(colony, "crash@all", NULL), 0);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 0), ANSWER_REFUSE);
	cr_expect_eq(colony_clear(colony, "crash@0", NULL), 0);
	wait_ms(colony, MINUTE_MS);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 0), ANSWER_GOOD);
	cr_expect_eq(colony_answers(colony, SERVICE_COLONY, 1), ANSWER_REFUSE);
	/* What crashed has begun anew, however it came back. */
	cr_expect_gt(colony_value(colony, 0, "process_start_time_seconds"), (double)COLONY_BEGIN_MS / 1000);
	cr_expect_eq(colony_clear(colony, NULL, NULL), 0);
	cr_expect_not(colony_fault_is_active(colony, "crash"));

	cr_expect_eq(colony_inject(colony, "crash@3", &error), -1);
	cr_expect_not_null(strstr(error.text, "0 to 2"));
	cr_expect_eq(colony_inject(colony, "crash@", &error), -1);
	cr_expect_eq(colony_inject(colony, "crash@-1", &error), -1);
	cr_expect_eq(colony_inject(colony, "carsh", &error), -1);
	cr_expect_not_null(strstr(error.text, "did you mean 'crash'"));
	cr_expect_eq(colony_clear(colony, "crash", &error), -1);
	cr_expect_not_null(strstr(error.text, "not active"));
	cr_expect_eq(colony_inject(colony, "", &error), -1);
	cr_expect_not(colony_fault_is_active(colony, "no such fault"));
	colony_free(colony);
}

/* A process that is killed for its memory comes back by itself, and is killed again. */
Test(colony_verb, out_of_memory_kills_again_and_again)
{
	struct colony *colony = begin_colony(11);
	unsigned starts = 0;
	double start = colony_value(colony, 1, "process_start_time_seconds");

	colony_inject(colony, "out-of-memory", NULL);
	for (int i = 0; i < 120; i++) {
		double now;

		wait_ms(colony, 30000);
		now = colony_value(colony, 1, "process_start_time_seconds");
		starts += now != start;
		start = now;
	}
	cr_expect_geq(starts, 3, "killed %u times in an hour", starts);
	expect_answer(colony, "status", 0, "memory kills: ");
	colony_free(colony);
}
