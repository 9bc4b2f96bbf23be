#!/usr/bin/env python3
"""alerts.py SKEP [SECONDS]: what alerts cost the whole console, 200x50, on the
real program. First 5,000 alerting rules each 15 s over a scraped page of
10,000 series: its cost on the alerts view and on a board, beside a console on
the same page without rules, in the same run, and how soon a key is answered.
Then 2,000 and 10,000 firing alerts whose values change each round, and 2,000
of them merged with a Prometheus that has the rules too and an Alertmanager
with as many alerts and 200 silences. Then how soon the first frame is there
with few rules and with many. Prints figures; exits 1 when a promise is not
kept."""
import json
import os
import select
import statistics
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
sys.path.insert(0, str(HERE))
from alerting import api, stamp, start_alertmanager  # noqa: E402
from boards import nine, write_board  # noqa: E402
from console import KEY_MOST_MS, Line, first_frame, over  # noqa: E402
from servers import Servers, free_port, query, wait_until  # noqa: E402
from sources import say, typed  # noqa: E402

SERIES, RULES, GROUP = 10000, 5000, 50
CORE_MOST = 0.20
MANY_KEY_MOST_MS = 64  # of 10,000 alerts
METRIC = "bench_requests_total"
LIST_KEYS = ["j", "j", "j", "k", "G", "g", "\x1b[6~", "\x1b[6~", "\x1b[5~", "s", "n"]


def expression(number):
    """Of the kinds that rule files have: a threshold on one series, a rate, a sum, a ratio, an absence."""
    one = f'{METRIC}{{path="/api/v1/resource-{number * 2}"}}'
    return [f"{one} > 1e12", f"rate({one}[5m]) > 1e6", f"increase({one}[10m]) > 1e9 and {one} > 5",
            f'sum by (job) (rate({one}[5m])) / sum by (job) ({one}) > 1e6', f"absent({one})",
            f"{one} >= 0"][number % 50 if number % 50 < 6 else number % 5]


def rule(name, text):
    return {"alert": name, "expr": text, "labels": {"severity": "warning", "team": "bench"},
            "annotations": {"summary": "{{ $labels.path }} is at {{ $value }}",
                            "runbook_url": "https://runbooks.invalid/bench"}}


def groups(rules, firing=0):
    """Rules in groups; `firing` alerts of one rule more."""
    made = [rule(f"BenchRule{i}", expression(i)) for i in range(rules)]
    ret = [{"name": f"bench-{i // GROUP}", "interval": "15s", "rules": made[i:i + GROUP]}
           for i in range(0, rules, GROUP)]
    if firing:
        ret.append({"name": "bench-many", "interval": "15s",
                    "rules": [rule("BenchMany", f"{METRIC} >= {(SERIES - firing) * 1000}")]})
    return {"groups": ret}


def write_system(folder, name, port, rules=None, **more):
    """A system on the page; with rules, or without."""
    write_board(folder / "nine.json", nine(f"sum by (code) (rate({METRIC}[5m]))"))
    system = {"system": name, "title": name, "scrape_interval": "15s", "dashboards": ["nine.json"],
              "collect": [{"type": "scrape", "job": "large", "targets": [f"127.0.0.1:{port}"], "interval": "15s"}],
              **more}
    if rules:
        (folder / f"{name}-rules.yaml").write_text(json.dumps(rules, indent=1))
        system["rules"] = [f"{name}-rules.yaml"]
    (folder / f"{name}.yaml").write_text(json.dumps(system))
    return folder / f"{name}.yaml"


def console(skep, system, *more):
    return [skep, "--system", system, "--engine", "embedded", "--refresh", "5s", *more]


def pressed(line, keys, seconds):
    """From a key to the first byte of its answer, evaluation going on; sorted, and how many had none."""
    took, lost, end, number = [], 0, time.monotonic() + seconds, 0
    while time.monotonic() < end:
        line.drain(0.03)
        started = time.monotonic()
        os.write(line.master, keys[number % len(keys)].encode())
        number += 1
        if select.select([line.master], [], [], 1.0)[0]:
            took.append((time.monotonic() - started) * 1000)
            line.bytes += len(os.read(line.master, 65536))
        else:
            lost += 1
    return sorted(took), lost


