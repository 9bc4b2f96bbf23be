"""The postgres collector against a real server with a standby and an archive:
every metric beside SQL asked by the test, sessions that block each other, and
a server that is killed, stopped and restarted under a collector that runs."""
import json
import math
import os
import re
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from postgres_server import PASSWORD, Postgres
from servers import environment, free_port, wait_until
from terminal import Terminal


ROOT = Path(__file__).resolve().parents[2]
BOARD = ROOT / "systems/postgres/dashboard.json"
SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


def system_file(folder, entries, dashboards=()):
    lines = ["system: test", "title: Test", f"dashboards: {json.dumps([str(d) for d in dashboards])}", "scrape_interval: 1s",
             "collect:"]
    lines += [f"  - {json.dumps({'type': 'postgres', 'job': 'pg', 'interval': '1s', 'timeout': '1s', **entry})}"
              for entry in entries]
    path = Path(folder) / "test.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


class Page:
    """What `skep collect --format exposition` printed."""

    def __init__(self, text):
        self.samples = {}
        for line in text.splitlines():
            found = SAMPLE.match(line)
            assert found, line
            labels = {k: v for k, v in LABEL.findall(found[2] or "") if k not in ("job", "instance")}
            self.samples[(found[1], frozenset(labels.items()))] = float(found[3])
        self.names = {name for name, _ in self.samples}

    def get(self, metric, **labels):
        return self.samples[(metric, frozenset(labels.items()))]

    def find(self, metric, **labels):
        """The one sample with these labels and perhaps others."""
        found = [v for (n, have), v in self.samples.items() if n == metric and set(labels.items()) <= have]
        assert len(found) == 1, (metric, labels, found)
        return found[0]


