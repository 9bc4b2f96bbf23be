#include <criterion/criterion.h>
#include <string.h>

#include "loop/postgres_reason.h"

#define SERVER "connection to server at \"127.0.0.1\", port 5432 failed: "

static const struct {
	const char *message;
	enum postgres_fault fault;
	const char *words;
} table[] = {
	{ SERVER "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n",
	  POSTGRES_REFUSED, "refused" },
	{ "connection to server on socket \"/run/.s.PGSQL.5432\" failed: No such file or directory\n\tIs the server "
	  "running locally and accepting connections on that socket?\n",
	  POSTGRES_REFUSED, "no server has its socket there" },
	{ SERVER "FATAL:  password authentication failed for user \"ops\"\n", POSTGRES_DENIED,
	  "password authentication failed for user \"ops\"" },
	{ SERVER "fe_sendauth: no password supplied\n", POSTGRES_DENIED, "no password given" },
	{ SERVER "FATAL:  sorry, too many clients already\n", POSTGRES_FULL, "too many connections" },
	{ SERVER "FATAL:  remaining connection slots are reserved for non-replication superuser connections\n",
	  POSTGRES_FULL, "too many connections" },
	{ SERVER "FATAL:  the database system is starting up\n", POSTGRES_STARTING, "the server is starting up" },
	{ SERVER "FATAL:  database \"x\" does not exist\n", POSTGRES_OTHER, "database \"x\" does not exist" },
	/* The second try, without TLS, is the one that counts. */
	{ SERVER
	  "FATAL:  no pg_hba.conf entry for host \"10.0.0.1\", user \"a\", database \"b\", SSL encryption\n" SERVER
	  "FATAL:  no pg_hba.conf entry for host \"10.0.0.1\", user \"a\", database \"b\", no encryption\n",
	  POSTGRES_DENIED, "no pg_hba.conf entry for host \"10.0.0.1\", user \"a\", database \"b\", no encryption" },
	{ SERVER "SSL error: certificate verify failed\n", POSTGRES_TLS, "certificate not trusted or out of date" },
	{ SERVER "server certificate for \"a\" does not match host name \"b\"\n", POSTGRES_TLS,
	  "certificate for another name" },
	{ SERVER "root certificate file \"/x.crt\" does not exist\nEither provide the file or change sslmode.\n",
	  POSTGRES_TLS, "root certificate file \"/x.crt\" does not exist" },
	{ SERVER "server does not support SSL, but SSL was required\n", POSTGRES_TLS, "server offers no TLS" },
	{ SERVER "received invalid response to SSL negotiation: H\n", POSTGRES_OTHER, "not PostgreSQL" },
	{ "FATAL:  terminating connection due to administrator command\nserver closed the connection unexpectedly\n\t"
	  "This probably means the server terminated abnormally\n",
	  POSTGRES_CLOSED, "ended by the server's administrator" },
	{ "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n",
	  POSTGRES_CLOSED, "connection closed" },
	{ "", POSTGRES_OTHER, "connection failed" },
	{ "\n", POSTGRES_OTHER, "connection failed" },
	{ "\nroot certificate file \"/x.crt\" does not exist\n", POSTGRES_TLS, "connection failed" },
};

Test(postgres_reason, says_it_in_words)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char reason[160];

		cr_expect_eq(postgres_reason(table[i].message, reason, sizeof(reason)), table[i].fault, "%s",
			     table[i].message);
		cr_expect_str_eq(reason, table[i].words);
	}
}

Test(postgres_reason, is_cut_to_its_room)
{
	char message[1000], reason[40];

	memset(message, 'x', sizeof(message) - 1);
	message[sizeof(message) - 1] = '\0';
	postgres_reason(message, reason, sizeof(reason));
	cr_expect_eq(strlen(reason), sizeof(reason) - 1);
	postgres_reason_timeout(5000, reason, sizeof(reason));
	cr_expect_str_eq(reason, "timeout after 5s");
}
