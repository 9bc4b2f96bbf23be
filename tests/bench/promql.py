#!/usr/bin/env python3
"""promql.py BUILD [SERIES] [HOURS]: the embedded engine beside Prometheus 2.42
on the same samples, in one run: a histogram of SERIES (10,000) series, HOURS
(6) at 15 s. Evaluation times are those each side reports itself (Prometheus:
stats=all, evalTotalTime; ours: parse, select and evaluate), medians of seven
in turn. Prints a table with the ratio, and exits 1 when one is over a half."""
import json
import random
import statistics
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from servers import Servers, free_port  # noqa: E402

STEP, LES, LIMIT, TURNS = 15, ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "5", "+Inf"], 0.5, 7


def write(path, series, end):
    source = random.Random(20261122)
    with open(path, "w") as out:
        for i in range(series // len(LES)):
            rates = sorted(source.randint(0, 40) for _ in LES)
            for le, rate in zip(LES, rates):
                text = f'latency_bucket{{instance="i-{i}",job="job-{i % 10}",le="{le}"}}'
                value, steps = 0, random.Random(i)
                rows = []
                for time in range(0, end + 1, STEP):
                    value += rate + steps.randint(0, 3)
                    rows.append(f"{text} {value} {time}\n")
                out.write("".join(rows))
        out.write("# EOF\n")


def questions(end):
    moment, day = (end, end, 0), (0, end, 60)
    return [
        ("sum by (job) (latency_bucket)", *moment),
        ("rate(latency_bucket[5m])", *moment),
        ("sum by (job) (rate(latency_bucket[5m]))", *moment),
        ("histogram_quantile(0.99, rate(latency_bucket[5m]))", *moment),
        ("histogram_quantile(0.99, sum by (le, job) (rate(latency_bucket[5m])))", *moment),
        ("topk(10, latency_bucket)", *moment),
        ("sum by (job) (latency_bucket)", *day),
        ("sum by (job) (rate(latency_bucket[5m]))", *day),
        ("histogram_quantile(0.99, sum by (le, job) (rate(latency_bucket[5m])))", *day),
        ("topk(10, latency_bucket)", *day),
    ]


def ask_prometheus(port, expression, start, end, step):
    form = {"query": expression, "stats": "all"}
    form |= {"start": start, "end": end, "step": step} if step else {"time": end}
    url = f"http://127.0.0.1:{port}/api/v1/" + ("query_range" if step else "query")
    with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode()) as answer:
        document = json.load(answer)
    return document["data"]["stats"]["timings"]["evalTotalTime"] * 1000, len(document["data"]["result"])


def ask_ours(process, expression, start, end, step):
    process.stdin.write(f"{start * 1000} {end * 1000} {step * 1000} {expression}\n")
    process.stdin.flush()
    document = json.loads(process.stdout.readline())
    if document["status"] != "success":
        sys.exit(f"{expression}: {document['error']}")
    return document["evalMs"], len(document["data"]["result"])


def main():
    build = Path(sys.argv[1])
    series = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    end = int(float(sys.argv[3]) * 3600) if len(sys.argv) > 3 else 6 * 3600
    over = 0
    with Servers() as servers:
        om = servers.folder / "data.om"
        write(om, series, end)
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", om, servers.folder / "data"],
                       check=True, stdout=subprocess.DEVNULL)
        config = servers.folder / "empty.yml"
        config.write_text("")
        port = free_port()
        servers.start("prometheus", ["prometheus", f"--config.file={config}",
                                     f"--storage.tsdb.path={servers.folder}/data", "--query.max-samples=500000000",
                                     "--storage.tsdb.retention.time=100y", f"--web.listen-address=127.0.0.1:{port}",
                                     "--log.level=error"], f"http://127.0.0.1:{port}/-/ready")
        ours = subprocess.Popen([build / "tests/conformance/promql-answers", "--range", "closed", om],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        print(f"{series} series, {end / 3600:g} h at {STEP} s; evaluation in ms, medians of {TURNS} in turn")
        print(f"{'expression':74} {'kind':8} {'series':>7} {'prometheus':>11} {'skep':>8} {'ratio':>6}")
        for question in questions(end):
            theirs, mine = [], []
            for _ in range(TURNS):
                time, count = ask_prometheus(port, *question)
                theirs.append(time)
                time, own = ask_ours(ours, *question)
                mine.append(time)
                if count != own:
                    sys.exit(f"{question[0]}: {count} series there, {own} here")
            a, b = statistics.median(theirs), statistics.median(mine)
            over += b > a * LIMIT
            kind = "range" if question[3] else "instant"
            print(f"{question[0]:74} {kind:8} {count:7} {a:11.2f} {b:8.2f} {b / a:6.2f}")
        ours.stdin.close()
        ours.wait()
    print(f"limit {LIMIT:g} of Prometheus's time: {over} over it")
    return 1 if over else 0


sys.exit(main())
