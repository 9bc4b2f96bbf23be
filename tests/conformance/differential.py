#!/usr/bin/env python3
"""differential.py [--random N] [--only-random] PROMQL-ANSWERS SKEP-COLONY [SEED]

Asks a real Prometheus 2.42 and the embedded engine the same questions over the
same samples, at moments and over ranges, and compares: values to 1e-6, labels,
kinds, order where it is defined, errors where Prometheus errs. The questions
are those of differential_questions.py and N random ones, which follow from the
seed as the samples do. Prints each difference and, last, `N expressions, N
comparisons, N failed`."""
import argparse
import collections
import json
import math
import os
import re
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
import differential_random  # noqa: E402
from servers import Servers, free_port  # noqa: E402

# What is left of a sum that cancels out depends on the order of adding; the figures are of the size of 1 and more.
RELATIVE, ABSOLUTE = 1e-6, 1e-12
ORDERED = ("topk(", "bottomk(")
SORTED = ("sort(", "sort_desc(")
RANKED = ("topk", "bottomk")
# Which of -0 and 0 these take depends on the order of series as well.
EXTREMES = re.compile(r"\b(max|min|topk|bottomk|quantile)\b")
# Even at a moment these come from a hash map: histograms, and what a subquery computes.
UNORDERED = re.compile(r"histogram_quantile|\[\w+:")
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
    def __init__(self, program, path, *options):
        self.process = subprocess.Popen([program, "--range", "closed", *options, path], stdin=subprocess.PIPE,
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


def same_value(a, b, signs=False):
    x, y = float(a), float(b)
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    if math.isinf(x) or math.isinf(y):
        return x == y
    if x == 0 and y == 0 and signs:
        return math.copysign(1, x) == math.copysign(1, y)
    return abs(x - y) <= max(ABSOLUTE, RELATIVE * max(abs(x), abs(y)))


def same_points(a, b, signs):
    return len(a) == len(b) and all(abs(x[0] - y[0]) < 1e-6 and same_value(x[1], y[1], signs) for x, y in zip(a, b))


def key(item):
    return tuple(sorted(item["metric"].items()))


def by_step(result):
    """The values of each step, whose series are not told apart."""
    steps = collections.defaultdict(list)
    for series in result:
        for time, value in series["values"] if "values" in series else [series["value"]]:
            steps[time].append(value)
    return {time: sorted(values, key=lambda value: (value == "NaN", float(value))) for time, values in steps.items()}


def compare_ranked(theirs, ours):
    """Which of equal values stay is open where the order of series is, as in a range; what values do is not."""
    a, b = by_step(theirs), by_step(ours)
    if a.keys() != b.keys():
        return f"steps differ: {sorted(a.keys() ^ b.keys())[:3]}"
    for time, values in a.items():
        if len(values) != len(b[time]) or not all(map(same_value, values, b[time])):
            return f"at {time}: {values[:3]} {b[time][:3]}"
    return None


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
    if expression.startswith(RANKED) and (step or UNORDERED.search(expression)):
        return compare_ranked(a, b)
    if [key(i) for i in a] != [key(i) for i in b]:
        if sorted(map(key, a)) != sorted(map(key, b)):
            only = set(map(key, a)) ^ set(map(key, b))
            return f"{len(a)} series against {len(b)}; differ in {sorted(only)[:3]}"
        # Sorting leaves the order of equal values open.
        if expression.startswith(SORTED) and not step:
            if not all(same_value(x["value"][1], y["value"][1]) for x, y in zip(a, b)):
                return "other order"
        # Range answers are sorted by their labels; instant ones only where the expression sorts.
        if step or expression.startswith(ORDERED):
            return "other order"
        a, b = sorted(a, key=key), sorted(b, key=key)
    signs = not EXTREMES.search(expression)
    for x, y in zip(a, b):
        points = (x["values"], y["values"]) if "values" in x else ([x["value"]], [y["value"]])
        if not same_points(*points, signs):
            different = [(p, q) for p, q in zip(*points) if not same_points([p], [q], signs)]
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


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__.splitlines()[0])
    parser.add_argument("answers")
    parser.add_argument("colony")
    parser.add_argument("seed", type=int, nargs="?", default=20261122)
    parser.add_argument("--random", type=int, default=600, metavar="N")
    parser.add_argument("--only-random", action="store_true")
    return parser.parse_args()


def all_questions(options):
    """(expression, times) of each."""
    if not options.only_random:
        dashboard = HERE.parent.parent / "systems/polln/dashboard.json"
        for expression in differential_questions.questions(dashboard):
            yield expression, MOMENTS + SPANS
    yield from differential_random.questions(options.seed, options.random)


class Tally:
    """What was asked, how much of it was answered with something, and what differed."""

    def __init__(self):
        self.expressions = set()
        self.comparisons = self.failed = self.refused = self.empty = 0

    def ask(self, expression, times, theirs, ours):
        wrong = []
        self.expressions.add(expression)
        for start, end, step in times:
            self.comparisons += 1
            answer = theirs.ask(expression, start, end, step)
            self.refused += answer["status"] == "error"
            self.empty += answer["status"] == "success" and not answer["data"]["result"]
            difference = compare(expression, answer, ours.ask(expression, start, end, step), step)
            if difference:
                wrong.append(f"  {start}..{end} step {step}: {difference}")
        if wrong:
            self.failed += 1
            print(f"FAILED {expression[:300]}")
            print("\n".join(wrong[:3]))


def main():
    options = arguments()
    tally = Tally()
    with Servers() as servers:
        om = servers.folder / "data.om"
        samples = differential_data.write(om, options.seed) + colony_history(options.colony, om)
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", om, servers.folder / "data"],
                       check=True, stdout=subprocess.DEVNULL)
        config = servers.folder / "empty.yml"
        config.write_text("")
        port = free_port()
        servers.start("prometheus", ["prometheus", f"--config.file={config}",
                                     f"--storage.tsdb.path={servers.folder}/data",
                                     "--storage.tsdb.retention.time=100y", f"--web.listen-address=127.0.0.1:{port}",
                                     "--log.level=error"], f"http://127.0.0.1:{port}/-/ready")
        theirs, ours = Prometheus(port), Ours(options.answers, om)
        for expression, times in all_questions(options):
            tally.ask(expression, times, theirs, ours)
        status = ours.close()
    print(f"seed {options.seed}, {samples} samples, {tally.refused} answers errors and {tally.empty} empty: "
          f"{len(tally.expressions)} expressions, {tally.comparisons} comparisons, {tally.failed} failed")
    if status:
        print(f"promql-answers ended with {status}")
    if os.environ.get("CI") and len(tally.expressions) < 400:
        print("too few expressions")
        return 1
    return 1 if tally.failed or status or tally.comparisons < 400 else 0


if __name__ == "__main__":
    sys.exit(main())
