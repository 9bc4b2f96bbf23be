/* What DRYAD's runbooks type beyond restarts: images, networks, files, settings. */
#include "tests/unit/shim_fixture.h"

#include <stdlib.h>

TestSuite(shim_dryad);

static void inject(struct shim_stage *stage, const char *fault)
{
	cr_assert_eq(stage->worlds[SHIM_DRYAD]->kind->inject(stage->worlds[SHIM_DRYAD], fault, NULL), 0);
	stage_pause(stage, 60000);
}

static bool is_active(struct shim_stage *stage, const char *fault)
{
	return stage->worlds[SHIM_DRYAD]->kind->is_active(stage->worlds[SHIM_DRYAD], fault);
}

Test(shim_dryad, backups_are_found_by_their_age)
{
	struct shim_stage stage;

	stage_open(&stage, false, true);
	stage_expect(&stage, "find backups -name DRYAD.AI_backup_*.tar.gz -mtime -1", 0,
		     "backups/DRYAD.AI_backup_20260105_020000.tar.gz");
	stage_expect(&stage, "find backups -name DRYAD.AI_backup_*.tar.gz -mmin -5", 0, "");
	cr_expect_str_empty(stage.out.text);
	stage_expect(&stage, "bash-less backup.sh", 127, "command not found");
	stage_expect(&stage, "backup.sh", 0, "backup taken");
	stage_expect(&stage, "find backups -name DRYAD.AI_backup_*.tar.gz -mmin -5", 0, "DRYAD.AI_backup_");
	stage_expect(&stage, "find backups/base -name base.tar.gz", 0, "backups/base/20260105/base.tar.gz");
	stage_expect(&stage, "find backups -mtime +30", 0, "");
	cr_expect_str_empty(stage.out.text, "none is older than its retention");
	inject(&stage, "disk-full");
	stage_expect(&stage, "find backups -mtime +30", 0, "DRYAD.AI_backup_202511");
	cr_expect(is_active(&stage, "disk-full"), "looking deletes nothing");
	stage_expect(&stage, "find backups -mtime +30 -delete", 0, "");
	cr_expect(!is_active(&stage, "disk-full"));
	stage_expect(&stage, "find backups -exec rm {} ;", 1, "unknown predicate `-exec'");
	stage_expect(&stage, "find backups -mtime soon", 1, "invalid argument `soon' to `-mtime'");
	stage_expect(&stage, "find /etc -name x", 1, "No such file or directory");
	stage_close(&stage);
}

Test(shim_dryad, versions_come_up_by_their_tag)
{
	struct shim_stage stage;

	stage_open(&stage, false, true);
	inject(&stage, "bad-deploy");
	stage_expect(&stage, "docker images --format {{.Tag}} dryad-api", 0, "9.1.0\n9.0.0\n8.9.4\n");
	setenv("DRYAD_VERSION", "9.1.0", 1);
	stage_expect(&stage, "docker compose up -d --no-build dryad-api", 0, "Started");
	cr_expect(is_active(&stage, "bad-deploy"), "the same version is no way back");
	setenv("DRYAD_VERSION", "7.0.0", 1);
	stage_expect(&stage, "docker compose up -d --no-build dryad-api", 1, "pull access denied for dryad-api");
	setenv("DRYAD_VERSION", "8.9.4", 1);
	stage_expect(&stage, "docker compose up -d --no-build dryad-api", 0, "Started");
	unsetenv("DRYAD_VERSION");
	cr_expect(!is_active(&stage, "bad-deploy"));
	stage_expect(&stage, "docker images dryad-api", 0, "8.9.4");
	stage_close(&stage);
}

Test(shim_dryad, settings_are_looked_at_and_come_into_force)
{
	static const char *const faults[] = { "start-failure", "guardian-down", "maintenance" };
	struct shim_stage stage;

	stage_open(&stage, false, true);
	stage_expect(&stage, "docker compose --env-file .env.production config --quiet", 0, "");
	cr_expect_str_empty(stage.fault.text);
	for (size_t i = 0; i < 3; i++) {
		inject(&stage, faults[i]);
		stage_expect(&stage, "docker compose --env-file .env.production config --quiet", 0,
			     i ? "" : "The \"DATABASE_URL\" variable is not set");
		stage_expect(&stage, "docker restart dryad-api", 0, "dryad-api");
		cr_expect(is_active(&stage, faults[i]), "%s: a restart reads no settings", faults[i]);
		stage_expect(&stage, "docker compose --env-file .env.production up -d dryad-api", 0, "Started");
		cr_expect(!is_active(&stage, faults[i]), "%s", faults[i]);
	}
	inject(&stage, "validation-failing");
	stage_expect(&stage, "docker compose up -d dryad-api", 0, "Started");
	cr_expect(is_active(&stage, "validation-failing"), "the container has the files it had");
	stage_expect(&stage, "docker compose up -d --force-recreate dryad-api", 0, "Started");
	cr_expect(!is_active(&stage, "validation-failing"));
	stage_close(&stage);
}

Test(shim_dryad, a_network_is_left_and_joined)
{
	struct shim_stage stage;

	stage_open(&stage, false, true);
	stage_expect(&stage, "docker network inspect dryad-network", 0, "\"Name\":\"dryad-api\"");
	stage_expect(&stage, "docker network connect dryad-network dryad-api", 1, "already exists in network");
	stage_expect(&stage, "docker network inspect other", 1, "network other not found");
	stage_expect(&stage, "docker network frob", 1, "is not a docker command");
	inject(&stage, "llm-outage");
	stage_expect(&stage, "docker network inspect dryad-network", 0, "dryad-redis");
	cr_expect(!strstr(stage.out.text, "dryad-api"));
	stage_expect(&stage, "docker network connect dryad-network dryad-api", 0, "");
	cr_expect(!is_active(&stage, "llm-outage"));
	stage_close(&stage);
}

Test(shim_dryad, what_is_not_known_is_refused)
{
	struct shim_stage stage;

	stage_open(&stage, false, true);
	stage_expect(&stage, "docker rm -f dryad-api", 1, "of the simulation itself is not removed");
	stage_expect(&stage, "docker rm dryad-api", 1, "cannot remove container");
	stage_expect(&stage, "docker volume rm dryad-pgdata", 1, "no such volume");
	stage_expect(&stage, "docker run --rm nothing:1 true", 125, "Unable to find image 'nothing:1' locally");
	stage_expect(&stage, "docker run --rm -v a:/b postgres:16 touch /b/c", 0, "");
	stage_expect(&stage, "docker inspect nothing", 1, "No such object: nothing");
	stage_expect(&stage, "git frob", 1, "git: 'frob' is not a git command");
	stage_expect(&stage, "git restore", 128, "you must specify path(s)");
	stage_expect(&stage, "journalctl --frob", 1, "unrecognized option '--frob'");
	stage_expect(&stage, "pg_basebackup -U dryad", 1, "no target directory specified");
	stage_expect(&stage, "pkill -HUP -f nothing", 1, "");
	stage_expect(&stage, "docker exec dryad-redis sh -c REDISCLI_AUTH=x~redis-cli~ping", 0, "PONG");
	stage_expect(&stage, "certbot certificates", 0, "Certificate Name: dryad.example.com");
	stage_close(&stage);
}
