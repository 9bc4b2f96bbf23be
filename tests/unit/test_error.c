#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"

TestSuite(error);

Test(error, is_cut_not_overrun)
{
	struct error error;
	char longer[ERROR_TEXT_MAX * 2];

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	cr_expect_eq(error_set(&error, "%s", longer), -1);
	cr_expect_eq(strlen(error.text), ERROR_TEXT_MAX - 1);
	cr_expect_eq(error_set(NULL, "x"), -1);
}

static void expect_formatted(const struct fault *fault, const char *wanted)
{
	char text[256];

	fault_format(fault, text, sizeof(text));
	cr_expect_str_eq(text, wanted);
}

Test(error, formats_what_is_known)
{
	char file[] = "f.json", where[] = "panels[3].type", message[] = "is wrong", unsafe[] = "a\x1b[2J\nb";

	expect_formatted(&(struct fault){ .file = file, .line = 3, .column = 7, .where = where, .text = message },
			 "f.json:3:7: panels[3].type: is wrong");
	expect_formatted(&(struct fault){ .file = file, .line = 3, .text = message }, "f.json:3: is wrong");
	expect_formatted(&(struct fault){ .file = file, .text = message }, "f.json: is wrong");
	expect_formatted(&(struct fault){ .where = where, .text = message }, "panels[3].type: is wrong");
	expect_formatted(&(struct fault){ .text = message }, "is wrong");
	expect_formatted(&(struct fault){ .line = 2, .column = 1, .text = message }, "2:1: is wrong");
	expect_formatted(&(struct fault){ .file = unsafe, .text = unsafe }, "a\xef\xbf\xbd[2J b: a\xef\xbf\xbd[2J b");
}

Test(error, format_is_cut_between_characters)
{
	char message[] = "ab\xc3\xa9"
			 "cd",
	     text[16];
	struct fault fault = { .text = message };

	fault_format(&fault, text, 4);
	cr_expect_str_eq(text, "ab");
	fault_format(&fault, text, 5);
	cr_expect_str_eq(text, "ab\xc3\xa9");
	fault_format(&fault, text, 1);
	cr_expect_str_eq(text, "");
	fault_format(&fault, text, 0);
}

Test(error, list_counts_and_stops)
{
	struct error_list list = { 0 };

	for (int i = 0; i < FAULTS_MAX + 5; i++)
		cr_assert_eq(error_list_add(&list, FAULT_ERROR, "f", 1, 2, NULL, "%d", i), -1);
	error_list_add(&list, FAULT_APPROXIMATION, NULL, 0, 0, "a.b", "near");
	cr_expect_eq(list.count, FAULTS_MAX);
	cr_expect_eq(list.dropped, 6);
	cr_expect_eq(list.errors, FAULTS_MAX + 5);
	cr_expect_str_eq(list.faults[FAULTS_MAX - 1].text, "999");
	error_list_release(&list);
	cr_expect_eq(list.count, 0);
	cr_expect_eq(error_list_add(NULL, FAULT_ERROR, NULL, 0, 0, NULL, "x"), -1);
	error_list_release(NULL);
}

Test(error, log_writes_safe_lines)
{
	FILE *file = tmpfile();
	char line[256] = "", second[256] = "";

	cr_assert(file);
	log_line(LOG_LEVEL_ERROR, "before it is open");
	log_open(fileno(file), LOG_LEVEL_INFO);
	log_line(LOG_LEVEL_INFO, "a %s\nb", "\x1b[31m");
	log_line(LOG_LEVEL_DEBUG, "too detailed");
	log_open(-1, LOG_LEVEL_DEBUG);
	log_line(LOG_LEVEL_ERROR, "closed");
	rewind(file);
	cr_assert(fgets(line, sizeof(line), file));
	cr_expect(strstr(line, "Z info a \xef\xbf\xbd[31m b\n"), "%s", line);
	cr_expect_eq(line[10], 'T');
	cr_expect_null(fgets(second, sizeof(second), file));
	fclose(file);
}

Test(error, lists_become_one)
{
	struct error_list list, more;

	error_list_init(&list);
	error_list_init(&more);
	error_list_add(&list, FAULT_ERROR, "a.yaml", 1, 2, "x", "one");
	error_list_add(&more, FAULT_APPROXIMATION, "b.yaml", 3, 0, NULL, "100%% %s", "two");
	error_list_add(&more, FAULT_ERROR, NULL, 0, 0, NULL, "three");
	error_list_take(&list, &more);
	cr_assert_eq(list.count, 3u);
	cr_expect_eq(list.errors, 2u);
	cr_expect_eq(list.faults[1].severity, FAULT_APPROXIMATION);
	cr_expect_str_eq(list.faults[1].file, "b.yaml");
	cr_expect_eq(list.faults[1].line, 3u);
	cr_expect_null(list.faults[1].where);
	cr_expect_str_eq(list.faults[1].text, "100% two");
	cr_expect_null(list.faults[2].file);
	cr_expect_eq(more.count + more.errors, 0u, "what was taken is not there any more");
	error_list_take(&list, &more);
	cr_expect_eq(list.count, 3u);
	error_list_release(&list);
}

Test(error, lists_that_become_too_long_are_counted)
{
	struct error_list list, more;

	error_list_init(&list);
	error_list_init(&more);
	for (int i = 0; i < FAULTS_MAX - 1; i++)
		error_list_add(&list, FAULT_APPROXIMATION, NULL, 0, 0, NULL, "%d", i);
	for (int i = 0; i < FAULTS_MAX + 5; i++)
		error_list_add(&more, FAULT_ERROR, NULL, 0, 0, NULL, "%d", i);
	error_list_take(&list, &more);
	cr_expect_eq(list.count, (size_t)FAULTS_MAX);
	cr_expect_eq(list.dropped, (size_t)FAULTS_MAX + 4);
	cr_expect_eq(list.errors, (size_t)FAULTS_MAX + 5);
	error_list_release(&list);
	error_list_release(&more);
}

Test(error, log_is_bounded)
{
	FILE *file = tmpfile();
	static char longer[900];

	cr_assert(file);
	memset(longer, 'x', sizeof(longer) - 1);
	log_open(fileno(file), LOG_LEVEL_INFO);
	for (int i = 0; i < 12000; i++)
		log_line(LOG_LEVEL_INFO, "%s", longer);
	cr_expect_lt(lseek(fileno(file), 0, SEEK_END), 9 * 1024 * 1024);
	log_open(-1, LOG_LEVEL_ERROR);
	fclose(file);
}
