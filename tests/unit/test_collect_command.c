#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "collect/collect.h"
#include "collect/detail.h"
#include "config/yaml.h"
#include "loop/http.h"
#include "tsdb/selection.h"

/* Collectors that run programs, and those of the host, with all they need. */
TestSuite(collect_command, .timeout = 40);

struct world {
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
	struct timer *limit;
	bool (*until)(struct world *world);
	bool late;
};

static int read_section(struct world *world, const char *yaml)
{
	*world = (struct world){ 0 };
	arena_init(&world->arena);
	error_list_init(&world->errors);
	cr_assert_eq(yaml_parse(&world->document, yaml, strlen(yaml), "s.yaml", &world->errors), 0);
	return collect_read(&world->entries, yaml_get(world->document.root, "collect"), "s.yaml", "/tmp", &world->arena,
			    &world->errors);
}

static void release_section(struct world *world)
{
	yaml_document_release(&world->document);
	error_list_release(&world->errors);
	arena_release(&world->arena);
}

static void refuse(const char *entry, const char *fault)
{
	char *yaml = mem_printf("collect:\n  - { %s }\n", entry), line[1024] = "";
	struct world world;

	cr_expect_eq(read_section(&world, yaml), -1, "accepted: %s", entry);
	cr_assert(world.errors.count);
	fault_format(&world.errors.faults[0], line, sizeof(line));
	cr_expect(strstr(line, fault), "'%s' is not in '%s'", fault, line);
	release_section(&world);
	free(yaml);
}

static void on_limit(void *user)
{
	struct world *world = user;

	world->late = true;
	loop_stop(world->loop);
}

static bool all_tried(struct world *world)
{
	return !collect_waiting(world->collect);
}

static void on_change(void *user)
{
	struct world *world = user;

	if (world->until(world))
		loop_stop(world->loop);
}

static void open_world(struct world *world, const char *yaml)
{
	struct collect_config config = { 0 };

	cr_assert_eq(read_section(world, yaml), 0, "%s", world->errors.count ? world->errors.faults[0].text : "");
	world->until = all_tried;
	world->loop = loop_new(NULL);
	world->pool = pool_new(world->loop, 2, NULL);
	world->resolver = resolver_new(world->loop, world->pool);
	world->http = http_new(world->loop, world->resolver, NULL);
	world->store = store_new(NULL);
	config.loop = world->loop;
	config.http = world->http;
	config.pool = world->pool;
	config.resolver = world->resolver;
	config.store = world->store;
	config.on_change = on_change;
	config.user = world;
	world->collect = collect_new(&config, &world->entries);
	world->limit = timer_new_real(world->loop, on_limit, world);
	timer_start(world->limit, 30000);
}

static void run(struct world *world, const char *yaml)
{
	open_world(world, yaml);
	loop_run(world->loop);
	cr_assert_not(world->late, "not within 30 s");
}

static void close_world(struct world *world)
{
	timer_free(world->limit);
	collect_free(world->collect);
	http_free(world->http);
	resolver_free(world->resolver);
	pool_free(world->pool);
	store_free(world->store);
	loop_free(world->loop);
	release_section(world);
}

/* The last value of the one series with this name and instance; -99 when there is none. */
static double value_of(struct world *world, const char *name, const char *instance)
{
	struct matcher matchers[] = { { .label = "__name__", .value = name, .kind = MATCHER_EQUAL },
				      { .label = "instance", .value = instance, .kind = MATCHER_EQUAL } };
	struct selection *selection = store_select(world->store, matchers, 2, 0, INT64_MAX / 2, 0, NULL);
	struct reader *reader = reader_new();
	struct samples samples = { 0 };
	double value = -99;

	if (selection_count(selection) == 1)
		reader_samples(reader, selection, 0, 0, INT64_MAX / 2, &samples);
	if (samples.count)
		value = samples.values[samples.count - 1];
	reader_free(reader);
	selection_free(selection);
	return value;
}

Test(collect_command, refuses_what_cannot_be_meant)
{
	refuse("type: command", "run: names no program");
	refuse("type: command, run: []", "run: names no program");
	refuse("type: command, run: 'ls -l'", "a list of words");
	refuse("type: command, shell: true, run: [a, b]", "one text, not a list");
	refuse("type: command, run: [a], format: json", "metrics: say what");
	refuse("type: command, run: [a], metrics: [{ name: x, path: y }]", "metrics: belong to format: json");
	refuse("type: command, preset: kubernetes-pods, format: prometheus", "reads json");
	refuse("type: command, preset: kubernetes-pod", "preset");
	refuse("type: command, run: [a], interval: 5s, timeout: 6s", "timeout: longer");
	refuse("type: command, run: [a], output_limit: 999999999", "output");
	refuse("type: host, ssh: '-oProxyCommand=x'", "is no host");
	refuse("type: host, ssh: a, via: [b]", "exclude each other");
	refuse("type: host, ssh: a, root: /x", "exclude each other");
	refuse("type: host, interval: 5s, timeout: 6s", "timeout: longer");
}

