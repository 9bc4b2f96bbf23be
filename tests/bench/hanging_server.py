#!/usr/bin/env python3
"""Accepts every connection and never says a word."""
import socket

listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(listener.getsockname()[1], flush=True)
held = []
while True:
    held.append(listener.accept())
