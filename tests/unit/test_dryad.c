/* The simulated DRYAD in health: its pages, that time makes one course, and what its parts are to each other. */
#include <criterion/criterion.h>

#include "tests/unit/dryad_fixture.h"
#include "tsdb/exposition.h"

TestSuite(dryad, .timeout = 120);

static size_t count_samples(const struct strbuf *page, bool *ret_good)
{
	const struct exposition_options options = { .families = true };
	struct exposition parsed = { 0 };
	struct error_list faults = { 0 };
	size_t count = 0;

	*ret_good = exposition_parse(&parsed, page->text, page->length, &options, "page", &faults) == 0 &&
		    parsed.bad_lines == 0;
	count = parsed.count;
	exposition_release(&parsed);
	error_list_release(&faults);
	return count;
}

Test(dryad, every_page_parses_whatever_befalls_it)
{
	size_t fault_count;
	const struct sim_fault *faults = dryad_faults(&fault_count);

	for (size_t fault = 0; fault <= fault_count; fault++) {
		for (unsigned application = 0; application < DRYAD_APPLICATION_COUNT; application++) {
			struct dryad *dryad = begin_dryad(dryad_applications[application]);
			bool good;

			if (fault < fault_count)
				cr_assert_eq(dryad_inject(dryad, faults[fault].name, NULL), 0);
			pass_time(dryad, 2 * MINUTE_MS);
			for (unsigned service = 0; service < DRYAD_SERVICE_COUNT; service++) {
				struct strbuf page = STRBUF_INIT;

				dryad_metrics(dryad, (enum dryad_service)service, 0, &page);
				count_samples(&page, &good);
				cr_expect(good, "%s: %s of service %u",
					  fault < fault_count ? faults[fault].name : "health",
					  dryad_applications[application], service);
				strbuf_release(&page);
			}
			dryad_free(dryad);
		}
	}
}

Test(dryad, legacy_pages_are_what_no_parser_takes)
{
	static const char *const applications[] = { "l9-full", "l9-agent" };
	static const char *const paths[] = { "/api/v1/health/metrics/prometheus", "/metrics/prometheus" };

	for (int legacy = 0; legacy < 2; legacy++) {
		for (size_t i = 0; i < 2; i++) {
			const struct world_config config = { .start_ms = COLONY_BEGIN_MS,
							     .application = applications[i],
							     .legacy = legacy };
			struct dryad *dryad = dryad_new(&config);
			struct strbuf page = STRBUF_INIT;
			bool good;

			pass_time(dryad, 5 * MINUTE_MS);
			cr_expect_eq(ask(dryad, DRYAD_BACKEND, "GET", paths[i], "", &page), 200);
			count_samples(&page, &good);
			cr_expect_eq(good, !legacy, "%s", paths[i]);
			strbuf_release(&page);
			dryad_free(dryad);
		}
	}
}

Test(dryad, an_hour_is_sixty_minutes)
{
	struct dryad *whole = begin_dryad(NULL), *pieces = begin_dryad(NULL);
	struct strbuf one = STRBUF_INIT, other = STRBUF_INIT;

	for (int i = 0; i < 12; i++)
		dryad_advance(whole, dryad_now_ms(whole) + 5 * MINUTE_MS);
	for (int i = 0; i < 3600; i++)
		dryad_advance(pieces, dryad_now_ms(pieces) + 1000);
	for (unsigned service = 0; service < DRYAD_SERVICE_COUNT; service++) {
		dryad_metrics(whole, (enum dryad_service)service, 0, &one);
		dryad_metrics(pieces, (enum dryad_service)service, 0, &other);
	}
	cr_expect_str_eq(one.text, other.text);
	strbuf_release(&one);
	strbuf_release(&other);
	dryad_free(whole);
	dryad_free(pieces);
}

Test(dryad, figures_are_plausible_in_health)
{
	struct dryad *dryad = begin_dryad(NULL);
	double requests, failed;
	cJSON *status;

	pass_time(dryad, HOUR_MS);
	requests = dryad_total(dryad, DRYAD_BACKEND, "http_requests_total", "");
	failed = dryad_total(dryad, DRYAD_BACKEND, "http_requests_total", "status=\"5");
	cr_expect(requests > 3600 * 4 && requests < 3600 * 40, "%g", requests);
	cr_expect_lt(failed / requests, 0.01);
	cr_expect(dryad_value(dryad, DRYAD_BACKEND, "db_connection_pool_active") < 20);
	cr_expect_eq(dryad_value(dryad, DRYAD_BACKEND, "db_connection_pool_max"), 60);
	cr_expect_eq(dryad_value(dryad, DRYAD_POSTGRES, "pg_up"), 1);
	cr_expect_eq(dryad_value(dryad, DRYAD_REDIS, "redis_up"), 1);
	cr_expect_eq(dryad_value(dryad, DRYAD_NGINX, "probe_success"), 1);
	status = get_document(dryad, "/api/v1/health/status");
	cr_expect_str_eq(json_string(status, "status", ""), "healthy");
	cr_expect_geq(json_number(status, "health_score", 0), 80);
	cJSON_Delete(status);
	/* One uptime for all: the process's. */
	cr_expect_lt(dryad_value(dryad, DRYAD_BACKEND, "process_start_time_seconds"),
		     (double)dryad_now_ms(dryad) / 1000);
	dryad_free(dryad);
}

/* Counters only fall when the process is another. */
Test(dryad, counters_rise)
{
	struct dryad *dryad = begin_dryad("head-uni");
	double before = 0, now;

	for (int i = 0; i < 30; i++) {
		pass_time(dryad, 30000);
		now = dryad_total(dryad, DRYAD_BACKEND, "uni0_requests_total", "");
		cr_expect_geq(now, before);
		before = now;
	}
	cr_expect_eq(tell(dryad, "restart", false, NULL), 0);
	pass_time(dryad, MINUTE_MS);
	cr_expect_lt(dryad_total(dryad, DRYAD_BACKEND, "uni0_requests_total", ""), before);
	dryad_free(dryad);
}

Test(dryad, what_starts_is_not_there_at_once)
{
	struct dryad *dryad = begin_dryad(NULL);

	cr_expect_eq(dryad_inject(dryad, "backend-down", NULL), 0);
	cr_expect_eq(dryad_answers(dryad, DRYAD_BACKEND, 0), ANSWER_REFUSE);
	cr_expect_eq(tell(dryad, "restart", false, NULL), 0);
	cr_expect_eq(dryad_answers(dryad, DRYAD_BACKEND, 0), ANSWER_REFUSE);
	pass_time(dryad, 10000);
	cr_expect_eq(dryad_answers(dryad, DRYAD_BACKEND, 0), ANSWER_ERROR);
	pass_time(dryad, 10000);
	cr_expect_eq(dryad_answers(dryad, DRYAD_BACKEND, 0), ANSWER_GOOD);
	cr_expect_eq(dryad_answers(dryad, DRYAD_BACKEND, 1), ANSWER_REFUSE, "there is no second");
	cr_expect_eq(dryad_answers(dryad, DRYAD_SERVICE_COUNT, 0), ANSWER_REFUSE);
	dryad_free(dryad);
}
