"""Logs as the collector meets them: a writer that rotates and truncates while a
console counts, a gigabyte, binary and endless lines, a command that goes on."""
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from servers import environment
from terminal import Terminal

LINES = 300_000

# Writes LINES lines at full speed; rotates by a new file and by truncation, in turn.
WRITER = r'''
import json, os, shutil, sys
path, lines = sys.argv[1], int(sys.argv[2])
keep, each = 9, lines // 8
def shift():
    for number in range(keep, 1, -1):
        if os.path.exists(f"{path}.{number - 1}"):
            os.rename(f"{path}.{number - 1}", f"{path}.{number}")
file = open(path, "ab")
for number in range(lines):
    file.write((json.dumps({"level": "ERROR" if number % 10 == 0 else "INFO", "message": f"line {number}",
                            "timestamp": "2026-11-22T03:41:00Z"}) + "\n").encode())
    if (number + 1) % each == 0 and number + 1 < lines:
        file.flush()
        shift()
        if (number + 1) // each % 2:
            os.rename(path, path + ".1")
            file.close()
            file = open(path, "ab")
        else:
            shutil.copy(path, path + ".1")
            file.truncate(0)
file.close()
'''


def panel(number, title, expression):
    """A table: its figures are text, where a stat draws them large."""
    return {"id": number, "type": "table", "title": title, "gridPos": {"x": 8 * (number - 1), "y": 0, "w": 8, "h": 8},
            "targets": [{"refId": "A", "expr": expression, "instant": True, "format": "table"}],
            "fieldConfig": {"defaults": {"unit": "none", "decimals": 0}, "overrides": []}, "options": {}}


def system(folder, entry, expressions=()):
    folder = Path(folder)
    panels = [panel(i + 1, f"P{i}", text) for i, text in enumerate(expressions)]
    (folder / "board.json").write_text(json.dumps({"title": "Logs", "panels": panels, "refresh": "1s",
                                                   "time": {"from": "now-5m", "to": "now"}}))
    path = folder / "system.yaml"
    path.write_text('system: logs\ntitle: Logs\ndashboards: ["board.json"]\nscrape_interval: 1s\ncollect:\n'
                    f"  - {{ type: log, interval: 1s, {entry} }}\n")
    return path


def collect(skep, path, status=0):
    done = subprocess.run([skep, "collect", "--system", str(path), "--format", "exposition"], capture_output=True,
                          text=True, timeout=60, env=environment(), stdin=subprocess.DEVNULL)
    assert done.returncode == status, (done.returncode, done.stdout[-1000:], done.stderr[-1000:])
    return done.stdout


def value(page, name, **labels):
    """The sum of the samples of this name with these labels."""
    found = []
    for line in page.splitlines():
        if line.startswith(name + "{") and all(f'{k}="{v}"' in line for k, v in labels.items()):
            found.append(float(line.rsplit(" ", 1)[1]))
    assert found, (name, labels, page[:2000])
    return sum(found)


