#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/dryad_log.h"
#include "sim/dryad_state.h"
#include "sim/random.h"

/* What the state counts becomes lines: each whole request one in the access log, each 5xx one in the others. */

enum { LINES_MOST = 2000, TIME_SIZE = 32 };

const char *const dryad_attackers[DRYAD_ATTACKERS] = { "198.51.100.23", "198.51.100.77", "203.0.113.200" };
const double dryad_attacker_shares[DRYAD_ATTACKERS] = { 0.6, 0.25, 0.15 };
const char dryad_beyond_limits[] = "192.0.2.44";

void dryad_client(unsigned which, char ret[DRYAD_CLIENT_SIZE])
{
	snprintf(ret, DRYAD_CLIENT_SIZE, "10.42.%u.%u", which / 8, 11 + which * 7 % 200);
}

static const char *const agents[] = {
	"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/143.0",
	"python-httpx/0.28.1",
	"dryad-cli/9.0.0",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15",
};

/* What the application says when a request fails, by cause. */
static const struct {
	const char *module, *function, *message;
} causes[CAUSE_COUNT] = {
	[CAUSE_DATABASE] = { "base", "_handle_dbapi_exception",
			     "database error: connection to server at \"postgres\" refused" },
	[CAUSE_POOL] = { "impl", "_do_get",
			 "QueuePool limit of size 20 overflow 40 reached, connection timed out, timeout 30.00" },
	[CAUSE_LLM] = { "llm_config", "invoke", "LLM provider did not answer" },
	[CAUSE_MEMORY] = { "main", "dispatch", "cannot allocate memory for the response" },
	[CAUSE_VALUE] = { "agents", "execute_agent", "unexpected value while validating the result" },
	[CAUSE_RELEASE] = { "knowledge", "search", "'Document' object has no attribute 'tenant_id'" },
};

static void format_time(int64_t time_ms, uint64_t chance, char ret[TIME_SIZE])
{
	char seconds[24];

	time_format(time_ms, "%Y-%m-%dT%H:%M:%S", seconds, sizeof(seconds));
	snprintf(ret, TIME_SIZE, "%s.%03d%03dZ", seconds, (int)(time_ms % 1000), (int)(chance % 1000));
}

/* The members every line has. */
static void begin_line(struct strbuf *line, const struct dryad *dryad, const struct backend *backend, int64_t time_ms,
		       const char *level, const char *logger, const char *message, const char *module,
		       const char *function)
{
	uint64_t chance = random_hash(dryad->seed, CHANCE_LINE, (uint64_t)time_ms ^ line->length);
	char when[TIME_SIZE];
	double served = 0;

	for (unsigned route = 0; route < ROUTE_COUNT; route++)
		served += backend->requests[route][DRYAD_200] + backend->requests[route][DRYAD_201];
	format_time(time_ms, chance, when);
	strbuf_addf(line, "{\"timestamp\":\"%s\",\"level\":\"%s\",\"logger\":\"%s\",\"message\":", when, level, logger);
	strbuf_add_json(line, message);
	strbuf_addf(line,
		    ",\"module\":\"%s\",\"function\":\"%s\",\"line\":%d,\"process_id\":%u,\"thread_id\":%" PRIu64
		    ",\"uptime\":%.3f,\"request_count\":%.0f",
		    module, function, (int)(40 + strlen(message) * 7 % 400), 7 + backend->number,
		    UINT64_C(140245318837248) + chance % 8 * 4096, (double)(time_ms - backend->start_ms) / 1000,
		    floor(served));
}

/* Python's plain form, as Uni0 has it. */
static void plain_line(struct strbuf *line, int64_t time_ms, const char *level, const char *logger, const char *message)
{
	char seconds[24];

	time_format(time_ms, "%Y-%m-%d %H:%M:%S", seconds, sizeof(seconds));
	strbuf_addf(line, "%s,%03d - %s - %s - %s", seconds, (int)(time_ms % 1000), logger, level, message);
}

static bool is_plain(const struct dryad *dryad)
{
	return dryad->application == DRYAD_HEAD_UNI;
}

static bool is_error(const char *level)
{
	return !strcmp(level, "ERROR") || !strcmp(level, "CRITICAL");
}

static void add_to_logs(struct dryad *dryad, const char *level, int64_t time_ms, const struct strbuf *line)
{
	dryad_log_add(dryad->log, LOG_APP, time_ms, line->text, line->length);
	if (is_error(level))
		dryad_log_add(dryad->log, LOG_ERRORS, time_ms, line->text, line->length);
}

