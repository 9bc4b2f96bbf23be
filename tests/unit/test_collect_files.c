/* Hashes of files: what is read, what is seen to change, what is complained about and what is left alone. */
#include "store_fixture.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "collect/collect.h"
#include "config/yaml.h"

TestSuite(collect_files, .timeout = 30);

struct files_world {
	char folder[64];
	struct yaml_document document;
	struct arena arena;
	struct error_list errors;
	struct collect_entries entries;
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct store *store;
	struct collect *collect;
	struct timer *guard;
	uint64_t wanted; /* runs */
	struct collector_state state;
};

static void on_guard(void *user)
{
	(void)user;
	cr_assert_fail("no collection ended");
}

static void on_change(void *user)
{
	struct files_world *world = user;

	collect_get_state(world->collect, 0, &world->state);
	if (world->state.runs >= world->wanted && !world->state.running)
		loop_stop(world->loop);
}

static void write_file(const struct files_world *world, const char *name, const char *text)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", world->folder, name);
	cr_assert_eq(path_write(path, text, strlen(text), NULL), 0);
}

static void remove_file(const struct files_world *world, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", world->folder, name);
	unlink(path);
}

static void make(struct files_world *world)
{
	*world = (struct files_world){ .folder = "/tmp/skep-files-XXXXXX", .wanted = 1 };
	error_list_init(&world->errors);
	cr_assert_not_null(mkdtemp(world->folder));
}

static void open_files(struct files_world *world, const char *yaml)
{
	struct collect_config config = { 0 };

	cr_assert_eq(yaml_parse(&world->document, yaml, strlen(yaml), "s.yaml", &world->errors), 0);
	cr_assert_eq(collect_read(&world->entries, world->document.root, "s.yaml", world->folder, &world->arena,
				  &world->errors),
		     0);
	world->loop = loop_new(NULL);
	world->guard = timer_new(world->loop, on_guard, NULL);
	world->pool = pool_new(world->loop, 2, NULL);
	world->resolver = resolver_new(world->loop, world->pool);
	world->http = http_new(world->loop, world->resolver, NULL);
	world->store = store_new(NULL);
	config = (struct collect_config){ .loop = world->loop,
					  .http = world->http,
					  .pool = world->pool,
					  .resolver = world->resolver,
					  .store = world->store,
					  .on_change = on_change,
					  .user = world };
	world->collect = collect_new(&config, &world->entries);
}

/* One more round, and its state. */
static void run(struct files_world *world)
{
	if (world->state.runs)
		collect_now(world->collect);
	world->wanted = world->state.runs + 1;
	timer_start(world->guard, 20000);
	loop_run(world->loop);
	timer_stop(world->guard);
}

static void release(struct files_world *world)
{
	collect_free(world->collect);
	http_free(world->http);
	resolver_free(world->resolver);
	pool_free(world->pool);
	store_free(world->store);
	timer_free(world->guard);
	loop_free(world->loop);
	yaml_document_release(&world->document);
	error_list_release(&world->errors);
	arena_release(&world->arena);
	rmdir(world->folder);
}

static bool holds(struct files_world *world, const char *metric, const char *text)
{
	struct strbuf dump = STRBUF_INIT;
	bool ret;

	add_dump(&dump, world->store, metric);
	ret = strstr(dump.text, text) != NULL;
	if (!ret)
		cr_log_error("'%s' is not in\n%s", text, dump.text);
	strbuf_release(&dump);
	return ret;
}

#define ENTRY "- { type: files, paths: ['*.conf', missing.txt], interval: 1h, instance: here }\n"
/* Of "abc" and of nothing, as FIPS 180-2 has them. */
#define ABC   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

Test(collect_files, what_is_in_a_file_is_told_by_its_hash)
{
	struct files_world world;

	make(&world);
	write_file(&world, "a.conf", "abc");
	write_file(&world, "b.conf", "");
	write_file(&world, "c.other", "x");
	open_files(&world, ENTRY);
	run(&world);
	cr_expect_eq(world.state.health, COLLECTOR_OK, "%s", world.state.reason);
	cr_expect(holds(&world, "skep_file_info", ABC));
	cr_expect(holds(&world, "skep_file_info", EMPTY));
	cr_expect(holds(&world, "skep_file_info", "instance=\"here\""));
	cr_expect(holds(&world, "skep_file_size_bytes", ":3\n"));
	cr_expect(strstr(world.state.warning, "missing.txt: no such file"), "%s", world.state.warning);
	cr_expect(holds(&world, "skep_file_unreadable", ":1\n"));
	remove_file(&world, "a.conf");
	remove_file(&world, "b.conf");
	remove_file(&world, "c.other");
	release(&world);
}

Test(collect_files, a_file_that_is_written_to_has_another_hash)
{
	struct files_world world;

	make(&world);
	write_file(&world, "a.conf", "before");
	open_files(&world, ENTRY);
	run(&world);
	write_file(&world, "a.conf", "abc");
	usleep(5000);
	run(&world);
	cr_expect(holds(&world, "skep_file_info", ABC));
	cr_expect(holds(&world, "skep_file_info", "STALE"), "the former one has ended");
	remove_file(&world, "a.conf");
	release(&world);
}

Test(collect_files, pipes_and_large_files_are_not_read)
{
	struct files_world world;
	char path[160];

	make(&world);
	write_file(&world, "a.conf", "abc");
	write_file(&world, "big.conf", "0123456789");
	snprintf(path, sizeof(path), "%s/pipe.conf", world.folder);
	cr_assert_eq(mkfifo(path, 0600), 0);
	open_files(&world, "- { type: files, paths: ['*.conf', a.conf], interval: 1h, limit_bytes: 5 }\n");
	run(&world);
	cr_expect_eq(world.state.health, COLLECTOR_OK);
	cr_expect(holds(&world, "skep_file_info", ABC));
	cr_expect(holds(&world, "skep_file_unreadable", ":2\n"));
	cr_expect(strstr(world.state.warning, "(and 1 more)"), "%s", world.state.warning);
	for (const char *const *name = (const char *const[]){ "a.conf", "big.conf", "pipe.conf", NULL }; *name; name++)
		remove_file(&world, *name);
	release(&world);
}

Test(collect_files, with_no_file_at_all_it_fails_and_says_why)
{
	struct files_world world;

	make(&world);
	open_files(&world, ENTRY);
	run(&world);
	cr_expect_eq(world.state.health, COLLECTOR_FAILING);
	cr_expect(strstr(world.state.reason, "no such file"), "%s", world.state.reason);
	release(&world);
}

Test(collect_files, an_entry_without_files_is_refused)
{
	static const char yaml[] = "- { type: files }\n";
	struct collect_entries entries;
	struct yaml_document document;
	struct error_list errors;
	struct arena arena = { 0 };
	char line[600];

	error_list_init(&errors);
	cr_assert_eq(yaml_parse(&document, yaml, strlen(yaml), "s.yaml", &errors), 0);
	cr_expect_eq(collect_read(&entries, document.root, "s.yaml", "/", &arena, &errors), -1);
	cr_assert_eq(errors.count, 1u);
	fault_format(&errors.faults[0], line, sizeof(line));
	cr_expect(strstr(line, "s.yaml:1") && strstr(line, "has no files"), "%s", line);
	yaml_document_release(&document);
	error_list_release(&errors);
	arena_release(&arena);
}
