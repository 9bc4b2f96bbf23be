#include "sim/verb_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const struct verb_name *row_at(const struct verb_set *set, size_t index)
{
	return (const struct verb_name *)(const void *)((const char *)set->rows + index * set->row_size);
}

const char *verb_words_bare(const char *word)
{
	while (*word == '-')
		word++;
	return word;
}

void verb_words_add_name(const void *row, struct strbuf *ret)
{
	const struct verb_name *name = row;

	strbuf_addf(ret, "%s%s%s", name->noun, name->action[0] != '\0' ? " " : "", name->action);
}

int verb_words_help(const struct verb_set *set, struct reply *reply)
{
	reply_list(reply, "verbs");
	for (size_t i = 0; i < set->count; i++) {
		const struct verb_name *row = row_at(set, i);
		struct strbuf usage = STRBUF_INIT;

		verb_words_add_name(row, &usage);
		strbuf_addf(&usage, "%s%s", row->arguments[0] != '\0' ? " " : "", row->arguments);
		reply_row(reply);
		reply_text(reply, "verb", usage.text);
		reply_text(reply, "help", row->help);
		reply_row_end(reply);
		strbuf_release(&usage);
	}
	reply_list_end(reply);
	return 0;
}

int verb_words_arguments(const char *const *words, size_t count, size_t used, const char **ret, size_t *ret_count,
			 struct reply *reply)
{
	*ret_count = 0;
	if (count - used > VERB_ARGUMENTS_MAX)
		return reply_fail(reply, "too many words (at most %d after the verb)", VERB_ARGUMENTS_MAX);
	for (size_t i = used; i < count; i++)
		ret[(*ret_count)++] = verb_words_bare(words[i]);
	return 0;
}

/* "name" or "name=value". */
static bool is_named(const char *word, const char *name)
{
	size_t length = strlen(name);

	return strncmp(word, name, length) == 0 && (word[length] == '\0' || word[length] == '=');
}

bool verb_words_have(const char *const *arguments, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (is_named(arguments[i], name))
			return true;
	return false;
}

const char *verb_words_value(const char *const *arguments, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_named(arguments[i], name))
			continue;
		if (arguments[i][strlen(name)] == '=')
			return arguments[i] + strlen(name) + 1;
		return i + 1 < count ? arguments[i + 1] : NULL;
	}
	return NULL;
}

double verb_words_number(const char *const *arguments, size_t count, double fallback)
{
	for (size_t i = 0; i < count; i++) {
		const char *equals = strchr(arguments[i], '=');
		const char *text = equals != NULL ? equals + 1 : arguments[i];
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

/* "kill", "kill=3" and "kill-unhealthy" name the action "kill"; only the first has said all with it. */
static bool names_action(const char *word, const char *action, bool *ret_whole)
{
	size_t length = strlen(action);

	*ret_whole = strcmp(word, action) == 0;
	return strncmp(word, action, length) == 0 &&
	       (word[length] == '\0' || word[length] == '=' || word[length] == '-');
}

/* The row for these words; with an action when the second word names one, else the noun alone. */
const void *verb_words_find(const struct verb_set *set, const char *const *words, size_t count, size_t *ret_used)
{
	const struct verb_name *alone = NULL, *near = NULL;
	const char *noun = count ? verb_words_bare(words[0]) : NULL;
	bool whole;

	for (size_t i = 0; noun != NULL && i < set->count; i++) {
		const struct verb_name *row = row_at(set, i);

		if (strcmp(row->noun, noun) != 0)
			continue;
		if (row->action[0] == '\0')
			alone = row;
		else if (count > 1 && names_action(verb_words_bare(words[1]), row->action, &whole)) {
			near = row;
			if (whole) {
				*ret_used = 2;
				return near;
			}
		}
	}
	*ret_used = 1;
	return near != NULL ? near : alone;
}

void verb_words_unknown(const struct verb_set *set, const char *const *words, size_t count, struct strbuf *ret,
			bool json)
{
	const char *noun = count > 0 ? verb_words_bare(words[0]) : "";
	const char *near = NULL;
	unsigned best = 3;
	struct strbuf text = STRBUF_INIT;
	struct reply reply;

	for (size_t i = 0; i < set->count; i++) {
		unsigned distance = text_distance(noun, row_at(set, i)->noun, best);

		if (distance < best) {
			best = distance;
			near = row_at(set, i)->noun;
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
