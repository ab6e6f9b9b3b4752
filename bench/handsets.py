"""Handsets that text STOP one after the other, in a process of their own: the load's own work must
not stand between a handset and its clock."""

import http.client
import json
import multiprocessing
import time
from multiprocessing.synchronize import Event

from bench.client import person
from bench.server import Server

# Persons outside the batches, so that the messages stay as many.
FIRST_STOPPING = 5_000_000
PAUSE_SECONDS = 0.005


class Handsets:
    """Text STOP until `finish`, which gives the seconds each acknowledgement took."""

    def __init__(self, server: Server) -> None:
        context = multiprocessing.get_context("spawn")
        self._stop = context.Event()
        self._ours, theirs = context.Pipe(duplex=False)
        host = server.url.removeprefix("http://")
        self._process = context.Process(
            target=_text_stops, args=(host, server.sender, self._stop, theirs)
        )
        self._process.start()

    def finish(self) -> list[float]:
        """Stop texting."""
        self._stop.set()
        seconds: list[float] = self._ours.recv()
        self._process.join()
        return seconds


def _text_stops(host: str, sender: str, stop: Event, results: object) -> None:
    connection = http.client.HTTPConnection(host, timeout=30)
    seconds: list[float] = []
    number = FIRST_STOPPING
    while not stop.is_set():
        body = json.dumps({"from": person(number), "to": sender, "text": "STOP"})
        started = time.perf_counter()
        connection.request(
            "POST", "/simulator/messages", body, {"Content-Type": "application/json"}
        )
        record = json.loads(connection.getresponse().read())["records"][0]
        if not record["acknowledged"]:
            raise RuntimeError(f"not acknowledged: {record}")
        seconds.append(time.perf_counter() - started)
        number += 1
        time.sleep(PAUSE_SECONDS)
    results.send(seconds)  # type: ignore[attr-defined]
