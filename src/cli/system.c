#include "cli/system.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "config/yaml.h"

const char *const system_environments[] = { "none", "production", "staging", "drill", "demo", NULL };

#define AT(member) .offset = offsetof(struct system, member)
const struct option system_options[] = {
	{ "system", 0, OPTION_STRING, AT(name), .value_name = "NAME", .help = "short name of the system" },
	{ "title", 0, OPTION_STRING, AT(title), .value_name = "TEXT", .help = "name shown in the banner" },
	{ "environment", 0, OPTION_CHOICE, AT(environment), .fallback = "none", .choices = system_environments,
	  .help = "colours the banner" },
	{ "target", 0, OPTION_STRING, AT(target), .value_name = "TEXT",
	  .help = "the real target, as the banner shows it: prod-cluster/production" },
	{ "prometheus", 0, OPTION_NODE, AT(prometheus_node), .help = "the Prometheus-compatible server" },
	{ "collect", 0, OPTION_NODE, AT(collect_node), .help = "what skep reads itself, into its own store" },
	{ "profile", 0, OPTION_STRING, AT(profile), .value_name = "NAME",
	  .help = "which of the profiles is used, unless --profile says another" },
	{ "profiles", 0, OPTION_NODE, AT(profiles_node),
	  .help = "what differs between applications of one name: collect, variables, labels of each" },
	{ "store", 0, OPTION_NODE, AT(store_node), .help = "how much the local store holds" },
	{ "labels", 0, OPTION_STRINGS, AT(labels), .value_name = "LABEL -> LOCAL",
	  .help = "what the server's labels are called in the local store: name -> name, or name=value -> name=value" },
	{ "datasources", 0, OPTION_PAIRS, AT(datasources), .value_name = "PATTERN=ENGINE",
	  .help = "which engine answers for a data source: prometheus, embedded or auto" },
	{ "dashboards", 0, OPTION_STRINGS, AT(dashboards), .value_name = "FILE",
	  .help = "Grafana dashboards, relative to this file" },
	{ "variables", 0, OPTION_PAIRS, AT(variables), .value_name = "NAME=VALUE", .help = "dashboard variables" },
	{ "alertmanager", 0, OPTION_NODE, AT(alertmanager_node), .help = "the Alertmanager" },
	{ "grafana", 0, OPTION_STRING, AT(grafana), .value_name = "URL",
	  .help = "the Grafana that has the same dashboards: for links to copy, never asked" },
	{ "rules", 0, OPTION_STRINGS, AT(rules), .value_name = "FILE",
	  .help = "Prometheus rule files that skep evaluates, relative to this file" },
	{ "rules-interval", 0, OPTION_DURATION, AT(rules_interval_ms), .fallback = "1m", .minimum = 1000,
	  .maximum = 86400000, .help = "how often groups without an interval are evaluated" },
	{ "escalation", 0, OPTION_STRING, AT(escalation), .value_name = "FILE",
	  .help = "the escalation policy, relative to this file" },
	{ "state", 0, OPTION_STRING, AT(state), .value_name = "FOLDER",
	  .help = "where journal and clocks are kept, relative to this file (default: the user's state folder)" },
	{ "runbooks", 0, OPTION_STRINGS, AT(runbooks), .value_name = "FOLDER",
	  .help = "folders of Markdown runbooks, relative to this file" },
	{ "map", 0, OPTION_NODE, AT(map_node),
	  .help = "the system as a picture: a section with parts:, or a file that holds one" },
	{ "slos", 0, OPTION_NODE, AT(slos_node),
	  .help = "what is promised: a section with objectives:, or a file that holds one" },
	{ "changes", 0, OPTION_NODE, AT(changes_node),
	  .help = "what counts as a deploy, a new configuration, a restart" },
	{ "steps", 0, OPTION_NODE, AT(steps_node),
	  .help = "where steps of runbooks run: environment, only, directory" },
	{ "scrape-interval", 0, OPTION_DURATION, AT(scrape_interval_ms), .fallback = "15s", .minimum = 1000,
	  .maximum = 3600000, .help = "how often the server scrapes; the smallest useful step" },
	{ "max-data-points", 0, OPTION_INT, AT(max_data_points), .fallback = "500", .minimum = 10, .maximum = 11000,
	  .help = "points asked for a series where a panel does not say" },
	{ 0 },
};
#undef AT

