"""The logs view on a terminal: a flood of lines under its keys, a gigabyte, and
what a person does in it. Figures of speed count for a release build only."""
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from servers import environment
from terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
BOARD = ROOT / "tests/screen/panels.json"
SANITIZED = "ASAN_OPTIONS" in os.environ
RATE, KEYS = 50_000, 200

# Appends RATE lines a second in pieces of a fiftieth, for so many seconds; says how many at its end.
WRITER = r'''
import json, sys, time
path, rate, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
piece = rate // 50
now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
lines = "".join(json.dumps({"timestamp": now, "level": ["INFO", "WARNING", "ERROR", "INFO", "INFO"][n % 5],
                            "logger": f"app.c{n % 7}", "message": f"GET /api/v1/agents/{n} answered in {n % 300} ms",
                            "tenant": f"t{n % 9}", "status_code": 200, "process_time_ms": n % 300}) + "\n"
                for n in range(piece)).encode()
begun, written = time.monotonic(), 0
with open(path, "ab", buffering=0) as file:
    while time.monotonic() - begun < seconds:
        while written < (time.monotonic() - begun) * rate:
            file.write(lines)
            written += piece
        time.sleep(0.005)
print(written)
'''


def system(folder, *entries):
    path = Path(folder) / "system.yaml"
    path.write_text(f'system: logs\ntitle: Logs\ndashboards: ["{BOARD}"]\ncollect:\n'
                    + "".join(f"  - {{ type: log, interval: 1s, {entry} }}\n" for entry in entries))
    return path


def line(number, level="INFO", **more):
    return json.dumps({"timestamp": f"2026-03-01T11:{number // 60 % 60:02d}:{number % 60:02d}Z", "level": level,
                       "logger": "app.db", "message": f"line {number}", **more}) + "\n"


