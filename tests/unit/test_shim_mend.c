/* Each fault is ended by command lines as the runbooks have them. */
#include "tests/unit/shim_fixture.h"

#include <stdlib.h>

TestSuite(shim_mend);

#define CLI   "kubectl exec deploy/polln-colony -n production -- npm run --silent cli -- "
#define DRCLI "kubectl exec deploy/polln-colony-dr -n dr-region -- npm run --silent cli -- "

struct mended {
	enum shim_system system;
	const char *fault;
	const char *lines[7];
};

static const char allow[] =
	"kind: NetworkPolicy\nmetadata:\n  name: polln-emergency-allow\nspec:\n  ingress: [{}]\n  egress: [{}]\n";

/* clang-format off */
static const struct mended cases[] = {
	{ SHIM_COLONY, "crash", { "kubectl rollout restart deployment/polln-colony -n production", "kubectl rollout status deployment/polln-colony -n production --timeout=300s" } },
	{ SHIM_COLONY, "deadlock", { CLI "reload --force" } },
	{ SHIM_COLONY, "out-of-memory", { "kubectl set resources deployment/polln-colony -n production --requests=cpu=2,memory=4Gi --limits=cpu=4,memory=24Gi" } },
	{ SHIM_COLONY, "lmcache-down", { "kubectl rollout restart deployment/lmcache deployment/federated -n production", "kubectl rollout status deployment/lmcache -n production" } },
	{ SHIM_COLONY, "federated-down", { "kubectl rollout restart deployment/federated -n production" } },
	{ SHIM_COLONY, "worldmodel-down", { "kubectl rollout restart deployment/worldmodel -n production" } },
	{ SHIM_COLONY, "meadow-down", { "kubectl rollout restart deployment/meadow -n production" } },
	{ SHIM_COLONY, "redis-down", { "kubectl rollout restart deployment/redis -n production" } },
	{ SHIM_COLONY, "database-failing", { "kubectl rollout restart statefulset/polln-colony-db -n production" } },
	{ SHIM_COLONY, "network-partition", { "kubectl apply -n production -f -", CLI "reconnect", "kubectl delete networkpolicy polln-emergency-allow -n production" } },
	{ SHIM_COLONY, "nan-synapses", { CLI "synapses --reset-nan" } },
	{ SHIM_COLONY, "corrupted-synapses", { CLI "synapses --rollback=1h" } },
	{ SHIM_COLONY, "corrupted-agents", { CLI "agents --kill-unhealthy", CLI "agents --spawn" } },
	{ SHIM_COLONY, "corrupted-anchors", { CLI "anchors --clear-corrupted", CLI "ann --rebuild" } },
	{ SHIM_COLONY, "corrupted-federated", { CLI "federated --disconnect", CLI "federated --reset-local", CLI "federated --connect --sync" } },
	{ SHIM_COLONY, "entropy-loss", { CLI "worldmodel --rebuild-vae" } },
	{ SHIM_COLONY, "latency", { CLI "topology --rebalance" } },
	{ SHIM_COLONY, "memory-leak", { "kubectl rollout restart deployment/polln-colony -n production", "kubectl rollout status deployment/polln-colony -n production" } },
	{ SHIM_COLONY, "agent-explosion", { CLI "agents --limit=1000", CLI "agents --prune --idle=1h" } },
	{ SHIM_COLONY, "dream-saturation", { CLI "dream --max-iterations=100" } },
	{ SHIM_COLONY, "kv-saturation", { CLI "anchors --evict --older-than=24h" } },
	{ SHIM_COLONY, "auth-attack", { CLI "auth --block" } },
	{ SHIM_COLONY, "error-burst", { CLI "circuit --reset" } },
	{ SHIM_COLONY, "agent-loss", { CLI "agents --spawn" } },
	{ SHIM_COLONY, "traffic-loss", { CLI "traffic --restore" } },
	{ SHIM_COLONY, "backup-failing", { CLI "backup --repair" } },
	{ SHIM_COLONY, "backup-swollen", { CLI "backup --prune" } },
	{ SHIM_COLONY, "backup-spoilt", { CLI "backup --discard" } },
	{ SHIM_COLONY, "replication-stalled", { CLI "replication --restart" } },
	{ SHIM_COLONY, "synapse-bloat", { CLI "synapses --prune --below=0.1" } },
	{ SHIM_COLONY, "slow-network", { CLI "sync --compression=on", CLI "sync --interval=5m", CLI "meadow --disconnect", CLI "meadow --connect" } },
	{ SHIM_COLONY, "crash-loop", { "kubectl rollout history deployment/polln-colony -n production", "kubectl rollout undo deployment/polln-colony -n production", "kubectl rollout status deployment/polln-colony -n production" } },
	{ SHIM_COLONY, "corrupted-store", { "kubectl scale deployment/polln-colony -n production --replicas=0", "kubectl exec statefulset/polln-colony-db -n production -- sh -c find~/data~-mindepth~1~-delete",
		"kubectl scale deployment/polln-colony -n production --replicas=1", "kubectl rollout status deployment/polln-colony -n production --timeout=300s", CLI "restore --full --id=backup-20200101-000000", "kubectl scale deployment/polln-colony -n production --replicas=3" } },
	{ SHIM_COLONY, "zone-loss", { "kubectl scale statefulset/polln-colony-standby -n production --replicas=1", "kubectl rollout restart deployment/polln-colony -n production" } },
	{ SHIM_COLONY, "zones-and-standby-loss", { "kubectl scale deployment/polln-colony-dr -n dr-region --replicas=3", "kubectl rollout status deployment/polln-colony-dr -n dr-region --timeout=300s", DRCLI "failover --to=us-west-2" } },
	{ SHIM_COLONY, "failover-stuck", { CLI "failover --abort" } },
	{ SHIM_COLONY, "region-loss", { "kubectl scale deployment/polln-colony-dr -n dr-region --replicas=3", "kubectl rollout status deployment/polln-colony-dr -n dr-region --timeout=300s",
		DRCLI "failover --to=us-west-2", "kubectl wait pod -n dr-region -l app=polln-colony-dr --for=condition=Ready --timeout=300s" } },
	{ SHIM_DRYAD, "start-failure", { "docker compose up -d" } },
	{ SHIM_DRYAD, "high-error-rate", { "docker restart dryad_backend" } },
	{ SHIM_DRYAD, "slow-responses", { "docker exec postgres psql -U dryad -d dryad_db -c SELECT~pg_cancel_backend(pid)~FROM~pg_stat_activity" } },
	{ SHIM_DRYAD, "memory-leak", { "docker-compose restart dryad_backend" } },
	{ SHIM_DRYAD, "database-connections", { "docker exec -i postgres psql -U dryad -c SELECT~pg_terminate_backend(pid)~FROM~pg_stat_activity" } },
	{ SHIM_DRYAD, "redis-down", { "docker start redis" } },
	{ SHIM_DRYAD, "llm-unavailable", { "docker restart ollama" } },
	{ SHIM_DRYAD, "migration-failed", { "docker exec dryad_backend alembic downgrade -1", "docker exec dryad_backend alembic upgrade head" } },
	{ SHIM_DRYAD, "validation-failing", { "python3 scripts/repair_level.py 3" } },
	{ SHIM_DRYAD, "high-memory", { "docker update --memory 8G dryad_backend" } },
	{ SHIM_DRYAD, "certificate-expired", { "certbot renew" } },
	{ SHIM_DRYAD, "certificate-ending", { "openssl req -x509 -nodes -days 365 -newkey rsa:4096 -keyout k.pem -out c.pem -subj /CN=x" } },
	{ SHIM_DRYAD, "nginx-down", { "systemctl restart nginx" } },
	{ SHIM_DRYAD, "database-down", { "docker start postgres" } },
	{ SHIM_DRYAD, "chroma-down", { "docker compose -f docker-compose.production.yml restart chromadb" } },
	{ SHIM_DRYAD, "disk-full", { "docker system prune -f" } },
	{ SHIM_DRYAD, "high-cpu", { "pkill reindex" } },
	{ SHIM_DRYAD, "rate-limited", { "nginx -s reload" } },
	{ SHIM_DRYAD, "security-incident", { "iptables -A INPUT -s 203.0.113.7 -j DROP", "python3 scripts/security/rotate_api_keys.py" } },
};
/* clang-format on */

