"""What a value may be, listed by a command of which only the runbook says that
it reads: shown before it is run, run on a key, chosen by number; and a check of
that kind, which waits until somebody ran its step."""
import re
import time

from runbook_console import Place, begin, markdown, press, run
from runbook_situations import Book
from servers import wait_until
from terminal import Terminal

CHOOSES = "<!-- skep: { risk: read, choices: { pick: { command: './list --all', risk: read } } } -->\necho picked <pick>"
PROVED = ("<!-- skep: { risk: read, check: { command: './list --check', risk: read, name: it lists } } -->\n"
          "echo done | tee did")
HERE = "steps: { directory: . }"


def with_list(place):
    """A program that no table knows; it counts how often it is run."""
    path = place.folder / "list"
    path.write_text('#!/bin/sh\necho "$*" >> asked\necho "snap one"\necho "snap;two"\n')
    path.chmod(0o755)
    return place


def asked(place):
    path = place.folder / "asked"
    return path.read_text().split("\n")[:-1] if path.exists() else []


def begin_narrow(terminal, name):
    """Where the frame has no room for where one is."""
    terminal.send("3")
    terminal.wait(name)
    terminal.send("g\r", 0.3)
    terminal.wait("step 1 of 1")
    press(terminal, "!", "a run has begun")
    time.sleep(1.1)


def tests(skep):
    def listed(columns):
        def test():
            with Place(skep, {"one": markdown(CHOOSES)}, HERE) as place:
                with with_list(place).console(columns, 24) as terminal:
                    begin_narrow(terminal, "one") if columns < 80 else begin(terminal, "one")
                    press(terminal, "!", "needs <pick>", "Tab runs this, for a list:", "./list --all")
                    assert "only the runbook says" in re.sub("[│ \n]+", " ", terminal.text()), terminal.text()
                    assert "Tab list" in re.sub(" +", " ", terminal.text().split("\n")[-1]), terminal.text()
                    terminal.send("a\t", 0.3)  # a Tab within what is typed
                    terminal.send("\x7f", 0.3)
                    terminal.read(1)
                    assert not asked(place), "nothing runs because it stands there"
                    terminal.send("\t", 0.3)
                    terminal.wait("1 snap one", "2 snap;two")
                    assert asked(place) == ["--all"]
                    terminal.send("\x1b", 0.5)
                    press(terminal, "!", "Tab runs this")
                    terminal.send("\t", 0.3)
                    terminal.wait("2 snap;two")
                    terminal.send("2", 0.5)
                    terminal.wait("echo picked 'snap;two'")
                    run(terminal, "1.1")
                    assert place.outcome("1.1")["status"] == 0
                    assert "picked snap;two" in place.transcript("1.1")
                    assert "snap;two" in place.report()
        return test

    def on_a_plain_terminal():
        with Place(skep, {"one": markdown(CHOOSES)}, HERE) as place:
            with Terminal([skep, "runbook", "run", "one", "--system", with_list(place).system], 120, 36,
                          HOME=str(place.folder)) as terminal:
                terminal.wait("r run", seconds=60)
                terminal.send("r\n", 0.5)
                terminal.wait("$ ./list --all", "<pick> (Enter: list) =")
                assert not asked(place)
                terminal.send("\n", 0.5)
                terminal.wait("1 snap one", "2 snap;two", "<pick> (its number, or a value) =")
                terminal.send("2\n", 0.5)
                terminal.wait("picked snap;two", seconds=30)
                terminal.finish(30)
            assert asked(place) == ["--all"]

    def a_check_waits_for_its_step():
        with Place(skep, {"one": markdown(PROVED)}, HERE) as place, with_list(place).console() as terminal:
            begin(terminal, "one")
            terminal.wait("it lists", "runs once you ran the step", "said to read only: ./list --check")
            terminal.read(6)
            assert not asked(place), "nothing runs because the file was opened"
            run(terminal, "1.1")
            wait_until(lambda: asked(place), 40)
            terminal.wait("✓ 1.1 it lists")
            assert set(asked(place)) == {"--check"}

    def a_restore_in_the_demo():
        book = Book(skep, "polln", "data-corruption")
        step = next(one for one in book.steps.values() if "restore --full --id=<good-backup>" in one["text"])
        letter = next(one["letter"] for one in book.all["sections"] if one["index"] == step["section"])
        with Place(skep, {}) as place:
            with Terminal([skep, "demo", "polln"], 200, 50, TMPDIR=str(place.folder), HOME=str(place.folder)) as terminal:
                terminal.wait("simulated", "1 board", seconds=120)
                begin(terminal, "Data Corruption")
                if letter:
                    press(terminal, "B", "Go on with which scenario?")
                    terminal.send(letter, 1.5)
                for _ in range(60):
                    if re.search(rf"▸ *○ {re.escape(step['id'])} ", terminal.text()):
                        break
                    terminal.send("\t", 0.2)
                time.sleep(1.2)
                press(terminal, "!", f"{step['id']} needs <good-backup>", "Tab runs this, for a list:",
                      "backup --list", "kubectl")
                terminal.send("\t", 0.3)
                listed = terminal.wait("1 backup-", seconds=60)
                first = re.search(r"\b1 (backup-\d+-\d+)", listed).group(1)
                terminal.send("1", 0.5)
                terminal.wait(f"restore --full --id={first}")
                terminal.send("q", 0.5)

    yield "runbook choices: listed on a key", listed(120)
    yield "runbook choices: at forty columns", listed(40)
    yield "runbook choices: on a plain terminal", on_a_plain_terminal
    yield "runbook choices: a check waits for its step", a_check_waits_for_its_step
    yield "runbook choices: a restore in the demo", a_restore_in_the_demo
