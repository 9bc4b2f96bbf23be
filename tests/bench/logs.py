#!/usr/bin/env python3
"""logs.py BUILD: what log lines cost, on a file written for it: parsing and
counting beside jq and Python's json on the same bytes in the same run; the
first screen of a gigabyte; following a file that grows by 50,000 lines a
second, in a process of its own. Exit 1 when a promise is not kept."""
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LINES = 200_000
BIG = 1_000_000_000
RATE, SECONDS = 50_000, 8
CPU_MOST = 0.25
RESIDENT_MOST = 16


def line(number, when):
    """As an application's access log has it."""
    return json.dumps({
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when)) + f".{number % 1000000:06d}+00:00",
        "level": random.choices(["INFO", "WARNING", "ERROR"], [90, 7, 3])[0], "logger": f"app.c{number % 5}",
        "message": f"request {number} done", "module": "middleware", "function": "dispatch", "line": 88,
        "process_id": 4711, "thread_id": 140012345, "uptime": number / 10, "request_count": number,
        "method": "GET", "url": f"/api/v1/agents/{number % 50}", "status_code": 200,
        "process_time_ms": round(random.expovariate(1 / 20), 2), "client_ip": "10.0.0.1", "user_id": None})


def write(path, count, when=1795318860):
    random.seed(5)
    with open(path, "w") as file:
        for number in range(count):
            file.write(line(number, when + number // 100) + "\n")


def grow(path, size):
    """The same lines over and over, each copy an hour after the one before, so that times rise."""
    text = Path(path).read_text()
    big, hour = path.with_name("big.log"), 0
    with open(big, "w") as file:
        while file.tell() < size:
            begin = time.strftime("%Y-%m-%dT%H", time.gmtime(1795318860 + hour * 3600))
            file.write("".join(f'{{"timestamp": "{begin}{row[28:]}\n' for row in text.splitlines()[:100000]))
            hour += 1
    return big


def cpu_of(command, **options):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peers(path):
    script = "import json,sys\nfor row in open(sys.argv[1]): json.loads(row)"
    seconds = cpu_of([sys.executable, "-c", script, str(path)])
    print(f"Python's json       {LINES / seconds:.0f} lines/s (with the start)")
    if shutil.which("jq"):
        seconds = cpu_of(["jq", "-c", ".", str(path)])
        print(f"jq -c .             {LINES / seconds:.0f} lines/s (with the start)")


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def follow(bench, path):
    """A writer beside a following process; what the second used of a core meanwhile."""
    rows = [row + "\n" for row in path.read_text().splitlines()[:RATE // 20]]
    piece = "".join(rows).encode()
    target = path.with_name("follow.log")
    target.write_bytes(b"")
    reader = subprocess.Popen([bench, "follow", str(target)], stdout=subprocess.PIPE, text=True)
    try:
        reader.stdout.readline()
        begin_cpu, begin = cpu_seconds(reader.pid), time.monotonic()
        with open(target, "ab", buffering=0) as file:
            for tick in range(SECONDS * 20):
                file.write(piece)
                time.sleep(max(0, begin + (tick + 1) / 20 - time.monotonic()))
        time.sleep(0.3)
        share = (cpu_seconds(reader.pid) - begin_cpu) / (time.monotonic() - begin)
        rss = int([row.split()[1] for row in Path(f"/proc/{reader.pid}/status").read_text().splitlines()
                   if row.startswith("VmRSS")][0]) / 1024
    finally:
        reader.terminate()
    counted = int(reader.communicate(timeout=10)[0].split()[-1])
    written = len(rows) * SECONDS * 20
    print(f"following           {written / SECONDS:.0f} lines/s: {100 * share:.1f}% of a core, {rss:.1f} MiB resident, "
          f"{counted} of {written} counted")
    return counted == written and share <= CPU_MOST and rss < RESIDENT_MOST


def main():
    bench = str(Path(sys.argv[1]) / "tests/bench/bench_logs")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "app.log"
        write(path, LINES)
        failed |= subprocess.run([bench, "lines", str(path)], check=False).returncode != 0
        peers(path)
        failed |= not follow(bench, path)
        big = grow(path, BIG)
        print(f"a file of {big.stat().st_size / 1e9:.2f} GB:")
        failed |= subprocess.run([bench, "screen", str(big)], check=False).returncode != 0
    return 1 if failed else 0


sys.exit(main())
