"""A step and the terminal its person sits at: closed, killed, stopped, resized,
lent to the step's program; keys typed too soon, pasted or pressed at two
consoles at once; targets that change; secrets that are said."""
import getpass
import os
import signal
import socket
import time
from pathlib import Path

from runbook_console import (Place, begin, children, end, lives, markdown, press, run, take_up)
from servers import wait_until
from terminal import Terminal

ME = f"{getpass.getuser()}@{socket.gethostname().split('.')[0]}"
HERE = "steps: { directory: . }"
COUNTS = "printf x >> count; sleep {seconds}; echo over"
SCREEN = r"""/usr/bin/python3 -c '
import curses
def main(screen):
    screen.addstr(3, 5, "whole" + " screen")
    screen.refresh()
    while True:
        key = screen.getch()
        if key == ord("q"):
            break
        screen.addstr(5, 5, "si" + "ze %dx%d" % screen.getmaxyx()[::-1])
        screen.refresh()
curses.wrapper(main)
print("left " + "in peace")
'"""


def counted(place):
    path = place.folder / "count"
    return path.stat().st_size if path.exists() else 0


def start(place, terminal, name="one", step="1.1"):
    begin(terminal, name)
    run(terminal, step)
    terminal.wait("running")
    wait_until(lambda: counted(place) == 1)


def taken_up(place, seconds=40):
    """At a new console the step is seen to go on, and to end; it ran once."""
    with place.console() as terminal:
        take_up(terminal)
        terminal.wait("✓ 1.1", "over", seconds=seconds)
        assert counted(place) == 1
        assert place.outcome("1.1")["status"] == 0
        assert len(place.attempts("1.1")) == 1


def lend(terminal, shown="whole screen"):
    """Until the step's program has the terminal, and nothing of skep is seen."""
    def is_lent():
        terminal.send("O", 0.4)
        return "Runbooks" not in terminal.text()
    time.sleep(1.1)
    wait_until(is_lent, every=1.1)
    terminal.wait(shown)


def kubeconfig(path, name, namespace="production"):
    path.write_text(f"""apiVersion: v1
kind: Config
current-context: {name}
clusters: [{{ name: {name}, cluster: {{ server: "https://10.0.0.1:6443" }} }}]
contexts: [{{ name: {name}, context: {{ cluster: {name}, user: u, namespace: {namespace} }} }}]
users: [{{ name: u, user: {{}} }}]
""")
    return path


def holding(folder, word):
    """Files below the folder in which it stands; the runbook's own text is as it was written."""
    found = []
    for path in Path(folder).rglob("*"):
        if path.is_file() and path.name != "runbook.md" and word.encode() in path.read_bytes():
            found.append(str(path))
    return found


