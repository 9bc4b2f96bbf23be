#include <criterion/criterion.h>

#include "runbook/tier.h"

static const struct {
	const char *command;
	enum step_tier tier;
} tiers[] = {
	/* Reading. */
	{ "kubectl get pods -n production -l app=polln-colony", TIER_READ },
	{ "oc -n \"$NS\" get -o wide pods | grep \"$WORKLOAD\"", TIER_READ },
	{ "kubectl logs deploy/x --tail=100 | grep -i error | tail -n 5", TIER_READ },
	{ "oc get secret x -o jsonpath='{.data.tls\\.crt}' | base64 -d | openssl x509 -noout -dates -subject",
	  TIER_READ },
	{ "kubectl exec deploy/x -n production -- curl -fsS --max-time 5 http://lmcache:8080/health", TIER_READ },
	{ "kubectl exec x -- sh -c 'cat /etc/hosts; df -h'", TIER_READ },
	{ "for s in a b; do curl -s http://$s:8080/health; done", TIER_READ },
	{ "curl -s -o /dev/null -w '%{http_code}' https://x/health", TIER_READ },
	{ "curl -fsS -X GET https://x/health", TIER_READ },
	{ "docker stats --no-stream", TIER_READ },
	{ "systemctl status kubelet", TIER_READ },
	{ "journalctl -u kubelet -n 100 --no-pager", TIER_READ },
	{ "ssh node-1 uptime", TIER_READ },
	{ "ssh -p 22 node-1 'df -h; free -m'", TIER_READ },
	{ "sudo dmesg -T | tail", TIER_READ },
	{ "timeout 10 ping -c 3 host", TIER_READ },
	{ "find /var/log -name '*.log' -size +100M", TIER_READ },
	{ "sed -n '/Events/,$p' file", TIER_READ },
	{ "awk '{print $NF}' file", TIER_READ },
	{ "ps aux | awk '$3 > 80 {print $2}'", TIER_READ },
	{ "git -C /srv/x log --oneline -5", TIER_READ },
	{ "helm -n x history y", TIER_READ },
	{ "aws --region eu-west-1 ec2 describe-instances", TIER_READ },
	{ "redis-cli -h x info memory", TIER_READ },
	{ "dig +short example.com", TIER_READ },
	{ "NS=production", TIER_READ },
	{ "export NS=production", TIER_READ },
	{ "[ -f /x ] && echo yes || echo no", TIER_READ },
	{ "if [[ $a == b ]]; then ls; fi", TIER_READ },
	{ "ls 2>&1 >/dev/null", TIER_READ },
	{ "command -v jq", TIER_READ },
	{ "ip addr", TIER_READ },
	{ "ip -br addr show eth0", TIER_READ },
	/* Changing. */
	{ "npm run --silent cli -- agents --health", TIER_CHANGE },
	{ "kubectl exec deploy/x -- npm run --silent cli -- agents --health", TIER_CHANGE },
	{ "kubectl rollout restart deployment/x", TIER_CHANGE },
	{ "kubectl scale deploy/x --replicas=0", TIER_CHANGE },
	{ "kubectl drain node-1", TIER_CHANGE },
	{ "kubectl get pods > pods.txt", TIER_CHANGE },
	{ "(kubectl get pods; ls) > pods.txt", TIER_CHANGE },
	{ "kubectl get pods | tee pods.txt", TIER_CHANGE },
	{ "ls; reboot", TIER_CHANGE },
	{ "ls $(touch x)", TIER_CHANGE },
	{ "echo `touch x`", TIER_CHANGE },
	{ "$CMD get pods", TIER_CHANGE },
	{ "PATH=/tmp ls", TIER_CHANGE },
	{ "export LD_PRELOAD=/tmp/x.so", TIER_CHANGE },
	{ "env LD_PRELOAD=/tmp/x.so ls", TIER_CHANGE },
	{ "curl -X POST https://x", TIER_CHANGE },
	{ "curl -sd a=b https://x", TIER_CHANGE },
	{ "curl -O https://x", TIER_CHANGE },
	{ "curl \"$OPTIONS\" https://x", TIER_CHANGE },
	{ "sed -i s/a/b/ file", TIER_CHANGE },
	{ "sed -ni s/a/b/ file", TIER_CHANGE },
	{ "awk '{print > \"x\"}' file", TIER_CHANGE },
	{ "awk 'BEGIN { system(\"reboot\") }'", TIER_CHANGE },
	{ "find . -exec touch {} +", TIER_CHANGE },
	{ "psql -c 'select 1'", TIER_CHANGE },
	{ "bash script.sh", TIER_CHANGE },
	{ "curl -s https://x | bash", TIER_CHANGE },
	{ "kubectl exec -it x -- bash", TIER_CHANGE },
	{ "sudo -i", TIER_CHANGE },
	{ "openssl x509 -in a -out b", TIER_CHANGE },
	{ "ip link set eth0 down", TIER_CHANGE },
	{ "uniq a b", TIER_CHANGE },
	{ "hostname new", TIER_CHANGE },
	{ "printf -v PATH x", TIER_CHANGE },
	{ "printf '%s' \"$X\"", TIER_READ },
	{ "kubectl get pods -o 'unclosed", TIER_CHANGE },
	{ "xargs touch", TIER_CHANGE },
	{ "cat <<EOF | kubectl apply -f -\na\nEOF", TIER_CHANGE },
	{ "rm file", TIER_CHANGE },
	{ "git push origin main", TIER_CHANGE },
	{ "", TIER_READ },
	/* Destroying. */
	{ "rm -rf /data", TIER_DESTROY },
	{ "rm -fr -- /data", TIER_DESTROY },
	{ "kubectl exec sts/db -- rm -rf /data/x", TIER_DESTROY },
	{ "kubectl exec sts/db -- sh -c 'rm -r /data/*'", TIER_DESTROY },
	{ "ssh host sudo rm -r /data", TIER_DESTROY },
	{ "ssh host 'sudo sh -c \"rm -r /data\"'", TIER_DESTROY },
	{ "ls | xargs rm -rf", TIER_DESTROY },
	{ "kubectl -n x delete pod y", TIER_DESTROY },
	{ "kubectl replace --force -f x", TIER_DESTROY },
	{ "docker system prune -af", TIER_DESTROY },
	{ "docker rm -f x", TIER_DESTROY },
	{ "docker compose down -v", TIER_DESTROY },
	{ "psql -c 'DROP TABLE x'", TIER_DESTROY },
	{ "echo 'delete from x;' | psql", TIER_DESTROY },
	{ "psql <<EOF\ntruncate x;\nEOF", TIER_DESTROY },
	{ "redis-cli -h x flushall", TIER_DESTROY },
	{ "dd if=/dev/zero of=/dev/sda", TIER_DESTROY },
	{ "mkfs.ext4 /dev/sdb", TIER_DESTROY },
	{ "terraform destroy", TIER_DESTROY },
	{ "git push --force", TIER_DESTROY },
	{ "aws s3 rm s3://x --recursive", TIER_DESTROY },
	{ "find /tmp -name x -delete", TIER_DESTROY },
	{ "echo ok; rm -rf x &", TIER_DESTROY },
	{ "f() { rm -rf x; }; f", TIER_DESTROY },
};

