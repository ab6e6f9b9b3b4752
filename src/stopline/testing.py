"""Test your own application against a real Stopline with a simulated carrier.

    with StoplineServer() as server:
        my_app.configure(server.credentials)
        my_app.send_offer("+12065550142")
        offer = server.wait_for_message("+12065550142")
        server.text_in("+12065550142", offer.sender, "STOP")

With pytest, the fixture `stopline_server` gives each test a server of its own. Uses the standard
library alone, so that nothing of your application's packages is in the way.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

START_SECONDS = 30.0
# The server's own bound for a graceful stop is 20 s.
STOP_SECONDS = 25.0
WAIT_SECONDS = 10.0
_POLL_SECONDS = 0.02
# A handset waits up to 30 s for an answer.
_HTTP_SECONDS = 40.0
_PAGE = 1_000
_LOG_TAIL = 2_000


class ServerFailed(Exception):
    """The server did not start, or answered what it never should; the message has its log's end."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to log in: the keys of `credentials.json`. Numbers are E.164."""

    server_url: str
    client_id: str
    client_secret: str
    username: str
    extension: str
    password: str
    jwt: str
    account_id: str
    extension_id: str
    senders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextOutcome:
    """What became of a handset's text. `error` is None when Stopline has stored it."""

    sequence: int
    acknowledged: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class HandsetMessage:
    """A text that the network took for a person. `sequence` rises over all texts of a server."""

    sequence: int
    sender: str
    recipient: str
    text: str
    time: str
    message_id: str


class StoplineServer:
    """A server process on a free port of this machine, with a demo account.

    `data` is its data directory, by default a temporary one that is removed afterwards. `settings`
    are settings of Stopline by name, such as `{"simulator_latency_ms": 20}`.
    """

    def __init__(
        self, data: Path | None = None, settings: Mapping[str, object] | None = None
    ) -> None:
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if data is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="stopline-test-")
            data = Path(self._temporary.name) / "data"
        self.data = data
        self.log = data.with_name(f"{data.name}.log")
        self._settings = dict(settings or {})
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._credentials: Credentials | None = None

    def __enter__(self) -> "StoplineServer":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The address for `server_url` of an SDK, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def credentials(self) -> Credentials:
        """The demo account's logins and numbers. The server must have been started."""
        if self._credentials is None:
            raise ServerFailed("the server was not started")
        return self._credentials

    def start(self) -> None:
        """Start, or start again on the same port and data. Raises ServerFailed."""
        if self._process is not None:
            raise ServerFailed("the server runs already")
        self._port = self._port or _free_port()
        self.data.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "stopline", "serve"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait_until_ready()
            self._credentials = _read_credentials(self.data)
        except (OSError, ValueError, ServerFailed) as error:
            self.kill()
            raise ServerFailed(f"{error}\n{self._log_tail()}") from None

    def stop(self) -> int:
        """End it gracefully; returns the exit code, 0 when everything in hand was settled."""
        process = self._running()
        process.terminate()
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFailed(f"it did not stop in time\n{self._log_tail()}") from None
        self._process = None
        return code

    def kill(self) -> None:
        """End it at once, as a crash would (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Stop it if it runs, and remove the temporary directory."""
        try:
            if self._process is not None and self._process.poll() is None:
                self.stop()
        finally:
            self.kill()
            if self._temporary is not None:
                self._temporary.cleanup()

    def text_in(self, person: str, number: str, text: str) -> TextOutcome:
        """The person texts one of our numbers; returns once Stopline has stored or refused it.

        Whatever the text causes (an opt-out, its event, the reply) is then stored as well.
        """
        body = {"from": person, "to": number, "text": text}
        [record] = self._call("POST", "/simulator/messages", body)["records"]
        return TextOutcome(record["sequence"], record["acknowledged"], record["error"])

    def handset_messages(
        self, person: str, number: str | None = None, after: int = 0
    ) -> list[HandsetMessage]:
        """Texts that were taken for the person (from `number` only), oldest first.

        `after` is a sequence: only later ones are given.
        """
        found: list[HandsetMessage] = []
        while True:
            records = self._list(person, number, after)
            found += [_message(record) for record in records if record["outcome"] == "accepted"]
            if len(records) < _PAGE:
                return found
            after = records[-1]["sequence"]

    def wait_for_message(
        self,
        person: str,
        number: str | None = None,
        after: int = 0,
        seconds: float = WAIT_SECONDS,
    ) -> HandsetMessage:
        """The first such text, waiting for it. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while not (found := self.handset_messages(person, number, after)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no text within {seconds} s")
            time.sleep(_POLL_SECONDS)
        return found[0]

    def _list(self, person: str, number: str | None, after: int) -> list[dict[str, Any]]:
        query = {"recipient": person, "after": after, "limit": _PAGE}
        if number is not None:
            query["sender"] = number
        answer = self._call("GET", f"/simulator/messages?{urlencode(query)}")
        records: list[dict[str, Any]] = answer["records"]
        return records

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_HTTP_SECONDS)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"content-type": "application/json"})
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise ServerFailed(f"{method} {path.partition('?')[0]}: {response.status} {answer}")
        return answer

    def _environment(self) -> dict[str, str]:
        """Ours without settings of Stopline, so that a developer's own do not change a test."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("STOPLINE_")}
        given = {"host": "127.0.0.1", "port": self._port, "data": self.data, **self._settings}
        environment |= {f"STOPLINE_{name.upper()}": str(value) for name, value in given.items()}
        # The process finds the same packages as this one, however they were found.
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        return environment

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._running().poll() is not None:
                raise ServerFailed("the server ended while it was starting")
            if time.monotonic() > deadline:
                raise ServerFailed(f"the server was not ready within {START_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=1)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise ServerFailed("the server does not run")
        return self._process

    def _log_tail(self) -> str:
        return self.log.read_bytes()[-_LOG_TAIL:].decode(errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _read_credentials(data: Path) -> Credentials:
    fields = json.loads((data / "credentials.json").read_bytes())
    return Credentials(**{**fields, "senders": tuple(fields["senders"])})


def _message(record: dict[str, Any]) -> HandsetMessage:
    return HandsetMessage(
        record["sequence"],
        record["sender"],
        record["recipient"],
        record["text"],
        record["time"],
        record["messageId"],
    )