Test(shim_mend, every_fault_by_its_runbooks_commands)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct mended *one = &cases[i];
		struct shim_stage stage;
		struct world *world;

		stage_open(&stage, one->system == SHIM_COLONY, one->system == SHIM_DRYAD);
		stage.input = allow; /* of those that read it */
		world = stage.worlds[one->system];
		cr_assert_eq(world->kind->inject(world, one->fault, NULL), 0, "%s", one->fault);
		stage_pause(&stage, 30000);
		for (size_t line = 0; line < 7 && one->lines[line]; line++)
			stage_expect(&stage, one->lines[line], 0, "");
		cr_expect(!world->kind->is_active(world, one->fault), "%s is not mended", one->fault);
		stage_close(&stage);
	}
}

Test(shim_mend, settings_in_front_of_compose)
{
	struct shim_stage stage;

	stage_open(&stage, false, true);
	cr_assert_eq(stage.worlds[1]->kind->inject(stage.worlds[1], "llm-unavailable", NULL), 0);
	setenv("LLM_PROVIDER", "openai", 1);
	stage_expect(&stage, "docker compose up -d", 0, "Started");
	unsetenv("LLM_PROVIDER");
	cr_expect(!stage.worlds[1]->kind->is_active(stage.worlds[1], "llm-unavailable"));
	cr_assert_eq(stage.worlds[1]->kind->inject(stage.worlds[1], "bad-deploy", NULL), 0);
	setenv("DRYAD_VERSION", "9.0.0", 1);
	stage_expect(&stage, "docker compose up -d dryad-api", 0, "Started");
	unsetenv("DRYAD_VERSION");
	cr_expect(!stage.worlds[1]->kind->is_active(stage.worlds[1], "bad-deploy"));
	stage_expect(&stage, "docker exec postgres sh -c pg_dump~-U~dryad~dryad_db~>~/backup/x.sql", 0,
		     "PostgreSQL database dump");
	stage_expect(&stage, "backup.sh", 0, "backup taken");
	stage_close(&stage);
}