void dryad_log_say(struct dryad *dryad, const char *level, const char *logger, const char *format, ...)
{
	struct strbuf message = STRBUF_INIT, line = STRBUF_INIT;
	const char *dot = strrchr(logger, '.');
	va_list args;

	if (!dryad_log_wants(dryad->log, dryad->stepped_ms))
		return;
	va_start(args, format);
	strbuf_vaddf(&message, format, args);
	va_end(args);
	if (is_plain(dryad)) {
		plain_line(&line, dryad->stepped_ms, level, logger, message.text);
	} else {
		begin_line(&line, dryad, &dryad->backends[0], dryad->stepped_ms, level, logger, message.text,
			   dot ? dot + 1 : logger, "run");
		strbuf_addch(&line, '}');
	}
	add_to_logs(dryad, level, dryad->stepped_ms, &line);
	strbuf_release(&message);
	strbuf_release(&line);
}

/* One request as the logs tell it. */
struct request_line {
	unsigned route, status;
	int64_t time_ms;
	uint64_t number;
	const char *client;
	char client_text[DRYAD_CLIENT_SIZE], user[16];
	double took_ms;
};

static double chance(const struct dryad *dryad, enum dryad_chance stream, uint64_t number)
{
	return random_unit(dryad->seed, (uint64_t)stream, number);
}

static void choose_client(const struct dryad *dryad, struct request_line *request)
{
	unsigned which =
		(unsigned)(pow(chance(dryad, CHANCE_LINE_CLIENT, request->number), DRYAD_CLIENT_SKEW) * DRYAD_CLIENTS);
	unsigned code = dryad_status_codes[request->status];
	double attack = dryad->push[PUSH_ATTACK], intrusion = dryad->push[PUSH_INTRUSION];
	bool guesses = request->route == ROUTE_LOGIN && attack > 0 && (code == 401 || code == 429);
	bool tries = (request->route == ROUTE_AGENTS || request->route == ROUTE_TOOLS) && intrusion > 0 && code == 403;

	dryad_client(which, request->client_text);
	request->client = request->client_text;
	snprintf(request->user, sizeof(request->user), "u-%03u",
		 (unsigned)(chance(dryad, CHANCE_LINE_USER, request->number) * 140));
	if ((guesses || tries) && chance(dryad, CHANCE_LINE_A, request->number) < 0.97) {
		/* The first does most of it. */
		double share = chance(dryad, CHANCE_LINE_B, request->number);

		request->client = dryad_attackers[share < 0.6 ? 0 : share < 0.85 ? 1 : 2];
	} else if (request->route == ROUTE_SEARCH && code == 429 && dryad->push[PUSH_LIMITED] > 0) {
		request->client = dryad_beyond_limits;
	}
	if (dryad_routes[request->route].open || code == 401)
		request->user[0] = '\0';
}

static double draw_duration(const struct dryad *dryad, const struct backend *backend,
			    const struct request_line *request)
{
	const struct dryad_route_info *route = &dryad_routes[request->route];
	unsigned code = dryad_status_codes[request->status];
	double u = fmax(chance(dryad, CHANCE_LINE_A, request->number + 1), 1e-9);
	double normal = sqrt(-2 * log(u)) * cos(2 * M_PI * chance(dryad, CHANCE_LINE_B, request->number + 1));
	double median_s = route->median_s * backend->slowness;

	if (code == 504)
		return 30000 + normal * 4;
	if (code == 401 || code == 403 || code == 429)
		return (request->route == ROUTE_LOGIN ? 90 : 5) * exp(0.3 * normal);
	if (route->asks_model && dryad_llm_serves(dryad) && code < 400)
		median_s += dryad_llm_median_s(dryad);
	return fmin(median_s, 60) * exp(route->sigma * normal) * 1000;
}

/* "/api/v1/agents/{agent_id}/execute" with something for what is in braces. */
static void add_path(struct strbuf *buf, const struct request_line *request)
{
	const char *path = dryad_routes[request->route].path, *open = strchr(path, '{'), *close;

	if (!open) {
		strbuf_addstr(buf, path);
		return;
	}
	close = strchr(open, '}');
	strbuf_add(buf, path, (size_t)(open - path));
	strbuf_addf(buf, "%s-%04u%s", request->route == ROUTE_STATUS ? "task" : "agent",
		    (unsigned)(request->number * 37 % 4000), close + 1);
}

