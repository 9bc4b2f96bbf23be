"""Private servers on loopback for tests and benches: each in a folder of its
own, on a port the kernel chose, ended by its own process id."""
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path


class Skipped(Exception):
    """What a test needs is not on this machine. The runner says so and counts it: it is no success."""


def shared():
    """The folder of the public test data. Where everything is tested it has to be there."""
    folder = os.environ.get("SKEP_SHARED")
    if not folder:
        assert os.environ.get("CI") != "true", "SKEP_SHARED does not name the folder of the public test data"
        raise Skipped("SKEP_SHARED does not name the folder of the public test data")
    return Path(folder)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def free_ports(count):
    """The first of `count` free ports in a row, out of the range the kernel gives to others."""
    while True:
        base = random.randrange(15000, 30000)
        taken = []
        try:
            for port in range(base, base + count):
                taken.append(socket.socket())
                taken[-1].bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
        finally:
            for one in taken:
                one.close()


def wait_for(url, seconds=20):
    end = time.monotonic() + seconds
    while True:
        try:
            return urllib.request.urlopen(url, timeout=1).read()
        except OSError:
            if time.monotonic() > end:
                raise RuntimeError(f"{url} does not answer") from None
            time.sleep(0.05)


class Servers:
    """Context manager: servers started inside end with it."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="skep-test-"))
        self.running = {}
        return self

    def __exit__(self, *_):
        for name in list(self.running):
            self.stop(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, command, ready=None):
        log = open(self.folder / f"{name}.log", "ab")
        self.running[name] = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log,
                                              stdin=subprocess.DEVNULL)
        log.close()
        if ready:
            wait_for(ready)
        return self.running[name]

    def stop(self, name, how=signal.SIGKILL):
        process = self.running.pop(name)
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.send_signal(how)
        process.wait(timeout=20)

    def signal(self, name, number):
        self.running[name].send_signal(number)

    def node_exporter(self):
        port = free_port()
        self.start("node", ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}"],
                   f"http://127.0.0.1:{port}/metrics")
        return port

    def prometheus(self, jobs, port=None, interval="1s"):
        """jobs: {job: target port}. Call again with the same port after stopping it."""
        port = port or free_port()
        config = self.folder / "prometheus.yml"
        lines = [f"global: {{ scrape_interval: {interval}, scrape_timeout: {interval} }}", "scrape_configs:"]
        for job, target in {**jobs, "prometheus": port}.items():
            lines.append(f'  - {{ job_name: "{job}", static_configs: [{{ targets: ["127.0.0.1:{target}"] }}] }}')
        config.write_text("\n".join(lines) + "\n")
        self.start("prometheus", ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.folder}/data",
                                  f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"],
                   f"http://127.0.0.1:{port}/-/ready")
        return port

    def script(self, path, *arguments):
        """A Python server of ours that prints its port first; returns the port."""
        process = subprocess.Popen(["python3", str(path), *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.running[f"{path}{arguments}"] = process
        return int(process.stdout.readline())


def wait_until(condition, seconds=30, every=0.1):
    """The first true result of condition(); fails when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {condition.__doc__ or condition}")
        time.sleep(every)


def query(port, expression):
    import json
    from urllib.parse import quote
    answer = json.loads(wait_for(f"http://127.0.0.1:{port}/api/v1/query?query={quote(expression)}"))
    return answer["data"]["result"]


def environment(**more):
    keep = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES")}
    return {**keep, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **more}
