#!/usr/bin/env python3
"""console_golden.py [--update] SKEP: what stands on the screen of each kind of
terminal, in UTF-8 and in the C locale and in each size, compared with the
files in golden/. Terminals that can show the same must show the same. Ends
with `N passed, N failed`."""
import difflib
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from servers import Servers  # noqa: E402
from terminal import Terminal  # noqa: E402

GOLDEN = HERE / "golden"
AT = "2026-03-01T12:00:00Z"
BANNER_KEPT = 12  # columns of the first row; behind them stand clocks and ages

# glyph set that must come out, TERM, locale
TERMINALS = [
    *[("braille", term, "C.UTF-8") for term in ("xterm-256color", "screen-256color", "tmux-256color", "xterm-kitty")],
    ("block", "linux", "C.UTF-8"),
    ("ascii", "vt100", "C.UTF-8"),
    *[("ascii", term, "C") for term in ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100",
                                        "xterm-kitty")],
]
SIZES = [(40, 12), (80, 24), (200, 50), (400, 100)]


def draw(skep, url, term, locale, size):
    with Terminal([skep, "-p", url, "-d", HERE / "panels.json", "--at", AT, "--range", "1h", "--wait", "60s"],
                  *size, TERM=term, LANG=locale, LC_ALL=locale) as terminal:
        terminal.wait("Every panel", "42.0")
        terminal.send("?", 0.3)
        terminal.wait("Moving about")
        terminal.send("q", 0.3)
        terminal.wait("Requests", absent=("Moving about", "asking"))
        terminal.send("\x0c", 0.5)
        rows = terminal.text().split("\n")
        terminal.send("q")
        terminal.finish()
    return "\n".join([rows[0][:BANNER_KEPT].rstrip(), *rows[1:]]) + "\n"


def draw_line(skep, url, size):
    """A line of a log unfolded; how long ago it was said goes on."""
    with Terminal([skep, "-p", url, "--system", HERE / "logs.yaml", "--at", AT, "--range", "1h"], *size) as terminal:
        terminal.send("5", 0.3)
        terminal.wait("standing still", "worker 2043")
        terminal.send("w", 0.3)
        terminal.wait("▸◆ 03-01 11:47:32")
        terminal.send("kk\r", 0.3)
        terminal.wait("Traceback", "request_id")
        rows = terminal.text().split("\n")
        terminal.send("\x1b", 0.3)
        terminal.send("q", 0.3)
        terminal.send("q")
        terminal.finish()
    rows = [re.sub(r"Z, \S+ ago *│", "Z, some time ago │", row) for row in rows]
    return "\n".join([rows[0][:BANNER_KEPT].rstrip(), *rows[1:]]) + "\n"


def main():
    arguments = [a for a in sys.argv[1:] if a != "--update"]
    skep = str(Path(arguments[0]).resolve())
    passed = failed = 0
    updated = set()
    with Servers() as servers:
        url = f"http://127.0.0.1:{servers.script(HERE / 'fixed_server.py')}"
        screens = [(f"console-{glyphs}-{size[0]}x{size[1]}", f"{term} {locale}",
                    lambda term=term, locale=locale, size=size: draw(skep, url, term, locale, size))
                   for glyphs, term, locale in TERMINALS
                   for size in (SIZES if term in ("xterm-256color", "vt100") else [(80, 24)])]
        screens += [("console-logs-line", "a line of a log", lambda: draw_line(skep, url, (100, 30)))]
        for name, what, drawn in screens:
            path = GOLDEN / f"{name}.txt"
            text = drawn()
            if "--update" in sys.argv and path not in updated:
                path.write_text(text)
                updated.add(path)
            expected = path.read_text() if path.exists() else ""
            if text == expected:
                passed += 1
                continue
            failed += 1
            print(f"{what}: differs from {path.name}")
            for line in list(difflib.unified_diff(expected.splitlines(), text.splitlines(), "golden", "drawn", "", "",
                                                  0))[:20]:
                print("  " + line)
    print(f"terminals: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
