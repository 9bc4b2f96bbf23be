#!/usr/bin/env python3
"""situation_golden.py [--update] SKEP: the map and the events of a system whose
past is a file made for the moment, in each size and glyph set, compared with
the files in golden/. Ends with `N passed, N failed`."""
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
MAP = HERE.parent.parent / "systems/polln/map.yaml"
HOUR, STEP = 3600, 15

SCREENS = [
    *[(f"{view}-{size}-{glyphs}", view, size, glyphs, "text", "mono")
      for view in ("map", "events") for size in ("200x50", "80x24", "40x12") for glyphs in ("braille", "ascii")],
    ("map-200x50-block", "map", "200x50", "block", "text", "mono"),
    ("events-80x24-256", "events", "80x24", "braille", "ansi", "256"),
]


def series(age):
    """What the pages of the colony said so many seconds ago: {series: value}."""
    lost = age < 1230  # since then Redis and LMCache are gone
    colony = {f"c:{n}": 1 for n in range(3)}
    values = {f'up{{job="polln-colony",instance="{name}"}}': up for name, up in colony.items()}
    values.update({f'up{{job="{job}",instance="{job}:1"}}': 0 if lost and job in ("redis", "lmcache") else 1
                   for job in ("lmcache", "federated", "worldmodel", "meadow", "redis")})
    at = 4 * HOUR - age
    for instance in colony:
        def add(name, value, labels=""):
            values[f'{name}{{job="polln-colony",instance="{instance}"{labels}}}'] = value
        add("polln_colony_healthy", 1)
        add("polln_agents_total", 600)
        add("polln_agents_healthy", 430 if instance == "c:2" else 590)
        add("polln_synapses_total", 1e6)
        add("polln_synapse_nan_count", 3 if instance == "c:1" else 0)
        add("polln_synapse_corrupted_count", 0)
        add("polln_hebbian_updates_total", 1000 * at)
        add("polln_requests_total", 400 * at, ',status="200"')
        add("polln_requests_total", 2 * at, ',status="500"')
        add("polln_anchor_lookups_total", 100 * at)
        add("polln_anchor_hits_total", 80 * at)
        add("polln_meadow_connected", 1)
        add("polln_world_model_entropy", 2.5)
        add("polln_db_connection_errors_total", 0)
        add("polln_build_info", 1, ',version="2.4.1"' if age < 5400 else ',version="2.3.0"')
    return values


def history(now):
    """The whole past as OpenMetrics, series by series; start times are moments of their own."""
    points = {}
    for age in range(3 * HOUR, -1, -STEP):
        for name, value in series(age).items():
            points.setdefault(name, []).append((now - age, value))
        start = now - 1800 if age < 1800 else now - 90 * 86400
        points.setdefault('process_start_time_seconds{job="federated",instance="federated:1"}', []).append((now - age, start))
    lines, family = [], None
    for name in sorted(points):
        if name.split("{")[0] != family:
            family = name.split("{")[0]
            lines.append(f"# TYPE {family} unknown")
        lines += [f"{name} {value:.15g} {when}" for when, value in points[name]]
    return "\n".join(lines) + "\n# EOF\n"


def steady(text):
    """Without what the clock makes: times and ages, each in the room that it had."""
    def keep(mark):
        return lambda match: mark.ljust(len(match[0]))
    text = re.sub(r"\d\d:\d\d:\d\dZ", "CLOCK--Z", text)
    text = re.sub(r"[\d.]+ q/s", "N q/s", text)
    text = re.sub(r"\d\d-\d\d \d\d:\d\d   |\d\d:\d\d:\d\d   |\d\d:\d\d:\d\d|\d\d-\d\d(?= \d\d:\d\d)? {1,6}", keep("TIME"), text)
    return re.sub(r"(?<![;\d])\b(\d+m(\d\ds)?|\d+h(\d\dm)?)( +|$)", keep("AGE"), text)


def draw(skep, folder, screen):
    _, view, size, glyphs, form, colours = screen
    now = int(time.time()) // STEP * STEP
    (folder / "past.om").write_text(history(now))
    (folder / "dashboard.json").write_text(json.dumps({"title": "Board", "panels": []}))
    (folder / "system.yaml").write_text(
        f"system: polln\ntitle: POLLN Colony\nmap: {MAP}\ndashboards: [dashboard.json]\n"
        "collect:\n  - { type: history, job: past, file: past.om }\n")
    run = subprocess.run([skep, "snapshot", "--system", folder / "system.yaml", "--view", view, "--size", size,
                          "--glyphs", glyphs, "--colours", colours, "--format", form, "--wait", "60s"],
                         capture_output=True, env={**os.environ, "TZ": "America/New_York"}, timeout=120)
    if run.returncode not in (0, 1) or run.stderr:
        return f"exit {run.returncode}: {run.stderr.decode(errors='replace')}"
    return steady(run.stdout.decode())


def main():
    skep = str(Path([a for a in sys.argv[1:] if a != "--update"][0]).resolve())
    passed = failed = 0
    with tempfile.TemporaryDirectory() as name:
        for screen in SCREENS:
            path = GOLDEN / f"situation-{screen[0]}.txt"
            text = draw(skep, Path(name), screen)
            if "--update" in sys.argv:
                path.write_text(text)
            expected = path.read_text() if path.exists() else ""
            if text == expected and not text.startswith("exit "):
                passed += 1
                continue
            failed += 1
            print(f"{screen[0]}: differs from {path.name}")
            for line in list(difflib.unified_diff(expected.splitlines(), text.splitlines(), "golden", "drawn", "", "", 0))[:20]:
                print("  " + line.replace("\x1b", "^["))
    print(f"situation: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