/* The colony is away, and the backup's own verbs are not. */
Test(shim_mend, what_is_kept_is_reached_from_the_standby)
{
	struct shim_stage stage;

	stage_open(&stage, true, false);
	stage_expect(&stage, "kubectl scale deployment/polln-colony -n production --replicas=0", 0,
		     "deployment.apps/polln-colony scaled");
	stage_expect(&stage, CLI "restore --full --latest", 1, "timed out waiting");
	stage_expect(&stage, "kubectl scale statefulset/polln-colony-standby -n production --replicas=1", 0, "scaled");
	stage_expect(&stage, "kubectl rollout status statefulset/polln-colony-standby -n production", 0,
		     "rolling update complete");
	stage_expect(&stage,
		     "kubectl exec statefulset/polln-colony-standby -n production -- npm run --silent cli -- restore "
		     "--full --latest",
		     0, "restore completed");
	stage_expect(
		&stage,
		"kubectl exec statefulset/polln-colony-standby -n production -- npm run --silent cli -- agents --count",
		1, "no instance of the colony answers");
	stage_expect(&stage, "kubectl scale deployment/polln-colony -n production --replicas=3", 0, "scaled");
	stage_expect(&stage, "kubectl rollout status deployment/polln-colony -n production --timeout=300s", 0,
		     "successfully rolled out");
	stage_close(&stage);
}

Test(shim_mend, a_region_is_lost_and_found)
{
	struct shim_stage stage;

	stage_open(&stage, true, false);
	cr_assert_eq(stage.worlds[0]->kind->inject(stage.worlds[0], "region-loss", NULL), 0);
	stage_expect(&stage, CLI "status", 1, "container not found");
	stage_expect(&stage, "kubectl apply -f ops/discovery/dns-dr.yaml", 0, "configmap/polln-dns configured");
	stage_expect(&stage, "kubectl scale deployment/polln-colony-dr -n dr-region --replicas=3", 0, "scaled");
	stage_expect(&stage,
		     "kubectl wait pod -n dr-region -l app=polln-colony-dr --for=condition=Ready --timeout=300s", 0,
		     "condition met");
	stage_expect(&stage, "kubectl patch statefulset polln-db-dr -n dr-region -p {\"role\":\"primary\"}", 0,
		     "patched");
	cr_expect(stage.worlds[0]->kind->is_active(stage.worlds[0], "region-loss"));
	stage_expect(&stage, "kubectl apply -f ops/loadbalancer/traffic-dr.yaml", 0,
		     "configmap/polln-traffic configured");
	cr_expect(!stage.worlds[0]->kind->is_active(stage.worlds[0], "region-loss"));
	stage_pause(&stage, 30000);
	stage_expect(&stage, DRCLI "validate --full", 0, "validation passed");
	stage_expect(&stage, "curl -fsS https://polln-dr.example.com/health", 0, "ok");
	stage_expect(&stage, "kubectl set env deployment --all -n dr-region DR_MODE=true", 0,
		     "deployment.apps/dr-tracker env updated");
	stage_expect(&stage, DRCLI "status", 0, "region: us-west-2");
	stage_expect(&stage, DRCLI "failback --to=us-east-1", 0, "failing back");
	stage_close(&stage);
}

