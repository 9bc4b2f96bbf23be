/* openssl, certbot, nginx, iptables, systemctl, crontab, python: the care of DRYAD's host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sim/shim_flags.h"
#include "sim/shim_tools.h"

/* clang-format off */
static const struct shim_flag flags[] = {
	{ NULL, "help", 0, false },
	/* openssl */
	{ "x509 req s_client verify", "in", 0, true }, { "x509 req", "noout", 0, false }, { "x509", "dates", 0, false },
	{ "x509", "enddate", 0, false }, { "x509", "startdate", 0, false }, { "x509", "subject", 0, false }, { "x509", "issuer", 0, false },
	{ "x509", "checkend", 0, true }, { "s_client", "connect", 0, true }, { "s_client", "servername", 0, true },
	{ "req", "x509", 0, false }, { "req", "nodes", 0, false }, { "req", "noenc", 0, false }, { "req", "newkey", 0, true },
	{ "req", "keyout", 0, true }, { "req", "out", 0, true }, { "req", "days", 0, true }, { "req", "subj", 0, true },
	{ "rand", "hex", 0, false }, { "rand", "base64", 0, false },
	/* certbot */
	{ "certbot", "quiet", 'q', false }, { "certbot", "force-renewal", 0, false }, { "certbot", "dry-run", 0, false },
	{ "certbot", "cert-name", 0, true }, { "certbot", "non-interactive", 'n', false }, { "certbot", "nginx", 0, false },
	/* nginx */
	{ "nginx", NULL, 't', false }, { "nginx", NULL, 's', true }, { "nginx", NULL, 'v', false }, { "nginx", NULL, 'c', true },
	/* iptables */
	{ "iptables", "append", 'A', true }, { "iptables", "insert", 'I', true }, { "iptables", "delete", 'D', true },
	{ "iptables", "list", 'L', false }, { "iptables", "source", 's', true }, { "iptables", "jump", 'j', true },
	{ "iptables", "protocol", 'p', true }, { "iptables", "dport", 0, true }, { "iptables", "numeric", 'n', false },
	{ "iptables", "verbose", 'v', false }, { "iptables", "line-numbers", 0, false },
	/* systemctl */
	{ "systemctl", "no-pager", 0, false }, { "systemctl", "now", 0, false }, { "systemctl", "quiet", 'q', false },
	{ "systemctl", "lines", 'n', true }, { "systemctl", "full", 'l', false }, { "systemctl", "all", 'a', false }, { "systemctl", "user", 0, false },
	/* crontab */
	{ "crontab", NULL, 'l', false }, { "crontab", NULL, 'u', true },
	{ NULL, NULL, 0, false },
};
/* clang-format on */

static const struct shim_grammar grammar = { flags, MANNER_GETOPT, false, false };
static const struct shim_grammar of_openssl = { flags, MANNER_GETOPT, false, true };

/* ---- openssl ---- */

/* "Nov 22 12:00:00 2026 GMT" */
static void add_date(const struct shim *shim, const char *name, int64_t at_ms)
{
	char text[40];

	time_format(at_ms, "%b %e %H:%M:%S %Y GMT", text, sizeof(text));
	shim_say(shim, "%s=%s", name, text);
}

static int show_certificate(const struct shim *shim, const struct shim_arguments *arguments)
{
	cJSON *certificate = shim_ask(shim, SHIM_DRYAD, NULL, "certificate", "show");
	const char *within = shim_flag(arguments, "checkend");
	int64_t end_ms = 0, now_ms = shim->link->now_ms(shim->link->user);
	int status = 0;

	if (!certificate)
		return shim_no_dryad(shim);
	time_parse(json_string(certificate, "notAfter", ""), now_ms, &end_ms, NULL);
	if (shim_flag_is(arguments, "subject"))
		shim_say(shim, "subject=CN = dryad.example.com");
	if (shim_flag_is(arguments, "issuer"))
		shim_say(shim, "issuer=C = US, O = Let's Encrypt, CN = R11");
	if (shim_flag_is(arguments, "dates") || shim_flag_is(arguments, "startdate"))
		add_date(shim, "notBefore", end_ms - 90 * CLOCK_DAY);
	if (shim_flag_is(arguments, "dates") || shim_flag_is(arguments, "enddate"))
		add_date(shim, "notAfter", end_ms);
	if (within) {
		status = end_ms - now_ms <= strtoll(within, NULL, 10) * 1000;
		shim_say(shim, status ? "Certificate will expire" : "Certificate will not expire");
	}
	cJSON_Delete(certificate);
	return status;
}

