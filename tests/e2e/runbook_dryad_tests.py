"""The commands of DRYAD's runbooks, run against the simulated one with the
tools that a demo has: each works as it is written, and so does each rollback;
for every fault the runbook that its alert names has a scenario whose commands
end it."""
import os
import re
import subprocess
import json
from pathlib import Path

from runbook_commands_tests import PASSING_S, SOURCE, Bench, commands

FOLDER = SOURCE / "runbooks/dryad"
TOOLS = ("docker", "docker-compose", "psql", "alembic", "openssl", "certbot", "nginx", "iptables", "systemctl", "crontab",
         "git", "journalctl", "ss", "find", "du", "curl", "df", "free", "ps", "pkill", "backup.sh", "restore.sh",
         "generate-ssl-certs.sh")
SCRIPTS = ("backup.sh", "restore.sh", "generate-ssl-certs.sh")

# Where a step's own choices give nothing, or it has none.
VALUES = {"address": "203.0.113.7", "approval-id": "apr-000000", "key-id": "key-7f3a", "program": "reindex",
          "target-time": "2026-01-05 11:50:00+00", "task-id": "sh-000000"}

# Where a status other than 0 is right while nothing is wrong: part of the command.
OTHERWISE = {
    "docker network connect": (1,),     # it is in that network
    "/approve": (0, 22),                # nothing waits
    "/self-healing/review/": (0, 22),
    "pkill -TERM -x": (0, 1),           # no such program runs
}

# Fault: runbook, letter of the scenario or phase, which of its commands.
SCENARIOS = {
    "start-failure": ("service-will-not-start", "A", [1]),
    "backend-down": ("service-will-not-start", "B", [1]),
    "backend-hung": ("service-will-not-start", "B", [1]),
    "nginx-down": ("service-will-not-start", "C", [2]),
    "crash-loop": ("service-will-not-start", "D", [1]),
    "high-error-rate": ("high-error-rate", "A", [1]),
    "bad-deploy": ("high-error-rate", "B", [1]),
    "workflow-failures": ("high-error-rate", "C", [1]),
    "slow-responses": ("slow-responses", "A", [1]),
    "slow-queries": ("slow-responses", "A", [1]),
    "high-cpu": ("slow-responses", "C", [1]),
    "memory-leak": ("high-memory", "A", [1]),
    "high-memory": ("high-memory", "B", [1]),
    "database-down": ("database-connections", "A", [1]),
    "database-connections": ("database-connections", "B", [1]),
    "redis-down": ("redis-connection-failed", "A", [1]),
    "chroma-down": ("redis-connection-failed", "B", [1]),
    "llm-unavailable": ("llm-provider-unavailable", "A", [1]),
    "llm-failures": ("llm-provider-unavailable", "B", [1]),
    "llm-slow": ("llm-provider-unavailable", "B", [1]),
    "llm-rate-limit": ("llm-provider-unavailable", "B", [1]),
    "llm-outage": ("llm-provider-unavailable", "C", [1]),
    "validation-failing": ("validation-failing", "A", [1]),
    "healing-failures": ("validation-failing", "A", [1]),
    "migration-failed": ("validation-failing", "B", [1, 2]),
    "memory-guild-errors": ("validation-failing", "C", [1]),
    "approvals-backlog": ("validation-failing", "D", [1, 3]),
    "healing-backlog": ("validation-failing", "E", [1, 3]),
    "guardian-down": ("validation-failing", "F", [1]),
    "certificate-expired": ("certificate-expired", "A", [1, 2]),
    "certificate-ending": ("certificate-expired", "B", [1, 2]),
    "disk-full": ("disk-space", "A", [1]),
    "security-incident": ("security-incident", "2", [1, 2]),
    "rate-limited": ("security-incident", "2", [1]),
    "deploy": ("deployment", "A", [1]),
    "config-change": ("deployment", "B", [1, 2]),
    "maintenance": ("maintenance", "A", [1]),
}

# Other ways out of the same.
OTHER_WAYS = [
    ("slow-responses", "slow-responses", "B", [1]),
    ("high-cpu", "slow-responses", "D", [1]),
    ("high-memory", "high-memory", "C", [1, 2]),
    ("llm-unavailable", "llm-provider-unavailable", "B", [1]),
    ("disk-full", "disk-space", "B", [1, 2]),
    ("disk-full", "disk-space", "C", [1]),
    ("migration-failed", "migration-failed", "A", [1, 2]),
    ("migration-failed", "backup-and-recovery", "B", [1, 2]),
    ("memory-leak", "memory-leak", "A", [1]),
    ("bad-deploy", "deployment", "A", [1]),
    ("bad-deploy", "rollback", "A", [1]),
    ("rate-limited", "security-incident", "2", [3]),
    ("crash-loop", "deployment", "A", [1]),
]


