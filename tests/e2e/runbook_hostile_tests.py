"""Runbooks, values and programs that mean harm or mean nothing: what they say
does not reach the terminal, what they ask for does not run, and what goes
wrong is said in words. On the real console in a real terminal."""
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time

from runbook_console import (Place, begin, children, end, lives, markdown, open_runbook, peak_kib, press, run)
from servers import Skipped, wait_until
from terminal import Terminal

# What would be done to a terminal: title, clipboard, another screen, a question, a string of its own, a region.
ESCAPES = ["\x1b]0;owned\x07", "\x1b]52;c;b3duZWQ=\x07", "\x1b[?1047h", "\x1b[6n", "\x1bP+q544e\x1b\\", "\x1b[5;7r",
           "\x9b6n", "\x1b#8", "\x1b]8;;http://owned\x1b\\"]
# As printf of a shell writes them.
ESCAPES_SHELL = "".join(one.replace("\x1b", r"\033").replace("\x07", r"\007").replace("\x9b", r"\302\2336n"[:8])
                        for one in ESCAPES if "\\" not in one)
FLOOD_MB = int(os.environ.get("SKEP_FLOOD_MB", "1500"))
MEMORY_MB = 400  # of a sanitizer's program, too
DISK_KIB = 3 * 1024


def spotless(terminal):
    """Nothing of it came to the terminal as it was."""
    for one in ESCAPES:
        assert one.encode("latin-1") not in terminal.raw, one
        assert one.encode() not in terminal.raw, one
    assert not re.search(rb"\x1b[\]P_^][^\x07\x1b]*owned", terminal.raw)


