"""A small client of the API, as an application would write it: what `stopline demo` acts with."""

from dataclasses import dataclass
from typing import Any

import aiohttp

_ACCOUNT = "/restapi/v1.0/account/~"
_SUBSCRIPTIONS = "/restapi/v1.0/subscription"
_OK = 300
_NO_CONTENT = 204


class CallFailed(Exception):
    """The server refused a call; the message holds its status and its own words."""


@dataclass(frozen=True, slots=True)
class Login:
    """What a password login needs."""

    client_id: str
    client_secret: str
    username: str
    extension: str
    password: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one message of a batch stands."""

    recipient: str
    status: str
    failure: str

    @property
    def is_final(self) -> bool:
        return self.status in ("Delivered", "DeliveryFailed", "SendingFailed")


class ExampleClient:
    """Calls one server with the token of one login."""

    def __init__(self, session: aiohttp.ClientSession, server_url: str) -> None:
        self._session = session
        self._server_url = server_url
        self._headers: dict[str, str] = {}

    async def log_in(self, login: Login) -> None:
        """Get an access token. Raises CallFailed."""
        form = {
            "grant_type": "password",
            "username": login.username,
            "extension": login.extension,
            "password": login.password,
        }
        basic = aiohttp.BasicAuth(login.client_id, login.client_secret)
        url = f"{self._server_url}/restapi/oauth/token"
        async with self._session.post(url, data=form, auth=basic) as response:
            token = await _read(response)
        self._headers = {"Authorization": f"Bearer {token['access_token']}"}

    async def log_out(self) -> None:
        """Give the token back."""
        token = self._headers["Authorization"].removeprefix("Bearer ")
        url = f"{self._server_url}/restapi/oauth/revoke"
        async with self._session.post(url, data={"token": token}):
            self._headers = {}

    async def send(self, sender: str, recipients: list[str], text: str) -> str:
        """Post one batch; returns its id."""
        body = {"from": sender, "text": text, "messages": [{"to": [to]} for to in recipients]}
        answer = await self._call("POST", f"{_ACCOUNT}/a2p-sms/batches", body)
        return str(answer["id"])

    async def outcomes(self, batch_id: str) -> list[Outcome]:
        """How the messages of a batch stand."""
        answer = await self._call("GET", f"{_ACCOUNT}/a2p-sms/messages?batchId={batch_id}")
        return [
            Outcome(record["to"][0], record["messageStatus"], record.get("errorCode", ""))
            for record in answer["records"]
        ]

    async def opted_out(self, sender: str) -> list[str]:
        """Who opted out from this sender: the first page. The plus is sent as the SDKs do."""
        answer = await self._call("GET", f"{_ACCOUNT}/a2p-sms/opt-outs?from={sender}")
        return [record["to"] for record in answer["records"]]

    async def subscribe(self, address: str, sender: str) -> str:
        """Ask for opt-out events and statuses of this sender at `address`; returns an id."""
        body = {
            "eventFilters": [
                f"{_ACCOUNT}/a2p-sms/opt-outs?from={sender}",
                f"{_ACCOUNT}/a2p-sms/batches?from={sender}",
            ],
            "deliveryMode": {"transportType": "WebHook", "address": address},
        }
        return str((await self._call("POST", _SUBSCRIPTIONS, body))["id"])

    async def unsubscribe(self, subscription_id: str) -> None:
        """Delete a subscription."""
        await self._call("DELETE", f"{_SUBSCRIPTIONS}/{subscription_id}")

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        from yarl import URL

        url = URL(self._server_url + path, encoded=True)
        async with self._session.request(method, url, json=body, headers=self._headers) as response:
            return await _read(response)


async def _read(response: aiohttp.ClientResponse) -> Any:
    if response.status == _NO_CONTENT:
        return None
    if response.status < _OK:
        return await response.json()
    text = (await response.text())[:500]
    raise CallFailed(f"{response.method} {response.url.path}: {response.status} {text}")


def describe_event(event: dict[str, Any]) -> str:
    """One line about an event, in the API's own words."""
    name = str(event["event"]).partition("?")[0].rpartition("a2p-sms/")[2]
    body = event["body"]
    if name == "opt-outs":
        return f"opt-outs: from {body['from']} to {body['to']} active {str(body['active']).lower()}"
    return f"{name}: {body.get('status', '')} {body.get('processedCount')}/{body.get('batchSize')}"


def is_opt_out_event(event: dict[str, Any], recipient: str) -> bool:
    """Whether an event says that this person opted out."""
    body = event["body"]
    return "opt-outs" in event["event"] and body["to"] == recipient and body["active"] is True


OPTED_OUT_FAILURE = "SMS-RC-413"
REFUSED_STATUS = "SendingFailed"
DELIVERED_STATUS = "Delivered"
