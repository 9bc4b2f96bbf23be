#include "collect/postgres_round.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "collect/postgres_detail.h"

#define ROWS_MAX      5000
#define BYTES_MAX     (4u * 1024 * 1024)
#define PASS_OVER_MAX 64 /* rounds */

/* A server that cannot be reached is tried again after 1, 2, 4, 8 and 15 seconds. */
#define LEAVE_ALONE_MS      CLOCK_SECOND
#define LEAVE_ALONE_MOST_MS (15 * CLOCK_SECOND)

/* One statement, and what it last gave. */
struct item {
	const struct postgres_statement *statement;
	size_t limit_rows;
	bool custom;
	bool plain;                /* of a system's own: its answer cannot be bounded by SQL, only broken off */
	struct postgres_rows rows; /* kept while it is not asked again */
	bool good;                 /* they are worth showing */
	int64_t asked_ms;
	unsigned refusals;  /* in a row */
	unsigned pass_over; /* so many rounds more */
	char reason[160];
};

struct postgres_round {
	struct postgres_round_config config;
	postgres_round_fn *fn;
	void *user;
	struct postgres *postgres;
	struct timer *next; /* the next step, outside of the connection's callbacks */
	struct item *items; /* the probe, the table's, the system's own */
	size_t count, current;
	struct postgres_server server;
	char *schema;
	bool fresh; /* the connection was opened in this round */
	unsigned failures;
	unsigned warnings;      /* of this round */
	int64_t leave_until_ms; /* monotonic */
	char reason[160];
	int64_t time_ms;
	struct postgres_findings findings;
	struct strbuf summary;
};

static void on_next(void *user);

static void add_item(struct postgres_round *round, const struct postgres_statement *statement, size_t limit_rows,
		     bool custom)
{
	round->items[round->count++] =
		(struct item){ .statement = statement, .limit_rows = limit_rows, .custom = custom };
}

struct postgres_round *postgres_round_new(const struct postgres_round_config *config, postgres_round_fn *fn, void *user)
{
	struct postgres_round *round = mem_zalloc(sizeof(*round));

	round->config = *config;
	round->fn = fn;
	round->user = user;
	round->next = timer_new(config->loop, on_next, round);
	round->items = mem_array(1 + postgres_statement_count + config->customs->count, sizeof(*round->items));
	add_item(round, &postgres_probe, ROWS_MAX, false);
	for (size_t i = 0; i < postgres_statement_count; i++)
		add_item(round, &postgres_statements[i], ROWS_MAX, false);
	for (size_t i = 0; i < config->customs->count; i++)
		add_item(round, &config->customs->items[i].statement, config->customs->items[i].limit_rows, true);
	metric_page_init(&round->findings.page);
	strbuf_init(&round->summary);
	return round;
}

void postgres_round_free(struct postgres_round *round)
{
	if (!round)
		return;
	postgres_free(round->postgres);
	timer_free(round->next);
	for (size_t i = 0; i < round->count; i++)
		postgres_rows_clear(&round->items[i].rows);
	free(round->items);
	free(round->schema);
	metric_page_release(&round->findings.page);
	detail_free(round->findings.detail);
	strbuf_release(&round->summary);
	free(round);
}

/* The findings go out; whatever was not taken goes with the round. */
static void end(struct postgres_round *round, const char *reason)
{
	struct postgres_findings *findings = &round->findings;

	timer_stop(round->next);
	if (reason) {
		snprintf(round->reason, sizeof(round->reason), "%s", reason);
		metric_page_clear(&findings->page);
		metric_page_gauge(&findings->page, "pg_up", "does the server answer", 0);
		detail_free(findings->detail);
		findings->detail = NULL;
		findings->warning[0] = '\0';
		/* What was kept is of a server that was there; when it is back, all is asked anew. */
		for (size_t i = 0; i < round->count; i++)
			round->items[i].asked_ms = 0;
		strbuf_addf(&round->summary, "%s\n", reason);
	}
	if (round->warnings > 1 && !reason) {
		size_t length = strlen(findings->warning);

		snprintf(findings->warning + length, sizeof(findings->warning) - length, "; and %u more",
			 round->warnings - 1);
	}
	findings->reason = reason ? round->reason : NULL;
	findings->summary = round->summary.text;
	round->fn(round->user, findings);
	metric_page_clear(&findings->page);
	detail_free(findings->detail);
	findings->detail = NULL;
}

/* No connection, or none any more: the server is left alone for longer each time. */
static void lose(struct postgres_round *round, const char *reason)
{
	int64_t wait_ms = LEAVE_ALONE_MS;
	char kept[160];

	for (unsigned i = 0; i < round->failures && wait_ms < LEAVE_ALONE_MOST_MS; i++)
		wait_ms *= 2;
	if (wait_ms > LEAVE_ALONE_MOST_MS)
		wait_ms = LEAVE_ALONE_MOST_MS;
	round->failures++;
	/* A little less, so that a round each second meets the second it is due. */
	round->leave_until_ms = loop_monotonic_now_ms(round->config.loop) + wait_ms - wait_ms / 10;
	snprintf(kept, sizeof(kept), "%s", reason);
	end(round, kept);
}

