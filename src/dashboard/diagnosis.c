#include "dashboard/diagnosis.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "loop/loop.h"

#define NAMES_KEPT_MS   CLOCK_MINUTE
#define UP_KEPT_MS      (15 * CLOCK_SECOND)
#define HISTORY_KEPT_MS (5 * CLOCK_MINUTE)
#define SHORT_WINDOW_MS (10 * CLOCK_MINUTE)
#define NAMES_A_REQUEST 100

/* One metric name: is it known, and which jobs have had it. */
struct name_fact {
	int64_t asked_ms; /* monotonic; 0: wanted, not asked */
	bool asking;      /* part of the request that runs */
	bool answered;
	bool known;
	bool jobs_wanted;
	struct query *jobs_query;
	struct matrix *jobs; /* which jobs have had it: one series a job, or NULL */
	struct diagnosis *diagnosis;
};

/* One window: is there half of it. */
struct window_fact {
	int64_t window_ms;
	int64_t end_ms;
	int64_t asked_ms;
	bool answered;
	bool is_short;
	struct query *query;
	struct diagnosis *diagnosis;
};

struct diagnosis {
	struct loop *loop;
	struct query_engine *engine;
	void (*on_change)(void *user);
	void *user;
	struct timer *flush;
	struct map names; /* name -> struct name_fact */
	VEC(struct window_fact *) windows;
	struct query *names_query;
	struct query *up_query;
	struct matrix *up; /* the last answer to `up`, or NULL */
	int64_t up_asked_ms;
	bool up_wanted;
	int64_t start_ms, end_ms; /* widest range that was asked about */
};

static void on_flush(void *user);

static void name_fact_free(void *value)
{
	struct name_fact *fact = value;

	if (fact->jobs_query)
		query_cancel(fact->jobs_query);
	matrix_unref(fact->jobs);
	free(fact);
}

struct diagnosis *diagnosis_new(struct loop *loop, struct query_engine *engine, void (*on_change)(void *user),
				void *user)
{
	struct diagnosis *diagnosis = mem_zalloc(sizeof(*diagnosis));

	diagnosis->loop = loop;
	diagnosis->engine = engine;
	diagnosis->on_change = on_change;
	diagnosis->user = user;
	diagnosis->flush = timer_new(loop, on_flush, diagnosis);
	map_init(&diagnosis->names);
	return diagnosis;
}

void diagnosis_free(struct diagnosis *diagnosis)
{
	if (!diagnosis)
		return;
	if (diagnosis->names_query)
		query_cancel(diagnosis->names_query);
	if (diagnosis->up_query)
		query_cancel(diagnosis->up_query);
	for (size_t i = 0; i < diagnosis->windows.count; i++) {
		if (diagnosis->windows.items[i]->query)
			query_cancel(diagnosis->windows.items[i]->query);
		free(diagnosis->windows.items[i]);
	}
	vec_release(&diagnosis->windows);
	map_release(&diagnosis->names, name_fact_free);
	matrix_unref(diagnosis->up);
	timer_free(diagnosis->flush);
	free(diagnosis);
}

static void on_names(void *user, const struct query_answer *answer)
{
	struct diagnosis *diagnosis = user;

	diagnosis->names_query = NULL;
	for (size_t i = 0; i < diagnosis->names.capacity; i++) {
		struct name_fact *fact = diagnosis->names.entries[i].value;
		if (!diagnosis->names.entries[i].key || !fact->asking)
			continue;
		fact->asking = false;
		if (answer->status == QUERY_OK) {
			fact->answered = true;
			fact->known = false;
		}
	}
	for (size_t i = 0; answer->status == QUERY_OK && i < answer->matrix->count; i++) {
		const char *name = labels_get(&answer->matrix->series[i].labels, "__name__");
		struct name_fact *fact = name ? map_get(&diagnosis->names, name) : NULL;
		if (fact)
			fact->known = true;
	}
	timer_start(diagnosis->flush, 0);
	diagnosis->on_change(diagnosis->user);
}

