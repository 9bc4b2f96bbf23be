/* A run begun, or taken up: from a configuration to a runner at work. */
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/json.h"
#include "loop/child_spawn.h"
#include "runbook/runner_private.h"
#include "runbook/target_environment.h"

#define SLUG_MAX      40
#define RESUME_FOR_MS (5 * CLOCK_MINUTE) /* an alert is to be clear that long where the run does not say */
#define LABELS_MAX    200

extern char **environ;

/* As the journal names who wrote an event. */
static const char *own_name(struct arena *arena)
{
	const struct passwd *user = getpwuid(geteuid());
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) || !*host)
		snprintf(host, sizeof(host), "localhost");
	host[strcspn(host, ".")] = '\0';
	if (user && user->pw_name && *user->pw_name)
		return arena_printf(arena, "%s@%s", user->pw_name, host);
	return arena_printf(arena, "%u@%s", (unsigned)geteuid(), host);
}

static const char *const *copy_list(const char *const *items, struct arena *arena)
{
	size_t count = 0;
	const char **ret;

	while (items && items[count])
		count++;
	ret = arena_array(arena, count + 1, sizeof(*ret));
	for (size_t i = 0; i < count; i++)
		ret[i] = arena_strdup(arena, items[i]);
	return ret;
}

static const char *const *own_environment(void)
{
	union {
		char **own;
		const char *const *kept;
	} all = { .own = environ };

	return all.kept;
}

/* Steps run where it says they do, also when skep goes elsewhere. */
static const char *own_directory(const struct runner_config *config, struct arena *arena)
{
	char *now = config->place.directory ? mem_strdup(config->place.directory) : getcwd(NULL, 0);
	const char *ret = arena_strdup(arena, now ? now : "/");

	free(now);
	return ret;
}

static void on_looked_up(void *user)
{
	runner_changed(user);
}

static struct lookups *make_lookups(struct runner *runner)
{
	const char *path = target_variable(runner->environment, "PATH");
	struct lookups_config config = { .loop = runner->config.loop,
					 .pool = runner->config.pool,
					 .path = *path ? path : SPAWN_PATH,
					 .directory = runner->config.place.directory,
					 .on_change = on_looked_up,
					 .user = runner };

	return lookups_new(&config);
}

static struct runner *make(const struct runner_config *config)
{
	struct runner *runner = mem_zalloc(sizeof(*runner));
	struct arena *arena = &runner->arena;
	struct runner_config *own = &runner->config;

	*own = *config;
	own->state = arena_strdup(arena, config->state);
	own->system = arena_strdup(arena, config->system ? config->system : "");
	own->environment = arena_strdup(arena, config->environment);
	own->wanted_target = arena_strdup(arena, config->wanted_target);
	own->variables = copy_list(config->variables, arena);
	own->secrets = copy_list(config->secrets, arena);
	own->sql = arena_strdup(arena, config->sql);
	own->place.directory = own_directory(config, arena);
	own->seat = arena_strdup(arena, config->seat);
	runner->environment =
		copy_list(config->place.environment ? config->place.environment : own_environment(), arena);
	runner->actor = config->actor ? arena_strdup(arena, config->actor) : own_name(arena);
	runner->shell = runner_shell();
	runner->lookups = make_lookups(runner);
	runner->seat_lock = -1;
	runner_make_mask(runner);
	runner->timer = timer_new(config->loop, runner_on_tick, runner);
	return runner;
}

/* Letters, digits, dashes: it becomes the name of a folder. */
static const char *plain_slug(const char *slug, struct arena *arena)
{
	char *ret = arena_strndup(arena, slug, SLUG_MAX);

	for (char *at = ret; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", *at))
			*at = '-';
	return *ret ? ret : "runbook";
}

static const char *make_id(const struct runner *runner, struct arena *arena)
{
	char time[32];
	uint16_t bits;

	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != (ssize_t)sizeof(bits))
		bits = (uint16_t)(clock_monotonic_ns() / 1000 ^ getpid());
	time_format(loop_wall_ms(runner->config.loop), "%Y%m%d-%H%M%S", time, sizeof(time));
	return arena_printf(arena, "%s-%s-%04x", time, plain_slug(runner->runbook->slug, arena), bits);
}

