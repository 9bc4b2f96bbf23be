#include "sim/fault.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { NAME_MAX_LENGTH = 64 };

uint32_t sim_fault_all_instances(unsigned instances)
{
	return (1u << instances) - 1;
}

double sim_fault_weight(const struct sim_fault_effect *effect, int64_t since_ms, int64_t now_ms)
{
	double age_s = (double)(now_ms - since_ms) / 1000;

	return effect->ramp_s > 0 ? effect->level * fmin(fmax(age_s, 0) / effect->ramp_s, 1) : effect->level;
}

static int unknown(const struct sim_fault *faults, size_t count, const char *name, struct error *error)
{
	const char *near = NULL;
	unsigned best = 4;

	for (size_t i = 0; i < count; i++) {
		unsigned distance = text_distance(name, faults[i].name, best);

		if (distance < best) {
			best = distance;
			near = faults[i].name;
		}
	}
	if (near != NULL)
		return error_set(error, "no fault is called '%s' (did you mean '%s'?)", name, near);
	return error_set(error, "no fault is called '%s'", name);
}

int sim_fault_find(const struct sim_fault *faults, size_t count, const char *text, unsigned instances,
		   uint32_t *ret_instances, struct error *error)
{
	const char *at = strchr(text, '@');
	size_t length = at != NULL ? (size_t)(at - text) : strlen(text);
	char name[NAME_MAX_LENGTH], *end;

	*ret_instances = 0;
	if (length >= sizeof(name))
		return error_set(error, "the name of a fault has at most %d letters", NAME_MAX_LENGTH - 1);
	memcpy(name, text, length);
	name[length] = '\0';
	if (at != NULL && strcmp(at + 1, "all") == 0) {
		*ret_instances = sim_fault_all_instances(instances);
	} else if (at != NULL) {
		unsigned long number = strtoul(at + 1, &end, 10);

		if (at[1] < '0' || at[1] > '9' || *end != '\0' || number >= instances)
			return error_set(error, "no instance '%s' (0 to %u, or all)", at + 1, instances - 1);
		*ret_instances = 1u << number;
	}
	for (size_t i = 0; i < count; i++)
		if (strcmp(faults[i].name, name) == 0)
			return (int)i;
	return unknown(faults, count, name, error);
}

/* Take a step of one alternative when `action` is its next; true when that was its last. `*ret_nearer` counts steps. */
static bool take_step(const char *alternative, size_t length, const char *action, uint8_t *progress,
		      unsigned *ret_nearer)
{
	const char *step = alternative, *end = alternative + length;

	for (unsigned i = 0; step < end; i++) {
		const char *plus = memmem(step, (size_t)(end - step), " + ", 3);
		size_t step_length = (size_t)((plus != NULL ? plus : end) - step);

		if (i == *progress) {
			if (strlen(action) != step_length || memcmp(step, action, step_length) != 0)
				return false;
			++*progress;
			++*ret_nearer;
			return plus == NULL;
		}
		step = plus != NULL ? plus + 3 : end;
	}
	return false;
}

bool sim_fault_undone_by(struct sim_fault_state *state, const char *remedies, const char *action, unsigned *ret_nearer)
{
	const char *alternative = remedies;

	for (size_t i = 0; i < sizeof(state->progress); i++) {
		const char *comma = strstr(alternative, ", ");
		size_t length = comma != NULL ? (size_t)(comma - alternative) : strlen(alternative);

		if (take_step(alternative, length, action, &state->progress[i], ret_nearer))
			return true;
		if (comma == NULL)
			return false;
		alternative = comma + 2;
	}
	return false;
}
