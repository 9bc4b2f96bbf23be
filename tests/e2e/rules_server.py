"""A server with rules as Prometheus and its like have them, good and bad.
Prints its port; ends with whoever started it, or when it is killed.

The first part of the path says how it behaves; GET /mode/NAME makes "mood"
behave as NAME from then on."""
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

mood = ["prometheus"]

HOT = {"labels": {"alertname": "Hot", "instance": "a:1"}, "annotations": {"summary": "too hot"}, "state": "firing",
       "activeAt": "2026-11-22T11:59:30.25Z", "value": "9.1e+01"}
ELSEWHERE = {"labels": {"alertname": "Elsewhere"}, "annotations": {}, "state": "pending",
             "activeAt": "2026-11-22T12:00:00Z", "value": "NaN"}
GROUPS = [{"name": "heat", "file": "/etc/heat.yml", "interval": 15, "limit": 0, "evaluationTime": 0.0003,
           "lastEvaluation": "2026-11-22T12:00:00.5Z", "rules": [
               {"state": "firing", "name": "Hot", "query": "temperature > 90", "duration": 60, "keepFiringFor": 30,
                "labels": {"severity": "page"}, "annotations": {"summary": "too hot"}, "alerts": [HOT],
                "health": "ok", "evaluationTime": 0.0001, "lastEvaluation": "2026-11-22T12:00:00.5Z",
                "type": "alerting"},
               {"name": "temperature:max", "query": "max(temperature)", "health": "err", "lastError": "broken",
                "evaluationTime": 0.0001, "lastEvaluation": "2026-11-22T12:00:00.5Z", "type": "recording"}]}]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, body, status=200, kind="application/json"):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def success(self, data):
        self.send({"status": "success", "data": data})

    def missing(self, _=None):
        self.send(b"404 page not found\n", 404, "text/plain")

    def prometheus(self, path):
        self.success({"groups": GROUPS} if path == "/rules" else {"alerts": [HOT, ELSEWHERE]})

    def empty(self, path):
        self.success({"groups": []} if path == "/rules" else {"alerts": []})

    def rules_only(self, path):
        self.prometheus(path) if path == "/rules" else self.missing()

    def alerts_only(self, path):
        self.missing() if path == "/rules" else self.prometheus(path)

    def broken_alerts(self, path):
        self.prometheus(path) if path == "/rules" else self.send(b"<html>", 502, "text/html")

    def failing(self, _):
        self.send({"status": "error", "errorType": "internal", "error": "out of order"}, 500)

    def error(self, _):
        self.send({"status": "error", "errorType": "internal", "error": "out of order"})

    def html(self, _):
        self.send(b"<html>Sign in</html>", 200, "text/html")

    def other(self, _):
        self.success({"result": []})

    def silent(self, _):
        time.sleep(30)
        self.close_connection = True

    def cut(self, _):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"status":"success","data":{"groups":[{"name":"half","rules":[{"name":"Half"')
        self.close_connection = True

    def mood(self, path):
        getattr(self, mood[0])(path)

    def do_GET(self):
        behaviour, _, path = self.path[1:].partition("/")
        try:
            if behaviour == "mode":
                mood[0] = path
                return self.send(b"")
            getattr(self, behaviour)(path.removeprefix("api/v1"))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


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
