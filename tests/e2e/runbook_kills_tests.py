"""The console and its keepers killed at random moments while a person follows
a runbook whose steps each add one byte to a file of their own. Whatever was
killed when: no attempt runs its step twice, what was seen to be done stays
done, an end that nobody knows is said, and no such step runs again by itself.

runbook_kills_tests.py SKEP [KILLS [SEED]] runs it alone."""
import os
import random
import re
import signal
import sys
import time
from pathlib import Path

from runbook_console import Place, children, end, markdown
from servers import wait_until

STEPS = 8
KILLS, MOST_S = int(os.environ.get("SKEP_KILLS", "100")), 150  # in a test: whichever comes first
STANDING = re.compile(r"1\.(\d+)\s+part \d+\s+(.*?)\s*│")
TURN_S = 0.12  # longest look between two keys


class Follower:
    """A person at one console after the other, in one run after the other."""

    def __init__(self, place, chance):
        self.place, self.chance = place, chance
        self.terminal = None
        self.done, self.unknown = set(), set()  # of this run, as it was seen
        self.runs = self.kills = self.keepers = self.unknown_ends = self.never = 0
        self.new_run = True

    def sit_down(self):
        self.terminal = self.place.console(100, 30)
        self.terminal.send("3", 0.1)
        self.terminal.wait("Runbooks")
        self.terminal.send("g", 0.1)
        self.terminal.send("\r", 0.1)
        self.terminal.wait("Runbooks ▸", seconds=30)

    def look(self):
        """What the screen says of the steps, and whether that is so; True when all are over."""
        text, over = self.terminal.text(), 0
        if "Runbooks ▸" not in text or "╭ Change" in text or "╭ Once more" in text:
            return False
        for number, standing in STANDING.findall(text):
            step = int(number)
            if re.search(rf"✓\s+1\.{number}\s", text):
                self.done.add(step)
                over += 1
                assert self.count(step) == 1, (step, self.count(step), text)
            elif step in self.done:
                raise AssertionError(f"1.{step} was done, and is not any more:\n{text}")
            if "end not known" in standing:
                self.unknown.add(step)
                over += 1
            elif step in self.unknown and not re.search(rf"✓\s+1\.{number}\s", text):
                raise AssertionError(f"nobody knew how 1.{step} ended, and now:\n{text}")
        return over == STEPS

    def count(self, step):
        path = self.place.folder / f"count-{self.runs}-{step}"
        return path.stat().st_size if path.exists() else 0

    def check(self):
        """No counter ever passes one: nobody here asks for a second attempt of a step that began."""
        for step in range(1, STEPS + 1):
            assert self.count(step) <= 1, (step, self.count(step))

    def press(self):
        """The next thing a person would do, whatever stands on the screen."""
        text = self.terminal.text()
        asked = re.search(r"type (1\.\d+) to run", text)
        if asked:
            self.terminal.send(asked.group(1) + "\r", 0.02)
        elif "type again" in text or "╭ Run all" in text:
            self.terminal.send("\x1b", 0.3)  # one that nobody knows the end of stays as it is
        elif "only read" in text or "begins a run" in text:
            self.terminal.send("!", 0.3)
        else:
            focus = re.search(r"▸\s*(.)\s+1\.(\d+)\s", text)
            if focus and focus.group(1) == "○":
                self.terminal.send("!", 0.05)
            elif not re.search("…\\s+1\\.", text):
                self.terminal.send("g" if focus and int(focus.group(2)) == STEPS else "j", 0.05)

    def kill(self):
        keepers = self.place.keepers()
        what = self.chance.random()
        self.kills += 1
        if keepers and what < 0.35:
            victim = self.chance.choice(keepers)
            programs = children(victim)
            end(victim)
            self.keepers += 1
            for pid in programs:
                if self.chance.random() < 0.5:
                    end(pid)
            if what > 0.1:
                return
        self.terminal.signal(signal.SIGKILL)
        wait_until(lambda: not self.terminal.alive())
        self.terminal.close()
        self.terminal = None

    def follow(self, kills, seconds):
        end_at = time.monotonic() + seconds
        while self.kills < kills and time.monotonic() < end_at:
            if self.new_run:
                self.runs += 1
                self.done, self.unknown, self.new_run = set(), set(), False
                self.place.write("counts", steps(self.runs))
            if not self.terminal:
                self.sit_down()
            until = time.monotonic() + self.chance.expovariate(1 / 1.2)
            while time.monotonic() < until or (self.chance.random() < 0.9 and not self.place.keepers()):
                self.press()
                self.terminal.read(self.chance.random() * TURN_S)
                self.check()
                if self.look():
                    self.finish_run()
                    break
                if time.monotonic() > until + 20:
                    raise AssertionError(f"nothing goes on:\n{self.terminal.text()}")
            if self.terminal and self.terminal.alive():
                self.kill()
            else:
                raise AssertionError("the console ended by itself")

    def finish_run(self):
        self.unknown_ends += len(self.unknown)
        self.terminal.send(":", 0.1)
        self.terminal.send("close\r", 0.3)
        self.terminal.wait("closed", seconds=20)
        report = self.place.report()
        for step in self.unknown:
            assert f"1.{step}" in report and ("not known" in report or "unknown" in report), report
        self.new_run = True


def steps(run):
    return markdown(*(f"printf x >> count-{run}-{step}; sleep {(0, 0.2, 0.7, 1.5)[step % 4]}; echo over" for step in range(1, STEPS + 1)))


def trial(skep, kills, seed, seconds):
    with Place(skep, {"counts": steps(0)}, "steps: { directory: . }") as place:
        follower = Follower(place, random.Random(seed))
        try:
            follower.follow(kills, seconds)
            follower.check()
        except AssertionError:
            print(f"     seed {seed}, run {follower.runs}, {follower.kills} kills")
            raise
        finally:
            if follower.terminal:
                follower.terminal.close()
        wait_until(lambda: not place.keepers(), 60)
        print(f"     {follower.kills} kills, {follower.keepers} of keepers; {follower.runs} runs, "
              f"{len(place.attempts())} attempts, {follower.unknown_ends} ends that nobody knows (seed {seed})")


def tests(skep):
    yield "runbook kills: nothing runs twice, nothing is lost", lambda: trial(skep, KILLS, int(time.time()), MOST_S)


if __name__ == "__main__":
    trial(str(Path(sys.argv[1]).resolve()), int(sys.argv[2]) if len(sys.argv) > 2 else KILLS,
          int(sys.argv[3]) if len(sys.argv) > 3 else int(time.time()), 3600)
