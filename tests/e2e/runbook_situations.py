#!/usr/bin/env python3
"""runbook_situations.py SKEP NAME...: a fault in the demo, its alert, `r`, the
runbook's steps with what must be typed, and the proof that they mended it: as a
person does it, in a terminal, with the keys counted. Prints a row a situation
(`keys` are those pressed up to the run's end, `typed` the letters of what a
prompt asked for); without a name, what there is."""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from runbook_situations_table import TABLE
from servers import environment, wait_until
from terminal import Terminal

KEYS_MOST = 12
SETTLED_S = 1.2  # what changed less than a second ago is not acted on
STEP_S = 60
IDLE_S = 300  # after which the first key only wakes the console
VERBOSE = "SKEP_SITUATIONS_VERBOSE" in os.environ
STATES = "○✓✗–…"


class Person:
    """At a console of 200x50. Keys are counted, and apart from them the letters of words that were asked for."""

    def __init__(self, command, **env):
        self.terminal = Terminal(command, 200, 50, **env)
        self.keys, self.letters = 0, 0
        self.last = time.monotonic()

    def press(self, key, settle=0.3):
        idle_s = time.monotonic() - self.last
        if idle_s > IDLE_S - 5:
            self.wake(key, IDLE_S + 5 - idle_s)
        self.last = time.monotonic()
        self.keys += 1
        if VERBOSE:
            print(f"  key {self.keys}: {key!r}", file=sys.stderr, flush=True)
        self.terminal.send(key, settle)

    def wake(self, key, seconds):
        """A key more, surely past the time after which it does nothing else."""
        self.terminal.read(max(seconds, 0))
        self.keys += 1
        self.terminal.send(key)
        self.wait("awake: press the key again")

    def act(self, key):
        """A key that acts on what stands under the focus: somebody looks at it first."""
        self.terminal.read(SETTLED_S)
        self.press(key)

    def answer(self, words):
        self.letters += len(words) + 1
        self.terminal.send(words, 0.2)
        self.terminal.send("\r", 0.3)

    def lines(self):
        return self.terminal.text().split("\n")

    def wait(self, *texts, **more):
        return self.terminal.wait(*texts, **more)

    def until(self, condition, what, seconds):
        end = time.monotonic() + seconds
        while True:
            self.terminal.read(0.2)
            result = condition()
            if result:
                return result
            assert self.terminal.alive(), f"the program ended:\n{self.terminal.text()}"
            assert time.monotonic() < end, f"not within {seconds} s: {what}\n{self.terminal.text()}"


class Page:
    """The runbook as it stands on the screen."""

    def __init__(self, person):
        self.person = person

    def focus(self):
        """Id of the step with the focus, or None."""
        for line in self.person.lines():
            found = re.match(rf"│▸ *[{STATES}] (\d+\.\d+) ", line)
            if found:
                return found.group(1)
        return None

    def state(self, step):
        for line in self.person.lines():
            found = re.match(rf"│[▸ ] *([{STATES}]) {re.escape(step)} ", line)
            if found:
                return found.group(1)
        return None

    def checks(self):
        """What is live: sign (✓ ✗ … ?), name without the step it is of, and what is said of it, beside the name or in a
        row under it. Figures have no sign."""
        lines = self.person.lines()
        top, left = next((y, line.index("╭ Live")) for y, line in enumerate(lines) if "╭ Live" in line)
        rows = []
        for line in lines[top + 1:]:
            if line[left:left + 1] in "╰├":
                break
            text = line[left + 1:].rstrip("│ ")
            found = re.match(r" (\S) (?:\d+\.\d+ )?(\S.*?)(?:  +(.*))?$", text)
            if found:
                rows.append((found[1], found[2], found[3] or ""))
            elif rows and not rows[-1][2] and text.startswith("   "):
                rows[-1] = (*rows[-1][:2], text.strip())
        return rows

    def go_to(self, step):
        for _ in range(KEYS_MOST):
            if self.focus() == step:
                return
            self.person.press("\t")
        raise AssertionError(f"step {step} is not to be found\n{self.person.terminal.text()}")


class Demo:
    """Where a demo that was started keeps its things, and what its simulation says."""

    def __init__(self, folder):
        def state_file():
            """the demo has written its system file"""
            self.system_file = next(folder.glob("skep-demo.*/system.yaml"), None)
            return self.system_file and re.search(r"SKEP_(?:COLONY|DRYAD): \"([^\"]+)", self.system_file.read_text())

        state = wait_until(state_file, seconds=90)
        self.control = json.loads(Path(state.group(1)).read_text())["control"]

    def active(self):
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(20)
            one.connect(self.control)
            one.sendall(b'{"words": ["list"], "json": true}\n')
            answer = b""
            while part := one.recv(65536):
                answer += part
        output = json.loads(answer)["output"]
        return {fault["name"] for fault in json.loads(output) if fault["active"]}


