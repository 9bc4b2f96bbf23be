#include "loop/postgres_dsn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/mem.h"
#include "base/strbuf.h"

#define PORT "5432"

/* A value no libpq accepts: it has then read the DSN, the service and the environment, and stops before it connects. */
#define REFUSED_NAME  "channel_binding"
#define REFUSED_VALUE "not to be connected"

static const char *value_of(const PQconninfoOption *options, const char *name)
{
	for (; options && options->keyword; options++)
		if (strcmp(options->keyword, name) == 0)
			return options->val ? options->val : "";
	return "";
}

static const char *compiled_value(const PQconninfoOption *options, const char *name)
{
	for (; options && options->keyword; options++)
		if (strcmp(options->keyword, name) == 0)
			return options->compiled ? options->compiled : "";
	return "";
}

/* libpq's own words may quote what stands where it is lost, a password among it. */
static PQconninfoOption *parse(const char *dsn, struct error *error)
{
	char *message = NULL;
	PQconninfoOption *options = PQconninfoParse(dsn, &message);

	PQfreemem(message);
	if (!options)
		error_set(error, "dsn cannot be read (postgresql://USER@HOST:PORT/DATABASE, or key=value pairs)");
	return options;
}

/* The item `index` of a comma-separated list; a list of one holds for all. NULL behind its end. */
static char *list_item(const char *list, size_t index)
{
	if (!strchr(list, ','))
		return index == 0 ? mem_strdup(list) : NULL;
	for (; index; index--) {
		list = strchr(list, ',');
		if (!list)
			return NULL;
		list++;
	}
	return mem_strndup(list, strcspn(list, ","));
}

static size_t list_length(const char *list)
{
	size_t count = 1;

	for (; *list; list++)
		count += *list == ',';
	return count;
}

static char *port_of(const char *ports, size_t index)
{
	return strchr(ports, ',') ? list_item(ports, index) : mem_strdup(ports);
}

static void place_release(struct postgres_place *place)
{
	free(place->host);
	free(place->address);
	free(place->port);
}

static int read_places(struct postgres_dsn *ret, const PQconninfoOption *options, struct error *error)
{
	const char *hosts = value_of(options, "host"), *addresses = value_of(options, "hostaddr");
	const char *ports = value_of(options, "port");
	size_t count = list_length(*addresses ? addresses : hosts);

	if (*hosts && *addresses && list_length(hosts) != count)
		return error_set(error, "dsn has %zu hosts and %zu addresses (as many, in the same order)",
				 list_length(hosts), count);
	if (strchr(ports, ',') && list_length(ports) != count)
		return error_set(error, "dsn has %zu hosts and %zu ports (one port, or one for each)", count,
				 list_length(ports));
	if (count > POSTGRES_PLACES_MAX)
		return error_set(error, "dsn has %zu hosts (at most %d)", count, POSTGRES_PLACES_MAX);
	ret->places = mem_array(count, sizeof(*ret->places));
	ret->count = count;
	for (size_t i = 0; i < count; i++) {
		char *host = list_item(hosts, i), *address = list_item(addresses, i), *port = port_of(ports, i);

		ret->places[i] = (struct postgres_place){ .host = host ? host : mem_strdup(""),
							  .address = address ? address : mem_strdup(""),
							  .port = port ? port : mem_strdup("") };
	}
	return 0;
}

static void add_place(struct strbuf *ret, const struct postgres_place *place)
{
	const char *host = *place->host ? place->host : *place->address ? place->address : "local";
	bool bracketed = strchr(host, ':') && host[0] != '/';

	strbuf_addf(ret, bracketed ? "[%s]:%s" : "%s:%s", host, *place->port ? place->port : PORT);
}

int postgres_dsn_show(const char *dsn, struct postgres_shown *ret, struct error *error)
{
	PQconninfoOption *options = parse(dsn, error);
	struct postgres_dsn read = { 0 };
	struct strbuf instance = STRBUF_INIT, url = STRBUF_INIT;
	const char *service = value_of(options, "service"), *user = value_of(options, "user");
	const char *database = value_of(options, "dbname");

	*ret = (struct postgres_shown){ 0 };
	if (!options)
		return -1;
	if (read_places(&read, options, error) < 0) {
		PQconninfoFree(options);
		return -1;
	}
	for (size_t i = 0; i < read.count; i++) {
		strbuf_addstr(&instance, i ? "," : "");
		add_place(&instance, &read.places[i]);
	}
	if (*service && !*value_of(options, "host") && !*value_of(options, "hostaddr")) {
		strbuf_clear(&instance);
		strbuf_addstr(&instance, service);
		strbuf_addf(&url, "service=%s", service);
	} else {
		strbuf_addf(&url, "postgresql://%s%s%s", user, *user ? "@" : "", instance.text);
		strbuf_addf(&url, "%s%s", *database ? "/" : "", database);
	}
	ret->instance = strbuf_detach(&instance);
	ret->url = strbuf_detach(&url);
	postgres_dsn_release(&read);
	PQconninfoFree(options);
	return 0;
}

