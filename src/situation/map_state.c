#include "situation/map_state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "query/bundle.h"
#include "situation/map_instances.h"
#include "situation/map_since.h"

/* The present round's answer to one expression. */
struct answer {
	enum query_status status;
	char reason[160];
	const char *engine;
	size_t count;
	double value;
	char subject[160];
};

/* Where a part's expressions stand among all. */
struct place {
	size_t rules, figure; /* SIZE_MAX: it has none */
};

struct map_state {
	struct map_state_config config;
	struct bundle *bundle;
	struct timer *timer;
	struct place *places;
	struct answer *answers;
	struct part_status *parts;
	struct map_since *since;         /* histories asked */
	struct map_instances *instances; /* of the watched part */
	int64_t asked_ms;
	bool ended; /* a round has, since it was wished for */
};

static void changed(struct map_state *state)
{
	if (state->config.on_change)
		state->config.on_change(state->config.user);
}

static double last_value(const struct series *series)
{
	return series->count ? series->values[series->count - 1] : NAN;
}

static void on_answer(void *user, size_t index, const struct bundle_answer *from)
{
	struct map_state *state = user;
	struct answer *answer = &state->answers[index];

	*answer = (struct answer){ .status = from->status, .engine = from->engine, .count = from->count };
	/* What the server says of a bad expression is what its author needs; of a silent one there is only a reason. */
	snprintf(answer->reason, sizeof(answer->reason), "%s",
		 from->status == QUERY_BAD && from->detail[0] ? from->detail : from->reason);
	if (!from->count)
		return;
	answer->value = last_value(from->series[0]);
	map_instance_labels(&from->series[0]->labels, answer->subject, sizeof(answer->subject));
}

/* What the rules say; -1 when one that counts had no answer, with that one in `ret_rule`. */
static int judge(const struct map_state *state, size_t part, int *ret_rule)
{
	const struct map_part *about = &state->config.map->parts[part];

	for (size_t i = 0; i < about->rule_count; i++) {
		const struct answer *answer = &state->answers[state->places[part].rules + i];

		*ret_rule = (int)i;
		if (answer->status != QUERY_OK)
			return -1;
		if (answer->count)
			return (int)about->rules[i].state;
	}
	*ret_rule = -1;
	return PART_NOT_OFFERED;
}

static void keep_a_while(struct map_state *state, struct part_status *status, const struct answer *answer)
{
	snprintf(status->reason, sizeof(status->reason), "%s", answer->reason[0] ? answer->reason : "no answer");
	status->stale = status->own != PART_UNKNOWN;
	if (state->asked_ms - status->answered_ms < MAP_STATE_KEPT_MS)
		return;
	status->own = PART_UNKNOWN;
	status->stale = status->has_figure = status->since_at_least = false;
	status->rule = -1;
	status->since_ms = 0;
}

static bool is_trouble(enum part_state state)
{
	return state == PART_DEGRADED || state == PART_DOWN;
}

/* One that was met in trouble has been so for some time: history tells how long. */
static void enter(struct map_state *state, size_t part, enum part_state own, int rule)
{
	struct part_status *status = &state->parts[part];
	bool met = status->own == PART_UNKNOWN || status->own == PART_NOT_OFFERED;

	status->own = own;
	status->since_ms = met ? 0 : state->asked_ms;
	status->since_at_least = false;
	map_since_forget(state->since, part);
	if (met && is_trouble(own))
		map_since_ask(state->since, part, state->config.map->parts[part].rules[rule].expression,
			      state->asked_ms);
}

