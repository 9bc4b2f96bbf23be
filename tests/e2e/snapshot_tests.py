"""Snapshots, queries and statuses from a real Prometheus and node exporter."""
import json
import signal
import subprocess
import time
import xml.dom.minidom
from pathlib import Path

from servers import Servers, environment, free_port, query, shared, wait_until

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NODE = ROOT / "systems/node/dashboard.json"
POLLN = ROOT / "systems/polln/dashboard.json"


def tests(skep):
    def run(*words, expect=(0,), **env):
        done = subprocess.run([skep, *map(str, words)], capture_output=True, timeout=120, env=environment(**env))
        out, err = done.stdout.decode(), done.stderr.decode()
        assert done.returncode in expect, (words, done.returncode, err[-2000:], out[:3000])
        return out

    def snapshot(port, dashboard, *words, size="200x50", **more):
        return run("snapshot", "-p", f"http://127.0.0.1:{port}", "-d", dashboard, "-s", size, "-f", "text", *words, **more)

    def live():
        """One Prometheus through its whole life: data, formats, down target, hung, killed, back."""
        with Servers() as servers:
            node = servers.node_exporter()
            port = servers.prometheus({"node": node})
            wait_until(lambda: query(port, 'count_over_time(node_load1[1m]) > 17'))
            screen = snapshot(port, NODE, "-r", "5m")
            assert "Node" in screen and "LIVE 5m" in screen and "prometheus" in screen, screen
            assert "no data" not in screen.lower() or screen.lower().count("no data") <= 1, screen
            assert "absent" not in screen and "failed" not in screen, screen
            formats(port)
            questions(port)
            absent = snapshot(port, POLLN)
            assert absent.lower().count("absent") >= 15, absent
            assert "failed" not in absent and "refused" not in absent
            servers.stop("node")
            wait_until(lambda: query(port, 'up{job="node"} == 0'))
            down = snapshot(port, NODE, "--var", "job=node", "-r", "5m")
            assert "down" in down.lower(), down
            servers.signal("prometheus", signal.SIGSTOP)
            started = time.monotonic()
            hung = snapshot(port, NODE, "--timeout", "1s", "--wait", "4s", expect=(1,))
            assert time.monotonic() - started < 6 and "timeout" in hung, hung
            servers.signal("prometheus", signal.SIGCONT)
            servers.stop("prometheus")
            refused = snapshot(port, NODE, expect=(1,))
            assert "refused" in refused, refused
            line = run("status", "-p", f"http://127.0.0.1:{port}", "-d", NODE, expect=(1,))
            assert "refused" in line and line.count("\n") == 1, line

    def redis():
        """The public Redis and Node Exporter dashboards on the real thing."""
        folder = shared() / "data/dashboards"
        with Servers() as servers:
            redis_port, exporter = free_port(), free_port()
            servers.start("redis", ["redis-server", "--port", redis_port, "--bind", "127.0.0.1", "--save", "", "--dir",
                                    servers.folder, "--appendonly", "no"])
            servers.start("redis-exporter", ["prometheus-redis-exporter", f"-web.listen-address=127.0.0.1:{exporter}",
                                             f"-redis.addr=redis://127.0.0.1:{redis_port}"],
                          f"http://127.0.0.1:{exporter}/metrics")
            node = servers.node_exporter()
            port = servers.prometheus({"redis": exporter, "node": node})
            wait_until(lambda: query(port, "count_over_time(redis_up[1m]) > 17"))
            screen = snapshot(port, folder / "redis_exporter__grafana_prometheus_redis_dashboard.json", "-r", "5m",
                              size="200x60")
            assert "Uptime" in screen and "failed" not in screen, screen
            document = json.loads(snapshot(port, folder / "grafana-dashboards__node-exporter-full.json", "-r", "5m",
                                           "-f", "json", size="200x60"))
            states = [p["state"] for p in document["panels"]]
            assert states.count("value") >= len(states) - 3 and "failed" not in states, states

    def formats(port):
        svg = snapshot(port, NODE, "-r", "5m", "-f", "svg")
        xml.dom.minidom.parseString(svg)
        document = json.loads(snapshot(port, NODE, "-r", "5m", "-f", "json"))
        assert document["screen"]["width"] == 200 and len(document["panels"]) >= 8
        values = [v for p in document["panels"] if p["state"] == "value" for v in p["values"]]
        assert len(values) >= 8
        for depth in ("mono", "8", "16", "256", "rgb"):
            ansi = snapshot(port, NODE, "-f", "ansi", "--colours", depth)
            assert ("38;2;" in ansi) == (depth == "rgb") and ("38;5;" in ansi) == (depth == "256"), depth
        plain = snapshot(port, NODE, size="80x24", LC_ALL="C", LANG="C", TERM="vt100")
        assert plain.isascii(), plain
        for size in ("40x12", "80x24", "400x100", "20x3", "1x1"):
            lines = snapshot(port, NODE, size=size).split("\n")
            width, height = map(int, size.split("x"))
            assert len(lines) <= height + 1
        one = run("panel", "-p", f"http://127.0.0.1:{port}", "-d", NODE, "Load averages", "-s", "40x8", "-f", "text",
                  expect=(0, 1))
        assert "Load averages" in one, one

    def questions(port):
        url = f"http://127.0.0.1:{port}"
        answer = json.loads(run("query", "-p", url, 'up{job="node"}', "-f", "json"))
        theirs = query(port, 'up{job="node"}')
        assert answer["status"] == "success" and answer["data"]["resultType"] == "vector"
        assert answer["data"]["result"][0]["metric"] == theirs[0]["metric"]
        assert answer["data"]["result"][0]["value"][1] == theirs[0]["value"][1] == "1"
        matrix = json.loads(run("query", "-p", url, "up", "--range", "30s", "--step", "1s", "-f", "json"))
        assert matrix["data"]["resultType"] == "matrix" and len(matrix["data"]["result"]) == 2
        assert run("query", "-p", url, "nothing_at_all") == ""
        assert run("query", "-p", url, "1 +", expect=(2,)) == ""

    def public():
        """Every public dashboard is drawn in two sizes, whatever it finds."""
        paths = sorted((shared() / "data/dashboards").glob("*.json"))
        assert len(paths) == 15, paths
        with Servers() as servers:
            port = servers.prometheus({"node": servers.node_exporter()})
            for path in paths:
                for size in ("200x60", "80x24"):
                    screen = snapshot(port, path, size=size, expect=(0, 1))
                    assert len(screen) > 200, path

    def manners():
        """Never more questions than visible distinct expressions, at most 6 at a time."""
        with Servers() as servers:
            port = servers.script(HERE / "counting_server.py")
            panels = [{"id": i, "type": "stat", "title": f"P{i}", "gridPos": {"x": i % 4 * 6, "y": i // 4 * 4, "w": 6, "h": 4},
                       "targets": [{"expr": f"metric_{i % 10}", "refId": "A"}]} for i in range(40)]
            path = servers.folder / "d.json"
            path.write_text(json.dumps({"title": "Many", "panels": panels}))
            screen = snapshot(port, path, size="120x24")
            counts = json.loads(subprocess.run(["python3", "-c", "import sys,urllib.request as u;"
                                                f"print(u.urlopen('http://127.0.0.1:{port}/counts').read().decode())"],
                                               capture_output=True, text=True, check=True).stdout)
            visible = len([p for p in panels if f"P{p['id']} " in screen])
            assert 4 <= visible < 40, screen
            assert counts["questions"] <= min(10, visible), (counts, visible)
            assert counts["parallel"] <= 6, counts

    def refused():
        port = free_port()
        started = time.monotonic()
        screen = snapshot(port, NODE, expect=(1,))
        assert time.monotonic() - started < 3
        assert "refused" in screen

    for test in (live, public, redis, manners, refused):
        yield f"snapshot {test.__name__}", test
