"""What skep knows of a real Alertmanager and of a Prometheus with rules, and
what it tells the one: silences made, extended, ended; both killed, stopped and
started again. By tests/conformance/alertmanager, which is skep's own code."""
import json
import random
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

from servers import Servers, free_port, wait_until

CONFIG = """
route: { receiver: "nobody", group_by: ["alertname"], group_wait: "1s", routes: [{ receiver: "pager", matchers: ['severity="page"'], continue: true }, { receiver: "nobody" }] }
receivers: [{ name: "nobody" }, { name: "pager" }]
inhibit_rules: [{ source_matchers: ['alertname="Down"'], target_matchers: ['alertname="Slow"'], equal: ["instance"] }]
"""
RULES = """
groups:
  - name: "first group"
    interval: 1s
    rules:
      - { record: "job:up:sum", expr: "sum by (job) (up)" }
      - alert: Always
        expr: "vector(41.5) + 1"
        labels: { severity: page, team: "a \\"b\\"" }
        annotations: { summary: "value {{ $value }}" }
      - { alert: Waits, expr: "up == 1", for: 1h, annotations: { text: "é\\nline" } }
      - { alert: Never, expr: "up == 2" }
      - { alert: Broken, expr: "up * on() group_left() ({__name__=~\\"up|scrape_duration_seconds\\"})" }
"""


