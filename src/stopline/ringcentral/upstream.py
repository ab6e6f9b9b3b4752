"""Another server of this API as seen from outside: logging in, its list of consents, its events."""

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import aiohttp
import msgspec

from stopline.core.consent import ConsentSource
from stopline.core.consent_facts import Fact
from stopline.core.consent_file import read_number
from stopline.core.errors import InvalidNumber
from stopline.core.moments import parse_moment
from stopline.core.scopes import Category
from stopline.ringcentral.consent_bodies import CATEGORIES, SOURCES

_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_EXPORT = "/restapi/v2/accounts/~/sms/consents/export"
_OPT_OUTS = "/restapi/v1.0/account/~/a2p-sms/opt-outs?status=all"
_SUBSCRIPTION = "/restapi/v1.0/subscription"
_CONSENT_EVENTS = "/restapi/v2/accounts/~/sms/consents"
_OPT_OUT_EVENTS = "/restapi/v1.0/account/~/a2p-sms/opt-outs"
_FORBIDDEN = (403, 404)
# What one step of the conversation may take; a list of a million records takes longer.
STEP_SECONDS = 60
LIST_SECONDS = 1_800
# A frame of ours holds one event; a page of records is not sent over the socket.
FRAME_BYTES = 1 << 20
_PIECE_BYTES = 1 << 16

_decode = msgspec.json.Decoder().decode


class UpstreamRefused(Exception):
    """The server understood and said no: another try will not help."""


class UpstreamGone(Exception):
    """It can not be reached, or went away: another try may help."""


@dataclass(frozen=True, slots=True)
class UpstreamLogin:
    """How to log in there. The secrets are never shown."""

    server: str
    client_id: str
    client_secret: str
    jwt: str

    def __repr__(self) -> str:
        return f"UpstreamLogin({self.server})"


class Upstream:
    """One login at another server, over one HTTP session."""

    def __init__(self, session: aiohttp.ClientSession, login: UpstreamLogin) -> None:
        self._session = session
        self._login = login
        self._headers: dict[str, str] = {}

    async def log_in(self) -> None:
        """Get a token. Raises UpstreamRefused, UpstreamGone."""
        form = {"grant_type": _JWT_GRANT, "assertion": self._login.jwt}
        basic = aiohttp.encode_basic_auth(self._login.client_id, self._login.client_secret)
        headers = {"Authorization": basic}
        answer = await self._call("POST", "/restapi/oauth/token", data=form, headers=headers)
        self._headers = {"Authorization": f"Bearer {answer['access_token']}"}

    async def write_consents(self, file: BinaryIO) -> None:
        """The whole list as CSV: of version 2, or of version 1 where that is not allowed."""
        for path in (_EXPORT, _OPT_OUTS):
            if await self._download(path, file):
                return
        raise UpstreamRefused("neither list of opt-outs may be read with this login")

    async def _download(self, path: str, file: BinaryIO) -> bool:
        headers = {**self._headers, "Accept": "text/csv"}
        timeout = aiohttp.ClientTimeout(total=LIST_SECONDS, sock_read=STEP_SECONDS)
        with _as_gone():
            url = self._login.server + path
            async with self._session.get(url, headers=headers, timeout=timeout) as response:
                if response.status in _FORBIDDEN:
                    return False
                await _check(response)
                async for piece in response.content.iter_chunked(_PIECE_BYTES):
                    file.write(piece)
        return True

    @asynccontextmanager
    async def events(self) -> AsyncIterator["Events"]:
        """A socket on which changes of consent are told. Raises UpstreamRefused, UpstreamGone."""
        token = await self._call("POST", "/restapi/oauth/wstoken", headers=self._headers)
        with _as_gone():
            async with self._session.ws_connect(
                token["uri"],
                params={"access_token": token["ws_access_token"]},
                heartbeat=STEP_SECONDS / 2,
                max_msg_size=FRAME_BYTES,
            ) as socket:
                events = Events(socket)
                await events.subscribe()
                yield events

    async def _call(self, method: str, path: str, **more: Any) -> Any:
        timeout = aiohttp.ClientTimeout(total=STEP_SECONDS)
        with _as_gone():
            url = self._login.server + path
            async with self._session.request(method, url, timeout=timeout, **more) as response:
                await _check(response)
                return _decode(await response.read())


