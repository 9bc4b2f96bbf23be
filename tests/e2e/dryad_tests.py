"""The simulated DRYAD and its boards: every panel has something to show, each fault shows where it should, and the
four applications are read as they are."""
import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from servers import environment

ROOT = Path(__file__).resolve().parents[2]

# Faults that do not hide each other, together: (fault, board, panel, what one of its values reads, or may read).
SIGNS = [
    [("redis-down", 1, "Redis", "mock mode"),
     ("redis-down", 1, "Level 2: Stateful operations", "degraded"),
     ("validation-failing", 1, "Level 3: Orchestration, HITL", "FAILED"),
     ("validation-failing", 1, "Level 5: Lyceum", "suspect"),
     ("certificate-expired", 1, "Front door", "DOWN"),
     ("guardian-down", 1, "Guardian", "not running"),
     ("disk-full", 1, "Disk", "critical"),
     ("approvals-backlog", 1, "Approvals pending", "warning"),
     ("llm-rate-limit", 1, "Rate limit left", "critical"),
     ("workflow-failures", 1, "Agent success", ("warning", "critical"))],
    [("database-down", 1, "PostgreSQL", "DOWN"),
     ("database-down", 1, "Level 0: Foundation", "FAILED"),
     ("database-down", 1, "Level 1: Execution and memory", "FAILED"),
     ("database-down", 1, "Errors", "critical"),
     ("chroma-down", 1, "ChromaDB", "mock mode"),
     ("llm-unavailable", 1, "LLM provider", "DOWN"),
     ("healing-failures", 1, "Self-healing failed", "critical"),
     ("memory-guild-errors", 1, "Memory guild errors", "warning")],
    [("security-incident", 2, "401 Not logged in", "critical"),
     ("security-incident", 2, "403 Forbidden", "critical"),
     ("security-incident", 2, "Failed log-ins", "critical"),
     ("security-incident", 2, "Share of one address", "critical")],
]


def demo(skep, faults, *words):
    """What a command prints on a demo with these faults."""
    options = [option for fault in faults for option in ("--fault", fault)]
    done = subprocess.run([skep, "demo", "dryad", *options, "--", *words], capture_output=True, text=True, timeout=150,
                          env=environment(), stdin=subprocess.DEVNULL)
    assert done.returncode == 0, (done.returncode, done.stderr)
    return done.stdout


def snapshot(skep, faults, board):
    words = ["snapshot", "--board", str(board), "--size", "190xall", "--wait", "60s", "--format", "json"]
    panels = json.loads(demo(skep, faults, *words))["panels"]
    found = {}
    for panel in panels:
        found.setdefault(panel["title"], panel)
    return found