class Host(Bench):
    """A DRYAD whose time is driven, and a folder as /opt/dryad."""

    def __enter__(self):
        super().__enter__()
        for tool in TOOLS:
            if not (self.folder / tool).is_symlink():
                (self.folder / tool).symlink_to(self.shim)
        self.environment["SKEP_DRYAD"] = self.environment.pop("SKEP_COLONY")
        (self.folder / "scripts").mkdir()
        for script in SCRIPTS:
            (self.folder / "scripts" / script).write_text(f'exec {script} "$@"\n')
        (self.folder / "logs").symlink_to(self.colony.state()["logs"])
        (self.folder / ".env.production").write_text("OPENAI_API_KEY=simulated\n")
        return self

    def fill(self, step):
        text, choices = step["text"], {one["placeholder"]: one for one in step["notes"]["choices"]}
        for name in {one["name"] for one in step["placeholders"]}:
            choice, values = choices.get(name, {}), []
            if choice.get("command"):
                status, output = self.run(choice["command"])
                assert status == 0, (step["id"], choice["command"], status, output)
                values = output.split()
            text = text.replace(f"<{name}>", (values or choice.get("values") or [VALUES.get(name)])[0])
        return text


def known_faults():
    lines = (SOURCE / "tests/conformance/fault-alerts-dryad.tsv").read_text().splitlines()
    return {line.split("\t")[0]: line.split("\t")[1].split() for line in lines if line and not line.startswith("#")}


def expected(command):
    return next((statuses for part, statuses in OTHERWISE.items() if part in command), (0,))


def tests(skep):
    dryad = os.environ.get("SKEP_DRYAD_PROGRAM") or str(Path(skep).parent / "skep-dryad")
    shim = str(Path(skep).parent / "skep-shim")

    def read(slug):
        shown = subprocess.run([skep, "runbook", "show", str(FOLDER / f"{slug}.md"), "--format", "json"],
                               capture_output=True, text=True, timeout=60)
        assert shown.returncode == 0, shown
        return json.loads(shown.stdout)

    def each_command_works(slug):
        wrong = []
        with Host(dryad, shim) as host:
            host.advance(PASSING_S)
            for step in commands(read(slug)):
                text = host.fill(step)
                status, output = host.run(text)
                if status not in expected(text) or "command not found" in output or "jq: error" in output:
                    wrong.append(f"{step['id']} {text}\n-> {status}: {output[-1500:]}")
                host.advance(PASSING_S)
        assert not wrong, "\n".join(wrong)

    def each_rollback_works(slug):
        wrong = []
        with Host(dryad, shim) as host:
            for step in commands(read(slug)):
                rollback, text = step["notes"].get("rollback") or "", host.fill(step)
                if not re.match(r"docker |iptables |bash |[A-Z_]+=\S+ docker ", rollback):
                    continue
                host.run(text)
                for name in re.findall("<([a-z-]+)>", rollback):
                    rollback = rollback.replace(f"<{name}>", VALUES[name])
                status, output = host.run(rollback.split("; ")[0])
                if status not in expected(rollback):
                    wrong.append(f"{step['id']} {rollback}\n-> {status}: {output[-1500:]}")
                host.advance(PASSING_S)
        assert not wrong, "\n".join(wrong)

    def each_fault_has_a_scenario_where_its_alert_leads():
        faults, alerts = known_faults(), {}
        assert set(SCENARIOS) == set(faults)
        for path in FOLDER.glob("*.md"):
            for alert in read(path.stem)["alerts"]:
                assert alert not in alerts, alert
                alerts[alert] = path.stem
        for fault, raised in faults.items():
            assert SCENARIOS[fault][0] in {alerts[alert] for alert in raised}, fault

    def scenario_mends(fault, slug, letter, numbers):
        runbook = read(slug)
        section = next(i for i, one in enumerate(runbook["sections"])
                       if one["letter"] == letter and one["role"] in ("scenario", "phase"))
        own = [step for step in commands(runbook) if step["section"] == section]
        with Host(dryad, shim) as host:
            host.ask("inject", fault)
            host.advance(600)
            assert host.active() == {fault}
            for number in numbers:
                text = host.fill(own[number - 1])
                status, output = host.run(text)
                assert status == 0, (text, status, output)
                host.advance(10)
            host.advance(180)
            assert not host.active(), (fault, host.active())

    def no_secret_is_shown():
        for path in FOLDER.glob("*.md"):
            for step in commands(read(path.stem)):
                assert not re.search(r"\b(env|printenv)\b(?!\.)(?! *\|)|cat +\.env|echo +\$\w*KEY", step["text"].replace(
                    "--env-file .env.production", "")), (path.stem, step["text"])

    for path in sorted(FOLDER.glob("*.md")):
        yield f"runbook commands: DRYAD's {path.stem}", lambda slug=path.stem: each_command_works(slug)
    for path in sorted(FOLDER.glob("*.md")):
        if "rollback: " in path.read_text():
            yield f"runbook rollbacks: DRYAD's {path.stem}", lambda slug=path.stem: each_rollback_works(slug)
    yield "runbook commands: each fault of DRYAD has a scenario", each_fault_has_a_scenario_where_its_alert_leads
    yield "runbook commands: DRYAD's show no secret", no_secret_is_shown
    for fault, (slug, letter, numbers) in SCENARIOS.items():
        yield (f"runbook commands mend DRYAD's {fault}",
               lambda one=(fault, slug, letter, numbers): scenario_mends(*one))
    for fault, slug, letter, numbers in OTHER_WAYS:
        yield (f"runbook commands mend DRYAD's {fault} by {slug} {letter}",
               lambda one=(fault, slug, letter, numbers): scenario_mends(*one))
