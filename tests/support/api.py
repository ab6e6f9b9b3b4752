"""An application that talks to Stopline over HTTP, with the standard library alone."""

import base64
import http.client
import json
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

ACCOUNT = "/restapi/v1.0/account/~/a2p-sms"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and the decoded body."""

    status: int
    body: Any


class Api:
    """One client, logged in by its JWT. Raises OSError or HTTPException when the server is gone."""

    def __init__(self, port: int, credentials: dict[str, Any]) -> None:
        self._port = port
        self._credentials = credentials
        self._token = ""

    def log_in(self) -> None:
        """Get a token."""
        basic = f"{self._credentials['client_id']}:{self._credentials['client_secret']}"
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": self._credentials["jwt"],
        }
        headers = {
            "authorization": "Basic " + base64.b64encode(basic.encode()).decode(),
            "content-type": "application/x-www-form-urlencoded",
        }
        answer = self._request("POST", "/restapi/oauth/token", urlencode(form), headers)
        assert answer.status == 200, answer
        self._token = answer.body["access_token"]

    @property
    def token(self) -> str:
        """The access token."""
        return self._token

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request with the token."""
        sent = {"authorization": f"Bearer {self._token}"} | (headers or {})
        if body is not None:
            sent["content-type"] = "application/json"
        return self._request(method, path, None if body is None else json.dumps(body), sent)

    def send(
        self, sender: str, people: list[str], text: str = "Your order is ready.", key: str = ""
    ) -> Answer:
        """Post a batch."""
        body = {"from": sender, "text": text, "messages": [{"to": [one]} for one in people]}
        headers = {"Idempotency-Key": key} if key else None
        return self.call("POST", f"{ACCOUNT}/batches", body, headers)

    def opt_outs(self, sender: str) -> set[str]:
        """Everybody who is out for a sender, page by page."""
        found: set[str] = set()
        query = {"from": sender, "perPage": "1000"}
        while True:
            answer = self.call("GET", f"{ACCOUNT}/opt-outs?{urlencode(query)}")
            assert answer.status == 200, answer
            found |= {record["to"] for record in answer.body["records"]}
            following = answer.body["paging"].get("nextPageToken")
            if not following:
                return found
            query["pageToken"] = following

    def _request(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=40)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        return Answer(response.status, json.loads(data) if data else None)


class Posting:
    """Posts batches one after the other in a thread, until the server is gone or told to end.

    A request whose answer was lost is repeated with its key by the next one.
    """

    def __init__(
        self, sender: str, people: Iterator[str], size: int = 200, pause_seconds: float = 0.0
    ) -> None:
        self._pause_seconds = pause_seconds
        self._sender = sender
        self._people = people
        self._size = size
        self._open: tuple[str, list[str]] | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.accepted = 0
        self.repeated = 0
        self.refused: list[Answer] = []

    def start(self, api: Api) -> None:
        """Begin to post to a server that runs."""
        self._ended.clear()
        self._thread = threading.Thread(target=self._run, args=(api,), daemon=True)
        self._thread.start()

    def end(self) -> None:
        """No more; the request under way is finished."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(45)

    def finish(self, api: Api) -> None:
        """Repeat the request whose answer was lost, if there is one."""
        if self._open is not None:
            self._post(api)

    def _run(self, api: Api) -> None:
        try:
            while not self._ended.is_set():
                self._post(api)
                self._ended.wait(self._pause_seconds)
        except (OSError, http.client.HTTPException):
            return

    def _post(self, api: Api) -> None:
        if self._open is None:
            self._open = (uuid.uuid4().hex, [next(self._people) for _ in range(self._size)])
        else:
            self.repeated += 1
        key, people = self._open
        answer = api.send(self._sender, people, key=key)
        if answer.status == 201:
            self.accepted += len(people)
        else:
            self.refused.append(answer)
        self._open = None
