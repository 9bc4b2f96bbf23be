#!/usr/bin/env python3
"""big_server.py SERIES POINTS: answers every range question with that many
series and points, made once and sent at once, so that the client is what is measured."""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

SERIES, POINTS = int(sys.argv[1]), int(sys.argv[2])
bodies = {}


def body(start, step):
    key = (start, step)
    if key not in bodies:
        bodies.clear()
        times = [start + i * step for i in range(POINTS)]
        result = [{"metric": {"__name__": "big", "instance": f"host-{s}", "job": "bench"},
                   "values": [[t, repr((s * 7919 + i * 104729) % 1000003 / 1000)] for i, t in enumerate(times)]}
                  for s in range(SERIES)]
        bodies[key] = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}}).encode()
    return bodies[key]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
        if "step" in form:
            data = body(1700000000, 15)
        else:
            data = b'{"status":"success","data":{"resultType":"vector","result":[]}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST


body(1700000000, 15)
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
