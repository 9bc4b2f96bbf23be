#include "query/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "promql/promql.h"
#include "promql/selectors.h"
#include "tsdb/matrix.h"

/* A question of more is another question: servers and evaluators have limits on their texts. */
#define GROUP_MAX   48
#define GROUP_BYTES 12000

/* The expressions that are one question. */
struct group {
	struct bundle *bundle;
	VEC(size_t) members;
	char *key; /* the metrics they are about */
	struct strbuf text;
	struct query *query;
};

struct bundle {
	struct bundle_config config;
	struct arena arena;
	const char **labelled; /* each expression with its label */
	VEC(struct group *) groups;
	int64_t start_ms, end_ms, step_ms; /* of the round */
	size_t running;
	bool in_ask; /* groups are being asked: the round cannot end yet */
};

static bool is_scalar(const char *expression)
{
	const struct promql_syntax syntax = { .left_open = true };
	struct promql *promql = promql_parse(expression, &syntax, NULL);
	bool ret = promql && promql->root->type == VALUE_SCALAR;

	promql_free(promql);
	return ret;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The metrics an expression names, sorted, each once; of one that names none, itself: it is joined with no other. */
static char *names_of(const char *expression)
{
	struct arena arena = { 0 };
	struct selectors selectors;
	struct strbuf ret = STRBUF_INIT;
	const char **names;

	selectors_read(expression, &arena, &selectors);
	names = arena_array(&arena, selectors.count + 1, sizeof(*names));
	for (size_t i = 0; i < selectors.count; i++)
		names[i] = selectors.items[i].metric ? selectors.items[i].metric : expression;
	qsort(names, selectors.count, sizeof(*names), compare_names);
	for (size_t i = 0; i < selectors.count; i++)
		if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
			strbuf_addf(&ret, "%s\n", names[i]);
	arena_release(&arena);
	return strbuf_detach(&ret);
}

static void group_free(struct group *group)
{
	query_cancel(group->query);
	strbuf_release(&group->text);
	vec_release(&group->members);
	free(group->key);
	free(group);
}

static struct group *group_new(struct bundle *bundle, char *key)
{
	struct group *group = mem_zalloc(sizeof(*group));

	group->bundle = bundle;
	group->key = key;
	strbuf_init(&group->text);
	vec_push(&bundle->groups, group);
	return group;
}

static void join(struct group *group, size_t index)
{
	strbuf_addf(&group->text, "%s%s", group->members.count ? " or " : "", group->bundle->labelled[index]);
	vec_push(&group->members, index);
}

static struct group *group_for(struct bundle *bundle, size_t index)
{
	char *key = bundle->config.apart ? names_of(bundle->config.expressions[index]) : mem_strdup("");
	size_t length = strlen(bundle->labelled[index]);

	for (size_t i = 0; i < bundle->groups.count; i++) {
		struct group *group = bundle->groups.items[i];

		if (strcmp(group->key, key) == 0 && group->members.count < GROUP_MAX &&
		    group->text.length + length < GROUP_BYTES) {
			free(key);
			return group;
		}
	}
	return group_new(bundle, key);
}

struct bundle *bundle_new(const struct bundle_config *config)
{
	struct bundle *bundle = mem_zalloc(sizeof(*bundle));
	const char **copies;

	bundle->config = *config;
	arena_init(&bundle->arena);
	copies = arena_array(&bundle->arena, config->count + 1, sizeof(*copies));
	bundle->labelled = arena_array(&bundle->arena, config->count + 1, sizeof(*bundle->labelled));
	bundle->config.expressions = copies;
	for (size_t i = 0; i < config->count; i++) {
		bool scalar = is_scalar(config->expressions[i]);

		copies[i] = arena_strdup(&bundle->arena, config->expressions[i]);
		/* On lines of its own: the expression may end in a comment. */
		bundle->labelled[i] = arena_printf(&bundle->arena,
						   "label_replace(%s%s\n%s, \"" BUNDLE_LABEL "\", \"%zu\", \"\", \"\")",
						   scalar ? "vector(" : "", copies[i], scalar ? ")" : "", i);
		join(group_for(bundle, i), i);
	}
	return bundle;
}

void bundle_free(struct bundle *bundle)
{
	if (!bundle)
		return;
	for (size_t i = 0; i < bundle->groups.count; i++)
		group_free(bundle->groups.items[i]);
	vec_release(&bundle->groups);
	arena_release(&bundle->arena);
	free(bundle);
}

/* Which expression a series belongs to; SIZE_MAX when its label says none. */
static size_t index_of(const struct series *series)
{
	const char *text = labels_get(&series->labels, BUNDLE_LABEL);
	char *end;
	unsigned long index = text ? strtoul(text, &end, 10) : 0;

	return text && *text && !*end ? (size_t)index : SIZE_MAX;
}

/* Each expression of the group gets its own series of the answer. */
static void hand_out(const struct group *group, const struct query_answer *answer)
{
	const struct bundle_config *config = &group->bundle->config;
	size_t total = answer->matrix ? answer->matrix->count : 0;
	const struct series **mine = mem_array(total + 1, sizeof(*mine));

	for (size_t i = 0; i < group->members.count; i++) {
		size_t index = group->members.items[i];
		struct bundle_answer share = { .status = answer->status,
					       .reason = answer->reason ? answer->reason : "",
					       .detail = answer->detail ? answer->detail : "",
					       .engine = answer->engine,
					       .series = mine };

		for (size_t j = 0; answer->status == QUERY_OK && j < total; j++)
			if (index_of(&answer->matrix->series[j]) == index)
				mine[share.count++] = &answer->matrix->series[j];
		config->on_answer(config->user, index, &share);
	}
	free(mine);
}

static void end_round(struct bundle *bundle)
{
	if (!bundle->running && !bundle->in_ask && bundle->config.on_done)
		bundle->config.on_done(bundle->config.user);
}

/* The engine is well, but does not take the question as it is: it may be one of the expressions. */
static bool is_about_text(enum query_status status)
{
	return status == QUERY_BAD || status == QUERY_INSUFFICIENT || status == QUERY_TOO_LARGE;
}

static void on_answer(void *user, const struct query_answer *answer);

static void ask(struct group *group)
{
	const struct bundle *bundle = group->bundle;
	struct query_question question = { group->text.text, bundle->start_ms, bundle->end_ms, bundle->step_ms };

	group->bundle->running++;
	group->query = query_ask(bundle->config.engine, &question, on_answer, group);
}

/* Each expression a question of its own, from now on; those behind the first get groups of theirs. */
static void take_apart(struct group *group)
{
	struct bundle *bundle = group->bundle;
	size_t count = group->members.count, first = group->members.items[0];

	for (size_t i = 1; i < count; i++) {
		struct group *other = group_new(bundle, mem_strdup(""));

		/* Nothing joins it: its key is nobody else's. */
		free(other->key);
		other->key = mem_printf("\n%zu", group->members.items[i]);
		join(other, group->members.items[i]);
		ask(other);
	}
	strbuf_clear(&group->text);
	vec_clear(&group->members);
	join(group, first);
	ask(group);
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct group *group = user;
	struct bundle *bundle = group->bundle;

	group->query = NULL;
	bundle->running--;
	if (is_about_text(answer->status) && group->members.count > 1) {
		bundle->in_ask = true;
		take_apart(group);
		bundle->in_ask = false;
		return;
	}
	hand_out(group, answer);
	end_round(bundle);
}

bool bundle_ask(struct bundle *bundle, int64_t start_ms, int64_t end_ms, int64_t step_ms)
{
	if (bundle->running)
		return false;
	bundle->start_ms = start_ms;
	bundle->end_ms = end_ms;
	bundle->step_ms = step_ms;
	for (size_t i = 0; i < bundle->groups.count; i++)
		ask(bundle->groups.items[i]);
	return true;
}

bool bundle_busy(const struct bundle *bundle)
{
	return bundle->running > 0;
}

size_t bundle_questions(const struct bundle *bundle)
{
	return bundle->groups.count;
}
