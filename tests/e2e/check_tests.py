"""`skep check` and the loaders on files as they are and as they should not be."""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from servers import environment, shared

ROOT = Path(__file__).resolve().parents[2]

HOSTILE = "\x1b]0;owned\x07\x1b[31m\x9b31m\u202e\u0007\u0000x"


def small():
    return {"title": "T", "panels": [{"id": 1, "type": "stat", "title": "A", "gridPos": {"x": 0, "y": 0, "w": 4, "h": 4},
                                      "targets": [{"expr": "up", "refId": "A"}]}]}


def hostile_everywhere(value):
    if isinstance(value, str):
        return value + HOSTILE
    if isinstance(value, list):
        return [hostile_everywhere(v) for v in value]
    if isinstance(value, dict):
        return {k: hostile_everywhere(v) for k, v in value.items()}
    return value


def wrong_types(value):
    """The document with each value in turn replaced by one of another type."""
    for replacement in (None, True, -1, 1e308, "x", [], {}, [[]], {"a": []}):
        def swap(v, depth=0):
            if isinstance(v, dict):
                for k in v:
                    yield {**v, k: replacement}
                    for inner in swap(v[k], depth + 1):
                        yield {**v, k: inner}
            elif isinstance(v, list):
                for i in range(len(v)):
                    for inner in swap(v[i], depth + 1):
                        yield v[:i] + [inner] + v[i + 1:]
        yield from swap(value)


