"""A PostgreSQL primary that archives its WAL, and a standby that streams from
it, each in a folder of the test's own. The server refuses to run as root, so
root hands over to the user postgres."""
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from servers import free_port

BIN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))[-1]
ROOT = os.geteuid() == 0
AS = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] if ROOT else []
PASSWORD = "s3cret-of-the-test"


class Postgres:
    """Context manager: `primary` and, when asked for, `standby`, both stopped at the end."""

    def __init__(self, standby=False, archive=True, preload="pg_stat_statements"):
        self.with_standby, self.archive, self.preload = standby, archive, preload

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="skep-postgres-"))
        self.folder.chmod(0o711)
        self.home = self.folder / "servers"
        self.home.mkdir(mode=0o700)
        self.archived = self.home / "archive"
        self.archived.mkdir()
        if ROOT:
            user = pwd.getpwnam("postgres")
            for path in (self.home, self.archived):
                os.chown(path, user.pw_uid, user.pw_gid)
        self.running = {}
        self.port = {"primary": free_port()}
        try:
            self._make_primary()
            if self.with_standby:
                self._make_standby()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in reversed(list(self.running)):
            self.stop(name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, *command):
        done = subprocess.run([*AS, *map(str, command)], capture_output=True, text=True, timeout=60, cwd="/")
        assert done.returncode == 0, (command, done.stdout, done.stderr)

    def _make_primary(self):
        data = self.home / "primary"
        self._run(BIN / "initdb", "-D", data, "-U", "ops", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        rules = ["local all all trust", "host all guarded 127.0.0.1/32 scram-sha-256", "host all all 127.0.0.1/32 trust",
                 "host replication all 127.0.0.1/32 trust"]
        (data / "pg_hba.conf").write_text("\n".join(rules) + "\n")
        self.start("primary")

    def _make_standby(self):
        self.port["standby"] = free_port()
        self.psql("select pg_create_physical_replication_slot('to_standby')")
        self._run(BIN / "pg_basebackup", "-D", self.home / "standby", "-h", "127.0.0.1", "-p", self.port["primary"],
                  "-U", "ops", "-R", "-S", "to_standby", "-c", "fast", "--no-sync", "-X", "stream")
        self.start("standby")

    def start(self, name):
        """Again, too: on the same port."""
        data = self.home / name
        settings = {"listen_addresses": "127.0.0.1", "fsync": "off", "max_connections": 40, "deadlock_timeout": "20s",
                    "wal_receiver_status_interval": 1, "cluster_name": name, "log_statement": "none",
                    "track_io_timing": "on", "shared_buffers": "32MB", "shared_preload_libraries": self.preload}
        if self.archive:
            settings |= {"archive_mode": "on", "archive_command": f"cp %p {self.archived}/%f"}
        if (self.home / "server.key").exists():
            settings |= {"ssl": "on", "ssl_cert_file": self.home / "server.crt", "ssl_key_file": self.home / "server.key"}
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        log = open(self.folder / f"{name}.log", "ab")
        command = [*AS, str(BIN / "postgres"), "-D", str(data), "-p", str(self.port[name]), "-k", str(self.home), *options]
        self.running[name] = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/")
        log.close()
        end = time.monotonic() + 30
        while subprocess.run(["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port[name])], timeout=20).returncode:
            assert time.monotonic() < end and self.running[name].poll() is None, self.log(name)[-2000:]
            time.sleep(0.05)

    def stop(self, name, how=signal.SIGINT):
        """SIGINT ends it in order, SIGQUIT at once with its children, SIGKILL leaves them to notice."""
        process = self.running.pop(name)
        self.wake(process.pid)
        if process.poll() is None:
            process.send_signal(how)
        process.wait(timeout=30)

    def kill(self, name):
        """As a loss of power does: all at once, nothing written."""
        process = self.running.pop(name)
        for pid in [process.pid, *self.children(process.pid)]:
            os.kill(pid, signal.SIGKILL)
        process.wait(timeout=30)

    def wake(self, pid):
        for each in [pid, *self.children(pid)]:
            try:
                os.kill(each, signal.SIGCONT)
            except ProcessLookupError:
                pass

    def hang(self, name):
        pid = self.running[name].pid
        os.kill(pid, signal.SIGSTOP)
        for child in self.children(pid):
            os.kill(child, signal.SIGSTOP)

    @staticmethod
    def children(pid):
        try:
            return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:
            return []

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def dsn(self, name="primary", user="ops", database="postgres", **more):
        options = "".join(f"{'&' if i else '?'}{key}={value}" for i, (key, value) in enumerate(more.items()))
        return f"postgresql://{user}@127.0.0.1:{self.port[name]}/{database}{options}"

    def psql(self, sql, name="primary", database="postgres", user="ops"):
        """Rows of texts."""
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1",
                               self.dsn(name, user, database), "-c", sql], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (sql, done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def value(self, sql, name="primary", database="postgres"):
        return self.psql(sql, name, database)[0][0]

    def session(self, name="primary", database="postgres", user="ops"):
        """A psql that reads statements from its input, for what must stay open."""
        return subprocess.Popen(["psql", "-X", "-q", "-A", "-t", self.dsn(name, user, database)], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1)