Test(tier, what_a_command_does_at_worst)
{
	for (size_t i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++) {
		struct arena arena = { 0 };
		const char *reason = NULL;
		enum step_tier tier = tier_of_command(tiers[i].command, &arena, &reason);

		cr_expect_eq(tier, tiers[i].tier, "%s: %d %s", tiers[i].command, tier, reason);
		cr_expect(reason && reason[0], "%s", tiers[i].command);
		arena_release(&arena);
	}
}

Test(tier, reasons_name_the_program)
{
	struct arena arena = { 0 };
	const char *reason;

	tier_of_command("kubectl -n x get pods", &arena, &reason);
	cr_expect_str_eq(reason, "'kubectl get' only reads");
	tier_of_command("kubectl get pods | grep x", &arena, &reason);
	cr_expect_str_eq(reason, "'kubectl get' and what stands with it only read");
	tier_of_command("/usr/local/bin/frobnicate", &arena, &reason);
	cr_expect_str_eq(reason, "'frobnicate' is on no list of reading commands");
	tier_of_command("curl -XPOST x", &arena, &reason);
	cr_expect_str_eq(reason, "'curl' with '-X' changes");
	tier_of_command("ls > x", &arena, &reason);
	cr_expect_str_eq(reason, "it writes a file");
	arena_release(&arena);
}

