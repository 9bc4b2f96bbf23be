"""`skep snapshot --every`: drawn again and again while the server dies and comes back."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from pathlib import Path

from servers import Servers, environment, query, wait_until

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / "systems/node/dashboard.json"


class Terminal:
    """A program on a terminal of its own; `frame()` is the last whole frame it drew."""

    def __init__(self, command, columns=140, rows=45):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(command[0], [str(word) for word in command], environment())
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        self.seen = b""

    def read(self, seconds=0.1):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.fd], [], [], 0.02)[0]:
                try:
                    self.seen += os.read(self.fd, 65536)
                except OSError:
                    return

    def frame(self):
        self.read()
        parts = self.seen.split(b"\x1b[H")
        text = (parts[-2] if len(parts) > 2 else parts[-1]).decode(errors="replace")
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)

    def close(self, how=signal.SIGTERM):
        os.kill(self.pid, how)
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


def tests(skep):
    def life():
        with Servers() as servers:
            node = servers.node_exporter()
            port = servers.prometheus({"node": node})
            wait_until(lambda: query(port, "node_load1"))
            terminal = Terminal([skep, "snapshot", "-p", f"http://127.0.0.1:{port}", "-d", NODE, "-r", "5m",
                                 "--every", "300ms", "--timeout", "1s", "--wait", "3s"])
            try:
                wait_until(lambda: "LIVE" in terminal.frame())
                servers.stop("prometheus")
                wait_until(lambda: "refused" in terminal.frame() and "stale" in terminal.frame())
                servers.prometheus({"node": node}, port)
                wait_until(lambda: "LIVE" in terminal.frame() and "refused" not in terminal.frame()
                           and "stale" not in terminal.frame(), 60)
                servers.signal("prometheus", signal.SIGSTOP)
                wait_until(lambda: "timeout" in terminal.frame() and "stale" in terminal.frame())
                servers.signal("prometheus", signal.SIGCONT)
                wait_until(lambda: "timeout" not in terminal.frame() and "stale" not in terminal.frame(), 60)
            finally:
                code = terminal.close(signal.SIGINT)
            assert code in (0, 1), code

    yield "follow life", life
