"""Several systems in one console: each sees only its own series, one banner
says how all of them are, and keys, commands and the mouse go from one to the next."""
import json
import signal
import subprocess
import time
from pathlib import Path

from servers import Servers, environment, wait_for, wait_until
from terminal import Terminal

HERE = Path(__file__).resolve().parent
PAGE = HERE / "page_server.py"


def panel(number, title, expression, x, critical=None):
    steps = [{"color": "green", "value": None}] + ([{"color": "red", "value": critical}] if critical else [])
    return {"id": number, "title": title, "type": "stat", "gridPos": {"x": x, "y": 0, "w": 12, "h": 5},
            "targets": [{"refId": "A", "expr": expression, "instant": True}],
            "fieldConfig": {"defaults": {"thresholds": {"mode": "absolute", "steps": steps}}}}


def system(folder, name, collect, critical=None, more=""):
    """A system of its own: what it collects, and a board on which the weather may be critical."""
    board = folder / f"{name}.json"
    board.write_text(json.dumps({
        "title": f"Board of {name}", "refresh": "5s", "time": {"from": "now-5m", "to": "now"},
        "panels": [panel(1, f"Weather of {name}", "weather", 0, critical), panel(2, "Targets", "count(up)", 12)]}))
    lines = [f"system: {name}", f"title: System {name}", "environment: drill", f"dashboards: [{board}]", more]
    if collect:
        lines.append("collect:")
        lines += [f'  - {{ type: scrape, job: {job}, targets: ["127.0.0.1:{port}"], interval: 1s }}'
                  for job, port in collect.items()]
    path = folder / f"{name}.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


