"""Alerts in the console: rules evaluated here, a note typed, a silence made,
seen, changed and ended by keys in a real Alertmanager, which is then killed
under the console."""
import json
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from servers import Servers, free_port, wait_until
from situation_tests import application
from terminal import Terminal

CONFIG = 'route: { receiver: "nobody" }\nreceivers: [{ name: "nobody" }]\n'
RULES = """
groups:
  - name: weather
    interval: 1s
    rules:
      - alert: TooWarm
        expr: weather > 20
        labels: { tier: p1, severity: warning }
        annotations: { summary: "it is {{ $value }} degrees", runbook_url: "warm" }
      - { alert: GoesOn, expr: weather > 1, for: 1h, labels: { tier: p2 } }
      - { alert: Quiet, expr: weather > 1000 }
"""


def api(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/{path}", timeout=10) as answer:
        return json.loads(answer.read())


def write_system(folder, page, alertmanager):
    dashboard = {"title": "Weather", "refresh": "5s", "time": {"from": "now-15m", "to": "now"}, "panels": [
        {"id": 1, "title": "Warmth", "type": "timeseries", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 10},
         "targets": [{"refId": "A", "expr": "weather"}]}]}
    (folder / "dashboard.json").write_text(json.dumps(dashboard))
    (folder / "rules.yaml").write_text(RULES)
    (folder / "books").mkdir()
    (folder / "books/warm.md").write_text("# Too warm\n\nOpen a *window*.\n")
    (folder / "system.yaml").write_text(f"""
system: polln
title: POLLN
dashboards: [dashboard.json]
scrape_interval: 1s
state: {folder}/state
rules: [rules.yaml]
runbooks: [books]
alertmanager: {{ url: "http://127.0.0.1:{alertmanager}" }}
collect:
  - {{ type: scrape, job: page, targets: ["127.0.0.1:{page}"] }}
""")
    return folder / "system.yaml"


def start_alertmanager(servers, folder, port):
    (folder / "am.yml").write_text(CONFIG)
    servers.start("alertmanager", ["prometheus-alertmanager", f"--config.file={folder}/am.yml", "--log.level=error",
                                   f"--storage.path={folder}/am", "--cluster.listen-address=",
                                   f"--web.listen-address=127.0.0.1:{port}"],
                  f"http://127.0.0.1:{port}/-/ready")


def silences(port, state):
    return [one for one in api(port, "silences") if one["status"]["state"] == state]


def tests(skep):
    def by_keys():
        with tempfile.TemporaryDirectory() as name, Servers() as servers, application() as (page, _):
            folder, port = Path(name), free_port()
            start_alertmanager(servers, folder, port)
            system = write_system(folder, page, port)
            with Terminal([skep, "--system", system], 130, 34, HOME=name, XDG_STATE_HOME=name, USER="ada") as terminal:
                terminal.wait("P1 TooWarm", seconds=40)
                terminal.send("2", 0.3)
                terminal.wait("Firing", "Pending", "GoesOn", "of 1h")
                terminal.send("r", 0.3)
                terminal.wait("Open a window")
                terminal.send("q", 0.3)
                terminal.send("A", 1.2)
                terminal.wait("ack until")
                terminal.send("I look\r", 0.3)
                terminal.wait("Acknowledged", "I look", absent=("note:",))
                terminal.read(1.2)
                terminal.send("U", 0.3)
                terminal.wait("taken back", "Firing")
                terminal.read(1.2)
                terminal.send("M", 0.5)
                terminal.wait("would be hidden now", "the comment is missing")
                terminal.send("heating\t", 0.3)
                terminal.send("7\r", 0.3)
                terminal.wait("to confirm")
                assert not api(port, "silences"), "a wrong number confirms nothing"
                terminal.send("\x7f1\r", 0.5)
                wait_until(lambda: silences(port, "active"))
                terminal.wait("Silenced, inhibited", "Silences  1", seconds=20)
                made = silences(port, "active")[0]
                assert made["comment"] == "heating", made
                assert {"alertname", "job", "instance"} <= {m["name"] for m in made["matchers"]}, made
                terminal.send("G\r", 0.3)
                terminal.wait("ends in 1h59m", "hides 1", "heating")
                terminal.send("M", 0.3)
                terminal.wait("Change the silence")
                terminal.send("\x15" "5h\t\t\t1\r", 0.5)
                terminal.wait("ends in 4h59m", seconds=20)
                terminal.send("U", 0.3)
                terminal.wait("End the silence", "would be told of again")
                terminal.send("1\r", 0.5)
                wait_until(lambda: not silences(port, "active"))
                terminal.wait("ended", seconds=20)
                terminal.send("q", 0.3)
                terminal.wait("Firing", seconds=20)
                servers.stop("alertmanager")
                terminal.wait("Alertmanager does not answer", seconds=30)
                terminal.send("gj", 1.5)
                terminal.send("M", 0.3)
                terminal.wait("Alertmanager does not answer")
                terminal.send("later\t1\r", 0.5)
                terminal.wait("later", "TooWarm", absent=("sending",), seconds=30)
                terminal.send("\x1b", 0.3)
                terminal.send("q", 0.3)
                terminal.send("q")
                terminal.finish()

    def opened_at():
        with tempfile.TemporaryDirectory() as name, Servers(), application() as (page, _):
            folder = Path(name)
            system = write_system(folder, page, free_port())
            with Terminal([skep, "--system", system, "--alert", "TooWarm"], 120, 50, HOME=name,
                          XDG_STATE_HOME=name) as terminal:
                terminal.wait("it is 21.5 degrees", "Panels", "Warmth", "weather > 20", seconds=40)
                terminal.send("qq", 0.3)
                terminal.wait("P1", "Warmth")
                wait_until(lambda: terminal.read(0.2) or b"\x1b]2;P1 1 - POLLN\x07" in terminal.raw)
                assert terminal.raw.count(b"\x07") > terminal.raw.count(b"\x1b]2;"), "the bell has rung"
                terminal.send("q")
                terminal.finish()
                assert terminal.raw.rstrip().find(b"\x1b[23;2t") > 0, "the title that was comes back"
            status = subprocess.run([skep, "status", "--system", system, "--wait", "20s"], capture_output=True,
                                    text=True, env={"HOME": name, "XDG_STATE_HOME": name, "LANG": "C.UTF-8"}, timeout=60)
            assert status.returncode == 1 and "P1 1" in status.stdout and "TooWarm" in status.stdout, status

    return [("alerts view by keys, with a real Alertmanager", by_keys), ("a console opened at an alert", opened_at)]
