#!/usr/bin/env python3
"""console.py SKEP [SECONDS]: the console's cost beside htop's in the same run, and
how soon a key is answered whatever the server does. 200x50, nine panels (5
stat, 4 graph) at 1 Hz over 15 minutes, 200 idle processes. Prints figures."""
import fcntl
import json
import os
import select
import signal
import statistics
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
sys.path.insert(0, str(HERE))
from boards import nine, write_board  # noqa: E402
from servers import Servers, environment, free_port, query, wait_until  # noqa: E402

COLUMNS, ROWS = 200, 50
SHARED = os.environ.get("SKEP_SHARED")


class Line:
    """A program on a pseudo-terminal whose output is read and counted."""

    def __init__(self, command):
        self.started = time.monotonic()
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
        self.process = subprocess.Popen([str(w) for w in command], stdin=slave, stdout=slave, stderr=slave,
                                        env=environment(), start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.bytes = 0
        self.first = None

    def drain(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                self.bytes += len(os.read(self.master, 65536))
                self.first = self.first or time.monotonic()

    def cpu(self):
        """Seconds on a processor, of all threads; exact where clock ticks would miss short turns."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self):
        """Resident and private dirty MiB."""
        found = {}
        for line in Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines():
            parts = line.split()
            if parts[0] in ("Rss:", "Private_Dirty:"):
                found[parts[0]] = int(parts[1]) / 1024
        return found["Rss:"], found["Private_Dirty:"]

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.master)


def cost(commands, seconds):
    """All of them at the same time, each drained by a thread of its own."""
    lines = {name: Line(command) for name, command in commands.items()}

    def all_drain(duration):
        threads = [threading.Thread(target=line.drain, args=(duration,)) for line in lines.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    all_drain(6)
    before = {name: (line.cpu(), line.bytes) for name, line in lines.items()}
    all_drain(seconds)
    cpu = {}
    for name, line in lines.items():
        cpu[name] = line.cpu() - before[name][0]
        resident, dirty = line.memory()
        print(f"{name:34s} cpu {cpu[name] * 30 / seconds:5.2f} s/30 s ({cpu[name] * 1000 / seconds:5.1f} ms a second)   "
              f"resident {resident:5.1f} MiB, private dirty {dirty:4.1f} MiB   "
              f"{(line.bytes - before[name][1]) / seconds:6.0f} B/s", flush=True)
        line.end()
    return cpu


def latency(name, command, keys, count=200, settle=2.0):
    """A key to the first byte of its answer."""
    line = Line(command)
    line.drain(settle)
    took, lost = [], 0
    for number in range(count):
        line.drain(0.02)
        started = time.monotonic()
        os.write(line.master, keys[number % len(keys)].encode())
        if select.select([line.master], [], [], 1.0)[0]:
            took.append((time.monotonic() - started) * 1000)
            os.read(line.master, 65536)
        else:
            lost += 1
    line.end()
    took.sort()
    print(f"{name:34s} {count} keys: median {statistics.median(took):5.2f} ms   99th percentile "
          f"{took[int(len(took) * .99) - 1]:5.2f} ms   most {took[-1]:5.2f} ms   no answer {lost}", flush=True)


def first_frame(name, command, runs=15):
    took = []
    for _ in range(runs):
        line = Line(command)
        line.drain(0.3)
        took.append((line.first - line.started) * 1000)
        line.end()
    print(f"{name:34s} first bytes after {statistics.median(took):5.1f} ms (median of {runs})", flush=True)


# Each changes the screen: focus, range, pan, zoom, view, find.
KEYS = ["j", "k", "+", "-", "<", ".", "\r", "q", "6", "1", "/", "\x03", "\t", "\x1b[Z"]


def main():
    skep = str(Path(sys.argv[1]).resolve())
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 30
    idle = [subprocess.Popen(["sleep", "600"]) for _ in range(200)]
    try:
        with Servers() as servers:
            node = servers.node_exporter()
            port = servers.prometheus({"node": node})
            wait_until(lambda: query(port, "count_over_time(node_load1[1m]) > 17"))
            board, big = servers.folder / "nine.json", servers.folder / "big.json"
            write_board(board, nine())
            write_board(big, nine("big"))

            def console(url, dashboard=board, *more):
                return [skep, "-p", url, "-d", dashboard, "--refresh", "1s", "--timeout", "2s", *more]

            url = f"http://127.0.0.1:{port}"
            first_frame("first frame, healthy", console(url))
            first_frame("first frame, no server", console(f"http://127.0.0.1:{free_port()}"))
            found = cost({"skep, nine panels": console(url), "htop, 200 idle processes": ["htop", "-d", "10"]}, seconds)
            ratio = found["skep, nine panels"] / max(found["htop, 200 idle processes"], 0.01)
            print(f"skep takes {ratio:.2f} of htop's CPU")
            if SHARED:
                full = Path(SHARED, "data/dashboards/grafana-dashboards__node-exporter-full.json")
                cost({"skep, Node Exporter Full": console(url, full)}, seconds / 2)
            latency("keys, healthy", console(url), KEYS)
            latency("keys, refused", console(f"http://127.0.0.1:{free_port()}"), KEYS)
            latency("keys, hung", console(f"http://127.0.0.1:{servers.script(HERE / 'hanging_server.py')}"), KEYS)
            latency("keys, slow", console(f"http://127.0.0.1:{servers.script(HERE.parent / 'e2e/dripping_server.py')}"), KEYS)
            heavy = servers.script(HERE / "big_server.py", "10000", "240")
            latency("keys, 10,000 series", console(f"http://127.0.0.1:{heavy}", big, "--timeout", "60s"), KEYS, settle=6.0)
    finally:
        for process in idle:
            process.kill()
            process.wait()


main()
