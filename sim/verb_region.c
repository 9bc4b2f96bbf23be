#include <stdlib.h>
#include <string.h>

#include "sim/verb.h"

/*
 * What an operator says of the regions and of what stands by: rows of one
 * table. Once names, traffic and the database have all been given to the other
 * region, and pods run there, the failover is done; once names and traffic
 * have been given back, the way home.
 */

enum { POD_START_MS = 12 * 1000 };

static const struct setting {
	const char *name, *key; /* as it is set, and as it is told */
	size_t offset;
	double most;
} settings[] = {
	{ "dr-replicas", "drReplicas", offsetof(struct cluster, dr_replicas), 10 },
	{ "dr-database", "drDatabase", offsetof(struct cluster, dr_database), 1 },
	{ "dr-names", "drNames", offsetof(struct cluster, dr_names), 1 },
	{ "dr-traffic", "drTraffic", offsetof(struct cluster, dr_traffic), 1 },
	{ "dr-mode", "drMode", offsetof(struct cluster, dr_mode), 1 },
	{ "declared", "declared", offsetof(struct cluster, declared), 1 },
	{ "tracker", "tracker", offsetof(struct cluster, tracker), 1 },
	{ "standby-replicas", "standbyReplicas", offsetof(struct cluster, standby_replicas), 3 },
	{ "scaler-least", "scalerLeast", offsetof(struct cluster, scaler_least), 100 },
	{ "scaler-most", "scalerMost", offsetof(struct cluster, scaler_most), 100 },
};

enum { SETTING_COUNT = sizeof(settings) / sizeof(*settings) };

static double *value_of(struct cluster *cluster, const struct setting *setting)
{
	return (double *)(void *)((char *)cluster + setting->offset);
}

/* How many of the pods that stand by have come up. */
static double ready(const struct colony *colony, double replicas, int64_t since_ms)
{
	return replicas > 0 && colony->now_ms - since_ms >= POD_START_MS ? replicas : 0;
}

static double standby_ready(const struct colony *colony)
{
	if (colony->common[STRAIN_STANDBY] > 0)
		return 0;
	return ready(colony, colony->cluster.standby_replicas, colony->cluster.standby_since_ms);
}

bool colony_standby_serves(const struct colony *colony)
{
	return standby_ready(colony) > 0;
}

bool colony_other_region_serves(const struct colony *colony)
{
	return ready(colony, colony->cluster.dr_replicas, colony->cluster.dr_since_ms) > 0;
}

static void take_over(struct colony *colony, const char *region, const char *remedy)
{
	colony_move_region(colony, region, TAKE_OVER_MS);
	faults_remedy(colony, remedy, faults_all_instances(colony));
}

static void settle(struct colony *colony)
{
	const struct cluster *cluster = &colony->cluster;
	bool away = strcmp(colony->settings.region, "us-west-2") == 0;

	if (!away && cluster->dr_names > 0 && cluster->dr_traffic > 0 && cluster->dr_database > 0 &&
	    cluster->dr_replicas > 0)
		take_over(colony, "us-west-2", "failover");
	else if (away && !(cluster->dr_names > 0) && !(cluster->dr_traffic > 0))
		take_over(colony, "us-east-1", "failback");
}

static const struct setting *setting_named(const char *word, const char **ret_value)
{
	size_t length = strcspn(word, "=");

	for (size_t i = 0; i < SETTING_COUNT; i++) {
		if (strlen(settings[i].name) == length && strncmp(settings[i].name, word, length) == 0 &&
		    word[length] == '=') {
			*ret_value = word + length + 1;
			return &settings[i];
		}
	}
	return NULL;
}

static int set_one(struct verb_call *call, const char *word)
{
	struct cluster *cluster = &call->colony->cluster;
	const char *text = "";
	const struct setting *setting = setting_named(word, &text);
	char *end;
	double value, *place;

	if (setting == NULL)
		return reply_fail(call->reply, "no setting '%s' (NAME=NUMBER; cluster status lists them)", word);
	value = strtod(text, &end);
	if (*text == '\0' || *end != '\0' || !(value >= 0 && value <= setting->most))
		return reply_fail(call->reply, "%s: how many? (0 to %.0f)", setting->name, setting->most);
	place = value_of(cluster, setting);
	if (place == &cluster->dr_replicas && *place != value)
		cluster->dr_since_ms = call->colony->now_ms;
	if (place == &cluster->standby_replicas && *place != value)
		cluster->standby_since_ms = call->colony->now_ms;
	*place = value;
	return 0;
}

int verb_cluster_set(struct verb_call *call)
{
	if (call->count == 0)
		return reply_fail(call->reply, "set what? (NAME=NUMBER)");
	for (size_t i = 0; i < call->count; i++)
		if (set_one(call, call->arguments[i]) != 0)
			return 1;
	settle(call->colony);
	if (call->colony->cluster.standby_replicas > 0)
		faults_remedy(call->colony, "standby start", faults_all_instances(call->colony));
	reply_say(call->reply, "set");
	return 0;
}

static int set_standby(struct verb_call *call, double replicas)
{
	struct cluster *cluster = &call->colony->cluster;

	if (cluster->standby_replicas != replicas)
		cluster->standby_since_ms = call->colony->now_ms;
	cluster->standby_replicas = replicas;
	return 0;
}

