#include <string.h>

#include "dashboard/load.h"

static const struct {
	const char *word;
	enum variable_type type;
} types[] = {
	{ "query", VARIABLE_QUERY },   { "datasource", VARIABLE_DATASOURCE }, { "interval", VARIABLE_INTERVAL },
	{ "custom", VARIABLE_CUSTOM }, { "textbox", VARIABLE_TEXTBOX },       { "constant", VARIABLE_CONSTANT },
	{ "adhoc", VARIABLE_ADHOC },
};

/* What a custom or interval variable offers, as it grows. */
struct choices {
	VEC(const char *) values;
	VEC(const char *) texts;
};

static void choices_release(struct choices *choices)
{
	vec_release(&choices->values);
	vec_release(&choices->texts);
}

static void add_choice(struct choices *choices, const char *text, const char *value)
{
	if (choices->values.count >= LOAD_LIST_MAX)
		return;
	vec_push(&choices->values, value);
	vec_push(&choices->texts, text);
}

static const char **keep_texts(struct loader *loader, const char *const *items, size_t count)
{
	const char **texts = arena_array(&loader->dashboard->arena, count + 1, sizeof(*texts));

	if (count)
		memcpy(texts, items, count * sizeof(*texts));
	return texts;
}

static char *trimmed(struct loader *loader, const char *text, size_t length)
{
	while (length && strchr(" \t\r\n", *text)) {
		text++;
		length--;
	}
	while (length && strchr(" \t\r\n", text[length - 1]))
		length--;
	return arena_strndup(&loader->dashboard->arena, text, length);
}

/* The length up to the next comma that is not escaped as "\,". */
static size_t word_length(const char *text)
{
	size_t length = 0;

	while (text[length] && text[length] != ',')
		length += text[length] == '\\' && text[length + 1] == ',' ? 2 : 1;
	return length;
}

/* In place: "\," is ','. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (from[0] == '\\' && from[1] == ',')
			from++;
		*to++ = *from;
	}
	*to = '\0';
}

/* "a : b": the last colon with a space on each side parts text and value (the text is greedy). */
static const char *find_parting(const char *word)
{
	const char *found = NULL;

	for (const char *p = strstr(word, " : "); p; p = strstr(p + 1, " : "))
		found = p;
	return found && found != word ? found : NULL;
}

/* "one, two : 2, three\, four" */
static void split_custom(struct loader *loader, const char *query, struct choices *choices)
{
	while (*query && choices->values.count < LOAD_LIST_MAX) {
		size_t length = word_length(query);
		char *word = trimmed(loader, query, length);
		const char *parting;

		unescape(word);
		parting = find_parting(word);
		if (parting)
			add_choice(choices, trimmed(loader, word, (size_t)(parting - word)),
				   trimmed(loader, parting + 3, strlen(parting + 3)));
		else if (*word)
			add_choice(choices, word, word);
		query += length;
		if (*query == ',')
			query++;
	}
}

/* "1m,10m, 1h"; a value in quotes may hold a comma. */
static void split_interval(struct loader *loader, const char *query, struct choices *choices)
{
	while (*query && choices->values.count < LOAD_LIST_MAX) {
		char quote = *query;
		size_t length;
		char *word;

		if (quote == ' ' || quote == ',') {
			query++;
			continue;
		}
		if ((quote == '"' || quote == '\'') && strchr(query + 1, quote)) {
			length = (size_t)(strchr(query + 1, quote) - query) - 1;
			word = trimmed(loader, query + 1, length);
			length += 2;
		} else {
			length = strcspn(query, ", ");
			word = trimmed(loader, query, length);
		}
		if (*word && strcmp(word, "auto") != 0)
			add_choice(choices, word, word);
		query += length;
	}
}

/* The options array: what Grafana last knew; All and the automatic interval are flags, not options. */
static void read_options_array(struct loader *loader, const cJSON *json, struct choices *choices)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, load_array(loader, json, "options"))
	{
		const char *value = load_loose_text(loader, cJSON_GetObjectItemCaseSensitive(item, "value"));
		const char *text = load_loose_text(loader, cJSON_GetObjectItemCaseSensitive(item, "text"));
		if (value && strcmp(value, "$__all") != 0 && strncmp(value, "$__auto", 7) != 0)
			add_choice(choices, text ? text : value, value);
	}
}

static void read_options(struct loader *loader, const cJSON *json, struct variable *variable)
{
	struct choices choices = { 0 };

	if (variable->type == VARIABLE_CUSTOM)
		split_custom(loader, variable->query, &choices);
	else if (variable->type == VARIABLE_INTERVAL)
		split_interval(loader, variable->query, &choices);
	if (!choices.values.count && variable->type != VARIABLE_CONSTANT && variable->type != VARIABLE_TEXTBOX)
		read_options_array(loader, json, &choices);
	variable->options = keep_texts(loader, choices.values.items, choices.values.count);
	variable->option_texts = keep_texts(loader, choices.texts.items, choices.texts.count);
	choices_release(&choices);
}

/*
 * {"value": "a"}, {"value": ["a", "b"]}, {"text": "All"}, {}, "a" or nothing.
 * Grafana writes $__all as the value of All; old files have only the text.
 */
