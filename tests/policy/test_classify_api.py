"""`POST /stopline/v1/classify`: the same answer as the command, under the sender's own policy."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from stopline.commands.demo_account import prepare_demo
from stopline.config import Settings
from stopline.core.recognition.policy import Policy
from stopline.store.senders import PolicySettings, ReplySettings
from stopline.store_service import open_store
from support.api import Api
from support.servers import running

PATH = "/stopline/v1/classify"
REQUEST = "please take me off your list"
ANN = "+12065550161"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Api, dict]]:  # type: ignore[type-arg]
    """A server whose first number acts on requests, and a client of its account."""
    data: Path = tmp_path_factory.mktemp("classify")
    store = open_store(data)
    prepare_demo(Settings(data=data, log_format="json"), store)
    credentials = json.loads((data / "credentials.json").read_text())
    replies = ReplySettings(recognition=PolicySettings(request=Policy.ACT))
    store.transact_now(lambda tx: tx.senders.set_replies(credentials["senders"][0], replies))
    store.close()
    with running(data) as (url, _):
        client = Api(urlsplit(url).port or 0, credentials)
        client.log_in()
        yield client, credentials


def test_it_says_what_would_happen_and_why(api) -> None:  # type: ignore[no-untyped-def]
    """Class, layer, rule, score, policy, and both in words."""
    client, _ = api
    answer = client.call("POST", PATH, {"text": REQUEST})
    assert answer.status == 200
    body = answer.body
    assert (body["label"], body["class"], body["layer"]) == ("opt_out", "opt_out", "request")
    assert body["policy"] == "review"
    assert body["would"] == "hold the pair until a person decides"
    assert body["rule"] in body["why"]
    assert body["ruleSet"]


def test_a_senders_own_policy_is_asked(api) -> None:  # type: ignore[no-untyped-def]
    """The same text to a number that acts on requests."""
    client, credentials = api
    body = client.call("POST", PATH, {"text": REQUEST, "from": credentials["senders"][0]}).body
    assert (body["policy"], body["would"]) == ("act", "opt the pair out")


def test_context_can_be_given(api) -> None:  # type: ignore[no-untyped-def]
    """A footer word, and a word that opts in only who is out."""
    client, _ = api
    body = client.call("POST", PATH, {"text": "nomore", "sentTexts": ["Reply NOMORE to quit"]}).body
    assert body["layer"] == "footer"
    for out, label in ((True, "opt_in"), (False, "none")):
        body = client.call("POST", PATH, {"text": "continue", "optedOut": out}).body
        assert body["label"] == label


def test_nothing_is_changed(api) -> None:  # type: ignore[no-untyped-def]
    """Not even by STOP for a pair that is named."""
    client, credentials = api
    sender = credentials["senders"][0]
    body = client.call("POST", PATH, {"text": "STOP", "from": sender, "to": ANN}).body
    assert body["would"] == "opt the pair out"
    assert client.opt_outs(sender) == set()


BAD = [
    ({"text": 1}, 400),
    ({}, 400),
    ({"text": "stop", "from": "+13125559999"}, 400),
    ({"text": "stop", "from": "nobody"}, 400),
    ({"text": "stop", "colour": "red"}, 400),
    ({"text": "x" * 4_097}, 400),
    ({"text": "stop", "sentTexts": ["x" * 4_000] * 40}, 413),
]


@pytest.mark.parametrize("body, status", BAD)
def test_a_bad_request_is_refused(api, body, status) -> None:  # type: ignore[no-untyped-def]
    """With an error that names what is wrong."""
    client, _ = api
    answer = client.call("POST", PATH, body)
    assert answer.status == status
    assert answer.body["errors"][0]["message"]


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Basic YTpi"])
def test_a_token_is_needed(api, authorization: str) -> None:  # type: ignore[no-untyped-def]
    """The same as on the wire."""
    client, _ = api
    answer = client.call("POST", PATH, {"text": "x"}, {"authorization": authorization})
    assert answer.status == 401