static void name_run(struct runner *runner)
{
	do {
		runner->id = make_id(runner, &runner->arena);
		runner->folder = arena_printf(&runner->arena, "%s/runs/%s", runner->config.state, runner->id);
	} while (path_exists(runner->folder));
}

static void take_alert(struct runner *runner, const struct runner_alert *alert)
{
	struct arena *arena = &runner->arena;

	runner->alert = (struct runner_alert){ .name = arena_strdup(arena, alert->name),
					       .id = arena_strdup(arena, alert->id ? alert->id : ""),
					       .expression = arena_strdup(arena, alert->expression),
					       .labels = copy_list(alert->labels, arena),
					       .since_ms = alert->since_ms,
					       .for_ms = alert->for_ms };
}

/* "NAME=VALUE" pairs as a JSON object. */
static void add_labels(const struct runner *runner, struct strbuf *ret)
{
	const char *const *labels = runner->alert.labels;

	strbuf_addch(ret, '{');
	for (size_t i = 0; labels && labels[i] && i < LABELS_MAX; i++) {
		size_t length = strcspn(labels[i], "=");
		char *name = mem_strndup(labels[i], length);

		strbuf_addstr(ret, i ? "," : "");
		strbuf_add_json(ret, name);
		strbuf_addch(ret, ':');
		strbuf_add_json(ret, labels[i] + length + (labels[i][length] == '='));
		free(name);
	}
	strbuf_addch(ret, '}');
}

static void tell_opened(struct runner *runner)
{
	struct run_event event = runner_event(RUN_OPENED);
	struct strbuf labels = STRBUF_INIT;
	const struct runbook *runbook = runner->runbook;

	add_labels(runner, &labels);
	event.runbook = runbook->slug;
	event.path = runbook->path;
	event.digest = runbook->digest;
	event.title = runbook->title;
	event.target = runner->target->text;
	event.environment = runner->config.environment ? runner->config.environment : "";
	event.alert_for_ms = -1;
	event.rehearsal = runner->config.walk || runner->config.place.shut_in;
	if (runner->alert.name) {
		event.alert = runner->alert.name;
		event.alert_id = runner->alert.id;
		event.expression = runner->alert.expression ? runner->alert.expression : "";
		event.labels = labels.text;
		event.alert_since_ms = runner->alert.since_ms;
		event.alert_for_ms = runner->alert.for_ms;
	}
	runner_append(runner, &event, NULL);
	strbuf_release(&labels);
}

static void begin(struct runner *runner)
{
	runner_make_proofs(runner);
	timer_start(runner->timer, 0);
}

static int open_run(struct runner *runner, struct error *error)
{
	struct arena arena = { 0 };
	const char *fault;

	fault = runner->config.journal ? runner_journal_fault(runner, &arena) : "there is no journal: nothing is run";
	if (fault)
		error_set(error, "%s", fault);
	arena_release(&arena);
	if (fault)
		return -1;
	name_run(runner);
	if (runner_make_folder(runner, error) < 0 || runner_take_seat(runner, error) < 0)
		return -1;
	runner->target = runner_target_read(runner->environment);
	runner->target_read_ms = loop_monotonic_ms(runner->config.loop);
	tell_opened(runner);
	if (!runner_run(runner))
		return error_set(error, "the journal's events are not followed");
	runner_set_known_values(runner);
	begin(runner);
	return 0;
}

struct runner *runner_open(const struct runner_config *config, struct runbook *runbook,
			   const struct runner_alert *alert, struct error *error)
{
	struct runner *runner = make(config);

	runner->runbook = runbook;
	if (alert && alert->name)
		take_alert(runner, alert);
	if (open_run(runner, error) == 0)
		return runner;
	runner_free(runner);
	return NULL;
}

