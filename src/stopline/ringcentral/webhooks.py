"""What calls about webhooks need beyond the request."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from stopline.egress.client import EgressClient
from stopline.ringcentral.sealing import Seal


def random_token() -> str:
    """What a receiver has to echo in the handshake."""
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The way out, and the seal for the tokens that clients give."""

    client: EgressClient
    seal: Seal
    make_token: Callable[[], str] = random_token
