#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "collect/collector.h"
#include "collect/intake.h"
#include "collect/postgres_custom.h"
#include "collect/postgres_round.h"
#include "loop/postgres_dsn.h"

struct postgres_config {
	const char *job, *instance, *dsn, *password_file;
	struct option_strings labels, databases;
	int64_t interval_ms, timeout_ms, statement_timeout_ms;
	const struct yaml_node *queries;
	struct postgres_customs customs;
};

/* One server. */
struct target {
	struct collector *collector;
	const struct postgres_config *config;
	struct postgres_round *round;
	struct intake *intake;
	int64_t time_ms;
};

static void on_findings(void *user, struct postgres_findings *findings)
{
	struct target *target = user;
	struct collector *collector = target->collector;

	collector->state.bytes = findings->bytes;
	memcpy(collector->state.warning, findings->warning, sizeof(collector->state.warning));
	collector_set_raw(collector, findings->summary, strlen(findings->summary));
	/* Of a server that does not answer the last tables stay, with their time. */
	if (findings->detail)
		collector_set_detail(collector, findings->detail);
	findings->detail = NULL;
	intake_page(target->intake, target->time_ms, &findings->page.text, false, findings->reason);
}

static void start(struct collector *collector, int64_t time_ms)
{
	struct target *target = collector->own;
	/* A time that is not on the grid is a person's who wants to know now. */
	bool on_grid = (time_ms - collector->offset_ms) % collector->state.interval_ms == 0;

	target->time_ms = time_ms;
	postgres_round_begin(target->round, time_ms, on_grid);
}

static void target_free(struct collector *collector)
{
	struct target *target = collector->own;

	postgres_round_free(target->round);
	intake_free(target->intake);
	free(target);
}

static const struct collector_ops postgres_ops = { .start = start, .free = target_free };

static void open_entry(struct collect *collect, const void *entry)
{
	const struct postgres_config *config = entry;
	const struct collect_config *bridges = collect_bridges(collect);
	struct postgres_round_config round = {
		.loop = bridges->loop,
		.resolver = bridges->resolver,
		.settings = { .dsn = config->dsn,
			      .passfile = config->password_file,
			      .connect_timeout_ms = config->timeout_ms,
			      .statement_timeout_ms = config->statement_timeout_ms },
		.timeout_ms = config->timeout_ms,
		.customs = &config->customs,
		.databases = &config->databases,
	};
	struct target *target = mem_zalloc(sizeof(*target));
	struct intake_config intake = { 0 };
	struct postgres_shown shown;
	struct arena arena;
	const char *instance;

	arena_init(&arena);
	/* Checked when the section was read. */
	postgres_dsn_show(config->dsn, &shown, NULL);
	instance = config->instance ? config->instance : shown.instance;
	intake.labels = intake_labels(config->job, instance, &config->labels, &arena);
	target->config = config;
	target->round = postgres_round_new(&round, on_findings, target);
	target->collector = collector_add(collect, &postgres_ops, target, "postgres", config->job, instance, shown.url,
					  config->interval_ms);
	target->intake = intake_new(target->collector, &intake);
	postgres_shown_release(&shown);
	arena_release(&arena);
}

static int check_dsn(const struct postgres_config *config, const struct yaml_node *entry, const char *file,
		     struct error_list *errors)
{
	const struct yaml_node *node = yaml_get(entry, "dsn");
	struct postgres_shown shown;
	struct error error;

	if (!config->dsn)
		return 0; /* its absence is a fault already */
	if (postgres_dsn_show(config->dsn, &shown, &error) == 0) {
		postgres_shown_release(&shown);
		return 0;
	}
	return error_list_add(errors, FAULT_ERROR, file, node ? node->line : entry->line,
			      node ? node->column : entry->column, NULL, "%s", error.text);
}

static int check_times(struct postgres_config *config, const struct yaml_node *entry, const char *file,
		       struct error_list *errors)
{
	int result = 0;

	if (config->timeout_ms > config->interval_ms && yaml_get(entry, "timeout"))
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
					"timeout: longer than the interval (at most the interval)");
	if (config->timeout_ms > config->interval_ms)
		config->timeout_ms = config->interval_ms;
	/* The server gives up before we do: that it is slow is then no sign that it hangs. */
	if (!config->statement_timeout_ms)
		config->statement_timeout_ms = config->timeout_ms * 4 / 5;
	if (config->statement_timeout_ms >= config->timeout_ms)
		result = error_list_add(errors, FAULT_ERROR, file, entry->line, entry->column, NULL,
					"statement_timeout: not shorter than the timeout");
	return result;
}

static int finish_entry(void *entry_config, const struct yaml_node *entry, const char *file, const char *folder,
			struct arena *arena, struct error_list *errors)
{
	struct postgres_config *config = entry_config;
	int result = check_dsn(config, entry, file, errors);

	if (check_times(config, entry, file, errors) < 0)
		result = -1;
	if (postgres_customs_read(&config->customs, config->queries, file, arena, errors) < 0)
		result = -1;
	if (config->password_file) {
		char *path = path_join(folder, config->password_file);

		config->password_file = arena_strdup(arena, path);
		free(path);
	}
	return result;
}

#define AT(member) .offset = offsetof(struct postgres_config, member)
static const struct option options[] = {
	{ "job", 0, OPTION_STRING, AT(job), .fallback = "postgres", .value_name = "NAME", .help = "the job label" },
	{ "instance", 0, OPTION_STRING, AT(instance), .value_name = "NAME",
	  .help = "the instance label (default: host and port of the DSN, or its service)" },
	{ "dsn", 0, OPTION_STRING, AT(dsn), .value_name = "DSN",
	  .help = "postgresql://USER@HOST:PORT/DATABASE, key=value pairs or service=NAME, as libpq reads them; several "
		  "hosts are tried in turn; the password stands in a password file better than here",
	  .required = true },
	{ "password-file", 0, OPTION_STRING, AT(password_file), .value_name = "FILE",
	  .help = "PostgreSQL's password file, mode 0600 (default: as libpq finds it, ~/.pgpass)" },
	{ "labels", 0, OPTION_PAIRS, AT(labels), .value_name = "NAME=VALUE", .help = "more labels for every series" },
	{ "databases", 0, OPTION_STRINGS, AT(databases), .value_name = "NAME",
	  .help = "metrics of these databases only (default: of all)" },
	{ "interval", 0, OPTION_DURATION, AT(interval_ms), .fallback = "15s", .minimum = 500, .maximum = 3600000,
	  .help = "how often" },
	{ "timeout", 0, OPTION_DURATION, AT(timeout_ms), .fallback = "5s", .minimum = 100, .maximum = 300000,
	  .help = "longest wait for a connection to one host, and for one answer" },
	{ "statement-timeout", 0, OPTION_DURATION, AT(statement_timeout_ms), .minimum = 50, .maximum = 300000,
	  .help = "the server ends a statement after this time (default: four fifths of the timeout)" },
	{ "queries", 0, OPTION_NODE, AT(queries),
	  .help = "a list of queries of your own: name, sql, labels, values, type, help, interval, row_limit" },
	{ 0 },
};
#undef AT

const struct collector_kind collect_postgres = {
	.type = "postgres",
	.help = "a PostgreSQL server, 13 to 17: sessions, locks, replication, archiving, sizes, and queries of your "
		"own",
	.options = options,
	.config_size = sizeof(struct postgres_config),
	.finish = finish_entry,
	.open = open_entry,
};
