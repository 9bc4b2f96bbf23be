"""A console on a folder of runbooks of its own, and a person who follows them
key by key. No server answers: what is shown of steps does not need one."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from servers import environment, wait_until
from terminal import Terminal

BOARD = {"title": "Board", "panels": [{"id": 1, "type": "stat", "title": "One", "targets": [{"refId": "A", "expr": "up"}],
                                       "gridPos": {"x": 0, "y": 0, "w": 12, "h": 5}}]}
NOBODY = "http://127.0.0.1:9"


class Place:
    """A system, its runbooks (by name), and its state, in a folder that goes with it."""

    def __init__(self, skep, runbooks, more="", server=NOBODY):
        self.skep = skep
        self.folder = Path(tempfile.mkdtemp(prefix="skep-runbook-", dir="/tmp"))
        self.runbooks, self.state = self.folder / "runbooks", self.folder / "state"
        self.runbooks.mkdir()
        (self.folder / "board.json").write_text(json.dumps(BOARD))
        self.system = self.folder / "place.yaml"
        self.system.write_text(f"system: place\ntitle: Place\nprometheus: {{ url: \"{server}\" }}\n"
                               f"dashboards: [board.json]\nrunbooks: [runbooks]\nstate: state\n{more}\n")
        for name, text in runbooks.items():
            self.write(name, text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for pid in self.keepers():  # those of a step that is not over
            for child in children(pid):
                end(child)
            end(pid)
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name, text):
        path = self.runbooks / f"{name}.md"
        path.write_bytes(text if isinstance(text, bytes) else text.replace("# Runbook: a test", f"# Runbook: {name}").encode())
        return path

    def console(self, columns=120, rows=36, **env):
        terminal = Terminal([self.skep, "--system", self.system], columns, rows, HOME=str(self.folder), **env)
        terminal.wait("Place ▸", "╰", seconds=60)
        return terminal

    def command(self, *words, status=0, given="", **env):
        done = subprocess.run([self.skep, "runbook", *(str(word) for word in words), "--system", str(self.system)],
                              input=given, capture_output=True, text=True, timeout=120, errors="replace",
                              env=environment(HOME=str(self.folder), **env))
        assert status is None or done.returncode == status, done
        return done

    # ---- what was written ----

    def runs(self):
        return sorted(path for path in (self.state / "runs").glob("*") if path.is_dir())

    def attempts(self, step="*"):
        return sorted((self.state / "runs").glob(f"*/steps/{step}/attempt-*"))

    def outcome(self, step, seconds=30):
        """How the step's last attempt ended."""
        def there():
            found = self.attempts(step)
            return found and (found[-1] / "outcome.json").exists() and found[-1]
        return json.loads((wait_until(there, seconds) / "outcome.json").read_text())

    def transcript(self, step):
        return (self.attempts(step)[-1] / "transcript").read_bytes().decode(errors="replace").replace("\r\n", "\n")

    def report(self):
        return self.command("report", "last").stdout

    def keepers(self):
        """Processes of keepers whose folder is below this one."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if (entry / "comm").read_text().strip() != "skep-keeper":
                    continue
                opened = [os.readlink(one) for one in (entry / "fd").iterdir()]
            except OSError:
                continue
            if any(str(self.folder) in path for path in opened):
                found.append(int(entry.name))
        return found


def children(pid):
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def end(pid):
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        pass


def peak_kib(pid):
    """The most memory the process ever had."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1))


def markdown(*steps, head="# Runbook: a test", language="bash"):
    """A runbook with one section in which each text is a step: 1.1, 1.2 ..."""
    parts = [head, "", "## Diagnosis", ""]
    for number, step in enumerate(steps):
        note, _, text = step.rpartition("-->")
        parts += [f"{note}-->" if note else "", f"```{language}", f"# part {number + 1}", text.strip("\n"), "```", ""]
    return "\n".join(parts)


def press(terminal, keys, *shown, seconds=30):
    """Acts as a person who, told that something just changed, looks and presses again."""
    end_at = time.monotonic() + seconds
    while True:
        terminal.send(keys, 0.1)
        while time.monotonic() < end_at:
            text = terminal.text()
            if all(one in text for one in shown):
                return text
            if "changed just now" in text or "a run has begun" in text and "a run has begun" not in shown:
                time.sleep(1.1)
                break
            terminal.read(0.1)
        if time.monotonic() > end_at:
            raise AssertionError(f"not within {seconds} s after {keys!r}: {shown}\n{terminal.text()}")


def open_runbook(terminal, name):
    """In the list of runbooks, by its name."""
    terminal.send("3")
    terminal.wait("Runbooks", name)
    terminal.send("g", 0.2)
    for _ in range(200):
        if re.search(rf"▸\s+{re.escape(name)}\b", terminal.text()):
            break
        terminal.send("j", 0.1)
    else:
        raise AssertionError(f"no {name} to go to:\n{terminal.text()}")
    terminal.send("\r")
    return terminal.wait("Runbooks ▸")


def begin(terminal, name, key="!"):
    """A run of it, ready for its first step."""
    open_runbook(terminal, name)
    press(terminal, key, "a run has begun")
    time.sleep(1.1)
    return terminal


def take_up(terminal):
    """The first run in the list."""
    terminal.send("3")
    terminal.wait("Runbooks")
    terminal.send("g", 0.2)
    terminal.send("\r")
    return terminal.wait("Runbooks ▸")


def run(terminal, step, seconds=30):
    """The step with the focus, confirmed by its number when that is asked for."""
    end_at = time.monotonic() + seconds
    while time.monotonic() < end_at:
        terminal.send("!", 0.1)
        pause = time.monotonic() + 2
        while time.monotonic() < pause:
            text = terminal.text()
            if f"Run all the same: {step}" in text:  # lint found a fault
                terminal.send("it is meant to\r", 0.5)
                time.sleep(1.1)
                break
            if f"type {step} to run" in text:
                terminal.send(f"{step}\r", 0.2)
                return
            other = re.search(r"type (\d+\.\d+) to run", text)
            if other:  # the focus is still on a step that somebody else ran
                terminal.send("\x1b", 0.5)
                terminal.send("j" if other.group(1) < step else "k", 1.2)
                break
            if re.search(rf"[✓✗…]\s+{re.escape(step)}\s", text):
                return
            if "changed just now" in text:
                time.sleep(1.1)
                break
            terminal.read(0.1)
    raise AssertionError(f"{step} was not run:\n{terminal.text()}")
