"""The commands of the shipped runbooks, run against the simulated systems with
the tools that a demo has: each works as it is written, each rollback too, and
for every fault of the colony there is a scenario whose commands end it."""
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from colony_tests import Colony, START

SOURCE = Path(__file__).resolve().parents[2]
TOOLS = ("kubectl", "npm", "curl")
PASSING_S = 300  # what passes between one step and the next

VALUES = {"timestamp": "2026-01-05T11:50:00Z", "tx-id": "48211"}

# Where a status other than 0 is right: runbook ("" any), part of the command, and why.
OTHERWISE = {
    ("disaster-recovery", "failover --abort"): (1,),  # none is under way
    ("", "replication --status"): (0, 1),  # behind while the newest backup is copied
}

# Fault: runbook, letter of the scenario (or phase), which of its commands.
SCENARIOS = {
    "crash@0": ("colony-crash", "E", [1]),
    "crash@all": ("colony-crash", "E", [1]),
    "deadlock": ("colony-crash", "B", [1]),
    "out-of-memory": ("colony-crash", "A", [1]),
    "agent-loss": ("colony-crash", "F", [1]),
    "lmcache-down": ("dependency-failure", "A", [1]),
    "federated-down": ("dependency-failure", "B", [1]),
    "worldmodel-down": ("dependency-failure", "C", [1]),
    "meadow-down": ("dependency-failure", "D", [1]),
    "database-failing": ("dependency-failure", "F", [1, 2]),
    "redis-down": ("dependency-failure", "G", [1]),
    "network-partition": ("network-partition", "A", [1, 2, 3]),
    "corrupted-agents": ("data-corruption", "A", [1, 2, 3]),
    "nan-synapses": ("data-corruption", "B", [1, 3]),
    "corrupted-synapses": ("data-corruption", "B", [2, 3]),
    "entropy-loss": ("data-corruption", "C", [1, 2, 3]),
    "corrupted-anchors": ("data-corruption", "D", [1, 2, 3]),
    "corrupted-federated": ("data-corruption", "E", [1, 2, 3, 4]),
    "agent-explosion": ("performance-degradation", "A", [1, 2]),
    "memory-leak": ("performance-degradation", "B", [1]),
    "dream-saturation": ("performance-degradation", "D", [1]),
    "kv-saturation": ("performance-degradation", "E", [1]),
    "latency": ("performance-degradation", "G", [1]),
    "error-burst": ("performance-degradation", "H", [2]),
    "traffic-loss": ("performance-degradation", "I", [1]),
    "auth-attack": ("security-breach", "A", [1, 2]),
    "crash-loop": ("colony-crash", "H", [2]),
    "corrupted-store": ("data-corruption", "F", [1, 2, 3, 4, 5, 6, 7, 8]),
    "synapse-bloat": ("performance-degradation", "C", [2]),
    "slow-network": ("performance-degradation", "F", [2, 3, 4, 5]),
    "zone-loss": ("disaster-recovery", "A", [2, 3]),
    "zones-and-standby-loss": ("disaster-recovery", "1", [1, 2]),
    "region-loss": ("disaster-recovery", "1", [1, 2]),
    "failover-stuck": ("disaster-recovery", "E", [1]),
    "backup-failing": ("backup-restore", "A", [1, 2]),
    "backup-slow": ("backup-restore", "B", [1]),
    "backup-swollen": ("backup-restore", "C", [1]),
    "backup-spoilt": ("backup-restore", "D", [2, 3]),
    "replication-stalled": ("backup-restore", "E", [1]),
}


def known_faults():
    lines = (SOURCE / "tests/conformance/fault-alerts-polln.tsv").read_text().splitlines()
    return {line.split("\t")[0] for line in lines if line and not line.startswith("#")}


