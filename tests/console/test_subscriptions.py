"""Subscriptions: what was sent and answered, trying again, and the built-in receiver."""

import asyncio
import json
import re
from typing import Any

import pytest

from stopline.console import receiving
from stopline.core.access import Role
from stopline.core.deliveries import Delivery, DeliveryResult
from stopline.core.retry import BLACKLIST_AFTER_MS
from stopline.core.subscriptions import Trial
from stopline.flows.notify import claim_deliveries, list_lanes, settle_deliveries
from stopline.flows.receivers import receiver_name
from support.console_site import OTHER_LOGIN, Answer, Browser, Site, ask, shown
from support.console_subscriptions import subscribe
from support.world import ACCOUNT, person

ANN = person(1)
MARKUP = "<script>alert('x')</script>"
BROKEN = Trial(500, "status", "500 Oops", answer=f"500 Oops\ncontent-type: text/html\n\n{MARKUP}")
GOOD = Trial(200, reason="200 OK", answer="200 OK\ncontent-type: application/json\n\n{}")


def claim(site: Site) -> list[Delivery]:
    """What is due, claimed."""
    store = site.world.store
    lanes = store.read_now(list_lanes)
    claims = store.transact_now(claim_deliveries, lanes, {x.subscription_id: 10 for x in lanes})
    return [delivery for one in claims for delivery in one.deliveries]


def deliver(site: Site, trial: Trial) -> list[Delivery]:
    """Try what is due, with the same end for all."""
    taken = claim(site)
    results = [DeliveryResult(one, trial, site.clock(), 12) for one in taken]
    site.world.store.transact_now(settle_deliveries, results, frozenset(), [0.0] * len(results))
    return taken


def test_an_event_shows_request_and_answer_of_each_attempt(site: Site) -> None:
    """As they went over the wire, the client's own token and the address's query left out."""
    made = subscribe(site)
    site.world.text(ANN, "STOP")
    first = deliver(site, BROKEN)[0]
    site.clock.pass_ms(6_000)
    deliver(site, GOOD)
    path = f"/console/subscriptions/{made.id}/deliveries/{first.id}"
    answer = site.browser(Role.AUDITOR).get(path)
    page = " ".join(shown(answer).split())
    for words in ("500 attempt 1", "500 Oops content-type: text/html", "200 attempt 2",
                  "POST https://shop.test/hook", "webhook-signature: v1,", '"uuid"', "delivered",
                  "(the token that the client chose)"):  # fmt: skip
        assert words in page
    assert MARKUP in shown(answer)
    for secret in ("own-token", "key=secret", "<script>alert"):
        assert secret not in answer.text


def test_one_event_is_retried_from_its_page(site: Site) -> None:
    """An event that had ended goes out once more; the log of changes says who did it."""
    made = subscribe(site)
    site.world.text(ANN, "STOP")
    first = deliver(site, GOOD)[0]
    assert claim(site) == []
    path = f"/console/subscriptions/{made.id}/deliveries/{first.id}"
    assert site.browser(Role.AUDITOR).post(f"{path}/retry").status == 403
    browser = site.browser(Role.OPERATOR)
    assert browser.post(f"{path}/retry").status == 303
    assert [one.id for one in claim(site)] == [first.id]
    assert "event retried" in shown(browser.get("/console/audit"))