static void take_part(struct map_state *state, size_t part)
{
	struct part_status *status = &state->parts[part];
	const struct place *place = &state->places[part];
	const struct answer *answer;
	int rule, own = judge(state, part, &rule);

	if (own < 0) {
		keep_a_while(state, status, &state->answers[place->rules + (size_t)rule]);
		return;
	}
	answer = rule >= 0 ? &state->answers[place->rules + (size_t)rule] : NULL;
	status->stale = false;
	status->reason[0] = '\0';
	status->answered_ms = state->asked_ms;
	status->engine = state->answers[place->rules].engine;
	if ((enum part_state)own != status->own)
		enter(state, part, (enum part_state)own, rule);
	status->rule = rule;
	status->value = answer ? answer->value : NAN;
	status->told = answer ? answer->count : 0;
	snprintf(status->subject, sizeof(status->subject), "%s", answer ? answer->subject : "");
	if (place->figure == SIZE_MAX)
		return;
	answer = &state->answers[place->figure];
	status->has_figure = answer->status == QUERY_OK && answer->count && !isnan(answer->value);
	status->figure = answer->value;
}

/* Lost, with nothing that goes on without it. */
static bool drags_down(const struct map_state *state, size_t part, const int *cause)
{
	if (state->config.map->parts[part].fallback)
		return false;
	return state->parts[part].own == PART_DOWN || cause[part] >= 0;
}

/* The nearest level below this part's that anything stands on. */
static int64_t level_under(const struct system_map *map, size_t part)
{
	int64_t ret = MAP_NO_LEVEL;

	for (size_t i = 0; i < map->count; i++)
		if (map->parts[i].level < map->parts[part].level && map->parts[i].level > ret)
			ret = map->parts[i].level;
	return ret;
}

/* The part that is lost under this one; -1. */
static int lost_under(const struct map_state *state, size_t part, const int *cause)
{
	const struct system_map *map = state->config.map;
	const struct map_part *about = &map->parts[part];
	int64_t level = about->level > 0 ? level_under(map, part) : MAP_NO_LEVEL;

	for (size_t i = 0; i < about->need_count; i++)
		if (drags_down(state, about->needs[i], cause))
			return (int)about->needs[i];
	for (size_t i = 0; i < map->count && level != MAP_NO_LEVEL; i++)
		if (map->parts[i].level == level && drags_down(state, i, cause))
			return (int)i;
	return -1;
}

/* Until nothing changes: suspicion goes up through all that stands on what is lost. The first cause is the one named.
 */
static void derive(struct map_state *state)
{
	const struct system_map *map = state->config.map;
	int *cause = mem_array(map->count + 1, sizeof(*cause));
	bool again = true;

	for (size_t i = 0; i < map->count; i++)
		cause[i] = -1;
	while (again) {
		again = false;
		for (size_t i = 0; i < map->count; i++) {
			int under = cause[i] < 0 ? lost_under(state, i, cause) : -1;

			if (under < 0 || state->parts[i].own == PART_DOWN)
				continue;
			cause[i] = state->parts[under].own == PART_DOWN || cause[under] < 0 ? under : cause[under];
			again = true;
		}
	}
	for (size_t i = 0; i < map->count; i++) {
		struct part_status *status = &state->parts[i];

		status->state = status->own == PART_OK && cause[i] >= 0 ? PART_SUSPECT : status->own;
		status->cause = status->state == PART_SUSPECT ? cause[i] : -1;
	}
	free(cause);
}

static void on_done(void *user)
{
	struct map_state *state = user;

	for (size_t i = 0; i < state->config.map->count; i++)
		take_part(state, i);
	derive(state);
	state->ended = true;
	changed(state);
}

static void on_since(void *user, size_t part, int64_t since_ms, bool at_least)
{
	struct map_state *state = user;

	state->parts[part].since_ms = since_ms;
	state->parts[part].since_at_least = at_least;
	changed(state);
}

static void on_instances(void *user)
{
	changed(user);
}

static void on_tick(void *user)
{
	struct map_state *state = user;

	timer_start(state->timer, MAP_STATE_INTERVAL_MS);
	if (bundle_busy(state->bundle))
		return;
	state->asked_ms = loop_wall_ms(state->config.loop);
	bundle_ask(state->bundle, state->asked_ms, state->asked_ms, 0);
	map_instances_ask(state->instances, state->asked_ms);
}

