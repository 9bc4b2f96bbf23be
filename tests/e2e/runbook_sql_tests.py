"""Steps of SQL: shown only without a connection, and with one run when they surely read, by the real psql on a real
PostgreSQL, in transactions that cannot write. And what is masked because the system's file says so."""
import re
import subprocess

from postgres_server import Postgres
from runbook_console import Place, begin, markdown
from servers import environment
from terminal import Terminal

SQL = markdown("SELECT name, count(*) FROM agents GROUP BY name;", "UPDATE agents SET name = 'gone';",
               "SELECT pg_terminate_backend(pg_backend_pid());", language="sql").replace("# part", "-- part")


def steps(**keys):
    return "steps: { " + ", ".join(f"{key}: '{value}'" for key, value in keys.items()) + " }"


def follow(place, name, **env):
    """`runbook run` on a terminal of its own."""
    terminal = Terminal([place.skep, "runbook", "run", name, "--system", place.system], 200, 50, HOME=str(place.folder),
                        **env)
    terminal.wait("q quit >", seconds=60)
    return terminal


def tests(skep):
    def only_shown():
        with Place(skep, {"sql": SQL}) as place, follow(place, "sql") as terminal:
            terminal.wait("SQL is only shown", "steps: sql:")
            terminal.send("r\r")
            terminal.wait("connection is set")
            assert not place.attempts()

    def reads():
        with Postgres(archive=False, preload="") as postgres:
            postgres.psql("CREATE TABLE agents (name text); INSERT INTO agents VALUES ('ada'), ('ada'), ('bob')")
            with Place(skep, {"sql": SQL}, steps(sql=postgres.dsn())) as place, follow(place, "sql") as terminal:
                painted = re.search(r"PGOPTIONS=.*? -c 'BEGIN READ ONLY' -c ", terminal.text()).group(0)
                terminal.send("r\r")
                terminal.wait("2 rows", "1.2")
                assert place.outcome("1.1")["status"] == 0, place.transcript("1.1")
                assert re.search(r"ada\s*\|\s*2", place.transcript("1.1")), place.transcript("1.1")
                terminal.wait("not surely reading: 'UPDATE'")
                terminal.send("r\r", 0.5)
                terminal.send("c\r")
                terminal.wait("'pg_terminate_backend' is on no list")
                terminal.send("r\r", 0.5)
                assert not place.attempts("1.2") and not place.attempts("1.3")
                # What was painted is what runs; by it nothing can be changed, whoever forces it.
                forced = subprocess.run(["bash", "-c", painted + "\"UPDATE agents SET name = 'gone'\""],
                                        capture_output=True, text=True, timeout=60, env=environment())
                assert forced.returncode and "read-only transaction" in forced.stderr, forced
                assert postgres.value("SELECT count(*) FROM agents WHERE name = 'gone'") == "0"
                assert "FROM agents GROUP BY name;'" in place.report(), place.report()

    def options_of_a_service():
        """A service's own options would take the place of those that skep gives: what it runs is read-only still."""
        with Postgres(archive=False, preload="") as postgres:
            postgres.psql("CREATE TABLE agents (name text); INSERT INTO agents VALUES ('ada')")
            with Place(skep, {"sql": SQL}, steps(sql="service=free")) as place:
                services = place.folder / "services"
                services.write_text(f"[free]\nhost=127.0.0.1\nport={postgres.port['primary']}\nuser=ops\n"
                                    "dbname=postgres\noptions=-c default_transaction_read_only=off\n")
                with follow(place, "sql", PGSERVICEFILE=services) as terminal:
                    painted = re.search(r"PGOPTIONS=.*? -c 'BEGIN READ ONLY' -c ", terminal.text()).group(0)
                    terminal.send("r\r")
                    terminal.wait("1 row", "1.2")
                    assert place.outcome("1.1")["status"] == 0, place.transcript("1.1")
                    assert "BEGIN" not in place.transcript("1.1"), place.transcript("1.1")
                told = environment(PGSERVICEFILE=services)
                free = subprocess.run(["psql", "-X", "service=free", "-c", "INSERT INTO agents VALUES ('bob')"],
                                      capture_output=True, text=True, timeout=60,
                                      env={**told, "PGOPTIONS": "-c default_transaction_read_only=on"})
                assert not free.returncode, free
                forced = subprocess.run(["bash", "-c", painted + "\"UPDATE agents SET name = 'gone'\""],
                                        capture_output=True, text=True, timeout=60, env=told)
                assert forced.returncode and "read-only transaction" in forced.stderr, forced
                assert postgres.value("SELECT count(*) FROM agents WHERE name = 'gone'") == "0"

    def in_the_console():
        with Postgres(archive=False, preload="") as postgres:
            postgres.psql("CREATE TABLE agents (name text)")
            with Place(skep, {"sql": SQL}, steps(sql=postgres.dsn())) as place, place.console() as terminal:
                begin(terminal, "sql")
                terminal.wait("psql -Xq", "reads")
                terminal.send("!")
                terminal.wait("0 rows")
                terminal.wait("not surely reading")
                assert place.outcome("1.1")["status"] == 0
                terminal.send("!", 0.5)
                assert not place.attempts("1.2")

    def nobody_answers():
        with Place(skep, {"sql": SQL}, steps(sql="host=127.0.0.1 port=9 connect_timeout=2")) as place, \
                follow(place, "sql") as terminal:
            terminal.send("r\r")
            assert place.outcome("1.1")["status"] == 2, place.outcome("1.1")
            assert "refused" in place.transcript("1.1")

    def no_password():
        with Place(skep, {"sql": SQL}, steps(sql="host=db password=hush")) as place:
            done = place.command("run", "sql", given="q\n", status=None)
            assert done.returncode and "holds a password" in done.stderr and "hush" not in done.stderr, done

    def masked():
        with Place(skep, {"m": markdown("printenv PLAIN_WORD", "cat words")}) as place:
            secrets = place.folder / "secrets"
            secrets.write_text("of-the-file\n")
            secrets.chmod(0o600)
            (place.folder / "words").write_text("two of-the-file end\n")
            text = place.system.read_text()
            place.system.write_text(f"{text}steps: {{ mask: [PLAIN_WORD], mask_file: secrets, directory: . }}\n")
            with follow(place, "m", PLAIN_WORD="of-the-variable") as terminal:
                terminal.send("r\r")
                terminal.wait("1.2", "cat words")
                terminal.send("r\r")
                terminal.wait("two ********")
                place.outcome("1.2")
            everything = place.transcript("1.1") + place.transcript("1.2") + place.report()
            assert "two ******** end" in everything, everything
            assert "of-the-" not in everything, everything
            secrets.chmod(0o644)
            done = place.command("run", "m", given="q\n", status=None)
            assert done.returncode and "others may read" in done.stderr, done

    yield "runbook SQL: only shown without a connection", only_shown
    yield "runbook SQL: what reads is run, what does not is refused twice", reads
    yield "runbook SQL: a service with options of its own", options_of_a_service
    yield "runbook SQL: in the console", in_the_console
    yield "runbook SQL: a server that does not answer", nobody_answers
    yield "runbook SQL: no password in the connection", no_password
    yield "runbook: values that the system's file masks", masked
