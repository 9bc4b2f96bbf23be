"""One console amid everything that can be wrong with sources at once: it goes
on answering, keeps its memory within bounds, says in words what is wrong with
each, and leaves nothing behind. No test of speed: the bench measures that."""
import os
import re
import time
from pathlib import Path

from hostile_sources import FINE, REASONS, HostileSources
from terminal import Terminal

SECONDS = 25
# Far more than a person would bear, for a slow machine under sanitizers: it tells late from never.
ANSWER_MOST = 8
# What is read of one page at most (64 MiB), what is held of it while it is read, and as much again for all the rest.
RESIDENT_MOST_MIB = 64 + 96
# With sanitizers the program itself is larger; what was freed must not be taken for what is held.
SANITIZED_MOST_MIB = 2 * RESIDENT_MOST_MIB
FEW_FREED = "quarantine_size_mb=1:thread_local_quarantine_size_kb=64"
MARK = "SKEP_TEST_CHILD_OF"
WORD = "qwertyuiop"


def resident_mib(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def marked(mark):
    """Processes that have the mark in their environment: the console and whatever it started."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            pass
    return found


def is_sanitized(pid):
    return "libasan" in Path(f"/proc/{pid}/maps").read_text()


class Typist:
    """Types into the command line, over one view after another, a key each 100 ms; every one must come to stand there."""

    def __init__(self, terminal):
        self.terminal, self.took, self.resident, self.views = terminal, [], [], 0

    def type_word(self):
        terminal = self.terminal
        terminal.send("156"[self.views % 3], 0.1)
        self.views += 1
        terminal.send(":", 0.1)
        for end in range(1, len(WORD) + 1):
            began = time.monotonic()
            terminal.send(WORD[end - 1], 0)
            terminal.wait(f":{WORD[:end]}", seconds=ANSWER_MOST)
            self.took.append(time.monotonic() - began)
            terminal.read(max(0, 0.1 - self.took[-1]))
            self.resident.append(resident_mib(terminal.pid))
        terminal.send("\x03", 0.2)

    def run(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.type_word()


def row_of(text, job):
    rows = [line for line in text.splitlines() if re.match(rf"│[▸ ]\S {re.escape(job)} ", line)]
    return rows[0] if rows else ""


def await_reasons(terminal, sources, seconds=60):
    """Each source says what is wrong with it, and those that are well go on amid the others."""
    wanted = {job: words for job, words in REASONS.items() if sources.name_server or not job.startswith("dead")}
    end = time.monotonic() + seconds
    while True:
        terminal.read(0.3)
        rows = {job: row_of(terminal.text(), job) for job in [*wanted, *FINE]}
        without = [(job, rows[job]) for job, words in wanted.items() if not any(word in rows[job] for word in words)]
        without += [(job, rows[job]) for job in FINE if "✓" not in rows[job]]
        if not without:
            return
        assert time.monotonic() < end, "\n".join(map(str, [*without, terminal.text()]))


def tests(skep):
    def hostile_sources():
        with HostileSources() as sources:
            mark = str(sources.servers.folder)
            command = sources.command(skep, "--system", sources.system, "--refresh", "1s", "--glyphs", "braille", "--colours",
                                      "256")
            options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), FEW_FREED]))
            with Terminal(command, 200, 50, TERM="linux", ASAN_OPTIONS=options, **{MARK: mark}) as terminal:
                terminal.wait("Hostile", "P0", seconds=30)
                sources.hang()
                typist = Typist(terminal)
                typist.run(SECONDS)
                terminal.send("6")
                terminal.wait("Collected here")
                await_reasons(terminal, sources)
                most = SANITIZED_MOST_MIB if is_sanitized(terminal.pid) else RESIDENT_MOST_MIB
                took = sorted(typist.took)
                print(f"     {len(took)} keys, median {took[len(took) // 2] * 1000:.0f} ms, most {took[-1] * 1000:.0f} ms; resident "
                      f"{typist.resident[0]:.0f} to {max(typist.resident):.0f} MiB (at most {most}); "
                      f"{'names that hang' if sources.name_server else 'not root: without names that hang'}")
                assert len(took) >= 60, len(took)
                assert max(typist.resident) < most, typist.resident
                assert terminal.pid in marked(mark)
                terminal.send("q", 0.3)
                terminal.send("q", 0.3)
                if terminal.alive():
                    terminal.send("q")
                assert terminal.finish(20) == 0
                assert terminal.restored() == [], terminal.restored()
                end = time.monotonic() + 5
                while (left := marked(mark)) and time.monotonic() < end:
                    time.sleep(0.1)
                assert not left, [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left]

    yield "hostile sources", hostile_sources
