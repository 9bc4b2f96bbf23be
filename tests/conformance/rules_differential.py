#!/usr/bin/env python3
"""rules_differential.py [--seed N] [--only WORD] SKEP RULE-STATES

Compares skep's rules with those of the real promtool, in both directions.

First, over scripted samples: for each file of rules (POLLN's, DRYAD's, one of
corners, and the public ones in $SKEP_SHARED/data/rules where that is set)
series are made up that the rules ask for, whose values wander over and under
the rules' numbers, flap, vanish and come back. rule-states evaluates the rules
over them and says what came out at every evaluation: firing alerts with labels
and annotations, ALERTS, ALERTS_FOR_STATE, the values of the expressions.
promtool must find all of it to be so; and when one expectation is made wrong,
must find that too.
Rules that never came up make it fail: nothing would have been compared.

Second, files of rule tests, right and wrong ones (rule_tests/), on which `skep
rules test` must give promtool's verdict."""
import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROMTOOL = ["promtool", "test", "rules"]
BUCKETS = ["0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "60", "+Inf"]
INSTANCES = 3

# What is compared: name, files of rules, interval in s, evaluations, a seed by which most comes up, and the shares of
# the alerts that must come up and fire.
SETS = [
    ("polln", ["systems/polln/rules.yaml"], 30, 121, 19, 0.95, 0.95),
    ("corners", ["tests/conformance/rules_corners.yaml"], 30, 181, 1, 1, 1),
    ("dryad", ["systems/dryad/rules.yaml"], 30, 121, 1, 0.9, 0.85),
]
SHARED = ("shared", 60, 151, 4, 0.85, 0.75)


def fail(text):
    print(f"rules_differential: {text}", file=sys.stderr)
    sys.exit(1)


def run(command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300)


# ---- the series ----

def sample_of(pattern):
    """Texts that match a regex of the simple kind that rules have."""
    found = []
    for word in re.sub(r"[()]", "", pattern).split("|"):
        text = re.sub(r"\[0-9\]|\\d", "1", word).replace("\\.", ".")
        text = re.sub(r"\.[+*]", "x", text).replace("..", "00").replace("?", "").strip("^$")
        if re.fullmatch(pattern, text):
            found.append(text)
    return found or ["x"]


class Metric:
    def __init__(self, name):
        self.name = name
        self.selectors = []  # matchers, and the labels that the rule's other selectors ask for
        self.numbers = set()
        self.labels = set()
        self.wait = 0  # the longest `for` of a rule that asks for it
        self.counter = bool(re.search(r"_(total|count|sum|bucket)$", name))

    def label_sets(self):
        """For each selector some series that it takes. All rules' series of one index go together; those of an even
        index are in one group but for their instance."""
        made = {}
        for matchers, others in self.selectors:
            for index in range(INSTANCES):
                labels = {label: f"{label}{index % 2}" for label in self.labels}
                labels |= others | {"instance": f"instance{index}"}
                for label, operation, value in matchers:
                    if label == "__name__":
                        continue
                    if operation == "=":
                        labels[label] = value
                    elif operation == "=~":
                        words = sample_of(value)
                        labels[label] = words[index % len(words)]
                    else:
                        labels.setdefault(label, f"{label}{index % 2}")
                labels = {label: value for label, value in labels.items() if value}
                made[tuple(sorted(labels.items()))] = labels
        return list(made.values())


def metrics_of(rules):
    metrics = {}
    made = {rule["name"] for rule in rules if rule["kind"] == "record"} | {"ALERTS", "ALERTS_FOR_STATE", ""}
    for rule in rules:
        used = set(rule["labels"]) | set(re.findall(r"\$labels\.(\w+)", " ".join(rule["texts"])))
        others = {label: value for selector in rule["selectors"] for label, operation, value in selector["matchers"]
                  if operation == "=" and label == "job"}
        for selector in rule["selectors"]:
            name = selector["metric"]
            if name in made:
                continue
            metric = metrics.setdefault(name, Metric(name))
            if (selector["matchers"], others) not in metric.selectors:
                metric.selectors.append((selector["matchers"], others))
            metric.numbers |= {number for number in rule["numbers"] if abs(number) < 1e12}
            metric.labels |= used - {"le", "alertname"}
            metric.counter |= name in rule["rates"]
            metric.wait = max(metric.wait, rule["for"])
    return metrics


class Wander:
    """A level that stays for a while, flaps, varies, or is not there."""

    def __init__(self, chance, levels, longest):
        self.chance, self.levels, self.longest = chance, levels, longest
        self.left = 0
        self.begin()

    def begin(self):
        self.kind = self.chance.choices(["constant", "noisy", "flapping", "gone", "stale"], [5, 4, 2, 1, 1])[0]
        self.left = self.chance.randint(2, self.longest if self.kind in ("constant", "noisy") else 6)
        self.level, self.other = self.choose(), self.choose()

    def choose(self):
        return self.chance.choice(self.levels[:3] if self.chance.random() < 0.4 else self.levels)

    def next(self):
        """A level, None for nothing there, or "stale"."""
        if not self.left:
            self.begin()
        self.left -= 1
        if self.kind == "gone":
            return None
        if self.kind == "stale":
            self.kind = "gone"
            return "stale"
        if self.kind == "flapping":
            self.level, self.other = self.other, self.level
        if self.kind == "noisy":
            return self.level * (1 + self.chance.randint(-20, 20) / 512)
        return self.level


def text_of(value):
    return value if isinstance(value, str) else "_" if value is None else repr(value)


def levels_of(metric):
    levels = [0, 0, 1] if not metric.counter else [0, 0, 0.25, 5]
    for number in sorted(metric.numbers):
        levels += [number * 0.5, number * 1.5] if metric.counter else [number, number * 0.5, number * 1.5, number + 1]
    if not metric.counter and re.search(r"timestamp|time_seconds|not_?after|expiry", metric.name):
        levels = [-30000, -4000, 0, 1800, 5000, 90000]
    elif not metric.counter and "_bytes" in metric.name:
        levels = [20 * 2.0 ** 30, 2.0 ** 30, 2.0 ** 20] + levels
    return levels


def columns_of(metric, count, chance, levels, longest):
    """Levels for each series: for the first half of the time all move together, then each for itself."""
    shared = Wander(chance, levels, longest)
    together = [shared.next() for _ in range(count // 2)]
    for labels in metric.label_sets():
        own = Wander(chance, levels, longest)
        yield labels, together + [own.next() for _ in range(count - count // 2)]


def series_of(metric, chance, interval, count):
    """Series and their values."""
    longest = max(12, 7 * metric.wait // interval // 4)
    if metric.name.endswith("_bucket"):
        yield from histogram_of(metric, chance, count, longest)
        return
    for labels, levels in columns_of(metric, count, chance, levels_of(metric), longest):
        total, values = 0.0, []
        for level in levels:
            if metric.counter and isinstance(level, (int, float)):
                total = total + abs(level) * interval * 1041 / 1024 if chance.random() > 0.01 else 0.0
                level = total
            values.append(text_of(level))
        yield name_of(metric, labels), " ".join(values)


def histogram_of(metric, chance, count, longest):
    for labels, levels in columns_of(metric, count, chance, list(range(len(BUCKETS) - 1)), longest):
        totals, columns = [0] * len(BUCKETS), [[] for _ in BUCKETS]
        for level in levels:
            for at in range(len(BUCKETS)):
                there = isinstance(level, (int, float))
                totals[at] += 30 if there and at >= round(level) else 0
                columns[at].append(text_of(totals[at] if there else level))
        for at, le in enumerate(BUCKETS):
            yield name_of(metric, labels | {"le": le}), " ".join(columns[at])


def name_of(metric, labels):
    inside = ",".join(f"{label}={json.dumps(value)}" for label, value in sorted(labels.items()))
    return f"{metric.name}{{{inside}}}"


# ---- comparing ----

def plain_rules(path):
    """A rule file as Prometheus reads it: out of a PrometheusRule what is below `spec:`."""
    text = path.read_text()
    if "kind: PrometheusRule" not in text:
        return text
    body = text.split("\nspec:\n", 1)[1]
    return re.sub(r"(?m)^  ", "", body)


class Comparison:
    def __init__(self, arguments, folder, name, files, interval, count, seed):
        self.arguments, self.folder, self.name = arguments, folder, name
        self.interval, self.count, self.seed = interval, count, seed
        self.rules = []
        for path in files:
            copy = folder / f"{name}-{path.name}"
            copy.write_text(plain_rules(path))
            self.rules.append(copy)

    def head(self):
        names = "".join(f"- {json.dumps(path.name)}\n" for path in self.rules)
        # What is not named is evaluated in the order of a hash map.
        groups = dict.fromkeys(name.strip("\"'") for path in self.rules
                               for name in re.findall(r"(?m)^ *- name: *(.*?) *$", path.read_text()))
        order = "".join(f"- {json.dumps(name)}\n" for name in groups)
        return (f"rule_files:\n{names}group_eval_order:\n{order}"
                f"evaluation_interval: {self.interval}s\ntests:\n"
                f"- interval: {self.interval}s\n  external_labels: {{region: north}}\n"
                f"  external_url: http://prometheus.example\n")

    def describe(self):
        path = self.folder / f"{self.name}-described.yaml"
        path.write_text(self.head())
        answer = run([self.arguments.states, "describe", path])
        if answer.returncode:
            fail(f"{self.name}: {answer.stderr}")
        return [json.loads(line) for line in answer.stdout.splitlines()]

    def input(self, rules):
        lines = ["  input_series:\n"]
        for _, metric in sorted(metrics_of(rules).items()):
            # of its own: a metric more does not change what the others do
            chance = random.Random(f"{self.name} {metric.name} {self.arguments.seed or self.seed}")
            for series, values in series_of(metric, chance, self.interval, self.count):
                lines.append(f"  - series: {json.dumps(series)}\n    values: {json.dumps(values)}\n")
        return "".join(lines)

    def compare(self, least_pending, least_firing):
        rules = self.describe()
        path, report = self.folder / f"{self.name}.yaml", self.folder / f"{self.name}.report"
        head = self.head() + self.input(rules)
        path.write_text(head)
        answer = run([self.arguments.states, "states", path, (self.count - 1) * self.interval, report])
        if answer.returncode:
            fail(f"{self.name}: {answer.stderr}")
        path.write_text(head + answer.stdout)
        told = [json.loads(line) for line in report.read_text().splitlines()]
        self.verdict(path)
        self.spoil(path, head, answer.stdout)
        self.judge(told, answer.stdout, least_pending, least_firing)

    def promtool(self, path):
        answer = run(PROMTOOL + [path])
        return answer.returncode == 0, answer.stdout + answer.stderr

    def verdict(self, path):
        good, said = self.promtool(path)
        if not good:
            kept = Path(tempfile.gettempdir()) / f"rules_differential-{path.name}"
            kept.write_bytes(path.read_bytes())
            fail(f"{self.name}: promtool says FAILED of {kept}\n" + "\n".join(said.splitlines()[:60]))

    def spoil(self, path, head, text):
        """One expectation of each kind made wrong: each must be found, and nothing else."""
        changes = ((r"exp_annotations: \{\w+: \"", lambda m: m[0] + "not "),
                   (r"exp_labels: \{", lambda m: m[0] + 'wrong: "1", '),
                   (r"- labels: \"ALERTS_FOR_STATE[^\n]*\n      value: ", lambda m: m[0] + "1"),
                   (r"- labels: \"ALERTS\{[^\n]*firing", lambda m: m[0].replace("firing", "pending")))
        for at, (pattern, change) in enumerate(changes, 1):
            found = list(re.finditer(pattern, text))
            if not found:
                fail(f"{self.name}: nothing matches {pattern}: there is nothing to be compared")
            match = found[len(found) * at // 5]
            text = text[:match.start()] + change(match) + text[match.end():]
        path.write_text(head + text)
        good, said = self.promtool(path)
        differences = len(re.findall(r"(?m)^    (?:alertname|expr): ", said))
        if good or differences != len(changes):
            fail(f"{self.name}: {len(changes)} expectations were made wrong, promtool tells of {differences}")

    def judge(self, told, text, least_pending, least_firing):
        total = len(told)
        pending = sum(1 for rule in told if rule["pending"] or rule["firing"])
        firing = sum(1 for rule in told if rule["firing"])
        resolved = sum(1 for rule in told if rule["resolved"])
        print(f"{self.name}: {total} alerts at {self.count} evaluations: {pending} came up, {firing} fired, "
              f"{resolved} resolved; {text.count('exp_labels:')} firing alerts and {text.count('- labels:')} samples "
              f"compared")
        for rule in told:
            if not rule["firing"]:
                print(f"  never fired: {rule['name']}{'' if rule['pending'] else ' (nor pending)'}")
        if pending < least_pending * total or firing < least_firing * total:
            fail(f"{self.name}: too few alerts came up for a comparison")


def compare_states(arguments, folder):
    sets = [(name, [ROOT / path for path in paths], *rest) for name, paths, *rest in SETS]
    shared = os.environ.get("SKEP_SHARED")
    if shared:
        sets.append((SHARED[0], sorted(Path(shared).glob("data/rules/*.yaml")), *SHARED[1:]))
    elif os.environ.get("CI") == "true":
        fail("the public rule files ($SKEP_SHARED/data/rules) are not there")
    else:
        print("the public rule files ($SKEP_SHARED/data/rules) are not there: not compared")
    wanted = [one for one in sets if not arguments.only or arguments.only in one[0]]
    if not wanted:
        fail(f"no set has '{arguments.only}' in its name: {', '.join(one[0] for one in sets)}")
    for name, files, interval, count, seed, least_pending, least_firing in wanted:
        comparison = Comparison(arguments, folder, name, files, interval, count, seed)
        comparison.compare(least_pending, least_firing)


def verdicts(command, files):
    """{name: succeeded} of a program that prints as promtool does."""
    answer = subprocess.run([str(word) for word in command + files], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, timeout=300)
    found = {}
    for part in answer.stdout.split("Unit Testing:  ")[1:]:
        name, said = part.split("\n", 1)
        found[Path(name).name] = "\n  SUCCESS" in f"\n{said}" and "FAILED:" not in said
    if answer.returncode != (0 if all(found.values()) else 1):
        fail(f"{command}: ended with {answer.returncode}")
    return found, answer.stdout


def compare_verdicts(arguments):
    """Files whose names begin with right_ are to succeed, the others to fail: of both."""
    files = sorted((HERE / "rule_tests").glob("*.yaml"))
    if len(files) < 70:
        fail("fewer than 70 files of rule tests were found")
    theirs, _ = verdicts(PROMTOOL, files)
    ours, said = verdicts([arguments.skep, "rules", "test"], files)
    wrong = 0
    for path in files:
        is_right = path.name.startswith("right_")
        if theirs.get(path.name) != is_right or ours.get(path.name) != is_right:
            wrong += 1
            print(f"{path.name}: promtool {theirs.get(path.name)}, skep {ours.get(path.name)}")
    print(f"{len(files)} files of rule tests, {wrong} with a wrong verdict")
    if wrong:
        print(said)
        sys.exit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0, help="another script than the usual one")
    parser.add_argument("--only", metavar="WORD", help="only sets with this in their name, or 'verdicts'")
    parser.add_argument("skep")
    parser.add_argument("states")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="skep-rules-") as folder:
        if arguments.only != "verdicts":
            compare_states(arguments, Path(folder))
    if not arguments.only or arguments.only == "verdicts":
        compare_verdicts(arguments)


if __name__ == "__main__":
    main()