class Book:
    """What skep takes a runbook for."""

    def __init__(self, skep, system, slug):
        path = Path(__file__).resolve().parents[2] / f"runbooks/{system}/{slug}.md"
        shown = subprocess.run([skep, "runbook", "show", str(path), "--format", "json"], capture_output=True, text=True,
                               timeout=60, env=environment())
        assert shown.returncode == 0, shown
        self.all = json.loads(shown.stdout)
        self.title = re.sub(r"^Runbook: ", "", self.all["title"])
        self.letters = [one["letter"] for one in self.all["sections"] if one["role"] == "scenario"]
        self.steps = {step["id"]: step for step in self.all["steps"]}

    def own(self, letter, number):
        """The id of a scenario's step."""
        section = next(one["index"] for one in self.all["sections"]
                       if one["letter"] == letter and one["role"] == "scenario")
        own = [step["id"] for step in self.all["steps"] if step["section"] == section]
        return own[number - 1]

    def verification(self):
        section = next(one["index"] for one in self.all["sections"] if one["role"] == "verification")
        return next(step["id"] for step in self.all["steps"] if step["section"] == section and step["kind"] == "command")

    def confirmation(self, step):
        """What the step's prompt must ask for; None: it runs at once."""
        item = self.steps[step]
        if item["risk"] == "read":
            return None
        return item["notes"]["confirm"] if item["risk"] == "destroy" else step


