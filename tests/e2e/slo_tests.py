"""Objectives: what skep says of them, and that the rules it prints give a real
Prometheus the same burn rates, the same rest of the budget and the same alerts."""
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from colony_tests import Colony
from servers import Servers, environment, query, wait_until
from terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
DAY, STEP = 86400, 60

SLOS = """
objectives:
  - name: burning
    target: 99.9%
    window: 4d
    tier: p0
    events: { bad: 'sum(rate(req{code=~"5.."}[$window]))', total: 'sum(rate(req[$window]))' }
  - name: slow
    target: 95%
    window: 4d
    lines:
      - { name: within, events: { good: 'rate(quick[$window])', total: 'rate(all[$window])' } }
      - { name: idle, events: { bad: 'rate(idle_bad[$window])', total: 'rate(idle[$window])' } }
  - name: room
    target: 99%
    window: 4d
    threshold: { expression: used, good: '< 80%' }
  - { name: speed, value: { expression: 'sum(rate(req[5m]))', good: '> 1' } }
"""


def samples(end):
    """{series: [(time, value)]}, a minute apart, five days until `end`; the last hours fail more and more."""
    values = {name: [] for name in ('req{code="200"}', 'req{code="500"}', "quick", "all", "idle", "idle_bad", "used")}
    good = bad = quick = every = 1e6
    for when in range(end - 5 * DAY, end + 1, STEP):
        ago = end - when
        failing = 0 if ago > 6 * 3600 else 1 if ago > 3600 else 4
        good, bad = good + 100 - failing, bad + failing
        every += 50
        quick += 50 if ago > 2 * DAY else 48 if ago > 7200 else 20
        for name, value in zip(values, (good, bad, quick, every, 1e6, 1e6, 0.9 if 3600 <= ago % DAY < 5400 else 0.5)):
            values[name].append((when, value))
    return values


def write_samples(path, values):
    lines = []
    for name, points in values.items():
        lines += [] if name.endswith('"500"}') else [f"# TYPE {name.split('{')[0]} unknown"]
        lines += [f"{name} {value:.15g} {when}" for when, value in points]
    path.write_text("\n".join(lines) + "\n# EOF\n")


def run(skep, *arguments, status=(0, 1)):
    done = subprocess.run([skep, *map(str, arguments)], capture_output=True, text=True, timeout=120, env=environment())
    assert done.returncode in status, f"{arguments}: exit {done.returncode}: {done.stderr}"
    return done


def write_system(folder, name, more):
    (folder / "slos.yaml").write_text(SLOS)
    path = folder / f"{name}.yaml"
    path.write_text(f"system: test\ntitle: Test\nslos: slos.yaml\n{more}")
    return path


def raw(port, selector):
    """{(labels): {time: value}} of the samples that are stored."""
    return {tuple(sorted(s["metric"].items())): {round(t * 1000): float(v) for t, v in s["values"]}
            for s in query(port, f"{selector}[1m]")}


def named(recorded, **labels):
    found = [s for key, s in recorded.items() if labels.items() <= dict(key).items()]
    assert len(found) == 1, f"{labels}: {len(found)} of {list(recorded)}"
    return found[0]


def same(got, want, what):
    assert got is not None and abs(got - want) <= 1e-9 * max(1, abs(want)), f"{what}: {got}, not {want}"


def compare(lines, recorded, left, alerts, moment):
    """What skep says of a moment against what the rules recorded in it."""
    compared = 0
    for line in lines:
        for burn in line.get("burn", []):
            if burn["rate"] is None:
                continue
            same(burn["rate"], named(recorded, slo=line["slo"], window=burn["window"])[moment],
                 f"{line['slo']} {burn['window']}")
            compared += 1
        if line.get("remaining") is not None and line["window_error_ratio"]["why"] == "":
            times = named(left, slo=line["slo"])
            assert abs(times[max(times)] - line["remaining"]) < 0.01, f"{line['slo']}: {line['remaining']}"
        for name in {pair["name"] for pair in line.get("pairs", [])}:
            fires = any(p["state"] == "critical" for p in line["pairs"] if p["name"] == name)
            alert = "SLO" + "".join(w.title() for w in line["slo"].split("/")) + "BudgetBurn" + name.title()
            told = any(dict(key)["alertname"] == alert and moment in times for key, times in alerts.items())
            assert fires == told, f"{alert} at {moment}: skep {fires}, Prometheus {told}"
    return compared


