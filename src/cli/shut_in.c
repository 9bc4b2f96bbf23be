#include "cli/shut_in.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

const char *const shut_in_tools[] = {
	"kubectl",
	"npm",
	"docker",
	"docker-compose",
	"psql",
	"pg_dump",
	"pg_restore",
	"pg_isready",
	"pg_basebackup",
	"redis-cli",
	"alembic",
	"python3",
	"python",
	"openssl",
	"certbot",
	"nginx",
	"iptables",
	"systemctl",
	"crontab",
	"git",
	"journalctl",
	"ss",
	"find",
	"du",
	"curl",
	"ping",
	"iostat",
	"df",
	"free",
	"ps",
	"pkill",
	"date",
	"backup.sh",
	"restore.sh",
	"generate-ssl-certs.sh",
	"setup-letsencrypt.sh",
	NULL,
};

/*
 * A shell, since a step is one; what reads and writes its own streams; what
 * waits. Not here: what deletes, moves or changes files (rm, mv, cp, chmod, dd,
 * tee, touch), what runs other programs by its own rules (find, xargs, env,
 * nohup, su, sudo), what reaches other machines (ssh, nc, wget), what ends or
 * stops processes (kill is the shell's own and needs none), and what sets the
 * machine's state (mount, hostname). date, find and git are the simulation's, which reach nothing else.
 */
const char *const shut_in_programs[] = {
	"bash",   "sh",    "cat",    "grep",   "egrep",     "fgrep",   "sed",  "awk",  "head",  "tail",
	"sort",   "uniq",  "wc",     "cut",    "tr",        "tac",     "rev",  "nl",   "paste", "join",
	"comm",   "diff",  "fold",   "column", "seq",       "jq",      "echo", "true", "false", "test",
	"[",      "expr",  "printf", "sleep",  "basename",  "dirname", "ls",   "stat", "pwd",   "id",
	"whoami", "uname", "base64", "od",     "sha256sum", "md5sum",  NULL,
};

/* Of the person's own environment; a '*' at the end stands for any rest. */
static const char *const kept[] = { "TERM", "LANG", "LC_*", "USER", "LOGNAME", "TZ", NULL };

/* Where the system's own programs are: not where a person's PATH may find others of the same name. */
static const char *const program_folders[] = { "/usr/bin", "/bin", "/usr/local/bin", NULL };

static int link_in(const char *bin, const char *name, const char *target, struct error *error)
{
	char *path = path_join(bin, name);
	int result = 0;

	if (symlink(target, path) < 0 && errno != EEXIST)
		result = error_set(error, "%s: %s", path, strerror(errno));
	free(path);
	return result;
}

/* One that is not installed is not there. */
static int link_program(const char *bin, const char *name, struct error *error)
{
	for (size_t i = 0; program_folders[i]; i++) {
		char *path = path_join(program_folders[i], name);
		int result = 1;

		if (access(path, X_OK) == 0)
			result = link_in(bin, name, path, error);
		free(path);
		if (result <= 0)
			return result;
	}
	return 0;
}

static int fill(const char *bin, const char *shim, struct error *error)
{
	char whole[PATH_MAX];

	if (shim && !realpath(shim, whole))
		return error_set(error, "%s: %s", shim, strerror(errno));
	for (size_t i = 0; shim && shut_in_tools[i]; i++)
		if (link_in(bin, shut_in_tools[i], whole, error) < 0)
			return -1;
	for (size_t i = 0; shut_in_programs[i]; i++)
		if (link_program(bin, shut_in_programs[i], error) < 0)
			return -1;
	return 0;
}

/* What DRYAD is started with; there is no secret in a simulation. */
static const char settings[] = "DRYAD_VERSION=9.0.0\n"
			       "DATABASE_URL=postgresql://dryad@dryad-postgres:5432/dryad_db\n"
			       "REDIS_URL=redis://dryad-redis:6379/0\n"
			       "LLM_PROVIDER=ollama\n"
			       "OPENAI_API_KEY=simulated\n"
			       "ANTHROPIC_API_KEY=simulated\n";

static int make_settings(const char *home, struct error *error)
{
	char *path = path_join(home, ".env.production");
	int result = path_write(path, settings, sizeof(settings) - 1, error);

	free(path);
	return result;
}

/* DRYAD's scripts lie in a folder: what is there hands over to the tool of that name. */
static int make_scripts(const char *home, struct error *error)
{
	char *folder = path_join(home, "scripts");
	int result = mkdir(folder, 0700) < 0 ? error_set(error, "%s: %s", folder, strerror(errno)) : 0;

	for (size_t i = 0; !result && shut_in_tools[i]; i++) {
		size_t length = strlen(shut_in_tools[i]);
		char *path, *text;

		if (length < 3 || strcmp(shut_in_tools[i] + length - 3, ".sh") != 0)
			continue;
		path = path_join(folder, shut_in_tools[i]);
		text = mem_printf("exec %s \"$@\"\n", shut_in_tools[i]);
		result = path_write(path, text, strlen(text), error);
		free(text);
		free(path);
	}
	free(folder);
	return result;
}

int shut_in_make(const char *folder, const char *shim, const char *logs, struct error *error)
{
	char *bin = path_join(folder, "bin"), *home = path_join(folder, "home"),
	     *config = path_join(folder, "kubeconfig");
	int result = -1;

	if (mkdir(bin, 0700) < 0 || mkdir(home, 0700) < 0)
		error_set(error, "%s: %s", folder, strerror(errno));
	else if (path_write(config, "", 0, error) == 0 && fill(bin, shim, error) == 0)
		result = logs && (link_in(home, "logs", logs, error) < 0 || make_scripts(home, error) < 0 ||
				  make_settings(home, error) < 0)
				 ? -1
				 : 0;
	free(config);
	free(home);
	free(bin);
	return result;
}

static bool is_kept(const char *entry)
{
	/* A name that no shell could give has no business here. */
	if (entry[strspn(entry, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")] != '=')
		return false;
	for (size_t i = 0; kept[i]; i++) {
		size_t length = strcspn(kept[i], "*");

		if (strncmp(entry, kept[i], length) == 0 && (kept[i][length] == '*' || entry[length] == '='))
			return true;
	}
	return false;
}

static void add_variable(struct strbuf *yaml, const char *name, const char *value)
{
	strbuf_addf(yaml, "    %s: ", name);
	strbuf_add_json(yaml, value);
	strbuf_addch(yaml, '\n');
}

static void add_path(struct strbuf *yaml, const char *name, const char *folder, const char *part)
{
	char *path = path_join(folder, part);

	add_variable(yaml, name, path);
	free(path);
}

void shut_in_add_section(struct strbuf *yaml, const char *folder, const char *variable, const char *value)
{
	char *home = path_join(folder, "home");

	strbuf_addstr(yaml, "steps:\n  only: true\n  directory: ");
	strbuf_add_json(yaml, home);
	strbuf_addstr(yaml, "\n  environment:\n");
	add_path(yaml, "PATH", folder, "bin");
	add_variable(yaml, "HOME", home);
	add_path(yaml, "KUBECONFIG", folder, "kubeconfig");
	/* Nobody listens there, and nobody can. */
	add_variable(yaml, "DOCKER_HOST", "unix:///nonexistent");
	add_variable(yaml, variable, value);
	for (char **entry = environ; entry && *entry; entry++) {
		char *name = is_kept(*entry) ? mem_strndup(*entry, strcspn(*entry, "=")) : NULL;

		if (name)
			add_variable(yaml, name, strchr(*entry, '=') + 1);
		free(name);
	}
	free(home);
}
