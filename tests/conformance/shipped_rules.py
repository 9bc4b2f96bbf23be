#!/usr/bin/env python3
"""shipped_rules.py [SKEP]

The rule files that skep ships are what promtool accepts, and each rule has a
test that sees it quiet in health, quiet while its `for` is not over, and
raised; promtool passes all of them. With SKEP (the program) that reads and
passes them too, and so do its own checks. With the public facts at hand
($SKEP_SHARED) the first groups of POLLN's rules are compared with them, to the
letter."""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAIRS = {("critical", "p0"), ("critical", "p1"), ("high", "p2"), ("warning", "p2"), ("warning", "p3"), ("info", "p3")}


def run(*command):
    """Its output when it goes wrong; None when all is well."""
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, check=False)
    return None if result.returncode == 0 else result.stdout + result.stderr


def rules_of(path):
    """Name, labels and `for` of each rule, by the manner these files are written in."""
    found = []
    for block in re.split(r"^ +- alert: ", path.read_text(), flags=re.M)[1:]:
        labels = re.search(r"^ +labels: \{ severity: (\w+), tier: (\w+) \}$", block, re.M)
        waits = re.search(r"^ +for: ", block, re.M) is not None
        found.append((block.split("\n")[0], labels and labels.groups(), waits))
    return found


def tests_of(path):
    """How often each rule is seen quiet, and raised. A test is named "RULE" or "RULE, words"."""
    seen = {}
    for block in re.split(r"^  - name: ", path.read_text(), flags=re.M)[1:]:
        name = re.split(r"[,\n]", block)[0]
        quiet, raised = seen.get(name, (0, 0))
        seen[name] = (quiet + block.count("exp_alerts: []"), raised + block.count("exp_labels: "))
    return seen


def check_words(rules, tests):
    wrong = []
    seen = tests_of(tests)
    for name, labels, waits in rules_of(rules):
        quiet, raised = seen.pop(name, (0, 0))
        if labels not in PAIRS:
            wrong.append(f"{rules}: {name} has the labels {labels}")
        if quiet < 1 + waits or raised < 1:
            wrong.append(f"{tests}: {name} is tested {quiet} times quiet, {raised} times raised")
    return wrong + [f"{tests}: no rule is called {name}" for name in seen]


def facts():
    """The rows of the facts' table: group, interval, name, expression, for, severity, tier, runbook."""
    path = Path(os.environ.get("SKEP_SHARED", ROOT.parent / "shared")) / "facts" / "polln-alerts.md"
    lines = path.read_text().splitlines() if path.exists() else []
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if line.startswith("| ")]
    return [row[:8] for row in rows if len(row) == 9 and row[1] in ("30s", "1m")]


def as_facts(path):
    """The rules of a file, in the form of those rows."""
    rows = []
    for group in re.split(r"^  - name: ", path.read_text(), flags=re.M)[1:]:
        interval = re.search(r"^    interval: (\w+)$", group, re.M).group(1)
        for block in re.split(r"^ +- alert: ", group, flags=re.M)[1:]:
            runbook = re.search(r"runbook_url: https://runbooks\.example\.com/(\S+)", block)
            rows.append([group.split("\n")[0], interval, block.split("\n")[0],
                         "`" + re.search(r"^ +expr: (.*)$", block, re.M).group(1) + "`",
                         re.search(r"^ +for: (\w+)$", block, re.M).group(1),
                         *re.search(r"severity: (\w+), tier: (\w+)", block).groups(),
                         runbook.group(1) if runbook else "-"])
    return rows


def check_facts():
    known = facts()
    if not known:
        if os.environ.get("CI") == "true":
            return ["the public facts ($SKEP_SHARED/facts/polln-alerts.md) are not there"]
        print("the public facts are not there: POLLN's rules are not compared with them")
        return []
    shipped = as_facts(ROOT / "systems" / "polln" / "rules.yaml")[:len(known)]
    if len(shipped) < len(known):
        return [f"POLLN has {len(known)} rules of its own, {len(shipped)} are here"]
    return [f"POLLN's {ours[2]} is {ours}, not {theirs}" for ours, theirs in zip(shipped, known) if ours != theirs]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else None
    wrong, count = [], 0
    files = sorted(ROOT.glob("systems/*/rules.yaml"))
    for rules in files:
        tests = rules.with_name("rules_test.yaml")
        commands = [("promtool", "check", "rules", rules), ("promtool", "test", "rules", tests)]
        if program:
            commands += [(program, "rules", "test", tests), (program, "check", rules)]
        count += len(rules_of(rules))
        wrong += check_words(rules, tests)
        wrong += [f"{' '.join(map(str, command))}:\n{said}" for command in commands if (said := run(*command))]
    wrong += check_facts()
    for text in wrong:
        print(f"FAILED: {text}")
    print(f"{count} rules in {len(files)} files, {len(wrong)} faults")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