class Bench:
    """A colony whose time is driven, and the demo's tools in a folder of their own."""

    def __init__(self, colony, shim):
        self.colony = Colony(colony, "--clock", "manual", "--start", START)
        self.shim = shim

    def __enter__(self):
        self.colony.__enter__()
        self.folder = Path(tempfile.mkdtemp(prefix="skep-runbooks-", dir="/tmp"))
        for tool in TOOLS:
            (self.folder / tool).symlink_to(self.shim)
        self.control = self.colony.state()["control"]
        self.environment = {
            "PATH": f"{self.folder}:/usr/bin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8",
            "SKEP_COLONY": str(self.colony.state_path),
            **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ},
        }
        return self

    def __exit__(self, *what):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.colony.__exit__(*what)

    def ask(self, *words):
        """This colony and no other, however long it takes to answer."""
        answer = b""
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(self.control)
            one.sendall(json.dumps({"words": words, "json": False}).encode() + b"\n")
            while part := one.recv(65536):
                answer += part
        answer = json.loads(answer)
        assert answer["status"] == 0, (words, answer)
        return answer["output"]

    def advance(self, seconds):
        self.ask("clock", "advance", f"{seconds}s")

    def run(self, text):
        """The command as a step runs it, while the colony's time passes: exit status and all it said."""
        over = threading.Event()

        def drive():
            while not over.wait(0.2):
                self.advance(5)

        clock = threading.Thread(target=drive)
        clock.start()
        try:
            done = subprocess.run(["bash", "-c", text], env=self.environment, cwd=self.folder, timeout=120, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        finally:
            over.set()
            clock.join()
        return done.returncode, done.stdout

    def fill(self, step):
        """Its text with a value for each placeholder, from its own choices where it has some."""
        text, choices = step["text"], {one["placeholder"]: one for one in step["notes"]["choices"]}
        for name in {one["name"] for one in step["placeholders"]}:
            choice = choices.get(name)
            if choice and choice.get("command"):
                status, output = self.run(choice["command"])
                assert status == 0 and output.split(), (step["id"], choice["command"], status, output)
                value = output.split()[-1]  # the oldest: from before what ails it
            elif choice and choice.get("values"):
                value = choice["values"][0]
            elif name == "backup-id":
                value = self.newest_backup()
            else:
                value = VALUES[name]
            text = text.replace(f"<{name}>", value)
        return text

    def newest_backup(self):
        listing = self.ask("backup", "list", "1")
        return next(word for word in listing.split() if word.startswith("backup-"))

    def active(self):
        return {line.split()[1] for line in self.ask("list").splitlines() if line.startswith("* ")} - {"is"}


def commands(runbook):
    return [step for step in runbook["steps"] if step["kind"] == "command" and not step["notes"]["manual"]]


def expected(slug, command):
    return next((statuses for (runbook, part), statuses in OTHERWISE.items()
                 if runbook in ("", slug) and part in command), (0,))


def tests(skep):
    colony = os.environ.get("SKEP_COLONY_PROGRAM") or str(Path(skep).parent / "skep-colony")
    shim = str(Path(skep).parent / "skep-shim")

    def read(path):
        shown = subprocess.run([skep, "runbook", "show", str(path), "--format", "json"], capture_output=True,
                               text=True, timeout=60)
        assert shown.returncode == 0, shown
        return json.loads(shown.stdout)

    def each_command_works(path):
        runbook, wrong = read(path), []
        steps = commands(runbook)
        assert steps or not any("kubectl" in line for line in path.read_text().splitlines())
        with Bench(colony, shim) as bench:
            bench.advance(PASSING_S)
            for step in steps:
                text = bench.fill(step)
                status, output = bench.run(text)
                if status not in expected(runbook["slug"], text) or "command not found" in output:
                    wrong.append(f"{step['id']} {text}\n-> {status}: {output[-1500:]}")
                bench.advance(PASSING_S)
        assert not wrong, "\n".join(wrong)

    def each_rollback_works(path):
        runbook, wrong = read(path), []
        with Bench(colony, shim) as bench:
            for step in commands(runbook):
                rollback, text = step["notes"].get("rollback") or "", bench.fill(step)
                bench.run(text)
                bench.advance(PASSING_S)
                if not rollback.startswith("kubectl "):
                    continue
                status, output = bench.run(rollback)
                if status not in expected(runbook["slug"], rollback):
                    wrong.append(f"{step['id']} {rollback}\n-> {status}: {output[-1500:]}")
                bench.advance(PASSING_S)
                bench.run(text)  # what comes next follows the step, not its rollback
                bench.advance(PASSING_S)
        assert not wrong, "\n".join(wrong)

    def each_fault_has_a_scenario():
        assert set(SCENARIOS) == known_faults()
        assert len(list((SOURCE / "runbooks/polln").glob("*.md"))) >= 15

    def scenario_mends(fault):
        slug, letter, numbers = SCENARIOS[fault]
        runbook = read(SOURCE / f"runbooks/polln/{slug}.md")
        section = next(i for i, one in enumerate(runbook["sections"])
                       if one["letter"] == letter and one["role"] in ("scenario", "phase"))
        own = [step for step in commands(runbook) if step["section"] == section]
        with Bench(colony, shim) as bench:
            bench.ask("inject", fault)
            bench.advance(600)
            assert bench.active() == {fault.split("@")[0]}
            for number in numbers:
                text = bench.fill(own[number - 1])
                status, output = bench.run(text)
                assert status == 0, (text, status, output)
                bench.advance(10)
            bench.advance(180)
            assert not bench.active(), (fault, bench.active())

    for path in sorted((SOURCE / "runbooks/polln").glob("*.md")):
        yield f"runbook commands: {path.stem}", lambda path=path: each_command_works(path)
    for path in sorted((SOURCE / "runbooks/polln").glob("*.md")):
        if re.search("rollback: '?kubectl ", path.read_text()):
            yield f"runbook rollbacks: {path.stem}", lambda path=path: each_rollback_works(path)
    yield "runbook commands: each fault has a scenario", each_fault_has_a_scenario
    for fault in SCENARIOS:
        yield f"runbook commands mend {fault}", lambda fault=fault: scenario_mends(fault)
