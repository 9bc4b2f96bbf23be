"""skep rules: unit tests of rules as promtool's, and rules held against a
system that is collected from."""
import json
import os
import subprocess
import tempfile
from pathlib import Path

from colony_tests import Colony
from servers import Servers, environment, free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [ROOT / "systems/polln/rules.yaml", ROOT / "systems/dryad/rules.yaml"]
TESTS = [ROOT / "systems/polln/rules_test.yaml", ROOT / "systems/dryad/rules_test.yaml"]

DOUBTFUL = """groups:
  - name: doubtful
    rules:
      - alert: Latched
        expr: polln_validation_errors_total > 0
        for: 2m
        annotations: { runbook_url: https://runbooks.example.com/colony-crash }
      - alert: Gone
        expr: up{job="nobody"} == 0
        for: 2m
        annotations: { runbook_url: https://runbooks.example.com/colony-crash }
      - alert: Misspelt
        expr: polln_agent_total < 1
        for: 2m
        annotations: { runbook_url: https://runbooks.example.com/colony-crash }
      - alert: Lost
        expr: polln_agents_total{instance="elsewhere"} < 1
        for: 2m
        annotations: { runbook_url: https://runbooks.example.com/no-such-runbook }
      - alert: Fine
        expr: sum by (job) (rate(polln_requests_total[5m])) < 1
        for: 2m
        annotations: { runbook_url: https://runbooks.example.com/colony-crash, summary: "{{ $labels.job }}" }
"""


def tests(skep):
    colony = os.environ.get("SKEP_COLONY_PROGRAM") or str(Path(skep).parent / "skep-colony")

    def run(*words, cwd=None):
        return subprocess.run([skep, "rules", *map(str, words)], capture_output=True, timeout=120, text=True,
                              env=environment(), cwd=cwd)

    def checked(*words):
        """{(rule, check): line} and the exit status."""
        done = run("check", "--format", "json", *words)
        assert done.returncode in (0, 1) and done.stdout, done
        return {(one["rule"], one["check"]): one.get("line") for one in json.loads(done.stdout)}, done.returncode

    def system_file(folder, colony_state, jobs=None):
        entries = [f"  - {{ type: scrape, job: {service['job']}, targets: [\"{service['instance']}\"], interval: 1s }}\n"
                   for service in colony_state["services"] if not jobs or service["job"] in jobs]
        path = Path(folder) / "system.yaml"
        (Path(folder) / "runbooks").mkdir(exist_ok=True)
        (Path(folder) / "runbooks/01-colony-crash.md").write_text("# The colony is down\n")
        path.write_text("system: test\ncollect:\n" + "".join(entries) +
                        f"dashboards: [\"{ROOT}/systems/polln/dashboard.json\"]\n"
                        "runbooks: [runbooks]\n")
        return path

    def shipped():
        """The shipped rules' own tests succeed, and promtool says so too."""
        theirs = [subprocess.Popen(["promtool", "test", "rules", path], stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.STDOUT) for path in TESTS]
        done = run("test", *TESTS)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("  SUCCESS\n") == 2 and "FAILED" not in done.stdout, done.stdout
        for process in theirs:
            said, _ = process.communicate(timeout=120)
            assert process.returncode == 0, said
        done = run("check", *SHIPPED)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "2 files, " in done.stdout and ": 0 errors, " in done.stdout, done.stdout

    def failures():
        """A test that fails says what was expected and what came; one file does not hide the other."""
        folder = ROOT / "tests/conformance/rule_tests"
        done = run("test", folder / "wrong_annotation.yaml", folder / "right_states.yaml")
        assert done.returncode == 1, done
        assert done.stdout.count("Unit Testing:  ") == 2 and done.stdout.count("  SUCCESS\n") == 1, done.stdout
        assert "a/x was down" in done.stdout and "a/x is down" in done.stdout, done.stdout
        assert "wrong_annotation.yaml:10: alertname: Down, time: 4m" in done.stdout, done.stdout
        closed = folder / "right_closed.yaml"
        assert run("test", closed).returncode == 0
        assert run("test", "--semantics", "3", closed).returncode == 1
        # patterns are relative to the file, wherever one stands
        assert run("test", folder / "right_glob.yaml", cwd="/").returncode == 0

    def check():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "doubtful.yaml"
            path.write_text(DOUBTFUL)
            found, status = checked(path)
            assert found == {("Latched", "counter"): 5} and status == 0, (found, status)
            assert checked("--strict", path)[1] == 1
            text = run("check", path)
            assert text.stdout.startswith(f"{path}:5: warning: Latched: polln_validation_errors_total is a counter"), text
            assert "were not compared" in text.stdout, text.stdout
            (Path(folder) / "bad.yaml").write_text(DOUBTFUL.replace("> 0", ">"))
            found, status = checked(Path(folder) / "bad.yaml")
            assert status == 1 and ("", "syntax") in found, (found, status)
            both = run("check", path, Path(folder) / "missing.yaml")
            assert both.returncode == 2 and "no such file" in both.stderr and "Latched" in both.stdout, both

    def against_a_system():
        """What the colony has is known, what it has not is told."""
        with Colony(colony) as running, tempfile.TemporaryDirectory() as folder:
            system = system_file(folder, running.state())
            path = Path(folder) / "doubtful.yaml"
            path.write_text(DOUBTFUL)
            found, status = checked("--system", system, path)
            assert status == 1, (found, status)
            assert found == {("Latched", "counter"): 5, ("Gone", "not-scraped"): 9, ("Misspelt", "unknown-metric"): 13,
                             ("Lost", "no-series"): 17, ("Lost", "runbook"): 16}, found
            said = run("check", "--system", system, path).stdout
            assert "did you mean polln_agents_total?" in said and "were not compared" not in said, said
            # all services of the colony are scraped: each rule of the shipped file finds its metrics
            found, _ = checked("--system", system, SHIPPED[0])
            assert not [one for one in found if one[1] in ("unknown-metric", "not-scraped")], found
            # without the cache, its rule cannot fire
            system = system_file(folder, running.state(), jobs=["polln-colony"])
            found, status = checked("--system", system, SHIPPED[0])
            assert ("KVCacheBackendDown", "not-scraped") in found and status == 1, found
            assert ("ColonyDown", "not-scraped") not in found, found

    def against_a_server():
        """The same by way of a Prometheus."""
        with Servers() as servers, tempfile.TemporaryDirectory() as folder:
            port = servers.prometheus({}, free_port())
            system = Path(folder) / "system.yaml"
            system.write_text(f"system: test\nprometheus: {{ url: \"http://127.0.0.1:{port}\" }}\n")
            path = Path(folder) / "rules.yaml"
            path.write_text(DOUBTFUL.replace("polln_agent_total", "prometheus_build_info"))

            def known():
                """The server has scraped itself."""
                found, _ = checked("--system", system, path)
                return found if ("Misspelt", "unknown-metric") not in found else None
            found = wait_until(known, 60)
            assert ("Gone", "not-scraped") in found and ("Lost", "unknown-metric") in found, found
            servers.stop("prometheus")
            done = run("check", "--system", system, path)
            assert done.returncode == 2 and "the metrics of the system are not known" in done.stderr, done

    def usage():
        for words in ([], ["test"], ["check"], ["nothing", "x"], ["checks", "x"], ["check", "--system"]):
            done = run(*words)
            assert done.returncode == 2 and done.stderr.startswith("skep: "), (words, done)
        checks = run("checks")
        assert checks.returncode == 0 and "not-scraped" in checks.stdout, checks

    for test in (shipped, failures, check, against_a_system, against_a_server, usage):
        yield f"rules {test.__name__}", test
