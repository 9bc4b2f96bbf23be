#!/usr/bin/env python3
"""A server that behaves as a test wants it to.

    scripted_server.py [--tls CERTIFICATE KEY [CLIENT_CA]]

Listens on 127.0.0.1 at a port of the kernel's choice, prints the port on one
line and serves until its standard input ends. The first part of a request's
path chooses the behaviour, the rest is the path of Prometheus's HTTP API:
http://127.0.0.1:PORT/hung/api/v1/query never answers. See BEHAVIOURS.

GET /counts tells how many requests came, how many at most at one time, and
how often each query was asked. /toggle/heal and /toggle/break switch what
/toggle/api/... does.
"""
import gzip
import json
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
counts = {"requests": 0, "running": 0, "parallel": 0, "queries": {}}
state = {"broken": True, "heavy": 0}


def sample_answer(path, form):
    if path.endswith("/values"):
        return ["one", "two", "three"]
    if path.endswith("/buildinfo"):
        return {"version": "2.42.0", "revision": "0", "goVersion": "go1.19.6"}
    if path.endswith("/series"):
        return [{"__name__": "up", "job": "a"}, {"__name__": "up", "job": "b"}]
    if path.endswith("/query_range"):
        start, end, step = (float(form[name]) for name in ("start", "end", "step"))
        points = [[start + i * step, str(i)] for i in range(int((end - start) / step) + 1)]
        return {"resultType": "matrix", "result": [{"metric": {"job": "a"}, "values": points}]}
    value = "1" if form.get("query") == "vector(1)" else "42.5"
    return {"resultType": "vector",
            "result": [{"metric": {"query": form.get("query", "")}, "value": [float(form.get("time", 0)), value]}]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def send(self, body, status=200, kind="application/json", headers=(), length=None):
        if isinstance(body, (dict, list)):
            body = json.dumps(body, separators=(",", ":"))
        if isinstance(body, str):
            body = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def success(self, **more):
        self.send({"status": "success", "data": sample_answer(self.rest, self.form), **more})

    def ok(self):
        self.success()

    def slow(self):
        time.sleep(0.15)
        self.success()

    def heavy(self):
        """Hangs for one expression only."""
        if self.form.get("query") == "heavy":
            time.sleep(30)
        self.success()

    def hung(self):
        time.sleep(60)
        self.close_connection = True

    def drip(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        for byte in b'{"status":"success",' + b" " * 1000:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(0.02)

    def html(self):
        self.send("<!doctype html><title>Welcome</title>", kind="text/html")

    def text(self):
        self.send("hello", kind="text/plain")

    def empty(self):
        self.send("")

    def other(self):
        self.send({"name": "elsewhere", "version": [1, 2, 3]})

    def truncated(self):
        """A well-formed HTTP answer whose JSON ends in the middle."""
        whole = json.dumps({"status": "success", "data": sample_answer(self.rest, self.form)})
        self.send(whole[: len(whole) // 2])

    def broken(self):
        self.send('{"status":"success","data":{"resultType":]}}')

    def cut(self):
        """The connection ends before the announced length."""
        self.send('{"status":"success","data":', length=10000)
        self.close_connection = True

    def refusal(self):
        """Closes without a word."""
        self.close_connection = True

    def many(self):
        series = [{"metric": {"i": str(i)}, "value": [1, "1"]} for i in range(300)]
        self.send({"status": "success", "data": {"result": series, "resultType": "vector"}})

    def bomb(self):
        """4 MiB of spaces in a few kilobytes of gzip."""
        body = gzip.compress(b'{"status":' + b" " * (4 << 20))
        self.send(body, headers=[("Content-Encoding", "gzip")])

    def zipped(self):
        body = json.dumps({"status": "success", "data": sample_answer(self.rest, self.form)}).encode()
        self.send(gzip.compress(body), headers=[("Content-Encoding", "gzip")])

    def redirect(self):
        self.send("", 302, headers=[("Location", "http://user:secret@127.0.0.1:1/login?token=x")])

    def warn(self):
        self.success(warnings=["a part is missing"], infos=["metric might not be a counter"])

    def toggle(self):
        if state["broken"]:
            self.send("down", 503, "text/plain")
        else:
            self.success()

    def echo(self):
        """The request's own headers as labels."""
        metric = {name: self.headers.get(header, "") for name, header in
                  (("authorization", "Authorization"), ("tenant", "X-Scope-OrgID"), ("agent", "User-Agent"))}
        metric.update(method=self.command, path=self.path, encoding=self.headers.get("Accept-Encoding", ""),
                      form=json.dumps(self.form, sort_keys=True))
        self.send({"status": "success", "data": {"resultType": "vector",
                                                 "result": [{"metric": metric, "value": [1, "1"]}]}})

    BEHAVIOURS = {name: name for name in (
        "ok slow heavy hung drip html text empty other truncated broken cut refusal many bomb zipped redirect warn "
        "toggle echo").split()}

    def status(self, word, code):
        """/status-503: a plain page; /error-503: the same with Prometheus's words in it."""
        headers = [("Retry-After", "7")] if code == 429 else []
        if word == "status":
            return self.send("page", code, "text/plain", headers)
        kind = {400: "bad_data", 422: "execution", 503: "timeout"}.get(code, "internal")
        return self.send({"status": "error", "errorType": kind, "error": "words of the server"}, code,
                         headers=headers)

    def answer(self):
        parts = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        text = parts.query + "&" + self.rfile.read(length).decode()
        self.form = dict(urllib.parse.parse_qsl(text))
        _, behaviour, *rest = parts.path.split("/")
        self.rest = "/" + "/".join(rest)
        if behaviour == "counts":
            return self.send(counts)
        if behaviour == "toggle" and rest in (["heal"], ["break"]):
            state["broken"] = rest == ["break"]
            return self.send("")
        with lock:
            counts["requests"] += 1
            counts["running"] += 1
            counts["parallel"] = max(counts["parallel"], counts["running"])
            query = self.form.get("query", "")
            counts["queries"][query] = counts["queries"].get(query, 0) + 1
        try:
            word, _, code = behaviour.partition("-")
            if code:
                self.status(word, int(code))
            elif behaviour in self.BEHAVIOURS:
                getattr(self, behaviour)()
            else:
                self.send("no such behaviour", 404, "text/plain")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with lock:
                counts["running"] -= 1

    do_GET = do_POST = answer


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def handle_error(self, request, client_address):
        pass


def main():
    server = Server(("127.0.0.1", 0), Handler)
    if len(sys.argv) in (4, 5) and sys.argv[1] == "--tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        if len(sys.argv) == 5:
            context.maximum_version = ssl.TLSVersion.TLSv1_2  # refuses within the handshake, not after it
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(sys.argv[4])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    elif len(sys.argv) != 1:
        sys.exit(__doc__)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