static void access_line(struct dryad *dryad, const struct backend *backend, const struct request_line *request)
{
	const struct dryad_route_info *route = &dryad_routes[request->route];
	unsigned code = dryad_status_codes[request->status];
	struct strbuf line = STRBUF_INIT, message = STRBUF_INIT, path = STRBUF_INIT;
	double size = chance(dryad, CHANCE_LINE_SIZE, request->number);

	add_path(&path, request);
	strbuf_addf(&message, "%s %s %u %.1fms", route->method, path.text, code, request->took_ms);
	if (is_plain(dryad)) {
		plain_line(&line, request->time_ms, "INFO", "uvicorn.access", message.text);
	} else {
		begin_line(&line, dryad, backend, request->time_ms, "INFO", "gremlins.access", message.text,
			   "middleware", "log_request");
		strbuf_addf(&line, ",\"method\":\"%s\",\"url\":\"https://dryad.example.com%s%s%s\",\"path\":\"%s\"",
			    route->method, path.text, *route->query ? "?" : "", route->query, path.text);
		strbuf_addf(&line,
			    ",\"query_params\":\"%s\",\"status_code\":%u,\"process_time_ms\":%.2f,\"client_ip\":\"%s\"",
			    route->query, code, request->took_ms, request->client);
		strbuf_addf(&line, ",\"user_agent\":\"%s\",\"user_id\":", agents[request->number % 4]);
		if (request->user[0])
			strbuf_add_json(&line, request->user);
		else
			strbuf_addstr(&line, "null");
		strbuf_addf(&line, ",\"request_size\":%d,\"response_size\":%d}",
			    strcmp(route->method, "POST") ? 0 : (int)(180 + size * 900),
			    code < 300 ? (int)(250 + size * size * 18000) : 96);
	}
	dryad_log_add(dryad->log, LOG_ACCESS, request->time_ms, line.text, line.length);
	strbuf_release(&line);
	strbuf_release(&message);
	strbuf_release(&path);
}

/* Why this one failed: by the shares the step counted. */
static unsigned choose_cause(const struct dryad *dryad, const struct backend *before, const struct backend *backend,
			     uint64_t number)
{
	double sum = 0, part;

	for (int i = 0; i < CAUSE_COUNT; i++)
		sum += backend->causes[i] - before->causes[i];
	part = sum * chance(dryad, CHANCE_LINE_A, number + 5);
	for (unsigned i = 0; i < CAUSE_COUNT; i++) {
		part -= backend->causes[i] - before->causes[i];
		if (part < 0)
			return i;
	}
	return CAUSE_VALUE;
}

static void error_line(struct dryad *dryad, const struct backend *backend, const struct request_line *request,
		       unsigned cause)
{
	struct strbuf line = STRBUF_INIT, path = STRBUF_INIT;

	add_path(&path, request);
	if (is_plain(dryad)) {
		plain_line(&line, request->time_ms, "ERROR", dryad_cause_loggers[cause], causes[cause].message);
	} else {
		begin_line(&line, dryad, backend, request->time_ms, "ERROR", dryad_cause_loggers[cause],
			   causes[cause].message, causes[cause].module, causes[cause].function);
		strbuf_addf(&line, ",\"path\":\"%s\",\"exception\":{\"type\":\"%s\",\"message\":", path.text,
			    dryad_cause_names[cause]);
		strbuf_add_json(&line, causes[cause].message);
		strbuf_addf(
			&line,
			",\"traceback\":[\"Traceback (most recent call last):\",\"  File \\\"%s.py\\\", line 212, in "
			"%s\",\"%s\"]}}",
			causes[cause].module, causes[cause].function, dryad_cause_names[cause]);
	}
	add_to_logs(dryad, "ERROR", request->time_ms, &line);
	strbuf_release(&line);
	strbuf_release(&path);
}

