#!/usr/bin/env python3
"""slo_golden.py [--update] SKEP: the objectives of a system whose server gives
figures made for the moment, in each size and glyph set, compared with the
files in golden/. Ends with `N passed, N failed`."""
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
SLOS = HERE.parent.parent / "systems/polln/slos.yaml"
DRYAD = HERE.parent.parent / "systems/dryad/slos.yaml"

ESCAPE = r"\x1b\[[\d;]*m"

SCREENS = [
    *[(f"{view}-{size}-{glyphs}", SLOS, view, size, glyphs, "text", "mono", [])
      for view in ("slo", "objective") for size in ("200x50", "80x24", "40x12") for glyphs in ("braille", "ascii")],
    ("slo-120x30-block", SLOS, "slo", "120x30", "block", "text", "mono", []),
    ("objective-160x40-block", SLOS, "objective", "160x40", "block", "text", "mono", []),
    ("slo-80x24-256", SLOS, "slo", "80x24", "braille", "ansi", "256", []),
    ("objective-120x40-256", SLOS, "objective", "120x40", "braille", "ansi", "256", []),
    ("slo-filter", SLOS, "slo", "100x20", "braille", "text", "mono", ["--filter", "latency"]),
    ("slo-proposals", DRYAD, "slo", "120x30", "braille", "text", "mono", []),
]

# The API's error ratio over each window: 22 times the budget in the last hour, and falling.
BURNT = {"5m": 0.016, "30m": 0.012, "1h": 0.022, "2h": 0.011, "6h": 0.004, "1d": 0.0012, "3d": 0.0008, "30d": 0.00069, "4w": 0.0011}
NOW = [("polln_decisions_total", 12400), ("changes(polln_dream", 144), ("polln_requests_total[5m]", 1360),
       ("histogram_quantile(0.5,", 0.0433), ("histogram_quantile(0.95,", 0.214), ("histogram_quantile(0.99,", 0.371),
       ("polln_agents_healthy", 0.987), ("polln_colony_healthy", 1), ("polln_backup_dr_copy", 180),
       ("polln_failover", 0), ("polln_dream_cycle_last", 762), ("polln_federated_sync_last", 61),
       ("polln_agent_accuracy_score", 0.9779), ("polln_synapse_nan_count", 0), ("1 - (0", 1)]
NOTHING = ("node_", "pg_up", "probe_ssl")  # this installation has none of these


def value(expression, when, start, end):
    """One expression's value at a moment of a range, or None."""
    text = expression.replace("\n", " ").strip()
    if any(word in text for word in NOTHING):
        return None
    if "sum_over_time(max(" in text or text.startswith("max(("):
        return 10 if "< bool 0.999)" in text and 'status=~"5.."' in text else 0
    window = re.search(r"\[(\d+[smhdwy])(?::\d+\w)?\]", text)
    ratio = " / " in text and " or 0 * " in text or text.startswith("avg_over_time(max(")
    if 'status=~"5.."' in text and ratio:
        return 1 - BURNT["5m"] if text.startswith("1 - (") else BURNT.get(window[1], 0)
    if "[1y]" in text:
        return 0
    if start != end:  # a course: 120 parts of which two were bad
        if when < end - 40 * 86400:
            return None
        part = round((end - when) / (end - start) * 119)
        bad = {90: 3.6, 2: 4.68}.get(part, 0)
        return bad if " or 0 * " in text and 'status=~"5.."' in text else 0 if " or 0 * " in text else 100
    if text.startswith("1 - ((") or text.startswith("1 - (1 - "):
        return 1
    if ratio:
        return float("nan") if "polln_decision" in text and window[1] == "5m" else 0.0003 if "bucket" in text else 0
    return next((number for word, number in NOW if word in text), 1)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, query):
        asked = parse_qs(query)
        path = urlparse(self.path).path
        text = asked.get("query", [""])[0]
        start, end = (float(asked.get(k, asked.get("time", ["0"]))[0]) for k in ("start", "end"))
        step = float(asked["step"][0].rstrip("s")) if "step" in asked else 1
        parts = re.findall(r'label_replace\((?:vector\()?(.*?)\n\)?, "skep_part", "(\d+)", "", ""\)', text, re.S)
        result = []
        for expression, number in parts or [(text, None)]:
            metric = {"skep_part": number} if number is not None else {}
            if path.endswith("query_range"):
                times = [start + i * step for i in range(int((end - start) / step + 1.5))]
                points = [[t, f"{v:.15g}"] for t in times if (v := value(expression, t, start, end)) is not None]
                result += [{"metric": metric, "values": points}] if points else []
            elif (v := value(expression, end, end, end)) is not None:
                result.append({"metric": metric, "value": [end, "NaN" if v != v else f"{v:.15g}"]})
        kind = "matrix" if path.endswith("query_range") else "vector"
        body = json.dumps({"status": "success", "data": {"resultType": kind, "result": result}}).encode()
        if "/query" not in path:
            body = b'{"status":"success","data":[]}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(urlparse(self.path).query)

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def log_message(self, *_):
        pass


def steady(text):
    """Without what the clock makes: the time, the rate, and where days fall on the axis."""
    text = re.sub(r"\d\d:\d\d:\d\dZ", "CLOCK--Z", text)
    text = re.sub(r"[\d.]+ q/s", "N q/s", text)
    # The axis: its ticks and days stand elsewhere tomorrow.
    text = re.sub(rf"((?<!\d)0%(?: |{ESCAPE})+)[─┬+\-|]{{10,}}", lambda m: m[1] + "=" * (len(m[0]) - len(m[1])), text)
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if re.search(r"\d\d-\d\d[ \x1b].*\d\d-\d\d", line):
            lines[i] = re.sub(rf"(?: |{ESCAPE})* (?:{ESCAPE})*\d\d-\d\d(?:{ESCAPE}|[ \d-])*",
                              lambda m: "~" * len(re.sub(ESCAPE, "", m[0])), line)
    return "\n".join(lines)


def draw(skep, folder, port, screen):
    _, slos, view, size, glyphs, form, colours, more = screen
    (folder / "dashboard.json").write_text(json.dumps({"title": "Board", "panels": []}))
    (folder / "system.yaml").write_text(f"system: polln\ntitle: POLLN Colony\nslos: {slos}\ndashboards: [dashboard.json]\n"
                                        f"prometheus: {{ url: 'http://127.0.0.1:{port}' }}\n")
    run = subprocess.run([skep, "snapshot", "--system", folder / "system.yaml", "--view", view, "--size", size,
                          "--engine", "prometheus", "--glyphs", glyphs, "--colours", colours, "--format", form,
                          "--wait", "60s", *more],
                         capture_output=True, env={**os.environ, "TZ": "America/New_York"}, timeout=120)
    if run.returncode not in (0, 1) or run.stderr:
        return f"exit {run.returncode}: {run.stderr.decode(errors='replace')}"
    return steady(run.stdout.decode())


def main():
    skep = str(Path([a for a in sys.argv[1:] if a != "--update"][0]).resolve())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as name:
        for screen in SCREENS:
            path = GOLDEN / f"slo-{screen[0]}.txt"
            text = draw(skep, Path(name), server.server_port, screen)
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
    server.shutdown()
    print(f"slo: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