class PageServer:
    """A page server that can be ended: its input stays open as long as it is to live."""

    def __init__(self):
        self.process = subprocess.Popen(["python3", str(PAGE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.process.stdout.readline())

    def end(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def run(command, status=0):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60,
                          env=environment(), stdin=subprocess.DEVNULL)
    assert done.returncode == status, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return done


def both(one, two):
    return ["--system", one, "--system", two]


def banner(terminal):
    return terminal.text().split("\n")[0]


def tests(skep):
    def isolation():
        with Servers() as servers, PageServer() as page:
            node = servers.node_exporter()
            one = system(servers.folder, "one", {"pages": page.port})
            two = system(servers.folder, "two", {"node": node, "pages": page.port})
            ask = [skep, "query", "--format", "json"]

            def series(expression, tab):
                answer = json.loads(run([*ask, expression, *both(one, two), "--tab", tab]).stdout)
                return [result["metric"] for result in answer["data"]["result"]]

            assert [metric["job"] for metric in series("up", "one")] == ["pages"]
            assert sorted(metric["job"] for metric in series("up", "System two")) == ["node", "pages"]
            assert series("node_load1", "one") == [] and len(series("node_load1", "two")) == 1
            every = series('{__name__=~".+"}', "one")
            assert {metric["job"] for metric in every if "exported_job" not in metric} == {"pages"}, every
            assert not any(set(metric) - {"__name__", "job", "instance", "place", "exported_job"} for metric in every)
            # Without --tab it is the first.
            first = json.loads(run([*ask, "count(up)", *both(one, two)]).stdout)
            assert first["data"]["result"][0]["value"][1] == "1", first
            table = run([skep, "collect", *both(one, two)]).stdout
            assert table.index("# one") < table.index("# two") < table.index(f"127.0.0.1:{node}"), table
            rows = json.loads(run([skep, "collect", "--format", "json", *both(one, two)]).stdout)
            assert [len(row["collectors"]) for row in rows] == [1, 2], rows

    def status():
        with Servers() as servers, PageServer() as page:
            one = system(servers.folder, "one", {"pages": page.port})
            two = system(servers.folder, "two", {"pages": page.port}, critical=20)
            out = run([skep, "status", "--glyphs", "ascii", *both(one, two)], 1).stdout
            assert out.count("\n") == 1 and "System one: 2 panels fine" in out, out
            assert "System two: 1 critical | Weather of two" in out, out
            assert "System one" in run([skep, "status", *both(one, two), "--tab", "one"]).stdout
            rows = json.loads(run([skep, "status", "--format", "json", *both(one, two)], 1).stdout)
            assert [(row["system"], row["bad"]) for row in rows] == [("one", False), ("two", True)], rows
            alone = json.loads(run([skep, "status", "--format", "json", "--system", one]).stdout)
            assert alone["bad"] is False and alone["panels"] == 2, alone

    def usage():
        with Servers() as servers, PageServer() as page:
            one = system(servers.folder, "one", {"pages": page.port})
            two = system(servers.folder, "two", {"pages": page.port})
            for words, says in (([*both(one, two), "--tab", "three"], "--tab: no system 'three' (one, two)"),
                                ([*both(one, two), "-d", servers.folder / "one.json"], "--dashboard is for one system"),
                                (["node", "node"], "system 'node' is named twice"),
                                (["--system", one] * 10, "10 systems (at most 9)")):
                assert says in run([skep, "snapshot", *words], 2).stderr, words

    def snapshot():
        with Servers() as servers, PageServer() as page:
            one = system(servers.folder, "one", {"pages": page.port})
            two = system(servers.folder, "two", {"pages": page.port}, critical=20)
            for size, shown in (("200x50", "[System two #1]"), ("80x24", "[System two #1]"), ("40x12", "[two #1]")):
                out = run([skep, "snapshot", *both(one, two), "--tab", "two", "--size", size, "--glyphs", "ascii",
                           "--format", "text"]).stdout.split("\n")
                assert shown in out[0], out[0]
                assert "one" in out[0] and all(len(line) <= int(size.split("x")[0]) for line in out), out

    def keys():
        with Servers() as servers, PageServer() as page, PageServer() as other:
            one = system(servers.folder, "one", {"pages": page.port})
            two = system(servers.folder, "two", {"pages": other.port}, critical=20)
            for columns, rows in ((100, 30), (40, 12)):
                names = ("System one", "System two") if columns > 40 else ("one", "two")
                with Terminal([skep, *both(one, two), "--refresh", "1s", "--colours", "mono", "--glyphs", "braille"],
                              columns, rows) as terminal:
                    # Its panels have not been asked for: nothing is known of the second.
                    terminal.wait(f"[{names[0]} \u2713]", f"{names[1]} ?", "Weather of one")
                    terminal.send("0")
                    terminal.wait(f"[{names[1]} \u25A01]", f"{names[0]} \u2713", "Weather of two",
                                  absent=("Weather of one",))
                    terminal.send("0")
                    terminal.wait(f"[{names[0]} \u2713]", f"{names[1]} \u25A01", "Weather of one")
                    terminal.send("w")
                    terminal.wait("System two stands worse")
                    terminal.send("/of two", .3)
                    terminal.wait("Enter goes to System two")
                    terminal.send("\r")
                    terminal.wait(f"[{names[1]} ", "Weather of two")
                    terminal.send("q", .2)
                    if terminal.alive():
                        terminal.finish()

    def ways():
        with Servers() as servers, PageServer() as page, PageServer() as other:
            one = system(servers.folder, "one", {"pages": page.port})
            two = system(servers.folder, "two", {"pages": other.port}, critical=20)
            with Terminal([skep, *both(one, two), "--tab", "two", "--refresh", "1s"], 100, 30) as terminal:
                terminal.wait("[System two \u25A01]", "System one ?")
                terminal.send(":system o")
                terminal.send("\t", .2)
                terminal.wait(":system one")
                terminal.send("\r")
                terminal.wait("[System one \u2713]", "Weather of one")
                column = banner(terminal).index("System two") + 3
                terminal.send(f"\x1b[<0;{column};1M\x1b[<0;{column};1m")
                terminal.wait("[System two \u25A01]", "Weather of two")
                # Each keeps its own state: a zoom here, the sources there.
                terminal.send("\r", .3)
                terminal.send("0", .3)
                terminal.send("6", .3)
                terminal.wait("[System one", "Collected here", str(page.port))
                assert str(other.port) not in terminal.text(), terminal.text()
                terminal.send("0", .3)
                terminal.wait("[System two", absent=("Collected here", "Targets"))
                terminal.send("0", .3)
                terminal.wait("[System one", "Collected here")
                # What is searched in both goes on from one to the other.
                terminal.send("1", .3)
                terminal.send("/weather", .3)
                terminal.wait("also in System two: Weather of two")
                terminal.send("\r", .3)
                terminal.send("n", .3)
                terminal.wait("[System two")
                terminal.signal(signal.SIGTERM)
                terminal.finish()
                assert not terminal.restored(), terminal.restored()

    def hidden_sources():
        with Servers() as servers, PageServer() as page, PageServer() as other:
            one = system(servers.folder, "one", {"pages": page.port})
            two = system(servers.folder, "two", {"pages": other.port})
            with Terminal([skep, *both(one, two), "--refresh", "1s"], 100, 30) as terminal:
                terminal.wait("[System one \u2713]", "System two ?")
                other.end()
                # It is still collected from: what fails there shows here.
                terminal.wait("[System one \u2713]", "System two \u25BC1")
                terminal.send("q")
                assert terminal.finish() == 0

    def hidden_asks_nothing():
        with Servers() as servers:
            ports = [servers.script(HERE / "counting_server.py", str(n)) for n in (1, 2)]
            files = [system(servers.folder, name, {}, more=f'prometheus: {{ url: "http://127.0.0.1:{port}" }}')
                     for name, port in zip(("one", "two"), ports)]

            def asked(port):
                return json.loads(wait_for(f"http://127.0.0.1:{port}/counts"))["questions"]

            with Terminal([skep, *both(*files), "--refresh", "1s"], 100, 30) as terminal:
                terminal.wait("[System one", "Weather of one")
                wait_until(lambda: asked(ports[0]) > 6)
                before = asked(ports[1])
                terminal.send("0")
                terminal.wait("[System two", "Weather of two")
                wait_until(lambda: asked(ports[1]) > before + 4)
                terminal.send("0")
                terminal.wait("[System one", "Weather of one")
                time.sleep(1)
                still = asked(ports[1])
                time.sleep(3)
                assert asked(ports[1]) - still <= 3, "only whether the server lives, and what changed"
                terminal.send("q")
                assert terminal.finish() == 0

    def plain_and_wall():
        with Servers() as servers, PageServer() as page:
            one = system(servers.folder, "one", {"pages": page.port})
            two = system(servers.folder, "two", {"pages": page.port}, critical=20)
            process = subprocess.Popen([skep, "--plain", "--refresh", "1s", *map(str, both(one, two))],
                                       stdout=subprocess.PIPE, text=True, env=environment(), stdin=subprocess.DEVNULL)
            said = ""
            while not ("System one: Weather of one: 21.5" in said and "System two: Weather of two: 21.5, critical" in said):
                line = process.stdout.readline()
                assert line, said
                said += line
            process.terminate()
            process.wait(timeout=20)
            with Terminal([skep, "--wall", "--refresh", "1s", *both(one, two)], 100, 30) as terminal:
                terminal.wait("[System one", "Weather of one")
                terminal.wait("[System two", "Weather of two", seconds=40)
                terminal.signal(signal.SIGTERM)
                terminal.finish()

    yield "tabs isolation", isolation
    yield "tabs status", status
    yield "tabs usage", usage
    yield "tabs snapshot", snapshot
    yield "tabs keys", keys
    yield "tabs ways", ways
    yield "tabs hidden sources", hidden_sources
    yield "tabs hidden asks nothing", hidden_asks_nothing
    yield "tabs plain and wall", plain_and_wall