def tests(skep):
    def escapes_in_a_file():
        text = "".join(ESCAPES)
        bad = f"# Runbook: bad{text}\n\n**Severity: P1{text}**\n\n<!-- {text} -->\n\n## Diagnosis {text}\n\nWords {text} here.\n\n" \
              f"| a{text} | b |\n|---|---|\n| {text} | {text}x |\n\n```bash\n# look {text}\necho one{text}\n\n" \
              f"# bidi\necho \u202egpj.exe\n\n# fine\necho fine\n```\n"
        with Place(skep, {"bad": bad}) as place, place.console() as terminal:
            begin(terminal, "bad", "D")
            for _ in range(30):
                if "$ echo fine" in terminal.text():
                    break
                time.sleep(1.1)
                terminal.send("!", 0.2)
                terminal.send("j", 0.1)
            terminal.wait("$ echo fine")
            assert not place.attempts(), place.attempts()
            terminal.send("o", 0.3)
            spotless(terminal)
            for words in (["list"], ["show", "bad"], ["lint", "bad"], ["run", "bad", "--dry-run"]):
                done = place.command(*words, status=None)
                for one in ESCAPES:
                    assert one not in done.stdout + done.stderr, (words, one)

    def escapes_in_output():
        with Place(skep, {"loud": markdown(f"printf '{ESCAPES_SHELL}owned-is-shown\\n'; printf 'a\\rb\\n'")}) as place, \
                place.console() as terminal:
            begin(terminal, "loud")
            run(terminal, "1.1")
            assert place.outcome("1.1")["status"] == 0
            terminal.wait("owned-is-shown")
            terminal.send("o", 0.3)
            terminal.wait("owned-is-shown")
            spotless(terminal)
            report = place.report()
            assert "\x1b" not in report and "\x07" not in report

    VALUES = ["; touch OWNED", "$(touch OWNED)", "`touch OWNED`", "'; touch OWNED; '", '"; touch OWNED; "', "$HOME ${IFS} *",
              "a && touch OWNED", "| touch OWNED", "x > OWNED", "\\'; touch OWNED #", "--", "~"]

    def values_stay_values():
        steps = ["echo got:<value-%d>:end" % number for number in range(len(VALUES))]
        steps += ['echo "in quotes <value-0>" \'<value-1>\'']
        with Place(skep, {"values": markdown(*steps)}) as place, place.console(rows=50) as terminal:
            begin(terminal, "values")
            for number, value in enumerate(VALUES):
                value = value.replace("OWNED", str(place.folder / "owned"))
                step = f"1.{number + 1}"
                press(terminal, "!", f"needs <value-{number}>", "Enter")
                terminal.send(value, 0.1)
                terminal.send("\r", 0.2)
                terminal.read(0.3)
                time.sleep(1.1)
                press(terminal, "!")
                status = place.outcome(step)
                assert status["status"] == 0, (step, status)
                assert f"got:{value}:end" in place.transcript(step), (value, place.transcript(step))
                terminal.wait(f"✓ {step}")
                assert not (place.folder / "owned").exists(), value

    def values_on_a_plain_terminal():
        lines = "one\ntwo; touch OWNED\n"
        with Place(skep, {"values": markdown("echo got:<value>:end")}) as place:
            for value in VALUES + [lines]:
                value = value.replace("OWNED", str(place.folder / "owned"))
                done = place.command("run", "values", "--var", f"value={value}", given="y\ny\n1.1\ny\n", status=None)
                assert not (place.folder / "owned").exists(), (value, done)

    def a_file_of_50_mb():
        with Place(skep, {"small": markdown("echo small")}) as place:
            with open(place.runbooks / "huge.md", "wb") as out:
                out.write(b"# Runbook: huge\n\n## Diagnosis\n\n")
                for _ in range(50):
                    out.write(b"```bash\n# look\necho x\n```\n\n" * 40000)
            done = place.command("list", status=None)
            assert "huge.md: larger than 1 MiB" in done.stderr, done
            assert "small" in done.stdout
            with place.console() as terminal:
                open_runbook(terminal, "small")
                terminal.send("q", 0.2)
                terminal.wait("huge")
                for _ in range(3):
                    if "▸  huge" in terminal.text():
                        break
                    terminal.send("k", 0.2)
                terminal.send("\r", 0.3)
                terminal.read(0.5)
                assert "MiB" in terminal.text() or "bytes" in terminal.text() or "large" in terminal.text(), terminal.text()
                assert peak_kib(terminal.pid) < MEMORY_MB * 1024, peak_kib(terminal.pid)
                terminal.send("?", 0.2)
                terminal.wait("help")

    def a_flood_is_bounded():
        command = f"yes 'the quick brown fox jumps over the lazy dog and home again' | head -c {FLOOD_MB}M"
        with Place(skep, {"flood": markdown(command)}) as place, place.console() as terminal:
            begin(terminal, "flood")
            run(terminal, "1.1")
            keeper, most = wait_until(place.keepers)[0], 0
            while lives(keeper):
                terminal.read(0.3)
                try:
                    most = max(most, peak_kib(keeper))
                except (OSError, AttributeError):
                    break
                used = sum(path.stat().st_blocks // 2 for path in place.attempts()[-1].glob("*"))
                assert used < DISK_KIB, used
            outcome = place.outcome("1.1", 120)
            assert outcome["status"] == 0 and outcome["bytes"] >= FLOOD_MB << 20, outcome
            console = peak_kib(terminal.pid)
            print(f"     {FLOOD_MB} MB: keeper at most {most >> 10} MiB, console {console >> 10} MiB, {outcome}")
            assert 0 < most < MEMORY_MB * 1024 and console < MEMORY_MB * 1024, (most, console)
            assert len(place.transcript("1.1")) < DISK_KIB * 1024
            terminal.wait("✓ 1.1")

    def a_program_that_ignores_signals():
        command = "trap '' INT TERM; echo deaf; while :; do sleep 1; done"
        with Place(skep, {"deaf": markdown(command)}) as place, place.console() as terminal:
            begin(terminal, "deaf")
            run(terminal, "1.1")
            terminal.wait("deaf", "running")
            keeper = place.keepers()[0]
            programs = children(keeper)
            press(terminal, "X", "stopping 1.1")
            outcome = place.outcome("1.1", 40)
            assert outcome["signal"] == signal.SIGKILL and outcome["stopped"], outcome
            assert not any(lives(pid) for pid in programs)
            terminal.wait("✗ 1.1", "stopped")
            wait_until(lambda: not place.keepers())

    def grandchildren():
        steps = ["sleep 300 & echo $! > held.pid; echo left one behind",
                 "setsid sleep 300 </dev/null >/dev/null 2>&1 & sleep 0.2; pgrep -n -x sleep > away.pid; echo sent one away",
                 "(trap '' HUP; sleep 300) & echo $! > deaf.pid; echo deaf one"]
        with Place(skep, {"grand": markdown(*steps)}, "steps: { directory: . }") as place, place.console() as terminal:
            begin(terminal, "grand")
            for number in (1, 2, 3):
                step = f"1.{number}"
                run(terminal, step)
                outcome = place.outcome(step, 30)
                assert outcome["status"] == 0, outcome
                terminal.wait(f"✓ {step}")
                time.sleep(1.1)
            held, away, deaf = (int((place.folder / f"{name}.pid").read_text()) for name in ("held", "away", "deaf"))
            wait_until(lambda: not lives(held) and not lives(deaf), 20)
            wait_until(lambda: not place.keepers())  # one that went away keeps nobody
            if lives(away):
                end(away)

    def mounted(folder, *options):
        folder.mkdir(exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "none", str(folder)], capture_output=True)
        return done.returncode == 0

    def fill(folder):
        with open(folder / "ballast", "wb", buffering=0) as out:
            for size in (65536, 4096, 512, 64, 1):
                try:
                    while True:
                        out.write(b"x" * size)
                except OSError:
                    continue

    def a_state_folder_that_is_full():
        if os.geteuid():
            raise Skipped("only root can make a small disk")
        with Place(skep, {"one": markdown("touch ran", "touch ran-too")}, "steps: { directory: . }") as place:
            assert mounted(place.state, "size=2m", "mode=700")
            try:
                with place.console() as terminal:
                    begin(terminal, "one")
                    fill(place.state)
                    run(terminal, "1.1")
                    terminal.wait("1.1 was not run: the journal", seconds=40)
                    terminal.wait("blocked: the journal cannot be written: no space left on device")
                    assert not (place.folder / "ran").exists()
                    (place.state / "ballast").unlink()
                    terminal.read(6)
                    assert not (place.folder / "ran").exists(), "what was refused was run later"
                with place.console() as terminal:
                    fill(place.state)
                    open_runbook(terminal, "one")
                    for _ in range(3):
                        terminal.send("!", 1.5)
                    assert not (place.folder / "ran").exists()
                    assert "no space left" in terminal.text().lower(), terminal.text()
            finally:
                subprocess.run(["umount", "-l", str(place.state)], check=True)

    def a_state_folder_that_is_read_only():
        with Place(skep, {"one": markdown("touch ran")}, "steps: { directory: . }") as place:
            root = os.geteuid() == 0
            if root:
                assert mounted(place.state, "size=1m", "ro")
            else:
                place.state.mkdir(0o500)
            try:
                with place.console() as terminal:
                    open_runbook(terminal, "one")
                    for _ in range(3):
                        terminal.send("!", 1.2)
                    text = terminal.text()
                    assert "Read-only" in text or "read-only" in text or "denied" in text, text
                    assert "type 1.1" not in text
                with Terminal([skep, "runbook", "run", "one", "--system", place.system]) as plain:
                    plain.read(2)
                    for _ in range(4):
                        plain.send("1.1\r", 0.5)
                        plain.send("\r", 0.5)
                    assert "read-only" in plain.text().lower() or "denied" in plain.text(), plain.text()
                assert not (place.folder / "ran").exists()
            finally:
                if root:
                    subprocess.run(["umount", "-l", str(place.state)], check=True)

    def folders_that_cannot_be_read():
        with Place(skep, {"one": markdown("echo one")}) as place:
            (place.runbooks / "gone.md").symlink_to("nowhere")
            (place.runbooks / "round.md").symlink_to("round.md")
            (place.runbooks / "folder.md").mkdir()
            os.mkfifo(place.runbooks / "pipe.md")
            (place.runbooks / "disk.md").symlink_to("/dev/zero")
            place.system.write_text(place.system.read_text().replace("[runbooks]", "[runbooks, nowhere, board.json]"))
            done = place.command("list", status=None)
            assert "one" in done.stdout and "Sanitizer" not in done.stderr, done
            with place.console() as terminal:
                open_runbook(terminal, "one")
                terminal.wait("echo one")

    def strange_bytes():
        strange = {"utf8": b"# Runbook: \xff\xfe bad\n\n```bash\n# look \xc3\necho \xf0\x28\n\n# fine\necho fine\n```\n",
                   "nul": b"# Runbook: nul\0x\n\n```bash\n# look\necho a\0b\n\n# fine\necho fine\n```\n",
                   "crlf": b"# Runbook: crlf\r\n\r\n```bash\r\n# look\r\necho crlf-runs\r\n```\r\n",
                   "bom": b"\xef\xbb\xbf# Runbook: bom\n\n```bash\n# look\necho bom-runs\n```\n",
                   "empty": b"", "newlines": b"\n" * 100000, "long": b"# Runbook: long\n\n" + b"x" * 900000}
        with Place(skep, strange) as place:
            for words in (["list"], *(["show", name] for name in strange), *(["lint", name] for name in strange)):
                done = place.command(*words, status=None)
                assert done.returncode in (0, 1, 2) and "Sanitizer" not in done.stderr, done
            with place.console() as terminal:
                for name in ("crlf", "bom"):
                    begin(terminal, name)
                    run(terminal, "1.1")
                    terminal.wait("✓ 1.1", f"{name}-runs")
                    assert place.outcome("1.1")["status"] == 0
                    terminal.send("q", 0.3)
                terminal.wait("is no text in UTF-8")  # of two: not to be opened
                for name in ("empty", "newlines", "long"):
                    open_runbook(terminal, name)
                    terminal.send("!", 0.3)
                    terminal.send("q", 0.3)
            ran = [json.loads((path / "order.json").read_text()) for path in place.attempts()]
            assert not any("a\0b" in str(one) for one in ran)

    def a_file_that_changes_while_it_is_run():
        before, after = markdown("echo as-it-was", "echo second-as-it-was"), markdown("touch changed", "touch changed-too")
        with Place(skep, {"shifty": before}, "steps: { directory: . }") as place, place.console() as terminal:
            begin(terminal, "shifty")
            place.write("shifty", after)
            terminal.read(1.5)
            run(terminal, "1.1")
            terminal.wait("✓ 1.1", "as-it-was")
            (place.runbooks / "shifty.md").unlink()
            terminal.read(1.5)
            run(terminal, "1.2")
            terminal.wait("✓ 1.2", "second-as-it-was")
            assert not (place.folder / "changed").exists()
            assert "second-as-it-was" in place.report()

    def an_ugly_value_in_every_place_is_one_word():
        text = markdown("cat <<END\nhere <value>\nEND", "printf '%s\\n' <value> | sed 's/^/> /'", "for i in <value>; do echo \"[$i]\"; done")
        with Place(skep, {"places": text}, "variables: { value: \"$(touch owned) 'x' ; touch owned\" }\nsteps: { directory: . }") \
                as place, place.console() as terminal:
            begin(terminal, "places")
            for step in ("1.1", "1.2", "1.3"):
                press(terminal, "!")
                terminal.read(0.8)
                terminal.send("\x1b", 0.3)
                terminal.send("j", 0.3)
                time.sleep(1.1)
            assert not (place.folder / "owned").exists()

    def counted(place):
        path = place.folder / "count"
        return path.stat().st_size if path.exists() else 0

    HERE = "steps: { directory: . }"

    def stopped_again_and_again():
        """Who presses the key more than once hurries nothing, and ends nothing else."""
        with Place(skep, {"deaf": markdown("trap '' INT; printf x >> count; while :; do sleep 1; done")}, HERE) as place, \
                place.console() as terminal:
            begin(terminal, "deaf")
            run(terminal, "1.1")
            wait_until(lambda: counted(place) == 1)
            terminal.wait("running")
            press(terminal, "X", "stopping 1.1")
            for _ in range(5):
                terminal.send("X", 0.2)
            outcome = place.outcome("1.1", 40)
            assert outcome["stopped"] and outcome["signal"] == signal.SIGTERM, outcome
            assert outcome["elapsed_ms"] >= 4500, outcome
            terminal.wait("✗ 1.1", "stopped")
            terminal.send("X", 0.5)
            assert counted(place) == 1 and len(place.attempts("1.1")) == 1

    def a_run_folder_that_is_taken_away():
        """Beneath a step that runs: it is told how it ended, or that nobody knows; and it is not run again."""
        with Place(skep, {"one": markdown("printf x >> count; sleep 3; echo over", "printf y >> other")}, HERE) as place:
            with place.console() as terminal:
                begin(terminal, "one")
                run(terminal, "1.1")
                wait_until(lambda: counted(place) == 1)
                terminal.wait("running")
                shutil.rmtree(place.runs()[0])
                terminal.read(4)
                wait_until(lambda: terminal.read(0.1) or "running" not in terminal.text(), 60)
                assert counted(place) == 1
                keepers = place.keepers()
                time.sleep(1.1)
                run(terminal, "1.2") if "✓ 1.1" in terminal.text() else press(terminal, "!", "again 1.1")
                assert counted(place) == 1
            with place.console() as terminal:
                terminal.send("3", 0.5)
                terminal.read(1)
            assert counted(place) == 1
            wait_until(lambda: not [pid for pid in keepers if lives(pid)], 60)

    def a_journal_that_somebody_holds():
        """For longer than anybody waits: nothing runs meanwhile, nor later by itself."""
        with Place(skep, {"one": markdown("printf x >> count; echo over")}, HERE) as place, place.console() as terminal:
            begin(terminal, "one")
            holder = sqlite3.connect(place.state / "journal.db", timeout=20, isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
            press(terminal, "!", "type 1.1 to run")
            terminal.send("1.1\r", 0.3)
            terminal.read(30)
            assert not counted(place) and not terminal_is_stuck(terminal)
            held = terminal.text()
            holder.execute("ROLLBACK")
            holder.close()
            terminal.read(8)
            assert not counted(place), held + terminal.text()
            time.sleep(1.1)
            run(terminal, "1.1")
            terminal.wait("✓ 1.1", "over")
            assert counted(place) == 1

    def terminal_is_stuck(terminal):
        """Keys are answered whatever the journal does."""
        terminal.send("?", 0.5)
        stuck = "help" not in terminal.text().lower()
        terminal.send("\x1b", 0.5)
        return stuck

    named = {
        "stopped again and again": stopped_again_and_again,
        "a run's folder that is taken away": a_run_folder_that_is_taken_away,
        "a journal that somebody holds": a_journal_that_somebody_holds,
        "escape sequences in a file": escapes_in_a_file, "escape sequences in output": escapes_in_output,
        "values stay values": values_stay_values, "values on a plain terminal": values_on_a_plain_terminal,
        "a value where a shell would split it": an_ugly_value_in_every_place_is_one_word,
        "a file of 50 MB": a_file_of_50_mb, "a flood is bounded": a_flood_is_bounded,
        "a program that ignores signals": a_program_that_ignores_signals, "grandchildren": grandchildren,
        "a full state folder": a_state_folder_that_is_full, "a read-only state folder": a_state_folder_that_is_read_only,
        "folders that cannot be read": folders_that_cannot_be_read, "strange bytes": strange_bytes,
        "a file that changes while it is run": a_file_that_changes_while_it_is_run,
    }
    for name, test in named.items():
        yield f"runbook hostile: {name}", test
