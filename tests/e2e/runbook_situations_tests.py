"""Situations, from the alert to the report (see runbook_situations.py), played
beside the other tests: each takes a minute or two, of which most is waiting.
Some of them always; `e2e.py SKEP situations:all` plays every one."""
import atexit
import queue
import subprocess
import sys
import threading
from pathlib import Path

from runbook_situations_table import TABLE
from servers import environment

PLAYER = Path(__file__).resolve().parent / "runbook_situations.py"
AT_ONCE = 2
LONGEST_S = 1200

waiting, results, running, played = queue.Queue(), {}, set(), []


def title(situation):
    return f"situations:{'ci' if situation.ci else 'more'} {situation.name}"


def chosen(wanted):
    """Those that are asked for; without a wish, those that are always played."""
    return [one for one in TABLE if (any(word in title(one) for word in wanted) if wanted else one.ci)]


def work(skep):
    while True:
        try:
            name = waiting.get_nowait()
        except queue.Empty:
            return
        process = subprocess.Popen([sys.executable, str(PLAYER), skep, name], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, env=environment())
        running.add(process)
        output = process.communicate()[0]
        running.discard(process)
        results[name].put((process.returncode, output))


def end():
    while not waiting.empty():
        waiting.get_nowait()
    for process in list(running):
        process.terminate()


def begin(skep, wanted):
    """Start to play; what is left out is said at once."""
    mine = chosen(wanted)
    for situation in mine:
        results[situation.name] = queue.Queue()
        waiting.put(situation.name)
    atexit.register(end)
    for _ in range(min(AT_ONCE, len(mine))):
        threading.Thread(target=work, args=(skep,), daemon=True).start()
    left = [one.name for one in TABLE if one not in mine]
    if left and not wanted:
        print(f"e2e: left out are {len(left)} situations (e2e.py SKEP situations:all plays them): {'; '.join(left)}",
              flush=True)


def tests(skep):
    def outcome(name):
        status, output = results[name].get(timeout=LONGEST_S)
        assert status == 0, output
        lines = output.strip().split("\n")
        if not played:
            print(f"     {lines[0]}")
        played.append(name)
        print(f"     {lines[-1]}", flush=True)

    for situation in TABLE:
        if situation.name in results:
            yield title(situation), lambda name=situation.name: outcome(name)
