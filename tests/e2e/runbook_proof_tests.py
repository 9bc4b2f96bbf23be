"""The checks of POLLN's runbooks prove something: for every fault of the
simulated colony they fail while it lasts, and hold within their time once the
scenario's commands have been run. A Prometheus judges them, on what the
colony's pages said every 15 seconds of its own time."""
import datetime
import json
import os
import re
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

from colony_tests import START_S
from runbook_commands_tests import SCENARIOS, SOURCE, Bench, commands
from servers import Servers, free_port, wait_for

# What a later step of the scenario is there to undo: these hold between the two.
PASSING = {"no instance runs", "still no instance runs"}

EVERY_S = 15
BEFORE_S, FAULT_S, AFTER_S = 300, 720, 1500


class Record:
    """What a colony's pages say, sample by sample, as OpenMetrics."""

    def __init__(self, bench, path):
        self.bench, self.path, self.at_s = bench, path, 0
        self.services = bench.colony.state()["services"]
        self.lines = []

    def scrape(self):
        for service in self.services:
            labels = f'instance="{service["instance"]}",job="{service["job"]}"'
            try:
                page = urllib.request.urlopen(service["url"], timeout=0.5).read().decode()
            except OSError:
                page = None
            self.lines.append(f"up{{{labels}}} {int(page is not None)} {START_S + self.at_s}")
            for line in (page or "").splitlines():
                if not line.startswith(("polln_", "process_")):
                    continue
                name, value = line.rsplit(" ", 1)
                name = f"{name[:-1]},{labels}}}" if name.endswith("}") else f"{name}{{{labels}}}"
                self.lines.append(f"{name} {value} {START_S + self.at_s}")

    def pass_time(self, seconds):
        for _ in range(seconds // EVERY_S):
            self.bench.advance(EVERY_S)
            self.at_s += EVERY_S
            self.scrape()

    def look_at_clock(self):
        """A command that waits lets time pass."""
        now = re.search(r"\d{4}-\d\d-\d\dT[\d:]+", self.bench.ask("clock")).group(0)
        self.at_s = int(datetime.datetime.fromisoformat(now + "+00:00").timestamp()) - START_S

    def write(self):
        self.path.write_text("\n".join([*self.lines, "# EOF", ""]))


def own_steps(runbook, letter):
    section = next(i for i, one in enumerate(runbook["sections"])
                   if one["letter"] == letter and one["role"] in ("scenario", "phase"))
    return [step for step in commands(runbook) if step["section"] == section]


def record_scenario(bench, record, fault, steps, fault_s=FAULT_S):
    """Returns when the remedy began, and when each step ended, in seconds."""
    ends = {}
    record.scrape()
    record.pass_time(BEFORE_S)
    bench.ask("inject", fault)
    record.pass_time(fault_s)
    begun = record.at_s
    for step in steps:
        text = bench.fill(step)
        if "--timeout" in text:
            status, output = bench.run(text)
        else:
            done = subprocess.run(["bash", "-c", text], env=bench.environment, cwd=bench.folder, timeout=60, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            status, output = done.returncode, done.stdout
        assert status == 0, (fault, text, status, output)
        record.look_at_clock()
        ends[step["id"]] = record.at_s
        record.pass_time(EVERY_S)
    record.pass_time(AFTER_S)
    return begun, ends


def holding(port, expression, until_s):
    """The seconds, of those that were sampled, at which the expression has a result."""
    words = urllib.parse.urlencode({"query": expression, "start": START_S, "end": START_S + until_s, "step": EVERY_S})
    answer = json.loads(wait_for(f"http://127.0.0.1:{port}/api/v1/query_range?{words}"))
    return {int(float(at)) - START_S for series in answer["data"]["result"] for at, _ in series["values"]}


def late(check, good, begun_s, until_s):
    """How long it takes to hold for good, in seconds from `begun_s` on, if that is too long; else None."""
    bad = [at for at in range(0, until_s, EVERY_S) if at >= begun_s and at not in good]
    needed = (bad[-1] + EVERY_S - begun_s if bad else 0) + (check["for_ms"] or 0) / 1000
    within = (check["within_ms"] or AFTER_S * 1000) / 1000
    return needed if needed > within else None


def judge(servers, path):
    data, port = servers.folder / "data", free_port()
    subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", path, data], check=True,
                   capture_output=True, timeout=120)
    (servers.folder / "none.yml").write_text("{}\n")
    servers.start("prometheus", ["prometheus", f"--config.file={servers.folder}/none.yml",
                                 f"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=99y",
                                 f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"],
                  f"http://127.0.0.1:{port}/-/ready")
    return port


def tests(skep):
    colony = os.environ.get("SKEP_COLONY_PROGRAM") or str(Path(skep).parent / "skep-colony")
    shim = str(Path(skep).parent / "skep-shim")

    def read(slug):
        shown = subprocess.run([skep, "runbook", "show", str(SOURCE / f"runbooks/polln/{slug}.md"), "--format", "json"],
                               capture_output=True, text=True, timeout=60)
        assert shown.returncode == 0, shown
        return json.loads(shown.stdout)

    def proves(fault):
        slug, letter, numbers = SCENARIOS[fault]
        runbook, wrong = read(slug), []
        own = own_steps(runbook, letter)
        steps = [own[number - 1] for number in numbers]
        with Servers() as servers:
            with Bench(colony, shim) as bench:
                record = Record(bench, servers.folder / "colony.om")
                begun, ends = record_scenario(bench, record, fault, steps)
                record.write()
            port = judge(servers, record.path)
            checks = [(step["id"], begun, ends[step["id"]], check)
                      for step in steps for check in step["notes"]["checks"]]
            assert checks, f"no step of {slug} {letter} is proved"
            last = ends[steps[-1]["id"]]
            for section in runbook["sections"]:
                if section["role"] == "verification":
                    checks += [("Verification", None, last, check) for check in section["checks"]]
            for where, from_s, since_s, check in [one for one in checks if one[3]["expression"]]:
                good = holding(port, check["expression"], record.at_s)
                # Of several steps one may bring about what the one before it took away.
                if from_s is not None and all(at in good for at in range(from_s, max(since_s, from_s + 1), EVERY_S)):
                    wrong.append(f"{where} {check['name']}: holds while {fault} lasts")
                if check["name"] in PASSING:
                    after = [end for end in ends.values() if end > since_s]
                    if not good & set(range(since_s, min(after, default=since_s) + EVERY_S)):
                        wrong.append(f"{where} {check['name']}: does not hold before the next step")
                    continue
                took = late(check, good, since_s, record.at_s)
                if took is not None:
                    wrong.append(f"{where} {check['name']}: holds for good after {took:.0f} s only, or never")
        assert not wrong, "\n".join(wrong)

    for fault in SCENARIOS:
        yield f"runbook checks prove that {fault} is over", lambda fault=fault: proves(fault)
