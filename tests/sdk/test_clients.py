"""Clients that others wrote against one server: OAuth, webhooks, rate limits, lists."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import pytest
import standardwebhooks
from click.testing import CliRunner

from stopline.cli import cli
from stopline.testing import StoplineServer
from support.javascript import Program, Run

pytestmark = pytest.mark.sdk
WAIT_S = 30.0
A2P = "/restapi/v1.0/account/~/a2p-sms"
CONSENTS = "/restapi/v2/accounts/~/sms/consents"
REDIRECT = "http://127.0.0.1:9/back"
PEOPLE = [f"+1206555{number}" for number in range(3000, 3010)]


@pytest.fixture(scope="module")
def server() -> Iterator[StoplineServer]:
    with StoplineServer() as server:
        yield server


def operate(server: StoplineServer, *arguments: str, text: str | None = None) -> Any:
    """What an operator's command answers."""
    command = [*arguments, "--json", "--data", str(server.data)]
    result = CliRunner().invoke(cli, command, input=text)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def calls(run: Run, server: StoplineServer) -> Program:
    """The official JavaScript SDK, logged in."""
    program = run("calls.cjs", server.credentials)
    program.expect("ready")
    return program


def ask(calls: Program, method: str, path: str, expected: str = "answer", **more: Any) -> Any:
    calls.tell(json.dumps({"method": method, "path": path, **more}))
    return calls.expect(expected)


def test_a_client_of_oauth_goes_every_way(run: Run, server: StoplineServer) -> None:
    """openid-client: discovery, a code with PKCE through the page, rotation with its window,
    revocation, the app's own session, and `private_key_jwt`."""
    account = ("--account", server.credentials.account_id)
    grants = ("code", "refresh", "client")
    given = [word for grant in grants for word in ("--grant", grant)]
    app = operate(server, "apps", "add", "Shop", *account, "--redirect-uri", REDIRECT, *given)
    program = run("oauth.mjs", server.credentials)
    program.tell(json.dumps(app))
    assert program.expect("code") == 200
    assert program.expect("window") is True
    assert program.expect("used") == 200
    assert program.expect("replaced") == 401
    assert program.expect("revoked") == "invalid_grant"
    assert program.expect("client") == 200
    keys = json.dumps({"keys": [program.expect("key")]})
    operate(server, "apps", "change", str(app["id"]), "--public-keys", "-", text=keys)
    program.tell("go on")
    assert program.expect("key proved") == 200
    assert program.expect("foreign key") == "invalid_client"


class Receiver(ThreadingHTTPServer):
    """Somebody's own receiver; what came in, with its headers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.seen: Queue[tuple[dict[str, str], bytes]] = Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Hook(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "0")
        if token := self.headers.get("Validation-Token"):
            self.send_header("Validation-Token", token)
        self.end_headers()
        if body:
            self.server.seen.put(({k.lower(): v for k, v in self.headers.items()}, body))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.shutdown()
    receiver.server_close()


def test_a_receiver_gets_and_verifies_events(
    calls: Program, server: StoplineServer, receiver: Receiver
) -> None:
    """The JavaScript SDK subscribes; the receiver believes nothing but what the published library
    of Standard Webhooks verifies."""
    number = server.credentials.senders[0]
    filters = [f"{CONSENTS}?from={number}", f"{A2P}/opt-outs?from={number}"]
    mode = {
        "transportType": "WebHook",
        "address": f"http://127.0.0.1:{receiver.server_port}/hook",
        "verificationToken": "ours",
    }
    wish = {"eventFilters": filters, "deliveryMode": mode}
    made = ask(calls, "POST", "/restapi/v1.0/subscription", body=wish)["body"]
    assert made["status"] == "Active"
    own = f"/stopline/v1/subscriptions/{made['id']}"
    secret = ask(calls, "POST", f"{own}/secret")["body"]["secret"]
    assert server.text_in(PEOPLE[0], number, "STOP").acknowledged
    verifier = standardwebhooks.Webhook(secret)
    told = {}
    for _ in filters:
        headers, body = receiver.seen.get(timeout=WAIT_S)
        event = verifier.verify(body, headers)
        assert headers["verification-token"] == "ours"
        told[event["event"].partition("?")[0].rsplit("/", 1)[1]] = event["body"]
        with pytest.raises(standardwebhooks.WebhookVerificationError):
            verifier.verify(body.replace(PEOPLE[0].encode(), PEOPLE[1].encode()), headers)
    assert told["opt-outs"] == {"from": number, "to": PEOPLE[0], "active": True}
    assert "consents" in told
    listed = ask(calls, "GET", f"{own}/deliveries")["body"]["records"]
    assert len(listed) == 2
    assert ask(calls, "DELETE", f"/restapi/v1.0/subscription/{made['id']}")["status"] == 204


def test_a_client_waits_when_it_is_told_to(run: Run, server: StoplineServer) -> None:
    """The app's own limit; the JavaScript SDK waits as long as Retry-After says and repeats."""
    known = server.credentials
    made = operate(server, "apps", "add", "Limited", "--account", known.account_id)
    app = str(made["id"])
    jwt = operate(server, "credentials", "add", "--user", known.extension_id, "--app", app)["jwt"]
    operate(server, "apps", "change", app, "--rate-limit", "light=2")
    keys = {"client_id": made["client_id"], "client_secret": made["client_secret"], "jwt": jwt}
    calls = run("calls.cjs", replace(known, **keys))
    calls.expect("ready")
    path = "/restapi/v1.0/account/~"
    left = [ask(calls, "GET", path)["headers"] for _ in range(2)]
    assert [one["x-rate-limit-remaining"] for one in left] == ["1", "0"]
    assert left[0]["x-rate-limit-limit"] == "2"
    # One that comes too early is refused again, and its minute starts anew.
    assert ask(calls, "GET", path, "limited") == 60_000
    calls.tell("go")
    assert calls.expect("refused")["status"] == 429
    assert ask(calls, "GET", path, "limited") == 60_000
    operate(server, "apps", "change", app, "--rate-limit", "light=0")
    calls.tell("go")
    assert calls.expect("answer")["status"] == 200


