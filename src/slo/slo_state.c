#include "slo/slo_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "slo/slo_round.h"

struct slo_state {
	struct slo_state_config config;
	struct slo_status *statuses;
	VEC(struct slo_round *) rounds;
	struct timer *timer;
	int64_t attended_ms; /* when somebody looked last; INT64_MIN: nobody did */
};

/* The moment that is looked at. */
static int64_t now_of(const struct slo_state *state)
{
	return state->config.at_ms ? state->config.at_ms : loop_wall_ms(state->config.loop);
}

static void judge(struct slo_state *state)
{
	const struct slo_file *file = state->config.file;

	for (size_t i = 0; i < file->line_count; i++)
		slo_judge(file, &file->lines[i], now_of(state), &state->statuses[i]);
}

static void on_done(void *user, struct slo_round *round)
{
	struct slo_state *state = user;

	(void)round;
	judge(state);
	if (state->config.on_change)
		state->config.on_change(state->config.user);
}

/* Ask what is due; wake up when the next one is, unless nobody has looked for a while. */
static void on_tick(void *user)
{
	struct slo_state *state = user;
	int64_t now_ms = now_of(state), next_ms = INT64_MAX;

	if (state->attended_ms == INT64_MIN ||
	    loop_wall_ms(state->config.loop) - state->attended_ms > SLO_STATE_ATTENTION_MS) {
		state->attended_ms = INT64_MIN;
		return;
	}
	for (size_t i = 0; i < state->rounds.count; i++) {
		struct slo_round *round = state->rounds.items[i];

		if (slo_round_due_ms(round) <= now_ms)
			slo_round_ask(round, now_ms);
		if (slo_round_due_ms(round) < next_ms)
			next_ms = slo_round_due_ms(round);
	}
	/* One whose answer is still under way stays due. */
	timer_start(state->timer, next_ms < now_ms + 1000 ? 1000 : next_ms - now_ms);
}

static void add_round(struct slo_state *state, struct slo_round_config config)
{
	config.file = state->config.file;
	config.engine = state->config.engine;
	config.apart = state->config.apart;
	config.statuses = state->statuses;
	config.on_done = on_done;
	config.user = state;
	vec_push(&state->rounds, slo_round_new(&config));
}

/* Is a line before this one promised for the same window? */
static bool is_known_window(const struct slo_file *file, size_t line)
{
	for (size_t i = 0; i < line; i++)
		if (slo_line_has_budget(&file->lines[i]) &&
		    file->lines[i].window.kind == file->lines[line].window.kind &&
		    file->lines[i].window.length_ms == file->lines[line].window.length_ms)
			return true;
	return false;
}

static void add_rounds(struct slo_state *state)
{
	const struct slo_file *file = state->config.file;

	add_round(state, (struct slo_round_config){ .kind = SLO_ROUND_NOW });
	for (size_t i = 0; i < file->window_count; i++)
		add_round(state, (struct slo_round_config){ .kind = SLO_ROUND_BURN, .burn = i });
	for (size_t i = 0; i < file->line_count; i++) {
		if (!slo_line_has_budget(&file->lines[i]) || is_known_window(file, i))
			continue;
		add_round(state,
			  (struct slo_round_config){ .kind = SLO_ROUND_WINDOW, .window = file->lines[i].window });
		add_round(state,
			  (struct slo_round_config){ .kind = SLO_ROUND_COURSE, .window = file->lines[i].window });
	}
}

struct slo_state *slo_state_new(const struct slo_state_config *config)
{
	struct slo_state *state = mem_zalloc(sizeof(*state));

	state->config = *config;
	state->statuses = mem_array(config->file->line_count + 1, sizeof(*state->statuses));
	for (size_t i = 0; i < config->file->line_count; i++) {
		struct slo_status *status = &state->statuses[i];

		status->now.value = status->answered.value = status->window.value = status->chart.spent = NAN;
		for (size_t w = 0; w < SLO_WINDOWS_MAX; w++)
			status->burn[w].value = NAN;
	}
	state->attended_ms = INT64_MIN;
	state->timer = timer_new(config->loop, on_tick, state);
	add_rounds(state);
	judge(state);
	return state;
}

void slo_state_free(struct slo_state *state)
{
	if (!state)
		return;
	timer_free(state->timer);
	for (size_t i = 0; i < state->rounds.count; i++)
		slo_round_free(state->rounds.items[i]);
	vec_release(&state->rounds);
	free(state->statuses);
	free(state);
}

void slo_state_attend(struct slo_state *state)
{
	bool asleep = state->attended_ms == INT64_MIN;

	state->attended_ms = loop_wall_ms(state->config.loop);
	if (asleep)
		timer_start(state->timer, 0);
}

const struct slo_file *slo_state_file(const struct slo_state *state)
{
	return state->config.file;
}

const struct slo_status *slo_state_line(const struct slo_state *state, size_t line)
{
	return &state->statuses[line];
}

int slo_state_worst(const struct slo_state *state)
{
	int ret = -1;

	for (size_t i = 0; i < state->config.file->line_count; i++)
		if (ret < 0 || state->statuses[i].health > state->statuses[ret].health)
			ret = (int)i;
	return ret;
}

size_t slo_state_count(const struct slo_state *state, enum slo_health health)
{
	size_t ret = 0;

	for (size_t i = 0; i < state->config.file->line_count; i++)
		ret += state->statuses[i].health == health;
	return ret;
}

void slo_state_refresh(struct slo_state *state)
{
	for (size_t i = 0; i < state->rounds.count; i++)
		slo_round_hurry(state->rounds.items[i]);
	if (state->attended_ms != INT64_MIN)
		timer_start(state->timer, 0);
}

bool slo_state_busy(const struct slo_state *state)
{
	if (state->attended_ms == INT64_MIN)
		return false;
	for (size_t i = 0; i < state->rounds.count; i++)
		if (slo_round_busy(state->rounds.items[i]))
			return true;
	return false;
}
