#!/usr/bin/env python3
"""console.py SKEP [SECONDS]: the console's cost beside htop's in the same run, and
how soon a key is answered whatever the server does: on a Prometheus, with the
embedded engine and no server, and on the demo. 200x50, nine panels (5 stat, 4
graph) at 1 Hz over 15 minutes, 200 idle processes. Prints figures; exits 1
when a promise of them is not kept."""
import fcntl
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
KEY_MOST_MS, FRAME_MOST_MS, HTOP_SHARE = 16, 30, 0.5
SERIES, HISTORY_HOURS, HISTORY_STEP = 10000, 6, 60
over = []  # promises that are not kept


def parent_of(pid):
    """The parent's number and its own name."""
    try:
        name, rest = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)
    except OSError:
        return 0, ""
    return int(rest.split()[1]), name.split("(", 1)[1]


class Line:
    """A program on a pseudo-terminal whose output is read and counted."""

    def __init__(self, command):
        self.older = set(os.listdir("/proc"))
        self.started = time.monotonic()
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
        self.process = subprocess.Popen([str(w) for w in command], stdin=slave, stdout=slave, stderr=slave,
                                        env=environment(), start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.bytes = 0
        self.first = None
        self.pid = self.process.pid  # whose cost is read

    def drain(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                self.bytes += len(os.read(self.master, 65536))
                self.first = self.first or time.monotonic()

    def console(self, seconds=60):
        """For a demo: read the cost of the console below it from now on. Returns when it was there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            younger = [int(name) for name in set(os.listdir("/proc")) - self.older if name.isdigit()]
            found = {pid: parent_of(pid) for pid in younger}
            names = {name: pid for pid, (parent, name) in found.items() if parent == self.process.pid}
            if "skep" in names and "skep-colony" in names:  # the colony is there first
                self.pid = names["skep"]
                return time.monotonic()
            time.sleep(0.0005)
        raise RuntimeError("the demo opened no console")

    def cpu(self):
        """Seconds on a processor, of all threads; exact where clock ticks would miss short turns."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self):
        """Resident and private dirty MiB."""
        found = {}
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
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


def cost(commands, seconds, warm=6, resident=None):
    """All of them at the same time, each drained by a thread of its own; their seconds on a processor."""
    lines = {name: Line(command) for name, command in commands.items()}
    for name, line in lines.items():
        if "demo" in commands[name]:
            line.console()

    def all_drain(duration):
        threads = [threading.Thread(target=line.drain, args=(duration,)) for line in lines.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    all_drain(warm)
    before = {name: (line.cpu(), line.bytes) for name, line in lines.items()}
    all_drain(seconds)
    cpu = {}
    for name, line in lines.items():
        cpu[name] = line.cpu() - before[name][0]
        held, dirty = line.memory()
        if resident is not None:
            resident[name] = held
        print(f"{name:34s} cpu {cpu[name] * 30 / seconds:5.2f} s/30 s ({cpu[name] * 1000 / seconds:5.1f} ms a second)   "
              f"resident {held:5.1f} MiB, private dirty {dirty:4.1f} MiB   "
              f"{(line.bytes - before[name][1]) / seconds:6.0f} B/s", flush=True)
        line.end()
    return cpu


def share(cpu, name, of):
    ratio = cpu[name] / max(cpu[of], 0.01)
    print(f"{name}: {ratio:.2f} of htop's CPU (at most {HTOP_SHARE})", flush=True)
    if ratio > HTOP_SHARE:
        over.append(f"{name}: {ratio:.2f} of htop's CPU")


def latency(name, command, keys, count=200, settle=2.0):
    """A key to the first byte of its answer."""
    line = Line(command)
    if "demo" in command:
        line.console()
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
    resident = line.memory()[0]
    line.end()
    took.sort()
    late = took[int(len(took) * .99) - 1]
    print(f"{name:34s} {count} keys: median {statistics.median(took):5.2f} ms   99th percentile {late:5.2f} ms   "
          f"most {took[-1]:5.2f} ms   no answer {lost}   resident {resident:5.1f} MiB", flush=True)
    if (late > KEY_MOST_MS or lost) and command[0] != "cat":
        over.append(f"{name}: 99th percentile {late:.2f} ms, {lost} without an answer")


def first_frame(name, command, runs=15):
    took = []
    for _ in range(runs):
        line = Line(command)
        line.drain(0.3)
        took.append((line.first - line.started) * 1000)
        line.end()
    say_frame(name, statistics.median(took), runs)


def say_frame(name, took, runs):
    print(f"{name:34s} first bytes after {took:5.1f} ms (median of {runs})", flush=True)
    if took > FRAME_MOST_MS:
        over.append(f"{name}: {took:.1f} ms")


def first_frame_of_demo(skep, runs=3):
    """From the console's own start; the colony and its past come before it."""
    took, whole = [], []
    for _ in range(runs):
        line = Line([skep, "demo"])
        there = line.console()
        while not line.first:
            line.drain(0.05)
        took.append((line.first - there) * 1000)
        whole.append((line.first - line.started) * 1000)
        line.end()
    say_frame(f"first frame, demo ({statistics.median(whole):.0f} ms in all)", statistics.median(took), runs)


# Each changes the screen: focus, range, pan, zoom, view, find.
KEYS = ["j", "k", "+", "-", "<", ".", "\r", "q", "6", "1", "/", "\x03", "\t", "\x1b[Z"]
REQUESTS = "sum by (code) (rate(bench_requests_total[5m]))"


def write_system(path, *collectors):
    """A system with no server: what it shows is what it collected."""
    path.write_text("\n".join(["system: bench", "title: Bench", "scrape_interval: 1s", "collect:",
                               *[f"  - {{ {collector} }}" for collector in collectors]]) + "\n")
    return path


def write_history(path):
    """The large target's last hours, as OpenMetrics with times."""
    end = int(time.time()) - 30
    times = range(end - HISTORY_HOURS * 3600, end, HISTORY_STEP)
    with open(path, "w") as out:
        for i in range(SERIES):
            text = (f'bench_requests_total{{path="/api/v1/resource-{i}",method="GET",code="{200 + i % 5}",job="large",'
                    f'instance="past"}}')
            out.write("".join(f"{text} {i * 1000 + k * (i % 97)} {t}\n" for k, t in enumerate(times)))
        out.write("# EOF\n")


def with_prometheus(skep, servers, node, seconds):
    """On a Prometheus, beside the embedded engine on the same exporter and htop."""
    port = servers.prometheus({"node": node})
    wait_until(lambda: query(port, "count_over_time(node_load1[1m]) > 17"))
    board, big = servers.folder / "nine.json", servers.folder / "big.json"
    write_board(board, nine())
    write_board(big, nine("big"))
    system = write_system(servers.folder / "node.yaml",
                          f'type: scrape, job: node, targets: ["127.0.0.1:{node}"], interval: 1s')

    def console(url, dashboard=board, *more):
        return [skep, "-p", url, "-d", dashboard, "--refresh", "1s", "--timeout", "2s", *more]

    embedded = [skep, "--system", system, "--engine", "embedded", "-d", board, "--refresh", "1s"]
    url, nobody = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{free_port()}"
    first_frame("first frame, healthy", console(url))
    first_frame("first frame, no server", console(nobody))
    first_frame("first frame, embedded", embedded)
    htop = "htop, 200 idle processes"
    found = cost({"skep, nine panels": console(url), "skep, embedded, scrapes each 1 s": embedded,
                  htop: ["htop", "-d", "10"]}, seconds)
    share(found, "skep, nine panels", htop)
    share(found, "skep, embedded, scrapes each 1 s", htop)
    if SHARED:
        full = Path(SHARED, "data/dashboards/grafana-dashboards__node-exporter-full.json")
        cost({"skep, Node Exporter Full": console(url, full)}, seconds / 2)
    latency("keys, healthy", console(url), KEYS)
    latency("keys, refused", console(nobody), KEYS)
    latency("keys, hung", console(f"http://127.0.0.1:{servers.script(HERE / 'hanging_server.py')}"), KEYS)
    latency("keys, slow", console(f"http://127.0.0.1:{servers.script(HERE.parent / 'e2e/dripping_server.py')}"), KEYS)
    heavy = servers.script(HERE / "big_server.py", "10000", "240")
    latency("keys, 10,000 series", console(f"http://127.0.0.1:{heavy}", big, "--timeout", "60s"), KEYS, settle=6.0)
    latency("keys, embedded", embedded, KEYS)


def large_target(skep, servers):
    """The embedded engine on 10,000 series each 5 s, and while it evaluates six hours of them."""
    board, raw, past = (servers.folder / f"{name}.json" for name in ("large", "raw", "past"))
    write_board(board, nine(REQUESTS))
    write_board(raw, nine("topk(20, bench_requests_total)"))
    write_history(servers.folder / "past.om")
    port = servers.script(HERE / "metrics_server.py", str(SERIES))
    scrape = f'type: scrape, job: large, targets: ["127.0.0.1:{port}%s"], interval: 5s'
    known = write_system(servers.folder / "known.yaml", scrape % "/metrics")
    new = write_system(servers.folder / "new.yaml", scrape % "/new")
    both = write_system(servers.folder / "both.yaml", scrape % "/metrics",
                        f'type: history, job: past, file: "{servers.folder}/past.om"')

    def console(system, dashboard, *more):
        return [skep, "--system", system, "--engine", "embedded", "-d", dashboard, "--refresh", "1s", *more]

    latency("keys, scrapes of 10,000 begin", console(known, board), KEYS, settle=0.2)
    latency("keys, scrapes of 10,000", console(known, board), KEYS, count=600)
    latency("keys, scrapes of 10,000 new ones", console(new, raw), KEYS, count=600)
    latency("keys, 6 h of 10,000 asked for", console(both, board, "--range", "6h"), KEYS, count=600, settle=20)


def demo(skep, seconds):
    """The simulated colony: its history is read in the first half minute."""
    first_frame_of_demo(skep)
    latency("keys, demo begins", [skep, "demo"], KEYS, count=600, settle=0.2)
    latency("keys, demo", [skep, "demo"], KEYS, settle=40)
    htop = "htop, beside the demo"
    found = cost({"skep demo (its console)": [skep, "demo", "--", "console", "--refresh", "1s"],
                  htop: ["htop", "-d", "10"]}, seconds, warm=40)
    share(found, "skep demo (its console)", htop)


def main():
    skep = str(Path(sys.argv[1]).resolve())
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 30
    idle = [subprocess.Popen(["sleep", "1200"]) for _ in range(200)]
    try:
        latency("keys, cat (this machine's own)", ["cat"], "x")
        with Servers() as servers:
            with_prometheus(skep, servers, servers.node_exporter(), seconds)
        with Servers() as servers:
            large_target(skep, servers)
        demo(skep, seconds)
        latency("keys, cat (this machine's own)", ["cat"], "x")
    finally:
        for process in idle:
            process.kill()
            process.wait()
    print("promises not kept: " + ("; ".join(over) or "none"))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