static void on_up(void *user, const struct query_answer *answer)
{
	struct diagnosis *diagnosis = user;

	diagnosis->up_query = NULL;
	if (answer->status == QUERY_OK) {
		matrix_unref(diagnosis->up);
		diagnosis->up = matrix_ref(answer->matrix);
	}
	diagnosis->on_change(diagnosis->user);
}

static void on_jobs(void *user, const struct query_answer *answer)
{
	struct name_fact *fact = user;

	fact->jobs_query = NULL;
	if (answer->status == QUERY_OK) {
		matrix_unref(fact->jobs);
		fact->jobs = matrix_ref(answer->matrix);
	}
	fact->diagnosis->on_change(fact->diagnosis->user);
}

static void on_window(void *user, const struct query_answer *answer)
{
	struct window_fact *fact = user;

	fact->query = NULL;
	if (answer->status == QUERY_OK) {
		fact->answered = true;
		fact->is_short = answer->matrix->count > 0;
	}
	fact->diagnosis->on_change(fact->diagnosis->user);
}

/* Steps stand on round times: what came after the last of them is known too. */
static int64_t known_until(const struct diagnosis *diagnosis)
{
	int64_t now_ms = loop_wall_ms(diagnosis->loop);

	return diagnosis->end_ms > now_ms ? diagnosis->end_ms : now_ms;
}

/* All wanted names in one request: `{__name__=~"a|b"}`. Names that Prometheus allows hold no regex character. */
static void ask_names(struct diagnosis *diagnosis, int64_t now)
{
	struct strbuf selector = STRBUF_INIT;
	size_t count = 0;

	strbuf_addstr(&selector, "{__name__=~\"");
	for (size_t i = 0; i < diagnosis->names.capacity && count < NAMES_A_REQUEST; i++) {
		struct map_entry *entry = &diagnosis->names.entries[i];
		struct name_fact *fact = entry->value;
		if (!entry->key || fact->asked_ms)
			continue;
		strbuf_addf(&selector, "%s%s", count++ ? "|" : "", entry->key);
		fact->asked_ms = now;
		fact->asking = true;
	}
	strbuf_addstr(&selector, "\"}");
	if (count)
		diagnosis->names_query =
			query_label_values(diagnosis->engine, "__name__", selector.text, diagnosis->start_ms,
					   known_until(diagnosis), on_names, diagnosis);
	strbuf_release(&selector);
}

/* Only while a target is down and a known name has nothing: is it that target's? */
static void ask_jobs(struct diagnosis *diagnosis, const char *name, struct name_fact *fact)
{
	char *selector = mem_printf("{__name__=\"%s\"}", name);

	fact->jobs_wanted = false;
	fact->jobs_query = query_label_values(diagnosis->engine, "job", selector, diagnosis->start_ms,
					      diagnosis->end_ms, on_jobs, fact);
	free(selector);
}

static void ask_window(struct diagnosis *diagnosis, struct window_fact *fact, int64_t now)
{
	char *expression = mem_printf("count(up) unless count(up offset %lldms)", (long long)(fact->window_ms / 2));
	struct query_question question = { expression, fact->end_ms, fact->end_ms, 0 };

	fact->asked_ms = now;
	fact->query = query_ask(diagnosis->engine, &question, on_window, fact);
	free(expression);
}

static void on_flush(void *user)
{
	struct diagnosis *diagnosis = user;
	int64_t now = loop_monotonic_ms(diagnosis->loop);

	if (!diagnosis->names_query)
		ask_names(diagnosis, now);
	for (size_t i = 0; i < diagnosis->names.capacity; i++) {
		struct name_fact *fact = diagnosis->names.entries[i].value;
		if (diagnosis->names.entries[i].key && fact->jobs_wanted && !fact->jobs_query)
			ask_jobs(diagnosis, diagnosis->names.entries[i].key, fact);
	}
	if (diagnosis->up_wanted && !diagnosis->up_query) {
		struct query_question question = { "up", diagnosis->end_ms, diagnosis->end_ms, 0 };
		diagnosis->up_wanted = false;
		diagnosis->up_asked_ms = now;
		diagnosis->up_query = query_ask(diagnosis->engine, &question, on_up, diagnosis);
	}
	for (size_t i = 0; i < diagnosis->windows.count; i++)
		if (!diagnosis->windows.items[i]->asked_ms && !diagnosis->windows.items[i]->query)
			ask_window(diagnosis, diagnosis->windows.items[i], now);
	if (!diagnosis_busy(diagnosis))
		diagnosis->on_change(diagnosis->user);
}

