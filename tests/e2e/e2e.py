#!/usr/bin/env python3
"""e2e.py SKEP [--jobs N] [NAME...]: the program as a person uses it, against
real servers that are killed, stopped and restarted under it. Starts what it
needs. Ends with `N passed, N failed`, and what was skipped because this machine
has not what it needs. `situations:all` plays every situation of the runbooks;
without a NAME only some of them are.

With --jobs the files of tests run beside one another. What fails there is tried
once more, with nothing beside it, and named: only then does it count."""
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import acks_tests  # noqa: E402
import alertmanager_tests  # noqa: E402
import alerts_tests  # noqa: E402
import alerts_view_tests  # noqa: E402
import snapshot_tests  # noqa: E402
import check_tests  # noqa: E402
import colony_tests  # noqa: E402
import command_tests  # noqa: E402
import console_tests  # noqa: E402
import dryad_tests  # noqa: E402
import embedded_tests  # noqa: E402
import follow_tests  # noqa: E402
import hostile_sources_tests  # noqa: E402
import log_tests  # noqa: E402
import logs_view_tests  # noqa: E402
import probe_tests  # noqa: E402
import postgres_tests  # noqa: E402
import public_boards_tests  # noqa: E402
import redis_tests  # noqa: E402
import rules_tests  # noqa: E402
import runbook_choices_tests  # noqa: E402
import runbook_commands_tests  # noqa: E402
import runbook_hostile_tests  # noqa: E402
import runbook_kills_tests  # noqa: E402
import runbook_dryad_proof_tests  # noqa: E402
import runbook_dryad_tests  # noqa: E402
import runbook_proof_tests  # noqa: E402
import runbook_situations_tests  # noqa: E402
import runbook_sql_tests  # noqa: E402
import runbook_terminal_tests  # noqa: E402
import runbook_walk_tests  # noqa: E402
import tabs_tests  # noqa: E402
import silences_tests  # noqa: E402
import situation_tests  # noqa: E402
import shim_tests  # noqa: E402
import slo_tests  # noqa: E402
from servers import Skipped  # noqa: E402


# Those that take longest first; the situations play by themselves and mostly wait.
MODULES = (runbook_situations_tests, console_tests, runbook_proof_tests, runbook_dryad_proof_tests, runbook_dryad_tests,
           runbook_commands_tests, runbook_hostile_tests, runbook_terminal_tests, runbook_kills_tests, check_tests,
           runbook_choices_tests, runbook_walk_tests, runbook_sql_tests, snapshot_tests, follow_tests, colony_tests,
           dryad_tests, shim_tests, embedded_tests, postgres_tests, command_tests, log_tests, logs_view_tests,
           redis_tests, probe_tests, situation_tests, slo_tests, hostile_sources_tests, public_boards_tests, tabs_tests,
           alertmanager_tests, alerts_view_tests, alerts_tests, acks_tests, silences_tests, rules_tests)


def is_wanted(name, wanted):
    return not wanted or any(name == word[1:] if word.startswith("=") else word in name for word in wanted)


def run_module(module, skep, wanted):
    """How many passed; the names of those that failed and of those that were skipped."""
    passed, failed, skipped = 0, [], []
    if module is runbook_situations_tests:
        module.begin(skep, [word.lstrip("=") for word in wanted])
    for name, test in module.tests(skep):
        if not is_wanted(name, wanted):
            continue
        started = time.monotonic()
        try:
            test()
            passed += 1
            print(f"ok   {name} ({time.monotonic() - started:.1f} s)", flush=True)
        except Skipped as why:
            skipped.append(name)
            print(f"skip {name}: {why}", flush=True)
        except Exception:
            failed.append(name)
            print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
    if not wanted and not passed + len(failed) + len(skipped):
        failed.append(f"({module.__name__} has no tests)")
    return passed, failed, skipped


class Beside:
    """Files of tests beside one another, each in a process of its own."""

    def __init__(self, skep, jobs, wanted):
        self.skep, self.wanted, self.lock = skep, wanted, threading.Lock()
        self.waiting, self.passed, self.failed, self.skipped = list(MODULES), 0, [], []
        first = threading.Thread(target=self.run, args=(self.waiting.pop(0),))
        rest = [threading.Thread(target=self.work) for _ in range(jobs)]
        for thread in [first, *rest]:
            thread.start()
        for thread in [first, *rest]:
            thread.join()

    def work(self):
        while True:
            with self.lock:
                if not self.waiting:
                    return
                module = self.waiting.pop(0)
            self.run(module)

    def run(self, module, names=None):
        command = [sys.executable, __file__, self.skep, "--module", module.__name__, *(names or self.wanted)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              check=False)
        lines = done.stdout.splitlines()
        ok = sum(line.startswith("ok   ") for line in lines)
        told = "e2e: FAILED: "
        bad = [line[len(told):] for line in lines if line.startswith(told)]
        skipped = [line[len("skip "):].partition(": ")[0] for line in lines if line.startswith("skip ")]
        if done.returncode and not bad:
            bad = [f"({module.__name__} ended with {done.returncode})"]
        with self.lock:
            print("\n".join(line for line in lines if not line.startswith(told)), flush=True)
            self.passed += ok
            self.skipped += skipped
            if names is None:
                self.failed += [(module, name) for name in bad]
        return ok, bad

    def again(self):
        """What still fails with nothing beside it."""
        failed = []
        for module, name in self.failed:
            print(f"e2e: once more, alone: {name}", flush=True)
            ok, bad = self.run(module, ["=" + name]) if not name.startswith("(") else (0, [name])
            failed += bad or ([] if ok else [name])
        return failed


def finish(passed, failed, skipped):
    for name in failed:
        print(f"e2e: FAILED: {name}")
    print(f"e2e: {passed} passed, {len(failed)} failed" +
          (f", {len(skipped)} skipped: {'; '.join(skipped)}" if skipped else ""))
    return 1 if failed or not passed else 0


def main():
    skep, words = str(Path(sys.argv[1]).resolve()), sys.argv[2:]
    if words[:1] == ["--module"]:
        module = next(one for one in MODULES if one.__name__ == words[1])
        _, failed, _ = run_module(module, skep, words[2:])
        for name in failed:
            print(f"e2e: FAILED: {name}")
        return 1 if failed else 0
    if words[:1] == ["--jobs"]:
        jobs, words = int(words[1]), words[2:]
    else:
        jobs = 0
    wanted = ["situations:" if word == "situations:all" else word for word in words]
    if jobs:
        beside = Beside(skep, jobs, wanted)
        failed = beside.again()
        return finish(beside.passed, failed, beside.skipped)
    passed, failed, skipped = 0, [], []
    for module in MODULES:
        mine = run_module(module, skep, wanted)
        passed, failed, skipped = passed + mine[0], failed + mine[1], skipped + mine[2]
    return finish(passed, failed, skipped)


sys.exit(main())
