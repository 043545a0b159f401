"""Holds events, takes more of them at a rate, and asks questions meanwhile: the part that all peers have in common."""

import argparse
import itertools
import json
import re
import threading
import time
from datetime import datetime, timedelta

INSERT_EVERY_S = 0.1
ROUNDS_BEFOREHAND = 3
TIMESTAMP = re.compile(rb'"timestamp":"([^"]+)"')
LOCATION = re.compile(rb'"location_id":"([^"]+)"')


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--directory", required=True)
    parser.add_argument("--old", required=True)
    parser.add_argument("--recent", required=True)
    parser.add_argument("--recent-ends", type=float, required=True)
    parser.add_argument("--coming", required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--applied", type=int, required=True)
    parser.add_argument("--asks", type=float, required=True)
    parser.add_argument("--questions", type=json.loads, required=True)
    return parser.parse_args()


def questions_of(revenue, place_hour, trending, funnel, waits):
    """The SQL of each question by its name: a page of fifty rows, or all."""
    page = lambda sql: sql + " LIMIT 50"
    return {
        "revenue 5m, top 50": page(revenue),
        "revenue 1h, one location": place_hour,
        "trending 30m, top 50": page(trending),
        "wait times 24h, 50 rows": page(waits),
        "revenue 5m, all": revenue,
        "funnel 1h, all": funnel,
        "trending 30m, all": trending,
        "wait times 24h, all": waits,
    }


def percentiles(values):
    """Nearest rank, in milliseconds."""
    ordered = sorted(values)
    if not ordered:
        return {"p50": None, "p95": None, "p99": None, "count": 0}
    at = lambda hundredths: ordered[max(0, -(-hundredths * len(ordered) // 100) - 1)] * 1000
    return {"p50": at(50), "p95": at(95), "p99": at(99), "count": len(ordered)}


def moved(line, shift):
    """The event as if it happened `shift` later: the file was written some time before it is sent."""
    found = TIMESTAMP.search(line)
    then = datetime.fromisoformat(found.group(1).decode().replace("Z", "+00:00")) + shift
    text = then.strftime("%Y-%m-%dT%H:%M:%S.") + f"{then.microsecond // 1000:03d}Z"
    return line[: found.start(1)] + text.encode() + line[found.end(1) :]


def tell(share, text):
    print(f"progress {share:.3f} {text}", flush=True)


def lines_in(path):
    with open(path, "rb") as file:
        return sum(1 for _ in file)


def load(peer):
    """
    The old events, then the recent ones, which are to end when they have been loaded: how long that takes is known from the old
    ones. Answers how many were loaded a second.
    """
    options = peer.options
    old, recent = lines_in(options.old), lines_in(options.recent)
    tell(0, f"loading {old + recent} events")
    started = time.perf_counter()
    peer.load(options.old, 0)
    per_event = (time.perf_counter() - started) / old
    tell(old / (old + recent), f"loaded {old} of {old + recent} events")
    peer.load(options.recent, time.time() + recent * per_event - options.recent_ends)
    peer.settle()
    return (old + recent) / (time.perf_counter() - started)


def compare(peer):
    """
    peer.load(path, shift) holds the events of a file as if they had happened so many seconds later, and peer.settle() makes what
    it holds ready to be asked; peer.insert(lines) takes some; peer.asker() answers a function that asks SQL, for
    a thread of its own, and answers how many bytes came, or None; peer.askers is how many of them it serves at a time;
    peer.questions[name] is the SQL of a question; peer.place(location) is the SQL that answers how much one place made.
    Prints the result as JSON in the last line.
    """
    options = peer.options
    load_per_second = load(peer)

    with open(options.coming, "rb") as file:
        coming = file.read().splitlines()
    ended = threading.Event()
    names = options.questions
    times = {name: [] for name in names}
    sizes = {name: None for name in names}
    failures = []
    turns = itertools.count()
    turn = threading.Lock()

    def ask_in_turn():
        """Each question when it is due, unless all askers still wait for an answer: then as soon as one has it, timed from when it was due."""
        try:
            ask = peer.asker()
            while True:
                with turn:
                    number = next(turns)
                due = begun + number / options.asks
                if ended.wait(max(0.0, due - time.perf_counter())):
                    return
                name = names[number % len(names)]
                sizes[name] = ask(peer.questions[name])
                times[name].append(time.perf_counter() - due)
        except Exception as error:  # Told at the end: the taking of events must not hang on it.
            failures.append(error)

    askers = [threading.Thread(target=ask_in_turn) for _ in range(peer.askers)]
    ask_place = peer.asker()
    for _ in range(ROUNDS_BEFOREHAND):
        for name in names:
            ask_place(peer.questions[name])
    first = datetime.fromisoformat(TIMESTAMP.search(coming[0]).group(1).decode().replace("Z", "+00:00"))
    shift = datetime.now(first.tzinfo) - first + timedelta(seconds=1)
    coming = [moved(line, shift) for line in coming]
    begun = time.perf_counter()
    for asker in askers:
        asker.start()
    sent = 0
    behind = 0
    freshness = []
    while sent < len(coming):
        now = time.perf_counter() - begun
        tell(min(1, now / options.seconds), "asking")
        due = min(len(coming), int(now * options.rate))
        if now > options.seconds and behind == 0:
            behind = max(0, len(coming) - sent)
        if due > sent:
            peer.insert(coming[sent:due])
            ask_place(peer.place(LOCATION.search(coming[due - 1]).group(1).decode()))
            # The oldest of them has waited longest, the youngest shortest.
            seen = time.perf_counter() - begun
            freshness += [seen - sent / options.rate, seen - (due - 1) / options.rate]
            sent = due
        time.sleep(max(0.0, INSERT_EVERY_S - (time.perf_counter() - begun - now)))
    lasted = time.perf_counter() - begun
    ended.set()
    for asker in askers:
        asker.join()
    if failures:
        raise failures[0]
    result = {
        "loadPerSecond": load_per_second,
        "freshness": percentiles(freshness),
        "behindEvents": behind,
        "queries": [{"name": name, **percentiles(times[name]), "bytes": sizes[name]} for name in names],
        "unasked": max(0, int(lasted * options.asks) - sum(len(one) for one in times.values())),
        "countsOnce": peer.count() == options.applied,
    }
    print(json.dumps(result))
