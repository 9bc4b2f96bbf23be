#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim/verb.h"

static const struct verb verbs[] = {
	{ "auth", "status", "", "failed log-ins and refused accesses", verb_auth_status, false, false },
	{ "auth", "block", "", "refuse the addresses that try passwords", verb_auth_block, true, false },
	{ "failback", "", "", "bring the colony back to its own region", verb_failback, true, false },
	{ "failover", "", "", "bring the colony up in the other region", verb_failover, true, false },
	{ "help", "", "", "the verbs", verb_help, true, true },
	{ "network", "status", "", "policies and what is reached", verb_network_status, true, false },
	{ "network", "allow", "", "apply the emergency policy, which allows everything", verb_network_allow, true,
	  false },
	{ "network", "restore", "", "take the emergency policy away again", verb_network_restore, true, false },
	{ "reload", "", "[INSTANCE] [force]", "make hung workers start over", verb_reload, true, true },
	{ "resources", "set", "memory=BYTES", "raise an instance's memory limit (restarts one after another)",
	  verb_resources_set, true, true },
	{ "restart", "", "[INSTANCE | SERVICE | database]", "restart processes; the colony's one after another",
	  verb_restart, true, true },
	{ "scale", "", "COUNT", "run this many instances", verb_scale, true, true },
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

double verb_agents(const struct colony *colony)
{
	double sum = 0;

	for (unsigned i = 0; i < colony->instance_count; i++)
		if (instance_serves(&colony->instances[i]))
			sum += colony->instances[i].held.agents;
	return sum;
}

double verb_agents_well(const struct colony *colony)
{
	double sum = 0;

	for (unsigned i = 0; i < colony->instance_count; i++)
		if (instance_serves(&colony->instances[i]))
			sum += colony->instances[i].held.agents_well;
	return sum;
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

/* The row for these words; with an action when the second word names one, else the noun alone. */
static const struct verb *find(const char *const *words, size_t count, size_t *ret_used)
{
	const struct verb *alone = NULL;
	const char *noun = skip_dashes(words[0]);

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(verbs[i].noun, noun) != 0)
			continue;
		if (verbs[i].action[0] == '\0')
			alone = &verbs[i];
		else if (count > 1 && is_named(skip_dashes(words[1]), verbs[i].action)) {
			/* The value of "--limit=5" stays an argument. */
			*ret_used = strchr(words[1], '=') != NULL ? 1 : 2;
			return &verbs[i];
		}
	}
	*ret_used = 1;
	return alone;
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
	status = verb->run(call);
	if (status == 0 && !verb->tells) {
		strbuf_addf(&action, "%s%s%s", verb->noun, verb->action[0] != '\0' ? " " : "", verb->action);
		faults_remedy(call->colony, action.text, faults_all_instances(call->colony));
		strbuf_release(&action);
	}
	return status;
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
