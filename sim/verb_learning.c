#include <math.h>

#include "sim/verb.h"

/* Dreams, synapses, the world model. */

enum { DREAM_INTERVAL_MIN = 60, DREAM_INTERVAL_MAX = 7 * 86400 };

/* Weak synapses weigh less than this, each as likely as the other. */
#define WEAK_BELOW 0.1

static void dream_soon(struct verb_call *call)
{
	struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
		if (!dream_runs(instance))
			instance->dream.next_ms = call->colony->stepped_ms + 2000;
}

int verb_dream(struct verb_call *call)
{
	const struct colony *colony = call->colony;

	if (!colony->settings.dream_enabled)
		return reply_fail(call->reply, "dreaming is disabled");
	if (!dependency_reached(colony, &colony->instances[0], SERVICE_WORLDMODEL))
		return reply_fail(call->reply, "the world model does not answer");
	dream_soon(call);
	reply_say(call->reply, "dream cycle started");
	return 0;
}

int verb_dream_status(struct verb_call *call)
{
	const struct colony *colony = call->colony;
	bool reached = dependency_reached(colony, &colony->instances[0], SERVICE_WORLDMODEL);
	const struct instance *instance;

	reply_text(call->reply, "status",
		   !colony->settings.dream_enabled ? "disabled"
		   : reached                       ? "running"
						   : "stalled");
	reply_number(call->reply, "intervalS", colony->settings.dream_interval_s, 0);
	reply_number(call->reply, "iterations", colony->settings.dream_iterations, 0);
	reply_list(call->reply, "instances");
	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;) {
		reply_row(call->reply);
		reply_number(call->reply, "instance", instance->number, 0);
		reply_text(call->reply, "cycle", dream_runs(instance) ? "dreaming" : "waiting");
		reply_number(call->reply, "lastDurationS", dream_shown_s(instance, colony->stepped_ms), 0);
		reply_number(call->reply, "lastEndedSAgo",
			     (double)(colony->stepped_ms - instance->dream.last_ms) / 1000, 0);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
	return 0;
}

int verb_dream_enable(struct verb_call *call)
{
	call->colony->settings.dream_enabled = true;
	dream_soon(call);
	reply_say(call->reply, "dreaming enabled");
	return 0;
}

int verb_dream_disable(struct verb_call *call)
{
	struct instance *instance;

	call->colony->settings.dream_enabled = false;
	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
		dream_abort(call->colony, instance);
	reply_say(call->reply, "dreaming disabled");
	return 0;
}

int verb_dream_interval(struct verb_call *call)
{
	double interval_s = verb_number(call, -1);

	if (interval_s < DREAM_INTERVAL_MIN || interval_s > DREAM_INTERVAL_MAX)
		return reply_fail(call->reply, "how long from one cycle to the next? (1m to 7d)");
	call->colony->settings.dream_interval_s = interval_s;
	reply_say(call->reply, "dream interval set");
	reply_number(call->reply, "intervalS", interval_s, 0);
	return 0;
}

int verb_dream_iterations(struct verb_call *call)
{
	double iterations = verb_number(call, 100);
	struct instance *instance;

	if (iterations < 1 || iterations > 1000)
		return reply_fail(call->reply, "how many iterations? (1 to 1000)");
	call->colony->settings.dream_iterations = iterations;
	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
		dream_abort(call->colony, instance);
	dream_soon(call);
	reply_say(call->reply, "iterations set; what waited was dropped");
	reply_number(call->reply, "iterations", iterations, 0);
	return 0;
}

int verb_synapses_count(struct verb_call *call)
{
	reply_number(call->reply, "synapses", floor(VERB_SUM(call, synapses)), 0);
	reply_number(call->reply, "perAgent", VERB_SUM(call, synapses) / fmax(VERB_SUM(call, held.agents), 1), 1);
	return 0;
}

int verb_synapses_check(struct verb_call *call)
{
	double nan = VERB_SUM(call, nan_synapses), corrupted = VERB_SUM(call, corrupted_synapses);

	reply_number(call->reply, "checked", floor(VERB_SUM(call, synapses)), 0);
	reply_number(call->reply, "nanSynapses", nan, 0);
	reply_number(call->reply, "corruptedSynapses", corrupted, 0);
	return nan > 0 || corrupted > 0;
}

int verb_synapses_prune(struct verb_call *call)
{
	double below = verb_number(call, 0.1), pruned = 0;
	struct instance *instance;

	if (below <= 0 || below > 1)
		return reply_fail(call->reply, "below which weight? (0 to 1)");
	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;) {
		double weak = instance->weak_synapses * fmin(below / WEAK_BELOW, 1);
		double some = floor((instance->synapses - instance->weak_synapses) * below * 0.3 + weak);

		instance->synapses -= some;
		instance->weak_synapses -= weak;
		instance->count.pruned += some;
		pruned += some;
	}
	if (below >= WEAK_BELOW)
		faults_remedy(call->colony, "synapses prune", faults_all_instances(call->colony));
	reply_say(call->reply, "synapses pruned");
	reply_number(call->reply, "pruned", pruned, 0);
	return 0;
}

static void weigh_anew(struct verb_call *call, double kept)
{
	struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
		for (int pair = 0; pair < WEIGHT_COUNT; pair++)
			instance->weights[pair] = 0.25 + (instance->weights[pair] - 0.25) * kept;
}

int verb_synapses_reset(struct verb_call *call)
{
	double nan = VERB_SUM(call, nan_synapses);

	reply_say(call->reply, "NaN synapses reset");
	reply_number(call->reply, "reset", nan, 0);
	return 0;
}

int verb_synapses_rollback(struct verb_call *call)
{
	double back_s = verb_number(call, 3600);

	weigh_anew(call, 0.97);
	reply_say(call->reply, "synapses rolled back");
	reply_number(call->reply, "rolledBackS", back_s, 0);
	return 0;
}

int verb_synapses_reinit(struct verb_call *call)
{
	weigh_anew(call, 0.1);
	reply_say(call->reply, "Hebbian learning starts anew");
	return 0;
}

int verb_worldmodel_status(struct verb_call *call)
{
	bool reached = dependency_reached(call->colony, &call->colony->instances[0], SERVICE_WORLDMODEL);
	double entropy = VERB_MEAN(call, entropy);

	reply_text(call->reply, "status", !reached ? "unreachable" : entropy < 0.5 ? "collapsed" : "healthy");
	reply_number(call->reply, "entropy", entropy, 4);
	reply_number(call->reply, "vaeLoss", VERB_MEAN(call, vae_loss), 5);
	return !reached || entropy < 0.5;
}

int verb_worldmodel_rebuild(struct verb_call *call)
{
	if (!dependency_reached(call->colony, &call->colony->instances[0], SERVICE_WORLDMODEL))
		return reply_fail(call->reply, "the world model does not answer");
	reply_say(call->reply, "autoencoder rebuilt");
	return 0;
}
