#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/verb.h"

static const struct verb verbs[] = {
	{ "agents", "cluster", "", "group agents that work together", verb_agents_cluster, false, NULL },
	{ "agents", "count", "", "how many there are", verb_agents_count, false, NULL },
	{ "agents", "health", "", "how many are well, by instance", verb_agents_health, false, NULL },
	{ "agents", "kill", "[unhealthy | COUNT]", "end agents; those that are not well", verb_agents_kill, false,
	  NULL },
	{ "agents", "limit", "COUNT", "most agents of one instance; 0: no limit", verb_agents_limit, false, NULL },
	{ "agents", "list", "[COUNT]", "some agents, busiest first", verb_agents_list, false, NULL },
	{ "agents", "max", "COUNT", "the same as limit", verb_agents_limit, false, "agents limit" },
	{ "agents", "prune", "", "end agents that idle", verb_agents_prune, false, NULL },
	{ "agents", "spawn", "[COUNT]", "start agents; those that were killed", verb_agents_spawn, false, NULL },
	{ "agents", "test", "", "the same as test agents", verb_test, false, NULL },
	{ "anchors", "clear", "[corrupted]", "drop anchors that lead nowhere", verb_anchors_clear, false, NULL },
	{ "anchors", "evict", "[older-than=AGE]", "drop anchors nobody asked for lately", verb_anchors_evict, false,
	  NULL },
	{ "anchors", "quality", "THRESHOLD", "keep anchors of this quality, 0 to 1", verb_anchors_quality, false,
	  NULL },
	{ "anchors", "rebuild", "", "the same as ann rebuild", verb_ann_rebuild, false, "ann rebuild" },
	{ "anchors", "stats", "", "pool, quality, compression", verb_anchors_stats, false, NULL },
	{ "anchors", "test", "", "the same as test cache", verb_test, false, NULL },
	{ "ann", "clear", "", "drop the nearest-neighbour index", verb_ann_clear, false, NULL },
	{ "ann", "rebuild", "", "build the nearest-neighbour index anew", verb_ann_rebuild, false, NULL },
	{ "auth", "block", "", "refuse the addresses that try passwords", verb_auth_block, true, NULL },
	{ "auth", "status", "", "failed log-ins and refused accesses", verb_auth_status, false, NULL },
	{ "backup", "", "[full | emergency | COMPONENT]", "take a backup", verb_backup, false, NULL },
	{ "backup", "list", "[COUNT]", "the newest backups", verb_backup_list, false, NULL },
	{ "backup", "status", "", "age and success of backups", verb_backup_status, false, NULL },
	{ "backup", "verify", "[ID]", "check a backup; the newest", verb_backup_verify, false, NULL },
	{ "cache", "clear", "[all]", "empty the caches", verb_cache_clear, false, NULL },
	{ "cache", "stats", "", "size, hits, misses", verb_cache_stats, false, NULL },
	{ "cache", "test", "", "the same as test cache", verb_test, false, NULL },
	{ "circuit", "reset", "", "close breakers that hang open", verb_circuit_reset, false, NULL },
	{ "circuit", "status", "", "breakers, open or closed", verb_circuit_status, false, NULL },
	{ "dream", "", "", "start a dream cycle now", verb_dream, false, NULL },
	{ "dream", "disable", "", "dream no more", verb_dream_disable, false, NULL },
	{ "dream", "enable", "", "dream again", verb_dream_enable, false, NULL },
	{ "dream", "interval", "TIME", "from one cycle to the next", verb_dream_interval, false, NULL },
	{ "dream", "iterations", "[COUNT]", "length of a cycle (100: usual); drops what waits", verb_dream_iterations,
	  false, NULL },
	{ "dream", "max-iterations", "[COUNT]", "the same as iterations", verb_dream_iterations, false,
	  "dream iterations" },
	{ "dream", "status", "", "what is dreamt, and since when", verb_dream_status, false, NULL },
	{ "dream", "test", "", "the same as test dream", verb_test, false, NULL },
	{ "failback", "", "", "bring the colony back to its own region", verb_failback, true, NULL },
	{ "failover", "", "", "bring the colony up in the other region", verb_failover, true, NULL },
	{ "fallback", "list", "", "what stands in for a dependency that is gone", verb_fallback_list, false, NULL },
	{ "features", "verify", "", "whether everything works, dependencies and all", verb_features_verify, false,
	  NULL },
	{ "federated", "connect", "[sync]", "join the federation", verb_federated_connect, false, NULL },
	{ "federated", "disconnect", "", "leave the federation", verb_federated_disconnect, false, NULL },
	{ "federated", "reconnect", "", "the same as connect", verb_federated_connect, false, "federated connect" },
	{ "federated", "reset", "[local]", "forget the local federated state", verb_federated_reset, false, NULL },
	{ "federated", "status", "", "connection and last sync", verb_federated_status, false, NULL },
	{ "federated", "test", "", "the same as test federated", verb_test, false, NULL },
	{ "gc", "", "[force]", "collect garbage now", verb_gc, false, NULL },
	{ "health", "", "[full]", "the colony's checks; exit status 1 unless healthy", verb_health, false, NULL },
	{ "help", "", "", "the verbs", verb_help, true, VERB_TELLS },
	{ "knowledge", "integrity", "", "the same as validate full", verb_validate, false, VERB_TELLS },
	{ "lmcache", "clear", "", "the same as cache clear", verb_cache_clear, false, "cache clear" },
	{ "loadtest", "", "[RPS]", "measure under load", verb_loadtest, false, NULL },
	{ "meadow", "connect", "", "join the community meadow", verb_meadow_connect, false, NULL },
	{ "meadow", "disconnect", "", "leave the community meadow", verb_meadow_disconnect, false, NULL },
	{ "meadow", "status", "", "connection and errors", verb_meadow_status, false, NULL },
	{ "memory", "top", "", "who holds how much", verb_memory_top, false, NULL },
	{ "network", "allow", "", "apply the emergency policy, which allows everything", verb_network_allow, true,
	  NULL },
	{ "network", "restore", "", "take the emergency policy away again", verb_network_restore, true, NULL },
	{ "network", "status", "", "policies and what is reached", verb_network_status, true, NULL },
	{ "perf", "agents", "", "decisions: how many, how fast", verb_perf_agents, false, NULL },
	{ "perf", "baseline", "", "figures beside what is usual; exit status 1 beyond a limit", verb_perf_baseline,
	  false, NULL },
	{ "perf", "cache", "", "look-ups: how many, how fast", verb_perf_cache, false, NULL },
	{ "perf", "dream", "", "dream cycles: how many, how long", verb_perf_dream, false, NULL },
	{ "perf", "watch", "", "the same as agents, once", verb_perf_agents, false, NULL },
	{ "profile", "enable", "", "profile from now on", verb_profile_enable, false, NULL },
	{ "profile", "eventloop", "", "lag of the event loop", verb_profile_show, false, NULL },
	{ "profile", "flamegraph", "", "where the time goes", verb_profile_show, false, NULL },
	{ "profile", "memory", "", "where the memory goes", verb_memory_top, false, NULL },
	{ "reconnect", "", "", "connect to all dependencies again", verb_reconnect, false, VERB_TELLS },
	{ "reload", "", "[INSTANCE] [force]", "make hung workers start over", verb_reload, true, VERB_TELLS },
	{ "replay", "", "[wal]", "replay the write-ahead log", verb_replay, false, NULL },
	{ "resources", "set", "memory=8Gi", "set an instance's memory limit (restarts one after another)",
	  verb_resources_set, true, VERB_TELLS },
	{ "restart", "", "[INSTANCE | SERVICE | database]", "restart processes; the colony's one after another",
	  verb_restart, true, VERB_TELLS },
	{ "restore", "", "full | latest | COMPONENT ...", "take state back from the newest backup", verb_restore, false,
	  VERB_TELLS },
	{ "rpo", "", "", "what a restore now would lose", verb_rpo, false, NULL },
	{ "scale", "", "COUNT", "run this many instances", verb_scale, true, VERB_TELLS },
	{ "sla", "check", "", "availability and latency of now; exit status 1 when missed", verb_sla_check, false,
	  NULL },
	{ "status", "", "", "the colony at a glance", verb_status, true, NULL },
	{ "sync", "", "", "sync with the federation now", verb_sync, false, NULL },
	{ "sync", "compress", "", "sync less data", verb_sync_compress, false, NULL },
	{ "sync", "compression", "[on]", "the same as compress", verb_sync_compress, false, "sync compress" },
	{ "sync", "force", "[partial]", "the same as sync", verb_sync, false, NULL },
	{ "sync", "interval", "TIME", "from one sync to the next", verb_sync_interval, false, NULL },
	{ "sync", "status", "", "the last sync", verb_sync_status, false, NULL },
	{ "synapses", "check", "[nan]", "those that are spoilt; exit status 1 when there are", verb_synapses_check,
	  false, NULL },
	{ "synapses", "cluster", "", "the same as agents cluster", verb_agents_cluster, false, NULL },
	{ "synapses", "count", "", "how many there are", verb_synapses_count, false, NULL },
	{ "synapses", "prune", "[below=WEIGHT]", "drop weak ones", verb_synapses_prune, false, NULL },
	{ "synapses", "reinit", "[hebbian]", "start learning anew", verb_synapses_reinit, false, NULL },
	{ "synapses", "reset", "[nan]", "give those that are NaN their first weight", verb_synapses_reset, false,
	  NULL },
	{ "synapses", "rollback", "[TIME]", "take weights back an hour", verb_synapses_rollback, false, NULL },
	{ "synapses", "watch", "", "the same as check, once", verb_synapses_check, false, NULL },
	{ "test", "", "[smoke | agents | dream | cache | federated]", "try it out; exit status 1 when it fails",
	  verb_test, false, NULL },
	{ "topology", "check", "", "whether the graph is whole", verb_topology_check, false, NULL },
	{ "topology", "enable", "[migration]", "the same as migrate", verb_topology_migrate, false,
	  "topology migrate" },
	{ "topology", "hot", "", "partitions with the most work", verb_topology_hot, false, NULL },
	{ "topology", "migrate", "", "let agents move to where there is room", verb_topology_migrate, false, NULL },
	{ "topology", "rebalance", "", "spread hot partitions", verb_topology_rebalance, false, NULL },
	{ "topology", "watch", "", "the same as hot, once", verb_topology_hot, false, NULL },
	{ "validate", "", "[full | COMPONENT]", "check what is kept; exit status 1 when invalid", verb_validate, false,
	  NULL },
	{ "version", "", "", "of the colony", verb_version, false, NULL },
	{ "worldmodel", "health", "", "the same as status", verb_worldmodel_status, false, "worldmodel status" },
	{ "worldmodel", "rebuild", "[vae]", "train the autoencoder anew", verb_worldmodel_rebuild, false, NULL },
	{ "worldmodel", "status", "", "entropy and loss", verb_worldmodel_status, false, NULL },
};