class Events:
    """What comes over a socket that was opened for changes of consent."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def subscribe(self) -> None:
        """Ask for changes: of version 2, or of version 1 where those are not allowed."""
        await self._receive()  # the details of the connection
        for filter_ in (_CONSENT_EVENTS, _OPT_OUT_EVENTS):
            if await self._ask(filter_):
                return
        raise UpstreamRefused("events about opt-outs may not be subscribed with this login")

    async def _ask(self, filter_: str) -> bool:
        message_id = str(uuid.uuid4())
        envelope = {
            "type": "ClientRequest",
            "messageId": message_id,
            "method": "POST",
            "path": _SUBSCRIPTION,
        }
        wish = {"eventFilters": [filter_], "deliveryMode": {"transportType": "WebSocket"}}
        await self._socket.send_str(msgspec.json.encode([envelope, wish]).decode())
        while True:
            head, _ = await self._receive()
            if head.get("messageId") == message_id and head.get("type") == "ClientRequest":
                return int(head.get("status", 0)) < 300

    async def keep_alive(self) -> None:
        """Say something, so that a quiet socket is not closed."""
        beat = {"type": "Heartbeat", "messageId": str(uuid.uuid4())}
        await self._socket.send_str(msgspec.json.encode([beat]).decode())

    async def next_facts(self) -> list[Fact]:
        """What the next frame tells; nothing for a frame that is no event. Raises UpstreamGone."""
        head, body = await self._receive()
        if head.get("type") != "ServerNotification" or not isinstance(body, dict):
            return []
        return read_event(body)

    async def _receive(self) -> tuple[dict[str, Any], Any]:
        message = await self._socket.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise UpstreamGone("the socket was closed")
        try:
            frame = _decode(message.data)
        except msgspec.DecodeError as error:
            raise UpstreamGone("the socket told something that is no JSON") from error
        if not isinstance(frame, list) or not frame or not isinstance(frame[0], dict):
            raise UpstreamGone("the socket told something that is no frame")
        return frame[0], frame[1] if len(frame) > 1 else None


def read_event(envelope: Mapping[str, Any]) -> list[Fact]:
    """The facts of an event about consent, in either form; what can not be read is left out, and
    comes with the next list."""
    body = envelope.get("body")
    if not isinstance(body, dict):
        return []
    records = body.get("records")
    if records is None:
        records = [
            {
                "from": body.get("from"),
                "to": body.get("to"),
                "optStatus": "OptOut" if body.get("active") else "OptIn",
                "source": "Recipient",
                "lastModifiedTime": envelope.get("timestamp"),
            }
        ]
    proof = f"event {envelope.get('uuid')}"
    return [fact for one in records if (fact := _read_record(one, proof)) is not None]


def _read_record(record: Any, proof: str) -> Fact | None:
    try:
        source = SOURCES.get(record["source"], ConsentSource.ACCOUNT)
        return Fact(
            0,
            read_number(record["from"]),
            read_number(record["to"]),
            record["optStatus"] == "OptOut",
            source,
            parse_moment(record["lastModifiedTime"]),
            "",
            proof,
            _category(record.get("campaignType")),
        )
    except (KeyError, TypeError, ValueError, InvalidNumber):
        return None


def _category(name: Any) -> Category | None:
    return CATEGORIES[name] if name else None


async def _check(response: aiohttp.ClientResponse) -> None:
    if response.status < 300:
        return
    text = (await response.text())[:300]
    if response.status in (408, 429) or response.status >= 500:
        raise UpstreamGone(f"{response.url.path}: HTTP {response.status}")
    raise UpstreamRefused(f"{response.url.path}: HTTP {response.status} {text}")


class _as_gone:  # noqa: N801 - used like a function
    """Errors of the network, by one name."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, aiohttp.ClientError | TimeoutError | OSError):
            raise UpstreamGone(type(error).__name__) from error