/* What the tools show of a disaster, and that they do what they look like. */
Test(shim_mend, the_tools_show_what_is_lost)
{
	struct shim_stage stage;
	struct world *world;

	stage_open(&stage, true, false);
	world = stage.worlds[SHIM_COLONY];
	cr_assert_eq(world->kind->inject(world, "zone-loss", NULL), 0);
	stage_pause(&stage, 30000);
	stage_expect(&stage, "kubectl get pods -n production -l app=polln-colony -o wide", 0, "Pending");
	stage_expect(&stage, "kubectl get pods -n production -l app=polln-colony -o wide", 0, "node-1");
	stage_expect(&stage, "kubectl describe pod -n production -l app=polln-colony", 0, "FailedScheduling");
	stage_expect(&stage, "kubectl get nodes", 0, "NotReady");
	stage_expect(&stage, CLI "status", 0, "without a place");
	cr_assert_eq(world->kind->clear(world, NULL, NULL), 0);
	stage_pause(&stage, 60000);
	cr_assert_eq(world->kind->inject(world, "crash-loop", NULL), 0);
	stage_expect(&stage, "kubectl get pods -n production -l app=polln-colony", 0, "CrashLoopBackOff");
	stage_expect(&stage, "kubectl rollout undo deployment/polln-colony -n production", 0,
		     "deployment.apps/polln-colony rolled back");
	stage_close(&stage);
}

Test(shim_mend, a_full_way_is_slow_to_the_tools_too)
{
	struct shim_stage stage;
	struct world *world;

	stage_open(&stage, true, false);
	world = stage.worlds[SHIM_COLONY];
	stage_expect(&stage,
		     "kubectl exec deploy/polln-colony -n production -- ping -c 2 lmcache.production.svc.cluster.local",
		     0, "rtt min/avg/max/mdev = 0.3");
	cr_assert_eq(world->kind->inject(world, "slow-network", NULL), 0);
	stage_pause(&stage, 90000);
	stage_expect(&stage,
		     "kubectl exec deploy/polln-colony -n production -- ping -c 2 lmcache.production.svc.cluster.local",
		     0, "rtt min/avg/max/mdev = 2");
	stage_close(&stage);
}

Test(shim_mend, data_are_cleared_where_they_are_kept_and_nowhere_else)
{
	struct shim_stage stage;

	stage_open(&stage, true, false);
	stage_expect(&stage, "kubectl scale deployment/polln-colony -n production --replicas=0", 0, "scaled");
	stage_expect(&stage, "kubectl exec statefulset/polln-colony-db -n production -- find /data -name x", 0, "");
	stage_expect(&stage, "kubectl exec statefulset/polln-colony-db -n production -- rm -rf /tmp/x", 0, "");
	stage_expect(&stage, "kubectl exec deploy/lmcache -n production -- rm -rf /data", 0, "");
	stage_expect(&stage, "kubectl scale deployment/polln-colony -n production --replicas=1", 0, "scaled");
	stage_expect(&stage, "kubectl rollout status deployment/polln-colony -n production --timeout=300s", 0, "");
	stage_expect(&stage, CLI "validate --full", 0, "validation passed");
	stage_expect(&stage, "kubectl scale deployment/polln-colony -n production --replicas=0", 0, "scaled");
	stage_expect(&stage, "kubectl exec statefulset/polln-colony-db -n production -- rm -rf /data", 0, "");
	stage_expect(&stage, "kubectl scale deployment/polln-colony -n production --replicas=1", 0, "scaled");
	stage_expect(&stage, "kubectl rollout status deployment/polln-colony -n production --timeout=300s", 0, "");
	stage_expect(&stage, CLI "validate --full", 1, "agents: invalid");
	stage_expect(&stage, CLI "restore --full --latest", 0, "restore completed");
	stage_expect(&stage, CLI "validate --full", 0, "validation passed");
	stage_close(&stage);
}