const struct verb *verbs_table(size_t *ret_count)
{
	*ret_count = sizeof(verbs) / sizeof(*verbs);
	return verbs;
}

static const char *skip_dashes(const char *word)
{
	while (*word == '-')
		word++;
	return word;
}

/* "name" or "name=value". */
static bool is_named(const char *word, const char *name)
{
	size_t length = strlen(name);

	return strncmp(word, name, length) == 0 && (word[length] == '\0' || word[length] == '=');
}

bool verb_has(const struct verb_call *call, const char *name)
{
	for (size_t i = 0; i < call->count; i++)
		if (is_named(call->arguments[i], name))
			return true;
	return false;
}

const char *verb_value(const struct verb_call *call, const char *name)
{
	for (size_t i = 0; i < call->count; i++) {
		if (!is_named(call->arguments[i], name))
			continue;
		if (call->arguments[i][strlen(name)] == '=')
			return call->arguments[i] + strlen(name) + 1;
		return i + 1 < call->count ? call->arguments[i + 1] : NULL;
	}
	return NULL;
}

double verb_number(const struct verb_call *call, double fallback)
{
	for (size_t i = 0; i < call->count; i++) {
		const char *equals = strchr(call->arguments[i], '=');
		const char *text = equals != NULL ? equals + 1 : call->arguments[i];
		char *end;
		double value;

		if (*text < '0' || *text > '9')
			continue;
		value = strtod(text, &end);
		switch (*end) {
		case 'm': return value * 60;
		case 'h': return value * 3600;
		case 'd': return value * 86400;
		default: return value;
		}
	}
	return fallback;
}