void diagnosis_doubt(struct diagnosis *diagnosis)
{
	diagnosis->up_asked_ms = 0;
	for (size_t i = 0; i < diagnosis->names.capacity; i++) {
		struct name_fact *fact = diagnosis->names.entries[i].value;
		if (!diagnosis->names.entries[i].key || fact->known)
			continue;
		fact->asked_ms = 0;
		timer_start(diagnosis->flush, 0);
	}
	for (size_t i = 0; i < diagnosis->windows.count; i++) {
		struct window_fact *fact = diagnosis->windows.items[i];
		if (!fact->is_short)
			continue;
		fact->asked_ms = 0;
		timer_start(diagnosis->flush, 0);
	}
}

bool diagnosis_busy(const struct diagnosis *diagnosis)
{
	if (diagnosis->names_query || diagnosis->up_query || timer_is_running(diagnosis->flush))
		return true;
	for (size_t i = 0; i < diagnosis->names.capacity; i++) {
		const struct name_fact *fact = diagnosis->names.entries[i].value;
		if (diagnosis->names.entries[i].key && fact->jobs_query)
			return true;
	}
	for (size_t i = 0; i < diagnosis->windows.count; i++)
		if (diagnosis->windows.items[i]->query)
			return true;
	return false;
}

static bool is_plain_name(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:")] == '\0' && *name;
}

/* What is known of a name; wanted when it is not known or too old. NULL until there was an answer. */
static struct name_fact *name_fact(struct diagnosis *diagnosis, const char *name)
{
	int64_t now = loop_monotonic_ms(diagnosis->loop);
	struct name_fact *fact = map_get(&diagnosis->names, name);

	if (!fact) {
		fact = mem_zalloc(sizeof(*fact));
		fact->diagnosis = diagnosis;
		map_set(&diagnosis->names, name, fact);
		timer_start(diagnosis->flush, 0);
	} else if (fact->asked_ms && now - fact->asked_ms > NAMES_KEPT_MS && !diagnosis->names_query) {
		fact->asked_ms = 0;
		timer_start(diagnosis->flush, 0);
	}
	return fact->answered ? fact : NULL;
}

static void want_up(struct diagnosis *diagnosis)
{
	int64_t now = loop_monotonic_ms(diagnosis->loop);

	if (diagnosis->up_query || diagnosis->up_wanted)
		return;
	if (diagnosis->up_asked_ms && now - diagnosis->up_asked_ms < UP_KEPT_MS)
		return;
	diagnosis->up_wanted = true;
	timer_start(diagnosis->flush, 0);
}

/* How many targets are of `job` and `instance` (NULL: any), and how many of them answer. */
static void count_targets(const struct matrix *up, const char *job, const char *instance, size_t *ret_all,
			  size_t *ret_up)
{
	*ret_all = *ret_up = 0;
	for (size_t i = 0; i < up->count; i++) {
		const struct series *series = &up->series[i];
		const char *its_job = labels_get(&series->labels, "job");
		const char *its_instance = labels_get(&series->labels, "instance");
		if ((job && (!its_job || strcmp(job, its_job) != 0)) ||
		    (instance && (!its_instance || strcmp(instance, its_instance) != 0)))
			continue;
		++*ret_all;
		if (series->count && series->values[series->count - 1] != 0)
			++*ret_up;
	}
}

