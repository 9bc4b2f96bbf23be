"""What tests of alerts are made of: a page of figures that the test sets, a
system with rules of its own, a real Prometheus with rules, a real Alertmanager,
a console that looks at them, and the journal that it keeps."""
import contextlib
import json
import os
import re
import sqlite3
import subprocess
import threading
import urllib.request
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from servers import environment, free_port
from terminal import Terminal

USER = "ada"
KEY_ESCAPE = "\x1b"
CLEAR_LINE = "\x15"
GENEROUS = 60  # seconds for what takes one or two under no load


@contextlib.contextmanager
def page():
    """A /metrics page; yields (port, figures): a figure set to None is not on the page. figures["down"]: 503."""
    figures = {"weather": 10, "wind": 1}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            down = figures.get("down")
            body = "".join(f"{name} {value}\n" for name, value in list(figures.items())
                           if name != "down" and value is not None).encode()
            self.send_response(503 if down else 200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, figures
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def rule(name, expression, wait="0s", annotations=None, **labels):
    return {"alert": name, "expr": expression, "for": wait, "labels": labels, "annotations": annotations or {}}


def rule_file(*rules, group="weather", interval="1s"):
    return json.dumps({"groups": [{"name": group, "interval": interval, "rules": list(rules)}]}, indent=1)


def write_system(folder, rules, port=None, **more):
    """A system of one panel, the rules (a text; None: no rule file), and what else its file is to say."""
    board = {"title": "Weather", "refresh": "5s", "time": {"from": "now-15m", "to": "now"}, "panels": [
        {"id": 1, "title": "Warmth", "type": "stat", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 6},
         "targets": [{"refId": "A", "expr": "weather"}]}]}
    (folder / "board.json").write_text(json.dumps(board))
    system = {"system": "meadow", "title": "Meadow", "dashboards": ["board.json"], "scrape_interval": "1s", **more}
    if rules is not None:
        (folder / "rules.yaml").write_text(rules)
        system["rules"] = ["rules.yaml"]
    if port:
        system["collect"] = [{"type": "scrape", "job": "page", "targets": [f"127.0.0.1:{port}"], "interval": "1s"}]
    (folder / "system.yaml").write_text(json.dumps(system, indent=1))
    return folder / "system.yaml"


def start_alertmanager(servers, port=None, inhibit=()):
    """Call again with the same port after it was stopped: it keeps its silences on disk."""
    port = port or free_port()
    config = servers.folder / "am.yml"
    config.write_text(json.dumps({"route": {"receiver": "nobody", "group_wait": "1s"},
                                  "receivers": [{"name": "nobody"}], "inhibit_rules": list(inhibit)}))
    servers.start("alertmanager", ["prometheus-alertmanager", f"--config.file={config}", "--log.level=error",
                                   f"--storage.path={servers.folder}/am", "--cluster.listen-address=",
                                   f"--web.listen-address=127.0.0.1:{port}"],
                  f"http://127.0.0.1:{port}/-/ready")
    return port


def start_prometheus(servers, target, rules, port=None):
    """It scrapes the page each second as the job `page` and evaluates the rules (a text; None: it has none)."""
    port = port or free_port()
    config = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
              "scrape_configs": [{"job_name": "page", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}]}
    if rules is not None:
        (servers.folder / "server-rules.yml").write_text(rules)
        config["rule_files"] = [str(servers.folder / "server-rules.yml")]
    (servers.folder / "prometheus.yml").write_text(json.dumps(config))
    servers.start("prometheus", ["prometheus", f"--config.file={servers.folder}/prometheus.yml", "--log.level=error",
                                 f"--storage.tsdb.path={servers.folder}/data",
                                 f"--web.listen-address=127.0.0.1:{port}"], f"http://127.0.0.1:{port}/-/ready")
    return port


def api(port, path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v2/{path}",
                                     data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def silences(port, state="active"):
    return [one for one in api(port, "silences") if one["status"]["state"] == state]


def stamp(seconds=0):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat()


def post_alerts(port, *label_sets):
    """As a Prometheus does, for an hour."""
    api(port, "alerts", [{"labels": labels, "startsAt": stamp(-60), "endsAt": stamp(3600)} for labels in label_sets])


def home(folder, **more):
    """The environment of one user whose files are below the folder."""
    return {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_CONFIG_HOME": str(folder / "config"), "USER": USER, "LOGNAME": USER, **more}


def console(skep, folder, *words, columns=160, rows=40, system="system.yaml", **more):
    return Terminal([skep, "--system", folder / system, *words], columns, rows, **home(folder, **more))


def run(skep, folder, *words, status=None, system="system.yaml"):
    """A command on the folder's system; what it prints, its exit status first when none was demanded."""
    done = subprocess.run([str(skep), words[0], "--system", str(folder / system), *map(str, words[1:])],
                          capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
                          env=environment(**home(folder)))
    if status is None:
        return done.returncode, done.stdout
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def leave(terminal):
    """Out of whatever is open, and out."""
    for _ in range(8):
        if not terminal.alive():
            break
        terminal.send(KEY_ESCAPE, 0.15)
        with contextlib.suppress(OSError):
            terminal.send("q", 0.15)
    assert terminal.finish() == 0


def answers(terminal):
    """A key is answered: the help opens and closes."""
    terminal.send("?")
    terminal.wait("Moving about", seconds=GENEROUS)
    terminal.send("q")
    terminal.wait(absent=("Moving about",), seconds=GENEROUS)


def settled(terminal):
    """An acting key is for what has stood for a second."""
    terminal.read(1.3)


def value_of(text, label):
    """What stands behind a label of one alert's page: "2026-11-22 12:34:56Z" of `active`."""
    found = re.search(rf"{label}\s+(\d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ)", text)
    assert found, f"no {label}\n{text}"
    return datetime.strptime(found[1], "%Y-%m-%d %H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp()


def journal_path(folder):
    found = [os.path.join(base, name) for base, _, names in os.walk(folder) for name in names if name == "journal.db"]
    return found[0] if found else None


def events(folder, *kinds):
    """(kind, actor, body) of the journal's events, as another program reads them."""
    path = journal_path(folder)
    if not path:
        return []
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
        rows = db.execute("SELECT kind, actor, body FROM event ORDER BY sequence").fetchall()
    return [(kind, actor, json.loads(body)) for kind, actor, body in rows if not kinds or kind in kinds]
