"""The console on a real terminal, against a real Prometheus that is killed,
stopped, slowed and restarted under it."""
import os
import signal
import subprocess
import time
from pathlib import Path

from servers import Servers, environment, free_port, query, wait_until
from terminal import Terminal

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NODE = ROOT / "systems/node/dashboard.json"
POLLN = ROOT / "systems/polln/dashboard.json"
PANELS = ROOT / "tests/screen/panels.json"
FIXED = ROOT / "tests/screen/fixed_server.py"
CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)
# A sanitizer would take these signals for faults of the program and write a log of each.
UNWATCHED = ":".join([os.environ.get("ASAN_OPTIONS", ""),
                      *(f"handle_{name}=0" for name in "segv abort sigbus sigfpe sigill".split())]).lstrip(":")


def tests(skep):
    def console(port, *words, dashboards=(PANELS,), columns=120, rows=40, **env):
        command = [skep, "-p", f"http://127.0.0.1:{port}"]
        for path in dashboards:
            command += ["-d", path]
        if "TERM" not in env:
            # The emulator knows what the Linux console knows: no repeated characters, no scrolling by many lines.
            env["TERM"] = "linux"
            command += ["--glyphs", "braille", "--colours", "256"]
        return Terminal([*command, *words], columns, rows, **env)

    def with_fixed(test):
        with Servers() as servers:
            test(servers.script(FIXED), servers)

    def alive_and_answering(terminal, seconds=3.0):
        """A key is answered while whatever goes on goes on."""
        started = time.monotonic()
        terminal.send("?")
        terminal.wait("Moving about", seconds=seconds)
        terminal.send("q")
        terminal.wait(absent=("Moving about",), seconds=seconds)
        assert time.monotonic() - started < 2 * seconds

    def life():
        with Servers() as servers:
            node = servers.node_exporter()
            port = servers.prometheus({"node": node})
            wait_until(lambda: query(port, "count_over_time(node_load1[1m]) > 17"))
            with console(port, "--range", "5m", "--refresh", "1s", "--timeout", "1s", dashboards=(NODE,),
                         columns=160, rows=50) as terminal:
                terminal.wait("Node", "LIVE 5m", "CPU by mode", "iowait")
                servers.stop("prometheus")
                terminal.wait("refused", "stale")
                alive_and_answering(terminal)
                servers.prometheus({"node": node}, port)
                terminal.wait("LIVE", absent=("refused", "stale"), seconds=60)
                servers.signal("prometheus", signal.SIGSTOP)
                terminal.wait("timeout", "stale")
                alive_and_answering(terminal)
                servers.signal("prometheus", signal.SIGCONT)
                terminal.wait("LIVE", absent=("timeout", "stale"), seconds=60)
                terminal.send("q")
                assert terminal.finish() == 0
                assert terminal.restored() == [], terminal.restored()

    def before_the_server():
        """Opened while nothing listens and then nothing is scraped: variables and panels come by themselves."""
        with Servers() as servers:
            node, port = servers.node_exporter(), free_port()
            with console(port, "--range", "5m", "--refresh", "1s", "--timeout", "1s", dashboards=(NODE,),
                         columns=160, rows=50) as terminal:
                terminal.wait("refused", "failed")
                servers.prometheus({"node": node}, port)
                terminal.wait("LIVE 5m", "iowait", absent=("refused", "failed", "absent"), seconds=60)
                terminal.send("q")
                assert terminal.finish() == 0

    def slow():
        with Servers() as servers:
            port = servers.script(HERE / "dripping_server.py")
            with console(port, "--refresh", "1s", "--timeout", "2s") as terminal:
                terminal.wait("Every panel")
                alive_and_answering(terminal)
                terminal.wait("timeout", seconds=30)
                terminal.send("q")
                assert terminal.finish() == 0

    def ways_out():
        def check(port, servers):
            for name, leave, code in (("quit", lambda t: t.send("q"), 0), ("command", lambda t: t.send(":quit\r"), 0),
                                      ("term", lambda t: t.signal(signal.SIGTERM), -signal.SIGTERM),
                                      ("hup", lambda t: t.signal(signal.SIGHUP), -signal.SIGHUP),
                                      *[(f"crash {n.name}", lambda t, n=n: t.signal(n), None) for n in CRASHES]):
                with console(port, ASAN_OPTIONS=UNWATCHED) as terminal:
                    terminal.wait("Every panel", "Requests")
                    leave(terminal)
                    status = terminal.finish()
                    assert code is None and status != 0 or status == code, (name, status)
                    assert terminal.restored() == [], (name, terminal.restored())
        with_fixed(check)

    def errors_before():
        with Terminal([skep, "-p", "http://127.0.0.1:1", "-d", "/nonexistent.json"]) as terminal:
            assert terminal.finish() == 2 and "no such file" in terminal.text()
            assert terminal.restored() == [] and b"1049h" not in terminal.raw
        with Terminal([skep, "-p", "http://127.0.0.1:1", "-d", PANELS, "--theme", "nosuch"]) as terminal:
            assert terminal.finish() == 2 and "nosuch" in terminal.text() and terminal.restored() == []
        with Terminal([skep, "-p", "http://127.0.0.1:1", "-d", PANELS], TERM="dumb") as terminal:
            assert terminal.finish() == 2 and "--plain" in terminal.text() and terminal.restored() == []

    def suspended():
        def check(port, servers):
            for how in (lambda t: t.send("\x1a"), lambda t: t.signal(signal.SIGTSTP)):
                with console(port) as terminal:
                    terminal.wait("Every panel", "Requests")
                    how(terminal)
                    wait_until(lambda: terminal.read(0.02) or terminal.stopped(), 5)
                    assert terminal.restored() == [], terminal.restored()
                    terminal.resize(90, 28)
                    terminal.signal(signal.SIGCONT)
                    terminal.wait("Every panel", "Requests")
                    terminal.send("q")
                    assert terminal.finish() == 0 and terminal.restored() == []
        with_fixed(check)

    def line_gone():
        def check(port, servers):
            terminal = console(port)
            terminal.wait("Every panel", "Requests")
            os.close(terminal.slave)
            os.close(terminal.master)
            end = time.monotonic() + 5
            while terminal.alive() and time.monotonic() < end:
                time.sleep(0.02)
            assert terminal.status is not None, "still runs without a line"
            assert terminal.status in (1, -signal.SIGHUP), terminal.status
        with_fixed(check)

    def stalled():
        def check(port, servers):
            with console(port, "--refresh", "1s", "--at", "2026-03-01T12:00:00Z", columns=200, rows=60) as terminal:
                terminal.wait("Every panel", "Requests")
                # Nobody reads: keys that repaint everything until the line is full, then some more.
                for number in range(40):
                    os.write(terminal.master, b"T" if number % 2 else b"\x0c")
                    time.sleep(0.02)
                time.sleep(1.5)
                terminal.read(1.0)
                before = [line[14:100] for line in terminal.text().split("\n")[1:-1]]
                terminal.send("\x0c", 0.5)
                after = [line[14:100] for line in terminal.text().split("\n")[1:-1]]
                assert before == after, "\n".join(before)
                alive_and_answering(terminal)
                terminal.send("q")
                assert terminal.finish() == 0 and terminal.restored() == []
        with_fixed(check)

    def sizes():
        def check(port, servers):
            with console(port, columns=80, rows=24) as terminal:
                terminal.wait("Every panel", "Requests")
                for columns, rows in ((200, 50), (40, 12), (400, 100), (20, 3), (1, 1), (80, 24), (30, 60), (120, 40)):
                    terminal.resize(columns, rows)
                    terminal.read(0.2)
                    assert terminal.alive(), (columns, rows)
                terminal.wait("Every panel", "Requests", "LIVE")
                terminal.send("q")
                assert terminal.finish() == 0
        with_fixed(check)

    def terms():
        def check(port, servers):
            for term in ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100", "xterm-kitty"):
                for locale in ("C.UTF-8", "C"):
                    with console(port, columns=80, rows=24, TERM=term, LANG=locale, LC_ALL=locale) as terminal:
                        screen = terminal.wait("Every panel", "Requests")
                        if locale == "C":
                            assert screen.isascii(), (term, screen)
                        terminal.send("q")
                        assert terminal.finish() == 0, term
                        assert "attributes" not in terminal.restored()
        with_fixed(check)

    def tmux():
        """What is on a real multiplexer's screen after many changes is what a whole repaint puts there."""
        def check(port, servers):
            name = f"skep-test-{os.getpid()}"

            def run(*words):
                return subprocess.run(["tmux", "-L", name, "-f", "/dev/null", *words], capture_output=True, text=True,
                                      timeout=20, env=environment()).stdout

            run("new-session", "-d", "-x", "150", "-y", "45",
                f"{skep} -p http://127.0.0.1:{port} -d {PANELS} -d {POLLN} --refresh 1s; sleep 60")
            try:
                wait_until(lambda: "Requests" in run("capture-pane", "-p"))
                for key in ("j", "j", "Down", "+", "+", "-", "<", ".", "Enter", "Left", "Escape", "G", "g", "NPage", "PPage",
                            "6", "1", "?", "q", "x", "q", "T", "T", ":", "board 2", "Enter", "G", "g", "p"):
                    run("send-keys", key)
                    time.sleep(0.16)
                time.sleep(1.2)
                before = run("capture-pane", "-p").split("\n")[1:]
                run("send-keys", "C-l")
                time.sleep(0.5)
                after = run("capture-pane", "-p").split("\n")[1:]
                assert before == after and any("Colony Health" in line for line in after), "\n".join([*before, *after])
                run("send-keys", ":", "quit", "Enter")
            finally:
                run("kill-server")
        with_fixed(check)

    def paste_and_garbage():
        def check(port, servers):
            with console(port) as terminal:
                terminal.wait("Every panel", "Requests")
                terminal.send("\x1b[200~qqq:quit\rq\x1b[201~")
                terminal.send("\x1b[999;999X\x1bP+q544e\x1b\\\x1b]0;x\x07\x1b[?1;2c\x9b5n\xff\xfe")
                terminal.send("/")
                terminal.send("\x1b[200~Three\rquit\x1b[201~")
                terminal.wait("Three")
                assert terminal.alive()
                terminal.send("\x03")
                alive_and_answering(terminal)
                terminal.send("q")
                assert terminal.finish() == 0
        with_fixed(check)

    def keys():
        """Each key of the ledger that has a meaning, in the board, the zoom and the sources."""
        def check(port, servers):
            with console(port, "--range", "1h", dashboards=(PANELS, POLLN)) as terminal:
                terminal.wait("Every panel", "Requests", "42" if False else "LIVE 1h")
                for key in ("l", "j", "k", "h", "\x1b[B", "\x1b[C", "\x1b[A", "\x1b[D", "\x1bOB", "\t", "\x1b[Z"):
                    terminal.send(key)
                terminal.send("+")
                terminal.wait("LIVE 3h")
                terminal.send("-")
                terminal.wait("LIVE 1h")
                terminal.send("]")
                terminal.wait("LIVE 3h")
                terminal.send("[")
                terminal.wait("LIVE 1h")
                terminal.send("<")
                terminal.wait("PAST")
                terminal.send(">")
                terminal.send(".")
                terminal.wait("LIVE")
                terminal.send("p")
                terminal.wait("PAUSED")
                terminal.send("p")
                terminal.wait("LIVE")
                terminal.send("G")
                terminal.wait("Folded", "Failed")
                terminal.send("g")
                terminal.wait("Requests", "Values")
                terminal.send("\x1b[6~")
                terminal.send("\x1b[5~")
                terminal.wait("Requests")
                terminal.send("/Notes\r")
                terminal.wait("Notes")
                terminal.send("n")
                terminal.send("N")
                terminal.send("w")
                terminal.wait("Down")
                terminal.send("x")
                terminal.wait("fixed_downed")
                terminal.send("q")
                terminal.send("o")
                terminal.wait("fixed_downed")
                terminal.send("\x1b", 0.2)
                terminal.send("g")
                terminal.send("v")  # this board has no variables, so nothing opens
                terminal.send("6")
                terminal.wait("since start")
                terminal.send("?")
                terminal.wait("Moving about")
                terminal.send("q")
                terminal.send("1")
                terminal.wait("Requests")
                terminal.send("/Three waves\r")
                terminal.send("\r")
                terminal.wait("Three waves", absent=("Stacked",))
                for key in ("\x1b[D", "\x1b[D", "\x1b[C", "\x1b[B", "\r", "\x1b[A", "x", "q", "o", "q", "+", "-", "<", ".", "y"):
                    terminal.send(key)
                assert b"\x1b]52;c;" in terminal.raw
                terminal.send("\x1b", 0.2)  # first what was chosen in the panel, then the panel
                terminal.send("\x1b", 0.2)
                terminal.wait("Stacked")
                terminal.send("T")
                terminal.send("R")
                terminal.send("s")
                terminal.send("\x0c")
                terminal.send(":board POLLN\r")
                terminal.wait("POLLN Colony Operations", "Colony Health")
                terminal.send(":board 1\r")
                terminal.wait("Every panel")
                terminal.send("\x1b", 0.2)
                for _ in range(3):
                    if terminal.alive():
                        terminal.send("q")
                assert terminal.finish() == 0 and terminal.restored() == []
        with_fixed(check)

    def modes():
        def check(port, servers):
            with console(port, "--watch") as terminal:
                terminal.wait("Every panel", "Requests")
                terminal.send("T")
                terminal.wait("watch")
                terminal.send("q")
                assert terminal.finish() == 0
            with console(port, "--wall") as terminal:
                terminal.wait("Requests")
                for key in "?:vx1T":
                    terminal.send(key)
                assert "Moving about" not in terminal.text()
                terminal.send("\x03")
                assert terminal.finish() == 0 and terminal.restored() == []
            with console(port, "--plain", "--refresh", "1s", TERM="dumb") as terminal:
                terminal.wait("Requests: ", "Absent: absent")
                assert b"\x1b" not in terminal.raw
                terminal.signal(signal.SIGINT)
                assert terminal.finish() == 0
        with_fixed(check)

    def rebound():
        def check(port, servers):
            config = servers.folder / "config.yaml"
            config.write_text("keys:\n  help: F1\n")
            with console(port, "--config", config) as terminal:
                terminal.wait("Every panel", "Requests")
                terminal.send("\x1bOP")
                terminal.wait("Moving about")
                terminal.send("q")
                terminal.send("q")
                assert terminal.finish() == 0
            config.write_text("theme: day\nkeys:\n  help: q\n")
            with console(port, "--config", config) as terminal:
                assert terminal.finish() == 2
                assert "config.yaml:3:" in terminal.text().replace("\n", ""), terminal.text()
        with_fixed(check)

    for test in (life, before_the_server, slow, ways_out, errors_before, suspended, line_gone, stalled, sizes, terms, tmux, paste_and_garbage, keys,
                 modes, rebound):
        yield f"console {test.__name__}", test
