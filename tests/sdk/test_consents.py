"""The official Python SDK and a real server: consents of version 2, and why a text is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ringcentral.http.api_exception import ApiException

from ringcentral import SDK
from stopline.testing import StoplineServer

pytestmark = pytest.mark.sdk
CONSENTS = "/restapi/v2/accounts/~/sms/consents"
A2P = "/restapi/v1.0/account/~/a2p-sms"
ANN, BEN, CAT = "+12065552161", "+12065552162", "+12065552163"


@pytest.fixture(scope="module")
def server() -> Iterator[StoplineServer]:
    with StoplineServer() as server:
        yield server


@pytest.fixture(scope="module")
def platform(server: StoplineServer) -> Any:
    """Logged in by JWT."""
    known = server.credentials
    logged_in = SDK(known.client_id, known.client_secret, known.server_url).platform()
    logged_in.login(jwt=known.jwt)
    return logged_in


def read(answer: Any) -> Any:
    """The body as it was sent: the SDK's own reading renames members."""
    return json.loads(answer.text())


def record(number: str, to: str, status: str = "OptOut", **more: str) -> dict[str, str]:
    return {"from": number, "to": to, "optStatus": status, "source": "Api", **more}


def test_records_are_written_searched_and_told(server: StoplineServer, platform: Any) -> None:
    """PATCH with a record that fails alone, search, list, history and the CSV; both versions."""
    number = server.credentials.senders[0]
    records = [record(number, ANN), record("+12125550000", BEN)]
    (failed,) = read(platform.patch(CONSENTS, {"records": records}))["failedRecords"]
    assert (failed["to"], failed["error"]["errorCode"]) == (BEN, "CMN-101")
    asked = {"from": [number], "to": [ANN, BEN], "optStatus": "OptOut"}
    (found,) = read(platform.post(f"{CONSENTS}/search", asked))["records"]
    assert (found["to"], found["source"]) == (ANN, "Api")
    answer = platform.get(CONSENTS, {"from": number})
    assert answer.response().headers["ETag"]
    assert [one["to"] for one in read(answer)["records"]] == [ANN]
    (told,) = read(platform.get(f"{CONSENTS}/history", {"to": ANN}))["records"]
    assert told["optStatus"] == "OptOut"
    exported = platform.get(f"{CONSENTS}/export").text()
    assert f"{ANN},{number},OptOut,Api,PhoneNumber" in exported
    listed = read(platform.get(f"{A2P}/opt-outs", {"from": number}))["records"]
    assert {one["to"] for one in listed} == {ANN}
    assert read(platform.patch(CONSENTS, {"records": [record(number, ANN, "OptIn")]})) == {}
    assert read(platform.get(f"{A2P}/opt-outs", {"from": number}))["records"] == []


def test_all_numbers_and_a_kind_of_campaign(server: StoplineServer, platform: Any) -> None:
    """`*` blocks each number; a campaign type its own messages; explain says why."""
    number = server.credentials.senders[0]
    wide = record("*", BEN, coverage="Account")
    narrow = record(number, CAT, coverage="CampaignType", campaignType="Promotional")
    assert read(platform.patch(CONSENTS, {"records": [wide, narrow]})) == {}
    # The SDK puts its own prefix before paths it does not know; a whole address it takes.
    why = f"{server.url}/stopline/v1/consents/explain?from={number}"
    told = read(platform.get(f"{why}&to={BEN}"))
    assert (told["allowed"], told["winning"]["coverage"]) == (False, "Account")
    messages = [{"to": [one]} for one in (BEN, CAT)]
    batch = read(
        platform.post(f"{A2P}/batches", {"from": number, "text": "Hi", "messages": messages})
    )
    page = read(platform.get(f"{A2P}/messages", {"batchId": batch["id"]}))["records"]
    failures = {one["to"][0]: one.get("errorCode") for one in page}
    assert failures == {BEN: "SMS-RC-413", CAT: None}
    promotional = read(platform.get(f"{why}&to={CAT}&category=Promotional"))
    assert promotional["allowed"] is False


def test_what_a_client_must_not_do_is_told(platform: Any) -> None:
    """The SDK's own error, with the message of the contract."""
    with pytest.raises(ApiException, match="records"):
        platform.patch(CONSENTS, {"records": []})
    with pytest.raises(ApiException) as caught:
        platform.get("/restapi/v2/accounts/~/extensions/~/sms/messages")
    assert caught.value.api_response().response().status_code == 404


def test_a_session_is_refreshed_and_ended(server: StoplineServer) -> None:
    """By the SDK's own calls; afterwards its token is none."""
    known = server.credentials
    platform = SDK(known.client_id, known.client_secret, known.server_url).platform()
    platform.login(jwt=known.jwt)
    before = platform.auth().access_token()
    platform.refresh()
    assert platform.auth().access_token() != before
    platform.logout()
    with pytest.raises(Exception, match=r"[Tt]oken|401|login"):
        platform.get(CONSENTS)
