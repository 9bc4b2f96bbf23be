/* Values of placeholders: who knows them, and putting them in. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "runbook/runner_private.h"
#include "runbook/sql.h"

/* Names that one thing has in runbooks and in labels. `sure`: it is the same thing by another name; else it may well
 * be, and a person looks. Names are compared without regard to case, '-' as '_'. */
static const struct {
	const char *wanted, *label;
	bool sure;
} equivalents[] = {
	{ "pod_name", "pod", true },
	{ "pod", "pod_name", true },
	{ "pod", "kubernetes_pod_name", true },
	{ "pod_name", "kubernetes_pod_name", true },
	{ "ns", "namespace", true },
	{ "namespace", "kubernetes_namespace", true },
	{ "node_name", "node", true },
	{ "container_name", "container", true },
	{ "deployment_name", "deployment", true },
	{ "service_name", "service", true },
	{ "agent", "agent_id", true },
	{ "agent_id", "agent", true },
	{ "db", "datname", true },
	{ "database", "datname", true },
	{ "pod", "instance", false },
	{ "pod_name", "instance", false },
	{ "node", "instance", false },
	{ "host", "instance", false },
	{ "hostname", "instance", false },
	{ "server", "instance", false },
	{ "service", "job", false },
	{ "service", "name", false },
	{ "app", "job", false },
	{ "name", "name", true },
};

/* What names of secrets have in them. */
static const char *const secret_words[] = { "password", "passwd", "passphrase",  "secret",     "token",
					    "api_key",  "apikey", "private_key", "credential", "access_key" };

/* Lower case, '-' and ' ' as '_'. */
static const char *plain_name(const char *name, struct arena *arena)
{
	char *ret = arena_strdup(arena, name);

	for (char *at = ret; *at; at++) {
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
		if (*at == '-' || *at == ' ' || *at == '.')
			*at = '_';
	}
	return ret;
}

bool runner_is_secret_name(const char *name)
{
	struct arena arena = { 0 };
	const char *plain = plain_name(name, &arena);
	bool ret = false;

	for (size_t i = 0; i < sizeof(secret_words) / sizeof(secret_words[0]); i++)
		ret = ret || strstr(plain, secret_words[i]);
	arena_release(&arena);
	return ret;
}

/* Of struct runner; NULL: none. */
const char *runner_value(void *user, const char *name)
{
	const struct runner *runner = user;
	const char *secret = map_get(&runner->secrets, name);
	const struct run *run = runner_run(runner);

	if (secret)
		return secret;
	return run ? run_value(run, name) : NULL;
}

/* ---- suggestions ---- */

/* The value of the pair whose name is `plain` when both are made plain. */
static const char *pair_value(const char *const *pairs, const char *plain, struct arena *arena, const char **ret_name)
{
	for (; pairs && *pairs; pairs++) {
		size_t length = strcspn(*pairs, "=");
		const char *name = arena_strndup(arena, *pairs, length);

		if ((*pairs)[length] != '=' || !(*pairs)[length + 1] || strcmp(plain_name(name, arena), plain) != 0)
			continue;
		*ret_name = name;
		return *pairs + length + 1;
	}
	return NULL;
}

static const char *suggest_equivalent(const struct runner *runner, const char *plain, const char **ret_name,
				      bool *ret_sure, struct arena *arena)
{
	for (size_t i = 0; i < sizeof(equivalents) / sizeof(equivalents[0]); i++) {
		const char *value;

		if (strcmp(equivalents[i].wanted, plain) != 0)
			continue;
		value = pair_value(runner->alert.labels, equivalents[i].label, arena, ret_name);
		if (value) {
			*ret_sure = equivalents[i].sure;
			return value;
		}
	}
	return NULL;
}

const char *runner_suggest(const struct runner *runner, const char *name, const char **ret_source, bool *ret_sure,
			   struct arena *arena)
{
	const char *plain = plain_name(name, arena), *of = "", *value;

	*ret_sure = true;
	value = pair_value(runner->alert.labels, plain, arena, &of);
	if (!value)
		value = suggest_equivalent(runner, plain, &of, ret_sure, arena);
	/* What the system file says goes before what is only likely. */
	if (!value || !*ret_sure) {
		const char *variable = "", *known = pair_value(runner->config.variables, plain, arena, &variable);

		if (known) {
			*ret_sure = true;
			*ret_source = arena_printf(arena, "system variable %s", variable);
			return known;
		}
	}
	*ret_source = value ? arena_printf(arena, "alert label %s", of) : NULL;
	return value;
}

static bool is_fit(const char *value)
{
	size_t length = strlen(value);

	for (size_t at = 0; at < length;) {
		uint32_t code;

		at += text_decode(value + at, length - at, &code);
		if (code == TEXT_REPLACEMENT || text_is_unsafe(code))
			return false;
	}
	return true;
}

static void set_known(struct runner *runner, const char *name)
{
	struct run_event event = runner_event(RUN_VALUE);
	struct arena arena = { 0 };
	const char *source = NULL, *value;
	bool sure;

	if (!runner_is_secret_name(name) && !runner_value(runner, name)) {
		value = runner_suggest(runner, name, &source, &sure, &arena);
		if (value && sure && is_fit(value)) {
			event.name = name;
			event.value = value;
			event.source = source;
			runner_append(runner, &event, NULL);
		}
	}
	arena_release(&arena);
}

