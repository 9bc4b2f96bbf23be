"""Alerts as a person meets them: rules of the system's own that become pending,
fire and resolve, over the death of the console; a real Prometheus with rules
beside them; the bell and the title. Acknowledgements and silences have files of their own."""
import json
import re
import signal
import tempfile
import time
from pathlib import Path

from alerting import (GENEROUS, answers, console, journal_path, leave, page, rule, rule_file, run, start_prometheus,
                      value_of, write_system)
from servers import Servers, free_port, wait_until

WARM = rule("TooWarm", "weather > 20", "4s", {"summary": "it is {{ $value }} degrees"}, tier="p1", severity="critical")
LONG = rule("LongWarm", "weather > 20", "1h", tier="p2")
WINDY = rule("Windy", "wind > 5", tier="p0")


def tests(skep):
    def life():
        """Nothing, pending with the part of its time that has passed, firing, resolved; then what is past."""
        with tempfile.TemporaryDirectory() as name, page() as (port, figures):
            folder = Path(name)
            write_system(folder, rule_file(WARM), port)
            with console(skep, folder) as terminal:
                terminal.wait("Warmth", "LIVE", seconds=GENEROUS)
                terminal.send("2")
                terminal.wait("all clear", seconds=GENEROUS)
                figures["weather"] = 31
                screen = terminal.wait("Pending  1", "TooWarm", "of 4s", seconds=GENEROUS)
                assert "P1 1" not in screen.split("\n")[0], "what is pending does not count as firing\n" + screen
                assert "all clear" not in screen, screen
                screen = terminal.wait("Firing  1", "31 of 20", "firing", absent=("Pending",), seconds=GENEROUS)
                lines = screen.split("\n")
                assert "P1 1" in lines[0], screen
                assert "P1 TooWarm" in lines[-2] and "A ack" in lines[-2], "the line of alerts\n" + screen
                terminal.send("\r")
                screen = terminal.wait("it is 31 degrees", "weather > 20", "raised by", "here", "fires since",
                                       seconds=GENEROUS)
                waited = value_of(screen, "fires since") - value_of(screen, "active")
                assert 3 <= waited <= 5, screen
                terminal.send("\x1b", 0.3)
                terminal.send("1", 0.3)
                terminal.wait("Warmth", "P1 TooWarm", "P1 1", seconds=GENEROUS)
                terminal.send("2", 0.3)
                figures["weather"] = 12
                screen = terminal.wait("Resolved lately  1", "TooWarm", absent=("Firing",), seconds=GENEROUS)
                lines = screen.split("\n")
                assert "P1 1" not in lines[0] and "TooWarm" not in lines[-2], screen
                # Again: counted, and told in the history.
                figures["weather"] = 33
                terminal.wait("Firing  1", "33 of 20", seconds=GENEROUS)
                figures["weather"] = 12
                terminal.wait("Resolved lately  1", absent=("Firing",), seconds=GENEROUS)
                terminal.send("/in the last\r", 0.3)
                terminal.send("\r", 0.3)
                terminal.wait("2 times", seconds=GENEROUS)
                leave(terminal)

    def clocks_survive():
        """Since when is what it was, though the console was killed, and what was waited before counts."""
        with tempfile.TemporaryDirectory() as name, page() as (port, figures):
            folder = Path(name)
            write_system(folder, rule_file(LONG, WARM, rule("SoonWarm", "weather > 20", "25s")), port)
            figures["weather"] = 25

            def begin():
                terminal = console(skep, folder)
                terminal.wait("Warmth", seconds=GENEROUS)
                terminal.send("2")
                terminal.wait("TooWarm", "LongWarm", "Firing", "Pending", seconds=GENEROUS)
                return terminal

            def since(terminal):
                ret = []
                for alert, label in (("TooWarm", "fires since"), ("TooWarm", "active"), ("LongWarm", "active")):
                    terminal.send("/" + alert + "\r", 0.3)
                    terminal.send("\r", 0.3)
                    ret.append(value_of(terminal.wait("raised by", alert, seconds=GENEROUS), label))
                    terminal.send("\x1b", 0.3)
                    terminal.wait("Firing", "Pending", seconds=GENEROUS)
                return ret

            with begin() as terminal:
                before = since(terminal)
                terminal.read(3)  # a second from a change to the file
                terminal.signal(signal.SIGKILL)
                assert terminal.finish() == -signal.SIGKILL
            time.sleep(2)
            with begin() as terminal:
                after = since(terminal)
                terminal.wait("Firing  2", seconds=GENEROUS)
                terminal.send("/SoonWarm\r", 0.3)
                terminal.send("\r", 0.3)
                screen = terminal.wait("raised by", "SoonWarm", "fires since", seconds=GENEROUS)
                waited = value_of(screen, "fires since") - value_of(screen, "active")
                assert 24 <= waited <= 28, "not begun anew\n" + screen
                leave(terminal)
            assert after == before, (before, after)

    def bad_rules():
        """Of a file with bad rules the others work, and each bad one is named with the reason."""
        with tempfile.TemporaryDirectory() as name, page() as (port, figures):
            folder = Path(name)
            ill = rule("Ill", 'weather * on() group_left() {__name__=~"weather|wind"}')
            write_system(folder, rule_file(rule("Unread", "weather >"), ill, WARM), port)
            with console(skep, folder) as terminal:
                terminal.wait("Warmth", seconds=GENEROUS)
                terminal.send("2")
                screen = terminal.wait("Rules that cannot be judged  2", "rules.yaml", "weather / Ill:",
                                       "nothing fires as far as is known", seconds=GENEROUS)
                assert re.search(r"line \d+", screen) and "all clear" not in screen, screen
                figures["weather"] = 31
                screen = terminal.wait("Firing  1", "TooWarm", "Ill", "1 of 2 rules cannot be judged",
                                       seconds=GENEROUS)
                terminal.send("/Ill\r", 0.3)
                terminal.send("\r", 0.3)
                terminal.wait("many-to-many", seconds=GENEROUS)
                leave(terminal)
            checked = run(skep, folder, "check")
            assert checked[0] != 0, checked

    def never_all_clear():
        """While sources are down, a rule was never judged, or a server says nothing, nobody says that all is well."""
        with tempfile.TemporaryDirectory() as name, page() as (port, figures):
            folder = Path(name)
            write_system(folder, rule_file(WARM), port, alertmanager={"url": f"http://127.0.0.1:{free_port()}",
                                                                       "interval": "1s"})
            with console(skep, folder) as terminal:
                terminal.wait("Warmth", seconds=GENEROUS)
                terminal.send("2")
                terminal.wait("nothing fires as far as is known", "Alertmanager", "refused", seconds=GENEROUS)
                assert "all clear" not in terminal.text()
                leave(terminal)
            write_system(folder, rule_file(WARM), port)
            with console(skep, folder) as terminal:
                terminal.wait("Warmth", seconds=GENEROUS)
                terminal.send("2")
                terminal.wait("all clear", seconds=GENEROUS)
                figures["down"] = True
                screen = terminal.wait("nothing fires as far as is known", absent=("all clear",), seconds=GENEROUS)
                assert "page" in screen or "source" in screen, screen
                figures["down"] = False
                terminal.wait("all clear", seconds=GENEROUS)
                leave(terminal)

    def bell_and_title():
        """The bell rings once for each new P0 or P1; the title says what fires and is given back."""
        with tempfile.TemporaryDirectory() as name, page() as (port, figures):
            folder = Path(name)
            write_system(folder, rule_file(WARM, WINDY, rule("Mild", "weather > 20", tier="p2")), port)

            def bells(terminal):
                return len(re.sub(rb"\x1b\][^\x07]*\x07", b"", terminal.raw).split(b"\x07")) - 1

            with console(skep, folder) as terminal:
                terminal.wait("Warmth", "LIVE", seconds=GENEROUS)
                assert b"\x1b[22;2t" in terminal.raw, "the title that was is kept"
                assert bells(terminal) == 0
                figures["weather"] = 31
                terminal.wait("P2 1", seconds=GENEROUS)
                terminal.wait("P1 1", seconds=GENEROUS)
                terminal.read(3)
                assert bells(terminal) == 1, "once, and not for P2"
                figures["wind"] = 9
                terminal.wait("P0 1", seconds=GENEROUS)
                terminal.read(3)
                assert bells(terminal) == 2
                assert b"\x1b]2;P0 1, P1 1, P2 1 - Meadow\x07" in terminal.raw
                figures["wind"] = 1
                terminal.wait(absent=("P0 1",), seconds=GENEROUS)
                figures["wind"] = 9  # a new one
                terminal.wait("P0 1", seconds=GENEROUS)
                terminal.read(2)
                assert bells(terminal) == 3
                leave(terminal)
                titles = terminal.raw.rfind(b"\x1b]2;")
                assert terminal.raw.rfind(b"\x1b[23;2t") > titles > 0, "it comes back at the end"
                assert terminal.restored() == [], terminal.restored()
            (folder / "config").mkdir()
            (folder / "config.yaml").write_text("bell: off\ntitle: off\n")
            with console(skep, folder, "--config", folder / "config.yaml") as terminal:
                terminal.wait("P0 1", "P1 1", seconds=GENEROUS)
                terminal.read(2)
                leave(terminal)
                assert b"\x07" not in terminal.raw and b"\x1b]2;" not in terminal.raw and b"[22;2t" not in terminal.raw

    def beside_a_server():
        """A Prometheus with some of the rules and one of its own: merged, its word counts, its death loses nothing."""
        theirs = rule_file(WARM, rule("Slowly", "weather > 20", "1h", tier="p3"), rule("Theirs", "wind > 5", tier="p0"),
                           group="theirs")
        ours = rule_file(WARM, rule("Slowly", "weather > 20", tier="p3"), rule("Ours", "weather > 20", tier="p2"))
        with tempfile.TemporaryDirectory() as name, Servers() as servers, page() as (port, figures):
            folder = Path(name)
            figures.update(weather=31, wind=9)
            server = start_prometheus(servers, port, theirs)
            write_system(folder, ours, prometheus={"url": f"http://127.0.0.1:{server}", "timeout": "2s"})

            def rows(screen):
                """How each alert stands: {name: (heading, who raised it)}."""
                ret, heading = {}, ""
                for line in screen.split("\n"):
                    heading = next((h for h in ("Firing", "Pending", "Resolved") if h in line), heading)
                    for alert in ("TooWarm", "Slowly", "Theirs", "Ours"):
                        if f" {alert} " in line and line.startswith("\u2502"):
                            raiser = re.search(r"(here, prometheus|here|prometheus) *\u2502$", line)
                            ret[alert] = (heading, raiser[1] if raiser else "")
                return ret

            wanted = {"Theirs": ("Firing", "prometheus"), "TooWarm": ("Firing", "here, prometheus"),
                      "Ours": ("Firing", "here"), "Slowly": ("Pending", "here, prometheus")}
            with console(skep, folder, "--refresh", "1s") as terminal:
                terminal.wait("Warmth", "TooWarm", seconds=GENEROUS)
                terminal.send("2")

                def merged():
                    """each alert stands as it should, and says who raised it"""
                    terminal.read(0.1)
                    return rows(terminal.text()) == wanted and terminal.text()
                try:
                    screen = wait_until(merged, GENEROUS)
                except AssertionError:
                    raise AssertionError(terminal.text()) from None
                assert "P0 1" in screen.split("\n")[0] and "P3" not in screen.split("\n")[0], screen
                servers.stop("prometheus")
                terminal.wait("the server does not tell its alerts: refused", "rules cannot be judged", "Firing  3",
                              seconds=GENEROUS)
                assert {alert: row[0] for alert, row in rows(terminal.text()).items()} == {
                    alert: row[0] for alert, row in wanted.items()}, terminal.text()
                answers(terminal)
                # It is back, without any rules: what only it raised is gone, ours are as they were, and it is not told
                # as if all were well.
                start_prometheus(servers, port, None, server)
                screen = terminal.wait("Ours", absent=("does not tell", "cannot be judged", "Theirs "),
                                       seconds=2 * GENEROUS)
                terminal.wait("Firing  3", "Slowly", absent=("here, prometheus",), seconds=GENEROUS)
                leave(terminal)
            # No rules of its own either: nobody has any.
            write_system(folder, None, prometheus={"url": f"http://127.0.0.1:{server}", "timeout": "2s"})
            with console(skep, folder) as terminal:
                terminal.wait("Warmth", seconds=GENEROUS)
                terminal.send("2")
                terminal.wait("nothing fires as far as is known", "nobody has any rules", absent=("all clear",),
                              seconds=GENEROUS)
                leave(terminal)
            status, _ = run(skep, folder, "alerts")
            assert status == 1, status

    def commands():
        """skep alerts, status and snapshot, for a script."""
        with tempfile.TemporaryDirectory() as name, page() as (port, figures):
            folder = Path(name)
            write_system(folder, rule_file(WARM, WINDY, LONG), port)
            assert run(skep, folder, "alerts", status=0) == "meadow: nothing fires\n"
            figures["weather"] = 31
            out = run(skep, folder, "alerts", status=0)
            assert [line.split()[:3] for line in out.splitlines()] == [["P1", "pending", "TooWarm"],
                                                                       ["P2", "pending", "LongWarm"]], out
            figures["wind"] = 9
            out = run(skep, folder, "alerts", status=1)
            assert re.search(r"^P0 +firing +Windy +\S+ +9 of 5 .*instance=127.0.0.1:\d+ job=page", out), out
            known = json.loads(run(skep, folder, "alerts", "--format", "json", status=1))
            assert known["system"] == "meadow" and known["unknown"] == "" and not known["not_judged"], known
            windy = known["alerts"][0]
            assert windy["state"] == "firing" and windy["priority"] == "P0" and windy["value"] == 9, windy
            assert windy["labels"]["alertname"] == "Windy" and windy["expression"] == "wind > 5", windy
            assert [alert["state"] for alert in known["alerts"]] == ["firing", "pending", "pending"], known
            line = run(skep, folder, "status", status=1)
            assert "P0 1" in line and "Windy" in line and line.count("\n") == 1, line
            counts = json.loads(run(skep, folder, "status", "--format", "json", status=1))["alerts"]
            assert counts == {"p0": 1, "p1": 0, "p2": 0, "p3": 0, "none": 0, "pending": 2, "muted": 0}, counts
            screen = run(skep, folder, "snapshot", "--view", "alerts", "--size", "160x30", "--format", "text")[1]
            assert "Firing  1" in screen and "Windy" in screen and "Pending  2" in screen and "P0 1" in screen, screen
            # Nothing that only looks writes anything down.
            assert not journal_path(folder)
            # Silence is not health.
            figures.update(wind=1, weather=10, down=True)
            status, out = run(skep, folder, "alerts")
            assert status == 1 and "nothing fires" not in out, (status, out)
            figures["down"] = False
            write_system(folder, rule_file(WARM, rule("Unread", "weather >")), port)
            assert run(skep, folder, "alerts")[0] == 2
            write_system(folder, rule_file(WARM, rule("Ill", 'weather * on() group_left() {__name__=~"weather|wind"}')),
                         port)
            status, out = run(skep, folder, "alerts")
            assert status == 1 and "Ill" in out and "many-to-many" in out and "nothing fires" not in out, (status, out)
            write_system(folder, None, port)
            assert run(skep, folder, "alerts")[0] == 2

    yield "alerts life", life
    yield "alerts beside a server", beside_a_server
    yield "alerts commands", commands
    yield "alerts clocks survive", clocks_survive
    yield "alerts bad rules", bad_rules
    yield "alerts never all clear", never_all_clear
    yield "alerts bell and title", bell_and_title
