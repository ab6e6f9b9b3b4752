"""Providers' files on their own, without connections: what they write, and how they read."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from stopline.carriers.bandwidth import Bandwidth, BandwidthSettings
from stopline.carriers.generic import Generic, GenericSettings
from stopline.carriers.http.provider import Callback
from stopline.carriers.telnyx import Telnyx, TelnyxSettings
from stopline.carriers.twilio import Twilio, TwilioSettings
from stopline.core.carriage import Submission
from stopline.egress.answers import EgressAnswer
from support.number_shapes import PERSON
from support.providers import BASE_URL, PROVIDERS, Bringing
from support.world import SENDER

ONE = Submission(7, 1, SENDER, PERSON, 'Say "hi" & {secret} — ünïcode')
MAKERS: Mapping[str, Any] = {
    "twilio": lambda t: Twilio("peer", msgspec.convert(t, TwilioSettings), BASE_URL),
    "telnyx": lambda t: Telnyx("peer", msgspec.convert(t, TelnyxSettings), BASE_URL),
    "bandwidth": lambda t: Bandwidth("peer", msgspec.convert(t, BandwidthSettings)),
    "generic": lambda t: Generic("peer", msgspec.convert(t, GenericSettings), BASE_URL),
}


def make(kind: str, **changes: Any) -> Any:
    return MAKERS[kind](PROVIDERS[kind]().table() | changes)


def answer(status: int, body: Any = None, **headers: str) -> EgressAnswer:
    data = b"" if body is None else json.dumps(body).encode()
    return EgressAnswer(status, "X", headers, data, is_cut=False, header_size=0)


def callback(it: Bringing, method: str = "POST", received_ms: int = 0) -> Callback:
    kind = it.target.partition("?")[0].rpartition("/")[2]
    return Callback(kind, method, it.target, it.headers, it.body, received_ms)
