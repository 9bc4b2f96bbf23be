"""Everything that can be wrong with sources, at once: servers that hang, drip
and flood, names that never resolve, commands that do not end, and logs that
grow as fast as they can. For tests and benches of a console amid all that."""
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from postgres_server import Postgres
from servers import Servers, free_port, wait_until

HERE = Path(__file__).resolve().parent
DEAD_NAMES = 12
LINES_A_SECOND = 50_000
LOG_FILES = 300

# What stands in the row of each job in Sources; one of several where it depends on who is first.
REASONS = {
    "silent": ("timeout",), "silent-health": ("timeout",), "silent-json": ("timeout",), "drip": ("timeout",),
    "huge-health": ("answer over 4 MiB",), "huge-page": ("answer over 64 MiB", "timeout"), "rows": ("over 1000 rows",),
    "stopped-postgres": ("timeout",), "stopped-redis": ("timeout",), "endless": ("timeout",),
    "flood": ("over 4 MiB of output",), "silent-tls": ("silent",), "many": ("44 files are not followed",),
    **{f"dead{kind}": ("does not resolve",) for kind in ("", "-health", "-tls", "-postgres", "-redis")}}
# And who is well amid them.
FINE = ("good", "flooding", "fast", "node")

LOG_WRITER = r'''
import json, sys, time
path, rate = sys.argv[1], int(sys.argv[2])
piece = "".join(json.dumps({"timestamp": "2026-11-22T03:41:00Z", "level": ["INFO", "WARNING", "ERROR"][n % 3], "logger":
                            f"app.c{n % 5}", "message": f"request {n} done", "method": "GET", "url": f"/agents/{n % 50}",
                            "status_code": 200 + n % 7, "process_time_ms": n % 90}) + "\n" for n in range(rate // 20)).encode()
begin, tick = time.monotonic(), 0
with open(path, "ab", buffering=0) as file:
    while True:
        if file.tell() > 1 << 28:
            file.truncate(0)
        file.write(piece)
        tick += 1
        time.sleep(max(0, begin + tick / 20 - time.monotonic()))
'''

PUBLISHER = r'''
import socket, sys
flood = b"".join(b"PUBLISH flood.%d %s\r\n" % (n % 20, b"m" * 64) for n in range(500))
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
while True:
    connection.sendall(flood)
    got = 0
    while got < 500:
        got += connection.recv(65536).count(b"\n")
'''