def test_lists_of_both_versions_are_one(calls: Program, server: StoplineServer) -> None:
    """Written by version 2 and read by version 1, and the other way; search, history, CSV."""
    number = server.credentials.senders[1]
    record = {"from": number, "to": PEOPLE[2], "optStatus": "OptOut", "source": "Api"}
    assert ask(calls, "PATCH", CONSENTS, body={"records": [record]})["body"] == {}
    assign = {"from": number, "optOuts": [PEOPLE[3]], "optIns": []}
    ask(calls, "POST", f"{A2P}/opt-outs/bulk-assign", body=assign)
    first = ask(calls, "GET", f"{A2P}/opt-outs", query={"from": number})["body"]["records"]
    second = ask(calls, "GET", CONSENTS, query={"from": number})["body"]["records"]
    people = {PEOPLE[2], PEOPLE[3]}
    assert {one["to"] for one in first} == {one["to"] for one in second} == people
    search = {"from": [number], "to": [PEOPLE[3]]}
    found = ask(calls, "POST", f"{CONSENTS}/search", body=search)["body"]["records"]
    assert [one["source"] for one in found] == ["Api"]
    history = ask(calls, "GET", f"{CONSENTS}/history", query={"to": PEOPLE[2]})["body"]["records"]
    assert [one["optStatus"] for one in history] == ["OptOut"]
    exported = ask(calls, "GET", f"{CONSENTS}/export")["body"]
    assert all(f"{one},{number},OptOut" in exported for one in people)
    csv = ask(calls, "GET", f"{A2P}/opt-outs", headers={"Accept": "text/csv"})["body"]
    assert f"{number},{PEOPLE[2]},OptOut,Account" in csv


def test_a_walk_survives_changes(calls: Program, server: StoplineServer) -> None:
    """Pages of two while what was seen, what comes and what is new changes."""
    number = server.credentials.senders[1]
    assign = {"from": number, "optOuts": PEOPLE[4:10], "optIns": []}
    path = f"{A2P}/opt-outs"
    ask(calls, "POST", f"{path}/bulk-assign", body=assign)
    query = {"from": number, "perPage": 2}
    page = ask(calls, "GET", path, query=query)["body"]
    seen = [one["to"] for one in page["records"]]
    coming = next(one for one in PEOPLE[4:10] if one not in seen)
    change = {"from": number, "optOuts": [PEOPLE[0]], "optIns": [seen[0], coming]}
    ask(calls, "POST", f"{path}/bulk-assign", body=change)
    while token := page["paging"].get("nextPageToken"):
        page = ask(calls, "GET", path, query={**query, "pageToken": token})["body"]
        seen += [one["to"] for one in page["records"]]
    ours = [one for one in seen if one in PEOPLE[4:10]]
    assert sorted(ours) == sorted({*PEOPLE[4:10]} - {coming})


def test_rights_are_given_and_taken(calls: Program, server: StoplineServer) -> None:
    """Of the app and of the user, by commands; a live token feels it at once."""
    known = server.credentials
    apps = operate(server, "apps", "list", "--account", known.account_id)
    app = next(one for one in apps if one["client_id"] == known.client_id)
    (user,) = operate(server, "users", "list", "--account", known.account_id)
    change = ("apps", "change", str(app["id"]))
    operate(server, *change, "--permission", "a2p_sms", "--permission", "read_accounts")
    refused = ask(calls, "GET", CONSENTS, "refused")
    assert (refused["status"], "[SMS]" in refused["message"]) == (403, True)
    operate(server, "users", "change", str(user["id"]), "--permission", "read_extension")
    refused = ask(calls, "GET", "/restapi/v1.0/account/~", "refused")
    assert (refused["status"], "[ReadCompanyInfo]" in refused["message"]) == (403, True)
    for command, before in ((change, app), (("users", "change", str(user["id"])), user)):
        usual = [one for one in before["permissions"] if not one.startswith("console")]
        operate(server, *command, *(word for one in usual for word in ("--permission", one)))
    assert ask(calls, "GET", CONSENTS)["status"] == 200
    assert ask(calls, "GET", "/restapi/v1.0/account/~")["status"] == 200
