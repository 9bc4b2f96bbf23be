"""A program on a terminal of its own, and what stands on that terminal's screen."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

import pyte

from servers import environment


class Screen(pyte.Screen):
    """With the scrolling of regions (SU, SD) that the emulator lacks and terminals have."""

    def scroll_lines(self, count, first, shift):
        line, column = self.cursor.y, self.cursor.x
        self.cursor.y = first
        for _ in range(count or 1):
            shift()
        self.cursor.y, self.cursor.x = line, column

    def scroll_up(self, count=1):
        self.scroll_lines(count, (self.margins or (0, self.lines - 1))[1], self.index)

    def scroll_down(self, count=1):
        self.scroll_lines(count, (self.margins or (0, self.lines - 1))[0], self.reverse_index)


class Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "S": "scroll_up", "T": "scroll_down"}
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down"}


class Terminal:
    """Starts `command` as the leader of a session on a pseudo-terminal.

    The slave side stays open here, so that attributes can be read after the
    program is gone. What the program writes goes through a terminal emulator."""

    def __init__(self, command, columns=100, rows=30, **env):
        self.columns, self.rows = columns, rows
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.raw = b""
        self.screen = Screen(columns, rows)
        self.stream = Stream(self.screen)
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(self.slave, fd)
            os.closerange(3, 256)
            try:
                os.execve(command[0], [str(word) for word in command], environment(**env))
            finally:
                os._exit(127)  # what the parent cleans up is not this one's
        self.status = None

    def read(self, seconds=0.05):
        """Take what comes for that long, and on until 15 ms of quiet."""
        end = time.monotonic() + seconds
        while True:
            ready = select.select([self.master], [], [], 0.015)[0]
            if ready:
                try:
                    data = os.read(self.master, 65536)
                except OSError:
                    return
                self.raw += data
                self.feed(data)
            elif time.monotonic() > end:
                return
            if time.monotonic() > end + 2:
                return

    def feed(self, data):
        # The emulator does not know private modes of others' making; they draw nothing.
        for mode in (b"?2026h", b"?2026l", b"?2004h", b"?2004l", b"?1006h", b"?1006l", b"?1000h", b"?1000l"):
            data = data.replace(b"\x1b[" + mode, b"")
        self.stream.feed(data)

    def send(self, keys, settle=0.05):
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)
        self.read(settle)

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, *texts, absent=(), seconds=20):
        """Until all of `texts` stand on the screen and none of `absent`; returns the screen."""
        end = time.monotonic() + seconds
        while True:
            self.read(0.05)
            text = self.text()
            if all(t in text for t in texts) and not any(t in text for t in absent):
                return text
            assert self.alive(), f"the program ended ({self.status}):\n{text}"
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s: {texts} without {absent}\n{text}")

    def resize(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        self.columns, self.rows = columns, rows

    def alive(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is None

    def signal(self, number):
        os.kill(self.pid, number)

    def finish(self, seconds=10):
        """Wait for the end; the exit status, negative for a signal."""
        end = time.monotonic() + seconds
        while self.alive():
            self.read(0.02)
            if time.monotonic() > end:
                raise AssertionError(f"did not end:\n{self.text()}")
        self.read(0.05)
        return self.status

    def stopped(self):
        """True when the program is stopped (state T)."""
        with open(f"/proc/{self.pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] == "T"

    def restored(self):
        """Attributes as before, out of the alternate screen, cursor shown, modes off."""
        faults = []
        if termios.tcgetattr(self.slave) != self.before:
            faults.append("attributes")
        for on, off, name in ((b"?1049h", b"?1049l", "alternate screen"), (b"?2004h", b"?2004l", "paste mode"),
                              (b"?1000h", b"?1000l", "mouse"), (b"?1006h", b"?1006l", "mouse coding")):
            if self.raw.rfind(b"\x1b[" + on) > self.raw.rfind(b"\x1b[" + off):
                faults.append(name)
        hidden, shown = self.raw.rfind(b"\x1b[?25l"), max(self.raw.rfind(b"\x1b[?25h"), self.raw.rfind(b"\x1b[?12;25h"),
                                                          self.raw.rfind(b"\x1b[34h\x1b[?25h"))
        if hidden > shown:
            faults.append("cursor")
        return faults

    def close(self):
        if self.alive():
            os.kill(self.pid, signal.SIGCONT)
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.status = -9
        for fd in (self.master, self.slave):
            try:
                os.close(fd)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