class HostileSources:
    """Context manager: `system` is the file to start a console on, `command()` how to start it."""

    def __init__(self, more_collectors=()):
        self.more = more_collectors

    def __enter__(self):
        self.servers = Servers().__enter__()
        self.postgres = None
        self.processes = []
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()
        if self.postgres:
            self.postgres.__exit__()
        self.servers.__exit__()

    def _python(self, *arguments):
        self.processes.append(subprocess.Popen([sys.executable, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def _redis(self, name):
        port = free_port()
        self.servers.start(name, ["redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", self.servers.folder,
                                  "--save", "", "--appendonly", "no", "--client-output-buffer-limit", "pubsub", "0", "0", "0"])
        ping = ["redis-cli", "-p", str(port), "ping"]
        wait_until(lambda: subprocess.run(ping, capture_output=True, timeout=10).stdout.startswith(b"PONG"), 10)
        return port

    def _logs(self):
        folder = self.servers.folder / "logs"
        folder.mkdir()
        for number in range(LOG_FILES):
            (folder / f"part-{number}.log").write_text(f"2026-11-22T03:41:00Z INFO the beginning of {number}\n" * 20)
        fast = self.servers.folder / "fast.log"
        fast.write_text("")
        self._python("-c", LOG_WRITER, fast, LINES_A_SECOND)
        return fast, folder

    def _start(self):
        server = self.servers.script(HERE / "hostile_server.py")
        other = json.loads(self.servers.running[f"{HERE / 'hostile_server.py'}()"].stdout.readline())
        self.name_server = other["dns"]
        self.postgres = Postgres(standby=True, archive=False, preload="").__enter__()
        stopped, flooding = self._redis("stopped"), self._redis("flooding")
        fast, many = self._logs()
        self._python("-c", PUBLISHER, flooding)
        http = f"127.0.0.1:{server}"
        dead = ", ".join(f'"host{i}.dead.test:9100"' for i in range(DEAD_NAMES))
        entries = [
            f'type: scrape, job: good, targets: ["{http}/good"]',
            f'type: scrape, job: silent, targets: ["{http}/silent"]',
            f'type: health, job: silent-health, targets: ["http://{http}/silent"], timeout: 1s',
            f'type: json, job: silent-json, targets: ["http://{http}/silent"], timeout: 1s, metrics: [{{ name: x, path: a }}]',
            f'type: scrape, job: drip, targets: ["{http}/drip"]',
            f'type: health, job: huge-health, targets: ["http://{http}/health"], interval: 2s',
            f'type: scrape, job: huge-page, targets: ["{http}/metrics"], interval: 5s',
            f'type: postgres, job: rows, dsn: "{self.postgres.dsn()}", interval: 2s, timeout: 2s, queries: [{{ name: rows, '
            'sql: "select i::text as row, repeat(\'x\', 100) as text, i as value from generate_series(1, 1000000) i", '
            'labels: [row, text], values: [value] }]',
            f'type: postgres, job: stopped-postgres, dsn: "{self.postgres.dsn("standby")}", interval: 2s, timeout: 1s',
            f'type: redis, job: stopped-redis, url: "redis://127.0.0.1:{stopped}", timeout: 1s',
            f'type: redis, job: flooding, url: "redis://127.0.0.1:{flooding}", subscribe: ["flood.*"]',
            'type: command, job: endless, run: "trap \'\' TERM; while :; do sleep 1; done", shell: true, interval: 2s, timeout: 1s',
            'type: command, job: flood, run: [yes, "a line of no interest"], interval: 2s, timeout: 2s, format: prometheus',
            f'type: log, job: fast, path: ["{fast}"], format: json, labels: [level, component, "code=status_code"], '
            'duration: process_time_ms',
            f'type: log, job: many, path: ["{many}/*.log"]',
            f'type: certificate, job: silent-tls, targets: ["127.0.0.1:{other["tls"]}"], interval: 2s, timeout: 1s',
            'type: host, job: node',
            f'type: scrape, job: dead, targets: [{dead}]',
            'type: health, job: dead-health, targets: ["http://health.dead.test/health"], timeout: 1s',
            'type: certificate, job: dead-tls, targets: ["tls.dead.test:443"], interval: 2s, timeout: 1s',
            'type: postgres, job: dead-postgres, dsn: "postgresql://ops@postgres.dead.test/db", timeout: 1s',
            'type: redis, job: dead-redis, url: "redis://redis.dead.test:6379", timeout: 1s',
            *self.more]
        self.board = self.servers.folder / "board.json"
        panels = [{"id": i + 1, "type": "timeseries", "title": f"P{i}", "gridPos": {"x": 8 * (i % 3), "y": 8 * (i // 3), "w": 8,
                                                                                   "h": 8},
                   "targets": [{"refId": "A", "expr": expression}]} for i, expression in enumerate((
                       "sum by (level) (rate(log_lines_total[1m]))", "up", "scrape_duration_seconds",
                       "sum(rate(skep_redis_messages_total[1m]))", "node_load1", "weather"))]
        self.board.write_text(json.dumps({"title": "Hostile", "panels": panels, "time": {"from": "now-5m", "to": "now"}}))
        self.system = self.servers.folder / "hostile.yaml"
        # Intervals that are not named are of a second.
        rows = [f"  - {{ {e}{'' if 'interval:' in e else ', interval: 1s'} }}" for e in entries]
        self.system.write_text("\n".join(["system: hostile", "title: Hostile", "scrape_interval: 1s",
                                          f'dashboards: ["{self.board}"]', "collect:", *rows]) + "\n")
        self.resolver = self.servers.folder / "resolv.conf"
        self.resolver.write_text(f"nameserver {self.name_server}\n")
        self._step_back()

    def _step_back(self):
        """They stand for other machines: what they use of this one's processors is not to be the console's."""
        started = [*self.processes, *self.servers.running.values(), *self.postgres.running.values()]
        for pid in [process.pid for process in started]:
            for each in [pid, *self.postgres.children(pid)]:
                for task in os.listdir(f"/proc/{each}/task"):
                    os.setpriority(os.PRIO_PROCESS, int(task), 19)

    def hang(self):
        """What is to be stopped, from now on, or again."""
        self.postgres.hang("standby")
        self.servers.signal("stopped", signal.SIGSTOP)

    def command(self, *words):
        """In a mount namespace of its own, whose only name server never answers; without root as it is."""
        if not self.name_server:
            return list(map(str, words))
        return ["/usr/bin/unshare", "-m", "/bin/sh", "-c", f'mount --bind "{self.resolver}" /etc/resolv.conf && exec "$@"', "sh",
                *map(str, words)]
