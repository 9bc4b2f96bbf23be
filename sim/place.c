#include "sim/place.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/json.h"

#define FOLDER_BEGINS "colony-"
#define STATE_NAME    "state.json"
#define CONTROL_NAME  "control"
#define STATE_LIMIT   (1024u * 1024)

/* A folder without a readable state file may belong to a colony that is just starting. */
#define START_MOST_MS (5 * CLOCK_MINUTE)

static char *base_folder(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (runtime && runtime[0] == '/')
		return path_join(runtime, "skep-colony");
	return mem_printf("/tmp/skep-colony-%u", (unsigned)getuid());
}

/* Anybody may have made a folder of that name in /tmp. */
static int check_own(const char *folder, struct error *error)
{
	struct stat status;

	if (lstat(folder, &status))
		return error_set(error, "%s: %s", folder, strerror(errno));
	if (!S_ISDIR(status.st_mode))
		return error_set(error, "%s: is not a directory", folder);
	if (status.st_uid != getuid() || (status.st_mode & 077))
		return error_set(error, "%s: others may write or read there (it must be yours, mode 0700)", folder);
	return 0;
}

static char *make_base(struct error *error)
{
	char *base = base_folder();

	if ((mkdir(base, 0700) && errno != EEXIST) || check_own(base, error)) {
		if (access(base, F_OK))
			error_set(error, "%s: %s", base, strerror(errno));
		free(base);
		return NULL;
	}
	return base;
}

static cJSON *read_state(const char *state)
{
	struct strbuf text = STRBUF_INIT;
	cJSON *json = NULL;

	if (!path_read(state, STATE_LIMIT, &text, NULL))
		json = json_parse(text.text, text.length, state, NULL);
	strbuf_release(&text);
	return json;
}

static void remove_folder(const char *folder)
{
	static const char *const names[] = { STATE_NAME, CONTROL_NAME };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = path_join(folder, names[i]);

		unlink(path);
		free(path);
	}
	rmdir(folder);
}

static bool is_abandoned(const char *folder, const char *state)
{
	cJSON *json = read_state(state);
	int pid = json_int(json, "pid", 0);
	struct stat status;

	cJSON_Delete(json);
	if (pid > 0)
		return kill(pid, 0) && errno == ESRCH;
	return !stat(folder, &status) && clock_wall_ms() - (int64_t)status.st_mtime * 1000 > START_MOST_MS;
}

/* Calls `each` with every colony's folder and state file. */
static void walk(const char *base, void (*each)(const char *folder, const char *state, void *user), void *user)
{
	DIR *dir = opendir(base);
	const struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		char *folder, *state;

		if (strncmp(entry->d_name, FOLDER_BEGINS, strlen(FOLDER_BEGINS)))
			continue;
		folder = path_join(base, entry->d_name);
		state = path_join(folder, STATE_NAME);
		each(folder, state, user);
		free(folder);
		free(state);
	}
	closedir(dir);
}

static void sweep(const char *folder, const char *state, void *user)
{
	(void)user;
	if (is_abandoned(folder, state))
		remove_folder(folder);
}

int place_make(struct place *ret, struct error *error)
{
	struct sockaddr_un address;
	struct place place = { 0 };
	char *base = make_base(error);

	if (!base)
		return -1;
	walk(base, sweep, NULL);
	place.folder = mem_printf("%s/" FOLDER_BEGINS "XXXXXX", base);
	free(base);
	if (!mkdtemp(place.folder)) {
		error_set(error, "%s: %s", place.folder, strerror(errno));
		free(place.folder);
		return -1;
	}
	place.state = path_join(place.folder, STATE_NAME);
	place.control = path_join(place.folder, CONTROL_NAME);
	if (strlen(place.control) >= sizeof(address.sun_path)) {
		error_set(error, "%s: too long for a socket's name (at most %zu bytes)", place.control,
			  sizeof(address.sun_path) - 1);
		place_remove(&place);
		return -1;
	}
	*ret = place;
	return 0;
}

void place_remove(struct place *place)
{
	if (place->folder)
		remove_folder(place->folder);
	free(place->folder);
	free(place->state);
	free(place->control);
	memset(place, 0, sizeof(*place));
}

int place_connect(const char *control, struct error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(control) >= sizeof(address.sun_path))
		return error_set(error, "%s: too long for a socket's name", control);
	memcpy(address.sun_path, control, strlen(control));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return error_set(error, "cannot make a socket: %s", strerror(errno));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address))) {
		error_set(error, "%s: %s", control, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

char *place_read_control(const char *state, struct error *error)
{
	struct strbuf text = STRBUF_INIT;
	char *control = NULL;
	cJSON *json;

	if (path_read(state, STATE_LIMIT, &text, error))
		return NULL;
	json = json_parse(text.text, text.length, state, NULL);
	if (*json_string(json, "control", ""))
		control = mem_strdup(json_string(json, "control", ""));
	else
		error_set(error, "%s: is not the state file of a colony", state);
	cJSON_Delete(json);
	strbuf_release(&text);
	return control;
}

static bool answers(const char *state)
{
	char *control = place_read_control(state, NULL);
	int fd = control ? place_connect(control, NULL) : -1;

	free(control);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

struct youngest {
	char *state;
	struct timespec when;
};

static void consider(const char *folder, const char *state, void *user)
{
	struct youngest *youngest = user;
	struct stat status;

	(void)folder;
	if (stat(state, &status))
		return;
	if (youngest->state &&
	    (status.st_ctim.tv_sec < youngest->when.tv_sec ||
	     (status.st_ctim.tv_sec == youngest->when.tv_sec && status.st_ctim.tv_nsec <= youngest->when.tv_nsec)))
		return;
	if (!answers(state))
		return;
	free(youngest->state);
	youngest->state = mem_strdup(state);
	youngest->when = status.st_ctim;
}

char *place_find(const char *named, struct error *error)
{
	struct youngest youngest = { 0 };
	struct stat status;
	char *base;

	if (named && *named)
		return !stat(named, &status) && S_ISDIR(status.st_mode) ? path_join(named, STATE_NAME)
									: mem_strdup(named);
	base = base_folder();
	if (!check_own(base, NULL))
		walk(base, consider, &youngest);
	free(base);
	if (!youngest.state)
		error_set(error, "no colony is running (skep-colony starts one; SKEP_COLONY names its state file)");
	return youngest.state;
}
