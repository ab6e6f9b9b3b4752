"""What the seed page's reader does: send, text back, look at the list."""

import itertools
import json
import time
from typing import Any

from stopline.testing import HandsetMessage, StoplineServer

OPT_OUTS = "/restapi/v1.0/account/~/a2p-sms/opt-outs"
MESSAGES = "/restapi/v1.0/account/~/a2p-sms/messages"
BATCHES = "/restapi/v1.0/account/~/a2p-sms/batches"
_people = itertools.count(1_000)
FINAL = {"Delivered", "DeliveryFailed", "SendingFailed"}


class Page:
    """An application that uses the official SDK, and the people it texts."""

    def __init__(self, server: StoplineServer, platform: Any) -> None:
        self.server = server
        self.platform = platform
        self.senders = server.credentials.senders

    def person(self) -> str:
        """Somebody new, whose handset behaves in the ordinary way."""
        return f"+1312555{next(_people):04d}"

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        """The JSON that a GET of the SDK gets."""
        return json.loads(self.platform.get(path, query).text())

    def opt_outs(self, **query: Any) -> list[tuple[str, str]]:
        """(from, to) of one page of the list."""
        query = {name.rstrip("_"): value for name, value in query.items()}
        return [(r["from"], r["to"]) for r in self.get(OPT_OUTS, query)["records"]]

    def send(self, sender: str, person: str, text: str = "Closed on Friday.") -> str:
        """Send one message in a batch; gives the batch's id."""
        body = {"from": sender, "text": text, "messages": [{"to": [person]}]}
        batch_id: str = json.loads(self.platform.post(BATCHES, body).text())["id"]
        return batch_id

    def outcome(self, batch_id: str, seconds: float = 10.0) -> dict[str, Any]:
        """The only message of a batch, once its status is final."""
        deadline = time.monotonic() + seconds
        while True:
            [message] = self.get(MESSAGES, {"batchId": batch_id})["records"]
            if message["messageStatus"] in FINAL:
                return dict(message)
            assert time.monotonic() < deadline, message
            time.sleep(0.02)

    def texts(self, sender: str, person: str, text: str) -> HandsetMessage:
        """The person texts the number; gives what they are answered from it."""
        before = max((m.sequence for m in self.server.handset_messages(person)), default=0)
        assert self.server.text_in(person, sender, text).acknowledged
        return self.server.wait_for_message(person, sender, after=before)
