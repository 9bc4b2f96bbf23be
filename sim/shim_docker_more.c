/* docker: what is known of images, containers, networks and volumes; a container of its own for one command. */
#include <stdio.h>
#include <string.h>

#include "sim/shim_docker.h"
#include "sim/shim_table.h"
#include "sim/shim_tools.h"

/* ---- images ---- */

bool docker_has_version(const struct shim *shim, const char *version)
{
	cJSON *answer = shim_ask(shim, SHIM_DRYAD, NULL, "images");
	const cJSON *item;
	bool found = false;

	cJSON_ArrayForEach(item, json_get(answer, "images"))
	{
		found |= !strcmp(json_string(item, "version", ""), version);
	}
	cJSON_Delete(answer);
	return found;
}

int docker_images(struct docker *call)
{
	const char *repository = shim_word(&call->arguments, 1), *format = shim_flag(&call->arguments, "format");
	cJSON *answer = shim_ask(call->shim, SHIM_DRYAD, NULL, "images");
	struct shim_table table = { 0 };
	const cJSON *item;

	if (!answer)
		return shim_no_dryad(call->shim);
	shim_table_row(&table, "REPOSITORY", "TAG", "IMAGE ID", "SIZE");
	cJSON_ArrayForEach(item, json_get(answer, "images"))
	{
		const char *version = json_string(item, "version", "");

		if (repository && strcmp(repository, "dryad-api") != 0)
			continue;
		if (format && strstr(format, ".Tag"))
			shim_say(call->shim, "%s", version);
		shim_table_row(&table, "dryad-api", version, json_string(item, "build", ""), "1.52GB");
	}
	if (!format)
		shim_table_print(&table, call->shim->out);
	shim_table_release(&table);
	cJSON_Delete(answer);
	return 0;
}

/* ---- containers ---- */

static void add_container(const struct container *container, const cJSON *states, cJSON *ret)
{
	cJSON *object = cJSON_CreateObject(), *state, *config;
	const char *word = "Up";
	const cJSON *item;
	bool running;

	cJSON_ArrayForEach(item, states)
	{
		if (docker_container(json_string(item, "name", "")) == container && json_int(item, "instance", 0) == 0)
			word = json_string(item, "state", word);
	}
	running = strncmp(word, "Up", 2) == 0;
	cJSON_AddStringToObject(object, "Name", container->name);
	state = cJSON_AddObjectToObject(object, "State");
	cJSON_AddStringToObject(state, "Status",
				running                       ? "running"
				: !strcmp(word, "Restarting") ? "restarting"
							      : "exited");
	cJSON_AddBoolToObject(state, "Running", running);
	cJSON_AddBoolToObject(state, "OOMKilled", false);
	cJSON_AddNumberToObject(state, "ExitCode", running ? 0 : 1);
	config = cJSON_AddObjectToObject(object, "Config");
	cJSON_AddStringToObject(config, "Image", container->image);
	cJSON_AddNumberToObject(object, "RestartCount", 0);
	cJSON_AddItemToArray(ret, object);
}

int docker_inspect(struct docker *call)
{
	cJSON *answer = shim_ask(call->shim, SHIM_DRYAD, NULL, "ps"), *list = cJSON_CreateArray();
	const char *missing = NULL;
	char *text;
	int status = 0;

	for (size_t i = 1; answer && i < call->arguments.words.count; i++) {
		const struct container *container = docker_container(call->arguments.words.items[i]);

		if (container)
			add_container(container, json_get(answer, "containers"), list);
		else
			missing = call->arguments.words.items[i];
	}
	text = cJSON_PrintUnformatted(list);
	if (!answer)
		status = shim_no_dryad(call->shim);
	else if (call->arguments.words.count < 2)
		status = shim_fail(call->shim, 1, "\"docker inspect\" requires at least 1 argument.");
	else
		shim_say(call->shim, "%s", text);
	if (missing)
		status = shim_fail(call->shim, 1, "Error: No such object: %s", missing);
	cJSON_free(text);
	cJSON_Delete(list);
	cJSON_Delete(answer);
	return status;
}

/* What was written in a container since it was made. */
int docker_diff(struct docker *call)
{
	const char *name = shim_word(&call->arguments, 1);

	if (!name || !docker_container(name))
		return docker_no_container(call->shim, name ? name : "");
	shim_say(call->shim, "C /tmp\nC /app\nC /app/__pycache__");
	return 0;
}

/* Only what stands beside the system may go: a demo's own containers stay. */
int docker_remove(struct docker *call)
{
	const char *name = shim_word(&call->arguments, 1);

	if (!name || !docker_container(name))
		return docker_no_container(call->shim, name ? name : "");
	if (strcmp(name, "dryad-postgres-pitr") != 0 && shim_flag_is(&call->arguments, "force"))
		return shim_fail(call->shim, 1, "docker: a container of the simulation itself is not removed");
	if (strcmp(name, "dryad-postgres-pitr") != 0)
		return shim_fail(call->shim, 1,
				 "Error response from daemon: cannot remove container \"/%s\": container is running: "
				 "stop the container before removing or force remove",
				 name);
	shim_say(call->shim, "%s", name);
	return 0;
}

