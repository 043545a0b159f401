"""PostgreSQL 15 of Debian on a new data directory: one table, a key that keeps duplicates out, and an index for each question."""

import ctypes
import os
import pwd
import signal
import subprocess
import time

import psycopg

from comparison import arguments, compare, questions_of

BINARIES = "/usr/lib/postgresql/15/bin"
READY_WITHIN_S = 60
PR_SET_PDEATHSIG = 1
SCHEMA = """
    CREATE TABLE events (event_id text PRIMARY KEY, event_type text NOT NULL, time timestamptz NOT NULL, location_id text NOT NULL,
      location_name text, table_id text, order_id text, total_cents bigint, items jsonb);
    CREATE INDEX ON events (time) INCLUDE (location_id, location_name, total_cents) WHERE event_type = 'payment';
    CREATE INDEX ON events (location_id, time) INCLUDE (total_cents) WHERE event_type = 'payment';
    CREATE INDEX ON events (time) INCLUDE (event_type, location_id, location_name);
    CREATE INDEX ON events (time) INCLUDE (items, order_id) WHERE event_type = 'order_placed';
    CREATE INDEX ON events (location_id, table_id, time) INCLUDE (event_type) WHERE event_type IN ('table_seated', 'order_completed');
    CREATE UNLOGGED TABLE arriving (event jsonb);"""
TAKE = """
    INSERT INTO events SELECT e->>'event_id', e->>'event_type', (e->>'timestamp')::timestamptz + make_interval(secs => %s), e->>'location_id', e->>'location_name',
      e->>'table_id', e->>'order_id', round((e->>'total_amount')::numeric * 100)::bigint, e->'items'
    FROM (SELECT event AS e FROM arriving) AS a ON CONFLICT DO NOTHING"""
# One event a line, and nothing in it means anything to COPY.
COPY = "COPY arriving FROM STDIN WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')"
REVENUE = """
    SELECT location_id, max(location_name), sum(total_cents) / 100.0 AS revenue, count(*) FROM events
    WHERE event_type = 'payment' AND time >= date_trunc('minute', now()) - interval '5 minutes'
    GROUP BY location_id ORDER BY revenue DESC"""
PLACE_HOUR = """
    SELECT location_id, max(location_name), sum(total_cents) / 100.0 AS revenue, count(*) FROM events
    WHERE event_type = 'payment' AND location_id = 'loc_000000' AND time >= date_trunc('minute', now()) - interval '1 hour'
    GROUP BY location_id"""
FUNNEL = """
    SELECT *, placed::float / nullif(seated, 0), completed::float / nullif(placed, 0), paid::float / nullif(placed, 0) FROM (
      SELECT location_id, max(location_name), count(*) FILTER (WHERE event_type = 'table_seated') AS seated,
        count(*) FILTER (WHERE event_type = 'order_placed') AS placed,
        count(*) FILTER (WHERE event_type = 'order_completed') AS completed,
        count(*) FILTER (WHERE event_type = 'payment') AS paid FROM events
      WHERE time >= date_trunc('minute', now()) - interval '1 hour' GROUP BY location_id) AS f
    ORDER BY seated DESC"""
TRENDING = """
    SELECT i->>'item_id', max(i->>'item_name'), max(i->>'category'), sum((i->>'quantity')::int) AS total, count(DISTINCT order_id)
    FROM events, jsonb_array_elements(items) AS i
    WHERE event_type = 'order_placed' AND time >= date_trunc('minute', now()) - interval '30 minutes'
    GROUP BY 1 ORDER BY total DESC"""
WAITS = """
    SELECT location_id, extract(hour FROM seated) AS hour, count(*),
      percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM time - seated) / 60) FROM (
      SELECT location_id, event_type, time,
        max(time) FILTER (WHERE event_type = 'table_seated') OVER (PARTITION BY location_id, table_id ORDER BY time) AS seated
      FROM events WHERE event_type IN ('table_seated', 'order_completed') AND time >= now() - interval '30 hours') AS m
    WHERE event_type = 'order_completed' AND seated IS NOT NULL AND time >= now() - interval '24 hours'
    GROUP BY location_id, hour ORDER BY location_id, hour"""


class PostgreSql:
    questions = questions_of(REVENUE, PLACE_HOUR, TRENDING, FUNNEL, WAITS)
    askers = 4

    def __init__(self):
        self.options = arguments()
        if not os.path.exists(BINARIES):
            raise SystemExit("PostgreSQL 15 is not installed: apt-get install postgresql-15")
        directory = os.path.join(self.options.directory, "postgresql")
        os.makedirs(directory)
        self.owner = {}
        if os.geteuid() == 0:
            # PostgreSQL refuses to be run by root.
            user = pwd.getpwnam("postgres")
            os.chmod(self.options.directory, 0o711)
            os.chown(directory, user.pw_uid, user.pw_gid)
            self.owner = {"user": "postgres", "group": "postgres"}
        self.data = os.path.join(directory, "data")
        self.sockets = directory
        data = os.path.join(directory, "data")
        self.sockets = directory
        program = lambda name: os.path.join(BINARIES, name)
        initialise = [program("initdb"), "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run(initialise, check=True, stdout=subprocess.DEVNULL, cwd="/", **self.owner)
        settings = ["listen_addresses=", f"unix_socket_directories={directory}", "shared_buffers=1GB", "max_wal_size=4GB", "work_mem=64MB"]
        self.server = subprocess.Popen(
            [program("postgres"), "-D", data, *(f"-c{setting}" for setting in settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # However this process ends, the server ends with it.
            preexec_fn=lambda: ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT),
            **self.owner,
        )
        self.connection = self.first_connection()
        self.connection.execute(SCHEMA)

    def first_connection(self):
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            try:
                return self.connect()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.server.poll() is not None:
                    raise
                time.sleep(0.1)

    def connect(self):
        return psycopg.connect(host=self.sockets, user="bench", dbname="postgres", autocommit=True)

    def asker(self):
        connection = self.connect()

        def ask(sql):
            """The rows are read; how many bytes they were on their way is not told."""
            connection.execute(sql).fetchall()

        return ask

    def load(self, path, shift):
        with open(path, "rb") as file:
            self.take(iter(lambda: file.read(1 << 20), b""), shift)

    def settle(self):
        self.connection.execute("VACUUM ANALYZE events")

    def insert(self, lines):
        self.take([b"\n".join(lines) + b"\n"], 0)

    def take(self, chunks, shift):
        with self.connection.transaction():
            self.connection.execute("TRUNCATE arriving")
            with self.connection.cursor().copy(COPY) as copy:
                for chunk in chunks:
                    copy.write(chunk)
            self.connection.execute(TAKE, (shift,))

    def place(self, location):
        return REVENUE.replace("event_type = 'payment'", f"event_type = 'payment' AND location_id = '{location}'")

    def count(self):
        return self.connection.execute("SELECT count(*) FROM events").fetchone()[0]

    def stop(self):
        self.server.send_signal(signal.SIGINT)
        self.server.wait()


if __name__ == "__main__":
    peer = PostgreSql()
    try:
        compare(peer)
    finally:
        peer.stop()
