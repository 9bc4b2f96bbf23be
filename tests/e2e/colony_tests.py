"""The simulated colony as a program: its pages, its faults as a client sees them,
ctl, a driven clock, the history it hands over, and how it ends."""
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from servers import Skipped, free_ports, wait_until

ROOT = Path(__file__).resolve().parents[2]
DEPENDENCIES = ["lmcache", "federated", "worldmodel", "meadow", "redis"]
START = "2026-01-05T12:00:00Z"
START_S = 1767614400


class Colony:
    """A running colony with a runtime folder of its own; ends with the block."""

    def __init__(self, program, *options, runtime=None):
        self.program, self.options = program, options
        self.folder = Path(runtime or tempfile.mkdtemp(prefix="skep-colony-test-", dir="/tmp"))
        self.own_folder = runtime is None

    def __enter__(self):
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": str(self.folder)}
        self.environment.pop("SKEP_COLONY", None)
        started = time.monotonic()
        self.process = subprocess.Popen([self.program, *self.options], env=self.environment, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.seconds_to_ready = time.monotonic() - started
        if not line.startswith("ready "):
            self.process.wait(timeout=20)
            raise RuntimeError(f"not ready: {line!r} {self.process.stderr.read()!r}")
        self.state_path = Path(line[6:].rstrip("\n"))
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.errors = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        assert "Sanitizer" not in self.errors and "runtime error" not in self.errors, self.errors

    def state(self):
        return json.loads(self.state_path.read_text())

    def port(self, job, number=0):
        return [int(s["instance"].split(":")[1]) for s in self.state()["services"] if s["job"] == job][number]

    def get(self, job, path="/metrics", number=0, method="GET", headers=None, timeout=5):
        connection = http.client.HTTPConnection("127.0.0.1", self.port(job, number), timeout=timeout)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def page(self, job, number=0):
        status, _, body = self.get(job, number=number)
        assert status == 200, (job, status, body)
        return body.decode()

    def ctl(self, *words, status=0):
        run = subprocess.run([self.program, "ctl", *words], env=self.environment, capture_output=True, text=True,
                             timeout=60)
        assert run.returncode == status, (words, run)
        return run.stdout if status == 0 else run.stdout + run.stderr


def read_page(text):
    """{series text: value}, {family: type}; fails on what the text format does not allow."""
    values, types = {}, {}
    family = None
    for line in text.split("\n")[:-1]:
        if line.startswith("#"):
            kind, family, rest = re.fullmatch(r"# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)", line).groups()
            if kind == "TYPE":
                assert family not in types and rest in ("counter", "gauge", "histogram", "summary", "untyped"), line
                types[family] = rest
            continue
        name, labels, value = re.fullmatch(r'([a-zA-Z_:][\w:]*)(\{(?:[a-z_]\w*="[^"\\\n]*",?)*\})? (\S+)', line).groups()
        assert name == family or name in [family + s for s in ("_bucket", "_sum", "_count")], (line, family)
        assert name + (labels or "") not in values, line
        values[name + (labels or "")] = float(value)
    assert text.endswith("\n") and types
    return values, types


def check_histograms(values, types):
    found = 0
    for family in [name for name, kind in types.items() if kind == "histogram"]:
        buckets = [(float(le), v) for series, v in values.items()
                   for le in re.findall(rf'^{family}_bucket{{.*le="([^"]+)"', series)]
        assert buckets == sorted(buckets), family
        counts = [v for _, v in buckets]
        assert counts == sorted(counts) and counts[-1] == values[f"{family}_count"], (family, counts)
        assert buckets[-1][0] == float("inf") and values[f"{family}_sum"] >= 0
        found += 1
    return found


def read_history(path):
    """{series: [(seconds, value)]}; fails unless families and series are together and times ascend."""
    series, families, seen = {}, [], set()
    last = None
    with open(path) as file:
        for line in file:
            if line.startswith("#"):
                if line.startswith("# TYPE "):
                    families.append(line.split()[2])
                end = line == "# EOF\n"
                continue
            name, value, when = line.rsplit(" ", 2)
            if name != last:
                assert name not in seen, f"{name} is not together"
                seen.add(name)
                last, points = name, []
                series[name] = points
            assert not points or int(when) > points[-1][0], line
            points.append((int(when), float(value)))
    assert end, "no # EOF"
    assert len(families) == len(set(families)), "a family is not together"
    return series


def labelled(page, job, instance):
    """A page's series as a history names them."""
    target = f'instance="{instance}",job="{job}"'
    return {re.sub(r"\}$", f",{target}}}", name) if name.endswith("}") else f"{name}{{{target}}}": value
            for name, value in read_page(page)[0].items()}


def is_counter(series):
    return re.match(r"\w+_(total|bucket|count|sum)\{", series) and not re.match(r"polln_(agents|synapses|anchors)_total", series)


def tests(skep):
    program = os.environ.get("SKEP_COLONY_PROGRAM") or str(Path(skep).parent / "skep-colony")

    def run(*words, **options):
        return subprocess.run([program, *words], capture_output=True, text=True, timeout=60, **options)

    def pages():
        with Colony(program) as colony:
            state = colony.state()
            assert [s["job"] for s in state["services"]] == ["polln-colony"] * 3 + DEPENDENCIES
            for service in state["services"]:
                job, instance = service["job"], service["instance"]
                assert service["url"] == f"http://{instance}/metrics"
                number = [s["instance"] for s in state["services"] if s["job"] == job].index(instance)
                status, headers, body = colony.get(job, number=number)
                assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4"), headers
                values, types = read_page(body.decode())
                histograms = check_histograms(values, types)
                if job == "polln-colony":
                    assert histograms >= 3 and values["polln_anchor_hits_total"] <= values["polln_anchor_lookups_total"]
                if shutil.which("promtool"):
                    tool = subprocess.run(["promtool", "check", "metrics"], input=body, capture_output=True, timeout=20)
                    # 3: it dislikes a name; POLLN's are as they are.
                    assert tool.returncode in (0, 3), tool.stderr
                status, headers, body = colony.get(job, "/health", number)
                assert status == 200 and headers["Content-Type"].startswith("application/json") and json.loads(body)
                status, _, body = colony.get(job, "/ready", number)
                assert status == 200 and json.loads(body)["status"] in ("ready", "ok"), body
                status, _, body = colony.get(job, "/nothing", number)
                assert status == 404 and "error" in json.loads(body)

    def http_manners():
        with Colony(program, "--clock", "manual", "--start", START) as colony:
            plain = colony.get("polln-colony")[2]
            status, headers, body = colony.get("polln-colony", headers={"Accept-Encoding": "gzip"})
            assert status == 200 and headers["Content-Encoding"] == "gzip" and gzip.decompress(body) == plain
            for refused in ("identity", "gzip;q=0", "br, gzip;q=0.0"):
                assert colony.get("polln-colony", headers={"Accept-Encoding": refused})[2] == plain
            status, headers, body = colony.get("redis", method="HEAD")
            assert status == 200 and body == b"" and int(headers["Content-Length"]) > 100
            status, headers, _ = colony.get("redis", method="DELETE")
            assert status == 405 and headers["Allow"] == "GET, HEAD"
            connection = http.client.HTTPConnection("127.0.0.1", colony.port("redis"), timeout=5)
            for _ in range(50):
                connection.request("GET", "/metrics")
                assert connection.getresponse().read()
                kept = connection.sock
                assert kept is not None
            connection.request("POST", "/metrics", body=b"x" * 100000)
            assert connection.getresponse().status == 405
            connection.close()

    def loopback_only():
        with Colony(program) as colony:
            ports = {int(s["instance"].split(":")[1]) for s in colony.state()["services"]}
            listening = set()
            for table in ("/proc/net/tcp", "/proc/net/tcp6"):
                for line in Path(table).read_text().splitlines()[1:]:
                    fields = line.split()
                    address, port = fields[1].split(":")
                    if fields[3] == "0A" and int(port, 16) in ports:
                        assert address == "0100007F", line
                        listening.add(int(port, 16))
            assert listening == ports

    def refuses_and_returns():
        with Colony(program, "--instances", "1") as colony:
            port = colony.port("polln-colony")
            keeper = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            keeper.request("GET", "/metrics")
            assert keeper.getresponse().read()
            colony.ctl("inject", "crash")
            try:
                colony.get("polln-colony")
                raise AssertionError("a crashed instance answered")
            except ConnectionRefusedError:
                pass
            try:
                keeper.request("GET", "/metrics")
                keeper.getresponse()
                raise AssertionError("a crashed instance kept a connection")
            except (ConnectionError, http.client.HTTPException):
                keeper.close()
            with socket.socket() as other:
                try:
                    other.bind(("127.0.0.1", port))
                    raise AssertionError("the port of a crashed instance was not kept")
                except OSError:
                    pass
            assert colony.get("redis")[0] == 200
            colony.ctl("clear")

            def answers():
                """what is started anew takes its time"""
                try:
                    return colony.get("polln-colony")[0] == 200
                except ConnectionRefusedError:
                    return False
            wait_until(answers, 60)
            assert colony.port("polln-colony") == port

    def hangs_and_returns():
        with Colony(program, "--instances", "1") as colony:
            colony.ctl("inject", "deadlock")
            waiting, port = [], colony.port("polln-colony")
            for _ in range(80):
                # More than the service has room for: the rest waits in the kernel.
                client = socket.create_connection(("127.0.0.1", port), timeout=10)
                client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                waiting.append(client)
            waiting[0].settimeout(1)
            try:
                waiting[0].recv(1)
                raise AssertionError("a hung instance answered")
            except socket.timeout:
                pass
            assert colony.get("redis")[0] == 200
            gone = waiting.pop()
            gone.close()
            colony.ctl("clear")
            for client in waiting[:3]:
                client.settimeout(10)
                assert client.recv(100).startswith(b"HTTP/1.1 200 ")
            for client in waiting:
                client.close()
            assert wait_until(lambda: colony.get("polln-colony")[0] == 200)

    def answers_503_while_starting():
        with Colony(program, "--clock", "manual", "--start", START) as colony:
            colony.ctl("inject", "redis-down")
            colony.ctl("restart", "redis")
            seen = []
            for _ in range(120):
                colony.ctl("clock", "advance", "1s")
                try:
                    seen.append(colony.get("redis")[0])
                except ConnectionRefusedError:
                    seen.append(0)
                if seen[-1] == 503:
                    assert colony.get("redis", "/health")[0] == 503 and colony.get("redis", "/ready")[0] == 503
                    assert colony.get("redis", "/nothing")[0] == 503
                if seen[-1] == 200:
                    break
            assert seen[0] == 0 and 503 in seen and seen[-1] == 200, seen

    def ctl_orders():
        with Colony(program) as colony:
            faults = json.loads(colony.ctl("--json", "list"))
            assert len(faults) >= 15 and all(f["help"] and f["remedies"] and not f["active"] for f in faults)
            assert json.loads(colony.ctl("inject", "latency", "memory-leak@all", "--json")) == {"active": ["memory-leak", "latency"]} or \
                set(json.loads(colony.ctl("inject", "latency", "--json"))["active"]) == {"latency", "memory-leak"}
            assert {f["name"] for f in json.loads(colony.ctl("list", "--json")) if f["active"]} == {"latency", "memory-leak"}
            assert re.search(r"^\* latency ", colony.ctl("list"), re.M)
            out = colony.ctl("inject", "crash", "laency", status=2)
            assert "did you mean 'latency'" in out, out
            assert not [f for f in json.loads(colony.ctl("--json", "list")) if f["name"] == "crash" and f["active"]]
            colony.ctl("inject", "crash@7", status=2)
            colony.ctl("inject", status=2)
            colony.ctl("list", "list", status=2)
            colony.ctl("clock", "sideways", status=2)
            assert "active: memory-leak" in colony.ctl("clear", "latency")
            assert "active: none" in colony.ctl("clear")
            assert colony.ctl("clear", "latency", status=1)
            assert json.loads(colony.ctl("status", "--json"))
            assert colony.ctl("status")

    def finds_the_colony():
        with Colony(program) as older:
            with Colony(program, runtime=older.folder) as younger:
                assert older.state_path != younger.state_path
                younger.ctl("inject", "latency")
                found = {"XDG_RUNTIME_DIR": str(older.folder), "SKEP_COLONY": str(older.state_path)}
                assert "active: none" in run("ctl", "clear", env={**os.environ, **found}).stdout
                assert "* latency" in younger.ctl("list"), "the youngest is the one spoken to"
                found["SKEP_COLONY"] = str(younger.state_path.parent)
                assert "* latency" in run("ctl", "list", env={**os.environ, **found}).stdout
            assert "* latency" not in older.ctl("list")
        with tempfile.TemporaryDirectory() as empty:
            alone = {**os.environ, "XDG_RUNTIME_DIR": empty, "TMPDIR": empty}
            alone.pop("SKEP_COLONY", None)
            for words in (["list"], ["inject", "latency"], ["status"]):
                nobody = run("ctl", *words, env=alone)
                assert nobody.returncode == 1 and "no colony is running" in nobody.stderr and not nobody.stdout, nobody
            nobody = run("ctl", "list", env={**alone, "SKEP_COLONY": f"{empty}/state.json"})
            assert nobody.returncode == 1 and "no such file" in nobody.stderr, nobody

    def a_driven_clock():
        with Colony(program, "--clock", "manual", "--start", START) as colony:
            def now():
                return json.loads(colony.ctl("clock", "--json"))["time_ms"]
            assert now() == START_S * 1000 and colony.state()["clock"] == "manual"
            first = colony.page("polln-colony")
            time.sleep(1.2)
            assert colony.page("polln-colony") == first and now() == START_S * 1000
            colony.ctl("clock", "advance", "10m")
            assert now() == (START_S + 600) * 1000
            before, after = read_page(first)[0], read_page(colony.page("polln-colony"))[0]
            assert after["polln_decisions_total"] > before["polln_decisions_total"]
            assert after["process_cpu_seconds_total"] - before["process_cpu_seconds_total"] < 600 * 16
            assert 0 <= START_S + 600 - after["polln_dream_cycle_last_timestamp"] < 86400
            colony.ctl("clock", "set", "2026-01-05T13:00:00Z")
            assert now() == (START_S + 3600) * 1000
            assert "cannot go back" in colony.ctl("clock", "set", START, status=1)
            assert "leap" in colony.ctl("clock", "advance", "2y", status=1)
            colony.ctl("clock", "advance", "soon", status=2)
        with Colony(program) as colony:
            assert "wall clock" in colony.ctl("clock", "advance", "10m", status=1)
            assert abs(json.loads(colony.ctl("clock", "--json"))["time_ms"] / 1000 - time.time()) < 5

    def the_same_again():
        def course(*moves, seed="7"):
            with Colony(program, "--clock", "manual", "--start", START, "--seed", seed, "--fault", "memory-leak") as colony:
                for move in moves:
                    colony.ctl("clock", "advance", move)
                return [colony.page("polln-colony", n) for n in range(3)] + [colony.page(job) for job in DEPENDENCIES]
        whole = course("40m")
        assert course("40m") == whole
        assert course("7m", "1s", "13m", "19m", "59s") == whole
        assert course("40m", seed="8") != whole

    def history():
        with Colony(program, "--backfill", "past", "--fault", "crash", "--fault-age", "8m",
                    runtime=None) as colony:
            past = Path(colony.state()["history"]["raw"]).parent
            try:
                assert colony.seconds_to_ready < 15, colony.seconds_to_ready
                assert (past / "raw.om").exists() and stat.S_IMODE((past / "raw.om").stat().st_mode) == 0o600
                assert colony.get("redis")[0] == 200
                wait_until(lambda: colony.state()["history"]["thinned_state"] == "ready", 60)
                assert not list(past.glob("*.part"))
                check_history(colony, past)
            finally:
                colony.process.send_signal(signal.SIGTERM)
                colony.process.wait(timeout=20)
            assert not past.exists()

    def check_history(colony, past):
        raw, thinned = read_history(past / "raw.om"), read_history(past / "thinned.om")
        services = colony.state()["services"]
        crashed = [s["instance"] for s in services if s["job"] == "polln-colony"]
        ups = {s["instance"]: raw[f'up{{instance="{s["instance"]}",job="{s["job"]}"}}'] for s in services}
        joint = thinned[f'up{{instance="{services[0]["instance"]}",job="polln-colony"}}'][-1][0]
        assert joint % 600 == 0
        for points in ups.values():
            times = [when for when, _ in points]
            assert times == list(range(joint + 15, joint + 15 * (len(times) + 1), 15)) and 1560 <= len(times) <= 1600
            assert 0 <= time.time() - times[-1] < 120
        fallen = [i for i in crashed if ups[i][-1][1] == 0]
        assert fallen and all(ups[s["instance"]][-1][1] == 1 for s in services[3:])
        for instance in fallen:
            assert 31 <= sum(1 for _, value in ups[instance] if value == 0) <= 34
            assert raw[f'polln_agents_total{{instance="{instance}",job="polln-colony"}}'][-1][0] == \
                [when for when, value in ups[instance] if value == 1][-1]
        now = {}
        for service in services:
            number = [s["instance"] for s in services if s["job"] == service["job"]].index(service["instance"])
            if service["instance"] not in fallen:
                now.update(labelled(colony.page(service["job"], number), service["job"], service["instance"]))
        compared = 0
        for series, points in raw.items():
            if series in thinned:
                assert thinned[series][-1][0] == joint and thinned[series][-1][0] < points[0][0]
            if not is_counter(series) or series not in thinned or series not in now:
                continue
            values = [v for _, v in thinned[series]] + [v for _, v in points] + [now[series]]
            steps = [b - a for a, b in zip(values, values[1:])]
            ten_minutes = max(steps[: len(thinned[series]) - 1])
            # The joint is a step of 15 s; it must not be a leap. Counters fall only where a process restarted.
            assert steps[len(thinned[series]) - 1] <= max(ten_minutes, 10), series
            assert sum(1 for step in steps if step < 0) <= 3, (series, min(steps))
            assert steps[-1] >= 0, series
            compared += 1
        assert compared > 100, compared
        assert all(len(points) >= 5000 for name, points in thinned.items() if name.startswith("up{"))

    def promtool_takes_history():
        with tempfile.TemporaryDirectory() as folder:
            made = run("history", "--raw", "--until", START, folder)
            assert made.returncode == 0 and not made.stderr, made
            tool = subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", f"{folder}/raw.om",
                                   f"{folder}/data"], capture_output=True, text=True, timeout=120)
            assert tool.returncode == 0, tool
            lines = Path(folder, "raw.om").read_text().splitlines(keepends=True)
            samples = sum(1 for line in lines if line[0] != "#")
            listed = subprocess.run(["promtool", "tsdb", "list", f"{folder}/data"], capture_output=True, text=True, timeout=60)
            blocks = [line.split() for line in listed.stdout.splitlines()[1:]]
            assert sum(int(block[4]) for block in blocks) == samples, listed.stdout

    def history_alone():
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a", "b"):
                Path(folder, name).mkdir()
                made = run("history", "--until", START, "--backfill-step", "77s", "--fault", "latency", "--fault-age",
                           "1d", "--instances", "1", f"{folder}/{name}")
                assert made.returncode == 0, made
            for part in ("raw.om", "thinned.om"):
                first, second = Path(folder, "a", part).read_bytes(), Path(folder, "b", part).read_bytes()
                assert first == second and first.endswith(b"# EOF\n") and len(first) > 1_000_000
            made = run("history", "--raw", "--until", START, "--backfill-step", "7s", "--fault", "latency",
                       "--fault-age", "1d", "--ports", "1,2,3,4,5,6,7,8", f"{folder}/a")
            assert made.returncode == 0 and b'instance="127.0.0.1:8",job="redis"' in Path(folder, "a", "raw.om").read_bytes()
            for words in (["--ports", "1,2"], ["--ports", "1,2,3,4,5,6,7,x"], ["--until", "never"], ["--until", "1970-01-20T00:00:00Z"], ["--fault", "x"],
                          ["--backfill-step", "1500ms"]):
                assert run("history", *words, folder).returncode == 2, words
            assert run("history", f"{folder}/none").returncode == 1
            assert run("history").returncode == 2 and run("history", folder, folder).returncode == 2

    def ends_and_cleans():
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder, "ports.json")
                with Colony(program, "--ports-file", copy, "--backfill", f"{folder}/past") as colony:
                    assert stat.S_IMODE(colony.state_path.stat().st_mode) == 0o600
                    assert stat.S_IMODE(colony.state_path.parent.stat().st_mode) == 0o700
                    assert json.loads(copy.read_text())["control"] == colony.state()["control"]
                    colony.process.send_signal(number)
                    assert colony.process.wait(timeout=20) == 0
                    assert not list((colony.folder / "skep-colony").iterdir())
                    assert not list(Path(folder).iterdir())

    def ends_with_its_parent():
        for options in ((), ("--backfill", "past")):
            folder = Path(tempfile.mkdtemp(prefix="skep-colony-test-", dir="/tmp"))
            try:
                environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
                script = ("import subprocess,sys,time; p = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True);"
                          "print(p.pid, p.stdout.readline(), flush=True); time.sleep(600)")
                parent = subprocess.Popen([sys.executable, "-c", script, program, "--parent-watch", *options],
                                          env=environment, cwd=folder, stdout=subprocess.PIPE, text=True)
                pid = int(parent.stdout.readline().split()[0])
                assert list(folder.glob("skep-colony/*/state.json"))
                parent.kill()
                parent.wait(timeout=10)
                parent.stdout.close()
                wait_until(lambda: not Path(f"/proc/{pid}").exists() or
                           Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z", 10)
                wait_until(lambda: not list(folder.glob("skep-colony/*")), 5)
                wait_until(lambda: not (folder / "past").exists(), 5)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def leftovers_are_swept():
        with Colony(program) as first:
            first.process.kill()
            first.process.wait(timeout=10)
            assert first.state_path.exists()
            with Colony(program, runtime=first.folder) as second:
                assert not first.state_path.parent.exists() and second.state_path.exists()

    def a_killed_writer():
        """The writer of the thinned history dies: the colony says so and lives on."""
        with tempfile.TemporaryDirectory() as folder:
            with Colony(program, "--backfill", f"{folder}/past", "--instances", "6") as colony:
                pid = colony.process.pid
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                if not children:
                    raise Skipped("the history was written before anything could be killed")
                os.kill(int(children[0]), signal.SIGKILL)
                wait_until(lambda: colony.state()["history"]["thinned_state"] == "failed", 20)
                assert colony.get("redis")[0] == 200
            assert not Path(folder, "past").exists(), list(Path(folder, "past").iterdir())

    def unsafe_places():
        with tempfile.TemporaryDirectory() as folder:
            base = Path(folder, "skep-colony")
            base.mkdir(mode=0o755)
            refused = run(env={**os.environ, "XDG_RUNTIME_DIR": folder})
            assert refused.returncode == 1 and "0700" in refused.stderr, refused
            base.rmdir()
            base.symlink_to("/tmp")
            refused = run(env={**os.environ, "XDG_RUNTIME_DIR": folder})
            assert refused.returncode == 1 and "not a directory" in refused.stderr, refused
            base.unlink()
            deep = Path(folder, "x" * 90)
            deep.mkdir()
            refused = run(env={**os.environ, "XDG_RUNTIME_DIR": str(deep)})
            assert refused.returncode == 1 and "too long" in refused.stderr and not list(deep.glob("skep-colony/*")), refused

    def ports_of_ones_choice():
        base = free_ports(12)
        with Colony(program, "--port-base", str(base)) as colony:
            assert [colony.port("polln-colony", n) for n in range(3)] == [base, base + 1, base + 2]
            taken = run("--port-base", str(base), env=colony.environment)
            assert taken.returncode == 1 and f"127.0.0.1:{base}: the port is in use" in taken.stderr, taken
            assert colony.get("polln-colony")[0] == 200

    def usage():
        for words in (["word"], ["--nonsense"], ["--fault", "laency"], ["--fault", "crash@9"], ["--instances", "0"],
                      ["--instances", "17"], ["--clock", "sundial"], ["--start", START], ["ctl"], ["ctl", "--nonsense"],
                      ["--clock", "manual", "--start", "never"], ["--fault-age", "40d"], ["--port-base", "70000"]):
            wrong = run(*words)
            assert wrong.returncode == 2 and wrong.stderr.startswith("skep-colony: ") and not wrong.stdout, (words, wrong)
            assert wrong.stderr.count("\n") == 1, wrong
        assert "did you mean 'latency'" in run("--fault", "laency").stderr
        for words in (["--help"], ["ctl", "--help"], ["history", "--help"], ["help"]):
            page = run(*words)
            assert page.returncode == 0 and page.stdout.startswith("Usage: skep-colony") and not page.stderr, words
        assert re.fullmatch(r"skep-colony \S+\n", run("--version").stdout)
        assert all(len(line) <= 120 for line in run("--help").stdout.splitlines())

    def manual():
        """doc/skep-colony.1 knows every option and order of the program, and no other."""
        page = (ROOT / "doc/skep-colony.1").read_text()
        options, orders = set(), set()
        for words in ([], ["ctl"], ["history"]):
            text = run(*words, "--help").stdout
            options.update(re.findall(r"^  (?:-(\w), )?--([\w-]+)", text, re.M))
            orders.update(re.findall(r"^  ([a-z]+) +\S*.*$", text.split("\nCommands:\n")[-1], re.M) if words == ["ctl"] else [])
        tagged = [line for line in page.splitlines() if line.startswith(".It Fl") or "Fl j , -json" in line]
        written = {(letter, name) for line in tagged for letter, name in re.findall(r"(?:Fl (\w) , |Fl |, )-([\w-]+)", line)}
        assert options == written, options ^ written
        assert orders == set(re.findall(r"^\.It Cm ([a-z]+)", page, re.M)), orders

    def hostile_clients():
        with Colony(program) as colony:
            control = colony.state()["control"]
            for request in (b"\n", b"{}\n", b"null\n", b'{"words":[]}\n', b'{"words":[1]}\n', b'{"words":"list"}\n',
                            b'{"words":["list"]\n', b"x" * 70000, b'{"words":[' + b'"a",' * 300 + b'"a"]}\n',
                            b'{"words":["clear","\\u001b[31m"]}\n', b"[" * 1000 + b"\n"):
                with socket.socket(socket.AF_UNIX) as client:
                    client.settimeout(5)
                    client.connect(control)
                    client.sendall(request)
                    answer = b""
                    try:
                        while chunk := client.recv(65536):
                            answer += chunk
                    except ConnectionResetError:
                        pass
                    assert answer == b"" or json.loads(answer)["status"] == 2, (request[:40], answer)
            silent = [socket.socket(socket.AF_UNIX) for _ in range(10)]
            for client in silent:
                client.connect(control)
            assert "crash" in colony.ctl("list")
            for client in silent:
                client.close()
            for garbage in (b"\0" * 1000, b"GET /" + b"x" * 100000, b"GET /metrics HTTP/1.1\r\n" + b"a: b\r\n" * 5000,
                            b"\xff\xfe\r\n\r\n", b"GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"):
                with socket.create_connection(("127.0.0.1", colony.port("redis")), timeout=2) as client:
                    try:
                        client.sendall(garbage)
                        client.shutdown(socket.SHUT_WR)
                        while client.recv(65536):
                            pass
                    except OSError:
                        pass
            assert colony.get("redis")[0] == 200 and "crash" in colony.ctl("list")

    for test in (pages, http_manners, loopback_only, refuses_and_returns, hangs_and_returns, answers_503_while_starting,
                 ctl_orders, finds_the_colony, a_driven_clock, the_same_again, history, promtool_takes_history,
                 history_alone, ends_and_cleans, ends_with_its_parent, leftovers_are_swept, a_killed_writer, unsafe_places,
                 ports_of_ones_choice, usage, manual, hostile_clients):
        yield f"colony {test.__name__}", test
