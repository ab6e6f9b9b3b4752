"""What one provider has to say: how requests, answers and callbacks are written. No input or
output, so that each provider is one file, read from top to bottom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from stopline.carriers.protocol import CarrierCapabilities
from stopline.core.carriage import Inbound, Receipt, Submission, SubmitAnswer
from stopline.core.errors import StoplineError
from stopline.egress.answers import EgressAnswer
from stopline.egress.client import EgressClient


class Unsure(StoplineError):
    """The answer does not tell whether the message was taken: it is uncertain."""


class NotGenuine(StoplineError):
    """A callback is not the provider's own. `challenge`: how it may prove that it is."""

    def __init__(self, reason: str, challenge: str = "") -> None:
        super().__init__(reason)
        self.challenge = challenge


class Unreadable(StoplineError):
    """A genuine callback says nothing that we understand."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request and the submissions in it."""

    submissions: tuple[Submission, ...]
    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Callback:
    """What a provider brings. `target` is path and query as they came, headers are in lower case,
    `kind` is the last part of the path."""

    kind: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    received_ms: int

    @property
    def query(self) -> str:
        """What follows the question mark."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a callback holds; nothing at all is fine too. `echo`: headers of the answer, `status`:
    what the provider wants to hear when it is stored."""

    inbounds: Sequence[Inbound] = ()
    receipts: Sequence[Receipt] = ()
    echo: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


class Provider(Protocol):
    """One provider's way of writing. `group_limit`: submissions in one request at most."""

    @property
    def capabilities(self) -> CarrierCapabilities: ...

    @property
    def url(self) -> str:
        """Where it listens."""
        ...

    @property
    def group_limit(self) -> int: ...

    @property
    def is_ready(self) -> bool:
        """Whether it may be sent anything; False while there is no token."""
        ...

    async def prepare(self, client: EgressClient) -> None:
        """Whatever has to be kept up beside the messages (tokens, subscriptions). Runs until it
        is cancelled; returns at once when there is nothing."""
        ...

    def requests(self, submissions: Sequence[Submission]) -> list[Outgoing]:
        """The requests for these, in order. Raises nothing."""
        ...

    def read_answer(self, request: Outgoing, answer: EgressAnswer) -> list[SubmitAnswer]:
        """What became of each submission of a request. Raises Unsure."""
        ...

    def verify(self, callback: Callback) -> None:
        """Look at the signature, in constant time, before anything is read. Raises NotGenuine."""
        ...

    def read_callback(self, callback: Callback) -> Brought:
        """What a genuine callback holds. Raises Unreadable."""
        ...