def get(port, path, method="GET", body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method,
                                     data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def stamp(seconds=0):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat()


def now_ms():
    return int(time.time() * 1000)


class Driver:
    """skep's side."""

    def __init__(self, program, *urls):
        self.process = subprocess.Popen([str(program), *urls], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait(timeout=30) == 0

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def set(self, matchers, seconds=3600, **more):
        start = now_ms()
        wanted = {"matchers": matchers, "starts": start, "ends": start + seconds * 1000, "author": "ada",
                  "comment": "why \"not\"", **more}
        return self.ask("set " + json.dumps(wanted))

    def silence(self, name):
        return next((one for one in self.ask("list")["silences"] if one["id"] == name), None)

    def suppressed(self, name):
        return sorted(alert["id"] for alert in self.ask("list")["alerts"] if name in alert["silencedBy"])


def start_alertmanager(servers, port=None, prefix=""):
    port = port or free_port()
    config = servers.folder / "am.yml"
    config.write_text(CONFIG)
    servers.start("alertmanager", ["prometheus-alertmanager", f"--config.file={config}",
                                   f"--storage.path={servers.folder}/am", f"--web.listen-address=127.0.0.1:{port}",
                                   "--cluster.listen-address=", *([f"--web.route-prefix={prefix}"] if prefix else [])],
                  f"http://127.0.0.1:{port}{prefix}/-/ready")
    return port


def post_alerts(port, label_sets, prefix=""):
    get(port, f"{prefix}/api/v2/alerts", "POST",
        [{"labels": labels, "annotations": {"summary": "s"}, "startsAt": stamp(-60), "endsAt": stamp(3600),
          "generatorURL": "http://prometheus/graph?g0.expr=up"} for labels in label_sets])


VALUES = ["a", "b", "ab", "a.b", "a,b", "a|b", 'q"q', "back\\slash", "new\nline", "é", "{x}", "a b", "=", "~", "",
          "x" * 200, "a\\", "\\n", "(", "A"]
PATTERNS = ["a", "a|b", "a.*", ".*", ".+", "a.b", "a\\.b", "[ab]+", "", "a|", "(?i)A", "\\\\", "back.slash", "new.line",
            "new(.|\n)line", "q\"q", "é", ".", "\\{x\\}", "[^a]*", "a b?", "x{200}", "(a)(b)?", "\\d*", "^a$", "a$|b"]


def random_labels(chance):
    labels = {"alertname": chance.choice(["Hot", "Cold", "Slow", "Down"])}
    for name in ("instance", "job", "severity", "extra"):
        if chance.random() < 0.7:
            labels[name] = chance.choice(VALUES)
    return {name: value for name, value in labels.items() if value}


def quote(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def random_matchers(chance):
    parts = []
    for _ in range(chance.choice([1, 1, 2, 2, 3])):
        name = chance.choice(["alertname", "instance", "job", "severity", "extra", "missing"])
        operator = chance.choice(["=", "!=", "=~", "!~"])
        words = PATTERNS if "~" in operator else VALUES + ["Hot", "Cold"]
        parts.append(f"{name}{operator}{quote(chance.choice(words))}")
    return ", ".join(parts)


# One matcher each, as people write them in haste: Alertmanager's own filter reads them too.
TEXTS = ["alertname=Hot", ' alertname = "Hot" ', "instance=a.b", "instance=a,b", 'instance="a,b"', "instance=\"q\\\"q\"",
         "instance=q\"q", "instance=\"q\"q\"", "instance=back\\slash", 'instance="back\\slash"', 'instance="back\\\\slash"',
         'instance="new\\nline"', "instance=new\\nline", "instance=\"a", "instance=a\"", "instance=", 'instance=""',
         "instance!=", "instance==", "instance=~a.*", "instance=~", "instance!~.+", "instance=~(", "instance=~\"(\"",
         "Hot", "=a", "9x=a", "in-stance=a", "instance=a\\", 'instance="a\\"', 'instance="a\\\\"', "instance=\\n",
         'instance="\\\\n"', "instance={x}", 'instance="{x}"', "instance~a", "instance=!a", "instance = ~", "instance=é",
         "instance=~^a$", "instance=~a\\.b", 'instance=~"a\\\\.b"', "instance=~\\\\", "instance='a'", "instance=a b"]


def tests(skep):
    program = Path(skep).parent / "tests/conformance/alertmanager"

    def drive(port, *more, prefix=""):
        return Driver(program, f"http://127.0.0.1:{port}{prefix}/", *more)

    def lists():
        with Servers() as servers:
            port = start_alertmanager(servers, prefix="/am")
            post_alerts(port, [{"alertname": "Down", "instance": "a"}, {"alertname": "Slow", "instance": "a"},
                               {"alertname": "Slow", "instance": "b", "severity": "page"}], "/am")
            with drive(port, prefix="/am") as driver:
                def has_groups():
                    """groups are known"""
                    known = driver.ask("list")
                    return known if known["version"] and all("group" in one for one in known["alerts"]) else None
                known = wait_until(has_groups)
                theirs = {one["fingerprint"]: one for one in get(port, "/am/api/v2/alerts")}
                assert known["healthy"] and known["version"].startswith("0."), known
                assert len(known["alerts"]) == 3 and len(theirs) == 3, known
                for alert in known["alerts"]:
                    their = theirs[alert["id"]]
                    assert alert["fingerprint"] == alert["id"], alert  # the same hash
                    assert alert["labels"] == their["labels"] and alert["annotations"] == their["annotations"]
                    assert alert["state"] == their["status"]["state"], (alert, their)
                    assert alert["inhibitedBy"] == their["status"]["inhibitedBy"]
                    assert alert["receivers"] == [one["name"] for one in their["receivers"]], (alert, their)
                    assert alert["group"] == {"alertname": alert["labels"]["alertname"]}, alert
                    begun = datetime.fromisoformat(their["startsAt"].replace("Z", "+00:00")).timestamp()
                    assert abs(alert["starts"] / 1000 - begun) < 0.0011, (alert, their)
                inhibited = [alert for alert in known["alerts"] if alert["inhibitedBy"]]
                assert [one["labels"]["instance"] for one in inhibited] == ["a"] and inhibited[0]["state"] == "suppressed"

    def life_of_a_silence():
        with Servers() as servers:
            port = start_alertmanager(servers)
            post_alerts(port, [{"alertname": "Hot", "instance": "a"}, {"alertname": "Hot", "instance": "b"}])
            with drive(port) as driver:
                assert len(driver.ask("list")["alerts"]) == 2
                preview = driver.ask('match alertname="Hot",instance="a"')["ids"]
                made = driver.set('alertname="Hot",instance="a"')
                assert made["id"] and not made["reason"], made
                assert driver.suppressed(made["id"]) == preview and len(preview) == 1
                silence = driver.silence(made["id"])
                assert silence["state"] == "active" and silence["hits"] == 1, silence
                assert silence["author"] == "ada" and silence["comment"] == 'why "not"', silence
                theirs = subprocess.run(["amtool", f"--alertmanager.url=http://127.0.0.1:{port}", "silence", "query"],
                                        capture_output=True, text=True, check=True, timeout=60).stdout
                assert silence["matchers"].replace(", ", " ") in theirs, theirs
                # extended: in place
                longer = driver.set(silence["matchers"], id=made["id"], starts=silence["starts"],
                                    ends=silence["ends"] + 3600_000, comment=silence["comment"])
                assert longer["id"] and not longer["reason"], longer
                after = driver.silence(longer["id"])
                assert after["ends"] == silence["ends"] + 3600_000 and after["state"] == "active", after
                # other matchers: another silence, the first one ends
                other = driver.set('alertname="Hot"', id=longer["id"], starts=after["starts"], ends=after["ends"])
                assert other["id"] not in ("", longer["id"]), other
                assert driver.silence(longer["id"])["state"] == "expired"
                assert len(driver.suppressed(other["id"])) == 2
                ended = driver.ask(f"expire {other['id']}")
                assert ended == {"id": other["id"], "reason": ""}, ended
                assert driver.silence(other["id"])["state"] == "expired" and not driver.suppressed(other["id"])
                assert all(alert["state"] == "active" for alert in driver.ask("list")["alerts"])
                again = driver.ask(f"expire {other['id']}")  # some versions mind, others do not
                assert again["id"] or "may or may not" not in again["reason"], again
                missing = driver.ask("expire 00000000-0000-0000-0000-000000000000")
                assert not missing["id"] and "not found" in missing["reason"], missing
                # one that is still to come
                later = driver.set('instance="b"', starts=now_ms() + 600_000, ends=now_ms() + 1200_000)
                silence = driver.silence(later["id"])
                assert silence["state"] == "pending" and silence["hits"] == 1, silence
                assert "hide every alert" in driver.set('instance=~".*"')["reason"]
                unknown = driver.set('instance="a"', id="00000000-0000-0000-0000-000000000000")
                assert not unknown["id"] and "not found" in unknown["reason"], unknown

    def matching_as_alertmanager_does():
        chance = random.Random(20261122)
        with Servers() as servers:
            port = start_alertmanager(servers)
            post_alerts(port, [random_labels(chance) for _ in range(60)])
            with drive(port) as driver:
                count = len(driver.ask("list")["alerts"])
                assert count > 40
                made, refused, hidden = 0, 0, 0
                for _ in range(150):
                    matchers = random_matchers(chance)
                    ours = driver.ask("match " + matchers)
                    assert "wrong" not in ours, (matchers, ours)
                    answer = driver.set(matchers)
                    if "refused" in ours:
                        refused += 1
                        assert not answer["id"], (matchers, answer)
                        continue
                    made += 1
                    assert answer["id"], (matchers, answer)
                    assert driver.suppressed(answer["id"]) == sorted(ours["ids"]), matchers
                    silence = driver.silence(answer["id"])
                    assert silence["hits"] == len(ours["ids"]), (matchers, silence)
                    assert driver.ask("match " + silence["matchers"])["ids"] == ours["ids"], matchers
                    hidden += len(ours["ids"])
                    assert driver.ask(f"expire {answer['id']}")["id"]
                assert made > 60 and refused > 10 and hidden > 100, (made, refused, hidden)

    def reading_matchers_as_alertmanager_does():
        with Servers() as servers:
            port = start_alertmanager(servers)
            post_alerts(port, [{"alertname": "Hot", "instance": value} for value in VALUES + ["Hot", "'a'", "=", "!a"]
                               if value])
            with drive(port) as driver:
                assert len(driver.ask("list")["alerts"]) > 15
                for text in TEXTS:
                    if text.startswith("instance=a,b"):  # two matchers; Alertmanager's filter takes one
                        continue
                    ours = driver.ask("match " + text)
                    try:
                        theirs = get(port, "/api/v2/alerts?filter=" + urllib.parse.quote(text))
                    except urllib.error.HTTPError as error:
                        assert error.code == 400 and "wrong" in ours, (text, ours, error.read())
                        continue
                    assert "wrong" not in ours, (text, ours, len(theirs))
                    assert sorted(ours["ids"]) == sorted(one["fingerprint"] for one in theirs), text

    def killed_and_back():
        with Servers() as servers:
            port = start_alertmanager(servers)
            post_alerts(port, [{"alertname": "Hot", "instance": "a"}])
            with drive(port) as driver:
                made = driver.set('instance="a"')
                before = driver.ask("list")
                assert before["healthy"] and len(before["silences"]) == 1
                servers.stop("alertmanager")
                down = driver.ask("list")
                assert not down["healthy"] and down["reason"] == "refused", down
                assert down["alerts"] == before["alerts"] and down["silences"] == before["silences"]
                assert driver.set('instance="b"') == {"id": "", "reason": "refused: it was not sent"}
                assert driver.ask(f"expire {made['id']}")["reason"] == "refused: it was not sent"
                start_alertmanager(servers, port)
                back = wait_until(lambda: next((one for one in [driver.ask("list")] if one["healthy"]), None))
                assert back["version"] == before["version"]
                assert {one["fingerprint"] for one in get(port, "/api/v2/alerts")} == {one["id"] for one in back["alerts"]}
                assert driver.set('instance="b"')["id"]

    def hung_and_back():
        with Servers() as servers:
            port = start_alertmanager(servers)
            with drive(port) as driver:
                assert driver.ask("list")["healthy"]
                servers.signal("alertmanager", signal.SIGSTOP)
                hung = driver.set('instance="a"')
                assert hung["reason"] == "no answer: it may or may not have been made (timeout after 1s)", hung
                assert not driver.ask("list")["healthy"]
                servers.signal("alertmanager", signal.SIGCONT)
                settled = wait_until(lambda: next((one for one in [driver.ask("settled")] if one["words"]), None))
                theirs = [one["id"] for one in get(port, "/api/v2/silences")]
                if settled["id"]:
                    assert settled["words"] == "the silence that had no answer was made" and theirs == [settled["id"]]
                else:
                    assert settled["words"] == "the silence that had no answer was not made" and not theirs, theirs

    def start_prometheus(servers, alertmanager, rules, port=None):
        port = port or free_port()
        path = servers.folder / "prometheus.yml"
        (servers.folder / "rules.yml").write_text(RULES)
        path.write_text("\n".join([
            "global: { scrape_interval: 1s, evaluation_interval: 1s }",
            'rule_files: ["rules.yml"]' if rules else "",
            "scrape_configs:",
            f'  - {{ job_name: self, static_configs: [{{ targets: ["127.0.0.1:{port}"] }}] }}',
            "alerting:",
            f'  alertmanagers: [{{ static_configs: [{{ targets: ["127.0.0.1:{alertmanager}"] }}] }}]', ""]))
        servers.start("prometheus", ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={servers.folder}/data",
                                     f"--web.listen-address=127.0.0.1:{port}", "--rules.alert.resend-delay=1s",
                                     "--log.level=error"], f"http://127.0.0.1:{port}/-/ready")
        return port

    def rules_of_a_prometheus():
        with Servers() as servers:
            port = start_alertmanager(servers)
            prometheus = start_prometheus(servers, port, True)
            with drive(port, f"http://127.0.0.1:{prometheus}") as driver:
                def states():
                    """Always fires, Waits is pending, Broken is in error"""
                    known = driver.ask("rules")
                    broken = [rule for rule in known["rules"] if rule["health"] == "err"]
                    return known if len(known["alerts"]) == 2 and broken else None
                known = wait_until(states, 60)
                theirs = get(prometheus, "/api/v1/rules")["data"]["groups"][0]
                assert known["state"] == "there" and not known["reason"]
                assert [rule["name"] for rule in known["rules"]] == [rule["name"] for rule in theirs["rules"]]
                for rule, their in zip(known["rules"], theirs["rules"]):
                    assert rule["group"] == "first group" and rule["file"] == theirs["file"]
                    assert rule["query"] == their["query"] and rule["type"] == their["type"]
                    assert rule["duration"] == their.get("duration", 0) * 1000
                    assert rule["labels"] == their.get("labels", {}) and rule["annotations"] == their.get("annotations", {})
                    assert rule["health"] == their["health"] and rule["lastError"] == their.get("lastError", "")
                    assert abs(rule["last"] - now_ms()) < 60_000
                alerts = {alert["labels"]["alertname"]: alert for alert in known["alerts"]}
                assert alerts["Always"]["state"] == "firing" and alerts["Always"]["value"] == "42.5"
                assert alerts["Always"]["labels"]["team"] == 'a "b"' and alerts["Always"]["rule"] == 1
                assert alerts["Always"]["annotations"] == {"summary": "value 42.5"}
                assert alerts["Waits"]["state"] == "pending" and alerts["Waits"]["annotations"]["text"] == "é\nline"
                for their in get(prometheus, "/api/v1/alerts")["data"]["alerts"]:
                    ours = alerts[their["labels"]["alertname"]]
                    begun = datetime.fromisoformat(their["activeAt"][:26].rstrip("Z") + "+00:00").timestamp()
                    assert ours["labels"] == their["labels"] and abs(ours["active"] / 1000 - begun) < 0.0011

                def delivered():
                    """the alert has come to Alertmanager"""
                    return driver.ask("list")["alerts"]
                delivered = wait_until(delivered, 60)
                assert delivered[0]["labels"] == alerts["Always"]["labels"]
                servers.stop("prometheus")
                down = driver.ask("rules")
                assert down["state"] == "failing" and down["reason"] == "refused", down
                assert len(down["rules"]) == 5 and len(down["alerts"]) == 2
                start_prometheus(servers, port, False, prometheus)
                bare = wait_until(lambda: next((one for one in [driver.ask("rules")] if one["state"] != "failing"), None))
                assert bare == {"state": "none", "reason": "it has no rules", "rules": [], "alerts": []}, bare
            with drive(port, f"http://127.0.0.1:{port}") as driver:  # no Prometheus at all
                other = driver.ask("rules")
                assert other["state"] == "none" and other["reason"] == "it has no rules API (404)", other

    return [("alertmanager lists", lists), ("alertmanager life_of_a_silence", life_of_a_silence),
            ("alertmanager matching", matching_as_alertmanager_does),
            ("alertmanager reading_matchers", reading_matchers_as_alertmanager_does),
            ("alertmanager killed", killed_and_back), ("alertmanager hung", hung_and_back),
            ("alertmanager rules_of_a_prometheus", rules_of_a_prometheus)]