@pytest.mark.parametrize(
    ("trial", "days", "words"),
    [(BROKEN, 5, "no delivery went well since"), (BROKEN, 0, "Failing since"),
     (Trial(410, "status", "410 Gone"), 0, "says itself that it is gone"),
     (Trial(None, "certificate", "certificate"), 5, "its certificate is not valid")],
)  # fmt: skip
def test_the_page_says_why_nothing_is_delivered(
    site: Site, trial: Trial, days: int, words: str
) -> None:
    """Blacklisted, failing or gone: since when, and what the endpoint said last."""
    made = subscribe(site)
    site.world.text(ANN, "STOP")
    for wait_ms in (0, BLACKLIST_AFTER_MS * days // 5):
        site.clock.pass_ms(wait_ms)
        deliver(site, trial)
    page = shown(site.browser().get(f"/console/subscriptions/{made.id}"))
    assert words in page
    assert "Enable again" in page


def test_unsubscribing_and_other_accounts(site: Site) -> None:
    """Another account finds neither; an operator ends it."""
    made = subscribe(site)
    other = site.browser(login=OTHER_LOGIN)
    assert other.get(f"/console/subscriptions/{made.id}").status == 404
    assert other.post(f"/console/subscriptions/{made.id}/end").status == 404
    browser = site.browser(Role.OPERATOR)
    assert browser.post(f"/console/subscriptions/{made.id}/end").status == 303
    assert browser.get(f"/console/subscriptions/{made.id}").status == 404


# The test receiver.


def address_of(site: Site, account_id: int = ACCOUNT) -> str:
    return f"/console/receiver/{site.world.store.read_now(receiver_name, account_id)}"


def post(site: Site, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """What a sender of events gets."""
    sent = {"host": "console.test", **headers}
    return asyncio.run(ask(site.app, "POST", path, "", body, sent))


def came(site: Site) -> str:
    return " ".join(shown(site.browser().get("/console/receiver")).split())


def real_event(site: Site, path: str) -> tuple[dict[str, str], bytes]:
    """A delivery as this server makes it for a subscription to that path."""
    made = subscribe(site, f"http://console.test{path}")
    site.world.text(ANN, "STOP")
    request = site.wire.request_of(claim(site)[0], made, site.clock())
    return {name.lower(): value for name, value in request.headers.items()}, request.body


def test_the_receiver_answers_the_handshake(site: Site) -> None:
    """It echoes the token, so that it can be subscribed, whatever it answers to events."""
    for path in (address_of(site), f"{address_of(site)}/500"):
        answer = post(site, path, {"validation-token": "t-1"})
        assert (answer.status, answer.header("validation-token")) == (200, "t-1")
    assert "Validation token: echoed" in came(site)


def test_the_receiver_checks_what_came(site: Site) -> None:
    """Signature, time and token of a real delivery are right; of an edited one they are not."""
    path = address_of(site)
    headers, body = real_event(site, path)
    assert post(site, path, headers, body).status == 200
    for words in ("Signature: right", "Time: 0 s off", "Verification-Token: as agreed", '"uuid"'):
        assert words in came(site)


@pytest.mark.parametrize(
    ("change", "words"),
    [({}, "Signature: no subscription"), ({"webhook-timestamp": "x"}, "Signature: missing"),
     ({"webhook-timestamp": "1"}, "Signature: no subscription")],
)  # fmt: skip
def test_the_receiver_names_what_is_wrong(site: Site, change: dict[str, str], words: str) -> None:
    """A body that was changed, a time that is none or another than was signed."""
    path = address_of(site)
    headers, body = real_event(site, path)
    edited = body if change else body.replace(b"true", b"false")
    post(site, path, headers | change, edited)
    assert words in came(site)
    assert "Signature: right" not in came(site)


def test_a_receiver_may_fail_as_it_is_told(site: Site) -> None:
    """So that somebody sees what Stopline does then."""
    path = address_of(site)
    headers, body = real_event(site, f"{path}/410")
    assert post(site, f"{path}/410", headers, body).status == 410
    asked = post(site, f"{path}/429", headers, body)
    assert (asked.status, asked.header("retry-after")) == (429, "60")
    assert post(site, f"{path}/418", headers, body).status == 404


def test_a_receiver_is_one_accounts(site: Site) -> None:
    """A name that is guessed is nobody's, and another account sees nothing of what came."""
    name = address_of(site)
    post(site, name, {"validation-token": "t"})
    wrong = name[:-1] + ("0" if name[-1] != "0" else "1")
    for path in (wrong, "/console/receiver/1-2", "/console/receiver/%C3%BC", f"{name}x"):
        assert post(site, path, {"validation-token": "t"}).status == 404
    other = shown(site.browser(login=OTHER_LOGIN).get("/console/receiver"))
    assert "Nothing came yet" in other


def test_a_receiver_is_bounded(site: Site) -> None:
    """In bytes, in requests a second, in what it keeps, and in time; texts are never markup."""
    path = address_of(site)
    assert post(site, path, {}, b"x" * (receiving.MAX_BODY_BYTES + 1)).status == 413
    for number in range(receiving.KEPT + 10):
        site.clock.pass_ms(1_000)
        post(site, path, {}, json.dumps({"event": f"/e{number}", "x": MARKUP}).encode())
    for _ in range(receiving.MAX_PER_SECOND + 5):
        assert post(site, path, {}, b"burst").status == 200
    answer = site.browser().get("/console/receiver")
    assert len(re.findall("<li><p><time", answer.text)) == receiving.KEPT
    assert answer.text.count(">burst<") == receiving.MAX_PER_SECOND - 1
    assert "<script>alert" not in answer.text
    site.clock.pass_ms(receiving.KEPT_MS + 1_000)
    assert "Nothing came yet" in came(site)


def test_subscribing_the_receiver_needs_the_role_and_the_networks_leave(site: Site) -> None:
    """An auditor may not; and where webhooks may not go to this server, neither may it."""
    made = subscribe(site)
    form: dict[str, Any] = {"app_id": str(made.app_id), "answer": "200"}
    assert site.browser(Role.AUDITOR).post("/console/receiver/subscribe", **form).status == 403
    other = site.browser(login=OTHER_LOGIN)
    assert other.post("/console/receiver/subscribe", **form).status == 404
    refused = site.browser(Role.OPERATOR).post("/console/receiver/subscribe", **form)
    assert refused.status == 400
    assert "not reachable" in shown(refused)


def test_nobody_signed_in_is_needed_to_post_but_to_look(site: Site) -> None:
    """The page is the account's."""
    assert Browser(site).get("/console/receiver").status == 303
