#!/usr/bin/env python3
"""sources.py SKEP [SECONDS]: the console with every kind of collector on. First
its cost beside htop's in the same run, all sources well and asked each second:
a node exporter, the host, PostgreSQL, Redis with a subscription, health, JSON,
a certificate, a command, and a log of 100 lines a second. Then how soon a key
is answered amid all that can be wrong with sources, beside an idle console in
the same setting. 200x50. Exits 1 when a promise is not kept."""
import os
import select
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
sys.path.insert(0, str(HERE))
from boards import nine, write_board  # noqa: E402
from console import KEY_MOST_MS, Line, cost, over  # noqa: E402
from hostile_sources import HostileSources  # noqa: E402
from postgres_server import Postgres  # noqa: E402
from servers import Servers, free_port  # noqa: E402

CORE_MOST = 0.03
RESIDENT_MOST = 24
# Letters that nothing else on the screen has: one of them in what the console writes is the answer to its key.
LETTERS = "бгджзийлпфцчшщъыьэюя"

WRITER = r'''
import json, sys, time
number, begin = 0, time.monotonic()
with open(sys.argv[1], "a", buffering=1) as file:
    while True:
        for _ in range(5):
            file.write(json.dumps({"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "level":
                                   ["INFO", "WARNING", "ERROR"][number % 3], "logger": f"app.c{number % 5}", "message":
                                   f"request {number}", "status_code": 200, "process_time_ms": number % 90}) + "\n")
            number += 1
        time.sleep(max(0, begin + number / 100 - time.monotonic()))
'''


def certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key.pem", "-out",
                    folder / "cert.pem", "-days", "90", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


def write_system(servers, postgres, interval):
    node, redis, folder = servers.node_exporter(), free_port(), servers.folder
    servers.start("redis", ["redis-server", "--port", redis, "--bind", "127.0.0.1", "--dir", folder, "--save", ""])
    plain = servers.script(HERE.parent / "e2e/probe_server.py")
    crt, key = certificate(folder)
    tls = servers.script(HERE.parent / "e2e/probe_server.py", str(crt), str(key))
    servers.start("publisher", ["redis-cli", "-p", redis, "-r", "-1", "-i", "0.1", "publish", "polln.agents", "hello"])
    log = folder / "app.log"
    log.write_text("")
    servers.start("writer", [sys.executable, "-c", WRITER, log])
    collectors = [
        "type: host, job: host",
        f'type: scrape, job: node, targets: ["127.0.0.1:{node}"]',
        f'type: postgres, dsn: "{postgres.dsn()}"',
        f'type: redis, url: "redis://127.0.0.1:{redis}", subscribe: ["polln.*"]',
        f'type: health, job: health, targets: ["http://127.0.0.1:{plain}/document/full_status.json"]',
        f'type: json, job: json, targets: ["http://127.0.0.1:{plain}/echo"], metrics: [{{ name: x, path: Host, values: ["*=1"] }}]',
        f'type: certificate, job: tls, targets: ["127.0.0.1:{tls}"], ca_file: "{crt}"',
        'type: command, run: [echo, "a_total 1"], format: prometheus',
        f'type: log, path: ["{log}"], format: json, labels: [level, component], duration: process_time_ms',
        f'type: files, paths: ["{folder}/*.pem"]']
    path = folder / "all.yaml"
    rows = [f"  - {{ {row}{f', interval: {interval}' if interval else ''} }}" for row in collectors]
    path.write_text("\n".join(["system: all", "title: All", "scrape_interval: 1s", "collect:", *rows]) + "\n")
    return path


def healthy(skep, seconds, interval):
    """Cost with all of them well, beside htop."""
    name = f"all collectors, {'each second' if interval else 'at their usual intervals'}"
    with Servers() as servers, Postgres(archive=False) as postgres:
        system = write_system(servers, postgres, interval)
        done = subprocess.run([skep, "collect", "--system", system, "--format", "text"], capture_output=True, text=True,
                              timeout=60)
        if done.returncode:
            raise RuntimeError(f"a source is not well:\n{done.stdout}{done.stderr}")
        board = servers.folder / "nine.json"
        write_board(board, nine())
        resident = {}
        found = cost({name: [skep, "--system", system, "--engine", "embedded", "-d", board, "--refresh", "1s"],
                      "htop, beside it": ["htop", "-d", "10"]}, seconds, warm=10, resident=resident)
    share = found[name] / seconds
    print(f"{name}: {100 * share:.2f}% of a core (at most {100 * CORE_MOST:.0f}%), {resident[name]:.1f} MiB resident "
          f"(at most {RESIDENT_MOST})", flush=True)
    if share > CORE_MOST or resident[name] > RESIDENT_MOST:
        over.append(f"{name}: {100 * share:.2f}% of a core, {resident[name]:.1f} MiB")


def answered(line, letter, seconds=2.0):
    """From a letter typed to that letter on the screen; None when it does not come."""
    seen, wanted = b"", letter.encode()
    started = time.monotonic()
    os.write(line.master, wanted)
    while time.monotonic() < started + seconds:
        if not select.select([line.master], [], [], 0.1)[0]:
            continue
        seen = seen[-8:] + os.read(line.master, 65536)
        if wanted in seen:
            return (time.monotonic() - started) * 1000
    return None


def typed(line, rounds=12, views="156"):
    """Letters typed into the command line over one view after another: the time of each, those without an answer."""
    took, lost = [], 0
    for number in range(rounds):
        for key in (views[number % len(views)], ":"):
            os.write(line.master, key.encode())
            line.drain(0.25)
        for letter in LETTERS:
            ms = answered(line, letter)
            lost += ms is None
            took += [ms] if ms is not None else []
            line.drain(0.05)
        os.write(line.master, b"\x03")
        line.drain(0.2)
    return sorted(took), lost


def say(name, took, lost):
    late = took[int(len(took) * .99) - 1]
    print(f"{name:44s} {len(took)} keys: median {statistics.median(took):5.2f} ms   99th percentile {late:5.2f} ms   "
          f"most {took[-1]:5.2f} ms   no answer {lost}", flush=True)
    return late


def hostile(skep):
    """The console amid bad sources and an idle one, one after the other, while the same noise goes on."""
    with HostileSources() as sources, Servers() as servers:
        idle = servers.folder / "idle.yaml"
        idle.write_text("system: idle\ntitle: Idle\ncollect:\n  - { type: host, interval: 15s }\n"
                        f'dashboards: ["{sources.board}"]\n')
        lines = {"keys, bad sources": Line(sources.command(skep, "--system", sources.system, "--refresh", "1s")),
                 "keys, idle console amid the same noise": Line([skep, "--system", idle, "--refresh", "1s"])}
        lines["keys, bad sources"].drain(4)
        sources.hang()
        lines["keys, bad sources"].drain(6)
        for name, line in lines.items():
            took, lost = typed(line)
            late = say(name, took, lost)
            if "bad" in name:
                print(f"{'':44s} resident {line.memory()[0]:.1f} MiB", flush=True)
                if late > KEY_MOST_MS or lost:
                    over.append(f"{name}: 99th percentile {late:.2f} ms, {lost} without an answer")
        for line in lines.values():
            line.end()


def main():
    skep = str(Path(sys.argv[1]).resolve())
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 30
    healthy(skep, seconds, "1s")
    healthy(skep, seconds, None)
    hostile(skep)
    print("promises not kept: " + ("; ".join(over) or "none"))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
