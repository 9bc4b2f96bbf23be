#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "collect/detail.h"
#include "collect/health_document.h"
#include "collect/health_word.h"
#include "collect/metric_page.h"

/* A document and what becomes of it. */
struct read {
	struct health_document document;
	struct metric_page page;
	struct strbuf trouble;
};

static void read_body(struct read *read, const char *body, size_t length)
{
	health_document_read(&read->document, body, length);
	metric_page_init(&read->page);
	strbuf_init(&read->trouble);
	health_document_add_page(&read->document, &read->page);
	health_document_trouble(&read->document, &read->trouble);
}

/* One of the documents that the fuzzer starts from, too. */
static void read_file(struct read *read, const char *name)
{
	const char *source = getenv("SKEP_SOURCE");
	char *path = mem_printf("%s/tests/fuzz/corpus/health/%s", source ? source : ".", name);
	struct strbuf body = STRBUF_INIT;

	cr_assert_eq(path_read(path, 1 << 20, &body, NULL), 0, "%s", path);
	read_body(read, body.text, body.length);
	strbuf_release(&body);
	free(path);
}

static void read_release(struct read *read)
{
	metric_page_release(&read->page);
	strbuf_release(&read->trouble);
	health_document_release(&read->document);
}

/* The sample is in the page, as a whole line. */
static void has(const struct read *read, const char *sample)
{
	char *line = mem_printf("\n%s\n", sample);

	cr_expect(strstr(read->page.text.text, line) != NULL, "no '%s' in\n%s", sample, read->page.text.text);
	free(line);
}

static void has_not(const struct read *read, const char *text)
{
	cr_expect(strstr(read->page.text.text, text) == NULL, "'%s' in\n%s", text, read->page.text.text);
}

Test(health_document, reads_the_status_of_components_as_words)
{
	struct read read;

	read_file(&read, "document.json");
	cr_expect(read.document.known);
	has(&read, "health_status 1");
	has(&read, "health_status{group=\"components\",component=\"database\"} 1");
	has(&read, "health_status{group=\"components\",component=\"redis\"} 0.5");
	has(&read, "health_metric{name=\"requests_total\"} 15234");
	has(&read, "health_timestamp_seconds 1795318860");
	cr_expect_str_eq(read.trouble.text, "redis");
	cr_expect_eq(read.document.unknown_words, 0u);
	read_release(&read);
}

Test(health_document, reads_a_status_with_services_breakers_and_features)
{
	struct read read;

	read_file(&read, "full_status.json");
	has(&read, "health_status 0.5");
	has(&read, "health_score 72.5");
	has(&read, "health_status{group=\"services\",component=\"database\"} 1");
	has(&read, "health_status{group=\"services\",component=\"vector_store\"} 0.5");
	has(&read, "health_status{group=\"services\",component=\"task_queue\"} 0");
	has(&read, "health_status{group=\"services\",component=\"multimodal\"} 0.5");
	has(&read, "health_component_score{group=\"services\",component=\"llm\"} 85");
	has(&read, "health_status{group=\"ai_system\",component=\"ai_system\"} 0.5");
	has(&read, "health_status{group=\"ai_system\",component=\"multi_agent\"} 0");
	has(&read, "health_circuit_breaker_state{breaker=\"database\"} 0");
	has(&read, "health_circuit_breaker_state{breaker=\"vector_store\"} 0.5");
	has(&read, "health_circuit_breaker_state{breaker=\"task_queue\"} 1");
	has(&read, "health_feature_degraded{feature=\"background_jobs\"} 1");
	has(&read, "health_feature_degraded{feature=\"chat\"} 0");
	has(&read, "health_metric{name=\"circuit_breakers.failed_breakers\"} 1");
	cr_expect_str_eq(read.trouble.text, "task_queue (connection refused), multi_agent, "
					    "vector_store (weaviate answers slowly) and 3 more");
	cr_assert_eq(read.document.notes.count, 1u);
	cr_expect_str_eq(read.document.notes.items[0].text, "start the task queue");
	read_release(&read);
}