int shim_openssl(struct shim *shim)
{
	const char *what = shim->count ? shim->words[0] : "";
	struct shim_arguments arguments;
	struct strbuf input = STRBUF_INIT;
	int status;

	if (!shim_one_of("x509 s_client req rand version verify", what))
		return shim_fail(shim, 1, "Invalid command '%s'; type \"help\" for a list.", what);
	status = shim_flags_read(shim, &of_openssl, what, 1, &arguments);
	if (status) {
		;
	} else if (!strcmp(what, "x509")) {
		if (!shim_flag(&arguments, "in"))
			shim->link->input(shim->link->user, &input);
		status = show_certificate(shim, &arguments);
	} else if (!strcmp(what, "s_client")) {
		shim_say(shim,
			 "CONNECTED(00000003)\n-----BEGIN CERTIFICATE-----\n(simulated)\n-----END CERTIFICATE-----");
	} else if (!strcmp(what, "req") && shim_flag_is(&arguments, "x509")) {
		status = shim_do(shim, SHIM_DRYAD, NULL, (const char *const[]){ "certificate", "self-signed", NULL });
	} else if (!strcmp(what, "rand")) {
		shim_say(shim, "7c9e6679f7421de0b21f4d6a8c5e3b17 (simulated: no secret)");
	} else {
		shim_say(shim, "OpenSSL 3.0.15 (simulated)");
	}
	strbuf_release(&input);
	shim_arguments_release(&arguments);
	return status;
}

/* ---- certbot, nginx, iptables ---- */

static int list_certificates(const struct shim *shim)
{
	cJSON *certificate = shim_ask(shim, SHIM_DRYAD, NULL, "certificate", "show");
	int days = json_int(certificate, "daysLeft", 0);

	if (!certificate)
		return shim_no_dryad(shim);
	strbuf_addf(shim->out,
		    "Found the following certs:\n  Certificate Name: dryad.example.com\n    Expiry Date: %s (",
		    json_string(certificate, "notAfter", ""));
	if (days >= 0)
		shim_say(shim, "VALID: %d days)", days);
	else
		shim_say(shim, "INVALID: EXPIRED)");
	cJSON_Delete(certificate);
	return 0;
}

int shim_certbot(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "certbot", 0, &arguments);
	const char *what = shim_word(&arguments, 0);

	if (status)
		;
	else if (what && !strcmp(what, "renew") && shim_flag_is(&arguments, "dry-run"))
		shim_say(shim, "Congratulations, all simulated renewals succeeded");
	else if (what && !strcmp(what, "renew"))
		status = shim_do(shim, SHIM_DRYAD,
				 shim_flag_is(&arguments, "quiet")
					 ? NULL
					 : "Congratulations, all renewals succeeded: dryad.example.com",
				 (const char *const[]){ "certbot", "renew", NULL });
	else if (what && !strcmp(what, "certificates"))
		status = list_certificates(shim);
	else
		status = shim_fail(shim, 2, "certbot: error: unrecognized arguments: %s", what ? what : "");
	shim_arguments_release(&arguments);
	return status;
}

int shim_nginx(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "nginx", 0, &arguments);
	const char *signal = shim_flag(&arguments, "s");

	if (!status && shim_flag_is(&arguments, "t"))
		shim_fail(shim, 0,
			  "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n"
			  "nginx: configuration file /etc/nginx/nginx.conf test is successful");
	/* New limits come into force with the configuration that is read anew. */
	else if (!status && signal && !strcmp(signal, "reload"))
		status = shim_do(shim, SHIM_DRYAD, NULL, (const char *const[]){ "limits", "set", NULL });
	else if (!status && signal)
		status = shim_fail(shim, 1, "nginx: invalid option: \"-s %s\"", signal);
	shim_arguments_release(&arguments);
	return status;
}

int shim_iptables(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "iptables", 0, &arguments);
	const char *source = shim_flag(&arguments, "source"), *target = shim_flag(&arguments, "jump");
	bool adds = shim_flag(&arguments, "append") || shim_flag(&arguments, "insert");

	if (!status && shim_flag_is(&arguments, "list"))
		shim_say(shim, "Chain INPUT (policy ACCEPT)\ntarget     prot opt source               destination");
	else if (!status && adds && source && target && shim_one_of("DROP REJECT", target))
		status = shim_do(shim, SHIM_DRYAD, NULL, (const char *const[]){ "address", "block", source, NULL });
	else if (!status && !adds && !shim_flag(&arguments, "delete"))
		status = shim_fail(shim, 2,
				   "iptables: no command specified\nTry `iptables -h' or 'iptables --help' for more "
				   "information.");
	shim_arguments_release(&arguments);
	return status;
}

/* ---- systemctl, crontab ---- */

static const struct {
	const char *unit, *restart;
} units[] = {
	{ "nginx", "nginx" }, { "dryad", "backend" },    { "dryad-api", "backend" },
	{ "redis", "redis" }, { "ollama", "ollama" },    { "postgresql", "postgres" },
	{ "docker", NULL },   { "certbot.timer", NULL }, { "cron", NULL },
};

