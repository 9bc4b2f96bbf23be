/* The simulated DRYAD's log files: their lines, their rotation, and that they say what the metrics say. */
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "sim/dryad_log.h"
#include "sim/dryad_state.h"
#include "sim/dryad_watch.h"
#include "tests/unit/dryad_fixture.h"

TestSuite(dryad_log, .timeout = 60);

static char folder[64];

static void make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/skep-dryad-log-XXXXXX");
	cr_assert(mkdtemp(folder));
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static void remove_folder(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void read_file(enum log_file file, struct strbuf *ret)
{
	char *path = path_join(folder, dryad_log_file_names[file]);

	strbuf_clear(ret);
	cr_assert_eq(path_read(path, 64u << 20, ret, NULL), 0, "%s", path);
	free(path);
}

/* Calls `each` with every line as JSON; returns how many there are. */
static size_t for_lines(const struct strbuf *text, void (*each)(const cJSON *line, void *user), void *user)
{
	size_t count = 0;

	for (const char *line = text->text, *end; *line; line = end + 1, count++) {
		cJSON *json;

		end = strchr(line, '\n');
		cr_assert(end, "the last line ends");
		json = json_parse(line, (size_t)(end - line), "line", NULL);
		cr_assert(cJSON_IsObject(json), "%.*s", (int)(end - line), line);
		each(json, user);
		cJSON_Delete(json);
	}
	return count;
}

static void expect_members(const cJSON *line, const char *const *names)
{
	for (; *names; names++)
		cr_expect(cJSON_GetObjectItemCaseSensitive(line, *names), "%s", *names);
}

static const char *const common[] = { "timestamp", "level",      "logger",    "message", "module",        "function",
				      "line",      "process_id", "thread_id", "uptime",  "request_count", NULL };

struct seen {
	char last[64];
	size_t refused, attackers;
};

static void access_line(const cJSON *line, void *user)
{
	static const char *const names[] = { "method",       "url",           "path",
					     "query_params", "status_code",   "process_time_ms",
					     "client_ip",    "user_agent",    "user_id",
					     "request_size", "response_size", NULL };
	struct seen *seen = user;
	const char *when = json_string(line, "timestamp", ""), *client = json_string(line, "client_ip", "");

	expect_members(line, common);
	expect_members(line, names);
	cr_expect(strlen(when) == 27 && when[26] == 'Z', "%s", when);
	cr_expect(strncmp(when, seen->last, 23) >= 0, "by time: %s after %s", when, seen->last);
	snprintf(seen->last, sizeof(seen->last), "%s", when);
	if (json_int(line, "status_code", 0) == 401) {
		seen->refused++;
		seen->attackers += !strncmp(client, "198.51.100.", 11) || !strncmp(client, "203.0.113.", 10);
	}
}

static void error_line(const cJSON *line, void *user)
{
	const cJSON *exception = json_get(line, "exception");

	(void)user;
	expect_members(line, common);
	cr_expect_str_eq(json_string(line, "level", ""), "ERROR");
	cr_expect(*json_string(exception, "type", "") && *json_string(exception, "message", ""));
	cr_expect(cJSON_IsArray(json_get(exception, "traceback")));
}

static void any_line(const cJSON *line, void *user)
{
	(void)user;
	expect_members(line, common);
}

Test(dryad_log, lines_say_what_the_metrics_say, .init = make_folder, .fini = remove_folder)
{
	struct dryad *dryad = begin_dryad(NULL);
	struct strbuf text = STRBUF_INIT;
	struct seen seen = { "", 0, 0 };
	double before, errors, lines;

	dryad_keep_logs(dryad, folder, COLONY_BEGIN_MS + 5 * MINUTE_MS, false);
	pass_time(dryad, 5 * MINUTE_MS - 1000);
	cr_expect_eq(access(folder, F_OK), 0);
	cr_assert_eq(dryad_inject(dryad, "security-incident", NULL), 0);
	cr_assert_eq(dryad_inject(dryad, "high-error-rate", NULL), 0);
	before = dryad_total(dryad, DRYAD_BACKEND, "http_requests_total", "");
	errors = dryad_total(dryad, DRYAD_BACKEND, "http_requests_total", "status=\"5");
	pass_time(dryad, 5 * MINUTE_MS);
	read_file(LOG_ACCESS, &text);
	/* A series of less than one request is not on the page yet; its first line counts all the same. */
	lines = (double)for_lines(&text, access_line, &seen);
	cr_expect_float_eq(lines, dryad_total(dryad, DRYAD_BACKEND, "http_requests_total", "") - before, 3);
	cr_expect_gt(seen.refused, 1000);
	cr_expect_gt((double)seen.attackers / (double)seen.refused, 0.9, "from a few addresses");
	read_file(LOG_ERRORS, &text);
	lines = (double)for_lines(&text, error_line, NULL);
	cr_expect_float_eq(lines, dryad_total(dryad, DRYAD_BACKEND, "http_requests_total", "status=\"5") - errors, 3);
	read_file(LOG_APP, &text);
	lines = (double)for_lines(&text, any_line, NULL);
	cr_expect_gt(lines, 1000);
	strbuf_release(&text);
	dryad_free(dryad);
}

Test(dryad_log, uni0_writes_plain_lines, .init = make_folder, .fini = remove_folder)
{
	struct dryad *dryad = begin_dryad("head-uni");
	struct strbuf text = STRBUF_INIT;

	dryad_keep_logs(dryad, folder, 0, true);
	pass_time(dryad, 2 * MINUTE_MS);
	read_file(LOG_APP, &text);
	cr_expect(strstr(text.text, " - app.services.orchestrator - INFO - "), "%.200s", text.text);
	strbuf_release(&text);
	dryad_free(dryad);
	cr_expect_neq(access(folder, F_OK), 0, "what is passing goes with it");
}

Test(dryad_log, rotates_as_the_handlers_do, .init = make_folder, .fini = remove_folder)
{
	struct dryad_log *log = dryad_log_new(folder, 0, false);
	char *line = mem_alloc(1u << 20);
	struct stat status;

	memset(line, 'x', 1u << 20);
	for (int i = 0; i < 75; i++) {
		dryad_log_add(log, LOG_APP, i, line, 1u << 20);
		dryad_log_flush(log);
	}
	dryad_log_free(log);
	for (int part = 0; part <= LOG_PARTS + 1; part++) {
		char *path = part ? mem_printf("%s/gremlins_app.log.%d", folder, part)
				  : mem_printf("%s/gremlins_app.log", folder);
		int found = stat(path, &status);

		cr_expect_eq(found, part > LOG_PARTS ? -1 : 0, "%s", path);
		if (!found)
			cr_expect(status.st_size <= LOG_ROTATE_BYTES && status.st_size > 0, "%s", path);
		free(path);
	}
	free(line);
	log = dryad_log_new(folder, 0, true);
	dryad_log_free(log);
	cr_expect_neq(access(folder, F_OK), 0);
}

/* What the history says a log collector counted is what it would have counted. */
Test(dryad_log, the_past_counts_the_same_lines, .init = make_folder, .fini = remove_folder)
{
	struct dryad *dryad = begin_dryad(NULL);
	struct strbuf page = STRBUF_INIT;
	double sum = 0;

	pass_time(dryad, 10 * MINUTE_MS);
	dryad_log_page(dryad, LOG_ACCESS, &page);
	for (const char *line = strstr(page.text, "\nlog_lines_total"); line;
	     line = strstr(line + 1, "\nlog_lines_total"))
		sum += strtod(strchr(line, ' '), NULL);
	cr_expect_float_eq(sum / dryad_total(dryad, DRYAD_BACKEND, "http_requests_total", ""), 1, 0.03);
	cr_expect(strstr(page.text, "log_duration_seconds_bucket{le=\"0.005\"}"));
	strbuf_release(&page);
	dryad_free(dryad);
}