#define AT(member) .offset = offsetof(struct system_prometheus, member)
const struct option system_prometheus_options[] = {
	{ "url", 0, OPTION_STRING, AT(url), .value_name = "URL", .help = "base address, with its path prefix" },
	{ "timeout", 0, OPTION_DURATION, AT(timeout_ms), .fallback = "5s", .minimum = 100, .maximum = 300000,
	  .help = "longest wait for an answer" },
	HTTP_OPTION_ROWS(offsetof(struct system_prometheus, access)),
	{ "limit-bytes", 0, OPTION_INT, AT(limit_bytes), .fallback = "67108864", .minimum = 1000, .maximum = 1e9,
	  .help = "largest answer read" },
	{ "limit-series", 0, OPTION_INT, AT(limit_series), .fallback = "20000", .minimum = 1, .maximum = 1e6,
	  .help = "most series in an answer" },
	{ "limit-points", 0, OPTION_INT, AT(limit_points), .fallback = "5000000", .minimum = 1, .maximum = 1e8,
	  .help = "most points in an answer" },
	{ 0 },
};
#undef AT

#define AT(member) .offset = offsetof(struct system_alertmanager, member)
const struct option system_alertmanager_options[] = {
	{ "url", 0, OPTION_STRING, AT(url), .value_name = "URL", .help = "base address, with its path prefix" },
	{ "timeout", 0, OPTION_DURATION, AT(timeout_ms), .fallback = "5s", .minimum = 100, .maximum = 300000,
	  .help = "longest wait for an answer" },
	{ "interval", 0, OPTION_DURATION, AT(interval_ms), .fallback = "5s", .minimum = 1000, .maximum = 3600000,
	  .help = "how often its alerts and silences are read" },
	HTTP_OPTION_ROWS(offsetof(struct system_alertmanager, access)),
	{ 0 },
};
#undef AT

#define AT(member) .offset = offsetof(struct system_store, member)
const struct option system_store_options[] = {
	{ "raw", 0, OPTION_DURATION, AT(raw_ms), .fallback = "6h30m", .minimum = 600000, .maximum = 604800000,
	  .help = "how long every sample is kept: six hours, and the windows at their beginning" },
	{ "keep", 0, OPTION_DURATION, AT(keep_ms), .fallback = "35d", .minimum = 3600000, .maximum = 3.2e10,
	  .help = "how long thinned history is kept, one bucket in ten minutes" },
	{ "series", 0, OPTION_INT, AT(series), .fallback = "200000", .minimum = 100, .maximum = 1e7,
	  .help = "most series; more are refused" },
	{ "samples", 0, OPTION_INT, AT(samples), .fallback = "60000000", .minimum = 10000, .maximum = 1e10,
	  .help = "most raw samples; beyond it the oldest go" },
	{ "buckets", 0, OPTION_INT, AT(buckets), .fallback = "10000000", .minimum = 1000, .maximum = 1e9,
	  .help = "most thinned buckets; beyond it the oldest go" },
	{ 0 },
};
#undef AT

void system_init(struct system *system)
{
	memset(system, 0, sizeof(*system));
	arena_init(&system->arena);
	option_defaults(system_options, system, &system->arena);
	option_defaults(system_prometheus_options, &system->prometheus, &system->arena);
	option_defaults(system_alertmanager_options, &system->alertmanager, &system->arena);
	option_defaults(system_store_options, &system->store, &system->arena);
	change_rules_init(&system->changes, &system->arena);
}

void system_release(struct system *system)
{
	arena_release(&system->arena);
}

static void make_relative(struct system *system, const char **path, const char *folder)
{
	char *joined;

	if (!*path)
		return;
	joined = path_join(folder, *path);
	*path = arena_strdup(&system->arena, joined);
	free(joined);
}

static void make_list_relative(struct system *system, struct option_strings *list, const struct option_strings *before,
			       const char *folder)
{
	for (size_t i = 0; list->items != before->items && i < list->count; i++)
		make_relative(system, &list->items[i], folder);
}

/* Paths are relative to the file that names them; those an earlier file set are left as they are. */
static void resolve_paths(struct system *system, const struct system *before, const char *folder)
{
	http_options_make_relative(&system->prometheus.access, &before->prometheus.access, folder, &system->arena);
	http_options_make_relative(&system->alertmanager.access, &before->alertmanager.access, folder, &system->arena);
	make_list_relative(system, &system->dashboards, &before->dashboards, folder);
	make_list_relative(system, &system->rules, &before->rules, folder);
	make_list_relative(system, &system->runbooks, &before->runbooks, folder);
	if (system->escalation != before->escalation)
		make_relative(system, &system->escalation, folder);
	if (system->state != before->state)
		make_relative(system, &system->state, folder);
}