Test(health_document, reads_the_other_pages_of_that_application)
{
	struct read read;

	read_file(&read, "full_llm.json");
	has(&read, "health_status 0");
	has(&read, "health_status{component=\"llm\"} 0");
	has(&read, "health_timestamp_seconds 1763782860.25");
	cr_expect_eq(read.document.notes.count, 3u);
	read_release(&read);
	read_file(&read, "full_services.json");
	cr_expect(isnan(read.document.overall));
	has(&read, "health_status{component=\"vector_store\"} 0");
	has_not(&read, "health_status 0");
	read_release(&read);
	read_file(&read, "full_capabilities.json");
	has(&read, "health_feature_degraded{feature=\"upload\"} 1");
	has(&read, "health_feature_degraded{feature=\"chat\"} 0");
	has(&read, "health_info{mode=\"degraded\"} 1");
	has(&read, "health_circuit_breaker_state{breaker=\"queue\"} 0.5");
	read_release(&read);
}

Test(health_document, reads_levels_and_plain_answers)
{
	struct read read;

	read_file(&read, "agent_status.json");
	has(&read, "health_status{group=\"levels\",component=\"level_5\"} 1");
	has(&read, "health_metric{name=\"code_reviews_escalated\"} 1");
	read_release(&read);
	read_file(&read, "agent_health.json");
	has(&read, "health_status 1");
	has(&read, "health_timestamp_seconds 1760313600");
	read_release(&read);
	read_file(&read, "uni_health.json");
	has(&read, "health_info{service=\"uni0\",version=\"1.0.0\"} 1");
	read_release(&read);
	read_file(&read, "uni_database.json");
	has(&read, "health_status 0");
	read_release(&read);
	read_file(&read, "endpoints.json");
	has(&read, "health_status{group=\"services\",component=\"redis\"} 0");
	has(&read, "health_status{group=\"services\",component=\"chromadb\"} 0.5");
	read_release(&read);
}

Test(health_document, reads_the_colony)
{
	struct read read;

	read_file(&read, "colony_health.json");
	has(&read, "health_status 1");
	has(&read, "health_metric{name=\"connections.active\"} 4");
	has(&read, "health_timestamp_seconds 1763782860");
	read_release(&read);
	read_file(&read, "colony_ready.json");
	has(&read, "health_status 0");
	has(&read, "health_status{group=\"checks\",component=\"listening\"} 0");
	has(&read, "health_metric{name=\"colonies\"} 0");
	cr_expect_str_eq(read.trouble.text, "listening");
	read_release(&read);
	read_file(&read, "colony_check.json");
	has(&read, "health_status{group=\"checks\",component=\"hpa\"} 0.5");
	has_not(&read, "ingress");
	cr_expect_str_eq(read.trouble.text, "redis (no answer), hpa (at its most)");
	read_release(&read);
}

Test(health_document, reads_what_frameworks_answer)
{
	struct read read;

	read_file(&read, "spring.json");
	has(&read, "health_status{group=\"components\",component=\"broker.second\"} 0");
	has(&read, "health_status{group=\"components\",component=\"broker.first\"} 1");
	cr_expect_eq(read.document.unknown_words, 0u);
	read_release(&read);
	read_file(&read, "draft.json");
	has(&read, "health_status 0.5");
	has(&read, "health_status{group=\"checks\",component=\"cassandra:responseTime\"} 0.5");
	read_release(&read);
	read_file(&read, "readyz.txt");
	has(&read, "health_status{group=\"checks\",component=\"etcd\"} 0");
	has(&read, "health_status{group=\"checks\",component=\"ping\"} 1");
	cr_expect_str_eq(read.trouble.text, "etcd (failed: reason withheld)");
	read_release(&read);
	read_file(&read, "ok.txt");
	has(&read, "health_status 1");
	read_release(&read);
	read_file(&read, "word.json");
	has(&read, "health_status 1");
	read_release(&read);
}

Test(health_document, counts_words_that_are_not_known)
{
	struct read read;

	read_file(&read, "list.json");
	has(&read, "health_status{group=\"services\",component=\"api\"} 0");
	has(&read, "health_status{group=\"services\",component=\"cron\"} 0");
	has_not(&read, "worker");
	has(&read, "health_unknown_words 1");
	cr_expect_str_eq(read.document.unknown, "wobbly");
	read_release(&read);
}

