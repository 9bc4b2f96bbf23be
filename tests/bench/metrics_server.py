#!/usr/bin/env python3
"""metrics_server.py SERIES: a target of that many series; prints its port first.
Pages are made once and sent as they are, so that the client is what is
measured: eight of them in turn, of whose lines a third change. /new answers
with series that were never there before."""
import socket
import sys

SERIES, PAGES = int(sys.argv[1]), 8
NAME = "bench_requests_total"


def head(length):
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {length}\r\n\r\n".encode()


def page(number, metric=NAME):
    lines = [f"# TYPE {metric} counter"]
    for i in range(SERIES):
        value = i * 1000 + (number * (i % 97) if i % 3 == 0 else 0)
        lines.append(f'{metric}{{path="/api/v1/resource-{i}",method="GET",code="{200 + i % 5}"}} {value}')
    body = ("\n".join(lines) + "\n").encode()
    return head(len(body)) + body


def main():
    pages = [page(number) for number in range(PAGES)]
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    asked = 0
    while True:
        client, _ = listener.accept()
        with client:
            request = b""
            while b"\r\n\r\n" not in request and (more := client.recv(65536)):
                request += more
            asked += 1
            fresh = request.startswith(b"GET /new")
            try:
                client.sendall(page(0, f"{NAME[:-6]}_{asked}_total") if fresh else pages[asked % PAGES])
            except OSError:
                pass


main()
