/* What becomes of a history's file once it has been read. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "collect/collect.h"
#include "config/yaml.h"

TestSuite(collect_history, .timeout = 60);

static char *write_file(const char *text)
{
	char *path = mem_strdup("/tmp/skep-history-XXXXXX");
	FILE *file = fdopen(mkstemp(path), "w");

	fputs(text, file);
	fclose(file);
	return path;
}

struct reading {
	struct loop *loop;
	struct collect *collect;
	struct collector_state state;
};

/* Its first collection is over when it has a reason or an end. */
static void on_change(void *user)
{
	struct reading *reading = user;

	collect_get_state(reading->collect, 0, &reading->state);
	loop_stop(reading->loop);
}

/* Read the file, to be removed afterwards, into a store of so many series. */
static struct collector_state read_file(const char *path, size_t series)
{
	const struct store_limits limits = { .series = series };
	struct reading reading = { .loop = loop_new(NULL) };
	struct yaml_document document;
	struct collect_entries entries;
	struct error_list errors;
	struct arena arena;
	struct collect_config config = { .loop = reading.loop, .on_change = on_change, .user = &reading };
	char *yaml = mem_printf("- { type: history, file: '%s', remove: true }\n", path);

	arena_init(&arena);
	error_list_init(&errors);
	cr_assert_eq(yaml_parse(&document, yaml, strlen(yaml), "s.yaml", &errors), 0);
	cr_assert_eq(collect_read(&entries, document.root, "s.yaml", "/", &arena, &errors), 0);
	config.pool = pool_new(reading.loop, 1, NULL);
	config.store = store_new(&limits);
	reading.collect = collect_new(&config, &entries);
	loop_run(reading.loop);
	collect_free(reading.collect);
	pool_free(config.pool);
	store_free(config.store);
	loop_free(reading.loop);
	yaml_document_release(&document);
	error_list_release(&errors);
	arena_release(&arena);
	free(yaml);
	/* What its strings were is gone. */
	reading.state.type = reading.state.job = reading.state.instance = reading.state.url = "";
	return reading.state;
}

/* The file stays, and the state says why. */
static void expect_kept(const char *text, size_t series, const char *words)
{
	char *path = write_file(text);
	struct collector_state state = read_file(path, series);

	cr_expect(strstr(state.reason, words) || strstr(state.warning, words), "'%s' '%s'", state.reason,
		  state.warning);
	cr_expect_eq(access(path, F_OK), 0, "removed: %s", text);
	unlink(path);
	free(path);
}

Test(collect_history, a_file_that_was_taken_in_goes)
{
	char *path = write_file("a 1 1600000000\na 2 1600000060\nb 1 1600000000\n# EOF\n");
	struct collector_state state = read_file(path, 10);

	cr_expect_eq(state.health, COLLECTOR_OK, "%s", state.reason);
	cr_expect_eq(state.samples, 3u);
	cr_expect_str_eq(state.warning, "");
	cr_expect_neq(access(path, F_OK), 0);
	free(path);
}

Test(collect_history, a_file_of_which_something_is_missing_stays)
{
	char *ahead = mem_printf("a 1 1600000000\na 2 %lld\n# EOF\n", (long long)clock_wall_ms() / 1000 + 86400);

	expect_kept("a 1 1600000000\nbroken\n# EOF\n", 10, "line 2");
	expect_kept("a 1 1600000000\na 2 16", 10, "breaks off");
	expect_kept("a 1 1600000000\nb 1 1600000000\n# EOF\n", 1,
		    "1 series refused: the store is full; the file stays");
	expect_kept("a 2 1600000060\na 1 1600000000\n# EOF\n", 10, "not in order); the file stays");
	expect_kept("a 1 1600000000\nb 1 1600000000\na 2 1600000060\n# EOF\n", 10, "1 samples left out");
	expect_kept(ahead, 10, "1 samples left out (1 in the future");
	free(ahead);
}

Test(collect_history, a_link_and_what_it_means_stay)
{
	char *path = write_file("a 1 1600000000\n# EOF\n"), *link = mem_printf("%s-link", path);
	struct collector_state state;

	cr_assert_eq(symlink(path, link), 0);
	state = read_file(link, 10);
	cr_expect_eq(state.health, COLLECTOR_OK, "%s", state.reason);
	cr_expect_str_eq(state.warning, "the file cannot be removed");
	cr_expect_eq(access(path, F_OK), 0);
	cr_expect_eq(access(link, F_OK), 0);
	unlink(link);
	unlink(path);
	free(link);
	free(path);
}