class Dryad:
    """A running skep-dryad; ends with the block."""

    def __init__(self, program, *options):
        self.program, self.options = program, options

    def __enter__(self):
        self.process = subprocess.Popen([self.program, *self.options], env=environment(), stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("ready "), self.process.stderr.read()
        self.state_path = Path(line[6:].rstrip("\n"))
        self.state = json.loads(self.state_path.read_text())
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        errors = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        assert "Sanitizer" not in errors and "runtime error" not in errors, errors
        assert not self.state_path.exists() and not Path(self.state["logs"]).exists()

    def address(self, job):
        return next(service["instance"] for service in self.state["services"] if service["job"] == job)

    def ask(self, job, path, method="GET", body=None):
        request = urllib.request.Request(f"http://{self.address(job)}{path}", method=method, data=body)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def ctl(self, *words):
        done = subprocess.run([self.program, "ctl", *words], capture_output=True, text=True, timeout=30,
                              env={**environment(), "SKEP_DRYAD": str(self.state_path)}, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr


def tests(skep):
    program = str(Path(skep).parent / "skep-dryad")

    def boards_are_full():
        for board, least in ((1, 45), (2, 14)):
            panels = snapshot(skep, ["security-incident", "high-error-rate"], board)
            empty = {title: (panel["state"], panel["reason"]) for title, panel in panels.items()
                     if panel["state"] != "value" or not panel.get("values")}
            assert len(panels) >= least, sorted(panels)
            assert not empty, empty

    def faults_show():
        for signs in SIGNS:
            faults = list(dict.fromkeys(fault for fault, *_ in signs))
            boards = {board: snapshot(skep, faults, board) for board in {board for _, board, *_ in signs}}
            for fault, board, title, wanted in signs:
                values = boards[board][title].get("values") or []
                seen = [word for value in values for word in (value.get("text"), value.get("severity"))]
                wanted = (wanted,) if isinstance(wanted, str) else wanted
                assert set(wanted) & set(seen), (fault, title, wanted, boards[board][title])

    def applications_answer_in_their_own_way():
        rows = [("l9-full", "/api/v1/health/status", 200, "health_score"), ("l9-full", "/health", 404, "detail"),
                ("l9-agent", "/health", 200, "2025-10-13"), ("l9-agent", "/metrics", 200, "counters"),
                ("head-uni", "/api/v1/health/metrics", 200, "uni0_requests_total"),
                ("head-uni", "/api/v1/health/status", 404, "detail"),
                ("head-main", "/health", 404, "detail"), ("head-main", "/metrics", 404, "detail")]
        for application in ("l9-full", "l9-agent", "head-uni", "head-main"):
            with Dryad(program, "--application", application, "--fault", "high-error-rate") as dryad:
                assert dryad.state["application"] == application
                for wanted, path, status, part in rows:
                    if wanted == application:
                        got, body = dryad.ask("dryad-backend", path)
                        assert got == status and part in body, (application, path, got, body[:300])

    def posts_and_verbs_act():
        with Dryad(program, "--fault", "approvals-backlog") as dryad:
            pending = json.loads(dryad.ask("dryad-backend", "/api/v1/approvals/pending")[1])
            assert pending["total"] > 10, pending
            one = pending["pending_approvals"][0]["approval_id"]
            assert dryad.ask("dryad-backend", f"/api/v1/approvals/{one}/approve", "POST", b"{}")[0] == 200
            assert dryad.ask("dryad-backend", f"/api/v1/approvals/{one}/approve", "POST", b"{}")[0] == 404
            status, out, _ = dryad.ctl("validate", "level", "4")
            assert status == 0 and "OVERALL SCORE: 13/13 tests passed (100.0%)" in out, out
            assert dryad.ctl("inject", "redis-down")[0] == 0
            assert "redis_up 0" in dryad.ask("redis", "/metrics")[1]
            assert "* redis-down" in dryad.ctl("list")[1]
            assert dryad.ctl("restart", "redis")[0] == 0
            status, _, errors = dryad.ctl("inject", "redis-dwn")
            assert status == 2 and "redis-down" in errors
            assert dryad.ask("dryad-backend", "/api/v1/health/status", "DELETE")[0] == 405
            body = b"x" * 100000
            assert dryad.ask("dryad-backend", "/api/v1/approvals/apr-1/approve", "POST", body)[0] == 413

    def logs_are_lines_of_json():
        with Dryad(program, "--fault", "high-error-rate", "--fault-age", "10m") as dryad:
            time.sleep(2.5)
            for name, member in (("access", "client_ip"), ("errors", "exception"), ("app", "logger")):
                lines = (Path(dryad.state["logs"]) / f"gremlins_{name}.log").read_text().splitlines()
                assert len(lines) > 5, name
                assert all(member in json.loads(line) for line in lines), name

    def profiles_choose_what_is_read():
        for name in ("system.yaml", "dashboard.json", "security.json"):
            done = subprocess.run([skep, "check", "--strict", str(ROOT / "systems/dryad" / name)], capture_output=True,
                                  text=True, timeout=30, env=environment())
            assert done.returncode == 0, done.stdout
        done = subprocess.run([skep, "snapshot", "dryad", "--profile", "l9-ful"], capture_output=True, text=True,
                              timeout=30, env=environment(), stdin=subprocess.DEVNULL)
        assert done.returncode == 2 and "did you mean 'l9-full'?" in done.stderr, done.stderr
        done = subprocess.run([skep, "snapshot", "polln", "--profile", "l9-full"], capture_output=True, text=True,
                              timeout=30, env=environment(), stdin=subprocess.DEVNULL)
        assert done.returncode == 2 and "no system has profiles" in done.stderr, done.stderr

    return [("dryad " + test.__name__, test) for test in
            (boards_are_full, faults_show, applications_answer_in_their_own_way, posts_and_verbs_act,
             logs_are_lines_of_json, profiles_choose_what_is_read)]