/* ---- taking one up ---- */

/* The alert as the run's first event tells of it. */
static void take_told_alert(struct runner *runner, const struct run_event *opened)
{
	struct arena *arena = &runner->arena;
	struct runner_alert *alert = &runner->alert;
	cJSON *labels;
	const cJSON *label;
	const char **pairs;
	size_t count = 0;

	if (!*opened->alert)
		return;
	alert->name = arena_strdup(arena, opened->alert);
	alert->id = arena_strdup(arena, opened->alert_id);
	alert->expression = *opened->expression ? arena_strdup(arena, opened->expression) : NULL;
	alert->since_ms = opened->alert_since_ms;
	alert->for_ms = opened->alert_for_ms >= 0 ? opened->alert_for_ms : RESUME_FOR_MS;
	labels = json_parse(opened->labels, strlen(opened->labels), "labels", NULL);
	pairs = arena_array(arena, LABELS_MAX + 1, sizeof(*pairs));
	cJSON_ArrayForEach(label, labels) if (cJSON_IsString(label) && label->string && count < LABELS_MAX)
		pairs[count++] = arena_printf(arena, "%s=%s", label->string, label->valuestring);
	alert->labels = pairs;
	cJSON_Delete(labels);
}

/* The text the run began with is beside its steps. */
static int read_text(struct runner *runner, const struct run_event *opened, struct error *error)
{
	char *path = mem_printf("%s/runbook.md", runner->folder);
	struct strbuf text = STRBUF_INIT;
	struct error_list faults;
	int ret;

	error_list_init(&faults);
	runner->runbook = mem_zalloc(sizeof(*runner->runbook));
	ret = path_read(path, RUNBOOK_BYTES_MAX, &text, error);
	if (ret == 0 && runbook_read(runner->runbook, opened->path, text.text, text.length, &faults) < 0)
		ret = error_set(error, "%s: cannot be read as a runbook", path);
	if (ret < 0) {
		free(runner->runbook);
		runner->runbook = NULL;
	} else if (*opened->digest && strcmp(opened->digest, runner->runbook->digest) != 0) {
		ret = error_set(error, "%s: is not the text the run began with", path);
	}
	error_list_release(&faults);
	strbuf_release(&text);
	free(path);
	return ret;
}

/* One's own run, led from a console that is gone, is led from here. */
static void take_lead(struct runner *runner, const struct run *run)
{
	bool known;

	if (run->closed || runner->config.walk || strcmp(run->lead, runner->actor) != 0 ||
	    strcmp(run->lead_seat, runner->config.seat) == 0)
		return;
	if (!runner_seat_lives(runner, run->lead_seat, &known))
		(void)runner_take_pen(runner, SIZE_MAX, NULL);
}

static int resume_run(struct runner *runner, const struct run *run, struct error *error)
{
	if (!runner->config.journal)
		return error_set(error, "there is no journal: nothing is run");
	if (!run->opened)
		return error_set(error, "the journal does not tell how the run began");
	/* Its id is from the journal, and becomes a path. */
	if (!*run->id || strchr(run->id, '/') || *run->id == '.')
		return error_set(error, "the run's name is none");
	runner->id = arena_strdup(&runner->arena, run->id);
	runner->folder = arena_printf(&runner->arena, "%s/runs/%s", runner->config.state, run->id);
	if (read_text(runner, run->opened, error) < 0 || runner_take_seat(runner, error) < 0)
		return -1;
	take_told_alert(runner, run->opened);
	runner->mitigated = run->mitigated != NULL;
	runner->target = runner_target_read(runner->environment);
	runner->target_read_ms = loop_monotonic_ms(runner->config.loop);
	take_lead(runner, run);
	begin(runner);
	return 0;
}

struct runner *runner_resume(const struct runner_config *config, const struct run *run, struct error *error)
{
	struct runner *runner = make(config);

	if (resume_run(runner, run, error) == 0)
		return runner;
	runner_free(runner);
	return NULL;
}