/* In the next turn: whoever calls is a callback of the connection, which may be freed there. */
static void go_on(struct postgres_round *round)
{
	timer_start(round->next, 0);
}

static void warn(struct postgres_round *round, const struct item *item, const char *reason)
{
	if (!round->warnings++)
		snprintf(round->findings.warning, sizeof(round->findings.warning), "%s: %.100s", item->statement->name,
			 reason);
}

static void show(struct postgres_round *round, const struct item *item)
{
	struct detail *detail = round->findings.detail;

	if (item->statement->show)
		item->statement->show(detail, &item->rows);
	else if (item->custom)
		postgres_show_plain(detail, item->statement->name, &item->rows);
}

/* Take in what an item has, asked now or kept from before. */
static void use(struct postgres_round *round, struct item *item)
{
	struct error error;

	if (item->statement->map.values && postgres_metrics_add(&round->findings.page, &item->statement->map,
								&item->rows, round->config.databases, &error) < 0)
		warn(round, item, error.text);
	show(round, item);
}

/* The probe's rows say which statements are asked. */
static void learn(struct postgres_round *round, const struct item *item)
{
	const char *schema = postgres_rows_text(&item->rows, 0, "statements_schema");
	const char *replica = postgres_rows_text(&item->rows, 0, "is_replica");
	const char *monitor = postgres_rows_text(&item->rows, 0, "is_monitor");
	const char *version = postgres_rows_text(&item->rows, 0, "short_version");
	double start_s = postgres_rows_number(&item->rows, 0, "start_time_seconds", 0);
	bool standby = replica && strcmp(replica, "t") == 0;
	char start[32];

	free(round->schema);
	round->schema = schema ? mem_strdup(schema) : NULL;
	/* After a promotion nothing that was kept is true. */
	if (standby != round->server.standby)
		for (size_t i = 1; i < round->count; i++)
			round->items[i].asked_ms = 0;
	round->server = (struct postgres_server){ .version = postgres_version(round->postgres),
						  .standby = standby,
						  .statements = round->schema };
	time_format(start_s > 0 && start_s < 1e11 ? (int64_t)(start_s * 1000) : 0, "%Y-%m-%d %H:%M:%S", start,
		    sizeof(start));
	strbuf_addf(&round->summary, "PostgreSQL %s, %s, started %s UTC%s\n\n%-32s %8s %8s\n", version ? version : "",
		    standby ? "standby" : "primary", start,
		    monitor && *monitor == 't' ? ""
					       : "\nthe role is no member of pg_monitor and does not see everything",
		    "STATEMENT", "ROWS", "ms");
}

static void refuse(struct postgres_round *round, struct item *item, const struct postgres_answer *answer)
{
	bool denied = strcmp(answer->sqlstate, "42501") == 0 && item->statement->grant;

	item->good = false;
	item->asked_ms = 0;
	item->pass_over = item->refusals < 6 ? 1u << item->refusals : PASS_OVER_MAX;
	item->refusals++;
	snprintf(item->reason, sizeof(item->reason), "%.90s%s%s", answer->reason, denied ? "; " : "",
		 denied ? item->statement->grant : "");
	warn(round, item, item->reason);
	strbuf_addf(&round->summary, "%-32s %s\n", item->statement->name, item->reason);
}

/* The statement cannot stand within another, or not with these columns: it is asked as it is from now on. */
static bool is_to_be_asked_plainly(const struct item *item, const struct postgres_answer *answer)
{
	static const char *const states[] = {
		"42601", /* syntax_error */
		"42702", /* ambiguous_column */
		"42703", /* undefined_column */
		"0A000", /* feature_not_supported */
	};

	for (size_t i = 0; item->custom && !item->plain && i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(answer->sqlstate, states[i]) == 0)
			return true;
	return false;
}

/* The answer came, but it is one row too long. */
static bool is_too_long(const struct item *item, struct postgres_answer *answer)
{
	if (answer->fault || answer->rows <= item->limit_rows)
		return false;
	answer->fault = POSTGRES_TOO_LARGE;
	snprintf(answer->reason, sizeof(answer->reason), "answer over %zu rows", item->limit_rows);
	return true;
}

static void on_row(void *user, const struct postgres_row *row)
{
	struct postgres_round *round = user;

	postgres_rows_add(&round->items[round->current].rows, row);
}

