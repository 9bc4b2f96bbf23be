"""Serves one page a path for tests of scraping; prints its port first, ends with its input.
/metrics: a good page, a counter of the requests in it. /bad: a page with a bad line. /503, /html, /hang."""
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

requests = 0
BAD = "good 1\nbad{ 2\nbetter 3\n"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        global requests
        requests += 1
        status, kind, body = 200, "text/plain; version=0.0.4", ""
        if self.path == "/metrics":
            body = f"requests_total {requests}\nweather{{place=\"a b\",job=\"other\"}} 21.5\n"
            if requests % 2:
                body += "sometimes 1\n"
        elif self.path == "/bad":
            body = BAD
        elif self.path == "/html":
            kind, body = "text/html", "<html><body>hello</body></html>"
        elif self.path == "/hang":
            time.sleep(30)
        elif self.path == "/none":
            status = 404
        elif self.path == "/ill":
            status, body = 500, "out of memory\n"
        else:
            status = 503
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