Test(collect_command, ends_in_every_way)
{
	struct world world;
	struct collector_state state;

	run(&world, "collect:\n"
		    "  - { type: command, name: good, run: ['true'] }\n"
		    "  - { type: command, name: bad, shell: true, run: 'echo told you >&2; exit 3' }\n"
		    "  - { type: command, name: missing, run: [no-such-program-here] }\n"
		    "  - { type: command, name: endless, run: [sleep, '60'], timeout: 300ms }\n"
		    "  - { type: command, name: flood, run: [cat, /dev/zero], output_limit: 100000 }\n"
		    "  - { type: command, name: page, shell: true, format: prometheus, run: 'echo depth 5' }\n"
		    "  - { type: command, name: garbage, format: prometheus, run: [echo, '<html>'] }\n");
	static const struct {
		const char *reason;
		double up, success, status;
	} expected[] = {
		{ "", 1, 1, 0 },
		{ "exit status 3: told you", 0, 0, 3 },
		{ "no-such-program-here: not found in PATH", 0, 0, -99 },
		{ "timeout after 300ms", 0, 0, -99 },
		{ "over 100000 bytes of output", 0, 0, -99 },
		{ "", 1, 1, 0 },
		{ "output 1:1: ", 0, 0, 0 },
	};
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		collect_get_state(world.collect, i, &state);
		cr_expect_str_eq(state.type, "command");
		cr_expect_eq(state.health, *expected[i].reason ? COLLECTOR_FAILING : COLLECTOR_OK, "%s",
			     state.instance);
		cr_expect_eq(strncmp(state.reason, expected[i].reason, strlen(expected[i].reason)), 0, "%s: %s",
			     state.instance, state.reason);
		cr_expect_float_eq(value_of(&world, "up", state.instance), expected[i].up, 0, "%s", state.instance);
		cr_expect_float_eq(value_of(&world, "command_success", state.instance), expected[i].success, 0, "%s",
				   state.instance);
		cr_expect_float_eq(value_of(&world, "command_exit_status", state.instance), expected[i].status, 0, "%s",
				   state.instance);
		cr_expect_geq(value_of(&world, "command_duration_seconds", state.instance), 0);
	}
	cr_expect_float_eq(value_of(&world, "depth", "page"), 5, 0);
	close_world(&world);
}

Test(collect_command, environment_folder_and_raw_output)
{
	struct world world;
	size_t length, whole;
	const char *raw;

	run(&world, "collect:\n  - { type: command, shell: true, run: 'echo $SKEP_X; pwd -P', folder: /,\n"
		    "      environment: { SKEP_X: given }, labels: { site: north } }\n");
	raw = collect_raw(world.collect, 0, &length, &whole);
	cr_assert(raw);
	cr_expect_eq(whole, 8u);
	cr_expect_eq(strncmp(raw, "given\n/\n", length), 0, "%s", raw);
	close_world(&world);
}

Test(collect_command, pods_have_a_table)
{
	struct world world;
	const struct detail *detail;

	run(&world, "collect:\n  - { type: command, name: pods, preset: kubernetes-pods, shell: true,\n"
		    "      run: 'echo \"{\\\"items\\\":[{\\\"metadata\\\":{\\\"name\\\":\\\"p\\\"},\\\"status\\\":"
		    "{\\\"phase\\\":\\\"Pending\\\"}}]}\"' }\n");
	detail = collect_detail(world.collect, 0);
	cr_assert(detail);
	cr_expect_str_eq(detail->first->title, "Pods");
	cr_expect_eq(detail->first->row_count, 1u);
	close_world(&world);
}

Test(collect_command, freed_while_programs_run)
{
	struct collector_state sleeper;
	struct world world;

	open_world(&world, "collect:\n  - { type: command, run: [sleep, '60'], interval: 500ms }\n"
			   "  - { type: command, name: two, run: [cat, /dev/zero], output_limit: 67108864 }\n"
			   "  - { type: host, via: [sh, -c, 'sleep 60'], instance: far }\n  - { type: host }\n");
	timer_start(world.limit, 350);
	loop_run(world.loop);
	collect_get_state(world.collect, 0, &sleeper);
	cr_expect(sleeper.running);
	close_world(&world);
	cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1, "no program outlives what ran it");
}

