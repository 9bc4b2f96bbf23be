#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/shut_in.h"
#include "cli/system.h"

TestSuite(system_steps);

/* Read `text` as a system file in /tmp; the number of its faults. */
static size_t read_text(struct system *system, const char *text)
{
	char path[] = "/tmp/skep-steps-XXXXXX";
	int fd = mkstemp(path);
	struct error_list errors;
	size_t count;

	cr_assert(fd >= 0);
	close(fd);
	cr_assert_eq(path_write(path, text, strlen(text), NULL), 0);
	system_init(system);
	error_list_init(&errors);
	system_read(system, path, &errors);
	count = errors.errors;
	error_list_release(&errors);
	unlink(path);
	return count;
}

static const char *value_in(const char *const *environment, const char *name)
{
	const char *found = NULL;

	for (; environment && *environment; environment++)
		if (!strncmp(*environment, name, strlen(name)) && (*environment)[strlen(name)] == '=')
			found = *environment + strlen(name) + 1;
	return found;
}

Test(system_steps, without_a_section_steps_run_as_skep_does)
{
	struct system system;
	struct runner_place place;

	cr_assert_eq(read_text(&system, "system: x\n"), 0);
	place = system_steps_place(&system.steps, &system.arena);
	cr_expect_null(place.environment);
	cr_expect(!place.shut_in);
	cr_expect_null(place.directory);
	system_release(&system);
}

Test(system_steps, only_what_stands_there)
{
	struct system system;
	struct runner_place place;

	setenv("SKEP_TEST_SECRET", "hush", 1);
	cr_assert_eq(read_text(&system, "system: x\nsteps:\n  only: true\n  directory: home\n"
					"  environment: { PATH: /demo/bin, TERM: xterm }\n"),
		     0);
	place = system_steps_place(&system.steps, &system.arena);
	cr_expect(place.shut_in);
	cr_expect_str_eq(place.directory, "/tmp/home");
	cr_expect_str_eq(value_in(place.environment, "PATH"), "/demo/bin");
	cr_expect_null(value_in(place.environment, "SKEP_TEST_SECRET"));
	cr_expect_null(place.environment[2]);
	system_release(&system);
}

Test(system_steps, beside_skeps_own)
{
	struct system system;
	struct runner_place place;

	setenv("SKEP_TEST_OWN", "own", 1);
	setenv("KUBECONFIG", "/own", 1);
	cr_assert_eq(read_text(&system, "system: x\nsteps: { environment: { KUBECONFIG: /theirs } }\n"), 0);
	place = system_steps_place(&system.steps, &system.arena);
	cr_expect(!place.shut_in);
	cr_expect_str_eq(value_in(place.environment, "SKEP_TEST_OWN"), "own");
	cr_expect_str_eq(value_in(place.environment, "KUBECONFIG"), "/theirs");
	system_release(&system);
}

Test(system_steps, faults)
{
	static const char *const bad[] = {
		"system: x\nsteps: { only: true }\n",
		"system: x\nsteps: { only: true, environment: { PATH: bin } }\n",
		"system: x\nsteps: { only: perhaps, environment: { PATH: /bin } }\n",
		"system: x\nsteps: { folder: /x }\n",
		"system: x\nsteps: [a]\n",
		"system: x\nsteps: { sql: 'host=db password=hush' }\n",
		"system: x\nsteps: { sql: 'postgresql://ana:hush@db/x' }\n",
		"system: x\nsteps: { mask_file: /nowhere/secrets }\n",
		"system: x\nsteps: { mask_file: /tmp }\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct system system;

		cr_expect_gt(read_text(&system, bad[i]), 0, "%s", bad[i]);
		system_release(&system);
	}
}

/* What a demo writes is read back as it was meant, whatever stands in the environment. */
Test(system_steps, a_demos_section)
{
	struct strbuf text = STRBUF_INIT;
	struct system system;
	struct runner_place place;

	setenv("LC_TIME", "C\"\n: x", 1);
	setenv("TZ", "UTC", 1);
	setenv("AWS_PROFILE", "prod", 1);
	setenv("SSH_AUTH_SOCK", "/agent", 1);
	strbuf_addstr(&text, "system: x\n");
	shut_in_add_section(&text, "/tmp/demo folder", "SKEP_COLONY", "/run/state.json");
	cr_assert_eq(read_text(&system, text.text), 0, "%s", text.text);
	place = system_steps_place(&system.steps, &system.arena);
	cr_expect(place.shut_in);
	cr_expect_str_eq(place.directory, "/tmp/demo folder/home");
	cr_expect_str_eq(value_in(place.environment, "PATH"), "/tmp/demo folder/bin");
	cr_expect_str_eq(value_in(place.environment, "KUBECONFIG"), "/tmp/demo folder/kubeconfig");
	cr_expect_str_eq(value_in(place.environment, "DOCKER_HOST"), "unix:///nonexistent");
	cr_expect_str_eq(value_in(place.environment, "SKEP_COLONY"), "/run/state.json");
	cr_expect_str_eq(value_in(place.environment, "LC_TIME"), "C\"\n: x");
	cr_expect_str_eq(value_in(place.environment, "TZ"), "UTC");
	cr_expect_null(value_in(place.environment, "AWS_PROFILE"));
	cr_expect_null(value_in(place.environment, "SSH_AUTH_SOCK"));
	system_release(&system);
	strbuf_release(&text);
}

Test(system_steps, a_connection_for_sql)
{
	struct system system;

	cr_assert_eq(read_text(&system, "system: x\nsteps: { sql: 'service=polln-ro' }\n"), 0);
	cr_expect_str_eq(system.steps.sql, "service=polln-ro");
	system_release(&system);
}

Test(system_steps, what_is_masked)
{
	static const char lines[] = "first secret\r\n\nsecond\n\nlast";
	static const char *const wanted[] = { "theirs", "own value", "first secret", "second", "last" };
	char path[] = "/tmp/skep-mask-XXXXXX", text[256];
	int fd = mkstemp(path);
	struct system system;

	cr_assert(fd >= 0);
	close(fd);
	cr_assert_eq(path_write(path, lines, sizeof(lines) - 1, NULL), 0);
	setenv("SKEP_TEST_MASKED", "own value", 1);
	snprintf(text, sizeof(text),
		 "system: x\nsteps:\n  environment: { SKEP_TEST_MASKED: theirs }\n"
		 "  mask: [SKEP_TEST_MASKED, SKEP_TEST_NOWHERE]\n  mask_file: %s\n",
		 path);
	cr_assert_eq(read_text(&system, text), 0);
	cr_assert_eq(system.steps.secrets.count, 5);
	for (size_t i = 0; i < 5; i++)
		cr_expect_str_eq(system.steps.secrets.items[i], wanted[i]);
	cr_expect_null(system.steps.secrets.items[5]);
	system_release(&system);
	/* A file that others may read keeps nothing secret. */
	cr_assert_eq(chmod(path, 0644), 0);
	cr_expect_eq(read_text(&system, text), 1);
	cr_expect_eq(system.steps.secrets.count, 2);
	system_release(&system);
	unlink(path);
}
