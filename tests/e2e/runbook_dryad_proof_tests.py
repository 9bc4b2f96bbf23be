"""The checks of DRYAD's runbooks prove something: while a fault lasts one of
them fails, and all hold within their time once the scenario's commands have
been run. A Prometheus judges them, on what the simulated DRYAD said every 15
seconds of its own time."""
import json
import os
import socket
import subprocess
import urllib.request
from pathlib import Path

import runbook_proof_tests as proof
from colony_tests import START_S
from runbook_dryad_tests import FOLDER, SCENARIOS, Host
from servers import Servers

FAMILIES = ("agent_", "auth_", "db_", "dryad_", "http_", "llm_", "memory_", "node_", "pg_", "probe_", "process_",
            "rate_", "redis_", "suspicious_")
NOTICES = ("deploy", "config-change")  # a change that is well: only undone, there is nothing to prove
SLOW = {"memory-leak": 840}  # seconds until it is seen
HEALTHY = {"healthy": 1, "degraded": 0.5}


class DryadRecord(proof.Record):
    """Its pages, and what skep's collectors make of its documents and scripts."""

    def scrape(self):
        self.now = START_S + self.at_s
        answers = {service["job"]: self.add_page(service) for service in self.services}
        self.add_levels()
        base = next(one for one in self.services if one["job"] == "dryad-backend")["health"].split("/api/")[0]
        paths = ("health/status", "approvals/pending", "orchestrator/self-healing/stats")
        health, *queues = [self.fetch(f"{base}/api/v1/{path}") if answers["dryad-backend"] else None for path in paths]
        self.add_health(health)
        self.add_queues(*queues)

    def fetch(self, url):
        try:
            return json.load(urllib.request.urlopen(url, timeout=0.3))
        except (OSError, ValueError):
            return None

    def add(self, name, labels, value):
        words = ",".join(f'{key}="{text}"' for key, text in labels.items())
        self.lines.append(f"{name}{{{words}}} {value} {self.now}")

    def add_page(self, service):
        labels = f'instance="{service["instance"]}",job="{service["job"]}"'
        try:
            page = urllib.request.urlopen(service.get("url") or service["health"], timeout=0.3).read().decode()
        except OSError:
            page = None
        self.lines.append(f"up{{{labels}}} {int(page is not None)} {self.now}")
        for line in (page or "").splitlines():
            if not service.get("url") or not line.startswith(FAMILIES):
                continue
            name, value = line.rsplit(" ", 1)
            name = f"{name[:-1]},{labels}}}" if name.endswith("}") else f"{name}{{{labels}}}"
            self.lines.append(f"{name} {value} {self.now}")
        return page is not None

    def add_levels(self):
        for level in self.ask("levels")["levels"]:
            self.add("command_success", {"job": "dryad-levels", "instance": f"level-{level['level']}"},
                     int(level["state"] != "failed"))

    def ask(self, *words):
        """A verb's answer, whatever its status."""
        answer = b""
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(self.bench.control)
            one.sendall(json.dumps({"words": words, "json": True}).encode() + b"\n")
            while part := one.recv(65536):
                answer += part
        return json.loads(json.loads(answer)["output"])

    def add_health(self, health):
        job = {"job": "dryad-health", "instance": "dryad"}
        self.add("probe_success", job, int(bool(health) and health["health_score"] >= 50))
        for component, said in (health or {}).get("services", {}).items():
            self.add("health_status", {**job, "component": component}, HEALTHY.get(said["status"], 0))
        for breaker, said in (health or {}).get("circuit_breakers", {}).get("breaker_states", {}).items():
            state = said if isinstance(said, str) else said.get("state", "closed")
            self.add("health_circuit_breaker_state", {**job, "breaker": breaker}, {"open": 1, "half_open": 0.5}.get(state, 0))

    def add_queues(self, approvals, healing):
        if approvals:
            self.add("dryad_approvals_pending", {"job": "dryad-approvals"}, approvals["total"])
        if healing:
            for status, count in healing["status_counts"].items():
                self.add("dryad_self_healing_tasks", {"job": "dryad-self-healing", "status": status}, count)
            self.add("dryad_self_healing_guardian_running", {"job": "dryad-self-healing"},
                     int(healing["guardian"]["running"]))


def tests(skep):
    dryad = os.environ.get("SKEP_DRYAD_PROGRAM") or str(Path(skep).parent / "skep-dryad")
    shim = str(Path(skep).parent / "skep-shim")

    def read(slug):
        shown = subprocess.run([skep, "runbook", "show", str(FOLDER / f"{slug}.md"), "--format", "json"],
                               capture_output=True, text=True, timeout=60)
        assert shown.returncode == 0, shown
        return json.loads(shown.stdout)

    def proves(fault):
        slug, letter, numbers = SCENARIOS[fault]
        runbook, wrong, failing = read(slug), [], False
        own = proof.own_steps(runbook, letter)
        steps = [own[number - 1] for number in numbers]
        with Servers() as servers:
            with Host(dryad, shim) as host:
                record = DryadRecord(host, servers.folder / "dryad.om")
                begun, ends = proof.record_scenario(host, record, fault, steps, SLOW.get(fault, proof.FAULT_S))
                record.lines.sort(key=lambda line: line.split("{", 1)[0])
                record.write()
            port = proof.judge(servers, record.path)
            checks = [(step["id"], ends[step["id"]], check) for step in steps for check in step["notes"]["checks"]]
            last = ends[steps[-1]["id"]]
            for section in runbook["sections"]:
                if section["role"] == "verification":
                    checks += [("Verification", last, check) for check in section["checks"]]
            for where, since_s, check in [one for one in checks if one[2]["expression"]]:
                good = proof.holding(port, check["expression"], record.at_s)
                failing |= begun not in good
                took = proof.late(check, good, since_s, record.at_s)
                if took is not None:
                    wrong.append(f"{where} {check['name']}: holds for good after {took:.0f} s only, or never")
        assert failing or fault in NOTICES, f"all checks of {slug} hold while {fault} lasts"
        assert not wrong, "\n".join(wrong)

    for fault in SCENARIOS:
        yield f"runbook checks prove that DRYAD's {fault} is over", lambda fault=fault: proves(fault)
