#!/usr/bin/env python3
"""Servers as nobody wants them; prints its port first, then, as {"name": port}, the
ports of those that are none of HTTP, and ends with whoever started it.

/silent        takes the question and says nothing
/drip          a whole header, then a byte a second
/health        a JSON document of 1 GB, without its length
/metrics       a page of 1 GB, all of it good
/good          a page of three samples
tls            accepts and never says a word
dns            a name server that never answers, on 127.x.x.x:53 (root only)"""
import json
import os
import random
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BIG = 1 << 30


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def begin(self, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def big(self, kind, head, piece):
        self.begin(kind)
        self.wfile.write(head)
        sent = 0
        for number in range(BIG):
            text = piece(number)
            self.wfile.write(text)
            sent += len(text)
            if sent > BIG:
                return

    def do_GET(self):
        try:
            if self.path == "/silent":
                time.sleep(600)
            elif self.path == "/drip":
                self.begin("text/plain; version=0.0.4")
                for byte in b"slow_total 1\n" * 100:
                    self.wfile.write(bytes([byte]))
                    time.sleep(1)
            elif self.path == "/health":
                self.big("application/json", b'{"status":"ok","components":{"a":"', lambda _: b"x" * 65536)
            elif self.path == "/metrics":
                self.big("text/plain; version=0.0.4", b"# TYPE big_total counter\n", lambda number: "".join(
                    f'big_total{{row="{number}",cell="{cell}"}} {number}\n' for cell in range(500)).encode())
            else:
                self.begin("text/plain; version=0.0.4")
                self.wfile.write(b'weather 21.5\nweather_total 7\nplace{name="here"} 1\n')
        except OSError:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass


def accept_all(listener, held):
    while True:
        held.append(listener.accept())


def dead_name_server():
    """A socket on port 53 of some loopback address; None where one may not have it."""
    for _ in range(20):
        address = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}.{random.randint(2, 254)}"
        found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            found.bind((address, 53))
            return found
        except OSError:
            found.close()
    return None


def main():
    held = []
    tls = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=accept_all, args=(tls, held), daemon=True).start()
    dns = dead_name_server()
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    print(json.dumps({"tls": tls.getsockname()[1], "dns": dns.getsockname()[0] if dns else None}), flush=True)
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)
    sys.exit(0)


main()
