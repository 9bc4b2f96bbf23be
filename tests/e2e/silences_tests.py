"""Silences by keys in a real Alertmanager: made from an alert, seen, extended and
ended; refused when they would hide everything; the Alertmanager killed, stopped
and started again under the list and under the open form."""
import contextlib
import signal
import tempfile
import time
from datetime import datetime
from pathlib import Path

from alerting import (CLEAR_LINE, GENEROUS, KEY_ESCAPE, answers, api, console, events, leave, page, post_alerts, rule,
                      rule_file, settled, silences, stamp, start_alertmanager, write_system)
from servers import Servers, wait_until

RULES = rule_file(rule("TooWarm", "weather > 20", tier="p1"), rule("Mild", "weather > 15", tier="p3"))
SHIFT_TAB = "\x1b[Z"
COMMENT = "the heating is mended"


def hours_left(silence):
    return (datetime.fromisoformat(silence["endsAt"].replace("Z", "+00:00")).timestamp() - time.time()) / 3600


def tests(skep):
    @contextlib.contextmanager
    def meadow(inhibit=()):
        """TooWarm and Mild fire; a real Alertmanager. Yields (folder, servers, its port)."""
        with tempfile.TemporaryDirectory() as name, Servers() as servers, page() as (port, figures):
            folder = Path(name)
            figures["weather"] = 31
            alertmanager = start_alertmanager(servers, inhibit=inhibit)
            write_system(folder, RULES, port, alertmanager={"url": f"http://127.0.0.1:{alertmanager}",
                                                            "interval": "1s", "timeout": "2s"})
            yield folder, servers, alertmanager

    def begin(folder):
        """A console at the alerts, with the worst one in focus."""
        terminal = console(skep, folder)
        terminal.wait("Warmth", "P1 TooWarm", seconds=GENEROUS)
        terminal.send("2")
        terminal.wait("Firing  2", seconds=GENEROUS)
        terminal.send("w", 0.3)
        settled(terminal)
        return terminal

    def open_form(terminal):
        terminal.send("M", 0.3)
        return terminal.wait("Silence", "matchers", 'alertname="TooWarm"', 'job="page"', 'tier="p1"',
                             "1 alert would be hidden now", "the comment is missing", seconds=GENEROUS)

    def make(terminal, port, comment=COMMENT):
        open_form(terminal)
        terminal.send(comment + "\t", 0.3)
        terminal.send("1\r", 0.3)
        wait_until(lambda: silences(port), GENEROUS)
        terminal.wait("Silenced, inhibited or in maintenance  1", "Silences  1", "Firing  1",
                      absent=("would be hidden",), seconds=GENEROUS)

    def made_extended_ended():
        with meadow() as (folder, _, port), begin(folder) as terminal:
            open_form(terminal)
            # Wrong words confirm nothing.
            terminal.send(COMMENT + "\t", 0.3)
            for word in ("2", "yes", "Mild", ""):
                terminal.send(CLEAR_LINE + word + "\r", 0.3)
                terminal.wait("type 1 or TooWarm to confirm", seconds=GENEROUS)
            assert not api(port, "silences")
            terminal.send(CLEAR_LINE + "TooWarm\r", 0.3)
            made = wait_until(lambda: silences(port), GENEROUS)[0]
            assert made["comment"] == COMMENT and made["createdBy"], made
            assert {(m["name"], m["isEqual"], m["isRegex"]) for m in made["matchers"]} == {
                (name, True, False) for name in ("alertname", "instance", "job", "tier")}, made
            assert 1.9 < hours_left(made) <= 2, made
            screen = terminal.wait("Silenced, inhibited or in maintenance  1", "silenced by " + made["createdBy"],
                                   "Silences  1", "Firing  1", absent=("confirm",), seconds=GENEROUS)
            assert "P1 1" not in screen.split("\n")[0] and "P3 1" in screen.split("\n")[0], screen
            # On the alert itself.
            terminal.send("/TooWarm\r", 0.3)
            terminal.send("\r", 0.3)
            terminal.wait("silenced by", COMMENT, 'alertname="TooWarm"', "it fires at once", seconds=GENEROUS)
            terminal.send(KEY_ESCAPE, 0.3)
            # In the list: extended, then ended.
            terminal.send("G\r", 0.3)
            terminal.wait("Alerts: silences", "ends in 1h59m", "hides 1", made["createdBy"], COMMENT, seconds=GENEROUS)
            terminal.send("M", 0.3)
            terminal.wait("Change the silence", seconds=GENEROUS)
            terminal.send(CLEAR_LINE + "5h\t\t\t1\r", 0.3)
            terminal.wait("ends in 4h59m", absent=("confirm",), seconds=GENEROUS)
            longer = silences(port)
            assert len(longer) == 1 and 4.9 < hours_left(longer[0]) <= 5, longer
            assert longer[0]["matchers"] == made["matchers"] and longer[0]["comment"] == COMMENT
            terminal.send("U", 0.3)
            terminal.wait("End the silence", "1 alert would be told of again", seconds=GENEROUS)
            terminal.send("0\r", 0.3)
            terminal.wait("type 1 to confirm", seconds=GENEROUS)
            assert len(silences(port)) == 1
            terminal.send(CLEAR_LINE + "1\r", 0.3)
            wait_until(lambda: not silences(port), GENEROUS)
            terminal.wait("ended", absent=("End the silence",), seconds=GENEROUS)
            terminal.send(KEY_ESCAPE, 0.3)
            terminal.wait("Firing  2", "Silences  0", seconds=GENEROUS)
            kinds = [kind for kind, _, _ in events(folder, "silence", "expire")]
            assert kinds == ["silence", "silence", "expire"], kinds
            assert events(folder, "silence")[0][2]["comment"] == COMMENT
            leave(terminal)

    def refused():
        """One that would hide everything is not even sent; neither is one without an end, or that cannot be read."""
        with meadow() as (folder, _, port), begin(folder) as terminal:
            open_form(terminal)
            terminal.send(COMMENT, 0.3)
            for wrong, says in (('alertname=~".+"', "hide every alert"), ('job=~".*"', "hide every alert"),
                                ("", "matcher"), ('tier=~"("', "tier"), ("tier", "tier")):
                terminal.send(SHIFT_TAB * 3, 0.2)
                terminal.send(CLEAR_LINE + wrong + "\t\t\t\t", 0.3)
                screen = terminal.wait(says, seconds=GENEROUS)
                for word in ("0", "2", "TooWarm"):
                    terminal.send(CLEAR_LINE + word + "\r", 0.2)
                    assert says in terminal.text(), screen
                terminal.send(SHIFT_TAB, 0.2)
            # More than one alert: the count is said, and asked for.
            terminal.send(SHIFT_TAB * 3 + CLEAR_LINE + 'job="page"', 0.3)
            terminal.wait("2 alerts would be hidden now", "Mild", seconds=GENEROUS)
            terminal.send("\t" + CLEAR_LINE + "yesterday\t\t\t", 0.3)
            terminal.wait("is no duration and no time", seconds=GENEROUS)
            terminal.send("2\r", 0.3)
            assert not api(port, "silences")
            # A paste brings no Enter.
            terminal.send(SHIFT_TAB * 3 + CLEAR_LINE + "1h\t\t\t" + CLEAR_LINE, 0.3)
            terminal.send("\x1b[200~2\r2\r\x1b[201~", 0.5)
            assert not api(port, "silences")
            terminal.send(CLEAR_LINE + "2\r", 0.3)
            wait_until(lambda: silences(port), GENEROUS)
            terminal.wait("Silenced, inhibited or in maintenance  2", absent=("Firing", "confirm"), seconds=GENEROUS)
            made = silences(port)[0]["matchers"]
            assert made == [{"name": "job", "value": "page", "isRegex": False, "isEqual": True}], made
            leave(terminal)

    def marked():
        """One that ends soon is told of once; one that hides nothing, and one that is still to come, say so."""
        with meadow() as (folder, _, port), begin(folder) as terminal:
            for name, begins in (("Nobody", -60), ("TooWarm", 3600)):
                api(port, "silences", {"startsAt": stamp(begins), "endsAt": stamp(7200), "createdBy": "bob",
                                       "comment": f"of {name}", "matchers": [
                                           {"name": "alertname", "value": name, "isRegex": False, "isEqual": True}]})
            terminal.wait("Silences  1, 1 to come", "Firing  2", seconds=GENEROUS)
            open_form(terminal)
            terminal.send(SHIFT_TAB * 2 + CLEAR_LINE + "5m\t\t" + COMMENT + "\t1\r", 0.3)
            terminal.wait("Silences  2, 1 to come", "Firing  1", absent=("would be hidden",), seconds=GENEROUS)
            terminal.wait("a silence of yours ends in 4m", seconds=GENEROUS)
            terminal.send("G\r", 0.3)
            screen = terminal.wait("hides nothing", "hides 1", "begins in 59m", "ends in 4m", seconds=GENEROUS)
            rows = screen.split("\n")
            assert any("hides nothing" in row and "of Nobody" in row and "bob" in row for row in rows), rows
            assert any("hides 1" in row and COMMENT in row for row in rows), rows
            assert any("begins in 59m" in row and "of TooWarm" in row for row in rows), rows
            leave(terminal)

    def inhibited():
        """An alert that only the Alertmanager has, and one that it inhibits: by what is said."""
        rules = [{"source_matchers": ['alertname="HiveDown"'], "target_matchers": ['alertname="BeesSlow"'],
                  "equal": ["hive"]}]
        with meadow(rules) as (folder, _, port):
            post_alerts(port, {"alertname": "HiveDown", "hive": "a", "severity": "critical"},
                        {"alertname": "BeesSlow", "hive": "a", "severity": "warning"},
                        {"alertname": "BeesSlow", "hive": "b", "severity": "warning"})
            with console(skep, folder) as terminal:
                terminal.wait("Warmth", "P1 ", seconds=GENEROUS)
                terminal.send("2")
                screen = terminal.wait("Firing  4", "Silenced, inhibited or in maintenance  1", "inhibited by HiveDown",
                                       "hive=b", seconds=GENEROUS)
                row = next(line for line in screen.split("\n") if "inhibited by HiveDown" in line)
                assert "BeesSlow" in row and "alertmanager" in row, row
                terminal.send("fhive=a BeesSlow\r", 0.3)
                terminal.wait("1 of 5", absent=("TooWarm  ",), seconds=GENEROUS)
                terminal.send("G", 0.2)
                terminal.send("g", 0.2)
                terminal.send("/BeesSlow\r", 0.3)
                terminal.send("\r", 0.3)
                terminal.wait("inhibited by", "HiveDown", "suppressed", "only the Alertmanager tells", seconds=GENEROUS)
                leave(terminal)

    def down(terminal, says):
        """What was known stands, ending the silence does not succeed and that is said; keys are answered."""
        screen = terminal.wait("Alertmanager does not answer", "Alertmanager down", seconds=GENEROUS)
        assert "silenced by" in screen and "Silences  1" in screen and "Firing  1" in screen, screen
        answers(terminal)
        terminal.send("G\r", 0.3)
        terminal.wait("Alerts: silences", COMMENT, "Alertmanager does not answer", seconds=GENEROUS)
        terminal.send("U", 0.3)
        terminal.wait("End the silence", "Alertmanager does not answer", seconds=GENEROUS)
        terminal.send("1\r", 0.3)
        terminal.wait(says, "End the silence", absent=("sending",), seconds=GENEROUS)
        terminal.send(KEY_ESCAPE, 0.3)
        terminal.wait(COMMENT, absent=("End the silence",), seconds=GENEROUS)

    def killed():
        with meadow() as (folder, servers, port), begin(folder) as terminal:
            make(terminal, port)
            servers.stop("alertmanager")
            down(terminal, "refused")
            # Killed, it has forgotten the silence itself.
            start_alertmanager(servers, port)
            terminal.wait("no silences", absent=("does not answer", COMMENT), seconds=GENEROUS)
            terminal.send(KEY_ESCAPE, 0.3)
            terminal.wait("Firing  2", "Silences  0", absent=("does not answer", "down"), seconds=GENEROUS)
            terminal.send("w", 0.3)
            settled(terminal)
            make(terminal, port)
            leave(terminal)

    def stopped():
        with meadow() as (folder, servers, port), begin(folder) as terminal:
            make(terminal, port)
            servers.signal("alertmanager", signal.SIGSTOP)
            down(terminal, "may or may not have been ended")
            servers.signal("alertmanager", signal.SIGCONT)
            terminal.wait("Alerts: silences", COMMENT, absent=("does not answer",), seconds=GENEROUS)
            if silences(port):  # it did not take it in before it was asked no more
                terminal.wait("ends in", "hides 1", seconds=GENEROUS)
            else:
                terminal.wait("ended", absent=("ends in",), seconds=GENEROUS)
            leave(terminal)

    def killed_under_the_form():
        """What was typed is still there, and is sent when it answers again."""
        with meadow() as (folder, servers, port), begin(folder) as terminal:
            open_form(terminal)
            terminal.send(COMMENT + "\t1", 0.3)
            servers.stop("alertmanager")
            terminal.wait("Alertmanager does not answer", COMMENT, seconds=GENEROUS)
            terminal.send("\r", 0.3)
            terminal.wait("refused", COMMENT, "would be hidden now", absent=("sending",), seconds=GENEROUS)
            start_alertmanager(servers, port)
            terminal.read(2)
            terminal.send("\r", 0.3)
            made = wait_until(lambda: silences(port), GENEROUS)
            assert made[0]["comment"] == COMMENT
            terminal.wait("Silences  1", "silenced by", absent=("would be hidden",), seconds=GENEROUS)
            leave(terminal)

    def stopped_under_the_form():
        """Nobody knows whether it was made: so it is said, and what became of it as soon as that is known."""
        with meadow() as (folder, servers, port), begin(folder) as terminal:
            open_form(terminal)
            terminal.send(COMMENT + "\t1", 0.3)
            servers.signal("alertmanager", signal.SIGSTOP)
            terminal.send("\r", 0.3)
            terminal.wait("it may or may not have been made", COMMENT, absent=("sending",), seconds=GENEROUS)
            terminal.send(KEY_ESCAPE, 0.3)
            answers(terminal)
            servers.signal("alertmanager", signal.SIGCONT)
            terminal.wait("the silence that had no answer was", seconds=GENEROUS)
            if silences(port):
                terminal.wait("was made", "Silences  1", "silenced by", "Firing  1", seconds=GENEROUS)
            else:
                terminal.wait("was not made", "Silences  0", "Firing  2", seconds=GENEROUS)
            leave(terminal)

    tests_here = (made_extended_ended, refused, marked, inhibited, killed, stopped, killed_under_the_form,
                  stopped_under_the_form)
    for test in tests_here:
        yield f"silences {test.__name__.replace('_', ' ')}", test
