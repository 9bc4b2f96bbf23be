#include "runbook/target_kubeconfig.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "config/yaml.h"
#include "runbook/target_environment.h"

#define FILES_MAX       16
#define NAMESPACE_BYTES 256u

#define NAMESPACE_FILE "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

struct kubeconfig {
	struct yaml_document files[FILES_MAX]; /* those that are there, in order */
	size_t count;
};

static const char *text_of(const struct yaml_node *node)
{
	return !yaml_is_null(node) && node->kind == YAML_SCALAR ? node->text : "";
}

/* The map `inner` ("cluster") of the entry of that name in list `list` ("clusters"); the first file wins. */
static const struct yaml_node *find_entry(const struct kubeconfig *config, const char *list, const char *name,
					  const char *inner)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct yaml_node *entries = yaml_get(config->files[i].root, list);

		if (!entries || entries->kind != YAML_SEQUENCE)
			continue;
		for (size_t k = 0; k < entries->count; k++)
			if (strcmp(text_of(yaml_get(entries->items[k], "name")), name) == 0)
				return yaml_get(entries->items[k], inner);
	}
	return NULL;
}

static const char *current_context(const struct kubeconfig *config)
{
	for (size_t i = 0; i < config->count; i++) {
		const char *name = text_of(yaml_get(config->files[i].root, "current-context"));

		if (*name)
			return name;
	}
	return "";
}

/* A file that is not there, or none at all such as /dev/null, says nothing, as kubectl sees it. */
static void read_file(struct kubeconfig *config, const char *path, struct run_target *ret, struct arena *arena)
{
	struct error_list errors;
	struct stat status;
	char words[ERROR_TEXT_MAX];

	if (config->count == FILES_MAX || (stat(path, &status) == 0 && S_ISCHR(status.st_mode)) || !path_exists(path))
		return;
	error_list_init(&errors);
	if (yaml_read(&config->files[config->count], path, &errors) == 0) {
		config->count++;
	} else if (!*ret->fault) {
		snprintf(words, sizeof(words), "%s: cannot be read", path);
		if (errors.count)
			fault_format(&errors.faults[0], words, sizeof(words));
		ret->fault = arena_strdup(arena, words);
	}
	error_list_release(&errors);
}

static void read_files(struct kubeconfig *config, const char *const *environment, struct run_target *ret,
		       struct arena *arena)
{
	const char *list = target_variable(environment, "KUBECONFIG"), *home = target_variable(environment, "HOME");

	if (!*list) {
		if (*home)
			read_file(config, arena_printf(arena, "%s/.kube/config", home), ret, arena);
		return;
	}
	for (const char *at = list; *at;) {
		size_t length = strcspn(at, ":");

		if (length)
			read_file(config, arena_strndup(arena, at, length), ret, arena);
		at += length + (at[length] == ':');
	}
}

static void take_context(struct run_target *ret, const struct kubeconfig *config, struct arena *arena)
{
	const char *name = current_context(config), *cluster;
	const struct yaml_node *context = find_entry(config, "contexts", name, "context");

	if (!*name)
		return;
	ret->context = arena_strdup(arena, name);
	if (!context) {
		if (!*ret->fault)
			ret->fault = arena_printf(arena, "no kubeconfig has the current context %s", name);
		return;
	}
	cluster = text_of(yaml_get(context, "cluster"));
	ret->cluster = arena_strdup(arena, cluster);
	ret->name_space = arena_strdup(arena, text_of(yaml_get(context, "namespace")));
	ret->server = target_url(text_of(yaml_get(find_entry(config, "clusters", cluster, "cluster"), "server")), false,
				 arena);
}

/* Where kubectl runs within a pod and has no configuration. */
static void take_pod(struct run_target *ret, const char *const *environment, struct arena *arena)
{
	const char *host = target_variable(environment, "KUBERNETES_SERVICE_HOST");
	const char *port = target_variable(environment, "KUBERNETES_SERVICE_PORT");
	struct strbuf text = STRBUF_INIT;

	if (!*host || !*port || path_read(NAMESPACE_FILE, NAMESPACE_BYTES, &text, NULL) < 0) {
		strbuf_release(&text);
		return;
	}
	strbuf_truncate(&text, strcspn(text.text, " \n"));
	ret->context = ret->cluster = "in-cluster";
	ret->name_space = arena_strdup(arena, text.text);
	ret->server = arena_printf(arena, strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s", host, port);
	strbuf_release(&text);
}

void target_read_kubeconfig(struct run_target *ret, const char *const *environment, struct arena *arena)
{
	struct kubeconfig config = { .count = 0 };

	read_files(&config, environment, ret, arena);
	take_context(ret, &config, arena);
	if (!*ret->context && !config.count && !*ret->fault)
		take_pod(ret, environment, arena);
	for (size_t i = 0; i < config.count; i++)
		yaml_document_release(&config.files[i]);
}
