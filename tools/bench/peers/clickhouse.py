"""ClickHouse inside this process: a table ordered for the questions. It does not look for duplicates, which is its quickest way."""

import os
import threading

from chdb import session

from comparison import arguments, compare, questions_of

FIELDS = (
    "event_id String, event_type String, timestamp String, location_id String, location_name String, table_id String, "
    "order_id String, total_amount Float64, "
    "items Array(Tuple(item_id String, item_name String, category String, quantity UInt32))"
)
COLUMNS = (
    "event_id, event_type, parseDateTime64BestEffort(timestamp, 3, 'UTC') + toIntervalMillisecond({shift}), "
    "location_id, location_name, table_id, order_id, toInt64(round(total_amount * 100)), "
    "items.item_id, items.item_name, items.category, items.quantity"
)
REVENUE = """
    SELECT location_id, any(location_name), sum(total_cents) / 100 AS revenue, count() AS orders FROM events
    WHERE event_type = 'payment' AND minute >= toStartOfMinute(now('UTC')) - INTERVAL 5 MINUTE
    GROUP BY location_id ORDER BY revenue DESC"""
PLACE_HOUR = """
    SELECT location_id, any(location_name), sum(total_cents) / 100 AS revenue, count() AS orders FROM events
    WHERE event_type = 'payment' AND location_id = 'loc_000000' AND minute >= toStartOfMinute(now('UTC')) - INTERVAL 1 HOUR
    GROUP BY location_id"""
FUNNEL = """
    SELECT location_id, any(location_name), countIf(event_type = 'table_seated') AS seated,
      countIf(event_type = 'order_placed') AS placed, countIf(event_type = 'order_completed') AS completed,
      countIf(event_type = 'payment') AS paid, placed / seated, completed / placed, paid / placed FROM events
    WHERE event_type IN ('table_seated', 'order_placed', 'order_completed', 'payment')
      AND minute >= toStartOfMinute(now('UTC')) - INTERVAL 1 HOUR
    GROUP BY location_id ORDER BY seated DESC"""
TRENDING = """
    SELECT item_id, any(item_name), any(category), sum(quantity) AS total, uniqExact(order_id) AS orders
    FROM events ARRAY JOIN item_ids AS item_id, item_names AS item_name, categories AS category, quantities AS quantity
    WHERE event_type = 'order_placed' AND minute >= toStartOfMinute(now('UTC')) - INTERVAL 30 MINUTE
    GROUP BY item_id ORDER BY total DESC"""
WAITS = """
    SELECT location_id, toHour(seated) AS hour, count(), quantiles(0.5, 0.9, 0.99)(minutes) FROM (
      SELECT c.location_id AS location_id, s.time AS seated, (toUnixTimestamp64Milli(c.time) - toUnixTimestamp64Milli(s.time)) / 60000 AS minutes
      FROM (SELECT location_id, table_id, time FROM events WHERE event_type = 'order_completed' AND minute >= now('UTC') - INTERVAL 24 HOUR) AS c
      ASOF JOIN (SELECT location_id, table_id, time FROM events WHERE event_type = 'table_seated' AND minute >= now('UTC') - INTERVAL 30 HOUR) AS s
      ON c.location_id = s.location_id AND c.table_id = s.table_id AND c.time >= s.time)
    GROUP BY location_id, hour ORDER BY location_id, hour"""


class ClickHouse:
    questions = questions_of(REVENUE, PLACE_HOUR, TRENDING, FUNNEL, WAITS)
    # A session answers one call after the other.
    askers = 1

    def __init__(self):
        self.options = arguments()
        self.session = session.Session(os.path.join(self.options.directory, "clickhouse"))
        self.turn = threading.Lock()
        self.ask("CREATE DATABASE IF NOT EXISTS bench ENGINE = Atomic")
        self.ask("USE bench")
        self.ask(
            "CREATE TABLE events (event_id String, event_type LowCardinality(String), time DateTime64(3, 'UTC'), "
            "location_id LowCardinality(String), location_name LowCardinality(String), table_id LowCardinality(String), "
            "order_id String, total_cents Int64, item_ids Array(LowCardinality(String)), item_names Array(LowCardinality(String)), "
            "categories Array(LowCardinality(String)), quantities Array(UInt32), "
            "minute DateTime('UTC') MATERIALIZED toStartOfMinute(time)) "
            "ENGINE = MergeTree ORDER BY (event_type, minute, location_id, time)"
        )

    def ask(self, sql):
        with self.turn:
            return self.session.query(sql, "CSV").bytes()

    def asker(self):
        return lambda sql: len(self.ask(sql))

    def load(self, path, shift):
        columns = COLUMNS.format(shift=round(shift * 1000))
        self.ask(f"INSERT INTO events SELECT {columns} FROM file('{path}', JSONEachRow, '{FIELDS}')")

    def settle(self):
        """It needs nothing between loading and asking."""

    def insert(self, lines):
        text = b"\n".join(lines).decode()
        columns = COLUMNS.format(shift=0)
        self.ask(f"INSERT INTO events SELECT {columns} FROM format(JSONEachRow, '{FIELDS}', $events${text}$events$)")

    def place(self, location):
        return REVENUE.replace("event_type = 'payment'", f"event_type = 'payment' AND location_id = '{location}'")

    def count(self):
        return int(self.ask("SELECT count() FROM events"))


if __name__ == "__main__":
    compare(ClickHouse())
