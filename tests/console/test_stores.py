"""The console's main tasks on both stores."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.console_site import Site, shown
from support.console_subscriptions import subscribe
from support.world import ACCOUNT, OTHER_ACCOUNT, SECOND_SENDER, SENDER, World, person

ANN, BEN, CLEO = person(1), person(2), person(3)


@pytest.fixture
def site(tmp_path: Path, store_url: str | None) -> Iterator[Site]:
    """Two accounts on either store."""
    senders = [(SENDER, ACCOUNT), (SECOND_SENDER, OTHER_ACCOUNT)]
    world = World(tmp_path, senders=senders, database=store_url)
    yield Site(world)
    world.close()


def test_main_tasks(site: Site) -> None:
    """Find, explain, prove, opt in and out, decide, filter, compose, set, follow an event."""
    browser = site.browser()
    made = subscribe(site)
    batch = site.world.send(ANN, BEN)
    site.world.text(ANN, "STOP")
    site.world.text(BEN, "please stop texting me")
    site.world.send(ANN)

    def page(path: str) -> str:
        answer = browser.get(path)
        assert answer.status == 200, path
        return " ".join(shown(answer).split())

    found = re.findall(r"people/%2B(\d+)\"", browser.get("/console/people?number=312").text)
    assert found == [ANN[1:], BEN[1:]]
    assert "by the person" in page(f"/console/people/{ANN}")
    bundle = json.loads(browser.get(f"/console/people/{ANN}/evidence.json").body)
    assert [line["hashIsRight"] for line in bundle["ledger"]] == [True]
    review = re.search(r"/console/reviews/(\d+)", browser.get("/console/reviews").text)
    assert review is not None
    assert browser.post(f"/console/reviews/{review[1]}", decision="opt_out").status == 303
    assert site.world.is_denied(BEN)
    browser.post(f"/console/people/{ANN}/opt-in", sender=SENDER, evidence="Letter of May")
    assert not site.world.is_denied(ANN)
    for path, count in (("direction=in", 2), ("failed=any", 3), ("failed=opted_out", 3),
                        (f"failed=opted_out&number=%2B{BEN[1:]}", 1), (f"batch={batch.id}", 2),
                        ("failed=carrier_spam", 0)):  # fmt: skip
        rows = re.findall(r"/console/messages/\d+\"", browser.get(f"/console/messages?{path}").text)
        assert len(rows) == count, path
    assert "No batches" in page("/console/batches?state=open")
    assert page("/console/batches?state=done").count("completed") == 2
    assert "Opted out 2" in page("/console/overview/figures?range=1h")
    form = {"sender": SENDER, "recipients": f"{ANN}\n{CLEO}", "text": "Hello. Reply STOP to end"}
    assert "Will be sent 2" in " ".join(
        shown(browser.post("/console/batches/new/preview", **form)).split()
    )
    browser.post("/console/settings/defaults", enabled="on", opt_out_words="pelican")
    site.world.text(CLEO, "pelican")
    assert site.world.is_denied(CLEO)
    log = browser.get(f"/console/subscriptions/{made.id}").text
    event = re.search(rf"/console/subscriptions/{made.id}/deliveries/\d+", log)
    assert event is not None
    assert "Not tried yet." in page(event[0])
    assert browser.post(f"{event[0]}/retry").status == 303
    assert "defaults changed" in page("/console/audit")
