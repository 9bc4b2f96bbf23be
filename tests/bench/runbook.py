#!/usr/bin/env python3
"""runbook.py SKEP: how soon a key is answered in a runbook while a step floods
50 MB a second, in a runbook of 1 MiB and 2,000 steps, and in a run of 2,000
events; what it costs. 200x50. An answer is the mark of the focus drawn where
the key moved it, so that a frame of the output does not count. Prints figures;
exits 1 when a promise of them is not kept."""
import os
import re
import select
import signal
import sqlite3
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
sys.path.insert(0, str(HERE))
from runbook_console import Place, begin, markdown, run  # noqa: E402
from servers import wait_until  # noqa: E402

COLUMNS, ROWS = 200, 50
KEY_MOST_MS, OPEN_MOST_MS = 16, 1000
FLOOD_MB_S, FLOOD_S = 50, 25
STEPS, EVENTS, FILE_BYTES = 2000, 2000, 1 << 20
FOCUS = "▸".encode()
FLOOD = f"""/usr/bin/python3 -c '
import os, time
line = b"2026-11-22T03:41:07.123Z INFO  [http-17] request served path=/api/v1/agents status=200 took=14ms\\n"
piece = line * ({FLOOD_MB_S} * 10000 // len(line))
began = time.monotonic()
for number in range({FLOOD_S} * 100):
    view = piece
    while view:
        view = view[os.write(1, view):]
    time.sleep(max(0, began + number / 100 - time.monotonic()))
'"""
over = []


def cpu(pid):
    """Seconds on a processor, of all threads."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def resident_mib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def drain(terminal, seconds):
    """Reads what comes, and says how much that was; nothing is drawn here."""
    end, count = time.monotonic() + seconds, 0
    while (left := end - time.monotonic()) > 0:
        if select.select([terminal.master], [], [], left)[0]:
            count += len(os.read(terminal.master, 65536))
    return count


def answer(terminal, key, seconds=1.0):
    """Milliseconds until the focus is drawn elsewhere; None: never."""
    started, seen = time.monotonic(), b""
    os.write(terminal.master, key)
    while (left := started + seconds - time.monotonic()) > 0:
        if select.select([terminal.master], [], [], left)[0]:
            seen = seen[-2:] + os.read(terminal.master, 65536)
            if FOCUS in seen:
                return (time.monotonic() - started) * 1000
    return None


def keys(name, terminal, count=300):
    took, lost = [], 0
    for number in range(count):
        drain(terminal, 0.02)
        ms = answer(terminal, b"jk"[number % 2:number % 2 + 1])
        if ms is None:
            lost += 1
        else:
            took.append(ms)
    took.sort()
    late = took[int(len(took) * .99) - 1]
    print(f"{name:34s} {count} keys: median {statistics.median(took):5.2f} ms   99th percentile {late:5.2f} ms   "
          f"most {took[-1]:5.2f} ms   no answer {lost}   resident {resident_mib(terminal.pid):5.1f} MiB", flush=True)
    terminal.send("\x0c", 0.5)  # what was only counted is not on the emulator's screen
    if late > KEY_MOST_MS or lost:
        over.append(f"{name}: 99th percentile {late:.2f} ms, {lost} without an answer")


def opening(name, terminal):
    """From Enter in the list to the first frame with a step in it."""
    terminal.send("g", 0.3)
    drain(terminal, 0.3)
    ms = answer(terminal, b"\r", 10)
    print(f"{name:34s} opened after {ms or 10000:5.1f} ms", flush=True)
    if not ms or ms > OPEN_MOST_MS:
        over.append(f"{name}: opened after {ms} ms")


def flooded(skep):
    with Place(skep, {"flood": markdown(FLOOD, "echo two", "echo three")}) as place, \
            place.console(COLUMNS, ROWS) as terminal:
        begin(terminal, "flood")
        keys("keys, a run at rest", terminal)
        time.sleep(1.2)
        run(terminal, "1.1")
        keeper = wait_until(place.keepers)[0]
        drain(terminal, 1)
        before, began = (cpu(terminal.pid), cpu(keeper)), time.monotonic()
        drawn = drain(terminal, 5)
        passed = time.monotonic() - began
        print(f"{'a step floods':34s} console {(cpu(terminal.pid) - before[0]) / passed * 100:4.1f} % of a processor, "
              f"keeper {(cpu(keeper) - before[1]) / passed * 100:4.1f} %   {drawn / passed / 1024:6.1f} KiB/s to the terminal   "
              f"resident {resident_mib(terminal.pid):.1f} and {resident_mib(keeper):.1f} MiB", flush=True)
        keys("keys, a step floods", terminal)
        outcome = place.outcome("1.1", FLOOD_S * 6)
        speed = outcome["bytes"] / outcome["elapsed_ms"] / 1000
        print(f"{'':34s} {outcome['bytes'] / 1e6:.0f} MB came at {speed:.0f} MB/s ({FLOOD_MB_S} were offered)", flush=True)


def large(skep):
    step = "# {0}\necho step {0} " + "x" * (FILE_BYTES // STEPS - 55) + "\n"
    text = "# Runbook: large\n\n## Diagnosis\n\n" + "".join(f"```bash\n{step.format(i)}```\n\n" for i in range(STEPS))
    assert len(text) < FILE_BYTES, len(text)
    with Place(skep, {"large": text[:FILE_BYTES]}) as place, place.console(COLUMNS, ROWS) as terminal:
        terminal.send("3")
        terminal.wait("Runbooks", "large")
        opening(f"{len(text) >> 10} KiB, {STEPS} steps, read", terminal)
        keys("keys, it is read", terminal)
        terminal.send("q", 0.5)
        begin(terminal, "large")
        keys("keys, it is run", terminal)


def eventful(skep):
    with Place(skep, {"long": markdown(*(f"echo {i}" for i in range(10)))}) as place:
        with place.console(COLUMNS, ROWS) as terminal:
            begin(terminal, "long")
            run(terminal, "1.1")
            terminal.wait("✓ 1.1")
            terminal.signal(signal.SIGTERM)
            terminal.finish()
        with sqlite3.connect(place.state / "journal.db") as journal:
            columns = [row[1] for row in journal.execute("pragma table_info(event)")]
            first = dict(zip(columns, journal.execute("select * from event order by 1 limit 1").fetchone()))
            seat = re.search('"seat":"[^"]*"', first["body"]).group(0)
            for number in range(EVENTS):
                row = {**first, columns[0]: 1000 + number, "id": f"{number:032x}", "kind": "run-note",
                       "body": f'{{{seat},"step":"1.{number % 10 + 1}","note":"note {number}, and some words more"}}'}
                journal.execute(f"insert into event values ({','.join('?' * len(columns))})", [row[name] for name in columns])
        journal.close()
        with place.console(COLUMNS, ROWS) as terminal:
            terminal.send("3")
            terminal.wait("Runbooks", "long")
            opening(f"a run of {EVENTS} events", terminal)
            keys("keys, in that run", terminal)
            assert f"note {EVENTS - 1}" in place.report()


def main():
    skep = str(Path(sys.argv[1]).resolve())
    flooded(skep)
    large(skep)
    eventful(skep)
    print("promises not kept: " + ("; ".join(over) or "none"))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
