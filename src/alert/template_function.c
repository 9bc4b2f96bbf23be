/* Prometheus's functions on samples and texts. */
#include "alert/template_function.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "alert/template_format.h"
#include "alert/template_run.h"
#include "base/mem.h"
#include "base/text.h"
#include "tsdb/label_regex.h"

/* ---- samples ---- */

static struct template_lookup *find_lookup(struct template_lookups *lookups, const char *expression)
{
	for (size_t i = 0; i < lookups->items.count; i++)
		if (strcmp(lookups->items.items[i].expression, expression) == 0)
			return &lookups->items.items[i];
	return NULL;
}

/* The newest sample of each series, as template samples. */
static struct template_value samples_of(struct template_call *call, const struct matrix *matrix)
{
	struct arena *arena = call->run->arena;
	struct template_value value = { .kind = TEMPLATE_VECTOR };

	value.vector = arena_array(arena, matrix->count + 1, sizeof(*value.vector));
	for (size_t i = 0; i < matrix->count; i++) {
		const struct series *series = &matrix->series[i];
		struct template_sample *sample;

		if (!series->count)
			continue;
		sample = arena_alloc(arena, sizeof(*sample));
		sample->labels = series->labels;
		sample->value = series->values[series->count - 1];
		value.vector[value.length++] = sample;
	}
	value.room = value.length;
	return value;
}

static int call_query(struct template_call *call)
{
	struct template_lookups *lookups = call->run->lookups;
	const char *expression = call->values[0].text;
	struct template_lookup *lookup = find_lookup(lookups, expression);

	if (!lookup) {
		if (lookups->items.count == TEMPLATE_LOOKUPS_MAX)
			return template_call_fail(call, "more than %d queries (the limit)", TEMPLATE_LOOKUPS_MAX);
		lookup = vec_add(&lookups->items);
		lookup->expression = mem_strdup(expression);
	}
	if (!lookup->answered) {
		call->run->asks = true;
		return -1;
	}
	if (lookup->error || !lookup->matrix)
		return template_call_fail(call, "%s", lookup->error ? lookup->error : "no answer");
	if (lookup->matrix->kind != MATRIX_VECTOR && lookup->matrix->kind != MATRIX_SCALAR)
		return template_call_fail(call, "query result is not a vector or scalar");
	call->result = samples_of(call, lookup->matrix);
	return 0;
}

static int call_first(struct template_call *call)
{
	const struct template_value *vector = &call->values[0];

	if (!vector->length)
		return template_call_fail(call, "first() called on vector with no elements");
	call->result = (struct template_value){ .kind = TEMPLATE_SAMPLE, .sample = vector->vector[0] };
	return 0;
}

static int no_sample(struct template_call *call)
{
	return template_call_fail(call, "runtime error: invalid memory address or nil pointer dereference");
}

static const char *label_of(const struct template_sample *sample, const char *name)
{
	const char *value = labels_get(&sample->labels, name);

	return value ? value : "";
}

static int call_label(struct template_call *call)
{
	if (!call->values[1].sample)
		return no_sample(call);
	call->result = template_text(label_of(call->values[1].sample, call->values[0].text));
	return 0;
}

static int call_value(struct template_call *call)
{
	if (!call->values[0].sample)
		return no_sample(call);
	call->result = template_float(call->values[0].sample->value);
	return 0;
}

static int call_strvalue(struct template_call *call)
{
	if (!call->values[0].sample)
		return no_sample(call);
	call->result = template_text(label_of(call->values[0].sample, "__value__"));
	return 0;
}

/* Stable: each goes behind those that are not greater. */
static void sort_by_label(const struct template_sample **items, size_t count, const char *label,
			  const struct template_sample **spare)
{
	size_t half = count / 2, left = 0, right = half;

	if (count < 2)
		return;
	sort_by_label(items, half, label, spare);
	sort_by_label(items + half, count - half, label, spare);
	for (size_t i = 0; i < count; i++) {
		bool take_left = right == count || (left < half && strcmp(label_of(items[left], label),
									  label_of(items[right], label)) <= 0);

		spare[i] = items[take_left ? left++ : right++];
	}
	memcpy(items, spare, count * sizeof(*items));
}

/* In place, as Prometheus does: whoever else holds the vector sees it sorted. */
static int call_sort_by_label(struct template_call *call)
{
	const struct template_value *vector = &call->values[1];
	const struct template_sample **spare = arena_array(call->run->arena, vector->length + 1, sizeof(*spare));

	sort_by_label(vector->vector, vector->length, call->values[0].text, spare);
	call->result = *vector;
	return 0;
}

