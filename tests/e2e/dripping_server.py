#!/usr/bin/env python3
"""Answers every question one byte each 50 ms, so that nothing is ever whole in time."""
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        try:
            for byte in b'{"status":"success","data":{"resultType":"matrix","result":[]}}' * 20:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass

    do_GET = do_POST


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