static void take(struct postgres_round *round, struct item *item, const struct postgres_answer *answer)
{
	item->good = true;
	item->refusals = 0;
	item->asked_ms = round->time_ms;
	if (round->current == 0)
		learn(round, item);
	else
		strbuf_addf(&round->summary, "%-32s %8zu %8" PRId64 "\n", item->statement->name, answer->rows,
			    answer->elapsed_ms);
	use(round, item);
}

static void on_answer(void *user, const struct postgres_answer *given)
{
	struct postgres_round *round = user;
	struct item *item = &round->items[round->current];
	struct postgres_answer bounded = *given;
	const struct postgres_answer *answer = &bounded;
	bool probe = round->current == 0;

	round->findings.bytes += answer->bytes;
	if (answer->fault == POSTGRES_CLOSED && probe && !round->fresh) {
		/* A connection that was kept may have ended while nobody looked: that alone is no failure. */
		go_on(round);
		return;
	}
	if (answer->fault == POSTGRES_TIMEOUT || answer->fault == POSTGRES_CLOSED || (probe && answer->fault)) {
		lose(round, answer->reason);
		return;
	}
	if (is_to_be_asked_plainly(item, answer)) {
		item->plain = true;
		go_on(round);
		return;
	}
	if (answer->fault || is_too_long(item, &bounded)) {
		postgres_rows_clear(&item->rows);
		refuse(round, item, answer);
	} else {
		take(round, item, answer);
	}
	round->current++;
	go_on(round);
}

static void ask(struct postgres_round *round, struct item *item)
{
	bool bounded = item->custom && !item->plain;
	struct postgres_question question = {
		.timeout_ms = round->config.timeout_ms,
		.limit_rows = item->limit_rows + bounded,
		.limit_bytes = BYTES_MAX,
		.on_row = on_row,
		.done = on_answer,
		.user = round,
	};
	char *sql = bounded ? postgres_custom_bounded_sql(item->statement, item->limit_rows)
			    : postgres_statement_sql(item->statement, &round->server);

	postgres_rows_clear(&item->rows);
	item->good = false;
	question.sql = sql;
	postgres_ask(round->postgres, &question);
	free(sql);
}

/* The rows of before will do: the clock went back, or it is not time yet. */
static bool is_kept(const struct postgres_round *round, const struct item *item)
{
	int64_t age_ms = round->time_ms - item->asked_ms;

	/* Half a second early is in time: rounds are not exact to the millisecond. */
	return item->good && item->asked_ms && age_ms >= 0 && age_ms + CLOCK_SECOND / 2 < item->statement->every_ms;
}

/* Past what need not be asked; NULL when nothing is left. */
static struct item *next_item(struct postgres_round *round)
{
	for (; round->current < round->count; round->current++) {
		struct item *item = &round->items[round->current];

		if (round->current == 0)
			return item;
		if (!postgres_statement_fits(item->statement, &round->server))
			continue;
		if (item->pass_over) {
			item->pass_over--;
			warn(round, item, item->reason);
			strbuf_addf(&round->summary, "%-32s %s (not asked this time)\n", item->statement->name,
				    item->reason);
			continue;
		}
		if (!is_kept(round, item))
			return item;
		strbuf_addf(&round->summary, "%-32s %8zu %8s\n", item->statement->name, item->rows.count, "kept");
		use(round, item);
	}
	return NULL;
}

static void on_open(void *user, enum postgres_fault fault, const char *reason)
{
	struct postgres_round *round = user;

	if (fault) {
		lose(round, reason);
		return;
	}
	round->fresh = true;
	go_on(round);
}

static void on_next(void *user)
{
	struct postgres_round *round = user;
	struct item *item;

	if (loop_monotonic_now_ms(round->config.loop) < round->leave_until_ms) {
		char reason[160];

		snprintf(reason, sizeof(reason), "%s", round->reason);
		end(round, reason);
		return;
	}
	if (!postgres_is_open(round->postgres)) {
		postgres_free(round->postgres);
		round->postgres = postgres_open(round->config.loop, round->config.resolver, &round->config.settings,
						on_open, round);
		return;
	}
	item = next_item(round);
	if (item) {
		ask(round, item);
		return;
	}
	round->failures = 0;
	metric_page_gauge(&round->findings.page, "pg_up", "does the server answer", 1);
	end(round, NULL);
}

void postgres_round_begin(struct postgres_round *round, int64_t time_ms, bool patient)
{
	struct postgres_findings *findings = &round->findings;

	round->time_ms = time_ms;
	round->current = 0;
	round->fresh = false;
	round->warnings = 0;
	if (!patient) {
		round->leave_until_ms = 0;
		for (size_t i = 0; i < round->count; i++)
			round->items[i].pass_over = 0;
	}
	metric_page_clear(&findings->page);
	detail_free(findings->detail);
	findings->detail = detail_new(time_ms);
	findings->warning[0] = '\0';
	findings->bytes = 0;
	strbuf_clear(&round->summary);
	go_on(round);
}
