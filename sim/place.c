#include "sim/place.h"

#include <dirent.h>
#include <errno.h>
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

#define STATE_NAME   "state.json"
#define CONTROL_NAME "control"
#define STATE_LIMIT  (1024u * 1024)

/* A folder without a readable state file may belong to one that is just starting. */
#define START_MOST_MS (5 * CLOCK_MINUTE)

/* Where the folders may lie, best first; NULL when there is no such place. */
static char *base_folder(const struct world_kind *kind, unsigned choice)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *scratch = getenv("TMPDIR");

	if (choice)
		return mem_printf("%s/%s-%u", scratch && scratch[0] == '/' ? scratch : "/tmp", kind->program,
				  (unsigned)getuid());
	/* The variable may outlive the folder, as in a shell of another user. */
	return runtime && runtime[0] == '/' && !access(runtime, W_OK) ? path_join(runtime, kind->program) : NULL;
}

/* Anybody may have made a folder of that name where all may write. */
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

static char *make_base(const struct world_kind *kind, struct error *error)
{
	char *base = base_folder(kind, 0);

	if (!base)
		base = base_folder(kind, 1);
	if (mkdir(base, 0700) && errno != EEXIST)
		error_set(error, "%s: %s", base, strerror(errno));
	else if (!check_own(base, error))
		return base;
	free(base);
	return NULL;
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
		error_set(error, "%s: is not the state file of a simulated system", state);
	cJSON_Delete(json);
	strbuf_release(&text);
	return control;
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

/* A connected socket, or what is wrong as a negative number of errno. */
static int try_connect(const char *control)
{
	/* A stopped one with many callers waiting takes no more; it is there all the same. */
	const struct timeval patience = { .tv_sec = 2 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, number;

	if (strlen(control) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, control, strlen(control));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (!connect(fd, (const struct sockaddr *)&address, sizeof(address)))
		return fd;
	number = errno;
	close(fd);
	return -number;
}

int place_connect(const char *control, struct error *error)
{
	int fd = try_connect(control);

	if (fd < 0)
		error_set(error, "%s: %s", control, fd == -EAGAIN ? "timeout" : strerror(-fd));
	return fd < 0 ? -1 : fd;
}

/* The state file is there only while the socket is listened on. */
static bool is_abandoned(const char *folder, const char *state)
{
	char *control = place_read_control(state, NULL);
	struct stat status;
	int fd;

	if (!control)
		return !stat(folder, &status) &&
		       clock_wall_ms() - (int64_t)status.st_mtime * CLOCK_SECOND > START_MOST_MS;
	fd = try_connect(control);
	free(control);
	if (fd >= 0)
		close(fd);
	return fd == -ECONNREFUSED || fd == -ENOENT;
}

/* "colony-XXXXXX". */
static bool is_place(const struct world_kind *kind, const char *name)
{
	size_t length = strlen(kind->noun);

	return !strncmp(name, kind->noun, length) && name[length] == '-';
}

/* Calls `each` with the folder and state file of every system of the kind. */
static void walk(const struct world_kind *kind, const char *base,
		 void (*each)(const char *folder, const char *state, void *user), void *user)
{
	DIR *dir = opendir(base);
	const struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		char *folder, *state;

		if (!is_place(kind, entry->d_name))
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

int place_make(struct place *ret, const struct world_kind *kind, struct error *error)
{
	struct sockaddr_un address;
	struct place place = { 0 };
	char *base = make_base(kind, error);

	if (!base)
		return -1;
	walk(kind, base, sweep, NULL);
	place.folder = mem_printf("%s/%s-XXXXXX", base, kind->noun);
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

char *place_find(const struct world_kind *kind, const char *named, struct error *error)
{
	struct youngest youngest = { 0 };
	struct stat status;

	if (named && *named)
		return !stat(named, &status) && S_ISDIR(status.st_mode) ? path_join(named, STATE_NAME)
									: mem_strdup(named);
	for (unsigned choice = 0; choice < 2; choice++) {
		char *base = base_folder(kind, choice);

		if (base && !check_own(base, NULL))
			walk(kind, base, consider, &youngest);
		free(base);
	}
	if (!youngest.state)
		error_set(error, "no %s is running (%s starts one; %s names its state file)", kind->noun, kind->program,
			  kind->variable);
	return youngest.state;
}
