#!/usr/bin/env python3
"""snapshot.py SKEP [RUNS]: whole-process figures of `skep snapshot`: nine panels
from a real Prometheus, then answers of 1,000 and 10,000 series of 240 points.
Prints medians; beside them what curl needs for the same bytes."""
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
sys.path.insert(0, str(HERE))
from boards import nine, write_board  # noqa: E402
from servers import Servers, environment, query, wait_until  # noqa: E402


def measure(command, runs):
    """Medians of wall ms, CPU ms and the largest resident MiB."""
    walls, cpus, peaks, codes = [], [], [], set()
    for _ in range(runs):
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        walls.append((time.monotonic() - started) * 1000)
        cpus.append((usage.ru_utime + usage.ru_stime) * 1000)
        peaks.append(usage.ru_maxrss / 1024)
        codes.add(process.returncode)
    return statistics.median(walls), statistics.median(cpus), max(peaks), codes


def row(name, figures):
    print(f"{name:44s} wall {figures[0]:7.1f} ms   cpu {figures[1]:7.1f} ms   peak {figures[2]:6.1f} MiB   exit {sorted(figures[3])}",
          flush=True)


def main():
    skep = str(Path(sys.argv[1]).resolve())
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    with Servers() as servers:
        node = servers.node_exporter()
        port = servers.prometheus({"node": node})
        wait_until(lambda: query(port, "count_over_time(node_load1[1m]) > 17"))
        path = servers.folder / "nine.json"
        write_board(path, nine())
        command = [skep, "snapshot", "-p", f"http://127.0.0.1:{port}", "-d", str(path), "-s", "200x50", "-f", "text"]
        row("9 panels (5 stat, 4 graph), 15 min, 200x50", measure(command, runs))
        row("the same, SVG", measure([*command[:-1], "svg"], runs))
        row("skep --version", measure([skep, "--version"], runs))
        big = servers.folder / "big.json"
        write_board(big, [{"id": 1, "type": "timeseries", "title": "Big", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 12},
                     "targets": [{"refId": "A", "expr": "big"}]}])
        for series in (1000, 10000):
            port = servers.script(HERE / "big_server.py", str(series), "240")
            url = f"http://127.0.0.1:{port}"
            row(f"{series} series x 240 points", measure([skep, "snapshot", "-p", url, "-d", str(big), "-s", "200x50",
                                                        "-f", "text", "--at", "1700003600", "--range", "1h", "-w", "60s",
                                                        "--timeout", "60s"], runs))
            row("  curl, the same bytes", measure(["curl", "-s", "-o", "/dev/null", "-d", "query=big&step=15",
                                                   f"{url}/api/v1/query_range"], runs))


main()