def tests(skep):
    def exact():
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "app.log"
            log.write_text("")
            path = system(folder, "path: [app.log]", [
                "sum(log_lines_total)", 'sum(log_lines_total{level="error"})',
                "sum(log_rotations_total) + sum(log_truncations_total)"])
            with Terminal([skep, "--system", path, "--refresh", "1s"], 120, 30) as terminal:
                terminal.wait("P0", seconds=20)
                time.sleep(1.5)
                writer = subprocess.Popen([sys.executable, "-c", WRITER, str(log), str(LINES)])
                try:
                    terminal.wait(str(LINES), str(LINES // 10), seconds=60)
                finally:
                    assert writer.wait(30) == 0
                time.sleep(2.5)
                terminal.read(0.5)
                # Not one more afterwards either.
                terminal.wait(str(LINES), str(LINES // 10), seconds=1)

    def counts():
        """What a page says beside what Python counts."""
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            rows = [{"timestamp": f"2026-11-22T03:{n // 60 % 60:02d}:{n % 60:02d}Z", "logger": f"app.c{n % 3}",
                     "level": ["INFO", "WARNING", "error", "FATAL"][n % 4], "message": f"line {n}",
                     "status_code": 200 + n % 2, "process_time_ms": n % 500} for n in range(5000)]
            (folder / "app.log").write_text("".join(json.dumps(row) + "\n" for row in rows) + "no json\n")
            path = system(folder, 'path: [app.log], format: json, start: beginning, '
                          'labels: [level, component, "code=status_code"], duration: process_time_ms, '
                          'patterns: [{ name: nines, regex: "line [0-9]*99$" }]')
            page = collect(skep, path)
            for name, level in (("INFO", "info"), ("WARNING", "warning"), ("error", "error"), ("FATAL", "critical")):
                assert value(page, "log_lines_total", level=level) == sum(r["level"] == name for r in rows)
            assert value(page, "log_lines_total", component="app.c1", code="201") == sum(
                r["logger"] == "app.c1" and r["status_code"] == 201 for r in rows)
            assert value(page, "log_matches_total", pattern="nines") == 50
            assert value(page, "log_unparsed_lines_total") == 1
            assert value(page, "log_bytes_total") == (folder / "app.log").stat().st_size
            assert value(page, "log_duration_seconds_bucket", le="0.1") == sum(r["process_time_ms"] <= 100 for r in rows)
            assert value(page, "log_duration_seconds_count") == len(rows)
            assert abs(value(page, "log_duration_seconds_sum") - sum(r["process_time_ms"] for r in rows) / 1e3) < 1e-6

    def big_file():
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            piece = "".join(json.dumps({"timestamp": "2026-11-22T03:41:00Z", "level": "INFO", "message": "x" * 900}) + "\n"
                            for _ in range(1000))
            with open(folder / "app.log", "w") as file:
                while file.tell() < 1_000_000_000:
                    file.write(piece)
            path = system(folder, "path: [app.log], start: 100 lines", ["sum(log_lines_total)"])
            began = time.monotonic()
            page = collect(skep, path)
            took = time.monotonic() - began
            assert value(page, "log_lines_total") == 100, page
            with Terminal([skep, "--system", path, "--refresh", "1s"], 100, 30) as terminal:
                terminal.wait("P0", "100", seconds=20)
                print(f"     1 GB: collected once in {took * 1000:.0f} ms")

    def hostile():
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            with open(folder / "app.log", "wb") as file:
                file.write(b'{"level":"error","message":"first"}\n')
                file.write(os.urandom(2_000_000).replace(b"\n", b"\0") + b"\n")
                file.write(b'{"level":"error","message":"' + b"x" * 10_000_000 + b'"}\n')
                file.write(b"\xff\xfe\x1b]0;title\x07 ERROR: \xc3\x28\n")
                file.write(b'{"level":"error","tenant":"\x1b[31m","message":"last"}\n')
            path = system(folder, "path: [app.log], start: beginning, labels: [level, tenant]")
            page = collect(skep, path)
            assert value(page, "log_lines_total") == 5, page
            assert value(page, "log_cut_lines_total") == 2, page
            assert value(page, "log_lines_total", level="error") >= 3, page
            assert "\x1b" not in page, "an escape reached the output"

    def packed_parts():
        """Rotated and packed parts are history: they are not counted, and do not disturb."""
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            row = b'{"level":"info","message":"x"}\n'
            (folder / "app.log.2.gz").write_bytes(gzip.compress(row * 1000))
            (folder / "app.log.1").write_bytes(row * 100)
            (folder / "app.log").write_bytes(row * 10)
            page = collect(skep, system(folder, 'path: ["app.log*"], start: beginning'))
            assert value(page, "log_lines_total") == 10 and value(page, "log_files") == 1, page

    def stream():
        with tempfile.TemporaryDirectory() as folder:
            script = "import time\nfor i in range(50000): print('ERROR: x' if i % 5 else 'INFO: y')\n" \
                     "import sys; sys.stdout.flush(); time.sleep(60)"
            (Path(folder) / "feed.py").write_text(script)
            path = system(folder, f"run: [{sys.executable}, feed.py], name: feed",
                          ['sum(log_lines_total{level="error"})', "sum(log_command_starts_total)"])
            with Terminal([skep, "--system", path, "--refresh", "1s"], 120, 30) as terminal:
                terminal.wait("40000", seconds=30)
        gone = collect(skep, system(tempfile.mkdtemp(), "run: [/nowhere/at/all]"), 1)
        assert value(gone, "log_command_running") == 0 and value(gone, "up") == 0, gone

    return [("logs: exact over rotation and truncation", exact), ("logs: counts beside Python's", counts),
            ("logs: a gigabyte", big_file), ("logs: binary and endless lines", hostile),
            ("logs: packed parts", packed_parts), ("logs: a command that goes on", stream)]
