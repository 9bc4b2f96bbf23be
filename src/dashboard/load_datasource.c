#include <string.h>
#include <strings.h>

#include "dashboard/load.h"

/* Data sources that answer PromQL; all other types speak a language of their own. */
static const char *const promql_types[] = {
	"prometheus",
	"grafana-amazonprometheus-datasource",
	"grafana-azureprometheus-datasource",
	"victoriametrics-datasource",
	"victoriametrics-metrics-datasource",
	"skep",
};

/* Names Grafana reserves for data sources that are no servers. */
static const struct builtin_source {
	const char *name;
	const char *foreign; /* NULL: stands for the default */
} builtin_sources[] = {
	{ "-- Mixed --", NULL },
	{ "default", NULL },
	{ "-- Grafana --", "data source -- Grafana -- (its own test data)" },
	{ "grafana", "data source -- Grafana -- (its own test data)" },
	{ "-- Dashboard --", "data source -- Dashboard -- (another panel's answer)" },
	{ "__expr__", "server-side expression" },
	{ "-100", "server-side expression" },
};

static const struct builtin_source *find_builtin(const char *name)
{
	for (size_t i = 0; name && i < sizeof(builtin_sources) / sizeof(builtin_sources[0]); i++)
		if (!strcmp(builtin_sources[i].name, name))
			return &builtin_sources[i];
	return NULL;
}

/* The name in "$name" or "${name}", possibly with a format; length 0 when the text is no reference. */
static const char *reference(const char *text, size_t *ret_length)
{
	*ret_length = 0;
	if (*text != '$')
		return text;
	text += text[1] == '{' ? 2 : 1;
	*ret_length = strcspn(text, ":}");
	return text;
}

/* Bounded, since it is asked for each query: longer lists are refused elsewhere. */
static const cJSON *find_named(const cJSON *list, const char *name, size_t length)
{
	const cJSON *item;
	size_t count = 0;

	cJSON_ArrayForEach(item, list)
	{
		const char *own = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"));
		if (own && strlen(own) == length && !strncmp(own, name, length))
			return item;
		if (++count == LOAD_LIST_MAX)
			break;
	}
	return NULL;
}

/*
 * An input of an export ("${DS_PROMETHEUS}") is asked of the user on import;
 * here it is the default of its type. A dashboard variable stays, and tells
 * the type.
 */
static void resolve_reference(struct loader *loader, struct datasource *ret)
{
	size_t length;
	const char *name = reference(ret->uid, &length);
	const cJSON *variable, *input;

	if (!length)
		return;
	variable = find_named(loader->variables, name, length);
	if (variable) {
		const cJSON *type = cJSON_GetObjectItemCaseSensitive(variable, "type");
		const cJSON *query = cJSON_GetObjectItemCaseSensitive(variable, "query");
		if (!ret->type && cJSON_IsString(type) && !strcmp(type->valuestring, "datasource"))
			ret->type = cJSON_GetStringValue(query);
		return;
	}
	input = find_named(loader->inputs, name, length);
	if (input && !ret->type)
		ret->type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(input, "pluginId"));
	if (input || !strncmp(name, "DS_", 3))
		ret->uid = NULL;
}

void load_datasource(struct loader *loader, const cJSON *value, struct datasource *ret)
{
	const struct builtin_source *builtin;

	*ret = (struct datasource){ 0 };
	if (cJSON_IsObject(value)) {
		size_t mark = load_enter(loader, "datasource");
		ret->type = load_text(loader, value, "type", NULL);
		ret->uid = load_text(loader, value, "uid", NULL);
		load_leave(loader, mark);
	} else if (cJSON_IsString(value)) {
		ret->uid = value->valuestring;
	} else if (value && !cJSON_IsNull(value) && !(cJSON_IsArray(value) && !value->child)) {
		load_error(loader, "datasource", "must be an object or text");
	}
	if (ret->type && (!*ret->type || !strcmp(ret->type, "datasource") || !strcmp(ret->type, "mixed")))
		ret->type = NULL; /* says only that the name is a built-in */
	if (ret->uid && !*ret->uid)
		ret->uid = NULL;
	builtin = find_builtin(ret->uid);
	if (builtin && !builtin->foreign)
		ret->uid = NULL;
	else if (ret->uid && !builtin)
		resolve_reference(loader, ret);
}

const char *load_foreign(struct loader *loader, const struct datasource *source)
{
	const struct builtin_source *builtin = find_builtin(source->uid);

	if (builtin && builtin->foreign)
		return builtin->foreign;
	if (!source->type)
		return NULL;
	if (find_builtin(source->type))
		return find_builtin(source->type)->foreign;
	for (size_t i = 0; i < sizeof(promql_types) / sizeof(promql_types[0]); i++)
		if (!strcasecmp(source->type, promql_types[i]))
			return NULL;
	return arena_printf(&loader->dashboard->arena, "query language %.60s", source->type);
}
