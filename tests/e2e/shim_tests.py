"""The tools of a demo's steps, as programs: a simulated system is asked, broken
and mended through them, in a folder that has nothing else. Also runs alone:
shim_tests.py SKEP [NAME...]"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from colony_tests import Colony
from servers import wait_until

CLI = "kubectl exec deploy/polln-colony -n production -- npm run --silent cli -- "
PROGRAMS = ["bash", "sh", "cat", "grep", "head", "sed", "sleep", "printf"]


class Stage:
    """A system that runs, and a PATH with the tools and a few programs alone."""

    def __init__(self, folder, skep, name, *options):
        self.shim = Path(skep).parent / "skep-shim"
        self.system = Colony(str(Path(skep).parent / name), *options)
        self.variable = "SKEP_COLONY" if name == "skep-colony" else "SKEP_DRYAD"
        self.path = Path(tempfile.mkdtemp(prefix="skep-shim-", dir=folder))

    def __enter__(self):
        for tool in self.tools():
            (self.path / tool).symlink_to(self.shim)
        for program in PROGRAMS:
            (self.path / program).symlink_to(shutil.which(program))
        self.system.__enter__()
        self.environment = {"PATH": str(self.path), "HOME": str(self.path), self.variable: str(self.system.state_path)}
        return self

    def __exit__(self, *what):
        self.system.__exit__(*what)

    def tools(self):
        out = subprocess.run([self.shim, "--help"], capture_output=True, text=True, timeout=20, check=True).stdout
        return out.rsplit(":", 1)[1].split()

    def run(self, text, stdin=None):
        return subprocess.run([shutil.which("bash"), "-c", text], env=self.environment, input=stdin or "", text=True,
                              capture_output=True, timeout=120, cwd=self.path)

    def good(self, text, stdin=None):
        done = self.run(text, stdin)
        assert done.returncode == 0 and "Sanitizer" not in done.stderr, (text, done)
        return done.stdout

    def bad(self, text, status, said):
        done = self.run(text)
        assert done.returncode == status and said in done.stdout + done.stderr, (text, done)

    def active(self):
        return [fault["name"] for fault in json.loads(self.system.ctl("--json", "list")) if fault["active"]]


def tests(skep):
    def a_cluster_is_shown(stage):
        pods = stage.good("kubectl get pods -n production -l app=polln-colony")
        assert len(pods.splitlines()) == 4 and pods.count("1/1     Running") == 3, pods
        assert stage.good("kubectl get pods -n production -o name | grep -c pod/").strip() == "9"
        assert '"ok"' in stage.good("curl -fsS --max-time 10 https://polln-production.example.com/health")
        loop = stage.good("for at in lmcache:8080 federated:8081; do kubectl exec deploy/polln-colony -n production -- "
                          "curl -fsS --max-time 5 \"http://$at/health\" || echo 'no answer'; done")
        assert loop.count('"status":"ok"') == 2, loop
        assert re.search(r"^active agents: \d+", stage.good(CLI + "agents --count | grep -i active"))
        shown = stage.good("kubectl exec deploy/polln-colony -n production -- curl -sS -o /dev/null "
                           "-w '%{http_code} %{time_total}s\\n' http://lmcache:8080/health")
        assert re.fullmatch(r"200 \d\.\d{6}s\n", shown), shown

    def what_is_not_known_fails(stage):
        stage.bad("kubectl frob", 1, 'error: unknown command "frob" for "kubectl"')
        stage.bad("kubectl get pods --frob", 1, "error: unknown flag: --frob")
        stage.bad("kubectl get deploy x -n production", 1, 'Error from server (NotFound): deployments.apps "x" not found')
        stage.bad(CLI + "frob", 1, "error: unknown command 'frob'")
        stage.bad(CLI + "agents --frob", 1, "error: unknown option '--frob'")
        stage.bad("kubectl apply -f nothing.yaml", 1, 'error: the path "nothing.yaml" does not exist')
        stage.bad("curl -fsS https://polln-dr.example.com/health", 22, "The requested URL returned error: 503")
        stage.bad("curl https://elsewhere.example.com/", 6, "curl: (6) Could not resolve host")
        stage.bad("docker ps", 1, "the simulated host does not answer")
        stage.bad("rm -rf x", 127, "rm: command not found")
        out = stage.good("kubectl exec deploy/polln-colony -n production -- npm run cli backup --verify --id=x")
        assert out.startswith("\n> polln@") and "backup created" in out, "npm keeps what stands before --"

    def faults_are_mended(stage):
        policy = ("kind: NetworkPolicy\nmetadata:\n  name: polln-emergency-allow\nspec:\n  ingress: [{}]\n"
                  "  egress: [{}]\n")
        for fault, lines in (
                ("lmcache-down", ["kubectl rollout restart deployment/lmcache -n production"]),
                ("nan-synapses", [CLI + "synapses --reset-nan"]),
                ("corrupted-agents", [CLI + "agents --kill-unhealthy", CLI + "agents --spawn"]),
                ("latency", [CLI + "topology --rebalance"]),
                ("database-failing", ["kubectl rollout restart statefulset/polln-colony-db -n production"]),
                ("network-partition", ["kubectl apply -n production -f -", CLI + "reconnect",
                                       "kubectl delete networkpolicy polln-emergency-allow -n production"]),
                ("deadlock", [CLI + "reload --force"])):
            stage.system.ctl("inject", fault)
            assert stage.active() == [fault]
            for line in lines:
                stage.good(line, policy)
            assert stage.active() == [], fault

    def a_hung_colony_is_seen(stage):
        stage.system.ctl("inject", "deadlock@all")
        assert "0/1     Running" in stage.good("kubectl get pods -n production")
        stage.bad("curl -fsS --max-time 5 https://polln-production.example.com/health", 22, "error: 504")
        stage.bad("kubectl wait pod -n production -l app=polln-colony --for=condition=Ready --timeout=1s", 1,
                  "error: timed out waiting for the condition on pods/polln-colony-")
        stage.good(CLI + "reload --force")
        stage.good("kubectl wait pod -n production -l app=polln-colony --for=condition=Ready --timeout=60s")

    def logs_follow_until_they_are_ended(stage):
        process = subprocess.Popen([stage.path / "kubectl", "logs", "-f", "deploy/polln-colony", "-n", "production",
                                    "--tail=2"], env=stage.environment, stdout=subprocess.PIPE, text=True,
                                   # In the background of a script it would be ignored, and that is inherited.
                                   preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        try:
            lines = [process.stdout.readline() for _ in range(4)]
            assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:]+Z (INFO|WARN|ERROR)", line) for line in lines), lines
            assert process.poll() is None
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == -signal.SIGINT
            process.stdout.close()
        assert len(stage.good("kubectl logs -f deploy/polln-colony -n production --tail=9 | head -n 3").splitlines()) == 3

    def dryads_host_is_cared_for(stage):
        assert "dryad-api" in stage.good("docker ps") and "Up" in stage.good("docker compose ps")
        assert stage.good("docker exec redis redis-cli ping") == "PONG\n"
        assert "notAfter=" in stage.good("openssl x509 -in cert.pem -noout -enddate")
        assert "OVERALL SCORE" in stage.good("python3 scripts/validate_level_3.py")
        assert stage.good("docker exec postgres psql -U dryad -t -A -c 'SELECT count(*) FROM pg_stat_activity'").strip().isdigit()
        assert '"status"' in stage.good("curl -sf http://localhost:8000/api/v1/health/status")
        assert stage.good("docker logs --tail 3 dryad_backend").count("\n") <= 3
        stage.bad("docker frob", 1, "docker: 'frob' is not a docker command.")
        stage.bad("docker restart nothing", 1, "No such container: nothing")
        stage.bad("kubectl get pods", 1, "The connection to the server localhost:8080 was refused")
        for fault, line in (("redis-down", "docker start redis"), ("disk-full", "docker system prune -f"),
                            ("certificate-expired", "certbot renew"),
                            ("high-memory", "docker update --memory 8G dryad_backend"),
                            ("start-failure", "docker compose -f docker-compose.production.yml up -d")):
            stage.system.ctl("inject", fault)
            stage.good(line)
            assert stage.active() == [], fault

    def a_demos_steps_are_shut_in():
        with tempfile.TemporaryDirectory(prefix="skep-shut-", dir="/tmp") as folder:
            environment = {**os.environ, "TMPDIR": folder, "XDG_RUNTIME_DIR": folder, "SSH_AUTH_SOCK": "/agent",
                           "AWS_SECRET_ACCESS_KEY": "hush", "LC_ALL": "C.UTF-8", "KUBECONFIG": "/etc/real"}
            demo = subprocess.Popen([skep, "demo", "polln", "--", "snapshot", "--size", "80x24"], env=environment,
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            found = {}

            def look():
                for file in Path(folder).glob("skep-demo.*/system.yaml"):
                    found["text"] = file.read_text()
                    found["bin"] = {entry.name: os.readlink(entry) for entry in (file.parent / "bin").iterdir()}
                    found["config"] = (file.parent / "kubeconfig").read_bytes()
                return found or demo.poll() is not None
            try:
                wait_until(look, 60, 0.01)
            finally:
                demo.terminate()
                demo.communicate(timeout=60)
            section = found["text"].split("steps:\n", 1)[1]
            assert "only: true" in section and 'DOCKER_HOST: "unix:///nonexistent"' in section, section
            assert re.search(r'PATH: "[^:"]*/bin"\n', section) and 'LC_ALL: "C.UTF-8"' in section, section
            assert "hush" not in found["text"] and "SSH_AUTH_SOCK" not in section and "/etc/real" not in section
            assert found["config"] == b"" and found["bin"]["kubectl"].endswith("/skep-shim"), found["bin"]
            assert "rm" not in found["bin"] and "ssh" not in found["bin"] and "bash" in found["bin"]
            wait_until(lambda: not list(Path(folder).glob("skep-demo.*")), 20)

    def staged(name, test):
        def run():
            with tempfile.TemporaryDirectory(prefix="skep-shim-", dir="/tmp") as folder:
                with Stage(folder, skep, name) as stage:
                    test(stage)
        return run

    polln = [("a cluster is shown", a_cluster_is_shown), ("what is not known fails", what_is_not_known_fails),
             ("faults are mended", faults_are_mended), ("a hung colony is seen", a_hung_colony_is_seen),
             ("logs follow until they are ended", logs_follow_until_they_are_ended)]
    return ([(f"shim: {name}", staged("skep-colony", test)) for name, test in polln] +
            [("shim: DRYAD's host is cared for", staged("skep-dryad", dryads_host_is_cared_for)),
             ("shim: a demo's steps are shut in", a_demos_steps_are_shut_in)])


if __name__ == "__main__":
    failed = 0
    for title, case in tests(str(Path(sys.argv[1]).resolve())):
        if sys.argv[2:] and not any(word in title for word in sys.argv[2:]):
            continue
        begun = time.monotonic()
        try:
            case()
            print(f"ok   {title} ({time.monotonic() - begun:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL {title}\n{traceback.format_exc()}", flush=True)
    sys.exit(1 if failed else 0)
