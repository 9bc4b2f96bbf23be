/* find, du, ss, journalctl, git: what lies on DRYAD's host, who listens there, and what was changed. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/shim_flags.h"
#include "sim/shim_tools.h"

/* ---- find ---- */

/* One backup: its path and its age. */
struct found {
	char path[96];
	double age_s;
};

struct finding {
	const struct shim *shim;
	const char *name;        /* pattern, or NULL */
	double newer_s, older_s; /* younger than, older than; 0: any */
	bool deletes;
	unsigned deleted;
};

/* "+30" or "-5", in units of so many seconds; find counts whole ones. */
static bool read_age(struct finding *finding, const char *text, double unit_s)
{
	double number;
	char *end;

	if (!text || (text[0] != '+' && text[0] != '-'))
		return false;
	number = strtod(text + 1, &end);
	if (text[0] == '+')
		finding->older_s = (number + 1) * unit_s;
	else
		finding->newer_s = number * unit_s;
	return !*end;
}

static int read_tests(struct finding *finding, size_t first)
{
	const struct shim *shim = finding->shim;

	for (size_t i = first; i < shim->count; i++) {
		const char *word = shim->words[i], *value = i + 1 < shim->count ? shim->words[i + 1] : NULL;

		if (!strcmp(word, "-print") || !strcmp(word, "-delete")) {
			finding->deletes |= word[1] == 'd';
			continue;
		}
		i++;
		if (!shim_one_of("-name -type -mtime -mmin -maxdepth", word))
			return shim_fail(shim, 1, "find: unknown predicate `%s'", word);
		if (!value)
			return shim_fail(shim, 1, "find: missing argument to `%s'", word);
		if (!strcmp(word, "-name"))
			finding->name = value;
		else if ((!strcmp(word, "-mtime") && !read_age(finding, value, 86400)) ||
			 (!strcmp(word, "-mmin") && !read_age(finding, value, 60)))
			return shim_fail(shim, 1, "find: invalid argument `%s' to `%s'", value, word);
	}
	return 0;
}

static void visit(struct finding *finding, const struct found *one)
{
	const char *slash = strrchr(one->path, '/'), *base = slash ? slash + 1 : one->path;

	if ((finding->name && fnmatch(finding->name, base, 0) != 0) ||
	    (finding->newer_s && one->age_s >= finding->newer_s) || (finding->older_s && one->age_s < finding->older_s))
		return;
	if (finding->deletes)
		finding->deleted++;
	else
		shim_say(finding->shim, "%s", one->path);
}

/* Archives lie in the folder itself, base backups each in a folder of its own below base/. */
static void visit_backups(struct finding *finding, const char *folder, const cJSON *backups)
{
	size_t length = strlen(folder);
	bool base = length > 5 && !strcmp(folder + length - 5, "/base");
	const cJSON *item;

	cJSON_ArrayForEach(item, backups)
	{
		const char *stamp = json_string(item, "stamp", "");
		struct found one = { .age_s = json_number(item, "ageSeconds", 0) };

		if (base)
			snprintf(one.path, sizeof(one.path), "%s/%.8s/base.tar.gz", folder, stamp);
		else
			snprintf(one.path, sizeof(one.path), "%s/DRYAD.AI_backup_%s.tar.gz", folder, stamp);
		visit(finding, &one);
	}
}

int shim_find(struct shim *shim)
{
	static const char folders[] = "backups ./backups backups/base ./backups/base /opt/dryad/backups "
				      "/opt/dryad/backups/base";
	struct finding finding = { .shim = shim };
	const char *folder = shim->count && shim->words[0][0] != '-' ? shim->words[0] : NULL;
	cJSON *answer;
	int status;

	if (!folder)
		return shim_fail(shim, 1, "find: only a folder of DRYAD's host is simulated");
	status = read_tests(&finding, 1);
	if (status)
		return status;
	if (!shim_one_of(folders, folder))
		return shim_fail(shim, 1, "find: '%s': No such file or directory", folder);
	answer = shim_ask(shim, SHIM_DRYAD, NULL, "backup", "list");
	if (!answer)
		return shim_no_dryad(shim);
	visit_backups(&finding, folder, json_get(answer, "backups"));
	cJSON_Delete(answer);
	return finding.deleted ? shim_do(shim, SHIM_DRYAD, NULL, (const char *const[]){ "disk", "clean", NULL }) : 0;
}

/* ---- du ---- */

static const struct shim_flag du_flags[] = {
	{ NULL, NULL, 'h', false }, { NULL, NULL, 's', false },       { NULL, NULL, 'x', false },
	{ NULL, NULL, 'a', false }, { NULL, "max-depth", 'd', true }, { NULL, NULL, 0, false },
};

static const struct shim_grammar du_grammar = { du_flags, MANNER_GETOPT, false, false };

