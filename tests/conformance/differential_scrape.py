#!/usr/bin/env python3
"""differential_scrape.py PROMQL-ANSWERS

A real Prometheus 2.42 scrapes a page each second on which series vanish, come
back and change, and which fails now and then; the embedded engine takes the
same pages in, at the times that the server says it scraped. Both then say what
was there at every quarter of a second: what OpenMetrics files cannot carry,
staleness, is compared here.

Pages with a bad line are left out: of a scrape that fails for one, Prometheus
leaves the series before that line without a staleness marker, an accident of
its cache."""
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from differential import Ours, Prometheus, compare  # noqa: E402
from servers import Servers, free_port  # noqa: E402

SCRAPES = 22
FAILED = (9, 10)
QUESTIONS = """
up
{job="page", __name__!~"up|scrape_.*"}
scrape_samples_scraped
scrape_series_added
flaps
vanishes
returns
phase
stamped
absent(vanishes)
absent(returns)
count by (n) (phase)
count({job="page"})
timestamp(steady)
timestamp(stamped)
timestamp(returns)
rate(counter_total[5s])
increase(counter_total[3s])
count_over_time(flaps[5s])
count_over_time(returns[10s])
last_over_time(vanishes[4s])
present_over_time(flaps[1s])
max_over_time(returns[6s:1s])
count_over_time(flaps[5s:500ms])
changes(phase[8s])
steady - on () steady offset 2s
steady and on () flaps
steady unless on () returns
avg_over_time(up[5s])
sum(phase) + on () steady
nan_now
""".strip().splitlines()


def page(number):
    """What the scrape of this number sees; None for an answer of 500."""
    if number in FAILED:
        return None
    lines = [f"steady {number}", f"counter_total {number * 7 % 40}", f'phase{{n="{number // 3}"}} {number}']
    if number % 2 == 0:
        lines.append("flaps 1")
    if number < 8:
        lines += ["vanishes 1", f"stamped {number} {round(time.time() * 1000) - 100}"]
    if number < 5 or number >= 12:
        lines.append("returns 5")
    lines.append(f"nan_now {'NaN' if number % 3 else number}")
    return "\n".join(lines) + "\n"


class Page(BaseHTTPRequestHandler):
    served = []

    def do_GET(self):
        body = page(len(self.served))
        self.served.append(body)
        self.send_response(500 if body is None else 200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, *_):
        pass


def scrape_times(prometheus):
    """When each page was scraped, as the samples of `up` say."""
    now = time.time()
    answer = prometheus.ask("up[2m]", now, now, 0)
    result = answer["data"]["result"]
    return [float(point[0]) for point in result[0]["values"]] if result else []


def scraped(servers, page_port):
    """A Prometheus that has scraped all pages, and when it did."""
    config = servers.folder / "scrape.yml"
    config.write_text("global: {scrape_interval: 1s, scrape_timeout: 900ms}\n"
                      "scrape_configs: [{job_name: page, static_configs: [{targets: ['127.0.0.1:%d'], "
                      "labels: {instance: page}}]}]\n" % page_port)
    port = free_port()
    servers.start("prometheus", ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={servers.folder}/data",
                                 f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"],
                  f"http://127.0.0.1:{port}/-/ready")
    prometheus = Prometheus(port)
    end = time.monotonic() + SCRAPES + 30
    while len(times := scrape_times(prometheus)) < SCRAPES:
        if time.monotonic() > end:
            raise RuntimeError(f"only {len(times)} scrapes")
        time.sleep(.5)
    return prometheus, times[:SCRAPES]


def write_pages(folder, times):
    lines = []
    for number, when in enumerate(times):
        path = "-"
        if Page.served[number] is not None:
            path = folder / f"page-{number}"
            path.write_text(Page.served[number])
        lines.append(f"{round(when * 1000)} {path}\n")
    (folder / "pages").write_text("".join(lines))
    return folder / "pages"


def main():
    pages = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    pages.daemon_threads = True
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    comparisons = failed = 0
    with Servers() as servers:
        theirs, times = scraped(servers, pages.server_port)
        ours = Ours(sys.argv[1], write_pages(servers.folder, times), "--scrapes", "pages")
        first, last = times[0] - 1, times[-1]
        moments = [(when, when, 0) for when in times]
        for expression in QUESTIONS:
            for start, end, step in [(first, last, .25), *moments]:
                comparisons += 1
                difference = compare(expression, theirs.ask(expression, start, end, step),
                                     ours.ask(expression, start, end, step), step)
                if difference:
                    failed += 1
                    print(f"FAILED {expression} {start - first:.3f}..{end - first:.3f}: {difference}")
        status = ours.close()
    print(f"{len(times)} scrapes, {len(QUESTIONS)} expressions, {comparisons} comparisons, {failed} failed")
    return 1 if failed or status else 0


if __name__ == "__main__":
    sys.exit(main())
