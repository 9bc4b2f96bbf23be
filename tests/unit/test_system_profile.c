/* Profiles of a system file: which is used, what it adds, and what is refused. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/system.h"

static char path[64];

static void write_file(const char *text)
{
	FILE *file;
	int fd;

	snprintf(path, sizeof(path), "/tmp/skep-profile-XXXXXX.yaml");
	fd = mkstemps(path, 5);
	cr_assert_geq(fd, 0);
	file = fdopen(fd, "w");
	cr_assert_geq(fputs(text, file), 0);
	fclose(file);
}

static void remove_file(void)
{
	unlink(path);
}

TestSuite(system_profile, .fini = remove_file);

static bool says(const struct error_list *errors, const char *words)
{
	for (size_t i = 0; i < errors->count; i++)
		if (strstr(errors->faults[i].text, words))
			return true;
	return false;
}

static const char text[] = "system: dryad\n"
			   "collect:\n"
			   "  - { type: scrape, job: node, targets: [\"n:9100\"] }\n"
			   "variables: { a: \"1\" }\n"
			   "profile: full\n"
			   "profiles:\n"
			   "  full:\n"
			   "    help: all of it\n"
			   "    collect:\n"
			   "      - { type: health, job: h, targets: [\"http://b:8000\"], paths: [/status] }\n"
			   "      - { type: scrape, job: b, targets: [\"b:8000\"] }\n"
			   "    variables: { a: \"2\", b: \"3\" }\n"
			   "    labels: [job -> work]\n"
			   "  uni:\n"
			   "    collect: [{ type: scrape, job: u, targets: [\"u:8000\"] }]\n"
			   "  none:\n";

Test(system_profile, the_file_chooses)
{
	struct system system;
	struct error_list errors;

	write_file(text);
	system_init(&system);
	error_list_init(&errors);
	cr_assert_eq(system_read(&system, path, &errors), 0);
	cr_expect_eq(system.profiles.count, 3);
	cr_expect_eq(system.collect.count, 1, "nothing is added before it is chosen");
	cr_assert_eq(system_profile_use(&system, NULL, &errors), 0);
	cr_expect_eq(system.collect.count, 3);
	cr_expect_eq(system.labels.count, 1);
	cr_assert_eq(system.variables.count, 3);
	cr_expect_str_eq(system.variables.items[0], "a=1");
	cr_expect_str_eq(system.variables.items[1], "a=2", "the later one wins");
	cr_expect_str_eq(system.profile, "full");
	error_list_release(&errors);
	system_release(&system);
}

Test(system_profile, the_command_line_wins)
{
	struct system system;
	struct error_list errors;

	write_file(text);
	system_init(&system);
	error_list_init(&errors);
	cr_assert_eq(system_read(&system, path, &errors), 0);
	cr_assert_eq(system_profile_use(&system, "uni", &errors), 0);
	cr_expect_eq(system.collect.count, 2);
	cr_expect_eq(system.variables.count, 1);
	error_list_release(&errors);
	system_release(&system);
}

Test(system_profile, an_empty_one_adds_nothing)
{
	struct system system;
	struct error_list errors;

	write_file(text);
	system_init(&system);
	error_list_init(&errors);
	cr_assert_eq(system_read(&system, path, &errors), 0);
	cr_assert_eq(system_profile_use(&system, "none", &errors), 0);
	cr_expect_eq(system.collect.count, 1);
	error_list_release(&errors);
	system_release(&system);
}

Test(system_profile, an_overlay_replaces_and_adds)
{
	struct system system;
	struct error_list errors;

	write_file(text);
	system_init(&system);
	error_list_init(&errors);
	cr_assert_eq(system_read(&system, path, &errors), 0);
	unlink(path);
	write_file("profile: mine\n"
		   "profiles:\n"
		   "  uni: { collect: [] }\n"
		   "  mine: { collect: [{ type: scrape, job: m, targets: [\"m:1\"] }] }\n");
	cr_assert_eq(system_read(&system, path, &errors), 0);
	cr_expect_eq(system.profiles.count, 4);
	cr_assert_eq(system_profile_use(&system, NULL, &errors), 0);
	cr_expect_eq(system.collect.count, 2);
	cr_expect_str_eq(system.profile, "mine");
	error_list_release(&errors);
	system_release(&system);
}

Test(system_profile, a_wrong_name_is_said)
{
	struct system system;
	struct error_list errors;

	write_file(text);
	system_init(&system);
	error_list_init(&errors);
	cr_assert_eq(system_read(&system, path, &errors), 0);
	cr_expect_eq(system_profile_use(&system, "ful", &errors), -1);
	cr_expect(says(&errors, "did you mean 'full'?"));
	cr_expect(says(&errors, "(full, uni, none)"));
	cr_expect_eq(system.collect.count, 1);
	error_list_release(&errors);
	system_release(&system);
}

/* Also of one that is not chosen: a file is right or wrong as a whole. */
Test(system_profile, a_wrong_choice_of_a_file_has_its_line)
{
	struct system system;
	struct error_list errors;

	write_file("profiles: { one: {}, two: {} }\nprofile: tow\n");
	system_init(&system);
	error_list_init(&errors);
	cr_expect_eq(system_read(&system, path, &errors), -1);
	cr_assert_eq(errors.count, 1u);
	cr_expect_eq(errors.faults[0].line, 2u);
	cr_expect(says(&errors, "did you mean 'two'?"));
	error_list_release(&errors);
	system_release(&system);
	/* An overlay may choose before it is known from what. */
	write_file("profile: tow\n");
	system_init(&system);
	error_list_init(&errors);
	cr_expect_eq(system_read(&system, path, &errors), 0);
	error_list_release(&errors);
	system_release(&system);
}

Test(system_profile, faults_of_all_are_found)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{ "profiles: { a: { collect: [{ type: scrpe }] } }", "unknown type of collector 'scrpe'" },
		{ "profiles: { a: { colect: [] } }", "colect" },
		{ "profiles: { a: { labels: [x] } }", "maps no label" },
		{ "profiles: [a, b]", "is a mapping" },
		{ "profiles: { a: 7 }", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct system system;
		struct error_list errors;

		write_file(rows[i].text);
		system_init(&system);
		error_list_init(&errors);
		cr_expect_eq(system_read(&system, path, &errors), -1, "%s", rows[i].text);
		cr_expect(says(&errors, rows[i].words), "%s: %s", rows[i].text,
			  errors.count ? errors.faults[0].text : "nothing was said");
		error_list_release(&errors);
		system_release(&system);
		unlink(path);
	}
}