int verb_fail(struct verb_call *call, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	reply_text(call->reply, "error", text.text);
	strbuf_release(&text);
	return 1;
}

unsigned verb_serving(const struct colony *colony)
{
	unsigned count = 0;

	for (unsigned i = 0; i < colony->instance_count; i++)
		count += instance_serves(&colony->instances[i]);
	return count;
}

double verb_sum(const struct colony *colony, size_t offset)
{
	double sum = 0;

	for (unsigned i = 0; i < colony->instance_count; i++) {
		const void *instance = &colony->instances[i];

		if (instance_serves(instance))
			sum += *(const double *)(const void *)((const char *)instance + offset);
	}
	return sum;
}

double verb_mean(const struct colony *colony, size_t offset)
{
	unsigned serving = verb_serving(colony);

	return serving > 0 ? verb_sum(colony, offset) / serving : 0;
}

struct instance *verb_next(const struct verb_call *call, unsigned *index)
{
	while (*index < call->colony->instance_count) {
		struct instance *instance = &call->colony->instances[(*index)++];

		if (instance_serves(instance))
			return instance;
	}
	return NULL;
}

int verb_help(struct verb_call *call)
{
	reply_list(call->reply, "verbs");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		struct strbuf usage = STRBUF_INIT;

		strbuf_addf(&usage, "%s%s%s%s%s", verbs[i].noun, verbs[i].action[0] != '\0' ? " " : "", verbs[i].action,
			    verbs[i].arguments[0] != '\0' ? " " : "", verbs[i].arguments);
		reply_row(call->reply);
		reply_text(call->reply, "verb", usage.text);
		reply_text(call->reply, "help", verbs[i].help);
		reply_row_end(call->reply);
		strbuf_release(&usage);
	}
	reply_list_end(call->reply);
	return 0;
}