Test(health_document, knows_what_is_no_health_document)
{
	static const char *const bodies[] = { "",         "{}",   "[]", "<html>OK</html>", "{\"a\":",
					      "nonsense", "null", "5",  "\xff\xfe\x01",    "[1,[2]]" };
	struct read read;

	read_file(&read, "other.json");
	cr_expect_not(read.document.known);
	read_release(&read);
	read_file(&read, "uni_performance.json");
	cr_expect_not(read.document.known);
	has(&read, "health_metric{name=\"agents.active\"} 9");
	read_release(&read);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		read_body(&read, bodies[i], strlen(bodies[i]));
		cr_expect_not(read.document.known, "%s", bodies[i]);
		cr_expect_eq(read.trouble.length, 0u);
		read_release(&read);
	}
}

Test(health_document, is_bounded)
{
	struct strbuf body = STRBUF_INIT;
	struct read read;

	strbuf_addstr(&body, "{\"status\":\"ok\",\"services\":{\"first\":\"up\"");
	for (int i = 0; i < 3 * HEALTH_ITEMS; i++)
		strbuf_addf(&body, ",\"s%d\":\"up\",\"n%d\":%d", i, i, i);
	strbuf_addstr(&body, "},\"degraded_features\":[\"f\"");
	for (int i = 0; i < 2 * HEALTH_ITEMS; i++)
		strbuf_addf(&body, ",\"f%d\"", i);
	strbuf_addstr(&body, "]}");
	read_body(&read, body.text, body.length);
	cr_expect_eq(read.document.components.count, (size_t)HEALTH_ITEMS);
	cr_expect_eq(read.document.numbers.count, (size_t)HEALTH_ITEMS);
	cr_expect_eq(read.document.features.count, (size_t)HEALTH_ITEMS);
	cr_expect_eq(read.document.left_out, 2u * HEALTH_ITEMS + 1 + 2u * HEALTH_ITEMS + HEALTH_ITEMS + 1);
	read_release(&read);
	strbuf_release(&body);
}

Test(health_document, makes_tables_for_a_person)
{
	struct detail *detail = detail_new(0);
	struct read read;

	read_file(&read, "full_status.json");
	health_document_add_detail(&read.document, detail);
	cr_assert_not_null(detail->first);
	cr_expect_str_eq(detail->first->title, "Components");
	cr_expect_eq(detail->first->row_count, read.document.components.count);
	cr_expect_str_eq(detail->first->cells[0].text, "llm");
	cr_expect_eq(detail->first->cells[1].mood, DETAIL_GOOD);
	cr_assert_not_null(detail->first->next);
	cr_expect_str_eq(detail->first->next->title, "Circuit breakers");
	cr_expect_str_eq(detail->last->title, "Notes");
	detail_free(detail);
	read_release(&read);
}

static void word(const char *text, enum health_word kind, double value)
{
	double got = -1;

	cr_expect_eq(health_word(text, &got), kind, "%s", text);
	if (kind == HEALTH_WORD_STATE || kind == HEALTH_WORD_BREAKER)
		cr_expect_float_eq(got, value, 1e-9, "%s: %f", text, got);
}

Test(health_word, knows_states_however_they_are_written)
{
	word("healthy", HEALTH_WORD_STATE, 1);
	word("UP", HEALTH_WORD_STATE, 1);
	word(" Ok ", HEALTH_WORD_STATE, 1);
	word("not ready", HEALTH_WORD_STATE, 0);
	word("NOT_READY", HEALTH_WORD_STATE, 0);
	word("out-of-service", HEALTH_WORD_STATE, 0);
	word("unhealthy: no connection", HEALTH_WORD_STATE, 0);
	word("degraded", HEALTH_WORD_STATE, 0.5);
	word("mock", HEALTH_WORD_STATE, 0.5);
	word("connected (mock)", HEALTH_WORD_STATE, 0.5);
	word("mock mode", HEALTH_WORD_STATE, 0.5);
	word("in-memory fallback", HEALTH_WORD_STATE, 0.5);
	word("unhealthy, fallback too", HEALTH_WORD_STATE, 0);
	word("half-open", HEALTH_WORD_BREAKER, 0.5);
	word("OPEN", HEALTH_WORD_BREAKER, 1);
	word("closed", HEALTH_WORD_BREAKER, 0);
	word("N/A", HEALTH_WORD_NEUTRAL, 0);
	word("disabled", HEALTH_WORD_NEUTRAL, 0);
	word("wobbly", HEALTH_WORD_UNKNOWN, 0);
	word("", HEALTH_WORD_UNKNOWN, 0);
	word("redis://host", HEALTH_WORD_UNKNOWN, 0);
	word("upset", HEALTH_WORD_UNKNOWN, 0);
}
