"""The redis collector against real servers: the same figures as Debian's
exporter, a workload's deltas, published messages, a server that is killed,
stopped and locked under it, and dashboards without any exporter."""
import json
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

from servers import Servers, environment, free_port, shared, wait_for, wait_until

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = "redis_exporter__grafana_prometheus_redis_dashboard.json"
BOARD = ROOT / "systems/redis/dashboard.json"

# What whoever asks changes by asking, or what moves by itself: there with both, but not equal.
MOVES = re.compile(r"redis_(allocator_|memory_used_|mem_|cpu_|connected_clients|connections_received|net_|uptime|start_time|"
                   r"total_(reads|writes)_processed|commands_processed|client_recent|slowlog_|last_slow|db_avg_ttl|"
                   r"latency_percentiles|master_last_io|connected_slave|master_repl|slave_repl|repl_backlog|expired_time_cap|"
                   r"expired_stale|defrag|tracking|blocked|pubsub)")
# With sanitizers, what was freed must not be taken for what is held.
FEW_FREED = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"]))
# Commands that only the workload runs.
WORK = ("set", "get", "lpush", "eval", "expire")


def start_redis(servers, name="redis", *options, port=None):
    port = port or free_port()
    folder = servers.folder / name
    folder.mkdir(exist_ok=True)
    servers.start(name, ["redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly",
                         "no", *options])
    wait_until(lambda: cli(port, "ping").stdout.startswith(("PONG", "NOAUTH")) or "NOAUTH" in cli(port, "ping").stderr, 10)
    return port


def cli(port, *words, text=None):
    """One command, or many from a text; a command that fails says so in its output."""
    return subprocess.run(["redis-cli", "-p", str(port), *map(str, words)], input=text, capture_output=True, text=True,
                          timeout=60)


def system_file(servers, *collectors, dashboard=None, name="redis.yaml"):
    lines = ["system: cache", "title: Cache", "scrape_interval: 1s", "collect:"]
    lines += [f"  - {{ type: redis, {collector} }}" for collector in collectors]
    lines += [f'dashboards: ["{dashboard}"]'] if dashboard else []
    path = servers.folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def samples(page, keep=lambda labels: True):
    """{(name, labels): value} of a page, job and instance taken off."""
    found = {}
    for line in page.splitlines():
        match = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if match and keep(match[2] or ""):
            labels = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or ""))
            labels.pop("job", None), labels.pop("instance", None)
            found[match[1], tuple(sorted(labels.items()))] = float(match[3])
    return found


