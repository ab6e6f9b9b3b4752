"""What a RingCentral-compatible server wants kept up: an access token and a webhook subscription.

An upstream gives a token for an hour and calls nobody who did not subscribe.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
import structlog

from stopline.carriers.http.reading import basic, is_taken, read_json
from stopline.core.errors import StoplineError
from stopline.egress.answers import EgressAnswer, EgressError
from stopline.egress.client import EgressClient

TOKEN_PATH = "/restapi/oauth/token"
SUBSCRIPTION_PATH = "/restapi/v1.0/subscription"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# The longest that the contract allows a webhook: ten years.
SUBSCRIPTION_SECONDS = 315_360_000
# A token is renewed after this share of its life, and the subscription looked at.
RENEWAL_SHARE = 0.75
LONGEST_CYCLE_S = 3_600.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
_ANSWER_LIMIT = 256 << 10

T = TypeVar("T")

log = structlog.get_logger(__name__)


class UpstreamProblem(StoplineError):
    """The upstream did not give what was asked for; never names a secret."""


@dataclass(frozen=True, slots=True)
class Login:
    """Where, and as whom."""

    server: str
    client_id: str
    client_secret: str
    jwt: str


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float = 3_600


class _Mode(msgspec.Struct):
    address: str = ""


class _Subscription(msgspec.Struct):
    id: str
    status: str = ""
    mode: _Mode = msgspec.field(name="deliveryMode", default_factory=_Mode)


class _Subscriptions(msgspec.Struct):
    records: list[_Subscription] = []


class Upstream:
    """One login at one server. `address`: where events are to go, with `verification_token`."""

    def __init__(
        self,
        carrier: str,
        login: Login,
        *,
        address: str,
        verification_token: str,
        filters: Sequence[str],
    ) -> None:
        self.access_token = ""
        self._carrier = carrier
        self._login = login
        self._address = address
        self._verification_token = verification_token
        self._filters = list(filters)
        self._wanted = asyncio.Event()

    def renew(self) -> None:
        """The token was refused: get another one."""
        self.access_token = ""
        self._wanted.set()

    async def keep_up(self, client: EgressClient) -> None:
        """Until cancelled."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                wait_s = await self._cycle(client)
                pause_s = FIRST_PAUSE_S
            except (EgressError, UpstreamProblem) as error:
                log.warning("upstream not ready", carrier=self._carrier, reason=str(error))
                wait_s = pause_s * random.uniform(0.5, 1.5)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            await self._sleep(wait_s)

    async def _sleep(self, seconds: float) -> None:
        self._wanted.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wanted.wait()
        except TimeoutError:
            return

    async def _cycle(self, client: EgressClient) -> float:
        """A token and a subscription; gives for how long they are good."""
        token = await self._log_in(client)
        await self._subscribe(client, token.access_token)
        # Only now: before there is a subscription, receipts and texts would be lost.
        self.access_token = token.access_token
        return min(token.expires_in * RENEWAL_SHARE, LONGEST_CYCLE_S)

    async def _log_in(self, client: EgressClient) -> _Token:
        fields = {"grant_type": JWT_GRANT, "assertion": self._login.jwt}
        headers = {
            "Authorization": basic(self._login.client_id, self._login.client_secret),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        answer = await client.request(
            "POST",
            self._login.server + TOKEN_PATH,
            headers,
            urlencode(fields).encode(),
            answer_limit=_ANSWER_LIMIT,
        )
        return _need(answer, _Token, "a token")

    async def _subscribe(self, client: EgressClient, token: str) -> None:
        """One subscription of ours that works; those that do not are replaced."""
        answer = await self._call(client, token, "GET", SUBSCRIPTION_PATH)
        found = _need(answer, _Subscriptions, "the subscriptions").records
        ours = [one for one in found if one.mode.address == self._address]
        if any(one.status == "Active" for one in ours):
            return
        for one in ours:
            await self._call(client, token, "DELETE", f"{SUBSCRIPTION_PATH}/{one.id}")
        body = {
            "eventFilters": self._filters,
            "deliveryMode": {
                "transportType": "WebHook",
                "address": self._address,
                "verificationToken": self._verification_token,
            },
            "expiresIn": SUBSCRIPTION_SECONDS,
        }
        made = await self._call(client, token, "POST", SUBSCRIPTION_PATH, body)
        _need(made, _Subscription, "a subscription")
        log.info("subscribed upstream", carrier=self._carrier)

    async def _call(
        self, client: EgressClient, token: str, method: str, path: str, body: object = None
    ) -> EgressAnswer:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return await client.request(
            method,
            self._login.server + path,
            headers,
            b"" if body is None else msgspec.json.encode(body),
            answer_limit=_ANSWER_LIMIT,
        )


def _need(answer: EgressAnswer, kind: type[T], what: str) -> T:
    found = read_json(answer.body, kind) if is_taken(answer) else None
    if found is None:
        raise UpstreamProblem(f"{answer.status} instead of {what}")
    return found