def judge(name, took, lost, most):
    late = say(name, took, lost)
    if late > most or lost:
        over.append(f"{name}: 99th percentile {late:.2f} ms, {lost} without an answer")


def filtered(line, rounds=6):
    """Letters typed into the filter, which is tried at each; then it is emptied."""
    took, lost = [], 0
    for number in range(rounds):
        os.write(line.master, b"f")
        line.drain(0.3)
        for letter in f"resource-{number}":
            started = time.monotonic()
            os.write(line.master, letter.encode())
            if select.select([line.master], [], [], 1.0)[0]:
                took.append((time.monotonic() - started) * 1000)
            else:
                lost += 1
            line.drain(0.05)
        os.write(line.master, b"\x15\r")
        line.drain(0.3)
    return sorted(took), lost


def opened(line, rounds=40):
    """An alert opened, and left again."""
    took, lost = [], 0
    for number in range(rounds * 2):
        line.drain(0.06)
        started = time.monotonic()
        os.write(line.master, b"q" if number % 2 else b"\r")
        if select.select([line.master], [], [], 1.0)[0]:
            took.append((time.monotonic() - started) * 1000)
        else:
            lost += 1
    return sorted(took), lost


def keys_of(name, command, seconds, settle, most=KEY_MOST_MS):
    """What moves in the list, narrows it and opens of it."""
    line = Line(command)
    line.drain(settle)
    os.write(line.master, b"2")
    line.drain(1)
    judge(f"{name}: list keys", *pressed(line, LIST_KEYS, seconds), most)
    judge(f"{name}: filter", *filtered(line), most)
    judge(f"{name}: open and leave", *opened(line), most)
    judge(f"{name}: command line", *typed(line, 3, "2"), most)
    before = line.cpu()
    line.drain(seconds)
    resident, dirty = line.memory()
    print(f"{name}: {100 * (line.cpu() - before) / seconds:.2f}% of a core, {resident:.1f} MiB resident, "
          f"{dirty:.1f} MiB private dirty", flush=True)
    line.end()


