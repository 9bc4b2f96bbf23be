"""Acknowledgements by keys, in several consoles of one user: seen by the others,
taken back by them, held over the death of who made them and over a full disk."""
import contextlib
import os
import re
import select
import signal
import sqlite3
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from alerting import (GENEROUS, answers, console, events, journal_path, leave, page, rule, rule_file, settled,
                      write_system)
from servers import Skipped, wait_until

RULES = rule_file(rule("TooWarm", "weather > 20", tier="p1"), rule("Windy", "wind > 5", tier="p0"))
POLICY = """
levels:
  P0: { word: Critical, respond: 15m }
  P1: { word: High, respond: 1h, acknowledge: 45m }
"""


def minutes_of_day(text):
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def held_for(screen, alert):
    """Minutes from the banner's clock until an acknowledgement ends, as the alert's row shows them."""
    line = next(line for line in screen.split("\n") if alert in line and " until " in line)
    until = minutes_of_day(re.search(r" until (?:\d\d-\d\d )?(\d\d:\d\d)", line)[1])
    now = minutes_of_day(re.search(r"(\d\d:\d\d):\d\dZ", screen.split("\n")[0])[1])
    return (until - now) % (24 * 60)


def tests(skep):
    @contextlib.contextmanager
    def meadow(**more):
        """A folder with a system in which TooWarm fires."""
        with tempfile.TemporaryDirectory() as name, page() as (port, figures):
            folder = Path(name)
            figures["weather"] = 31
            write_system(folder, RULES, port, **more)
            yield folder, figures

    def begin(folder, *words, **more):
        terminal = console(skep, folder, *words, **more)
        terminal.wait("Warmth", "P1 TooWarm", seconds=GENEROUS)
        terminal.send("2")
        terminal.wait("Firing  1", seconds=GENEROUS)
        settled(terminal)
        return terminal

    def acknowledge(terminal, note):
        terminal.send("A", 0.3)
        terminal.wait("ack until", "note:", seconds=GENEROUS)
        terminal.send(note + "\r", 0)

    def two_consoles():
        """What one acknowledges the other sees, and takes back."""
        with meadow() as (folder, figures), begin(folder) as one, begin(folder) as two:
            acknowledge(one, "I look after it")
            begun = time.monotonic()
            two.wait("Acknowledged  1", "I look after it", seconds=GENEROUS)
            seen = time.monotonic() - begun
            print(f"     an acknowledgement was seen by the other console after {seen * 1000:.0f} ms", flush=True)
            assert seen < 5, seen
            screen = one.wait("Acknowledged  1", "I look after it", absent=("Firing", "note:"), seconds=GENEROUS)
            assert held_for(screen, "TooWarm") in (29, 30), screen
            assert "P1 1" in screen.split("\n")[0], "it still fires\n" + screen
            two.send("\r", 0.3)
            screen = two.wait("acknowledged", "I look after it", "until", seconds=GENEROUS)
            actor = re.search(r"acknowledged\s+(\S+@\S+)", screen)
            assert actor, screen
            settled(two)
            two.send("U", 0.3)
            two.wait("taken back", seconds=GENEROUS)
            one.wait("Firing  1", absent=("Acknowledged",), seconds=GENEROUS)
            kinds = [(kind, who) for kind, who, _ in events(folder, "ack", "unack")]
            assert kinds == [("ack", actor[1]), ("unack", actor[1])], kinds
            assert [body["note"] for _, _, body in events(folder, "ack")] == ["I look after it"]
            # An alert that fires anew is another one: nobody has it.
            settled(one)
            acknowledge(one, "again")
            two.send("\x1b", 0.3)
            two.wait("Acknowledged  1", "again", seconds=GENEROUS)
            figures["weather"] = 3
            two.wait("Resolved lately", absent=("Acknowledged",), seconds=GENEROUS)
            figures["weather"] = 32
            for terminal in (one, two):
                terminal.wait("Firing  1", absent=("Acknowledged",), seconds=GENEROUS)
                leave(terminal)

    def killed_after_enter():
        """Killed at the very word that it is acknowledged: the others know, and so does the next console."""
        with meadow() as (folder, _), begin(folder) as two:
            for note in ("once", "twice", "then the lights went out"):
                with console(skep, folder) as one:
                    one.wait("Warmth", "P1 TooWarm", seconds=GENEROUS)
                    settled(one)
                    one.send("A", 0.3)
                    one.wait("ack until", "note:", seconds=GENEROUS)
                    before = len(one.raw)
                    os.write(one.master, (note + "\r").encode())
                    end = time.monotonic() + GENEROUS
                    while b"acknowledged until" not in one.raw[before:]:
                        assert select.select([one.master], [], [], end - time.monotonic())[0], one.text()
                        one.raw += os.read(one.master, 65536)
                    one.signal(signal.SIGKILL)
                    assert one.finish() == -signal.SIGKILL
                assert events(folder, "ack")[-1][2]["note"] == note
            two.wait("Acknowledged  1", "then the lights went out", seconds=GENEROUS)
            with console(skep, folder) as again:
                again.wait("Warmth", "TooWarm", seconds=GENEROUS)
                again.send("2")
                again.wait("Acknowledged  1", "then the lights went out", absent=("Firing",), seconds=GENEROUS)
                leave(again)
            leave(two)

    def held_by_policy():
        """P0 holds for 10 min where the policy says nothing else; a level that says so holds longer."""
        with meadow(escalation="policy.yaml") as (folder, figures):
            (folder / "policy.yaml").write_text(POLICY)
            figures["wind"] = 9
            with console(skep, folder) as terminal:
                terminal.wait("P0 Windy", "P0 1", seconds=GENEROUS)
                terminal.send("2")
                screen = terminal.wait("Firing  2", "ack in ", "Critical", seconds=GENEROUS)
                assert screen.index("Windy") < screen.index("TooWarm"), "the worst first\n" + screen
                terminal.send("w", 0.3)
                settled(terminal)
                acknowledge(terminal, "")
                screen = terminal.wait("Acknowledged  1", "Firing  1", absent=("note:",), seconds=GENEROUS)
                assert held_for(screen, "Windy") in (9, 10), screen
                settled(terminal)
                terminal.send("w", 0.3)
                settled(terminal)
                acknowledge(terminal, "for longer")
                screen = terminal.wait("Acknowledged  2", absent=("Firing",), seconds=GENEROUS)
                assert held_for(screen, "TooWarm") in (44, 45), screen
                leave(terminal)

    def comes_back():
        """It expires and the alert still fires: it is open again, and whose it was is said. Until then C changes it."""
        with meadow(escalation="policy.yaml") as (folder, _):
            (folder / "policy.yaml").write_text("levels: { P1: { acknowledge: 12s } }\n")
            with begin(folder) as terminal:
                acknowledge(terminal, "for a moment")
                terminal.wait("Acknowledged  1", "for a moment", absent=("note:",), seconds=GENEROUS)
                terminal.send("C", 0.3)
                terminal.wait("note: for a moment", seconds=GENEROUS)
                terminal.send(" longer\r", 0)
                terminal.wait("for a moment longer", absent=("note:",), seconds=GENEROUS)
                screen = terminal.wait("Firing  1", absent=("Acknowledged",), seconds=GENEROUS)
                assert "the acknowledgement of" in screen and "expired" in screen, screen
                first, second = (body for _, _, body in events(folder, "ack"))
                assert second["note"] == "for a moment longer", second
                leave(terminal)

    def maintenance():
        """A window of the policy mutes with a mark, and asks nobody."""
        with meadow(escalation="policy.yaml") as (folder, _):
            end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))
            (folder / "policy.yaml").write_text(f"""
levels: {{ P1: {{ respond: 1h }} }}
windows:
  - {{ name: spring cleaning, reason: it gets warm, match: 'job="page"', from: 2026-01-01T00:00:00Z, until: {end} }}
""")
            with console(skep, folder) as terminal:
                terminal.wait("Warmth", seconds=GENEROUS)
                terminal.send("2")
                screen = terminal.wait("Silenced, inhibited or in maintenance  1", "maintenance spring cleaning until",
                                       absent=("Firing", "ack in"), seconds=GENEROUS)
                assert "P1 1" not in screen.split("\n")[0], screen
                leave(terminal)

    def watch_only_looks():
        with meadow() as (folder, _), console(skep, folder, "--watch") as terminal:
            terminal.wait("Warmth", "P1 TooWarm", seconds=GENEROUS)
            terminal.send("2")
            screen = terminal.wait("Firing  1", seconds=GENEROUS)
            assert "A ack" not in screen and "M mute" not in screen, screen
            settled(terminal)
            for key in "AMU":
                terminal.send(key, 0.3)
                terminal.wait("watch mode: no acting keys", absent=("note:",), seconds=GENEROUS)
            assert not events(folder, "ack", "silence")
            leave(terminal)

    def paste_confirms_nothing():
        """A line break in a paste is no Enter, and a pasted A is no key."""
        with meadow() as (folder, _), begin(folder) as terminal:
            terminal.send("\x1b[200~A\rI was pasted\r\x1b[201~", 0.5)
            assert "note:" not in terminal.text(), terminal.text()
            terminal.send("A", 0.3)
            terminal.wait("note:", seconds=GENEROUS)
            terminal.send("\x1b[200~pasted\rtwice\r\x1b[201~", 1)
            screen = terminal.wait("note:", "pasted", seconds=GENEROUS)
            assert "Acknowledged" not in screen and not events(folder, "ack"), screen
            terminal.send("\x1b", 0.3)
            terminal.wait(absent=("note:",), seconds=GENEROUS)
            assert not events(folder, "ack")
            answers(terminal)
            leave(terminal)

    def journal_is_private():
        with meadow() as (folder, figures), begin(folder) as terminal:
            acknowledge(terminal, 'a "quoted" word; DROP TABLE event')
            terminal.wait("Acknowledged  1", seconds=GENEROUS)
            figures["weather"] = 3
            terminal.wait("Resolved lately", seconds=GENEROUS)
            wait_until(lambda: len(events(folder)) >= 3, GENEROUS)
            path = Path(journal_path(folder))
            assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
            for beside in path.parent.iterdir():
                assert stat.S_IMODE(beside.stat().st_mode) & 0o077 == 0, beside
            told = [(kind, body.get("state")) for kind, _, body in events(folder)]
            assert told == [("alert", "firing"), ("ack", None), ("alert", "resolved")], told
            ack = events(folder, "ack")[0][2]
            assert ack["note"] == 'a "quoted" word; DROP TABLE event', ack
            leave(terminal)

    def on_no_disk(folder, terminal, refuse, allow):
        """What cannot be written holds here, is said to be on no disk, and comes there when it can."""
        refuse()
        acknowledge(terminal, "no room")
        terminal.wait("Acknowledged  1", "no room", "1 event of the journal not on disk yet", seconds=GENEROUS)
        assert not events(folder, "ack")
        answers(terminal)
        terminal.wait("not on disk yet", seconds=GENEROUS)
        allow()
        terminal.wait("Acknowledged  1", absent=("not on disk yet",), seconds=2 * GENEROUS)
        assert [body["note"] for _, _, body in events(folder, "ack")] == ["no room"]

    def locked_journal():
        """Another program holds the file: as with a full disk, for whoever may not mount one."""
        with meadow() as (folder, _), begin(folder) as terminal:
            wait_until(lambda: events(folder, "alert"), GENEROUS)
            with contextlib.closing(sqlite3.connect(journal_path(folder), isolation_level=None)) as other:
                on_no_disk(folder, terminal, lambda: other.execute("BEGIN IMMEDIATE"),
                           lambda: other.execute("ROLLBACK"))
            leave(terminal)

    def full_disk():
        """A small disk for what is kept, filled to the last byte; the other console hears when there is room."""
        with meadow() as (folder, _):
            state = folder / "state"
            state.mkdir(mode=0o700)
            mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(state)]
            if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
                raise Skipped("only who may mount can fill a disk: a locked journal stands for it")
            try:
                with begin(folder) as terminal, begin(folder) as other:
                    wait_until(lambda: events(folder, "alert"), GENEROUS)
                    filler = state / "filler"

                    def fill():
                        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
                            while file.write(b"x" * 4096):
                                pass

                    on_no_disk(folder, terminal, fill, filler.unlink)
                    other.wait("Acknowledged  1", "no room", seconds=GENEROUS)
                    leave(terminal)
                    leave(other)
            finally:
                subprocess.run(["umount", "-l", str(state)], check=True)

    for test in (two_consoles, killed_after_enter, held_by_policy, comes_back, maintenance, watch_only_looks,
                 paste_confirms_nothing, journal_is_private, locked_journal, full_disk):
        yield f"acks {test.__name__.replace('_', ' ')}", test