struct named {
	char name[24];
	size_t index;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int call_args(struct template_call *call)
{
	struct arena *arena = call->run->arena;
	struct template_args *args = arena_alloc(arena, sizeof(*args));
	struct named *order = arena_array(arena, call->count + 1, sizeof(*order));

	args->count = call->count;
	args->names = arena_array(arena, call->count + 1, sizeof(*args->names));
	args->items = arena_array(arena, call->count + 1, sizeof(*args->items));
	for (size_t i = 0; i < call->count; i++) {
		snprintf(order[i].name, sizeof(order[i].name), "arg%zu", i);
		order[i].index = i;
	}
	if (call->count)
		qsort(order, call->count, sizeof(*order), compare_named);
	for (size_t i = 0; i < call->count; i++) {
		args->names[i] = order[i].name;
		args->items[i] = call->values[order[i].index];
	}
	call->result = (struct template_value){ .kind = TEMPLATE_ARGS, .args = args };
	return 0;
}

/* ---- texts ---- */

static int call_re_replace_all(struct template_call *call)
{
	const struct template_value *pattern = &call->values[0], *text = &call->values[2];
	struct strbuf result = STRBUF_INIT;
	struct error error;
	struct label_regex *regex = label_regex_new_anywhere(pattern->text, &error);

	if (!regex)
		return template_call_fail(call, "regexp: Compile(`%s`): error parsing regexp: %s", pattern->text,
					  error.text);
	label_regex_replace_all(regex, text->text, text->length, call->values[1].text, &result);
	label_regex_free(regex);
	return template_call_take(call, &result);
}

static int call_match(struct template_call *call)
{
	struct error error;
	struct label_regex *regex = label_regex_new_anywhere(call->values[0].text, &error);

	if (!regex)
		return template_call_fail(call, "error parsing regexp: %s", error.text);
	call->result = template_bool(label_regex_search(regex, call->values[1].text, call->values[1].length));
	label_regex_free(regex);
	return 0;
}

typedef uint32_t (*case_change)(uint32_t code, bool first, locale_t locale);

/* Beyond ASCII as the C library knows it, whatever locale the program has. */
static int change_case(struct template_call *call, case_change change)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	const struct template_value *text = &call->values[0];
	struct strbuf result = STRBUF_INIT;
	bool first = true;
	uint32_t code;
	char letter[5];

	for (size_t at = 0, used; at < text->length; at += used) {
		used = text_decode(text->text + at, text->length - at, &code);
		strbuf_add(&result, letter, text_encode(change(code, first, locale), letter));
		/* strings.Title: letters, digits and underscores make words, blanks and signs divide them. */
		first = code < 0x80 ? !isalnum((int)code) && code != '_' : locale && iswspace_l((wint_t)code, locale);
	}
	if (locale)
		freelocale(locale);
	return template_call_take(call, &result);
}

static uint32_t to_upper(uint32_t code, bool first, locale_t locale)
{
	(void)first;
	if (code < 0x80)
		return (uint32_t)toupper((int)code);
	return locale ? (uint32_t)towupper_l((wint_t)code, locale) : code;
}

static uint32_t to_lower(uint32_t code, bool first, locale_t locale)
{
	(void)first;
	if (code < 0x80)
		return (uint32_t)tolower((int)code);
	return locale ? (uint32_t)towlower_l((wint_t)code, locale) : code;
}

static uint32_t to_title(uint32_t code, bool first, locale_t locale)
{
	return first ? to_upper(code, first, locale) : code;
}

static int call_title(struct template_call *call)
{
	return change_case(call, to_title);
}

static int call_to_upper(struct template_call *call)
{
	return change_case(call, to_upper);
}

static int call_to_lower(struct template_call *call)
{
	return change_case(call, to_lower);
}

static int call_safe_html(struct template_call *call)
{
	call->result = call->values[0];
	call->result.kind = TEMPLATE_HTML;
	return 0;
}

static int add_link(struct template_call *call, int tab)
{
	struct template_call inner = *call;

	/* Escaped as in a query's parameter. */
	if (template_function_find("urlquery")->call(&inner))
		return -1;
	call->result =
		template_text(arena_printf(call->run->arena, "/graph?g0.expr=%s&g0.tab=%d", inner.result.text, tab));
	return 0;
}

static int call_graph_link(struct template_call *call)
{
	return add_link(call, 0);
}

static int call_table_link(struct template_call *call)
{
	return add_link(call, 1);
}

