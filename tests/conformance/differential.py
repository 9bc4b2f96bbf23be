#!/usr/bin/env python3
"""differential.py PROMQL-ANSWERS SKEP-COLONY [SEED]

Asks a real Prometheus 2.42 and the embedded engine the same questions over the
same samples, at moments and over ranges, and compares: values to 1e-6, labels,
kinds, order where it is defined, errors where Prometheus errs. Prints each
difference and, last, `N expressions, N comparisons, N failed`."""
import json
import math
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "e2e"))
import differential_data  # noqa: E402
import differential_questions  # noqa: E402
from servers import Servers, free_port  # noqa: E402

# What is left of a sum that cancels out depends on the order of adding; the figures are of the size of 1 and more.
RELATIVE, ABSOLUTE = 1e-6, 1e-12
ORDERED = ("sort(", "sort_desc(", "topk(", "bottomk(")
# (start, end, step) in seconds; step 0 is a moment.
MOMENTS = [(0, 0, 0), (3600, 3600, 0), (3007.5, 3007.5, 0), (7200, 7200, 0), (7390, 7390, 0), (8000, 8000, 0)]
SPANS = [(0, 7200, 60), (1234.567, 5000, 37), (7000, 7600, 15)]


class Prometheus:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}/api/v1/"

    def ask(self, expression, start, end, step):
        form = {"query": expression}
        if step:
            form |= {"start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:.3f}"}
        else:
            form |= {"time": f"{end:.3f}"}
        url = self.base + ("query_range" if step else "query")
        try:
            with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode()) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)


class Ours:
    def __init__(self, program, path):
        self.process = subprocess.Popen([program, "--range", "closed", path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ask(self, expression, start, end, step):
        line = f"{round(start * 1000)} {round(end * 1000)} {round(step * 1000)} {expression}\n"
        self.process.stdin.write(line)
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"promql-answers ended at: {line}")
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        return self.process.wait(timeout=60)


def same_value(a, b):
    x, y = float(a), float(b)
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    if math.isinf(x) or math.isinf(y):
        return x == y
    return abs(x - y) <= max(ABSOLUTE, RELATIVE * max(abs(x), abs(y)))


def same_points(a, b):
    return len(a) == len(b) and all(abs(x[0] - y[0]) < 1e-6 and same_value(x[1], y[1]) for x, y in zip(a, b))


def key(item):
    return tuple(sorted(item["metric"].items()))


def compare(expression, theirs, ours, step):
    """None, or what differs."""
    if theirs["status"] != ours["status"]:
        return f"theirs {theirs['status']} ({theirs.get('error', '')}), ours {ours['status']} ({ours.get('error', '')})"
    if theirs["status"] == "error":
        return None
    left, right = theirs["data"], ours["data"]
    if left["resultType"] != right["resultType"]:
        return f"theirs is a {left['resultType']}, ours a {right['resultType']}"
    if left["resultType"] == "string":
        return None if left["result"][1] == right["result"][1] else "other strings"
    if left["resultType"] == "scalar":
        return None if same_value(left["result"][1], right["result"][1]) else f"{left['result']} {right['result']}"
    a, b = left["result"], right["result"]
    if [key(i) for i in a] != [key(i) for i in b]:
        if sorted(map(key, a)) != sorted(map(key, b)):
            only = set(map(key, a)) ^ set(map(key, b))
            return f"{len(a)} series against {len(b)}; differ in {sorted(only)[:3]}"
        # Range answers are sorted by their labels; instant ones only where the expression sorts.
        if step or expression.startswith(ORDERED):
            return "other order"
        a, b = sorted(a, key=key), sorted(b, key=key)
    for x, y in zip(a, b):
        points = (x["values"], y["values"]) if "values" in x else ([x["value"]], [y["value"]])
        if not same_points(*points):
            different = [(p, q) for p, q in zip(*points) if not same_points([p], [q])]
            return f"{x['metric']}: {different[:2] or [len(p) for p in points]}"
    return None


def colony_history(program, path):
    """Two hours of the simulated colony, with a fault in them, appended to the data."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "history", "--raw", "--until", "2026-01-01T00:00:00Z", "--fault", "error-burst",
                        "--fault-age", "40m", folder], check=True)
        lines = (Path(folder) / "raw.om").read_text().splitlines()
    end = 1767225600  # 2026-01-01
    kept = []
    for line in lines:
        if line.startswith("#"):
            continue
        text, time = line.rsplit(" ", 1)
        if float(time) >= end - differential_data.END:
            kept.append(f"{text} {float(time) - (end - differential_data.END):.3f}")
    body = path.read_text().removesuffix("# EOF\n")
    path.write_text(body + "\n".join(kept) + "\n# EOF\n")
    return len(kept)


def main():
    answers, colony = sys.argv[1], sys.argv[2]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20261122
    expressions = differential_questions.questions(HERE.parent.parent / "systems/polln/dashboard.json")
    comparisons = failed = 0
    with Servers() as servers:
        om = servers.folder / "data.om"
        samples = differential_data.write(om, seed) + colony_history(colony, om)
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", om, servers.folder / "data"],
                       check=True, stdout=subprocess.DEVNULL)
        config = servers.folder / "empty.yml"
        config.write_text("")
        port = free_port()
        servers.start("prometheus", ["prometheus", f"--config.file={config}",
                                     f"--storage.tsdb.path={servers.folder}/data",
                                     "--storage.tsdb.retention.time=100y", f"--web.listen-address=127.0.0.1:{port}",
                                     "--log.level=error"], f"http://127.0.0.1:{port}/-/ready")
        theirs, ours = Prometheus(port), Ours(answers, om)
        for expression in expressions:
            wrong = []
            for start, end, step in MOMENTS + SPANS:
                comparisons += 1
                difference = compare(expression, theirs.ask(expression, start, end, step),
                                     ours.ask(expression, start, end, step), step)
                if difference:
                    wrong.append(f"  {start}..{end} step {step}: {difference}")
            if wrong:
                failed += 1
                print(f"FAILED {expression}")
                print("\n".join(wrong[:3]))
        status = ours.close()
    print(f"seed {seed}, {samples} samples: {len(expressions)} expressions, {comparisons} comparisons, {failed} failed")
    if status:
        print(f"promql-answers ended with {status}")
    if os.environ.get("CI") and len(expressions) < 400:
        print("too few expressions")
        return 1
    return 1 if failed or status or comparisons < 400 else 0


sys.exit(main())
