"""A server that behaves as an Alertmanager does, and as one does on a bad day.
Prints its port; ends with whoever started it, or when it is killed.

The first part of the path says how it behaves: http://127.0.0.1:PORT/well is
an Alertmanager in order; see `class Handler` for the others. Alerts and
silences are the same below each. GET /asked gives what was asked for:
[[method, path, content type, body]], and GET /mode/NAME makes "mood" behave as
NAME from then on, so that a client sees one server change."""
import json
import os
import sys
import threading
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

asked = []
silences = {}
mood = ["well"]
lock = threading.Lock()

ALERTS = [
    {"annotations": {"summary": "too hot"}, "endsAt": "2026-11-22T12:10:00.000Z", "fingerprint": "aaaa",
     "receivers": [{"name": "pager"}, {"name": "mail"}], "startsAt": "2026-11-22T12:00:00.5+01:00",
     "status": {"inhibitedBy": [], "silencedBy": [], "state": "active"}, "updatedAt": "2026-11-22T11:00:01.123Z",
     "generatorURL": "http://prometheus/graph", "labels": {"alertname": "Hot", "instance": "a:1"}},
    {"annotations": {}, "endsAt": "2026-11-22T12:10:00.000Z", "fingerprint": "bbbb",
     "receivers": [{"name": "pager"}], "startsAt": "2026-11-22T11:30:00.000Z",
     "status": {"inhibitedBy": ["aaaa"], "silencedBy": ["s-old"], "state": "suppressed"},
     "updatedAt": "2026-11-22T11:30:00.000Z", "generatorURL": "", "labels": {"alertname": "Warm", "instance": "a:1"}},
]


def stamp(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


BEGUN = time.time()


def old_silence():
    now = BEGUN
    return {"id": "s-old", "status": {"state": "active"}, "updatedAt": stamp(now - 60), "comment": "known",
            "createdBy": "ada", "startsAt": stamp(now - 60), "endsAt": stamp(now + 3600),
            "matchers": [{"name": "alertname", "value": "Warm", "isRegex": False, "isEqual": True}]}


def make_silence(text):
    wanted = json.loads(text)
    name = wanted.get("id") or f"s-{len(silences) + 1}"
    silences[name] = {**wanted, "id": name, "status": {"state": "active"}, "updatedAt": stamp(time.time())}
    return name


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, body, status=200, kind="application/json"):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status // 100 == 3:
            self.send_header("Location", "/well/api/v2/silences")
        self.end_headers()
        self.wfile.write(body)

    def break_off(self):
        self.close_connection = True

    # How it behaves: each gets the path behind /api/v2.

    def well(self, path, body):
        if self.command == "POST" and path == "/silences":
            self.send({"silenceID": make_silence(body)})
        elif self.command == "DELETE":
            gone = silences.get(path.rpartition("/")[2])
            if not gone:
                return self.send(b"", 404)
            gone["status"], gone["endsAt"] = {"state": "expired"}, stamp(time.time())
            self.send(b"")
        elif path == "/alerts/groups":
            self.send([{"labels": {"alertname": name}, "receiver": {"name": "pager"},
                        "alerts": [alert for alert in ALERTS if alert["labels"]["alertname"] == name]}
                       for name in ("Hot", "Warm")])
        elif path == "/alerts":
            self.send(ALERTS)
        elif path == "/silences":
            self.send([old_silence(), *silences.values()])
        elif path == "/status":
            self.send({"cluster": {"status": "ready"}, "config": {"original": "password: hush"}, "uptime": "x",
                       "versionInfo": {"branch": "HEAD", "version": "0.25.0"}})
        else:
            self.send({"code": 404, "message": f"path {path} was not found"}, 404)

    def html(self, *_):
        self.send(b"<html><body>Sign in</body></html>", 200, "text/html")

    def gateway(self, *_):
        self.send(b"<html>bad gateway</html>", 502, "text/html")

    def missing(self, *_):
        self.send(b"404 page not found\n", 404, "text/plain")

    def denied(self, path, body):
        self.well(path, body) if self.command == "GET" else self.send(b"", 403)

    def refusing(self, path, body):
        if self.command == "GET":
            return self.well(path, body)
        self.send('silence invalid: at least one matcher must not match the empty string', 400)

    def particular(self, path, body):
        self.well(path, body) if self.command == "GET" else self.send({"code": 601, "message": "body.comment: no"}, 422)

    def moved(self, path, body):
        self.well(path, body) if self.command == "GET" else self.send(b"", 307)

    def made(self, path, body):
        """The change is made and the connection breaks before that is said."""
        if self.command == "GET":
            return self.well(path, body)
        if self.command == "POST":
            make_silence(body)
        else:
            silences[path.rpartition("/")[2]]["status"] = {"state": "expired"}
        self.break_off()

    def lost(self, path, body):
        self.well(path, body) if self.command == "GET" else self.break_off()

    def vague(self, path, body):
        """Made, and answered with something that says nothing."""
        if self.command == "GET":
            return self.well(path, body)
        make_silence(body)
        self.send({"other": 1})

    def hang(self, path, body):
        if self.command == "GET":
            return self.well(path, body)
        time.sleep(30)
        self.break_off()

    def silent(self, *_):
        time.sleep(30)
        self.break_off()

    def cut(self, *_):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'[{"labels":{"alertname":"Half')
        self.break_off()

    def other(self, *_):
        self.send({"status": "success", "data": []})

    def empty(self, *_):
        self.send([])

    def half(self, path, body):
        """Alerts are told, silences are not."""
        self.send(b"", 403) if path == "/silences" else self.well(path, body)

    def mood(self, path, body):
        getattr(self, mood[0])(path, body)

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        behaviour, _, path = self.path[1:].partition("/")
        path = path.removeprefix("api/v2").partition("?")[0]
        try:
            if behaviour == "asked":
                return self.send(asked)
            if behaviour == "mode":
                mood[0] = path
                return self.send(b"")
            with lock:
                asked.append([self.command, self.path, self.headers.get("Content-Type"), body])
            getattr(self, behaviour)(path, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_DELETE = answer


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def main():
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)


sys.exit(main())