void runner_set_known_values(struct runner *runner)
{
	for (size_t i = 0; i < runner->runbook->steps.count; i++) {
		const struct runbook_step *step = &runner->runbook->steps.items[i];

		if (step->kind != STEP_COMMAND)
			continue;
		for (size_t k = 0; k < step->placeholders.count; k++)
			set_known(runner, step->placeholders.items[k].name);
	}
}

/* That there is a value, never which. Who has not the lead may only note it. */
static void tell_secret(struct runner *runner, const char *name, bool given, bool had)
{
	struct run_event event = runner_event(RUN_VALUE);
	struct arena arena = { 0 };

	if (!given && !had)
		return;
	event.name = name;
	event.source = given ? RUN_NOT_RECORDED : "asked";
	if (runner_may(runner, SIZE_MAX, NULL) < 0) {
		event = runner_event(RUN_NOTE);
		event.note = arena_printf(&arena, "value of %s: %s", name, given ? RUN_NOT_RECORDED : "taken away");
	}
	runner_append(runner, &event, NULL);
	arena_release(&arena);
}

static int set_secret(struct runner *runner, const char *name, const char *value)
{
	char *old = *value ? map_set(&runner->secrets, name, mem_strdup(value)) : map_remove(&runner->secrets, name);

	if (old)
		explicit_bzero(old, strlen(old));
	runner_make_mask(runner);
	tell_secret(runner, name, *value != '\0', old != NULL);
	free(old);
	runner_changed(runner);
	return 0;
}

int runner_set_value(struct runner *runner, const char *name, const char *value, const char *source,
		     struct error *error)
{
	struct run_event event = runner_event(RUN_VALUE);

	if (!is_fit(value))
		return error_set(error, "the value has characters that are not shown: refused");
	/* What only this console knows needs nobody's pen. */
	if (runner_is_secret_name(name))
		return set_secret(runner, name, value);
	if (runner_may(runner, SIZE_MAX, error) < 0)
		return -1;
	event.name = name;
	event.value = value;
	event.source = source ? source : "asked";
	runner_append(runner, &event, NULL);
	return 0;
}

/* ---- putting them in ---- */

static void add_missing(struct fill *fill, const char *name)
{
	for (size_t i = 0; i < fill->missing.count; i++)
		if (strcmp(fill->missing.items[i], name) == 0)
			return;
	vec_push(&fill->missing, name);
}

static void add_quoted(struct strbuf *ret, const char *value)
{
	strbuf_addch(ret, '\'');
	for (; *value; value++) {
		if (*value == '\'')
			strbuf_addstr(ret, "'\\''");
		else
			strbuf_addch(ret, *value);
	}
	strbuf_addch(ret, '\'');
}

/* Variables that an earlier step gave a value: each step has a shell of its own, so that it is said again. */
static void add_carried(struct runner *runner, const struct runbook_step *step, struct fill *fill, struct strbuf *text)
{
	for (size_t i = 0; step && i < step->carried.count; i++) {
		const char *value = runner_value(runner, step->carried.items[i]);

		if (!value) {
			add_missing(fill, step->carried.items[i]);
			continue;
		}
		strbuf_addf(text, "%s=", step->carried.items[i]);
		add_quoted(text, value);
		strbuf_addch(text, '\n');
	}
}

static bool is_carried(void *user, const char *name)
{
	const struct runbook_step *step = user;

	for (size_t i = 0; step && i < step->carried.count; i++)
		if (strcmp(step->carried.items[i], name) == 0)
			return true;
	return false;
}

void runner_fill(struct runner *runner, size_t index, const char *command, bool edited, struct arena *arena,
		 struct fill *ret)
{
	struct runbook_step *step = index == SIZE_MAX ? NULL : &runner->runbook->steps.items[index];
	struct placeholders found = { 0 }, known = { 0 };
	struct strbuf text = STRBUF_INIT, filled = STRBUF_INIT;
	struct error error = { "" };
	bool is_sql = step && step->kind == STEP_SQL;

	*ret = (struct fill){ .text = command };
	if (edited || !step)
		placeholder_find(command, is_carried, step, arena, &found);
	else
		for (size_t i = 0; i < step->placeholders.count; i++)
			vec_push(&found.items, step->placeholders.items[i]);
	for (size_t i = 0; i < found.items.count; i++) {
		if (runner_value(runner, found.items.items[i].name))
			vec_push(&known.items, found.items.items[i]);
		else
			add_missing(ret, found.items.items[i].name);
	}
	if (!is_sql)
		add_carried(runner, step, ret, &text);
	if ((is_sql ? sql_fill : placeholder_fill)(command, known.items.items, known.items.count, runner_value, runner,
						   &filled, &error) < 0)
		ret->why = arena_strdup(arena, error.text);
	else
		command = filled.text;
	strbuf_addstr(&text, command);
	ret->text = arena_strdup(arena, text.text);
	vec_release(&found.items);
	vec_release(&known.items);
	strbuf_release(&text);
	strbuf_release(&filled);
}
