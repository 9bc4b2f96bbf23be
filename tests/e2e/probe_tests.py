"""Health pages, JSON documents and certificates, from servers of every behaviour."""
import datetime
import json
import re
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

from servers import Servers, environment, free_port

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SERVER = HERE / "probe_server.py"
NODE = ROOT / "systems/node/dashboard.json"


def day(offset):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=offset)
    return moment.strftime("%Y%m%d%H%M%SZ")


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=60)


class Authority:
    """A certificate authority in a folder, and certificates of it with any name and time."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate, self.key = folder / "ca.pem", folder / "ca.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.key,
                "-out", self.certificate, "-days", "3650", "-subj", "/CN=test authority")

    def issue(self, name, host, begin=-10, end=90):
        folder = self.folder / name
        folder.mkdir()
        for part in ("index.txt", "index.txt.attr"):
            (folder / part).write_text("")
        (folder / "serial").write_text("01\n")
        (folder / "ca.cnf").write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/index.txt\nserial={folder}/serial\nnew_certs_dir={folder}\n"
            f"certificate={self.certificate}\nprivate_key={self.key}\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n"
            f"[p]\ncommonName=supplied\n[e]\nsubjectAltName={'IP' if host[0].isdigit() else 'DNS'}:{host}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder / "key.pem",
                "-out", folder / "request.pem", "-subj", f"/CN={host}")
        openssl("ca", "-batch", "-config", folder / "ca.cnf", "-startdate", day(begin), "-enddate", day(end), "-in",
                folder / "request.pem", "-out", folder / "certificate.pem", "-notext")
        return folder / "certificate.pem", folder / "key.pem"


def postgres_like(answer, certificate, key):
    """A server that answers PostgreSQL's question for TLS with one byte, then shakes hands; returns its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            connection = listener.accept()[0]
            connection.settimeout(10)
            try:
                if connection.recv(8) == bytes((0, 0, 0, 8, 4, 210, 22, 47)):
                    connection.sendall(answer)
                    context.wrap_socket(connection, server_side=True).close()
            except OSError:
                connection.close()
    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


class Page:
    """What `skep collect` found: samples, and how each collector fared."""

    def __init__(self, skep, folder, entries, wait="20s"):
        path = folder / "system.yaml"
        path.write_text("\n".join(["system: test", "title: Test", f'dashboards: ["{NODE}"]', "collect:",
                                   *(f"  - {entry}" for entry in entries)]) + "\n")
        started = time.monotonic()
        self.text = self.run(skep, path, wait, "exposition")
        self.took = time.monotonic() - started
        self.collectors = json.loads(self.run(skep, path, wait, "json"))["collectors"]

    @staticmethod
    def run(skep, path, wait, form):
        done = subprocess.run([skep, "collect", "--system", path, "--wait", wait, "--format", form], timeout=120,
                              capture_output=True, text=True, env=environment(), stdin=subprocess.DEVNULL)
        assert done.returncode in (0, 1), (done.returncode, done.stderr[-2000:])
        return done.stdout

    def value(self, metric, /, **labels):
        found = [line for line in self.text.splitlines() if re.match(rf"{metric}[ {{]", line)
                 and all(f'{key}="{text}"' in line for key, text in labels.items())]
        assert len(found) == 1, (metric, labels, found, self.text[:3000])
        return float(found[0].rsplit(" ", 1)[1])

    def has(self, metric, /, **labels):
        return any(re.match(rf"{metric}[ {{]", line) and all(f'{key}="{text}"' in line for key, text in labels.items())
                   for line in self.text.splitlines())

    def collector(self, job, path=""):
        found = [c for c in self.collectors if c["job"] == job and path in c["url"]]
        assert len(found) == 1, (job, path, self.collectors)
        return found[0]


