#!/usr/bin/env python3
"""e2e.py SKEP [NAME...]: the program as a person uses it, against real servers
that are killed, stopped and restarted under it. Starts what it needs. Ends
with `N passed, N failed`. `situations:all` plays every situation of the
runbooks; without a NAME only some of them are."""
import sys
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
import runbook_commands_tests  # noqa: E402
import runbook_hostile_tests  # noqa: E402
import runbook_kills_tests  # noqa: E402
import runbook_dryad_proof_tests  # noqa: E402
import runbook_dryad_tests  # noqa: E402
import runbook_proof_tests  # noqa: E402
import runbook_situations_tests  # noqa: E402
import runbook_terminal_tests  # noqa: E402
import tabs_tests  # noqa: E402
import silences_tests  # noqa: E402
import situation_tests  # noqa: E402
import shim_tests  # noqa: E402
import slo_tests  # noqa: E402


def main():
    skep = str(Path(sys.argv[1]).resolve())
    wanted = ["situations:" if word == "situations:all" else word for word in sys.argv[2:]]
    passed, failed = 0, []
    runbook_situations_tests.begin(skep, wanted)
    for module in (check_tests, snapshot_tests, follow_tests, console_tests, colony_tests, dryad_tests, shim_tests,
                   embedded_tests, postgres_tests, command_tests, log_tests, logs_view_tests, redis_tests,
                   probe_tests, situation_tests, slo_tests, hostile_sources_tests, public_boards_tests, tabs_tests,
                   alertmanager_tests, alerts_view_tests, alerts_tests, acks_tests, silences_tests, rules_tests,
                   runbook_commands_tests, runbook_dryad_tests, runbook_dryad_proof_tests,
                   runbook_proof_tests, runbook_situations_tests, runbook_hostile_tests, runbook_terminal_tests,
                   runbook_kills_tests):
        for name, test in module.tests(skep):
            if wanted and not any(word in name for word in wanted):
                continue
            started = time.monotonic()
            try:
                test()
                passed += 1
                print(f"ok   {name} ({time.monotonic() - started:.1f} s)", flush=True)
            except Exception:
                failed.append(name)
                print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
    for name in failed:
        print(f"e2e: FAILED: {name}")
    print(f"e2e: {passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