class Play:
    """One situation, from the alert to the report."""

    def __init__(self, skep, situation, folder):
        self.skep, self.situation, self.folder = skep, situation, folder
        self.ran = []  # (runbook, id, text, sign of its end)
        self.mended_s = self.green_s = None
        self.letter = None
        self.values = {}  # of placeholders

    def run(self):
        situation = self.situation
        command = [self.skep, "demo", situation.system, "--fault-age", situation.age]
        for fault in situation.faults.split():
            command += ["--fault", fault]
        self.person = Person(command, TMPDIR=str(self.folder), XDG_STATE_HOME=str(self.folder / "state"))
        try:
            self.demo = Demo(self.folder)
            self.page = Page(self.person)
            assert self.demo.active() == {fault.split("@")[0] for fault in situation.faults.split()}
            self.open_alert()
            for move in situation.moves.split(", "):
                self.move(*move.split())
            self.await_proof()
            self.close()
            self.check_report()
        finally:
            self.end()

    def end(self):
        if self.person.terminal.alive():
            os.kill(self.person.terminal.pid, 15)
            try:
                self.person.terminal.finish(30)
            except AssertionError:
                pass
        self.person.terminal.close()

    # ---- from the alert to the runbook ----

    def open_alert(self):
        situation = self.situation
        self.person.wait("1 board", seconds=90)
        self.person.press("2")
        self.person.wait("Alerts", situation.alert, "worst first", seconds=90)
        self.person.until(self.alert_row, f"{situation.alert} fires", 90)
        self.find_alert()
        self.person.press("r")
        self.begun = time.monotonic()
        self.open_book(situation.runbook)
        self.person.until(lambda: self.page.focus(), "a step has the focus", 30)
        first = next(step["id"] for step in self.book.all["steps"]
                     if step["kind"] == "command" and self.role(step) == "diagnosis")
        assert self.page.focus() == first, f"not at the diagnosis but at {self.page.focus()}"
        self.person.until(self.alert_is_live, "the alert is among what is live", 30)

    def find_alert(self):
        """By its name: how many others stand before it is the night's affair."""
        if self.alert_row()[1]:
            return
        self.person.press("/")
        self.person.answer(self.situation.alert)
        self.person.keys += 1
        self.person.until(lambda: (self.alert_row() or [None, False])[1], f"{self.situation.alert} has the focus", 20)

    def alert_row(self):
        """Every row of the alert, and whether one of them has the focus; None when it does not fire."""
        rows = [line for line in self.person.lines()[1:-2] if re.search(rf"\b{self.situation.alert}\b", line)]
        return (rows, any(row.startswith("│▸") for row in rows)) if rows else None

    def alert_is_live(self):
        return any(name == self.situation.alert for _, name, _ in self.page.checks())

    def open_book(self, slug):
        self.book = Book(self.skep, self.situation.system, slug)
        self.person.wait(f"Runbooks ▸ {self.book.title}", "╭ Live", seconds=30)

    def role(self, step):
        sections = self.book.all["sections"]
        at = sections[step["section"]]
        return at["role"]

    # ---- moves ----

    def move(self, word, argument=None):
        if word == "look":
            self.run_step(self.page.focus())
        elif word == "verify":
            self.run_step(self.book.verification())
        elif word == "skip":
            self.page.go_to(self.book.own(self.letter, int(argument)))
            self.person.act("S")
            self.person.wait("why:")
            self.person.press("\r")
        elif word == "done":
            step = self.book.own(self.letter, int(argument))
            self.page.go_to(step)
            self.person.act("D")
            self.person.until(lambda: self.page.state(step) == "✓", f"{step} is done", 20)
        elif word == "open":
            self.follow_link(argument)
        elif word == "prove":
            self.prove()
        elif word.isalpha():
            self.choose(word)
        else:
            step, _, choice = word.partition("=")
            self.run_step(step if "." in step else self.book.own(self.letter, int(step)), int(choice or 0))

    def choose(self, letter):
        self.person.act("B")
        self.person.wait("Go on with which scenario?")
        self.person.press(str(self.book.letters.index(letter) + 1))
        self.letter = letter
        first = self.book.own(letter, 1)
        self.person.until(lambda: self.page.focus() == first, f"{first} has the focus", 20)

    def follow_link(self, slug):
        """From the step that names it; there the first key that acts begins a run."""
        self.person.press("\r")
        self.open_book(slug)
        self.person.wait("only read")
        begun = self.page.focus()
        assert begun, self.person.terminal.text()
        self.person.act("!")
        self.person.until(lambda: self.page.focus() == begun and self.alert_is_live(), "a run about the alert", 30)

    def give_value(self, step, choice):
        """To the placeholder that the step needs: the one of its choices with this number. What would list them is shown
        where only the runbook says that it reads: Tab runs it, and the cursor goes to the list."""
        self.person.act("!")
        self.person.wait(f"{step} needs <")
        name = re.search(rf"{re.escape(step)} needs <([^>]+)>", self.person.terminal.text()).group(1)

        def offered():
            """In the question's own box: what stands beside it may look alike."""
            lines = self.person.lines()
            top, left = next((y, line.index("╭ " + step)) for y, line in enumerate(lines) if f"╭ {step} needs <" in line)
            return next(filter(None, (re.match(rf"│ (?:(Tab runs this)| *{choice} (\S+))", line[left:])
                                      for line in lines[top + 1:])), None)

        def listed():
            item = offered()
            return item and item.group(2)

        if self.person.until(offered, f"choice {choice}", STEP_S).group(1):
            self.person.press("\t")
            self.values[name] = self.person.until(listed, f"choice {choice}", STEP_S)
            self.person.press(str(choice))
            return
        self.values[name] = listed()
        for _ in range(choice):
            self.person.press("\x1b[B", 0.1)
        self.person.press("\r")

    def text_of(self, step):
        """As it is run: with the values that were given."""
        text = self.book.steps[step]["text"]
        for name, value in self.values.items():
            text = text.replace(f"<{name}>", value)
        return text

    def run_step(self, step, choice=0):
        self.page.go_to(step)
        typed = self.book.confirmation(step)
        if choice:
            self.give_value(step, choice)
        self.person.act("!")
        if typed:
            self.person.wait(f"type {typed} to run:", seconds=15)
            self.person.answer(typed)
        state = self.person.until(lambda: self.page.state(step) in ("✓", "✗") and self.page.state(step),
                                  f"{step} has ended", STEP_S)
        self.ran.append((self.book, step, self.text_of(step), state))
        self.person.terminal.read(0.4)  # what it said comes after its end
        # What only looks may well say that something is wrong.
        assert state == "✓" or not typed, f"{step} failed\n{self.person.terminal.text()}"
        if self.mended_s is None and not self.demo.active():
            self.mended_s = time.monotonic() - self.begun

    # ---- proof ----

    def prove(self):
        """Wait until what the last step was to bring about is proved: the next one depends on it."""
        book, step = self.ran[-1][:2]
        names = {check["name"] for check in book.steps[step]["notes"]["checks"]}
        self.person.until(lambda: names <= {name for sign, name, _ in self.page.checks() if sign == "✓"},
                          f"{step} is proved: {names}", self.situation.green_s)

    def not_green(self):
        """What is awaited still: the checks that do not hold, but for those that need longer than a test; the alert."""
        checks = self.page.checks()
        names = {name for _, name, _ in checks}
        waited = [f"{name}: is not shown" for name in self.expected - names]
        for sign, name, says in checks:
            if name == self.situation.alert:
                if sign != "✓" and not says.startswith("clear"):
                    waited.append(name)
            elif sign != "✓" and name not in self.situation.later:
                waited.append(f"{name}: {says}")
        return waited

    def await_proof(self):
        last = None
        sections = [one for one in self.book.all["sections"] if one["role"] == "verification"]
        steps = [book.steps[step]["notes"] for book, step, _, _ in self.ran if book is self.book]
        self.expected = {self.situation.alert} | {check["name"] for one in sections + steps for check in one["checks"]}

        def is_green():
            nonlocal last
            waited = self.not_green()
            if VERBOSE and [one.split(":")[0] for one in waited] != last:
                last = [one.split(":")[0] for one in waited]
                print(f"  {time.monotonic() - self.begun:.0f} s: {'; '.join(waited)}", file=sys.stderr, flush=True)
            return not waited

        self.person.until(lambda: not self.demo.active(), "the fault is mended", self.situation.green_s)
        self.mended_s = self.mended_s or time.monotonic() - self.begun
        self.person.until(is_green, "every check holds", self.situation.green_s)
        self.green_s = time.monotonic() - self.begun
        self.left = [name for sign, name, _ in self.page.checks() if sign != "✓" and name != self.situation.alert]

    def close(self):
        self.person.press(":")
        self.person.answer("close mended")
        # What does not hold is asked about, once.
        if self.person.until(lambda: next((words for words in ("the run is over", "Close it?")
                                           if words in self.person.terminal.text()), None),
                             "the run is closed", 60) == "Close it?":
            self.person.press("1")
            self.person.wait("the run is over", seconds=60)

    def check_report(self):
        done = subprocess.run([self.skep, "runbook", "report", "last", "--system", str(self.demo.system_file)],
                              capture_output=True, text=True, timeout=60, env=environment())
        assert done.returncode == 0, done
        report = done.stdout
        for text in (f"| Alert | `{self.situation.alert}` since ", f"`alertname={self.situation.alert}`",
                     f"by `{self.who()}`: mended", "## Figures", "## Timeline"):
            assert text in report, (text, report)
        for step, text, state in [one[1:] for one in self.ran if one[0] is self.book]:
            own = re.search(rf"^### Step {re.escape(step)}: .*?(?=^### |\Z)", report, re.M | re.S)
            assert own, (step, report)
            assert f"```sh\n{text}\n```" in own.group(0), (step, text, own.group(0))
            assert ("State: **ok**" if state == "✓" else "State: **bad**") in own.group(0), (step, own.group(0))
        self.check_figures(report)

    def who(self):
        import getpass
        return f"{getpass.getuser()}@{socket.gethostname()}"

    def check_figures(self, report):
        """What the runbook watches stands there before and after, and something of it has changed."""
        table = report[report.index("## Figures"):report.index("## Timeline")]
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        rows = {row[0]: (row[1], row[2]) for row in cells if len(row) == 4}
        watched = [rows.get(watch["title"], ("", "")) for watch in self.book.all["watches"]]
        assert all(after for _, after in watched), (watched, table)
        assert any(before != after for before, after in watched), (watched, table)