/* Maps merge: what an earlier file said comes first, so that the later one wins. */
static void merge_pairs(struct option_strings *now, const struct option_strings *before, struct arena *arena)
{
	const char **items;

	if (now->items == before->items || !before->count)
		return;
	items = arena_array(arena, before->count + now->count, sizeof(*items));
	memcpy(items, before->items, before->count * sizeof(*items));
	memcpy(items + before->count, now->items, now->count * sizeof(*items));
	now->items = items;
	now->count += before->count;
}

static void check_datasources(const struct system *system, const struct yaml_node *root, const char *path,
			      struct error_list *errors)
{
	static const char *const engines[] = { "prometheus", "embedded", "auto" };
	const struct yaml_node *node = yaml_get(root, "datasources");

	for (size_t i = 0; node && i < system->datasources.count; i++) {
		const char *pair = system->datasources.items[i], *equals = strrchr(pair, '=');
		bool known = false;

		for (size_t j = 0; equals && j < sizeof(engines) / sizeof(engines[0]); j++)
			known |= strcmp(equals + 1, engines[j]) == 0;
		if (!known)
			error_list_add(errors, FAULT_ERROR, path, node->key_line, node->key_column, NULL,
				       "datasources: '%s' names no engine (prometheus, embedded, auto)", pair);
	}
}

/* The part of `text` up to `length` without blanks around it. */
static const char *trimmed(const char *text, size_t length, struct arena *arena)
{
	while (length && *text == ' ') {
		text++;
		length--;
	}
	while (length && text[length - 1] == ' ')
		length--;
	return arena_strndup(arena, text, length);
}

static bool read_label(const char *text, size_t length, struct arena *arena, const char **ret_name,
		       const char **ret_value)
{
	const char *equals = memchr(text, '=', length);

	*ret_name = trimmed(text, equals ? (size_t)(equals - text) : length, arena);
	*ret_value = equals ? trimmed(equals + 1, length - (size_t)(equals + 1 - text), arena) : NULL;
	return **ret_name && (!*ret_value || **ret_value);
}

bool system_label_read(const char *text, struct arena *arena, struct system_label *ret)
{
	const char *arrow = strstr(text, "->");

	return arrow && read_label(text, (size_t)(arrow - text), arena, &ret->name, &ret->value) &&
	       read_label(arrow + 2, strlen(arrow + 2), arena, &ret->local_name, &ret->local_value) &&
	       !ret->value == !ret->local_value;
}

static void check_labels(struct system *system, const struct yaml_node *root, const char *path,
			 struct error_list *errors)
{
	const struct yaml_node *node = yaml_get(root, "labels");
	struct system_label label;

	for (size_t i = 0; node && i < system->labels.count; i++)
		if (!system_label_read(system->labels.items[i], &system->arena, &label))
			error_list_add(errors, FAULT_ERROR, path, node->key_line, node->key_column, NULL,
				       "labels: '%s' maps no label (name -> name, or name=value -> name=value)",
				       system->labels.items[i]);
}

/* Map and objectives are replaced as a whole by those of a later file. */
static void read_map(struct system *system, const char *path, const char *folder, struct error_list *errors)
{
	const struct yaml_node *node = system->map_node;

	if (!node)
		return;
	system->map_file = node->kind == YAML_SCALAR ? arena_strdup(&system->arena, node->text) : NULL;
	make_relative(system, &system->map_file, folder);
	map_read(&system->map, node, path, folder, &system->arena, errors);
}

static void read_slos(struct system *system, const char *path, const char *folder, struct error_list *errors)
{
	const struct yaml_node *node = system->slos_node;

	if (!node)
		return;
	system->slos_file = node->kind == YAML_SCALAR ? arena_strdup(&system->arena, node->text) : NULL;
	make_relative(system, &system->slos_file, folder);
	slo_file_read(&system->slos, node, path, folder, &system->arena, errors);
}