def tests(skep):
    def health_documents():
        with Servers() as servers:
            port = servers.script(SERVER)
            page = Page(skep, servers.folder, [
                f'{{ type: health, job: full, targets: ["127.0.0.1:{port}/document/full_status.json"] }}',
                f'{{ type: health, job: colony, targets: ["127.0.0.1:{port}"], rate: 50, paths: '
                f'[/document/colony_health.json, "/document/colony_ready.json@503", /nothing/here] }}',
                f'{{ type: health, job: llm, targets: ["127.0.0.1:{port}/document/full_llm.json"], rate: 50 }}',
                f'{{ type: health, job: lax, targets: ["127.0.0.1:{port}/document/full_llm.json"], only_status: true }}',
                f'{{ type: health, job: text, targets: ["127.0.0.1:{port}/text"], fail_if_body_matches: "O." }}',
                f'{{ type: health, job: odd, targets: ["127.0.0.1:{port}/status/418"], expect_status: [418, 5xx] }}',
                f'{{ type: health, job: old, targets: ["127.0.0.1:{port}/document/agent_health.json"] }}'])
            assert page.value("health_status", job="full", component="task_queue") == 0
            assert page.value("health_circuit_breaker_state", job="full", breaker="vector_store") == 0.5
            assert page.value("health_feature_degraded", job="full", feature="semantic_search") == 1
            assert page.value("probe_success", job="full") == 1
            assert page.collector("full")["warning"].startswith("degraded: task_queue"), page.collectors
            ready = "/document/colony_ready.json@503"
            assert page.value("probe_http_status_code", job="colony", path=ready) == 503
            assert page.value("health_status", job="colony", path=ready, component="listening") == 0
            assert page.value("up", job="colony", path=ready) == 0
            assert page.collector("colony", "503")["reason"] == "503 service unavailable: not_ready: listening"
            assert page.value("health_metric", job="colony", name="connections.active") == 4
            assert page.collector("colony", "nothing")["state"] == "absent", page.collectors
            assert not page.has("probe_success", job="colony", path="/nothing/here")
            assert page.value("probe_success", job="llm") == 0 and page.value("probe_success", job="lax") == 1
            assert page.collector("llm")["reason"] == "says it is unhealthy: llm", page.collectors
            assert page.value("probe_failed_due_to_regex", job="text") == 1
            assert page.value("probe_success", job="text") == 0 and page.value("probe_success", job="odd") == 1
            assert "stands still at 2025-10-13" in page.collector("old")["warning"], page.collectors

    def hostile_servers():
        with Servers() as servers:
            port, nobody = servers.script(SERVER), free_port()
            entry = '{{ type: health, job: {0}, targets: ["{1}"], timeout: 1s, rate: 50 }}'
            page = Page(skep, servers.folder, [
                *(entry.format(name, f"127.0.0.1:{port}/{name}") for name in ("huge", "drip", "silent", "garbage", "binary")),
                entry.format("nobody", f"127.0.0.1:{nobody}"), entry.format("noname", "no.such.name.invalid:80")])
            assert page.took < 15, page.took
            assert page.collector("huge")["reason"] == "answer over 4 MiB", page.collectors
            assert page.collector("drip")["reason"] == page.collector("silent")["reason"] == "timeout after 1s"
            assert page.collector("nobody")["reason"] == "refused"
            assert page.collector("garbage")["reason"] == "not HTTP", page.collectors
            assert "resolve" in page.collector("noname")["reason"], page.collectors
            assert page.collector("binary")["state"] == "ok"
            for job in ("huge", "drip", "silent", "nobody", "noname"):
                assert page.value("probe_success", job=job) == 0 and page.value("up", job=job) == 0
            assert page.value("probe_http_duration_seconds", job="drip", phase="transfer") > 0.5
            assert page.value("probe_http_duration_seconds", job="silent", phase="processing") > 0.5

    def politeness():
        with Servers() as servers:
            port = servers.script(SERVER)
            paths = ", ".join(f"/hop/0?{i}" for i in range(8))
            entries = [f'{{ type: health, job: h, targets: ["127.0.0.1:{port}"], paths: [{paths}], interval: 60s }}']
            path = servers.folder / "system.yaml"
            path.write_text("\n".join(["system: test", "title: Test", f'dashboards: ["{NODE}"]', "collect:",
                                       *(f"  - {entry}" for entry in entries)]) + "\n")
            Page.run(skep, path, "20s", "text")
            import urllib.request
            asked = json.loads(urllib.request.urlopen(f"http://127.0.0.1:{port}/asked", timeout=5).read())
            times = [moment for moment, what in asked if what.startswith("/hop")]
            assert len(times) == 8, asked
            assert min(later - earlier for earlier, later in zip(times, times[1:])) > 0.05, times
            assert times[-1] - times[0] > 1.2, times

    def json_documents():
        with Servers() as servers:
            port = servers.script(SERVER)
            page = Page(skep, servers.folder, [
                f'{{ type: json, job: j, rate: 50, targets: ["127.0.0.1:{port}/document/document.json"], metrics: [ '
                "{ name: app_requests_total, type: counter, path: metrics.requests_total }, "
                "{ name: app_component, path: components.*, labels: [name=$key], values: [connected=1, '*=0.5'] } ] }",
                f'{{ type: json, job: ready, rate: 50, targets: ["127.0.0.1:{port}"], ready: dryad-metrics, '
                "path: /document/metrics.json }",
                f'{{ type: json, job: gone, targets: ["127.0.0.1:{port}"], ready: dryad-approvals }}',
                f'{{ type: json, job: text, targets: ["127.0.0.1:{port}/text"], ready: dryad-approvals, rate: 50 }}',
                f'{{ type: json, job: away, rate: 50, targets: ["127.0.0.1:{port}/away"], headers: ["X-Key: hush"], '
                "metrics: [ { name: a, path: Host, count: true, labels: [key=^.X-Key, host=^.Host] } ] }"])
            assert page.value("app_requests_total", job="j") == 15234
            assert page.value("app_component", name="redis") == 0.5 and page.value("app_component", name="llm") == 0.5
            assert page.value("code_reviews_total", tenant_id="t1") == 4
            assert page.value("code_review_duration_seconds", quantile="0.95") == 1.5
            assert page.collector("gone")["state"] == "absent", page.collectors
            assert page.collector("text")["reason"].startswith("no JSON: line 1"), page.collectors
            assert page.has("a", host=f"localhost:{port}") and "hush" not in page.text, page.text

    def certificates():
        with Servers() as servers:
            authority = Authority(servers.folder)
            ports = {name: servers.script(SERVER, *map(str, authority.issue(name, host, begin, end)))
                     for name, host, begin, end in (("good", "127.0.0.1", -10, 90), ("soon", "127.0.0.1", -10, 5),
                                                    ("expired", "127.0.0.1", -30, -3), ("early", "127.0.0.1", 2, 9),
                                                    ("other", "other.example", -10, 90))}
            plain, ca = servers.script(SERVER), authority.certificate
            entry = '{{ type: certificate, job: {0}, targets: ["127.0.0.1:{1}"], ca_file: "{2}", timeout: 5s{3} }}'
            page = Page(skep, servers.folder, [
                *(entry.format(name, port, ca, "") for name, port in ports.items()),
                entry.format("named", ports["other"], ca, ", server_name: other.example"),
                f'{{ type: certificate, job: unknown, targets: ["127.0.0.1:{ports["good"]}"] }}',
                entry.format("plain", plain, ca, ""), entry.format("nobody", free_port(), ca, ""),
                f'{{ type: health, job: secure, targets: ["https://127.0.0.1:{ports["good"]}/hop/2"], ca_file: "{ca}" }}',
                f'{{ type: health, job: insecure, targets: ["https://127.0.0.1:{ports["expired"]}/hop/0"], ca_file: "{ca}" }}'])
            for job in ("good", "soon", "named"):
                assert page.value("probe_success", job=job) == 1, page.collectors
            assert 89 < page.value("certificate_days_left", job="good") <= 90
            assert page.collector("soon")["warning"] == "ends in 5 days", page.collectors
            assert page.collector("expired")["reason"] == "expired 3 days ago", page.collectors
            assert -3.1 < page.value("certificate_days_left", job="expired") < -2.9
            assert page.value("probe_ssl_earliest_cert_expiry", job="expired") < time.time() - 2.9 * 86400
            assert not page.has("probe_ssl_last_chain_expiry_timestamp_seconds", job="expired")
            assert page.has("probe_ssl_last_chain_expiry_timestamp_seconds", job="good")
            assert page.collector("early")["reason"].startswith("not valid yet: begins in 1 day"), page.collectors
            assert page.collector("other")["reason"] == "is for other.example", page.collectors
            assert page.collector("unknown")["reason"] == "issuer not known (test authority)", page.collectors
            assert page.collector("plain")["reason"] == "no TLS there", page.collectors
            assert page.collector("nobody")["reason"] == "refused", page.collectors
            assert page.value("probe_http_ssl", job="secure") == 1 and page.value("probe_http_redirects", job="secure") == 2
            assert page.value("probe_http_duration_seconds", job="secure", phase="tls") > 0
            assert page.value("probe_ssl_earliest_cert_expiry", job="secure") > time.time() + 89 * 86400
            assert page.collector("insecure")["reason"] == "certificate expired", page.collectors

    def certificate_handshakes():
        with Servers() as servers, socket.create_server(("127.0.0.1", 0)) as silent:
            authority = Authority(servers.folder)
            files = authority.issue("server", "127.0.0.1", -1, 30)
            entry = ('{{ type: certificate, job: {0}, targets: ["127.0.0.1:{1}"], timeout: 1s, '
                     f'ca_file: "{authority.certificate}"' + ', starttls: {2} }}')
            page = Page(skep, servers.folder, [
                entry.format("postgres", postgres_like(b"S", *files), "postgres"),
                entry.format("without", postgres_like(b"N", *files), "postgres"),
                entry.format("silent", silent.getsockname()[1], "none"),
                entry.format("mute", silent.getsockname()[1], "postgres"),
                '{ type: certificate, job: noname, targets: ["no.such.name.invalid"], timeout: 1s }',
                '{ type: certificate, job: nofile, targets: ["127.0.0.1:1"], ca_file: missing.pem }'])
            assert page.value("probe_success", job="postgres") == 1, page.collectors
            assert page.collector("without")["reason"] == "the server does not offer TLS", page.collectors
            assert page.collector("silent")["reason"] == "silent: no TLS handshake within 1s", page.collectors
            assert page.collector("mute")["reason"] == "silent: no answer within 1s", page.collectors
            assert "resolve" in page.collector("noname")["reason"], page.collectors
            assert "no such file" in page.collector("nofile")["reason"], page.collectors

    return [("probe certificate_handshakes", certificate_handshakes), ("probe health_documents", health_documents), ("probe hostile_servers", hostile_servers),
            ("probe politeness", politeness), ("probe json_documents", json_documents),
            ("probe certificates", certificates)]
