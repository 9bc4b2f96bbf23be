#!/usr/bin/env python3
"""record_scrapes.py FILE PAGES EVERY_MS [STEP_MS]: pages of a real node exporter,
started for this on a port of its own, one behind the other in FILE, each after
a line `# SCRAPE <time in ms>`: what bench_codec and bench_scrapes read. A page
is taken each EVERY_MS and stamped STEP_MS (15,000) apart, so that hours of
pages need not take hours; counters then grow by no more than EVERY_MS brings
(bench_scrapes prints how many samples changed). Some work for the processors,
the disk and the loopback network is done meanwhile, in turns of some seconds."""
import socket
import sys
import threading
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from servers import Servers  # noqa: E402

FIRST_MS = 1_700_000_000_000
STEP_MS = 15_000
TURN_S = 4  # of one kind of work; then as long none
BLOCK = b"\x5a" * 65536


def compute():
    end = time.monotonic() + 0.01
    while time.monotonic() < end:
        sum(range(500))


def store(path):
    with open(path, "wb") as out:
        out.write(BLOCK)


def send(pair):
    pair[0].sendall(BLOCK[:8192])
    left = 8192
    while left:
        left -= len(pair[1].recv(left))


def connected_pair():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        return client, listener.accept()[0]


def work(stop, folder):
    pair = connected_pair()
    kinds = [compute, lambda: store(folder / "block"), lambda: send(pair)]
    while not stop.wait(0.05):
        turn = int(time.monotonic() / TURN_S)
        if turn % 2:
            kinds[turn // 2 % len(kinds)]()
    for end in pair:
        end.close()


def record(path, pages, every_s, step_ms, port):
    with open(path, "wb") as out:
        begun = time.monotonic()
        for page in range(pages):
            time.sleep(max(0.0, begun + page * every_s - time.monotonic()))
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                body = answer.read()
            out.write(b"# SCRAPE %d\n" % (FIRST_MS + page * step_ms) + body)
    return time.monotonic() - begun


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit("usage: record_scrapes.py FILE PAGES EVERY_MS [STEP_MS]")
    path, pages, every_ms = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    step_ms = int(sys.argv[4]) if len(sys.argv) == 5 else STEP_MS
    stop = threading.Event()
    with Servers() as servers:
        port = servers.node_exporter()
        worker = threading.Thread(target=work, args=(stop, servers.folder))
        worker.start()
        try:
            took = record(path, pages, every_ms / 1000, step_ms, port)
        finally:
            stop.set()
            worker.join()
    print(f"{pages} pages of a node exporter in {took:.0f} s, {path.stat().st_size / pages / 1000:.0f} kB each", flush=True)


main()
