#include "loop/postgres.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "loop/postgres_private.h"
#include "loop/postgres_reason.h"

static void on_again(void *user)
{
	struct postgres *postgres = user;

	if (postgres->asking)
		postgres_on_again(postgres);
	else
		postgres_connect(postgres);
}

struct postgres *postgres_open(struct loop *loop, struct resolver *resolver, const struct postgres_settings *settings,
			       postgres_open_fn *on_open, void *user)
{
	struct postgres *postgres = mem_zalloc(sizeof(*postgres));

	postgres->loop = loop;
	postgres->resolver = resolver;
	postgres->settings = *settings;
	postgres->dsn_text = mem_strdup(settings->dsn);
	postgres->passfile = mem_strdup(settings->passfile);
	postgres->settings.dsn = postgres->dsn_text;
	postgres->settings.passfile = postgres->passfile;
	postgres->on_open = on_open;
	postgres->user = user;
	postgres->again = timer_new(loop, on_again, postgres);
	timer_start(postgres->again, 0);
	return postgres;
}

void postgres_close(struct postgres *postgres)
{
	io_watch_free(postgres->watch);
	postgres->watch = NULL;
	PQfinish(postgres->conn); /* its socket does not block */
	postgres->conn = NULL;
	postgres->open = false;
	timer_stop(postgres->again);
}

void postgres_free(struct postgres *postgres)
{
	if (!postgres)
		return;
	if (postgres->job)
		job_cancel(postgres->job);
	lookup_cancel(postgres->lookup);
	postgres_close(postgres);
	timer_free(postgres->limit);
	timer_free(postgres->again);
	for (size_t i = 0; i < postgres->try_count; i++)
		free(postgres->tries[i].address);
	free(postgres->tries);
	postgres_dsn_release(&postgres->dsn);
	free(postgres->names);
	free(postgres->values);
	free(postgres->dsn_text);
	free(postgres->passfile);
	free(postgres);
}

bool postgres_is_open(const struct postgres *postgres)
{
	return postgres && postgres->open;
}

int postgres_version(const struct postgres *postgres)
{
	return postgres->version;
}
