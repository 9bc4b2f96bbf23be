/* The operator's verbs of the simulated DRYAD. */
#include <criterion/criterion.h>

#include "sim/dryad_verb.h"
#include "tests/unit/dryad_fixture.h"

TestSuite(dryad_verb, .timeout = 60);

/* Each does something sensible in health, as text and as JSON; and says so with its exit status. */
Test(dryad_verb, every_verb_answers)
{
	static const struct {
		const char *verb, *arguments;
		int status;
	} special[] = {
		{ "scale", "2", 0 },
		{ "env set", "A=b", 0 },
		{ "validate level", "5", 0 },
	};
	size_t count;
	const struct dryad_verb_row *rows = dryad_verbs_table(&count);

	for (size_t i = 0; i < count; i++) {
		struct dryad *dryad = begin_dryad(NULL);
		struct strbuf line = STRBUF_INIT, answer = STRBUF_INIT;
		cJSON *document;

		strbuf_addf(&line, "%s%s%s", rows[i].noun, *rows[i].action ? " " : "", rows[i].action);
		for (size_t k = 0; k < sizeof(special) / sizeof(special[0]); k++)
			if (!strcmp(special[k].verb, line.text))
				strbuf_addf(&line, " %s", special[k].arguments);
		cr_expect_eq(tell(dryad, line.text, false, &answer), 0, "%s: %s", line.text, answer.text);
		cr_expect_gt(answer.length, 0, "%s", line.text);
		tell(dryad, line.text, true, &answer);
		document = json_parse(answer.text, answer.length, line.text, NULL);
		cr_expect(cJSON_IsObject(document), "%s: %s", line.text, answer.text);
		cJSON_Delete(document);
		strbuf_release(&line);
		strbuf_release(&answer);
		dryad_free(dryad);
	}
}

Test(dryad_verb, validation_prints_what_the_scripts_print)
{
	struct dryad *dryad = begin_dryad(NULL);
	struct strbuf text = STRBUF_INIT;

	cr_expect_eq(tell(dryad, "validate level 2", false, &text), 0);
	cr_expect(strstr(text.text, "[PASS] Archivist: 5/5\n"));
	cr_expect(strstr(text.text, "OVERALL SCORE: 14/14 tests passed (100.0%)\n"));
	cr_expect_eq(tell(dryad, "validate level 0", false, &text), 0);
	cr_expect(strstr(text.text, "Tool Registry: PASSED\n"));
	cr_expect_null(strstr(text.text, "OVERALL SCORE"), "level 0 has no such line");
	cr_assert_eq(dryad_inject(dryad, "validation-failing", NULL), 0);
	cr_expect_eq(tell(dryad, "validate level 3", false, &text), 1);
	cr_expect(strstr(text.text, "[FAIL] Complexity Scorer: 1/4\n"));
	cr_expect(strstr(text.text, "OVERALL SCORE: 20/23 tests passed (87.0%)\n"));
	cr_expect_eq(tell(dryad, "validate level 4", false, &text), 0);
	cr_expect_eq(tell(dryad, "validate level 6", false, &text), 1);
	cr_expect_eq(tell(dryad, "validate level", false, &text), 1);
	cr_expect_eq(tell(dryad, "levels", false, &text), 1);
	strbuf_release(&text);
	dryad_free(dryad);
}

Test(dryad_verb, migration_goes_back_before_it_goes_on)
{
	struct dryad *dryad = begin_dryad(NULL);

	cr_assert_eq(dryad_inject(dryad, "migration-failed", NULL), 0);
	cr_expect_eq(tell(dryad, "alembic upgrade head", false, NULL), 1, "what is half done is in the way");
	cr_expect_eq(tell(dryad, "alembic downgrade", false, NULL), 0);
	cr_expect(dryad_fault_is_active(dryad, "migration-failed"));
	cr_expect_eq(tell(dryad, "alembic upgrade", false, NULL), 0);
	cr_expect_not(dryad_fault_is_active(dryad, "migration-failed"));
	cr_expect_eq(tell(dryad, "alembic current", false, NULL), 0);
	dryad_free(dryad);
}

Test(dryad_verb, providers_are_switched_to_what_answers)
{
	struct dryad *dryad = begin_dryad(NULL);
	struct strbuf text = STRBUF_INIT;

	cr_assert_eq(dryad_inject(dryad, "llm-unavailable", NULL), 0);
	cr_expect_eq(tell(dryad, "providers", false, NULL), 1);
	cr_expect_eq(tell(dryad, "provider switch ollama", false, NULL), 1, "it does not answer");
	cr_expect_eq(tell(dryad, "provider switch opnai", false, NULL), 1);
	cr_expect(dryad_fault_is_active(dryad, "llm-unavailable"));
	cr_expect_eq(tell(dryad, "provider switch anthropic", false, &text), 0);
	cr_expect(strstr(text.text, "anthropic"));
	cr_expect_eq(tell(dryad, "providers", false, NULL), 0);
	cr_assert_eq(dryad_inject(dryad, "llm-outage", NULL), 0);
	cr_expect_eq(tell(dryad, "provider switch", false, NULL), 1, "nobody answers");
	strbuf_release(&text);
	dryad_free(dryad);
}

Test(dryad_verb, scaling_is_seen)
{
	struct dryad *dryad = begin_dryad(NULL);

	cr_expect_eq(tell(dryad, "scale 3", false, NULL), 0);
	cr_expect_eq(tell(dryad, "status", false, NULL), 1, "two of them are starting");
	pass_time(dryad, MINUTE_MS);
	cr_expect_eq(tell(dryad, "status", false, NULL), 0);
	cr_expect_eq(dryad_answers(dryad, DRYAD_BACKEND, 2), ANSWER_GOOD);
	cr_expect_eq(tell(dryad, "scale 1", false, NULL), 0);
	cr_expect_eq(dryad_answers(dryad, DRYAD_BACKEND, 2), ANSWER_REFUSE);
	cr_expect_eq(tell(dryad, "scale 0", false, NULL), 1);
	cr_expect_eq(tell(dryad, "scale 99", false, NULL), 1);
	cr_expect_eq(tell(dryad, "resources set memory=x", false, NULL), 1);
	cr_expect_eq(tell(dryad, "pool set size=1", false, NULL), 1);
	dryad_free(dryad);
}

Test(dryad_verb, what_is_no_verb_is_said)
{
	struct dryad *dryad = begin_dryad(NULL);
	struct strbuf text = STRBUF_INIT;

	cr_expect_eq(tell(dryad, "restrt", false, &text), 1);
	cr_expect(strstr(text.text, "did you mean 'restart'?"));
	cr_expect_eq(tell(dryad, "restart mongo", false, &text), 1);
	cr_expect_eq(tell(dryad, "", false, &text), 1);
	cr_expect_eq(tell(dryad, "--validate --level 1", false, &text), 0, "dashes do not matter");
	cr_expect_eq(tell(dryad, "status 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", false, &text), 1);
	strbuf_release(&text);
	dryad_free(dryad);
}