int shim_du(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &du_grammar, "", 0, &arguments);
	const char *folder = shim_word(&arguments, 0) ? shim_word(&arguments, 0) : ".";
	cJSON *host = status ? NULL : shim_ask(shim, SHIM_DRYAD, NULL, "host");
	double used = json_number(host, "diskGb", 100) * json_number(host, "diskPercent", 40) / 100;

	if (!status && !host)
		status = shim_no_dryad(shim);
	if (!status && !shim_flag_is(&arguments, "s"))
		shim_say(shim, "%.0fG\t%s/backups\n%.0fG\t%s/logs\n%.0fG\t%s/data", used * 0.55, folder, used * 0.2,
			 folder, used * 0.15, folder);
	if (!status)
		shim_say(shim, "%.0fG\t%s", used * 0.9, folder);
	cJSON_Delete(host);
	shim_arguments_release(&arguments);
	return status;
}

/* ---- ss, journalctl ---- */

static const struct shim_flag machine_flags[] = {
	{ "ss", "listening", 'l', false },        { "ss", "tcp", 't', false },
	{ "ss", "numeric", 'n', false },          { "ss", "processes", 'p', false },
	{ "journalctl", "vacuum-size", 0, true }, { "journalctl", "vacuum-time", 0, true },
	{ "journalctl", "unit", 'u', true },      { "journalctl", "lines", 'n', true },
	{ "journalctl", "no-pager", 0, false },   { "journalctl", "since", 'S', true },
	{ "journalctl", "disk-usage", 0, false }, { NULL, NULL, 0, false },
};

static const struct shim_grammar machine_grammar = { machine_flags, MANNER_GETOPT, false, false };

int shim_ss(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &machine_grammar, "ss", 0, &arguments);

	if (!status)
		shim_say(shim, "State    Recv-Q   Send-Q   Local Address:Port    Peer Address:Port   Process\n"
			       "LISTEN   0        511            0.0.0.0:80           0.0.0.0:*       "
			       "users:((\"docker-proxy\",pid=2101,fd=4))\n"
			       "LISTEN   0        511            0.0.0.0:443          0.0.0.0:*       "
			       "users:((\"docker-proxy\",pid=2102,fd=4))\n"
			       "LISTEN   0        511            0.0.0.0:8001         0.0.0.0:*       "
			       "users:((\"docker-proxy\",pid=2103,fd=4))");
	shim_arguments_release(&arguments);
	return status;
}

int shim_journalctl(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &machine_grammar, "journalctl", 0, &arguments);

	if (status)
		;
	else if (shim_flag(&arguments, "vacuum-size") || shim_flag(&arguments, "vacuum-time"))
		status = shim_do(shim, SHIM_DRYAD,
				 "Vacuuming done, freed 3.4G of archived journals from "
				 "/var/log/journal.",
				 (const char *const[]){ "disk", "clean", NULL });
	else if (shim_flag_is(&arguments, "disk-usage"))
		shim_say(shim, "Archived and active journals take up 3.9G in the file system.");
	else
		shim_say(shim, "-- No entries --");
	shim_arguments_release(&arguments);
	return status;
}

/* ---- git ---- */

static const struct shim_flag git_flags[] = {
	{ "log", "max-count", 'n', true },  { "log", "format", 0, true },     { "log", "date", 0, true },
	{ "log", "oneline", 0, false },     { "log diff", "stat", 0, false }, { "status", "short", 's', false },
	{ "restore", "source", 's', true }, { NULL, NULL, 0, false },
};

static const struct shim_grammar git_grammar = { git_flags, MANNER_PFLAG, false, false };

/* The files of the deployment: what changed them last, and how they were. */
int shim_git(struct shim *shim)
{
	const char *what = shim->count ? shim->words[0] : "";
	struct shim_arguments arguments;
	int status;

	if (!shim_one_of("log diff status restore", what))
		return shim_fail(shim, 1, "git: '%s' is not a git command. See 'git --help'.", what);
	status = shim_flags_read(shim, &git_grammar, what, 1, &arguments);
	if (status)
		status = 129;
	else if (!strcmp(what, "restore") && !arguments.words.count && arguments.rest == shim->count)
		status = shim_fail(shim, 128, "fatal: you must specify path(s) to restore");
	else if (!strcmp(what, "restore") && shim_flag(&arguments, "source"))
		status = shim_do(shim, SHIM_DRYAD, NULL, (const char *const[]){ "config", "restore", NULL });
	else if (!strcmp(what, "log"))
		shim_say(shim, "3f9c1ab 2026-01-05 11:52:07 +0000 operator: rate limits\n"
			       "4741b2d 2026-01-02 09:14:51 +0000 operator: release 9.0.0");
	shim_arguments_release(&arguments);
	return status;
}
