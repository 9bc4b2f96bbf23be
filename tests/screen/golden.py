#!/usr/bin/env python3
"""golden.py [--update] SKEP: draws boards from a server of fixed figures in
each glyph set, colour depth and size and compares them with the files in
golden/. --update writes them anew: read the diff. Ends with `N passed, N failed`."""
import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
POLLN = HERE.parent.parent / "systems/polln/dashboard.json"
PANELS = HERE / "panels.json"
TABS = [HERE / "one.yaml", HERE / "two.yaml"]
ALERTS = [Path("alerts.yaml")]
RUNBOOKS = [Path("runbooks.yaml")]
LOGS = [Path("logs.yaml")]  # from here: its page shows where the files are
AT = "2026-03-01T12:00:00Z"

# name, dashboard or system files, format, size, glyphs, colours, more options
SCREENS = [
    *[(f"panels-{size}-{glyphs}", PANELS, "text", size, glyphs, "mono", [])
      for size in ("200x50", "80x24", "40x12") for glyphs in ("braille", "block", "ascii")],
    ("panels-all", PANELS, "text", "160xall", "braille", "mono", []),
    ("panels-all-block", PANELS, "text", "160xall", "block", "mono", []),
    ("panels-all-ascii", PANELS, "text", "160xall", "ascii", "mono", []),
    ("panels-all-80", PANELS, "text", "80xall", "braille", "mono", []),
    ("panels-all-40", PANELS, "text", "40xall", "braille", "mono", []),
    ("panels-400x100", PANELS, "text", "400x100", "braille", "mono", []),
    ("panels-40x6", PANELS, "text", "40x6", "braille", "mono", []),
    ("panels-40x2", PANELS, "text", "40x2", "braille", "mono", []),
    ("panels-20x1", PANELS, "text", "20x1", "ascii", "mono", []),
    *[(f"panels-80x24-{depth}", PANELS, "ansi", "80x24", "braille", depth, [])
      for depth in ("rgb", "256", "16", "8", "mono")],
    *[(f"panels-theme-{theme}", PANELS, "ansi", "80x24", "braille", "rgb", ["--theme", theme])
      for theme in ("day", "contrast", "mono")],
    ("panels-svg", PANELS, "svg", "100x30", "braille", "rgb", []),
    *[(f"polln-{size}-{glyphs}", POLLN, "text", size, glyphs, "mono", [])
      for size in ("200x50", "80x24") for glyphs in ("braille", "ascii")],
    ("polln-zoom", POLLN, "text", "100x30", "braille", "mono", ["--panel", "Decision Latency Distribution"]),
    *[(f"tabs-{size}", TABS, "text", size, "braille", "mono", []) for size in ("200x50", "80x24", "40x12")],
    ("tabs-80x24-ascii", TABS, "text", "80x24", "ascii", "mono", ["--tab", "two"]),
    ("sources", POLLN, "text", "80x24", "braille", "mono", ["--view", "sources"]),
    *[(f"logs-{size}", LOGS, "text", size, "braille", "mono", ["--view", "logs"]) for size in ("200x50", "80x24", "40x12")],
    ("logs-80x24-ascii", LOGS, "text", "80x24", "ascii", "mono", ["--view", "logs"]),
    ("logs-80x24-rgb", LOGS, "ansi", "80x24", "braille", "rgb", ["--view", "logs", "--at", "2026-03-01T11:47:00Z"]),
    ("logs-filter", LOGS, "text", "120x30", "braille", "mono", ["--view", "logs", "--filter", "level:warning pool"]),
    ("logs-pattern", LOGS, "ansi", "80x24", "braille", "rgb", ["--view", "logs", "--filter", "/agents.[0-9]+/"]),
    ("logs-other", LOGS, "text", "80x24", "braille", "mono", ["--view", "logs", "--source", "サービス"]),
    *[(f"alerts-{size}", ALERTS, "text", size, "braille", "mono", ["--view", "alerts"])
      for size in ("200x50", "80x24", "40x12")],
    ("alerts-80x24-ascii", ALERTS, "text", "80x24", "ascii", "mono", ["--view", "alerts"]),
    ("alerts-80x24-rgb", ALERTS, "ansi", "80x24", "braille", "rgb", ["--view", "alerts", "--filter", "state:firing"]),
    *[(f"runbooks-{size}", RUNBOOKS, "text", size, "braille", "mono", ["--view", "runbooks"])
      for size in ("200x50", "80x24", "40x12")],
    ("runbooks-80x24-ascii", RUNBOOKS, "text", "80x24", "ascii", "mono", ["--view", "runbooks"]),
    ("runbooks-120x20-rgb", RUNBOOKS, "ansi", "120x20", "braille", "rgb", ["--view", "runbooks", "--filter", "re"]),
    ("source", LOGS, "text", "100x30", "braille", "mono", ["--view", "source", "--source", "files"]),
    ("source-40x12", LOGS, "text", "40x12", "ascii", "mono", ["--view", "source", "--source", "files"]),
]