def tests(skep):
    def lost(how):
        def test():
            with Place(skep, {"one": markdown(COUNTS.format(seconds=6))}, HERE) as place:
                with place.console() as terminal:
                    start(place, terminal)
                    keeper = place.keepers()[0]
                    how(terminal)
                    terminal.read(0.5)
                    assert lives(keeper)
                taken_up(place)
                wait_until(lambda: not place.keepers())
        return test

    def closed(terminal):
        """As a lost line is: the terminal hangs up."""
        os.close(terminal.slave)
        os.close(terminal.master)
        terminal.slave, terminal.master = os.open("/dev/null", os.O_RDWR), os.open("/dev/null", os.O_RDWR)
        wait_until(lambda: not terminal.alive())

    def killed(terminal):
        terminal.signal(signal.SIGKILL)
        wait_until(lambda: not terminal.alive())

    def left(terminal):
        for _ in range(5):
            terminal.send("q", 0.2)
            if not terminal.alive():
                break
        terminal.finish()
        assert not terminal.restored()

    def keeper_killed():
        with Place(skep, {"one": markdown(COUNTS.format(seconds=60))}, HERE) as place, place.console() as terminal:
            start(place, terminal)
            keeper = place.keepers()[0]
            programs = children(keeper)
            end(keeper)
            terminal.wait("end not known")
            terminal.read(3)
            press(terminal, "!", "type again 1.1 to run")
            terminal.send("1.1\r", 0.3)
            terminal.wait("nothing was run")
            assert counted(place) == 1
            terminal.send("\x1b", 0.3)
            assert "not known" in place.report() or "unknown" in place.report()
            for pid in programs:
                end(pid)

    def keeper_killed_beneath_a_stubborn_one():
        """What ignores that its keeper died is named, and goes on until somebody says otherwise."""
        stubborn = "(trap '' HUP INT; echo $BASHPID > stubborn; sleep 300; true) & printf x >> count; sleep 60"
        with Place(skep, {"one": markdown(stubborn)}, HERE) as place:
            with place.console() as terminal:
                start(place, terminal)
                wait_until(lambda: (place.folder / "stubborn").exists())
                pid = int((place.folder / "stubborn").read_text())
                end(place.keepers()[0])
                terminal.wait("end not known", f"bash (pid {pid})", "X ends what still runs of it")
                terminal.read(3)
                assert lives(pid)
            with place.console() as terminal:  # nor is it forgotten
                take_up(terminal)
                terminal.wait("end not known", f"bash (pid {pid})", "X ends what still runs of it")
                assert lives(pid)
                press(terminal, "X", "ending what is left of 1.1")
                terminal.send("X", 0.3)
                wait_until(lambda: not lives(pid), 30)
                terminal.wait("nothing of it runs any more")
                assert counted(place) == 1
                report = place.report()
                assert f"bash (pid {pid})" in report and "ended by hand" in report, report

    def stopped():
        with Place(skep, {"one": markdown(COUNTS.format(seconds=4))}, HERE) as place, place.console() as terminal:
            start(place, terminal)
            terminal.send("\x1a", 0.5)
            wait_until(terminal.stopped)
            assert place.outcome("1.1")["status"] == 0
            terminal.signal(signal.SIGCONT)
            terminal.wait("✓ 1.1", "over")

    def resized():
        with Place(skep, {"one": markdown(COUNTS.format(seconds=6))}, HERE) as place, place.console() as terminal:
            start(place, terminal)
            for columns, rows in ((40, 12), (200, 60), (20, 5), (1, 1), (80, 24), (120, 36)):
                terminal.resize(columns, rows)
                terminal.read(0.3)
            terminal.wait("✓ 1.1", "over")
            assert counted(place) == 1

    def lent():
        with Place(skep, {"one": markdown(SCREEN)}, HERE) as place, place.console() as terminal:
            begin(terminal, "one")
            run(terminal, "1.1")
            terminal.wait("running")
            lend(terminal)
            terminal.send("x", 0.3)
            terminal.wait("size 120x36")
            terminal.resize(100, 30)
            terminal.wait("size 100x30")
            terminal.send("\x1d", 0.3)
            terminal.wait("Runbooks ▸", "running")
            lend(terminal, "size 100x30")
            terminal.send("q", 0.3)
            terminal.wait("Runbooks ▸", "✓ 1.1", "left in peace")
            terminal.send("q", 0.2)
            left(terminal)

    def killed_while_lent():
        with Place(skep, {"one": markdown(SCREEN)}, HERE) as place:
            with place.console() as terminal:
                begin(terminal, "one")
                run(terminal, "1.1")
                terminal.wait("running")
                lend(terminal)
                keeper = place.keepers()[0]
                killed(terminal)
                time.sleep(1)
                assert lives(keeper)
            with place.console() as terminal:
                take_up(terminal)
                terminal.wait("running")
                time.sleep(1.1)
                lend(terminal)
                terminal.send("q", 0.3)
                terminal.wait("Runbooks ▸", "✓ 1.1")

    def killed_while_lent_by_a_shell():
        """What started skep has its terminal back as it was, though skep itself had no time for that."""
        with Place(skep, {"one": markdown(SCREEN)}, HERE) as place:
            shell = f'"{skep}" --system "{place.system}"; echo back at "the shell"; exec cat'
            with Terminal(["/bin/sh", "-c", shell], 120, 36, HOME=str(place.folder)) as terminal:
                terminal.wait("Place ▸", "╰", seconds=60)
                begin(terminal, "one")
                run(terminal, "1.1")
                terminal.wait("running")
                lend(terminal)
                assert terminal.restored()
                end(children(terminal.pid)[0])
                terminal.wait("back at the shell")
                wait_until(lambda: terminal.read(0.1) or not terminal.restored())
                terminal.send("typed\r", 0.3)
                terminal.wait("typed")

    def terminated_while_lent():
        with Place(skep, {"one": markdown(SCREEN)}, HERE) as place, place.console() as terminal:
            begin(terminal, "one")
            run(terminal, "1.1")
            terminal.wait("running")
            lend(terminal)
            terminal.signal(signal.SIGTERM)
            terminal.finish()
            assert not terminal.restored(), terminal.restored()

    def keys_too_soon():
        with Place(skep, {"one": markdown("touch ran", "touch ran-too")}, HERE) as place, place.console() as terminal:
            begin(terminal, "one")
            terminal.send("!1.1\r", 1)  # in one go: the question is not there yet
            assert not place.attempts()
            terminal.send("\x1b", 0.5)
            press(terminal, "!", "type 1.1 to run")
            terminal.send("\x1b[200~1.1\n\x1b[201~", 1)
            terminal.wait("a paste confirms nothing")
            terminal.send("\r", 0.5)
            assert not place.attempts()
            terminal.send("\x1b", 0.5)
            terminal.send("\x1b[200~!\n1.1\nD\n!1.1\n" + "rm -rf /\n" * 200 + "\x1b[201~", 1)
            terminal.read(1)
            assert not place.attempts() and "type 1.1" not in terminal.text()
            press(terminal, "!", "type 1.1 to run")
            terminal.send("1.2\r", 0.5)
            terminal.wait("nothing was run")
            terminal.send("\r", 0.5)
            assert not (place.folder / "ran").exists()
            terminal.send("\x1b", 0.5)
            press(terminal, "!", "type 1.1 to run")
            terminal.send("1.1\r", 0.2)
            terminal.wait("✓ 1.1")
            terminal.send("!1.2\r", 1.5)  # the focus has just gone on
            assert not (place.folder / "ran-too").exists()

    def two_consoles():
        with Place(skep, {"one": markdown(COUNTS.format(seconds=2), "printf y >> other; echo other-ran")}, HERE) as place, \
                place.console() as one, place.console() as two:
            begin(one, "one")
            take_up(two)
            time.sleep(1.1)
            press(two, "!", "not run:", "another console")
            assert not place.attempts()
            press(one, "P", "hand over the lead")
            one.send("1", 0.3)
            one.wait("Hand over")
            one.send(f"{ME}\r", 0.5)
            one.wait("at your other console, P takes it")
            one.send("\x1b", 0.3)
            # Both at once: one has confirmed what the other one takes away. Either may be first.
            press(one, "!", "type 1.1 to run")
            press(two, "P", "take the lead")
            os.write(two.master, b"1")
            os.write(one.master, b"1.1\r")
            for terminal in (one, two):
                terminal.read(1.2)
            terminal.read(1)
            if not counted(place):
                run(two, "1.1")
            assert place.outcome("1.1")["status"] == 0
            for terminal in (one, two):
                terminal.wait("✓ 1.1")
            assert counted(place) == 1
            if "type 1.1 to run" in one.text():
                one.send("\x1b", 0.5)
            # It is the other one's now, until it is taken back.
            press(one, "!", "not run:", "another console")
            press(one, "P", "take the lead")
            one.send("1", 0.5)
            time.sleep(1.1)
            run(one, "1.2")
            one.wait("✓ 1.2", "other-ran")
            two.wait("✓ 1.2")

    def another_target():
        with Place(skep, {"one": markdown("echo reads-run", "touch ran")}, HERE) as place:
            config = kubeconfig(place.folder / "kube", "prod-cluster")
            with place.console(KUBECONFIG=str(config)) as terminal:
                begin(terminal, "one")
                run(terminal, "1.1")
                terminal.wait("✓ 1.1", "prod-cluster/production")
                time.sleep(1.1)
                press(terminal, "!", "type 1.2 to run")
                kubeconfig(config, "staging-cluster")
                terminal.send("1.2\r", 1)
                terminal.read(1)
                assert not (place.folder / "ran").exists() and not place.attempts("1.2"), terminal.text()
                assert "target" in terminal.text() and "staging-cluster" in terminal.text(), terminal.text()
                press(terminal, "!", "not run:")
                assert not place.attempts("1.2")

    def an_unwanted_target():
        more = f"{HERE}\ntarget: prod-cluster/production\nenvironment: production"
        with Place(skep, {"one": markdown("echo reads-run", "touch ran")}, more) as place:
            config = kubeconfig(place.folder / "kube", "staging-cluster")
            with place.console(KUBECONFIG=str(config)) as terminal:
                begin(terminal, "one")
                run(terminal, "1.1")
                terminal.wait("✓ 1.1", "reads-run")
                time.sleep(1.1)
                press(terminal, "!", "not run:")
                assert not (place.folder / "ran").exists()

    SECRETS = {"DB_PASSWORD": "correct-horse-battery", "API_TOKEN": "tok-81f3a77c0d"}

    def secrets_that_are_said():
        steps = ["printenv DB_PASSWORD; env; printf 'Authorization: Bearer %s%s\\n' abcdef0123 456789abcdef",
                 "printf 'correct-'; sleep 0.3; printf 'horse-'; sleep 0.3; echo battery",
                 "printf 'postgres://admin:%s%s@db/polln\\n' hunter2 secret",
                 "echo login <db-password>"]
        with Place(skep, {"secret": markdown(*steps)}, HERE) as place:
            with place.console(rows=50, **SECRETS) as terminal:
                begin(terminal, "secret")
                for number in (1, 2, 3):
                    press(terminal, "!")
                    terminal.read(0.5)
                    if f"type 1.{number} to run" in terminal.text():
                        terminal.send(f"1.{number}\r", 0.3)
                    place.outcome(f"1.{number}")
                    terminal.wait(f"✓ 1.{number}")
                    time.sleep(1.1)
                press(terminal, "!", "needs <db-password>")
                terminal.send("open-sesame-77\r", 0.5)
                time.sleep(1.1)
                press(terminal, "!")
                terminal.read(0.7)
                if "type 1.4 to run" in terminal.text():
                    terminal.send("1.4\r", 0.3)
                place.outcome("1.4")
                terminal.wait("✓ 1.4")
                terminal.send("o", 0.5)
                terminal.read(0.5)
                report = place.report()
                wal = holding(place.state, "login")
                assert wal, "the command itself is told of"
                for word in [*SECRETS.values(), "abcdef0123456789abcdef", "hunter2secret", "open-sesame-77"]:
                    assert not holding(place.state, word), (word, holding(place.state, word))
                    assert word not in report, word
                    assert word.encode() not in terminal.raw, word

    def a_demo_that_ends(how):
        def test():
            with Place(skep, {"waits": markdown("<!-- skep: { risk: read, timeout: 2m } -->\nsleep 15")}) as place:
                environment = {"TMPDIR": str(place.folder), "HOME": str(place.folder)}
                before = set(processes(place.folder))
                command = [skep, "demo", "polln", "--", "console", "--runbook", str(place.runbooks / "waits.md")]
                with Terminal(command, 140, 40, **environment) as terminal:
                    terminal.wait("simulated", "Runbooks ▸", seconds=120)
                    press(terminal, "!", "a run has begun", seconds=60)
                    time.sleep(1.2)
                    press(terminal, "!", "running", seconds=60)
                    wait_until(place.keepers)
                    how(terminal)
                    terminal.finish(30)
                wait_until(lambda: not place.keepers(), 60)
                wait_until(lambda: not set(processes(place.folder)) - before, 60)
        return test

    named = {"a terminal that is closed": lost(closed), "a console that is killed": lost(killed),
             "a console that is left": lost(left), "a keeper that is killed": keeper_killed,
             "keeper killed beneath what ignores that": keeper_killed_beneath_a_stubborn_one, "stopped": stopped,
             "resized": resized, "lent to its program": lent, "killed while it is lent": killed_while_lent,
             "killed while it is lent, by a shell": killed_while_lent_by_a_shell,
             "ended while it is lent": terminated_while_lent, "keys that come too soon": keys_too_soon,
             "two consoles": two_consoles, "a target that changes": another_target,
             "a target that is not wanted": an_unwanted_target, "secrets that are said": secrets_that_are_said,
             "a demo that is killed": a_demo_that_ends(lambda t: t.signal(signal.SIGKILL)),
             "a demo that is ended": a_demo_that_ends(lambda t: t.signal(signal.SIGTERM))}
    for name, test in named.items():
        yield f"runbook terminal: {name}", test


def processes(folder):
    """Those that have something open below the folder, or run there."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            opened = [os.readlink(entry / "cwd"), *(os.readlink(one) for one in (entry / "fd").iterdir())]
        except OSError:
            continue
        if any(str(folder) in path for path in opened):
            found.append(int(entry.name))
    return found
