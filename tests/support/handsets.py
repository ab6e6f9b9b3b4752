"""People who text STOP one after the other, until the server is gone."""

import http.client
import json
import threading
import time
from collections.abc import Iterator


class Handsets:
    """Texts STOP from each person in turn, in a thread of its own, through the simulator's API."""

    def __init__(self, port: int, sender: str, people: Iterator[str], pause_ms: float = 2) -> None:
        self._port = port
        self._sender = sender
        self._people = people
        self._pause_ms = pause_ms
        self._ended = threading.Event()
        self._acknowledged = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self.longest_ms = 0.0

    def start(self) -> None:
        """Begin to text."""
        self._thread.start()

    def wait_for(self, count: int, seconds: float = 10) -> None:
        """Return when so many more STOPs were acknowledged."""
        for _ in range(count):
            assert self._acknowledged.acquire(timeout=seconds), "no STOP was acknowledged"

    def end(self) -> None:
        """No more texts; the one under way is finished."""
        self._ended.set()
        self._thread.join(40)

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=35)
        try:
            for person in self._people:
                if self._ended.is_set():
                    return
                self._text(connection, person)
                time.sleep(self._pause_ms / 1_000)
        except (OSError, http.client.HTTPException):
            # The server is gone, as it should be.
            return
        finally:
            connection.close()

    def _text(self, connection: http.client.HTTPConnection, person: str) -> None:
        body = json.dumps({"from": person, "to": self._sender, "text": "STOP"})
        began = time.monotonic()
        connection.request(
            "POST", "/simulator/messages", body, {"content-type": "application/json"}
        )
        answer = connection.getresponse()
        record = json.loads(answer.read())["records"][0]
        self.longest_ms = max(self.longest_ms, (time.monotonic() - began) * 1_000)
        if record["acknowledged"]:
            self.acknowledged.append(person)
            self._acknowledged.release()
        else:
            self.refused.append(person)
