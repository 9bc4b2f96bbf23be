#!/usr/bin/env python3
"""A Prometheus API that answers every question with one value, counts the
questions and how many ran at once, and tells both at /counts."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

lock = threading.Lock()
counts = {"questions": 0, "parallel": 0, "requests": 0}
running = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, document):
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self):
        global running
        if self.path == "/counts":
            self.send(counts)
            return
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
        with lock:
            running += 1
            counts["requests"] += 1
            counts["parallel"] = max(counts["parallel"], running)
            if form.get("query", ["vector(1)"])[0] != "vector(1)":
                counts["questions"] += 1
        time.sleep(0.02)
        now = float(form.get("end", form.get("time", [time.time()]))[0])
        ranged = "start" in form and "step" in form
        sample = {"metric": {"__name__": "m"}, **({"values": [[now, "1"]]} if ranged else {"value": [now, "1"]})}
        data = {"resultType": "matrix" if ranged else "vector", "result": [sample]} if "query" in form else []
        with lock:
            running -= 1
        self.send({"status": "success", "data": data})

    do_GET = do_POST = handle_any


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