int verb_standby_start(struct verb_call *call)
{
	faults_remedy(call->colony, "standby start", faults_all_instances(call->colony));
	reply_say(call->reply, "the standby starts");
	return set_standby(call, 1);
}

int verb_standby_stop(struct verb_call *call)
{
	reply_say(call->reply, "the standby stops");
	return set_standby(call, 0);
}

static char *object_named(struct cluster *cluster, const char *name)
{
	for (size_t i = 0; i < CLUSTER_OBJECTS_MAX; i++)
		if (strcmp(cluster->objects[i], name) == 0)
			return cluster->objects[i];
	return NULL;
}

int verb_cluster_keep(struct verb_call *call)
{
	const char *name = call->count > 0 ? call->arguments[0] : "";
	char *place = object_named(&call->colony->cluster, name);

	if (*name == '\0' || strlen(name) >= CLUSTER_OBJECT_SIZE)
		return reply_fail(call->reply, "keep what? (KIND/NAMESPACE/NAME, at most %d bytes)",
				  CLUSTER_OBJECT_SIZE - 1);
	reply_bool(call->reply, "there", place != NULL);
	if (place == NULL)
		place = object_named(&call->colony->cluster, "");
	if (place == NULL)
		return reply_fail(call->reply, "there is room for %d objects", CLUSTER_OBJECTS_MAX);
	memcpy(place, name, strlen(name) + 1);
	return 0;
}

int verb_cluster_drop(struct verb_call *call)
{
	char *place = call->count > 0 ? object_named(&call->colony->cluster, call->arguments[0]) : NULL;

	if (place == NULL || *place == '\0')
		return reply_fail(call->reply, "there is none of that name");
	*place = '\0';
	reply_say(call->reply, "dropped");
	return 0;
}

static void add_objects(struct verb_call *call)
{
	reply_list(call->reply, "objects");
	for (size_t i = 0; i < CLUSTER_OBJECTS_MAX; i++) {
		if (call->colony->cluster.objects[i][0] == '\0')
			continue;
		reply_row(call->reply);
		reply_text(call->reply, "object", call->colony->cluster.objects[i]);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
}

static void add_instances(struct verb_call *call)
{
	const struct colony *colony = call->colony;

	reply_list(call->reply, "instances");
	for (unsigned i = 0; i < colony->instance_count; i++) {
		const struct instance *instance = &colony->instances[i];
		bool off = instance->phase == PHASE_OFF;

		reply_row(call->reply);
		reply_number(call->reply, "instance", instance->number, 0);
		reply_text(call->reply, "status", verb_instance_state(instance));
		reply_bool(call->reply, "updating",
			   !off && (instance->restart_ms != 0 || instance->phase == PHASE_STARTING));
		reply_number(call->reply, "memoryGb", instance->held.resident_bytes / (1 << 30), 2);
		reply_number(call->reply, "cores", instance->cores, 2);
		reply_number(call->reply, "uptimeS", (double)(colony->stepped_ms - instance->start_ms) / 1000, 0);
		reply_number(call->reply, "memoryKills", instance->kills, 0);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
}

static void add_services(struct verb_call *call)
{
	const struct colony *colony = call->colony;

	reply_list(call->reply, "services");
	for (size_t i = SERVICE_COLONY + 1; i < SERVICE_COUNT; i++) {
		enum colony_service service = (enum colony_service)i;

		reply_row(call->reply);
		reply_text(call->reply, "service", colony_service_name(service));
		reply_text(call->reply, "status", dependency_serves(colony, service) ? "up" : "down");
		reply_bool(call->reply, "failing",
			   !dependency_serves(colony, service) && colony->dependencies[i].phase != PHASE_UP &&
				   colony->active_faults > 0);
		reply_bool(call->reply, "reached", dependency_reached(colony, &colony->instances[0], service));
		reply_number(call->reply, "uptimeS",
			     (double)(colony->stepped_ms - colony->dependencies[i].start_ms) / 1000, 0);
		reply_row_end(call->reply);
	}
	reply_list_end(call->reply);
}

int verb_cluster_status(struct verb_call *call)
{
	struct colony *colony = call->colony;
	struct cluster *cluster = &colony->cluster;

	reply_text(call->reply, "region", colony->settings.region);
	reply_bool(call->reply, "networkOpen", colony->settings.network_open);
	reply_number(call->reply, "congestionMs", VERB_MEAN(call, congestion_s) * 1000, 1);
	reply_bool(call->reply, "databaseUp", !(colony->common[STRAIN_DATABASE] > 0));
	reply_number(call->reply, "memoryLimitGib", colony->settings.memory_limit_bytes / (1 << 30), 0);
	for (size_t i = 0; i < SETTING_COUNT; i++)
		reply_number(call->reply, settings[i].key, *value_of(cluster, &settings[i]), 0);
	reply_number(call->reply, "drReady", ready(colony, cluster->dr_replicas, cluster->dr_since_ms), 0);
	reply_number(call->reply, "drUptimeS", (double)(colony->now_ms - cluster->dr_since_ms) / 1000, 0);
	reply_number(call->reply, "standbyReady", standby_ready(colony), 0);
	reply_number(call->reply, "standbyUptimeS", (double)(colony->now_ms - cluster->standby_since_ms) / 1000, 0);
	reply_number(call->reply, "uptimeS", (double)(colony->now_ms - colony->start_ms) / 1000, 0);
	add_instances(call);
	add_services(call);
	add_objects(call);
	return 0;
}
