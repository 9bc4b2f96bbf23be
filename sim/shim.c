#include "sim/shim.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/shim_tools.h"

/* clang-format off */
static const struct shim_tool tools[] = {
	/* the colony's cluster, and what runs in it */
	{ "kubectl", shim_kubectl },
	{ "npm", shim_npm },
	/* DRYAD's host */
	{ "docker", shim_docker },
	{ "docker-compose", shim_compose },
	{ "psql", shim_psql },
	{ "pg_dump", shim_pg_dump },
	{ "pg_restore", shim_pg_restore },
	{ "pg_isready", shim_pg_isready },
	{ "pg_basebackup", shim_pg_basebackup },
	{ "redis-cli", shim_redis_cli },
	{ "alembic", shim_alembic },
	{ "python3", shim_python },
	{ "python", shim_python },
	{ "backup.sh", shim_script },
	{ "restore.sh", shim_script },
	{ "generate-ssl-certs.sh", shim_script },
	{ "setup-letsencrypt.sh", shim_script },
	{ "openssl", shim_openssl },
	{ "certbot", shim_certbot },
	{ "nginx", shim_nginx },
	{ "iptables", shim_iptables },
	{ "systemctl", shim_systemctl },
	{ "crontab", shim_crontab },
	{ "git", shim_git },
	{ "journalctl", shim_journalctl },
	{ "ss", shim_ss },
	{ "find", shim_find },
	{ "du", shim_du },
	/* both */
	{ "curl", shim_curl },
	{ "ping", shim_ping },
	{ "iostat", shim_iostat },
	{ "df", shim_df },
	{ "free", shim_free },
	{ "ps", shim_ps },
	{ "pkill", shim_pkill },
	{ "date", shim_date },
	{ NULL, NULL },
};
/* clang-format on */

const struct shim_tool *shim_tools(void)
{
	return tools;
}

int shim_run(struct shim *shim)
{
	for (const struct shim_tool *tool = tools; tool->name; tool++)
		if (strcmp(tool->name, shim->tool) == 0)
			return tool->run(shim);
	return shim_fail(shim, 127, "%s: command not found", shim->tool);
}

int shim_run_inside(const struct shim *shim, size_t first, bool inside)
{
	struct shim inner = *shim;
	const char *slash = strrchr(shim->words[first], '/');

	inner.tool = slash ? slash + 1 : shim->words[first];
	inner.words = shim->words + first + 1;
	inner.count = shim->count - first - 1;
	inner.inside = inside;
	return shim_run(&inner);
}

int shim_fail(const struct shim *shim, int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_vaddf(shim->fault, format, args);
	va_end(args);
	strbuf_addch(shim->fault, '\n');
	return status;
}

void shim_say(const struct shim *shim, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_vaddf(shim->out, format, args);
	va_end(args);
	strbuf_addch(shim->out, '\n');
}

cJSON *shim_ask_words(const struct shim *shim, enum shim_system system, const char *const *words, size_t count,
		      int *ret_status)
{
	struct control_answer answer;
	cJSON *json;

	if (shim->link->ask(shim->link->user, system, words, count, true, &answer, NULL) < 0)
		return NULL;
	json = json_parse(answer.output.text, answer.output.length, "answer", NULL);
	if (ret_status)
		*ret_status = answer.status;
	control_answer_release(&answer);
	return json ? json : cJSON_CreateObject();
}

int shim_tell(const struct shim *shim, enum shim_system system, const char *const *words, size_t count)
{
	struct control_answer answer;
	int status;

	if (shim->link->ask(shim->link->user, system, words, count, false, &answer, NULL) < 0)
		return -1;
	/* A failure is told on the standard error, as programs do. */
	if (strncmp(answer.output.text, "error: ", 7) == 0)
		strbuf_add(shim->fault, answer.output.text, answer.output.length);
	else
		strbuf_add(shim->out, answer.output.text, answer.output.length);
	if (answer.error.length)
		shim_fail(shim, 1, "error: %s", answer.error.text);
	status = answer.status;
	control_answer_release(&answer);
	return status;
}

const char *shim_reason(const cJSON *answer, const char *fallback)
{
	return json_string(answer, "error", json_string(answer, "message", fallback));
}

void shim_pause(const struct shim *shim, int64_t ms)
{
	shim_flush(shim);
	shim->link->pause(shim->link->user, ms);
}

void shim_flush(const struct shim *shim)
{
	shim->link->flush(shim->link->user, shim->out, shim->fault);
}

void shim_age(double seconds, char *ret, size_t size)
{
	long whole = seconds > 0 ? (long)seconds : 0;

	if (whole < 120)
		snprintf(ret, size, "%lds", whole);
	else if (whole < 600 && whole % 60)
		snprintf(ret, size, "%ldm%lds", whole / 60, whole % 60);
	else if (whole < 10800)
		snprintf(ret, size, "%ldm", whole / 60);
	else if (whole < 172800)
		snprintf(ret, size, "%ldh", whole / 3600);
	else
		snprintf(ret, size, "%ldd", whole / 86400);
}