def tests(skep):
    def collect(entries, status=0, form="exposition", env=None):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([skep, "collect", "--system", system_file(folder, entries), "--format", form, "--wait", "8s"],
                                  capture_output=True, text=True, timeout=60, env=environment(**(env or {})),
                                  stdin=subprocess.DEVNULL)
        assert done.returncode == status, (done.returncode, done.stdout[-3000:], done.stderr[-2000:])
        assert PASSWORD not in done.stdout + done.stderr
        return done.stdout

    def page(*entries, **options):
        return Page(collect(entries, **options))

    def state(entry, status=1, **options):
        return json.loads(collect([entry], status, "json", **options))["collectors"][0]

    def fill(server):
        """Something of everything that is counted."""
        server.psql("create database polln")
        sql = ["create extension pg_stat_statements",
               "create table agents(id int primary key, name text)",
               "insert into agents select i, 'agent ' || i from generate_series(1, 20000) i", "analyze agents",
               "update agents set name = name || '!' where id % 3 = 0", "delete from agents where id % 50 = 0",
               "vacuum agents", "select count(*) from agents where name like '%7%'",
               "set work_mem = '64kB'; select count(*) from (select a.name from agents a order by a.name || a.id desc) x"]
        for statement in sql:
            server.psql(statement, database="polln")
        server.psql("checkpoint")
        server.psql("select pg_switch_wal()")
        wait_until(lambda: int(server.value("select archived_count from pg_stat_archiver")) > 0)

    def close(one, other, share=.02, more=0.):
        return math.isclose(one, float(other), rel_tol=share, abs_tol=more)

    def metrics():
        """One server's metrics beside SQL: sizes, counters, settings, WAL, archive, replication at both ends."""
        with Postgres(standby=True) as server:
            fill(server)
            idle = server.session(database="polln")
            idle.stdin.write("begin; select 1;\n")
            wait_until(lambda: server.value("select count(*) from pg_stat_activity where state = 'idle in transaction'") == "1")
            wait_until(lambda: server.value("select pg_last_wal_replay_lsn() = pg_last_wal_receive_lsn()", "standby") == "t")
            wait_until(lambda: server.value("select pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) from pg_stat_replication") == "0")
            columns = ["xact_commit", "xact_rollback", "blks_read", "blks_hit", "tup_returned", "tup_fetched", "tup_inserted",
                       "tup_updated", "tup_deleted", "conflicts", "temp_files", "temp_bytes", "deadlocks", "numbackends",
                       "blk_read_time", "blk_write_time", "datid"]

            def counters():
                return server.psql(f"select {', '.join(columns)}, blks_hit::float8 / (blks_hit + blks_read) "
                                   "from pg_stat_database where datname = 'polln'")[0]
            before = counters()
            got = page({"dsn": server.dsn(database="polln")})
            after = counters()

            assert got.get("up") == 1 and got.get("pg_up") == 1
            version = server.value("show server_version")
            assert got.find("pg_static", short_version=version) == 1
            for name, value in server.psql("select datname, pg_database_size(datname) from pg_database where not datistemplate"):
                assert close(got.get("pg_database_size_bytes", datname=name), value), name
            # What we ask is itself counted: the sample lies between two answers of the server.
            for column, least, most in zip(columns[:-1], before, after):
                sample = got.find("pg_stat_database_" + column, datname="polln", datid=before[-2])
                most = float(most) + (column == "numbackends")
                assert float(least) <= sample <= most, (column, least, sample, most)
            values = dict(zip(columns, before))
            assert values["temp_bytes"] != "0" and int(values["tup_deleted"]) >= 400, values
            assert close(got.find("pg_stat_database_cache_hit_ratio", datname="polln"), before[-1], .05)
            settings = {"max_connections": 40, "shared_buffers_bytes": 32 << 20, "max_wal_size_bytes": 1 << 30,
                        "wal_segment_size_bytes": 16 << 20, "checkpoint_timeout_seconds": 300, "fsync": 0, "autovacuum": 1,
                        "autovacuum_freeze_max_age": 200000000, "random_page_cost": 4, "max_replication_slots": 10}
            for name, value in settings.items():
                assert got.get("pg_settings_" + name) == value, name
            assert got.get("pg_stat_activity_count", datname="polln", state="idle in transaction") == 1
            assert got.get("pg_stat_activity_count", datname="polln", state="active") == 1
            assert 0 < got.get("pg_stat_activity_max_tx_duration", datname="polln", state="idle in transaction") < 60
            assert got.get("pg_locks_count", datname="polln", mode="accessexclusivelock") == 0
            assert got.get("pg_locks_count", datname="polln", mode="accesssharelock") > 0
            assert got.get("pg_lock_waits_sessions", datname="polln") == 0
            assert close(got.get("pg_database_wraparound_age_datfrozenxid_seconds", datname="polln"),
                         server.value("select age(datfrozenxid) from pg_database where datname = 'polln'"), .1, 20)
            for column in ("checkpoints_timed", "checkpoints_req", "buffers_checkpoint", "buffers_alloc"):
                assert close(got.get(f"pg_stat_bgwriter_{column}_total"),
                             server.value(f"select {column} from pg_stat_bgwriter"), .1, 5), column
            assert got.get("pg_stat_bgwriter_checkpoints_req_total") > 0
            assert 0 <= got.get("pg_checkpoint_age_seconds") < 60
            assert close(got.get("pg_postmaster_start_time_seconds"),
                         server.value("select extract(epoch from pg_postmaster_start_time())"), 1e-9)
            assert close(got.get("pg_wal_segments"), server.value("select count(*) from pg_ls_waldir() where length(name) = 24"))
            assert got.get("pg_wal_size_bytes") == got.get("pg_wal_segments") * (16 << 20)
            table = {"datname": "polln", "schemaname": "public", "relname": "agents"}
            for column in ("seq_scan", "n_tup_ins", "n_tup_upd", "n_tup_del", "n_live_tup", "vacuum_count", "analyze_count"):
                assert got.get("pg_stat_user_tables_" + column, **table) == float(
                    server.value(f"select {column} from pg_stat_user_tables where relname = 'agents'", database="polln")), column
            assert time.time() - got.get("pg_stat_user_tables_last_vacuum", **table) < 120
            query = server.psql("select queryid, calls, rows from pg_stat_statements where query like 'insert into agents%'",
                                database="polln")[0]
            for metric, value in (("calls", query[1]), ("rows", query[2])):
                assert got.get(f"pg_stat_statements_{metric}_total", user="ops", datname="polln", queryid=query[0]) == float(value)

            assert got.get("pg_stat_archiver_archived_count") == float(server.value("select archived_count from pg_stat_archiver"))
            assert got.get("pg_stat_archiver_failed_count") == 0 and got.get("pg_stat_archiver_enabled") == 1
            assert got.get("pg_stat_archiver_failing") == 0 and 0 <= got.get("pg_stat_archiver_last_archive_age") < 60
            last = server.value("select last_archived_wal from pg_stat_archiver")
            position = int(server.value("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"))
            assert close(got.get("pg_stat_archiver_pending_bytes"),
                         max(0, position - (int(last[8:16], 16) << 32) - ((int(last[16:24], 16) + 1) << 24)), 0, 1 << 20)
            standby = {"application_name": "standby", "client_addr": "127.0.0.1", "state": "streaming", "slot_name": "to_standby"}
            assert close(got.get("pg_stat_replication_pg_current_wal_lsn_bytes", **standby), position, 0, 1 << 20)
            for name in ("pg_wal_lsn_diff", "sent_lag_bytes", "flush_lag_bytes"):
                assert 0 <= got.get("pg_stat_replication_" + name, **standby) < 1 << 20, name
            for name in ("write_lag_seconds", "flush_lag_seconds", "replay_lag_seconds"):
                assert 0 <= got.get("pg_stat_replication_" + name, **standby) < 5, name
            assert got.get("pg_replication_slots_active", slot_name="to_standby", slot_type="physical") == 1
            assert got.get("pg_replication_is_replica") == 0 and got.get("pg_replication_lag_seconds") == 0
            assert got.get("pg_prepared_xacts_count") == 0
            idle.stdin.close()
            idle.wait(timeout=10)
            at_the_standby(server)
            failing_archive(server)

    def at_the_standby(server):
        """The same lag from the other end, with replaying paused so that there is one."""
        server.psql("select pg_wal_replay_pause()", "standby")
        server.psql("insert into agents select i, 'late' from generate_series(100000, 101000) i", database="polln")
        wait_until(lambda: server.value("select pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()", "standby") == "t")
        wait_until(lambda: server.value("select pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn) from pg_stat_replication") == "0")
        time.sleep(1.1)
        far = page({"dsn": server.dsn("standby", database="polln")})
        near = page({"dsn": server.dsn()})
        lag = float(server.value("select pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())", "standby"))
        assert lag > 50000, lag
        assert far.get("pg_replication_is_replica") == 1 and far.get("pg_replication_replay_paused") == 1
        assert close(far.get("pg_replication_lag_bytes"), lag), lag
        receiver = {"upstream_host": "127.0.0.1", "slot_name": "to_standby", "status": "streaming"}
        assert close(far.get("pg_stat_wal_receiver_lag_bytes", **receiver), lag, .02, 8192), lag
        assert 0 <= far.get("pg_stat_wal_receiver_last_msg_age_seconds", **receiver) < 30
        assert far.get("pg_replication_lag_seconds") == far.get("pg_replication_lag") or "two readings"
        assert 1 <= far.get("pg_replication_lag_seconds") < 60
        assert close(near.find("pg_stat_replication_pg_wal_lsn_diff", slot_name="to_standby"), lag, .02, 8192)
        assert "pg_stat_archiver_pending_bytes" not in far.names and "pg_stat_database_conflicts_confl_lock" in far.names
        server.psql("select pg_wal_replay_resume()", "standby")

    def failing_archive(server):
        server.archived.rename(server.archived.with_name("gone"))
        server.psql("insert into agents values (-1, 'x')", database="polln")
        server.psql("select pg_switch_wal()")
        wait_until(lambda: int(server.value("select failed_count from pg_stat_archiver")) > 0)
        got = page({"dsn": server.dsn()})
        assert got.get("pg_stat_archiver_failed_count") > 0 and got.get("pg_stat_archiver_failing") == 1
        assert got.get("pg_stat_archiver_ready_files") >= 1 and 0 <= got.get("pg_stat_archiver_last_failed_age") < 60
        server.archived.with_name("gone").rename(server.archived)

    def sessions():
        """What the session is like, seen by the server; custom queries; a role that may see little."""
        with Postgres() as server:
            server.psql("create table t(tenant text, size int, note text, since timestamptz default now());"
                        "insert into t values ('a', 3, 'x'), ('b', null, 'y'), ('c \"q\"\\z', 7, 'z')")
            server.psql("create role watcher login; create role guarded login password '" + PASSWORD + "'")
            queries = [
                {"name": "tenant", "sql": "select tenant, size, note from t;", "labels": ["tenant"], "values": ["size"],
                 "help": "size of a tenant"},
                {"name": "skep_session", "labels": ["application_name"], "values": ["n"], "type": "counter", "sql":
                 "select application_name, count(*) as n from pg_stat_activity where pid = pg_backend_pid() and "
                 "current_setting('transaction_read_only') = 'on' and current_setting('statement_timeout') = '800ms' group by 1"},
                {"name": "million", "sql": "select i from generate_series(1, 1000000) i", "values": ["i"]},
                {"name": "huge", "sql": "select repeat('x', 20000000) as x, 1 as n -- much", "values": ["n"], "labels": ["x"]},
                {"name": "writes", "sql": "insert into t values ('d', 1)", "values": ["size"]},
                {"name": "two", "sql": "commit; insert into t values ('e', 1)"},
                {"name": "slow", "sql": "select 1 as n, pg_sleep(30)", "values": ["n"]},
                {"name": "wrong", "sql": "select 1 as n from nothing_there", "values": ["n"]},
                {"name": "texts", "sql": "select note from t", "values": ["note"]},
                {"name": "copies", "sql": "copy t to stdout"},
                {"name": "shows", "sql": "show work_mem", "values": ["work_mem"]},
                {"name": "after", "sql": "select 42 as n", "values": ["n"]},
            ]
            got = page({"dsn": server.dsn(), "queries": queries})
            assert got.get("pg_up") == 1
            assert got.get("tenant_size", tenant="a") == 3 and got.get("tenant_size", tenant='c \\"q\\"\\\\z') == 7
            assert len([1 for name, _ in got.samples if name == "tenant_size"]) == 2
            assert got.get("skep_session_n", application_name="skep") == 1
            assert got.get("after_n") == 42 and not any(name.startswith(("million", "slow")) for name in got.names)
            assert got.get("huge_n", x="x" * 1000) == 1
            assert server.value("select count(*) from t") == "3"
            for name, words in (("million", "million: answer over 1000 rows"), ("writes", "writes: cannot execute INSERT"),
                                ("slow", "slow: canceling statement due to statement timeout"),
                                ("two", "two: cannot insert multiple commands"), ("texts", "texts: column note is no number"),
                                ("wrong", 'wrong: relation "nothing_there" does not exist'), ("copies", "copies: the statement"),
                                ("shows", "shows: column work_mem is no number")):
                one = [query for query in queries if query["name"] == name]
                found = state({"dsn": server.dsn(), "queries": one}, 0)
                assert found["state"] == "ok" and found["warning"].startswith(words), (name, found)
            # A role without privileges is told what to grant; what it may read it gets.
            found = state({"dsn": server.dsn(user="watcher")}, 0)
            assert "permission denied" in found["warning"] and "pg_monitor" in found["warning"], found
            assert "; and 1 more" in found["warning"] and found["warning"].count("permission denied") == 1, found
            few = page({"dsn": server.dsn(user="watcher")})
            assert few.get("pg_up") == 1 and "pg_stat_database_xact_commit" in few.names and "pg_wal_segments" not in few.names
            server.psql("grant pg_monitor to watcher")
            assert state({"dsn": server.dsn(user="watcher")}, 0)["warning"] == ""
            some = page({"dsn": server.dsn(), "databases": ["postgres"]})
            assert {dict(labels)["datname"] for name, labels in some.samples if name == "pg_stat_database_numbackends"} == {"postgres"}
            secrets(server)

    def secrets(server):
        """Passwords from files and environment; wrong and missing ones in words; services; several hosts."""
        port = server.port["primary"]
        with tempfile.TemporaryDirectory() as folder:
            passfile, service = Path(folder) / "pass", Path(folder) / "service.conf"
            passfile.write_text(f"127.0.0.1:{port}:*:guarded:{PASSWORD}\n")
            passfile.chmod(0o600)
            dsn = server.dsn(user="guarded")
            assert page({"dsn": dsn, "password_file": str(passfile)}).get("pg_up") == 1
            assert page({"dsn": dsn.replace("guarded@", f"guarded:{PASSWORD}@")}).get("pg_up") == 1
            found = state({"dsn": dsn})
            assert found["reason"] == "no password given", found
            found = state({"dsn": dsn.replace("guarded@", f"guarded:{PASSWORD}x@")})
            assert found["reason"] == 'password authentication failed for user "guarded"', found
            assert found["url"] == f"postgresql://guarded@127.0.0.1:{port}/postgres", found
            service.write_text(f"[ours]\nhost=127.0.0.1\nport={port}\nuser=ops\ndbname=postgres\n")
            env = {"PGSERVICEFILE": str(service)}
            assert page({"dsn": "service=ours"}, env=env).get("pg_up") == 1
            found = state({"dsn": "service=theirs"}, env=env)
            assert "theirs" in found["reason"] and found["instance"] == "theirs", found
            closed, silent = free_port(), socket.create_server(("127.0.0.1", 0))
            turn = f"host=127.0.0.1,127.0.0.1,localhost port={closed},{silent.getsockname()[1]},{port} user=ops dbname=postgres"
            assert page({"dsn": turn, "timeout": "1s"}).get("pg_up") == 1
            assert page({"dsn": turn + " target_session_attrs=read-write"}).get("pg_up") == 1
            found = state({"dsn": f"postgresql://ops@127.0.0.1:{silent.getsockname()[1]}/postgres", "timeout": "500ms"})
            assert found["reason"] == "timeout after 500ms", found
            silent.close()
            found = state({"dsn": f"postgresql://ops@127.0.0.1:{closed}/postgres"})
            assert found["reason"] == "refused", found
            found = state({"dsn": "postgresql://ops@no-such-host.invalid/postgres"})
            assert found["reason"].startswith("name does not resolve"), found
            found = state({"dsn": server.dsn(database="nothing")})
            assert found["reason"] == 'database "nothing" does not exist', found
            crowd = [server.session() for _ in range(40)]

            def full():
                """The sessions take their time to arrive: until then a collection succeeds."""
                try:
                    return state({"dsn": server.dsn(user="watcher")}, 1)["reason"] == "too many connections"
                except AssertionError:
                    return False
            wait_until(full)
            for each in crowd:
                each.stdin.close()
                each.wait(timeout=10)

    def certificates():
        with Postgres() as server:
            key, cert, other = (server.home / name for name in ("server.key", "server.crt", "other.crt"))
            for path, name in ((cert, "localhost"), (other, "elsewhere")):
                subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                                "-addext", f"subjectAltName=DNS:{name}", "-keyout", key if path == cert else server.folder / "k",
                                "-out", path], check=True, capture_output=True, timeout=60)
            key.chmod(0o600)
            if os.geteuid() == 0:
                import shutil
                shutil.chown(key, "postgres", "postgres")
            server.stop("primary")
            server.start("primary")
            by_name = f"host=localhost port={server.port['primary']} user=ops dbname=postgres sslmode=verify-full sslrootcert="
            assert page({"dsn": by_name + str(cert), "queries": [
                {"name": "tls", "sql": "select ssl from pg_stat_ssl where pid = pg_backend_pid()", "values": ["ssl"]},
                {"name": "million", "sql": "select i, repeat('x', 100) x from generate_series(1, 20000) i", "row_limit": 30000,
                 "labels": ["i"], "values": ["i"], "type": "counter"}]}).get("tls_ssl") == 1
            assert state({"dsn": by_name + str(other)})["reason"] == "certificate not trusted or out of date"
            assert state({"dsn": by_name.replace("localhost", "127.0.0.1") + str(cert)})["reason"] == "certificate for another name"
            assert "does not exist" in state({"dsn": by_name + "/nowhere.crt"})["reason"]

    def blocking():
        """Three sessions, each waiting for the one before it, as the source's page draws them."""
        with Postgres(archive=False) as server, tempfile.TemporaryDirectory() as folder:
            server.psql("create table accounts(id int primary key, sum int); insert into accounts values (1, 0), (2, 0), (3, 0)")
            chain = []
            for statements in (["update accounts set sum = 1 where id = 1"],
                               ["update accounts set sum = 2 where id = 2", "update accounts set sum = 2 where id = 1"],
                               ["update accounts set sum = 3 where id = 2"]):
                session = server.session()
                session.stdin.write("select pg_backend_pid();\n")
                pid = int(session.stdout.readline())
                session.stdin.write("begin;\n" + ";\n".join(statements) + ";\n")
                chain.append((session, pid))
                wait_until(lambda: server.value(f"select wait_event_type from pg_stat_activity where pid = {pid}") ==
                           ("Lock" if len(chain) > 1 else "Client"))
            first, second, third = (pid for _, pid in chain)
            got = page({"dsn": server.dsn()})
            assert got.get("pg_lock_waits_sessions", datname="postgres") == 2
            assert 0 < got.get("pg_lock_waits_max_seconds", datname="postgres") < 60
            with Terminal([skep, "--system", system_file(folder, [{"dsn": server.dsn()}], [BOARD])], 160, 45,
                          XDG_RUNTIME_DIR="") as terminal:
                terminal.wait("PostgreSQL")
                terminal.send("6")
                terminal.wait(f"127.0.0.1:{server.port['primary']}")
                terminal.send("\r")
                lines = terminal.wait("Sessions  3", "Blocking  3", f"└─ {third}").splitlines()
                at = [i for i, line in enumerate(lines) if line.startswith("Blocking")][0]
                tree = [line.strip(" !") for line in lines[at + 2:at + 5]]
                assert re.match(rf"{first} +ops +postgres +idle in transaction", tree[0]), tree
                assert re.match(rf"└─ {second} +ops +postgres +active +ShareLock on transactionid", tree[1]), tree
                assert re.match(rf"└─ {third} +ops +postgres +active +ShareLock on transactionid", tree[2]), tree
                assert lines[at + 4].index("└─") > lines[at + 3].index("└─"), lines
                ages = [line.split("update")[0].rstrip() for line in lines if " update accounts" in line]
                assert len(ages) == 6, lines
            for session, _ in chain:
                session.stdin.write("rollback;\n")
                session.stdin.close()
                session.wait(timeout=10)

    def outage():
        """The primary killed, stopped and restarted under a console that goes on."""
        def press(terminal, keys, *texts):
            started = time.monotonic()
            terminal.send(keys, 0)
            terminal.wait(*texts, seconds=5)
            took = time.monotonic() - started
            time.sleep(.3)
            return took

        with Postgres(archive=False) as server, tempfile.TemporaryDirectory() as folder:
            name = f"127.0.0.1:{server.port['primary']}"
            with Terminal([skep, "--system", system_file(folder, [{"dsn": server.dsn()}], [BOARD])], 160, 45,
                          XDG_RUNTIME_DIR="") as terminal:
                terminal.wait("PostgreSQL")
                press(terminal, "6", name)
                press(terminal, "\r", "answers, last good", "Sessions")
                server.hang("primary")
                terminal.wait("timeout after 1s", seconds=10)
                assert press(terminal, "\x1b", "Collected here", "timeout after 1s") < 1
                assert press(terminal, "\r", "Last answer") < 1
                server.wake(server.running["primary"].pid)
                terminal.wait("answers, last good", seconds=25)
                backend = int(server.value("select pid from pg_stat_activity where application_name = 'skep'"))
                server.psql(f"select pg_terminate_backend({backend})")
                time.sleep(1.5)
                terminal.wait("answers, last good")
                server.kill("primary")
                terminal.wait("refused", absent=["answers, last good"], seconds=10)
                server.start("primary")
                terminal.wait("answers, last good", seconds=25)
                count = "select count(*) from pg_stat_activity where application_name = 'skep'"
                assert server.value(count) == "1"
                terminal.send("q")
            wait_until(lambda: server.value(count) == "0", 10)

    def board():
        """The dashboard that comes with the system, live: every panel has something to show."""
        with Postgres(standby=True) as server, tempfile.TemporaryDirectory() as folder:
            server.psql("create extension pg_stat_statements; create table t(id int primary key, x text)")
            server.psql("insert into t select i, 'x' from generate_series(1, 20000) i")
            server.psql("analyze t")
            server.psql("delete from t where id % 5 = 0")
            server.psql("select pg_switch_wal()")
            command = [skep, "snapshot", "--system", system_file(folder, [{"dsn": server.dsn()}], [BOARD]), "--every", "1s",
                       "--size", "200xall", "--range", "2m", "--format", "text"]
            with open(Path(folder) / "frames", "wb") as frames:
                run = subprocess.Popen(list(map(str, command)), stdout=frames, stderr=frames, env=environment())
            for turn in range(8):
                server.psql(f"update t set x = x || 'y' where id between {turn * 1000} and {turn * 1000 + 999}")
                time.sleep(.7)
            run.terminate()
            run.wait(timeout=10)
            frame = (Path(folder) / "frames").read_text().split(" Test ▸ PostgreSQL")[-1]
            panels = [panel["title"] for panel in json.loads(BOARD.read_text())["panels"]]
            assert len(panels) > 20 and all(title in frame for title in panels), frame
            assert "no data" not in frame.lower() and "error" not in frame, frame
            for words in ("up ", "standby 127.0.0.1", "kept for slot to_standby", "a written a second"):
                assert words in frame, (words, frame)

    for test in (metrics, sessions, certificates, blocking, outage, board):
        yield f"postgres {test.__name__}", test
