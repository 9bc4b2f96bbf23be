#!/usr/bin/env python3
"""A Prometheus API that answers with figures made from the question alone, so
that a screen drawn from it is the same every time. The metric's name says
what comes back: fixed_wave, fixed_gap, fixed_ended, fixed_nothing ... Prints
its port and serves until it is killed."""
import json
import math
import re
import sys
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

KNOWN = ("fixed_", "polln_", "process_", "up")


def wave(seed, t, low=0.0, high=100.0, period=1200.0):
    phase = (zlib.crc32(seed.encode()) % 1000) / 1000 * 2 * math.pi
    middle, half = (low + high) / 2, (high - low) / 2
    return middle + half * (0.7 * math.sin(2 * math.pi * t / period + phase) + 0.3 * math.sin(t / 97 + phase))


def series_of(expr):
    """[(labels, function of (t, end))]; None is a parse error."""
    name = re.search(r"[a-zA-Z_:][a-zA-Z0-9_:]*(?=[^a-zA-Z0-9_:(]|$)", re.sub(r"\b(rate|sum|by|avg|time|le)\b", "", expr))
    name = name[0] if name else ""
    count = re.search(r'n="(\d+)"', expr)
    count = int(count[1]) if count else 1
    if "fixed_broken" in expr:
        return None
    if "unless count(up offset" in expr:
        return [({}, lambda t, end: 1)] if "864000000ms" in expr else []
    if "fixed_nothing" in expr or "missing_metric" in expr or 'job="down"' in expr and name != "up":
        return []
    if name == "up":
        down = [({"__name__": "up", "job": "down", "instance": "d:1"}, lambda t, end: 0)]
        fine = [({"__name__": "up", "job": "polln-colony", "instance": "c:3000"}, lambda t, end: 1)]
        return [s for s in down + fine if f'job="' not in expr or f'job="{s[0]["job"]}"' in expr]
    if "fixed_bucket" in expr:
        edges = ["0.1", "0.5", "1", "5", "+Inf"]
        return [({"le": le}, lambda t, end, i=i: (i + 1) * (3 + wave("b", t, 0, 4)) + wave(f"b{i}", t, 0, 2) * i)
                for i, le in enumerate(edges)]
    if "fixed_state" in expr:
        return [({"instance": f"host-{i}"}, lambda t, end, i=i: int(wave(f"s{i}", t, 0, 3.99, 1700 + 300 * i)) % 3)
                for i in range(count)]
    if "fixed_nan" in expr:
        return [({"kind": "nan"}, lambda t, end: float("nan"))]
    if "fixed_huge" in expr:
        return [({"kind": "huge"}, lambda t, end: 1e308 * math.sin(t / 500))]
    if "fixed_negative" in expr:
        return [({}, lambda t, end: wave("n", t, -80, -20))]
    if "fixed_one" in expr:
        return [({}, lambda t, end: 42 if t + 60 > end else None)]
    if "fixed_gap" in expr:
        return [({}, lambda t, end: None if end - 1800 < t < end - 1200 else wave("g", t, 10, 90))]
    if "fixed_ended" in expr:
        return [({}, lambda t, end: None if t > end - 900 else wave("e", t, 10, 90))]
    if "fixed_wide" in expr:
        return [({"instance": text}, lambda t, end, text=text: wave(text, t))
                for text in ("日本語サーバー", "e\u0301clair", "\x1b[31mred\x1b]0;x\x07", "\u202eevil", "👩‍💻 dev")]
    if "fixed_disk" in expr:
        return [({"device": f"sd{c}", "mountpoint": m}, lambda t, end, c=c: wave(expr + c, t, 1e9, 5e11))
                for c, m in (("a", "/"), ("b", "/var"), ("c", "/srv/data"))]
    low, high = 0.0, 100.0
    if "quantile" in expr:
        low, high = 0.05, 0.2 + 0.6 * float(re.search(r"0\.\d+", expr)[0])
    elif "bytes" in expr and "1024" in expr:
        low, high = 5, 9
    elif "total" in expr or "rate" in expr:
        low, high = 8000, 12500
    if expr.startswith("1 -") or "/" in expr and "sum" in expr:
        low, high = 0.9985, 0.9999
    return [({"__name__": name or "value", **({"instance": f"host-{i}"} if count > 1 else {})},
             lambda t, end, i=i: wave(f"{expr}{i}", t, low, high)) for i in range(count)]


def text(value):
    if math.isnan(value):
        return "NaN"
    return repr(round(value, 9))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, path, form):
        if path.startswith("/api/v1/label/"):
            wanted = re.findall(r"[a-zA-Z_][a-zA-Z0-9_]*", form.get("match[]", [""])[0])
            if "__name__" in path:
                return [n for n in wanted if n.startswith(KNOWN) and n != "__name__"]
            return ["down"] if "fixed_downed" in wanted else ["fine"]
        if path.endswith("/series"):
            return []
        if "query" not in form:
            return None
        found = series_of(form["query"][0])
        if found is None:
            return None
        if path.endswith("/query_range"):
            start, end, step = (float(form[k][0]) for k in ("start", "end", "step"))
            times = [start + i * step for i in range(int((end - start) / step + 1e-9) + 1)]
            result = []
            for labels, f in found:
                values = [[t, text(f(t, end))] for t in times if f(t, end) is not None]
                if values:
                    result.append({"metric": labels, "values": values})
            return {"resultType": "matrix", "result": result}
        t = float(form.get("time", ["0"])[0])
        return {"resultType": "vector", "result": [{"metric": labels, "value": [t, text(f(t, t))]}
                                                   for labels, f in found if f(t, t) is not None]}

    def handle_any(self):
        url = urlparse(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        form = parse_qs(self.rfile.read(length).decode() if length else url.query)
        data = self.answer(url.path, form)
        if data is None:
            self.send(400, {"status": "error", "errorType": "bad_data",
                            "error": "invalid parameter \"query\": 1:14: parse error: unexpected end of input"})
        else:
            self.send(200, {"status": "success", "data": data})

    do_GET = do_POST = handle_any


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)