WIDTHS = (38, 30, 26, 9, 5, 6, 7, 6, 0)
HEADER = ("situation", "alert", "runbook", "scenario", "keys", "typed", "mended", "green", "not waited for")


def words_of(row):
    return " ".join(f"{word:<{width}}" for word, width in zip(row, WIDTHS)).rstrip()


def row_of(play):
    situation = play.situation
    return (situation.name, situation.alert, situation.runbook, play.letter or "-", str(play.person.keys),
            str(play.person.letters), f"{play.mended_s:.0f} s", f"{play.green_s:.0f} s", ", ".join(play.left) or "-")


def find(name):
    return next(one for one in TABLE if one.name == name)


def play(skep, name):
    """Play one; the row of the table. Fails when anything of it is not as it must be."""
    situation = find(name)
    folder = Path(tempfile.mkdtemp(prefix="skep-situation-", dir="/tmp"))
    try:
        one = Play(skep, situation, folder)
        one.run()
        row = row_of(one)
        assert not situation.main or one.person.keys <= KEYS_MOST, f"{one.person.keys} keys: {row}"
        return row
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    if len(sys.argv) < 3:
        for situation in TABLE:
            print(f"{situation.name}\t{situation.system}\t{situation.faults}\t{situation.alert}\t{situation.runbook}")
        return 0
    status = 0
    print(words_of(HEADER), flush=True)
    for name in sys.argv[2:]:
        try:
            print(words_of(play(str(Path(sys.argv[1]).resolve()), name)), flush=True)
        except Exception:
            print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
