#include <fnmatch.h>
#include <string.h>

#include "base/strbuf.h"
#include "runbook/tier_call.h"

/* Options that take the next word, of programs whose subcommand may stand behind them. */
static const struct {
	const char *program, *flags;
} valued[] = {
	{ "kubectl", "-n --namespace --context --kubeconfig -s --server --as --as-group --cluster --user --token "
		     "--request-timeout -l --selector -c --container --certificate-authority -o --output -f --filename "
		     "--field-selector --sort-by --tail --since -v --for --timeout" },
	{ "oc", "-n --namespace --context --kubeconfig -s --server --as --as-group --cluster --user --token "
		"--request-timeout -l --selector -c --container -o --output -f --filename --field-selector --sort-by "
		"--tail --since -v --for --timeout" },
	{ "helm", "-n --namespace --kube-context --kubeconfig -o --output -f --values --set --version" },
	{ "docker", "-c --context --env-file --profile --project-name --project-directory -H --host -l --log-level "
		    "--config -f --filter --format --tail --since" },
	{ "podman", "-c --connection --url --log-level -f --filter --format --tail --since" },
	{ "docker-compose", "-f --file -p --project-name --profile --env-file" },
	{ "git", "-C -c --git-dir --work-tree" },
	{ "aws", "--region --profile --output --endpoint-url --query --ca-bundle" },
	{ "gcloud", "--project --account --format --zone --region" },
	{ "az", "--subscription -o --output --query -g --resource-group" },
	{ "systemctl", "-H --host -M --machine -p --property -n --lines -o --output -t --type --state" },
	{ "redis-cli", "-h -p -s -a -u -n --user --pass -r -i --cacert --cert --key" },
	{ "npm", "--prefix -C -w --workspace --loglevel" },
	{ "ip", "-n -netns -family -f" },
	{ "ceph", "-c --conf -n --name -i --id -f --format --cluster --connect-timeout -k --keyring -m" },
	{ "rbd", "-p --pool -c --conf -n --name --id --cluster --format" },
	{ "promtool", "--web.config.file --http.config.file" },
	{ "amtool", "--alertmanager.url --config.file" },
	{ "terraform", "" },
	{ "crictl", "-r --runtime-endpoint -i --image-endpoint -t --timeout -c --config" },
	{ "vault", "-address -namespace -format" },
	{ "etcdctl", "--endpoints --cacert --cert --key --user -w --write-out --command-timeout" },
	{ "argocd", "--server --auth-token -o --output" },
	{ "velero", "-n --namespace --kubeconfig --kubecontext -o --output" },
	{ "virsh", "-c --connect" },
	{ "ovs-appctl", "-t --target -T --timeout" },
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Is `word` one of the words of `list`? */
static bool is_listed(const char *list, const char *word, size_t length)
{
	for (const char *at = list; *at;) {
		size_t item = strcspn(at, " ");

		if (item == length && memcmp(at, word, length) == 0)
			return true;
		at += item + (at[item] == ' ');
	}
	return false;
}

static const char *valued_of(const char *program)
{
	for (size_t i = 0; i < sizeof(valued) / sizeof(valued[0]); i++) {
		if (strcmp(valued[i].program, program) == 0)
			return valued[i].flags;
	}
	return "";
}

void tier_operands(const struct shell_call *call, struct tier_operands *ret)
{
	const char *flags = call->count ? valued_of(base_name(call->words[0])) : "";

	ret->count = 0;
	for (size_t i = 0; i < call->count && ret->count < TIER_OPERANDS_MAX; i++) {
		const char *word = call->words[i];

		/* Behind it npm's scripts have their words; other programs' subcommands stand before it. */
		if (i && strcmp(word, "--") == 0 && ret->count > 1 && strcmp(ret->words[0], "npm") != 0)
			return;
		if (i && word[0] == '-' && word[1]) {
			i += is_listed(flags, word, strlen(word));
			continue;
		}
		ret->indexes[ret->count] = i;
		ret->words[ret->count++] = i ? word : base_name(word);
	}
}

size_t tier_matches(const struct tier_operands *operands, const char *pattern)
{
	size_t count = 0, program;
	int flags;

	/* Most rows are of other programs: the first letter tells. */
	if (!operands->count || (*operands->words[0] != *pattern && !strchr(" *\\", *pattern)))
		return 0;
	program = strcspn(pattern, " *\\");
	if (strncmp(operands->words[0], pattern, program) != 0)
		return 0;
	/* Redis' commands have no case. */
	flags = strncmp(pattern, "redis-cli", 9) == 0 ? FNM_CASEFOLD : 0;
	for (const char *at = pattern; *at; count++) {
		char item[64];
		size_t length = strcspn(at, " ");

		if (count >= operands->count || length >= sizeof(item))
			return 0;
		memcpy(item, at, length);
		item[length] = '\0';
		if (fnmatch(item, operands->words[count], flags) != 0)
			return 0;
		at += length + (at[length] == ' ');
	}
	return count;
}

const char *tier_title(const struct tier_operands *operands, size_t count, struct arena *arena)
{
	struct strbuf buf = STRBUF_INIT;
	const char *title;

	for (size_t i = 0; i < count && i < operands->count; i++) {
		if (i)
			strbuf_addch(&buf, ' ');
		strbuf_addstr(&buf, operands->words[i]);
	}
	title = arena_strndup(arena, buf.text, buf.length);
	strbuf_release(&buf);
	return title;
}

static bool is_flag(const char *word, const char *flag, size_t length, bool exact)
{
	if (strncmp(word, flag, length) == 0 && (!word[length] || word[length] == '='))
		return strcmp(word + length, "=false") != 0;
	/* -tf and -100f hold -f; what follows '=' or a later digit is a value. */
	if (word[0] == '-')
		word += strspn(word + 1, "0123456789");
	return !exact && length == 2 && flag[1] != '-' && word[1] != '-' &&
	       memchr(word + 1, flag[1], strcspn(word + 1, "=/.:0123456789")) != NULL;
}

const char *tier_flag(const struct shell_call *call, const char *flags, bool exact)
{
	for (size_t i = 1; flags && i < call->count; i++) {
		const char *word = call->words[i];

		for (const char *at = flags; word[0] == '-' && *at;) {
			size_t length = strcspn(at, " ");

			if (is_flag(word, at, length, exact))
				return at;
			at += length + (at[length] == ' ');
		}
		if (strcmp(word, "--") == 0)
			break;
	}
	return NULL;
}

bool tier_is_unknown(const char *word)
{
	return word[0] == '$' || word[0] == '`';
}

bool tier_is_harmful_variable(const char *name)
{
	static const char *const names[] = {
		"PATH",
		"IFS",
		"ENV",
		"BASH_ENV",
		"SHELLOPTS",
		"BASHOPTS",
		"PROMPT_COMMAND",
		"PS4",
		"CDPATH",
		"PAGER",
		"GIT_PAGER",
		"MANPAGER",
		"EDITOR",
		"VISUAL",
		"KUBE_EDITOR",
		"LESSOPEN",
		"LESSCLOSE",
		"NODE_OPTIONS",
		"PYTHONPATH",
		"PYTHONSTARTUP",
		"PERL5OPT",
		"PERL5LIB",
		"RUBYOPT",
		"RUBYLIB",
		"JAVA_TOOL_OPTIONS",
		"GIT_SSH",
		"GIT_SSH_COMMAND",
		"GIT_EXTERNAL_DIFF",
		"KUBECTL_EXTERNAL_DIFF",
		"KUBECONFIG",
		"DOCKER_HOST",
		"DOCKER_CONTEXT",
		"SSH_ASKPASS",
		"AWS_PROFILE",
		"HOME",
		"OPENSSL_CONF",
		"HTTP_PROXY",
		"http_proxy",
		"https_proxy",
		"HTTPS_PROXY",
	};

	if (strncmp(name, "LD_", 3) == 0 || strncmp(name, "DYLD_", 5) == 0 || strncmp(name, "GIT_CONFIG", 10) == 0)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}