int shim_systemctl(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "systemctl", 0, &arguments);
	const char *what = shim_word(&arguments, 0), *unit = shim_word(&arguments, 1), *restart = NULL;
	size_t length = unit ? strlen(unit) : 0;
	bool known = false;

	if (length > 8 && !strcmp(unit + length - 8, ".service"))
		length -= 8;
	for (size_t i = 0; unit && i < sizeof(units) / sizeof(units[0]); i++) {
		if (strlen(units[i].unit) == length && !strncmp(units[i].unit, unit, length)) {
			known = true;
			restart = units[i].restart;
		}
	}
	if (status)
		;
	else if (!what || !shim_one_of("status restart reload start stop is-active enable disable", what))
		status = shim_fail(shim, 1, "Unknown command verb '%s'.", what ? what : "");
	else if (!unit)
		status = shim_fail(shim, 1, "Too few arguments.");
	else if (!known)
		status = shim_one_of("status is-active", what)
				 ? shim_fail(shim, 4, "Unit %s.service could not be found.", unit)
				 : shim_fail(shim, 5, "Failed to %s %s.service: Unit %s.service not found.", what, unit,
					     unit);
	else if (!strcmp(what, "is-active"))
		shim_say(shim, "active");
	else if (!strcmp(what, "status"))
		shim_say(shim, "● %s - %s (simulated)\n     Active: active (running)", unit, unit);
	else if (!strcmp(what, "reload") && restart && !strcmp(restart, "nginx"))
		status = shim_do(shim, SHIM_DRYAD, NULL, (const char *const[]){ "limits", "set", NULL });
	else if (shim_one_of("restart start", what) && restart)
		status = shim_do(shim, SHIM_DRYAD, NULL, (const char *const[]){ "restart", restart, NULL });
	shim_arguments_release(&arguments);
	return status;
}

int shim_crontab(struct shim *shim)
{
	struct shim_arguments arguments;
	int status = shim_flags_read(shim, &grammar, "crontab", 0, &arguments);

	if (!status && shim_flag_is(&arguments, "l"))
		shim_say(shim, "0 2 * * * /opt/dryad/scripts/backup.sh");
	else if (!status)
		status = shim_fail(shim, 1, "crontab: only -l is simulated");
	shim_arguments_release(&arguments);
	return status;
}

/* ---- DRYAD's scripts: python3 SCRIPT, and those of the shell by their names ---- */

static const struct {
	const char *script, *says;
	const char *verb[4];
} scripts[] = {
	/* clang-format off */
	{ "monitor_production.py", NULL, { "status" } },
	{ "rotate_api_keys.py", NULL, { "keys", "rotate" } },
	{ "generate_jwt_secret.py", "JWT_SECRET_KEY=******** (simulated: no secret)", { NULL } },
	{ "repair_level.py", NULL, { "level", "repair" } },
	{ "switch_provider.py", NULL, { "provider", "switch" } },
	{ "restart_agents.py", NULL, { "agents", "restart" } },
	{ "restart_guild.py", NULL, { "guild", "restart" } },
	{ "start_guardian.py", NULL, { "guardian", "start" } },
	{ "restore_config.py", NULL, { "config", "restore" } },
	{ "end_maintenance.py", NULL, { "maintenance", "end" } },
	{ "backup.sh", NULL, { "backup" } },
	{ "restore.sh", NULL, { "restore" } },
	{ "generate-ssl-certs.sh", NULL, { "certificate", "self-signed" } },
	{ "setup-letsencrypt.sh", NULL, { "certbot", "renew" } },
	/* clang-format on */
};

/* `argument`: what stands behind it, or NULL. */
static int run_script(const struct shim *shim, const char *path, const char *argument)
{
	static const char level[] = "validate_level_";
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t count = 0;
	int status;

	if (!strncmp(name, level, sizeof(level) - 1) && name[sizeof(level) - 1] &&
	    !strcmp(name + sizeof(level), ".py")) {
		char number[2] = { name[sizeof(level) - 1], '\0' };

		status = shim_tell(shim, SHIM_DRYAD, (const char *const[]){ "validate", "level", number }, 3);
		return status < 0 ? shim_no_dryad(shim) : status;
	}
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		const char *words[6];

		if (strcmp(scripts[i].script, name) != 0)
			continue;
		if (scripts[i].says) {
			shim_say(shim, "%s", scripts[i].says);
			return 0;
		}
		for (; count < 4 && scripts[i].verb[count]; count++)
			words[count] = scripts[i].verb[count];
		if (argument && argument[0] != '-')
			words[count++] = argument;
		status = shim_tell(shim, SHIM_DRYAD, words, count);
		return status < 0 ? shim_no_dryad(shim) : status;
	}
	return shim_fail(shim, 2, "%s: can't open file '%s': [Errno 2] No such file or directory", shim->tool, path);
}

int shim_python(struct shim *shim)
{
	if (shim->count > 1 && !strcmp(shim->words[0], "-m") && !strcmp(shim->words[1], "alembic")) {
		struct shim inner = *shim;

		inner.tool = "alembic";
		inner.words += 2;
		inner.count -= 2;
		return shim_alembic(&inner);
	}
	if (!shim->count || shim->words[0][0] == '-')
		return shim_fail(shim, 2, "%s: only DRYAD's scripts are simulated", shim->tool);
	return run_script(shim, shim->words[0], shim->count > 1 ? shim->words[1] : NULL);
}

int shim_script(struct shim *shim)
{
	return run_script(shim, shim->tool, shim->count ? shim->words[0] : NULL);
}