def side_by_side(commands, seconds, warm):
    """All at the same time, each on its view: the share of a core of each."""
    lines = {name: Line(command) for name, (command, _) in commands.items()}

    def drain(duration):
        threads = [threading.Thread(target=line.drain, args=(duration,)) for line in lines.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    drain(2)
    for name, line in lines.items():
        os.write(line.master, commands[name][1].encode())
    drain(warm)
    before = {name: (line.cpu(), line.bytes) for name, line in lines.items()}
    drain(seconds)
    share = {}
    for name, line in lines.items():
        share[name] = (line.cpu() - before[name][0]) / seconds
        resident, dirty = line.memory()
        print(f"{name:44s} {100 * share[name]:5.2f}% of a core   resident {resident:5.1f} MiB, private dirty "
              f"{dirty:5.1f} MiB   {(line.bytes - before[name][1]) / seconds:6.0f} B/s", flush=True)
        line.end()
    return share


def many_rules(skep, servers, seconds):
    """The rules' own cost: what a console on the same page without any does not have."""
    port = servers.script(HERE / "metrics_server.py", str(SERIES))
    with_rules = console(skep, write_system(servers.folder, "rules", port, groups(RULES)))
    without = console(skep, write_system(servers.folder, "idle", port))
    none = "no rules, on the board"
    found = side_by_side({none: (without, "1"), "5,000 rules, on the board": (with_rules, "1"),
                          "5,000 rules, on the alerts view": (with_rules, "2")}, seconds, 25)
    for name in [name for name in found if name != none]:
        more = found[name] - found[none]
        print(f"{name}: {100 * more:.2f}% of a core more than without (at most {100 * CORE_MOST:.0f}%)", flush=True)
        if more > CORE_MOST:
            over.append(f"{name}: {100 * more:.2f}% of a core")
    keys_of("no rules", without, seconds, 20)
    keys_of("5,000 rules", with_rules, seconds, 20)


def many_alerts(skep, servers, seconds):
    port = servers.script(HERE / "metrics_server.py", str(SERIES))
    for firing in (2000, 10000):
        system = write_system(servers.folder, f"firing-{firing}", port, groups(100, firing))
        keys_of(f"{firing:,} firing", console(skep, system), seconds, 20,
                KEY_MOST_MS if firing <= 2000 else MANY_KEY_MOST_MS)


def start_prometheus(servers, target, rules, alertmanager):
    port, folder = free_port(), servers.folder
    (folder / "server-rules.yml").write_text(json.dumps(rules))
    (folder / "prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "15s", "scrape_timeout": "5s", "evaluation_interval": "15s"},
        "rule_files": [str(folder / "server-rules.yml")],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]},
        "scrape_configs": [{"job_name": "large", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}]}))
    servers.start("prometheus", ["prometheus", f"--config.file={folder}/prometheus.yml", "--log.level=error",
                                 f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"],
                  f"http://127.0.0.1:{port}/-/ready")
    return port


def make_silences(port, count):
    """Half of them name one alert each, the others a pattern that few have."""
    for i in range(count):
        path = {"name": "path", "value": f"/api/v1/resource-{SERIES - 1 - i}", "isRegex": False, "isEqual": True}
        if i % 2:
            path = {"name": "path", "value": f".*/nothing-{i}.*", "isRegex": True, "isEqual": True}
        api(port, "silences", {"matchers": [path], "startsAt": stamp(), "endsAt": stamp(7200), "createdBy": "bench",
                               "comment": f"number {i}"})


def merged(skep, servers, seconds):
    target = servers.script(HERE / "metrics_server.py", str(SERIES))
    rules = groups(100, 2000)
    alertmanager = start_alertmanager(servers)
    make_silences(alertmanager, 200)
    prometheus = start_prometheus(servers, target, rules, alertmanager)
    wait_until(lambda: len(query(prometheus, 'ALERTS{alertname="BenchMany"}')) == 2000, 60)
    wait_until(lambda: len(api(alertmanager, "alerts")) >= 2000, 60)
    system = write_system(servers.folder, "merged", target, rules,
                          prometheus={"url": f"http://127.0.0.1:{prometheus}"},
                          alertmanager={"url": f"http://127.0.0.1:{alertmanager}"})
    keys_of("2,000 merged, 200 silences", [skep, "--system", system, "--refresh", "5s"], seconds, 20)


def held_at_start(skep, system, runs=5):
    """The longest a key waited within the first two seconds."""
    worst = []
    for _ in range(runs):
        line = Line(console(skep, system))
        while not line.first:
            line.drain(0.002)
        took, _ = pressed(line, ["?", "q"], 2)
        worst.append(took[-1])
        line.end()
    print(f"{'keys in the first two seconds':44s} the longest {statistics.median(worst):6.1f} ms (median of {runs})",
          flush=True)


def start(skep, servers):
    port = servers.script(HERE / "metrics_server.py", "100")
    for rules in (0, 40, RULES):
        system = write_system(servers.folder, f"start-{rules}", port, groups(rules) if rules else None)
        first_frame(f"first frame, {rules} rules", console(skep, system))
        held_at_start(skep, system)


PARTS = {"rules": many_rules, "alerts": many_alerts, "merged": merged, "start": lambda s, v, _: start(s, v)}


def main():
    skep = str(Path(sys.argv[1]).resolve())
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 30
    wanted = sys.argv[3:] or list(PARTS)
    for name in wanted:
        with Servers() as servers:
            os.environ.update(XDG_STATE_HOME=str(servers.folder / "state"), XDG_CACHE_HOME=str(servers.folder / "cache"))
            PARTS[name](skep, servers, seconds)
    print("promises not kept: " + ("; ".join(over) or "none"))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