/* "kill", "kill=3" and "kill-unhealthy" name the action "kill"; only the first has said all with it. */
static bool names_action(const char *word, const char *action, bool *ret_whole)
{
	size_t length = strlen(action);

	*ret_whole = strcmp(word, action) == 0;
	return strncmp(word, action, length) == 0 &&
	       (word[length] == '\0' || word[length] == '=' || word[length] == '-');
}

/* The row for these words; with an action when the second word names one, else the noun alone. */
static const struct verb *find(const char *const *words, size_t count, size_t *ret_used)
{
	const struct verb *alone = NULL, *near = NULL;
	const char *noun = skip_dashes(words[0]);
	bool whole;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(verbs[i].noun, noun) != 0)
			continue;
		if (verbs[i].action[0] == '\0')
			alone = &verbs[i];
		else if (count > 1 && names_action(skip_dashes(words[1]), verbs[i].action, &whole)) {
			near = &verbs[i];
			if (whole) {
				*ret_used = 2;
				return near;
			}
		}
	}
	*ret_used = 1;
	return near != NULL ? near : alone;
}

static void say_unknown(struct strbuf *ret, bool json, const char *const *words, size_t count)
{
	const char *noun = count > 0 ? skip_dashes(words[0]) : "";
	const char *near = NULL;
	unsigned best = 3;
	struct strbuf text = STRBUF_INIT;
	struct reply reply;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		unsigned distance = text_distance(noun, verbs[i].noun, best);

		if (distance < best) {
			best = distance;
			near = verbs[i].noun;
		}
	}
	strbuf_addf(&text, "unknown command '%s", noun);
	if (count > 1 && best == 0)
		strbuf_addf(&text, " %s", words[1]);
	strbuf_addch(&text, '\'');
	if (near != NULL && best > 0)
		strbuf_addf(&text, " (did you mean '%s'?)", near);
	reply_begin(&reply, ret, json);
	reply_text(&reply, "error", text.text);
	reply_end(&reply);
	strbuf_release(&text);
}

static int run(struct verb_call *call, const struct verb *verb)
{
	struct strbuf action = STRBUF_INIT;
	int status;

	if (!verb->outside && verb_serving(call->colony) == 0)
		return verb_fail(call, "no instance of the colony answers");
	call->verb = verb;
	status = verb->run(call);
	if (status != 0)
		return status;
	if (verb->remedy != NULL)
		strbuf_addstr(&action, verb->remedy);
	else
		strbuf_addf(&action, "%s%s%s", verb->noun, verb->action[0] != '\0' ? " " : "", verb->action);
	if (action.length > 0)
		faults_remedy(call->colony, action.text, faults_all_instances(call->colony));
	strbuf_release(&action);
	return 0;
}

int colony_verb(struct colony *colony, const char *const *words, size_t count, bool json, struct strbuf *ret)
{
	struct reply reply;
	struct verb_call call = { .colony = colony, .reply = &reply };
	const struct verb *verb;
	size_t used = 0;
	int status;

	verb = count > 0 ? find(words, count, &used) : NULL;
	if (verb == NULL) {
		say_unknown(ret, json, words, count);
		return 1;
	}
	reply_begin(&reply, ret, json);
	if (count - used > VERB_ARGUMENTS_MAX) {
		status = verb_fail(&call, "too many words (at most %d after the verb)", VERB_ARGUMENTS_MAX);
	} else {
		for (size_t i = used; i < count; i++)
			call.arguments[call.count++] = skip_dashes(words[i]);
		status = run(&call, verb);
	}
	reply_end(&reply);
	return status;
}