Test(collect_command, this_host_and_one_by_a_program)
{
	struct collector_state state;
	struct world world;
	char name[256];

	gethostname(name, sizeof(name));
	run(&world, "collect:\n  - { type: host }\n"
		    "  - { type: host, via: [env, LC_ALL=C], instance: far }\n"
		    "  - { type: host, via: [echo, hello], instance: talks }\n"
		    "  - { type: host, via: [sh, -c, 'echo Permission denied >&2; exit 255'], instance: refuses }\n"
		    "  - { type: host, root: /nowhere, instance: empty }\n");
	collect_get_state(world.collect, 0, &state);
	cr_expect_eq(state.health, COLLECTOR_OK, "%s", state.reason);
	cr_expect_str_eq(state.instance, name);
	cr_expect_str_eq(state.job, "node");
	cr_expect_eq(strncmp(state.whose, "this machine, ", 14), 0, "%s", state.whose);
	collect_get_state(world.collect, 1, &state);
	cr_expect_eq(state.health, COLLECTOR_OK, "%s", state.reason);
	cr_expect(strstr(state.whose, ", by env"), "%s", state.whose);
	cr_expect_float_eq(value_of(&world, "node_memory_MemTotal_bytes", "far"),
			   value_of(&world, "node_memory_MemTotal_bytes", name), 0);
	cr_expect_float_eq(value_of(&world, "node_boot_time_seconds", "far"),
			   value_of(&world, "node_boot_time_seconds", name), 0);
	collect_get_state(world.collect, 2, &state);
	cr_expect_str_eq(state.reason, "it said nothing of a Linux machine");
	collect_get_state(world.collect, 3, &state);
	cr_expect_str_eq(state.reason, "exit status 255: Permission denied");
	collect_get_state(world.collect, 4, &state);
	cr_expect_str_eq(state.reason, "no /proc to be read");
	close_world(&world);
}

Test(collect_command, a_file_system_that_hangs_far_away_takes_nothing_with_it)
{
	struct collector_state state;
	struct world world;

	run(&world,
	    "collect:\n"
	    "  - { type: host, instance: far, timeout: 500ms, via: [sh, -c, \"printf '@@skep loadavg\\\\n1 2 3 4/5 "
	    "6\\\\n@@skep mounts\\\\ns:/x /x nfs4 rw 0 0\\\\n@@skep usage\\\\n'; sleep 60\"] }\n"
	    "  - { type: host, instance: early, timeout: 500ms, via: [sh, -c, 'echo @@skep loadavg; sleep 60'] }\n");
	collect_get_state(world.collect, 0, &state);
	cr_expect_eq(state.health, COLLECTOR_OK, "%s", state.reason);
	cr_expect_str_eq(state.warning, "no answer from file system /x");
	cr_expect_float_eq(value_of(&world, "node_load15", "far"), 3, 0);
	cr_expect_float_eq(value_of(&world, "node_filesystem_device_error", "far"), 1, 0);
	collect_get_state(world.collect, 1, &state);
	cr_expect_str_eq(state.reason, "timeout after 500ms");
	close_world(&world);
}

static void on_enough(void *user)
{
	loop_stop(user);
}

static bool never(struct world *world)
{
	(void)world;
	return false;
}

Test(collect_command, a_bad_status_is_an_answer_and_is_asked_for_again)
{
	struct collector_state bad, hangs;
	struct world world;
	struct timer *enough;

	open_world(&world, "collect:\n  - { type: command, run: ['false'], interval: 500ms }\n"
			   "  - { type: command, run: [sleep, '60'], interval: 500ms, timeout: 100ms }\n");
	world.until = never;
	enough = timer_new_real(world.loop, on_enough, world.loop);
	timer_start(enough, 3300);
	loop_run(world.loop);
	collect_get_state(world.collect, 0, &bad);
	collect_get_state(world.collect, 1, &hangs);
	cr_expect_geq(bad.runs, 5u);
	cr_expect_leq(hangs.runs, 4u);
	timer_free(enough);
	close_world(&world);
}

Test(collect_command, one_by_name)
{
	struct collector_state state;
	struct world world;

	open_world(&world, "collect:\n  - { type: command, job: a, name: one, run: ['true'] }\n"
			   "  - { type: command, job: a, name: two, run: ['true'] }\n"
			   "  - { type: command, job: b, name: two, run: ['true'] }\n");
	cr_expect_eq(collect_only(world.collect, "nothing"), 0u);
	cr_expect_eq(collect_count(world.collect), 3u);
	cr_expect_eq(collect_only(world.collect, "two"), 2u);
	cr_expect_eq(collect_only(world.collect, "a/"), 0u);
	cr_expect_eq(collect_only(world.collect, "b/two"), 1u);
	collect_get_state(world.collect, 0, &state);
	cr_expect_str_eq(state.job, "b");
	loop_run(world.loop);
	cr_expect_eq(collect_failing(world.collect), 0u);
	close_world(&world);
}