void postgres_shown_release(struct postgres_shown *shown)
{
	free(shown->instance);
	free(shown->url);
	*shown = (struct postgres_shown){ 0 };
}

/*
 * Everything libpq would use: it expands a service and fills in the
 * environment and its defaults only on the way to a connection, so it is sent
 * on that way with something it stumbles over before it opens one.
 */
static PQconninfoOption *expand(const struct postgres_dsn *dsn, struct error *error)
{
	const char *names[] = { "dbname", REFUSED_NAME, NULL };
	const char *values[] = { dsn->text, REFUSED_VALUE, NULL };
	PGconn *conn = PQconnectStartParams(names, values, 1);
	PQconninfoOption *options = conn ? PQconninfo(conn) : NULL;

	if (!options || strcmp(value_of(options, REFUSED_NAME), REFUSED_VALUE) != 0) {
		const char *message = conn ? PQerrorMessage(conn) : "";
		bool service = strstr(message, "service") != NULL;

		if (service)
			error_set(error, "%.*s", (int)strcspn(message, "\n"), message);
		else
			error_set(error, "dsn cannot be read");
		PQconninfoFree(options);
		options = NULL;
	}
	PQfinish(conn);
	return options;
}

/* Ours come last, so that they hold. Who only watches does not stand in a queue for locks, where others wait behind it.
 */
static char *session_options(const char *given, int64_t statement_timeout_ms)
{
	return mem_printf("%s%s-c default_transaction_read_only=on -c statement_timeout=%" PRId64
			  " -c lock_timeout=1000 -c jit=off",
			  given, *given ? " " : "", statement_timeout_ms);
}

int postgres_dsn_read(struct postgres_dsn *ret, const char *dsn, const char *passfile, int64_t statement_timeout_ms,
		      struct error *error)
{
	PQconninfoOption *given, *options;
	int result;

	*ret = (struct postgres_dsn){ .text = mem_strdup(dsn),
				      .passfile = passfile && *passfile ? mem_strdup(passfile) : NULL };
	given = parse(dsn, error);
	if (!given)
		return -1;
	options = expand(ret, error);
	if (!options) {
		PQconninfoFree(given);
		return -1;
	}
	ret->gssapi = *value_of(given, "gssencmode") ||
		      strcmp(value_of(options, "gssencmode"), compiled_value(options, "gssencmode")) != 0;
	ret->options = session_options(value_of(options, "options"), statement_timeout_ms);
	ret->attributes = mem_strdup(value_of(options, "target_session_attrs"));
	result = read_places(ret, options, error);
	PQconninfoFree(given);
	PQconninfoFree(options);
	return result;
}

void postgres_dsn_release(struct postgres_dsn *dsn)
{
	for (size_t i = 0; i < dsn->count; i++)
		place_release(&dsn->places[i]);
	free(dsn->places);
	free(dsn->text);
	free(dsn->passfile);
	free(dsn->options);
	free(dsn->attributes);
	*dsn = (struct postgres_dsn){ 0 };
}

bool postgres_place_needs_address(const struct postgres_place *place)
{
	/* A folder or an abstract name ('@') is a socket's. */
	return !*place->address && *place->host && *place->host != '/' && *place->host != '@';
}

const char *postgres_dsn_attributes(const struct postgres_dsn *dsn, unsigned round)
{
	static const struct {
		const char *given, *rounds[2];
	} table[] = {
		{ "read-write", { "primary", NULL } },
		{ "read-only", { "standby", NULL } },
		{ "prefer-standby", { "standby", "any" } },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(dsn->attributes, table[i].given) == 0)
			return round < 2 ? table[i].rounds[round] : NULL;
	return round > 0 ? NULL : *dsn->attributes ? dsn->attributes : "any";
}

static void add(struct postgres_parameters *ret, const char *name, const char *value)
{
	size_t count = 0;

	while (ret->names[count])
		count++;
	ret->names[count] = name;
	ret->values[count] = value;
}

void postgres_dsn_parameters(const struct postgres_dsn *dsn, const struct postgres_place *place, const char *address,
			     const char *attributes, struct postgres_parameters *ret)
{
	*ret = (struct postgres_parameters){ 0 };
	/* The DSN first: what follows it wins. An empty value would count as not given, and the DSN's list come
	 * through. */
	add(ret, "dbname", dsn->text);
	if (*place->host)
		add(ret, "host", place->host);
	if (address && *address)
		add(ret, "hostaddr", address);
	if (*place->port)
		add(ret, "port", place->port);
	add(ret, "options", dsn->options);
	add(ret, "fallback_application_name", "skep");
	add(ret, "client_encoding", "UTF8");
	if (!dsn->gssapi)
		add(ret, "gssencmode", "disable");
	if (dsn->passfile)
		add(ret, "passfile", dsn->passfile);
	add(ret, "target_session_attrs", attributes);
}