int docker_volume(struct docker *call)
{
	const char *what = shim_word(&call->arguments, 1), *name = shim_word(&call->arguments, 2);

	if (!what || !shim_one_of("ls rm", what))
		return shim_fail(call->shim, 1, "docker: 'volume %s' is not a docker command.", what ? what : "");
	if (!strcmp(what, "ls"))
		shim_say(call->shim, "DRIVER    VOLUME NAME\nlocal     dryad-pgdata\nlocal     dryad-chroma");
	else if (!name || strcmp(name, "dryad-pitr") != 0)
		return shim_fail(call->shim, 1, "Error response from daemon: get %s: no such volume", name ? name : "");
	else
		shim_say(call->shim, "%s", name);
	return 0;
}

/* A container for one command, on volumes that a demo has not; or one that stays, whose id is said. */
int docker_run(struct docker *call)
{
	const char *image = shim_word(&call->arguments, 0);

	if (!image)
		return shim_fail(call->shim, 125, "\"docker run\" requires at least 1 argument.");
	if (!shim_one_of("postgres postgres:16 redis:7 dryad-api", image))
		return shim_fail(call->shim, 125,
				 "Unable to find image '%s' locally\ndocker: Error response from daemon: pull access "
				 "denied for %s.",
				 image, image);
	if (shim_flag_is(&call->arguments, "detach"))
		shim_say(call->shim, "8d1f6c0e2a7b");
	return 0;
}

/* ---- networks ---- */

static void show_network(const struct shim *shim, const char *network, bool inside)
{
	static const char *const others[] = { "dryad-nginx", "dryad-postgres", "dryad-redis", "dryad-chromadb",
					      "dryad-ollama" };

	strbuf_addf(shim->out, "[{\"Name\":\"%s\",\"Driver\":\"bridge\",\"Containers\":{", network);
	if (inside)
		strbuf_addstr(shim->out, "\"0a1\":{\"Name\":\"dryad-api\"},");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		strbuf_addf(shim->out, "%s\"1b%zu\":{\"Name\":\"%s\"}", i ? "," : "", i, others[i]);
	shim_say(shim, "}}]");
}

/* The backend is out of its network while no provider at all is reached. */
static bool is_connected(const struct shim *shim)
{
	cJSON *answer = shim_ask(shim, SHIM_DRYAD, NULL, "providers");
	const cJSON *item;
	bool reached = false;

	cJSON_ArrayForEach(item, json_get(answer, "providers"))
	{
		reached |= json_bool(item, "up", false);
	}
	cJSON_Delete(answer);
	return reached;
}

int docker_network(struct docker *call)
{
	const char *what = shim_word(&call->arguments, 1), *network = shim_word(&call->arguments, 2),
		   *name = shim_word(&call->arguments, 3);

	if (!what || !shim_one_of("connect disconnect inspect ls", what))
		return shim_fail(call->shim, 1, "docker: 'network %s' is not a docker command.", what ? what : "");
	if (!strcmp(what, "ls")) {
		shim_say(call->shim, "NETWORK ID     NAME            DRIVER    SCOPE\n5c1e0f2d9a44   dryad-network   "
				     "bridge    local");
		return 0;
	}
	if (!network || strcmp(network, "dryad-network") != 0)
		return shim_fail(call->shim, 1, "Error response from daemon: network %s not found",
				 network ? network : "");
	if (!strcmp(what, "inspect")) {
		show_network(call->shim, network, is_connected(call->shim));
		return 0;
	}
	if (!name || !docker_container(name))
		return docker_no_container(call->shim, name ? name : "");
	/* A demo's containers are not cut off by hand: that is a fault's. */
	if (!strcmp(what, "disconnect"))
		return 0;
	if (is_connected(call->shim))
		return shim_fail(call->shim, 1,
				 "Error response from daemon: endpoint with name %s already exists in network %s", name,
				 network);
	return shim_do(call->shim, SHIM_DRYAD, NULL, (const char *const[]){ "network", "restore", NULL });
}

/* ---- compose config ---- */

/* Variables that are missing are warned of, as compose does, and it goes on. */
int docker_config(struct docker *call)
{
	cJSON *answer = shim_ask(call->shim, SHIM_DRYAD, NULL, "env", "check");
	const cJSON *item;

	if (!answer)
		return shim_no_dryad(call->shim);
	cJSON_ArrayForEach(item, json_get(answer, "missing"))
	{
		shim_fail(call->shim, 0, "WARN[0000] The \"%s\" variable is not set. Defaulting to a blank string.",
			  json_string(item, "name", ""));
	}
	cJSON_Delete(answer);
	if (shim_flag_is(&call->arguments, "images"))
		shim_say(call->shim, "dryad-api:9.0.0\nnginx:1.25\npostgres:16\nredis:7");
	else if (!shim_flag_is(&call->arguments, "quiet"))
		shim_say(call->shim, "name: dryad\nservices:\n  dryad-api:\n    image: dryad-api:${DRYAD_VERSION:?}\n"
				     "  nginx:\n    container_name: dryad-nginx\n    image: nginx:1.25");
	return 0;
}
