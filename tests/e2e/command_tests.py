"""Programs and the host as sources: real programs in every way they can go
wrong, pods from a kubectl of our own, and this machine's figures beside those
of a node exporter on it."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time
from pathlib import Path

from servers import Servers, environment, wait_for

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / "systems/node/dashboard.json"

PODS = {"kind": "List", "items": [
    {"metadata": {"namespace": "polln", "name": "colony-0", "creationTimestamp": "2026-01-05T10:00:00Z"},
     "spec": {"nodeName": "node-a"},
     "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [{"name": "colony", "image": "polln/colony:2.4.1", "ready": True,
                                       "restartCount": 0, "state": {"running": {}}}]}},
    {"metadata": {"namespace": "polln", "name": "worker-7"}, "spec": {},
     "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}],
                "containerStatuses": [{"name": "worker", "image": "polln/worker:2.4.1", "ready": False,
                                       "restartCount": 14, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                                       "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}]}}]}

# What node_exporter has and a page of /proc does not: the collectors that are other programs' or the exporter's own.
OURS = re.compile(r"node_(load\d+|cpu_|memory_|filesystem_|network_(receive|transmit|up|carrier|mtu_bytes|speed_bytes)|disk_"
                  r"|pressure_|boot_time|context_switches|forks|intr|procs_|filefd|sockstat|vmstat|uname|os_info|time_seconds"
                  r"|nf_conntrack_entries)")
NOT_OURS = re.compile(r"node_(disk_info|network_(receive_nohandler|transmit_queue_length|carrier_.*changes)|cpu_scaling)")


def system_file(folder, *entries):
    path = Path(folder) / "test.yaml"
    path.write_text("\n".join(["system: test", "title: Test", f'dashboards: ["{NODE}"]', "scrape_interval: 1s",
                               "collect:", *(f"  - {{ {entry} }}" for entry in entries)]) + "\n")
    return path


def script(folder, name, text):
    path = Path(folder) / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def samples(text):
    """{series: value} of a page, label sets in one order, without those that the store adds."""
    found = {}
    for line in text.splitlines():
        match = re.match(r'([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$', line)
        if not match:
            continue
        labels = sorted(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or ""))
        key = (match[1], tuple((k, v) for k, v in labels if k not in ("job", "instance") and v))
        found[key] = float(match[3])
    return found


def processes(word):
    """Process ids of those whose command line holds the word."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if word.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def tests(skep):
    def run(*words, status=0, env=None):
        done = subprocess.run([skep, *map(str, words)], capture_output=True, text=True, timeout=60,
                              env=environment(**(env or {})), stdin=subprocess.DEVNULL)
        assert done.returncode == status, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        return done

    def collect(path, *words, status=0, env=None):
        return json.loads(run("collect", "--system", path, "--format", "json", *words, status=status,
                              env=env).stdout)["collectors"]

    def node_exporter():
        with tempfile.TemporaryDirectory() as folder, Servers() as servers:
            port = servers.node_exporter()
            url = f"http://127.0.0.1:{port}/metrics"
            path = system_file(folder, "type: host", "type: host, job: far, instance: far, via: [env]")
            before = samples(wait_for(url).decode())
            here = samples(run("collect", "--system", path, "--once", "node", "-f", "exposition").stdout)
            there = samples(run("collect", "--system", path, "--once", "far", "-f", "exposition").stdout)
            after = samples(wait_for(url).decode())
            theirs = {key for key in before if key in after and OURS.match(key[0]) and not NOT_OURS.match(key[0])}
            assert len(theirs) > 150, len(theirs)
            for ours in (here, there):
                # A speed that is not known is -1 there, and not told here.
                missing = sorted(key for key in theirs if key not in ours and before[key] >= 0)
                assert not missing, missing[:10]
                wrong = []
                for key in theirs & ours.keys():
                    low, high = sorted((before[key], after[key]))
                    counter = key[0].endswith("_total") or "vmstat" in key[0]
                    # Figures that go up and down may do so between the two readings; those that cannot must be equal.
                    slack = 0.011 if counter or low == high == 0 else max(abs(high), 1) * 0.25
                    if re.search(r"(MemTotal|SwapTotal|size_bytes|_files$|boot_time|maximum|info|mtu|_up$|readonly)",
                                 key[0]):
                        slack = 0
                    if re.search(r"node_(procs|sockstat|load|filefd_allocated)|io_now|Writeback|Dirty|Mapped|Anon|Active"
                                 r"|Inactive|Cached|Buffers|Slab|Stack|PageTables|Percpu|Committed|HugePages", key[0]):
                        continue
                    if not low - slack <= ours[key] <= high + slack:
                        wrong.append((key, low, ours[key], high))
                assert not wrong, wrong[:10]

    def pods():
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "pods.json").write_text(json.dumps(PODS))
            script(folder, "kubectl", f'echo "$@" > "{folder}/asked"; cat "{folder}/pods.json"\n')
            path = system_file(folder, "type: command, name: pods, preset: kubernetes-pods, "
                                       f'environment: {{ PATH: "{folder}:/usr/bin:/bin" }}')
            found = samples(run("collect", "--system", path, "--once", "pods", "-f", "exposition").stdout)
            assert Path(folder, "asked").read_text().split() == ["get", "pods", "--all-namespaces", "-o", "json"]
            worker = (("namespace", "polln"), ("pod", "worker-7"))
            container = tuple(sorted((*worker, ("container", "worker"))))
            assert found["kube_pod_container_status_restarts_total", container] == 14
            assert found["kube_pod_container_status_ready", container] == 0
            assert found["kube_pod_container_status_last_terminated_reason",
                         tuple(sorted((*container, ("reason", "OOMKilled"))))] == 1
            assert found["kube_pod_status_phase", tuple(sorted((*worker, ("phase", "Running"))))] == 1
            assert found["kube_pod_container_info", (("container", "colony"), ("image", "polln/colony:2.4.1"),
                                                     ("namespace", "polln"), ("pod", "colony-0"))] == 1
            assert found["command_success", ()] == 1
            # An API server that is away: kubectl's own words.
            script(folder, "kubectl", 'echo "E0105 memcache.go:265" >&2; '
                                      'echo "The connection to the server 10.0.0.1:6443 was refused" >&2; exit 1\n')
            state = collect(path, status=1)[0]
            assert state["reason"] == "exit status 1: The connection to the server 10.0.0.1:6443 was refused", state

    def every_end():
        with tempfile.TemporaryDirectory() as folder:
            mark = f"{os.getpid()}.{int(time.time())}"
            script(folder, "half.sh", "printf '{\"a\": [1, 2'\n")
            path = system_file(
                folder, "type: command, name: good, run: [echo, hello]",
                "type: command, name: missing, run: [no-such-program-at-all]",
                f"type: command, name: endless, run: [sleep, '6{mark}'], timeout: 500ms",
                f"type: command, name: deaf, shell: true, run: 'trap \"\" INT TERM; sleep 7{mark} & wait; wait; sleep 8{mark}', "
                "timeout: 500ms",
                "type: command, name: flood, run: [cat, /dev/zero]",
                "type: command, name: large, run: [head, -c, 100000000, /dev/zero], output_limit: 60000000, format: prometheus",
                "type: command, name: garbage, run: [head, -c, 100000, /dev/urandom], format: prometheus",
                "type: command, name: half, run: [./half.sh], format: json, metrics: [{ name: a, path: 'a[*]' }]")
            begun = time.monotonic()
            states = {state["instance"]: state for state in collect(path, status=1)}
            assert time.monotonic() - begun < 15
            reasons = {"good": "", "missing": "no-such-program-at-all: not found in PATH",
                       "endless": "timeout after 500ms", "deaf": "timeout after 500ms",
                       "flood": "over 4 MiB of output", "large": "over 57 MiB of output"}
            for name, reason in reasons.items():
                assert states[name]["reason"] == reason, states[name]
            assert re.match(r"output 1:\d+: ", states["half"]["reason"]), states["half"]
            assert states["garbage"]["reason"].startswith("output "), states["garbage"]
            assert not processes(mark), "nothing is left behind"

    def by_name():
        with tempfile.TemporaryDirectory() as folder:
            path = system_file(folder, "type: command, job: checks, name: disk, run: ['true']",
                               "type: command, job: checks, name: mail, run: ['false']", "type: host")
            assert [s["instance"] for s in collect(path, "--once", "disk")] == ["disk"]
            assert [s["instance"] for s in collect(path, "--once", "checks", status=1)] == ["disk", "mail"]
            assert [s["instance"] for s in collect(path, "--once", "checks/disk")] == ["disk"]
            text = run("collect", "--system", path, "--once", "disk").stdout
            assert "command_success{" in text and " ok " in text, text
            out = run("collect", "--system", path, "--once", "dosk", status=2).stderr
            assert "did you mean 'disk'?" in out and "checks/mail" in out, out

    def without_a_board():
        """A system that only collects has a board of its sources, with values from the first round on."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "test.yaml"
            path.write_text("system: test\ncollect:\n  - { type: host }\n  - { type: command, name: well, run: ['true'] }\n")
            done = run("snapshot", "--system", path, "--format", "json", "--size", "120x40", "--wait", "30s")
            panels = {panel["title"]: panel for panel in json.loads(done.stdout)["panels"]}
            assert {panel["state"] for panel in panels.values()} == {"value"}, panels
            assert panels["Well"]["values"][0]["text"] == "2", panels["Well"]

    def over_ssh():
        with tempfile.TemporaryDirectory() as folder:
            script(folder, "ssh", f'echo "$@" > "{folder}/asked"\nwhile [ "$1" != -- ]; do shift; done\nshift 2\n'
                                  'exec env "$@"\n')
            path = system_file(folder, "type: host, ssh: ops@db-1")
            env = {"PATH": f"{folder}:{os.environ['PATH']}"}
            state = collect(path, env=env)[0]
            assert state["instance"] == "db-1" and state["whose"].endswith(", over ssh"), state
            assert state["samples"] > 100, state
            asked = Path(folder, "asked").read_text()
            assert "BatchMode=yes" in asked and "-- ops@db-1 sh -s" in asked, asked
            script(folder, "ssh", 'echo "ops@db-1: Permission denied (publickey)." >&2; exit 255\n')
            state = collect(path, status=1, env=env)[0]
            assert state["reason"] == "exit status 255: ops@db-1: Permission denied (publickey).", state

    def keys_beside_a_flood():
        with tempfile.TemporaryDirectory() as folder:
            path = system_file(folder, "type: host, interval: 1s",
                               "type: command, name: flood, run: [cat, /dev/zero], interval: 500ms, output_limit: 67108864",
                               "type: command, name: errors, shell: true, run: 'cat /dev/zero >&2', interval: 500ms",
                               "type: command, name: endless, run: [sleep, '1000'], interval: 1s")
            pid, fd = pty.fork()
            if pid == 0:
                os.execve(skep, [skep, "console", "--system", str(path)], environment())
            try:
                fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("4H", 50, 200, 0, 0))
                times = []

                def drain(seconds):
                    end = time.monotonic() + seconds
                    while time.monotonic() < end:
                        if select.select([fd], [], [], 0.01)[0]:
                            os.read(fd, 65536)

                drain(3)
                for i in range(100):
                    began = time.monotonic()
                    os.write(fd, b"?")
                    assert select.select([fd], [], [], 5)[0], "no answer to a key within 5 s"
                    times.append((time.monotonic() - began) * 1000)
                    drain(0.03)
                times.sort()
                print(f"     key to bytes: median {times[50]:.1f} ms, 99th {times[98]:.1f} ms, worst {times[-1]:.1f} ms")
                status = Path(f"/proc/{pid}/status").read_text()
                resident = int(re.search(r"VmRSS:\s+(\d+)", status)[1])
                print(f"     resident {resident / 1024:.0f} MiB")
                # A machine with others on it: this only finds what blocks.
                assert times[90] < 1000, times[-10:]
            finally:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                os.close(fd)

    return [("command: the host's figures are node exporter's", node_exporter), ("command: pods by kubectl", pods),
            ("command: every way to end", every_end), ("command: one by its name", by_name),
            ("command: a system without a board", without_a_board), ("command: another host over ssh", over_ssh),
            ("command: keys beside a flood", keys_beside_a_flood)]
