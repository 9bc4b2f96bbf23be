#include <math.h>

#include "sim/verb.h"

int verb_cache_stats(struct verb_call *call)
{
	double lookups = floor(VERB_SUM(call, count.lookups)), hits = floor(VERB_SUM(call, count.hits));

	reply_number(call->reply, "size", floor(VERB_SUM(call, anchors)), 0);
	reply_number(call->reply, "hits", hits, 0);
	reply_number(call->reply, "misses", lookups - hits, 0);
	reply_number(call->reply, "hitRate", VERB_MEAN(call, hit_ratio), 4);
	reply_number(call->reply, "poolUsage", VERB_MEAN(call, pool), 4);
	reply_text(call->reply, "backend",
		   dependency_reached(call->colony, &call->colony->instances[0], SERVICE_LMCACHE) ? "lmcache"
												  : "local");
	return 0;
}

int verb_cache_clear(struct verb_call *call)
{
	double cleared = 0;
	struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;) {
		cleared += floor(instance->anchors * 0.9);
		instance->pool *= 0.1;
		instance->held.warmth = 0;
	}
	reply_say(call->reply, "caches cleared");
	reply_number(call->reply, "cleared", cleared, 0);
	return 0;
}

int verb_anchors_stats(struct verb_call *call)
{
	reply_number(call->reply, "totalAnchors", floor(VERB_SUM(call, anchors)), 0);
	reply_number(call->reply, "poolUsage", VERB_MEAN(call, pool), 4);
	reply_number(call->reply, "compressionRatio", VERB_MEAN(call, compression), 3);
	reply_number(call->reply, "qualityScore", VERB_MEAN(call, quality), 4);
	reply_number(call->reply, "hitRate", VERB_MEAN(call, hit_ratio), 4);
	return 0;
}

static double drop_anchors(struct verb_call *call, double kept)
{
	double dropped = 0;
	struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;) {
		dropped += floor(instance->anchors * (1 - kept));
		instance->pool *= kept;
	}
	return dropped;
}

int verb_anchors_evict(struct verb_call *call)
{
	double dropped = drop_anchors(call, 0.6);

	reply_say(call->reply, "anchors evicted");
	reply_number(call->reply, "evicted", dropped, 0);
	return 0;
}

int verb_anchors_clear(struct verb_call *call)
{
	double rotten = VERB_MEAN(call, strain[STRAIN_ANCHOR_ROT]);
	double dropped = drop_anchors(call, 1 - 0.5 * fmin(rotten, 1));

	reply_say(call->reply, "corrupted anchors cleared");
	reply_number(call->reply, "cleared", dropped, 0);
	return 0;
}

int verb_anchors_quality(struct verb_call *call)
{
	double threshold = verb_number(call, -1);
	double dropped;

	if (threshold < 0 || threshold > 1)
		return reply_fail(call->reply, "which quality? (0 to 1)");
	dropped = drop_anchors(call, 1 - 0.1 * threshold);
	reply_say(call->reply, "quality threshold set");
	reply_number(call->reply, "threshold", threshold, 2);
	reply_number(call->reply, "dropped", dropped, 0);
	return 0;
}

int verb_ann_clear(struct verb_call *call)
{
	struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
		instance->held.warmth *= 0.5;
	reply_say(call->reply, "index cleared; look-ups search without it until it is rebuilt");
	return 0;
}

int verb_ann_rebuild(struct verb_call *call)
{
	struct instance *instance;

	for (unsigned i = 0; (instance = verb_next(call, &i)) != NULL;)
		instance->held.warmth = fmax(instance->held.warmth, 0.7);
	reply_say(call->reply, "index rebuilt");
	reply_number(call->reply, "anchors", floor(VERB_SUM(call, anchors)), 0);
	return 0;
}
