"""A server of every behaviour a probe may meet. Prints its port; ends with
whoever started it, or when it is killed.

probe_server.py [CERTIFICATE KEY]: with the two files it speaks TLS."""
import json
import os
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DOCUMENTS = Path(__file__).resolve().parents[1] / "fuzz/corpus/health"
asked = []  # (time, path)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, body, status=200, **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def hop(self, left):
        if left == "0":
            self.send({"status": "ok"})
        else:
            self.send(b"moved", 302, Location=f"/hop/{int(left) - 1}")

    def away(self, _):
        scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        self.send(b"", 302, Location=f"{scheme}://localhost:{self.server.server_port}/echo")

    def status(self, number):
        self.send({"status": "degraded"}, int(number))

    def document(self, name):
        name, _, status = name.partition("@")
        self.send((DOCUMENTS / name).read_bytes(), int(status or 200))

    def huge(self, _):
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 30))
        self.end_headers()
        self.wfile.write(b'{"status":"')
        for _ in range(1 << 14):
            self.wfile.write(b"a" * 65536)

    def silent(self, _):
        time.sleep(60)

    def drip(self, _):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b" ")
            time.sleep(0.1)

    def garbage(self, _):
        self.wfile.write(b"\x00\x01\x02 no HTTP at all\r\n\r\n")
        self.close_connection = True

    def binary(self, _):
        self.send(bytes(range(256)) * 16)

    def do_GET(self):
        asked.append((time.monotonic(), self.path))
        first, _, rest = self.path[1:].partition("/")
        plain = {"echo": lambda _: self.send(dict(self.headers)), "asked": lambda _: self.send(asked),
                 "text": lambda _: self.send(b"OK", Content_Type="text/plain")}
        known = ("hop", "away", "status", "document", "huge", "silent", "drip", "garbage", "binary")
        try:
            if first in plain:
                plain[first](rest)
            elif first in known:
                getattr(self, first)(rest)
            else:
                self.send({"error": "not found"}, 404)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    context = None

    def finish_request(self, request, client_address):
        if self.context:  # here, not in accept: one that is silent must not hold up the others
            request.settimeout(20)
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except (OSError, ssl.SSLError):
                return
        super().finish_request(request, client_address)

    def handle_error(self, *_):
        pass


def main():
    server = Server(("127.0.0.1", 0), Handler)
    if len(sys.argv) > 2:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(sys.argv[1], sys.argv[2])
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)


main()