/* One list of all expressions, and where each part's begin. */
static struct bundle *make_bundle(struct map_state *state)
{
	const struct system_map *map = state->config.map;
	const char **expressions;
	size_t count = 0;
	struct bundle_config config = { .engine = state->config.engine,
					.apart = state->config.apart,
					.on_answer = on_answer,
					.on_done = on_done,
					.user = state };

	for (size_t i = 0; i < map->count; i++)
		count += map->parts[i].rule_count + 1;
	expressions = mem_array(count + 1, sizeof(*expressions));
	for (size_t i = 0; i < map->count; i++) {
		const struct map_part *part = &map->parts[i];

		state->places[i] = (struct place){ config.count, SIZE_MAX };
		for (size_t j = 0; j < part->rule_count; j++)
			expressions[config.count++] = part->rules[j].expression;
		if (part->figure) {
			state->places[i].figure = config.count;
			expressions[config.count++] = part->figure;
		}
	}
	config.expressions = expressions;
	state->answers = mem_array(config.count + 1, sizeof(*state->answers));
	struct bundle *ret = bundle_new(&config);
	free(expressions);
	return ret;
}

struct map_state *map_state_new(const struct map_state_config *config)
{
	struct map_state *state = mem_zalloc(sizeof(*state));
	struct map_since_config since = { config->engine, config->map->count, on_since, state };
	struct map_instances_config instances = { config->engine, on_instances, state };

	state->config = *config;
	state->places = mem_array(config->map->count + 1, sizeof(*state->places));
	state->parts = mem_array(config->map->count + 1, sizeof(*state->parts));
	for (size_t i = 0; i < config->map->count; i++)
		state->parts[i] = (struct part_status){ .cause = -1, .rule = -1, .value = NAN, .figure = NAN };
	state->bundle = make_bundle(state);
	state->since = map_since_new(&since);
	state->instances = map_instances_new(&instances);
	state->timer = timer_new(config->loop, on_tick, state);
	timer_start(state->timer, 0);
	return state;
}

void map_state_free(struct map_state *state)
{
	if (!state)
		return;
	timer_free(state->timer);
	bundle_free(state->bundle);
	map_since_free(state->since);
	map_instances_free(state->instances);
	free(state->places);
	free(state->answers);
	free(state->parts);
	free(state);
}

const struct system_map *map_state_map(const struct map_state *state)
{
	return state->config.map;
}

const struct part_status *map_state_part(const struct map_state *state, size_t part)
{
	return &state->parts[part];
}

size_t map_state_count(const struct map_state *state, enum part_state which)
{
	size_t ret = 0;

	for (size_t i = 0; i < state->config.map->count; i++)
		ret += state->parts[i].state == which;
	return ret;
}

/* Twice the state, and one more where nothing goes on without it. */
static int weight(const struct map_state *state, size_t part)
{
	return 2 * (int)state->parts[part].state + !state->config.map->parts[part].fallback;
}

int map_state_worst(const struct map_state *state)
{
	int ret = -1;

	for (size_t i = 0; i < state->config.map->count; i++)
		if (state->parts[i].state > PART_OK && (ret < 0 || weight(state, i) > weight(state, (size_t)ret)))
			ret = (int)i;
	return ret;
}

void map_state_refresh(struct map_state *state)
{
	state->ended = false;
	timer_start(state->timer, 0);
}

bool map_state_busy(const struct map_state *state)
{
	/* Of a map without parts nothing is asked, and so nothing ends. */
	return (state->config.map->count && !state->ended) || bundle_busy(state->bundle) ||
	       map_since_busy(state->since) || map_instances_busy(state->instances);
}

void map_state_watch(struct map_state *state, int part)
{
	const char *expression = part < 0 ? NULL : state->config.map->parts[part].instances;

	if (map_instances_watch(state->instances, part, expression))
		map_instances_ask(state->instances, loop_wall_ms(state->config.loop));
}

const struct part_instance *map_state_instances(const struct map_state *state, size_t *ret_count, size_t *ret_more)
{
	return map_instances_list(state->instances, ret_count, ret_more);
}

bool map_state_instances_busy(const struct map_state *state)
{
	return map_instances_busy(state->instances);
}