def tests(skep):
    def check(files, *options):
        return subprocess.run([skep, "check", *options, *map(str, files)], capture_output=True, timeout=120,
                              env=environment())

    def run_on(contents, name="d.json"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
            run = check([path])
            out = run.stdout.decode("utf-8", "strict") + run.stderr.decode("utf-8", "strict")
            assert not any(ord(c) < 32 and c != "\n" or 127 <= ord(c) < 160 or c == "\u202e" for c in out), repr(out[:500])
            assert run.returncode in (0, 2), (run.returncode, out[:500])
            return run.returncode, out

    def shipped():
        files = [*ROOT.glob("systems/*/system.yaml"), *ROOT.glob("systems/*/dashboard.json"), *ROOT.glob("themes/*.theme")]
        assert len(files) >= 8
        run = check(files, "--strict")
        assert run.returncode == 0, run.stdout.decode()

    def public():
        files = sorted((shared() / "data/dashboards").glob("*.json"))
        assert len(files) == 15
        run = check(files)
        assert run.returncode == 0, run.stdout.decode()
        assert "15 files checked: 0 errors" in run.stdout.decode()

    def truncated():
        text = json.dumps(small(), indent=1)
        for cut in range(1, len(text) - 1, 7):
            code, out = run_on(text[:cut])
            assert code == 2 and "d.json:" in out, out
        code, out = run_on(text[: len(text) // 2])
        line = text[: len(text) // 2].count("\n") + 1
        assert f"d.json:{line}:" in out, out

    def nested():
        code, out = run_on("[" * 100000)
        assert code == 2 and "d.json:1:" in out, out
        code, out = run_on('{"panels":' + "[" * 100000 + "]" * 100000 + "}")
        assert code == 2 and "d.json:1:" in out, out

    def types():
        for number, document in enumerate(wrong_types(small())):
            if number % 3 == 0:
                run_on(json.dumps(document))
        document = small()
        document["panels"][0]["gridPos"]["w"] = "wide"
        code, out = run_on(json.dumps(document))
        assert code == 2 and "panels[0].gridPos.w" in out, out

    def duplicates():
        document = small()
        document["panels"] *= 3
        code, out = run_on(json.dumps(document))
        assert code in (0, 2), out
        assert "id" in out, out

    def long_strings():
        document = small()
        document["panels"][0]["title"] = "x" * 10_000_000
        code, out = run_on(json.dumps(document))
        assert code == 2 and "d.json" in out and len(out) < 100_000, out[:300]
        document["panels"][0]["title"] = "x" * 3_000_000
        code, out = run_on(json.dumps(document))
        assert len(out) < 100_000

    def escapes():
        text = json.dumps(hostile_everywhere(small()))
        run_on(text)
        run_on(text.replace("\\u0000", ""))

    def other_files():
        code, out = run_on("system: [", "s.yaml")
        assert code == 2 and "s.yaml:" in out and "flow" in out, out
        code, out = run_on("system: x\ntitel: y\n", "s.yaml")
        assert code == 2 and "s.yaml:2:" in out and "title" in out, out
        code, out = run_on("text = nocolour\n", "t.theme")
        assert code == 2 and "t.theme:1:" in out, out
        code, out = run_on("x", "x.exe")
        assert code == 2, out
        run = check(["/nonexistent/d.json"])
        assert run.returncode == 2 and b"no such file" in run.stdout + run.stderr

    def rules():
        rule = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: |\n      up ==\n        0 )\n  - {alert: B, expr: up == 0}\n"
        code, out = run_on(rule, "r.yml")
        assert code == 2 and "r.yml:7:11: alert A: expression: " in out and "1 error," in out, out
        code, out = run_on("kind: ConfigMap\n---\nkind: PrometheusRule\nspec:\n  groups:\n  - {name: g, rule: []}\n", "r.yaml")
        assert code == 2 and "r.yaml:6:15: unknown key 'rule' (did you mean 'rules')" in out, out
        code, out = run_on("groups:\n- name: g\n  name: h\n", "r.yaml")
        assert code == 2 and "r.yaml:3:3: the key 'name' is there twice" in out, out
        twice = "groups: [{name: g, rules: [{alert: A, expr: up}, {alert: A, expr: up > 0}]}]\n"
        code, out = run_on(twice, "r.yaml")
        assert code == 0 and "0 errors, 1 approximation" in out, out

    def public_rules():
        files = sorted((shared() / "data/rules").glob("*.yaml"))
        run = check(files, "--strict")
        assert files and run.returncode == 0, run.stdout.decode()

    def as_json():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "d.json"
            path.write_text("{")
            run = check([path], "--format", "json")
            faults = json.loads(run.stdout)
            assert faults[0]["severity"] == "error" and faults[0]["line"] == 1

    def usage():
        for words in (["check"], ["snapshot"], ["query"], ["snapshot", "--size", "20y5"], ["snapshott"],
                      ["snapshot", "--nonsense"], ["snapshot", "-p", "http://127.0.0.1:1"], ["status", "nosuchsystem"],
                      ["snapshot", "-p", "ftp://x", "-d", str(ROOT / "systems/polln/dashboard.json")],
                      ["snapshot", "-p", "http://127.0.0.1:1", "-d", str(ROOT / "systems/polln/dashboard.json"),
                       "--view", "nothing"]):
            run = subprocess.run([skep, *words], capture_output=True, timeout=60, env=environment())
            assert run.returncode == 2 and run.stderr and not run.stdout, (words, run)
        run = subprocess.run([skep, "snapshot", "--help"], capture_output=True, timeout=60, env=environment())
        assert run.returncode == 0 and b"--size" in run.stdout

    def manual():
        """doc/skep.1 knows every command and option of the program, and no other."""
        def help_of(*words):
            return subprocess.run([skep, *words, "--help"], capture_output=True, timeout=60, env=environment(),
                                  text=True, check=True).stdout
        page = (ROOT / "doc/skep.1").read_text()
        commands = set(re.findall(r"^  ([a-z]+) ", help_of(), re.M))
        described = set(re.findall(r"^\.It Cm ([a-z]+)$", page, re.M))
        assert commands and commands == described, commands ^ described
        options = {"help": "h"}
        for command in commands:
            found = re.findall(r"^  (?:-(\w), )?--([\w-]+)", help_of(command), re.M)
            assert len(found) >= 2, command
            options.update({name: letter for letter, name in found})
        written = {}
        for line in re.findall(r"^\.It Fl .*$", page, re.M):
            written.update({name: letter for letter, name in re.findall(r"Fl (?:(\w) , )?-([\w-]+)", line)})
        assert options == written, set(options.items()) ^ set(written.items())

    def manual_of_systems():
        """doc/skep-system.5 knows every type of collector and every key of it, in the program's own words."""
        done = subprocess.run([sys.executable, str(ROOT / "tests/write-manual"), skep, "--check"], timeout=60,
                              env=environment(), capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    for test in (manual, manual_of_systems, shipped, public, truncated, nested, types, duplicates, long_strings, escapes, other_files, rules,
                 public_rules, as_json, usage):
        yield f"check {test.__name__}", test
