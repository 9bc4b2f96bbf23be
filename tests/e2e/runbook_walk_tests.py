"""`skep runbook run`: a runbook followed on a plain terminal, line by line: words that are none, numbers, values, pastes,
confirmation, the end."""
from runbook_console import Place, markdown
from terminal import Terminal

TEXT = markdown("echo first",
                "<!-- skep: { risk: read } -->\necho 'of <region>' of '<zone>'",
                "<!-- skep: { risk: change } -->\necho made",
                "<!-- skep: { risk: read } -->\ntest -n YOUR_TOKEN && echo given") + \
    "\n## Checklist\n\n- [x] Somebody was told\n- [ ] It is written down\n"
PROMPT = "q quit >"


class Walk:
    """A person who answers one prompt after the other."""

    def __init__(self, place, name):
        self.terminal = Terminal([place.skep, "runbook", "run", name, "--system", place.system], 200, 50,
                                 HOME=str(place.folder))
        self.seen = 0
        self.said = self.until(PROMPT, 60)

    def until(self, words, seconds=30):
        """What is printed up to those words, from where the last one ended."""
        waited = 0
        while words not in self.terminal.raw[self.seen:].decode(errors="replace"):
            assert waited < seconds * 10, self.terminal.raw[self.seen:]
            self.terminal.read(0.1)
            waited += 1
        self.terminal.read(0.2)
        said = self.terminal.raw[self.seen:].decode(errors="replace")
        self.seen = len(self.terminal.raw)
        return said

    def answer(self, line, words=PROMPT):
        self.terminal.send(line + "\r")
        return self.until(words)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.terminal.close()


def tests(skep):
    def from_the_first_step_to_the_last():
        with Place(skep, {"walk": TEXT}) as place, Walk(place, "walk") as walk:
            assert "1.1" in walk.said and "$ echo first" in walk.said and "r run" in walk.said, walk.said
            said = walk.answer("r")
            assert "ok after" in said and "first" in said and "needs     <region>" in said, said
            walk.answer("run", "<region> =")
            walk.answer("eu", "<zone> =")
            said = walk.answer("b")
            assert "of eu of b" in said and "1.3" in said, said
            walk.answer("!", "type 1.3 to run it >")
            assert "not run" in walk.answer("1.2") and not place.attempts("1.3")
            walk.answer("r", "type 1.3 to run it >")
            said = walk.answer("1.3")
            assert "made" in said and "1.4" in said, said
            walk.answer("r", "<YOUR_TOKEN> =")
            said = walk.answer("hunter2hunter2")
            assert "given" in said and "Somebody was told  (ticked in the file)" in said, said
            assert "hunter2" not in said, "the terminal shows a secret that is typed"
            assert "c next" in said and "r run" not in said.rpartition("Somebody")[2], said
            said = walk.answer("d as agreed")
            assert "2.2" in said and "d as agreed" in said, "what is no secret is shown"
            assert "That was the last step" in walk.answer("skip no need", "last step.")
            walk.terminal.finish(30)
            report = place.report()
            assert "Closed" in report and "as agreed" in report and "no need" in report, report
            assert "| `YOUR_TOKEN` | given, not recorded | |" in report and "hunter2" not in report, report

    def words_that_are_none():
        with Place(skep, {"walk": TEXT}) as place, Walk(place, "walk") as walk:
            for line in ("bogus", "done-ish", "2", "r now", "rr", "quitx"):
                said = walk.answer(line)
                assert f"'{line}' says nothing here, and nothing was done (r run  c next" in said, said
            assert "there is no such step" in walk.answer("9.9")
            assert "says nothing" not in walk.answer("")
            assert "1.3" in walk.answer("1.3") and "echo made" in walk.answer("go 1.3")
            assert not place.attempts()
            walk.answer("note seen")
            walk.terminal.send("quit\r")
            walk.terminal.finish(30)
            report = place.report()
            assert "seen" in report and "| Steps | none |" in report, report

    def several_lines_at_once():
        with Place(skep, {"walk": TEXT}) as place, Walk(place, "walk") as walk:
            walk.answer("1.2")
            walk.answer("r", "<region> =")
            said = walk.answer("eu\rwest\rr")
            assert "only the first one was taken, and nothing is run" in said and "of '<zone>'" in said, said
            walk.answer("r", "<zone> =")
            assert "nothing is run" in walk.answer("a\rr") and not place.attempts()
            said = walk.answer("r")
            assert "of eu of a" in said and place.outcome("1.2")["status"] == 0, said

    def no_secret_on_the_command_line():
        with Place(skep, {"walk": TEXT}) as place:
            terminal = Terminal([place.skep, "runbook", "run", "walk", "--var", "YOUR_TOKEN=hunter2hunter2", "--system",
                                 place.system], 200, 50, HOME=str(place.folder))
            terminal.wait("--var: YOUR_TOKEN is a secret", seconds=60)
            assert terminal.finish(30) == 2 and "hunter2" not in terminal.text(), terminal.text()
            terminal.close()
            assert not place.attempts()

    yield "runbook run: no secret on the command line", no_secret_on_the_command_line
    yield "runbook run: from the first step to the last", from_the_first_step_to_the_last
    yield "runbook run: words that are none are said to be none", words_that_are_none
    yield "runbook run: of several lines at once the first is a value", several_lines_at_once