/* The sections that have tables of their own. */
static void read_sections(struct system *system, const struct yaml_node *root, const char *path, const char *folder,
			  struct error_list *errors)
{
	system->prometheus_node = system->collect_node = system->store_node = NULL;
	system->map_node = system->changes_node = system->profiles_node = NULL;
	system->alertmanager_node = system->slos_node = system->steps_node = NULL;
	option_read_yaml(system_options, system, root, path, &system->arena, errors);
	if (system->prometheus_node)
		option_read_yaml(system_prometheus_options, &system->prometheus, system->prometheus_node, path,
				 &system->arena, errors);
	if (system->alertmanager_node)
		option_read_yaml(system_alertmanager_options, &system->alertmanager, system->alertmanager_node, path,
				 &system->arena, errors);
	if (system->store_node)
		option_read_yaml(system_store_options, &system->store, system->store_node, path, &system->arena,
				 errors);
	if (system->collect_node)
		collect_read(&system->collect, system->collect_node, path, folder, &system->arena, errors);
	system_profiles_read(system, system->profiles_node, path, folder, errors);
	system_profile_check(system, yaml_get(root, "profile"), path, errors);
	read_map(system, path, folder, errors);
	read_slos(system, path, folder, errors);
	system_steps_read(&system->steps, system->steps_node, path, folder, &system->arena, errors);
	change_rules_read(&system->changes, system->changes_node, path, &system->arena, errors);
	check_datasources(system, root, path, errors);
	check_labels(system, root, path, errors);
	system->prometheus_node = system->collect_node = system->store_node = NULL;
	system->map_node = system->changes_node = system->profiles_node = NULL;
	system->alertmanager_node = system->slos_node = system->steps_node = NULL;
}

int system_read(struct system *system, const char *path, struct error_list *errors)
{
	struct yaml_document document;
	struct system before = *system;
	size_t errors_before = errors->errors;
	char *folder;

	if (yaml_read(&document, path, errors) < 0)
		return -1;
	folder = path_folder(path);
	if (!document.root) {
		error_list_add(errors, FAULT_ERROR, path, 1, 1, NULL,
			       "the file is empty (a mapping with system: is expected)");
	} else {
		read_sections(system, document.root, path, folder, errors);
	}
	resolve_paths(system, &before, folder);
	merge_pairs(&system->variables, &before.variables, &system->arena);
	merge_pairs(&system->datasources, &before.datasources, &system->arena);
	free(folder);
	yaml_document_release(&document);
	return errors->errors > errors_before ? -1 : 0;
}

static bool is_path(const char *name)
{
	size_t length = strlen(name);

	return strchr(name, '/') || (length > 5 && strcmp(name + length - 5, ".yaml") == 0) ||
	       (length > 4 && strcmp(name + length - 4, ".yml") == 0);
}

/* The first that exists of the user's, the host's and the shipped definition; NULL when there is none. */
static char *locate(const char *name)
{
	char *relative = mem_printf("systems/%s/system.yaml", name);
	char *path = path_user(PATH_CONFIG, relative);

	if (!path || !path_exists(path)) {
		free(path);
		path = path_join("/etc/skep", relative);
	}
	if (!path_exists(path)) {
		free(path);
		path = path_data(relative);
	}
	free(relative);
	return path;
}

int system_find(struct system *system, const char *name, struct error_list *errors)
{
	char *path, *file, *overlay;
	int result;

	if (is_path(name))
		return system_read(system, name, errors);
	path = locate(name);
	if (!path)
		return error_list_add(errors, FAULT_ERROR, NULL, 0, 0, NULL,
				      "no system '%s' (looked for systems/%s/system.yaml in the configuration folder, "
				      "/etc/skep and the data folder)",
				      name, name);
	result = system_read(system, path, errors);
	free(path);
	file = mem_printf("%s.yaml", name);
	overlay = path_user(PATH_CONFIG, file);
	if (result == 0 && overlay && path_exists(overlay))
		result = system_read(system, overlay, errors);
	free(overlay);
	free(file);
	return result;
}

int system_find_shipped(struct system *system, const char *name, struct error_list *errors)
{
	char *relative = mem_printf("systems/%s/system.yaml", name), *path = path_data(relative);
	int result = path ? system_read(system, path, errors)
			  : error_list_add(errors, FAULT_ERROR, NULL, 0, 0, NULL, "%s is not among the data files",
					   relative);

	free(path);
	free(relative);
	return result;
}

struct prometheus_config system_engine(const struct system *system, struct arena *arena)
{
	const struct system_prometheus *from = &system->prometheus;

	return (struct prometheus_config){
		.url = from->url,
		.timeout_ms = from->timeout_ms,
		.access = http_options_access(&from->access, NULL, arena),
		.limits = { (size_t)from->limit_bytes, (size_t)from->limit_series, (size_t)from->limit_points },
	};
}

bool system_has_store(const struct system *system)
{
	return system->collect.count || (system->runbooks.count && !system->prometheus.url);
}

struct store_limits system_store_limits(const struct system *system)
{
	const struct system_store *from = &system->store;

	return (struct store_limits){ .series = (size_t)from->series,
				      .samples = (size_t)from->samples,
				      .buckets = (size_t)from->buckets,
				      .raw_ms = from->raw_ms,
				      .keep_ms = from->keep_ms };
}
