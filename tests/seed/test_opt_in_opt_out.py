"""The seed page, line by line, against a real server, with the official Python SDK."""

from seed.hook import Hook
from seed.page import OPT_OUTS, Page

STOP_REPLY = (
    'NETWORK MSG: You replied with the word "stop" which blocks all texts from this number. '
    'Text back "unstop" to receive messages again.'
)
START_REPLY = (
    'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this '
    "number."
)


def test_stop_blocks_the_pair_and_no_other(page: Page) -> None:
    """One person and one number: another number and another person go on."""
    sender, other_sender = page.senders
    person, other_person = page.person(), page.person()
    page.texts(sender, person, "STOP")
    blocked = page.outcome(page.send(sender, person))
    assert (blocked["messageStatus"], blocked["errorCode"]) == ("SendingFailed", "SMS-RC-413")
    assert "cost" not in blocked
    for from_number, to in ((other_sender, person), (sender, other_person)):
        assert page.outcome(page.send(from_number, to))["messageStatus"] == "Delivered"
    assert [m.text for m in page.server.handset_messages(person, sender)] == [STOP_REPLY]


def test_start_opens_the_pair_and_no_other(page: Page) -> None:
    """Out of both numbers, in again at one."""
    sender, other_sender = page.senders
    person = page.person()
    page.texts(sender, person, "stop")
    page.texts(other_sender, person, "stop")
    page.texts(sender, person, "start")
    assert page.outcome(page.send(sender, person))["messageStatus"] == "Delivered"
    assert page.outcome(page.send(other_sender, person))["errorCode"] == "SMS-RC-413"
    assert page.opt_outs(from_="*", to=person) == [(other_sender, person)]


def test_both_replies_are_the_pages_own_words(page: Page) -> None:
    """Byte for byte, from the number that was texted."""
    sender, person = page.senders[0], page.person()
    for word, expected in (("Stop", STOP_REPLY), ("UNSTOP", START_REPLY)):
        reply = page.texts(sender, person, word)
        assert (reply.sender, reply.text) == (sender, expected)


def test_an_opt_out_raises_an_event_and_an_opt_in_none(page: Page, hook: Hook) -> None:
    """On the v1 filter of one number; the STOP to another one is not told either."""
    sender, other_sender = page.senders
    person, later = page.person(), page.person()
    wish = {
        "eventFilters": [f"{OPT_OUTS}?from={sender}"],
        "deliveryMode": {"transportType": "WebHook", "address": hook.url},
    }
    created = page.platform.post("/restapi/v1.0/subscription", wish).json()
    page.texts(sender, person, "STOP")
    page.texts(sender, person, "START")
    page.texts(other_sender, person, "STOP")
    page.texts(sender, later, "STOP")
    events = hook.wait(2)
    page.platform.delete(f"/restapi/v1.0/subscription/{created.id}")
    assert [event["body"] for event in events] == [
        {"from": sender, "to": person, "active": True},
        {"from": sender, "to": later, "active": True},
    ]
    assert events[0]["event"].endswith(f"/a2p-sms/opt-outs?from={sender}")
    assert events[0]["subscriptionId"] == created.id


def test_the_list_has_the_pair_until_start(page: Page) -> None:
    """The SDK sends the number's plus as it is; the record names both numbers and who said so."""
    sender, person = page.senders[0], page.person()
    page.texts(sender, person, "STOP")
    records = page.get(OPT_OUTS, {"from": sender})["records"]
    record = {"from": sender, "to": person, "status": "OptOut", "source": "Recipient"}
    assert records[0] == record
    assert page.get(f"{OPT_OUTS}?from={sender}")["records"] == records
    page.texts(sender, person, "START")
    assert (sender, person) not in page.opt_outs(from_=sender)
    assert page.get(OPT_OUTS, {"from": sender, "to": person, "status": "optin"})["records"] == [
        {**record, "status": "OptIn"}
    ]


def test_the_list_comes_in_pages_of_100(page: Page) -> None:
    """`paging` as on the page; each following page by its token, the last without one."""
    sender = page.senders[1]
    people = [page.person() for _ in range(105)]
    wish = {"from": sender, "optOuts": people}
    page.platform.post(f"{OPT_OUTS}/bulk-assign", wish)
    first = page.get(OPT_OUTS, {"from": sender})
    assert len(first["records"]) == 100
    assert first["paging"].keys() == {"pageToken", "perPage", "firstPageToken", "nextPageToken"}
    assert first["paging"]["perPage"] == 100
    token = first["paging"]["nextPageToken"]
    second = page.get(OPT_OUTS, {"from": sender, "pageToken": token})
    assert "nextPageToken" not in second["paging"]
    listed = {record["to"] for record in first["records"] + second["records"]}
    assert set(people) <= listed
    assert len(listed) == len(first["records"] + second["records"])
    again = page.get(OPT_OUTS, {"from": sender, "pageToken": first["paging"]["firstPageToken"]})
    assert again["records"] == first["records"]


def test_a_large_batch_to_people_who_stopped_reaches_none_of_them(page: Page) -> None:
    """2,000 texts to five people: each fails with the opted-out code, no handset gets one."""
    sender = page.senders[0]
    people = [page.person() for _ in range(5)]
    for person in people:
        page.texts(sender, person, "STOP")
    before = {person: len(page.server.handset_messages(person)) for person in people}
    messages = [{"to": [person]} for person in people] * 400
    body = {"from": sender, "text": "Hello", "messages": messages}
    answer = page.platform.post("/restapi/v1.0/account/~/a2p-sms/batches", body).json()
    statuses = page.get("/restapi/v1.0/account/~/a2p-sms/statuses", {"batchId": answer.id})
    assert statuses["sendingFailed"]["errorCodeCounts"] == {"SMS-RC-413": 2_000}
    assert {person: len(page.server.handset_messages(person)) for person in people} == before