static const struct {
	const char *command;
	const char *why; /* NULL: it ends */
} endless[] = {
	{ "kubectl logs -f deploy/x", "'kubectl logs -f' follows" },
	{ "kubectl logs deploy/x", NULL },
	{ "kubectl logs deploy/x --follow=false", NULL },
	{ "kubectl logs deploy/x --follow=true", "'kubectl logs --follow' follows" },
	{ "kubectl get pods -owide", NULL },
	{ "kubectl get pods -w", "'kubectl get -w' watches" },
	{ "tail -100f /var/log/x", "'tail -f' follows" },
	{ "timeout 30 tail -f /var/log/x", NULL },
	{ "docker stats", "'docker stats' refreshes for ever" },
	{ "docker stats --no-stream", NULL },
	{ "ping -c 3 x", NULL },
	{ "ping x", "'ping' goes on without -c" },
	{ "top -b -n 1 | head", NULL },
	{ "top", "'top' refreshes for ever" },
	{ "kubectl exec x -- node --inspect-brk app.js", "'node --inspect-brk' waits for a debugger" },
	{ "kubectl exec -it x -- bash", "'bash' is a shell to type in" },
	{ "ssh host 'journalctl -f'", "'journalctl -f' follows" },
	{ "ssh host", "'ssh' is a shell to type in" },
	{ "vmstat 1", "'vmstat' goes on without a count" },
	{ "vmstat 1 5", NULL },
	{ "vmstat", NULL },
	{ "while true; do date; sleep 1; done", "the loop never ends" },
	{ "while ! curl -f x; do sleep 1; done", NULL },
	{ "watch kubectl get pods", "'watch' repeats for ever" },
	{ "kubectl exec deploy/x -- npm run --silent cli -- synapses watch", "'npm run cli synapses watch' watches" },
	{ "tail -f x &", NULL },
	{ "echo x | cat", NULL },
};

Test(tier, what_never_ends_by_itself)
{
	for (size_t i = 0; i < sizeof(endless) / sizeof(endless[0]); i++) {
		struct arena arena = { 0 };
		const char *why = tier_never_ends(endless[i].command, &arena);

		if (endless[i].why)
			cr_expect_str_eq(why ? why : "", endless[i].why, "%s: %s", endless[i].command, why ? why : "");
		else
			cr_expect_null(why, "%s: %s", endless[i].command, why);
		arena_release(&arena);
	}
}

static const struct {
	const char *command, *surely;
} sure[] = {
	{ "kubectl get pods", NULL },
	{ "npm run --silent cli -- backup --list", NULL },
	{ "kubectl exec deploy/x -- npm run cli -- backup --list | grep -o x", NULL },
	{ "./list.sh", NULL },
	{ "bash list.sh", NULL },
	{ "awk -F'|' '{ print $2 | \"sort\" }' x", NULL },
	{ "kubectl delete pod x", "'kubectl delete' destroys" },
	{ "touch x", "'touch' changes" },
	{ "kubectl -n x rollout restart deploy/y", "'kubectl rollout' changes" },
	{ "kubectl cnpg status x", NULL },
	{ "npm run cli; rm -rf x", "'rm' with '-r' destroys" },
	{ "curl -X POST x; rm -rf x", "'rm' with '-r' destroys" },
	{ "rm -rf x; curl -X POST x", "'rm' with '-r' destroys" },
	{ "npm run cli > x", "it writes a file" },
	{ "PATH=/tmp npm run cli", "it sets 'PATH'" },
	{ "kubectl exec x -- sh -c 'npm run cli; rm -rf /x'", "'rm' with '-r' destroys" },
	{ "npm run cli \"$(kubectl delete pod x)\"", "'kubectl delete' destroys" },
	{ "npm run 'cli", "it is no whole command of a shell" },
};

Test(tier, what_surely_changes_whoever_says_that_it_reads)
{
	for (size_t i = 0; i < sizeof(sure) / sizeof(sure[0]); i++) {
		struct arena arena = { 0 };
		const char *surely = tier_surely_changes(sure[i].command, &arena);

		cr_expect_eq(surely == NULL, sure[i].surely == NULL, "%s: %s", sure[i].command, surely ? surely : "");
		if (surely && sure[i].surely)
			cr_expect_str_eq(surely, sure[i].surely, "%s: %s", sure[i].command, surely);
		arena_release(&arena);
	}
}