def draw(skep, url, screen):
    name, dashboard, fmt, size, glyphs, colours, more = screen
    shown = ["--dashboard", str(dashboard)]
    if isinstance(dashboard, list):
        shown = [word for path in dashboard for word in ("--system", str(path))]
    command = [skep, "snapshot", "--prometheus", url, *shown, "--format", fmt, "--size", size,
               "--glyphs", glyphs, "--colours", colours, "--at", AT, "--range", "1h", "--wait", "60s", *more]
    # What alerts did is remembered: each picture begins without a past.
    with tempfile.TemporaryDirectory() as state:
        run = subprocess.run(command, capture_output=True, timeout=120, cwd=HERE,
                             env={**os.environ, "TZ": "America/New_York", "XDG_STATE_HOME": state})
    if run.returncode not in (0, 1) or run.stderr:
        return f"exit {run.returncode}: {run.stderr.decode(errors='replace')}"
    text = run.stdout.decode()
    text = re.sub(r"\d\d:\d\d:\d\dZ", "CLOCK--Z", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\b\d+(ms|s) (old|ago)", r"0s \2", text)
    if dashboard == ALERTS:
        text = re.sub(r"\b6h\d\dm\b", "6h00m", text)
    # As wide as it was written for one digit, so that what stands behind it does not move.
    text = re.sub(r"took (\d+) ms( *)(?=│|$)", lambda m: "took N ms" + m[2] + " " * (len(m[1]) - 1), text, flags=re.M)
    text = re.sub(r"took \d+ ms", "took N ms", text)
    text = re.sub(r"[\d.]+ k?B read", "N kB read", text)
    return re.sub(r"[\d.]+ q/s", "N q/s", text)


def main():
    arguments = [a for a in sys.argv[1:] if a != "--update"]
    update = "--update" in sys.argv
    skep = str(Path(arguments[0]).resolve())
    server = subprocess.Popen([sys.executable, str(HERE / "fixed_server.py")], stdout=subprocess.PIPE, text=True)
    passed = failed = 0
    try:
        url = f"http://127.0.0.1:{int(server.stdout.readline())}"
        GOLDEN.mkdir(exist_ok=True)
        for screen in SCREENS:
            text = draw(skep, url, screen)
            path = GOLDEN / f"{screen[0]}.{'svg' if screen[2] == 'svg' else 'txt'}"
            if update:
                path.write_text(text)
            expected = path.read_text() if path.exists() else ""
            if text == expected and not text.startswith("exit "):
                passed += 1
                continue
            failed += 1
            print(f"{screen[0]}: differs from {path.name}")
            for line in list(difflib.unified_diff(expected.splitlines(), text.splitlines(), "golden", "drawn", "", "", 1))[:40]:
                print("  " + line.replace("\x1b", "^["))
    finally:
        server.terminate()
        server.wait()
    print(f"screens: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
