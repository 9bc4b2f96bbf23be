#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/postgres_dsn.h"

static void expect_shown(const char *dsn, const char *instance, const char *url)
{
	struct postgres_shown shown;
	struct error error = { "" };

	cr_assert_eq(postgres_dsn_show(dsn, &shown, &error), 0, "%s: %s", dsn, error.text);
	cr_expect_str_eq(shown.instance, instance);
	cr_expect_str_eq(shown.url, url);
	cr_expect_null(strstr(shown.url, "s3cret"));
	postgres_shown_release(&shown);
}

Test(postgres_dsn, shows_no_password)
{
	expect_shown("postgresql://ops:s3cret@db1:6543/polln?sslmode=require", "db1:6543",
		     "postgresql://ops@db1:6543/polln");
	expect_shown("host=db1 password=s3cret user=ops", "db1:5432", "postgresql://ops@db1:5432");
	expect_shown("postgres://db1,db2:6543/polln?password=s3cret", "db1:5432,db2:6543",
		     "postgresql://db1:5432,db2:6543/polln");
	expect_shown("hostaddr=10.0.0.4", "10.0.0.4:5432", "postgresql://10.0.0.4:5432");
	expect_shown("postgresql://[::1]:6000/", "[::1]:6000", "postgresql://[::1]:6000");
	expect_shown("host=/run/postgresql dbname=polln", "/run/postgresql:5432",
		     "postgresql:///run/postgresql:5432/polln");
	expect_shown("service=polln password=s3cret", "polln", "service=polln");
	expect_shown("", "local:5432", "postgresql://local:5432");
}

Test(postgres_dsn, faults_quote_nothing)
{
	static const char *const bad[] = { "postgresql://ops:s3cret@db1:5432:x/polln?nonsense=1",
					   "host=db1 s3cret = x y", "password=s3cret hosst=1 s3cret", "nonsense" };
	struct postgres_shown shown;
	struct error error;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_expect_eq(postgres_dsn_show(bad[i], &shown, &error), -1, "%s", bad[i]);
		cr_expect_null(strstr(error.text, "s3cret"), "%s", error.text);
		cr_expect_not_null(strstr(error.text, "dsn"), "%s", error.text);
	}
	cr_expect_eq(postgres_dsn_show("host=a,b hostaddr=1.2.3.4", &shown, &error), -1);
	cr_expect_str_eq(error.text, "dsn has 2 hosts and 1 addresses (as many, in the same order)");
	cr_expect_eq(postgres_dsn_show("host=a,b port=1,2,3", &shown, &error), -1);
	cr_expect_str_eq(error.text, "dsn has 2 hosts and 3 ports (one port, or one for each)");
}

static const char *value(const struct postgres_parameters *parameters, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; parameters->names[i]; i++)
		if (strcmp(parameters->names[i], name) == 0)
			found = parameters->values[i];
	return found;
}

Test(postgres_dsn, gives_each_place_its_parameters)
{
	struct postgres_parameters parameters;
	struct postgres_dsn dsn;
	struct error error;

	cr_assert_eq(postgres_dsn_read(&dsn, "host=db1,db2,/run/pg port=1,2,3 options='-c geqo=off'", "/pass", 800,
				       &error),
		     0, "%s", error.text);
	cr_assert_eq(dsn.count, 3u);
	cr_expect(postgres_place_needs_address(&dsn.places[0]));
	cr_expect_not(postgres_place_needs_address(&dsn.places[2]));
	postgres_dsn_parameters(&dsn, &dsn.places[1], "10.0.0.2", NULL, &parameters);
	cr_expect_str_eq(parameters.names[0], "dbname", "what follows the DSN wins");
	cr_expect_str_eq(value(&parameters, "host"), "db2");
	cr_expect_str_eq(value(&parameters, "hostaddr"), "10.0.0.2");
	cr_expect_str_eq(value(&parameters, "port"), "2");
	cr_expect_str_eq(value(&parameters, "passfile"), "/pass");
	cr_expect_str_eq(value(&parameters, "fallback_application_name"), "skep");
	cr_expect_str_eq(value(&parameters, "gssencmode"), "disable");
	cr_expect_str_eq(value(&parameters, "options"), "-c geqo=off -c default_transaction_read_only=on"
							" -c statement_timeout=800 -c lock_timeout=1000 -c jit=off");
	postgres_dsn_parameters(&dsn, &dsn.places[2], "", NULL, &parameters);
	cr_expect_null(value(&parameters, "hostaddr"));
	postgres_dsn_release(&dsn);
}

Test(postgres_dsn, gssapi_stays_when_asked_for)
{
	struct postgres_parameters parameters;
	struct postgres_dsn dsn;

	cr_assert_eq(postgres_dsn_read(&dsn, "host=db1 gssencmode=prefer", NULL, 800, NULL), 0);
	postgres_dsn_parameters(&dsn, &dsn.places[0], "10.0.0.2", NULL, &parameters);
	cr_expect_null(value(&parameters, "gssencmode"));
	postgres_dsn_release(&dsn);
}

Test(postgres_dsn, expands_a_service)
{
	char path[] = "/tmp/skep-test-XXXXXX";
	struct postgres_dsn dsn;
	struct error error;
	FILE *file = fdopen(mkstemp(path), "w");

	fputs("[ours]\nhost=db7,10.0.0.9\nport=6543\nuser=ops\ntarget_session_attrs=prefer-standby\n", file);
	fclose(file);
	setenv("PGSERVICEFILE", path, 1);
	cr_assert_eq(postgres_dsn_read(&dsn, "service=ours", NULL, 800, &error), 0, "%s", error.text);
	cr_expect_eq(dsn.count, 2u);
	cr_expect_str_eq(dsn.places[0].host, "db7");
	cr_expect_str_eq(dsn.places[1].host, "10.0.0.9");
	cr_expect_str_eq(dsn.places[1].port, "6543");
	cr_expect_str_eq(postgres_dsn_attributes(&dsn, 0), "standby");
	cr_expect_str_eq(postgres_dsn_attributes(&dsn, 1), "any");
	cr_expect_null(postgres_dsn_attributes(&dsn, 2));
	postgres_dsn_release(&dsn);
	cr_expect_eq(postgres_dsn_read(&dsn, "service=theirs password=s3cret", NULL, 800, &error), -1);
	cr_expect_not_null(strstr(error.text, "theirs"), "%s", error.text);
	cr_expect_null(strstr(error.text, "s3cret"));
	postgres_dsn_release(&dsn);
	unlink(path);
}

Test(postgres_dsn, read_only_sessions_still_find_the_primary)
{
	static const struct {
		const char *given, *first, *second;
	} table[] = { { "", "any", NULL },
		      { "target_session_attrs=read-write", "primary", NULL },
		      { "target_session_attrs=read-only", "standby", NULL },
		      { "target_session_attrs=standby", "standby", NULL } };

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct postgres_dsn dsn;

		cr_assert_eq(postgres_dsn_read(&dsn, table[i].given, NULL, 800, NULL), 0);
		cr_expect_str_eq(postgres_dsn_attributes(&dsn, 0), table[i].first);
		cr_expect_null(postgres_dsn_attributes(&dsn, 1));
		postgres_dsn_release(&dsn);
	}
}
