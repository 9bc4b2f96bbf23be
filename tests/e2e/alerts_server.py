"""A Prometheus and an Alertmanager in one, for what is made of both: prints its port, ends with its input.
Below /agree both have alerts; below /empty there is no rule and no alert; below /broken nothing but 500. Below /ill
the server has rules of our names that say nothing of ours, and below /theirs Alertmanager alone has an alert of ours."""
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The moment of the tests: 2026-03-01 12:00:00 UTC.
HOT = {"state": "firing", "activeAt": "2026-03-01T11:50:00Z", "value": "7e+00", "annotations": {},
       "labels": {"alertname": "Hot", "i": "a", "severity": "critical"}}
THEIRS = {"state": "pending", "activeAt": "2026-03-01T11:59:00Z", "value": "1", "annotations": {"summary": "theirs"},
          "labels": {"alertname": "Theirs", "region": "eu"}}


def rule(name, query, alerts, health="ok", error=""):
    return {"state": "firing", "name": name, "query": query, "duration": 60, "keepFiringFor": 0, "labels": {},
            "annotations": {}, "alerts": alerts, "health": health, "lastError": error, "type": "alerting"}


# One cannot be judged, the other is about something else; and one that is judged, and denies.
ILL_RULES = [rule("Hot", "m > 0", [], "err", "no such thing"), {**rule("Warm", "m > 9", []), "labels": {"severity": "page"}},
             {**rule("Mild", "m > 0", []), "labels": {"severity": "info"}}]
RULES = [rule("Hot", "m > 0", [HOT]), rule("Theirs", "t > 0", [THEIRS]), rule("Ill", "x", [], "err", "no such thing")]


def am_alert(labels, fingerprint, silenced=(), inhibited=()):
    return {"annotations": {}, "endsAt": "2099-01-01T00:00:00Z", "fingerprint": fingerprint, "receivers": [],
            "startsAt": "2026-03-01T11:51:00Z", "updatedAt": "2026-03-01T11:51:00Z", "generatorURL": "http://prom/graph",
            "labels": labels, "status": {"inhibitedBy": list(inhibited), "silencedBy": list(silenced),
                                         "state": "suppressed" if silenced or inhibited else "active"}}


AM_ALERTS = [am_alert({"alertname": "Hot", "i": "a", "severity": "critical", "cluster": "one"}, "f1", silenced=["s1"]),
             am_alert({"alertname": "OnlyAm", "cluster": "one"}, "f2"),
             am_alert({"alertname": "Quiet", "cluster": "one"}, "f3", inhibited=["f2"])]
SILENCES = [{"id": "s1", "status": {"state": "active"}, "updatedAt": "2026-03-01T11:00:00Z", "comment": "known",
             "createdBy": "ada", "startsAt": "2026-03-01T11:00:00Z", "endsAt": "2099-01-01T00:00:00Z",
             "matchers": [{"name": "i", "value": "a", "isRegex": False, "isEqual": True}]}]


def answer(mood, path):
    rules = {"agree": RULES, "ill": ILL_RULES}.get(mood, [])
    full = mood == "agree"
    am_alerts = AM_ALERTS if full else [am_alert({"alertname": "Hot", "i": "a", "severity": "critical"}, "f1")]
    good = {"/api/v1/rules": {"status": "success", "data": {"groups": [
                {"name": "g", "file": "f.yml", "interval": 15, "rules": rules}] if rules else []}},
            "/api/v1/alerts": {"status": "success", "data": {"alerts": [HOT, THEIRS] if full else []}},
            "/api/v2/alerts": am_alerts if mood in ("agree", "theirs") else [], "/api/v2/alerts/groups": [],
            "/api/v2/silences": SILENCES if full else [], "/api/v2/status": {"versionInfo": {"version": "0.25.0"}}}
    return (500, {}) if mood == "broken" or path not in good else (200, good[path])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        mood, _, path = self.path.split("?")[0].lstrip("/").partition("/")
        status, document = answer(mood, "/" + path)
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