def figures(pid):
    """CPU seconds and resident bytes of a process."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    with open(f"/proc/{pid}/statm") as statm:
        resident = int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), resident


def first_answer(terminal, keys, limit=1.0):
    """Milliseconds from a key to the first byte written back."""
    while select.select([terminal.master], [], [], 0.004)[0]:
        data = os.read(terminal.master, 65536)
        terminal.raw += data
        terminal.feed(data)
    begun = time.monotonic()
    os.write(terminal.master, keys)
    assert select.select([terminal.master], [], [], limit)[0], f"no answer to {keys}"
    return (time.monotonic() - begun) * 1000


def until(terminal, marker, limit=5.0):
    """Milliseconds until these bytes were written."""
    begun, seen = time.monotonic(), b""
    while marker not in seen:
        assert time.monotonic() - begun < limit, (marker, seen[-2000:])
        if select.select([terminal.master], [], [], 0.001)[0]:
            data = os.read(terminal.master, 65536)
            seen += data
            terminal.raw += data
            terminal.feed(data)
    return (time.monotonic() - begun) * 1000


def report(name, **values):
    print("     " + name + ": " + ", ".join(f"{key} {value:.1f}" for key, value in values.items()), flush=True)


def tests(skep):
    def about():
        """Following, standing still, a filter, a time, a line unfolded, another log."""
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "app.log"
            log.write_text("".join(line(n, "ERROR" if n % 10 == 0 else "INFO", tenant=f"t{n % 3}") for n in range(1000)))
            (Path(folder) / "other.log").write_text("a line of the other one\n")
            path = system(folder, "path: ['*.log']")
            with Terminal([skep, "--system", path], 120, 30) as terminal:
                terminal.wait("Every panel")
                terminal.send("5")
                terminal.wait("app.log", "following", "line 999")
                with open(log, "a") as file:
                    file.write(line(1000, "CRITICAL"))
                terminal.wait("line 1000", "crit")
                terminal.send("k")
                terminal.wait("standing still")
                terminal.send("flevel:error tenant=t1\r")
                terminal.wait("filter level:error tenant=t1", "line 970", absent=("line 980",))
                terminal.send("f\x15/line [0-9/\r")
                terminal.wait("pattern:")
                terminal.send(":filter\r")
                terminal.wait("line 971", absent=("filter level",))
                terminal.send(":at 2026-03-01T11:05:00Z\r")
                terminal.wait("line 300", "line 299")
                terminal.send("\r")
                terminal.wait("tenant", "t0", "app.db")
                terminal.send("\x1b", 0.3)
                terminal.wait("standing still", absent=("tenant",))
                terminal.send("\t")
                terminal.wait("a line of the other one")
                terminal.send("q", 0.3)
                terminal.wait("Every panel")
                terminal.send("q")
                assert terminal.finish() == 0

    def flood():
        """Keys stay quick while 50,000 lines a second are followed, and it costs little."""
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "app.log"
            log.write_text(line(1))
            path = system(folder, "path: [app.log]")
            rate, keys = (2000, 40) if SANITIZED else (RATE, KEYS)
            with Terminal([skep, "--system", path, "--refresh", "1s"], 200, 50) as terminal:
                terminal.wait("Every panel")
                writer = subprocess.Popen([sys.executable, "-c", WRITER, str(log), str(rate), "16"],
                                          stdout=subprocess.PIPE, text=True)
                try:
                    terminal.read(1)
                    before = figures(terminal.pid)[0]
                    terminal.read(3)
                    counting = (figures(terminal.pid)[0] - before) / 3 * 100
                    terminal.send("5")
                    terminal.wait("following", "answered in")
                    before = figures(terminal.pid)[0]
                    terminal.read(3)
                    following = (figures(terminal.pid)[0] - before) / 3 * 100
                    terminal.wait("following")
                    terminal.send("k")
                    terminal.wait("standing still")
                    times = []
                    for i in range(keys):
                        times.append(first_answer(terminal, b"kj"[i % 2:i % 2 + 1]))
                        time.sleep(0.01)
                    terminal.read(0.1)
                    resident = figures(terminal.pid)[1] / 2 ** 20
                finally:
                    written = int(writer.communicate(timeout=60)[0])
                times.sort()
                report("flood", lines=written, counting=counting, following=following, p50_ms=times[len(times) // 2],
                       p99_ms=times[int(len(times) * 0.99)], max_ms=times[-1], resident_mib=resident)
                terminal.send("G")
                terminal.wait("following")
                terminal.send("q", 0.3)
                terminal.send("q")
                assert terminal.finish() == 0
            if not SANITIZED:
                assert times[-1] < 1000, times[-10:]
                assert written >= 15 * rate, written

    def gigabyte():
        """The first screen of a large log is there at once, and going about in it holds little."""
        size = 20_000_000 if SANITIZED else 1_000_000_000
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "app.log"
            piece = "".join(line(0, "ERROR" if n % 500 == 0 else "INFO", more="x" * 100).replace("line 0", f"line {n}")
                            for n in range(4000))
            with open(log, "wb") as file:
                for second in range(size // len(piece)):
                    at = time.strftime("T%H:%M:%SZ", time.gmtime(second))
                    file.write(piece.replace("T11:00:00Z", at).encode())
                file.write(line(3599).replace("line 3599", "the last of all").encode())
            path = system(folder, "path: [app.log]")
            with Terminal([skep, "--system", path], 200, 50) as terminal:
                terminal.wait("Every panel")
                terminal.read(1)
                before = figures(terminal.pid)[1]
                os.write(terminal.master, b"5")
                first = until(terminal, b"the last of all")
                terminal.wait("following")
                for keys in ("\x1b[5~" * 20, "g", "\x1b[6~" * 20, "G", "w", ":at 2026-03-01T00:00:10Z\r"):
                    terminal.send(keys, 0.3)
                terminal.wait("standing still", "line 0")
                times = []
                for _ in range(20):
                    times.append(first_answer(terminal, b"\x1b[6~"))
                terminal.read(0.3)
                after = figures(terminal.pid)[1]
                times.sort()
                report("gigabyte", first_ms=first, page_ms=times[-1], before_mib=before / 2 ** 20, more_mib=(after - before) / 2 ** 20)
                terminal.send("q", 0.3)
                terminal.send("q")
                assert terminal.finish() == 0
            if not SANITIZED:
                assert first < 1000, first
                assert after - before < 16 * 2 ** 20, (before, after)

    def headless():
        """A snapshot shows the same lines, of the log that was named."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "app.log").write_text("".join(line(n, "ERROR" if n % 10 == 0 else "INFO") for n in range(600)))
            (Path(folder) / "other.log").write_text("a line of the other one\n")
            path = system(folder, "path: ['*.log'], job: files")

            def snapshot(*words, status=0):
                done = subprocess.run([skep, "snapshot", "--system", path, "--size", "120x30", *words], text=True,
                                      capture_output=True, timeout=60, env=environment(), stdin=subprocess.DEVNULL)
                assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
                return done.stdout + done.stderr

            text = snapshot("--view", "logs")
            assert "line 599" in text and "following" in text, text
            text = snapshot("--view", "logs", "--filter", "level:error", "--at", "2026-03-01T11:05:01Z")
            assert "line 310" in text and "line 301" not in text and "standing still" in text, text
            assert "the other one" in snapshot("--view", "logs", "--source", "other")
            assert "no log 'nope'" in snapshot("--view", "logs", "--source", "nope", status=2)
            text = snapshot("--view", "source", "--source", "files")
            assert "Logs  2" in text and "Last answer" in text, text
            assert "no source 'nope' (files)" in snapshot("--view", "source", "--source", "nope", status=2)
            assert "--source goes with" in snapshot("--source", "files", status=2)
            assert "--filter goes with" in snapshot("--filter", "x", status=2)
            assert "pattern" in snapshot("--view", "logs", "--filter", "/(/", status=2)

    yield "logs view about", about
    yield "logs view flood", flood
    yield "logs view gigabyte", gigabyte
    yield "logs view headless", headless