static void read_current(struct loader *loader, const cJSON *json, struct variable *variable)
{
	const cJSON *current = cJSON_GetObjectItemCaseSensitive(json, "current");
	const cJSON *value = cJSON_IsObject(current) ? cJSON_GetObjectItemCaseSensitive(current, "value") : current;
	const cJSON *text = cJSON_IsObject(current) ? cJSON_GetObjectItemCaseSensitive(current, "text") : NULL;
	bool filter = variable->type == VARIABLE_ADHOC;
	size_t count = 0, used = 0;

	if (!filter && (!value || cJSON_IsNull(value)))
		value = text;
	variable->current = load_texts(loader, filter || cJSON_IsObject(value) ? NULL : value, &count);
	for (size_t i = 0; i < count; i++) {
		const char *word = variable->current[i];
		if (variable->include_all && !strcmp(word, "All"))
			word = "$__all";
		if (*word || variable->type == VARIABLE_TEXTBOX)
			variable->current[used++] = word;
	}
	variable->current[used] = NULL;
	if (!used && *variable->query && (variable->type == VARIABLE_CONSTANT || variable->type == VARIABLE_TEXTBOX))
		variable->current = load_one_text(loader, variable->query);
	if (variable->type == VARIABLE_CONSTANT && *variable->query)
		variable->current = load_one_text(loader, variable->query);
}

/* Text, or since Grafana 8 an object with the text in it; "definition" is the copy for display. */
static const char *read_query(struct loader *loader, const cJSON *json)
{
	const cJSON *query = cJSON_GetObjectItemCaseSensitive(json, "query");
	const char *definition = load_text(loader, json, "definition", "");
	const char *text;

	if (!cJSON_IsObject(query))
		return load_text(loader, json, "query", definition);
	size_t mark = load_enter(loader, "query");
	text = load_text(loader, query, "query", load_text(loader, query, "expr", definition));
	load_leave(loader, mark);
	return text;
}

static void read_type(struct loader *loader, const cJSON *json, struct variable *variable)
{
	const char *word = load_text(loader, json, "type", "query");

	variable->type = VARIABLE_UNKNOWN;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].word, word))
			variable->type = types[i].type;
	if (variable->type == VARIABLE_UNKNOWN)
		load_approximate(loader, "type", "variable type \"%.40s\" is not known", word);
	else if (variable->type == VARIABLE_ADHOC)
		load_approximate(loader, NULL, "ad hoc filters of $%.40s are not applied", variable->name);
}

static void read_variable(struct loader *loader, const cJSON *json, struct variable *variable)
{
	double number = 0;
	const char *foreign;

	variable->name = load_text(loader, json, "name", "");
	if (!*variable->name)
		load_error(loader, NULL, "variable has no name");
	variable->label = load_text(loader, json, "label", NULL);
	if (variable->label && !*variable->label)
		variable->label = NULL;
	read_type(loader, json, variable);
	variable->query = read_query(loader, json);
	variable->regex = load_text(loader, json, "regex", "");
	variable->include_all = load_flag(json, "includeAll", false);
	variable->multi = load_flag(json, "multi", false);
	if (load_loose_number(cJSON_GetObjectItemCaseSensitive(json, "hide"), &number))
		variable->hidden = number == 2;
	variable->all_value = load_text(loader, json, "allValue", NULL);
	if (variable->all_value && !*variable->all_value)
		variable->all_value = NULL;
	number = 0;
	load_number(loader, json, "sort", &number);
	variable->sort = number >= 0 && number <= 8 ? (int)number : 0;
	variable->automatic = load_flag(json, "auto", false);
	number = 30; /* Grafana's own */
	load_number(loader, json, "auto_count", &number);
	variable->auto_count = number >= 1 && number <= 10000 ? (int)number : 30;
	variable->auto_min = load_text(loader, json, "auto_min", "10s");
	load_datasource(loader, cJSON_GetObjectItemCaseSensitive(json, "datasource"), &variable->datasource);
	read_options(loader, json, variable);
	read_current(loader, json, variable);
	foreign = variable->type == VARIABLE_QUERY ? load_foreign(loader, &variable->datasource) : NULL;
	if (foreign)
		load_approximate(loader, NULL, "%s: the values of $%.40s cannot be asked", foreign, variable->name);
}

void load_variables(struct loader *loader)
{
	size_t mark = load_enter(loader, "templating"), inner = load_enter(loader, "list");
	size_t count = load_count(loader, loader->variables, "variables", DASHBOARD_VARIABLES_MAX), index = 0;
	struct dashboard *dashboard = loader->dashboard;
	const cJSON *item;

	load_leave(loader, inner);
	dashboard->variables = arena_array(&dashboard->arena, count ? count : 1, sizeof(*dashboard->variables));
	cJSON_ArrayForEach(item, loader->variables)
	{
		if (index >= count)
			break;
		inner = load_enter_item(loader, "list", index++);
		if (cJSON_IsObject(item))
			read_variable(loader, item, &dashboard->variables[dashboard->variable_count++]);
		else
			load_error(loader, NULL, "must be an object");
		load_leave(loader, inner);
	}
	load_leave(loader, mark);
}