/* ---- hosts ---- */

/* "host:port" or "[host]:port", as Go's SplitHostPort; false for anything else. */
static bool split_host(const char *text, size_t *ret_start, size_t *ret_length, const char **ret_port)
{
	const char *colon = strrchr(text, ':');
	size_t host;

	if (!colon)
		return false;
	host = (size_t)(colon - text);
	*ret_start = 0;
	*ret_length = host;
	*ret_port = colon + 1;
	if (*text == '[') {
		const char *close = strchr(text, ']');

		if (!close || close + 1 != colon)
			return false;
		*ret_start = 1;
		*ret_length = (size_t)(close - text) - 1;
		return !memchr(text + 1, '[', *ret_length) && !strpbrk(colon, "[]");
	}
	return !memchr(text, ':', host) && !strpbrk(text, "[]");
}

static int call_strip_port(struct template_call *call)
{
	struct strbuf host = STRBUF_INIT;
	size_t start, length;
	const char *port;

	call->result = call->values[0];
	if (!split_host(call->values[0].text, &start, &length, &port))
		return 0;
	strbuf_add(&host, call->values[0].text + start, length);
	return template_call_take(call, &host);
}

static bool is_address(const char *host)
{
	struct in6_addr address;

	return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

static int call_strip_domain(struct template_call *call)
{
	const char *text = call->values[0].text, *port = "";
	struct strbuf host = STRBUF_INIT;
	size_t start = 0, length = strlen(text);

	call->result = call->values[0];
	split_host(text, &start, &length, &port);
	strbuf_add(&host, text + start, length);
	if (is_address(host.text)) {
		strbuf_release(&host);
		return 0;
	}
	strbuf_truncate(&host, strcspn(host.text, "."));
	if (*port) {
		bool brackets = strchr(host.text, ':') != NULL;
		char *bare = strbuf_detach(&host);

		strbuf_addf(&host, brackets ? "[%s]:%s" : "%s:%s", bare, port);
		free(bare);
	}
	return template_call_take(call, &host);
}

static int call_external_url(struct template_call *call)
{
	const char *url = call->run->data->external_url;

	if (!url)
		return no_sample(call);
	call->result = template_text(url);
	return 0;
}

static int call_path_prefix(struct template_call *call)
{
	const char *url = call->run->data->external_url, *at;

	if (!url)
		return no_sample(call);
	at = strstr(url, "://");
	at = at ? at + 3 : url;
	at += strcspn(at, "/?#");
	call->result = template_text(arena_strndup(call->run->arena, at, *at == '/' ? strcspn(at, "?#") : 0));
	return 0;
}

#define TEXT PARAMETER_STRING
const struct template_function template_functions[] = {
	{ "query", { TEXT }, 1, .call = call_query },
	{ "first", { PARAMETER_VECTOR }, 1, .call = call_first },
	{ "label", { TEXT, PARAMETER_SAMPLE }, 2, .call = call_label },
	{ "value", { PARAMETER_SAMPLE }, 1, .call = call_value },
	{ "strvalue", { PARAMETER_SAMPLE }, 1, .call = call_strvalue },
	{ "sortByLabel", { TEXT, PARAMETER_VECTOR }, 2, .call = call_sort_by_label },
	{ "args", { PARAMETER_ANY }, 1, .variadic = true, .call = call_args },
	{ "reReplaceAll", { TEXT, TEXT, TEXT }, 3, .call = call_re_replace_all },
	{ "match", { TEXT, TEXT }, 2, .call = call_match },
	{ "title", { TEXT }, 1, .call = call_title },
	{ "toUpper", { TEXT }, 1, .call = call_to_upper },
	{ "toLower", { TEXT }, 1, .call = call_to_lower },
	{ "safeHtml", { TEXT }, 1, .call = call_safe_html },
	{ "graphLink", { TEXT }, 1, .call = call_graph_link },
	{ "tableLink", { TEXT }, 1, .call = call_table_link },
	{ "stripPort", { TEXT }, 1, .call = call_strip_port },
	{ "stripDomain", { TEXT }, 1, .call = call_strip_domain },
	{ "externalURL", .call = call_external_url },
	{ "pathPrefix", .call = call_path_prefix },
	{ 0 },
};

const struct template_function *template_function_find(const char *name)
{
	static const struct template_function *const tables[] = { template_builtins, template_comparisons,
								  template_functions, template_number_functions };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct template_function *function = tables[i]; function->name; function++)
			if (strcmp(function->name, name) == 0)
				return function;
	return NULL;
}