def tests(skep):
    program = os.environ.get("SKEP_COLONY_PROGRAM") or str(Path(skep).parent / "skep-colony")

    def rules_are_accepted():
        for system in ("polln", "dryad"):
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(run(skep, "slo", "rules", ROOT / f"systems/{system}/system.yaml", status=(0,)).stdout)
                file.flush()
                done = subprocess.run(["promtool", "check", "rules", file.name], capture_output=True, text=True,
                                      timeout=60)
                assert done.returncode == 0 and "SUCCESS" in done.stdout, done.stdout + done.stderr

    def rules_give_the_same_numbers():
        with Servers() as servers:
            folder = servers.folder
            # Behind the newest block alone a Prometheus takes what rules record.
            write_samples(folder / "past.om", samples(int(time.time()) // STEP * STEP))
            system = write_system(folder, "embedded",
                                  "store: { raw: 6d }\ncollect:\n  - { type: history, job: past, file: past.om }\n")
            rules = run(skep, "slo", "rules", system, status=(0,)).stdout
            (folder / "rules.yml").write_text(rules.replace("interval: 30s", "interval: 2s").replace("interval: 5m", "interval: 2s"))
            subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", folder / "past.om", folder / "data"],
                           check=True, capture_output=True, timeout=120)
            port = prometheus_with(servers, folder)

            def recorded():
                """every burn rate was recorded six times; the first two rounds of a Prometheus leave ALERTS out"""
                found = raw(port, "slo:burn_rate:ratio")
                return found if found and len(found) >= 28 and min(map(len, found.values())) >= 6 else None
            burn = wait_until(recorded, 60)
            # The groups of the lines are evaluated at moments of their own.
            answered = run(skep, "slo", "--format", "json", "--engine", "prometheus", "--prometheus",
                           f"http://127.0.0.1:{port}", "--system", system)
            ids = [line["slo"] for line in json.loads(answered.stdout)["lines"] if "burn" in line]
            compared = 0
            for slo in ids:
                moments = sorted(named(burn, slo=slo, window="5m")) if slo != "slow/idle" else []
                for engine in ("prometheus", "embedded") if moments else ():
                    more = ("--prometheus", f"http://127.0.0.1:{port}") if engine == "prometheus" else ()
                    said = json.loads(run(skep, "slo", "--format", "json", "--engine", engine, *more, "--at", moments[4],
                                          "--system", system).stdout)
                    lines = [line for line in said["lines"] if line["slo"] == slo]
                    compared += compare(lines, burn, raw(port, "slo:error_budget_remaining:ratio"),
                                        raw(port, 'ALERTS{alertstate="firing"}'), moments[4])
            assert compared == 3 * 7 * 2, compared

    def says_it_in_a_sentence():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_samples(folder / "past.om", samples(int(time.time()) // STEP * STEP))
            system = write_system(folder, "embedded",
                                  "store: { raw: 6d }\ncollect:\n  - { type: history, job: past, file: past.om }\n")
            done = run(skep, "slo", "--system", system, status=(1,))
            assert "burning" in done.stdout and "gone in" in done.stdout, done.stdout
            idle = [line for line in done.stdout.splitlines() if "idle" in line]
            assert len(idle) == 1 and "no traffic over 1 h and 5 min" in idle[0] and "100%" not in idle[0].split("no traffic")[0][30:], idle
            said = json.loads(run(skep, "slo", "--format", "json", "--system", system, status=(1,)).stdout)
            speed = [line for line in said["lines"] if line["slo"] == "speed"][0]
            assert not speed["breached"] and "remaining" not in speed, speed

    def faults_have_their_line():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "slos.yaml").write_text("objectives:\n  - name: a\n    target: 101%\n    events: { total: 'x' }\n")
            for command in (("check", folder / "slos.yaml"), ("slo", "--system", folder / "system.yaml")):
                (folder / "system.yaml").write_text("system: a\nslos: slos.yaml\n")
                done = run(skep, *command, status=(2,))
                said = done.stdout + done.stderr
                assert "slos.yaml:3:13: target: '101%' is out of range" in said, said
                assert "slos.yaml:4:13: events: has neither bad: nor good:" in said, said
            (folder / "system.yaml").write_text("system: a\nprometheus: { url: 'http://127.0.0.1:1' }\n")
            assert "no objectives" in run(skep, "slo", "--system", folder / "system.yaml", status=(2,)).stderr

    def nobody_answers_is_no_good_news():
        with tempfile.TemporaryDirectory() as name:
            system = write_system(Path(name), "dark", "prometheus: { url: 'http://127.0.0.1:1' }\n")
            done = run(skep, "slo", "--system", system, status=(1,))
            assert "nobody answers" in done.stderr, done.stderr

    def a_fault_burns_the_budget_on_the_screen():
        with Colony(program) as colony, tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "dashboard.json").write_text(json.dumps({"title": "Board", "panels": []}))
            collect = "".join("  - " + json.dumps({"type": "scrape", "job": s["job"], "targets": [s["url"]], "interval": "1s"})
                              + "\n" for s in colony.state()["services"])
            (folder / "system.yaml").write_text(f"system: polln\ntitle: POLLN\nslos: {ROOT}/systems/polln/slos.yaml\n"
                                                f"dashboards: [dashboard.json]\ncollect:\n{collect}")
            with Terminal([skep, "--system", folder / "system.yaml", "--theme", "mono"], 200, 50, LANG="C.UTF-8") as terminal:
                terminal.wait("Board")
                terminal.send("4")
                terminal.wait("Objectives", "Availability", "Scorecard", "✓ API", seconds=60)
                # Else the pane is about whatever is worst at the moment.
                terminal.send("g", 0.3)
                colony.ctl("inject", "error-burst")
                terminal.wait("API", "burning", absent=("✓ API",), seconds=150)
                terminal.send("\r", 0.3)
                terminal.wait("Budget left", "Alerts on the burn", "14.4x")
                terminal.send("x", 0.3)
                terminal.wait("How it is asked", 'polln_requests_total{status=~"5.."}')
                terminal.send("q", 0.3)
                terminal.send("q", 0.3)
                terminal.wait("Scorecard", absent=("How it is asked",))
                terminal.send("f", 0.2)
                terminal.send("latency\r", 0.3)
                terminal.wait("filter: latency", "P99 < 1 s", absent=("Federated sync",))
                terminal.send("1", 0.3)
                terminal.send("q")
                assert terminal.finish() == 0

    return [("slo: a fault burns the budget on the screen", a_fault_burns_the_budget_on_the_screen),
            ("slo: promtool accepts the rules", rules_are_accepted),
            ("slo: the rules give Prometheus the same numbers", rules_give_the_same_numbers),
            ("slo: a sentence, no traffic, a goal", says_it_in_a_sentence),
            ("slo: every fault with its line", faults_have_their_line),
            ("slo: nobody answers", nobody_answers_is_no_good_news)]


def prometheus_with(servers, folder):
    """A Prometheus over the blocks in `data` that evaluates rules.yml and scrapes nothing; its port."""
    from servers import free_port
    port = free_port()
    (folder / "prometheus.yml").write_text("global: { evaluation_interval: 2s }\nrule_files: [rules.yml]\n")
    servers.start("prometheus", ["prometheus", f"--config.file={folder}/prometheus.yml",
                                 f"--storage.tsdb.path={folder}/data", "--storage.tsdb.retention.time=30d",
                                 f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"],
                  f"http://127.0.0.1:{port}/-/ready")
    return port