/* Failed log-ins and refusals are also said by the code that refuses. */
static void refusal_line(struct dryad *dryad, const struct backend *backend, const struct request_line *request)
{
	unsigned code = dryad_status_codes[request->status];
	struct strbuf line = STRBUF_INIT, message = STRBUF_INIT;
	bool login = request->route == ROUTE_LOGIN && code == 401;
	const char *logger = login ? "app.core.security" : "app.core.authorization";

	strbuf_addf(&message, login ? "Authentication failed from %s" : "Permission denied to %s", request->client);
	if (is_plain(dryad)) {
		plain_line(&line, request->time_ms, "WARNING", logger, message.text);
	} else {
		begin_line(&line, dryad, backend, request->time_ms, "WARNING", logger, message.text,
			   login ? "security" : "authorization", login ? "authenticate" : "require");
		strbuf_addf(&line, ",\"client_ip\":\"%s\",\"event_type\":\"%s\"}", request->client,
			    login ? "auth_failed" : "permission_denied");
	}
	add_to_logs(dryad, "WARNING", request->time_ms, &line);
	strbuf_release(&line);
	strbuf_release(&message);
}

static void log_request(struct dryad *dryad, const struct backend *before, const struct backend *backend,
			const struct dryad_step *step, unsigned route, unsigned status, uint64_t number)
{
	struct request_line request = { .route = route, .status = status };
	unsigned code = dryad_status_codes[status];

	/* Numbers are the counters' own, so that the same request is the same line whatever the steps. */
	request.number =
		number * 131 + route * 17 + status + (uint64_t)backend->number * 7919 + (uint64_t)backend->start_ms;
	request.time_ms = step->now_ms - (int64_t)(chance(dryad, CHANCE_LINE_TIME, request.number) * step->dt_s * 1000);
	choose_client(dryad, &request);
	request.took_ms = draw_duration(dryad, backend, &request);
	access_line(dryad, backend, &request);
	if (code >= 500)
		error_line(dryad, backend, &request, choose_cause(dryad, before, backend, request.number));
	else if ((code == 401 && route == ROUTE_LOGIN) || code == 403)
		refusal_line(dryad, backend, &request);
}

/* Once a minute each: what is missing and what stands in for it; and that work is being done. */
static void log_now_and_then(struct dryad *dryad, const struct backend *backend, const struct dryad_step *step)
{
	int64_t before_s = step->now_s - (int64_t)step->dt_s;

	if (backend->number || step->now_s / 60 == before_s / 60)
		return;
	dryad_log_say(dryad, "INFO", "app.services.orchestrator", "%.0f workflows active, %.0f agents busy",
		      floor(dryad->workflows_active), floor(dryad->agents_active));
	if (!dryad_store_serves(dryad, DRYAD_REDIS))
		dryad_log_say(dryad, "WARNING", "app.services.archivist", "Redis connection failed, using mock memory");
	if (!dryad_store_serves(dryad, DRYAD_CHROMA))
		dryad_log_say(dryad, "WARNING", "app.services.librarian",
			      "ChromaDB connection failed, using mock memory");
	if (!dryad_llm_serves(dryad))
		dryad_log_say(dryad, "ERROR", "app.core.llm_config", "No LLM provider is available (%s)",
			      dryad_provider_names[dryad->settings.provider]);
	if (dryad->query_age_s > 5)
		dryad_log_say(dryad, "WARNING", "sqlalchemy.engine", "Slow query: %.1f s", dryad->query_age_s);
	if (backend->resident_bytes > 0.9 * dryad->settings.memory_limit_bytes)
		dryad_log_say(dryad, "WARNING", "app.core.monitoring", "Memory usage at %.0f%%",
			      100 * backend->resident_bytes / dryad->settings.memory_limit_bytes);
	if (dryad->host.disk_used > 0.85 * DRYAD_DISK_BYTES)
		dryad_log_say(dryad, "WARNING", "app.core.monitoring", "Disk usage at %.0f%%",
			      100 * dryad->host.disk_used / DRYAD_DISK_BYTES);
}

void dryad_log_step(struct dryad *dryad, const struct backend *before, const struct backend *backend,
		    const struct dryad_step *step)
{
	unsigned lines = 0;

	if (!dryad_log_wants(dryad->log, step->now_ms))
		return;
	for (unsigned route = 0; route < ROUTE_COUNT; route++) {
		for (unsigned status = 0; status < DRYAD_STATUS_COUNT; status++) {
			double until = floor(backend->requests[route][status]);

			for (double at = floor(before->requests[route][status]); at < until && lines < LINES_MOST;
			     at++, lines++)
				log_request(dryad, before, backend, step, route, status, (uint64_t)at);
		}
	}
	log_now_and_then(dryad, backend, step);
}

void dryad_keep_logs(struct dryad *dryad, const char *folder, int64_t from_ms, bool passing)
{
	dryad_log_free(dryad->log);
	dryad->log = dryad_log_new(folder, from_ms, passing);
}