class Running:
    """`skep snapshot --every` on a system file: what it prints, as it prints it."""

    def __init__(self, skep, path, *words):
        self.process = subprocess.Popen([skep, "snapshot", "--system", str(path), "--every", "500ms", "--range", "1m",
                                         "--size", "180x40", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        stdin=subprocess.DEVNULL, env=environment(ASAN_OPTIONS=FEW_FREED))
        self.text = ""
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.text += line.decode("utf-8", "replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)

    def wait_row(self, of, words, seconds=20):
        """The newest line about `of` says the words; "" for one that says no reason."""
        def row():
            lines = [line for line in self.text.split("\n")[:-1][-120:] if of in line]
            return lines and (words in lines[-1] if words else " for " not in lines[-1])
        try:
            wait_until(row, seconds)
        except AssertionError:
            raise AssertionError((words, self.text[-3000:])) from None

    def last(self):
        """The last whole JSON document."""
        documents, at, decoder = [], 0, json.JSONDecoder()
        text = self.text
        while True:
            while at < len(text) and text[at].isspace():
                at += 1
            try:
                document, at = decoder.raw_decode(text, at)
            except ValueError:
                return documents[-1] if documents else None
            documents.append(document)

    def values(self, title):
        """{series: value} of a panel."""
        panel = [p for p in (self.last() or {"panels": []})["panels"] if p["title"] == title]
        return {v["name"]: v["value"] for v in panel[0].get("values", [])} if panel else {}


def board(servers, **expressions):
    """A dashboard of one stat a name."""
    panels = [{"id": i, "type": "timeseries", "title": title, "gridPos": {"x": 6 * i, "y": 0, "w": 6, "h": 8},
               "targets": [{"refId": "A", "expr": expression, "legendFormat": "{{channel}}"}]}
              for i, (title, expression) in enumerate(expressions.items())]
    path = servers.folder / "board.json"
    path.write_text(json.dumps({"uid": "t", "title": "T", "schemaVersion": 39, "panels": panels}))
    return path


def tests(skep):
    def run(*words, status=(0,)):
        done = subprocess.run([skep, *map(str, words)], capture_output=True, text=True, timeout=90, env=environment(),
                              stdin=subprocess.DEVNULL)
        assert done.returncode in status, (words, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        return done.stdout + done.stderr

    def page(path, job="redis"):
        return samples(run("collect", "--system", path, "--format", "exposition"), lambda labels: f'job="{job}"' in labels)

    def workload(port, times):
        lines = ["config set latency-monitor-threshold 1", "eval 'local i=0 while i<2000000 do i=i+1 end return 1' 0"]
        for i in range(times):
            lines += [f"set key:{i} {i}", f"get key:{i}", "get nothing", "lpush key:0 x"]
        lines += ["select 3", "set other 1 ex 1000", "expire other 900"]
        cli(port, text="\n".join(lines) + "\n")

    def redis_exporter_names():
        """Every series of Debian's exporter is there under its name; what stands still has its value."""
        with Servers() as servers:
            port = start_redis(servers)
            replica = start_redis(servers, "replica", "--replicaof", "127.0.0.1", port)
            wait_until(lambda: "master_link_status:up" in cli(replica, "info", "replication").stdout, 20)
            workload(port, 50)
            path = system_file(servers, f'url: "redis://127.0.0.1:{port}", interval: 1s',
                               f'job: replica, url: "127.0.0.1:{replica}", interval: 1s')
            for job, target in (("redis", port), ("replica", replica)):
                listen = free_port()
                servers.start("exporter" + job, ["prometheus-redis-exporter", "-redis.addr", f"redis://127.0.0.1:{target}",
                                                 "-web.listen-address", f"127.0.0.1:{listen}"])
                mine = page(path, job)
                theirs = samples(wait_for(f"http://127.0.0.1:{listen}/metrics").decode(), lambda labels: True)
                theirs = {k: v for k, v in theirs.items() if k[0].startswith("redis_") and
                          not re.match("redis_(exporter_|target_scrape|last_key_groups)", k[0])}
                missing = [k for k in theirs if k not in mine and dict(k[1]).get("cmd") in (None, *WORK)]
                assert len(theirs) > 150 and not missing, missing
                unequal = {k: (v, mine[k]) for k, v in theirs.items() if k in mine and v != mine[k] and
                           not MOVES.match(k[0]) and dict(k[1]).get("cmd") in (None, *WORK)}
                assert not unequal, unequal
                if job == "redis":
                    calls = {c: mine["redis_commands_total", (("cmd", c),)] for c in WORK}
                    assert calls == {"set": 51, "get": 100, "lpush": 50, "eval": 1, "expire": 1}, calls
                    assert [k for k in mine if k[0] == "redis_connected_slave_lag_seconds"], "no replica"
                    assert [k for k in mine if k[0] == "redis_latency_spike_last"], "no latency event"
                else:
                    assert mine["redis_master_link_up", (("master_host", "127.0.0.1"), ("master_port", str(port)))] == 1

    def redis_deltas():
        """What a workload did is the difference of two collections, exactly."""
        with Servers() as servers:
            port = start_redis(servers)
            path = system_file(servers, f'url: "redis://127.0.0.1:{port}/3", interval: 1s, check_keys: [queue, gone, n]')
            cli(port, "ping")
            before = page(path)
            lines = [f"set k{i} 1" for i in range(300)] + ["get k1"] * 70 + ["get none"] * 30 + ["incr t"] * 10
            lines += ["lpush k1 x"] * 7 + ["nonsense"] * 3 + ["set gone 1 px 1"]
            lines += ["select 3", "rpush queue a b c", "set n 42.5"]
            cli(port, text="\n".join(lines) + "\n")
            wait_until(lambda: "expired_keys:1" in cli(port, "info", "stats").stdout, 10)
            after = page(path)

            def delta(name, **labels):
                key = (name, tuple(sorted(labels.items())))
                return after[key] - before.get(key, 0)

            assert delta("redis_commands_total", cmd="set") == 302, delta("redis_commands_total", cmd="set")
            assert delta("redis_commands_total", cmd="get") == 100
            assert delta("redis_commands_total", cmd="incr") == 10
            assert delta("redis_commands_failed_calls_total", cmd="lpush") == 7
            assert delta("redis_errors_total", err="WRONGTYPE") == 7
            assert delta("redis_errors_total", err="ERR") == 3
            assert delta("redis_total_error_replies") == 10
            assert delta("redis_expired_keys_total") == 1
            assert delta("redis_rdb_changes_since_last_save") >= 302 + 10 + 2
            assert delta("redis_db_keys", db="db0") == 301 and delta("redis_db_keys", db="db3") == 2
            info = dict(line.split(":", 1) for line in cli(port, "info", "stats").stdout.splitlines() if ":" in line)
            assert after["redis_keyspace_hits_total", ()] <= int(info["keyspace_hits"])
            assert delta("redis_keyspace_hits_total") >= 70 and delta("redis_keyspace_misses_total") >= 30
            assert delta("redis_net_input_bytes_total") > 300 * 20
            assert after["redis_key_size", (("db", "db3"), ("key", "queue"))] == 3
            assert after["redis_key_value", (("db", "db3"), ("key", "n"))] == 42.5
            assert after["skep_redis_key_exists", (("db", "db3"), ("key", "gone"))] == 0

    def redis_messages():
        """Published messages are counted one by one, also in a flood, which costs little."""
        with Servers() as servers:
            port = start_redis(servers)
            path = system_file(servers, f'url: "redis://127.0.0.1:{port}", interval: 1s, subscribe: [plain, "polln.*"]',
                               dashboard=board(servers, messages="skep_redis_messages_total", listens="skep_redis_subscribed"))
            with Running(skep, path, "--format", "json") as running:
                wait_until(lambda: 1 in running.values("listens").values(), 20)
                cli(port, text="publish plain a\npublish polln.x b\npublish polln.y c\npublish unheard d\npublish plain e\n")
                wait_until(lambda: running.values("messages") == {"plain": 2, "polln.x": 1, "polln.y": 1}, 10)
                pid, began = running.process.pid, time.monotonic()
                ticks, pages = cost(pid)
                for _ in range(5):
                    cli(port, text="publish polln.x 0123456789\n" * 10000)
                wait_until(lambda: running.values("messages").get("polln.x") == 50001, 30)
                seconds = time.monotonic() - began
                used, now = cost(pid)[0] - ticks, cost(pid)[1]
                print(f"     50,000 messages in {seconds:.1f} s: {used * 10} ms of CPU, {(now - pages) * 4} kB more")
                assert now - pages < 4096, "memory grows with the messages"
                # It listens again after the connection was cut.
                cli(port, "client", "kill", "type", "pubsub")
                wait_until(lambda: " sub=1 psub=1 " in cli(port, "client", "list", "type", "pubsub").stdout, 20)
                cli(port, "publish", "plain", "again")
                wait_until(lambda: running.values("messages").get("plain") == 3, 10)

    def redis_outages():
        """Killed, stopped and locked under a running collector: it says why, and goes on when the server is back."""
        with Servers() as servers:
            port, secret = start_redis(servers), servers.folder / "secret"
            secret.write_text("first\n")
            cli(port, "config", "set", "requirepass", "first")
            path = system_file(servers, f'url: "redis://127.0.0.1:{port}", interval: 1s, timeout: 700ms, '
                                        f'password_file: {secret}, subscribe: [a]', dashboard=board(servers, up="redis_up"))
            with Running(skep, path, "--view", "sources", "--format", "text") as running:
                of = f"127.0.0.1:{port} "
                running.wait_row(of, "")
                servers.stop("redis")
                running.wait_row(of, "refused for")
                start_redis(servers, "redis", "--requirepass", "first", port=port)
                running.wait_row(of, "")
                servers.signal("redis", signal.SIGSTOP)
                running.wait_row(of, "timeout after 700ms for")
                servers.signal("redis", signal.SIGCONT)
                running.wait_row(of, "")
                # Connections that are open stay: only a new one needs the new password.
                cli(port, "-a", "first", "--no-auth-warning", "config", "set", "requirepass", "second")
                cli(port, "-a", "second", "--no-auth-warning", "client", "kill", "type", "normal", "skipme", "yes")
                running.wait_row(of, "password refused for")
                secret.write_text("second\n")
                running.wait_row(of, "")
                assert "first" not in running.text and "second" not in running.text.replace("a second", "")

    def redis_users():
        """ACL users, a password that is missing or wrong, and rights that are."""
        with Servers() as servers:
            port, secret = start_redis(servers), servers.folder / "secret"
            secret.write_text("sesame\n")
            readme = (ROOT / "systems/redis/system.yaml").read_text()
            rights = re.findall(r"[+]\S+", readme)
            assert len(rights) > 8, readme
            cli(port, "acl", "setuser", "skep", "on", ">sesame", "resetchannels", "&*", *rights)
            cli(port, "acl", "setuser", "weak", "on", ">sesame", "+info")
            cli(port, "acl", "setuser", "none", "on", ">sesame", "+ping")
            cli(port, "acl", "setuser", "default", "resetpass", ">hidden")
            state = lambda rest: json.loads(run("collect", "--format", "json", "--system", system_file(  # noqa: E731
                servers, f'{rest}, interval: 1s'), status=(0, 1)))["collectors"][0]
            url = f'url: "redis://127.0.0.1:{port}", password_file: {secret}'
            good = state(f'{url}, username: skep, subscribe: [a, "b.*"]')
            assert good["state"] == "ok" and good["warning"] == "" and good["series"] > 150, good
            weak = state(f"{url}, username: weak")
            assert weak["state"] == "ok" and "no permission for config|get" in weak["warning"], weak
            none = state(f'url: "redis://none@127.0.0.1:{port}", password_file: {secret}')
            assert none["state"] == "failing" and none["reason"] == "no permission for info", none
            assert state(url)["reason"] == "password refused"
            assert state(f'url: "redis://127.0.0.1:{port}"')["reason"] == "authentication needed"
            assert "secret2: no such file" in state(f'url: "127.0.0.1:{port}", password_file: {secret}2')["reason"]
            again = state(f'url: "unix://{servers.folder}/no.sock"')
            assert again["reason"] == "no such socket", again

    def redis_files():
        """What cannot work is said when the file is read, without the password."""
        with Servers() as servers:
            for rest, words in (('url: "rediss://h"', "TLS"), ('url: "redis://u:sesame@h"', "password_file"),
                                ('job: a', "url"), ('url: "h:x"', "port"), ('url: h, interval: 1s, timeout: 2s', "timeout"),
                                ('url: "a@h", username: b', "username"), ('url: h, subscribe: [""]', "subscribe")):
                out = run("check", system_file(servers, rest), status=(2,))
                assert "redis.yaml:5:" in out and words in out and "sesame" not in out, (rest, out)

    def shown(path, seconds=9):
        """The panels of a dashboard after a workload, by title."""
        with Servers() as servers:
            port = start_redis(servers, "redis", "--maxmemory", "100mb")
            system = system_file(servers, f'url: "redis://127.0.0.1:{port}", interval: 1s, subscribe: [a]', dashboard=path)
            with Running(skep, system, "--format", "json", "--size", "180xall") as running:
                end = time.monotonic() + seconds
                while time.monotonic() < end:
                    cli(port, text="set a 1 ex 1\nget a\nget none\nlpush a x\npublish a m\n")
                    time.sleep(.1)
                document = wait_until(lambda: (running.last() or {}).get("panels") and running.last(), 10)
        return {p["title"]: p for p in document["panels"]}

    def redis_public_dashboard():
        panels = shown(shared() / "data/dashboards" / PUBLIC)
        without = {t: (p["state"], p["reason"]) for t, p in panels.items()
                   if p["state"] != "value" or all(v["value"] is None for v in p["values"])}
        assert len(panels) == 13 and not without, without
        assert any(v["value"] and v["value"] > 1 for v in panels["Hits / Misses per Sec"]["values"])

    def redis_own_dashboard():
        panels = shown(BOARD)
        without = {t: (p["state"], p["reason"]) for t, p in panels.items() if p["state"] != "value"}
        assert len(panels) >= 24 and not without, without

    yield from ((test.__name__, test) for test in (redis_exporter_names, redis_deltas, redis_messages, redis_outages,
                                                   redis_users, redis_files, redis_public_dashboard, redis_own_dashboard))


def cost(pid):
    """CPU ticks and resident pages of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12]), int(fields[21])