/* A job that is named and has no target, or none that answers. */
static enum data_state judge_targets(struct diagnosis *diagnosis, const struct selectors *selectors, char *ret_reason,
				     size_t size)
{
	for (size_t i = 0; diagnosis->up && i < selectors->count; i++) {
		const char *job = selector_equal(&selectors->items[i], "job");
		const char *instance = selector_equal(&selectors->items[i], "instance");
		size_t all, up;
		/* A variable without a value names nothing. */
		job = job && *job ? job : NULL;
		instance = instance && *instance ? instance : NULL;
		if (!job && !instance)
			continue;
		count_targets(diagnosis->up, job, instance, &all, &up);
		if (!all) {
			snprintf(ret_reason, size, "no target of %s %s", job ? "job" : "instance",
				 job ? job : instance);
			return DATA_ABSENT;
		}
		if (!up) {
			snprintf(ret_reason, size, "%s %s answers up 0", job ? "job" : "instance",
				 job ? job : instance);
			return DATA_DOWN;
		}
	}
	return DATA_NO_DATA;
}

/* A known name that has nothing now: down when every target of every job that had it is. */
static enum data_state judge_jobs(struct diagnosis *diagnosis, struct name_fact *fact, char *ret_reason, size_t size)
{
	size_t all, up;

	if (!diagnosis->up)
		return DATA_NO_DATA;
	count_targets(diagnosis->up, NULL, NULL, &all, &up);
	if (all == up)
		return DATA_NO_DATA;
	if (!fact->jobs && !fact->jobs_query) {
		fact->jobs_wanted = true;
		timer_start(diagnosis->flush, 0);
	}
	for (size_t i = 0; fact->jobs && i < fact->jobs->count; i++) {
		const char *job = labels_get(&fact->jobs->series[i].labels, "job");
		count_targets(diagnosis->up, job, NULL, &all, &up);
		if (!job || !all || up)
			return DATA_NO_DATA;
		snprintf(ret_reason, size, "job %s answers up 0", job);
	}
	return fact->jobs && fact->jobs->count ? DATA_DOWN : DATA_NO_DATA;
}

/* By the metric names: absent when none of them is known. */
static enum data_state judge_names(struct diagnosis *diagnosis, const struct selectors *selectors, char *ret_reason,
				   size_t size)
{
	const char *unknown = NULL;

	for (size_t i = 0; i < selectors->count; i++) {
		const char *name = selectors->items[i].metric;
		struct name_fact *fact;
		if (!name || !is_plain_name(name))
			continue;
		fact = name_fact(diagnosis, name);
		if (!fact)
			return DATA_NO_DATA;
		if (fact->known)
			return judge_jobs(diagnosis, fact, ret_reason, size);
		if (!unknown)
			unknown = name;
	}
	if (!unknown)
		return DATA_NO_DATA;
	snprintf(ret_reason, size, "unknown metric %s", unknown);
	return DATA_ABSENT;
}

enum data_state diagnosis_of(struct diagnosis *diagnosis, const struct selectors *selectors, int64_t start_ms,
			     int64_t end_ms, char *ret_reason, size_t size)
{
	enum data_state state;

	if (!diagnosis->start_ms || start_ms < diagnosis->start_ms)
		diagnosis->start_ms = start_ms;
	if (end_ms > diagnosis->end_ms)
		diagnosis->end_ms = end_ms;
	snprintf(ret_reason, size, "%s", "");
	want_up(diagnosis);
	state = judge_targets(diagnosis, selectors, ret_reason, size);
	if (state == DATA_NO_DATA)
		state = judge_names(diagnosis, selectors, ret_reason, size);
	return state;
}

bool diagnosis_is_short(struct diagnosis *diagnosis, int64_t window_ms, int64_t end_ms)
{
	int64_t now = loop_monotonic_ms(diagnosis->loop);
	struct window_fact *fact = NULL;

	if (window_ms <= SHORT_WINDOW_MS)
		return false;
	for (size_t i = 0; i < diagnosis->windows.count; i++)
		if (diagnosis->windows.items[i]->window_ms == window_ms)
			fact = diagnosis->windows.items[i];
	if (!fact) {
		fact = mem_zalloc(sizeof(*fact));
		fact->window_ms = window_ms;
		fact->diagnosis = diagnosis;
		vec_push(&diagnosis->windows, fact);
	} else if (fact->query || (fact->asked_ms && now - fact->asked_ms < HISTORY_KEPT_MS)) {
		return fact->is_short;
	}
	fact->asked_ms = 0;
	fact->end_ms = end_ms;
	timer_start(diagnosis->flush, 0);
	return fact->is_short;
}
